"""How often a rule is right: the calibrated confidence of each quote.

Belongs here: reading `seeds/lexicons/confidence.tsv`. Does not belong here: making it
(`benchmarks/confidence.py` does, from annotated articles).
"""

import csv
from collections.abc import Mapping
from functools import cache
from pathlib import Path

PATH = Path(__file__).resolve().parents[3] / "seeds" / "lexicons" / "confidence.tsv"
COLUMNS = ("rule", "kind", "quotes", "right", "confidence")
UNKNOWN = 0.5


@cache
def load_confidence(path: Path = PATH) -> Mapping[tuple[str, str], float]:
    """Read the share right by rule and kind (`speech` or `thought`).

    Raises:
        ValueError: when the file has other columns than it should.
    """
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader((line for line in file if not line.startswith("#")), delimiter="\t")
        if tuple(reader.fieldnames or ()) != COLUMNS:
            raise ValueError(f"{path}: columns {reader.fieldnames}, not {COLUMNS}")
        return {(row["rule"], row["kind"]): float(row["confidence"]) for row in reader}


def confidence_of(rule: str, cue_kind: str) -> float:
    """Share right of the quotes of a rule; 0.5 for a rule never seen in the calibration."""
    return load_confidence().get((rule, group_of(cue_kind)), UNKNOWN)


def group_of(cue_kind: str) -> str:
    """The kind under which a quote is calibrated."""
    return "thought" if cue_kind == "think" else "speech"
