"""Where the content of a cue verb ends, or starts, other than the parse says.

Belongs here: corrections of one edge each. Does not belong here: which construction a verb has
(`content`).
"""

from flows.annotate.quotes.context import (
    DASHES,
    FINITE,
    FINITE_OR_MODAL,
    NOUN_TAGS,
    PAST_OR_PRESENT,
    Context,
)
from flows.annotate.quotes.next_statement import (
    before_joined_cue,
    before_other_speaker,
    before_participle,
)
from flows.annotate.quotes.speakers import SUBJECTS, phrase_after

DAYS = frozenset(
    "monday tuesday wednesday thursday friday saturday sunday weekend morning afternoon evening "
    "night week month year".split()
)
WEEKDAYS = frozenset("monday tuesday wednesday thursday friday saturday sunday".split())
ON_DAY = frozenset(["on", "late", "early"])
CLAUSE_OPENERS = frozenset(["PRP", "PRP$", "DT", "EX", "IN"])
MONTHS = frozenset(
    "january february march april may june july august september october november december".split()
)
DATES = {"on": DAYS, "in": MONTHS}
LONGEST_DATE = 5
THAT_TOO = frozenset([("and", "that"), ("but", "that"), ("or", "that")])
REASONS = frozenset(["because", "if"])
QUESTION_TAGS = frozenset(["WP", "WRB", "WDT", "WP$"])
# What may stand between a question word and its clause: how much more money.
QUANTITIES = frozenset(["JJ", "JJR", "RB", "RBR", "NN", "NNS"])
LONGEST_QUESTION = 5
# The words of a verb with its auxiliaries and adverbs: has also said.
LONGEST_GROUP = 4
# Dependents of the verb that still belong to an object: called him a liar, blamed X for Y.
RESTS = frozenset(["prep", "xcomp", "oprd", "dative", "ccomp", "acomp", "attr", "advcl"])
# Prepositions that take an object up again behind a comma: accused Ann Lee, 50, of ...
RESUMING = frozenset(["of", "as", "including", "such"])
# Prepositions that say when or where it was said rather than what.
CIRCUMSTANCES = frozenset(
    "after during before until among through at despite since amid following while".split()
)
ON_OCCASION = frozenset("in at on during".split())
OCCASIONS = frozenset(
    "interview interviews meeting meetings conference briefing call twitter facebook page email "
    "statement tweet letter appearance speech speeches address air television "
    "tv radio message posting post note memo conversation session hearing video broadcast podcast "
    "op-ed column essay editorial article".split()
)
OPENERS = frozenset([",", "("]) | DASHES
EXPRESSING = frozenset(["express", "voice"])
STOPS = frozenset([",", ";", ":", "—", "–", "--", "("])


def end_of_complements(context: Context, verb: int, clause: int, high: int) -> int:
    """End of the clausal complement with what belongs to it but hangs on the verb.

    The parser breaks a long subject off (noting [most of the money raised] [would go to X]), and
    joins to the verb a second clause with a subject of its own (said A and B; said A, but that B).
    """
    parse = context.parse
    end = context.right(clause)
    for c in context.children[verb]:
        if c <= clause:
            continue
        beside = context.left(c) == end and not context.is_punct(end)
        completes = parse.dep[c] == "ccomp" or (
            parse.dep[c] == "advcl" and parse.lower[context.left(c)] in REASONS
        )
        if (beside and completes) or (parse.dep[c] == "conj" and _carries_on(context, c, end)):
            end = context.right(c)
    return min(_with_crossing(context, clause, end), high)


def _with_crossing(context: Context, clause: int, end: int) -> int:
    """End of a clause with what hangs on a word inside but stands behind its end: news came that ..."""
    parse = context.parse
    while end < len(parse) and not context.is_punct(end):
        top = context.top(end)
        if not context.left(clause) <= parse.head[top] < end:
            break
        end = context.right(top)
    return end


def over_colon(context: Context, end: int, high: int) -> int:
    """The sentence's end where content goes on behind a colon: said one thing is clear: it ...

    It does not where a quotation follows, or what somebody else says.
    """
    parse = context.parse
    if parse.word[end : end + 1] != [":"]:
        return end
    for i in range(end + 1, high):
        if context.stretch_of[i] >= 0 and context.previous_word(i, end) == end:
            return end
        if parse.tag[i] in FINITE and context.speaks(i):
            return end
    return high


def over_conjunct(context: Context, start: int, end: int, high: int) -> int:
    """End past what is joined to content and the parser hung elsewhere.

    Right behind it a clause (implied police officers | were racist); behind a comma a phrase (was a
    failure, but no disgrace) or one more infinitive (to raise pay, close loopholes and ...). Behind
    a comma a verb of its own may be another statement, or none.
    """
    parse, tag = context.parse, context.parse.tag
    if end + 2 >= high:
        return end
    if not context.is_punct(end):
        top = context.top(end)
        right = min(context.right(top), high)
        return right if _is_second_clause(context, top, right) or _is_said_of(context, end) else end
    if parse.word[end] != ",":
        return end
    if tag[end + 1] == "VB" and "TO" in tag[start:end]:
        right = min(context.right(context.top(end + 1)), high)
        spoken = any(tag[i] in FINITE_OR_MODAL and context.speaks(i) for i in range(end, right))
        return end if spoken else right
    verbless = not any(tag[i] in FINITE_OR_MODAL for i in range(end, high))
    joined = tag[end + 1] == "CC" and not tag[end + 2].startswith("V")
    return high if joined and verbless else end


def _is_said_of(context: Context, i: int) -> bool:
    """Whether token i opens a clause of the noun before it: cited the charities that ..."""
    tag = context.parse.tag
    return context.parse.lower[i] == "that" and tag[i] in ("IN", "WDT") and tag[i - 1] in NOUN_TAGS


def _is_second_clause(context: Context, top: int, end: int) -> bool:
    """Whether a word is joined to another one as a verb, other than of speech, or its subject."""
    parse = context.parse
    if parse.dep[top] != "conj" or context.speaks(top):
        return False
    return any(parse.tag[i] in FINITE_OR_MODAL for i in range(context.left(top), end))


def over_and_that(context: Context, start: int, end: int, high: int) -> int:
    """The sentence's end where a second clause with `that` follows: said that A "is dead," and that B."""
    lower = context.parse.lower
    at = context.next_word(end, high)
    if at is not None and lower[at] == ",":
        at = context.next_word(at + 1, high)
    if at is None or lower[start] != "that" or tuple(lower[at : at + 2]) not in THAT_TOO:
        return end
    return before_participle(context, at + 1, before_addition(context, at + 1, high))


def _carries_on(context: Context, conjunct: int, end: int) -> bool:
    """Whether a clause joined to a cue verb is more of its content, which ends at token `end`."""
    parse = context.parse
    at = end + 1 if parse.word[end : end + 1] == [","] else end
    if at + 1 >= conjunct or parse.lower[at] not in ("and", "but"):
        return False
    if parse.lower[at + 1] == "that":
        return True
    subject = context.child(conjunct, *SUBJECTS, "expl")
    if subject is None or subject <= at:
        return False
    if parse.lower[conjunct] in context.lexicon.verbs and parse.dep[subject] != "nsubjpass":
        return False
    # Behind a comma and with a pronoun it is what the speaker did, not said.
    return at == end or (parse.lower[at] == "but" and parse.lower[subject] not in ("he", "she"))


def before_day(context: Context, start: int, end: int) -> int:
    """End of an object without the date at its end: called it a mistake on Tuesday night, in May."""
    lower = context.parse.lower
    for i in range(max(start + 1, end - LONGEST_DATE), end - 1):
        if lower[i + 1] in DATES.get(lower[i], ()):
            return i
    return end


def end_of_nominal(context: Context, verb: int, piece: tuple[int, int]) -> tuple[int, int]:
    """An object, or an infinitive, without what the writer adds and what is said next."""
    start, end = piece
    end = before_participle(context, start, end)
    end = before_other_speaker(context, start, end)
    end = before_joined_cue(context, verb, start, end)
    end = before_addition(context, start, end, nominal=True)
    return start, _before_occasion(context, start, end)


def _before_occasion(context: Context, start: int, end: int) -> int:
    """Where the occasion starts on which it was said: reiterated the offer in a meeting with X."""
    parse = context.parse
    for i in range(start + 1, end):
        if parse.lower[i] not in ON_OCCASION or parse.dep[i] != "prep":
            continue
        noun = context.child(i, "pobj")
        if noun is None or parse.lower[noun] not in OCCASIONS or context.right(i) < end:
            continue
        if parse.lower[i + 1] in ("a", "an") or parse.tag[noun] == "NNP":
            return i
    return end


def before_addition(context: Context, start: int, end: int, nominal: bool = False) -> int:
    """Where a relative clause or an apposition after a comma closes the content.

    What it adds is mostly the writer's: criticized Mr. X, who ...; said it would sell the plant,
    a step that ... After an object so is a participle: called for a vote, hoping ...
    """
    parse = context.parse
    last = end
    while nominal and last > start and context.is_punct(last - 1):
        last -= 1  # ..., who vowed to leave "at once."
    for i in range(start + 2, end):
        if parse.word[i - 1] not in OPENERS or context.stretch_of[i] >= 0:
            continue
        if parse.word[i - 1] == "-" and not _is_dash(context, i - 1):
            continue
        if parse.tag[i] == "NNS" and _is_dash(context, i - 1):
            relative = context.child(i, "relcl")
            if relative is not None and context.right(relative) >= end:
                return i - 1  # enjoys backing - rumors that helped ...
        if _says_next(context, i, end, nominal):
            return i - 1
        top = context.top(i)
        if context.right(top) < last:
            continue
        if parse.dep[top] == "relcl" and parse.tag[i] in ("WDT", "WP", "WP$", "WRB", "IN"):
            return i - 1
        added = parse.dep[top] in ("appos", "npadvmod") and parse.tag[i] == "DT"
        if added and not _is_list(context, top):
            return i - 1
        if nominal and parse.dep[top] == "advcl" and parse.tag[i] == "VBG":
            return i - 1
    return end


def _says_next(context: Context, i: int, end: int, nominal: bool) -> bool:
    """Whether a relative clause has a statement of its own: criticized X, who he said was ...

    Of a clause only one that says when or to what it was said: said A, to which Y replied: "...".
    """
    parse = context.parse
    if not nominal and parse.tag[i] in ("IN", "TO"):
        i += 1
    elif not nominal:
        return False
    if parse.tag[i] not in ("WDT", "WP", "WRB"):
        return False
    phrase = phrase_after(context, i + 1, end)
    if phrase is None:
        return False
    for k in range(phrase[1], min(end, phrase[1] + LONGEST_GROUP)):
        if parse.tag[k] in PAST_OR_PRESENT:
            cue = context.lexicon.verbs.get(parse.lower[k])
            if cue is not None:
                return cue.speaks()
            if parse.dep[k] != "aux":
                return False
        elif parse.tag[k] != "RB":
            return False
    return False


def _is_list(context: Context, noun: int) -> bool:
    """Whether an apposition is the rest of a list: the war, the bailout and the tax."""
    joint = context.child(noun, "cc")
    lower = context.parse.lower
    return joint is not None and lower[context.left(noun)] == "the" and lower[joint - 1] != ","


def _is_dash(context: Context, i: int) -> bool:
    """Whether token i parts clauses, which a hyphen inside a word does not."""
    parse = context.parse
    return parse.word[i] in DASHES and parse.start[i] > parse.end[i - 1]


def to_the_end(context: Context, verb: int, right: int, high: int) -> int:
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


def after_addressee(context: Context, verb: int, high: int) -> int:
    """Where `that` stands after an addressee which the parser drew into the clause."""
    cue = context.lexicon.verbs[context.parse.lower[verb]]
    if not cue.takes("addressee"):
        return 0
    phrase = phrase_after(context, verb + 1, high)
    if phrase is None or phrase[1] >= high:
        return 0
    if cue.lemma == "tell" and context.parse.tag[verb + 1] != "DT":
        for i in range(verb + 2, phrase[1]):
            if context.parse.tag[i] in ("DT", "PRP$"):
                return i  # told reporters [the plan was dead]
    return phrase[1] if context.parse.lower[phrase[1]] in ("that", "whether") else 0


def after_day(context: Context, left: int, verb: int, high: int) -> int:
    """Where a clause starts behind the day that the parser drew into it: said on Friday [it would]."""
    parse = context.parse
    if left != verb + 1 or left + 2 >= high:
        return left
    at = left + (parse.lower[left] in ON_DAY)
    if parse.lower[at] not in WEEKDAYS:
        return left
    at += 1
    if parse.lower[at] in DAYS:
        at += 1
    sure = parse.lower[left] in ON_DAY and parse.word[at] != ","
    return at if sure or parse.tag[at] in CLAUSE_OPENERS else left


def from_question_word(context: Context, verb: int, left: int) -> int:
    """Where the question word of a clause stands that the parser hung elsewhere.

    Asked [what] that might look like; explained [exactly how much] they paid.
    """
    parse = context.parse
    floor = max(verb, left - LONGEST_QUESTION)
    for i in range(left - 1, floor, -1):
        if parse.tag[i] in QUESTION_TAGS:
            return i - 1 if i - 1 > verb and parse.tag[i - 1] == "RB" else i
        if context.is_punct(i) or parse.tag[i] not in QUANTITIES:
            break
    return left


def end_of_object(context: Context, verb: int, child: int, high: int) -> int:
    """End of an object with what follows it without a comma, circumstances left out."""
    parse = context.parse
    end = context.right(child)
    for c in context.children[verb]:
        if c <= child:
            continue
        second = parse.dep[c] == "dobj" and context.left(c) == end  # terming it [a disgrace]
        if second or _is_joined_inside(context, verb, c, end):
            end = context.right(c)
        if parse.word[c] == "," and parse.lower[c + 1] in RESUMING:
            continue
        if parse.dep[c] in ("cc", "conj", "npadvmod", "advmod") or parse.word[c] in STOPS:
            break
        if parse.dep[c] in RESTS:
            parted = any(parse.word[i] in STOPS for i in range(end, context.left(c)))
            when = parse.lower[c] in CIRCUMSTANCES and not _is_felt(context, verb, c)
            if when or (parted and parse.lower[c] not in RESUMING):
                break
            end = max(end, context.right(c))
    return min(end, high)


def _is_felt(context: Context, verb: int, preposition: int) -> bool:
    """Whether a preposition says what is felt rather than when: voiced alarm at the shelling."""
    lower = context.parse.lower
    cue = context.lexicon.verbs.get(lower[verb])
    return cue is not None and cue.lemma in EXPRESSING and lower[preposition] == "at"


def _is_joined_inside(context: Context, verb: int, conjunct: int, end: int) -> bool:
    """Whether a verb joined to the cue is the second one of a clause in its object, ending at `end`.

    Refuses to pay until X leaves and ends the suit: the parser hung `and` on `leaves`, the verb
    behind it, of the same form, on `refuses`.
    """
    parse = context.parse
    if parse.dep[conjunct] != "conj" or conjunct != end or parse.dep[end - 1] != "cc":
        return False
    inner = parse.head[end - 1]
    return verb < inner and parse.tag[inner] == parse.tag[conjunct]
