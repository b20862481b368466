"""One row per statement attributed to a source."""

import pandas as pd
import pandera.pandas as pa
from pandera.typing.pandas import Series

from schemas import vocabulary as v
from schemas.columns import BYTES, OFFSET, Bool, Float, Int, Parts, Text, TextList, column


class Quotes(pa.DataFrameModel):
    """One row per statement attributed to a source: direct, indirect or mixed."""

    quote_id: Series[Text] = column(
        "doc_id + `.q` + quote_index.", example="003_4cc89330f60b4b63.q0", unique=True
    )
    doc_id: Series[Text] = column("Its article.", references="documents.doc_id")
    quote_index: Series[Int] = column("0-based, contiguous in the article.", ge=0)
    sentence_id: Series[Text] = column(
        "The sentence in which its content starts.", references="sentences.sentence_id"
    )
    last_sentence_id: Series[Text] = column(
        "The sentence in which its content ends.", references="sentences.sentence_id"
    )
    kind: Series[Text] = column(
        "Whether the words stand between marks.", example="direct", values=v.QUOTE_KINDS
    )
    parts: Series[Parts] = column(
        "The stretches of the content, in order, marks outside; more than one where the cue splits "
        "the statement or where marked and unmarked words alternate. `quoted` tells marked ones. "
        "start and end count code points of `documents.text`; raw_start and raw_end count bytes "
        "of the input file."
    )
    start: Series[Int] = column("Start of the first part.", unit=OFFSET, ge=0)
    end: Series[Int] = column("End of the last part.", unit=OFFSET, ge=1)
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
        "`documents.text[start:end]`: everything from the first part to the last, a splitting cue "
        "included. For the statement alone take `content`. Null only in a release without full "
        "texts, above its limit.",
        nullable=True,
    )
    content: Series[Text] = column(
        "The words attributed: the parts in order, joined by one space, marks outside. The column "
        "to read, search and count. Null only in a release without full texts, above its limit.",
        example="We cannot fight on so many fronts,",
        nullable=True,
    )
    cue_text: Series[Text] = column(
        "The words that attribute: `said`, `according to`. Null where there are none.",
        example="said",
        nullable=True,
    )
    cue_lemma: Series[Text] = column("Dictionary form of the cue.", example="say", nullable=True)
    cue_start: Series[Int] = column("Start of the cue.", unit=OFFSET, nullable=True, ge=0)
    cue_end: Series[Int] = column("End of the cue.", unit=OFFSET, nullable=True, ge=1)
    cue_kind: Series[Text] = column("Kind of attribution.", example="say", values=v.CUE_KINDS)
    speaker_text: Series[Text] = column(
        "The mention of the speaker, as it stands; null where there is none.",
        example="the official",
        nullable=True,
    )
    speaker_start: Series[Int] = column("Start of that mention.", unit=OFFSET, nullable=True, ge=0)
    speaker_end: Series[Int] = column("End of that mention.", unit=OFFSET, nullable=True, ge=1)
    speaker_entity_id: Series[Text] = column(
        "The row of that mention.", nullable=True, references="entities.entity_id"
    )
    speaker_name: Series[Text] = column(
        "Name of the speaker, fullest form in the article, pronouns and noun phrases resolved. "
        "Null where the article does not name the speaker or the rules could not tell.",
        example="Ashfaq Kayani",
        nullable=True,
    )
    speaker_key: Series[Text] = column(
        "The speaker across articles; see `entities.entity_key`. Group by this.",
        example="person:ashfaq-kayani",
        nullable=True,
    )
    speaker_kind: Series[Text] = column(
        "What the speaker is.", example="unnamed_person", values=v.SPEAKER_KINDS
    )
    speaker_method: Series[Text] = column(
        "How the name was found.", example="nominal", values=v.SPEAKER_METHODS
    )
    speaker_description: Series[Text] = column(
        "What the article says the speaker is.",
        example="an independent Pakistani military analyst",
        nullable=True,
    )
    addressee_text: Series[Text] = column(
        "To whom it was said, as it stands.", example="General Petraeus", nullable=True
    )
    addressee_start: Series[Int] = column(
        "Start of the addressee.", unit=OFFSET, nullable=True, ge=0
    )
    addressee_end: Series[Int] = column("End of the addressee.", unit=OFFSET, nullable=True, ge=1)
    via_text: Series[Text] = column(
        "Through whom the article has it (`The Washington Post reported`), as it stands.",
        example="The Washington Post",
        nullable=True,
    )
    via_start: Series[Int] = column("Start of that mention.", unit=OFFSET, nullable=True, ge=0)
    via_end: Series[Int] = column("End of that mention.", unit=OFFSET, nullable=True, ge=1)
    negated: Series[Bool] = column("The source denies it, or did not say it.", example=False)
    hedged: Series[Bool] = column(
        "The article is not certain it was said (`likely`, `reportedly`).", example=False
    )
    continues_quote_id: Series[Text] = column(
        "The quote of the same speaker that this one carries on without a cue of its own.",
        nullable=True,
        references="quotes.quote_id",
    )
    rule: Series[Text] = column(
        "Name of the attribution rule that found it; docs/quotes.md lists them.",
        example="quote_cue_speaker",
    )
    confidence: Series[Float] = column(
        "Share of the rule's quotes that were right, content and speaker, on annotated articles; "
        "see the calibration table in docs/quotes.md.",
        ge=0.0,
        le=1.0,
    )
    flags: Series[TextList] = column("What was odd; empty when nothing was.", items=v.QUOTE_FLAGS)
    corrections: Series[TextList] = column(
        "Columns of this row that a curated correction has changed; empty when none."
    )

    class Config:
        name = "quotes"
        strict = True
        ordered = True
        coerce = False

    @pa.dataframe_check
    @classmethod
    def spans_are_ordered(cls, df: pd.DataFrame) -> pd.Series:
        """`end` is past `start`."""
        return df["end"] > df["start"]

    @pa.dataframe_check
    @classmethod
    def cue_is_whole_or_absent(cls, df: pd.DataFrame) -> pd.Series:
        """A cue has text, start and end, or none of them."""
        return (df["cue_text"].isna() == df["cue_start"].isna()) & (
            df["cue_start"].isna() == df["cue_end"].isna()
        )

    @pa.dataframe_check
    @classmethod
    def speaker_is_whole_or_absent(cls, df: pd.DataFrame) -> pd.Series:
        """A speaker mention has text, start and end, or none of them."""
        return (df["speaker_text"].isna() == df["speaker_start"].isna()) & (
            df["speaker_start"].isna() == df["speaker_end"].isna()
        )
