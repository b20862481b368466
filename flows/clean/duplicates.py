"""Exact and near duplicates, and excerpts, over the sketches of all documents.

A sketch has two parts, both over shingles of five words: a MinHash signature (Broder 1997), which
estimates Jaccard similarity, and a sample of the shingles' hashes below a fixed bound (FracMinHash,
Irber et al. 2022), which estimates containment whatever the lengths. Sketches are made where the
texts are; only they are compared. Nothing is dropped here.
"""

import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from rensa import RMinHash

SHINGLE_WORDS = 5
PERMUTATIONS = 128
SEED = 1
# Locality-sensitive hashing: a pair of similarity s becomes a candidate with probability
# 1 - (1 - s**ROWS) ** BANDS: 0.999 at 0.7, 0.05 at 0.2. Every candidate is then measured.
BANDS, ROWS = 32, 4
# One shingle in so many is kept for containment.
SAMPLED = 8
# Fewest sampled shingles by which a text is judged contained in another: about 40 words.
MIN_SAMPLE = 4
# Share of the longer text's words from which a contained text is a near duplicate, no excerpt.
NEARLY_ALL = 0.8
# Bytes of the signature at the head of a sketch; the sample follows.
SIGNATURE_BYTES = 4 * PERMUTATIONS
# Pairs measured at a time.
CHUNK = 65_536

# Marks that differ between copies of one text; anything else but letters and digits parts words.
MARKS = "’‘“”—–…"
PARTING = bytes(c if chr(c).isalnum() or c == 0x5C else 0x20 for c in range(128)) + bytes(128)

Pairs = npt.NDArray[np.int64]
Hashes = npt.NDArray[np.uint64]


@dataclass(frozen=True, slots=True)
class Duplicate:
    """What a document with duplicates is to its group.

    Attributes:
        dup_group_id: smallest `doc_id` of the group.
        dup_of_doc_id: the document this one repeats: the most similar one that has more words (of
            equally long ones, the smaller id). None for the fullest of the group.
        dup_similarity: to that document: 1 for equal texts, else Jaccard similarity or
            containment, whichever is larger.
        kind: exact, near or excerpt; None where `dup_of_doc_id` is.
    """

    dup_group_id: str
    dup_of_doc_id: str | None
    dup_similarity: float | None
    kind: str | None


def sketch(text: str) -> bytes:
    """Sketch of a text: its MinHash signature and its sampled shingles, little-endian uint32."""
    hashes = _shingles(text)
    matrix = RMinHash.digest_matrix_from_token_hash_sets([hashes.tolist()], PERMUTATIONS, SEED)
    signature = np.array(matrix.to_rows()[0], dtype="<u4")
    sample = np.unique(hashes[hashes % SAMPLED == 0] >> np.uint64(32)).astype("<u4")
    return signature.tobytes() + sample.tobytes()


def find_duplicates(
    items: Sequence[tuple[str, str, bytes, int]], threshold: float
) -> dict[str, Duplicate]:
    """Group documents that repeat one another.

    Args:
        items: doc_id, text_sha256, sketch and number of words of every document, in any order.
        threshold: similarity from which two texts are near duplicates, or one an excerpt of the
            other.

    Returns:
        A Duplicate for each document that has any, by doc_id.
    """
    # Fullest first: a document repeats only documents before it.
    items = sorted(items, key=lambda item: (-item[3], item[0]))
    first_with: dict[str, int] = {}
    copy_of = [first_with.setdefault(item[1], i) for i, item in enumerate(items)]
    distinct = [i for i, first in enumerate(copy_of) if i == first]
    signatures = np.frombuffer(
        b"".join(items[i][2][:SIGNATURE_BYTES] for i in distinct), dtype="<u4"
    ).reshape(len(distinct), PERMUTATIONS)
    samples = [np.frombuffer(items[i][2], dtype="<u4", offset=SIGNATURE_BYTES) for i in distinct]

    links = _Links(len(distinct))
    for pairs, similarity in _near(signatures, threshold):
        links.add(pairs, similarity, "near")
    links.join_all()
    for pairs, similarity in _contained(samples, threshold):
        links.add(pairs, similarity, "excerpt")
    links.join_orphans()
    return _duplicates(items, copy_of, distinct, links)


class _Links:
    """For each document the best one before it that it repeats, and the groups that follow."""

    def __init__(self, n: int) -> None:
        self.parent = np.full(n, -1, dtype=np.int64)
        self.similarity = np.zeros(n)
        self.kind = [""] * n
        self._root = list(range(n))
        self._near: list[tuple[int, int]] = []

    def add(self, pairs: Pairs, similarity: npt.NDArray[np.float64], kind: str) -> None:
        """Take in measured pairs (earlier, later)."""
        for (earlier, later), value in zip(pairs.tolist(), similarity.tolist(), strict=True):
            if kind == "near":
                self._near.append((earlier, later))
            if value > self.similarity[later]:
                self.parent[later], self.similarity[later] = earlier, value
                self.kind[later] = kind if self.kind[later] != "near" else "near"

    def join_all(self) -> None:
        """Near duplicates of near duplicates are one group."""
        for a, b in self._near:
            self._join(a, b)

    def join_orphans(self) -> None:
        """An excerpt joins the group of its best source, and joins no two others."""
        for i, parent in enumerate(self.parent.tolist()):
            if parent >= 0:
                self._join(parent, i)

    def root(self, i: int) -> int:
        while self._root[i] != i:
            self._root[i] = self._root[self._root[i]]
            i = self._root[i]
        return i

    def _join(self, a: int, b: int) -> None:
        a, b = self.root(a), self.root(b)
        self._root[max(a, b)] = min(a, b)


def _duplicates(
    items: Sequence[tuple[str, str, bytes, int]],
    copy_of: list[int],
    distinct: list[int],
    links: _Links,
) -> dict[str, Duplicate]:
    number = {i: n for n, i in enumerate(distinct)}
    members: dict[int, list[int]] = {}
    for i, first in enumerate(copy_of):
        members.setdefault(links.root(number[first]), []).append(i)
    found = {}
    for group in members.values():
        if len(group) < 2:
            continue
        group_id = min(items[i][0] for i in group)
        for i in group:
            n = number[copy_of[i]]
            of: str | None = None
            similarity: float | None = None
            kind: str | None = None
            if copy_of[i] != i:
                of, similarity, kind = items[copy_of[i]][0], 1.0, "exact"
            elif links.parent[n] >= 0:
                source = items[distinct[links.parent[n]]]
                of, similarity = source[0], round(float(links.similarity[n]), 4)
                kind = "near" if items[i][3] >= NEARLY_ALL * source[3] else links.kind[n]
            found[items[i][0]] = Duplicate(group_id, of, similarity, kind)
    return found


def _near(
    signatures: npt.NDArray[np.uint32], threshold: float
) -> Iterator[tuple[Pairs, npt.NDArray[np.float64]]]:
    """Pairs whose signatures agree in at least `threshold` of their places."""
    seen = [np.empty((0, 2), dtype=np.int64)]
    for band in range(BANDS):
        columns = np.ascontiguousarray(signatures[:, band * ROWS : (band + 1) * ROWS])
        key = columns.view(np.dtype((np.void, ROWS * 4))).ravel()
        _, bucket = np.unique(key, return_inverse=True)
        seen.append(_linked(bucket, np.arange(len(bucket))))
    pairs = np.unique(np.concatenate(seen), axis=0)
    for at in range(0, len(pairs), CHUNK):
        chunk = pairs[at : at + CHUNK]
        similarity = (signatures[chunk[:, 0]] == signatures[chunk[:, 1]]).mean(axis=1)
        yield chunk[similarity >= threshold], similarity[similarity >= threshold]


def _contained(
    samples: Sequence[npt.NDArray[np.uint32]], threshold: float
) -> Iterator[tuple[Pairs, npt.NDArray[np.float64]]]:
    """Pairs of which the later, shorter text is contained in the earlier."""
    lengths = np.array([len(sample) for sample in samples], dtype=np.int64)
    if not lengths.sum():
        return
    owner = np.repeat(np.arange(len(samples)), lengths)
    linked = _linked(np.concatenate(samples), owner)
    pairs, shared = np.unique(linked, axis=0, return_counts=True)
    pairs = pairs[(shared > 1) & (lengths[pairs[:, 1]] >= MIN_SAMPLE)]
    similarity = np.array(
        [
            len(np.intersect1d(samples[a], samples[b], assume_unique=True)) / lengths[b]
            for a, b in pairs.tolist()
        ]
    )
    keep = similarity >= threshold
    yield pairs[keep], similarity[keep]


def _linked(key: npt.NDArray[np.generic], owner: Pairs) -> Pairs:
    """Pairs of owners with a key in common, as many as there are owners twice.

    Each is linked to the first owner of its key and to the one before it: a chain, so that a key
    which a thousand documents share costs two thousand pairs and not a million.
    """
    order = np.lexsort((owner, key))
    key, owner = key[order], owner[order]
    same = key[1:] == key[:-1]
    first = np.maximum.accumulate(np.where(np.concatenate(([True], ~same)), np.arange(len(key)), 0))
    later = owner[1:][same]
    pairs = np.concatenate(
        (
            np.stack((owner[:-1][same], later), axis=1),
            np.stack((owner[first[1:][same]], later), axis=1),
        )
    )
    # Of a chain's first link both are one pair.
    after_first = np.concatenate(
        (np.ones(same.sum(), dtype=bool), owner[:-1][same] != owner[first[1:][same]])
    )
    return pairs[after_first & (pairs[:, 0] < pairs[:, 1])]


def _shingles(text: str) -> Hashes:
    """64-bit hashes of the shingles of a text, distinct; of all its words where they are fewer."""
    words = np.array([zlib.crc32(word) for word in _words(text)], dtype="u8")
    n = max(1, len(words) - SHINGLE_WORDS + 1)
    mixed = np.zeros(n, dtype="u8")
    with np.errstate(over="ignore"):
        for k in range(min(SHINGLE_WORDS, len(words))):
            mixed = _mix(mixed ^ words[k : k + n])
    return np.unique(mixed)


def _words(text: str) -> list[bytes]:
    """Words in lower case, other letters than ASCII's as escapes; built for speed."""
    for mark in MARKS:
        text = text.replace(mark, " ")
    return text.lower().encode("ascii", "backslashreplace").translate(PARTING).split()


def _mix(x: Hashes) -> Hashes:
    """The finaliser of splitmix64 (Steele et al. 2014), modulo 2**64."""
    x = x + np.uint64(0x9E3779B97F4A7C15)
    x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return x ^ (x >> np.uint64(31))
