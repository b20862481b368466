"""What a cue verb takes other than a clause: called Y a liar, vowed to leave, warned of delays.

Belongs here: infinitive, object, preposition and passive, tried in order. Does not belong here:
clauses (`content`), and corrections of an edge (`limits`).
"""

from flows.annotate.quotes.beside import stretch_starting
from flows.annotate.quotes.context import WINDOW, Context
from flows.annotate.quotes.cues import Cue
from flows.annotate.quotes.drafts import Content, clean
from flows.annotate.quotes.limits import DAYS, EXPRESSING, before_day, end_of_nominal, end_of_object
from flows.annotate.quotes.speakers import mention_span

# Verbs whose passive speaks of a statement even without its source: was accused of.
JUDGING = frozenset(
    "accuse criticize criticise blame praise describe denounce condemn mock portray call dub "
    "deride decry hail announce confirm mention disclose".split()
)
NAMING = frozenset(["call", "name", "dub"])
MAX_CLIMBS = 3
# Words behind a preposition that show its noun to stand elsewhere: asked about in May.
STRANDING = frozenset("in on at by during after before when while last".split())
DESCRIBING = frozenset("describe portray characterize depict dismiss denounce cite".split())
ANSWERS = frozenset(["yes", "no", "so"])
SAME = frozenset([("the", "same"), ("the", "opposite"), ("as", "much")])
COMPLEMENTS = frozenset(["dobj", "ccomp", "acomp", "attr"])
# Without an article they are one verb with their cue: claim credit for, voice support for.
ACTS = frozenset("responsibility credit allegiance support loyalty".split())
VIEWING = frozenset("regard view see consider treat perceive".split())
WITHHOLDING = frozenset(["decline", "refuse"])
TELLING = frozenset(["tell", "assure", "remind", "inform"])
PREDICATING = frozenset(["as", "of", "for", "with"])
# What one holds back or is bound by, not what one says: deny bail, pledged delegates.
DEEDS = {
    "deny": frozenset(
        "bail service services license licenses visa visas access entry care coverage rights "
        "asylum nomination benefits".split()
    ),
    "call": frozenset("witness witnesses police ambulance".split()),
    "pledge": frozenset(["delegate", "delegates", "superdelegates"]),
    "claim": frozenset(["nomination", "territory", "residency", "prize"]),
}
PRONOUNS_OF_CLAUSES = frozenset(["who", "which", "that", "it"])


def find_object(context: Context, verb: int, cue: Cue, high: int) -> Content | None:
    parse = context.parse
    asked = _indirect_question(context, verb) if cue.lemma == "ask" else None
    if asked is not None:
        piece = clean(context, asked, min(context.right(parse.head[asked]), high))
        if piece is not None:
            return Content("clause", [piece], "say")
    answer = _answer(context, verb, high) if cue.lemma == "say" else None
    if answer is not None:
        return Content("object", [answer], "say")
    raised = _raised(context, verb, cue, high)
    if raised is not None:
        return raised
    if cue.takes("infinitive"):
        child = (
            context.child(verb, "xcomp", "ccomp")
            or _ordered(context, verb)
            or _right_behind(context, verb)
        )
        if child is not None and child > verb and _is_infinitive(context, child):
            if cue.lemma in WITHHOLDING and _has_content(context, child):
                return None  # declined to say whether ...: the inner verb's content
            left = context.left(child)
            asked = context.child(verb, "dobj") or _called_on(context, verb, cue)
            if asked is not None and verb < asked < child and cue.lemma != "tell":
                left = context.left(asked)
            piece = clean(context, max(left, verb + 1), end_of_object(context, verb, child, high))
            if piece is not None:
                piece = end_of_nominal(context, verb, piece)
                pieces = [*_relativised(context, verb, child), piece]
                return Content("infinitive", pieces, cue.kind["infinitive"])
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
        word = _preposition(context, c, cue)
        if c > verb and parse.dep[c] in ("prep", "prt") and word in cue.prepositions:
            if (
                _is_when(context, c)
                or _is_stranded(context, c)
                or (direct is not None and cue.takes("object"))
            ):
                continue
            piece = clean(context, c + 1, end_of_object(context, verb, c, high))
            if piece is not None:
                piece = end_of_nominal(context, verb, piece)
                return Content("preposition", [piece], cue.prepositions[word])
    wish = _wished_for(context, verb, cue, high)
    if wish is not None:
        return wish
    passive = _passive(context, verb, cue, high)
    if passive is not None:
        return passive
    child = context.child(verb, "dobj", "oprd")
    if child is not None and child < verb and parse.tag[child] in ("WP", "WDT"):
        return _called_before(context, verb, child, cue, high)
    if child is None or child < verb:
        return None
    particle = context.child(verb, "prt", "advmod")
    with_particle = particle == verb + 1 and parse.lower[particle] in cue.phrasal
    if with_particle:
        piece = clean(context, context.left(child), end_of_object(context, verb, child, high))
        kind = cue.phrasal[parse.lower[verb + 1]]
        return Content("object", [end_of_nominal(context, verb, piece)], kind) if piece else None
    if (
        cue.takes("object")
        and not _speaks_itself(context, child)
        and not _is_heard(context, verb, child, cue)
    ):
        that = _that_of(context, cue, child)
        left = that or _behind_act(context, child)
        piece = clean(context, left, end_of_object(context, verb, child, high))
        if piece is not None:
            start, end = end_of_nominal(context, verb, piece)
            end = before_day(context, start, end)
            if cue.lemma in VIEWING and end < high and context.parse.lower[end].endswith("ly"):
                end += 1  # regard the plan skeptically
            piece = (start, _with_predicate(context, cue, end, high))
            beside = stretch_starting(context, piece[1]) if cue.takes("quotation") else None
            if beside is not None and context.tokens[beside][0] <= piece[1] + 1:
                piece = (piece[0], context.tokens[beside][1])  # called the budget "a joke"
            cue_end = child + 1 if that is not None else None
            return Content("object", [piece], cue.kind["object"], cue_end=cue_end)
    return None


def _preposition(context: Context, i: int, cue: Cue) -> str:
    """A preposition, with the adverb before it where the cue needs that: hit [back at]."""
    lower = context.parse.lower
    phrase = f"{lower[i - 1]} {lower[i]}"
    return phrase if phrase in cue.prepositions else lower[i]


def _ordered(context: Context, verb: int) -> int | None:
    """The infinitive right behind an object that the parser took for a purpose: directed X to act."""
    heard = context.child(verb, "dobj")
    purpose = context.child(verb, "advcl")
    if heard is None or purpose is None or not verb < heard < purpose:
        return None
    return purpose if context.left(purpose) == context.right(heard) else None


def _right_behind(context: Context, verb: int) -> int | None:
    """The infinitive right behind its verb that the parser took for a purpose: Rabbis vow to act."""
    purpose = context.child(verb, "advcl")
    if purpose is None or context.left(purpose) != verb + 1:
        return None
    return purpose if context.parse.lower[verb + 1] == "to" else None


def _answer(context: Context, verb: int, high: int) -> tuple[int, int] | None:
    """A statement in a word, or one that is another's: said yes, said so, said the same of X."""
    lower = context.parse.lower
    if verb + 1 < high and lower[verb + 1] in ANSWERS:
        return verb + 1, verb + 2
    if verb + 2 >= high or tuple(lower[verb + 1 : verb + 3]) not in SAME:
        return None
    return clean(context, verb + 1, min(context.right(context.top(verb + 2)), high))


def _with_predicate(context: Context, cue: Cue, end: int, high: int) -> int:
    """End of an object with what it is called, where the parser parted them: describe her as able."""
    lower = context.parse.lower
    if end + 1 >= high:
        return end
    if lower[end] == "as" and cue.lemma in DESCRIBING:
        return min(context.right(context.top(end)), high)
    marked = context.next_word(end + 1, high)
    if cue.lemma not in NAMING or lower[end] not in ("a", "an") or marked is None:
        return end
    number = context.stretch_from(marked)
    return min(context.tokens[number][1], high) if number is not None else end


def _relativised(context: Context, verb: int, infinitive: int) -> list[tuple[int, int]]:
    """What an infinitive is about that a relative clause moved ahead: the threat he wants to fight."""
    parse = context.parse
    at = verb
    for _ in range(MAX_CLIMBS):
        if parse.dep[at] == "relcl":
            break
        at = parse.head[at]
    noun = parse.head[at]
    if parse.dep[at] != "relcl" or noun >= verb:
        return []
    subject = context.child(verb, "nsubj")
    if subject is None or parse.lower[subject] in PRONOUNS_OF_CLAUSES or subject < noun:
        return []
    inside = range(verb + 1, min(context.right(infinitive), verb + WINDOW))
    adverbial = parse.tag[context.left(at)] == "WRB"
    if adverbial or any(parse.dep[i] in COMPLEMENTS for i in inside):
        return []
    first, end = mention_span(context, noun)
    piece = clean(context, first, min(end, context.left(subject)))
    return [piece] if piece is not None else []


def _raised(context: Context, verb: int, cue: Cue, high: int) -> Content | None:
    """The senate is expected to vote; he is said to have left: subject and infinitive."""
    subject = context.child(verb, "nsubjpass")
    child = context.child(verb, "xcomp")
    if subject is None or child is None or not (cue.takes("infinitive") or cue.takes("clause")):
        return None
    if child < verb or not _is_infinitive(context, child) or not subject < verb:
        return None
    if context.parse.lower[subject] in PRONOUNS_OF_CLAUSES - {"it"}:
        return None
    rest = clean(context, max(context.left(child), verb + 1), min(context.right(child), high))
    pieces = [clean(context, context.left(subject), min(context.right(subject), verb)), rest]
    kind = cue.kind.get("infinitive") or cue.kind["clause"]
    return Content("passive", [piece for piece in pieces if piece is not None], kind)


def _has_content(context: Context, verb: int) -> bool:
    """Whether an infinitive is a verb of speech with content: to say whether, to comment on."""
    parse = context.parse
    cue = context.lexicon.verbs.get(parse.lower[verb])
    if cue is None or not cue.speaks():
        return False
    return any(
        c > verb and (parse.dep[c] == "ccomp" or parse.lower[c] in cue.prepositions)
        for c in context.children[verb]
    )


def _wished_for(context: Context, verb: int, cue: Cue, high: int) -> Content | None:
    """What is to be, after a preposition: called for the strikes to be stopped."""
    for c in context.children[verb]:
        left = context.left(c)
        word = context.parse.lower[left]
        if c > left > verb and word in cue.prepositions and context.parse.dep[left] == "mark":
            piece = clean(context, left + 1, min(context.right(c), high))
            if piece is not None and _is_infinitive(context, c):
                return Content("preposition", [piece], cue.prepositions[word])
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
    if cue.lemma in NAMING and len(found) < 2 and context.child(verb, "agent") is None:
        return None  # the race was called; as the bill is called
    return Content("passive", found, cue.kind["object"]) if found else None


def _called_before(context: Context, verb: int, child: int, cue: Cue, high: int) -> Content | None:
    """What a relative pronoun stands for and what it is called: a deal [which] he called [a shame]."""
    parse = context.parse
    if not cue.takes("object"):
        return None
    for c in context.children[verb]:
        named = parse.dep[c] in ("oprd", "xcomp", "ccomp", "attr")
        if c > verb and (named or (parse.dep[c] == "prep" and parse.lower[c] in PREDICATING)):
            piece = clean(context, context.left(c), min(context.right(c), high))
            if piece is None:
                return None
            piece = end_of_nominal(context, verb, piece)
            return Content("object", [(child, child + 1), piece], cue.kind["object"])
    return None


def _is_when(context: Context, preposition: int) -> bool:
    """Whether a preposition names the day it was said."""
    noun = context.child(preposition, "pobj")
    return noun is not None and context.parse.lower[noun] in DAYS


def _is_stranded(context: Context, preposition: int) -> bool:
    """Whether a preposition has its noun before the verb: the leaks she was asked about in May."""
    following = context.parse.lower[preposition + 1 : preposition + 2]
    return following != [] and following[0] in STRANDING


def _indirect_question(context: Context, verb: int) -> int | None:
    """The `if` or `whether` of a question after its addressee: asked the students if they ..."""
    parse = context.parse
    for c in context.children[verb]:
        if c > verb and parse.dep[c] in ("advcl", "ccomp"):
            first = context.left(c)
            if parse.lower[first] in ("if", "whether") and parse.head[first] == c:
                return first
    return None


def _is_heard(context: Context, verb: int, child: int, cue: Cue) -> bool:
    """Whether an object is who hears it, or what one gets or not: asked the man; denied X Y."""
    given = context.child(verb, "dative")
    if context.parse.lower[child] in DEEDS.get(cue.lemma, ()):
        return True
    if cue.lemma == "deny":
        return given is not None
    if not cue.takes("addressee"):
        return False
    words = context.parse.lower[child] in context.lexicon.nouns
    return cue.lemma in TELLING or (cue.lemma == "ask" and given is None and not words)


def _behind_act(context: Context, noun: int) -> int:
    """Where the object starts behind a noun that is one verb with the cue: claimed credit for [it]."""
    lower, left = context.parse.lower, context.left(noun)
    bare = left == noun and lower[noun] in ACTS
    return noun + 2 if bare and lower[noun + 1 : noun + 2] in (["for"], ["to"]) else left


def _that_of(context: Context, cue: Cue, noun: int) -> int | None:
    """The `that` of a feeling that is one with its cue: expressed deep regret [that ...]."""
    parse = context.parse
    if cue.lemma not in EXPRESSING:
        return None
    for c in context.children[noun]:
        first = context.left(c)
        if c > noun and parse.lower[first] == "that" and parse.dep[first] == "mark":
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
