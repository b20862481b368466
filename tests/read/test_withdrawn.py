import pytest

from flows.config import ConfigError
from flows.read.withdrawn import load_withdrawn


def test_ids_and_urls_one_a_line(put):
    path = put("list.txt", "\ufeff# a comment\nid 1\r\n\n http://x.example/a#b \n#tag\n")
    assert load_withdrawn(str(path)) == {"id 1", "http://x.example/a#b", "#tag"}


@pytest.mark.parametrize("content", [None, b"\xff"])
def test_a_list_that_cannot_be_read_stops_the_build(put, tmp_path, content):
    path = tmp_path / "list.txt" if content is None else put("list.txt", content)
    with pytest.raises(ConfigError, match=r"list\.txt"):
        load_withdrawn(str(path))
