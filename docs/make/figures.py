"""Draw the figures of docs/engine.md from what the engine says of an article: `python docs/make/figures.py`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import matplotlib

matplotlib.use("svg")
from matplotlib import pyplot
from matplotlib.axes import Axes

from restore.config import THRESHOLDS, Config
from restore.evaluation.decisions import is_exact
from restore.gold.folders import load_gold
from restore.records import Correction
from restore.restorer import Restorer

ROOT = Path(__file__).parents[2]
IMAGES = ROOT / "docs" / "images"
ARTICLE = "berlin_wall"
PLACES = ("eliminated", "greatest", "boundary")
"""Words of the article whose candidates are shown; chosen by hand: several candidates, sure and unsure."""
RIGHT, WRONG, LINE = "#00796b", "#c2185b", "#616161"


def main() -> None:
    """Write both figures. The causal model is left out, so that they look the same without its weights."""
    pyplot.rcParams.update({"svg.fonttype": "none", "svg.hashsalt": "restore", "font.size": 11})
    gold = next(one for one in load_gold(ROOT / "data" / "gold") if one.name == ARTICLE)
    references = [gold.reference] if gold.reference else []
    found = Restorer(Config(second_opinion="never")).restore(gold.marked.text, references=references)
    _, axes = pyplot.subplots(figsize=(8, 3.4), layout="constrained")
    draw_candidates(axes, [next(c for c in found.corrections if c.original == word) for word in PLACES])
    save("candidates")
    _, axes = pyplot.subplots(figsize=(8, 2.4), layout="constrained")
    draw_decisions(axes, [(c.confidence, is_exact([gold.marked], c)) for c in found.corrections])
    save("decisions")


def draw_candidates(axes: Axes, places: Sequence[Correction]) -> None:
    """Draw what could stand in some places, with the confidence of each."""
    height = 0.0
    for place in places:
        options = [(place.replacement, place.confidence), *((a.replacement, a.confidence) for a in place.alternatives)]
        for words, confidence in options[:4]:
            applied = confidence >= THRESHOLDS["safe"]
            axes.barh(height, confidence, color=RIGHT if applied else "#b0bec5")
            axes.text(confidence + 0.01, height, f"{words}  {confidence:.2f}", va="center")
            height -= 1
        axes.text(-0.02, height + min(len(options), 4) / 2 + 0.5, f"“{place.original}”", va="center", ha="right")
        height -= 0.8
    axes.axvline(THRESHOLDS["safe"], color=LINE, linestyle="--")
    axes.set(yticks=[], xlim=(0, 1.15), xlabel="confidence; the dashed line is the threshold of the preset “safe”")
    axes.spines[["top", "right", "left"]].set_visible(False)


def draw_decisions(axes: Axes, decisions: Sequence[tuple[float, bool]]) -> None:
    """Draw every decision of the article by its confidence, the right ones above the wrong ones."""
    for right, color, name in ((True, RIGHT, "right"), (False, WRONG, "not what stood there")):
        chosen = [confidence for confidence, exact in decisions if exact is right]
        axes.eventplot(chosen, lineoffsets=1 if right else 0, linelengths=0.7, colors=color)
        axes.text(-0.02, 1 if right else 0, f"{name} ({len(chosen)})", va="center", ha="right")
    for preset, least in THRESHOLDS.items():
        axes.axvline(least, color=LINE, linestyle="--")
        axes.text(least, 1.5, preset, ha="center", va="bottom", fontsize=10)
    axes.set(yticks=[], xlim=(0, 1.02), ylim=(-0.5, 1.5), xlabel="confidence")
    axes.spines[["top", "right", "left"]].set_visible(False)


def save(name: str) -> None:
    """Write the current figure as an SVG that is the same at each run."""
    pyplot.savefig(IMAGES / f"{name}.svg", metadata={"Date": None})
    pyplot.close()


if __name__ == "__main__":
    main()
