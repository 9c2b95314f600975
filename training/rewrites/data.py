"""Make the cases that the detector of rewritten texts is learned from and measured on: JSON lines, a line an event.

    python -m training.rewrites.data ../shared/data /tmp/rewrites.jsonl

Of each event two or three reports are taken, cut to a few hundred words, and one of them is rewritten in several ways:
by the simulator's families RT and C, word for word, and by true round trips through three languages with
Apertium (Debian packages apertium, apertium-eng-spa, apertium-en-gl, apertium-eo-en), sentence by sentence.
Then sentences are dropped, changed round, run together into other paragraphs, or the end is left out, as rewriters do.
Which sentence became which is written down. Nothing of the texts is shipped.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from random import Random
from typing import Any

from restore.channel.model import load_channel
from restore.config import Config
from restore.simulation.simulator import SpunText, spin
from restore.text.parsing import ParsedText, Parser
from training.encoder.corpus import rows, split_of

EVENTS = {"train": 60, "ranker": 40, "calibration": 25, "test": 25}
"""Events taken of each split (`split_of`): learned from, thresholds, and two that are only reported; so few for the
time that parsing takes."""
REPORTS = 3
"""Of an event: one is rewritten, the others are its references; by hand, for the time."""
LONGEST = 250
"""Words of an article that are kept, whole paragraphs: a short text is the harder case, and parsed sooner."""
CHUNK = 400
"""Sentences given to Apertium at once: it takes a while to start."""
PIVOTS = {
    "spa": ("eng-spa", "spa-eng"),
    "gl": ("en-gl", "gl-en"),
    "eo": ("en-eo", "eo-en"),
}
RATES = {"RT": (0.25, 0.5), "C": (0.3, 0.5)}
"""Shares of words damaged: paraphrase rewrites a content word in three, round trips more; chosen by hand."""
DROPPED, SWAPPED, JOINED, CUT = 0.08, 0.04, 0.3, 0.25
"""Chances that a sentence is dropped, changes places with the next, loses the line end behind it, and that a text loses
its last third; chosen by hand after what families RT, C and M do."""
Rewritten = list[tuple[str, str, int]]
"""Sentences as they are written now, what parts them from the next, and the number of the sentence they were."""


def main() -> None:
    """Write the cases."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("data", type=Path)
    options.add_argument("output", type=Path)
    given = options.parse_args()
    if shutil.which("apertium") is None:
        sys.exit("apertium is not installed: the round trips need it and its three English pairs (see the docstring)")
    parser, channel = Parser(Config().spacy_pipeline), load_channel()
    events = _events(given.data)
    parsed = {key: parser.parse(reports[0][1]) for key, reports in events}
    trips = _round_trips(list(parsed.values()))
    with given.output.open("w", encoding="utf-8") as file:
        for number, (key, reports) in enumerate(events):
            original = parsed[key]
            made = []
            for family, (low, high) in RATES.items():
                rng = Random(f"{key} {family}")
                spun = spin(original, channel, rng.randrange(2**31), rng.uniform(low, high), {family: 1.0})
                made.append((family, _spun_sentences(original, spun)))
            made += [(pivot, _with_gaps(original, trips[pivot][number])) for pivot in PIVOTS]
            row = {
                "event": key,
                "split": split_of(key),
                "reports": [{"id": id, "text": text} for id, text in reports],
                "rewritten": [
                    _assembled(name, _restructured(sentences, Random(f"{key} {name} order")))
                    for name, sentences in made
                ],
            }
            file.write(json.dumps(row) + "\n")


def _events(data: Path) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return the events of each split in a seeded order, each with its reports (id, text)."""
    found: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for name in ("events_other", "events_open"):
        for row in rows(data / "news" / f"{name}.jsonl.zst"):
            found[f"{name}/{row['event']}"].append((row["id"], _shortened(row["text"])))
    keys = sorted(key for key, reports in found.items() if len(reports) > 1)
    Random(7).shuffle(keys)
    left = dict(EVENTS)
    chosen = []
    for key in keys:
        if left[split_of(key)]:
            left[split_of(key)] -= 1
            chosen.append((key, Random(f"{key} reports").sample(found[key], min(REPORTS, len(found[key])))))
    return chosen


def _shortened(text: str) -> str:
    """Cut a text after the paragraph in which it reaches `LONGEST` words."""
    kept: list[str] = []
    for paragraph in text.split("\n"):
        kept.append(paragraph)
        if len(" ".join(kept).split()) >= LONGEST:
            break
    return "\n".join(kept)


def _sentences(parsed: ParsedText) -> list[str]:
    return [parsed.text[s.start : s.end] for s in parsed.sentences]


def _with_gaps(parsed: ParsedText, written: Sequence[str]) -> Rewritten:
    ends = [*(s.start for s in parsed.sentences[1:]), parsed.sentences[-1].end]
    gaps = [parsed.text[s.end : end] for s, end in zip(parsed.sentences, ends, strict=True)]
    return [(new, gap, n) for n, (new, gap) in enumerate(zip(written, gaps, strict=True))]


def _spun_sentences(parsed: ParsedText, spun: SpunText) -> Rewritten:
    """Return the sentences of a text as the simulator has damaged them."""
    written = []
    edits = list(spun.edits)
    at = shift = 0  # in the edits; offset in the spun text minus that in the original
    for sentence in parsed.sentences:
        start = sentence.start + shift
        while at < len(edits) and edits[at].start - shift < sentence.end:
            edit = edits[at]
            shift += edit.end - edit.start - len(edit.gold[0])
            at += 1
        written.append(spun.text[start : sentence.end + shift])
    return _with_gaps(parsed, written)


def _round_trips(texts: Sequence[ParsedText]) -> dict[str, list[list[str]]]:
    """Return the sentences of each text after a round trip through each language."""
    found: dict[str, list[list[str]]] = {}
    for pivot, modes in PIVOTS.items():
        lines = [" ".join(s.split()) for text in texts for s in _sentences(text)]
        for mode in modes:
            lines = [new for at in range(0, len(lines), CHUNK) for new in _translated(lines[at : at + CHUNK], mode)]
        each = iter(lines)
        found[pivot] = [[next(each) for _ in text.sentences] for text in texts]
        print(f"{pivot}: {len(lines)} sentences", file=sys.stderr, flush=True)
    return found


def _translated(lines: Sequence[str], mode: str) -> list[str]:
    """Translate a sentence a line; a sentence at which Apertium breaks stays as it is."""
    if not lines:
        return []
    # A blank line keeps sentences apart; Apertium marks what it does not know, -u takes the marks away.
    run = subprocess.run(
        ["apertium", "-u", mode], input="\n\n".join(lines) + "\n", capture_output=True, text=True, check=False
    )
    found = [line.strip() for line in run.stdout.rstrip("\n").split("\n\n")]
    if run.returncode == 0 and len(found) == len(lines):
        return [new or old for new, old in zip(found, lines, strict=True)]
    if len(lines) == 1:
        return list(lines)
    half = len(lines) // 2
    return [*_translated(lines[:half], mode), *_translated(lines[half:], mode)]


def _restructured(sentences: Rewritten, rng: Random) -> Rewritten:
    """Drop, exchange and run together sentences, and leave out the end of some texts."""
    kept = [s for s in sentences if rng.random() >= DROPPED] or sentences
    if rng.random() < CUT:
        kept = kept[: max(4, 2 * len(kept) // 3)]
    for n in range(len(kept) - 1):
        if rng.random() < SWAPPED:
            kept[n], kept[n + 1] = kept[n + 1], kept[n]
    return [(text, " " if "\n" in gap and rng.random() < JOINED else gap or " ", n) for text, gap, n in kept]


def _assembled(name: str, sentences: Rewritten) -> dict[str, Any]:
    """Return the text, and for each sentence its first character, its end, and the number of the one it was."""
    text, places = "", []
    for written, gap, number in sentences:
        places.append((len(text), len(text) + len(written), number))
        text += written + gap
    return {"by": name, "text": text.rstrip(), "places": places}


if __name__ == "__main__":
    main()
