"""One row per input seen, read or refused."""

import pandas as pd
import pandera.pandas as pa
from pandera.typing.pandas import Series

from schemas import vocabulary as v
from schemas.columns import Int, Text, column


class Inputs(pa.DataFrameModel):
    """One row per input seen: every file, and every record of a file with many, read or refused."""

    input_id: Series[Text] = column(
        "`source_path`, and for a record `#` and its locator.",
        example="003_4cc89330f60b4b63.txt",
        unique=True,
    )
    source_path: Series[Text] = column(
        "Path or URI of the input, relative to the folder given. Bytes that are no UTF-8 are "
        "written as `\\xNN`.",
        example="003_4cc89330f60b4b63.txt",
    )
    source_format: Series[Text] = column(
        "Format it was taken for; null where it was refused before that was known.", nullable=True
    )
    source_locator: Series[Text] = column(
        "Where in the file the record stands (`line 17`); null for a whole file.", nullable=True
    )
    raw_sha256: Series[Text] = column(
        "SHA-256 of its bytes; null where they could not be read.",
        nullable=True,
        str_matches=r"^[0-9a-f]{64}$",
    )
    raw_n_bytes: Series[Int] = column(
        "Size of those bytes.", unit="bytes", example=2302, nullable=True, ge=0
    )
    outcome: Series[Text] = column("What became of it.", example="accepted", values=v.OUTCOMES)
    reason: Series[Text] = column(
        "Why it was not accepted; null when it was.", nullable=True, values=v.REASONS
    )
    detail: Series[Text] = column("The reason in words, for a person.", nullable=True)
    doc_id: Series[Text] = column(
        "The article it became; null when it became none. For a duplicate left out, the article "
        "it repeats.",
        example="003_4cc89330f60b4b63",
        nullable=True,
        references="documents.doc_id",
    )

    class Config:
        name = "inputs"
        strict = True
        ordered = True
        coerce = False

    @pa.dataframe_check
    @classmethod
    def refusals_have_reasons(cls, df: pd.DataFrame) -> pd.Series:
        """`reason` is null exactly where the outcome is accepted."""
        return df["reason"].isna() == (df["outcome"] == "accepted")
