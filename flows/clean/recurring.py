"""Paragraphs that recur across the articles of one publisher: boilerplate no rule has a name for.

One streaming pass takes the digests of every article's paragraphs; what recurs is decided over all
of them, in a database. A paragraph counts once for each different article it stands in: articles
with the same longest paragraph are versions of one article, and their paragraphs are news, not
boilerplate. Removing what recurs is `clean`'s affair.
"""

import hashlib
import re
import sqlite3
from collections.abc import Iterator, Set
from itertools import islice
from posixpath import dirname

from flows.clean.boilerplate import spans
from flows.clean.words import words
from flows.config import CleanConfig
from flows.records import Article, RawArticle

# Words of two letters or more that a paragraph must have: shorter ones recur by chance ("9:05 p.m.").
# Longer paragraphs are no boilerplate.
MIN_WORDS = 3
MAX_CHARS = 600
# Digest of a paragraph: publisher, paragraph, article, each 64 bits in hexadecimal.
PART = 16

# Digits of a key: each becomes a zero, then each run of them one.
MASK = bytes(ord("0") if chr(c).isdigit() else c for c in range(128)) + bytes(128)
ZEROS = re.compile(b"00+")
LONGER_WORD = re.compile(r"[^\W\d_]{2,}")
QUOTATION = re.compile('["“”«»„]')


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
    paragraphs = spans(article.text)
    found = dict.fromkeys(
        key
        for start, end in paragraphs
        if (start, end) not in title and (key := paragraph_key(article.text[start:end]))
    )
    longest = max((article.text[start:end] for start, end in paragraphs), key=len, default="")
    # Where the longest paragraph is itself a candidate, articles would look alike by it alone.
    signature = digest(_fold(longest))
    for key in found:
        yield f"{group}{digest(key)}{signature}"


def paragraph_key(paragraph: str) -> str | None:
    """What is compared of a paragraph: its words, numbers masked; None for one out of question."""
    if len(paragraph) > MAX_CHARS or QUOTATION.search(paragraph):
        return None
    longer = islice(LONGER_WORD.finditer(paragraph), MIN_WORDS)
    return _fold(paragraph) if len(list(longer)) == MIN_WORDS else None


def digest(key: str) -> str:
    """64 bits of BLAKE2b in hexadecimal."""
    return hashlib.blake2b(key.encode(), digest_size=PART // 2).hexdigest()


def known(recurring: Set[str], group: str) -> frozenset[str]:
    """Digests of the paragraphs of one publisher that recur, out of `find_recurring`'s in
    hexadecimal."""
    prefix = digest(group)
    return frozenset(d[PART : 2 * PART] for d in recurring if d.startswith(prefix))


def find_recurring(database: sqlite3.Connection, config: CleanConfig) -> None:
    """Find the paragraphs that recur.

    A paragraph recurs when it stands in at least `recurring_min_documents` different articles
    of the publisher and in at least `recurring_min_share` of them.

    Args:
        database: with a table or view `paragraphs`, column `digest`: what `paragraph_digests`
            gives of every article, as bytes, in any order. It is left with a table `recurring`,
            column `paragraph`: the bytes of publisher and paragraph.
        config: what counts as recurring.
    """
    database.execute("drop table if exists recurring")
    few = (config.recurring_min_documents, config.recurring_min_share)
    database.execute(_RECURRING, few)


_RECURRING = """
create table recurring as
with seen as materialized (select distinct digest from paragraphs),
counted as (
    select substr(digest, 1, 16) as paragraph, count(*) as n from seen group by 1),
publishers as (
    select publisher, count(*) as total
    from (select distinct substr(digest, 1, 8) as publisher, substr(digest, 17) from seen)
    group by 1)
select paragraph from counted join publishers on publisher = substr(paragraph, 1, 8)
where n >= ? and n >= ? * total
"""


def _fold(paragraph: str) -> str:
    return ZEROS.sub(b"0", b" ".join(words(paragraph)).translate(MASK)).decode()
