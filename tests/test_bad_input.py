"""Bad input, end to end: one folder of everything that people and machines get wrong, built once.

Each case ends in a document (perhaps with a flag) or in a refusal with a reason, and the good
articles around it are what they are without it. What single stages make of the same cases stands
in tests/read and tests/clean.
"""

import gzip
import io
import json
import os
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from flows.cli import app
from flows.publish.verify import verify_files

pytestmark = [pytest.mark.model, pytest.mark.slow]

FIRST = "The council met for three hours on Tuesday and put off its vote on the new bridge."
SPEECH = "“Nobody has told us what it costs,” said Ann Smith, the mayor of the town."
LAST = "The work is not expected to begin before the rivers fall again in the autumn."
BODY = f"{FIRST}\n\n{SPEECH}\n\n{LAST}"
GERMAN = (
    "Der Minister sagte am Montag, die Regierung werde der Forderung nicht nachgeben, und verwies "
    "auf die Lage an der Grenze, wo seit Wochen verhandelt wird."
)
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(range(256)) * 4
DOUBLY = "“It’s a café,” she said of the old mill.".encode().decode("cp1252", "replace")


def news(number: object) -> str:
    """An article with a word of its own in every few: no two shall be near duplicates."""
    return (
        f"The council of {number} met on {number} street and put off {number} votes, {number} "
        f"members being away.\n\n“Nobody knows {number} well, and {number} costs more than "
        f"{number} did,” said Ann Smith, mayor of {number}.\n\nThe work on {number} is hard: "
        f"{number} lies on a river, and {number} has no bridge."
    )


@dataclass(frozen=True)
class Case:
    """A file and what is to become of it.

    Attributes:
        reason: of its refusal; None where it becomes documents.
        outcome: in its row of `inputs`.
        flags: that its document has, beside others.
        text: that its document has.
        holds: what its document's text has in it.
    """

    data: bytes
    reason: str | None = None
    flags: frozenset[str] = field(default_factory=frozenset)
    text: str | None = None
    holds: str = ""
    outcome: str = "accepted"


def as_is(text: str, *flags: str, encoding: str = "utf-8") -> Case:
    return Case(text.encode(encoding), flags=frozenset(flags), text=text)


def odd(data: bytes | str, *flags: str, holds: str = "", text: str | None = None) -> Case:
    raw = data.encode() if isinstance(data, str) else data
    return Case(raw, flags=frozenset(flags), holds=holds, text=text)


def refused(reason: str, data: bytes | str) -> Case:
    return Case(data.encode() if isinstance(data, str) else data, reason, outcome="rejected")


def skipped(reason: str, data: bytes | str) -> Case:
    return replace(refused(reason, data), outcome="skipped")


def zipped() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("article.txt", BODY * 50)
    return out.getvalue()


def bomb() -> bytes:
    """200 MB in 200 KB."""
    out = io.BytesIO()
    with gzip.GzipFile(fileobj=out, mode="wb", compresslevel=9, mtime=0) as packed:
        for _ in range(200):
            packed.write(bytes(1_000_000).replace(b"\0", b"a"))
    return out.getvalue()


CASES: dict[str, Case] = {
    # Nothing in it
    "empty.txt": refused("empty", b""),
    "white-space.txt": refused("empty", b" \n\t\r\n \n"),
    "bom-only.txt": refused("empty", b"\xef\xbb\xbf"),
    "bom-utf16-only.txt": refused("empty", b"\xff\xfe"),
    "invisible.txt": refused("empty", "\u200b\u00ad\u2060"),
    "boilerplate-only.txt": refused("boilerplate_only", "ADVERTISEMENT\n\nShare this story\n"),
    "german.txt": refused("not_target_language", GERMAN),
    # Line ends and encodings
    "cr.txt": odd(news("cr").replace("\n", "\r"), text=news("cr")),
    "crlf.txt": odd(news("crlf").replace("\n", "\r\n"), text=news("crlf")),
    "mixed-ends.txt": odd(news("ends").replace("\n\n", "\r\n\r", 1), text=news("ends")),
    "u2028.txt": odd(news("line").replace("\n\n", "\u2028\u2028"), text=news("line")),
    "utf16-bom.txt": as_is(news("u16"), encoding="utf-16"),
    "utf16-le.txt": as_is(news("u16le"), encoding="utf-16-le"),
    "utf16-be.txt": as_is(news("u16be"), encoding="utf-16-be"),
    "utf32-bom.txt": as_is(news("u32"), encoding="utf-32"),
    "utf32-le.txt": as_is(news("u32le"), encoding="utf-32-le"),
    "utf32-be.txt": as_is(news("u32be"), encoding="utf-32-be"),
    "cp1252.txt": as_is(news("café"), "fallback_encoding", encoding="cp1252"),
    "mac-roman.txt": as_is(news("résumé"), encoding="mac-roman"),
    "double-encoded.txt": odd(
        DOUBLY.replace("\ufffd", "\x9d"),
        "mojibake_repaired",
        text="“It’s a café,” she said of the old mill.",
    ),
    # Characters
    "controls.txt": odd(
        "A \x1b[31mRed\x1b[0m \x1b]0;owned\x07Day\x00 for the Town\n\n" + news("nul"),
        "null_characters",
        holds="A Red Day for the Town",
    ),
    "nfd.txt": odd(news("cafe\u0301"), text=news("café")),
    "zalgo.txt": odd(news("z" + "\u0301\u0316\u0330" * 3_000)),
    "right-to-left.txt": odd(news("“שלום” \u202eegdirb\u202c"), holds="“שלום” egdirb"),
    # Sizes
    "line-of-5-mb.txt": refused("too_large", b"word " * 1_000_000),
    "quotes-10-mb.txt": refused("too_large", b'"' * 10_000_000),
    "a-million-brackets.txt": refused("no_text", b"(" * 1_000_000),
    "brackets-100-k.txt": odd(f"{news('brackets')}\n\n{'(' * 100_000}", holds="brackets"),
    "quotes-100-k.txt": odd(f'{news("marks")}\n\n{chr(34) * 100_000}', holds="marks"),
    "article-1.2-m.txt": refused("too_large", (news("long") + "\n\n") * 5_200),
    "token-100-k.txt": odd(f"{news('token')} {'x' * 100_000}.", holds="x" * 100_000),
    # Quotation marks
    "unbalanced.txt": odd(f'{news("u")}\n\nHe said "so.', "unbalanced_quotes"),
    "nested.txt": as_is(f"{news('n')}\n\n“He told me, ‘She said “no” to it,’” Mr. Lee said."),
    "reversed.txt": odd(f"{news('r')}\n\n”We will not pay for it,“ Mr. Lee said."),
    "single.txt": as_is(f"{news('s')}\n\n'We won't pay for it,' Mr. Lee said."),
    "guillemets.txt": as_is(f"{news('g')}\n\n«We will not pay for it,» Mr. Lee said."),
    "german-marks.txt": as_is(f"{news('d')}\n\n„We will not pay for it,“ Mr. Lee said."),
    "five-later.txt": odd(
        f"{news('f')}\n\nMr. Lee said, “We begin.\n\nOne.\n\nTwo.\n\nThree.\n\nFour.\n\nWe end.”",
        "unbalanced_quotes",
    ),
    "references.txt": odd(
        news("refs") + "\n\n&quot;We won&#8217;t,&quot; said AT&amp;T in its caf&eacute;.",
        holds='"We won’t," said AT&T in its café.',
    ),
    # What is no text, or no article's
    "script.txt": odd(
        f"{news('html')}\n\n<script>alert('x')</script><b>Bold</b> claims were made by the mayor.",
        holds="Bold claims were made by the mayor.",
    ),
    "png.txt": refused("binary", PNG),
    "pdf.txt": refused("binary", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n" + bytes(range(256))),
    "zip.txt": refused("binary", zipped()),
    "bomb.txt.gz": refused("too_large", bomb()),
    "torn.txt.gz": refused("truncated", gzip.compress(news("torn").encode())[:-9]),
    "table.xyz": skipped("unknown_format", b"1,2,3"),
    ".DS_Store": skipped("hidden", b"\0\0\0\1Bud1"),
    "README.md": skipped("unknown_format", "How these articles were collected"),
    # Names
    "x.txt/inside.txt": as_is(news("inside")),
    "new\nline.txt": as_is(news("newline")),
    "quo'\"te.txt": as_is(news("quote")),
    "n" * 251 + ".txt": as_is(news("255")),
    "Case.txt": as_is(news("upper")),
    "case.txt": as_is(news("lower")),
    "e\u0301tude.txt": as_is(news("decomposed")),
    # Front matter
    "rule.txt": odd("---\n\n" + news("rule"), holds=news("rule")),
    "norway.txt": odd("---\ntitle: Mill\ncountry: NO\n---\n" + news("NO"), text=news("NO")),
    "alias-bomb.txt": odd(
        "---\ntitle: Mill\na: &a [x, x, x]\nb: &b [*a, *a, *a]\nc: [*b, *b, *b]\n---\n"
        + news("alias"),
        "metadata_invalid",
        holds=news("alias"),
    ),
    "day-zero.txt": odd("---\ndate: 0000-00-00\n---\n" + news("zero"), "date_invalid"),
    "february.txt": odd("---\ndate: 2011-02-30\n---\n" + news("feb"), "date_invalid"),
    "year-9999.txt": odd("---\ndate: 9999-12-31\n---\n" + news("9999"), "date_invalid"),
    "authors-string.txt": odd("---\nauthors: Ann Lee and Bo Orr\n---\n" + news("authors")),
    "authors-list.txt": odd("---\nauthors: [Ann Lee, Bo Orr]\n---\n" + news("list")),
    "authors-null.txt": odd("---\nauthors: null\ntitle: Mill\n---\n" + news("nobody")),
    "same-1.txt": odd("---\nid: same\n---\n" + news("same 1"), text=news("same 1")),
    "same-2.txt": refused("duplicate_id", "---\nid: same\n---\n" + news("same 2")),
}  # fmt: skip
NOT_UTF8 = b"caf\xe9.txt"
GOOD = ("a-good.txt", "m-good.txt", "z-good.txt")
JSON_LINES = [
    (json.dumps({"text": news("line 1")}), None),
    ('{"text": "broken', "broken_record"),
    ('{"text": "' + news("line 3").replace("\n", "\\n") + '", "title": "A", "title": "B"}', None),
    ('{"text": "' + news("line 4").replace("\n", "\\n") + '", "score": NaN}', None),
    ("[" * 5_000 + "]" * 5_000, "broken_record"),
    ('{"text": "He said \\ud83d so of the bridge. ' + FIRST + '"}', None),
    (json.dumps({"text": news("line 7"), "authors": None, "date": "2011-02-30"}), None),
    (json.dumps({"text": ["a", 1]}), "no_text"),
    (json.dumps({"title": "no text"}), "no_text"),
    (json.dumps({"text": news("line 10")}), None),
]
CSV_ROWS = [
    ("id,title,text", None),
    (f'c1,=HYPERLINK("x"),"{news("row 1")}"', None),
    ("c2,ragged", "broken_record"),
    (f'c3,a,"{news("row 3")}",d,e', "broken_record"),
    (f'c4,+1+1,"{news("row 4")}"', None),
]


def write(folder: Path) -> None:
    """Write all of it; what the file system refuses fails the test."""
    for name, case in CASES.items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(case.data)
    for name in GOOD:
        (folder / name).write_text(news(name), encoding="utf-8")
    (folder / "mac-roman.txt.yaml").write_text("encoding: macintosh\n")
    Path(os.fsdecode(os.fsencode(folder) + b"/" + NOT_UTF8)).write_text(news("bytes"))
    (folder / ".hidden.txt").write_text(news("hidden"))
    (folder / ".git").mkdir()
    (folder / ".git" / "objects.txt").write_text(news("git"))
    (folder / "lines.jsonl").write_text("\n".join(line for line, _ in JSON_LINES))
    (folder / "rows.csv").write_text("\n".join(row for row, _ in CSV_ROWS))
    table = pa.table({"text": pa.array([1, 2]), "title": pa.array(["x", "y"])})
    pq.write_table(table, folder / "wrong-types.parquet")
    (folder / "torn.warc").write_bytes(
        capture("whole", news("whole")) + capture("torn", news("torn"))[:-60]
    )
    outside = folder.parent / "secret.txt"
    outside.write_text(news("secret"))
    (folder / "outside.txt").symlink_to(outside)
    (folder / "loop.txt").symlink_to("loop.txt")
    (folder / "dangling.txt").symlink_to("nothing.txt")
    (folder / "around").symlink_to(folder)
    (folder / "device.txt").symlink_to("/dev/zero")
    os.mkfifo(folder / "fifo.txt")


def capture(name: str, text: str) -> bytes:
    http = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n" + text.encode()
    head = (
        f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: http://x.example/{name}\r\n"
        f"WARC-Date: 2020-01-01T00:00:00Z\r\nWARC-Record-ID: <urn:uuid:{name}>\r\n"
        f"Content-Type: application/http; msgtype=response\r\nContent-Length: {len(http)}\r\n\r\n"
    )
    return head.encode() + http + b"\r\n\r\n"


Release = dict[str, list[dict[str, Any]]]


@pytest.fixture(scope="module")
def built(
    build_release: Callable[..., dict[str, Any]], tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """Folder of a release of everything above, and of /dev/zero named outright."""
    folder = tmp_path_factory.mktemp("bad") / "articles"
    folder.mkdir()
    write(folder)
    made = build_release([folder, Path("/dev/zero")], folder.parent / "out")
    return Path(made["path"])


@pytest.fixture(scope="module")
def release(built: Path) -> Release:
    return {
        name: pq.read_table(built / f"{name}.parquet").to_pylist()
        for name in ("inputs", "documents", "sentences", "entities", "quotes", "removals")
    }


def published(name: str) -> str:
    return name.replace("\n", "\\x0a")


@pytest.mark.parametrize("name", CASES, ids=lambda name: name[:40])
def test_a_file_ends_in_a_row(release: Release, name: str) -> None:
    case = CASES[name]
    (row,) = [r for r in release["inputs"] if r["source_path"] == published(name)]
    assert (row["reason"], row["outcome"]) == (case.reason, case.outcome)
    documents = [d for d in release["documents"] if d["source_path"] == published(name)]
    if case.reason:
        assert not documents and row["detail"]
        return
    (document,) = documents
    assert case.flags <= set(document["flags"])
    assert case.text in (None, document["text"])
    assert case.holds in document["text"]


def test_the_release_is_whole(built: Path, release: Release) -> None:
    assert verify_files(built) == []
    flagged = {f for d in release["documents"] for f in d["flags"]}
    assert "time_limit" not in flagged
    for table in ("documents", "removals"):
        for row in release[table]:
            assert "\x1b" not in (row["text"] or "") and "\x00" not in (row["text"] or "")


def test_links_pipes_and_devices(release: Release) -> None:
    reasons = {r["source_path"]: r["reason"] for r in release["inputs"]}
    assert {name: reasons[name] for name in reasons if name in SPECIAL} == SPECIAL
    assert not any("secret" in d["text"] for d in release["documents"])


SPECIAL = {
    "outside.txt": "symlink_outside",
    "loop.txt": "symlink_loop",
    "around": "symlink_loop",
    "dangling.txt": "symlink_dangling",
    "device.txt": "symlink_outside",
    "fifo.txt": "special_file",
    "zero": "special_file",
}


def test_a_name_that_is_no_utf8_and_a_hidden_one(release: Release) -> None:
    paths = {r["source_path"]: r["reason"] for r in release["inputs"]}
    assert paths[".git/"] == "hidden" and not any(path.startswith(".git/o") for path in paths)
    assert paths["mac-roman.txt.yaml"] == "sidecar"
    assert paths["caf\\xe9.txt"] is None
    assert paths[".hidden.txt"] == "hidden"


def rows_of(release: Release, path: str) -> list[str | None]:
    """Reasons of the records of a collection file, in its order."""
    rows = [r for r in release["inputs"] if r["source_path"] == path and r["source_locator"]]
    return [r["reason"] for r in sorted(rows, key=lambda r: int(r["source_locator"].split()[-1]))]


def test_records_cost_no_neighbour(release: Release) -> None:
    assert rows_of(release, "lines.jsonl") == [reason for _, reason in JSON_LINES]
    assert rows_of(release, "rows.csv") == [reason for _, reason in CSV_ROWS[1:]]
    assert set(rows_of(release, "wrong-types.parquet")) == {"no_text"}
    assert rows_of(release, "torn.warc") == [None, "truncated"]
    by_line = {
        d["source_locator"]: d for d in release["documents"] if d["source_path"] == "lines.jsonl"
    }
    for number in (1, 3, 4, 7, 10):
        assert by_line[f"line {number}"]["text"] == news(f"line {number}")
    assert "metadata_conflict" in by_line["line 3"]["flags"]
    assert "replacement_characters" in by_line["line 6"]["flags"]
    assert "date_invalid" in by_line["line 7"]["flags"]


def test_cells_that_look_like_formulas_are_text(release: Release) -> None:
    titles = {d["doc_id"]: d["title"] for d in release["documents"]}
    assert titles["c1"] == '=HYPERLINK("x")' and titles["c4"] == "+1+1"


def test_metadata(release: Release) -> None:
    by_path = {d["source_path"]: d for d in release["documents"]}
    assert json.loads(by_path["norway.txt"]["extra"]) == {"country": "NO"}
    assert by_path["day-zero.txt"]["published_raw"] == "0000-00-00"
    assert by_path["day-zero.txt"]["published_date"] is None
    assert by_path["february.txt"]["published_precision"] is None
    assert by_path["year-9999.txt"]["published_raw"] == "9999-12-31"
    assert by_path["authors-string.txt"]["authors"] == ["Ann Lee", "Bo Orr"]
    assert by_path["authors-list.txt"]["authors"] == ["Ann Lee", "Bo Orr"]
    assert by_path["authors-null.txt"]["authors"] == []
    assert by_path["mac-roman.txt"]["encoding_method"] == "declared"
    assert {by_path["Case.txt"]["doc_id"], by_path["case.txt"]["doc_id"]} == {"Case", "case"}
    assert by_path["controls.txt"]["title"] == "A Red Day for the Town"


DEGRADED = {"unclosed_mark", "closed_late", "odd_marks"}
MARKS = {
    "unbalanced.txt": "so.",
    "nested.txt": None,
    "reversed.txt": "We will not pay for it,",
    "single.txt": "We won't pay for it,",
    "guillemets.txt": "We will not pay for it,",
    "german-marks.txt": "We will not pay for it,",
    "five-later.txt": None,
}


@pytest.mark.parametrize("name", MARKS)
def test_an_odd_mark_costs_its_paragraph_alone(release: Release, name: str) -> None:
    (document,) = [d for d in release["documents"] if d["source_path"] == name]
    first, *odd = [q for q in release["quotes"] if q["doc_id"] == document["doc_id"]]
    assert first["content"].startswith("Nobody knows") and first["content"].endswith("did,")
    assert (first["speaker_name"], first["flags"]) == ("Ann Smith", [])
    assert odd
    for quote in odd:
        # What is not the stretch between the marks says that it may be wrong.
        assert quote["content"] == MARKS[name] or DEGRADED & set(quote["flags"])
    assert MARKS[name] is None or MARKS[name] in {quote["content"] for quote in odd}


@pytest.mark.parametrize("what", ["mac-roman", "Case", "case", "controls", "n" * 251])
def test_explain_tells_of_odd_ones(built: Path, what: str) -> None:
    shown = CliRunner().invoke(app, ["explain", what, "--release", str(built)])
    assert shown.exit_code == 0, shown.exception
    head = shown.stdout.splitlines()
    assert f"  article    {what}" in head
    assert all(c.isprintable() or c == "\n" for c in shown.stdout)


def test_no_title_or_name_gives_a_terminal_orders(tmp_path: Path) -> None:
    title = "\x1b[31mRed\x1b]0;owned\x07 \u202eDay"
    line = json.dumps({"text": news("titles"), "title": title})
    (tmp_path / "\x1b[2J.jsonl").write_text(f"{line}\n[broken \x1b[2J\n", encoding="utf-8")
    (tmp_path / "\x9b2J.xyz").write_bytes(b"x")
    for options in ([], ["--json"]):
        shown = CliRunner().invoke(app, ["check", str(tmp_path), *options])
        assert shown.exit_code == 0, shown.exception
        assert "Red" in shown.output
        assert all(c.isprintable() or c == "\n" for c in shown.output)


def told(release: Release, path: str) -> Iterator[tuple[Any, ...]]:
    """What a release says of one document, ids and offsets included."""
    (doc_id,) = [d["doc_id"] for d in release["documents"] if d["source_path"] == path]
    for table in ("documents", "sentences", "entities", "quotes", "removals"):
        for row in release[table]:
            if row["doc_id"] == doc_id:
                yield table, tuple(sorted((k, str(v)) for k, v in row.items()))


def test_the_good_ones_are_what_they_are_alone(
    build_release: Callable[..., dict[str, Any]], release: Release, tmp_path: Path
) -> None:
    folder = tmp_path / "articles"
    folder.mkdir()
    for name in GOOD:
        (folder / name).write_text(news(name), encoding="utf-8")
    made = build_release([folder], tmp_path / "out")
    alone = {
        name: pq.read_table(Path(made["path"]) / f"{name}.parquet").to_pylist() for name in release
    }
    for name in GOOD:
        found = list(told(release, name))
        assert found == list(told(alone, name))
        assert any(table == "quotes" for table, _ in found)


def test_a_long_article_is_read_whole(
    build_release: Callable[..., dict[str, Any]], tmp_path: Path
) -> None:
    (tmp_path / "long.txt").write_text("\n\n".join(news(number) for number in range(800)))
    made = build_release([tmp_path / "long.txt"], tmp_path / "out")
    (document,) = pq.read_table(Path(made["path"]) / "documents.parquet").to_pylist()
    assert document["n_chars"] > 190_000 and document["n_quotes"] >= 800
