"""How many reviews it takes until a table learned from them mends a spinner's new word, and until it leaves one alone.

    python benchmarks/reviews.py [--texts spun] [--preset safe] [--second-opinion never]

The nouns that stand in at least two articles of data/gold (the spun ones, or the references, which have no other
damage) are exchanged for words that no table has for them, all over these articles, and the articles restored with a
table learned from reviewed plans: of each word n decisions "typed", each in a line of its own, then m "rejected" as
well. Prints the share of the exchanged words that are put back, and how many corrections of other places are applied.
"""

from __future__ import annotations

import argparse
import re
import sys
import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

from restore import Config, Restorer
from restore.channel.model import load_channel
from restore.learning.learn import learn
from restore.records import Correction, Restoration, Review, Verdict
from restore.text.parsing import Parser

GOLD = Path(__file__).resolve().parents[1] / "data" / "gold"
ODD = (
    "rhubarb",
    "parsnip",
    "turnip",
    "lantern",
    "saddle",
    "anvil",
    "pillow",
    "kettle",
    "thimble",
    "walnut",
    "ladder",
    "mitten",
    "teapot",
    "whistle",
    "acorn",
    "bucket",
    "cushion",
    "dandelion",
    "feather",
    "goblet",
    "hinge",
    "icicle",
    "jigsaw",
    "keyhole",
    "lozenge",
    "magnet",
    "napkin",
    "oatmeal",
    "pebble",
    "quilt",
)
ACCEPTED = ((0, 0), (1, 0), (2, 0), (3, 0), (5, 0), (12, 0))
REJECTED = ((5, 2), (5, 5), (5, 10))


def shared_nouns(texts: Sequence[str]) -> list[str]:
    """Return the singular nouns that two texts or more have, most frequent first."""
    parser, counts = Parser(), Counter[str]()
    for text in texts:
        tokens = parser.parse(text).tokens
        counts.update({t.text for t in tokens if t.tag == "NN" and t.text.isalpha() and t.text.islower()})
    return [word for word, number in counts.most_common() if number > 1]


def reviewed(spun: str, original: str, review: Review) -> str:
    """Return a plan with one decision in one line, as JSON."""
    text = f"People spoke about the {spun} on Monday."
    start = text.index(spun)
    made = Correction(start, start + len(spun), spun, original, "R:REVIEW", 1.0, (), "", (), review)
    return Restoration(text, (made,), 0.75, Verdict(True, 0.9, 0.1)).to_json()


def table(folder: Path, swaps: Mapping[str, str], typed: int, rejected: int) -> tuple[str, ...]:
    """Learn a table from so many decisions about each word; return its path, nothing where there are none."""
    plans = folder / f"{typed}-{rejected}"
    plans.mkdir()
    for original, spun in swaps.items():
        typed_ones: list[Review] = ["typed"] * typed
        rejected_ones: list[Review] = ["rejected"] * rejected
        for n, review in enumerate([*typed_ones, *rejected_ones]):
            (plans / f"{spun}-{n}.json").write_text(reviewed(spun, original, review), encoding="utf-8")
    if not typed + rejected:
        return ()
    learn(str(plans), folder / f"{typed}-{rejected}.tsv")
    return (str(folder / f"{typed}-{rejected}.tsv"),)


def main() -> int:
    """Run the benchmark."""
    given = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    given.add_argument("--texts", choices=["spun", "reference"], default="spun")
    given.add_argument("--preset", default="safe")
    given.add_argument("--second-opinion", default="never")
    chosen = given.parse_args()
    files = sorted(GOLD.glob(f"*/{chosen.texts}.txt"))
    texts = [file.read_text(encoding="utf-8") for file in files]
    rows = load_channel()
    nouns = shared_nouns(texts)[: len(ODD)]
    swaps = dict(zip(nouns, ODD, strict=False))
    assert not [n for n, odd in swaps.items() if n in {row.original for row in rows.originals(odd)}]
    word = re.compile(rf"\b({'|'.join(nouns)})\b")
    damaged = [word.sub(lambda m: swaps[m[0]], text) for text in texts]
    number = sum(len(word.findall(text)) for text in texts)
    print(f"{len(nouns)} words, {number} places in {len(texts)} articles ({chosen.texts}); {chosen.preset}")
    print("typed rejected | put back  other places changed")
    with tempfile.TemporaryDirectory() as made:
        for typed, rejected in (*ACCEPTED, *REJECTED):
            channels = table(Path(made), swaps, typed, rejected)
            restorer = Restorer(Config(preset=chosen.preset, second_opinion=chosen.second_opinion, channels=channels))
            back = others = 0
            for text in damaged:
                for c in restorer.restore(text).applied:
                    right = any(swaps.get(w) in c.original.split() for w in c.replacement.split())
                    back, others = back + right, others + (not right)
            print(f"{typed:5} {rejected:8} | {back:3} of {number} ({back / number:.0%})  {others}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
