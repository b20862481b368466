"""Errors a user meets, each with its exit code; the message names what, why and the mend."""


class OnrecordError(Exception):
    """Base of all errors that end a command with a message and an exit code."""

    exit_code = 1


class UsageError(OnrecordError):
    """The command line asks for something that cannot be."""

    exit_code = 2


class ConfigurationError(OnrecordError):
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


class Interrupted(OnrecordError):
    """Stopped by the user."""

    exit_code = 130
