"""One row per sentence."""

import pandas as pd
import pandera.pandas as pa
from pandera.typing.pandas import Series

from schemas import vocabulary as v
from schemas.columns import BYTES, OFFSET, Int, Text, column


class Sentences(pa.DataFrameModel):
    """One row per sentence, in order; sentences of an article never overlap and lie in one paragraph."""

    sentence_id: Series[Text] = column(
        "doc_id + `.s` + sentence_index.", example="003_4cc89330f60b4b63.s0", unique=True
    )
    doc_id: Series[Text] = column("Its article.", references="documents.doc_id")
    sentence_index: Series[Int] = column("0-based, contiguous in the article.", ge=0)
    paragraph_index: Series[Int] = column("0-based paragraph of the article.", ge=0)
    role: Series[Text] = column("What the sentence is.", example="body", values=v.SENTENCE_ROLES)
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
        "The sentence: `documents.text[start:end]`. Null only in a release without full texts.",
        example="Any escalation by the US would be disastrous.",
        nullable=True,
    )
    n_tokens: Series[Int] = column("Tokens of the pipeline, white space apart.", ge=1)
    in_quote: Series[Text] = column(
        "How much of it lies between quotation marks.", example="none", values=v.IN_QUOTE
    )

    class Config:
        name = "sentences"
        strict = True
        ordered = True
        coerce = False

    @pa.dataframe_check
    @classmethod
    def spans_are_ordered(cls, df: pd.DataFrame) -> pd.Series:
        """`end` is past `start`."""
        return df["end"] > df["start"]
