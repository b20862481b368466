"""`onrecord explain`: why a row is here, or what became of an input."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import duckdb
import typer

from flows.commands.options import Json, Output, release_folder
from flows.errors import UsageError
from flows.publish.views import connect, records
from schemas import vocabulary as v

# Characters of the article shown on either side of a row.
CONTEXT = 120
KEYS = {
    "quotes": "quote_id",
    "entities": "entity_id",
    "sentences": "sentence_id",
    "removals": "removal_id",
}

Row = dict[str, Any]


def explain(
    what: Annotated[
        str, typer.Argument(help="Id of a row, or path of an input.", metavar="QUOTE_ID|PATH")
    ],
    release: Annotated[
        Path | None, typer.Option(help="Folder or id of a release. [default: the latest one]")
    ] = None,
    output: Output = Path("output"),
    as_json: Json = False,
) -> None:
    """Say why a row is in a release and which rules made it, or why an input is not.

    Examples:

        onrecord explain 003_4cc89330f60b4b63.q0

        onrecord explain articles/broken.html

    Takes ids of quotes, entities, sentences, removals and articles, and paths of inputs.
    """
    folder = release_folder(release, output)
    with connect(folder) as connection:
        found = _find(connection, what)
        if found is None:
            raise UsageError(
                f"{what}: neither an id nor an input of {folder}. `onrecord check {what}` says what "
                "would become of a file; `onrecord explore` searches for words."
            )
        table, row = found
        if as_json:
            print(json.dumps({"table": table, "row": row}, ensure_ascii=False, default=str))
            return
        for line in _lines(connection, table, row):
            print(_printable(line))
    print(f"from {folder}", file=sys.stderr)


def _find(connection: duckdb.DuckDBPyConnection, what: str) -> tuple[str, Row] | None:
    for table, key in KEYS.items():
        rows = records(connection, f"SELECT * FROM {table} WHERE {key} = ?", [what])
        if rows:
            return table, rows[0]
    # The paths of a release count from the folder that was given, so the end of a path will do.
    rows = records(
        connection,
        "SELECT * FROM inputs WHERE input_id = $1 OR source_path = $1 OR doc_id = $1 "
        "OR ends_with($1, '/' || source_path) ORDER BY length(source_path) DESC, input_id LIMIT 1",
        [what],
    )
    return ("inputs", rows[0]) if rows else None


def _lines(connection: duckdb.DuckDBPyConnection, table: str, row: Row) -> Iterator[str]:
    if table == "inputs":
        yield from _input(connection, row)
        return
    query = "SELECT source_path, source_locator, title, text FROM documents WHERE doc_id = ?"
    (document,) = records(connection, query, [row["doc_id"]])
    yield f"{row[KEYS[table]]}: {table.removesuffix('s').replace('entitie', 'entity')}"
    yield from {"quotes": _quote, "entities": _entity}.get(table, _plain)(row)
    yield ""
    if document["text"] is not None and "start" in row:
        yield _in_place(document["text"], row["start"], row["end"])
    where = document["source_path"]
    if document["source_locator"]:
        where += f", {document['source_locator']}"
    if row["raw_start"] is not None:
        where += f", bytes {row['raw_start']} to {row['raw_end']}"
    yield f"in {where}"


def _quote(row: Row) -> Iterator[str]:
    yield f"  content    {row['content'] or 'not published'}"
    yield f"  kind       {row['kind']}: {v.QUOTE_KINDS[row['kind']]}"
    cue = f"{row['cue_text']}, " if row["cue_text"] else ""
    yield f"  cue        {cue}{row['cue_kind']}: {v.CUE_KINDS[row['cue_kind']]}"
    speaker = row["speaker_name"] or row["speaker_text"] or "none"
    mention = f" as “{row['speaker_text']}”" if row["speaker_text"] else ""
    method = v.SPEAKER_METHODS[row["speaker_method"]]
    yield f"  speaker    {speaker}{mention}; {row['speaker_method']}: {method}"
    yield f"  rule       {row['rule']}: right in {row['confidence']:.0%} on articles of the development set"
    for flag in row["flags"]:
        yield f"  flag       {flag}: {v.QUOTE_FLAGS[flag]}"
    yield from _corrections(row)


def _entity(row: Row) -> Iterator[str]:
    yield f"  text       {row['text']}"
    yield f"  label      {row['label']}: {v.LABELS[row['label']]}"
    yield f"  decided by {row['label_source']}: {v.LABEL_SOURCES[row['label_source']]}"
    yield f"  mention    {row['mention_type']}: {v.MENTION_TYPES[row['mention_type']]}"
    yield f"  name       {row['canonical_name'] or 'not named'}; key {row['entity_key'] or 'none'}"
    if row["kb_id"]:
        yield f"  linked to  {row['kb_id']} ({v.LINK_METHODS[row['link_method']]})"
    yield from _corrections(row)


def _plain(row: Row) -> Iterator[str]:
    yield f"  text       {row['text'] or 'not published'}"
    if "rule" in row:
        yield f"  removed by {row['rule']}"
    if "role" in row:
        yield f"  role       {row['role']}: {v.SENTENCE_ROLES[row['role']]}"
        yield f"  in quote   {row['in_quote']}: {v.IN_QUOTE[row['in_quote']]}"


def _corrections(row: Row) -> Iterator[str]:
    if row["corrections"]:
        yield f"  corrected  {', '.join(row['corrections'])}"


def _input(connection: duckdb.DuckDBPyConnection, row: Row) -> Iterator[str]:
    yield f"{row['input_id']}: {row['outcome']}, {v.OUTCOMES[row['outcome']]}"
    if row["reason"]:
        yield f"  reason     {row['reason']}: {v.REASONS[row['reason']]}"
        yield f"  detail     {row['detail']}"
    if row["outcome"] != "accepted":
        if row["doc_id"]:
            yield f"  repeats    {row['doc_id']}"
        return
    query = "SELECT * FROM documents WHERE doc_id = ?"
    (document,) = records(connection, query, [row["doc_id"]])
    title = v.TITLE_METHODS[document["title_method"]]
    encoding = v.ENCODING_METHODS[document["encoding_method"]]
    yield f"  article    {document['doc_id']}: {document['title'] or 'untitled'} ({title})"
    yield f"  encoding   {document['encoding']} ({encoding})"
    date = document["published_raw"] or document["published_date"] or "none given"
    yield f"  date       {date}, publisher {document['publisher'] or 'none given'}"
    for flag in document["flags"]:
        yield f"  flag       {flag}: {v.DOCUMENT_FLAGS[flag]}"
    if document["dup_of_doc_id"]:
        yield f"  repeats    {document['dup_of_doc_id']}, similarity {document['dup_similarity']:.2f}"
    counts = ", ".join(f"{document[f'n_{n}']} {n}" for n in ("sentences", "entities", "quotes"))
    yield f"  rows       {counts}"
    query = "SELECT rule, text FROM removals WHERE doc_id = ? ORDER BY removal_index"
    for removal in records(connection, query, [row["doc_id"]]):
        yield f"  removed    {removal['rule']}: {_short(removal['text'])}"


def _in_place(text: str, start: int, end: int) -> str:
    before = text[max(0, start - CONTEXT) : start].rpartition("\n\n")[2]
    after = text[end : end + CONTEXT].partition("\n\n")[0]
    return f"  ...{before}[[{text[start:end]}]]{after}..."


def _printable(line: str) -> str:
    """A line that a terminal shows and does not obey: removed text may hold anything."""
    return "".join(c if c.isprintable() or c == "\n" else "\ufffd" for c in line)


def _short(text: str | None) -> str:
    words = " ".join((text or "not published").split())
    return words if len(words) <= CONTEXT else words[:CONTEXT] + "..."
