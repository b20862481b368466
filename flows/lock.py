"""One build at a time for an output folder: an advisory lock that ends with its process."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from flows.errors import Locked, StorageRefused


@contextmanager
def build_lock(output: Path) -> Iterator[None]:
    """Hold the output folder for this process.

    The lock is the operating system's (flock), so neither `kill -9` nor a reboot leaves it behind.

    Raises:
        Locked: another process holds it.
        StorageRefused: the folder cannot be written to.
    """
    try:
        output.mkdir(parents=True, exist_ok=True)
        lock = FileLock(output / ".lock")
        lock.acquire(timeout=0)
    except Timeout as error:
        raise Locked(
            f"{output}: another build is writing here. Wait for it to end, or give another --output."
        ) from error
    except OSError as error:
        raise StorageRefused(
            f"{output}: cannot be written to ({error.strerror or error}). "
            "Give permission to write, or another --output."
        ) from error
    try:
        yield
    finally:
        lock.release()
