"""Compare attributions with gold: precision, recall and F1, speakers and cues, with intervals.

Belongs here: matching and metrics. Does not belong here: reading gold or a release.

Two attributions match, one to one and best first, EXACT when the Jaccard index of their content
words is at least 0.8, LOOSE when they share half of the shorter one's words. A speaker is right
when it shares a word with the gold source before its first comma, or when both have none; a cue
when it shares a word. Kinds go by the gold text: direct when all content words stand between
marks, mixed when some do, indirect when none does. Intervals are percentiles of a bootstrap over
documents.
"""

import random
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from flows.evaluate.attributions import Annotated, Attribution, Words

EXACT = 0.8
LOOSE = 0.5
KINDS = ("all", "direct", "mixed", "indirect")
MARKS = {"“": "”", "«": "»", '"': '"', "``": "''"}


@dataclass(frozen=True, slots=True)
class Metric:
    """One figure with its 95 % interval; shares between 0 and 1, None where nothing counts."""

    name: str
    value: float | None
    low: float | None
    high: float | None
    n: int


def score(
    gold: Mapping[str, Annotated],
    predicted: Mapping[str, Sequence[Attribution]],
    *,
    resamples: int = 500,
    seed: int = 0,
) -> list[Metric]:
    """Score predictions against gold.

    Args:
        gold: annotated documents by name.
        predicted: attributions by the same names; a missing name has none.
        resamples: bootstrap resamples of documents; 0 for no intervals.
        seed: of the resampling.

    Returns:
        For each kind and strictness precision, recall, F1, and of the gold attributions found the
        share with the right speaker, end to end and given a match, and with the right cue.
    """
    counts = [_count(document, predicted.get(name, ())) for name, document in sorted(gold.items())]
    total = sum(counts, Counter())
    values = _metrics(total)
    samples: dict[str, list[float]] = {name: [] for name in values}
    draw = random.Random(seed)
    for _ in range(resamples if counts else 0):
        for name, (value, _n) in _metrics(
            sum((draw.choice(counts) for _ in counts), Counter())
        ).items():
            if value is not None:
                samples[name].append(value)
    return [
        Metric(name, value, *_interval(samples[name]), n) for name, (value, n) in values.items()
    ]


def _interval(values: list[float]) -> tuple[float | None, float | None]:
    if not values:
        return None, None
    values = sorted(values)
    last = len(values) - 1
    return values[int(0.025 * last)], values[min(last, int(0.975 * last + 0.999))]


def _count(document: Annotated, predicted: Sequence[Attribution]) -> Counter[str]:
    words = Words(document.text)
    marked = _marked(document.text, words)
    gold = [(a, words.within(a.content)) for a in document.attributions]
    gold = [(a, content) for a, content in gold if content]
    found = [(a, words.within(a.content)) for a in predicted]
    found = [(a, content) for a, content in found if content]
    count: Counter[str] = Counter()
    kinds = [_kind(content, marked) for _, content in gold]
    for kind in kinds:
        for name in ("all", kind):
            count[f"{name} gold"] += 1
    guessed = [_kind(content, marked) for _, content in found]
    for kind in guessed:
        for name in ("all", kind):
            count[f"{name} predicted"] += 1
    for strictness, fits in (("exact", _is_exact), ("loose", _is_loose)):
        pairs = _match([c for _, c in gold], [c for _, c in found], fits)
        for i, j in pairs:
            right = _right_speaker(document.text, words, gold[i][0], found[j][0])
            cue = words.within(gold[i][0].cue) & words.within(found[j][0].cue)
            for name in ("all", kinds[i]):
                count[f"{name} {strictness} found"] += 1
                count[f"{name} {strictness} speaker"] += right
                if gold[i][0].cue:
                    count[f"{name} {strictness} cues"] += 1
                    count[f"{name} {strictness} cue"] += bool(cue)
            for name in ("all", guessed[j]):
                count[f"{name} {strictness} confirmed"] += 1
    return count


def _marked(text: str, words: Words) -> frozenset[int]:
    """Words between double quotation marks, line by line."""
    spans = []
    at = 0
    for line in text.splitlines(keepends=True):
        i = 0
        while i < len(line):
            opening = next((m for m in MARKS if line.startswith(m, i)), None)
            if opening is None:
                i += 1
                continue
            end = line.find(MARKS[opening], i + len(opening))
            end = len(line) if end < 0 else end
            spans.append((at + i + len(opening), at + end))
            i = end + 1
        at += len(line)
    return words.within(tuple(spans))


def _kind(content: frozenset[int], marked: frozenset[int]) -> str:
    inside = len(content & marked)
    return "indirect" if not inside else "direct" if inside == len(content) else "mixed"


def _is_exact(a: frozenset[int], b: frozenset[int]) -> bool:
    return len(a & b) >= EXACT * len(a | b)


def _is_loose(a: frozenset[int], b: frozenset[int]) -> bool:
    return len(a & b) >= LOOSE * min(len(a), len(b))


def _match(
    gold: list[frozenset[int]],
    found: list[frozenset[int]],
    fits: Callable[[frozenset[int], frozenset[int]], bool],
) -> list[tuple[int, int]]:
    candidates = sorted(
        (-len(g & f) / len(g | f), i, j)
        for i, g in enumerate(gold)
        for j, f in enumerate(found)
        if g & f and fits(g, f)
    )
    left, right, pairs = set(), set(), []
    for _, i, j in candidates:
        if i not in left and j not in right:
            left.add(i)
            right.add(j)
            pairs.append((i, j))
    return pairs


def _right_speaker(text: str, words: Words, gold: Attribution, found: Attribution) -> bool:
    if not gold.source:
        return not found.source
    start, end = gold.source[0]
    comma = text.find(",", start, end)
    head = words.within(((start, comma if comma > start else end),))
    return bool(head & words.within(found.source))


def _metrics(count: Counter[str]) -> dict[str, tuple[float | None, int]]:
    out: dict[str, tuple[float | None, int]] = {}

    def share(a: str, b: str) -> tuple[float | None, int]:
        n = count[b]
        return (count[a] / n if n else None), n

    for kind in KINDS:
        for strictness in ("exact", "loose"):
            key = f"{kind} {strictness}"
            precision = share(f"{key} confirmed", f"{kind} predicted")
            recall = share(f"{key} found", f"{kind} gold")
            p, r = precision[0] or 0.0, recall[0] or 0.0
            out[f"{key} precision"], out[f"{key} recall"] = precision, recall
            out[f"{key} F1"] = (2 * p * r / (p + r) if p + r else None), recall[1]
            out[f"{key} speaker end to end"] = share(f"{key} speaker", f"{kind} gold")
            out[f"{key} speaker given match"] = share(f"{key} speaker", f"{key} found")
            out[f"{key} cue given match"] = share(f"{key} cue", f"{key} cues")
    return out
