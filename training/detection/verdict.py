"""Fit verdict.json: which words look damaged, and what that says of a text; and measure it.

    python -m training.detection.verdict ../shared/data --keep /tmp/verdict --write

Clean pieces of four lengths, and the same pieces spun by seven families, come from training/detection/pieces.py.
Boosted trees learn which words are damaged; a logistic function over their odds, fitted on sources that the trees did
not see, learns which texts are. Measured are families and sources held out together: two thirds of the sources are
for learning, the last third is the test; none of the training texts went through the family
tested (S, T and tortured phrases count as one), and the channel that describes the spun texts of the test has neither
the rows of that family nor any row seen in one document only; the clean ones are described by the whole channel.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")  # boosting with threads crawls on a machine that has other work

import msgspec
import numpy as np
from numpy.typing import NDArray

from restore.detection.model import VerdictModel, evidence
from restore.detection.trees import Trees
from restore.detection.word_features import describe
from restore.text.parsing import Parser
from training.detection.fitting import fit_document, fit_share, fit_words, report
from training.detection.pieces import (
    ENCYCLOPAEDIC,
    FAMILIES,
    KINDS,
    PARTS,
    Channels,
    Piece,
    address_pieces,
    cut,
    load,
    material,
    save,
    sources,
)
from training.paths import MODELS

PIECE_WORDS = 200
"""Of an address or article that alarms are counted on; by hand."""


def training(pieces: Iterable[Piece], family: str = "", parts: Sequence[int] = range(PARTS)) -> list[Piece]:
    """Return the pieces to learn from: of these parts, and not spun by the family held out or one of its kin.

    Clean ones are described by the whole channel too, which will describe the texts of users.
    """
    kin = ENCYCLOPAEDIC if family in ENCYCLOPAEDIC else {family}
    views = {True: {"known", "train"}, False: {"whole", "train"}}
    return [
        p
        for p in pieces
        if p.part in parts and p.view in views[bool(p.family)] and (not p.family or p.family not in kin)
    ]


def fit(words: Trees, told: Iterable[tuple[Sequence[Piece], Trees]]) -> VerdictModel:
    """Fit the document on pieces, each lot with the trees that read its words; `words` are the trees to keep."""
    read = [(piece, evidence(trees.log_odds(piece.matrix), piece.matrix)) for pieces, trees in told for piece in pieces]
    weights, intercept = fit_document(read)
    scale, offset = fit_share(read)
    return VerdictModel(words, intercept, weights, scale, offset)


def held_out(pieces: Sequence[Piece]) -> tuple[list[Piece], NDArray[np.float64], NDArray[np.float64]]:
    """Judge every test piece by a model that saw neither its source nor its family; clean ones once per family.

    Trees are fitted on each part; those of the two other parts read a test piece together, and one reads for the other
    what the function is fitted on. Gives the pieces (`view`: the family held out and the view), probabilities, shares.
    """
    found: list[Piece] = []
    probabilities: list[float] = []
    shares: list[float] = []
    known: dict[frozenset[str], list[Trees]] = {}
    for family in FAMILIES:
        kin = ENCYCLOPAEDIC if family in ENCYCLOPAEDIC else frozenset({family})
        if kin not in known:
            known[kin] = [fit_words(training(pieces, family, [part])) for part in range(PARTS)]
        trees = known[kin]
        for part in range(PARTS):
            first, second = (part + 1) % PARTS, (part + 2) % PARTS
            taught = {first: training(pieces, family, [first]), second: training(pieces, family, [second])}
            model = fit(trees[first], [(taught[first], trees[second]), (taught[second], trees[first])])
            for piece in pieces:
                wanted = (piece.family, piece.view) in {(family, "test"), ("", "whole"), ("", "train")}
                if piece.part == part and wanted:
                    both = (trees[first].log_odds(piece.matrix) + trees[second].log_odds(piece.matrix)) / 2
                    odds = evidence(both, piece.matrix)
                    found.append(replace(piece, view=f"{family} {piece.view}"))
                    probabilities.append(model.probability(odds))
                    shares.append(model.share(odds))
    return found, np.array(probabilities), np.array(shares)


def print_held_out(
    found: Sequence[Piece], probabilities: NDArray[np.float64], shares: NDArray[np.float64], clean: str
) -> None:
    """Print a table for each length, a line per family; then calibration and the error of the share."""
    shown = [n for n, p in enumerate(found) if p.family or p.view.endswith(clean)]
    found, probabilities, shares = [found[n] for n in shown], probabilities[shown], shares[shown]
    spun = np.array([bool(p.family) for p in found])
    for kind in KINDS:
        print(f"\n{kind}\n| family | texts | AUROC | F1 | false alarms at 95 % found | called damaged: spun | clean |")
        print("|---|---|---|---|---|---|---|")
        for family in (*FAMILIES, ""):
            chosen = np.array([p.kind == kind and (not family or p.view.startswith(f"{family} ")) for p in found])
            if not (chosen & spun).any():
                continue
            r = report(spun[chosen], probabilities[chosen])
            texts = int((chosen & spun).sum())
            print(
                f"| {family or 'all'} | {texts} | {r['auroc']:.4f} | {r['f1']:.3f} | {r['false_at_95']:.2%} |"
                f" {r['found']:.1%} | {r['alarms']:.2%} |"
            )
        chosen = np.array([p.kind == kind for p in found])
        p, y = probabilities[chosen], spun[chosen]
        lines = [
            f"{low:.1f} to {low + 0.2:.1f}: {y[inside].mean():.2f} of {inside.sum()}"
            for low in np.arange(0, 1, 0.2)
            if (inside := (p >= low) & (p < low + 0.2 + 1e-9 * (low > 0.7))).any()
        ]
        print("share spun by probability: " + "; ".join(lines))
        true = np.array([piece.damaged.mean() for piece, c in zip(found, chosen, strict=True) if c])
        print(
            f"share of damaged words of spun texts, mean absolute error: {np.abs(shares[chosen] - true)[y].mean():.3f}"
        )


def shipped(pieces: Sequence[Piece], parts: Sequence[int] = range(PARTS)) -> VerdictModel:
    """Fit on all families; the document function reads words through trees of other parts."""
    told = [
        (training(pieces, "", [part]), fit_words(training(pieces, "", [other for other in parts if other != part])))
        for part in parts
    ]
    return fit(fit_words(training(pieces, "", parts)), told)


def alarms(texts: Sequence[str], model: VerdictModel, parser: Parser, channels: Channels) -> list[float]:
    """Return the probability that each text is damaged."""
    return [
        model.probability(model.odds(describe(parsed, channels.whole).matrix)) for parsed in parser.parse_many(texts)
    ]


def print_alarms(name: str, probabilities: Sequence[float], texts: Sequence[str]) -> None:
    """Print how many clean texts are called damaged, and the most suspicious ones."""
    called = sum(p >= 0.5 for p in probabilities)
    print(f"{name}: {called} of {len(texts)} called damaged ({called / max(1, len(texts)):.2%})")
    for p, text in sorted(zip(probabilities, texts, strict=True), reverse=True)[:3]:
        print(f"    {p:.3f} {text[:90]!r}")


def main() -> None:
    """Make or read the material, measure, and fit what ships."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path, help="the folder of the training corpora")
    parser.add_argument("--events", type=int, default=150, help="how many news articles of ECB+ to take")
    parser.add_argument("--spins", type=int, default=2, help="how many families spin each piece")
    parser.add_argument(
        "--keep", type=Path, help="keep the described pieces in this file, and read them if it is there"
    )
    parser.add_argument("--no-held-out", action="store_true", help="only fit, do not measure held-out families")
    parser.add_argument("--write", action="store_true", help="write the model")
    parser.add_argument("-o", "--output", type=Path, default=MODELS / "verdict.json")
    args = parser.parse_args()
    found, reader, channels = sources(args.data, args.events), Parser(), Channels()
    if args.keep and args.keep.is_file():
        pieces = load(args.keep)
    else:
        pieces = list(material(found, reader, channels, args.spins))
        if args.keep:
            save(args.keep, pieces)
    print(f"{len(found)} sources, {len(pieces)} descriptions, {sum(len(p.damaged) for p in pieces):,} words")
    if not args.no_held_out:
        judged = held_out(pieces)
        print("\nClean texts described by a channel that lacks a family and most rows seen in one document:")
        print_held_out(*judged, "train")
        print("\nClean texts described by the whole channel, which knows more than the one for the spun texts:")
        print_held_out(*judged, "whole")
    model = shipped(pieces)
    if args.write:
        args.output.write_bytes(msgspec.json.encode(model) + b"\n")
    texts = address_pieces(args.data / "state_of_the_union", PIECE_WORDS)
    print_alarms("\nstate_of_the_union, pieces of 200 words", alarms(texts, model, reader, channels), texts)
    every: list[str] = []
    unseen: list[float] = []
    for part in range(PARTS):
        other = shipped(pieces, [p for p in range(PARTS) if p != part])
        held = [s for s in found if s.part == part and s.id.startswith("meantime")]
        texts = [text for source in held for text in cut(source.sentences, PIECE_WORDS)]
        every += texts
        unseen += alarms(texts, other, reader, channels)
    print_alarms("meantime, pieces of 200 words, model that did not see the document", unseen, every)


if __name__ == "__main__":
    main()
