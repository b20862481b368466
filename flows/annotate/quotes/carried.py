"""Quotations that go on: a further part of a statement, its next sentence, its next paragraph.

Belongs here: which statement a stretch without a cue of its own carries on. Does not belong here:
stretches that a verb of their sentence governs (`governed`).
"""

from flows.annotate.quotes.context import FINITE, MAX_MARKS, WINDOW, Context
from flows.annotate.quotes.drafts import Draft, carrying, trim, widen

GOES_ON = frozenset([",", "—", "–", "--", "-", ":"])
JOINING = frozenset(["and", "or"])
JOINED = JOINING | {"but"}
OPENING_ENDS = frozenset([",", "but", "and"])
FINAL = frozenset(".!?…")
POINTING = frozenset(["it", "that", "this", "these", "those", "there"])
LONGEST_OPENING = 12
LONGEST_JOINT = 4


def find_short(
    context: Context, number: int, last: Draft | None, owner: dict[int, Draft]
) -> Draft | None:
    """One or two words after a quotation: "...," he said. "Big time."; shouted "..." and "Out!"

    A sentence of its own carries the quotation on; joined by `and` it is its next part.
    """
    parse = context.parse
    start, end = context.tokens[number]
    previous = owner.get(number - 1)
    if previous is None or parse.paragraph[start] != parse.paragraph[previous.end - 1]:
        return None
    between = range(previous.end, min(start, previous.end + LONGEST_JOINT))
    joint = [parse.lower[i] for i in between if not context.is_punct(i)]
    if len(joint) == 1 and joint[0] in JOINING and between.stop == start:
        first, _ = previous.content[-1]
        previous.content[-1] = (first, end)
        return previous
    sentence = context.sentence_of[start]
    whole = start <= context.first[sentence] + 1 and parse.text[parse.end[end - 1] - 1] in FINAL
    if not whole or previous is not last:
        return None
    return find_carried_on(context, number, last, {})


def find_further_part(context: Context, number: int, owner: dict[int, Draft]) -> Draft | None:
    """A stretch after the cue in the sentence of the one before: "Is it," says X, "less ..."."""
    previous = owner.get(number - 1)
    if previous is None or previous.cue is None:
        return None
    start, end = context.tokens[number]
    if context.sentence_of[previous.cue[0]] != context.sentence_of[start]:
        return None
    after = range(previous.cue[1], start)
    joined = _before(context, start) in JOINED and len(after) <= LONGEST_JOINT
    phrase = max(previous.cue[1], previous.speaker[1] if previous.speaker is not None else 0)
    joined |= context.next_word(phrase, start + 1) == start and not context.is_title(number)
    if previous.end <= previous.cue[0] < start and (joined or _before(context, start) in GOES_ON):
        previous.content.append((start, end))
        previous.rule = "split_by_cue"
        return previous
    if previous.cue[0] < previous.start and previous.end <= start:
        between = range(previous.end, start)
        if len(between) > WINDOW or any(_speaks_next(context, i) for i in between):
            return None
        first, _ = previous.content[-1]
        previous.content[-1] = (first, end)
        return previous
    return None


def _speaks_next(context: Context, i: int) -> bool:
    """Whether a token is a verb that has its own statement: and denied ..., adding, ..."""
    cue = context.lexicon.verbs.get(context.parse.lower[i])
    tag = context.parse.tag[i]
    if cue is None or (tag not in FINITE and tag != "VBG"):
        return False
    return tag in FINITE or (cue.speaks() and context.previous_word(i, 0) == i - 1)


def _before(context: Context, start: int) -> str:
    """The word before a stretch, marks aside; empty at the start of a paragraph."""
    i = context.previous_word(start, 0)
    if i is None or context.parse.paragraph[i] != context.parse.paragraph[start]:
        return ""
    return context.parse.lower[i]


def find_carried_on(
    context: Context, number: int, last: Draft | None, by_sentence: dict[int, Draft]
) -> Draft | None:
    """A stretch that starts a sentence, after a statement in this paragraph or the last one."""
    parse = context.parse
    start, end = context.tokens[number]
    sentence = context.sentence_of[start]
    first = context.first[sentence]
    if start > first + 1 and _before(context, start)[-1:] != ".":
        # Instead, "he just acts ..."
        opening = range(first, start)
        if (
            len(opening) > LONGEST_OPENING
            or _before(context, start) not in OPENING_ENDS
            or any(parse.tag[i][0] == "V" for i in opening)
        ):
            return None
    previous = last
    before = by_sentence.get(sentence - 1)
    if before is not None and before.speaker is not None and _backs_up(context, number, before):
        return carrying(before, [(start, end)])
    if (
        before is not None
        and parse.paragraph[before.start] == parse.paragraph[start]
        and (last is None or before.start > last.end)
        and (last is None or last.cue is None or context.sentence_of[last.cue[0]] != sentence - 1)
    ):
        previous = before
    if previous is None or not _reaches(context, previous, start, sentence):
        return None
    if previous.speaker is None and previous.addressee is not None:
        return _answer(previous, (start, end))
    return carrying(previous, [(start, end)])


def _backs_up(context: Context, number: int, said: Draft) -> bool:
    """Whether a paragraph that is one quotation backs up a statement that ends the one before it.

    X said that the plan was dead. | "It cannot be saved."
    """
    parse = context.parse
    start, end = context.tokens[number]
    paragraph = parse.paragraph[start]
    first, past = parse.first[paragraph], parse.first[paragraph + 1]
    at = context.next_word(end, past)
    return (
        not context.stretches[number].single
        and context.last_character(number) in FINAL
        and context.next_word(first, past) == start
        and (at is None or context.is_punct(at))
        and context.stretch_of[said.end - 1] < 0
        and parse.paragraph[said.start] == paragraph - 1
        and all(context.is_punct(i) for i in range(said.end, min(first, said.end + MAX_MARKS)))
        and said.end + MAX_MARKS >= first
    )


def _answer(question: Draft, content: tuple[int, int]) -> Draft:
    """What somebody says who was asked in the sentence before: Asked why, she smiles. "..." """
    return Draft(
        rule="introduced",
        content=[content],
        cue=None,
        lemma=None,
        kind="none",
        speaker=question.addressee,
        flags={"guessed_speaker"},
    )


def _reaches(context: Context, previous: Draft, start: int, sentence: int) -> bool:
    """Whether a statement may go on at token `start`.

    In its paragraph it may; in the next one only right after a quotation.
    """
    parse = context.parse
    gap = parse.paragraph[start] - parse.paragraph[previous.end - 1]
    if gap == 0:
        return True
    if gap > 1 or context.stretch_of[previous.end - 1] < 0:
        return False
    ends = max(previous.end - 1, previous.cue[0] if previous.cue is not None else 0)
    return context.sentence_of[ends] == sentence - 1


def find_explained(context: Context, number: int, last: Draft | None) -> Draft | None:
    """The sentence after a quotation that says of it: "...," he said. That makes it "a shame"."""
    parse = context.parse
    start, end = context.tokens[number]
    sentence = context.sentence_of[start]
    first = context.first[sentence]
    at = first + 1 if parse.tag[first] == "CC" else first
    if last is None or last.cue is None or parse.lower[at] not in POINTING or at >= start:
        return None
    if context.sentence_of[max(last.cue[0], last.end - 1)] != sentence - 1:
        return None
    if parse.paragraph[last.end - 1] != parse.paragraph[start]:
        return None
    cues = [context.lexicon.verbs.get(parse.lower[i]) for i in range(at, start)]
    if any(cue is not None and (cue.takes("clause") or cue.takes("object")) for cue in cues):
        return None
    whole = trim(context, first, max(end, context.last[sentence]))
    return carrying(last, [widen(context, *whole)])
