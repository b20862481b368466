"""What a build is about to do: its inputs and everything else its result depends on.

A plan is made without Prefect and without spaCy, for it also answers, in a second or two, whether
there is anything to do at all.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from flows.annotate.engine import ModelIdentity, ModelMissing, model_identity
from flows.config import Config
from flows.errors import InputsUnusable, ModelUnavailable
from flows.fingerprint import code_fingerprint, digest
from flows.publish.manifest import file_sha256, read_manifest
from flows.publish.swap import latest_release
from flows.publish.verify import verify_files
from flows.read.digest import digest as source_digest
from flows.read.digest import fingerprint
from flows.read.scan import MissingInput, scan
from flows.read.source import Source
from flows.records import Refusal

# Sections and keys that change how a build runs, not what it makes.
WITHOUT_EFFECT: Any = {
    "build": True,
    "read": {"max_files"},
    "annotate": {"seconds_per_document"},
}


@dataclass(frozen=True)
class Plan:
    """A build before it starts.

    Attributes:
        sources: files to read, each with the key of everything cleaning makes of it.
        refusals: inputs that are not read.
        build_key: one hash of all that the release depends on.
        made_from: the same, in parts, for the manifest.
        work_url: root of the work parts where that is not a folder of the output.
    """

    output: Path
    config: Config
    sources: tuple[tuple[str, Source], ...]
    refusals: tuple[Refusal, ...]
    model: ModelIdentity
    build_key: str
    made_from: dict[str, Any]
    work_url: str | None = None

    @property
    def work(self) -> str:
        """Root of the work parts."""
        return self.work_url or str(self.output.resolve() / "work")


def make_plan(
    inputs: Sequence[str], output: Path, config: Config, *, limit: int | None = None
) -> Plan:
    """Find the inputs and compute every key.

    Args:
        inputs: files, folders and URLs.
        output: the output folder.
        config: the configuration.
        limit: most sources.

    Raises:
        InputsUnusable: an input does not exist, or none of them can be read.
        ModelUnavailable: the pipeline is not installed.
    """
    try:
        model = model_identity(config.annotate.model)
    except ModelMissing as error:
        raise ModelUnavailable(str(error)) from error
    sources, refusals = find_sources(inputs, config, limit=limit)
    made_from = {
        "inputs_sha256": digest(
            [
                sorted(key for key, _ in sources),
                sorted([r.source_path, r.source_locator, r.reason] for r in refusals),
            ]
        ),
        "config": config.model_dump(mode="json", exclude=WITHOUT_EFFECT),
        "side_files_sha256": _side_files(config),
        "code_sha256": code_fingerprint(),
        "model": {"name": model.name, "version": model.version, "sha256": model.sha256},
    }
    return Plan(
        output=output,
        config=config,
        sources=tuple(sources),
        refusals=tuple(refusals),
        model=model,
        build_key=digest(made_from),
        made_from=made_from,
    )


def find_sources(
    inputs: Sequence[str], config: Config, *, limit: int | None = None
) -> tuple[list[tuple[str, Source]], list[Refusal]]:
    """Find the files to read, each with its key, and those that are refused.

    Raises:
        InputsUnusable: an input does not exist.
    """
    sources: list[tuple[str, Source]] = []
    refusals: list[Refusal] = []
    try:
        for found in scan(inputs, config.read, limit=limit):
            if isinstance(found, Refusal):
                refusals.append(found)
                continue
            try:
                sha256 = source_digest(found)
                # Known from here on, so that a file written to before it is read is noticed.
                sources.append((_source_key(found, sha256, config), replace(found, sha256=sha256)))
            except OSError as error:
                refusals.append(_unreadable(found, error))
    except MissingInput as error:
        raise InputsUnusable(str(error)) from error
    return sources, refusals


def nothing_new(plan: Plan) -> Path | None:
    """The latest release, where it is whole and this plan would make it again; else None."""
    release = latest_release(plan.output)
    if release is None:
        return None
    try:
        manifest = read_manifest(release)
    except (OSError, ValueError):
        return None
    again = manifest.get("build_key") == plan.build_key and not manifest.get("may_pass")
    return release if again and not verify_files(release) else None


def annotation_key(text_key: str, plan: Plan) -> str:
    """Key of a text's annotations: text, code, configuration and model."""
    return digest(
        [
            text_key,
            code_fingerprint("annotate"),
            plan.config.annotate.model_dump(mode="json", exclude={"seconds_per_document"}),
            plan.made_from["side_files_sha256"].get("annotate.gazetteer"),
            plan.model.sha256,
        ]
    )


def _source_key(source: Source, sha256: str, config: Config) -> str:
    settings = config.read.model_dump(mode="json", exclude={"max_files", "manifest", "withdrawn"})
    cleaning = config.clean.model_dump(
        mode="json",
        exclude={
            "duplicates",
            "duplicate_threshold",
            "recurring_min_documents",
            "recurring_min_share",
        },
    )
    return digest([fingerprint(source, sha256), settings, cleaning, code_fingerprint("clean")])


def _unreadable(source: Source, error: OSError) -> Refusal:
    detail = f"{error.strerror or error}; give permission to read it, or leave it out"
    return Refusal(source.source_path, "unreadable", detail, source_format=source.source_format)


def _side_files(config: Config) -> dict[str, str]:
    """Hashes of the files that the configuration names."""
    named = {
        "annotate.gazetteer": config.annotate.gazetteer,
        "read.withdrawn": config.read.withdrawn,
        "publish.corrections": config.publish.corrections,
    }
    found = {}
    for key, name in named.items():
        if name is not None:
            try:
                found[key] = file_sha256(Path(name))
            except OSError as error:
                raise InputsUnusable(
                    f"{name}: cannot be read ({error.strerror}). Mend {key} in the configuration."
                ) from error
    return found
