"""Exports, read back by the parsers of those who use the formats."""

import csv
import json
from pathlib import Path
from typing import Any

import conllu
import duckdb
import openpyxl
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from lxml import etree

from flows.commands.export import export as command
from flows.commands.options import SEEDS
from flows.errors import ModelUnavailable, UsageError
from flows.export.cells import restored
from flows.export.formats import FORMATS
from flows.export.tokens import tokenised
from flows.publish.manifest import MANIFEST, read_manifest
from schemas import TABLES
from schemas.arrow import arrow_schema

from .conftest import Export

pytestmark = [pytest.mark.model, pytest.mark.slow]

Rows = dict[str, list[dict[str, Any]]]
TEI = "{http://www.tei-c.org/ns/1.0}"
XML_ID = "{http://www.w3.org/XML/1998/namespace}id"


def test_csv_gives_every_cell_back(export: Export, rows: Rows) -> None:
    csv.field_size_limit(10_000_000)
    for name, wanted in rows.items():
        with (export("csv") / f"{name}.csv").open(encoding="utf-8-sig", newline="") as file:
            found = list(csv.DictReader(file))
        assert len(found) == len(wanted)
        for read, row in zip(found, wanted, strict=True):
            assert list(read) == list(row)
            for column, value in row.items():
                if value is None:
                    assert read[column] == ""
                elif isinstance(value, str):
                    assert restored(read[column]) == value
                elif isinstance(value, list):
                    assert json.loads(read[column]) == value
                elif isinstance(value, bool):
                    assert read[column] == str(value).lower()
                elif isinstance(value, (int, float)):
                    assert float(read[column]) == value


def test_csv_opens_in_pandas_and_a_spreadsheet(export: Export, rows: Rows, tmp_path: Path) -> None:
    frame = pd.read_csv(export("csv") / "quotes.csv")
    assert frame["start"].tolist() == [row["start"] for row in rows["quotes"]]
    frame[["quote_id", "content"]].to_excel(tmp_path / "quotes.xlsx", index=False)
    sheet = openpyxl.load_workbook(tmp_path / "quotes.xlsx").active
    assert sheet is not None
    assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)


def test_json_lines_give_the_tables_back(
    export: Export, seed_release: Path, tmp_path: Path
) -> None:
    for name, model in TABLES.items():
        found = [json.loads(line) for line in (export("jsonl") / f"{name}.jsonl").open()]
        original = pq.read_table(seed_release / f"{name}.parquet")
        assert list(found[0]) == original.schema.names
        if name != "documents":
            assert pa.Table.from_pylist(found, schema=arrow_schema(model)).equals(original)
    frame = pd.read_json(export("jsonl") / "quotes.jsonl", lines=True)
    assert len(frame) == pq.read_metadata(seed_release / "quotes.parquet").num_rows


def test_duckdb_holds_tables_comments_and_views(export: Export, rows: Rows) -> None:
    with duckdb.connect(str(export("duckdb")), read_only=True) as connection:
        for name, wanted in rows.items():
            found = connection.sql(f"SELECT * FROM {name}").to_arrow_table().to_pylist()
            assert found == wanted
        comments = dict(
            connection.execute(
                "SELECT column_name, comment FROM duckdb_columns() WHERE table_name = 'quotes'"
            ).fetchall()
        )
        assert comments["content"] == TABLES["quotes"].to_schema().columns["content"].description
        named = [row for row in rows["quotes"] if row["speaker_key"]]
        total = connection.execute("SELECT sum(n_quotes)::INT FROM speakers").fetchall()
        assert total == [(len(named),)]
        for view in ("statements", "spoken_about"):
            assert connection.execute(f"SELECT count(*) FROM {view}").fetchall()[0][0] > 0


def test_conllu_gives_text_entities_and_quotes_back(export: Export, rows: Rows) -> None:
    sentences = conllu.parse(export("conllu").read_text(encoding="utf-8"))
    texts = {row["doc_id"]: row["text"] for row in rows["documents"]}
    documents = {row["sentence_id"]: row for row in rows["sentences"]}
    assert [s.metadata["sent_id"] for s in sentences] == [
        r["sentence_id"] for r in rows["sentences"]
    ]
    assert [s.metadata["newdoc id"] for s in sentences if "newdoc id" in s.metadata] == list(texts)

    entities: dict[str, list[int]] = {}
    quoted: dict[str, set[int]] = {}
    for sentence in sentences:
        row = documents[sentence.metadata["sent_id"]]
        assert len(sentence) == row["n_tokens"]
        assert sentence.to_tree().token["head"] == 0
        assert (
            "".join(
                t["form"] + ("" if (t["misc"] or {}).get("SpaceAfter") == "No" else " ")
                for t in sentence
            ).split()
            == row["text"].split()
        )
        for token in sentence:
            start, end = int(token["misc"]["Start"]), int(token["misc"]["End"])
            assert texts[row["doc_id"]][start:end] == token["form"]
            for said in filter(None, token["misc"].get("Entity", "").split(",")):
                _, number, _ = said.split("-", 2)
                span = entities.setdefault(f"{row['doc_id']}.{number}", [start, end])
                span[1] = end
            for said in filter(None, token["misc"].get("Quote", "").split(",")):
                _, number, kind = said.split("-")
                quoted.setdefault(f"{row['doc_id']}.{number}", set()).update(range(start, end))
                assert kind in ("direct", "indirect", "mixed")

    for quote in rows["quotes"]:
        text = texts[quote["doc_id"]]
        inside = {
            i
            for part in quote["parts"]
            for i in range(part["start"], part["end"])
            if not text[i].isspace()
        }
        assert inside <= quoted[quote["quote_id"]]
    for entity in rows["entities"]:
        start, end = entities[entity["entity_id"]]
        assert start <= entity["start"] < entity["end"] <= end


def test_vertical_is_well_nested_and_complete(export: Export, rows: Rows) -> None:
    text = (export("vertical") / "onrecord.vert").read_text(encoding="utf-8")
    tree = etree.fromstring(f"<corpus>{text}</corpus>".encode())
    assert tree.xpath("//doc/@id") == [row["doc_id"] for row in rows["documents"]]
    assert tree.xpath("//s/@id") == [row["sentence_id"] for row in rows["sentences"]]
    assert not tree.xpath("//quote//quote | //quote//s")
    wanted = {row["quote_id"]: row for row in rows["quotes"]}
    assert set(tree.xpath("//quote/@id")) <= wanted.keys()
    assert len(set(tree.xpath("//quote/@id"))) > 0.9 * len(wanted)
    for sentence, row in zip(tree.iter("s"), rows["sentences"], strict=True):
        lines = [line for line in "".join(sentence.itertext()).split("\n") if line]
        assert len(lines) == row["n_tokens"]
        assert all(line.count("\t") == 4 for line in lines)
        words = "".join(line.split("\t")[0] for line in lines)
        assert words == "".join(row["text"].split())
    registry = (export("vertical") / "onrecord").read_text()
    for structure in ("doc", "p", "s", "quote"):
        assert f"STRUCTURE {structure} {{" in registry


def test_tei_gives_text_quotes_and_entities_back(export: Export, rows: Rows) -> None:
    files = sorted(export("tei").glob("*.xml"))
    assert len(files) == len(rows["documents"])
    for path, document in zip(files, rows["documents"], strict=True):
        tree = etree.parse(path)
        paragraphs = ["".join(p.itertext()) for p in tree.iter(f"{TEI}p")][1:]
        assert "\n\n".join(paragraphs) == document["text"]
        gaps = [(g.get("reason"), int(g.get("quantity"))) for g in tree.iter(f"{TEI}gap")]
        assert gaps == [
            (row["rule"], len(row["text"]))
            for row in rows["removals"]
            if row["doc_id"] == document["doc_id"]
        ]
        said: dict[str, str] = {}
        for element in tree.iter(f"{TEI}said"):
            name = element.get(XML_ID) or element.get("corresp").removeprefix("#")
            said[name] = said.get(name, "") + "".join(element.itertext())
        people = {p.get(XML_ID): p[0].text for p in tree.iter(f"{TEI}person")}
        identifiers = {e.get(XML_ID) for e in tree.iter() if e.get(XML_ID)}
        for pointer in tree.xpath("//@corresp | //@who | //@ana"):
            assert {p.removeprefix("#") for p in pointer.split()} <= identifiers
        for quote in (q for q in rows["quotes"] if q["doc_id"] == document["doc_id"]):
            name = f"q{quote['quote_index']}"
            assert "".join(said[name].split()) == "".join(quote["content"].split())
            (first,) = tree.xpath("//*[@xml:id=$name]", name=name)
            who = first.get("who")
            assert (people[who.removeprefix("#")] if who else None) == quote["speaker_name"]
        mentions: dict[int, str] = {}
        for element in tree.xpath(
            "//*[@n and (self::*[local-name() != 's' and local-name() != 'p'])]"
        ):
            number = int(element.get("n"))
            mentions[number] = mentions.get(number, "") + "".join(element.itertext())
        for entity in (e for e in rows["entities"] if e["doc_id"] == document["doc_id"]):
            assert mentions[entity["entity_index"]] == entity["text"]


def test_spans_are_the_words_of_the_raw_files(
    seed_release: Path, rows: Rows, tmp_path: Path
) -> None:
    target = tmp_path / "spans.jsonl"
    command(seed_release, to="spans", target=target, inputs=SEEDS)
    lines = [json.loads(line) for line in target.open(encoding="utf-8")]
    assert [line["doc"] for line in lines] == [row["doc_id"] for row in rows["documents"]]
    for line in lines:
        raw = (SEEDS / f"{line['doc']}.txt").read_bytes().decode("utf-8")
        contents = [
            "".join(q["content"].split()) for q in rows["quotes"] if q["doc_id"] == line["doc"]
        ]
        for quote in line["quotes"]:
            # A quotation carried on is one with its beginning, so every stretch is looked for.
            for start, end in quote["content"]:
                told = "".join(raw[start:end].split())
                assert any(told in content or content in told for content in contents), told
    with pytest.raises(UsageError, match="--inputs"):
        command(seed_release, to="spans", target=tmp_path / "x", inputs=tmp_path)


def test_another_version_of_the_model_is_refused(seed_release: Path, tmp_path: Path) -> None:
    manifest = read_manifest(seed_release)
    manifest["made_from"]["model"]["sha256"] = "0" * 64
    (tmp_path / MANIFEST).write_text(json.dumps(manifest))
    with pytest.raises(ModelUnavailable, match="install that version"):
        next(tokenised(tmp_path))


def test_the_command_writes_whole_and_never_overwrites(
    seed_release: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    target = tmp_path / "tables"
    command(seed_release, to="jsonl", target=target)
    assert capsys.readouterr().out == f"{target}\n"
    with pytest.raises(UsageError, match="--force"):
        command(seed_release, to="jsonl", target=target)
    (target / "old").touch()
    command(seed_release, to="jsonl", target=target, force=True)
    assert not (target / "old").exists()
    assert list(tmp_path.iterdir()) == [target]
    with pytest.raises(UsageError, match="Choose one of csv"):
        command(seed_release, to="pdf", target=tmp_path / "x")
    with pytest.raises(UsageError, match="no release"):
        command(tmp_path, to="csv", target=tmp_path / "x")


def test_every_format_has_its_function() -> None:
    for wanted in FORMATS.values():
        assert callable(wanted.export)
