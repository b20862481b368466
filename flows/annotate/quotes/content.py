"""How far the content of a cue verb reaches: beside marks, by the tree, between commas.

Belongs here: the constructions of a cue verb, tried in order. Does not belong here: who speaks,
and whether the verb is a cue at all.
"""

from flows.annotate.quotes.beside import complement, find_beside, stretch_starting
from flows.annotate.quotes.context import Context
from flows.annotate.quotes.cues import Cue
from flows.annotate.quotes.drafts import Content, clean
from flows.annotate.quotes.limits import (
    DAYS,
    SPEECH,
    after_addressee,
    before_addition,
    before_day,
    before_next_cue,
    before_participle,
    end_of_complements,
    end_of_nominal,
    end_of_object,
    to_the_end,
)
from flows.annotate.quotes.speakers import phrase_after

Range = tuple[int, int]

COMMAS = frozenset([",", "—", "–", "--", "-"])
ENDS = frozenset([",", ".", "?", "!", ";", "—", "–", "--", "-", ":"])
FINITE = frozenset(["VBD", "VBZ", "VBP", "MD"])
# Verbs whose passive speaks of a statement even without its source: was accused of.
JUDGING = frozenset(
    "accuse criticize criticise blame praise describe denounce condemn mock portray call dub "
    "deride decry hail announce confirm mention disclose".split()
)
PREDICATING = frozenset(["as", "of", "for", "with"])
PRONOUNS_OF_CLAUSES = frozenset(["who", "which", "that", "it"])
LONGEST_TAIL = 12
LONGEST_SETTING = 4
MIN_CLAUSE = 2


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
            or _as_clause(context, verb, low, high)
            or _parenthetical(context, verb, cue, start, end, low, high)
            or _bare_clause(context, verb, cue, end, high)
        )
        if found is not None:
            rule, pieces = found
            content = Content(rule, pieces, cue.kind["clause"])
            _cut_at_quotation(context, content, verb)
            return content
    return _object(context, verb, cue, high)


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
        if context.child(verb, "dobj") is not None and not _takes_object(context, verb):
            # The clause's subject, which the parser took for an object of `said`.
            left = min(left, context.left(context.child(verb, "dobj") or left))
            left = max(left, verb + 1)
        left = max(left, after_addressee(context, verb, high))
        right = to_the_end(context, verb, right, high)
        right = before_next_cue(context, verb, clause, right)
        right = before_participle(context, left, right)
        right = before_addition(context, left, right)
        piece = clean(context, left, right)
        return ("clause", [piece]) if piece is not None else None
    if clause < verb and not _may_follow(context, end, high):
        return None
    left = max(left, low)
    pieces = [clean(context, left, start), clean(context, end, right) if right > end else None]
    found = [piece for piece in pieces if piece is not None]
    return ("clause_before", found) if found else None


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


def _takes_object(context: Context, verb: int) -> bool:
    cue = context.lexicon.verbs[context.parse.lower[verb]]
    return cue.takes("addressee") or cue.lemma != "say"


def _may_follow(context: Context, end: int, high: int) -> bool:
    """Whether the attributing phrase is over: punctuation, a mark or the sentence's end follows."""
    after = _phrase_end(context, end, high)
    return after >= high or context.is_punct(after) or context.stretch_of[after] >= 0


def _phrase_end(context: Context, end: int, high: int) -> int:
    """End of an attributing phrase with when and where: X said on Thursday in an interview."""
    parse = context.parse
    stop = min(high, end + LONGEST_TAIL)
    i = end
    while i < stop:
        if parse.word[i] in ENDS or context.is_mark(i) or context.stretch_of[i] >= 0:
            return i
        if parse.tag[i] in FINITE:
            return end
        i += 1
    return i if i >= high else end


def _as_clause(context: Context, verb: int, low: int, high: int) -> tuple[str, list[Range]] | None:
    """As X noted, ...: the rest of the sentence."""
    parse = context.parse
    mark = next(
        (c for c in context.children[verb] if c < verb and parse.lower[c] == "as"),
        None,
    )
    if mark is None or context.child(verb, "dobj", "xcomp") is not None:
        return None
    stop = max(context.right(verb), verb + 1)
    pieces = []
    if mark - low > MIN_CLAUSE and parse.word[mark - 1] in COMMAS:
        pieces.append(clean(context, low, mark))
    if stop < high and parse.word[stop] in COMMAS:
        pieces.append(clean(context, stop, high))
    found = [piece for piece in pieces if piece is not None]
    return ("as_clause", found) if found else None


def _has_object(context: Context, verb: int, cue: Cue) -> bool:
    """Whether the verb has content of another construction after it."""
    parse = context.parse
    for c in context.children[verb]:
        if c < verb:
            continue
        if parse.dep[c] in ("xcomp", "oprd") or parse.lower[c] in cue.prepositions:
            return True
        if parse.dep[c] == "dobj" and not cue.takes("addressee"):
            return True
    return False


def _parenthetical(
    context: Context, verb: int, cue: Cue, start: int, end: int, low: int, high: int
) -> tuple[str, list[Range]] | None:
    """The sentence around an attributing phrase between commas, or after one at its end."""
    parse = context.parse
    if start <= low or parse.word[start - 1] not in COMMAS or not _is_finite(context, verb):
        return None
    if _has_object(context, verb, cue):
        return None
    after = _phrase_end(context, end, high)
    if after < high and parse.word[after] not in ENDS:
        return None
    goes_on = after < high and parse.word[after] in COMMAS
    right = clean(context, after, high) if goes_on else None
    left = clean(context, low, start)
    if left is not None and not _belongs_before(context, left, right):
        left = None
    pieces = [piece for piece in (left, right) if piece is not None]
    return ("parenthetical", pieces) if pieces else None


def _is_finite(context: Context, verb: int) -> bool:
    unfinished = context.parse.tag[verb] in ("VB", "VBG", "VBN")
    return not unfinished or context.child(verb, "aux") is not None


def _belongs_before(context: Context, left: Range, right: Range | None) -> bool:
    """Whether what stands before a parenthesis is said too, and not only when or where.

    Said: a clause; a subject whose verb comes after (Such efforts, they believe, would ...); an
    adverbial of some length (By eliminating the line, she said, ...). Not said: At the time, ...
    """
    if right is None:
        return _has_verb(context, *left)
    if _has_verb(context, *left) or _has_subject(context, *left):
        return True
    if context.parse.tag[right[0]] == "VBG":
        return False
    return left[1] - left[0] > LONGEST_SETTING or not _has_subject(context, *right)


def _has_verb(context: Context, start: int, end: int) -> bool:
    return any(context.parse.tag[i] in FINITE for i in range(start, end))


def _has_subject(context: Context, start: int, end: int) -> bool:
    dep = context.parse.dep
    return any(dep[i] in ("nsubj", "nsubjpass") for i in range(start, end))


def _bare_clause(
    context: Context, verb: int, cue: Cue, end: int, high: int
) -> tuple[str, list[Range]] | None:
    """A clause right after the verb that the parser did not attach to it."""
    parse = context.parse
    i = verb + 1
    if cue.kind["clause"] == "think" or parse.tag[verb] == "VB":
        return None
    says_that = parse.lower[i : i + 1] == ["that"] and parse.tag[i] == "IN"
    if not says_that and not _speaks(context, verb, cue):
        return None
    if (
        i >= high
        or context.is_punct(i)
        or (parse.tag[i] in ("IN", "TO", "RB", "RP") and (parse.lower[i] != "that"))
    ):
        return None
    if i < end and parse.lower[i] != "that":
        return None
    if not _has_verb(context, i, high):
        return None
    piece = clean(context, i, high)
    return ("bare_clause", [piece]) if piece is not None else None


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
    if stop >= last or context.parse.text[context.stretches[number].end - 1] != ",":
        return
    speaker = phrase_after(context, context.next_word(stop, last) or last, last)
    if speaker is not None:
        content.pieces = [(first, stop)]
        content.rule = "quote_cue_speaker"
        content.speaker = speaker


def _object(context: Context, verb: int, cue: Cue, high: int) -> Content | None:
    parse = context.parse
    if cue.takes("infinitive"):
        child = context.child(verb, "xcomp", "ccomp")
        if child is not None and child > verb and _is_infinitive(context, child):
            left = context.left(child)
            asked = context.child(verb, "dobj") or _called_on(context, verb, cue)
            if asked is not None and verb < asked < child and cue.lemma != "tell":
                left = context.left(asked)
            piece = clean(context, max(left, verb + 1), end_of_object(context, verb, child, high))
            if piece is not None:
                piece = end_of_nominal(context, verb, piece)
                return Content("infinitive", [piece], cue.kind["infinitive"])
    if cue.takes("object"):
        child = context.child(verb, "xcomp", "ccomp")
        if child is not None and child > verb and parse.tag[child] == "VBG":
            left = max(context.left(child), verb + 1)
            piece = clean(context, left, end_of_object(context, verb, child, high))
            if piece is not None and context.child(child, "nsubj") is None:
                piece = end_of_nominal(context, verb, piece)
                return Content("object", [piece], cue.kind["object"])
    direct = context.child(verb, "dobj") if not cue.takes("addressee") else None
    for c in context.children[verb]:
        if c > verb and parse.dep[c] in ("prep", "prt") and parse.lower[c] in cue.prepositions:
            if _is_when(context, c) or (direct is not None and cue.takes("object")):
                continue
            piece = clean(context, c + 1, end_of_object(context, verb, c, high))
            if piece is not None:
                piece = end_of_nominal(context, verb, piece)
                return Content("preposition", [piece], cue.prepositions[parse.lower[c]])
    passive = _passive(context, verb, cue, high)
    if passive is not None:
        return passive
    child = context.child(verb, "dobj", "oprd")
    if child is None or child < verb:
        return None
    if cue.takes("addressee"):
        asked = _indirect_question(context, verb, child)
        if asked is not None:
            piece = clean(context, asked, context.right(context.parse.head[asked]))
            if piece is not None:
                return Content("clause", [piece], "say")
    if (
        cue.takes("object")
        and not _speaks_itself(context, child)
        and not (cue.takes("addressee") and cue.lemma in ("tell", "assure", "remind", "inform"))
    ):
        piece = clean(context, context.left(child), end_of_object(context, verb, child, high))
        if piece is not None:
            start, end = end_of_nominal(context, verb, piece)
            piece = (start, before_day(context, start, end))
            beside = stretch_starting(context, piece[1]) if cue.takes("quotation") else None
            if beside is not None and context.tokens[beside][0] <= piece[1] + 1:
                piece = (piece[0], context.tokens[beside][1])  # called the budget "a joke"
            return Content("object", [piece], cue.kind["object"])
    return None


def _called_on(context: Context, verb: int, cue: Cue) -> int | None:
    """Who is to do it, after a preposition: called on X to resign."""
    for c in context.children[verb]:
        if context.parse.dep[c] == "prep" and context.parse.lower[c] in cue.prepositions:
            return context.child(c, "pobj")
    return None


def _passive(context: Context, verb: int, cue: Cue, high: int) -> Content | None:
    """The plan was called a leap of faith by the mayor: subject and predicate, without the agent."""
    parse = context.parse
    subject = context.child(verb, "nsubjpass")
    if subject is None or not cue.takes("object"):
        return None
    if context.child(verb, "agent") is None and cue.lemma not in JUDGING:
        return None
    if cue.kind["object"] == "think" or parse.lower[subject] in PRONOUNS_OF_CLAUSES:
        return None
    pieces = [clean(context, context.left(subject), min(context.right(subject), verb))]
    for c in context.children[verb]:
        if c > verb and (
            parse.dep[c] in ("oprd", "xcomp", "attr")
            or (parse.dep[c] == "prep" and parse.lower[c] in PREDICATING)
        ):
            pieces.append(clean(context, context.left(c), min(context.right(c), high)))
    found = [piece for piece in pieces if piece is not None]
    return Content("passive", found, cue.kind["object"]) if found else None


def _is_when(context: Context, preposition: int) -> bool:
    """Whether a preposition names the day it was said."""
    noun = context.child(preposition, "pobj")
    return noun is not None and context.parse.lower[noun] in DAYS


def _indirect_question(context: Context, verb: int, child: int) -> int | None:
    """The `if` or `whether` of a question after its addressee: asked the students if they ..."""
    parse = context.parse
    for c in context.children[verb]:
        if c > child and parse.dep[c] in ("advcl", "ccomp"):
            first = context.left(c)
            if parse.lower[first] in ("if", "whether") and parse.head[first] == c:
                return first
    return None


def _speaks_itself(context: Context, noun: int) -> bool:
    """Whether an object has a cue of its own: issued a statement saying ..."""
    parse = context.parse
    return any(
        parse.dep[c] == "acl"
        and parse.tag[c] == "VBG"
        and parse.lower[c] in context.lexicon.verbs
        and context.lexicon.verbs[parse.lower[c]].takes("clause")
        for c in context.children[noun]
    )


def _is_infinitive(context: Context, i: int) -> bool:
    parse = context.parse
    return any(parse.dep[c] == "aux" and parse.lower[c] == "to" for c in context.children[i])
