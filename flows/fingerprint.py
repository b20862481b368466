"""Fingerprints: what a result depends on, as one hash.

A part made by a stage is reused as long as the fingerprint of what made it stays the same: the
stage's source, its lexicons, the libraries under it, its section of the configuration.
"""

import hashlib
import json
import sys
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]

_BOTH = ("flows/records.py", "flows/shards.py", "flows/time_limit.py", "flows/columnar.py")
_CLEAN = ("flows/read", "flows/clean", "flows/alignment.py")
_LEXICONS = ("flows/lexicons.py", "seeds/lexicons")  # cleaning asks none
_ANNOTATE = (
    "flows/batching.py",
    "flows/segment",
    "flows/annotate",
    "flows/parse.py",
    *_LEXICONS,
)
# What puts the work of the stages together: which documents there are, and what stands in a row.
_RELEASE = (
    "flows/texts.py",
    "flows/database.py",
    "flows/plan.py",
    "flows/walk.py",
    "flows/ledgers.py",
    "flows/index.py",
    "flows/gather.py",
    "flows/staging.py",
    "flows/validate",
    "flows/publish",
    "schemas",
)
# What each stage's code depends on, relative to the checkout. How work is run, watched, shown,
# searched, exported and evaluated changes no table, and stands in none of them.
STAGES = {
    "clean": (*_CLEAN, *_BOTH),
    "annotate": (*_ANNOTATE, *_BOTH),
    "all": (*_CLEAN, *_ANNOTATE, *_BOTH, *_RELEASE),
}

# Libraries that decide what stands in a table.
LIBRARIES = {
    "clean": ("ftfy", "trafilatura", "lxml", "fastwarc", "py3langid", "rensa", "pyyaml", "pyarrow"),
    "annotate": ("spacy", "thinc", "numpy", "babel"),
    "all": ("pyarrow", "pandas"),
}


def digest(value: Any) -> str:
    """SHA-256 of a JSON value, keys sorted."""
    text = json.dumps(value, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


@cache
def code_fingerprint(stage: str = "all") -> str:
    """SHA-256 of a stage's sources and lexicons, and the versions of the libraries it uses.

    Args:
        stage: `clean`, `annotate`, or `all` for everything a release depends on.
    """
    names = ("clean", "annotate", "all") if stage == "all" else (stage,)
    files = {
        str(path.relative_to(ROOT)): hashlib.sha256(path.read_bytes()).hexdigest()
        for place in STAGES[stage]
        for path in _sources(ROOT / place)
    }
    libraries = {lib: _version(lib) for name in names for lib in LIBRARIES[name]}
    # Python's version is that of its regular expressions and of its Unicode tables.
    return digest({"files": files, "libraries": libraries, "python": sys.version_info[:2]})


def _sources(place: Path) -> list[Path]:
    if place.is_file():
        return [place]
    return sorted(
        p
        for p in place.rglob("*")
        if p.is_file()
        and p.suffix in {".py", ".tsv", ".txt", ".csv", ".html", ".sql", ".yaml", ".json"}
    )


def _version(library: str) -> str:
    try:
        return version(library)
    except PackageNotFoundError:
        return "absent"
