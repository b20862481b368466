"""One row per article."""

import pandas as pd
import pandera.pandas as pa
from pandera.typing.pandas import Series

from schemas import vocabulary as v
from schemas.columns import (
    Alignment,
    Bool,
    Date,
    Float,
    Int,
    Text,
    TextList,
    Timestamp,
    column,
)

SHA256 = r"^[0-9a-f]{64}$"


class Documents(pa.DataFrameModel):
    """One row per article: where it came from, its cleaned text, and what was counted in it."""

    doc_id: Series[Text] = column(
        "Id of the article: the id in its metadata, else its canonical URL, else the input's path "
        "relative to the folder given, without extension. Stable over rebuilds, order and added files.",
        example="003_4cc89330f60b4b63",
        unique=True,
    )
    source_path: Series[Text] = column(
        "Path or URI of the input, relative to the folder given.",
        example="003_4cc89330f60b4b63.txt",
        references="inputs.source_path",
    )
    source_format: Series[Text] = column("Format it was read as.", example="text")
    source_locator: Series[Text] = column(
        "Where in the input file the article's record stands, for files with many: `line 17`, "
        "`row 3`, `offset 8812`. Null for a file that is one article.",
        nullable=True,
    )
    raw_sha256: Series[Text] = column(
        "SHA-256 of the bytes of the input file, or of its record.", str_matches=SHA256
    )
    text_sha256: Series[Text] = column("SHA-256 of `text` in UTF-8.", str_matches=SHA256)
    raw_n_bytes: Series[Int] = column("Size of those bytes.", unit="bytes", example=2302, ge=0)
    encoding: Series[Text] = column("Encoding it was decoded from.", example="utf-8")
    encoding_method: Series[Text] = column(
        "How that encoding was decided.", example="utf-8", values=v.ENCODING_METHODS
    )
    url: Series[Text] = column("Address of the article, as given.", nullable=True)
    publisher: Series[Text] = column("Publisher or site, as given.", nullable=True)
    title: Series[Text] = column(
        "Title of the article.",
        example="Why Pakistan Balks at the U.S. Afghanistan Offensive",
        nullable=True,
    )
    title_method: Series[Text] = column(
        "Where the title comes from.", example="heading", values=v.TITLE_METHODS
    )
    byline: Series[Text] = column("Byline as printed or given.", nullable=True)
    authors: Series[TextList] = column("Authors, one an item; empty when unknown.")
    dateline: Series[Text] = column("Dateline as printed (`KABUL, Afghanistan`).", nullable=True)
    published_at: Series[Timestamp] = column(
        "Time of publication in UTC, where a time and a zone were given.", nullable=True
    )
    published_date: Series[Date] = column(
        "Date of publication; the first day of the period where only a month or year was given.",
        nullable=True,
    )
    published_raw: Series[Text] = column("The date as given, untouched.", nullable=True)
    published_precision: Series[Text] = column(
        "How much of the date was given. Always look at it before counting by day.",
        nullable=True,
        values=v.PRECISIONS,
    )
    lang: Series[Text] = column("Language of the text, ISO 639-1.", example="en", nullable=True)
    lang_score: Series[Float] = column(
        "Probability of that language.", nullable=True, ge=0.0, le=1.0
    )
    text: Series[Text] = column(
        "The cleaned text every offset counts in; paragraphs are parted by one blank line. Null only "
        "in a release without full texts (`text_included` is false).",
        nullable=True,
    )
    n_chars: Series[Int] = column("Length of `text`.", unit="code points", ge=0)
    n_words: Series[Int] = column("Words: runs of letters and digits.", unit="words", ge=0)
    n_tokens: Series[Int] = column("Tokens of the pipeline, white space apart.", ge=0)
    n_paragraphs: Series[Int] = column("Paragraphs, the title included.", ge=0)
    n_sentences: Series[Int] = column("Rows of this article in `sentences`.", ge=0)
    n_entities: Series[Int] = column("Rows of this article in `entities`.", ge=0)
    n_quotes: Series[Int] = column("Rows of this article in `quotes`.", ge=0)
    n_removed_chars: Series[Int] = column(
        "Characters of boilerplate removed; each stretch is a row in `removals`.",
        unit="code points",
        ge=0,
    )
    quoted_share: Series[Float] = column(
        "Share of `text` that lies in quoted parts of quotes.", ge=0.0, le=1.0
    )
    dup_group_id: Series[Text] = column(
        "Id shared by documents with the same or nearly the same text: the smallest `doc_id` of "
        "the group. Null for a document that has no duplicate.",
        nullable=True,
        references="documents.doc_id",
    )
    dup_of_doc_id: Series[Text] = column(
        "The document this one duplicates. Null for the first of its group.",
        nullable=True,
        references="documents.doc_id",
    )
    dup_similarity: Series[Float] = column(
        "Similarity to `dup_of_doc_id`: 1 for equal texts, else estimated Jaccard similarity or "
        "containment of word shingles, whichever is larger.",
        nullable=True,
        ge=0.0,
        le=1.0,
    )
    license: Series[Text] = column("Licence of the article's text, as given.", nullable=True)
    rights_holder: Series[Text] = column("Holder of its rights, as given.", nullable=True)
    text_included: Series[Bool] = column("Whether this release carries the article's text.")
    flags: Series[TextList] = column(
        "What was odd about the article; empty when nothing was.", items=v.DOCUMENT_FLAGS
    )
    alignment: Series[Alignment] = column(
        "Runs that carry offsets of `text` to bytes of the input file, in order. Where a run's "
        "bytes are w times its code points, offset o stands at raw_start + w * (o - start); inside "
        "any other run only its ends are known. What no run covers was removed or is white space. "
        "Null where the format has no such map.",
        nullable=True,
    )
    corrections: Series[TextList] = column(
        "Columns of this row that a curated correction has changed; empty when none."
    )
    extra: Series[Text] = column(
        "Metadata given with the article that has no column, as a JSON object.", nullable=True
    )

    class Config:
        name = "documents"
        strict = True
        ordered = True
        coerce = False

    @pa.dataframe_check
    @classmethod
    def published_values_agree(cls, df: pd.DataFrame) -> pd.Series:
        """A precision stands exactly where a date does."""
        return df["published_precision"].isna() == df["published_date"].isna()

    @pa.dataframe_check
    @classmethod
    def text_is_given_as_said(cls, df: pd.DataFrame) -> pd.Series:
        """`text` is null exactly where `text_included` is false."""
        return df["text"].notna() == df["text_included"]
