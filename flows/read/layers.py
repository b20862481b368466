"""Where metadata of one article comes from: defaults < the article's own < sidecar < manifest."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from flows.config import ReadConfig
from flows.read.json_text import parse_object
from flows.read.source import Source
from flows.read.streams import open_raw
from flows.read.yaml_subset import MAX_BYTES, NotMetadata, load_yaml

DEFAULTS = "defaults"
RECORD = "record"


@dataclass(frozen=True, slots=True)
class Layer:
    """Metadata from one place, as given there.

    `flags` say what was odd about the place; `columns` is the user's mapping of fields to names,
    for a `RECORD` of a collection, whose text is among its values.
    """

    name: str
    values: Mapping[str, Any]
    flags: tuple[str, ...] = ()
    columns: Mapping[str, str] = field(default_factory=dict)


def file_layers(source: Source, config: ReadConfig, own: Layer) -> list[Layer]:
    """The layers of an article, the strongest last."""
    return [
        Layer(DEFAULTS, config.defaults),
        own,
        *(_sidecar(path) for path in source.sidecars),
        Layer("manifest", dict(source.given)),
    ]


def _sidecar(path: str) -> Layer:
    try:
        with open_raw(path) as stream:
            data = stream.read(MAX_BYTES + 1)
        if len(data) > MAX_BYTES:
            raise NotMetadata(f"more than {MAX_BYTES} bytes")
        text = data.decode("utf-8-sig")
        values = _load_json(text) if path.endswith(".json") else load_yaml(text)
    except (OSError, ValueError) as error:
        return Layer("sidecar", {"sidecar_error": str(error)}, ("metadata_invalid",))
    return Layer("sidecar", values)


def _load_json(text: str) -> dict[str, Any]:
    return {name: member.value for name, member in parse_object(text)[0].items()}
