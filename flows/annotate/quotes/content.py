"""How far the content of a cue verb reaches: the constructions of a verb, tried in order.

Belongs here: that order, and the clause that the tree gives. Does not belong here: who speaks, and
whether the verb is a cue at all; content between marks (`beside`), around an attributing phrase
(`asides`), and other than clauses (`objects`).
"""

from flows.annotate.quotes.asides import (
    find_as_clause,
    find_parenthetical,
    has_verb,
    past_contrast,
    phrase_end,
)
from flows.annotate.quotes.beside import complement, find_beside
from flows.annotate.quotes.context import FINITE_OR_MODAL, Context
from flows.annotate.quotes.cues import Cue
from flows.annotate.quotes.drafts import Content, clean
from flows.annotate.quotes.limits import (
    WEEKDAYS,
    after_addressee,
    after_day,
    before_addition,
    end_of_complements,
    from_question_word,
    over_and_that,
    over_colon,
    to_the_end,
)
from flows.annotate.quotes.made_clear import find_made_clear
from flows.annotate.quotes.next_statement import (
    SPEECH,
    before_joined_cue,
    before_next_cue,
    before_other_speaker,
    before_participle,
)
from flows.annotate.quotes.objects import find_object
from flows.annotate.quotes.speakers import SUBJECTS, mention_span, phrase_after

Range = tuple[int, int]

LONGEST_LINK = 8
GOING_ON = frozenset("because but with including rather by while unless if".split())
LONGEST_SETTING = 20
# What may stand between a cue verb and its `that`: said on Tuesday that, told the crowd that.
NOMINATIVES = frozenset("i he she we they it".split())
SUMS = frozenset(["everything", "anything", "nothing"])
SETTINGS = frozenset(["prep", "npadvmod", "advmod", "punct", "prt"])


def find_content(
    context: Context, verb: int, cue: Cue, phrase: Range, sentence: Range
) -> Content | None:
    """Find what a cue verb attributes.

    Args:
        context: the article.
        verb: token of the verb.
        cue: its entry in the lexicon.
        phrase: token range of the attributing phrase (subject, verb, what belongs to it).
        sentence: token range of its sentence.

    Returns:
        The content, or None where the verb governs none.
    """
    start, end = phrase
    low, high = sentence
    quoted = find_beside(context, verb, cue, start, end, low, high)
    if quoted is not None:
        return quoted
    if cue.takes("clause") and _has_particle(context, verb, cue):
        found = (
            _clause(context, verb, start, end, low, high)
            or find_as_clause(context, verb, cue, low, high)
            or find_parenthetical(context, verb, cue, start, end, low, high)
            or _bare_clause(context, verb, cue, end, high)
        )
        if found is not None:
            rule, pieces = found
            content = Content(rule, pieces, cue.kind["clause"])
            _cut_at_quotation(context, content, verb)
            return content
    if cue.lemma == "put":
        as_put = find_as_clause(context, verb, cue, low, high)
        return (
            Content(*as_put, "say") if as_put is not None else find_object(context, verb, cue, high)
        )
    if cue.lemma == "make":
        return find_made_clear(context, verb, high)
    return find_object(context, verb, cue, high)


def _has_particle(context: Context, verb: int, cue: Cue) -> bool:
    """Whether the particle stands there that the verb's clause needs: pointed out that ..."""
    return cue.particle is None or context.parse.lower[verb + 1 : verb + 2] == [cue.particle]


def _clause(
    context: Context, verb: int, start: int, end: int, low: int, high: int
) -> tuple[str, list[Range]] | None:
    """The clausal complement, without the attributing phrase where that stands inside it."""
    clause = complement(context, verb)
    if clause is None:
        return _after_agent(context, verb, high)
    left, right = context.left(clause), min(context.right(clause), high)
    if left >= verb:
        left = max(left, verb + 1)
        right = end_of_complements(context, verb, clause, high)
        left = _with_subject(context, verb, clause, left)
        left = max(left, after_addressee(context, verb, high))
        left = max(left, after_day(context, left, verb, high))
        left = _from_that(context, clause, left)
        left = from_question_word(context, verb, left)
        right = to_the_end(context, verb, right, high)
        right = before_next_cue(context, verb, clause, right)
        right = before_joined_cue(context, verb, left, right)
        right = before_participle(context, left, right)
        right = before_other_speaker(context, left, right)
        right = before_addition(context, left, right)
        right = over_colon(context, right, high)
        right = over_and_that(context, left, right, high)
        piece = clean(context, left, right)
        if piece is None:
            return None
        that = context.parse.lower[piece[0]] == "that"
        ahead = None if that else _relativised(context, verb, clause)
        return "clause", [piece] if ahead is None else [ahead, piece]
    if clause < verb and (
        not _may_follow(context, end, high) or context.parse.word[start - 1] == ";"
    ):
        return None  # X said A; Y said B: nobody reports what stands before the semicolon
    left = past_contrast(context, max(left, low), start)
    if right <= end:
        end, right = _goes_on(context, end, high)
    pieces = [clean(context, left, start), clean(context, end, right) if right > end else None]
    found = [piece for piece in pieces if piece is not None]
    return ("clause_before", found) if found else None


def _from_that(context: Context, clause: int, left: int) -> int:
    """Where a clause starts at its `that`, what stands before it being the cue's: said on Monday [that ...]."""
    mark = context.child(clause, "mark")
    if mark is None or left >= mark or context.stretch_of[left] >= 0:
        return left
    return mark if context.parse.lower[mark] == "that" else left


def _goes_on(context: Context, end: int, high: int) -> Range:
    """The rest of a statement behind its attributing phrase: ..., he said, because ...; empty if none."""
    parse = context.parse
    after = phrase_end(context, end, high)
    if parse.word[after : after + 1] != [","] or after + 1 >= high:
        return end, end
    if parse.lower[after + 1] not in GOING_ON:
        return end, end
    spoken = (parse.tag[i] in FINITE_OR_MODAL and context.speaks(i) for i in range(after + 1, high))
    return (end, end) if any(spoken) else (after, high)


def _after_agent(context: Context, verb: int, high: int) -> tuple[str, list[Range]] | None:
    """The clause that the parser hung on the agent: alleged by officials that ..."""
    agent = context.child(verb, "agent")
    actor = context.child(agent, "pobj") if agent is not None else None
    if actor is None:
        return None
    for c in context.children[actor]:
        left = context.left(c)
        if c > actor and context.parse.lower[left] == "that" and left != c:
            piece = clean(context, left, min(context.right(c), high))
            return ("clause", [piece]) if piece is not None else None
    return None


def _relativised(context: Context, verb: int, clause: int) -> Range | None:
    """The subject of a clause that a relative pronoun moved ahead: the letter, which he said was ..."""
    parse = context.parse
    if not _lacks_subject(context, clause):
        return None
    at = verb if parse.dep[verb] == "relcl" else parse.head[verb]
    noun = parse.head[at]
    subject = context.child(verb, *SUBJECTS)
    if parse.dep[at] != "relcl" or subject is None or not noun < subject < verb:
        return None
    first, end = mention_span(context, noun)
    end = min(end, context.left(subject))
    for i in range(end, min(subject, end + LONGEST_LINK)):
        if parse.tag[i] in ("WDT", "WP"):
            return first, i + 1
    return first, end


def _lacks_subject(context: Context, clause: int) -> bool:
    """Whether a finite clause has no subject where it stands."""
    tag = context.parse.tag
    finite = tag[clause] in FINITE_OR_MODAL or any(
        tag[c] in FINITE_OR_MODAL for c in context.children[clause] if c < clause
    )
    inside = context.child(clause, *SUBJECTS, "expl", "csubj", "mark")
    return finite and (inside is None or tag[inside] in ("WDT", "WP"))


def _with_subject(context: Context, verb: int, clause: int, left: int) -> int:
    """Where a clause starts whose subject the parser took for an object of the cue.

    After `say` any object is one; after others where the clause has a finite verb and no subject:
    admitted [the plan] is dead.
    """
    parse = context.parse
    object_ = context.child(verb, "dobj")
    cue = context.lexicon.verbs[parse.lower[verb]]
    if object_ is None or not verb < object_ < left or parse.lower[left] == "that":
        return left
    if cue.lemma != "say" and not _lacks_subject(context, clause):
        return left
    return max(min(left, context.left(object_)), verb + 1)


def _may_follow(context: Context, end: int, high: int) -> bool:
    """Whether the attributing phrase is over: punctuation, a mark or the sentence's end follows."""
    after = phrase_end(context, end, high)
    return after >= high or context.is_punct(after) or context.stretch_of[after] >= 0


def _bare_clause(
    context: Context, verb: int, cue: Cue, end: int, high: int
) -> tuple[str, list[Range]] | None:
    """A clause right after the verb that the parser did not attach to it."""
    parse = context.parse
    that = _that_after(context, verb, cue, high)
    i = that or _behind_hearer(context, verb, cue) or verb + 1
    if cue.kind["clause"] == "think" or parse.tag[verb] == "VB":
        return None
    says_that = that is not None or (parse.lower[i : i + 1] == ["that"] and parse.tag[i] == "IN")
    if not says_that and i == verb + 1 and not _speaks(context, verb, cue):
        return None
    if parse.dep[verb] == "relcl" and parse.lower[parse.head[verb]] in SUMS:
        return None  # not everything X says is true
    if (
        i >= high
        or context.is_punct(i)
        or (parse.tag[i] in ("IN", "TO", "RB", "RP") and (parse.lower[i] != "that"))
    ):
        return None
    if i == verb + 1 and i < end and parse.lower[i] != "that":
        return None
    if not has_verb(context, i, high):
        return None
    right = before_participle(context, i, high)
    piece = clean(context, i, before_addition(context, i, right))
    return ("bare_clause", [piece]) if piece is not None else None


def _behind_hearer(context: Context, verb: int, cue: Cue) -> int | None:
    """Where a clause starts right behind who hears it: told the paper [he was ready]."""
    parse = context.parse
    heard = context.child(verb, "dobj") if cue.lemma == "tell" else None
    if heard is None or context.left(heard) != verb + 1:
        return None
    i = heard + 1
    if "that" in parse.lower[i : context.right(heard)]:
        return None  # told the man she loved that ...
    subject = i + 1 < len(parse) and parse.lower[i] in NOMINATIVES
    return i if subject and parse.tag[i + 1] in FINITE_OR_MODAL else None


def _that_after(context: Context, verb: int, cue: Cue, high: int) -> int | None:
    """The `that` behind when, where and to whom it was said: alleged in the suit that ...

    The parser hangs the clause on the last noun of such a phrase.
    """
    parse = context.parse
    heard = {"dobj", "dative"} if cue.takes("addressee") else set()
    for c in context.children[verb]:
        about = parse.lower[c] in cue.prepositions and not _names_day(context, c)
        if about or (c > verb and parse.dep[c] not in SETTINGS | heard):
            return None
    for i in range(verb + 2, min(high, verb + LONGEST_SETTING)):
        if context.stretch_of[i] >= 0 or parse.tag[i] in FINITE_OR_MODAL:
            return None
        if parse.lower[i] == "that" and parse.tag[i] in ("IN", "WDT"):
            noun = parse.head[parse.head[i]]
            relative = parse.dep[i] in SUBJECTS or parse.dep[i] == "det"
            return None if relative or parse.lower[noun] in context.lexicon.nouns else i
    return None


def _names_day(context: Context, preposition: int) -> bool:
    """Whether a preposition says when it was said: reported on Thursday in the journal that ..."""
    noun = context.child(preposition, "pobj")
    return noun is not None and context.parse.lower[noun] in WEEKDAYS


def _speaks(context: Context, verb: int, cue: Cue) -> bool:
    """Whether a verb leaves no doubt that what follows it is a clause."""
    return cue.lemma == "say" or (
        cue.lemma in SPEECH and not cue.takes("object") and context.child(verb, "dobj") is None
    )


def _cut_at_quotation(context: Context, content: Content, verb: int) -> None:
    """Content before its cue ends with a quotation that closes itself: "...," X, whose ..., said.

    What the parser took for content after the closing mark is the attributing phrase.
    """
    if not content.pieces or content.pieces[0][0] > verb:
        return
    first, last = content.pieces[0]
    number = context.stretch_of[first]
    if number < 0 or last > verb:
        return
    stop = context.tokens[number][1]
    if stop >= last or context.last_character(number) != ",":
        return
    opening = context.next_word(stop, last) or last
    subject = context.child(verb, *SUBJECTS)
    if subject is not None and opening <= subject and not _is_parted(context, opening, subject):
        speaker: Range | None = (opening, subject + 1)
    else:
        speaker = phrase_after(context, opening, last)
    if speaker is not None:
        content.pieces = [(first, stop)]
        content.rule = "quote_cue_speaker"
        content.speaker = speaker


def _is_parted(context: Context, start: int, end: int) -> bool:
    """Whether a comma stands among some tokens."""
    return any(context.parse.word[i] == "," for i in range(start, end))
