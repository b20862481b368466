"""One row per mention of an entity."""

from typing import ClassVar

import pandas as pd
import pandera.pandas as pa
from pandera.typing.pandas import Series

from schemas import vocabulary as v
from schemas.columns import BYTES, OFFSET, Float, Int, Text, TextList, column

# Persons over articles; `spellings` shows what a key was made of.
CATALOGUE = """\
SELECT entity_key,
       mode(canonical_name) AS name,
       count(DISTINCT doc_id) AS articles,
       count(*) FILTER (mention_type = 'name') AS mentions_by_name,
       count(*) AS mentions,
       list_sort(list_distinct(list(canonical_name))) AS spellings,
       list_sort(list_distinct(list(doc_id))) AS documents
FROM 'output/latest/entities.parquet'
WHERE label = 'PERSON' AND entity_key IS NOT NULL
GROUP BY entity_key
ORDER BY articles DESC, mentions DESC, entity_key;
"""
CAVEATS = (
    "A key is a name, not a person: two people of one full name share it unless a gazetteer parts "
    "them. Look at `description`, `title` and the articles before you count someone.",
    "One person under two full names has two keys (`Vladimir Putin`, `Vladimir V. Putin` are one, "
    "as middle initials are dropped; `Hillary Clinton`, `Hillary Rodham Clinton` and other "
    "spellings are two). `spellings` and a look at like keys show them; a gazetteer joins them.",
    "People an article names by one word alone (`Obama`) have no key and are not in the list: "
    "count the rows with a `canonical_name` and no `entity_key` and say how many they are.",
    "Pronouns and noun phrases are rows only where they speak, so `mentions` is no measure of how "
    "much an article is about someone; `mentions_by_name` is nearer to it.",
    "A repeated article counts again: leave out those with `documents.dup_of_doc_id`.",
)


class Entities(pa.DataFrameModel):
    """One row per mention: a name, or a noun phrase or pronoun that a quote or a name needs."""

    entity_id: Series[Text] = column(
        "doc_id + `.e` + entity_index.", example="003_4cc89330f60b4b63.e0", unique=True
    )
    doc_id: Series[Text] = column("Its article.", references="documents.doc_id")
    sentence_id: Series[Text] = column(
        "The sentence it lies in.", references="sentences.sentence_id"
    )
    entity_index: Series[Int] = column("0-based, contiguous in the article.", ge=0)
    start: Series[Int] = column("Start in `documents.text`.", unit=OFFSET, ge=0)
    end: Series[Int] = column("End in `documents.text`.", unit=OFFSET, ge=1)
    raw_start: Series[Int] = column(
        "Start in the input file; null where the format has no map.",
        unit=BYTES,
        nullable=True,
        ge=0,
    )
    raw_end: Series[Int] = column(
        "End in the input file; null where the format has no map.", unit=BYTES, nullable=True, ge=0
    )
    text: Series[Text] = column(
        "The mention: `documents.text[start:end]`, without article, possessive or closing marks.",
        example="Sirajuddin Haqqani",
    )
    label: Series[Text] = column(
        "Kind of entity, OntoNotes 5 set.", example="PERSON", values=v.LABELS
    )
    label_source: Series[Text] = column(
        "Who decided the label.", example="model", values=v.LABEL_SOURCES
    )
    mention_type: Series[Text] = column(
        "Form of the mention.", example="name", values=v.MENTION_TYPES
    )
    cluster_index: Series[Int] = column(
        "Number of the entity inside its article: mentions of the same one share it, also of an "
        "unnamed one (`a senior Pakistani security official` ... `the official`). Null for dates "
        "and quantities.",
        nullable=True,
        ge=0,
    )
    canonical_name: Series[Text] = column(
        "Fullest form of the name that the article gives, without title; null for an entity the "
        "article does not name.",
        example="Sirajuddin Haqqani",
        nullable=True,
    )
    entity_key: Series[Text] = column(
        "The same entity across articles: made of the normalised canonical name, or the "
        "gazetteer's key. Two people of one full name share a key unless a gazetteer parts them; "
        "null for unnamed entities and for people only ever named by one word.",
        example="person:sirajuddin-haqqani",
        nullable=True,
    )
    description: Series[Text] = column(
        "What the article says the person or organisation is, from an apposition or a role.",
        example="the son of a legendary Mujaheddin commander",
        nullable=True,
    )
    title: Series[Text] = column("Title before the name.", example="Gen.", nullable=True)
    country: Series[Text] = column(
        "ISO 3166-1 alpha-2 code of the country that a name, demonym or capital gives.",
        example="PK",
        nullable=True,
        str_matches=r"^[A-Z]{2}$",
    )
    kb_id: Series[Text] = column("Id in the user's knowledge base, by gazetteer.", nullable=True)
    link_method: Series[Text] = column(
        "How the gazetteer matched; null where it did not.", nullable=True, values=v.LINK_METHODS
    )
    link_score: Series[Float] = column(
        "Certainty of that link: 1 exact, less for an alias or a partial name.",
        nullable=True,
        ge=0.0,
        le=1.0,
    )
    quote_id: Series[Text] = column(
        "The quote whose content it lies in; the innermost where several do. Null outside.",
        nullable=True,
        references="quotes.quote_id",
    )
    corrections: Series[TextList] = column(
        "Columns of this row that a curated correction has changed; empty when none."
    )

    class Config:
        name = "entities"
        metadata: ClassVar = {
            "query": {"title": "People over articles", "sql": CATALOGUE, "caveats": CAVEATS}
        }
        strict = True
        ordered = True
        coerce = False

    @pa.dataframe_check
    @classmethod
    def spans_are_ordered(cls, df: pd.DataFrame) -> pd.Series:
        """`end` is past `start`."""
        return df["end"] > df["start"]
