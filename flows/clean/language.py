"""The language of a text, at document level."""

import re
from functools import cache

from py3langid.langid import MODEL_FILE, LanguageIdentifier

# Characters looked at in the beginning, the middle and the end of a text, and again, more of them,
# where a look is not certain of the usual language; the time grows with them, not with the text.
STRETCHES = (60, 200, 1_000)
CERTAIN = 0.9
USUAL = "en"
# Below this many letters it guesses.
MIN_LETTERS = 40
LETTERS = re.compile(r"[^\W\d_]+")


def identify(text: str) -> tuple[str | None, float | None]:
    """ISO 639-1 code and its probability; (None, None) for a text too short to tell."""
    lang, score = None, 0.0
    seen = ""
    for n_chars in STRETCHES:
        sample = _sample(text, n_chars)
        if sample == seen:
            break
        seen = sample
        if sum(map(len, LETTERS.findall(sample))) >= MIN_LETTERS:
            lang, score = load_identifier().classify(sample)
            if lang == USUAL and score >= CERTAIN:
                break
    if lang is None:
        return None, None
    # Rounded: the last bits depend on the machine's arithmetic.
    return str(lang), min(1.0, max(0.0, round(float(score), 4)))


def _sample(text: str, n_chars: int) -> str:
    if len(text) <= 3 * n_chars:
        return text
    middle = (len(text) - n_chars) // 2
    return f"{text[:n_chars]} {text[middle : middle + n_chars]} {text[-n_chars:]}"


@cache
def load_identifier() -> LanguageIdentifier:
    """The identifier, which takes half a second to unpack, once a process."""
    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
