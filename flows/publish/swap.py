"""Making a staged release the latest: one rename of the folder, one rename of the pointer.

A reader sees the old release or the new one. Whatever instant the process dies at, `latest` names
a whole release; what lies in `.staging` is never read and is cleared by the next build. Staging is
beside the releases, so that the rename never leaves their file system.
"""

import errno
import os
import shutil
from pathlib import Path

from flows.errors import StorageRefused
from flows.publish.manifest import MANIFEST, files_below
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
    for left in _listed(releases):
        if left.name == STAGING or left.name.startswith(LEAVING):
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
    files = files_below(staging)
    for path in (*files, *sorted({path.parent for path in files} | {staging})):
        _sync(path)
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
    """Let `latest` name a release, in one rename.

    Raises:
        StorageRefused: where there cannot be a link.
        OSError: when the file system refuses otherwise.
    """
    draft = output / f".{LATEST}.new"
    draft.unlink(missing_ok=True)
    try:
        draft.symlink_to(Path(RELEASES) / release_id)
    except OSError as error:
        # What file systems without links say; where permission lacks it is another number.
        if error.errno not in (errno.EPERM, errno.ENOSYS, errno.EOPNOTSUPP):
            raise
        raise StorageRefused(
            f"{output}: its file system knows no symbolic links, and `{LATEST}` is one. Give an "
            "--output on another file system; what is done of the work can be copied there."
        ) from error
    draft.replace(output / LATEST)
    _sync(output)


def latest_release(output: Path) -> Path | None:
    """Folder of the latest release, or None when there is none."""
    pointer = output / LATEST
    return pointer.resolve() if pointer.is_dir() else None


def all_releases(output: Path) -> list[Path]:
    """Folders of all releases, by name."""
    return [p for p in _listed(output / RELEASES) if p.is_dir() and not p.name.startswith(".")]


def _listed(releases: Path) -> list[Path]:
    """What is in the folder of releases; unlike `glob`, it raises where that may not be seen."""
    return sorted(releases.iterdir()) if releases.is_dir() else []


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
        (p.relative_to(staging) for p in files_below(staging)),
        key=lambda name: (name == Path(MANIFEST), name),
    )
    for name in names:
        target = release / name
        if target.is_dir():
            shutil.rmtree(target)
        target.parent.mkdir(parents=True, exist_ok=True)
        (staging / name).replace(target)
        _sync(target.parent)
    for path in files_below(release):
        if path.relative_to(release) not in names:
            path.unlink()


def _sync(path: Path) -> None:
    """Have the file system write a file or folder down: a rename may not outrun its content."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
