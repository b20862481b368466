"""Pairs of documents that are worth comparing, and how alike two sketches are.

NumPy over files: of keys, of pairs and of sketches, of which a part at a time is in memory. Which
documents there are, and what follows from a pair that is alike, is `duplicates`' affair.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

# Pairs compared at a time, and sampled shingles of theirs.
CHUNK = 4_096
CHUNK_SHINGLES = 1_000_000
# Fewest sampled shingles by which a text is judged contained in another: about 40 words.
MIN_SAMPLE = 4

Numbers = npt.NDArray[np.int64]
Keys = npt.NDArray[np.uint64]
Sample = npt.NDArray[np.uint32]
KEYED = np.dtype([("key", "u8"), ("owner", "u4")])


class Spread:
    """Rows spread over files by a key, so that one file at a time is looked at."""

    def __init__(self, folder: Path, n_files: int, dtype: npt.DTypeLike) -> None:
        folder.mkdir()
        self.dtype = dtype
        self.paths = [folder / str(i) for i in range(n_files)]

    def add(self, key: Keys, rows: npt.NDArray[np.generic]) -> None:
        """Add rows, each by its key."""
        place = (key % np.uint64(len(self.paths))).astype(np.int64)
        rows = rows[np.argsort(place, kind="stable")]
        bounds = np.cumsum(np.bincount(place, minlength=len(self.paths)))[:-1]
        for path, part in zip(self.paths, np.split(rows, bounds), strict=True):
            if len(part):
                with path.open("ab") as file:
                    part.tofile(file)

    def parts(self) -> Iterator[npt.NDArray[Any]]:
        """The rows of each file."""
        return (np.fromfile(path, self.dtype) for path in self.paths if path.exists())


def pairs(keys: Spread, folder: Path, *, n_shared: int) -> Iterator[Numbers]:
    """Owners with at least so many keys in common, of those that `linked` makes pairs of.

    Args:
        keys: rows of `KEYED`.
        folder: for files; must not be there yet.
        n_shared: how many keys.

    Yields:
        Pairs, shape (at most CHUNK, 2), the smaller owner first, each pair once.
    """
    spread = Spread(folder, len(keys.paths), "u8")
    for part in keys.parts():
        found = linked(part["key"], part["owner"].astype(np.int64)).astype(np.uint64)
        packed = found[:, 0] << np.uint64(32) | found[:, 1]
        spread.add(packed, packed)
    for part in spread.parts():
        packed, n = np.unique(part, return_counts=True)
        packed = packed[n >= n_shared]
        both = np.stack((packed >> np.uint64(32), packed & np.uint64(0xFFFFFFFF)), axis=1)
        for at in range(0, len(both), CHUNK):
            yield both[at : at + CHUNK].astype(np.int64)


def linked(key: Keys, owner: Numbers) -> Numbers:
    """Pairs of owners with a key in common, as many as there are owners twice.

    Each is linked to the first owner of its key and to the one before it: a chain, so that a key
    which a thousand documents share costs two thousand pairs and not a million.
    """
    order = np.lexsort((owner, key))
    key, owner = key[order], owner[order]
    same = key[1:] == key[:-1]
    first = np.maximum.accumulate(np.where(np.concatenate(([True], ~same)), np.arange(len(key)), 0))
    later = owner[1:][same]
    found = np.concatenate(
        (
            np.stack((owner[:-1][same], later), axis=1),
            np.stack((owner[first[1:][same]], later), axis=1),
        )
    )
    # Of a chain's first link both are one pair.
    after_first = np.concatenate(
        (np.ones(same.sum(), dtype=bool), owner[:-1][same] != owner[first[1:][same]])
    )
    return found[after_first & (found[:, 0] < found[:, 1])]


class Sketches:
    """Signatures and samples of documents in files, by the documents' numbers."""

    def __init__(self, folder: Path, n_places: int) -> None:
        self._signatures, self._samples = folder / "signatures", folder / "samples"
        self._ends = folder / "ends"
        self._n_places = n_places
        self._n = self._end = 0

    def add(self, owners: Numbers, signatures: Sample, samples: Sequence[Sample]) -> None:
        """Append sketches; numbers rise, and those that are left out have none."""
        places, self._n = owners - self._n, int(owners[-1]) + 1
        n = int(places[-1]) + 1
        rows = np.zeros((n, self._n_places), signatures.dtype)
        rows[places] = signatures
        lengths = np.zeros(n, np.int64)
        lengths[places] = [len(sample) for sample in samples]
        ends = self._end + np.cumsum(lengths)
        self._end = int(ends[-1])
        for path, values in (
            (self._signatures, rows),
            (self._samples, np.concatenate(samples)),
            (self._ends, ends),
        ):
            with path.open("ab") as file:
                values.tofile(file)

    def similarity(self, pairs: Numbers) -> npt.NDArray[np.float64]:
        """Share of places in which two signatures agree, an estimate of Jaccard similarity."""
        # Mapped for a chunk at a time: pages that were looked at count as this process's memory.
        rows = np.memmap(self._signatures, "<u4", "r").reshape(-1, self._n_places)
        share: npt.NDArray[np.float64] = (rows[pairs[:, 0]] == rows[pairs[:, 1]]).mean(axis=1)
        return share

    def containment(self, pairs: Numbers) -> npt.NDArray[np.float64]:
        """Share of the second one's sample that the first one's has too; 0 for a small sample."""
        if not self._end:
            return np.zeros(len(pairs))
        samples = np.memmap(self._samples, "<u4", "r")
        bounds = np.concatenate(([0], np.memmap(self._ends, np.int64, "r")))
        lengths = np.diff(bounds)[pairs]
        cuts = np.flatnonzero(np.diff(np.cumsum(lengths.sum(axis=1)) // CHUNK_SHINGLES)) + 1
        shared = [_shared(samples, bounds, some) for some in np.split(pairs, cuts) if len(some)]
        of = lengths[:, 1]
        enough = of >= MIN_SAMPLE
        return np.where(enough, np.concatenate(shared) / np.maximum(of, 1), 0.0)


def _shared(samples: Sample, bounds: Numbers, pairs: Numbers) -> Numbers:
    """How many sampled shingles the two of each pair have in common."""

    def keyed(side: int) -> tuple[Numbers, Numbers]:
        """Number of the pair and shingle, both in one, which rise; and the former alone."""
        first, last = bounds[pairs[:, side]], bounds[pairs[:, side] + 1]
        number = np.repeat(np.arange(len(pairs)), last - first)
        starts = np.cumsum(last - first) - (last - first)
        at = np.arange(len(number)) + (first - starts)[number]
        return number << 32 | samples[at].astype(np.int64), number

    (of_first, _), (of_second, number) = keyed(0), keyed(1)
    found = np.searchsorted(of_first, of_second)
    hit = np.append(of_first, -1)[found] == of_second
    return np.bincount(number[hit], minlength=len(pairs))
