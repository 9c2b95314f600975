"""Does the verdict know a rewritten text, and may sentences of the reference be put in? On events of their own.

    python -m training.rewrites.data ../shared/data /tmp/rewrites.jsonl
    python benchmarks/rewrites.py /tmp/rewrites.jsonl

The events are of the splits "calibration" and "test", which neither weights nor thresholds have seen. Counted are texts
called rewritten: rewritten ones against their own article (by way of rewriting; the round trips through Galician and
Esperanto were not learned from), and false alarms: independent reports, rewritten texts against the report of another
outlet, references on another event that pass for the same one, and articles with a few words changed, which are copies.
Then the sentences proposed and put in: how many are what stood there. With --texts the six articles that were
paraphrased by hand (data/rewrites) against their originals, and these against the other reports of data/gold.
"""

from __future__ import annotations

import argparse
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from random import Random

from restore.channel.model import load_channel
from restore.config import Config
from restore.records import Correction, Reference
from restore.references.match import assess
from restore.rewrites.proposals import propose, sure
from restore.rewrites.verdict import RewriteSource, make_sources
from restore.simulation.simulator import spin
from restore.text.parsing import ParsedText, Parser
from training.rewrites.fit import read_cases, stood_there

ROOT = Path(__file__).resolve().parents[1]
SPLITS = ("calibration", "test")
WAYS = ("RT", "C", "spa", "gl", "eo")
FEW, SPUN = 0.02, 0.2
"""Words changed by an editor (a copy), and by a spinner."""


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("cases", type=Path, nargs="?")
    options.add_argument("--texts", action="store_true", help="the articles paraphrased by hand, data/rewrites")
    given = options.parse_args()
    if given.texts:
        hand_written()
    if given.cases:
        by_event(given.cases)


def by_event(path: Path) -> None:
    """Print the shares called, and what is proposed and put in, by kind of case."""
    texts: dict[str, Counter[str]] = defaultdict(Counter)
    sentences: dict[str, Counter[str]] = defaultdict(Counter)
    originals: dict[str, ParsedText] = {}
    for case in read_cases(path, SPLITS, WAYS):
        source = RewriteSource(1, "r", case.compared)
        name = f"rewritten {case.by}" if case.is_rewritten else case.kind + " (rewritten)" * bool(case.by)
        texts[name].update(texts=1, called=source.reading.called)
        if case.is_rewritten:
            originals[case.event] = case.compared.reference
        text = case.compared.text
        proposed = propose(text, [source], ())
        chosen = sure(proposed, 0.0)
        sentences[name].update(sentences=len(text.sentences), proposed=len(proposed), put_in=len(chosen))
        for correction in proposed:
            number = next(s.index for s in text.sentences if s.start == correction.start)
            right = bool(_numbers(correction, case.compared.reference) & stood_there(case, number))
            sentences[name].update(proposed_right=right, put_in_right=right and correction in chosen)
    parser = Parser(Config().spacy_pipeline)
    for event, original in originals.items():
        for name, text in _changed(parser, original, event):
            texts[name].update(texts=1, called=make_sources(text, [(1, "r", original)])[0].reading.called)
    print("case: texts that pass for the same event, called rewritten")
    for name, count in sorted(texts.items()):
        print(f"  {name}: {count['texts']}, {count['called']} ({count['called'] / count['texts']:.1%})")
    print("case: sentences, proposed, of these what stood there; put in, of these what stood there")
    for name, count in sorted(sentences.items()):
        shown = [count[key] for key in ("sentences", "proposed", "proposed_right", "put_in", "put_in_right")]
        print(f"  {name}: {', '.join(map(str, shown))}")


def _numbers(correction: Correction, reference: ParsedText) -> set[int]:
    """Return the sentences of the reference that a proposal takes its words from."""
    evidence = correction.evidence[0]
    return {t.sentence for t in reference.tokens_between(evidence.start or 0, evidence.end or 0)}


def _changed(parser: Parser, original: ParsedText, event: str) -> Iterator[tuple[str, ParsedText]]:
    """Yield an article with a few words changed, as an editor does, and spun word for word."""
    channel = load_channel()
    for name, rate in (("copy, 2 % of the words changed", FEW), ("spun word for word, 20 % (families A, B, G)", SPUN)):
        spun = spin(original, channel, Random(f"{event} {name}").randrange(2**31), rate, {"A": 1, "B": 1, "G": 1})
        yield name, parser.parse(spun.text)


def hand_written() -> None:
    """Print the verdicts on the articles that were paraphrased by hand, and on the reports beside each other."""
    parser, least = Parser(Config().spacy_pipeline), Config().reference_min_score
    alarms: Counter[str] = Counter()
    for path in sorted((ROOT / "data" / "rewrites").glob("*.txt")):
        folder = ROOT / "data" / "gold" / path.stem
        original, text = (parser.parse(p.read_text("utf-8")) for p in (folder / "original.txt", path))
        (source,) = make_sources(text, [(1, "original", original)])
        proposed = propose(text, [source], ())
        print(path.stem, source.reading, f"{len(proposed)} proposed, {len(sure(proposed, 0.0))} put in")
        for correction in sure(proposed, 0.0):
            print(f"    {correction.original}\n    -> {correction.replacement}")
        for report in sorted(folder.glob("reference*.txt")):
            reference = parser.parse(report.read_text("utf-8"))
            for one in (original, text):
                if assess(one, Reference("r", reference.text), reference, least).accepted:
                    (other,) = make_sources(one, [(1, report.name, reference)])
                    put_in = len(sure(propose(one, [other], ()), 0.0))
                    alarms.update(reports=1, called=other.reading.called, put_in=put_in)
    print("other reports on the same events:", dict(alarms))


if __name__ == "__main__":
    main()
