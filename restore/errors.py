"""Every exception a user can meet. Each names what failed and says what to do about it."""

from __future__ import annotations


class RestoreError(Exception):
    """Base of all errors that `restore` raises on purpose; `exit_code` is what the command line returns."""

    exit_code = 1


class InputError(RestoreError):
    """A text or reference cannot be read or worked on: missing, unreadable, binary, empty, too long."""

    exit_code = 3


class ConfigError(RestoreError, ValueError):
    """The configuration is wrong: an unknown key, a value out of range, an unreadable file."""

    exit_code = 4


class ModelNotFoundError(RestoreError):
    """A model or table that the job needs is not installed; the message holds the command that installs it."""

    exit_code = 5


class ModelDamagedError(ModelNotFoundError):
    """A model file is there, but its content is not what its pinned checksum says."""


class SourceFailedError(RestoreError):
    """A candidate source of another package failed, or gave what is no candidate; the message names the package."""


class PlanMismatchError(RestoreError):
    """A plan cannot be replayed: it is broken, or was made for another text."""

    exit_code = 6


class GoldError(RestoreError):
    """A gold set is missing or its markup is broken."""

    exit_code = 7


class OutputError(RestoreError):
    """A result cannot be written where it was asked for."""

    exit_code = 8


def check_range(name: str, value: float | None, least: float, most: float) -> None:
    """Raise `ConfigError` unless a setting, if it is given, lies between two values, these included."""
    if value is not None and not least <= value <= most:
        raise ConfigError(f"{name} must lie between {least} and {most}, not {value}")
