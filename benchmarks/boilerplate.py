"""Boilerplate against annotators: precision and recall of removed characters.

    python benchmarks/boilerplate.py POLNEAR [--split dev] [--no-recurring] [--show missed|wrong]

POLNEAR is the folder of the PolNeAR corpus (Newell et al. 2018), with `<split>/text/*.txt`,
`<split>/attributions/*.ann` and `metadata.tsv`. Its annotators marked as `Discard` what is not part
of an article. Counted are characters that are not white space. A stretch is found when it is
removed, or kept but set apart by a mark (an editor's note, a caption). Datelines and bylines, which
go to columns and which the annotators left alone, count as found and are reported apart.

Annotators marked the same line in one article and not in the next, so precision is given twice:
against each article's own marks, and by form, where a stretch is right if an annotator discarded
one of its form anywhere (names, numbers, addresses and attributes masked).
"""

import argparse
import csv
import hashlib
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from flows.alignment import raw_span
from flows.clean.clean import clean
from flows.clean.recurring import RecurringCounts, find_recurring, paragraph_digests
from flows.config import CleanConfig
from flows.records import Article, Metadata, RawArticle

COLUMN_RULES = {"dateline", "byline", "wire_slug", "front_matter"}
MASKED = re.compile(r"<(/?\w+)[^<>]*>|https?://\S+|[@#]\w+|\d+|[A-Z][\w.'’-]*|\W+")
CONFIG = CleanConfig(max_chars=10_000_000)


@dataclass(frozen=True)
class Case:
    """An article with the characters that its annotators discarded."""

    raw: RawArticle
    text: str
    discard: frozenset[int]
    discarded: tuple[str, ...]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("polnear", type=Path)
    parser.add_argument("--split", default="dev")
    parser.add_argument("--no-recurring", action="store_true")
    parser.add_argument("--show", choices=["missed", "wrong"])
    args = parser.parse_args()
    cases = list(load(args.polnear, args.split))
    recurring = frozenset[str]() if args.no_recurring else find(cases)
    splits = [p.parent.name for p in sorted(args.polnear.glob("*/attributions"))]
    forms = {form(t) for s in splits for case in load(args.polnear, s) for t in case.discarded}
    n: Counter[str] = Counter()
    by_rule: dict[str, Counter[bool]] = {}
    for case in cases:
        article = clean(case.raw, CONFIG, recurring=recurring)
        if not isinstance(article, Article):
            raise SystemExit(f"{case.raw.doc_id}: {article.reason}")
        removed, marked = set[int](), set[int]()
        to_char = _char_of_byte(case.text)
        for removal in article.removals:
            assert removal.raw_start is not None and removal.raw_end is not None
            span = _visible(case.text, to_char[removal.raw_start], to_char[removal.raw_end])
            if removal.rule in COLUMN_RULES:
                n["to columns"] += len(span)
                marked |= span
                continue
            removed |= span
            counts = by_rule.setdefault(removal.rule, Counter())
            counts.update(c in case.discard for c in span)
            n["right by form"] += len(span if form(removal.text) in forms else span & case.discard)
            if args.show == "wrong" and len(span & case.discard) < 0.5 * len(span):
                print(f"{case.raw.doc_id[:40]:40} {removal.rule:18} {removal.text[:160]!r}")
        for mark in article.marks:
            if mark.role != "title":
                assert article.alignment is not None
                start, end = raw_span(article.alignment, mark.start, mark.end)
                marked |= _visible(case.text, to_char[start], to_char[end])
        if args.show == "missed":
            for start, end in _ranges(case.text, case.discard - removed - marked):
                print(f"{case.raw.doc_id[:40]:40} {case.text[start:end][:160]!r}")
        n["removed"] += len(removed)
        n["right"] += len(removed & case.discard)
        n["discarded"] += len(case.discard)
        n["found"] += len(case.discard & (removed | marked))
        n["set apart"] += len(marked)
    print(f"{args.split}: {len(cases)} articles, {n['discarded']} discarded characters")
    print(
        f"recall     {n['found'] / n['discarded']:.1%} found, {n['right'] / n['discarded']:.1%} removed"
    )
    print(
        f"precision  {n['right'] / max(1, n['removed']):.1%} of {n['removed']} removed characters"
    )
    print(f"  by form  {n['right by form'] / max(1, n['removed']):.1%}")
    print(f"set apart  {n['set apart']} characters; to columns {n['to columns']}")
    for rule, counts in sorted(by_rule.items(), key=lambda item: -item[1].total()):
        print(f"  {rule:20} {counts.total():7} {counts[True] / counts.total():7.1%}")


def form(text: str) -> str:
    """A text with all that differs between instances of one form masked."""
    return re.sub(r"X(?: X)*", "X", MASKED.sub(_mask, text)).strip().casefold()


def _mask(match: re.Match[str]) -> str:
    if match[1]:
        return f"<{match[1]}>"
    return " X" if match.group()[:1].isalnum() or match.group()[:1] in "@#" else " "


def load(folder: Path, split: str) -> Iterator[Case]:
    """Articles of a split; where several annotators read one, what any of them discarded."""
    with (folder / "metadata.tsv").open(encoding="utf-8", newline="") as file:
        publishers = {
            row["filename"]: row["publisher"]
            for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        }
    annotations = sorted((folder / split / "attributions").glob("*.ann"))
    for path in sorted((folder / split / "text").glob("*.txt")):
        raw = path.read_bytes()
        text = raw.decode()
        discard, discarded = set[int](), list[str]()
        for ann in annotations:
            if ann.name.startswith(path.stem):
                for start, end in _discards(ann):
                    discard |= _visible(text, start, end)
                    discarded.append(text[start:end])
        yield Case(
            RawArticle(
                doc_id=path.stem,
                source_path=path.name,
                source_format="text",
                raw_sha256=hashlib.sha256(raw).hexdigest(),
                raw_n_bytes=len(raw),
                metadata=Metadata(publisher=publishers.get(path.stem)),
                raw=raw,
            ),
            text,
            frozenset(discard),
            tuple(discarded),
        )


def find(cases: list[Case]) -> frozenset[str]:
    counts = RecurringCounts()
    for case in cases:
        article = clean(case.raw, CONFIG)
        if isinstance(article, Article):
            counts.add(paragraph_digests(article))
    return find_recurring(counts, CONFIG)


def _discards(path: Path) -> Iterator[tuple[int, int]]:
    for line in path.read_text(encoding="utf-8").splitlines():
        fields = line.split("\t")
        if len(fields) > 1 and fields[1].startswith("Discard "):
            for span in fields[1].removeprefix("Discard ").split(";"):
                start, _, end = span.partition(" ")
                yield int(start), int(end)


def _visible(text: str, start: int, end: int) -> set[int]:
    return {i for i in range(start, end) if not text[i].isspace()}


def _char_of_byte(text: str) -> dict[int, int]:
    at, found = 0, {}
    for i, character in enumerate(text):
        found[at] = i
        at += len(character.encode())
    found[at] = len(text)
    return found


def _ranges(text: str, places: set[int] | frozenset[int]) -> Iterator[tuple[int, int]]:
    """Runs of places, white space between them overlooked."""
    start = end = -1
    for place in sorted(places):
        if start >= 0 and text[end:place].strip():
            yield start, end
            start = place
        elif start < 0:
            start = place
        end = place + 1
    if start >= 0:
        yield start, end


if __name__ == "__main__":
    main()
