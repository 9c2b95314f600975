"""Count how often damaged names that a reference has whole are put right, where that is thought sure.

    python -m training.lexicon.told_names ../shared/data --first 400 --events 200 [--show]

Reports on one event, of the split that is trained on, with another outlet's report as reference: each is read as it
stands, spun, and with words of its names replaced as the simulator does. What is proposed for the first is wrong unless
a reader says otherwise (`--show` prints it); for the others what is not the very word that stood there. The rules of
`reference.named` (restore/candidates/reference_words.py) were chosen on the first 400 events. The outcome is in
`_COUNTED_ODDS` of restore/ranking/decide.py.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from random import Random

from restore.alignment.align import align
from restore.candidates.base import Candidate, Context
from restore.candidates.listed_names import TOLD
from restore.candidates.names import NamesSource
from restore.candidates.reference_edits import ReferenceEditor
from restore.candidates.reference_words import NAMED, names_of_reference
from restore.channel.model import SpinnerChannel, load_channel
from restore.config import Config
from restore.gold.markup import GoldEdit, MarkedText, marked
from restore.records import Covered, Span
from restore.simulation.damage import damage, sites
from restore.simulation.damage_styles import FAMILIES, style_of
from restore.simulation.damage_text import TextView
from restore.simulation.simulator import spin
from restore.text.parsing import ParsedText, Parser
from training.encoder.corpus import items, split_of
from training.lexicon.showing import show
from training.ranking.data import is_right

MOST = 4
"""Names of a report that are damaged: more than on a page, so that fewer reports are needed. Chosen by hand."""
SPUN = 0.15
"""The share of damaged words in the spun reports, as on real pages; chosen by hand."""


def reports(data: Path) -> Iterator[list[str]]:
    """Yield the reports on each event told twice or more, of those that are trained on."""
    for key, texts in items(data):
        if len(texts) > 1 and split_of(key) == "train":
            yield [text for _, text in texts]


def damaged(parsed: ParsedText, channel: SpinnerChannel, rng: Random) -> MarkedText:
    """Return a text with words of some of its names replaced."""
    family = rng.choices(list(FAMILIES), list(FAMILIES.values()))[0]
    view = TextView(parsed, channel, family, style_of(family))
    places = list(sites(view, "name", 1.0))
    rng.shuffle(places)
    hits: dict[int, str] = {}
    for site in places:
        hit = damage(view, "name", site, rng) if len(hits) < MOST else None
        if hit is not None and hit.spun.isalpha():
            hits[site.first] = hit.spun
    pieces: list[str | GoldEdit] = []
    end = 0
    for number, spun in sorted(hits.items()):
        token = parsed.tokens[number]
        pieces += [parsed.text[end : token.start], GoldEdit(0, 0, spun, (token.text,))]
        end = token.end
    return marked([*pieces, parsed.text[end:]])


def sure(parsed: ParsedText, other: ParsedText, channel: SpinnerChannel) -> Iterator[tuple[str, Candidate]]:
    """Yield the candidates for names that the reference has whole, by the feature that calls them sure."""
    aligned = align(parsed, other, "other", 1.0)
    listed = NamesSource(channel).propose(Context(parsed, (aligned,)))
    named = names_of_reference(ReferenceEditor(parsed, aligned), channel)
    found = {(f, c.start, c.end): c for c in (*listed, *named) for f in (TOLD, NAMED) if c.features.get(f)}
    yield from ((feature, c) for (feature, _, _), c in found.items())


def outcome(text: MarkedText, candidate: Candidate) -> str:
    """Return whether a candidate is right, wrong, or touches nothing that is damaged."""
    if not Covered([Span(e.start, e.end) for e in text.edits]).touches(candidate.start, candidate.end):
        return "unasked"
    return "right" if is_right(text, candidate) else "wrong"


def main() -> None:
    """Count, and print."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("data", type=Path)
    options.add_argument("--first", type=int, default=0, help="the first event that is read")
    options.add_argument("--events", type=int, default=400)
    options.add_argument("--show", action="store_true")
    given = options.parse_args()
    parser, channel, counts = Parser(Config().spacy_pipeline), load_channel(), Counter[str]()
    for number, texts in enumerate(islice(reports(given.data), given.first, given.first + given.events), given.first):
        rng, clean = Random(number), [parser.parse(text) for text in texts[:2]]
        for parsed, other in (clean, clean[::-1]):
            for what, text in versions(parsed, channel, rng):
                read = parser.parse(text.text)
                counts[f"{what} words"] += sum(token.is_word for token in read.tokens)
                for feature, c in sure(read, other, channel):
                    told = f"{feature} {what} {outcome(text, c)}"
                    counts[told] += 1
                    show(given.show and not told.endswith("right"), told, read.text, c.start, c.end, c.replacement)
        if number % 20 == 19:
            print(number + 1, dict(sorted(counts.items())), flush=True)
    print(dict(sorted(counts.items())))


def versions(parsed: ParsedText, channel: SpinnerChannel, rng: Random) -> Iterator[tuple[str, MarkedText]]:
    """Yield a report as it stands, spun, and with damaged names, each with what it is."""
    yield "clean", MarkedText(parsed.text)
    yield "spun", spin(parsed, channel, rng.randrange(2**31), SPUN)
    yield "names", damaged(parsed, channel, rng)


if __name__ == "__main__":
    main()
