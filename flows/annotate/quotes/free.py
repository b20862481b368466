"""Quotations that no cue beside them has claimed: introduced from afar, carried on, or free.

Belongs here: the rules that start from a quoted stretch, in order, and the last resort. Does not
belong here: rules that start from a cue.
"""

from flows.annotate.quotes.adjacent import find_adjacent
from flows.annotate.quotes.asides import has_verb
from flows.annotate.quotes.carried import (
    find_carried_on,
    find_explained,
    find_further_part,
    find_short,
)
from flows.annotate.quotes.context import DASHES, MIN_WORDS, Context
from flows.annotate.quotes.drafts import Draft
from flows.annotate.quotes.governed import find_governed, find_in_sentence
from flows.annotate.quotes.introduced import find_announced, find_introduced, subject_of_sentence

MIN_FREE_WORDS = 5
COMMON_NOUNS = frozenset(["NN", "NNS"])


def find_free(context: Context, drafts: list[Draft]) -> list[Draft]:
    """Add drafts for the quoted stretches that the given ones leave out."""
    owner: dict[int, Draft] = {}
    by_sentence: dict[int, Draft] = {}
    for given in drafts:
        for a, b in given.content:
            for i in range(a, b):
                if context.stretch_of[i] >= 0:
                    owner.setdefault(context.stretch_of[i], given)
        named = given.speaker if given.rule == "signature" else None
        if named is not None and context.stretch_of[named[0]] >= 0:
            # The name stands between the marks too: "... | Ann Lee, a nurse."
            owner.setdefault(context.stretch_of[named[0]], given)
        if given.cue is not None and given.kind not in ("think", "none"):
            by_sentence[context.sentence_of[given.cue[0]]] = given
    at_cue = {given.cue[0]: given for given in drafts if given.cue is not None}
    out = list(drafts)
    known = {id(given) for given in out}
    last: Draft | None = None
    for number in range(len(context.stretches)):
        draft: Draft | None = owner.get(number)
        if draft is None and context.words[number] < MIN_WORDS:
            draft = find_short(context, number, last, owner) or _behind_colon(
                context, number, at_cue
            )
        elif draft is None and not _modifies_noun(context, number):
            draft = (
                find_further_part(context, number, owner)
                or find_introduced(context, number, at_cue)
                or find_adjacent(context, number)
                or find_announced(context, number, by_sentence)
                or find_carried_on(context, number, last, by_sentence)
                or find_explained(context, number, last)
                or find_governed(context, number, last, by_sentence, at_cue)
                or _free_standing(context, number, last, by_sentence)
            )
        if draft is not None:
            if id(draft) not in known:
                out.append(draft)
                known.add(id(draft))
            owner[number] = draft
            if draft.rule == "signature":
                last = None  # what follows a signature is another one's
            elif context.words[number] >= MIN_WORDS:
                last = draft
    return out


def _modifies_noun(context: Context, number: int) -> bool:
    """Whether a stretch is what a noun right behind it is called: a "stay calm" poster.

    A noun of speech is called by what is said: a "stay calm" claim.
    """
    parse = context.parse
    start, end = context.tokens[number]
    at = context.next_word(end, len(parse))
    if at is None or parse.tag[at] not in COMMON_NOUNS or context.stretch_of[at] >= 0:
        return False
    if parse.lower[at] in context.lexicon.nouns or parse.paragraph[at] != parse.paragraph[start]:
        return False
    return context.last_character(number).isalnum()


def _behind_colon(context: Context, number: int, at_cue: dict[int, Draft]) -> Draft | None:
    """One or two words that a colon introduces and that end the sentence: put it bluntly: "We stink." """
    parse = context.parse
    start, end = context.tokens[number]
    before = context.previous_word(start, 0)
    sentence = parse.word[start][0].isupper() and parse.text[parse.end[end - 1] - 1] in ".!?"
    if before is None or parse.word[before] != ":" or not sentence or context.is_title(number):
        return None
    return find_introduced(context, number, at_cue)


def _free_standing(
    context: Context, number: int, last: Draft | None, by_sentence: dict[int, Draft]
) -> Draft | None:
    """A quotation without any attribution; its speaker is guessed from what stands around it.

    A shorter one is a term or a phrase set off more often than speech.
    """
    short = context.words[number] < MIN_FREE_WORDS and not _is_paragraph(context, number)
    if context.is_title(number) or short:
        return None
    start, end = context.tokens[number]
    if not has_verb(context, start, end):
        return None
    spoken = find_in_sentence(context, number)
    if spoken is not None:
        return spoken
    speaker = _guess(context, start, last, by_sentence)
    return Draft(
        rule="free_standing",
        content=[(start, end)],
        cue=None,
        lemma=None,
        kind="none",
        speaker=speaker,
        flags={"guessed_speaker"} if speaker else {"no_source"},
    )


def _guess(
    context: Context, start: int, last: Draft | None, by_sentence: dict[int, Draft]
) -> tuple[int, int] | None:
    """Who may speak from token `start` on: who stands before its dash, who spoke last, or who is named."""
    parse = context.parse
    sentence = context.sentence_of[start]
    before = context.previous_word(start, context.first[sentence])
    if before is not None and parse.word[before] in DASHES:
        subject = subject_of_sentence(context, sentence)
        if subject is not None:
            return subject
    near = [d for d in (by_sentence.get(k) for k in range(sentence - 1, sentence - 4, -1)) if d]
    if last is not None and parse.paragraph[start] - parse.paragraph[last.end - 1] <= 1:
        return last.speaker
    if near and parse.paragraph[start] - parse.paragraph[near[0].start] <= 1:
        return near[0].speaker
    if sentence and parse.paragraph[start] - parse.paragraph[context.first[sentence] - 1] <= 1:
        return subject_of_sentence(context, sentence - 1)
    return None


def _is_paragraph(context: Context, number: int) -> bool:
    """Whether a stretch is all of its paragraph and closes as a sentence does."""
    parse = context.parse
    start, end = context.tokens[number]
    alone = parse.first[parse.paragraph[start] + 1]
    opens = context.previous_word(start, parse.first[parse.paragraph[start]]) is None
    return (
        opens and context.next_word(end, alone) is None and context.last_character(number) in ".!?"
    )
