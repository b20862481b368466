"""Making a staged release the latest: one rename of the folder, one rename of the pointer.

A reader sees the old release or the new one. Whatever instant the process dies at, `latest` names
a whole release; what lies in `.staging` is never read and is cleared by the next build. Staging is
beside the releases, so that the rename never leaves their file system.
"""

import os
import shutil
from pathlib import Path

from flows.errors import StorageRefused
from flows.publish.manifest import MANIFEST
from flows.publish.verify import verify_files

LATEST = "latest"
RELEASES = "releases"
STAGING = ".staging"
# Releases on their way out: renamed first, so that nobody finds half of one.
LEAVING = ".leaving-"


def new_staging(output: Path) -> Path:
    """An empty folder to stage a release in; what interrupted commands left is cleared.

    Raises:
        StorageRefused: where `latest` is no pointer that could be swapped.
    """
    pointer = output / LATEST
    if pointer.is_dir() and not pointer.is_symlink():
        raise StorageRefused(
            f"{pointer}: a folder, where a link to the latest release belongs. Move it away."
        )
    clear_left(output)
    staging = output / RELEASES / STAGING
    staging.mkdir(parents=True)
    return staging


def clear_left(output: Path) -> None:
    """Delete what interrupted commands left half staged or half deleted."""
    releases = output / RELEASES
    for left in (releases / STAGING, *releases.glob(f"{LEAVING}*")):
        if left.exists():
            shutil.rmtree(left)


def publish(staging: Path, output: Path, release_id: str) -> Path:
    """Move a staged, complete release to its place and point `latest` to it.

    A damaged folder of the same id is mended file by file: one id means the same tables, so a
    reader of it never meets a mixture.

    Args:
        staging: folder with every file of the release, manifest included.
        output: the output folder.
        release_id: name of the release.

    Returns:
        Folder of the release.

    Raises:
        OSError: when the file system refuses; `latest` is then what it was.
    """
    release = output / RELEASES / release_id
    for path in sorted(staging.rglob("*")):
        _sync(path)
    _sync(staging)
    if not release.exists():
        staging.rename(release)
    else:
        if verify_files(release):
            _mend(release, staging)
        shutil.rmtree(staging)
    _sync(release.parent)
    point_latest(output, release_id)
    return release


def point_latest(output: Path, release_id: str) -> None:
    """Let `latest` name a release, in one rename."""
    draft = output / f".{LATEST}.new"
    draft.unlink(missing_ok=True)
    draft.symlink_to(Path(RELEASES) / release_id)
    draft.replace(output / LATEST)
    _sync(output)


def latest_release(output: Path) -> Path | None:
    """Folder of the latest release, or None when there is none."""
    pointer = output / LATEST
    return pointer.resolve() if pointer.is_dir() else None


def all_releases(output: Path) -> list[Path]:
    """Folders of all releases, by name."""
    return sorted(
        p for p in (output / RELEASES).glob("*") if p.is_dir() and not p.name.startswith(".")
    )


def remove_release(release: Path) -> None:
    """Delete a release; whoever looks for it finds all of it or nothing."""
    leaving = release.with_name(LEAVING + release.name)
    if leaving.exists():
        shutil.rmtree(leaving)
    release.rename(leaving)
    shutil.rmtree(leaving)


def _mend(release: Path, staging: Path) -> None:
    """Replace every file of a release by its staged twin, the manifest last; no other stays."""
    names = sorted(
        (p.relative_to(staging) for p in staging.rglob("*") if p.is_file()),
        key=lambda name: (name == Path(MANIFEST), name),
    )
    for name in names:
        target = release / name
        if target.is_dir():
            shutil.rmtree(target)
        target.parent.mkdir(parents=True, exist_ok=True)
        (staging / name).replace(target)
        _sync(target.parent)
    for path in sorted(release.rglob("*")):
        if path.is_file() and path.relative_to(release) not in names:
            path.unlink()


def _sync(path: Path) -> None:
    """Have the file system write a file or folder down: a rename may not outrun its content."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
