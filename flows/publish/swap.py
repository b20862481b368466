"""Making a staged release the latest: one rename of the folder, one rename of the pointer.

A reader sees the old release or the new one. Whatever instant the process dies at, `latest` names
a whole release; what lies in `staging` is never read and is cleared by the next build.
"""

import os
import shutil
from pathlib import Path

LATEST = "latest"
RELEASES = "releases"
STAGING = "staging"


def new_staging(output: Path) -> Path:
    """An empty folder to stage a release in; what an interrupted build left is cleared."""
    staging = output / "work" / STAGING
    if staging.exists():
        shutil.rmtree(staging)
    staging.mkdir(parents=True)
    return staging


def publish(staging: Path, output: Path, release_id: str) -> Path:
    """Move a staged, complete release to its place and point `latest` to it.

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
        if path.is_file():
            _sync(path)
    release.parent.mkdir(exist_ok=True)
    if release.exists():
        shutil.rmtree(staging)
    else:
        staging.rename(release)
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


def _sync(path: Path) -> None:
    """Have the file system write a file or folder down: a rename may not outrun its content."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
