"""Attributions that the layout makes: WALLACE: ..., Q: ..., "..." - Name, Name (@handle), a block.

Belongs here: rules over whole paragraphs, without the parse. Does not belong here: anything that
needs a cue verb, but for the colon that introduces a block quotation.
"""

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Set

from flows.annotate.quotes.context import MIN_WORDS, Context
from flows.annotate.quotes.drafts import Draft, trim
from flows.annotate.quotes.speakers import mention_span, phrase_before
from flows.annotate.quotes.subjects import find_subject
from flows.annotate.quotes.tags import names_of

# A label: up to six capitalised words and a colon at the start of a paragraph.
LABEL = re.compile(
    r"[\"“‘']?(?P<name>(?:[A-Z][\w.'’\-]*|Q|A)(?:,? (?:[A-Z][\w.'’\-]*|of|the|and|de|van|von|bin|al)){0,5})"
    r"(?: ?\([^()\n]{1,40}\))?(?P<colon>:)\s+\S"
)
NO_SPEAKERS = frozenset(
    "the latest update updated note notes correction corrections watch video photo photos read "
    "related more breaking report poll analysis opinion live story editor's editors' source "
    "sources warning exclusive review abstract transcript caption image share summary".split()
)
SIGNATURE = re.compile(
    r"^\s*(?:[—–―\-]{1,3}|~)\s*(?P<name>[A-Z][^\n,(:]{1,60}?)\s*(?:[,(][^\n]{0,100})?\.?\s*$"
)
# The same without a dash, inside marks that only it closes: "... | Ann Lee, a nurse."
CAPTION = re.compile(r"^\s*(?P<name>[A-Z][^\n,(“”\"]{1,60}?)(?:,[^\n“”\"]{0,100})?\.?[\"”]\s*$")
HANDLE = re.compile(r"[—–―\-]{1,2} ?(?P<name>[^\n()—–―]{2,50}?) ?\(@\w{1,30}\)")
NAMED = frozenset(["PERSON", "ORG", "GPE", "NORP"])
LONGEST_HEADLINE = 160
LONGEST_SIGNATURE = 180
MAX_LABEL = 12
MIN_TURNS = 2


def find_layouts(context: Context) -> Iterator[Draft]:
    """Yield a draft for each labelled turn, signed quotation, tweet and block quotation."""
    yield from _labels(context)
    yield from _signatures(context)
    yield from _tweets(context)
    yield from _blocks(context)


def _labels(context: Context) -> Iterator[Draft]:
    text, paragraphs = context.parse.text, context.parse.paragraphs
    found: list[tuple[int, re.Match[str]]] = []
    for number, paragraph in enumerate(paragraphs):
        match = LABEL.match(text, paragraph.start, paragraph.end)
        if match is not None and not _is_notice(match.group("name")):
            found.append((number, match))
    names = Counter(match.group("name") for _, match in found)
    numbers = {number for number, _ in found}
    called = names_of(context.parse) if found else frozenset()
    for k, (number, match) in enumerate(found):
        name = match.group("name")
        turn = len(found) >= MIN_TURNS and (
            name.isupper() or names[name] >= MIN_TURNS or _in_a_row(numbers, number)
        )
        if not turn and not (_is_headline(context, number) and _is_named(context, match, called)):
            continue
        last = number
        if turn and number > 0 and k + 1 < len(found):
            last = found[k + 1][0] - 1
        draft = _labelled(context, number, last, match)
        if draft is not None:
            yield draft


def _in_a_row(numbers: set[int], at: int) -> bool:
    """Whether the label of paragraph `at` is one of three in a row."""
    return any({at + i, at + i + 1, at + i + 2} <= numbers for i in (-2, -1, 0))


def _is_notice(name: str) -> bool:
    return any(word.lower() in NO_SPEAKERS for word in re.split(r"[ ,]+", name))


def _is_headline(context: Context, number: int) -> bool:
    paragraph = context.parse.paragraphs[number]
    return (number == 0 or paragraph.role in ("title", "heading")) and (
        paragraph.end - paragraph.start <= LONGEST_HEADLINE
    )


def _is_named(context: Context, match: re.Match[str], names: Set[str]) -> bool:
    """Whether a label ends in a name of the article, or the pipeline sees a name in it."""
    parse = context.parse
    first, last = parse.token_at(match.start("name")), parse.token_at(match.end("name") - 1)
    if not match.group("name").isupper() and all(
        parse.tag[i] == "NNP" for i in range(first, last + 1)
    ):
        return True
    if parse.word[last] in names:
        return True
    near = bisect_left(parse.entities, (first,))
    return any(
        start <= last and end > first and label in NAMED
        for start, end, label in parse.entities[max(0, near - 1) : near + MAX_LABEL]
    )


def _labelled(context: Context, number: int, last: int, match: re.Match[str]) -> Draft | None:
    parse = context.parse
    colon = parse.token_at(match.start("colon"))
    end = parse.first[number + 1]
    pieces = [trim(context, colon + 1, end)]
    for following in range(number + 1, last + 1):
        if following - number > 1 and not _continues(context, following):
            break
        pieces.append(trim(context, parse.first[following], parse.first[following + 1]))
    pieces = [piece for piece in pieces if piece[0] < piece[1]]
    if sum(parse.word[i].isalpha() for a, b in pieces for i in range(a, b)) < MIN_WORDS:
        return None
    first = parse.token_at(match.start("name"))
    past = parse.token_at(match.end("name") - 1) + 1
    if not pieces or past > colon:
        return None
    return Draft(
        rule="label",
        content=pieces,
        cue=(colon, colon + 1),
        lemma=":",
        kind="colon",
        speaker=(first, past),
    )


def _continues(context: Context, number: int) -> bool:
    """Whether a paragraph inside a transcript is speech: it is no list and no heading."""
    parse = context.parse
    return parse.first[number + 1] - parse.first[number] > 3


def _signatures(context: Context) -> Iterator[Draft]:
    """ "..." - Name: the signature follows in the paragraph, or makes up the next one.

    There it needs no dash if the marks close behind it.
    """
    parse = context.parse
    for number, stretch in enumerate(context.stretches):
        first, end = context.tokens[number]
        paragraph = parse.paragraphs[stretch.paragraph]
        if first > parse.first[stretch.paragraph] + 1 or context.words[number] < 3:
            continue
        stop = paragraph.end
        start = stretch.end
        while start < stop and not (parse.text[start].isspace() or parse.text[start] in "—–―-"):
            start += 1
        if start >= stop and stretch.paragraph + 1 < len(parse.paragraphs):
            following = parse.paragraphs[stretch.paragraph + 1]
            start, stop = following.start, following.end
        tail = parse.text[start:stop] if stop - start < LONGEST_SIGNATURE else ""
        match = SIGNATURE.match(tail)
        if match is None and start >= paragraph.end:
            match = CAPTION.match(tail)
        if match is None:
            continue
        name = (
            parse.token_at(start + match.start("name")),
            parse.token_at(start + match.end("name") - 1) + 1,
        )
        if any(parse.tag[i] in ("VBD", "VBZ", "VBP", "MD") for i in range(*name)):
            continue
        yield Draft(
            rule="signature",
            content=[(first, end)],
            cue=None,
            lemma=None,
            kind="colon",
            speaker=name,
            rank=-1,
        )


def _tweets(context: Context) -> Iterator[Draft]:
    """The text of a tweet — Name (@handle) Date."""
    parse = context.parse
    for number, paragraph in enumerate(parse.paragraphs):
        if "(@" not in parse.text[paragraph.start : paragraph.end]:
            continue
        match = HANDLE.search(parse.text, paragraph.start, paragraph.end)
        if match is None:
            continue
        content = trim(context, parse.first[number], parse.token_at(match.start()))
        if content[1] - content[0] < 3:
            continue
        name = (
            parse.token_at(match.start("name")),
            parse.token_at(match.end("name") - 1) + 1,
        )
        yield Draft(
            rule="tweet",
            content=[content],
            cue=None,
            lemma=None,
            kind="colon",
            speaker=name,
            rank=-1,
        )


def _blocks(context: Context) -> Iterator[Draft]:
    """A paragraph without marks after one that ends with a cue verb and a colon."""
    parse = context.parse
    for number in range(len(parse.paragraphs) - 1):
        first, end = parse.first[number], parse.first[number + 1]
        last = context.previous_word(end, first)
        if last is None or parse.word[last] != ":" or not 0 < end < len(parse):
            continue
        following = (end, parse.first[number + 2])
        if context.is_mark(end) or context.stretch_of[end] >= 0 or following[1] - end < 4:
            continue
        low = context.first[context.sentence_of[last]]
        for verb in range(last - 1, max(low, last - 15) - 1, -1):
            cue = context.lexicon.verbs.get(parse.lower[verb])
            if cue is None or parse.tag[verb][0] != "V" or not cue.takes("clause"):
                continue
            if cue.kind["clause"] == "think":
                continue
            noun = find_subject(context, verb)
            speaker = mention_span(context, noun) if noun is not None else None
            yield Draft(
                rule="block",
                content=[trim(context, *following)],
                cue=(verb, verb + 1),
                lemma=cue.lemma,
                kind=cue.kind["clause"],
                speaker=speaker or phrase_before(context, verb, low),
            )
            break
