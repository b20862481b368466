"""The cue lexicon: words that attribute, by construction, with their inflected forms.

Belongs here: reading `seeds/lexicons/cues.tsv`, inflecting its verbs and nouns. Does not belong
here: whether a word is used as a cue in a given sentence (the attribution rules decide).

The pipeline runs without a lemmatizer, so the forms are made once from the lemmas: regular
English spelling, and `cues_irregular.tsv` for the rest.
"""

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[3] / "seeds" / "lexicons"
CONSTRUCTIONS = (
    "clause",
    "object",
    "infinitive",
    "preposition",
    "addressee",
    "quotation",
    "noun",
    "adjective",
    "idiom",
    "according",
)
# Constructions of words other than verbs; with a `detail` what follows it: questions about.
WORD_CLASSES = frozenset(["noun", "adjective"])
KINDS = ("say", "write", "think", "according_to")
# Words that open a phrase around its source: in X's words, to X.
AROUND = ("in", "to")
# Verbs that speak with an adjective: made clear that.
WITH_ADJECTIVE = frozenset(["make"])
VOWELS = "aeiou"


class LexiconError(Exception):
    """A lexicon line cannot be used; the message names file, line and mend."""


@dataclass(frozen=True, slots=True)
class Cue:
    """What a lemma can do.

    Attributes:
        lemma: dictionary form.
        kind: say, write or think, by construction.
        prepositions: prepositions that introduce its content (`call for`), with their kind; of a
            noun also `to`, for an infinitive (`a promise to`).
        particle: the particle that a clause needs (`point out that`), if any.
        phrasal: particles with which it takes an object (`rule out`), with their kind.
    """

    lemma: str
    kind: Mapping[str, str]
    prepositions: Mapping[str, str]
    particle: str | None = None
    phrasal: Mapping[str, str] = field(default_factory=dict)

    def takes(self, construction: str) -> bool:
        return construction in self.kind

    @property
    def needs_marks(self) -> bool:
        """Whether it has content between marks alone: continued: "..."."""
        alone = self.kind.keys() == {"quotation"} and not self.prepositions and not self.phrasal
        return alone and self.lemma not in WITH_ADJECTIVE

    def speaks(self) -> bool:
        """Whether it takes content of its own other than as thought."""
        return any(kind != "think" for kind in (*self.kind.values(), *self.prepositions.values()))


@dataclass(frozen=True, slots=True)
class CueLexicon:
    """Cues by inflected form, lower case; `phrases` are those of several words, as word tuples.

    `idioms` are nouns that speak with a verb: by noun, then by form of the verb and the word that
    follows (took aim at), their lemma and kind; `openers` are the words that any cue begins with.
    """

    verbs: Mapping[str, Cue]
    nouns: Mapping[str, Cue]
    adjectives: Mapping[str, Cue]
    phrases: Mapping[str, tuple[tuple[str, ...], ...]]
    idioms: Mapping[str, Mapping[tuple[str, str], tuple[str, str]]]
    openers: frozenset[str]


@cache
def load_cues(folder: Path = FOLDER) -> CueLexicon:
    """Read the cue lexicon.

    Args:
        folder: where `cues.tsv` and `cues_irregular.tsv` lie.

    Returns:
        The lexicon.

    Raises:
        LexiconError: for a line with an unknown construction or kind, or the wrong columns.
    """
    irregular = {
        row["lemma"]: (row["past"].split("/"), row["participle"].split("/"))
        for _, row in _rows(folder / "cues_irregular.tsv", ("lemma", "past", "participle"))
    }
    kinds: dict[tuple[str, str], dict[str, str]] = {}
    prepositions: dict[tuple[str, str], dict[str, str]] = {}
    particles: dict[str, str] = {}
    phrasal: dict[str, dict[str, str]] = {}
    phrases: dict[str, list[tuple[str, ...]]] = {}
    idioms: dict[str, dict[tuple[str, str], tuple[str, str]]] = {}
    path = folder / "cues.tsv"
    for line, row in _rows(path, ("lemma", "construction", "kind", "detail")):
        lemma, construction, kind = row["lemma"], row["construction"], row["kind"]
        if construction not in CONSTRUCTIONS or kind not in KINDS:
            raise LexiconError(
                f"{path}:{line}: construction {construction!r}, kind {kind!r}. Use one of "
                f"{', '.join(CONSTRUCTIONS)} and one of {', '.join(KINDS)}."
            )
        if construction == "according":
            words = tuple(lemma.split())
            phrases.setdefault(words[0], []).append(words)
            continue
        if construction == "idiom":
            verb, _, word = row["detail"].partition(" ")
            if not word:
                raise LexiconError(
                    f"{path}:{line}: an idiom's detail is {row['detail']!r}. "
                    "Give its verb and the word behind the noun: `take at`."
                )
            for form in plural(lemma):
                for verb_form in inflect(verb, irregular.get(verb)):
                    idioms.setdefault(form, {})[verb_form, word] = (f"{verb} {lemma}", kind)
            continue
        key = (lemma, construction if construction in WORD_CLASSES else "verb")
        kinds.setdefault(key, {})
        about = construction in WORD_CLASSES and row["detail"]
        if construction == "preposition" or about:
            prepositions.setdefault(key, {})[row["detail"]] = kind
        elif construction == "object" and row["detail"]:
            phrasal.setdefault(lemma, {})[row["detail"]] = kind
        else:
            kinds[key][construction] = kind
            if construction == "clause" and row["detail"]:
                particles[lemma] = row["detail"]
    found: dict[str, dict[str, Cue]] = {"verb": {}, "noun": {}, "adjective": {}}
    for (lemma, word_class), by_construction in kinds.items():
        is_verb = word_class == "verb"
        cue = Cue(
            lemma,
            by_construction,
            prepositions.get((lemma, word_class), {}),
            particles.get(lemma) if is_verb else None,
            phrasal.get(lemma, {}) if is_verb else {},
        )
        if is_verb:
            forms = inflect(lemma, irregular.get(lemma))
        else:
            forms = plural(lemma) if word_class == "noun" else (lemma,)
        for form in forms:
            found[word_class].setdefault(form, cue)
    longest_first = {
        first: tuple(sorted(words, key=len, reverse=True)) for first, words in phrases.items()
    }
    openers = frozenset(AROUND).union(*found.values(), phrases, idioms)
    return CueLexicon(
        found["verb"], found["noun"], found["adjective"], longest_first, idioms, openers
    )


def inflect(lemma: str, irregular: tuple[list[str], list[str]] | None = None) -> tuple[str, ...]:
    """Forms of a verb: base, third person, past, participles."""
    stem = _doubled(lemma)
    if lemma.endswith("e"):
        past, gerund = lemma + "d", lemma[:-1] + "ing"
        if lemma.endswith("ee"):
            gerund = lemma + "ing"
        elif lemma.endswith("ie"):
            gerund = lemma[:-2] + "ying"
    elif lemma.endswith("y") and lemma[-2] not in VOWELS:
        past, gerund = lemma[:-1] + "ied", lemma + "ing"
    else:
        past, gerund = stem + "ed", stem + "ing"
    pasts = [past]
    if irregular is not None:
        pasts = [*irregular[0], *irregular[1]]
        doubled = lemma + lemma[-1]
        if any(form.startswith(doubled) for form in pasts):
            gerund = doubled + "ing"
    return tuple(dict.fromkeys([lemma, _with_s(lemma), *pasts, gerund]))


def plural(lemma: str) -> tuple[str, str]:
    """Singular and plural of a noun."""
    return lemma, _with_s(lemma)


def _with_s(lemma: str) -> str:
    if lemma.endswith("y") and lemma[-2] not in VOWELS:
        return lemma[:-1] + "ies"
    if lemma.endswith(("s", "sh", "ch", "x", "z", "o")):
        return lemma + "es"
    return lemma + "s"


def _doubled(lemma: str) -> str:
    """Final consonant doubled in verbs of one syllable that end consonant, vowel, consonant."""
    vowels = sum(
        1 for i, c in enumerate(lemma) if c in VOWELS and (i == 0 or lemma[i - 1] not in VOWELS)
    )
    if (
        len(lemma) >= 3
        and vowels == 1
        and lemma[-1] not in VOWELS + "wxy"
        and lemma[-2] in VOWELS
        and lemma[-3] not in VOWELS
    ):
        return lemma + lemma[-1]
    return lemma


def _rows(path: Path, columns: tuple[str, ...]) -> Iterable[tuple[int, dict[str, str]]]:
    with path.open(encoding="utf-8", newline="") as file:
        lines = [
            (number, line)
            for number, line in enumerate(file, 1)
            if line.strip() and not line.startswith("#")
        ]
    reader = csv.reader((line for _, line in lines), delimiter="\t", quoting=csv.QUOTE_NONE)
    header: tuple[str, ...] | None = None
    for (number, _), cells in zip(lines, reader, strict=True):
        if header is None:
            header = tuple(cells)
            if header != columns:
                raise LexiconError(f"{path}:{number}: columns {header}. They must be {columns}.")
            continue
        if len(cells) != len(columns):
            raise LexiconError(
                f"{path}:{number}: {len(cells)} columns, not {len(columns)}. Part them by tabs."
            )
        yield number, dict(zip(columns, cells, strict=True))
