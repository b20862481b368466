"""YAML as people write metadata: scalars, lists and mappings, everything a string.

The loader resolves no types (`country: NO` stays "NO", `2011-05-03` is no date yet) and knows no
tags. Anchors and aliases are refused, as a few lines of them unfold into gigabytes.
"""

from typing import Any

import yaml

MAX_BYTES = 65_536
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
    depth = 0
    try:
        for event in yaml.parse(text, Loader=yaml.BaseLoader):
            if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
                raise NotMetadata("anchors and aliases are not allowed")
            depth += isinstance(event, yaml.CollectionStartEvent)
            depth -= isinstance(event, yaml.CollectionEndEvent)
            if depth > MAX_DEPTH:
                raise NotMetadata(f"nested deeper than {MAX_DEPTH}")
        values = yaml.load(text, Loader=yaml.BaseLoader)  # noqa: S506 (makes strings only)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise NotMetadata(str(error).replace("\n", " ")) from error
    if not isinstance(values, dict) or not all(isinstance(key, str) for key in values):
        raise NotMetadata("not a mapping")
    return values
