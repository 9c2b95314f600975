from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from restore.cli import engine
from restore.config import Config
from restore.engine.fingerprints import config_fingerprint
from restore.records import (
    REWRITE,
    Comparison,
    Correction,
    Evidence,
    Fact,
    Finding,
    Reference,
    ReferenceReport,
    Restoration,
    Rewritten,
    Verdict,
)

CLEAN = "The president spoke.\n"
SPUN = "The chairman spoke in  zone.\n"


class FakeRestorer:
    """Turns "chairman" into "president" (sure) and "zone" into "area" (not sure); refuses references about cats."""

    seen: tuple[Reference, ...] = ()
    spins: tuple[Reference, ...] = ()

    def __init__(self, config: Config) -> None:
        self.config = config
        self.fingerprint = config_fingerprint(config)

    def restore(
        self, text: str, references: Sequence[str | Reference] = (), spins: Sequence[str | Reference] = ()
    ) -> Restoration:
        given = [r for r in references if isinstance(r, Reference)]
        others = [r for r in spins if isinstance(r, Reference)]
        FakeRestorer.seen, FakeRestorer.spins = tuple(given), tuple(others)
        return Restoration(
            text=text,
            corrections=tuple(_corrections(text)),
            threshold=self.config.threshold,
            verdict=self.check(text, given),
            references=tuple(
                ReferenceReport(r.id, "cats" not in r.text, 0.1 if "cats" in r.text else 0.8, "another event")
                for r in given
            ),
            config_fingerprint=config_fingerprint(self.config),
            notes=("settled after 2 passes",),
            rewrites=() if self.config.rewrites else tuple(_rewrites(text, given)),
            spins=tuple(ReferenceReport(r.id, "cats" not in r.text, 0.7, "seventy percent") for r in others),
        )

    def check(self, text: str, references: Sequence[str | Reference] = ()) -> Verdict:
        place = text.find("chairman")
        findings = (Finding(place, place + 8, "chairman", "synonym", 0.7, "often written\nfor president"),)
        given = [r.id for r in references if isinstance(r, Reference) and "cats" not in r.text]
        reading = Rewritten(place >= 0, 0.97 if place >= 0 else 0.03, 0.8, 0.41, given[0]) if given else None
        probability = 0.99 if place >= 0 else 0.01
        return Verdict(place >= 0, probability, 0.2, findings if place >= 0 else (), rewritten=reading)


def _rewrites(text: str, references: Sequence[Reference]) -> list[Correction]:
    """Propose the first line of a reference for the first line, sure if the text says "spoke"."""
    line = text.partition("\n")[0]
    comparison = Comparison(1, 1, "spoke" in line, (Fact("name", "", "Berg", "spoke" in line),))
    return [
        Correction(
            0,
            len(line),
            line,
            r.text.partition("\n")[0],
            REWRITE,
            0.9,
            (),
            "told in other words",
            comparison=comparison,
        )
        for r in references
        if "cats" not in r.text and line
    ][:1]


def _corrections(text: str) -> list[Correction]:
    found = []
    for spun, original, confidence in (("chairman", "president", 0.97), ("zone", "area", 0.4)):
        if (start := text.find(spun)) >= 0:
            evidence = (
                Evidence("spinner", "row", f"{spun} for {original}", 0.9),
                Evidence("reference", "clean.txt", original, 0.5, 4, 13),
            )
            found.append(
                Correction(start, start + len(spun), spun, original, "R:NOUN", confidence, evidence, "why not")
            )
    return sorted(found, key=lambda c: c.start)


@pytest.fixture(autouse=True)
def fake_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "make_restorer", FakeRestorer)
    monkeypatch.delenv("RESTORE_DEBUG", raising=False)


@pytest.fixture
def broken_engine(monkeypatch: pytest.MonkeyPatch) -> Callable[[BaseException], None]:
    """Make the engine raise something."""

    def set_error(error: BaseException) -> None:
        def fail(config: Config) -> FakeRestorer:
            raise error

        monkeypatch.setattr(engine, "make_restorer", fail)

    return set_error


@pytest.fixture
def spun(tmp_path: Path) -> Path:
    path = tmp_path / "spun.txt"
    path.write_bytes(SPUN.encode())
    return path
