"""Train the encoder on shards of windows; checkpoints, resumes, keeps its learning curve.

    OMP_NUM_THREADS=1 python models/build/encoder_train.py /tmp/encoder/windows /tmp/encoder/run --minutes 90

Loss: twice "damaged", "missing behind", the case, and -ln of the chance of every target's pieces (encoder_data.py).
The learning rate falls over the time given (a cosine), so that the training ends when it should on any machine; a run
that is started again goes on from its last checkpoint. Shards are read in a seeded order, as many as there are by then;
those whose name begins with "test" are never trained on: the held-out loss is theirs.
"""

from __future__ import annotations

import argparse
import json
import math
import time
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

import numpy as np
import torch
from encoder_data import FIELDS
from encoder_model import STEPS, Model, Size, load_bert
from torch import Tensor
from torch.nn import functional

BATCH_PIECES = 3600
"""Pieces of a batch, padding included: about sixteen windows."""
RATE, WARM_UP = 4e-4, 150
HEAD_RATE = 2.0
"""The new heads learn this many times faster. Rate and batch are those of the experiment of November 2026."""
DECAY = 0.01
EVERY_STEPS = 150
DAMAGED_WEIGHT, GAP_WEIGHT, CASE_WEIGHT = 2.0, 0.5, 0.3


class Batch(NamedTuple):
    """Tensors of B windows of T pieces, W words and R target steps in all.

    `at` are (window, piece) of each word, `rows` (word, piece before, step, is gap, piece, last) of each step.
    """

    ids: Tensor
    cases: Tensor
    text: Tensor
    length: Tensor
    at: Tensor
    damaged: Tensor
    gap: Tensor
    case: Tensor
    rows: Tensor


class LogSum(torch.autograd.Function):
    """ln of the sum of exponentials over the vocabulary; keeps the chances, so that each is made once."""

    @staticmethod
    def forward(ctx: Any, logits: Tensor) -> Tensor:
        """Return (rows,) from (rows, vocabulary)."""
        logits = logits.float()
        found = logits.logsumexp(1, keepdim=True)
        ctx.save_for_backward(logits.sub_(found).exp_().to(torch.bfloat16))
        return found[:, 0]

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> Tensor:
        """Return the gradient of the logits."""
        (chances,) = ctx.saved_tensors
        return chances * gradients[0][:, None].to(torch.bfloat16)


def read_shard(path: Path) -> list[dict[str, np.ndarray[Any, Any]]]:
    """Read the windows of a shard."""
    with np.load(path) as found:
        if not len(found["ids_ends"]):
            return []
        columns = {name: np.split(found[name], found[f"{name}_ends"][:-1]) for name in FIELDS}
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def batches(windows: list[dict[str, np.ndarray[Any, Any]]], rng: Random) -> Iterator[Batch]:
    """Yield batches of windows of about the same length, in random order."""
    order = sorted(windows, key=lambda w: len(w["ids"]) + 8 * rng.random())
    groups: list[list[dict[str, np.ndarray[Any, Any]]]] = [[]]
    for window in order:
        if len(window["ids"]) * (len(groups[-1]) + 1) > BATCH_PIECES and groups[-1]:
            groups.append([])
        groups[-1].append(window)
    rng.shuffle(groups)
    yield from map(collate, groups)


def collate(windows: list[dict[str, np.ndarray[Any, Any]]]) -> Batch:
    """Put windows together, padded at the right."""
    longest = max(len(w["ids"]) for w in windows)
    ids, cases = (np.zeros((len(windows), longest), dtype=np.int64) for _ in range(2))
    at, rows = [], []
    for n, window in enumerate(windows):
        ids[n, : len(window["ids"])] = window["ids"]
        cases[n, : len(window["ids"])] = window["cases"]
        rows += [(len(at) + word, *row) for word, *row in _steps(window["targets"].tolist())]
        at += [(n, start) for start in window["starts"].tolist()]
    joined = {
        name: torch.from_numpy(np.concatenate([w[name] for w in windows])).long() for name in ("damaged", "gap", "case")
    }
    return Batch(
        torch.from_numpy(ids),
        torch.from_numpy(cases),
        torch.tensor([int(w["text"][0]) for w in windows]),
        torch.tensor([len(w["ids"]) for w in windows]),
        torch.tensor(at),
        joined["damaged"],
        joined["gap"],
        joined["case"],
        torch.tensor(rows).reshape(-1, 6),
    )


def _steps(targets: list[int]) -> Iterator[tuple[int, int, int, int, int, int]]:
    """Yield (word, piece before, step, is gap, piece, whether it is the last) for every piece of every target."""
    n = 0
    while n < len(targets):
        word, is_gap, size = targets[n : n + 3]
        pieces = targets[n + 3 : n + 3 + size]
        for step, piece in enumerate(pieces):
            yield word, pieces[step - 1] if step else 0, step, is_gap, piece, int(step == size - 1)
        n += 3 + size


def losses(model: Model, batch: Batch) -> dict[str, Tensor]:
    """Return the mean losses of a batch, in nats."""
    encoder, speller = model.encoder, model.speller
    places = torch.arange(batch.ids.shape[1])
    padding = places[None] >= batch.length[:, None]
    mask = torch.zeros(batch.ids.shape).masked_fill(padding, -1e4)[:, None, None].to(torch.bfloat16)
    states = encoder.read(encoder.embedded(batch.ids, batch.cases, batch.text), mask)
    words = states[batch.at[:, 0], batch.at[:, 1]]
    logits = encoder.damaged(words).float()
    found = {
        "damaged": functional.binary_cross_entropy_with_logits(logits[:, 0], batch.damaged.float()),
        "gap": functional.binary_cross_entropy_with_logits(logits[:, 1], batch.gap.float()),
        "case": functional.cross_entropy(encoder.case(words).float(), batch.case, ignore_index=-1),
    }
    word, before, step, is_gap, piece, last = batch.rows.T
    s = speller.state(words[word], encoder.pieces(before), step, is_gap)
    window = batch.at[word, 0]
    vocabulary = functional.linear(s, encoder.pieces.weight, speller.bias)
    spelt = vocabulary.gather(1, piece[:, None])[:, 0].float() - LogSum.apply(vocabulary)
    copied = _copied(speller, s, states, batch, window, piece)
    gate = speller.copy(s)[:, 0].float()
    has = batch.length[window] > batch.text[window]
    both = torch.logaddexp(functional.logsigmoid(-gate) + spelt, functional.logsigmoid(gate) + copied)
    found["spelt"] = -torch.where(has, both, spelt).mean()
    found["stop"] = functional.binary_cross_entropy_with_logits(
        speller.stop(_after(speller, words, batch, encoder))[:, 0].float(), last.float()
    )
    return found


def _after(speller: Any, words: Tensor, batch: Batch, encoder: Any) -> Tensor:
    """Return the states behind each piece, where "stop" is decided."""
    word, _, step, is_gap, piece, _ = batch.rows.T
    return speller.state(words[word], encoder.pieces(piece), (step + 1).clamp(max=STEPS), is_gap)


def _copied(speller: Any, s: Tensor, states: Tensor, batch: Batch, window: Tensor, piece: Tensor) -> Tensor:
    """Return ln of the chance that the pointer copies the right piece, -30 where the reference lacks it."""
    places = torch.arange(batch.ids.shape[1])
    inside = (places[None] >= batch.text[:, None]) & (places[None] < batch.length[:, None] - 1)
    logits = (
        torch.bmm(speller.query(s)[:, None], speller.key(states)[window].transpose(1, 2))[:, 0].float()
        / s.shape[1] ** 0.5
    )
    logits = logits.masked_fill(~inside[window], -1e4)
    right = batch.ids[window] == piece[:, None]
    found = logits.masked_fill(~right, -1e4).logsumexp(1) - logits.logsumexp(1)
    return found.clamp(min=-30.0)


def total(found: dict[str, Tensor]) -> Tensor:
    """Return the weighted sum that is minimised."""
    return (
        DAMAGED_WEIGHT * found["damaged"]
        + GAP_WEIGHT * found["gap"]
        + CASE_WEIGHT * found["case"]
        + found["spelt"]
        + GAP_WEIGHT * found["stop"]
    )


@torch.no_grad()
def held_out(model: Model, paths: list[Path], most: int) -> dict[str, float]:
    """Return losses on the held-out windows, means over batches, in nats."""
    model.eval()
    sums: dict[str, float] = {}
    count = 0
    windows = [w for path in paths for w in read_shard(path)][:most]
    for batch in batches(windows, Random(0)):
        with torch.autocast("cpu", torch.bfloat16):
            found = losses(model, batch)
        for name, value in found.items():
            sums[name] = sums.get(name, 0.0) + float(value)
        count += 1
    model.train()
    return {name: round(value / count, 4) for name, value in sums.items()}


def main() -> None:
    """Train until the time is up."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("windows", type=Path)
    options.add_argument("run", type=Path, help="folder of checkpoint and curve")
    options.add_argument("--start", type=Path, help="safetensors of all-MiniLM-L6-v2")
    options.add_argument("--minutes", type=float, default=90)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--held-out", type=int, default=300, help="windows")
    options.add_argument("--rate", type=float, default=RATE)
    given = options.parse_args()
    given.run.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(given.seed)
    torch.set_num_threads(1)
    model = Model(Size())
    checkpoint = given.run / "checkpoint.pt"
    heads = [
        p
        for name, p in model.named_parameters()
        if not name.startswith(("encoder.layers", "encoder.pieces", "encoder.pos", "encoder.sides", "encoder.norm"))
    ]
    chosen = {id(p) for p in heads}
    body = [p for p in model.parameters() if id(p) not in chosen]
    optimiser = torch.optim.AdamW(
        [{"params": body}, {"params": heads}], lr=given.rate, fused=True, weight_decay=DECAY, betas=(0.9, 0.98)
    )
    spent, step, used = 0.0, 0, []
    if checkpoint.exists():
        kept = torch.load(checkpoint, weights_only=False)
        model.load_state_dict(kept["model"])
        optimiser.load_state_dict(kept["optimiser"])
        spent, step, used = kept["spent"], kept["step"], kept["used"]
        torch.set_rng_state(kept["random"])
    elif given.start:
        from safetensors.torch import load_file

        load_bert(model, load_file(given.start))
    model.train()
    began, means, seen = time.monotonic() - spent, {}, 0
    tests = sorted(given.windows.glob("test-*.npz"))
    curve = (given.run / "curve.jsonl").open("a")
    while time.monotonic() - began < 60 * given.minutes:
        path = _next(given.windows, used)
        for batch in batches(read_shard(path), Random(f"{given.seed} {len(used)}")):
            part = (time.monotonic() - began) / (60 * given.minutes)
            rate = (
                given.rate
                * min(1.0, (step + 1) / WARM_UP)
                * (0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi * min(1.0, part))))
            )
            for group, times in zip(optimiser.param_groups, (1.0, HEAD_RATE), strict=True):
                group["lr"] = rate * times
            with torch.autocast("cpu", torch.bfloat16):
                found = losses(model, batch)
                loss = total(found)
            optimiser.zero_grad(set_to_none=True)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimiser.step()
            step += 1
            seen += int(batch.length.sum())
            for name, value in found.items():
                means[name] = 0.99 * means.get(name, float(value.detach())) + 0.01 * float(value.detach())
            if step % EVERY_STEPS == 0:
                minutes = (time.monotonic() - began) / 60
                row = {
                    "step": step,
                    "minutes": round(minutes, 2),
                    "pieces_here": seen,
                    "shards": len(used),
                    "train": {n: round(v, 4) for n, v in means.items()},
                }
                row["held_out"] = held_out(model, tests, given.held_out)
                curve.write(json.dumps(row) + "\n")
                curve.flush()
                print(json.dumps(row), flush=True)
                _save(checkpoint, model, optimiser, time.monotonic() - began, step, used)
            if time.monotonic() - began >= 60 * given.minutes:
                break
        used.append(path.name)
    _save(checkpoint, model, optimiser, time.monotonic() - began, step, used)
    print(json.dumps({"final": held_out(model, tests, 10**9), "step": step}))


def _next(folder: Path, used: list[str]) -> Path:
    """Return the next shard: one that was used least often, the earliest made of those."""
    there = sorted((p for p in folder.glob("train-*.npz")), key=lambda p: (p.stat().st_mtime, p.name))
    counts = {p.name: used.count(p.name) for p in there}
    return min(there, key=lambda p: counts[p.name])


def _save(path: Path, model: Model, optimiser: Any, spent: float, step: int, used: list[str]) -> None:
    part = path.with_suffix(".part")
    torch.save(
        {
            "model": model.state_dict(),
            "optimiser": optimiser.state_dict(),
            "spent": spent,
            "step": step,
            "used": used,
            "random": torch.get_rng_state(),
        },
        part,
    )
    part.replace(path)


if __name__ == "__main__":
    main()
