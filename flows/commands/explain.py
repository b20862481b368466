"""`onrecord explain`: why a row is here, or what became of an input and of its text."""

import json
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import duckdb
import typer

from flows.commands.marked import Removed, mark, printable, wants_colour
from flows.commands.options import Json, Output, release_read
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

    Takes ids of quotes, entities, sentences, removals and articles, and paths of inputs. Of an
    article the whole text is shown, with what was left out struck through on a terminal, else as
    [-words-]{rule}.
    """
    with release_read(release, output) as folder, connect(folder) as connection:
        found = _find(connection, what)
        if found is None:
            raise UsageError(
                f"{what}: neither an id nor an input of {folder}. `onrecord check {what}` says what "
                "would become of a file; `onrecord explore` searches for words."
            )
        table, row = found
        if as_json:
            said = {"table": table, "row": row} | _article_of(connection, table, row)
            print(json.dumps(said, ensure_ascii=False, default=str))
            return
        for line in _lines(connection, table, row):
            print(printable(line))
        article = _article_of(connection, table, row)
        if article:
            print()
            print(_marked(article["document"], article["removals"]))
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
    if document["text"] is not None and table == "removals":
        yield _without(document["text"], row)
    elif document["text"] is not None:
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
    article = _article_of(connection, "inputs", row)
    document, removals = article["document"], article["removals"]
    yield f"  article    {document['doc_id']}"
    yield from _metadata(document, removals)
    for flag in document["flags"]:
        yield f"  flag       {flag}: {v.DOCUMENT_FLAGS[flag]}"
    if document["dup_of_doc_id"]:
        yield f"  repeats    {document['dup_of_doc_id']}, similarity {document['dup_similarity']:.2f}"
    counts = ", ".join(f"{document[f'n_{n}']} {n}" for n in ("sentences", "entities", "quotes"))
    yield f"  rows       {counts}"
    for rule, n_times in sorted(Counter(removal["rule"] for removal in removals).items()):
        yield f"  removed    {rule}: {n_times}"


def _metadata(document: Row, removals: list[Row]) -> Iterator[str]:
    """What is known of an article, and where that comes from; what is not known is left out."""
    yield f"  title      {document['title'] or 'none'} ({v.TITLE_METHODS[document['title_method']]})"
    for name in ("byline", "dateline"):
        if document[name]:
            printed = [r["text"] or "" for r in removals if r["rule"] == name]
            origin = "printed" if any(document[name] in words for words in printed) else "given"
            yield f"  {name:10} {document[name]} ({origin})"
    if document["authors"]:
        origin = "given or read off the byline" if document["byline"] else "given"
        yield f"  authors    {'; '.join(document['authors'])} ({origin})"
    if document["published_raw"]:
        date = document["published_date"] or "no date"
        precision = document["published_precision"]
        precise = f", to the {precision}" if precision else ""
        yield f"  date       {date}{precise} (given as {document['published_raw']!r})"
    for name in ("publisher", "url", "license", "rights_holder"):
        if document[name]:
            yield f"  {name.replace('_', ' '):10} {document[name]} (given)"
    if document["extra"]:
        yield f"  also given {document['extra']}"
    encoding = v.ENCODING_METHODS[document["encoding_method"]]
    yield f"  encoding   {document['encoding']} ({encoding})"
    score = document["lang_score"]
    certainty = "too short to tell" if score is None else f"{score:.0%} certain"
    yield f"  language   {document['lang'] or 'not known'} ({certainty})"


def _article_of(connection: duckdb.DuckDBPyConnection, table: str, row: Row) -> dict[str, Any]:
    """The document that an accepted input became and its removals; of anything else, nothing."""
    if table != "inputs" or row["outcome"] != "accepted":
        return {}
    key = [row["doc_id"]]
    query = "SELECT * FROM removals WHERE doc_id = ? ORDER BY removal_index"
    removals = records(connection, query, key)
    (document,) = records(connection, "SELECT * FROM documents WHERE doc_id = ?", key)
    return {"document": document, "removals": removals}


def _marked(document: Row, removals: list[Row]) -> str:
    if document["text"] is None:
        return "The text is not in this release; `onrecord hydrate` puts it back."
    return mark(document["text"], map(_removed, removals), coloured=wants_colour())


def _removed(row: Row) -> Removed:
    return row["text_offset"], row["text"] or "", row["rule"]


def _without(text: str, removal: Row) -> str:
    """The words around a stretch that was left out."""
    at = removal["text_offset"]
    before = text[max(0, at - CONTEXT) : at].rpartition("\n\n")[2]
    after = text[at : at + CONTEXT].partition("\n\n")[0]
    _, words, rule = _removed(removal)
    shown = mark(before + after, [(len(before), words, rule)], coloured=False)
    return f"  ...{' '.join(shown.split())}..."


def _in_place(text: str, start: int, end: int) -> str:
    before = text[max(0, start - CONTEXT) : start].rpartition("\n\n")[2]
    after = text[end : end + CONTEXT].partition("\n\n")[0]
    return f"  ...{before}[[{text[start:end]}]]{after}..."
