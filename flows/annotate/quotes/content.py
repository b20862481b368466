"""How far the content of a cue verb reaches: beside marks, by the tree, between commas.

Belongs here: the constructions of a cue verb, tried in order. Does not belong here: who speaks,
and whether the verb is a cue at all.
"""

from dataclasses import dataclass

from flows.annotate.quotes.context import Context
from flows.annotate.quotes.cues import Cue
from flows.annotate.quotes.drafts import trim, widen
from flows.annotate.quotes.speakers import phrase_after

Range = tuple[int, int]

COMMAS = frozenset([",", "—", "–", "--", "-"])
STOPS = frozenset([",", ";", ":", "—", "–", "--", "("])
ENDS = frozenset([",", ".", "?", "!", ";", "—", "–", "--", "-", ":"])
# Dependents of the verb that still belong to an object: called him a liar, blamed X for Y.
RESTS = frozenset(["prep", "xcomp", "oprd", "dative", "ccomp", "acomp", "attr", "advcl"])
# Prepositions that say when or where it was said rather than what.
CIRCUMSTANCES = frozenset(
    "after during before until among through at despite since amid following while".split()
)
FINITE = frozenset(["VBD", "VBZ", "VBP", "MD"])
SPEECH = frozenset(
    "say tell add ask note argue insist suggest warn vow call accuse urge assert claim declare "
    "promise predict question criticize praise describe announce mention deny dismiss".split()
)
DAYS = frozenset(
    "monday tuesday wednesday thursday friday saturday sunday weekend morning afternoon evening "
    "night week month year".split()
)
MAX_CONJUNCTS = 4
LONGEST_TAIL = 12
MIN_CLAUSE = 2


@dataclass(slots=True)
class Content:
    """What was found: the rule's name, the pieces, the kind of cue, a better speaker if any."""

    rule: str
    pieces: list[Range]
    kind: str
    speaker: Range | None = None


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
    quoted = _quoted(context, verb, cue, start, end, low, high)
    if quoted is not None:
        return quoted
    if cue.takes("clause"):
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


def _clean(context: Context, start: int, end: int) -> Range | None:
    start, end = trim(context, start, end)
    if start >= end:
        return None
    return widen(context, start, end)


def _complement(context: Context, verb: int) -> int | None:
    """The clausal complement; of two the one after the verb."""
    found = None
    for c in context.children[verb]:
        if context.parse.dep[c] == "ccomp":
            found = c
            if c > verb:
                break
    return found


def _clause(
    context: Context, verb: int, start: int, end: int, low: int, high: int
) -> tuple[str, list[Range]] | None:
    """The clausal complement, without the attributing phrase where that stands inside it."""
    clause = _complement(context, verb)
    if clause is None:
        return _after_agent(context, verb, high)
    left, right = context.left(clause), min(context.right(clause), high)
    if left >= verb:
        left = max(left, verb + 1)
        if context.child(verb, "dobj") is not None and not _takes_object(context, verb):
            # The clause's subject, which the parser took for an object of `said`.
            left = min(left, context.left(context.child(verb, "dobj") or left))
            left = max(left, verb + 1)
        left = max(left, _after_addressee(context, verb, high))
        right = _to_the_end(context, verb, right, high)
        right = _before_next_cue(context, verb, clause, right)
        right = _before_participle(context, left, right)
        piece = _clean(context, left, right)
        return ("clause", [piece]) if piece is not None else None
    if clause < verb and not _may_follow(context, end, high):
        return None
    left = max(left, low)
    pieces = [_clean(context, left, start), _clean(context, end, right) if right > end else None]
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
            piece = _clean(context, left, min(context.right(c), high))
            return ("clause", [piece]) if piece is not None else None
    return None


def _after_addressee(context: Context, verb: int, high: int) -> int:
    """Where `that` stands after an addressee which the parser drew into the clause."""
    cue = context.lexicon.verbs[context.parse.lower[verb]]
    if not cue.takes("addressee"):
        return 0
    phrase = phrase_after(context, verb + 1, high)
    if phrase is None or phrase[1] >= high:
        return 0
    return phrase[1] if context.parse.lower[phrase[1]] in ("that", "whether") else 0


def _to_the_end(context: Context, verb: int, right: int, high: int) -> int:
    """The sentence's end where clauses joined by commas all depend on the verb.

    X reiterated that A, it is B, and if C, then D: the parser makes B the root and `reiterated`
    its complement.
    """
    parse = context.parse
    root = parse.head[verb]
    if parse.dep[verb] != "ccomp" or root < right or parse.lower[root] in context.lexicon.verbs:
        return right
    starts = right < high and parse.word[right] == "," and context.left(root) <= right + 1
    return high if starts or parse.tag[right + 1 : right + 2] == ["PRP"] else right


def _takes_object(context: Context, verb: int) -> bool:
    cue = context.lexicon.verbs[context.parse.lower[verb]]
    return cue.takes("addressee") or cue.lemma != "say"


def _before_next_cue(context: Context, verb: int, clause: int, right: int) -> int:
    """Where the next statement of the same speaker starts: said that ..., and added that ...

    The parser hangs the second verb into the clause; it is no part of it when it is a verb of
    speech without a subject of its own, in the tense of the first.
    """
    parse = context.parse
    at = clause
    for _ in range(MAX_CONJUNCTS):
        following = [c for c in context.children[at] if c > at and parse.dep[c] == "conj"]
        if not following:
            return right
        at = following[-1]
        cue = context.lexicon.verbs.get(parse.lower[at])
        if (
            cue is not None
            and cue.lemma in SPEECH
            and parse.tag[at] == parse.tag[verb]
            and context.child(at, "nsubj", "nsubjpass", "aux", "expl") is None
        ):
            start = at
            while start > clause and parse.dep[start - 1] in ("cc", "advmod", "punct"):
                start -= 1
            return start
    return right


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
        pieces.append(_clean(context, low, mark))
    if stop < high and parse.word[stop] in COMMAS:
        pieces.append(_clean(context, stop, high))
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
    if start <= low or parse.word[start - 1] not in COMMAS or parse.tag[verb] == "VBG":
        return None
    if _has_object(context, verb, cue):
        return None
    after = _phrase_end(context, end, high)
    if after < high and parse.word[after] not in ENDS:
        return None
    goes_on = after < high and parse.word[after] in COMMAS
    right = _clean(context, after, high) if goes_on else None
    left = _clean(context, low, start)
    if left is not None and not _has_verb(context, *left):
        if right is None or not _has_subject(context, *left):
            left = None
    pieces = [piece for piece in (left, right) if piece is not None]
    return ("parenthetical", pieces) if pieces else None


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
    if (
        cue.kind["clause"] == "think"
        or parse.tag[verb] == "VB"
        or (cue.takes("object") and cue.lemma != "say")
    ):
        return None
    i = verb + 1
    if i >= high or context.is_punct(i) or parse.tag[i] in ("IN", "TO", "RB", "RP") and (
        parse.lower[i] != "that"
    ):
        return None
    if i < end and parse.lower[i] != "that":
        return None
    if not _has_verb(context, i, high):
        return None
    piece = _clean(context, i, high)
    return ("bare_clause", [piece]) if piece is not None else None


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
            asked = context.child(verb, "dobj")
            if asked is not None and verb < asked < child and cue.lemma != "tell":
                left = context.left(asked)
            piece = _clean(context, max(left, verb + 1), _rest(context, verb, child, high))
            if piece is not None:
                return Content("infinitive", [piece], cue.kind["infinitive"])
    direct = context.child(verb, "dobj") if not cue.takes("addressee") else None
    for c in context.children[verb]:
        if c > verb and parse.dep[c] in ("prep", "prt") and parse.lower[c] in cue.prepositions:
            if _is_when(context, c) or (direct is not None and cue.takes("object")):
                continue
            piece = _clean(context, c + 1, _rest(context, verb, c, high))
            if piece is not None:
                return Content("preposition", [piece], cue.prepositions[parse.lower[c]])
    child = context.child(verb, "dobj", "oprd")
    if child is None or child < verb:
        return None
    if cue.takes("addressee"):
        asked = _indirect_question(context, verb, child)
        if asked is not None:
            piece = _clean(context, asked, context.right(context.parse.head[asked]))
            if piece is not None:
                return Content("clause", [piece], "say")
    if cue.takes("object"):
        if not _speaks_itself(context, child) and not (
            cue.takes("addressee") and cue.lemma in ("tell", "assure", "remind", "inform")
        ):
            piece = _clean(context, context.left(child), _rest(context, verb, child, high))
            if piece is not None:
                piece = (piece[0], _before_participle(context, *piece))
                piece = (piece[0], _before_day(context, *piece))
                beside = _stretch_starting(context, piece[1]) if cue.takes("quotation") else None
                if beside is not None and context.tokens[beside][0] <= piece[1] + 1:
                    piece = (piece[0], context.tokens[beside][1])  # called the budget "a joke"
                return Content("object", [piece], cue.kind["object"])
    return None


def _before_participle(context: Context, start: int, end: int) -> int:
    """Where a participle with content of its own starts: called him a liar, adding that ..."""
    parse = context.parse
    for i in range(start + 2, end - 1):
        if parse.tag[i] != "VBG" or parse.word[i - 1] != "," or context.stretch_of[i] >= 0:
            continue
        cue = context.lexicon.verbs.get(parse.lower[i])
        if cue is not None and cue.lemma in SPEECH:
            return i - 1
    return end


def _is_when(context: Context, preposition: int) -> bool:
    """Whether a preposition names the day it was said."""
    noun = context.child(preposition, "pobj")
    return noun is not None and context.parse.lower[noun] in DAYS


def _before_day(context: Context, start: int, end: int) -> int:
    """End of an object without the day at its end: called it a mistake on Tuesday."""
    lower = context.parse.lower
    if end - start > 2 and lower[end - 1] in DAYS and lower[end - 2] == "on":
        return end - 2
    return end


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


def _rest(context: Context, verb: int, child: int, high: int) -> int:
    """End of an object with what follows it without a comma, circumstances left out."""
    parse = context.parse
    end = context.right(child)
    for c in context.children[verb]:
        if c <= child:
            continue
        if parse.dep[c] in ("cc", "conj", "npadvmod", "advmod") or parse.word[c] in STOPS:
            break
        if parse.dep[c] in RESTS:
            if parse.lower[c] in CIRCUMSTANCES or any(
                parse.word[i] in STOPS for i in range(end, context.left(c))
            ):
                break
            end = max(end, context.right(c))
    return min(end, high)


def _quoted(
    context: Context, verb: int, cue: Cue, start: int, end: int, low: int, high: int
) -> Content | None:
    """Content that is, or starts or ends with, a quoted stretch beside the attributing phrase."""
    clause = _complement(context, verb)
    kind = cue.kind.get("clause") or cue.kind.get("quotation") or cue.kind.get("object") or "say"
    before = _stretch_ending(context, start)
    after = _stretch_starting(context, end)
    if before is not None and _goes_before(context, verb, before, clause, after):
        left, right = context.tokens[before]
        # A mixed one starts with its clause: The U.S. is "losing patience," he said.
        if left > low + 1 and clause is not None and clause < verb:
            left = max(min(left, context.left(clause)), low)
        piece = _clean(context, left, right)
        return Content("quote_cue_speaker", [piece], kind) if piece is not None else None
    if after is None or not (cue.takes("clause") or cue.takes("quotation")):
        return None
    if context.is_title(after) and context.is_embedded(after) and context.tokens[after][0] > end:
        return None
    left, right = context.tokens[after]
    if context.parse.lower[left - 1] == "that" or context.parse.lower[left - 2] == "that":
        left = left - 1 if context.parse.lower[left - 1] == "that" else left - 2
    if clause is not None and clause > verb and not _ends_inside(context, after):
        right = max(right, min(context.right(clause), high))
    pieces = [_clean(context, left, right)]
    if _goes_on_inside(context, after) and context.stretch_of[low] < 0 and start > low and context.parse.word[start - 1] in COMMAS:
        # Of the scrutiny, he said, "it's a little much": one sentence, split by its cue.
        pieces.insert(0, _clean(context, low, start))
    return Content("speaker_cue_quote", [p for p in pieces if p is not None], kind)


def _goes_on_inside(context: Context, number: int) -> bool:
    """Whether a stretch starts in the middle of a sentence: in lower case."""
    return context.parse.word[context.tokens[number][0]][:1].islower()


def _goes_before(
    context: Context, verb: int, before: int, clause: int | None, after: int | None
) -> bool:
    """Whether the stretch before an attributing phrase is its content, not its neighbour's."""
    last = context.parse.text[context.stretches[before].end - 1]
    if context.is_embedded(before) and context.is_title(before):
        return False
    if last == ",":
        return True
    if last.isalnum() and context.child(verb, "dobj") is not None:
        return False
    if after is not None or (clause is not None and clause > verb):
        return False
    first = context.tokens[before][1] - 1
    return last != "." or context.sentence_of[first] == context.sentence_of[verb]


def _ends_inside(context: Context, number: int) -> bool:
    """Whether the stretch ends with punctuation of its own, so that nothing follows it."""
    return context.parse.text[context.stretches[number].end - 1] in ",.!?"


def _stretch_ending(context: Context, start: int) -> int | None:
    """The stretch that ends right before token `start`, punctuation between them aside."""
    paragraph = context.parse.paragraph
    i = start - 1
    floor = max(0, start - 4)
    while i >= floor and paragraph[i] == paragraph[start]:
        number = context.stretch_of[i]
        if number >= 0:
            return number if context.tokens[number][1] == i + 1 else None
        if not context.is_punct(i):
            return None
        i -= 1
    return None


def _stretch_starting(context: Context, end: int) -> int | None:
    """The stretch that starts at token `end`, but for a comma, a colon or `that` between."""
    parse = context.parse
    i = end
    stop = min(len(parse), end + 4)
    while i < stop and parse.paragraph[i] == parse.paragraph[end - 1]:
        number = context.stretch_of[i]
        if number >= 0:
            return number if context.tokens[number][0] == i else None
        if not context.is_mark(i) and parse.lower[i] not in (",", ":", "that", "—", "-"):
            return None
        i += 1
    return None
