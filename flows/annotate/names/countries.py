"""The country that a name gives: names of states, demonyms, capitals standing for governments.

State names come from the Unicode CLDR (through Babel), aliases, demonyms and capitals from
committed lists. Names that are also something else (Georgia, Jordan) give a country only where
their article supports it.
"""

from functools import cache, lru_cache

from babel import Locale

from flows.lexicons import mapping, words

# Ambiguous names, and the code they would give; see `ambiguous_country`.
AMBIGUOUS = {"georgia": "GE", "jordan": "JO", "chad": "TD", "guinea": "GN", "micronesia": "FM"}
# Labels of mentions that may stand for a country.
LABELS = frozenset(("GPE", "NORP", "LOC", "LANGUAGE", "ORG", "FAC"))


# Codes of the CLDR that are no countries.
NO_COUNTRY = frozenset(("ZZ", "EU", "UN", "EZ", "XA", "XB"))


@cache
def _states() -> dict[str, str]:
    known: dict[str, str] = {}
    for code, name in Locale("en").territories.items():
        if not (len(code) == 2 and code.isalpha()) or code in NO_COUNTRY:
            continue
        # CLDR writes "Myanmar (Burma)", "St. Lucia", "Bosnia & Herzegovina".
        for form in (name, name.partition(" (")[0]):
            known[form] = code
            known[form.replace("St. ", "Saint ").replace(" & ", " and ")] = code
    known |= mapping("countries")
    return {_plain(name): code for name, code in known.items() if _plain(name) not in AMBIGUOUS}


@cache
def _known() -> dict[str, str]:
    known = dict(_states())
    known |= {_plain(name): code for name, code in mapping("capitals").items()}
    for name, code in mapping("demonyms").items():
        known[_plain(name)] = code
        known[_plain(name if name.endswith(("s", "sh", "ch", "ese")) else name + "s")] = code
    return known


def state_of(name: str) -> str | None:
    """ISO code of the state that a name is a name of; capitals and demonyms have none."""
    return None if name == "us" else _states().get(_plain(name))


def country_of(name: str, label: str) -> str | None:
    """ISO 3166-1 alpha-2 code of the country a name gives; None where it gives none.

    Args:
        name: the mention, without article and possessive.
        label: its OntoNotes label; names of people and works give no country.
    """
    if label not in LABELS:
        return None
    code = _known().get(_plain(name))
    # "us" in capitals alone is the country.
    return None if name == "us" else code


def ambiguous_country(name: str, label: str, others: frozenset[str]) -> str | None:
    """Country of an ambiguous name, where the article's other names speak for it.

    Args:
        name: the mention.
        label: its label; only places are asked.
        others: codes that the article's unambiguous names give.
    """
    code = AMBIGUOUS.get(_plain(name)) if label == "GPE" else None
    return code if code in others else None


def is_place_word(name: str) -> bool:
    """Whether a name is known as a country, a region, a capital, a demonym, or might be one."""
    return _plain(name) in AMBIGUOUS or is_only_place(name)


def is_only_place(name: str) -> bool:
    """The same, but for names that may as well be a person's (Jordan)."""
    return _plain(name) in _known() or name in words("regions")


@lru_cache(maxsize=65536)
def _plain(name: str) -> str:
    return " ".join(name.replace("’", "'").split()).casefold()
