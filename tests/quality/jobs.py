"""What the quality gate measures: jobs over pinned data, each giving a few figures."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Literal

from restore.config import Config
from restore.evaluation.clean import split_documents
from restore.evaluation.reports import GoldReport
from restore.evaluation.runner import evaluate, evaluate_data
from restore.gold.documents import GoldDocument
from restore.gold.folders import load_gold
from restore.gold.load import GoldData
from restore.restorer import Restorer
from restore.simulation.spinning import Spinner

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "benchmarks"))
import other_english  # noqa: E402 - benchmarks/ is no package

GOLD = ROOT / "data" / "gold"
HARD_NEGATIVES = GOLD / "hard_negatives.txt"
OTHER_ENGLISH = ROOT / "data" / "other_english"
FLOORS = Path(__file__).with_name("floors.json")
AT_MOST = frozenset({"edits", "judged wrongly"})
"""Figures that must not rise; the others must not fall."""


@dataclass(frozen=True)
class Job:
    """Gold sets (all, if none is named), lines of hard negatives or snippets of other English to be restored, or
    documents to be judged."""

    name: str
    sets: tuple[str, ...] = ()
    reference: bool = True
    every: int = 0
    """Every n-th hard negative is restored; 0 for gold sets."""
    verdict: bool = False
    other_english: Literal["", "clean", "pages"] = ""
    """The clean snippets, each alone; or every other one damaged, all of a kind below each other."""
    asks: bool = False
    """Whether the causal model is asked; the others must not depend on weights that may be missing."""

    def measure(self) -> dict[str, float]:
        """Return the figures by name."""
        if self.verdict:
            return _verdicts()
        if self.other_english:
            return self._snippets() if self.other_english == "clean" else self._pages()
        return self._false_alarms() if self.every else self._gold()

    def _gold(self) -> dict[str, float]:
        names = self.sets or [gold.name for gold in load_gold(GOLD)]
        return _summed(evaluate(GOLD / name, restorer(self.asks), self.reference, spans=False) for name in names)

    def _false_alarms(self) -> dict[str, float]:
        return self._edits(list(split_documents(HARD_NEGATIVES.read_text("utf-8"), "line"))[:: self.every])

    def _snippets(self) -> dict[str, float]:
        return self._edits(text for texts in other_english.kinds().values() for text in texts)

    def _pages(self) -> dict[str, float]:
        spinner = Spinner(Config())
        pages = (other_english.page(other_english.half_damaged(t, spinner)) for t in other_english.kinds().values())
        data = GoldData("pairs", tuple(GoldDocument("page", (page,), "") for page in pages), "")
        return _summed([evaluate_data(data, restorer(self.asks), use_reference=False, spans=False)])

    def _edits(self, texts: Iterable[str]) -> dict[str, float]:
        engine = restorer(self.asks)
        return {"edits": float(sum(len(engine.restore(text).applied) for text in texts))}


SUBSET = (
    Job("two gold sets with reference", ("berlin_wall", "brexit_referendum")),
    Job("a gold set without reference", ("fifa_arrests",), reference=False),
    Job("a quarter of the hard negatives", every=4),
    Job("two gold sets with reference, asking", ("berlin_wall", "brexit_referendum"), asks=True),
    Job("verdicts on spun texts, originals and references", verdict=True),
    Job("other English, asking", other_english="clean", asks=True),
)
WHOLE = (
    Job("gold sets with reference"),
    Job("gold sets without reference", reference=False),
    Job("hard negatives", every=1),
    Job("gold sets with reference, asking", asks=True),
    Job("gold sets without reference, asking", reference=False, asks=True),
    Job("hard negatives, asking", every=1, asks=True),
    Job("other English", other_english="clean"),
    Job("other English, half damaged", other_english="pages"),
    Job("other English, half damaged, asking", other_english="pages", asks=True),
)


@cache
def restorer(asks: bool = False) -> Restorer:
    """Return the restorer with the shipped settings, with or without the second opinion."""
    return Restorer(Config(second_opinion="always" if asks else "never"))


def _summed(reports: Iterable[GoldReport]) -> dict[str, float]:
    found = [report.averages for report in reports]
    before, after = sum(f.errors_before for f in found), sum(f.errors_after for f in found)
    good, bad = sum(f.good for f in found), sum(f.bad for f in found)
    return {"removed": round(1 - after / before, 4), "right": round(good / max(1, good + bad), 4)}


def _verdicts() -> dict[str, float]:
    wrong = 0
    for gold in load_gold(GOLD):
        clean = [gold.marked.original, *([gold.reference.text] if gold.reference else [])]
        wrong += not restorer().check(gold.marked.text).damaged
        wrong += sum(restorer().check(text).damaged for text in clean)
    return {"judged wrongly": float(wrong)}


def data_hashes() -> dict[str, str]:
    """Return the SHA-256 of every file the jobs read, by its path in the repository."""
    files = [HARD_NEGATIVES, *GOLD.glob("*/spun.markup"), *GOLD.glob("*/reference.txt"), *OTHER_ENGLISH.glob("*.txt")]
    return {str(file.relative_to(ROOT)): sha256(file.read_bytes()).hexdigest() for file in sorted(files)}


def load_floors() -> dict[str, dict[str, dict[str, float]]]:
    """Read the floors: figures by job, and the hashes of the data they hold for."""
    stored: dict[str, dict[str, dict[str, float]]] = json.loads(FLOORS.read_text("utf-8"))
    return stored


def fallen(name: str, measured: dict[str, float], floors: dict[str, float]) -> list[str]:
    """Return for each figure that is worse than its floor what fell, from where, and by how much."""
    found = []
    for figure, floor in sorted(floors.items()):
        value = measured[figure]
        worse = value - floor if figure in AT_MOST else floor - value
        if worse > 1e-9:
            bound = "at most" if figure in AT_MOST else "at least"
            found.append(f"{name}: {figure!r} is {value:g}, {bound} {floor:g} is asked: worse by {worse:.4g}")
    return found
