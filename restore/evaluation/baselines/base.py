"""The frame of a baseline: it names edits of a text, and whatever goes wrong with one text stays with that text."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Sequence
from importlib.metadata import PackageNotFoundError, version
from typing import NamedTuple, Protocol

from restore.errors import ModelNotFoundError, RestoreError
from restore.records import Correction, Evidence, EvidenceKind, Reference, Restoration, Verdict

_NO_VERDICT = Verdict(damaged=False, probability=0.0, damaged_share=0.0)


class Baseline(Protocol):
    """What restores texts for comparison: the interface of the engine, with a name and versions for the signature."""

    @property
    def name(self) -> str:
        """The name that `make_baseline` knows it by."""
        ...

    @property
    def version(self) -> str:
        """What its results depend on, such as "symspellpy 6.10.1"."""
        ...

    def restore(self, text: str, references: Sequence[str | Reference] = ()) -> Restoration:
        """Restore one text; one that it cannot work on gives a restoration without corrections, with an `error`."""
        ...


class ToolEdit(NamedTuple):
    """What should stand in the characters `[start, end)` of a text, and the complaint that says so."""

    start: int
    end: int
    replacement: str
    kind: EvidenceKind
    complaint: str


class EditingBaseline(ABC):
    """A baseline that names edits; all of them are applied, where two overlap the earlier one."""

    name: str

    @property
    @abstractmethod
    def version(self) -> str:
        """What its results depend on."""

    @abstractmethod
    def edits(self, text: str) -> Iterable[ToolEdit]:
        """Name the edits of a text; anything but a `RestoreError` counts as a text it cannot digest."""

    def restore(self, text: str, references: Sequence[str | Reference] = ()) -> Restoration:  # noqa: ARG002
        """Apply the edits; the references are not looked at.

        Raises `RestoreError` only for what concerns all texts, such as a server that is gone.
        """
        try:
            corrections = tuple(_corrections(text, self.edits(text), self.name))
        except RestoreError:
            raise
        except Exception as error:
            return unworkable(text, self.version, f"{self.name}: {type(error).__name__}: {error}")
        return Restoration(text, corrections, 0.0, _NO_VERDICT, config_fingerprint=self.version)


def unworkable(text: str, fingerprint: str, error: str) -> Restoration:
    """Return the restoration of a text that could not be worked on."""
    return Restoration(text, (), 0.0, _NO_VERDICT, config_fingerprint=fingerprint, error=error)


def require(package: str, name: str, extra: str) -> None:
    """Raise `ModelNotFoundError`, with the command that helps, unless the package that a baseline needs is there."""
    try:
        version(package)
    except PackageNotFoundError as error:
        raise ModelNotFoundError(
            f"the baseline {name} needs the package {package}: pip install 'restore-text[{extra}]'"
        ) from error


def package_version(package: str) -> str:
    """Return the name and version of an installed package."""
    try:
        return f"{package} {version(package)}"
    except PackageNotFoundError:
        return f"{package} none"


def _corrections(text: str, edits: Iterable[ToolEdit], name: str) -> Iterator[Correction]:
    last = 0
    for edit in sorted(edits, key=lambda e: (e.start, e.end)):
        original = text[edit.start : edit.end]
        if edit.start < last or edit.end < edit.start or edit.end > len(text) or original == edit.replacement:
            continue
        operation = "M" if not original else "U" if not edit.replacement else "R"
        kind = "SPELL" if edit.kind == "spelling" else "OTHER"
        evidence = Evidence(edit.kind, name, edit.complaint, 1.0)
        yield Correction(
            edit.start, edit.end, original, edit.replacement, f"{operation}:{kind}", 1.0, (evidence,), edit.complaint
        )
        last = edit.end
