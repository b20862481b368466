"""Quotations that no cue beside them has claimed: introduced from afar, carried on, or free.

Belongs here: rules that start from a quoted stretch, in order. Does not belong here: rules that
start from a cue.
"""

from flows.annotate.quotes.adjacent import find_adjacent
from flows.annotate.quotes.context import MIN_WORDS, NOUN_TAGS, WINDOW, Context
from flows.annotate.quotes.drafts import Draft, trim, widen
from flows.annotate.quotes.speakers import mention_span, phrase_after, phrase_before
from flows.annotate.quotes.subjects import find_subject

INTRODUCING = frozenset([",", ":", "—", "–", "--", "-", "that"])
GOES_ON = frozenset([",", "—", "–", "--", "-", ":"])
FINITE = frozenset(["VBD", "VBZ", "VBP"])
BINDING = frozenset(["IN", "TO", "VBD", "VBZ", "VBP", "VB", "VBG", "VBN"])
JOINING = frozenset(["and", "or"])
JOINED = JOINING | {"but"}
FINAL = frozenset(".!?…")
LONGEST_OPENING = 8
LONGEST_JOINT = 4
MAX_GAP = 40
POINTING = frozenset(["it", "that", "this", "these", "those", "there"])
MAX_CLIMBS = 6
MIN_FREE_WORDS = 5


def find_free(context: Context, drafts: list[Draft]) -> list[Draft]:
    """Add drafts for the quoted stretches that the given ones leave out."""
    owner: dict[int, Draft] = {}
    by_sentence: dict[int, Draft] = {}
    for given in drafts:
        for a, b in given.content:
            for i in range(a, b):
                if context.stretch_of[i] >= 0:
                    owner.setdefault(context.stretch_of[i], given)
        if given.cue is not None and given.kind not in ("think", "none"):
            by_sentence[context.sentence_of[given.cue[0]]] = given
    at_cue = {given.cue[0]: given for given in drafts if given.cue is not None}
    out = list(drafts)
    known = {id(given) for given in out}
    last: Draft | None = None
    for number in range(len(context.stretches)):
        draft: Draft | None = owner.get(number)
        if draft is None and context.words[number] < MIN_WORDS:
            draft = _short(context, number, last, owner)
        elif draft is None:
            draft = (
                _further_part(context, number, owner)
                or _introduced(context, number, at_cue)
                or find_adjacent(context, number)
                or _carried_on(context, number, last, by_sentence)
                or _explained(context, number, last)
                or _governed(context, number, at_cue)
                or _free_standing(context, number, last, by_sentence)
            )
        if draft is not None:
            if id(draft) not in known:
                out.append(draft)
                known.add(id(draft))
            owner[number] = draft
            last = draft if context.words[number] >= MIN_WORDS else last
    return out


def _short(
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
    return _carried_on(context, number, last, {})


def _further_part(context: Context, number: int, owner: dict[int, Draft]) -> Draft | None:
    """A stretch after the cue in the sentence of the one before: "Is it," says X, "less ..."."""
    previous = owner.get(number - 1)
    if previous is None or previous.cue is None:
        return None
    start, end = context.tokens[number]
    if context.sentence_of[previous.cue[0]] != context.sentence_of[start]:
        return None
    after = range(previous.cue[1], start)
    joined = _before(context, start) in JOINED and len(after) <= LONGEST_JOINT
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


def _introduced(context: Context, number: int, at_cue: dict[int, Draft]) -> Draft | None:
    """A stretch after a comma or colon, the cue verb further to the left: X joked, again ..., "..."."""
    parse = context.parse
    start, end = context.tokens[number]
    i = context.previous_word(start, 0)
    if i is None:
        return None
    if parse.paragraph[i] != parse.paragraph[start]:
        if parse.paragraph[start] - parse.paragraph[i] > 1 or parse.word[i] != ":":
            return None
    elif parse.lower[i] not in INTRODUCING:
        return None
    colon = parse.word[i] == ":"
    low = max(_start_of_introduction(context, i), i - MAX_GAP)
    for verb in range(i, low - 1, -1):
        if context.in_long_stretch(verb):
            break
        cue = context.lexicon.verbs.get(parse.lower[verb])
        if cue is None or parse.tag[verb][0] != "V" or parse.lower[verb - 1] == "as":
            continue
        if not (cue.takes("clause") or cue.takes("quotation")) or cue.kind.get("clause") == "think":
            continue
        given = at_cue.get(verb)
        if given is not None and verb < given.start and given.end <= start:
            return _extended(given, end)
        noun = find_subject(context, verb)
        speaker = mention_span(context, noun) if noun is not None else None
        if speaker is None:
            speaker = phrase_before(context, verb, low) or _named_behind(context, verb, i)
        return Draft(
            rule="introduced",
            content=[(start, end)],
            cue=(verb, verb + 1),
            lemma=cue.lemma,
            kind=cue.kind.get("clause") or cue.kind.get("quotation") or "say",
            speaker=speaker,
            flags=set() if speaker else {"no_source"},
        )
    if not colon:
        return None
    speaker = phrase_before(context, i, low)
    if speaker is None or (speaker[0] > low and parse.tag[speaker[0] - 1] in BINDING):
        speaker = _subject_of_sentence(context, context.sentence_of[i]) or speaker
    return Draft(
        rule="colon",
        content=[(start, end)],
        cue=None,
        lemma=None,
        kind="colon",
        speaker=speaker,
        flags=set() if speaker else {"no_source"},
    )


def _extended(given: Draft, end: int) -> Draft:
    """A draft whose last piece reaches token `end`."""
    first, _ = given.content[-1]
    given.content[-1] = (first, end)
    return given


def _start_of_introduction(context: Context, i: int) -> int:
    """First token of the sentence of token i, and the verb cut off before it: Said | Weber: "..."."""
    low = context.first[context.sentence_of[i]]
    alone = low > 0 and context.first[context.sentence_of[low - 1]] == low - 1
    return (
        low - 1 if alone and context.parse.paragraph[low - 1] == context.parse.paragraph[i] else low
    )


def _named_behind(context: Context, verb: int, stop: int) -> tuple[int, int] | None:
    """The noun phrase between an inverted verb and its colon: Continued Stone: "..."."""
    phrase = phrase_after(context, verb + 1, stop)
    return phrase if phrase is not None and phrase[1] == stop else None


def _carried_on(
    context: Context, number: int, last: Draft | None, by_sentence: dict[int, Draft]
) -> Draft | None:
    """A stretch that starts a sentence, after a statement in this paragraph or the last one."""
    parse = context.parse
    start, end = context.tokens[number]
    sentence = context.sentence_of[start]
    first = context.first[sentence]
    if start > first + 1:
        # Instead, "he just acts ..."
        opening = range(first, start)
        if (
            len(opening) > LONGEST_OPENING
            or _before(context, start) != ","
            or any(parse.tag[i][0] == "V" for i in opening)
        ):
            return None
    previous = last
    before = by_sentence.get(sentence - 1)
    if (
        before is not None
        and parse.paragraph[before.start] == parse.paragraph[start]
        and (last is None or before.start > last.end)
        and (last is None or last.cue is None or context.sentence_of[last.cue[0]] != sentence - 1)
    ):
        previous = before
    if previous is None or not _reaches(context, previous, start, sentence):
        return None
    return Draft(
        rule="carried_on",
        content=[(start, end)],
        cue=None,
        lemma=None,
        kind="none",
        speaker=previous.speaker,
        continues=previous,
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


def _explained(context: Context, number: int, last: Draft | None) -> Draft | None:
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
    return Draft(
        rule="carried_on",
        content=[widen(context, *trim(context, first, max(end, context.last[sentence])))],
        cue=None,
        lemma=None,
        kind="none",
        speaker=last.speaker,
        continues=last,
    )


def _governed(context: Context, number: int, at_cue: dict[int, Draft]) -> Draft | None:
    """A marked stretch in a sentence of somebody who does something with these words.

    Of the verbs above it the nearest verb of speech is taken, else the nearest.
    """
    if context.is_title(number):
        return None
    parse = context.parse
    start, end = context.tokens[number]
    sentence = context.sentence_of[start]
    at = next((i for i in range(start, end) if not start <= parse.head[i] < end), start)
    governors: list[tuple[int, int]] = []
    for _ in range(MAX_CLIMBS):
        up = parse.head[at]
        if up == at or context.sentence_of[up] != sentence:
            break
        at = up
        if parse.tag[at][0] == "V" and not start <= at < end:
            noun = find_subject(context, at)
            if noun is not None and noun < start:
                governors.append((at, noun))
    if not governors:
        return None
    verb, noun = next((g for g in governors if _says(context, g[0])), governors[0])
    cue = context.lexicon.verbs.get(parse.lower[verb])
    given = at_cue.get(verb)
    if given is not None and verb < given.start and given.end <= start:
        return _extended(given, _with_complement(context, verb, start, end)[1])
    return Draft(
        rule="governed",
        content=[_with_complement(context, verb, start, end)],
        cue=(verb, verb + 1) if cue is not None else None,
        lemma=cue.lemma if cue is not None else None,
        kind="say" if cue is not None else "none",
        speaker=mention_span(context, noun),
        flags=set() if cue is not None else {"guessed_speaker"},
    )


def _says(context: Context, verb: int) -> bool:
    """Whether a verb is a cue of speech."""
    cue = context.lexicon.verbs.get(context.parse.lower[verb])
    return cue is not None and any(kind != "think" for kind in cue.kind.values())


def _with_complement(context: Context, verb: int, start: int, end: int) -> tuple[int, int]:
    """The stretch with the rest of the complement of the verb that it stands in."""
    for c in context.children[verb]:
        left, right = context.left(c), context.right(c)
        if verb < left <= start < right:
            return widen(context, *trim(context, left, max(right, end)))
    return start, end


def _free_standing(
    context: Context, number: int, last: Draft | None, by_sentence: dict[int, Draft]
) -> Draft | None:
    """A quotation without any attribution; its speaker is guessed from what stands around it.

    A shorter one is a term or a phrase set off more often than speech.
    """
    if context.is_title(number) or context.words[number] < MIN_FREE_WORDS:
        return None
    parse = context.parse
    start, end = context.tokens[number]
    sentence = context.sentence_of[start]
    speaker = None
    near = [d for d in (by_sentence.get(k) for k in range(sentence - 1, sentence - 4, -1)) if d]
    if last is not None and parse.paragraph[start] - parse.paragraph[last.end - 1] <= 1:
        speaker = last.speaker
    elif near and parse.paragraph[start] - parse.paragraph[near[0].start] <= 1:
        speaker = near[0].speaker
    elif sentence and parse.paragraph[start] - parse.paragraph[context.first[sentence] - 1] <= 1:
        speaker = _subject_of_sentence(context, sentence - 1)
    return Draft(
        rule="free_standing",
        content=[(start, end)],
        cue=None,
        lemma=None,
        kind="none",
        speaker=speaker,
        flags={"guessed_speaker"} if speaker else {"no_source"},
    )


def _subject_of_sentence(context: Context, sentence: int) -> tuple[int, int] | None:
    parse = context.parse
    first = context.first[sentence]
    for i in range(first, min(context.last[sentence], first + WINDOW)):
        if parse.dep[i] != "nsubj" or context.in_long_stretch(i):
            continue
        if parse.tag[i] in NOUN_TAGS or parse.lower[i] in ("he", "she", "they"):
            return mention_span(context, i)
    return None
