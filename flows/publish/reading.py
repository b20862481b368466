"""Readers and collectors of a release: who reads one holds it, and what is held is not deleted.

The lock is the operating system's, on the manifest, which is opened for reading alone: it leaves
nothing behind, works on a read-only file system, and ends with its process.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flows.errors import UsageError
from flows.publish.manifest import MANIFEST
from flows.publish.swap import remove_release


@contextmanager
def reading(release: Path) -> Iterator[Path]:
    """Hold a release while it is read; gives its own folder, whatever `latest` names by then.

    Raises:
        UsageError: when it is no release, or is collected this very moment.
    """
    folder, handle = _hold(release)
    try:
        yield folder
    finally:
        os.close(handle)


def _hold(release: Path) -> tuple[Path, int]:
    """Folder and lock of a release; where `latest` moves on meanwhile, of the one it names then."""
    folder = release.resolve()
    try:
        handle = os.open(folder / MANIFEST, os.O_RDONLY)
    except (FileNotFoundError, NotADirectoryError) as error:
        if release.resolve() != folder:
            return _hold(release)
        raise UsageError(
            f"{release} is no release: it has no {MANIFEST}. `onrecord releases` lists those there are."
        ) from error
    fcntl.flock(handle, fcntl.LOCK_SH)
    if (folder / MANIFEST).exists():
        return folder, handle
    os.close(handle)
    if release.resolve() != folder:
        return _hold(release)
    raise UsageError(f"{release}: has just been collected. Read another one.")


def remove_unread(release: Path) -> bool:
    """Delete a release, unless someone holds it; says whether it was deleted."""
    handle = os.open(release / MANIFEST, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    else:
        remove_release(release)
        return True
    finally:
        os.close(handle)
