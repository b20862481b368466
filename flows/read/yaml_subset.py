"""YAML as people write metadata: scalars, lists and mappings, everything a string.

The loader resolves no types (`country: NO` stays "NO", `2011-05-03` is no date yet) and knows no
tags. Anchors and aliases are refused, as a few lines of them unfold into gigabytes.
"""

from collections.abc import Iterable
from typing import Any

import yaml

MAX_BYTES = 32_768
MAX_DEPTH = 8


class NotMetadata(ValueError):
    """The text is no YAML mapping of the subset; the message says why."""


def load_yaml(text: str) -> dict[str, Any]:
    """Load a mapping.

    Raises:
        NotMetadata: for anything else than a mapping of the subset.
    """
    if len(text) > MAX_BYTES:
        raise NotMetadata(f"more than {MAX_BYTES} characters")
    try:
        values = _build(yaml.parse(text, Loader=yaml.BaseLoader))
    except (yaml.YAMLError, ValueError) as error:
        raise NotMetadata(" ".join(str(error).split())) from error
    if not isinstance(values, dict):
        raise NotMetadata("not a mapping")
    return values


def _build(events: Iterable[yaml.Event]) -> Any:
    """Build the first document from its events; of equal keys the last counts."""
    result: list[Any] = []
    opened: list[list[Any]] = [result]  # what each collection still open holds, flat
    for event in events:
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise NotMetadata("anchors and aliases are not allowed")
        if isinstance(event, yaml.DocumentEndEvent):
            break
        if isinstance(event, yaml.ScalarEvent):
            opened[-1].append(event.value)
        elif isinstance(event, yaml.CollectionStartEvent):
            opened.append([])
            if len(opened) > MAX_DEPTH:
                raise NotMetadata(f"nested deeper than {MAX_DEPTH}")
        elif isinstance(event, yaml.CollectionEndEvent):
            items = opened.pop()
            is_mapping = isinstance(event, yaml.MappingEndEvent)
            opened[-1].append(_mapping(items) if is_mapping else items)
    return result[0] if result else None


def _mapping(items: list[Any]) -> dict[str, Any]:
    keys = items[::2]
    if not all(isinstance(key, str) for key in keys):
        raise NotMetadata("a key is no string")
    return dict(zip(keys, items[1::2], strict=True))
