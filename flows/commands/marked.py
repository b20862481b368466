"""An article's text with what was left out of it in its place, each stretch with its rule.

Articles are hostile input: nothing of them reaches a terminal but what it shows.
"""

import os
import sys
from collections.abc import Iterable, Iterator

# A stretch left out, and its rule: plain, and struck through in red.
PLAIN = "[-{text}-]{{{rule}}}"
COLOURED = "\x1b[9;31m{text}\x1b[0m\x1b[2m{{{rule}}}\x1b[0m"
# Rules that take a stretch off the beginning of a paragraph, not a paragraph.
LEADING = frozenset({"dateline", "wire_slug"})

# Where in the text it stood, what it was, and the rule.
Removed = tuple[int, str, str]


def mark(text: str, removed: Iterable[Removed], *, coloured: bool) -> str:
    """Put what was left out back where it stood, marked.

    A stretch that stood between paragraphs is a paragraph of its own.

    Args:
        text: the cleaned text.
        removed: in the order of the text.
        coloured: for a terminal; else `[-words-]{rule}`.
    """
    return "".join(_pieces(text, removed, COLOURED if coloured else PLAIN))


def printable(text: str) -> str:
    """A text that a terminal shows and does not obey; line ends stay."""
    return "".join(c if c.isprintable() or c == "\n" else "\ufffd" for c in text)


def wants_colour() -> bool:
    """Whether standard output is a terminal whose user has not asked for no colours."""
    plain = os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"
    return sys.stdout.isatty() and not plain


def _pieces(text: str, removed: Iterable[Removed], form: str) -> Iterator[str]:
    at = 0
    for offset, words, rule in removed:
        yield printable(text[at:offset])
        shown = form.format(text=printable(words), rule=printable(rule))
        starts = offset == 0 or text.startswith("\n\n", offset - 2)
        if starts and rule in LEADING:
            yield f"{shown} "
        elif offset == len(text):
            yield f"\n\n{shown}"
        else:
            yield f"{shown}\n\n" if starts else shown
        at = offset
    yield printable(text[at:])
