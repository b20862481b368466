"""Texts to annotate, read off the cleaned parts in batches that are parsed together."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import fields
from itertools import groupby
from typing import Any

import pyarrow as pa

from flows.columnar import table_to_records
from flows.records import ArticleText
from flows.work import WorkStore

# Characters of a batch: several of the engine's own batches, so that the rules for what it gives
# run over many articles in a row and find themselves still in the processor's cache.
TOGETHER_CHARS = 160_000

# Position in the job, key, article and its count of words.
Text = tuple[int, str, ArticleText, int]


def batches(
    cleaned: WorkStore, items: Sequence[tuple[int, Mapping[str, Any]]], n_chars: int
) -> Iterator[list[Text]]:
    """Read the texts of a job.

    Args:
        cleaned: the cleaned parts.
        items: position, and `part`, `row` and `key` of each text; one part is in memory at a time.
        n_chars: what the texts of a batch come to at most, but that a longer one is a batch.

    Raises:
        DamagedPart: when a part is.
    """
    batch: list[Text] = []
    filled = 0
    for text in _texts(cleaned, items):
        size = len(text[2].text)
        if batch and filled + size > n_chars:
            yield batch
            batch, filled = [], 0
        batch.append(text)
        filled += size
    if batch:
        yield batch


def _texts(cleaned: WorkStore, items: Iterable[tuple[int, Mapping[str, Any]]]) -> Iterator[Text]:
    columns = ["n_words", *(f"article.{field.name}" for field in fields(ArticleText))]
    for part, group in groupby(items, lambda item: item[1]["part"]):
        wanted = list(group)
        table = cleaned.read(part, columns).take([item["row"] for _, item in wanted])
        rows = pa.Table.from_struct_array(table["article"].combine_chunks())
        articles = table_to_records(rows, ArticleText)
        for (position, item), article, n_words in zip(
            wanted, articles, table["n_words"].to_pylist(), strict=True
        ):
            yield position, item["key"], article, n_words
