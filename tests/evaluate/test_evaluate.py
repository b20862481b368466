"""Gold, score, spans and the hand-coding sheet."""

import csv

import pytest

from flows.evaluate.attributions import Annotated, Attribution
from flows.evaluate.gold import GoldError, read_gold
from flows.evaluate.sample import SheetError, draw_sample, read_sheet, write_sheet
from flows.evaluate.score import score
from flows.evaluate.spans import predicted, prediction_lines

TEXT = "“We lost the harvest,” said Maria. Brandt said the dam had failed."


def span(text, piece):
    start = text.index(piece)
    return ((start, start + len(piece)),)


def attribution(content, cue, source, text=TEXT):
    return Attribution(span(text, content), span(text, cue), span(text, source))


GOLD = Annotated(
    TEXT,
    (
        attribution("We lost the harvest", "said", "Maria"),
        attribution("the dam had failed", "said the", "Brandt"),
    ),
)


def values(metrics):
    return {m.name: m.value for m in metrics}


def test_gold_against_itself_is_perfect():
    found = values(score({"a": GOLD}, {"a": GOLD.attributions}, resamples=5))
    assert found["all exact F1"] == 1
    assert found["direct exact speaker end to end"] == 1
    assert found["indirect loose cue given match"] == 1
    assert found["mixed exact F1"] is None


@pytest.mark.parametrize(
    ("predictions", "name", "value"),
    [
        ((), "all loose recall", 0.0),
        ((GOLD.attributions[0],), "all loose recall", 0.5),
        ((GOLD.attributions[0],), "all loose precision", 1.0),
        ((attribution("lost the", "said", "Brandt"),), "all exact recall", 0.0),
        ((attribution("lost the", "said", "Brandt"),), "all loose recall", 0.5),
        ((attribution("lost the", "said", "Brandt"),), "all loose speaker given match", 0.0),
        ((attribution("Maria", "said", "Brandt"),), "all loose precision", 0.0),
    ],
)
def test_scores(predictions, name, value):
    assert values(score({"a": GOLD}, {"a": predictions}, resamples=0))[name] == value


def test_intervals_hold_their_value_and_are_reproducible():
    gold = {str(i): GOLD for i in range(6)}
    found = {str(i): GOLD.attributions[: i % 3] for i in range(6)}
    first, second = score(gold, found, resamples=50), score(gold, found, resamples=50)
    assert first == second
    recall = next(m for m in first if m.name == "all exact recall")
    assert recall.low <= recall.value <= recall.high


def test_brat_is_read(tmp_path):
    (tmp_path / "text").mkdir()
    (tmp_path / "attributions").mkdir()
    (tmp_path / "text" / "a.txt").write_text(TEXT, encoding="utf-8")
    (tmp_path / "attributions" / "a_0f0f.ann").write_text(
        "T1\tContent 1 4;5 20\tWe lost the harvest\nT2\tCue 23 27\tsaid\nT3\tSource 28 33\tMaria\n"
        "T4\tAttribution 23 27\tsaid\nE1\tAttribution:T4 Content:T1 Cue:T2 Source:T3\n"
        "E2\tAttribution:T4 Cue:T2\n",
        encoding="utf-8",
    )
    gold = read_gold(tmp_path)
    assert gold["a"].attributions == (Attribution(((1, 4), (5, 20)), ((23, 27),), ((28, 33),)),)


def test_csv_is_read(tmp_path):
    (tmp_path / "a.txt").write_text(TEXT, encoding="utf-8")
    (tmp_path / "gold.csv").write_text(
        "doc,quote,role,start,end\na,1,content,1,20\na,1,source,28,33\n", encoding="utf-8"
    )
    assert read_gold(tmp_path)["a"].attributions == (Attribution(((1, 20),), (), ((28, 33),)),)


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ("doc,quote\na,1\n", "It needs"),
        ("doc,quote,role,start,end\na,1,voice,1,2\n", "role 'voice'"),
        ("doc,quote,role,start,end\na,1,cue,x,2\n", "whole numbers"),
        ("doc,quote,role,start,end\na,1,cue,1,2\n", "a statement without content"),
        ("doc,quote,role,start,end\na,1,content,1,9999\n", "no characters 1 to 9999"),
        ("doc,quote,role,start,end\na,1,content,5,5\n", "no characters 5 to 5"),
        ("doc,quote,role,start,end\nb,1,content,1,2\n", "annotations of 'b' without a text"),
    ],
)
def test_broken_csv_is_named(tmp_path, table, message):
    (tmp_path / "a.txt").write_text(TEXT, encoding="utf-8")
    (tmp_path / "gold.csv").write_text(table, encoding="utf-8")
    with pytest.raises(GoldError, match=message):
        read_gold(tmp_path)


def test_no_gold_is_named(tmp_path):
    with pytest.raises(GoldError, match="no texts"):
        read_gold(tmp_path)


def test_a_text_in_another_encoding_is_named(tmp_path):
    (tmp_path / "a.txt").write_bytes("“No,” she said.".encode("cp1252"))
    (tmp_path / "gold.csv").write_text("doc,quote,role,start,end\na,1,content,1,3\n")
    with pytest.raises(GoldError, match="not UTF-8"):
        read_gold(tmp_path)


QUOTE = {
    "quote_id": "d.q0", "doc_id": "d", "quote_index": 0, "kind": "direct", "rule": "clause",
    "confidence": 0.9, "start": 1, "end": 6, "speaker_start": 7, "speaker_end": 10,
    "cue_start": None, "cue_end": None, "speaker_text": "Zoë", "cue_text": None,
    "via_start": None, "via_end": None,
    "continues_quote_id": None, "parts": [{"start": 1, "end": 6, "quoted": True}],
}  # fmt: skip


def test_spans_count_characters_of_the_raw_file(tmp_path):
    # The raw file has a two-byte letter and two line ends that cleaning took away.
    raw = "é\r\n“Salut” Zoë, who"
    clean = "“Salut” Zoë, who"
    (tmp_path / "d.txt").write_bytes(raw.encode())
    offset = len("é\r\n".encode())
    alignment = [
        {"start": 0, "end": 1, "raw_start": offset, "raw_end": offset + 3},
        {"start": 1, "end": 6, "raw_start": offset + 3, "raw_end": offset + 8},
        {"start": 6, "end": 7, "raw_start": offset + 8, "raw_end": offset + 11},
        {"start": 7, "end": 10, "raw_start": offset + 11, "raw_end": offset + 14},
        {"start": 10, "end": 11, "raw_start": offset + 14, "raw_end": offset + 16},
        {"start": 11, "end": 16, "raw_start": offset + 16, "raw_end": offset + 21},
    ]
    document = {
        "doc_id": "d", "source_path": "d.txt", "encoding": "utf-8", "text": clean,
        "alignment": alignment,
    }  # fmt: skip
    quote = QUOTE | {"speaker_start": 8, "speaker_end": 11}
    (line,) = prediction_lines([document], [quote], tmp_path)
    (found,) = line["quotes"]
    assert [raw[a:b] for a, b in found["content"]] == ["Salut"]
    assert [raw[a:b] for a, b in found["source"]] == ["Zoë, who"]
    assert found["cue"] is None
    carried = quote | {"quote_id": "d.q1", "quote_index": 1, "continues_quote_id": "d.q0"}
    (line,) = prediction_lines([document], [quote, carried], tmp_path)
    assert len(line["quotes"]) == 1
    assert len(predicted([document], [quote], tmp_path)["d"]) == 1
    passed_on = quote | {"via_start": 13, "via_end": 16}
    (line,) = prediction_lines([document], [passed_on], tmp_path)
    assert [raw[a:b] for a, b in line["quotes"][0]["source"]] == ["who"]


def test_a_sheet_goes_round(tmp_path):
    rows = draw_sample(
        [QUOTE | {"quote_id": f"d.q{i}"} for i in range(9)], {"d": "=Salut Zoë"}, n=4
    )
    assert rows == draw_sample(
        [QUOTE | {"quote_id": f"d.q{i}"} for i in reversed(range(9))], {"d": "=Salut Zoë"}, n=4
    )
    assert len({row["quote_id"] for row in rows}) == 4
    path = tmp_path / "sheet.csv"
    for row, answers in zip(rows, [("1", "1"), ("1", "0"), ("0", "0"), ("", "")], strict=True):
        row["content_right"], row["speaker_right"] = answers
    write_sheet(rows, path)
    with path.open(encoding="utf-8") as file:
        assert all(row["context"][0] != "=" for row in csv.DictReader(file))
    metrics = {m.name: m for m in read_sheet(path)}
    assert metrics["content right"].value == pytest.approx(2 / 3)
    assert metrics["both right"].value == pytest.approx(1 / 3)
    assert metrics["content right"].low < 2 / 3 < metrics["content right"].high


def test_an_uncoded_or_odd_sheet_is_named(tmp_path):
    path = tmp_path / "sheet.csv"
    path.write_text("content_right,speaker_right\n,\n")
    with pytest.raises(SheetError, match="nothing coded"):
        read_sheet(path)
    path.write_text("content_right,speaker_right\nperhaps,1\n")
    with pytest.raises(SheetError, match="no answer"):
        read_sheet(path)
