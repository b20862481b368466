"""Content between marks right beside an attributing phrase: "...," X said; X said: "..."

Belongs here: whether the stretch before or after a phrase is its content. Does not belong here:
content that only the parse shows (`content`), and stretches far from any cue (`free`).
"""

from flows.annotate.quotes.asides import (
    COMMAS,
    LONGEST_TAIL,
    Range,
    belongs_before,
    has_verb,
)
from flows.annotate.quotes.context import FINITE, FINITE_OR_MODAL, WINDOW, Context
from flows.annotate.quotes.cues import Cue
from flows.annotate.quotes.drafts import Content, clean
from flows.annotate.quotes.speakers import SUBJECTS

LONGEST_REST = 3
# Verbs whose marked words need a comma or a colon to be said: gave this answer: "...".
LIGHT = frozenset("give put make go come carry offer start begin open close finish follow".split())
SETTING_OFF = frozenset([",", ":"])
OPENING = frozenset([":", "—", "–", "--", "-"])


def complement(context: Context, verb: int) -> int | None:
    """The clausal complement; of two the one after the verb."""
    found = None
    for c in context.children[verb]:
        if context.parse.dep[c] == "ccomp":
            found = c
            if c > verb:
                break
    return found


def find_beside(
    context: Context, verb: int, cue: Cue, start: int, end: int, low: int, high: int
) -> Content | None:
    """Content that is, or starts or ends with, a quoted stretch beside the attributing phrase."""
    clause = complement(context, verb)
    kind = cue.kind.get("clause") or cue.kind.get("quotation") or cue.kind.get("object") or "say"
    before = _stretch_ending(context, start)
    after = stretch_starting(context, end)
    quotes = cue.takes("clause") or cue.takes("quotation")
    if before is not None and quotes and _goes_before(context, verb, end, before, clause, after):
        left, right = context.tokens[before]
        # A mixed one starts with its clause: The U.S. is "losing patience," he said.
        if left > low + 1 and clause is not None and clause < verb and not _opens(context, left):
            left = max(min(left, context.left(clause)), low)
        elif left > low + 1 and clause is None and _goes_on_inside(context, low, before, end):
            left = low
        piece = clean(context, left, right)
        return Content("quote_cue_speaker", [piece], kind) if piece is not None else None
    if after is None or not quotes:
        return None
    if not cue.takes("clause") and _is_said_nearer(context, verb, context.tokens[after][0]):
        return None
    if is_light(context, verb) and not _is_set_off(context, verb, context.tokens[after][0]):
        return None  # gave them "a good fright": an object like any other
    if cue.takes("object") and context.child(verb, "nsubjpass") is not None:
        return None  # The dam was called "a time bomb": of whom it is said belongs to it.
    if context.is_title(after) and context.is_embedded(after) and context.tokens[after][0] > end:
        return None
    left, right = context.tokens[after]
    if context.parse.lower[left - 1] == "that" or context.parse.lower[left - 2] == "that":
        left = left - 1 if context.parse.lower[left - 1] == "that" else left - 2
    if clause is not None and clause > verb and not _ends_inside(context, after):
        right = max(right, min(context.right(clause), high))
    right = with_rest(context, left, right, high)
    piece = clean(context, left, right)
    pieces = [
        _part_before(context, verb, start, end, low, piece) or _relative(context, verb),
        piece,
    ]
    return Content("speaker_cue_quote", [p for p in pieces if p is not None], kind)


def _is_said_nearer(context: Context, verb: int, left: int) -> bool:
    """Whether another verb stands before the marks that says them: returned to X, where Y said: "..." """
    parse, verbs = context.parse, context.lexicon.verbs
    return any(
        parse.tag[i] in FINITE and parse.lower[i] in verbs and verbs[parse.lower[i]].takes("clause")
        for i in range(verb + 1, min(left, verb + WINDOW))
    )


def _goes_on_inside(context: Context, low: int, number: int, end: int) -> bool:
    """Whether marks go on with a sentence begun before them: They "will not assuage fears," X said."""
    parse = context.parse
    left, _ = context.tokens[number]
    before = context.previous_word(left, low)
    first = context.next_word(left, len(parse))
    if before is None or first is None or context.is_punct(before):
        return False
    if context.last_character(number) != "," or parse.word[end : end + 1] not in (
        ["."],
        [","],
    ):
        return False
    if any(_reports(context, i, left) for i in range(low, left)):
        return False
    return parse.word[first][:1].islower() and has_verb(context, low, left)


def _reports(context: Context, i: int, left: int) -> bool:
    """Whether token i is a verb of speech with token `left` in its content: He said it "is over," Y reported."""
    return context.parse.tag[i] in FINITE_OR_MODAL and context.speaks(i) and context.right(i) > left


def is_light(context: Context, verb: int) -> bool:
    """Whether a cue is a verb that says nothing by itself; who puts it so does speak."""
    cue = context.lexicon.verbs[context.parse.lower[verb]]
    return cue.lemma in LIGHT and context.parse.lower[verb + 1 : verb + 2] != ["it"]


def _is_set_off(context: Context, start: int, end: int) -> bool:
    """Whether a comma or a colon stands among some tokens."""
    return any(context.parse.word[i] in SETTING_OFF for i in range(start, end))


def _opens(context: Context, left: int) -> bool:
    """Whether a stretch starts what is said: a capital behind a colon or a dash."""
    parse = context.parse
    before = context.previous_word(left, 0)
    first = context.next_word(left, len(parse))
    if before is None or first is None or parse.word[before] not in OPENING:
        return False
    return parse.word[first][:1].isupper()


def with_rest(context: Context, left: int, right: int, high: int) -> int:
    """End of content whose marks close in the middle of it: cried "fraud" over the vote.

    What follows without punctuation and hangs on the marked words, or they on it, belongs to them.
    """
    parse = context.parse
    number = context.stretch_of[right - 1]
    if number >= 0 and _ends_inside(context, number):
        return right
    while True:
        after = context.next_word(right, high)
        if after is None or context.is_punct(after):
            return right
        top = context.top(after)
        if parse.lower[after] == "as" and parse.dep[after] == "prep":
            return min(context.right(after), high)
        if not (left <= parse.head[top] < right or left <= context.left(top) < after):
            return right
        right = min(context.right(top), high)


def _part_before(
    context: Context, verb: int, start: int, end: int, low: int, after: Range | None
) -> Range | None:
    """What a phrase between commas parts from its quotation: Such plans, he said, "are dead".

    The marks open in the middle of a sentence, in lower case; a participle splits nothing.
    """
    parse = context.parse
    if after is None or start <= low or context.stretch_of[low] >= 0:
        return None
    first = next((i for i in range(*after) if context.stretch_of[i] >= 0), after[0])
    between_commas = parse.word[start - 1] in COMMAS and _stands_before(context, end, after[0])
    if not between_commas or parse.tag[verb] == "VBG" or not parse.word[first][:1].islower():
        return None
    left = clean(context, low, start)
    return left if left is not None and belongs_before(context, left, after) else None


def _relative(context: Context, verb: int) -> Range | None:
    """The pronoun of a relative clause that says of what it was said: a deal [which] he called "dead"."""
    parse = context.parse
    subject = context.child(verb, *SUBJECTS)
    if subject is None or subject > verb:
        return None
    i = context.left(subject) - 1
    if i < 1 or parse.lower[i] not in ("which", "who", "whom") or parse.tag[i - 1] in ("IN", "TO"):
        return None
    return i, i + 1


def _stands_before(context: Context, end: int, start: int) -> bool:
    """Whether a comma stands between an attributing phrase and what follows it."""
    return any(context.parse.word[i] in COMMAS for i in range(end, min(start, end + LONGEST_TAIL)))


def _goes_before(
    context: Context, verb: int, end: int, before: int, clause: int | None, after: int | None
) -> bool:
    """Whether the stretch before an attributing phrase is its content, not its neighbour's."""
    last = context.last_character(before)
    if context.is_embedded(before) and context.is_title(before):
        return False
    if context.parse.tag[verb] == "VBG":
        return False  # said it was "over," adding that ...
    subject = context.child(verb, *SUBJECTS)
    if subject is not None and context.parse.tag[subject] in ("WDT", "WP"):
        return False  # called it "over," which put an end to ...
    if last.isalnum() and context.child(verb, "dobj") is not None:
        return False
    if last.isalnum() and subject is not None and _holds(context, subject, before):
        return False
    if acts(context, verb):
        return False
    if last == ",":
        return not _says_more(context, before, subject, verb, clause)
    if clause is not None and clause > verb:
        # "...?" she asked, repeating a charge that ...: past a comma it is no complement.
        return last in "?!" and context.parse.word[end : end + 1] == [","]
    if after is not None:
        return False
    first = context.tokens[before][1] - 1
    if last != "." or context.sentence_of[first] == context.sentence_of[verb]:
        return True
    if not context.lexicon.verbs[context.parse.lower[verb]].takes("clause"):
        return False  # "It is over." Weber smiled.
    # "It is over." Weber said. Nothing else is in the sentence.
    rest = range(end, context.last[context.sentence_of[verb]])
    return len(rest) <= LONGEST_REST and all(context.is_punct(i) for i in rest)


def _holds(context: Context, noun: int, number: int) -> bool:
    """Whether marked words are part of a noun phrase: the "two in three" figure came from X."""
    left, right = context.tokens[number]
    return context.left(noun) < left and right <= noun


def _says_more(
    context: Context, before: int, subject: int | None, verb: int, clause: int | None
) -> bool:
    """Whether marks before a verb with a clause are no content: X, citing "the polls," said it was over.

    They are an aside between subject and verb, or a title: On "The Hour," X said it was over.
    """
    if clause is None or clause < verb or context.child(clause, *SUBJECTS) is None:
        return False
    inside = subject is not None and subject < context.tokens[before][0]
    return inside or context.is_title(before)


def acts(context: Context, verb: int) -> bool:
    """Whether a verb does something to an object behind it: "...?" X put the letter aside.

    As X put it, and verbs with a clause or an addressee, may still speak.
    """
    cue = context.lexicon.verbs[context.parse.lower[verb]]
    object_ = context.child(verb, "dobj")
    if object_ is None or object_ < verb or context.parse.lower[object_] == "it":
        return False
    if context.child(verb, "nsubj") is None:
        return False  # "...," begins a message that ...
    return not cue.takes("clause") and not cue.takes("addressee")


def _ends_inside(context: Context, number: int) -> bool:
    """Whether the stretch ends with punctuation of its own, so that nothing follows it."""
    return context.last_character(number) in ",.!?"


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


def stretch_starting(context: Context, end: int) -> int | None:
    """The stretch that starts at token `end`, but for a comma, a colon or `that` between."""
    parse = context.parse
    i = end
    stop = min(len(parse), end + 4)
    while i < stop and parse.paragraph[i] == parse.paragraph[end - 1]:
        if context.stretch_of[i] >= 0:
            return context.stretch_from(i)
        if not context.is_mark(i) and parse.lower[i] not in (",", ":", "that", "—", "-"):
            return None
        i += 1
    return None
