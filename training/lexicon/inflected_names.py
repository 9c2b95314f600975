"""Count how often the names that restore/candidates/inflected_names.py is sure of are right.

    python -m training.lexicon.inflected_names ../shared/data --articles 1000 [--show]

In training articles the surname behind a first name is inflected or put in small letters, one name an article ("Donald
trumped said"). Two things test it: the articles as they stand, and sentences in which a first name is followed by a
verb that only looks like the surname ("Donald trumped the plan" for "Donald Trump rejected the plan"). Persons are
held out: the rules were chosen on those whose surname has an even checksum, the others are reported apart. The outcome
is in `_COUNTED_ODDS` of restore/ranking/decide.py.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from random import Random
from typing import NamedTuple
from zlib import crc32

from restore.candidates.base import Context
from restore.candidates.inflected_names import INFLECTED, inflected_names
from restore.config import Config
from restore.lexicon.gazetteer import load_names
from restore.text.casing import load_case_table
from restore.text.morphology import inflected, lemmas_by_pos
from restore.text.parsing import ParsedText, Parser, Token
from training.encoder.corpus import training_articles
from training.lexicon.showing import show

ENDINGS = ("", "s", "ed", "ing")
LOWER_FIRST = 0.2
"""How often the first name is in small letters, too."""


class Damaged(NamedTuple):
    """A text with one name damaged, where the name begins and ends there, what it was, and whether it is held out."""

    text: str
    start: int
    end: int
    name: str
    held_out: bool


def names(parsed: ParsedText) -> Iterator[tuple[Token, Token]]:
    """Yield first name and surname of the persons of a text."""
    case = load_case_table()
    for first, last in zip(parsed.tokens, parsed.tokens[1:], strict=False):
        together = last.start == first.end + 1 and first.sentence == last.sentence
        written = first.text.istitle() and last.text[:1].isupper() and first.text.isalpha() and last.text.isalpha()
        if not (together and written and first.lower in case.first_names):
            continue
        if last.lower in case.surnames or load_names().kind([first.lower, last.lower]) == "person":
            yield first, last


def damage(parsed: ParsedText, rng: Random) -> Damaged | None:
    """Inflect one surname of a text; None where there is no name."""
    found = list(names(parsed))
    if not found:
        return None
    first, last = rng.choice(found)
    ending, tag = rng.choice(ENDINGS), {"s": "VBZ", "ed": "VBD", "ing": "VBG"}
    form = (inflected(last.lower, tag[ending]) or (last.lower + ending,))[0] if ending else last.lower
    before = first.text.lower() if rng.random() < LOWER_FIRST else first.text
    text = f"{parsed.text[: first.start]}{before} {form}{parsed.text[last.end :]}"
    end = first.start + len(before) + 1 + len(form)
    return Damaged(text, first.start, end, f"{first.text} {last.text}", is_held_out(last.lower))


def verbs(parsed: ParsedText, rng: Random) -> Iterator[tuple[str, int, int]]:
    """Yield sentences in which a first name has a verb behind it that looks like a surname, and where both stand.

    The verb takes the place of that behind a name; what is said goes on as it stands.
    """
    for first, last in names(parsed):
        behind = parsed.tokens[last.index + 1 : last.index + 2]
        if not behind or behind[0].tag not in {"VBD", "VBZ"} or behind[0].pos != "VERB":
            continue
        options = verbs_of_persons(first.lower, behind[0].tag)
        if not options:
            continue
        form = rng.choice(options)
        sentence = parsed.sentences[first.sentence]
        text = parsed.text[sentence.start : first.end] + f" {form}" + parsed.text[behind[0].end : sentence.end]
        yield text, first.start - sentence.start, first.end - sentence.start + 1 + len(form)


def verbs_of_persons(first: str, tag: str) -> Sequence[str]:
    """Return the verbs in a tense that surnames of listed persons with this first name look like."""
    surnames = load_names().near_matches([first, ""], 1)
    return [inflected(s, tag)[0] for s in sorted(surnames) if s in lemmas_by_pos(s).get("VERB", ())]


def is_held_out(surname: str) -> bool:
    """Return whether a person was not looked at when the rules were chosen."""
    return crc32(surname.encode()) % 2 == 1


def sure(parsed: ParsedText) -> Iterator[tuple[int, int, str]]:
    """Yield where the engine is sure of a name, and what it writes."""
    context = Context(parsed)
    for sentence in parsed.sentences:
        tokens = parsed.sentence_tokens(sentence)
        for at in range(len(tokens)):
            for c in inflected_names(context, tokens, at):
                if c.features.get(INFLECTED):
                    yield c.start, c.end, c.replacement


def main() -> None:
    """Count, and print."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("data", type=Path)
    options.add_argument("--articles", type=int, default=1000)
    options.add_argument("--show", action="store_true")
    given = options.parse_args()
    parser, counts = Parser(Config().spacy_pipeline), Counter[str]()
    for number, text in enumerate(islice(training_articles(given.data), given.articles)):
        rng, clean = Random(number), parser.parse(text)
        counts["articles"] += 1
        for start, end, name in sure(clean):
            counts["clean"] += 1
            show(given.show, "clean", text, start, end, name)
        for sentence, start, end in islice(verbs(clean, rng), 3):
            counts["verbs"] += 1
            for first, last, name in sure(parser.parse(sentence)):
                if start <= first < end:
                    counts["verbs taken for names"] += 1
                    show(given.show, "verb", sentence, first, last, name)
        hurt = damage(clean, rng)
        if hurt is not None:
            half = "held out" if hurt.held_out else "seen"
            counts[f"{half} names"] += 1
            for start, end, name in sure(parser.parse(hurt.text)):
                if hurt.start <= start < hurt.end:
                    right = hurt.text[hurt.start : start] + name == hurt.name and end == hurt.end
                    counts[f"{half} {'right' if right else 'wrong'}"] += 1
                    show(given.show and not right, f"wrong ({hurt.name})", hurt.text, start, end, name)
        if counts["articles"] % 100 == 0:
            print(dict(counts), flush=True)
    print(dict(counts))


if __name__ == "__main__":
    main()
