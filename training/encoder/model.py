"""The encoder in PyTorch: BERT's layers (Devlin et al. 2019), heads for every word, a pointer to the reference.

    ids, cases ──> embeddings ──> layers ──> damaged? gap? case?      for the first piece of every word
                                     └─────> what stood here: piece by piece, from the vocabulary (tied to the
                                             embeddings) or copied from the reference (See et al. 2017), until "stop"

The product runs the same thing from ONNX (restore/encoder/model.py); torch is for the builders alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

CASES = 4
"""Classes of casing (restore/encoder/pieces.py)."""
STEPS = 6
"""Pieces of an original; the place among them is told to the head."""


@dataclass(frozen=True)
class Size:
    """The shape of the encoder; all-MiniLM-L6-v2's."""

    vocabulary: int = 30522
    width: int = 384
    layers: int = 6
    heads: int = 12
    inner: int = 1536
    positions: int = 512


class Layer(nn.Module):
    """One layer of BERT: attention, then a feed-forward network, each added and normalised.

    There is no dropout: the data is made anew faster than it could be learned by heart.
    """

    def __init__(self, size: Size) -> None:
        super().__init__()
        self.heads = size.heads
        self.query_key_value = nn.Linear(size.width, 3 * size.width)
        self.output = nn.Linear(size.width, size.width)
        self.norm = nn.LayerNorm(size.width, eps=1e-12)
        self.rise = nn.Linear(size.width, size.inner)
        self.fall = nn.Linear(size.inner, size.width)
        self.last_norm = nn.LayerNorm(size.width, eps=1e-12)

    def forward(self, x: Tensor, mask: Tensor | None) -> Tensor:
        """Return (batch, pieces, width) from the same shape.

        The mask, (batch, 1, 1, pieces), is added to
        the scores: 0 for pieces, -1e4 for padding.
        """
        batch, length, width = x.shape
        q, k, v = self.query_key_value(x).view(batch, length, 3, self.heads, width // self.heads).permute(2, 0, 3, 1, 4)
        scores = (q * (width // self.heads) ** -0.5) @ k.transpose(-1, -2)
        if mask is not None:
            scores = scores + mask
        found = torch.softmax(scores, -1, dtype=v.dtype) @ v  # faster here than the fused attention of PyTorch 2.15
        found = self.output(found.transpose(1, 2).reshape(batch, length, width))
        x = self.norm(x + found)
        return self.last_norm(x + self.fall(functional.gelu(self.rise(x))))


class Encoder(nn.Module):
    """Embeddings and layers, and the heads that every word has."""

    def __init__(self, size: Size = Size()) -> None:
        super().__init__()
        self.size = size
        self.pieces = nn.Embedding(size.vocabulary, size.width)
        self.positions = nn.Embedding(size.positions, size.width)
        self.sides = nn.Embedding(2, size.width)
        self.cases = nn.Embedding(CASES, size.width)
        self.norm = nn.LayerNorm(size.width, eps=1e-12)
        self.layers = nn.ModuleList(Layer(size) for _ in range(size.layers))
        self.damaged = nn.Sequential(nn.Linear(size.width, size.width), nn.GELU(), nn.Linear(size.width, 2))
        """Damaged, and missing behind: two logits."""
        self.case = nn.Linear(size.width, CASES)
        nn.init.zeros_(self.cases.weight)

    def embedded(self, ids: Tensor, cases: Tensor, text: Tensor) -> Tensor:
        """Return what is normalised first, (batch, pieces, width); `text` says how many pieces are the text's."""
        places = torch.arange(ids.shape[1], device=ids.device)
        sides = (places[None] >= text[:, None]).long()
        return self.pieces(ids) + self.positions(places)[None] + self.sides(sides) + self.cases(cases)

    def read(self, embedded: Tensor, mask: Tensor | None) -> Tensor:
        """Return the states of all pieces, (batch, pieces, width)."""
        x = self.norm(embedded)
        for layer in self.layers:
            x = layer(x, mask)
        return x


class Speller(nn.Module):
    """What stood at a word, piece by piece: the state of the word and the piece before give the next one.

    Step 0 takes no piece; a gap behind a word is a place of its own. The score of a whole string is the sum of its
    steps and of "stop" behind its last piece, so that strings of any length compare.
    """

    def __init__(self, size: Size) -> None:
        super().__init__()
        self.before = nn.Linear(size.width, size.width, bias=False)
        self.steps = nn.Embedding(STEPS + 1, size.width)
        self.gap = nn.Parameter(torch.zeros(size.width))
        self.dense = nn.Linear(size.width, size.width)
        self.norm = nn.LayerNorm(size.width)
        self.bias = nn.Parameter(torch.zeros(size.vocabulary))
        self.stop = nn.Linear(size.width, 1)
        self.copy = nn.Linear(size.width, 1)
        self.key = nn.Linear(size.width, size.width)
        self.query = nn.Linear(size.width, size.width)
        nn.init.normal_(self.steps.weight, std=0.02)
        nn.init.constant_(self.copy.bias, -2.0)

    def state(self, place: Tensor, piece: Tensor, step: Tensor, gap: Tensor) -> Tensor:
        """Return (rows, width) from the states of places, the embeddings of the pieces before, steps and gap flags."""
        started = (step > 0).to(place.dtype)[:, None]
        x = place + started * self.before(piece) + self.steps(step) + gap.to(place.dtype)[:, None] * self.gap
        return self.norm(functional.gelu(self.dense(x)))

    def pointer(self, state: Tensor, reference: Tensor) -> Tensor:
        """Return (rows, reference pieces) logits of copying; `reference` is (rows or 1, pieces, width)."""
        scale = state.shape[-1] ** 0.5
        return (self.query(state)[:, None] * self.key(reference)).sum(-1) / scale


class Model(nn.Module):
    """The whole: an encoder and a speller that shares its embeddings."""

    def __init__(self, size: Size = Size()) -> None:
        super().__init__()
        self.encoder = Encoder(size)
        self.speller = Speller(size)


def load_bert(model: Model, weights: Mapping[str, Tensor]) -> None:
    """Take over the weights of a BERT as transformers names them, as many layers as there are."""
    state = {}
    for ours, theirs in (("pieces", "word"), ("positions", "position"), ("sides", "token_type")):
        state[f"encoder.{ours}.weight"] = weights[f"embeddings.{theirs}_embeddings.weight"]
    pairs = {"encoder.norm": "embeddings.LayerNorm"}
    for n in range(model.encoder.size.layers):
        mine, given = f"encoder.layers.{n}", f"encoder.layer.{n}"
        for kind in ("weight", "bias"):
            parts = [weights[f"{given}.attention.self.{name}.{kind}"] for name in ("query", "key", "value")]
            state[f"{mine}.query_key_value.{kind}"] = torch.cat(parts)
        pairs |= {
            f"{mine}.output": f"{given}.attention.output.dense",
            f"{mine}.norm": f"{given}.attention.output.LayerNorm",
            f"{mine}.rise": f"{given}.intermediate.dense",
            f"{mine}.fall": f"{given}.output.dense",
            f"{mine}.last_norm": f"{given}.output.LayerNorm",
        }
    for ours, theirs in pairs.items():
        state |= {f"{ours}.{kind}": weights[f"{theirs}.{kind}"] for kind in ("weight", "bias")}
    missing, unknown = model.load_state_dict(state, strict=False)
    assert not unknown
    assert not any(name.startswith("encoder.layers") for name in missing)


def deepened(state: Mapping[str, Tensor], old: int, new: int) -> dict[str, Tensor]:
    """Return the weights of a model of `new` layers, a multiple of `old`, that reads almost as the old one does.

    Behind every layer come copies that add nothing yet (Wu et al., "LLaMA Pro", 2024): their two outputs are zero. What
    they normalise again gets back about the mean and the deviation that it had.
    """
    found = {name: value for name, value in state.items() if not name.startswith("encoder.layers.")}
    for n in range(old):
        mine = {
            name.split(".", 3)[3]: value for name, value in state.items() if name.startswith(f"encoder.layers.{n}.")
        }
        gains, shifts = mine["last_norm.weight"], mine["last_norm.bias"]
        silent = {name: torch.zeros_like(v) for name, v in mine.items() if name.startswith(("output.", "fall."))}
        copy = mine | silent | {"norm.weight": torch.ones_like(gains), "norm.bias": torch.zeros_like(shifts)}
        copy["last_norm.weight"] = torch.ones_like(gains) * (gains.square().mean() + shifts.var()).sqrt()
        copy["last_norm.bias"] = torch.ones_like(shifts) * shifts.mean()
        for at in range(new // old):
            number = n * (new // old) + at
            found |= {f"encoder.layers.{number}.{name}": v.clone() for name, v in (copy if at else mine).items()}
    return found
