"""Boilerplate against annotators: precision and recall of removed characters.

    python benchmarks/boilerplate.py POLNEAR [--split dev] [--no-recurring] [--show missed|wrong]
    python benchmarks/boilerplate.py POLNEAR --split train --sample benchmarks/boilerplate_sample.csv

POLNEAR is the folder of the PolNeAR corpus (Newell et al. 2018), with `<split>/text/*.txt`,
`<split>/attributions/*.ann` and `metadata.tsv`. Its annotators marked as `Discard` what is not part
of an article. Counted are characters that are not white space. A stretch is found when it is
removed, or kept but set apart by a mark (an editor's note, a caption). Datelines and bylines, which
go to columns and which the annotators left alone, count as found and are reported apart.

Annotators marked the same line in one article and not in the next, so precision is given twice:
against each article's own marks, and by form, where a stretch is right if an annotator discarded
one of its form anywhere (names, numbers, addresses and attributes masked).

A sample is a CSV of stretches that one reader marked (article, start, end, class; offsets count
characters of the file, articles are named by the first digits of their SHA-256, no text is in it).
Against it everything set apart counts, as found and as right or wrong; intervals are bootstrapped
over articles. docs/cleaning.md says what was marked.
"""

import argparse
import csv
import hashlib
import random
import re
import sqlite3
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from flows.alignment import raw_span
from flows.clean.clean import clean
from flows.clean.recurring import find_recurring, paragraph_digests
from flows.config import CleanConfig
from flows.records import Article, Metadata, RawArticle

COLUMN_RULES = {"dateline", "byline", "wire_slug", "front_matter"}
MASKED = re.compile(r"<(/?\w+)[^<>]*>|https?://\S+|[@#]\w+|\d+|[A-Z][\w.'’-]*|\W+")
CONFIG = CleanConfig(max_chars=10_000_000)
# Digits of an article's SHA-256 that name it in a sample.
DIGITS = 16
# Resamples of the articles for an interval.
RESAMPLES, SEED = 2_000, 1


@dataclass(frozen=True)
class Case:
    """An article with the characters that its annotators discarded; in a sample, also by class."""

    raw: RawArticle
    text: str
    discard: frozenset[int]
    discarded: tuple[str, ...] = ()
    classes: Mapping[str, frozenset[int]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Cleaned:
    """Places of an article's visible characters by what became of them.

    Attributes:
        removed: with its rule, each removal.
        marked: set apart: kept under a mark (an editor's note), or moved to a column.
    """

    removed: tuple[tuple[str, str, frozenset[int]], ...]
    marked: frozenset[int]
    n_to_columns: int

    @property
    def gone(self) -> frozenset[int]:
        return frozenset[int]().union(*(places for _, _, places in self.removed))

    @property
    def found(self) -> frozenset[int]:
        return self.gone | self.marked


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("polnear", type=Path)
    parser.add_argument("--split", default="dev")
    parser.add_argument("--sample", type=Path, help="CSV of spans marked by hand")
    parser.add_argument("--no-recurring", action="store_true")
    parser.add_argument("--show", choices=["missed", "wrong"])
    args = parser.parse_args()
    cases = list(load(args.polnear, args.split))
    recurring = frozenset[str]() if args.no_recurring else find(cases)
    by_hand = load_sample(args.sample, cases) if args.sample else None
    if by_hand is not None:
        cases = by_hand
    cleaned = [outcome(case, recurring) for case in cases]
    if args.show:
        show(cases, cleaned, args.show)
    print(f"{args.split}: {len(cases)} articles, {sum(len(c.discard) for c in cases)} characters")
    if by_hand is None:
        splits = [p.parent.name for p in sorted(args.polnear.glob("*/attributions"))]
        forms = {form(t) for s in splits for case in load(args.polnear, s) for t in case.discarded}
        report_marks(cases, cleaned, forms)
    else:
        report_sample(cases, cleaned)
    by_rule: dict[str, Counter[bool]] = {}
    for case, done in zip(cases, cleaned, strict=True):
        for rule, _, places in done.removed:
            by_rule.setdefault(rule, Counter()).update(p in case.discard for p in places)
    for rule, counts in sorted(by_rule.items(), key=lambda item: -item[1].total()):
        print(f"  {rule:20} {counts.total():7} {counts[True] / counts.total():7.1%}")


def outcome(case: Case, recurring: frozenset[str]) -> Cleaned:
    """Clean an article and say what became of its characters."""
    article = clean(case.raw, CONFIG, recurring=recurring)
    if not isinstance(article, Article):
        raise SystemExit(f"{case.raw.doc_id}: {article.reason}")
    to_char = _char_of_byte(case.text)
    removed, marked = [], set[int]()
    n_to_columns = 0
    for removal in article.removals:
        assert removal.raw_start is not None and removal.raw_end is not None
        places = _visible(case.text, to_char[removal.raw_start], to_char[removal.raw_end])
        if removal.rule in COLUMN_RULES:
            n_to_columns += len(places)
            marked |= places
        else:
            removed.append((removal.rule, removal.text, frozenset(places)))
    for mark in article.marks:
        if mark.role != "title":
            assert article.alignment is not None
            start, end = raw_span(article.alignment, mark.start, mark.end)
            marked |= _visible(case.text, to_char[start], to_char[end])
    return Cleaned(tuple(removed), frozenset(marked), n_to_columns)


def report_marks(cases: list[Case], cleaned: list[Cleaned], forms: set[str]) -> None:
    """Recall and precision against the annotators' marks, and precision by form."""
    n: Counter[str] = Counter()
    for case, done in zip(cases, cleaned, strict=True):
        for _, text, places in done.removed:
            n["right by form"] += len(places if form(text) in forms else places & case.discard)
        n["removed"] += len(done.gone)
        n["right"] += len(done.gone & case.discard)
        n["discarded"] += len(case.discard)
        n["found"] += len(case.discard & done.found)
        n["set apart"] += len(done.marked)
        n["to columns"] += done.n_to_columns
    print(
        f"recall     {n['found'] / n['discarded']:.1%} found, {n['right'] / n['discarded']:.1%} removed"
    )
    print(
        f"precision  {n['right'] / max(1, n['removed']):.1%} of {n['removed']} removed characters"
    )
    print(f"  by form  {n['right by form'] / max(1, n['removed']):.1%}")
    print(f"set apart  {n['set apart']} characters; to columns {n['to columns']}")


def report_sample(cases: list[Case], cleaned: list[Cleaned]) -> None:
    """Recall and precision against the sample, each with its interval over articles."""
    counts = [
        (len(case.discard & done.found), len(case.discard), len(done.found))
        for case, done in zip(cases, cleaned, strict=True)
    ]
    generator = random.Random(SEED)
    drawn = [generator.choices(counts, k=len(counts)) for _ in range(RESAMPLES)]
    for name, column in (("recall", 1), ("precision", 2)):
        share, *resampled = (_share(rows, column) for rows in (counts, *drawn))
        resampled.sort()
        low, high = (resampled[round(q * (RESAMPLES - 1))] for q in (0.025, 0.975))
        right, all_ = sum(row[0] for row in counts), sum(row[column] for row in counts)
        print(f"{name:10} {share:.1%} ({right} of {all_} characters); 95 % {low:.1%} to {high:.1%}")
    classes: dict[str, Counter[bool]] = {}
    for case, done in zip(cases, cleaned, strict=True):
        for name, places in case.classes.items():
            classes.setdefault(name, Counter()).update(p in done.found for p in places)
    for name, found in sorted(classes.items(), key=lambda item: -item[1].total()):
        print(f"  {name:20} {found.total():7} {found[True] / found.total():7.1%} found")


def _share(rows: list[tuple[int, int, int]], column: int) -> float:
    return sum(row[0] for row in rows) / max(1, sum(row[column] for row in rows))


def show(cases: list[Case], cleaned: list[Cleaned], which: str) -> None:
    """Print what was missed, or what was removed and should not have been."""
    for case, done in zip(cases, cleaned, strict=True):
        name = case.raw.doc_id[:40]
        if which == "missed":
            for start, end in _ranges(case.text, case.discard - done.found):
                print(f"{name:40} {case.text[start:end][:160]!r}")
        else:
            for rule, text, places in done.removed:
                if len(places & case.discard) < 0.5 * len(places):
                    print(f"{name:40} {rule:18} {text[:160]!r}")


def load_sample(path: Path, cases: list[Case]) -> list[Case]:
    """The articles of a sample with what was marked by hand; an article without marks has a row without a span."""
    marks: dict[str, list[tuple[str, int, int]]] = {}
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            spans = marks.setdefault(row["article"], [])
            if row["start"]:
                spans.append((row["class"], int(row["start"]), int(row["end"])))
    by_digest = {case.raw.raw_sha256[:DIGITS]: case for case in cases}
    return [_marked(by_digest[article], spans) for article, spans in marks.items()]


def _marked(case: Case, spans: list[tuple[str, int, int]]) -> Case:
    classes: dict[str, set[int]] = {}
    for name, start, end in spans:
        classes.setdefault(name, set()).update(_visible(case.text, start, end))
    return replace(
        case,
        discard=frozenset[int]().union(*classes.values()),
        classes={name: frozenset(places) for name, places in classes.items()},
    )


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
    database = sqlite3.connect(":memory:")
    database.execute("create table paragraphs (digest)")
    for case in cases:
        article = clean(case.raw, CONFIG)
        if isinstance(article, Article):
            digests = ((bytes.fromhex(digest),) for digest in paragraph_digests(article))
            database.executemany("insert into paragraphs values (?)", digests)
    find_recurring(database, CONFIG)
    return frozenset(row[0].hex() for row in database.execute("select paragraph from recurring"))


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
