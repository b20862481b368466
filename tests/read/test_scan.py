import os
import socket
from pathlib import Path

import pytest

from flows.config import ConfigError, ReadConfig
from flows.read.scan import HIDDEN, MissingInput, scan
from flows.read.source import Source, dumps, loads, publish_path, split_name
from flows.records import Refusal

CONFIG = ReadConfig()


def outcomes(*inputs, config=CONFIG, limit=None):
    """Published path to format, or to the reason of its refusal."""
    return {
        item.source_path: item.source_format if isinstance(item, Source) else item.reason
        for item in scan([str(i) for i in inputs], config, limit=limit)
    }


def test_order_is_that_of_whole_paths_bytes(tmp_path, put):
    for name in ("b/z.txt", "b.txt", "a/x.txt", "B.txt", "a-1.txt", "é.txt", "a/y/x.txt"):
        put(name, "text")
    found = [item.source_path for item in scan([str(tmp_path / "articles")], CONFIG)]
    assert found == sorted(found, key=str.encode)
    assert len(found) == 7


def test_order_and_paths_do_not_depend_on_how_inputs_are_given(tmp_path, put, monkeypatch):
    put("one/a.txt", "a"), put("two/b.txt", "b")
    monkeypatch.chdir(tmp_path / "articles")
    expected = ["a.txt", "b.txt"]
    for inputs in (["one", "two"], ["two", "./one/"], ["two", "one", "one/a.txt", "one"]):
        assert [item.source_path for item in scan(inputs, CONFIG)] == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("a.txt", ("a", "text", None)),
        ("a.TXT", ("a", "text", None)),
        ("d.e/a.md", ("d.e/a", "markdown", None)),
        ("a.txt.gz", ("a", "text", "gzip")),
        ("a.jsonl.zst", ("a", "jsonl", "zstd")),
        ("a.warc.gz", ("a", "warc", "gzip")),
        ("51121", ("51121", "text", None)),
        ("d.e/51121", ("d.e/51121", "text", None)),
        ("a.docx", ("a", None, None)),
        ("a.gz", ("a", "text", "gzip")),
        ("a.b.txt", ("a.b", "text", None)),
        (".txt", (".txt", "text", None)),
    ],
)
def test_names_are_split(name, expected):
    assert split_name(name) == expected


def test_what_is_an_article_and_what_is_not(tmp_path, put):
    for name in (
        "a.txt", "b.html", "c.docx", ".hidden.txt", ".git/x.txt", "README.md", "LICENSE",
        "sub/SOURCES.txt", "plain", "x.txt/inside.txt",
    ):  # fmt: skip
        put(name, "text")
    assert outcomes(tmp_path / "articles") == {
        ".git/": "hidden",
        ".hidden.txt": "hidden",
        "LICENSE": "unknown_format",
        "README.md": "unknown_format",
        "a.txt": "text",
        "b.html": "html",
        "c.docx": "unknown_format",
        "plain": "text",
        "sub/SOURCES.txt": "unknown_format",
        "x.txt/inside.txt": "text",
    }


@pytest.mark.parametrize("name", ["README.md", "story.docx", ".hidden.txt"])
def test_a_file_named_by_the_user_is_read(put, name):
    assert isinstance(next(iter(scan([str(put(name, "text"))], CONFIG))), Source)


def test_sidecars_are_no_articles(tmp_path, put):
    for name in (
        "a.txt",
        "a.json",
        "a.yaml",
        "b.html",
        "b.html.json",
        "c.json",
        "d.txt.gz",
        "d.yml",
    ):
        put(name, "text")
    assert outcomes(tmp_path / "articles") == {
        "a.json": "sidecar",
        "a.txt": "text",
        "a.yaml": "sidecar",
        "b.html": "html",
        "b.html.json": "sidecar",
        "c.json": "json",
        "d.txt.gz": "text",
        "d.yml": "sidecar",
    }
    by_name = {item.source_path: item for item in scan([str(tmp_path / "articles")], CONFIG)}
    names = [Path(path).name for path in by_name["a.txt"].sidecars]
    assert names == ["a.yaml", "a.json"]


def test_a_single_file_has_its_sidecars_too(put):
    article = put("a.txt", "text")
    put("a.json", "{}")
    (source,) = scan([str(article)], CONFIG)
    assert [Path(path).name for path in source.sidecars] == ["a.json"]
    assert source.source_path == "a.txt"


def test_links(tmp_path, put):
    put("in.txt", "text")
    put("sub/deep.txt", "text")
    (tmp_path / "secret.txt").write_text("secret")
    folder = tmp_path / "articles"
    (folder / "inside.txt").symlink_to("in.txt")
    (folder / "outside.txt").symlink_to(tmp_path / "secret.txt")
    (folder / "dangling.txt").symlink_to("nowhere.txt")
    (folder / "loop.txt").symlink_to("loop.txt")
    (folder / "sub" / "up").symlink_to("..")
    (folder / "out").symlink_to(tmp_path)
    assert outcomes(folder) == {
        "dangling.txt": "symlink_dangling",
        "in.txt": "text",
        "inside.txt": "text",
        "loop.txt": "symlink_loop",
        "out": "symlink_outside",
        "outside.txt": "symlink_outside",
        "sub/deep.txt": "text",
        "sub/up": "symlink_loop",
    }


def test_special_files(tmp_path, monkeypatch):
    os.mkfifo(tmp_path / "pipe.txt")
    monkeypatch.chdir(tmp_path)
    server = socket.socket(socket.AF_UNIX)
    server.bind("socket.txt")
    try:
        assert outcomes(tmp_path) == {"pipe.txt": "special_file", "socket.txt": "special_file"}
    finally:
        server.close()


def test_unreadable_folder_is_a_row(tmp_path, put, monkeypatch):
    put("ok.txt", "text")
    put("shut/a.txt", "text")
    scandir = os.scandir

    def refuse(path):
        if str(path).rstrip("/").endswith("shut"):
            raise PermissionError(13, "Permission denied")
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refuse)
    found = outcomes(tmp_path / "articles")
    assert found == {"ok.txt": "text", "shut/": "unreadable"}


@pytest.mark.parametrize(
    ("name", "published"),
    [
        (b"new\nline.txt", "new\\x0aline.txt"),
        (b"quo'te\".txt", "quo'te\".txt"),
        (b"\xff\xfe.txt", "\\xff\\xfe.txt"),
        (b"back\\slash.txt", "back\\x5cslash.txt"),
        (b"\x1b[31mred.txt", "\\x1b[31mred.txt"),
        ("cafe\u0301.txt".encode(), "cafe\u0301.txt"),
        (b"n" * 251 + b".txt", "n" * 251 + ".txt"),
    ],
)
def test_odd_names_survive_and_print_harmlessly(tmp_path, name, published):
    folder = os.fsencode(tmp_path) + b"/articles"
    Path(os.fsdecode(folder)).mkdir()
    Path(os.fsdecode(folder + b"/" + name)).write_bytes(b"text")
    (source,) = scan([str(tmp_path / "articles")], CONFIG)
    assert source.source_path == published
    assert loads(dumps(source)) == source
    assert Path(loads(dumps(source)).path).read_bytes() == b"text"


def test_published_paths_are_distinct():
    assert publish_path("a\\x0a") != publish_path("a\n")


def test_folders_nested_deeper_than_the_stack(tmp_path):
    folders = [str(tmp_path) + "/d" * depth for depth in range(1, 1201)]
    for folder in folders:
        Path(folder).mkdir()
    article = Path(folders[-1], "a.txt")
    article.write_text("text")
    assert list(outcomes(tmp_path).values()) == ["text"]
    article.unlink()
    for folder in reversed(folders):  # shutil.rmtree would not get that deep
        Path(folder).rmdir()


@pytest.mark.parametrize("given", ["nowhere", "nowhere/a.txt", "memory://no/such", "nosuch://x/y"])
def test_missing_input_is_an_error_before_anything_is_read(tmp_path, put, given):
    put("a.txt", "text")
    path = given if "://" in given else str(tmp_path / given)
    with pytest.raises(MissingInput, match=given.rpartition("/")[2]):
        next(scan([str(tmp_path / "articles"), path], CONFIG))


def test_limit_refuses_the_rest(tmp_path, put):
    for name in "abc":
        put(f"{name}.txt", "text")
    folder = tmp_path / "articles"
    expected = {"a.txt": "text", "b.txt": "over_limit", "c.txt": "over_limit"}
    assert outcomes(folder, limit=1) == expected
    assert outcomes(folder, config=ReadConfig(max_files=1)) == expected


def test_too_large_files_are_not_opened(tmp_path, put):
    put("a.txt", "x" * 11), put("b.txt", "x" * 10), put("c.jsonl", "x" * 11)
    found = outcomes(tmp_path / "articles", config=ReadConfig(max_file_bytes=10))
    assert found == {"a.txt": "too_large", "b.txt": "text", "c.jsonl": "jsonl"}


def test_equal_relative_paths_of_two_inputs_are_told_apart(put):
    one, two = put("one/a.txt", "a").parent, put("two/a.txt", "b").parent
    found = list(scan([str(two), str(one)], CONFIG))
    assert isinstance(found[0], Source)
    assert found[0].path.endswith("one/a.txt")
    assert isinstance(found[1], Refusal)
    assert (found[1].source_path, found[1].reason) == ("a.txt#input 2", "duplicate_id")


def test_manifest_rows_go_to_their_files(tmp_path, put):
    put("a.txt", "text"), put("sub/b.txt", "text")
    put("manifest.csv", "path,title\n./a.txt,One\nsub/b.txt,Two\ngone.txt,Three\n")
    found = {item.source_path: item for item in scan([str(tmp_path / "articles")], CONFIG)}
    assert found["a.txt"].given == (("title", "One"),)
    assert found["sub/b.txt"].given == (("title", "Two"),)
    assert found["gone.txt"].reason == "unreadable"
    assert found["manifest.csv"].reason == "manifest"
    assert set(found) == {"a.txt", "sub/b.txt", "gone.txt", "manifest.csv"}


def test_a_manifest_of_another_name_is_named_in_the_configuration(tmp_path, put):
    put("a.txt", "text")
    manifest = put("meta.csv", "File,title\na.txt,One\n")
    source, itself = scan([str(tmp_path / "articles")], ReadConfig(manifest=str(manifest)))
    assert (itself.source_path, itself.reason) == ("meta.csv", "manifest")
    assert source.given == (("title", "One"),)


@pytest.mark.parametrize("content", [b"title\nOne\n", b"path\n\xff\n", None])
def test_a_named_manifest_that_cannot_be_used_is_an_error(tmp_path, put, content):
    put("a.txt", "text")
    path = tmp_path / "meta.csv"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ConfigError, match=r"meta\.csv"):
        list(scan([str(tmp_path / "articles")], ReadConfig(manifest=str(path))))


def test_a_csv_without_paths_is_a_collection_though_called_manifest(tmp_path, put):
    put("manifest.csv", "title,text\na,b\n")
    assert outcomes(tmp_path / "articles") == {"manifest.csv": "csv"}


@pytest.mark.slow
def test_fifty_thousand_tiny_files(tmp_path):
    for folder in range(50):
        (tmp_path / str(folder)).mkdir()
        for number in range(1000):
            Path(tmp_path, str(folder), f"{number}.txt").write_bytes(b"x")
    found = list(scan([str(tmp_path)], CONFIG))
    assert len(found) == 50_000
    assert all(isinstance(item, Source) for item in found)


def test_what_is_passed_over_is_skipped_and_not_opened(tmp_path, put):
    for name in (
        ".DS_Store",
        ".git/config",
        "sub/.git/a/b.txt",
        "README",
        "a.jpg",
        "a.yaml",
        "a.txt",
    ):
        put(name, "text")
    (tmp_path / "articles" / ".link.txt").symlink_to("/etc/passwd")
    os.mkfifo(tmp_path / "articles" / ".pipe")
    found = list(scan([str(tmp_path / "articles")], CONFIG))
    assert {item.source_path for item in found if isinstance(item, Refusal)} == {
        ".DS_Store", ".git/", ".link.txt", ".pipe", "README", "a.jpg", "a.yaml", "sub/.git/"
    }  # fmt: skip
    for item in found:
        if isinstance(item, Refusal):
            assert item.outcome == "skipped" and item.detail and item.raw_sha256 is None


def test_paths_skipped_in_two_inputs_have_a_row_each(put):
    folders = [put(f"{name}/.DS_Store", "x").parent for name in ("one", "two")]
    found = [(item.source_path, item.reason) for item in scan(map(str, folders), CONFIG)]
    assert found == [(".DS_Store", "hidden"), (".DS_Store#input 2", "hidden")]


@pytest.mark.parametrize(
    ("path", "hidden"),
    [
        ("a/b.txt", None),
        ("a.b/c..txt", None),
        (".a", ".a"),
        (".a/b/.c", ".a/"),
        ("a/.b", "a/.b"),
        ("a/b/.c/d/e", "a/b/.c/"),
    ],
)
def test_the_first_hidden_part_of_an_objects_path(path, hidden):
    found = HIDDEN.match(path)
    assert (found and found[0]) == hidden
