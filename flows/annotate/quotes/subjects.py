"""Who does what a cue verb says: the head of its subject, agent or antecedent.

Belongs here: the parse's answer, and corrections, in order, of answers that it gets wrong in ways
that can be seen. Does not belong here: how far the mention reaches (`speakers`).
"""

from flows.annotate.quotes.context import DASHES, FINITE, FINITE_OR_MODAL, NOUN_TAGS, Context
from flows.annotate.quotes.speakers import DAYS, NAME_TAGS, SUBJECTS, phrase_after, phrase_before

RELATIVE = frozenset(["who", "which", "that", "whom"])
CLIMBS = 5
# Verbs whose infinitive is done by their subject, not by their object: used a speech to attack.
OWN_DEEDS = frozenset(
    "promise promises promised promising use uses used using spend spends spent spending take takes "
    "took taking taken open opens opened hold holds held holding give gives gave giving given".split()
)
DOCUMENTS = frozenset(
    "statement letter memo email e-mail tweet tweets message post note release ad article op-ed "
    "editorial brief petition filing text speech essay column report statements emails letters "
    "lawsuit motion complaint blog video dispatch press response articles ads advertisement "
    "advertisements cover website banner rally remarks piece caption".split()
)
# Who hears a participle behind them, and does not speak: calmed them, saying ...
ACCUSATIVE = frozenset("him them me us".split())
THINGS_DONE = frozenset(["dobj", "pobj", "prep", "attr", "pcomp"])
LONGEST_PARENTHESIS = 12
OPENING = frozenset([",", ":"])
SETTING = frozenset(["when", "where"])
# Prepositions that join a noun to the one before it: voters in six states.
JOINING = frozenset("of in at for with from on by to among under inside across around".split())


def find_subject(context: Context, verb: int) -> int | None:
    """Head token of the noun phrase that does what the verb says; None where there is none."""
    noun = _parsed(context, verb)
    if noun is None or noun == verb or context.is_mark(noun):
        return None
    if noun > verb:
        return noun
    for correct in (
        _preposed,
        _behind_pronoun,
        _past_dateline,
        _inverted,
        _unclosed,
        _in_clause,
        _outer_noun,
    ):
        better = correct(context, noun, verb)
        if better is not None:
            noun = better
    return noun


def is_aside(context: Context, noun: int, verb: int) -> bool:
    """Whether a subject is none: in quotation marks, or in parentheses before the verb."""
    parse = context.parse
    if context.stretch_of[noun] >= 0 and context.stretch_of[verb] < 0:
        return True
    if noun > verb:
        return False
    inside = range(noun + 1, min(verb, noun + LONGEST_PARENTHESIS))
    closing = next((i for i in inside if parse.word[i] in "()"), None)
    return closing is not None and parse.word[closing] == ")"


def _parsed(context: Context, verb: int) -> int | None:
    """The subject by the tree: the verb's own, its agent, or that of a verb it depends on."""
    parse = context.parse
    dep, head, lower, children = parse.dep, parse.head, parse.lower, context.children
    agent = context.child(verb, "agent")
    actor = context.child(agent, "pobj") if agent is not None else None
    if actor is not None:
        return actor
    at = verb
    for _ in range(CLIMBS):
        passive = any(dep[c] == "auxpass" and lower[c] not in ("'s", "’s") for c in children[at])
        subject = _own_subject(context, at, verb)
        if subject is not None and at != verb and _is_marked_off(context, subject, verb):
            subject = None
        if passive and at == verb and subject is not None:
            return None
        if subject is not None:
            if lower[subject] in RELATIVE:
                up = at
                while dep[up] == "conj":
                    up = head[up]
                if dep[up] == "relcl":
                    noun = head[up]
                    return (_author(context, noun) if lower[noun] in DOCUMENTS else None) or noun
            return subject
        up = head[at]
        if up == at:
            return None
        if dep[at] == "conj" and at == verb:
            up = _coordinate(context, verb)
        if dep[at] == "acl" and parse.tag[up][:2] in ("NN", "PR"):
            if parse.tag[at] == "VBD" and parse.word[at - 1] == ",":
                return _described(context, up) or up
            if parse.tag[at] == "VBN":
                # X, who ..., tweeted: a sentence that the parser took for a noun phrase.
                return up if head[up] == up and parse.word[at - 1] == "," else None
            if parse.tag[at] == "VB":
                # its unwillingness to acknowledge; X faced pressure to deny
                return context.child(up, "poss") or _doer(context, up) or up
            written = (
                lower[up] in DOCUMENTS or lower[up] in ACCUSATIVE or _is_addressed(context, up)
            )
            return (_author(context, up) if written else None) or up
        if dep[at] == "relcl":
            return _doer(context, up) if parse.tag[at] == "VB" else None
        if dep[at] == "xcomp" and lower[up] not in OWN_DEEDS:
            object_ = context.child(up, "dobj")
            if object_ is not None and object_ < at and lower[object_] != "this":
                return object_
        if dep[at] == "poss":
            return None
        at = up
    return None


def _is_marked_off(context: Context, noun: int, verb: int) -> bool:
    """Whether a noun stands between marks and the verb does not: "freezes on pay" and recalled ..."""
    return context.in_long_stretch(noun) and context.stretch_of[verb] < 0


def _described(context: Context, noun: int) -> int | None:
    """Who a relative clause tells of that ends with a noun: X, who lost the vote, called for calm."""
    parse = context.parse
    at = noun
    for _ in range(CLIMBS):
        if parse.dep[at] == "relcl":
            return parse.head[at]
        at = parse.head[at]
    return None


def _own_subject(context: Context, verb: int, cue: int) -> int | None:
    """The subject that the tree gives a verb; of two the nearer where the other is none.

    X is "unwell," said Y: the one right behind the verb.
    Which they say left a gap; In Salem, New Hampshire, X said: behind a relative pronoun, a comma,
    a colon or a mark the nearer one opens the clause. It may not stand behind the cue whose
    speaker is sought where the other stands before it: X, while admitting that Y, said the Z is.
    """
    parse = context.parse
    subject = context.child(verb, *SUBJECTS)
    if subject is None or (parse.tag[verb] == "VBG" and parse.lower[subject] in ACCUSATIVE):
        return None
    relative = parse.lower[subject] in RELATIVE | {"what"}
    for c in context.children[verb]:
        if subject < verb and parse.dep[c] in SUBJECTS and context.left(c) == verb + 1:
            return c if context.is_punct(verb - 1) else subject
        between = subject < c < verb and not subject < cue < c and parse.dep[c] in SUBJECTS
        if between and (relative or _opens_clause(context, c)):
            subject = c
    return subject


def _opens_clause(context: Context, noun: int) -> bool:
    """Whether a comma, a colon or a mark stands before a noun phrase that joins no other."""
    if context.stretch_of[noun] >= 0 or context.child(noun, "conj") is not None:
        return False
    before = context.left(noun) - 1
    return before >= 0 and (context.parse.word[before] in OPENING or context.is_mark(before))


def _coordinate(context: Context, verb: int) -> int:
    """The verb with which a second one without a subject shares its own.

    The parser hangs it on the nearest verb; a finite one shares the subject of a finite one in
    its tense, if there is any above: X put off deciding whether Y could ask Z but said ...
    """
    parse = context.parse
    nearest = parse.head[verb]
    if parse.tag[verb] not in FINITE:
        return nearest
    at = nearest
    for _ in range(CLIMBS):
        if _tense(context, at) == parse.tag[verb] and _own_subject(context, at, verb) is not None:
            return at
        if parse.head[at] == at:
            break
        at = parse.head[at]
    return nearest


def _tense(context: Context, verb: int) -> str:
    """Tag of the finite word of a verb group: of the verb itself or of its first auxiliary."""
    parse = context.parse
    if parse.tag[verb] in FINITE:
        return parse.tag[verb]
    for c in context.children[verb]:
        if parse.dep[c] in ("aux", "auxpass") and parse.tag[c] in FINITE_OR_MODAL:
            return parse.tag[c]
    return parse.tag[verb]


def _author(context: Context, noun: int) -> int | None:
    """Who wrote a statement, given it or to whom: X issued a statement saying, X wrote to Y saying."""
    parse = context.parse
    verb = parse.head[noun]
    if parse.dep[noun] == "pobj":
        verb = parse.head[verb]
    elif parse.dep[noun] != "dobj":
        return None
    for _ in range(CLIMBS):
        subject = context.child(verb, "nsubj")
        if subject is None and parse.dep[verb] == "xcomp":
            subject = context.child(parse.head[verb], "dobj")
        if subject is not None or parse.dep[verb] not in ("conj", "xcomp"):
            break
        verb = parse.head[verb]
    return subject if parse.tag[verb][0] == "V" else None


def _is_addressed(context: Context, noun: int) -> bool:
    """Whether a noun is to whom something is written: sent a text to supporters saying ..."""
    parse = context.parse
    above = parse.head[noun]
    if parse.dep[noun] == "pobj":
        return parse.lower[above] == "to"
    cue = context.lexicon.verbs.get(parse.lower[above])
    return parse.dep[noun] == "dobj" and cue is not None and "write" in cue.kind.values()


def find_owner(context: Context, noun: int) -> int | None:
    """Whose claim it is: X's claim that, US claims that, claims by X that, X made the claim that."""
    parse = context.parse
    owner = context.child(noun, "poss")
    if owner is not None:
        return owner
    for c in context.children[noun]:
        if c == noun - 1 and parse.tag[c] == "NNP":
            return c
        if c > noun and parse.lower[c] in ("by", "from"):
            return context.child(c, "pobj")
    return _doer(context, noun)


def _doer(context: Context, noun: int) -> int | None:
    """The subject of the verb that a noun depends on: X left no doubt, X went out of his way."""
    parse = context.parse
    at = noun
    for _ in range(CLIMBS):
        if parse.dep[at] not in THINGS_DONE:
            return None
        at = parse.head[at]
        if parse.tag[at][0] == "V":
            subject = find_subject(context, at)
            return subject if subject is None or subject < noun else None
    return None


def _preposed(context: Context, noun: int, verb: int) -> int | None:
    """Of the plan, X, who leads the council, said: the noun behind the comma, not the preposition."""
    parse = context.parse
    if parse.tag[noun] != "IN":
        return None
    high = min(verb, noun + LONGEST_PARENTHESIS)
    comma = next((i for i in range(noun, high) if parse.word[i] == ","), verb)
    phrase = phrase_after(context, comma + 1, verb)
    return phrase[1] - 1 if phrase is not None else None


def _behind_pronoun(context: Context, noun: int, verb: int) -> int | None:
    """X, who Y on Monday called a fool: the noun right behind the pronoun, where the parser lost it."""
    parse = context.parse
    if parse.dep[verb] not in ("acl", "relcl") or context.child(verb, *SUBJECTS) is not None:
        return None
    phrase = phrase_before(context, verb, noun)
    if phrase is None or phrase[0] - 1 <= noun or parse.lower[phrase[0] - 1] not in RELATIVE:
        return None
    return phrase[1] - 1


def _past_dateline(context: Context, noun: int, verb: int) -> int | None:
    """LONDON, May 4 (Reuters) - X said: the noun after the dash, where the town is the subject."""
    opening = context.opening(context.sentence_of[verb])
    if noun >= opening or opening > verb or context.parse.tag[noun] not in NAME_TAGS:
        return None
    phrase = phrase_after(context, opening, verb)
    return phrase[1] - 1 if phrase is not None else None


def _inverted(context: Context, noun: int, verb: int) -> int | None:
    """The plan, said X, would ...: the noun after a verb that stands between commas with it."""
    parse = context.parse
    high = context.last[context.sentence_of[verb]]
    if parse.word[verb - 1] != "," or parse.tag[verb] not in FINITE:
        return None
    cue = context.lexicon.verbs.get(parse.lower[verb])
    if cue is None or cue.takes("addressee"):
        return None
    phrase = phrase_after(context, verb + 1, high)
    if phrase is None or phrase[1] >= high or parse.word[phrase[1]] != ",":
        return None
    after = phrase[1] - 1
    if parse.lower[after] in DAYS or parse.tag[after] not in NAME_TAGS | {"PRP"}:
        return None
    return after


def _unclosed(context: Context, noun: int, verb: int) -> int | None:
    """Maybe X, the analyst Y said: of two nouns the nearer, where no comma closes an apposition."""
    parse = context.parse
    added = context.child(noun, "appos")
    if added is None or not noun < added < verb or context.right(added) != added + 1:
        return None
    first = context.left(added)
    opens = parse.word[first - 1] in OPENING or parse.word[first - 1] in DASHES
    closed = any(context.is_punct(i) for i in range(first, verb))
    return added if opens and not closed and parse.word[first].islower() else None


def _in_clause(context: Context, noun: int, verb: int) -> int | None:
    """It began when X rose, shouting: a participle behind a clause of time or place is part of it."""
    parse = context.parse
    if parse.tag[verb] != "VBG" or parse.word[verb - 1] != ",":
        return None
    at = verb - 2
    for _ in range(2 * CLIMBS):
        if at <= noun or parse.head[at] == at:
            return None
        if parse.lower[context.left(at)] in SETTING and parse.tag[at][0] == "V":
            subject = context.child(at, *SUBJECTS)
            return subject if subject is not None and subject > noun else None
        at = parse.head[at]
    return None


def _outer_noun(context: Context, noun: int, verb: int) -> int | None:
    """Voters in six states said: the noun before the preposition, where the parser took the other."""
    parse = context.parse
    if parse.head[noun] != verb or parse.tag[noun] not in NOUN_TAGS:
        return None
    if _tense(context, verb) not in FINITE:
        return None
    low = context.first[context.sentence_of[verb]]
    start, found = context.left(noun), None
    while start > low + 1 and parse.lower[start - 1] in JOINING:
        if found is None and context.child(start - 1, "pobj", "pcomp") is not None:
            break
        phrase = phrase_before(context, start - 1, low)
        if phrase is None:
            break
        start, found = phrase[0], phrase[1] - 1
    return found
