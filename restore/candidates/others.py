"""Candidate sources of other packages, found by their entry points and named in `Config.other_sources`.

A source of another package is asked like every other one, but it is no witness: what it says is evidence of the kind
`package`, so that figures and names stay as they are, whatever it proposes. Its own features are kept; the trees that
ship know none of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from importlib.metadata import EntryPoint, entry_points
from typing import Any

from restore.candidates.base import Candidate, Context
from restore.errors import ConfigError, SourceFailedError
from restore.records import Evidence

GROUP = "restore.candidate_sources"
"""The group of the entry points: each names a class, or a function without arguments, that makes a source."""

_WITHOUT = "take it out of other_sources"


class OtherSource:
    """A source of another package, behind a door that checks what comes through it.

    `told` names it and the package that brings it, for messages and fingerprints.
    """

    def __init__(self, name: str, told: str, source: Any) -> None:
        self.name, self._told, self._source = name, told, source

    def propose(self, context: Context) -> Iterator[Candidate]:
        """Yield the source's candidates as evidence of its name; raises `SourceFailedError` if it fails."""
        try:
            for candidate in self._source.propose(context):
                yield self._signed(candidate, len(context.parsed.text))
        except SourceFailedError:
            raise
        except Exception as error:
            raise self._failed(f"{type(error).__name__}: {error}") from error

    def _signed(self, candidate: object, length: int) -> Candidate:
        """Return a candidate with its evidence signed; raises `SourceFailedError` for what is none."""
        if not isinstance(candidate, Candidate) or not isinstance(candidate.replacement, str):
            raise self._failed(f"it gave {candidate!r}, which is no Candidate")
        if not 0 <= candidate.start < candidate.end <= length:
            raise self._failed(f"a candidate of characters {candidate.start} to {candidate.end} lies outside the text")
        given = candidate.evidence
        if not given or not all(isinstance(e, Evidence) and 0 <= e.score <= 1 for e in given):
            raise self._failed("a candidate needs evidence with a score of 0 to 1")
        signed = tuple(Evidence("package", self.name, e.quote, e.score) for e in given)
        return replace(candidate, evidence=signed)

    def _failed(self, why: str) -> SourceFailedError:
        return SourceFailedError(
            f"the candidate source {self._told} failed: {why}; report it to that package, or {_WITHOUT}"
        )


def make_others(names: Iterable[str]) -> list[OtherSource]:
    """Make the named sources of other packages.

    Raises `ConfigError` if none or several packages offer one, `SourceFailedError` if one cannot be made.
    """
    return [_made(name) for name in names]


def told_others(names: Iterable[str]) -> list[str]:
    """Return name, package and version of each source; raises `ConfigError` as `make_others` does. Imports none."""
    return [_told(_found(name)) for name in names]


def _made(name: str) -> OtherSource:
    point = _found(name)
    try:
        source = point.load()()
    except Exception as error:
        why = f"{type(error).__name__}: {error}"
        message = (
            f"the candidate source {_told(point)} cannot be loaded: {why}; install that package again, or {_WITHOUT}"
        )
        raise SourceFailedError(message) from error
    if not callable(getattr(source, "propose", None)):
        raise SourceFailedError(f"the candidate source {_told(point)} has no method propose: report it to that package")
    return OtherSource(name, _told(point), source)


def _found(name: str) -> EntryPoint:
    """Return the entry point of a name."""
    offered = entry_points(group=GROUP)
    points = list({(_told(point), point.value): point for point in offered.select(name=name)}.values())
    if not points:
        there = ", ".join(sorted({point.name for point in offered})) or "none is installed"
        raise ConfigError(
            f"no installed package offers the candidate source {name!r} (offered: {there}): install one, or {_WITHOUT}"
        )
    if len(points) > 1:
        packages = ", ".join(sorted(_told(point) for point in points))
        raise ConfigError(f"several packages offer the candidate source {name!r} ({packages}): uninstall all but one")
    return points[0]


def _told(point: EntryPoint) -> str:
    package = point.dist
    return point.name if package is None else f"{point.name} ({package.name} {package.version})"
