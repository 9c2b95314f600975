"""Fit verdict.toml: how findings per word tell damaged texts from clean ones, and how much of a text is damaged.

The clean side are chunks of the clean corpora; the damaged side are the same chunks after
`restore.evaluation.simulator`. The simulator draws from the whole channel, while the findings in damaged chunks come
from a channel without the rows seen in one document only, as if each of those were left out in turn: what a new page
holds is only partly known. Clean chunks are searched with the whole channel.
"""

from __future__ import annotations

import argparse
import json
import random
from collections.abc import Iterator
from itertools import cycle
from pathlib import Path

import numpy as np

from restore.channel import ChannelRow, load_channel
from restore.detection.verdict import Rates, all_findings, count_words, rates_of
from restore.evaluation.simulator import spin
from restore.parsing import Parser
from restore.records import Finding

CHUNKS = (4, 8, 16, 40)
RATES = (0.06, 0.12, 0.18, 0.25)
NO_PRIOR = Rates(0.0, 0.0)


def chunks(args: argparse.Namespace) -> Iterator[str]:
    """Give runs of sentences of the clean corpora as short documents."""
    for path in args.lines:
        lines = [line.strip() for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
        yield from runs(lines)
    for path in args.jsonl:
        for line in path.read_text(encoding="utf-8").splitlines():
            sentences = json.loads(line)["sentences"]
            yield from runs([untokenise(sentence) for sentence in sentences])


def runs(lines: list[str]) -> Iterator[str]:
    """Cut lines in runs of different lengths, in turn."""
    at, size = 0, cycle(CHUNKS)
    while at < len(lines):
        step = next(size)
        yield "\n".join(lines[at : at + step])
        at += step


def untokenise(sentence: str) -> str:
    """Take out the blanks that tokenisation put before marks and inside brackets."""
    for mark in (".", ",", ";", ":", "!", "?", "%", ")", "'s", "n't", "''"):
        sentence = sentence.replace(f" {mark}", mark)
    return sentence.replace("( ", "(").replace("$ ", "$")


def features(findings: tuple[Finding, ...], words: int) -> tuple[float, float, float]:
    """Give substitutions and form, both per word, and length."""
    rates = rates_of(findings, words, NO_PRIOR)
    drawn = (words + 30) / max(1, words)  # rates_of draws towards the usual rates, which are not known yet
    return rates.substitutions * drawn, rates.form * drawn, rates.length


def fit_logistic(x: np.ndarray, y: np.ndarray, weights: np.ndarray, ridge: float = 1e-3) -> np.ndarray:
    """Fit a logistic regression by Newton's method; returns intercept and coefficients.

    The columns of `x` are substitutions, form and length; the first two count as much as the length says.
    """
    design = np.hstack([np.ones((len(x), 1)), x[:, 2:], x[:, :2] * x[:, 2:]])
    beta = np.zeros(design.shape[1])
    for _ in range(50):
        p = 1 / (1 + np.exp(-np.clip(design @ beta, -30, 30)))
        gradient = design.T @ (weights * (y - p)) - ridge * np.r_[0.0, beta[1:]]
        hessian = (design * (weights * p * (1 - p))[:, None]).T @ design + ridge * np.eye(len(beta))
        step = np.linalg.solve(hessian, gradient)
        beta += step
        if float(np.abs(step).max()) < 1e-6:
            break
    return beta


def main() -> None:
    """Fit the model and write it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--lines", type=Path, nargs="*", default=[], help="plain text, a sentence a line")
    parser.add_argument("--jsonl", type=Path, nargs="*", default=[], help="documents with tokenised sentences")
    parser.add_argument("--documents", type=int, default=160, help="how many clean chunks to draw")
    parser.add_argument("--out", type=Path, default=Path(__file__).parents[1] / "verdict.toml")
    args = parser.parse_args()

    every = [text for text in chunks(args) if len(text.split()) >= 30]
    texts = random.Random(1).sample(every, min(args.documents, len(every)))
    channel = load_channel()

    def hidden(row: ChannelRow) -> bool:
        return row.documents - row.tortured_count <= 1

    known = channel.without(hidden)
    reader = Parser()
    clean: list[tuple[float, float, float]] = []
    spun: list[tuple[float, float, float]] = []
    shares: list[float] = []
    for number, parsed in enumerate(reader.parse_many(texts)):
        clean.append(features(all_findings(parsed), count_words(parsed)))
        marked = spin(parsed, channel, number, RATES[number % len(RATES)])
        damaged = reader.parse(marked.text)
        words = count_words(damaged)
        spun.append(features(all_findings(damaged, known), words))
        shares.append(sum(max(1, len(edit.spun.split())) for edit in marked.edits) / max(1, words))

    x, y = np.array(clean + spun), np.r_[np.zeros(len(clean)), np.ones(len(spun))]
    beta = fit_logistic(x, y, np.ones(len(y)))
    usual = np.average(np.array(clean), axis=0, weights=np.array(clean)[:, 2] ** 2)[:2]
    above = np.vstack([np.array(spun)[:, :2] - usual, np.array(clean)[:, :2] - usual])
    slope, *_ = np.linalg.lstsq(above, np.r_[shares, np.zeros(len(clean))], rcond=None)
    p = 1 / (1 + np.exp(-(beta[0] + x[:, 2] * (beta[1] + x[:, :2] @ beta[2:]))))
    print(f"{len(clean)} clean, of them called damaged {np.mean(p[y == 0] >= 0.5):.3f}, mean rates {x[y == 0].mean(0)}")
    print(f"{len(spun)} damaged, of them called clean {np.mean(p[y == 1] < 0.5):.3f}, mean rates {x[y == 1].mean(0)}")
    args.out.write_text(
        f"intercept = {beta[0]:.4f}\nlength = {beta[1]:.4f}\nsubstitutions = {beta[2]:.4f}\nform = {beta[3]:.4f}\n"
        f"share_per_substitution = {slope[0]:.4f}\nshare_per_form = {slope[1]:.4f}\n\n"
        f"[usual]\nsubstitutions = {usual[0]:.6f}\nform = {usual[1]:.6f}\n"
    )


if __name__ == "__main__":
    main()
