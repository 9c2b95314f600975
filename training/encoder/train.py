"""Train the encoder on shards of windows; checkpoints, resumes, keeps its learning curve.

    OMP_NUM_THREADS=1 python -m training.encoder.train /tmp/encoder/windows /tmp/encoder/run --workers 2

Loss: twice "damaged", "missing behind", the case, and -ln of the chance of every target's pieces (windows.py).
The learning rate falls over the time given (a cosine), so that the training ends when it should on any machine; a run
that is started again goes on from its last checkpoint. Shards are read in a seeded order, as many as there are by then;
those whose name begins with "test" are never trained on: the held-out loss is theirs. Several workers (processes of one
thread each, with shards of their own) train copies and take the mean of them every half minute (local SGD, Stich 2019):
unlike a mean of every gradient it costs nothing, and no worker waits long for one whose core is shared.
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
from zlib import crc32

import numpy as np
import torch
import torch.multiprocessing
from torch import Tensor, distributed
from torch.nn import functional

from training.encoder.export import read_back
from training.encoder.model import STEPS, Model, Size, deepened, load_bert
from training.encoder.windows import FIELDS

BATCH_PIECES = 3600
"""Pieces of a batch, padding included: about sixteen windows, as in the experiment of November 2026."""
RATE, WARM_UP = 4e-4, 150
"""The highest rate, that of the same experiment, and the steps until it is reached; these by hand."""
HEAD_RATE = 2.0
"""The new heads learn this many times faster, as in the same experiment."""
DECAY = 0.01
"""Of AdamW, its usual one."""
MEET_SECONDS = 25.0
"""Between two means of the workers: a dozen steps; chosen by hand."""
EVERY_ROUNDS = 12
"""Means between two checkpoints."""
PRECISION = torch.bfloat16 if torch.backends.cpu.get_cpu_capability().startswith("AVX512") else torch.float32
"""What is multiplied: without AVX-512 torch takes seven times as long for bfloat16 as for float32 (measured)."""
DAMAGED_WEIGHT, GAP_WEIGHT, CASE_WEIGHT = 2.0, 0.5, 0.3
"""Of the losses; by hand: what is damaged decides what gets candidates."""


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
        precise = logits.float()
        found = precise.logsumexp(1, keepdim=True)
        ctx.save_for_backward((precise - found).exp_().to(logits.dtype))
        return found[:, 0]

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> Tensor:
        """Return the gradient of the logits."""
        (chances,) = ctx.saved_tensors
        return chances * gradients[0][:, None].to(chances.dtype)


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
    at: list[tuple[int, int]] = []
    rows: list[tuple[int, ...]] = []
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
    mask = torch.zeros(batch.ids.shape).masked_fill(padding, -1e4)[:, None, None].to(PRECISION)
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
    width = s.shape[1]
    everywhere = speller.query(s) @ speller.key(states).reshape(-1, width).T  # cheaper than the keys of each row
    logits = everywhere.view(len(s), *batch.ids.shape)[torch.arange(len(s)), window].float()
    logits = logits / width**0.5
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
        with torch.autocast("cpu", torch.bfloat16, enabled=PRECISION is torch.bfloat16):
            found = losses(model, batch)
        for name, value in found.items():
            sums[name] = sums.get(name, 0.0) + float(value)
        count += 1
    model.train()
    return {name: round(value / count, 4) for name, value in sums.items()}


class Training:
    """One worker's copy of the model, its optimiser, and how far it is."""

    def __init__(self, given: argparse.Namespace, rank: int) -> None:
        self.given, self.rank = given, rank
        self.checkpoint: Path = given.run / "checkpoint.pt"
        self.model = Model(Size(layers=given.layers))
        self.optimiser = _optimiser(self.model, given.rate)
        self.spent, self.step, self.seen = 0.0, 0, 0
        self.used: list[str] = []
        """Shards that were read, of this worker."""
        if self.checkpoint.exists():
            kept = torch.load(self.checkpoint, weights_only=False)
            self.model.load_state_dict(kept["model"])
            self.optimiser.load_state_dict(kept["optimiser"])
            self.spent, self.step, self.seen = kept["spent"], kept["step"], kept["seen"]
            self.used = kept["used"][rank] if rank < len(kept["used"]) else []
        elif given.start:
            if given.start.is_dir():
                self.model.load_state_dict(deepened(read_back(given.start), Size().layers, given.layers))
            else:
                from safetensors.torch import load_file

                load_bert(self.model, load_file(given.start))
        self.model.train()
        self.began = time.monotonic() - self.spent
        self.means: dict[str, float] = {}

    @property
    def part(self) -> float:
        """How much of the time is gone, 0 to 1 and more."""
        return (time.monotonic() - self.began) / (60 * self.given.minutes)

    def learn(self, batch: Batch) -> None:
        """Take one step."""
        fall = 0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi * min(1.0, self.part)))
        rate = self.given.rate * min(1.0, (self.step + 1) / WARM_UP) * fall
        for group, times in zip(self.optimiser.param_groups, (1.0, HEAD_RATE), strict=True):
            group["lr"] = rate * times
        with torch.autocast("cpu", torch.bfloat16, enabled=PRECISION is torch.bfloat16):
            found = losses(self.model, batch)
            loss = total(found)
        self.optimiser.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        self.optimiser.step()
        self.step += 1
        self.seen += int(batch.length.sum())
        for name, value in found.items():
            now = float(value.detach())
            self.means[name] = 0.99 * self.means.get(name, now) + 0.01 * now

    def meet(self) -> bool:
        """Take the mean of the workers' weights and moments; return whether the time is up for any of them."""
        if self.given.workers == 1:
            return self.part >= 1
        moments = [s[name] for s in self.optimiser.state.values() for name in ("exp_avg", "exp_avg_sq")]
        for tensor in (*(p.data for p in self.model.parameters()), *moments):
            distributed.all_reduce(tensor)
            tensor /= self.given.workers
        over = torch.tensor(float(self.part >= 1))
        distributed.all_reduce(over)
        return bool(over > 0)

    def save(self) -> None:
        """Write the checkpoint; every worker must come, the first one writes."""
        used: list[Any] = [self.used]
        if self.given.workers > 1:
            used = [None] * self.given.workers
            distributed.all_gather_object(used, self.used)
        if self.rank:
            return
        part = self.checkpoint.with_suffix(".part")
        state = {"model": self.model.state_dict(), "optimiser": self.optimiser.state_dict(), "used": used}
        torch.save({**state, "spent": time.monotonic() - self.began, "step": self.step, "seen": self.seen}, part)
        part.replace(self.checkpoint)

    def next_shard(self) -> Path:
        """Return the next of this worker's shards: one that was used least often, the earliest made of those."""
        there = sorted(self.given.windows.glob("train-*.npz"), key=lambda p: (p.stat().st_mtime, p.name))
        mine = [p for p in there if crc32(p.name.encode()) % self.given.workers == self.rank] or there
        counts = {p.name: self.used.count(p.name) for p in mine}
        return min(mine, key=lambda p: counts[p.name])

    def report(self, tests: list[Path]) -> None:
        """Add a row to the learning curve."""
        row: dict[str, Any] = {"step": self.step, "minutes": round(self.part * self.given.minutes, 2)}
        row |= {"pieces of one worker": self.seen, "shards": len(self.used)}
        row["train"] = {name: round(value, 4) for name, value in self.means.items()}
        row["held_out"] = held_out(self.model, tests, self.given.held_out)
        with (self.given.run / "curve.jsonl").open("a") as curve:
            curve.write(json.dumps(row) + "\n")
        print(json.dumps(row), flush=True)


def _optimiser(model: Model, rate: float) -> torch.optim.Optimizer:
    """Return AdamW over two groups: the body, which comes from all-MiniLM, and the new heads."""
    old = ("encoder.layers", "encoder.pieces", "encoder.pos", "encoder.sides", "encoder.norm")
    named = list(model.named_parameters())
    body, heads = ([p for name, p in named if name.startswith(old) == is_old] for is_old in (True, False))
    groups = [{"params": body}, {"params": heads}]
    return torch.optim.AdamW(groups, lr=rate, fused=True, weight_decay=DECAY, betas=(0.9, 0.98))


def work(rank: int, given: argparse.Namespace) -> None:
    """Train one worker's copy until the time is up."""
    torch.manual_seed(given.seed)
    torch.set_num_threads(1)
    if given.workers > 1:
        store = f"file://{(given.run / 'meeting').resolve()}"
        distributed.init_process_group("gloo", init_method=store, rank=rank, world_size=given.workers)
    training = Training(given, rank)
    tests = sorted(given.windows.glob("test-*.npz"))
    rounds, met, over = 0, time.monotonic(), False
    while not over:
        path = training.next_shard()
        for batch in batches(read_shard(path), Random(f"{given.seed} {rank} {len(training.used)}")):
            training.learn(batch)
            if time.monotonic() - met < MEET_SECONDS:
                continue
            over = training.meet()  # all workers leave it together, and so come to the next at about the same time
            met = time.monotonic()
            rounds += 1
            if over or rounds % EVERY_ROUNDS == 0:
                training.save()
                if not rank:
                    training.report(tests)
            if over:
                break
        training.used.append(path.name)
    if not rank:
        print(json.dumps({"final": held_out(training.model, tests, 10**9), "step": training.step}))


def main() -> None:
    """Train until the time is up."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("windows", type=Path)
    options.add_argument("run", type=Path, help="folder of checkpoint and curve")
    options.add_argument("--start", type=Path, help="safetensors of all-MiniLM-L6-v2, or exported graphs")
    options.add_argument("--layers", type=int, default=Size().layers, help="a multiple of what it starts from")
    options.add_argument("--minutes", type=float, default=90)
    options.add_argument("--workers", type=int, default=1)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--held-out", type=int, default=300, help="windows")
    options.add_argument("--rate", type=float, default=RATE)
    given = options.parse_args()
    given.run.mkdir(parents=True, exist_ok=True)
    (given.run / "meeting").unlink(missing_ok=True)
    if given.workers == 1:
        work(0, given)
    else:
        torch.multiprocessing.spawn(work, (given,), nprocs=given.workers)


if __name__ == "__main__":
    main()
