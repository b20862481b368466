"""Where the next statement starts inside what the parser took for one: said A and added B; A, adding B.

Belongs here: verbs of speech joined to a cue, participles of speech, and other people who speak.
Does not belong here: other corrections of an edge (`limits`).
"""

from flows.annotate.quotes.context import FINITE, Context
from flows.annotate.quotes.cues import Cue
from flows.annotate.quotes.speakers import SUBJECTS, phrase_before

SPEECH = frozenset(
    "say tell add ask note argue insist suggest warn vow call accuse urge assert claim declare "
    "promise predict question criticize praise describe announce mention deny dismiss order".split()
)
MAX_CONJUNCTS = 4
DO = frozenset(["do", "does", "did"])
# What belongs to a joined verb before it.
BEFORE_VERB = frozenset(["cc", "advmod", "punct", "aux", "neg"])


def before_next_cue(context: Context, verb: int, clause: int, right: int) -> int:
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
            and (_is_parallel(context, verb, at, cue) or _is_denied(context, verb, at, cue))
            and context.child(at, "nsubj", "nsubjpass", "expl") is None
        ):
            start = at
            while start > clause and parse.dep[start - 1] in BEFORE_VERB:
                start -= 1
            return start
    return right


def _is_parallel(context: Context, verb: int, at: int, cue: Cue) -> bool:
    """Whether a joined verb goes with the cue rather than with its content.

    One of speech in the cue's tense does; after `but` any that can speak: said A but conceded B.
    """
    tag = context.parse.tag
    if context.child(at, "aux") is not None:
        return False
    if context.parse.lower[at - 1] == "but" and tag[at] in FINITE and tag[verb] in FINITE:
        return cue.speaks()
    return cue.lemma in SPEECH and tag[at] == tag[verb]


def _is_denied(context: Context, verb: int, at: int, cue: Cue) -> bool:
    """Whether a joined verb is what the speaker did not say: said A but did not say B."""
    parse, auxiliary = context.parse, context.child(at, "aux")
    if auxiliary is None or context.child(at, "neg") is None or cue.lemma not in SPEECH:
        return False
    return parse.lower[auxiliary] in DO and parse.tag[auxiliary] == parse.tag[verb]


def before_joined_cue(context: Context, verb: int, start: int, end: int) -> int:
    """Where the next verb of speech starts: called it shameful and warned against ..."""
    parse = context.parse
    if parse.tag[verb] == "VB":
        return end
    for i in range(start + 2, end):
        # In another tense only with a clause: has promised to stay and said she would ...
        has_clause = parse.tag[i] in FINITE and context.child(i, "ccomp") is not None
        if not (has_clause or parse.tag[i] == parse.tag[verb]) or context.stretch_of[i] >= 0:
            continue
        cue = context.lexicon.verbs.get(parse.lower[i])
        if cue is None or context.child(i, *SUBJECTS) is not None:
            continue
        if cue.lemma not in SPEECH and not _introduces_marks(context, i, cue):
            continue
        at = i - 1
        while at > start and parse.tag[at] == "RB":
            at -= 1
        if parse.lower[at] in ("and", "but") and at > start:
            return at
    return end


def _introduces_marks(context: Context, verb: int, cue: Cue) -> bool:
    """Whether a verb of quotation has a comma or a colon and marked words right behind it."""
    parse = context.parse
    after = context.next_word(verb + 2, verb + 3 + MAX_CONJUNCTS)
    if not (cue.takes("clause") or cue.takes("quotation")) or after is None:
        return False
    return parse.word[verb + 1] in (",", ":") and context.in_long_stretch(after)


def before_other_speaker(context: Context, start: int, end: int) -> int:
    """Where somebody else speaks: four in ten said A, while most voters said B."""
    parse = context.parse
    for i in range(start + 2, end):
        opening = _joined_statement(context, start, i)
        if opening is not None:
            return opening
    for i in range(start + 2, end):
        if parse.lower[i] != "while" or parse.dep[i] != "mark" or context.stretch_of[i] >= 0:
            continue
        verb = parse.head[i]
        subject = context.child(verb, "nsubj")
        if parse.tag[verb] not in FINITE or not context.speaks(verb) or subject is None:
            continue
        if parse.tag[subject] != "PRP":
            return i
    return end


def _joined_statement(context: Context, start: int, i: int) -> int | None:
    """Where a statement that a conjunction joins starts, token i its verb: and one in four said B."""
    parse = context.parse
    cue = context.lexicon.verbs.get(parse.lower[i])
    if cue is None or cue.lemma not in SPEECH or parse.tag[i] not in FINITE:
        return None
    if context.stretch_of[i] >= 0 or context.child(i, "ccomp") is None:
        return None
    subject = phrase_before(context, i, start)
    if subject is None or parse.tag[subject[0]] == "PRP" or subject[0] - 1 <= start:
        return None
    return subject[0] - 1 if parse.tag[subject[0] - 1] == "CC" else None


def before_participle(context: Context, start: int, end: int) -> int:
    """Where a participle with content of its own starts: called him a liar, adding that ..."""
    parse = context.parse
    for i in range(start + 2, end - 1):
        if parse.tag[i] != "VBG" or context.stretch_of[i] >= 0 or not context.speaks(i):
            continue
        at = i - 1 if parse.tag[i - 1] == "RB" else i
        if parse.lower[at - 1] == "while" and context.child(i, "ccomp") is not None:
            return at - 1
        if parse.lower[at - 1] == "without" and parse.word[at - 2] == ",":
            return at - 2
        before = context.previous_word(i, start)
        if before is not None and parse.word[before] == ",":
            return i - 1
    return end
