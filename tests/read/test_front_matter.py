import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.read.front_matter import split_front_matter
from flows.read.yaml_subset import NotMetadata, load_yaml


@pytest.mark.parametrize("newline", [b"\n", b"\r\n"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("closing", [b"---", b"...", b"---  "])
def test_front_matter_is_cut_to_the_byte(newline, mark, closing):
    head = mark + newline.join([b"---", b"title: A b", b"country: NO", closing, b""])
    found = split_front_matter(head + b"Text\n", "cp1252")
    assert found.values == {"title": "A b", "country": "NO"}
    assert found.n_bytes == len(head)
    assert found.flags == ()


@pytest.mark.parametrize(
    "text",
    [
        "---\nA line after a rule.\n---\nText",
        "---\nNote: he said this.\n---\nText",
        "---\n\nText that goes on\n\n---\n",
        "---\ntitle: never closed\nText",
        "----\ntitle: x\n----\nText",
        " ---\ntitle: x\n---\nText",
        "--- \u201cquoted\u201d ---\nText",
        "---\n- title\n- x\n---\nText",
        "---\n---\nText",
        "---\ntitle: &a [x]\nb: *a and text\n no key\n---\nText",
        "---\ntitle: " + "x" * 40_000 + "\n---\nText",
        "Text\n---\ntitle: x\n---\n",
    ],
)
def test_an_article_that_opens_with_a_rule_is_not_swallowed(text):
    found = split_front_matter(text.encode(), "cp1252")
    assert (found.n_bytes, found.values) == (0, {})


def test_lines_that_are_no_yaml_are_taken_one_by_one():
    found = split_front_matter(b"---\ntitle: Mayor: we will\nsource: 'AP'\n---\nText", "cp1252")
    assert found.values == {"title": "Mayor: we will", "source": "AP"}
    assert found.flags == ("metadata_invalid",)


def test_front_matter_in_the_fallback_encoding():
    found = split_front_matter(b"---\ntitle: Caf\xe9\n---\nText", "cp1252")
    assert found.values == {"title": "Café"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("country: NO\ndate: 2011-05-03\nn: 012\nt: yes\nx: ~\n",
         {"country": "NO", "date": "2011-05-03", "n": "012", "t": "yes", "x": "~"}),
        ("authors: [A B, 'C D']\n", {"authors": ["A B", "C D"]}),
        ("a: {b: {c: d}}\n", {"a": {"b": {"c": "d"}}}),
        ("a: 1\na: 2\n", {"a": "2"}),
        ("a: !!python/object/apply:os.system [x]\n", {"a": ["x"]}),
    ],
)  # fmt: skip
def test_the_subset_is_strings(text, expected):
    assert load_yaml(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "- a\n- b\n",
        "just text",
        "a: &x 1\nb: *x\n",
        "a: &a [x,x]\nb: &b [*a,*a]\nc: &c [*b,*b]\nd: [*c,*c]\n",
        "a: " + "[" * 9 + "]" * 9,
        "[a]: b\n",
        "a: b: c\n",
        "a: [b\n",
        "a: \x00\n",
        "x" * 40_000,
    ],
)
def test_bombs_and_other_yaml_are_refused(text):
    with pytest.raises(NotMetadata):
        load_yaml(text)


@given(st.text(max_size=200))
def test_any_text_loads_or_is_refused(text):
    try:
        values = load_yaml(text)
    except NotMetadata:
        return
    assert isinstance(values, dict)


@given(st.binary(max_size=200))
def test_any_bytes_split(data):
    found = split_front_matter(b"---\n" + data, "cp1252")
    assert 0 <= found.n_bytes <= len(data) + 4
