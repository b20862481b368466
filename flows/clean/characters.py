"""Rules on single characters: character references, mojibake, invisible characters, controls, NFC.

Each is a pure function from a text to edits. Quotation marks, dashes, ligatures and widths stay as
they are. White space and lines are the affair of `layout`.
"""

import html
import re
import unicodedata
from collections.abc import Iterator

import ftfy
from ftfy.badness import is_bad
from ftfy.chardata import UTF8_DETECTOR_RE

from flows.clean.align import Edit

# Only the encode/decode repair of ftfy; it is asked about stretches that look like UTF-8 read in
# another encoding, and each must decode as UTF-8 to be repaired.
REPAIR = ftfy.TextFixerConfig(
    unescape_html=False,
    remove_terminal_escapes=False,
    fix_encoding=True,
    restore_byte_a0=False,
    replace_lossy_sequences=False,
    decode_inconsistent_utf8=False,
    fix_c1_controls=False,
    fix_latin_ligatures=False,
    fix_character_width=False,
    uncurl_quotes=False,
    fix_line_breaks=False,
    fix_surrogates=False,
    remove_control_chars=False,
    normalization=None,
)
# Character references of HTML that were left in text. Those of `<` and `>` stay, or what an article
# shows as markup would become markup; every way to write `&` before another reference goes with
# that (`&amp;quot;`), so that none is left to be read the next time.
REFERENCE = re.compile(
    r"&(?:(?:amp|#0{0,4}38|#[xX]0{0,4}26);)*"
    r"(?:(?:amp|#0{0,4}38|#[xX]0{0,4}26);|(?P<last>#\d{2,7};|#[xX][0-9a-fA-F]{2,6};|[a-zA-Z]{2,31};))"
)
# What a reference is written with: one to such a character stays, or it could make another one.
IN_REFERENCE = re.compile("[<>&#;0-9A-Za-z]")
# Anything but ASCII and the usual marks of English print: text without it needs no rule here.
UNUSUAL = re.compile("[^\n -~“”‘’–—…]")
# First characters of UTF-8 read in another encoding, and C1 controls: most text has none.
SUSPECT = re.compile("[\x80-\x9f\u00c0-\u00ff\u0102-\u0178\u0386-\u044f]")
# C1 controls are what cp1252 text becomes when it is read as Latin-1; five bytes stay controls.
C1 = re.compile("[\x80-\x84\x86-\x9f]")
NEL_AS_C1 = re.compile("[\x80-\x9f]")
# Soft hyphen, zero-width characters, bidi controls, invisible operators, tags.
INVISIBLE = re.compile(
    "[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\U000e0000-\U000e007f]+"
)
# ECMA-48 control sequences and strings whole: without their ESC the rest would stay as letters.
CONTROLS = re.compile(
    "\x1b(?P<sequence>\\[[0-?]{0,64}[ -/]{0,8}[@-~]|[]PX^_][^\x07\x1b\n]{0,256}(?:\x07|\x1b\\\\))|[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f]+"
)
CONTROL = re.compile("[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f]")
# Those that no text has, whatever it was decoded from.
BINARY = re.compile("[\x00-\x08\x0e-\x1a\x7f]")
SURROGATES = re.compile("[\ud800-\udfff]")
# A stretch that normalisation may change: it begins before the first character that is no
# ASCII. Long runs of combining marks are one stretch.
NOT_ASCII = re.compile("[\x00-\x7f]?[^\x00-\x7f]+")


def references(text: str) -> Iterator[Edit]:
    """Character references (`&quot;`, `&#8217;`) with their semicolon, to what they stand for."""
    if "&" not in text:
        return
    for match in REFERENCE.finditer(text):
        last = match["last"]
        if last is None:
            yield Edit(match.start(), match.end(), "&")
            continue
        meant = html.unescape(f"&{last}")
        if (
            meant
            and meant != f"&{last}"
            and "\ufffd" not in meant
            and not IN_REFERENCE.search(meant)
        ):
            yield Edit(match.start(), match.end(), meant)
        elif match.end() - match.start() > len(last) + 1:
            yield Edit(match.start(), match.start("last"), "&")


def mojibake(text: str) -> Iterator[Edit]:
    """UTF-8 that was once decoded in a single-byte encoding, and cp1252 read as Latin-1."""
    if not SUSPECT.search(text):
        return
    at = 0
    for match in UTF8_DETECTOR_RE.finditer(text):
        if not is_bad(match.group()):
            continue
        repaired = ftfy.fix_encoding(match.group(), REPAIR)
        if repaired != match.group() and "\ufffd" not in repaired:
            yield from _c1(text, at, match.start())
            yield Edit(match.start(), match.end(), repaired)
            at = match.end()
    yield from _c1(text, at, len(text))


def surrogates(text: str) -> Iterator[Edit]:
    """Lone surrogates, which no encoding can carry, become U+FFFD."""
    if text.isascii():
        return
    for match in SURROGATES.finditer(text):
        yield Edit(match.start(), match.end(), "\ufffd")


def controls(text: str) -> Iterator[Edit]:
    """Control characters but white space, and terminal escape sequences."""
    if not CONTROL.search(text):
        return
    for match in CONTROLS.finditer(text):
        if match["sequence"]:
            yield Edit(match.start(), match.start("sequence"))
            yield Edit(match.start("sequence"), match.end(), "", "terminal_escape")
        else:
            yield Edit(match.start(), match.end())


def invisible(text: str) -> Iterator[Edit]:
    """Characters without a width or a sign of their own."""
    if text.isascii():
        return
    for match in INVISIBLE.finditer(text):
        yield Edit(match.start(), match.end())


def nfc(text: str) -> Iterator[Edit]:
    """Canonical composition (UAX #15)."""
    if unicodedata.is_normalized("NFC", text):
        return
    for match in NOT_ASCII.finditer(text):
        if not unicodedata.is_normalized("NFC", match.group()):
            yield from _nfc_clusters(text, match.start(), match.end())


def _nfc_clusters(text: str, start: int, end: int) -> Iterator[Edit]:
    """Normalise starter by starter, so that an edit is as short as can be."""
    at = start
    while at < end:
        stop = at + 1
        while stop < end and not _is_boundary(text, stop):
            stop += 1
        composed = unicodedata.normalize("NFC", text[at:stop])
        if composed != text[at:stop]:
            yield Edit(at, stop, composed)
        at = stop


def _is_boundary(text: str, at: int) -> bool:
    """Whether normalisation never looks across the place before `text[at]`.

    Everything that composes with what stands before it is a mark, or a vowel or final of Hangul.
    """
    character = text[at]
    return unicodedata.category(character)[0] != "M" and not "\u1160" <= character <= "\u11ff"


def _c1(text: str, start: int, end: int) -> Iterator[Edit]:
    if not C1.search(text, start, end):
        return
    for match in NEL_AS_C1.finditer(text, start, end):
        meant = match.group().encode("latin-1").decode("sloppy-windows-1252")
        if meant != match.group():
            yield Edit(match.start(), match.end(), meant)
