"""Records that one stage hands to the next: slotted, without behaviour of their own.

None is changed once it is made, but that annotation's last steps fill in who mentions and speakers
are, and what of a sentence is quoted. Those an article has by the hundred are not declared `frozen`:
it makes them five times as dear to make.

A record's field that becomes a column has the column's name in `schemas`; ids, raw offsets and
copied text are added once, when the tables are assembled. All text offsets are 0-based, half-open
and count Unicode code points of `Article.text`; all raw offsets count bytes of the input file.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Refusal:
    """An input, or a record of one, that is not read on."""

    source_path: str
    reason: str
    detail: str
    source_locator: str | None = None
    source_format: str | None = None
    raw_sha256: str | None = None
    raw_n_bytes: int | None = None
    outcome: str = "rejected"
    doc_id: str | None = None


@dataclass(frozen=True, slots=True)
class Accepted:
    """An input, or a record of one, that became a document."""

    source_path: str
    source_locator: str | None
    source_format: str | None
    raw_sha256: str | None
    raw_n_bytes: int | None
    doc_id: str
    outcome: str = "accepted"
    reason: None = None
    detail: None = None


@dataclass(frozen=True, slots=True)
class Metadata:
    """What was given with an article, parsed; null where nothing was."""

    doc_id: str | None = None
    url: str | None = None
    publisher: str | None = None
    title: str | None = None
    byline: str | None = None
    authors: tuple[str, ...] = ()
    dateline: str | None = None
    published_at: datetime | None = None
    published_date: date | None = None
    published_raw: str | None = None
    published_precision: str | None = None
    lang: str | None = None
    encoding: str | None = None
    license: str | None = None
    rights_holder: str | None = None
    extra: Mapping[str, Any] = field(default_factory=dict)
    flags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Run:
    """A run of text and the bytes it came from (see `documents.alignment`)."""

    start: int
    end: int
    raw_start: int
    raw_end: int


@dataclass(frozen=True, slots=True)
class RawArticle:
    """An article as it came: bytes still to be decoded, or text that its container decoded.

    Exactly one of `raw` and `text` is given. `raw` stands at byte `raw_offset` of the input file
    (front matter before it is in `preamble`), unless `raw_in_file` is false: the file was
    compressed, so its text has no map to the file's bytes and no alignment. `text_runs` maps `text` to the input file where the
    container allows it (a JSON string), else it is None.
    """

    doc_id: str
    source_path: str
    source_format: str
    raw_sha256: str
    raw_n_bytes: int
    metadata: Metadata
    source_locator: str | None = None
    raw: bytes | None = None
    raw_offset: int = 0
    raw_in_file: bool = True
    preamble: bytes = b""
    text: str | None = None
    text_runs: tuple[Run, ...] | None = None


@dataclass(frozen=True, slots=True)
class Removal:
    """A stretch of the input left out of `Article.text`, and where in it the stretch stood."""

    text_offset: int
    raw_start: int | None
    raw_end: int | None
    text: str
    rule: str


@dataclass(frozen=True, slots=True)
class Mark:
    """A stretch of whole paragraphs of `Article.text` whose role cleaning already knows."""

    start: int
    end: int
    role: str


@dataclass(frozen=True, slots=True)
class Article:
    """A cleaned article. From here on `text` never changes; its paragraphs are parted by "\\n\\n"."""

    doc_id: str
    source_path: str
    source_format: str
    source_locator: str | None
    raw_sha256: str
    raw_n_bytes: int
    encoding: str
    encoding_method: str
    url: str | None
    publisher: str | None
    title: str | None
    title_method: str
    byline: str | None
    authors: tuple[str, ...]
    dateline: str | None
    published_at: datetime | None
    published_date: date | None
    published_raw: str | None
    published_precision: str | None
    lang: str | None
    lang_score: float | None
    text: str
    alignment: tuple[Run, ...] | None
    marks: tuple[Mark, ...]
    removals: tuple[Removal, ...]
    license: str | None
    rights_holder: str | None
    flags: tuple[str, ...]
    extra: str | None


@dataclass(frozen=True, slots=True)
class ArticleText:
    """Of an `Article` its id and what annotation needs: most of it is the way back to the input."""

    doc_id: str
    text: str
    marks: tuple[Mark, ...]
    flags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph of the text, without the blank line after it."""

    start: int
    end: int
    role: str = "body"


@dataclass(slots=True)
class Sentence:
    """A sentence; its fields are columns of `sentences`."""

    sentence_index: int
    paragraph_index: int
    role: str
    start: int
    end: int
    n_tokens: int
    in_quote: str = "none"


@dataclass(slots=True)
class Mention:
    """A mention of an entity; its fields are columns of `entities`.

    `sentence_index` and `quote_index` become ids.
    """

    entity_index: int
    sentence_index: int
    start: int
    end: int
    label: str
    label_source: str = "model"
    mention_type: str = "name"
    cluster_index: int | None = None
    canonical_name: str | None = None
    entity_key: str | None = None
    description: str | None = None
    title: str | None = None
    country: str | None = None
    kb_id: str | None = None
    link_method: str | None = None
    link_score: float | None = None
    quote_index: int | None = None


@dataclass(slots=True)
class Part:
    """A stretch of a quote's content, marks outside."""

    start: int
    end: int
    quoted: bool


@dataclass(slots=True)
class Quote:
    """A statement attributed to a source; its fields are columns of `quotes`.

    `sentence_index`, `last_sentence_index`, `speaker_entity_index` and `continues_quote_index`
    become ids.
    """

    quote_index: int
    sentence_index: int
    last_sentence_index: int
    kind: str
    parts: tuple[Part, ...]
    cue_kind: str
    rule: str
    confidence: float
    cue_lemma: str | None = None
    cue_start: int | None = None
    cue_end: int | None = None
    speaker_start: int | None = None
    speaker_end: int | None = None
    speaker_entity_index: int | None = None
    speaker_name: str | None = None
    speaker_key: str | None = None
    speaker_kind: str = "none"
    speaker_method: str = "none"
    speaker_description: str | None = None
    addressee_start: int | None = None
    addressee_end: int | None = None
    via_start: int | None = None
    via_end: int | None = None
    negated: bool = False
    hedged: bool = False
    continues_quote_index: int | None = None
    flags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Annotations:
    """All that annotation finds in one article."""

    n_tokens: int
    sentences: tuple[Sentence, ...]
    mentions: tuple[Mention, ...]
    quotes: tuple[Quote, ...]
    flags: tuple[str, ...] = ()
