"""Which column of a collection file is taken for which field, for a person to check."""

from collections.abc import Mapping

from flows.config import ReadConfig
from flows.read import columnar, delimited, jsonl
from flows.read.fields import assign
from flows.read.source import Source
from flows.read.streams import CORRUPT, TooLarge


def guess_columns(source: Source, config: ReadConfig) -> Mapping[str, str]:
    """Field to column of a collection file: what `read.columns` says, else a guess by name.

    Returns:
        Empty for a file that is no collection, and for one that cannot be read (`read` says why);
        without `text` where no column of text is known.

    Raises:
        ConfigError: for a field in `read.columns` that does not exist.
    """
    try:
        names = _names(source, config)
    except (OSError, EOFError, TooLarge, *CORRUPT):
        return {}
    return {field: name for field, name in assign(names, config.columns).items() if name in names}


def _names(source: Source, config: ReadConfig) -> list[str]:
    match source.source_format:
        case "json" | "jsonl":
            return jsonl.header(source, config)
        case "csv" | "tsv":
            return delimited.header(source, config)
        case "parquet":
            return columnar.header(source)
    return []
