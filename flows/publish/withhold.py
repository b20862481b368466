"""A release without full texts, for news whose copyright allows no more than quotations.

Texts become null; offsets, hashes, counts, names and short quotes stay, so that whoever has the
articles can have the texts back (`onrecord hydrate`).
"""

from collections.abc import Mapping

import pyarrow as pa
import pyarrow.compute as pc


def withhold(tables: Mapping[str, pa.Table], quote_limit: int) -> dict[str, pa.Table]:
    """Take the texts out of a batch of tables.

    Args:
        tables: `documents`, `sentences`, `entities`, `quotes` and `removals`.
        quote_limit: longest text and content of a quote that stays, in code points.
    """
    documents, quotes = tables["documents"], tables["quotes"]
    no = pa.array([False] * len(documents), pa.bool_())
    for column in ("text", "content"):
        short = pc.less_equal(pc.utf8_length(quotes[column]), quote_limit)
        quotes = _put(quotes, column, pc.if_else(short, quotes[column], None))
    return dict(tables) | {
        "documents": _put(_without_text(documents), "text_included", no),
        "sentences": _without_text(tables["sentences"]),
        "removals": _without_text(tables["removals"]),
        "quotes": quotes,
    }


def _without_text(table: pa.Table) -> pa.Table:
    return _put(table, "text", pa.nulls(len(table), pa.string()))


def _put(table: pa.Table, column: str, values: pa.Array | pa.ChunkedArray) -> pa.Table:
    at = table.schema.get_field_index(column)
    return table.set_column(at, table.schema.field(at), values)
