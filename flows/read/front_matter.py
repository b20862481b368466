"""Front matter: metadata between two lines of `---` at the very start of a text.

An article may merely open with a rule. So what stands between the lines must be a mapping in
which some key is a name of metadata (`title`, `date`, `source`, ...), else all of it is text.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from flows.read.fields import KNOWN, plain_key
from flows.read.yaml_subset import MAX_BYTES, NotMetadata, load_yaml

_OPENING = re.compile(rb"(?:\xef\xbb\xbf)?---[ \t]*\r?\n")
_CLOSING = re.compile(rb"^(?:---|\.\.\.)[ \t]*(?:\r?\n|\Z)", re.MULTILINE)
_LINE = re.compile(r"([A-Za-z_][\w .-]{0,39}?)[ \t]*:(?:[ \t]+(.*)|)")


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """What was found; `n_bytes` is 0 where the file has none."""

    n_bytes: int = 0
    values: Mapping[str, Any] = field(default_factory=dict)
    flags: tuple[str, ...] = ()


def split_front_matter(data: bytes, fallback_encoding: str) -> FrontMatter:
    """Find the front matter of a text; its `n_bytes` include both lines of `---`.

    Front matter that is no YAML but has `key: value` on every line (`title: Obama: we can`) is
    taken line by line and flagged `metadata_invalid`.
    """
    opening = _OPENING.match(data)
    if not opening:
        return FrontMatter()
    closing = _CLOSING.search(data, opening.end(), opening.end() + MAX_BYTES)
    if not closing:
        return FrontMatter()
    block = data[opening.end() : closing.start()]
    try:
        text = block.decode("utf-8")
    except UnicodeDecodeError:
        text = block.decode(fallback_encoding, "replace")
    flags: tuple[str, ...] = ()
    try:
        values = load_yaml(text)
    except NotMetadata:
        values = _by_line(text)
        flags = ("metadata_invalid",)
    if not any(plain_key(key) in KNOWN for key in values):
        return FrontMatter()
    return FrontMatter(closing.end(), values, flags)


def _by_line(text: str) -> dict[str, Any]:
    """Read `key: value` lines; nothing if any line is none."""
    matches = [_LINE.fullmatch(line) for line in text.splitlines() if line.strip()]
    if not all(matches):
        return {}
    return {match[1]: (match[2] or "").strip().strip("\"'") for match in matches if match}
