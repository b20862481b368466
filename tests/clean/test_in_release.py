"""What cleaning decides, as a reader of a release sees it: whole walks without the orchestrator."""

import gzip
import random
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from flows.config import Config
from flows.plan import annotation_keys, make_plan
from flows.rebuild import Results, Steps, rebuild, run_here

pytestmark = pytest.mark.model

Rows = Callable[[str], list[dict[str, Any]]]

ADVERTISEMENT = "Article continues below this ad"
NEWS = (
    "The old mill on the river will reopen in spring, its owner said on Monday.\n\n"
    f"{ADVERTISEMENT}\n\n"
    "“We have waited for this day,” said Ann Smith, who bought the building years ago.\n"
)
FRONT = "---\ntitle: The Mill Opens\nsource: The Bugle\n---\n"
CAPTURE = (
    "WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: http://x.example/mill\r\n"
    "WARC-Date: 2020-01-01T00:00:00Z\r\nWARC-Record-ID: <urn:uuid:mill>\r\n"
    "Content-Type: application/http; msgtype=response\r\nContent-Length: {}\r\n\r\n"
)


@pytest.fixture
def walk(build_release: Callable[..., dict[str, Any]], tmp_path: Path) -> Callable[..., Rows]:
    """Writes files, walks to a release, and gives the rows of its tables."""

    def run(files: dict[str, bytes], **config: dict[str, Any]) -> Rows:
        folder = tmp_path / "articles"
        folder.mkdir()
        for name, data in files.items():
            (folder / name).write_bytes(data)
        made = build_release([folder], tmp_path / "out", Config.model_validate(config))
        return lambda table: pq.read_table(Path(made["path"]) / f"{table}.parquet").to_pylist()

    return run


def warc(text: str) -> bytes:
    body = text.encode()
    http = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n" + body
    return CAPTURE.format(len(http)).encode() + http + b"\r\n\r\n"


@pytest.mark.parametrize(
    ("name", "data", "n_removed"),
    [
        ("a.txt.gz", gzip.compress((FRONT + NEWS).encode(), mtime=0), 2),
        ("a.warc", warc(NEWS), 1),
    ],
)
def test_text_that_stands_nowhere_in_its_file_has_no_raw_offsets(
    walk: Callable[..., Rows], name: str, data: bytes, n_removed: int
) -> None:
    rows = walk({name: data, "plain.txt": (FRONT + NEWS + "More is to come.\n").encode()})
    for document in rows("documents"):
        assert (document["alignment"] is None) == (document["source_path"] == name)
    for table in ("removals", "sentences", "entities", "quotes"):
        here = [r for r in rows(table) if r["doc_id"] != "plain"]
        there = [r for r in rows(table) if r["doc_id"] == "plain"]
        assert here and all(r["raw_start"] is None and r["raw_end"] is None for r in here)
        assert there and all(r["raw_start"] is not None for r in there)
        if table == "removals":
            assert len(here) == n_removed


def story(seed: int, n_sentences: int = 40) -> list[str]:
    """Sentences of news, other ones for every seed."""
    rng = random.Random(seed)
    who = ["The mayor", "A neighbour", "The council", "An engineer", "The owner", "A judge"]
    did = ["said on Monday that", "had long feared that", "told the paper that", "doubted that"]
    what = ["the old bridge", "the school roof", "a new ferry", "the market hall", "the river wall"]
    when = ["by spring", "within a year", "before the elections", "after the flood", "in May"]
    return [
        f"{rng.choice(who)} {rng.choice(did)} {rng.choice(what)} number {rng.randrange(999)} would "
        f"cost {rng.randrange(2, 999)} million and be ready {rng.choice(when)}."
        for _ in range(n_sentences)
    ]


def text(sentences: list[str]) -> bytes:
    return "\n\n".join(" ".join(sentences[i : i + 4]) for i in range(0, len(sentences), 4)).encode()


@pytest.fixture(scope="module")
def repeated() -> dict[str, bytes]:
    """A whole text, a copy, a near copy, an excerpt, another text."""
    whole = story(1)
    near = [*whole[:30], "Nobody else in the town wished to comment on it.", *whole[30:]]
    return {
        "b-whole.txt": text(whole),
        "c-copy.txt": text(whole),
        "a-near.txt": text(near),
        "d-excerpt.txt": text(whole[8:24]),
        "e-other.txt": text(story(2)),
    }


def test_duplicates_are_flagged(walk: Callable[..., Rows], repeated: dict[str, bytes]) -> None:
    rows = {r["doc_id"]: r for r in walk(repeated)("documents")}
    told = {
        i: (
            r["dup_group_id"],
            r["dup_of_doc_id"],
            [f for f in r["flags"] if "dup" in f or f == "excerpt"],
        )
        for i, r in rows.items()
    }
    assert told == {
        "a-near": ("a-near", None, []),
        "b-whole": ("a-near", "a-near", ["duplicate_near"]),
        "c-copy": ("a-near", "b-whole", ["duplicate_exact"]),
        "d-excerpt": ("a-near", "a-near", ["excerpt"]),
        "e-other": (None, None, []),
    }
    assert rows["c-copy"]["dup_similarity"] == 1.0
    assert 0.7 <= rows["b-whole"]["dup_similarity"] <= 1.0


def test_duplicates_are_dropped_by_choice(
    walk: Callable[..., Rows], repeated: dict[str, bytes]
) -> None:
    rows = walk(repeated, clean={"duplicates": "drop"})
    assert {r["doc_id"]: r["dup_group_id"] for r in rows("documents")} == {
        "a-near": None,
        "e-other": None,
    }
    dropped = {
        r["source_path"]: (r["outcome"], r["reason"], r["doc_id"])
        for r in rows("inputs")
        if r["outcome"] != "accepted"
    }
    # `c-copy` repeats `b-whole`, which is left out itself: it names the one that is there.
    assert dropped == {
        "b-whole.txt": ("duplicate", "duplicate_near", "a-near"),
        "c-copy.txt": ("duplicate", "duplicate_exact", "a-near"),
        "d-excerpt.txt": ("duplicate", "excerpt", "a-near"),
    }


def test_nobody_names_a_document_that_failed(tmp_path: Path, repeated: dict[str, bytes]) -> None:
    folder = tmp_path / "articles"
    folder.mkdir()
    for name, data in repeated.items():
        (folder / name).write_bytes(data)
    plan = make_plan([str(folder)], tmp_path / "out", Config())

    def shards(stage: str, work: str, jobs: Sequence[str]) -> Results:
        """Everything but the fullest text is annotated."""
        results = run_here(stage, work, jobs)
        if stage == "clean":
            return results
        (text_key,) = plan.index.rows("select text_key from records where doc_id = 'a-near'")
        fullest = annotation_keys(plan)(*text_key)
        return [r | {"failures": {fullest: ("time_limit", "too slow")}} for r in results]

    made = rebuild(plan, steps=Steps(shards=shards))
    rows = pq.read_table(Path(made["path"]) / "documents.parquet").to_pylist()
    assert {r["doc_id"]: (r["dup_group_id"], r["dup_of_doc_id"]) for r in rows} == {
        "b-whole": ("b-whole", None),
        "c-copy": ("b-whole", "b-whole"),
        "d-excerpt": ("b-whole", None),
        "e-other": (None, None),
    }


GERMAN = (
    "Der Minister sagte am Montag: „Wir werden der Forderung nicht nachgeben.“ Er verwies auf die "
    "Lage an der Grenze, wo seit Wochen verhandelt wird, und auf die Kosten.\n"
).encode()


def test_another_language_is_refused_or_kept_without_annotation(
    walk: Callable[..., Rows],
) -> None:
    rows = walk({"a.txt": NEWS.encode(), "b.txt": GERMAN}, clean={"other_languages": "keep"})
    kept = {r["doc_id"]: r for r in rows("documents")}["b"]
    assert (kept["lang"], kept["flags"]) == ("de", ["other_language"])
    assert {kept[f"n_{name}"] for name in ("entities", "quotes")} == {0}
    assert {r["doc_id"] for r in rows("quotes")} == {"a"}


def test_the_target_language_is_a_choice(walk: Callable[..., Rows]) -> None:
    rows = walk({"a.txt": NEWS.encode(), "b.txt": GERMAN}, clean={"lang": "de"})
    assert {r["doc_id"]: r["reason"] or r["outcome"] for r in rows("inputs")} == {
        None: "not_target_language",
        "b": "accepted",
    }
