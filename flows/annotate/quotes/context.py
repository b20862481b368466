"""What every attribution rule looks at: the parse, the stretches, the sentences, the lexicon.

Belongs here: look-ups over tokens that more than one rule needs (edges of a subtree, the sentence
of a token, whether it stands between marks). Does not belong here: any decision about attribution.
"""

from bisect import bisect_right
from collections.abc import Container, Sequence
from dataclasses import dataclass

from flows.annotate.quotes.cues import CueLexicon
from flows.annotate.quotes.marks import Stretch, find_stretches
from flows.parse import Parse, has_letter, places_of
from flows.records import Sentence

MARK_WORDS = frozenset(['"', "“", "”", "``", "''", "‘", "’", "'", "«", "»", "„", "`"])
CLOSING_MARKS = frozenset("'’”\"")
NOUN_TAGS = frozenset(["NN", "NNS", "NNP", "NNPS"])
FINITE = frozenset(["VBD", "VBZ", "VBP"])
FINITE_OR_MODAL = FINITE | {"MD"}
PAST_OR_PRESENT = FINITE | {"VBN"}
DASHES = frozenset(["—", "–", "--", "-"])
MIN_WORDS = 3
# Bounds that no article meets and that keep the work linear on hostile text.
WINDOW = 300
MAX_CHILDREN = 64
MAX_MARKS = 12
MAX_CLIMB = 32
SMALL_WORDS = frozenset("of the and in a to for on with at by or an vs from is".split())
EMBEDDING = frozenset(
    ["IN", "DT", "POS", "NN", "NNS", "NNP", "NNPS", "PRP$", "JJ", "CD", "CC", "VBN"]
)
LONGEST_TITLE = 14
LONGEST_DATELINE = 12
LONGEST_TOWN = 6


@dataclass(frozen=True, slots=True)
class Context:
    """An article as the rules see it. Token ranges are half-open.

    Attributes:
        parse: the tokens.
        lexicon: the cues.
        sentences: the sentences as given.
        first, last: for each sentence its first token and one past its last.
        sentence_of: for each token the number of its sentence.
        stretches: outer quoted stretches, in order.
        tokens: for each stretch its token range.
        stretch_of: for each token the number of its stretch, or -1.
        words: for each stretch its count of words.
        starts: offsets at which sentences start.
        ends: for each stretch one past its last token.
        lefts, rights: for each token the first token of its subtree, and one past the last.
        children: dependents of each token; of a hostile sentence's thousands the first ones.
        openers: tokens that a cue may begin with.
    """

    parse: Parse
    lexicon: CueLexicon
    sentences: Sequence[Sentence]
    first: list[int]
    last: list[int]
    sentence_of: list[int]
    stretches: list[Stretch]
    tokens: list[tuple[int, int]]
    stretch_of: list[int]
    words: list[int]
    starts: list[int]
    ends: list[int]
    lefts: list[int]
    rights: list[int]
    children: list[list[int]]
    openers: list[int]

    def cues(self, wanted: Container[str]) -> list[int]:
        """Tokens whose lower-case form is wanted, out of those that a cue may begin with."""
        lower = self.parse.lower
        return [i for i in self.openers if lower[i] in wanted]

    def left(self, i: int) -> int:
        """First token of the subtree of i."""
        return self.lefts[i]

    def right(self, i: int) -> int:
        """One past the last token of the subtree of i."""
        return self.rights[i]

    def top(self, i: int) -> int:
        """Head of the largest subtree that starts with token i."""
        head, first = self.parse.head, i
        for _ in range(MAX_CLIMB):
            if head[i] == i or self.lefts[head[i]] != first:
                break
            i = head[i]
        return i

    def child(self, i: int, *deps: str) -> int | None:
        """First dependent of i with one of these labels."""
        dep = self.parse.dep
        for c in self.children[i]:
            if dep[c] in deps:
                return c
        return None

    def is_punct(self, i: int) -> bool:
        return not has_letter(self.parse.word[i])

    def speaks(self, i: int) -> bool:
        """Whether token i is a form of a verb that has content other than thought."""
        cue = self.lexicon.verbs.get(self.parse.lower[i])
        return cue is not None and cue.speaks()

    def is_mark(self, i: int) -> bool:
        return self.parse.word[i] in MARK_WORDS

    def stretch_from(self, i: int) -> int | None:
        """Number of the stretch whose first token is i, if one starts there."""
        number = self.stretch_of[i]
        return number if number >= 0 and self.tokens[number][0] == i else None

    def last_character(self, number: int) -> str:
        """The last character of a stretch, closing marks of an inner one aside: "He said, 'Go.'" """
        stretch = self.stretches[number]
        end = stretch.end
        while end - 1 > stretch.start and self.parse.text[end - 1] in CLOSING_MARKS:
            end -= 1
        return self.parse.text[end - 1]

    def opening(self, number: int) -> int:
        """First token of a sentence, or the one past its dateline: LONDON, May 4 (Reuters) - X said."""
        word, first = self.parse.word, self.first[number]
        if first != self.parse.first[self.parse.paragraph[first]]:
            return first
        if not word[first].isupper() and "(" not in word[first + 1 : first + LONGEST_TOWN]:
            return first
        for i in range(first + 1, min(self.last[number] - 1, first + LONGEST_DATELINE)):
            parted = self.parse.start[i] > self.parse.end[i - 1]
            if word[i] in DASHES and parted and (word[first].isupper() or word[i - 1] == ")"):
                return i + 1
            if word[i] == ":" and all(word[k].isupper() for k in range(first, i)):
                return i + 1
        return first

    def in_long_stretch(self, i: int) -> bool:
        """Whether i stands in a stretch long enough to be speech."""
        number = self.stretch_of[i]
        return number >= 0 and self.words[number] >= MIN_WORDS

    def has_marks_near(self, i: int) -> bool:
        """Whether a stretch lies in the sentence of token i or right beside it."""
        number = self.sentence_of[i]
        first = max(self.first[number], i - WINDOW) - MAX_MARKS
        last = min(self.last[number], i + WINDOW) + MAX_MARKS
        return max(self.stretch_of[max(0, first) : last]) >= 0

    def after_stretch(self, i: int) -> int:
        """First token after the last stretch that ends before i, marks aside."""
        number = bisect_right(self.ends, i) - 1
        if number < 0 or self.stretch_of[i] >= 0:
            return 0
        at = self.ends[number]
        i = min(i, at + MAX_MARKS)
        while at < i and (self.is_mark(at) or self.is_punct(at)):
            at += 1
        return at

    def previous_word(self, i: int, low: int) -> int | None:
        """Last token before i, not before low, that is no mark."""
        i -= 1
        low = max(low, i - MAX_MARKS)
        while i >= low and (self.is_mark(i) or self.parse.tag[i] == "_SP"):
            i -= 1
        return i if i >= low else None

    def next_word(self, i: int, high: int) -> int | None:
        """First token from i on, before high, that is no mark."""
        high = min(high, i + MAX_MARKS, len(self.parse))
        while i < high and (self.is_mark(i) or self.parse.tag[i] == "_SP"):
            i += 1
        return i if i < high else None

    def is_title(self, number: int) -> bool:
        """Whether a stretch has the form of a title or a name: few words, capitals throughout."""
        start, end = self.tokens[number]
        words = [w for w in self.parse.word[start:end] if has_letter(w)]
        return len(words) <= LONGEST_TITLE and all(
            w[0].isupper() or w[0].isdigit() or w.lower() in SMALL_WORDS or not w[0].isalpha()
            for w in words
        )

    def is_embedded(self, number: int) -> bool:
        """Whether a stretch is a word of its sentence: after an article, a preposition, a noun."""
        start = self.tokens[number][0]
        before = self.previous_word(start, self.first[self.sentence_of[start]])
        return before is not None and self.parse.tag[before] in EMBEDDING

    def sentence_at(self, offset: int) -> int:
        """Number of the sentence that holds, or else last precedes, a text offset."""
        return max(0, bisect_right(self.starts, offset) - 1)


def build_context(parse: Parse, sentences: Sequence[Sentence], lexicon: CueLexicon) -> Context:
    """Lay stretches and sentences over the tokens of an article."""
    n = len(parse)
    first, last, sentence_of = [], [], [0] * n
    for number, sentence in enumerate(sentences):
        tokens = parse.tokens_between(sentence.start, sentence.end)
        first.append(tokens.start)
        last.append(tokens.stop)
        sentence_of[tokens.start : tokens.stop] = [number] * len(tokens)
    stretches = [s for s in find_stretches(parse.text, parse.paragraphs) if not s.depth]
    ranges, stretch_of, words = [], [-1] * n, []
    for number, stretch in enumerate(stretches):
        tokens = parse.tokens_between(stretch.start, stretch.end)
        ranges.append((tokens.start, tokens.stop))
        stretch_of[tokens.start : tokens.stop] = [number] * len(tokens)
        inside = parse.word[tokens.start : tokens.stop]
        words.append(sum(map(has_letter, inside)))
    return Context(
        parse,
        lexicon,
        sentences,
        first,
        last,
        sentence_of,
        stretches,
        ranges,
        stretch_of,
        words,
        [s.start for s in sentences],
        [end for _, end in ranges],
        *_edges(parse.children),
        _bounded(parse.children),
        places_of(parse.lower, lexicon.openers),
    )


def _bounded(children: list[list[int]]) -> list[list[int]]:
    if max(map(len, children), default=0) <= MAX_CHILDREN:
        return children
    return [own[:MAX_CHILDREN] for own in children]


def _edges(children: list[list[int]]) -> tuple[list[int], list[int]]:
    """Edges of all subtrees in one walk each way; a tree that crosses itself is cut short."""
    n = len(children)
    lefts, rights = list(range(n)), list(range(1, n + 1))
    parents = [i for i, own in enumerate(children) if own]
    for i in parents:
        if (first := children[i][0]) < i:
            lefts[i] = lefts[first]
    for i in reversed(parents):
        if (last := children[i][-1]) > i:
            rights[i] = rights[last]
    return lefts, rights
