"""What releases say of each other: diff, drift, corrections, texts withheld and restored."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from flows.config import Config, PublishConfig
from flows.errors import ConfigError, UsageError
from flows.hydrate import hydrate
from flows.publish.corrections import load_corrections
from flows.publish.diff import compare, render, shown
from flows.publish.drift import judge, measure
from flows.publish.verify import verify_files
from flows.publish.withhold import withhold
from flows.validate.relations import check_relations
from schemas import TABLES

SEEDS = Path(__file__).resolve().parents[2] / "seeds" / "articles"
Build = Callable[..., dict[str, Any]]
pytestmark = [pytest.mark.model]


def rows(release: Path | str, table: str) -> list[dict[str, Any]]:
    return pq.read_table(Path(release) / f"{table}.parquet").to_pylist()


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The seeds, to be changed."""
    folder = tmp_path_factory.mktemp("corpus")
    for path in SEEDS.glob("*.txt"):
        (folder / path.name).write_bytes(path.read_bytes())
    return folder


@pytest.fixture(scope="module")
def releases(build_release: Build, corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Three releases: the seeds; with one edited, one removed and one added; without full texts."""
    output = tmp_path_factory.mktemp("out")
    first = build_release([corpus], output)
    names = sorted(p.name for p in corpus.glob("*.txt"))
    (corpus / names[0]).unlink()
    text = (corpus / names[1]).read_text()
    (corpus / names[1]).write_text(f"{text}\n\n“The mill will stay,” said Orla Venn, its owner.\n")
    (corpus / "new.txt").write_text(
        "A mill is saved\n\n“We are glad of it,” said Orla Venn, who owns the mill by the lake.\n"
    )
    second = build_release([corpus], output)
    bare = build_release(
        [corpus],
        output,
        Config.model_validate({"publish": {"full_text": False, "quote_limit": 40}}),
    )
    return [Path(m["path"]) for m in (first, second, bare)], names


def test_diff_tells_documents_and_quotes(releases: Any) -> None:
    (first, second, _), names = releases
    diff = compare(first, second)
    stems = [n.removesuffix(".txt") for n in names]
    assert diff.documents["added"].examples == ("new",)
    assert diff.documents["removed"].examples == (shown(stems[0]),)
    assert diff.documents["edited"].examples == (shown(stems[1]),)
    gained = {e.split("“")[1].split("”")[0] for e in diff.quotes["gained"].examples}
    assert {"We are glad of it,", "The mill will stay,"} <= gained
    lost = [q for q in rows(first, "quotes") if q["doc_id"] == stems[0]]
    assert diff.quotes["lost"].n == len(lost) > 0
    assert diff.schema == () and diff.quotes["re-attributed"].n == 0
    assert diff.rows["documents"] == (5, 5)


def test_diff_of_a_release_with_itself_is_empty(releases: Any) -> None:
    (first, *_), _ = releases
    diff = compare(first, first)
    assert {c.n for c in (*diff.documents.values(), *diff.quotes.values())} == {0}


def test_diff_is_rendered_and_stands_in_the_release(releases: Any) -> None:
    (first, second, _), _ = releases
    text = (second / "CHANGES.md").read_text()
    body = render(compare(first, second, names=(first.name, "this release")))
    assert text.startswith(body.rstrip())
    assert "The mill will stay," in text
    assert (first / "CHANGES.md").read_text() == "# Changes\n\nThis is the first release.\n"


def test_the_report_tells_what_the_release_was_compared_with(releases: Any) -> None:
    (first, second, _), _ = releases
    compared = f"Compared with <code>{first.name}</code>"
    assert compared in (second / "report.html").read_text()
    assert "no release before this one" in (first / "report.html").read_text()
    now = len(rows(second, "quotes"))
    assert (
        f'rows of quotes</th><td class="n">{len(rows(first, "quotes"))}</td><td class="n">{now}'
        in (second / "report.html").read_text()
    )


def test_a_hostile_text_stays_text() -> None:
    line = shown("<script>alert(1)</script>\n# [a](javascript:b) `c` | d")
    assert "<" not in line and "\n" not in line
    assert "\\[a\\](javascript:b)" in line and "\\`c\\`" in line and "\\|" in line
    assert len(shown("x" * 1_000)) == 160


def test_drift_sees_a_collapse_and_no_growth(releases: Any) -> None:
    (first, _, _), _ = releases
    same = judge(measure(first, first), PublishConfig())
    assert same == ([], [])


def test_drift_measures_what_is_lost(releases: Any, tmp_path: Path) -> None:
    (first, _, _), _ = releases
    poorer = tmp_path / "poorer"
    poorer.mkdir()
    for name in TABLES:
        table = pq.read_table(first / f"{name}.parquet")
        if name == "quotes":
            table = table.slice(0, len(table) // 4)
            at = table.schema.get_field_index("speaker_name")
            table = table.set_column(at, table.schema.field(at), pa.nulls(len(table), pa.string()))
        pq.write_table(table, poorer / f"{name}.parquet")
    fail, _ = judge(measure(first, poorer), PublishConfig())
    assert {
        "rows of quotes",
        "share of quotes with a named speaker",
        "share of nulls in quotes.speaker_name",
    } <= {m.name for m in fail}
    richer, _ = judge(measure(poorer, first), PublishConfig())
    assert richer == []


def test_texts_are_withheld(releases: Any) -> None:
    (_, full, bare), _ = releases
    assert {r["text"] for r in rows(bare, "documents")} == {None}
    assert {r["text"] for r in rows(bare, "sentences")} == {None}
    assert {r["text"] for r in rows(bare, "removals")} <= {None}
    assert not any(r["text_included"] for r in rows(bare, "documents"))
    for with_text, without in zip(rows(full, "quotes"), rows(bare, "quotes"), strict=True):
        for column in ("text", "content"):
            kept = with_text[column] if len(with_text[column]) <= 40 else None
            assert without[column] == kept
    changed = {"text", "text_included"}
    for a, b in zip(rows(full, "documents"), rows(bare, "documents"), strict=True):
        assert {k: v for k, v in a.items() if k not in changed} == {
            k: v for k, v in b.items() if k not in changed
        }
    assert verify_files(bare) == []
    # No stretch of an article longer than a quote may be stands in any file of the release.
    sentence = max((r["text"] for r in rows(full, "sentences")), key=len)
    for path in bare.iterdir():
        if path.suffix != ".parquet":
            assert sentence not in path.read_text()


def test_texts_come_back_byte_for_byte(releases: Any, corpus: Path, tmp_path: Path) -> None:
    (_, full, bare), _ = releases
    done = hydrate(bare, [str(corpus)], tmp_path / "with")
    assert (done.restored, done.missing) == (5, ())
    for name in TABLES:
        assert (tmp_path / "with" / f"{name}.parquet").read_bytes() == (
            full / f"{name}.parquet"
        ).read_bytes()
    assert verify_files(tmp_path / "with") == []


def test_a_changed_article_is_not_taken(releases: Any, corpus: Path, tmp_path: Path) -> None:
    (_, _, bare), _ = releases
    some = tmp_path / "some"
    some.mkdir()
    (some / "new.txt").write_bytes((corpus / "new.txt").read_bytes())
    other = sorted(corpus.glob("*.txt"))[0]
    (some / other.name).write_text(other.read_text().replace("the", "thé"))
    done = hydrate(bare, [str(some)], tmp_path / "with")
    assert done.restored == 1 and len(done.missing) == 4
    included = {r["doc_id"]: r["text_included"] for r in rows(tmp_path / "with", "documents")}
    assert [d for d, there in included.items() if there] == ["new"]
    files = {name: [tmp_path / "with" / f"{name}.parquet"] for name in TABLES}
    assert check_relations(files) == []


def test_what_hydrate_refuses(releases: Any, corpus: Path, tmp_path: Path) -> None:
    (_, full, bare), _ = releases
    with pytest.raises(UsageError, match="has its texts"):
        hydrate(full, [str(corpus)], tmp_path / "with")
    (tmp_path / "there").mkdir()
    with pytest.raises(UsageError, match="exists already"):
        hydrate(bare, [str(corpus)], tmp_path / "there")


def test_withholding_keeps_schemas(releases: Any) -> None:
    (_, full, _), _ = releases
    tables = {name: pq.read_table(full / f"{name}.parquet") for name in TABLES}
    for name, table in withhold(tables, 300).items():
        assert table.schema.equals(tables[name].schema)


CORRECTION = """
- document: {document}
  what: quotes.speaker_name
  where: {{quote_index: {index}}}
  expected: {expected}
  new: Someone Else
  why: seen in the printed edition
- document: {document}
  what: documents.publisher
  expected: null
  new: The Daily Example
  why: the masthead says so
- document: {document}
  what: documents.title
  expected: A title it never had
  new: Another
  why: to see the guard
- document: nobody
  what: documents.title
  expected: null
  new: Another
  why: to see the guard
"""


def test_corrections_are_applied_marked_and_guarded(
    releases: Any, build_release: Build, corpus: Path, tmp_path: Path, capsys: Any
) -> None:
    (_, full, _), _ = releases
    quote = next(q for q in rows(full, "quotes") if q["speaker_name"])
    path = tmp_path / "corrections.yml"
    path.write_text(
        CORRECTION.format(
            document=quote["doc_id"],
            index=quote["quote_index"],
            expected=json.dumps(quote["speaker_name"]),
        )
    )
    config = Config.model_validate({"publish": {"corrections": str(path)}})
    manifest = build_release([corpus], tmp_path / "out", config)
    release = Path(manifest["path"])
    found = next(q for q in rows(release, "quotes") if q["quote_id"] == quote["quote_id"])
    assert (found["speaker_name"], found["corrections"]) == ("Someone Else", ["speaker_name"])
    document = next(d for d in rows(release, "documents") if d["doc_id"] == quote["doc_id"])
    assert (document["publisher"], document["corrections"]) == ("The Daily Example", ["publisher"])
    assert sum(bool(q["corrections"]) for q in rows(release, "quotes")) == 1
    diff = compare(full, release)
    assert diff.documents["described anew"].examples == (shown(quote["doc_id"]),)
    assert diff.quotes["re-attributed"].n == 1
    (example,) = diff.quotes["re-attributed"].examples
    assert f"{quote['speaker_name']}, " in example and "now Someone Else, " in example
    assert manifest["corrections"]["applied"] == 2
    unmatched = manifest["corrections"]["unmatched"]
    assert {n.split(":")[0] for n in unmatched} == {quote["doc_id"], "nobody"}
    assert "A title it never had" in str(unmatched)
    assert "Correction not applied" in capsys.readouterr().err
    assert "Corrections not applied" in (release / "CHANGES.md").read_text()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("- {document: a, what: quotes.text, expected: a, new: b, why: c}", "no column that can"),
        ("- {document: a, what: documents.title, new: b, why: c}", "expected missing"),
        (
            "- {document: a, what: quotes.negated, expected: false, new: maybe, why: c}",
            "does not fit",
        ),
        ("- {document: a, what: quotes.negated, expected: false, new: null, why: c}", "never null"),
        (
            "- {document: a, what: quotes.negated, where: {mood: 1}, expected: false, new: true, why: c}",
            "no column mood",
        ),
        (
            "- {document: a, what: documents.title, expected: a, new: b, why: c, when: d}",
            "unknown key",
        ),
        ("- just words", "not a mapping"),
        ("document: a", "not a list"),
        ("- [", "cannot be read"),
        ("- {document: a, what: documents.title, expected: a, new: b, why: c}\n" * 2, "twice"),
    ],
)
def test_corrections_that_cannot_be(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "corrections.yml"
    path.write_text(text)
    with pytest.raises(ConfigError, match=said):
        load_corrections(str(path))


def test_a_withdrawn_article_leaves_a_tombstone(
    build_release: Build, corpus: Path, tmp_path: Path
) -> None:
    (tmp_path / "withdrawn.txt").write_text("# at the author's wish\nnew\n")
    config = Config.model_validate({"read": {"withdrawn": str(tmp_path / "withdrawn.txt")}})
    release = Path(build_release([corpus], tmp_path / "out", config)["path"])
    assert "new" not in {d["doc_id"] for d in rows(release, "documents")}
    (tombstone,) = [i for i in rows(release, "inputs") if i["outcome"] == "withdrawn"]
    assert (tombstone["source_path"], tombstone["reason"]) == ("new.txt", "withdrawn")
    for table in ("sentences", "quotes", "entities", "removals"):
        assert "new" not in {r["doc_id"] for r in rows(release, table)}
