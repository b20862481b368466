"""The language of a text, at document level."""

import re
from functools import cache

from py3langid.langid import MODEL_FILE, LanguageIdentifier

# Characters looked at, and again where the first look is not certain; the time grows with them.
SAMPLE_CHARS, LONGER_SAMPLE_CHARS = 250, 4_000
CERTAIN = 0.99
USUAL = "en"
# Below this many letters it guesses.
MIN_LETTERS = 40
LETTERS = re.compile(r"[^\W\d_]+")


def identify(text: str) -> tuple[str | None, float | None]:
    """ISO 639-1 code and its probability; (None, None) for a text too short to tell."""
    sample = text[:SAMPLE_CHARS]
    if sum(map(len, LETTERS.findall(sample))) < MIN_LETTERS:
        sample = text[:LONGER_SAMPLE_CHARS]
        if sum(map(len, LETTERS.findall(sample))) < MIN_LETTERS:
            return None, None
    lang, score = _identifier().classify(sample)
    if score < CERTAIN or lang != USUAL:
        lang, score = _identifier().classify(text[:LONGER_SAMPLE_CHARS])
    # Rounded: the last bits depend on the machine's arithmetic.
    return str(lang), min(1.0, max(0.0, round(float(score), 4)))


@cache
def _identifier() -> LanguageIdentifier:
    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
