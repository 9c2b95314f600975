"""Count how often words that are surely torn (restore/candidates/torn.py) were torn, on articles that no test uses.

    python -m training.lexicon.torn_words ../shared/data --articles 2000 [--show]

Every article is read as it stands, spun, and with blanks put into one of its words in `EVERY`. What is joined in the
first two is wrong unless a reader says otherwise (--show prints it), and so is what is joined otherwise in the last.
The outcome is in `_COUNTED_ODDS` in restore/ranking/decide.py.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from random import Random

from restore.candidates.base import Candidate, Context
from restore.candidates.spelling import SpellingSource
from restore.candidates.torn import TORN
from restore.channel.model import load_channel
from restore.config import Config
from restore.gold.markup import GoldEdit, marked
from restore.simulation.scraping import scrape
from restore.simulation.simulator import spin
from restore.text.parsing import ParsedText, Parser
from training.encoder.corpus import training_articles
from training.lexicon.showing import show

EVERY = 40
"""One word in so many is torn, far more than on a page: the count is of tears, not of pages."""
SPUN = 0.15
"""The share of damaged words in the spun articles, as on real pages; chosen by hand."""


def joined(parsed: ParsedText) -> Iterator[Candidate]:
    """Yield what is surely one word."""
    yield from (c for c in SpellingSource().propose(Context(parsed)) if c.features.get(TORN))


def main() -> None:
    """Count, and print."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("data", type=Path)
    options.add_argument("--articles", type=int, default=2000)
    options.add_argument("--show", action="store_true")
    given = options.parse_args()
    parser, channel, counts = Parser(Config().spacy_pipeline), load_channel(), Counter[str]()
    for text in islice(training_articles(given.data), given.articles):
        clean = parser.parse(text)
        spun = spin(clean, channel, counts["articles"], SPUN)
        torn = scrape(marked([text]), Random(counts["articles"]), 1 / EVERY, {"split": 1.0})
        counts += Counter(articles=1, words=len(text.split()), tears=len(torn.edits))
        for name, parsed in (("clean", clean), ("spun", parser.parse(spun.text))):
            for candidate in joined(parsed):
                counts[name] += 1
                show(given.show, name, parsed.text, candidate.start, candidate.end, candidate.replacement)
        for candidate in joined(parser.parse(torn.text)):
            right = any(is_mended(edit, candidate) for edit in torn.edits)
            counts["right" if right else "wrong"] += 1
            show(given.show and not right, "wrong", torn.text, candidate.start, candidate.end, candidate.replacement)
        if counts["articles"] % 100 == 0:
            print(dict(counts), flush=True)
    print(dict(counts))


def is_mended(edit: GoldEdit, candidate: Candidate) -> bool:
    """Return whether a candidate is a tear taken back."""
    return (edit.start, edit.end, edit.gold[0]) == (candidate.start, candidate.end, candidate.replacement)


if __name__ == "__main__":
    main()
