"""A tiny Llama model with random weights, written as GGUF, and what it should say by plain numpy."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

LAYERS, WIDTH, HEADS, KEY_HEADS, INNER = 2, 64, 4, 2, 96
HEAD_WIDTH = WIDTH // HEADS
ROTARY_BASE, EPSILON = 10_000.0, 1e-5
MERGES = ["t h", "th e", "Ġ the", "Ġ a", "i n", "Ġ in"]
SPECIAL = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]


def _letters() -> list[str]:
    """Return the 256 characters that stand for bytes in GPT-2's vocabulary."""
    shown = [*range(33, 127), *range(161, 173), *range(174, 256)]
    hidden = [byte for byte in range(256) if byte not in shown]
    return [chr(byte) for byte in shown] + [chr(256 + n) for n in range(len(hidden))]


TOKENS = [*SPECIAL, *_letters(), *(merge.replace(" ", "") for merge in MERGES)]


@dataclass
class TinyLlama:
    """Where the file lies, and its tensors."""

    path: Path
    tensors: dict[str, NDArray[np.float32]]

    def log_probabilities(self, tokens: list[int]) -> NDArray[np.float32]:
        """Return the log-probability of each token but the first: the model in float32, in GGUF's own order of rows."""
        value = self.tensors["token_embd.weight"][tokens]
        for layer in range(LAYERS):
            value = value + self._attention(value, f"blk.{layer}.")
            value = value + self._feed_forward(value, f"blk.{layer}.")
        logits = self._norm(value, "output_norm.weight") @ self.tensors["token_embd.weight"].T
        logits -= logits.max(axis=1, keepdims=True)
        logits -= np.log(np.exp(logits).sum(axis=1, keepdims=True))
        return logits[np.arange(len(tokens) - 1), tokens[1:]]

    def _attention(self, value: Any, prefix: str) -> Any:
        normed = self._norm(value, f"{prefix}attn_norm.weight")
        query, key, held = (
            (normed @ self.tensors[f"{prefix}attn_{name}.weight"].T).reshape(len(value), -1, HEAD_WIDTH)
            for name in ("q", "k", "v")
        )
        query, key = _rotated(query), _rotated(key)
        mixed = np.zeros_like(query)
        for head in range(HEADS):
            shared = head // (HEADS // KEY_HEADS)
            seen = query[:, head] @ key[:, shared].T / np.sqrt(HEAD_WIDTH)
            seen = np.exp(np.where(np.tri(len(value), dtype=bool), seen, -np.inf))
            mixed[:, head] = seen / seen.sum(axis=1, keepdims=True) @ held[:, shared]
        return mixed.reshape(len(value), WIDTH) @ self.tensors[f"{prefix}attn_output.weight"].T

    def _feed_forward(self, value: Any, prefix: str) -> Any:
        normed = self._norm(value, f"{prefix}ffn_norm.weight")
        gate, up = (normed @ self.tensors[f"{prefix}ffn_{name}.weight"].T for name in ("gate", "up"))
        return (gate / (1 + np.exp(-gate)) * up) @ self.tensors[f"{prefix}ffn_down.weight"].T

    def _norm(self, value: Any, name: str) -> Any:
        return value / np.sqrt((value**2).mean(axis=1, keepdims=True) + EPSILON) * self.tensors[name]


def _rotated(heads: Any) -> Any:
    """Rotate neighbouring pairs, as llama.cpp does with GGUF's order of rows."""
    angles = np.arange(len(heads))[:, None] * ROTARY_BASE ** (-np.arange(0, HEAD_WIDTH, 2) / HEAD_WIDTH)
    turned = (heads[..., 0::2] + 1j * heads[..., 1::2]) * np.exp(1j * angles)[:, None]
    return np.stack([turned.real, turned.imag], axis=-1).reshape(heads.shape).astype(np.float32)


def random_tensors() -> dict[str, NDArray[np.float32]]:
    """Return the tensors of a model whose channels differ in size, as those of real ones do."""
    random = np.random.default_rng(7)
    sizes = {"attn_q": (WIDTH, WIDTH), "attn_k": (KEY_HEADS * HEAD_WIDTH, WIDTH), "attn_output": (WIDTH, WIDTH)}
    sizes |= {
        "attn_v": sizes["attn_k"],
        "ffn_gate": (INNER, WIDTH),
        "ffn_up": (INNER, WIDTH),
        "ffn_down": (WIDTH, INNER),
    }
    tensors = {"token_embd.weight": random.normal(size=(len(TOKENS), WIDTH)) * 0.15}
    tensors["output_norm.weight"] = random.uniform(0.3, 1.2, WIDTH)
    for layer in range(LAYERS):
        tensors |= {
            f"blk.{layer}.{name}.weight": random.normal(size=size) / np.sqrt(size[1]) for name, size in sizes.items()
        }
        tensors |= {f"blk.{layer}.{name}_norm.weight": random.uniform(0.2, 2, WIDTH) for name in ("attn", "ffn")}
    return {name: tensor.astype(np.float32) for name, tensor in tensors.items()}


def write_gguf(path: Path, tensors: dict[str, NDArray[np.float32]], **fields: str) -> None:
    """Write a GGUF file; the fields architecture, splitting and leave_out change what is in it."""
    import gguf

    writer = gguf.GGUFWriter(path, fields.get("architecture", "llama"))
    writer.arch = "llama"
    writer.add_block_count(LAYERS)
    writer.add_embedding_length(WIDTH)
    writer.add_feed_forward_length(INNER)
    writer.add_head_count(HEADS)
    writer.add_head_count_kv(KEY_HEADS)
    writer.add_rope_freq_base(ROTARY_BASE)
    writer.add_layer_norm_rms_eps(EPSILON)
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre(fields.get("splitting", "smollm"))
    writer.add_token_list(TOKENS)
    writer.add_token_merges(MERGES)
    writer.add_unk_token_id(0)
    for name, tensor in tensors.items():
        if name != fields.get("leave_out"):
            writer.add_tensor(name, tensor)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
