"""Exact and near duplicates, and excerpts, over the sketches of all documents.

A sketch has two parts, both over shingles of five words: a MinHash signature (Broder 1997), which
estimates Jaccard similarity, and a sample of the shingles' hashes below a fixed bound (FracMinHash,
Irber et al. 2022), which estimates containment whatever the lengths. Sketches are made where the
texts are; only they are compared. Nothing is dropped here.
"""

import sqlite3
import zlib
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import numpy.typing as npt
from rensa import RMinHash

from flows.clean.candidates import KEYED, Keys, Numbers, Sample, Sketches, Spread, pairs
from flows.clean.words import words

SHINGLE_WORDS = 5
PERMUTATIONS = 128
SEED = 1
# Locality-sensitive hashing: a pair of similarity s becomes a candidate with probability
# 1 - (1 - s**ROWS) ** BANDS: 0.999 at 0.7, 0.05 at 0.2. Every candidate is then measured.
BANDS, ROWS = 32, 4
# One shingle in so many is kept for containment.
SAMPLED = 8
# Share of the longer text's words from which a contained text is a near duplicate, no excerpt.
NEARLY_ALL = 0.8
# Of a shingle's words, in their order: splitmix64 of 1 to 5, made odd.
FACTORS = np.array(
    [
        0x910A2DEC89025CC1,
        0x975835DE1C9756CF,
        0x1D0B14E4DB018FED,
        0x6E73E372E2338ACB,
        0x63033B0CA389C35B,
    ],
    dtype="u8",
)
# Bytes of the signature at the head of a sketch; the sample follows.
SIGNATURE_BYTES = 4 * PERMUTATIONS
# Sketches that are held at a time.
CHUNK = 4_096
# Documents to a file of keys: one such file at a time is in memory.
DOCUMENTS_A_FILE = 25_000


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
    # One row; given as lists of numbers it would start a thread for it.
    rows = (0, len(hashes))
    matrix = RMinHash.digest_matrix_from_flat_token_hashes(hashes, rows, PERMUTATIONS, SEED)
    signature = np.array(matrix.to_rows()[0], dtype="<u4")
    sample = np.unique(hashes[hashes % SAMPLED == 0] >> np.uint64(32)).astype("<u4")
    return signature.tobytes() + sample.tobytes()


def find_duplicates(database: sqlite3.Connection, threshold: float) -> None:
    """Group documents that repeat one another.

    Everything is in tables of the database or in files beside it, so that memory does not grow
    with the documents, but for 16 bytes for each that has a duplicate.

    Args:
        database: with a table or view `texts`: `doc_id`, `text_sha256`, `sketch` and `n_words`
            of every document. It is left with a table `duplicates`, the columns of `Duplicate`
            and `doc_id`, a row for each document that has any.
        threshold: similarity from which two texts are near duplicates, or one an excerpt of the
            other.
    """
    execute = database.execute
    for table in ("ranked", "links", "nodes", "groups", "best", "duplicates"):
        execute(f"drop table if exists {table}")
    for statement in _TABLES:
        execute(statement)
    with TemporaryDirectory(prefix="onrecord-pairs-") as folder:
        for links in _links(database, Path(folder), threshold):
            database.executemany("insert into links values (?, ?, ?, ?, ?)", links)
    for statement in _BEST:
        execute(statement)
    _join(database)
    execute(_DUPLICATES, [NEARLY_ALL])


# Fullest first: a document repeats only documents before it. Equal texts are compared once.
_TABLES = (
    """
    create table ranked (n integer primary key, doc_id, n_words, text_sha256)
    """,
    """
    insert into ranked (doc_id, n_words, text_sha256)
    select doc_id, n_words, text_sha256 from texts order by n_words desc, doc_id
    """,
    "create index ranked_by_text on ranked (text_sha256, n)",
    "create index ranked_by_id on ranked (doc_id)",
    "create table links (earlier, later, similarity, rounded, kind)",
)
_SKETCHES = """
select n, sketch from ranked join texts using (doc_id)
where n = (select min(n) from ranked r where r.text_sha256 = ranked.text_sha256) order by n
"""
# Of each document's links the best, of equally good ones the nearest kind and then the fullest text.
# Near duplicates of near duplicates are one group; an excerpt joins the group of its best source
# alone, and joins no two others.
_BEST = (
    # Typed as what it is compared with, else its index is not used.
    "create table best (n integer primary key, earlier, rounded, kind)",
    """
    insert into best
    select later, earlier, rounded, iif(near, 'near', kind) from (
        select *, max(kind = 'near') over (partition by later) as near,
               row_number() over (partition by later
                                  order by similarity desc, kind = 'near' desc, earlier) as place
        from links)
    where place = 1
    """,
    "create table nodes (node integer primary key, n unique)",
    """
    insert into nodes (n)
    select earlier from links union select later from links order by 1
    """,
    "create table groups (n integer primary key, root)",
)
_EDGES = """
select a.node, b.node from (
    select earlier, later from links where kind = 'near' union all select earlier, n from best)
join nodes a on a.n = earlier join nodes b on b.n = later
"""
_DUPLICATES = """
create table duplicates as
with copies as (
    select *, min(n) over (partition by text_sha256) as first from ranked),
grouped as (
    select c.*, coalesce(root, first) as root from copies c left join groups g on g.n = first),
members as (
    select *, min(doc_id) over (partition by root) as dup_group_id,
           count(*) over (partition by root) as size
    from grouped)
select m.doc_id, dup_group_id,
       case when m.n != first then (select doc_id from ranked r where r.n = first)
            else s.doc_id end as dup_of_doc_id,
       case when m.n != first then 1.0 else b.rounded end as dup_similarity,
       case when m.n != first then 'exact'
            when m.n_words >= ? * s.n_words then 'near' else b.kind end as kind
from members m left join best b on b.n = m.n left join ranked s on s.n = b.earlier
where size > 1
"""


def _links(
    database: sqlite3.Connection, folder: Path, threshold: float
) -> Iterator[Iterator[tuple[int, int, float, float, str]]]:
    """Rows of `links`, some at a time."""
    (n,) = database.execute("select count(*) from ranked").fetchone()
    n_files = 1 + n // DOCUMENTS_A_FILE
    sketches = Sketches(folder, PERMUTATIONS)
    bands = Spread(folder / "bands", n_files, KEYED)
    shingles = Spread(folder / "shingles", n_files, KEYED)
    rows = database.execute(_SKETCHES)
    while chunk := rows.fetchmany(CHUNK):
        owners = np.array([n for n, _ in chunk])
        signatures = _signatures([sketch for _, sketch in chunk])
        samples = [_sample(sketch) for _, sketch in chunk]
        sketches.add(owners, signatures, samples)
        bands.add(*_keyed(_band_keys(signatures), np.repeat(owners, BANDS)))
        lengths = [len(sample) for sample in samples]
        shingles.add(*_keyed(np.concatenate(samples), np.repeat(owners, lengths)))
    for kind, keys, measure, n_shared in (
        ("near", bands, sketches.similarity, 1),
        # More than one sampled shingle in common makes a candidate of an excerpt.
        ("excerpt", shingles, sketches.containment, 2),
    ):
        for some in pairs(keys, folder / f"{kind}-pairs", n_shared=n_shared):
            alike = measure(some)
            found = alike >= threshold
            yield (
                (*pair, similarity, round(similarity, 4), kind)
                for pair, similarity in zip(
                    some[found].tolist(), alike[found].tolist(), strict=True
                )
            )


def _join(database: sqlite3.Connection) -> None:
    """Write into `groups` the smallest document linked to each, over whatever many links."""
    (n,) = database.execute("select count(*) from nodes").fetchone()
    root = array("q", range(n + 1))

    def find(i: int) -> int:
        while root[i] != i:
            root[i] = root[root[i]]
            i = root[i]
        return i

    for a, b in database.execute(_EDGES):
        a, b = find(a), find(b)
        root[max(a, b)] = min(a, b)
    database.executemany(
        "insert into groups select n, (select n from nodes where node = ?) from nodes where node = ?",
        ((find(i), i) for i in range(1, n + 1)),
    )
    database.execute("drop table nodes")


def _signatures(sketches: Sequence[bytes]) -> Sample:
    heads = b"".join(sketch[:SIGNATURE_BYTES] for sketch in sketches)
    return np.frombuffer(heads, dtype="<u4").reshape(len(sketches), PERMUTATIONS)


def _sample(sketch: bytes) -> Sample:
    return np.frombuffer(sketch, dtype="<u4", offset=SIGNATURE_BYTES)


def _keyed(keys: npt.NDArray[Any], owners: Numbers) -> tuple[Keys, npt.NDArray[np.void]]:
    """Keys, and rows of `KEYED`."""
    rows = np.empty(len(keys), KEYED)
    rows["key"], rows["owner"] = keys, owners
    return rows["key"], rows


def _band_keys(signatures: Sample) -> Keys:
    """A hash of each band of each signature, other ones for other bands."""
    rows = signatures.reshape(len(signatures), BANDS, ROWS).astype(np.uint64)
    with np.errstate(over="ignore"):
        key = _mix(np.broadcast_to(np.arange(BANDS, dtype=np.uint64), rows.shape[:2]))
        for row in range(ROWS):
            key = _mix(key ^ rows[:, :, row])
    return key.ravel()


def _shingles(text: str) -> Keys:
    """64-bit hashes of the shingles of a text in their order; of all its words where they are fewer.

    Multilinear (Lemire and Kaser 2014): words by fixed odd factors, added up, then mixed once.
    """
    found = words(text)
    hashes = np.fromiter(map(zlib.crc32, found), "u8", len(found))
    n = max(1, len(hashes) - SHINGLE_WORDS + 1)
    summed = np.zeros(n, dtype="u8")
    with np.errstate(over="ignore"):
        for k, factor in enumerate(FACTORS[: len(hashes)]):
            summed += hashes[k : k + n] * factor
        return _mix(summed)


def _mix(x: Keys) -> Keys:
    """The finaliser of splitmix64 (Steele et al. 2014), modulo 2**64."""
    x = x + np.uint64(0x9E3779B97F4A7C15)
    x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return x ^ (x >> np.uint64(31))
