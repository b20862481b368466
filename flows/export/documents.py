"""A release document by document: the rows of every table that belong to one article."""

from collections.abc import Iterator
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any

from flows.publish.views import connect, records

Rows = list[dict[str, Any]]

# Documents read at once; bounds the memory, whatever the corpus.
BATCH = 500
ORDERED = {
    "sentences": "sentence_index",
    "entities": "entity_index",
    "quotes": "quote_index",
    "removals": "removal_index",
}


def documents(release: Path) -> Iterator[dict[str, Rows]]:
    """Every document of a release, by doc_id.

    Yields:
        Rows by table: one of `documents`, and those of the other tables that name it, in order.
    """
    with connect(release) as connection:
        ids = [row["doc_id"] for row in records(connection, "SELECT doc_id FROM documents")]
        for first in range(0, len(ids), BATCH):
            batch = sorted(ids)[first : first + BATCH]
            span = [batch[0], batch[-1]]
            where = "WHERE doc_id BETWEEN ? AND ? ORDER BY doc_id"
            heads = records(connection, f"SELECT * FROM documents {where}", span)
            others = {
                table: {
                    doc_id: list(rows)
                    for doc_id, rows in groupby(
                        records(connection, f"SELECT * FROM {table} {where}, {order}", span),
                        key=itemgetter("doc_id"),
                    )
                }
                for table, order in ORDERED.items()
            }
            for head in heads:
                rest = {table: rows.get(head["doc_id"], []) for table, rows in others.items()}
                yield {"documents": [head]} | rest
