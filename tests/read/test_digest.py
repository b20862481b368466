import hashlib
from dataclasses import replace

import pytest

from flows.config import ReadConfig
from flows.read.digest import digest, fingerprint
from flows.read.scan import scan


def only(path):
    (source,) = scan([str(path)], ReadConfig())
    return source


def test_the_digest_is_of_the_files_bytes(put):
    source = only(put("a.txt", b"text"))
    assert digest(source) == hashlib.sha256(b"text").hexdigest()


def test_the_fingerprint_changes_with_all_that_reading_sees(put):
    path = put("a.txt", b"text")
    before = fingerprint(only(path), "0" * 64)
    assert before == fingerprint(only(path), "0" * 64)
    seen = {before, fingerprint(only(path), "1" * 64)}
    seen.add(fingerprint(replace(only(path), given=(("title", "x"),)), "0" * 64))
    seen.add(fingerprint(replace(only(path), source_path="b.txt"), "0" * 64))
    put("a.json", "{}")
    seen.add(fingerprint(only(path), "0" * 64))
    put("a.json", '{"title": "x"}')
    seen.add(fingerprint(only(path), "0" * 64))
    assert len(seen) == 6


def test_it_does_not_change_with_where_the_folder_lies(put):
    one, two = put("one/a.txt", b"text"), put("two/a.txt", b"text")
    assert fingerprint(only(one), "0" * 64) == fingerprint(only(two), "0" * 64)


def test_a_file_that_is_gone(put):
    path = put("a.txt", b"text")
    source = only(path)
    path.unlink()
    with pytest.raises(OSError):
        digest(source)
