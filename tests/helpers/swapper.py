"""A restorer that does what a test says."""

from __future__ import annotations

from collections.abc import Sequence

from restore.config import Config
from restore.engine.fingerprints import config_fingerprint
from restore.errors import InputError
from restore.records import Correction, Evidence, Reference, ReferenceReport, Restoration, Verdict


class Swapper:
    """Replaces given words where they first stand, with the evidence kind given for each; refuses one text."""

    def __init__(
        self, swaps: dict[str, tuple[str, str]], confidences: dict[str, float] | None = None, refuse: str = ""
    ) -> None:
        self.swaps = swaps
        self.confidences = confidences or {}
        self.refuse = refuse
        self.config = Config()
        self.references_seen: list[int] = []

    def restore(self, text: str, references: Sequence[str | Reference] = ()) -> Restoration:
        self.references_seen.append(len(references))
        if self.refuse and self.refuse in text:
            raise InputError("too odd: give another text")
        found = []
        for word, (replacement, kind) in self.swaps.items():
            start = text.find(word)
            if start >= 0:
                evidence = (Evidence("thesaurus", "table", "", 0.2), Evidence(kind, "test", "", 0.9))  # type: ignore[arg-type]
                end = start + len(word)
                sure = self.confidences.get(word, 0.95)
                found.append(Correction(start, end, word, replacement, "R:NOUN", sure, evidence, "test"))
        reports = tuple(ReferenceReport(r.id, True, 0.9, "same") for r in references if isinstance(r, Reference))
        return Restoration(
            text,
            tuple(sorted(found, key=lambda c: c.start)),
            0.9,
            Verdict(bool(found), 0.5, 0.1),
            reports,
            config_fingerprint(self.config),
        )
