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
from collections.abc import Iterator, Sequence
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
from restore.simulation.damage import damage, sites
from restore.simulation.damage_styles import FAMILIES, style_of
from restore.simulation.damage_text import TextView
from restore.simulation.simulator import spin
from restore.text.parsing import ParsedText, Parser
from training.encoder.corpus import items, split_of

MOST = 4
"""Names of a report that are damaged: more than on a page, so that fewer reports are needed. Chosen by hand."""
SPUN = 0.15
"""The share of damaged words in the spun reports, as on real pages; chosen by hand."""
Change = tuple[int, int, str]


def reports(data: Path) -> Iterator[list[str]]:
    """Yield the reports on each event told twice or more, of those that are trained on."""
    for key, texts in items(data):
        if len(texts) > 1 and split_of(key) == "train":
            yield [text for _, text in texts]


def damaged(parsed: ParsedText, channel: SpinnerChannel, rng: Random) -> tuple[str, list[Change]]:
    """Return a text with words of some of its names replaced, and what is to be written there."""
    family = rng.choices(list(FAMILIES), list(FAMILIES.values()))[0]
    view = TextView(parsed, channel, family, style_of(family))
    places = list(sites(view, "name", 1.0))
    rng.shuffle(places)
    hits: dict[int, str] = {}
    for site in places:
        hit = damage(view, "name", site, rng) if len(hits) < MOST else None
        if hit is not None and hit.spun.isalpha():
            hits[site.first] = hit.spun
    text, changes, end = "", list[Change](), 0
    for number in sorted(hits):
        token = parsed.tokens[number]
        text += parsed.text[end : token.start]
        changes.append((len(text), len(text) + len(hits[number]), token.text))
        text, end = text + hits[number], token.end
    return text + parsed.text[end:], changes


def sure(parsed: ParsedText, other: ParsedText, channel: SpinnerChannel) -> Iterator[tuple[str, Candidate]]:
    """Yield the candidates for names that the reference has whole, by the feature that calls them sure."""
    aligned = align(parsed, other, "other", 1.0)
    listed = NamesSource(channel).propose(Context(parsed, (aligned,)))
    named = names_of_reference(ReferenceEditor(parsed, aligned), channel)
    found = {(f, c.start, c.end): c for c in (*listed, *named) for f in (TOLD, NAMED) if c.features.get(f)}
    yield from ((feature, c) for (feature, _, _), c in found.items())


def is_right(c: Candidate, parsed: ParsedText, changes: Sequence[Change]) -> bool | None:
    """Return whether a candidate writes what is to be written; None where it touches no such place."""
    touched = [change for change in changes if c.start < change[1] and change[0] < c.end]
    if not touched:
        return None
    wanted, start = "", c.start
    for first, last, word in touched:
        wanted, start = wanted + parsed.text[start:first] + word, last
    return c.replacement == wanted + parsed.text[start : c.end]


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
            for what, text, wanted in versions(parsed, channel, rng):
                read = parsed if what == "clean" else parser.parse(text)
                counts[f"{what} words"] += sum(token.is_word for token in read.tokens)
                for feature, c in sure(read, other, channel):
                    outcome = {True: "right", False: "wrong", None: "unasked"}[is_right(c, read, wanted)]
                    counts[f"{feature} {what} {outcome}"] += 1
                    if given.show and outcome != "right":
                        around = read.text[max(0, c.start - 50) : c.end + 40]
                        print(f"{feature} {what} {outcome}: {c.replacement!r} in {around!r}", flush=True)
        if number % 20 == 19:
            print(number + 1, dict(sorted(counts.items())), flush=True)
    print(dict(sorted(counts.items())))


def versions(parsed: ParsedText, channel: SpinnerChannel, rng: Random) -> Iterator[tuple[str, str, Sequence[Change]]]:
    """Yield a report as it stands, spun, and with damaged names: what it is, its text, what is to be written in it."""
    yield "clean", parsed.text, ()
    spun = spin(parsed, channel, rng.randrange(2**31), SPUN)
    yield "spun", spun.text, [(e.start, e.end, e.gold[0]) for e in spun.edits]
    yield "names", *damaged(parsed, channel, rng)


if __name__ == "__main__":
    main()
