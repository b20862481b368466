"""From an article as it came to its cleaned text, with an account of everything left out.

The walk: decode, mend characters, lay out, take out boilerplate, name title and language. The
rules stand in the modules of this package; here they are put in order. After this stage an
article's text never changes.
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence

import numpy as np

from flows.clean import boilerplate, characters, layout
from flows.clean.align import Aligned, Cut, Edit, edit, runs
from flows.clean.credits import Credit, find_credits
from flows.clean.encoding import align_bytes, align_runs, decode
from flows.clean.heading import find_title
from flows.clean.language import identify
from flows.clean.recurring import digest, group_of, known, paragraph_key
from flows.config import CleanConfig
from flows.records import Article, Mark, RawArticle, Refusal, Removal

Rule = Callable[[str], Iterable[Edit]]

CHARACTER_RULES: tuple[Rule, ...] = (
    characters.mojibake,
    characters.surrogates,
    characters.controls,
    characters.invisible,
    characters.nfc,
)
# What one pass mends may lay bare more; real text needs two passes at most.
MAX_PASSES = 8
# Above this share of control characters it is no text.
MAX_CONTROL_SHARE = 0.1
LETTER = re.compile(r"[^\W\d_]")
# The text is cut off if it ends in one of these.
OPEN_END = re.compile(r"[\w,;–—-]")
# An editor's note: a label, or a sentence on what became of the article.
NOTE = re.compile(
    r"""[\[(*_\s]{0,4}(?:(?:editor['’]?s?['’]?|editors['’])\ note|author['’]s\ note|corrections?|clarification|update[ds]?|erratum)
    (?:\ ?[:.—–-]|\ \(|\W{0,2}\Z)
    | [\[(*_\s]{0,4}(?:this|an?\ (?:earlier|previous|original))\ (?:\w+\ )?(?:version\ of\ this\ )?(?:article|story|piece|post|report|
    column|item|headline)\ (?:(?:has\ been|was|is\ being|will\ be)\b[^\n]{0,80}?\b(?:updated|corrected|amended|revised|clarified|edited|changed)
    |(?:had\ )?(?:incorrectly|mis(?:stated|identified|spelled|quoted)|erroneously|wrongly|gave))\b""",
    re.IGNORECASE | re.VERBOSE,
)
# A label alone: the note is what follows it, to the end of an article.
MAX_LABEL_CHARS = 24


def clean(
    raw: RawArticle,
    config: CleanConfig,
    *,
    fallback_encoding: str = "cp1252",
    recurring: frozenset[str] = frozenset(),
) -> Article | Refusal:
    """Clean one article.

    Args:
        raw: the article, as bytes or as text of its container.
        config: limits, target language, thresholds.
        fallback_encoding: for bytes that are not UTF-8 and declare nothing.
        recurring: digests of paragraphs that recur across the articles of a publisher (see
            `recurring`); they are boilerplate.

    Returns:
        The article, or why it is refused.
    """
    if raw.text is not None:
        aligned, mapped = align_runs(raw.text, raw.text_runs)
        encoding, method = raw.metadata.encoding or "utf-8", "given"
        flags: list[str] = []
    else:
        raw_bytes = raw.raw or b""
        decoded = decode(raw_bytes, declared=raw.metadata.encoding, fallback=fallback_encoding)
        if decoded is None:
            return _refuse(raw, "undecodable", f"not {fallback_encoding} either")
        encoding, method = decoded.encoding, decoded.method
        flags = list(decoded.flags)
        if len(decoded.text) > config.max_chars:
            return _too_large(raw, len(decoded.text), config)
        aligned = align_bytes(decoded, raw_bytes, raw.raw_offset)
        mapped = raw.raw_in_file
    if len(aligned.text) > config.max_chars:
        return _too_large(raw, len(aligned.text), config)
    if not aligned.text.strip():
        return _refuse(raw, "empty", "no text")
    if "\ufffd" in aligned.text:
        flags.append("replacement_characters")
    n_controls = len(characters.BINARY.findall(aligned.text))
    if n_controls > MAX_CONTROL_SHARE * len(aligned.text):
        return _refuse(raw, "binary", f"{n_controls} control characters")

    cuts: list[Cut] = []
    credits: list[Credit] = []
    repeated = known(recurring, group_of(raw)) if recurring else frozenset[str]()
    cleaned = _lay_out(aligned, cuts, flags)
    if not cleaned.text:
        return _refuse(raw, "empty", "no visible text")
    for _ in range(MAX_PASSES):
        stripped = _strip(cleaned, cuts, credits, repeated)
        if stripped is cleaned:
            break
        cleaned = _lay_out(stripped, cuts, flags)
        if cleaned is stripped:
            break
    if not cleaned.text:
        return _refuse(raw, "boilerplate_only", f"removed: {_rules_of(cuts)}")
    if not LETTER.search(cleaned.text):
        return _refuse(raw, "no_text", "not one letter in it")

    lang, lang_score = identify(cleaned.text)
    if lang not in (None, config.lang) and (lang_score or 0) >= config.min_lang_score:
        if config.other_languages == "refuse":
            return _refuse(raw, "not_target_language", f"{lang} ({lang_score:.2f})")
        flags.append("other_language")
    title, title_method, title_mark = find_title(cleaned.text, raw.metadata.title)
    marks = _marks(cleaned.text, title_mark)
    meta = raw.metadata
    byline = next((c for c in credits if c.kind == "byline"), None)
    dateline = next((c.value for c in credits if c.kind == "dateline" and c.value), None)
    return Article(
        doc_id=raw.doc_id,
        source_path=raw.source_path,
        source_format=raw.source_format,
        source_locator=raw.source_locator,
        raw_sha256=raw.raw_sha256,
        raw_n_bytes=raw.raw_n_bytes,
        encoding=encoding,
        encoding_method=method,
        url=meta.url,
        publisher=meta.publisher,
        title=title,
        title_method=title_method,
        byline=meta.byline or (byline.value if byline else None),
        authors=meta.authors or (byline.authors if byline else ()),
        dateline=meta.dateline or dateline,
        published_at=meta.published_at,
        published_date=meta.published_date,
        published_raw=meta.published_raw,
        published_precision=meta.published_precision,
        lang=lang or meta.lang,
        lang_score=lang_score,
        text=cleaned.text,
        alignment=runs(cleaned) if mapped else None,
        marks=marks,
        removals=_removals(raw, encoding, cleaned, cuts, mapped=mapped),
        license=meta.license,
        rights_holder=meta.rights_holder,
        flags=tuple(dict.fromkeys([*meta.flags, *flags, *_text_flags(cleaned.text, marks)])),
        extra=json.dumps(meta.extra, ensure_ascii=False, sort_keys=True, default=str)
        if meta.extra
        else None,
    )


def _lay_out(aligned: Aligned, cuts: list[Cut], flags: list[str]) -> Aligned:
    """Mend characters and lay out paragraphs, until there is nothing more to mend."""
    for _ in range(MAX_PASSES):
        found = aligned
        aligned, _ = edit(aligned, characters.references(aligned.text))
        unusual = characters.UNUSUAL.search(aligned.text)
        for rule in CHARACTER_RULES if unusual else ():
            before = aligned
            aligned, more = edit(aligned, rule(aligned.text))
            cuts += more
            if aligned is not before and rule in FLAGGED:
                flags.append(FLAGGED[rule])
        if aligned is found and layout.is_laid_out(aligned.text):
            break
        rows = layout.lines(aligned.text)
        widths = layout.wrap_widths(aligned.text, rows)
        if any(widths):
            flags.append("hard_wrapped")
        aligned, more = edit(aligned, layout.paragraphs(aligned.text, rows, widths))
        cuts += more
    return aligned


FLAGGED: dict[Rule, str] = {
    characters.mojibake: "mojibake_repaired",
    characters.surrogates: "replacement_characters",
    characters.controls: "null_characters",
}


def _strip(
    aligned: Aligned, cuts: list[Cut], credits: list[Credit], repeated: frozenset[str]
) -> Aligned:
    """Take out boilerplate and credits, until there is nothing more to take out."""
    rules = (*boilerplate.RULES, lambda text: _recurring(text, repeated))
    for _ in range(MAX_PASSES):
        before = aligned
        for rule in rules:
            aligned = _take_out(aligned, rule(aligned.text), cuts)
        found = list(find_credits(aligned.text))
        credits += found
        aligned = _take_out(aligned, [credit.edit for credit in found], cuts)
        if aligned is before:
            break
    return aligned


def _take_out(aligned: Aligned, edits: Iterable[Edit], cuts: list[Cut]) -> Aligned:
    edited, more = edit(aligned, edits)
    if edited is not aligned:
        edited, _ = edit(edited, boilerplate.tidy(edited.text))
    cuts += more
    return edited


def _recurring(text: str, repeated: frozenset[str]) -> Iterator[Edit]:
    """Paragraphs that recur across the publisher's articles; the first one and notes stay."""
    if not repeated:
        return
    for start, end in boilerplate.spans(text)[1:]:
        key = paragraph_key(text[start:end])
        if key and digest(key) in repeated and not NOTE.match(text, start, end):
            yield Edit(start, end, "", "recurring")


def _marks(text: str, title: Mark | None) -> tuple[Mark, ...]:
    marks = [title] if title else []
    paragraphs = boilerplate.spans(text)
    after_label = False
    for i, (start, end) in enumerate(paragraphs):
        is_note = NOTE.match(text, start, end) is not None
        if is_note or after_label:
            marks.append(Mark(start, end, "note"))
        if is_note and end - start <= MAX_LABEL_CHARS:
            after_label = i >= len(paragraphs) - boilerplate.TAIL_PARAGRAPHS
    return tuple(marks)


def _text_flags(text: str, marks: Sequence[Mark]) -> list[str]:
    flags = []
    if OPEN_END.match(text[-1:]):
        flags.append("truncated")
    if any(mark.role == "note" for mark in marks):
        flags.append("editors_note")
    for start, end in boilerplate.spans(text):
        n_left, n_right = text.count("“", start, end), text.count("”", start, end)
        n_low = text.count("„", start, end)
        if n_low:  # a low mark opens, and either of the others closes
            n_left, n_right = n_low, n_left + n_right
        if text.count('"', start, end) % 2 or n_left != n_right:
            flags.append("unbalanced_quotes")
            break
    return flags


def _removals(
    raw: RawArticle, encoding: str, cleaned: Aligned, cuts: list[Cut], *, mapped: bool
) -> tuple[Removal, ...]:
    """Everything left out, in the order of the input."""
    found = []
    front = raw.preamble.decode(encoding, "replace").strip() if raw.preamble else ""
    if front:
        lo, hi = raw.raw_offset - len(raw.preamble), raw.raw_offset
        found.append(_removal(0, lo, hi, front, "front_matter", mapped=mapped))
    for cut in sorted(cuts, key=lambda cut: (cut.lo, cut.hi)):
        at = int(np.searchsorted(cleaned.lo, cut.lo))
        found.append(_removal(at, cut.lo, cut.hi, cut.text, cut.rule, mapped=mapped))
    return tuple(found)


def _removal(at: int, lo: int, hi: int, text: str, rule: str, *, mapped: bool) -> Removal:
    return Removal(at, lo if mapped else None, hi if mapped else None, text, rule)


def _rules_of(cuts: list[Cut]) -> str:
    return ", ".join(sorted({cut.rule for cut in cuts}))


def _too_large(raw: RawArticle, n_chars: int, config: CleanConfig) -> Refusal:
    return _refuse(raw, "too_large", f"{n_chars} characters; the limit is {config.max_chars}")


def _refuse(raw: RawArticle, reason: str, detail: str) -> Refusal:
    return Refusal(
        source_path=raw.source_path,
        reason=reason,
        detail=detail,
        source_locator=raw.source_locator,
        source_format=raw.source_format,
        raw_sha256=raw.raw_sha256,
        raw_n_bytes=raw.raw_n_bytes,
    )
