"""Find the quotes of an article: the rules in order, and what they found made into records.

Belongs here: the order of the rules, which of two claims to the same words wins, the records. Does
not belong here: the rules themselves (`clauses`, `free`, ...) or who a speaker is by name.
"""

from bisect import bisect_left
from collections.abc import Sequence
from itertools import accumulate

from flows.annotate.quotes.adjectives import find_adjectives
from flows.annotate.quotes.clauses import find_clauses
from flows.annotate.quotes.confidence import confidence_of
from flows.annotate.quotes.context import Context, build_context
from flows.annotate.quotes.cues import CueLexicon
from flows.annotate.quotes.drafts import Draft, trim
from flows.annotate.quotes.free import find_free
from flows.annotate.quotes.idioms import find_idioms
from flows.annotate.quotes.layouts import find_layouts
from flows.annotate.quotes.lend import lend_speakers
from flows.annotate.quotes.phrases import find_phrases
from flows.annotate.quotes.tags import mend_names
from flows.parse import Parse
from flows.records import Mention, Part, Quote, Sentence

MAX_OVERLAP = 0.2
VIA_SHARE = 0.5
REPORTED_AFTER = frozenset(["clause_before", "parenthetical", "according_to"])
CITING = "per"
PLAIN = frozenset("say add ask write report recall".split())
SPOKEN = frozenset(
    ["clause", "clause_before", "quote_cue_speaker", "parenthetical", "split_by_cue"]
)


def find_quotes(
    parse: Parse,
    sentences: Sequence[Sentence],
    mentions: Sequence[Mention],
    lexicon: CueLexicon,
) -> tuple[Quote, ...]:
    """Find the statements of an article and their sources.

    Args:
        parse: the article's tokens and trees.
        sentences: its sentences, in order.
        mentions: its entity mentions, in order.
        lexicon: the cues (`cues.load_cues`).

    Returns:
        The quotes in order of start, numbered from 0. Names of speakers are not filled in.
    """
    if not len(parse) or not sentences:
        return ()
    context = build_context(mend_names(parse), sentences, lexicon)
    drafts = _settle(
        context,
        [
            *find_layouts(context),
            *find_clauses(context),
            *find_phrases(context),
            *find_idioms(context),
            *find_adjectives(context),
        ],
    )
    lend_speakers(context, drafts)
    drafts = find_free(context, drafts)
    return _records(context, drafts)


def _settle(context: Context, drafts: list[Draft]) -> list[Draft]:
    """Keep, where two claim the same words, the one that attributes the outer statement."""
    for draft in drafts:
        draft.content = _tidy(draft.content)
    drafts = _through(context, [d for d in drafts if d.content])
    for draft in drafts:
        draft.content = _tidy(draft.content)
    drafts = [d for d in drafts if _has_words(context, d) and not _swallows_its_cue(d)]
    depth = _depths(context, drafts)
    owner = [False] * len(context.parse)
    kept: list[Draft] = []
    order = sorted(
        range(len(drafts)),
        key=lambda k: (
            drafts[k].rank,
            _is_weak(drafts[k]),
            not _closes(context, drafts[k]),
            depth[k],
            -sum(b - a for a, b in drafts[k].content),
            drafts[k].start,
        ),
    )
    for k in order:
        draft = drafts[k]
        if draft.cue is not None and owner[draft.cue[0]]:
            continue
        cells = [i for a, b in draft.content for i in range(a, b)]
        if sum(owner[i] for i in cells) > MAX_OVERLAP * len(cells):
            continue
        for i in cells:
            owner[i] = True
        kept.append(draft)
    return sorted(kept, key=lambda d: (d.start, d.end))


def _tidy(content: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Pieces in order, those that touch or overlap made one."""
    out: list[tuple[int, int]] = []
    for start, end in sorted(piece for piece in content if piece[0] < piece[1]):
        if out and start <= out[-1][1]:
            out[-1] = (out[-1][0], max(out[-1][1], end))
        else:
            out.append((start, end))
    return out


def _has_words(context: Context, draft: Draft) -> bool:
    return any(not context.is_punct(i) for a, b in draft.content for i in range(a, b))


def _swallows_its_cue(draft: Draft) -> bool:
    """Whether content covers its own cue: an unclosed mark has drawn the sentence into it."""
    return draft.cue is not None and any(a <= draft.cue[0] < b for a, b in draft.content)


def _is_weak(draft: Draft) -> bool:
    return draft.kind == "think"


def _closes(context: Context, draft: Draft) -> bool:
    """Whether a plain phrase behind the marks ends its sentence: "...," the senator said."""
    if draft.rule != "quote_cue_speaker" or draft.lemma not in PLAIN or draft.speaker is None:
        return False
    assert draft.cue is not None
    after = max(draft.cue[1], draft.speaker[1])
    return context.parse.word[after : after + 1] in (["."], [","])


def _depths(context: Context, drafts: list[Draft]) -> list[int]:
    """For each draft in how many others' content its cue stands."""
    steps = [0] * (len(context.parse) + 1)
    for draft in drafts:
        for a, b in draft.content:
            steps[a] += 1
            steps[b] -= 1
    within = list(accumulate(steps))
    return [within[draft.cue[0]] if draft.cue is not None else 0 for draft in drafts]


def _through(context: Context, drafts: list[Draft]) -> list[Draft]:
    """Where Y reports that X said it (`he said ..., Y reported`), keep X's and say through whom."""
    at_cue = {draft.cue[0]: draft for draft in drafts if draft.cue is not None}
    cues = sorted(at_cue)
    dropped: set[int] = set()
    for draft in drafts:
        if draft.rule not in REPORTED_AFTER or draft.cue is None or draft.speaker is None:
            continue
        first, end = draft.content[0]
        if end > draft.cue[0]:
            continue
        for cue in cues[bisect_left(cues, first) : bisect_left(cues, end)]:
            inner = at_cue[cue]
            if inner is draft or inner.kind == "think" or inner.speaker is None:
                continue
            rest = sum(b - a for a, b in inner.content)
            whole = inner.rule in SPOKEN and rest >= VIA_SHARE * (end - first)
            if whole or draft.lemma == CITING:
                if _covers(context, draft, inner):
                    inner.via = draft.speaker
                _cut(context, inner, draft)
                dropped.add(id(draft))
            break
    return [draft for draft in drafts if id(draft) not in dropped]


def _covers(context: Context, outer: Draft, inner: Draft) -> bool:
    """Whether an outer source stands for all of what the inner one says.

    It does not where it is what the speaker cites, where the sentence goes on behind it, or where
    a comma parts its own clause from the statement: said it is clear, which costs A, Y reported.
    """
    assert outer.cue is not None and inner.cue is not None
    if outer.lemma == CITING or outer.content[-1][1] > outer.cue[0]:
        return False
    if inner.rule != "clause":
        return True
    word = context.parse.word
    return not any(
        word[i] in (",", ";") and context.stretch_of[i] < 0
        for i in range(inner.cue[1], outer.content[-1][1])
    )


def _cut(context: Context, inner: Draft, outer: Draft) -> None:
    """End the inner statement where the phrase of the outer source starts."""
    assert outer.cue is not None and outer.speaker is not None
    first, end = inner.content[-1]
    if end > outer.cue[0]:
        stop = min(outer.speaker[0], outer.cue[0])
        inner.content[-1] = trim(context, first, min(end, stop))


def _records(context: Context, drafts: list[Draft]) -> tuple[Quote, ...]:
    drafts = sorted(drafts, key=lambda d: (d.start, d.end))
    number = {id(d): i for i, d in enumerate(drafts)}
    return tuple(
        _record(context, draft, i, number.get(id(draft.continues)))
        for i, draft in enumerate(drafts)
    )


def _record(context: Context, draft: Draft, index: int, continues: int | None) -> Quote:
    parse = context.parse
    parts = [part for a, b in _tidy(draft.content) for part in _parts(context, a, b)]
    flags = set(draft.flags)
    for a, b in draft.content:
        for i in (a, b - 1):
            if context.stretch_of[i] >= 0:
                stretch = context.stretches[context.stretch_of[i]]
                if not stretch.closed:
                    flags.add("closed_late" if stretch.late else "unclosed_mark")
                flags |= {"odd_marks"} if stretch.odd else set()
    if draft.via is not None:
        flags.add("nested")
    sentence = context.sentence_at(parts[0].start)
    if context.sentences[sentence].role in ("title", "heading"):
        flags.add("headline")
    quoted = {part.quoted for part in parts}
    kind = "mixed" if len(quoted) == 2 else "direct" if True in quoted else "indirect"

    def span(tokens: tuple[int, int] | None) -> tuple[int | None, int | None]:
        if tokens is None:
            return None, None
        return parse.start[tokens[0]], parse.end[tokens[1] - 1]

    cue, speaker = span(draft.cue), span(draft.speaker)
    addressee, via = span(draft.addressee), span(draft.via)
    return Quote(
        quote_index=index,
        sentence_index=sentence,
        last_sentence_index=context.sentence_at(parts[-1].end - 1),
        kind=kind,
        parts=tuple(parts),
        cue_kind=draft.kind,
        rule=draft.rule,
        confidence=confidence_of(draft.rule, draft.kind),
        cue_lemma=draft.lemma,
        cue_start=cue[0],
        cue_end=cue[1],
        speaker_start=speaker[0],
        speaker_end=speaker[1],
        addressee_start=addressee[0],
        addressee_end=addressee[1],
        via_start=via[0],
        via_end=via[1],
        negated=draft.negated,
        hedged=draft.hedged,
        continues_quote_index=continues,
        flags=tuple(sorted(flags)),
    )


def _parts(context: Context, start: int, end: int) -> list[Part]:
    """Parts of a token range: marked and unmarked stretches apart, marks and blanks outside."""
    parse = context.parse
    parts: list[Part] = []
    i = start
    while i < end:
        number = context.stretch_of[i]
        j = i
        while j < end and context.stretch_of[j] == number:
            j += 1
        a, b = i, j
        if number < 0:
            while a < b and (context.is_mark(a) or parse.tag[a] == "_SP"):
                a += 1
            while b > a and (context.is_mark(b - 1) or parse.tag[b - 1] == "_SP"):
                b -= 1
            if any(not context.is_punct(k) for k in range(a, b)):
                parts.append(Part(parse.start[a], parse.end[b - 1], False))
        else:
            stretch = context.stretches[number]
            first = max(parse.start[a], stretch.start)
            last = min(parse.end[b - 1], stretch.end)
            if last > first:
                parts.append(Part(first, last, True))
        i = j
    if not parts:
        parts.append(Part(parse.start[start], parse.end[end - 1], False))
    return parts
