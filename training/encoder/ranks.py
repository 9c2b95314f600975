"""Report where the encoder ranks the right word for real substitutions that its training never showed.

    python -m training.encoder.ranks /tmp/encoder/corpus

Rows of the channel that were held out (`windows.is_held_out`) are put into articles of the split "test", a few a
text, each family's for itself, beside simulated damage that the training knows. Printed are, by family, how many
places, for how many of them the word would get candidates at all, and the share whose original is the encoder's first
guess, among its first five, and among its first ten, from the text alone.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter, defaultdict
from pathlib import Path
from random import Random

from restore.channel.model import load_channel
from restore.config import Config
from restore.encoder.reading import read
from restore.ranking.model import load_encoder_ranker
from restore.simulation.simulator import FAMILIES, spin
from restore.text.parsing import Parser
from training.encoder.corpus import load_shard, split_of
from training.encoder.windows import is_held_out

RATES = (0.03, 0.2)
"""Shares of damaged words, drawn evenly; those of real pages."""
GUESSES = 10
"""As many as are candidates (restore/candidates/guesses.py)."""


def main() -> None:
    """Damage, read, count."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("corpus", type=Path)
    options.add_argument("--texts", type=int, default=300)
    given = options.parse_args()
    parser, rng = Parser(Config().spacy_pipeline), Random(1)
    least = load_encoder_ranker().suspect
    channel = load_channel()
    held = channel.without(lambda row: not is_held_out(row))
    pairs = {(row.spun, row.original) for row in channel.rows if is_held_out(row)}
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    articles = (
        clean
        for path in sorted(given.corpus.glob("*.pickle"))
        for key, texts in load_shard(path)
        if split_of(key) == "test"
        for _, clean in texts
    )
    for number, clean in zip(range(given.texts), articles, strict=False):
        family = sorted(FAMILIES)[number % len(FAMILIES)]
        marked = spin(clean, held, rng.randrange(2**31), rng.uniform(*RATES), {family: 1.0}, unseen=0.3)
        parsed = parser.parse(marked.text)
        reading = read(parsed)
        wanted = {}
        for edit in marked.edits:
            tokens = parsed.tokens_between(edit.start, edit.end)
            if len(tokens) == 1 and (edit.spun.lower(), edit.gold[0].lower()) in pairs:
                wanted[tokens[0].index] = edit.gold[0].lower()
        guesses = reading.guesses(wanted, GUESSES)
        suspects = reading.suspects(least)
        for index, original in wanted.items():
            ranks = [n for n, guess in enumerate(guesses[index]) if guess.words == original]
            told = Counter({"places": 1, "suspected": int(index in suspects)})
            told.update({f"first {n}": int(bool(ranks) and ranks[0] < n) for n in (1, 5, 10)})
            counts[family] += told
            counts["all"] += told
    for family, told in sorted(counts.items()):
        row = {name: round(value / told["places"], 3) for name, value in told.items() if name != "places"}
        print(json.dumps({"family": family, "places": told["places"], **row}))


if __name__ == "__main__":
    main()
