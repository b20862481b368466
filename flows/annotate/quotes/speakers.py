"""Speaker mentions: from where to where a noun phrase reaches.

Belongs here: the span of a mention, found by the tree from its head or by tags beside a verb: the
noun phrase's head with what stands before it; no apposition, no relative clause, no prepositional
phrase after it. Does not belong here: which noun speaks (`subjects`), and who that is by name.
"""

from flows.annotate.quotes.context import NOUN_TAGS, Context

SUBJECTS = ("nsubj", "nsubjpass")
REFLEXIVE = frozenset(["himself", "herself", "itself", "themselves", "myself", "ourselves"])
LONGEST_APPOSITION = 40
LONGEST_PARENTHESIS = 12
NAME_TAGS = frozenset(["NNP", "NNPS"])
DAYS = frozenset("monday tuesday wednesday thursday friday saturday sunday yesterday today".split())
PREMODIFIERS = frozenset(
    [
        "DT",
        "PDT",
        "PRP$",
        "JJ",
        "JJR",
        "JJS",
        "NN",
        "NNS",
        "NNP",
        "NNPS",
        "CD",
        "POS",
        "VBN",
        "VBG",
        "HYPH",
        "AFX",
        "ADD",
        "WP$",
    ]
)
BARE_MODIFIERS = frozenset(
    [
        "DT",
        "PDT",
        "PRP$",
        "JJ",
        "JJR",
        "JJS",
        "NN",
        "NNS",
        "NNP",
        "NNPS",
        "CD",
        "POS",
        "HYPH",
        "AFX",
        "$",
        "``",
        "''",
    ]
)
# Offices whose name has an `of` inside it: the secretary of state, the speaker of the house.
OFFICES = frozenset(["secretary", "speaker"])
# Shortened ranks and titles from which the tokenizer may cut off the full stop.
RANKS = frozenset("capt lt sgt maj cmdr pvt brig gen col adm rep sen gov dr mr mrs ms st".split())
# Words that stand for a noun phrase: 49 percent, about four in 10, many, others.
COUNTING = frozenset(
    "one none more fewer many most some few several all both those others half".split()
)


def mention_span(context: Context, noun: int) -> tuple[int, int]:
    """Token range of a mention: the head noun, what stands before it, and the rest of a name.

    A participle or adverb right after it belongs to it too (`those surveyed`, `executives there`);
    a present participle with words of its own, an apposition, a relative clause and a
    prepositional phrase do not.
    """
    parse = context.parse
    dep, tag, children = parse.dep, parse.tag, context.children
    if tag[noun] == "PRP$":
        return noun, noun + 1
    noun = _named_apposition(context, noun)
    start = noun
    if tag[noun] not in ("PRP", "WP"):
        while True:
            before = [c for c in children[start] if c < start and dep[c] not in LOOSE]
            if not before:
                break
            start = before[0]
    if start < noun and context.stretch_of[noun] < 0:
        start = max(start, context.after_stretch(noun))
    for i in range(noun - 1, start, -1):
        # LONDON (Reuters) - Theresa Cole: a dash is no part of a mention.
        if parse.word[i] in ("--", "—", "–") or (
            parse.word[i] == "-" and parse.start[i] > parse.end[i - 1]
        ):
            start = i + 1
            break
        if parse.word[i] == "," and dep[i - 1] == "nmod" and dep[noun] == "pobj":
            start = i + 1  # Of Carson, Levine said
            break
    stop = context.last[context.sentence_of[noun]]
    end = _past_office(context, noun, stop)
    while end < stop:
        if _is_hyphen(context, end, stop):
            end += 2
        elif _belongs(context, noun, end):
            end += 1
        else:
            break
    while end > noun + 1 and parse.tag[end - 1] == "_SP":
        end -= 1
    return start, _past_whole(context, noun, end, stop)


def _past_whole(context: Context, noun: int, end: int, stop: int) -> int:
    """One past the whole of which a mention is a part: one [of several officials]."""
    parse = context.parse
    if noun != end - 1 or end >= stop or parse.lower[end] != "of":
        return end
    if parse.lower[noun] not in COUNTING and parse.tag[noun] != "CD":
        return end
    whole = phrase_after(context, end + 1, stop)
    return whole[1] if whole is not None else end


def _is_hyphen(context: Context, i: int, stop: int) -> bool:
    """Whether token i joins the words around it: co-host."""
    parse = context.parse
    return (
        parse.word[i] == "-"
        and i + 1 < stop
        and parse.start[i] == parse.end[i - 1]
        and parse.start[i + 1] == parse.end[i]
    )


def _past_office(context: Context, noun: int, stop: int) -> int:
    """One past a noun, or past the office that it opens: the secretary of state."""
    lower, tag = context.parse.lower, context.parse.tag
    end = noun + 1
    if lower[noun] not in OFFICES or lower[end : end + 1] != ["of"] or end + 1 >= stop:
        return end
    end += 2 if lower[end + 1] == "the" else 1
    return end + 1 if end < stop and tag[end] in NOUN_TAGS else noun + 1


LOOSE = frozenset(["prep", "advmod", "punct", "cc", "preconj", "mark", "appos", "relcl", "ccomp"])


def _belongs(context: Context, noun: int, i: int) -> bool:
    """Whether token i, right after a mention so far, is part of it."""
    parse = context.parse
    dep, head = parse.dep[i], parse.head[i]
    if parse.tag[i] in NAME_TAGS and dep != "npadvmod":
        # A name in apposition without a comma: spokesman Ari Fleischer.
        return True
    if parse.tag[i] == "_SP":
        # A blank of its own inside a name.
        return parse.tag[i + 1 : i + 2] == ["NNP"] and parse.dep[i + 1] != "npadvmod"
    if parse.tag[i] == "CD" and head == i - 1 and parse.tag[head] in NAME_TAGS:
        return True  # Channel 7, Isaiah 45:1
    if parse.tag[i] in ("DT", "NN", "JJ", "FW") and noun < head <= i + 3:
        return parse.tag[head] in NAME_TAGS and all(
            parse.tag[k] in BARE_MODIFIERS for k in range(i, head)
        )
    if parse.lower[i] in REFLEXIVE:
        return True
    if parse.tag[noun] == "CD" and i <= noun + 3:
        # nine out of 10, four in 10
        words = tuple(parse.lower[noun + 1 : noun + 4])
        return words[:2] == ("out", "of") or (
            words[:1] == ("in",) and parse.tag[noun + 2] == "CD" and i < noun + 3
        )
    if head > noun and parse.dep[head] == "acl" and parse.head[head] == noun and head < i:
        return parse.tag[i] in BARE_MODIFIERS | {"RB"}
    if head != noun:
        return False
    if dep == "acl" and parse.tag[i] == "VBG":
        return context.right(i) == i + 1  # [groups] urging Clinton to run
    return (dep == "acl" and parse.tag[i] == "VBN") or (
        dep in ("advmod", "npadvmod")
        and parse.tag[i] in ("RB", "NN")
        and parse.tag[noun] in NOUN_TAGS
    )


def _named_apposition(context: Context, noun: int) -> int:
    """The name before a description that the parser took for the subject: X, a senator, said."""
    parse = context.parse
    low = context.first[context.sentence_of[noun]]
    first = context.left(noun)
    is_description = parse.dep[noun] in SUBJECTS and parse.lower[first] in ("a", "an")
    if parse.tag[noun] not in ("NN", "NNS") and not is_description:
        return noun
    end = context.right(noun)
    stop = context.last[context.sentence_of[noun]]
    if first - 2 < low or parse.word[first - 1] != "," or end >= stop or parse.word[end] != ",":
        return noun
    before = first - 2
    if parse.tag[before] == "NNP" and context.stretch_of[before] < 0:
        return before
    return noun


def phrase_after(context: Context, i: int, stop: int) -> tuple[int, int] | None:
    """The noun phrase that starts at token i, found by tags alone; None where none does."""
    tag = context.parse.tag
    if i < stop and (tag[i] == "PRP" or _stands_alone(context, i, stop)):
        return i, i + 1
    start = i
    if i + 1 < stop and tag[i] in ("VBN", "VBG") and tag[i + 1] in NOUN_TAGS:
        i += 1  # retired general X
    while i < stop and _goes_on(context, i, stop) and not context.is_mark(i):
        i += 1
    if i == start + 1 and tag[start] in ("CD", "DT") and context.parse.lower[i : i + 1] == ["of"]:
        return start, _past_whole(context, start, i, stop)  # one of the guards
    while i > start and tag[i - 1] not in NOUN_TAGS:
        i -= 1
    return (start, i) if i > start else None


def _stands_alone(context: Context, i: int, stop: int) -> bool:
    """Whether a word that stands for a noun phrase is all of it: "...," read one."""
    lower, tag = context.parse.lower[i], context.parse.tag
    alone = i + 1 >= stop or (context.is_punct(i + 1) and tag[i + 1] != "_SP")
    return alone and (lower in COUNTING or lower == "another")


def _goes_on(context: Context, i: int, stop: int) -> bool:
    """Whether a noun phrase may go on with token i: also the hyphen of co-host, Capt's full stop."""
    parse = context.parse
    if parse.tag[i] in BARE_MODIFIERS or parse.tag[i] == "_SP" or _is_hyphen(context, i, stop):
        return True
    if (
        parse.tag[i] == "VBG"
        and parse.tag[i - 1] in NOUN_TAGS
        and parse.tag[i + 1 : i + 2] == ["NNP"]
    ):
        return True  # Senate ranking Democrat X
    return parse.word[i] == "." and parse.lower[i - 1] in RANKS


def phrase_before(context: Context, i: int, low: int) -> tuple[int, int] | None:
    """The noun phrase that ends right before token i, found by tags alone."""
    tag, lower = context.parse.tag, context.parse.lower
    if i - 1 > low and lower[i - 1] in DAYS:
        i -= 2 if lower[i - 2] in ("on", ",") else 1
    end = i
    if i > low and tag[i - 1] == "PRP":
        return i - 1, i
    if i - 2 > low and tag[i - 3] == tag[i - 1] == "CD" and lower[i - 2] == "in":
        return i - 3, i  # one in four
    if i > low and (lower[i - 1] in COUNTING or (tag[i - 1] == "CD" and len(lower[i - 1]) < 4)):
        return i - 1, i
    if i > low and context.parse.word[i - 1] == ")":
        # Sen. Elizabeth Warren (D-Mass.) said
        at = i - 2
        while at > max(low, i - LONGEST_PARENTHESIS) and context.parse.word[at] != "(":
            at -= 1
        return phrase_before(context, at, low) if context.parse.word[at] == "(" else None
    if i <= low or (tag[i - 1] not in NOUN_TAGS and not _is_mistagged_name(context, i - 1, low)):
        return None
    i -= 1
    while i > low and tag[i - 1] in BARE_MODIFIERS and not context.is_mark(i - 1):
        i -= 1
    return (i + 1 if lower[i] in DAYS and i + 1 < end else i), end  # On Friday X said


def _is_mistagged_name(context: Context, i: int, low: int) -> bool:
    """Whether a capital inside a sentence shows a name that the tagger took for another word."""
    word, tag = context.parse.word[i], context.parse.tag[i]
    return i > low and word[0].isupper() and word[1:].islower() and tag in ("RB", "JJ", "VB", "VBP")


def phrase_before_comma(context: Context, i: int, low: int) -> tuple[int, int] | None:
    """The noun phrase before an apposition that ends right before token i: X, a physicist, said."""
    parse = context.parse
    if i <= low or parse.word[i - 1] != ",":
        return None
    floor = max(low, i - LONGEST_APPOSITION)
    comma = i - 2
    named = phrase_before(context, i - 1, low)
    if named is not None and parse.tag[i - 2] in NAME_TAGS and parse.word[named[0] - 1] == ",":
        # Her adviser, X, said: the description before the name.
        return phrase_before(context, named[0] - 1, low)
    while comma > floor:
        if context.stretch_of[comma] >= 0:
            return None
        if parse.word[comma] == ",":
            phrase = phrase_before(context, comma, low)
            if phrase is not None and any(parse.tag[k] in NAME_TAGS for k in range(*phrase)):
                return phrase
        comma -= 1
    return None


def phrase_at_start(context: Context, i: int, low: int) -> tuple[int, int] | None:
    """The noun phrase that opens a sentence, for a verb after a long insertion.

    One attendee, who asked not to be named, said; A spokesman for X - a company - noted.
    """
    parse = context.parse
    if i <= low + 1 or parse.word[i - 1] not in (",", "-", "--", "—", "–"):
        return None
    return phrase_after(context, max(low, context.after_stretch(i)), i)


def first_subject(context: Context, i: int, low: int) -> tuple[int, int] | None:
    """The first subject of the sentence, for a verb that follows a conjunction."""
    parse = context.parse
    for k in range(low, i):
        if parse.dep[k] in SUBJECTS and context.stretch_of[k] < 0:
            return mention_span(context, k)
    return None
