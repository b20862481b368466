"""What a cue verb takes other than a clause: called Y a liar, vowed to leave, warned of delays.

Belongs here: infinitive, object, preposition and passive, tried in order. Does not belong here:
clauses (`content`), and corrections of an edge (`limits`).
"""

from flows.annotate.quotes.beside import stretch_starting
from flows.annotate.quotes.context import Context
from flows.annotate.quotes.cues import Cue
from flows.annotate.quotes.drafts import Content, clean
from flows.annotate.quotes.limits import DAYS, before_day, end_of_nominal, end_of_object

# Verbs whose passive speaks of a statement even without its source: was accused of.
JUDGING = frozenset(
    "accuse criticize criticise blame praise describe denounce condemn mock portray call dub "
    "deride decry hail announce confirm mention disclose".split()
)
PREDICATING = frozenset(["as", "of", "for", "with"])
PRONOUNS_OF_CLAUSES = frozenset(["who", "which", "that", "it"])


def find_object(context: Context, verb: int, cue: Cue, high: int) -> Content | None:
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
