"""One row per stretch of an input that was left out of the cleaned text."""

import pandas as pd
import pandera.pandas as pa
from pandera.typing.pandas import Series

from schemas.columns import BYTES, OFFSET, Int, Text, column


class Removals(pa.DataFrameModel):
    """One row per stretch of an input that cleaning left out, with the rule that removed it."""

    removal_id: Series[Text] = column(
        "doc_id + `.r` + index.", example="000_6bba85de8ad38e5d.r0", unique=True
    )
    doc_id: Series[Text] = column("Its article.", references="documents.doc_id")
    removal_index: Series[Int] = column("0-based, in the order of the input.", ge=0)
    text_offset: Series[Int] = column(
        "Offset in the cleaned text where the stretch stood.", unit=OFFSET, ge=0
    )
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
        "The removed text. Null only in a release without full texts.",
        example="If you experience technical problems, please write to",
        nullable=True,
    )
    rule: Series[Text] = column("Name of the rule that removed it.", example="contact_line")

    class Config:
        name = "removals"
        strict = True
        ordered = True
        coerce = False

    @pa.dataframe_check
    @classmethod
    def spans_are_ordered(cls, df: pd.DataFrame) -> pd.Series:
        """An empty or reversed raw span is no removal."""
        return df["raw_end"].isna() | (df["raw_end"] > df["raw_start"])
