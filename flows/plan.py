"""What a build is about to do: its inputs and everything else its result depends on.

A plan is made without Prefect and without spaCy, for it also answers, in a second or two, whether
there is anything to do at all.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

from flows.annotate.engine import ModelIdentity, ModelMissing, model_identity
from flows.config import Config
from flows.errors import InputsUnusable, ModelUnavailable
from flows.fingerprint import code_fingerprint, digest
from flows.index import Index
from flows.publish.manifest import file_sha256, read_manifest
from flows.publish.swap import latest_release
from flows.publish.verify import verify_files
from flows.read.digest import digest as source_digest
from flows.read.digest import fingerprint
from flows.read.scan import MissingInput, scan
from flows.read.source import Source, dumps
from flows.records import Refusal

# Sections and keys that change how a build runs, not what it makes.
WITHOUT_EFFECT: Any = {
    "build": True,
    "read": {"max_files"},
    "annotate": {"seconds_per_document"},
}
_FIELDS = [field.name for field in fields(Refusal)]
# Columns of a table of refusals.
REFUSAL = ", ".join(_FIELDS)


@dataclass(frozen=True)
class Plan:
    """A build before it starts.

    Attributes:
        index: what is known of the inputs (see `find_sources`) and, later, of the documents.
        build_key: one hash of all that the release depends on.
        made_from: the same, in parts, for the manifest.
        work_url: root of the work parts where that is not a folder of the output.
    """

    output: Path
    config: Config
    index: Index
    model: ModelIdentity
    build_key: str
    made_from: dict[str, Any]
    work_url: str | None = None

    @property
    def work(self) -> str:
        """Root of the work parts."""
        return self.work_url or str(self.output.resolve() / "work")

    @property
    def refusals(self) -> Iterator[Refusal]:
        """Inputs that are not read."""
        return (Refusal(*row) for row in self.index.rows(f"select {REFUSAL} from refusals"))


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
    index = find_sources(inputs, config, limit=limit)
    made_from = {
        "inputs_sha256": _inputs_sha256(index),
        "config": config.model_dump(mode="json", exclude=WITHOUT_EFFECT),
        "side_files_sha256": _side_files(config),
        "code_sha256": code_fingerprint(),
        "model": {"name": model.name, "version": model.version, "sha256": model.sha256},
    }
    return Plan(
        output=output,
        config=config,
        index=index,
        model=model,
        build_key=digest(made_from),
        made_from=made_from,
    )


def find_sources(inputs: Sequence[str], config: Config, *, limit: int | None = None) -> Index:
    """Find the files to read, each with its key, and those that are refused.

    Returns:
        An index with the tables `sources` (`position`, `key`, `source_path`, `n_bytes` and
        `source`, as `read.source.dumps` writes it) and `refusals`, in the order of the scan.

    Raises:
        InputsUnusable: an input does not exist.
    """
    index = Index()
    index.make("sources", "position integer primary key, key, source_path, n_bytes, source")
    index.make("refusals", REFUSAL)
    key_of = _keys(config)

    def keyed() -> Iterator[tuple[None, str, str, int, str]]:
        for found in scan(inputs, config.read, limit=limit):
            if isinstance(found, Refusal):
                refuse(index, "refusals", [found])
                continue
            try:
                # Known from here on, so that a file written to before it is read is noticed.
                source = replace(found, sha256=source_digest(found))
                yield None, key_of(source), source.source_path, source.n_bytes, dumps(source)
            except OSError as error:
                refuse(index, "refusals", [_unreadable(found, error)])

    try:
        index.fill("sources", keyed(), 5)
    except MissingInput as error:
        raise InputsUnusable(str(error)) from error
    index.execute("create index sources_by_path on sources (source_path)")
    return index


def refuse(index: Index, table: str, refusals: Iterable[Refusal]) -> None:
    """Add refusals to a table that has their fields as its columns."""
    rows = (tuple(getattr(refusal, name) for name in _FIELDS) for refusal in refusals)
    marks = ", ".join("?" * len(_FIELDS))
    index.database.executemany(f"insert into {table} ({REFUSAL}) values ({marks})", rows)


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


def annotation_keys(plan: Plan) -> Callable[[str], str]:
    """What gives the key of a text's annotations: of text, code, configuration and model."""
    rest = digest(
        [
            code_fingerprint("annotate"),
            plan.config.annotate.model_dump(mode="json", exclude={"seconds_per_document"}),
            plan.made_from["side_files_sha256"].get("annotate.gazetteer"),
            plan.model.sha256,
        ]
    )
    return lambda text_key: digest([text_key, rest])


def _keys(config: Config) -> Callable[[Source], str]:
    """What gives the key of a source: of its bytes, its name and how it is read and cleaned."""
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
    rest = digest([settings, cleaning, code_fingerprint("clean")])
    return lambda source: digest([fingerprint(source, source.sha256 or ""), rest])


def _inputs_sha256(index: Index) -> str:
    """One hash of all inputs, in whatever order they were found."""
    running = hashlib.sha256()
    for (key,) in index.rows("select key from sources order by key"):
        running.update(key.encode())
    columns = "source_path, source_locator, reason"
    for row in index.rows(f"select {columns} from refusals order by {columns}"):
        running.update(digest(row).encode())
    return running.hexdigest()


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
