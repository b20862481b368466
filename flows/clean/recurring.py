"""Paragraphs that recur across the articles of one publisher: boilerplate no rule has a name for.

One streaming pass takes the digests of every article's paragraphs; counters of shards merge by
addition. What recurs is decided over all of them. A paragraph counts once for each different
article it stands in: articles with the same longest paragraph are versions of one article, and
their paragraphs are news, not boilerplate. Removing what recurs is `clean`'s affair.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator, Set
from posixpath import dirname

import numpy as np
import numpy.typing as npt

from flows.clean.boilerplate import spans
from flows.config import CleanConfig
from flows.records import Article, RawArticle

# Words of two letters or more that a paragraph must have: shorter ones recur by chance ("9:05 p.m.").
# Longer paragraphs are no boilerplate.
MIN_WORDS = 3
MAX_CHARS = 600
# Digest of a paragraph: publisher, paragraph, article, each 64 bits in hexadecimal.
PART = 16
# Pairs gathered before the counter is compacted.
COMPACT_AT = 1_000_000

DIGITS = re.compile(r"\d+")
NO_WORD = re.compile(r"[\W_]+")
LONGER_WORD = re.compile(r"[^\W\d_]{2,}")
QUOTATION = re.compile('["“”«»„]')

Rows = npt.NDArray[np.uint64]


def group_of(source: Article | RawArticle) -> str:
    """Whose articles are compared: the publisher's, else those of the input's folder."""
    publisher = source.publisher if isinstance(source, Article) else source.metadata.publisher
    return f"publisher {publisher.casefold()}" if publisher else f"at {dirname(source.source_path)}"


def paragraph_digests(article: Article) -> Iterator[str]:
    """Digests of an article's paragraphs that might be boilerplate, in order, each once.

    The title is none, nor is anything with a quotation mark.
    """
    group = digest(group_of(article))
    title = {(m.start, m.end) for m in article.marks if m.role == "title"}
    found = dict.fromkeys(
        key
        for start, end in spans(article.text)
        if (start, end) not in title and (key := paragraph_key(article.text[start:end]))
    )
    longest = max((article.text[s:e] for s, e in spans(article.text)), key=len, default="")
    # Where the longest paragraph is itself a candidate, articles would look alike by it alone.
    signature = digest(_fold(longest))
    for key in found:
        yield f"{group}{digest(key)}{signature}"


def paragraph_key(paragraph: str) -> str | None:
    """What is compared of a paragraph: its words, numbers masked; None for one out of question."""
    if len(paragraph) > MAX_CHARS or QUOTATION.search(paragraph):
        return None
    folded = _fold(paragraph)
    return folded if len(LONGER_WORD.findall(folded)) >= MIN_WORDS else None


def digest(key: str) -> str:
    """64 bits of BLAKE2b in hexadecimal."""
    return hashlib.blake2b(key.encode(), digest_size=PART // 2).hexdigest()


def known(recurring: Set[str], group: str) -> frozenset[str]:
    """Digests of the paragraphs of one publisher that recur, out of `find_recurring`'s."""
    prefix = digest(group)
    return frozenset(d[PART : 2 * PART] for d in recurring if d.startswith(prefix))


class RecurringCounts:
    """Which paragraphs stood in which articles; 24 bytes for each, in no order.

    Memory grows with the paragraphs of different articles, not with repeated ones.
    """

    def __init__(self) -> None:
        self._rows: Rows = np.empty((0, 3), dtype=np.uint64)
        self._pending: list[str] = []

    def add(self, digests: Iterable[str]) -> None:
        """Count the paragraphs of one article."""
        self._pending.extend(digests)
        if len(self._pending) >= COMPACT_AT:
            self._compact()

    def merge(self, other: "RecurringCounts") -> None:
        """Take in what another counter has seen."""
        self._rows = np.unique(np.concatenate((self.rows(), other.rows())), axis=0)

    def rows(self) -> Rows:
        """Distinct (publisher, paragraph, article), shape (n, 3), sorted."""
        self._compact()
        return self._rows

    def _compact(self) -> None:
        if self._pending:
            new = np.frombuffer(bytes.fromhex("".join(self._pending)), dtype=">u8").reshape(-1, 3)
            self._rows = np.unique(np.concatenate((self._rows, new.astype(np.uint64))), axis=0)
            self._pending = []


def find_recurring(counts: RecurringCounts, config: CleanConfig) -> frozenset[str]:
    """Digests, as `paragraph_digests` gives them, of the paragraphs that recur.

    A paragraph recurs when it stands in at least `recurring_min_documents` different articles
    of the publisher and in at least `recurring_min_share` of them.
    """
    rows = counts.rows()
    if not len(rows):
        return frozenset()
    paragraph, inverse, n_articles = np.unique(
        rows[:, :2], axis=0, return_inverse=True, return_counts=True
    )
    articles = np.unique(rows[:, [0, 2]], axis=0)
    publishers, n_of_publisher = np.unique(articles[:, 0], return_counts=True)
    total = n_of_publisher[np.searchsorted(publishers, paragraph[:, 0])]
    recurs = (n_articles >= config.recurring_min_documents) & (
        n_articles >= config.recurring_min_share * total
    )
    return frozenset(f"{a:016x}{b:016x}{c:016x}" for a, b, c in rows[recurs[inverse.ravel()]])


def _fold(paragraph: str) -> str:
    return NO_WORD.sub(" ", DIGITS.sub("0", paragraph.casefold())).strip()
