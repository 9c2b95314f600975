"""What the review page is told of a document: its plan, the texts of its references, and how much it needs a look."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import msgspec

from restore.reading.encodings import FALLBACK
from restore.records import REWRITE, Correction, Reference, Restoration, check_plan, text_sha256
from restore.rendering.text import one_line

_UNICODE = frozenset({"utf-8", "utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"})


@dataclass(frozen=True)
class ReviewDocument:
    """A plan to be reviewed under the name `name`; `texts` are the references and spins that its evidence quotes.

    `error` says why there is no plan; then `restoration` is None.
    """

    name: str
    restoration: Restoration | None
    texts: tuple[Reference, ...] = ()
    error: str = ""

    @property
    def needs(self) -> float:
        """How much it needs a look: the decisions expected to be wrong, and the conflicts of fact."""
        found = self.restoration
        if found is None:
            return 0.0
        return sum(doubts(found)) + len(found.conflicts)


def doubts(restoration: Restoration) -> list[float]:
    """Return the doubt of each correction; whole sentences of references do not count, which need no decision."""
    return [doubt(c, restoration.threshold) for c in restoration.corrections if c.kind != REWRITE]


def doubt(correction: Correction, threshold: float) -> float:
    """Return the chance (0 to 1) that a correction is wrongly applied, or wrongly left out; 0 if a person decided."""
    if correction.review:
        return 0.0
    return 1.0 - correction.confidence if correction.applies(threshold) else correction.confidence


def check_review(restoration: Restoration) -> None:
    """Raise `PlanMismatchError` unless all corrections fit the text and those that no person rejected are disjoint.

    A rejected one may lie under words that a person typed, and sentences that are proposed over other corrections.
    """
    for correction in (*restoration.corrections, *restoration.rewrites):
        check_plan(restoration.text, [correction])
    check_plan(restoration.text, [c for c in restoration.corrections if c.review != "rejected"])
    sentences = [*(c for c in restoration.corrections if c.kind == REWRITE), *restoration.rewrites]
    standing = [c for c in sentences if c.review != "rejected"]
    check_plan(restoration.text, sorted(standing, key=lambda c: (c.start, c.end)))


def by_need(documents: Iterable[ReviewDocument]) -> list[ReviewDocument]:
    """Return documents, those with an error first, then those that need a look most."""
    return sorted(documents, key=lambda d: (not d.error, -d.needs))


def entry(document: ReviewDocument) -> dict[str, Any]:
    """Return what the index says of a document, as plain values."""
    found = document.restoration
    if found is None:
        return {"name": one_line(document.name), "error": one_line(document.error)}
    return {
        "name": one_line(document.name),
        "error": "",
        "key": _key(found),
        "threshold": found.threshold,
        "doubts": [round(d, 4) for d in doubts(found)],
        "conflicts": len(found.conflicts),
        "damaged": found.verdict.damaged,
        "probability": found.verdict.probability,
        "share": found.verdict.damaged_share,
        "words": len(found.text.split()),
    }


def payload(document: ReviewDocument) -> dict[str, Any]:
    """Return all that the page needs of a document, as plain values: plan, references, encoding, storage key."""
    found = document.restoration
    assert found is not None
    return {
        "name": one_line(document.name),
        "key": _key(found),
        "characters": len(found.text),
        "plan": {**msgspec.to_builtins(found), "text_sha256": text_sha256(found.text)},
        "references": _texts(found, document.texts),
        "encoding": _encoding(found),
    }


def _texts(restoration: Restoration, texts: Sequence[Reference]) -> list[dict[str, Any]]:
    spins = {s.id for s in restoration.spins}
    return [
        {"kind": "spin" if r.id in spins else "reference", "id": r.id, "text": r.text, "url": r.url, "title": r.title}
        for r in texts
    ]


def _key(restoration: Restoration) -> str:
    """Name a plan, so that what a browser keeps of its review is not taken for that of another."""
    proposed = (*restoration.corrections, *restoration.rewrites)
    made = msgspec.json.encode([_safe(c.original) + "\0" + _safe(c.replacement) for c in proposed])
    return sha256(text_sha256(restoration.text).encode() + made).hexdigest()[:32]


def _safe(text: str) -> str:
    return text.encode("utf-8", "backslashreplace").decode()


def _encoding(restoration: Restoration) -> dict[str, Any]:
    """Return how the file of the text is encoded; of windows-1252 also what each byte stands for.

    Files are read as nothing else but Unicode and that. What a plan does not say is written as UTF-8 without a mark.
    """
    origin = restoration.origin
    if origin is None:
        return {"name": "utf-8", "mark": False, "known": False, "bytes": None}
    if origin.encoding in _UNICODE:
        return {"name": origin.encoding, "mark": origin.mark, "known": True, "bytes": None}
    if origin.encoding != FALLBACK:
        return {"name": "utf-8", "mark": False, "known": False, "bytes": None}
    return {"name": FALLBACK, "mark": False, "known": True, "bytes": bytes(range(256)).decode(FALLBACK, "replace")}
