"""Sentences of a parsed article.

The pipeline's sentence starts, corrected by rules where a parser errs in news: closing marks go
with what they close, a full stop after an abbreviation or an initial ends nothing, a terminal mark
before a capital starts a new sentence. What belongs here: where sentences begin and end. What does
not: paragraphs and their roles, and what stands between quotation marks.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import compress, pairwise
from operator import le

from flows.lexicons import mapping, words
from flows.parse import Parse, has_letter, places_of
from flows.records import Sentence
from flows.segment.paragraphs import turn_label

TERMINALS = frozenset(".!?")
ELLIPSES = frozenset(("…", "..", "...", "....", "....."))
WEEKDAYS = frozenset(("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"))
# `[17]`, `[citation needed]`, `[better source needed]`.
MAX_REFERENCE_TOKENS = 6
# Weekday, comma, month, day, comma, year.
DATE_STAMP_TOKENS = 6
OPENING_QUOTES = frozenset(("“", "«", "``", "„"))
CLOSING_QUOTES = frozenset(("”", "»"))
# Two typed apostrophes are one straight mark.
DOUBLE_QUOTES = frozenset(('"', "''"))
STRAIGHT_QUOTES = DOUBLE_QUOTES | {"'"}
# Behind a quotation that ends in "?" the clause that says whose it is: its subject's words at most,
# and the tags that may follow its verb (`asked.`, `asked, smiling`, `said to the crowd`).
MAX_SUBJECT_TOKENS = 12
SUBJECT_TAGS = frozenset(
    ("NNP", "NNPS", "NN", "NNS", "DT", "JJ", "PRP", "PRP$", "POS", "CD", "HYPH")
)
AFTER_VERB_TAGS = frozenset(("IN", "RB", "TO", "VBG", "WRB"))
# Words in capitals that make a headline of a paragraph's beginning.
MIN_HEADLINE_WORDS = 3
# Signs that a sentence may begin with, opening marks apart.
SIGNS = frozenset("$£€¥#@§¿¡•*")
OPENING_BRACKETS = frozenset("([{")
CLOSING_BRACKETS = frozenset(")]}")
CLOSING_MARKS = CLOSING_QUOTES | CLOSING_BRACKETS
MARKS = OPENING_QUOTES | STRAIGHT_QUOTES | {"‘", "’"} | OPENING_BRACKETS | CLOSING_MARKS
NOTHING, OPENS, CLOSES = 0, 1, -1

# A capitalised word of these tags after an abbreviation that can go either way begins a sentence;
# a name does not.
FUNCTION_TAGS = frozenset(
    (
        "DT",
        "PRP",
        "PRP$",
        "IN",
        "CC",
        "RB",
        "EX",
        "WP",
        "WP$",
        "WRB",
        "WDT",
        "PDT",
        "UH",
        "TO",
        "MD",
    )
)


@dataclass(slots=True)  # not frozen: an article has dozens (see flows/records.py)
class _Tokens:
    """The tokens of one paragraph that are not white space, and what the marks among them do.

    Attributes:
        number: numbers of the tokens in the parse.
        words: surface of each.
        mark: for each whether it opens or closes a quotation or a bracket.
    """

    parse: Parse
    number: Sequence[int]
    words: list[str]
    mark: list[int]

    def word(self, k: int) -> str:
        return self.words[k]

    def tag(self, k: int) -> str:
        return self.parse.tag[self.number[k]]

    def gap(self, k: int) -> str:
        """What stands between token k and the one before it."""
        return self.parse.text[
            self.parse.end[self.number[k - 1]] : self.parse.start[self.number[k]]
        ]


def sentences(parse: Parse) -> tuple[Sentence, ...]:
    """Part every paragraph of an article into sentences.

    Args:
        parse: the article's parse; `parse.sent_start` is where the pipeline would begin them.

    Returns:
        The sentences in order. They lie inside one paragraph, never overlap, are never empty or
        begin with a closing mark, and only white space lies between them. `in_quote` is left to
        the annotation.
    """
    found: list[Sentence] = []
    for number, paragraph in enumerate(parse.paragraphs):
        tokens = _tokens(parse, parse.first[number], parse.first[number + 1])
        if not tokens.number:
            continue
        label = 0
        if paragraph.role == "turn":
            label = paragraph.start + turn_label(parse.text[paragraph.start : paragraph.end])
        edges = [*_starts(tokens), len(tokens.number)]
        for a, b in pairwise(edges):
            start = parse.start[tokens.number[a]]
            found.append(
                Sentence(
                    sentence_index=len(found),
                    paragraph_index=number,
                    role="body" if label and start >= label else paragraph.role,
                    start=start,
                    end=parse.end[tokens.number[b - 1]],
                    n_tokens=b - a,
                )
            )
    return tuple(found)


def _tokens(parse: Parse, first: int, last: int) -> _Tokens:
    number: Sequence[int] = range(first, last)
    forms = parse.word[first:last]
    if any(map(str.isspace, forms)):
        number = [i for i in number if not parse.word[i].isspace()]
        forms = [parse.word[i] for i in number]
    mark = [NOTHING] * len(number)
    double = single = False
    for k in places_of(forms, MARKS):
        i, kind = number[k], NOTHING
        word = forms[k]
        if word in OPENING_QUOTES:
            kind, double = OPENS, True
        elif word in CLOSING_QUOTES:
            kind, double = CLOSES, False
        elif word == "‘":
            kind, single = OPENS, True
        elif word == "’" and single and parse.tag[i] != "POS":
            kind, single = CLOSES, False
        elif word in STRAIGHT_QUOTES and parse.tag[i] != "POS":
            kind = _straight(parse, i, double if word in DOUBLE_QUOTES else single)
            if word in DOUBLE_QUOTES:
                double = kind == OPENS
            else:
                single = kind == OPENS
        elif word in OPENING_BRACKETS:
            kind = OPENS
        elif word in CLOSING_BRACKETS:
            kind = CLOSES
        mark[k] = kind
    return _Tokens(parse, number, forms, mark)


def _straight(parse: Parse, i: int, open_before: bool) -> int:
    """Whether a straight mark opens or closes: by the white space around it, else by turns."""
    before = parse.text[parse.start[i] - 1 : parse.start[i]]
    after = parse.text[parse.end[i] : parse.end[i] + 1]
    free_before = not before or before.isspace() or before in "([{—–“"
    free_after = not after or after.isspace() or after in ")]}—–”.,;:!?"
    if free_before != free_after:
        return OPENS if free_before else CLOSES
    return CLOSES if open_before else OPENS


def _starts(tokens: _Tokens) -> list[int]:
    """Positions of the tokens that begin a sentence; a stretch without a letter joins another."""
    stamp = _date_stamp(tokens)
    starts = [0]
    for k in _possible_starts(tokens, stamp):
        begins = k == stamp or _begins(tokens, k, starts[-1])
        if begins and any(map(has_letter, tokens.words[starts[-1] : k])):
            starts.append(k)
    if len(starts) > 1 and not any(map(has_letter, tokens.words[starts[-1] :])):
        starts.pop()
    return starts


def _possible_starts(tokens: _Tokens, stamp: int | None) -> Iterable[int]:
    """Positions at which a sentence may begin, in order: of most tokens `_begins` would deny it.

    In a paragraph of one line a word ends none unless it is in capitals, and a comma does not.
    """
    parse, number, forms = tokens.parse, tokens.number, tokens.words
    later = range(1, len(forms))
    if parse.text.find("\n", parse.start[number[0]], parse.end[number[-1]]) >= 0:
        return later
    no_word = compress(later, map(le, map(str.isalpha, forms), map(str.isupper, forms)))
    found = [k for k in no_word if not _goes_on(forms[k - 1])]
    return found if stamp is None else sorted({*found, stamp})


def _goes_on(word: str) -> bool:
    """Whether a sentence goes on behind this word in the same line, whatever follows."""
    return word == "," or (word[-1].isalnum() and not word.isupper() and word[0] not in ":;")


def _date_stamp(tokens: _Tokens) -> int | None:
    """Where a full date begins that ends a paragraph without a full stop before it.

    Sites print the day under a headline; with the layout lost it stands behind its last word.
    """
    k = len(tokens.number) - DATE_STAMP_TOKENS
    if k < 1 or tokens.word(k) not in WEEKDAYS or tokens.word(k - 1)[-1] in ".,;:!?—–-":
        return None
    shape = [tokens.word(j) for j in range(k + 1, len(tokens.number))]
    is_date = shape[0] == shape[3] == "," and shape[2].isdigit() and shape[4].isdigit()
    return k if is_date and len(shape[4]) == 4 and tokens.tag(k - 1) not in ("IN", "DT") else None


def _begins(tokens: _Tokens, k: int, start: int) -> bool:
    """Whether a sentence begins at token k, the last one having begun at `start`."""
    gap, before = tokens.gap(k), tokens.word(k - 1)
    if "\n" not in gap and before[-1].isalnum() and before[0] not in ":;":
        # Nothing before it can end a sentence, but a headline in capitals.
        return before.isupper() and _ends_headline(tokens, k, start)
    if not _may_open(tokens, k):
        return False
    if not gap and not (before == "." and tokens.word(k)[:2].istitle()):
        # White space lost ("the vote.The outcome"); never inside "U.S.-led" or "3.5".
        return False
    if "\n" in gap:
        return True
    parsed = tokens.parse.sent_start[tokens.number[k]]
    last = _last_word(tokens, k, start)
    mark, starter = tokens.word(last), _starter(tokens, k)
    if not _is_initial(tokens.word(starter)):
        # Lower case after a full stop: a slip, or a name as "eBay"; the parser decides.
        return parsed and mark == "." and last == k - 1 and len(tokens.word(last - 1)) > 2
    if mark == "." and last - 1 > start and tokens.word(last - 1) == ".":
        # ". . .", and with a full stop before it ". . . ."
        return parsed
    # A small word with a capital can only begin a sentence; "I" has one anywhere.
    opener = starter == k and tokens.tag(k) in FUNCTION_TAGS and tokens.word(k) != "I"
    if mark in ELLIPSES:
        return parsed or (opener or (last > start and tokens.word(last - 1) in TERMINALS))
    if mark[-1] in "!?":
        if last == k - 1:
            return True
        return (parsed or opener) and not _attributes(tokens, starter)
    if not mark.endswith("."):
        return False
    if mark == "." and last < k - 1 and _attributes(tokens, starter, alone=True):
        return False  # a slip: “It is lost.” Roe said.
    if mark == "." and last > start:
        item = tokens.word(start)
        if last - start == 1 and (item.isdigit() or len(item) == 1):
            # The number of a list's item: "1. The ..."
            return False
        kind = None if tokens.gap(last) else _abbreviation(tokens.word(last - 1))
    else:
        kind = _abbreviation(mark[:-1])
    return kind is None or _ends_after(kind, tokens, starter, parsed, last)


def _ends_headline(tokens: _Tokens, k: int, start: int) -> bool:
    """Whether a headline in capitals, its layout lost, ends before token k of the text behind it."""
    starter = _starter(tokens, k)
    word, small = tokens.word(starter), tokens.tag(starter) in FUNCTION_TAGS
    if start or not (word[0].isupper() and word[1:2].islower()):
        return False
    if not (small or tokens.parse.sent_start[tokens.number[k]]):
        return False
    # Backwards, as the first word without capitals ends the search.
    count = 0
    for j in range(k - 1, -1, -1):
        before = tokens.word(j)
        if before.isalpha() and not before.isupper():
            return False
        count += has_letter(before)
    return count >= MIN_HEADLINE_WORDS


def _attributes(tokens: _Tokens, k: int, *, alone: bool = False) -> bool:
    """Whether a clause as `Ann Roe asked.` begins at token k: a subject, and how it said so.

    Args:
        tokens: the paragraph's tokens.
        k: the token.
        alone: whether nothing may follow the verb.
    """
    end = len(tokens.number)
    for j in range(k, min(k + MAX_SUBJECT_TOKENS, end)):
        if j > k and tokens.word(j) in words("attribution_verbs"):
            after = j + 1
            if after == end or tokens.word(after) in TERMINALS:
                return True
            follows = tokens.word(after) == "," or tokens.tag(after) in AFTER_VERB_TAGS
            return not alone and follows and tokens.word(after) != "that"
        if tokens.tag(j) not in SUBJECT_TAGS and tokens.word(j) not in (",", "of"):
            return False
    return False


def _may_open(tokens: _Tokens, k: int) -> bool:
    """Whether token k can be a sentence's first: a word, a sign or an opening mark."""
    word = tokens.word(k)
    # With the space behind it lost, a closing mark stands in one token with the next word.
    if tokens.mark[k] == CLOSES or word[0] in CLOSING_MARKS or _reference_end(tokens, k):
        return False
    return tokens.mark[k] == OPENS or has_letter(word) or word[0] in SIGNS


def _reference_end(tokens: _Tokens, k: int) -> int:
    """One past a reference mark (`[17]`) that begins at token k; 0 for none."""
    if tokens.word(k) != "[":
        return 0
    for last in range(k + 2, min(k + MAX_REFERENCE_TOKENS, len(tokens.number))):
        if tokens.word(last) == "]":
            inside = [tokens.word(j) for j in range(k + 1, last)]
            return last + 1 if inside[0].isdigit() or inside[-1] == "needed" else 0
    return 0


def _last_word(tokens: _Tokens, k: int, start: int) -> int:
    """The last token before k that is no closing mark, reference mark or emoticon."""
    last = k - 1
    while last > start:
        word = tokens.word(last)
        opening = _reference_start(tokens, last)
        if opening > start:
            last = opening - 1
        elif tokens.mark[last] == CLOSES or (len(word) > 1 and word[0] in ":;"):
            last -= 1
        else:
            break
    return last


def _reference_start(tokens: _Tokens, last: int) -> int:
    """Where a reference mark begins that ends at token `last`; 0 for none."""
    if tokens.word(last) != "]":
        return 0
    for k in range(last - 2, max(last - MAX_REFERENCE_TOKENS, 0), -1):
        if tokens.word(k) == "[":
            return k if _reference_end(tokens, k) == last + 1 else 0
    return 0


def _starter(tokens: _Tokens, k: int) -> int:
    """The first token from k on that is no opening mark."""
    while k < len(tokens.number) - 1 and tokens.mark[k] == OPENS:
        k += 1
    return k


def _is_initial(word: str) -> bool:
    """Whether a sentence may begin with this word whatever the parser says."""
    return (
        not word[0].islower()
        or (len(word) > 2 and word[1].isupper())
        or word.startswith(("http://", "https://", "www."))
    )


def _abbreviation(word: str) -> str | None:
    """What the lexicon says of a word before a full stop; None for no abbreviation."""
    known = mapping("abbreviations")
    if len(word) == 1 and word.isalpha():
        # "J. Smith"; "c. 1450", "b. 1932".
        return "initial" if word.isupper() else "number"
    kind = known.get(word) or known.get(word.lower())
    if kind is None and "." in word and all(len(part) == 1 for part in word.split(".")):
        return "either"
    return kind


def _ends_after(kind: str, tokens: _Tokens, starter: int, parsed: bool, last: int) -> bool:
    """Whether an abbreviation of this kind ends its sentence before the word `starter`.

    Args:
        kind: what the lexicon says of it.
        tokens: the paragraph's tokens.
        starter: the word that would begin the next sentence.
        parsed: whether the parser begins one there.
        last: the abbreviation's full stop, or itself where that is no token of its own.
    """
    if kind in ("before", "ends"):
        return kind == "ends"
    if kind == "number" and tokens.word(starter)[0].isdigit():
        return False
    if tokens.tag(starter) in FUNCTION_TAGS:
        return True
    if not parsed or kind == "initial":
        return False
    # A state behind its town's comma is no part of the name that follows: "in Lodi, N.J. Roe".
    in_town = any(tokens.word(j) == "," for j in (last - 1, last - 2) if j > 0)
    return in_town or tokens.tag(starter) not in ("NNP", "NNPS", "CD")
