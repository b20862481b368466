"""Builds whose output is an object store: made in a temporary folder, uploaded, swapped.

Below the URL stand `work/` (the parts, written and read there by every worker), `releases/<id>/`
and the object `latest`, which holds `releases/<id>`. It is swapped by a conditional put: of two
builds that started from one release one publishes, the other one is told so. Only stores that
know `If-Match` and `If-None-Match` will do; that is S3 and what speaks its protocol. What a
release holds and how it is checked does not belong here.
"""

import errno
import json
import posixpath
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import fsspec

from flows.config import Config
from flows.errors import ConfigError, Locked, storage_errors
from flows.plan import Plan, make_plan
from flows.publish.manifest import MANIFEST
from flows.publish.swap import LATEST, RELEASES, point_latest
from flows.rebuild import Steps, build_corpus, rebuild

PROTOCOLS = {"s3", "s3a"}


@dataclass(frozen=True, slots=True)
class Pointer:
    """What `latest` held, and the tag by which the store knows whether it still does."""

    release_id: str
    etag: str


def is_url(output: str) -> bool:
    """Whether an output is an object store's address rather than a folder."""
    return "://" in output


def build_at(
    inputs: Sequence[str],
    output: str,
    config: Config,
    *,
    limit: int | None = None,
    run: Callable[[], Mapping[str, Any]] = dict,
    steps: Steps | None = None,
) -> dict[str, Any]:
    """Build a release and publish it in a folder (`rebuild.build_corpus`) or at an S3 URL.

    Returns:
        The manifest of the release, with `path` (folder or URL), and `new`.

    Raises:
        ConfigError: for a store that cannot swap an object conditionally.
        Locked: another build published there meanwhile; `latest` is its release.
        OnrecordError: as `build_corpus`.
    """
    steps = steps or Steps()
    if not is_url(output):
        return build_corpus(inputs, Path(output), config, limit=limit, run=run, steps=steps)
    store = Store(output)
    with storage_errors(output), TemporaryDirectory(prefix="onrecord-") as folder:
        pointer = store.pointer()
        plan = plan_at(inputs, store, Path(folder), config, limit=limit)
        if found := store.unchanged(plan, pointer):
            return found
        if pointer:  # the checks on drift, the changes and the number are against the last release
            store.download(pointer.release_id, plan.output)
            point_latest(plan.output, pointer.release_id)
        manifest = rebuild(plan, run, steps)
        if pointer is None or manifest["id"] != pointer.release_id:
            store.upload(Path(manifest["path"]), manifest["id"])
            store.swap(pointer, manifest["id"])
        return manifest | {"path": store.url(manifest["id"])}


def plan_at(
    inputs: Sequence[str], store: "Store", folder: Path, config: Config, *, limit: int | None = None
) -> Plan:
    """The plan of a build that stages in a folder and keeps its work parts in the store."""
    plan = make_plan(inputs, folder, config, limit=limit)
    return replace(plan, work_url=f"{store.root}/work")


class Store:
    """Releases below a URL.

    Raises:
        ConfigError: for a store that cannot swap an object conditionally.
    """

    def __init__(self, url: str) -> None:
        self.root = url.rstrip("/")
        protocol = url.partition("://")[0]
        if protocol not in PROTOCOLS:
            raise ConfigError(
                f"{url}: releases are published to folders and to s3:// alone, for {protocol}:// "
                "has no known way to swap an object conditionally. Give another --output."
            )
        self._fs, self._base = fsspec.core.url_to_fs(self.root)

    def url(self, release_id: str) -> str:
        """Address of a release."""
        return f"{self.root}/{RELEASES}/{release_id}"

    def pointer(self) -> Pointer | None:
        """What `latest` holds; None where nothing was published yet."""
        self._fs.invalidate_cache()
        path = posixpath.join(self._base, LATEST)
        try:
            etag = self._fs.info(path)["ETag"]  # before the content: newer content loses the swap
            name = posixpath.basename(self._fs.cat_file(path).decode().strip())
        except FileNotFoundError:
            return None
        return Pointer(name, etag)

    def unchanged(self, plan: Plan, pointer: Pointer | None) -> dict[str, Any] | None:
        """The latest release's manifest, where this plan would make it again and it is whole.

        Whole means that every file is there with its size; `onrecord verify` reads them all.
        """
        manifest = self._manifest(pointer.release_id) if pointer else None
        if not manifest or manifest["build_key"] != plan.build_key or manifest.get("may_pass"):
            return None
        return manifest | {"path": self.url(manifest["id"]), "new": False}

    def download(self, release_id: str, output: Path) -> None:
        """Copy a release into a local output folder."""
        (output / RELEASES).mkdir(parents=True, exist_ok=True)
        source = posixpath.join(self._base, RELEASES, release_id)
        for path in self._fs.find(source):
            target = output / RELEASES / release_id / posixpath.relpath(path, source)
            target.parent.mkdir(parents=True, exist_ok=True)
            self._fs.get_file(path, str(target))

    def upload(self, release: Path, release_id: str) -> None:
        """Copy a release into the store, the manifest last; one that is there whole stays."""
        if self._manifest(release_id):
            return
        files = sorted(
            (p for p in release.rglob("*") if p.is_file()),
            key=lambda p: (p == release / MANIFEST, p),
        )
        for path in files:
            name = path.relative_to(release).as_posix()
            self._fs.put_file(str(path), posixpath.join(self._base, RELEASES, release_id, name))

    def swap(self, pointer: Pointer | None, release_id: str) -> None:
        """Let `latest` name a release, unless somebody changed it since `pointer` was read.

        Raises:
            Locked: somebody did.
        """
        condition = {"IfMatch": pointer.etag} if pointer else {"IfNoneMatch": "*"}
        path = posixpath.join(self._base, LATEST)
        try:
            self._fs.pipe_file(path, f"{RELEASES}/{release_id}\n".encode(), **condition)
        except OSError as error:
            if not isinstance(error, FileExistsError) and error.errno != errno.EINVAL:
                raise
            now = self.pointer()
            # A put whose answer was lost is tried again by the client, and meets itself.
            if now is None or now.release_id != release_id:
                raise Locked(
                    f"{self.root}: another build published {now.release_id if now else 'there'} "
                    f"meanwhile, and it stays the latest. {release_id} is complete beside it. "
                    "Build again."
                ) from error

    def _manifest(self, release_id: str) -> dict[str, Any] | None:
        """Manifest of a release whose files are all there with their sizes."""
        base = posixpath.join(self._base, RELEASES, release_id)
        self._fs.invalidate_cache()
        sizes = {
            posixpath.relpath(path, base): said["size"]
            for path, said in self._fs.find(base, detail=True).items()
        }
        if MANIFEST not in sizes:
            return None
        manifest: dict[str, Any] = json.loads(self._fs.cat_file(posixpath.join(base, MANIFEST)))
        whole = all(sizes.get(name) == said["bytes"] for name, said in manifest["files"].items())
        return manifest if whole else None
