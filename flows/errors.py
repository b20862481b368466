"""Errors a user meets, each with its exit code; the message names what, why and the mend."""

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager


class OnrecordError(Exception):
    """Base of all errors that end a command with a message and an exit code."""

    exit_code = 1


class UsageError(OnrecordError):
    """The command line asks for something that cannot be."""

    exit_code = 2


class ConfigError(OnrecordError):
    """The configuration cannot be used."""

    exit_code = 3


class InputsUnusable(OnrecordError):
    """No input can be read, or too many were refused."""

    exit_code = 4


class ValidationFailed(OnrecordError):
    """A check failed; nothing was published."""

    exit_code = 5


class Locked(OnrecordError):
    """Another build writes to the same output."""

    exit_code = 6


class IntegrityMismatch(OnrecordError):
    """A release is not what its manifest says."""

    exit_code = 7


class ModelUnavailable(OnrecordError):
    """The spaCy pipeline, or its device, is not there."""

    exit_code = 8


class StorageRefused(OnrecordError):
    """No space, or no permission."""

    exit_code = 9


class OrchestratorUnavailable(OnrecordError):
    """Prefect's server, or its database, does not answer."""


class Interrupted(OnrecordError):
    """Stopped by the user."""

    exit_code = 130


_NO_STORAGE = {
    errno.ENOSPC: "no space is left; free some, or give another --output",
    errno.EDQUOT: "your quota is used up; free some space, or give another --output",
    errno.EFBIG: "a file grew above the limit of this process; raise `ulimit -f`",
    errno.EACCES: "permission was refused; give it, or give another --output",
    errno.EPERM: "permission was refused; give it, or give another --output",
    errno.EROFS: "the file system is read-only; give another --output",
    errno.EMFILE: "too many files are open; raise `ulimit -n`",
    errno.ENFILE: "too many files are open on this machine",
}


@contextmanager
def storage_errors(output: str) -> Iterator[None]:
    """Turn the system's refusals to store something into `StorageRefused`."""
    try:
        yield
    except OnrecordError:
        raise
    except Exception as error:
        code = _errno(error)
        if code not in _NO_STORAGE:
            raise
        name = getattr(error, "filename", None) or output
        raise StorageRefused(f"{name}: {_NO_STORAGE[code]}. Nothing was published.") from error


def _errno(error: Exception) -> int:
    """The system's number of an error; DuckDB's own has it in words alone."""
    if isinstance(error, OSError):
        return error.errno or 0
    if type(error).__name__ != "IOException":
        return 0
    return next((code for code in _NO_STORAGE if os.strerror(code) in str(error)), 0)
