"""Two runs over the same documents: what the second changes, document by document."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import zip_longest

import msgspec

from restore.batch.outcomes import COLUMNS, job_of
from restore.batch.plans import Plan, Plans
from restore.batch.settings import BatchSettings
from restore.errors import PlanMismatchError
from restore.records import Correction, asked_for, text_sha256


class Edit(msgspec.Struct, frozen=True):
    """An applied correction: characters `[start, end)` of the text, its words, how sure (0 to 1), its best evidence."""

    start: int
    end: int
    original: str
    replacement: str
    confidence: float
    source: str

    @classmethod
    def of(cls, correction: Correction) -> Edit:
        """Return what of a correction is compared and shown."""
        c = correction
        return cls(c.start, c.end, c.original, c.replacement, c.confidence, c.source)


class Changed(msgspec.Struct, frozen=True, omit_defaults=True):
    """A document with which the runs did not do the same; `damaged` and `error` hold both, first and second, if other.

    `only_first` are corrections that the second run does not apply, `only_second` those that the first did not.
    """

    id: str
    only_first: tuple[Edit, ...] = ()
    only_second: tuple[Edit, ...] = ()
    damaged: tuple[bool | None, bool | None] | None = None
    error: tuple[str, str] | None = None


class MadeWith(msgspec.Struct, frozen=True):
    """A run: its folder, what names its settings and its version, and the corrections it applied."""

    folder: str
    config: str
    version: str
    applied: int


class RunsDiff(msgspec.Struct, frozen=True):
    """Both runs and how many documents differ; an edit that both apply is counted in neither `only_...`."""

    first: MadeWith
    second: MadeWith
    documents: int
    changed: int
    only_first: int
    only_second: int
    verdicts: int
    errors: int


class RunPair:
    """Two folders of `restore batch` made of the same input; `summary` is right once `changes` has been used up."""

    def __init__(self, first: Plans, second: Plans) -> None:
        self._plans = first, second
        self._documents = self._changed = self._verdicts = self._errors = 0
        self._only, self._applied = [0, 0], [0, 0]
        self._made: list[tuple[str, str]] = [("", ""), ("", "")]

    def changes(self) -> Iterator[Changed]:
        """Yield the documents that differ, in the order of the input.

        Raises `PlanMismatchError` for the first row that is another document, or missing in one of the runs.
        """
        for one, other in zip_longest(self._rows(0), self._rows(1)):
            if one is None or other is None:
                raise self._missing(0 if one is None else 1)
            self._documents += 1
            changed = self._compared(one, other)
            if changed is not None:
                self._changed += 1
                self._only[0] += len(changed.only_first)
                self._only[1] += len(changed.only_second)
                self._verdicts += changed.damaged is not None
                self._errors += changed.error is not None
                yield changed

    @property
    def summary(self) -> RunsDiff:
        """Both runs, and the counts so far."""
        first, second = (
            MadeWith(plans.name, *made, applied)
            for plans, made, applied in zip(self._plans, self._made, self._applied, strict=True)
        )
        counts = self._documents, self._changed, self._only[0], self._only[1], self._verdicts, self._errors
        return RunsDiff(first, second, *counts)

    def _rows(self, side: int) -> Iterator[Plan]:
        for shard in self._plans[side].every():
            self._made[side] = shard.record.config, shard.record.version
            yield from shard.read()

    def _missing(self, side: int) -> PlanMismatchError:
        shorter, longer = self._plans[side].name, self._plans[1 - side].name
        return PlanMismatchError(
            f"{shorter} has {self._documents:,} documents and {longer} more: compare finished runs over the same input"
        )

    def _compared(self, one: Plan, other: Plan) -> Changed | None:
        """Return how two plans differ; None if they do not. Raises `PlanMismatchError` if the documents do."""
        texts = [_text_of(plan, plans.settings) for plan, plans in zip((one, other), self._plans, strict=True)]
        if texts[0] != texts[1]:
            raise PlanMismatchError(
                f"document {self._documents:,} is not the same in both runs ({one.row.where}, {other.row.where}):"
                " compare runs over the same input"
            )
        name = str(one.row.values.get("id") or one.row.where)
        edits, damaged = [], []
        for side, plan in enumerate((one, other)):
            config = self._plans[side].settings.config
            applied = [] if plan.error else asked_for(plan.corrections, config.threshold, config.rewrites)
            self._applied[side] += len(applied)
            edits.append({(c.start, c.end, c.replacement): Edit.of(c) for c in applied})
            damaged.append(plan.verdict.damaged if plan.verdict is not None else None)
        found = Changed(
            name,
            tuple(edit for place, edit in edits[0].items() if place not in edits[1]),
            tuple(edit for place, edit in edits[1].items() if place not in edits[0]),
            (damaged[0], damaged[1]) if damaged[0] != damaged[1] else None,
            (one.error, other.error) if one.error != other.error else None,
        )
        return found if found != Changed(name) else None


def _text_of(plan: Plan, settings: BatchSettings) -> str:
    """Return the SHA-256 of the text of a row, which a sidecar holds; "" if it has none."""
    values = plan.row.values
    if settings.output == "sidecar":
        return str(values.get("text_sha256") or "")
    text = str(values.get("extracted") or "")
    if not text:
        text = job_of({name: value for name, value in values.items() if name not in COLUMNS}, settings.fields).text
    return text_sha256(text) if text else ""
