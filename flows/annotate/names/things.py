"""Which names of organisations, places and other things are one.

Same name after folding, the acronym of a fuller name, or two names of one state. People of a
country and the country itself stay apart. What belongs here: names that are not people's. What
does not: people (people.py).
"""

import re
from collections.abc import Sequence

from flows.annotate.names.countries import country_of, state_of
from flows.annotate.names.people import fold
from flows.records import Mention

PLACES = frozenset(("GPE", "LOC", "FAC"))
ACRONYM = re.compile(r"(?:[A-Z]\.?){2,7}$")
SMALL = frozenset(("of", "the", "and", "for", "in", "on", "to", "de", "&"))


def cluster_things(texts: Sequence[str], mentions: Sequence[Mention]) -> list[list[int]]:
    """Join name mentions that are not of people.

    Args:
        texts: surface of each mention.
        mentions: name mentions with labels other than PERSON and those of values, in order.

    Returns:
        The clusters in order of their first mention, each the positions of its mentions.
    """
    clusters: dict[tuple[str, str], list[int]] = {}
    acronyms: dict[str, tuple[str, str]] = {}
    keys = [_key(text, mention.label) for text, mention in zip(texts, mentions, strict=True)]
    for text, key in zip(texts, keys, strict=True):
        if key[0] == "ORG" and (short := _initials(text)):
            acronyms.setdefault(short, key)
    for i, (text, key) in enumerate(zip(texts, keys, strict=True)):
        if key[0] == "ORG" and ACRONYM.match(text):
            key = acronyms.get(fold(text), key)
        clusters.setdefault(key, []).append(i)
    return list(clusters.values())


def _key(text: str, label: str) -> tuple[str, str]:
    if label in PLACES:
        state = state_of(text)
        return ("place", f"={state}") if state else ("place", _folded(text))
    if label == "NORP":
        return (label, group_name(text))
    return (label, _folded(text))


def group_name(text: str) -> str:
    """A people's or party's name for comparing: by its country, else in the singular."""
    return country_of(text, "NORP") or _folded(text).removesuffix("s")


def _folded(text: str) -> str:
    return " ".join(
        w for part in text.replace("-", " ").split() if (w := fold(part)) and w != "the"
    )


def _initials(text: str) -> str:
    """Initials of a name of several words, hyphens parting words; empty for a single word."""
    parts = [p for p in text.replace("-", " ").split() if p.lower() not in SMALL]
    return "".join(fold(p)[:1] for p in parts) if len(parts) > 1 else ""
