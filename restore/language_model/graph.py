"""Turning a Llama model in a GGUF file into an ONNX graph of int8 products, once, when the weights are pulled.

The architecture is that of Touvron et al., "LLaMA" (2023), with the grouped queries of Ainslie et al. (2023): RMSNorm,
rotary positions, SwiGLU, one table for reading and predicting tokens. The graph scores a *tree* of tokens in one call:
what may see what, and at which position a token stands, are inputs, so that several continuations share the reading of
their context. What was read before comes in as keys and values, and those of the new tokens go out, so that several
trees share it too. There is no batch dimension: a result cannot depend on what else was asked.

A few channels of such a model are a hundred times larger than the others, and leave those few of the 8 bits. So the
stream between the layers, and the values of each head, are rotated (Ashkboos et al., "QuaRot", 2024): every channel
then has a part of all. The rotations cancel out and are multiplied into the weights here, so they cost nothing later.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from restore.errors import ModelDamagedError, ModelNotFoundError
from restore.language_model.files import EXTRA, FORMAT

if TYPE_CHECKING:
    from restore.runtime.progress import Progress

Floats = NDArray[np.float32]

WEIGHT_LEVELS = 127
"""The largest absolute value of a quantised weight: 8 bits, symmetric, a scale for each output."""

ACTIVATION_LEVELS = 127
"""The largest distance of a quantised activation from `_ZERO`: 8 bits, symmetric, a scale for each row."""

_ZERO = 128  # What stands for 0 among unsigned bytes; signed ones take a path 15 times slower in onnxruntime 1.32.
_SMALLEST_SCALE = 1e-9  # Keeps a row of zeros from a division by 0; scales of real rows are above 1e-4.
_OPSET = 18  # The oldest set of operators in which ReduceMax takes its axes as an input.
_IR_VERSION = 8  # The file format that belongs to this set of operators.
_POSITIONS = 2048  # Length of the rotary tables; the caller's trees are far shorter (causal.py).
_CONTRIB = "com.microsoft"  # onnxruntime's own operators
_MEMORY = ("keys", "values")  # of the tokens that were read, for the trees that follow them


@dataclass(frozen=True, slots=True)
class LlamaShape:
    """The sizes of a Llama model: counts, widths in floats, and the constants of its norms and rotations."""

    layers: int
    width: int
    heads: int
    key_heads: int
    inner_width: int
    vocabulary: int
    rotary_base: float
    norm_epsilon: float

    @property
    def head_width(self) -> int:
        """The floats of one attention head."""
        return self.width // self.heads


class GgufModel:
    """A Llama model in a GGUF file: its shape, its tensors as float32, and the fields about its tokens."""

    def __init__(self, path: Path) -> None:
        """Open a file; raises `ModelNotFoundError` without the package gguf, `ModelDamagedError` on another content."""
        self._gguf = import_extra("gguf")
        self._path = path
        try:
            self._reader: Any = self._gguf.GGUFReader(path)
        except (ValueError, IndexError, KeyError, OverflowError) as error:
            raise ModelDamagedError(f"{path.name} is no readable GGUF file: {error}") from error
        self._tensors = {tensor.name: tensor for tensor in self._reader.tensors}
        self.shape = self._read_shape()

    def field(self, name: str) -> Any:
        """Return a field's value (number, text or list); raises `ModelDamagedError` if it is missing."""
        found = self._reader.fields.get(name)
        if found is None:
            raise ModelDamagedError(f"{self._path.name} has no field {name}")
        return found.contents()

    def tensor(self, name: str) -> Floats:
        """Return a tensor, dequantised, outputs first; raises `ModelDamagedError` if it is missing or unreadable."""
        found = self._tensors.get(name)
        if found is None:
            raise ModelDamagedError(f"{self._path.name} has no tensor {name}")
        try:
            values = self._gguf.dequantize(found.data, found.tensor_type)
        except NotImplementedError as error:
            raise ModelDamagedError(f"{self._path.name}: {name} is of a type that gguf cannot read") from error
        return np.asarray(values, np.float32)

    def rotary_tensor(self, name: str, heads: int) -> Floats:
        """Return a query or key tensor with each head's halves apart, as the rotary operator wants them.

        GGUF keeps the two members of a rotated pair side by side (convert_hf_to_gguf.py, `LlamaModel.permute`).
        """
        stored = self.tensor(name)
        return stored.reshape(heads, -1, 2, stored.shape[1]).swapaxes(1, 2).reshape(stored.shape)

    def _read_shape(self) -> LlamaShape:
        architecture = self.field("general.architecture")
        if architecture != "llama":
            raise ModelDamagedError(f"{self._path.name} holds a model of the kind {architecture}, not llama")
        heads = int(self.field("llama.attention.head_count"))
        return LlamaShape(
            layers=int(self.field("llama.block_count")),
            width=int(self.field("llama.embedding_length")),
            heads=heads,
            key_heads=int(self.field("llama.attention.head_count_kv")),
            inner_width=int(self.field("llama.feed_forward_length")),
            vocabulary=len(self.field("tokenizer.ggml.tokens")),
            rotary_base=float(self.field("llama.rope.freq_base")),
            norm_epsilon=float(self.field("llama.attention.layer_norm_rms_epsilon")),
        )


def import_extra(module: str) -> Any:
    """Import a package of the extra `lm`; raises `ModelNotFoundError` that names the extra."""
    try:
        return import_module(module)
    except ImportError as error:
        raise ModelNotFoundError(f"making the language model needs the package {module}: run `{EXTRA}`") from error


def quantise(weights: Floats) -> tuple[NDArray[np.int8], Floats]:
    """Return weights [outputs, inputs] as int8 [inputs, outputs] and the scale of each output."""
    scales = np.abs(weights).max(axis=1) / np.float32(WEIGHT_LEVELS)
    scales[scales == 0] = 1
    return np.rint(weights / scales[:, None]).astype(np.int8).T, scales


def rotation(size: int) -> Floats:
    """Return an orthogonal matrix that spreads a single channel evenly over all: the cosine transform, DCT-II.

    Its rows get irregular signs; without them large channels remain: mean error of a ratio 0.66, not 0.56.
    """
    rows, columns = np.arange(size)[:, None], np.arange(size)[None]
    matrix = np.cos(np.pi * (rows + 0.5) * columns / size) * np.sqrt(2 / size)
    matrix[:, 0] /= np.sqrt(2)
    signs = np.where(np.sin(np.arange(size) ** 2) < 0, -1, 1)
    turned: Floats = (signs[:, None] * matrix).astype(np.float32)
    return turned


def rotary_tables(shape: LlamaShape) -> tuple[Floats, Floats]:
    """Return the cosines and sines [position, pair] of the rotary positions (Su et al., "RoFormer", 2021)."""
    pairs = np.arange(0, shape.head_width, 2) / shape.head_width
    angles = np.arange(_POSITIONS)[:, None] * shape.rotary_base**-pairs
    return np.cos(angles).astype(np.float32), np.sin(angles).astype(np.float32)


def make_graph(model: GgufModel, target: Path, report: Progress) -> None:
    """Write the ONNX graph of a Llama model; overwrites `target`.

    Inputs: tokens and positions int64 [T], mask float32 [1, T, C + T] (0 where the row may see the column, else minus
    infinity), rows and targets int64 [R], past_keys and past_values float32 [layers, key heads, C, width of a head] of
    C tokens that were read before (C may be 0). Outputs: scores float32 [R], the natural logarithm of the probability
    that the target follows the row; keys and values of the T tokens, in the form of the past ones. Raises
    `ModelNotFoundError` (a package is missing), `ModelDamagedError` (a tensor is missing), `OSError`.
    """
    onnx = import_extra("onnx")
    graph = _Graph(onnx)
    writer = _LlamaWriter(graph, model)
    for layer in writer.write():
        report("making the graph", layer, model.shape.layers)
    onnx.save(graph.model(model.shape, {"format": FORMAT, "start_token": str(_start_token(model))}), target)


def _start_token(model: GgufModel) -> int:
    """Return the token before a text: GGUF's unknown token is <|endoftext|>, which separates documents in training."""
    return int(model.field("tokenizer.ggml.unknown_token_id"))


class _Graph:
    """The nodes and constants of a graph under construction; names are numbers in order, so files are reproducible."""

    def __init__(self, onnx: Any) -> None:
        self._onnx = onnx
        self._nodes: list[Any] = []
        self._constants: list[Any] = []

    def constant(self, values: NDArray[Any] | np.generic) -> str:
        """Add a constant and return its name."""
        name = f"constant_{len(self._constants)}"
        self._constants.append(self._onnx.numpy_helper.from_array(np.ascontiguousarray(values), name))
        return name

    def scalar(self, value: float) -> str:
        """Add a float32 without dimensions and return its name."""
        return self.constant(np.array(value, np.float32).reshape(()))

    def integers(self, *values: int) -> str:
        """Add an int64 vector (axes, shapes, lengths) and return its name."""
        return self.constant(np.array(values, np.int64))

    def node(self, kind: str, *inputs: str, name: str = "", domain: str = "", **attributes: Any) -> str:
        """Add an operator with one output and return the output's name."""
        return self.nodes(kind, *inputs, names=[name] if name else [""], domain=domain, **attributes)[0]

    def nodes(self, kind: str, *inputs: str, names: list[str], domain: str = "", **attributes: Any) -> list[str]:
        """Add an operator with an output for each name (numbered where the name is empty) and return their names."""
        number = len(self._nodes)
        outputs = [name or f"value_{number}_{n}" for n, name in enumerate(names)]
        self._nodes.append(
            self._onnx.helper.make_node(
                kind, list(inputs), outputs, name=f"node_{number}", domain=domain or None, **attributes
            )
        )
        return outputs

    def model(self, shape: LlamaShape, notes: dict[str, str]) -> Any:
        """Return the finished model, with notes for whoever loads it."""
        helper, types = self._onnx.helper, self._onnx.TensorProto
        value = helper.make_tensor_value_info
        inputs = [value(name, types.INT64, ["T"]) for name in ("tokens", "positions")]
        inputs += [value("mask", types.FLOAT, [1, "T", "C + T"])]
        inputs += [value(name, types.INT64, ["R"]) for name in ("rows", "targets")]
        heads = (shape.layers, shape.key_heads)
        inputs += [value(f"past_{name}", types.FLOAT, [*heads, "C", shape.head_width]) for name in _MEMORY]
        outputs = [value("scores", types.FLOAT, ["R"])]
        outputs += [value(name, types.FLOAT, [*heads, "T", shape.head_width]) for name in _MEMORY]
        graph = helper.make_graph(self._nodes, "causal", inputs, outputs, self._constants)
        opsets = [helper.make_opsetid("", _OPSET), helper.make_opsetid(_CONTRIB, 1)]
        model = helper.make_model(graph, opset_imports=opsets, ir_version=_IR_VERSION, producer_name="restore")
        helper.set_model_props(model, notes)
        return model


class _LlamaWriter:
    """Writes the layers of one model into a graph."""

    def __init__(self, graph: _Graph, model: GgufModel) -> None:
        self._graph = graph
        self._model = model
        self._shape = model.shape
        self._last = graph.integers(-1)
        self._one = graph.scalar(1.0)
        self._step = graph.scalar(1.0 / ACTIVATION_LEVELS)
        self._smallest = graph.scalar(_SMALLEST_SCALE)
        self._no_gains = graph.constant(np.ones(model.shape.width, np.float32))
        self._turn = rotation(model.shape.width)
        self._head_turn = rotation(model.shape.head_width)
        self._zero = graph.constant(np.array(_ZERO, np.uint8).reshape(()))

    def write(self) -> Iterator[int]:
        """Write everything; yields the number of finished layers after each."""
        graph, shape = self._graph, self._shape
        self._mask = graph.node("Tile", "mask", graph.integers(1, shape.heads // shape.key_heads, 1))
        self._row_position = graph.node("Unsqueeze", "positions", graph.integers(0))
        self._rotary = tuple(graph.constant(table) for table in rotary_tables(shape))
        zeros = graph.node("Expand", self._zero, graph.node("Shape", "tokens"))
        words = self._model.tensor("token_embd.weight")
        value = self._embedded(words)
        past = [self._split(f"past_{name}", *[1] * shape.layers, axis=0) for name in _MEMORY]
        self._past = list(zip(*past, strict=True))
        self._new: tuple[list[str], list[str]] = ([], [])
        for layer in range(shape.layers):
            value = self._attention(value, f"blk.{layer}.", zeros)
            value = self._feed_forward(value, f"blk.{layer}.", zeros)
            yield layer + 1
        for name, new in zip(_MEMORY, self._new, strict=True):
            graph.node("Concat", *new, name=name, axis=0)
        self._scores(value, words * self._model.tensor("output_norm.weight"))

    def _embedded(self, words: Floats) -> str:
        graph = self._graph
        transposed, scales = quantise(words @ self._turn)
        rows = graph.node("Gather", graph.constant(transposed.T), "tokens")
        sizes = graph.node("Unsqueeze", graph.node("Gather", graph.constant(scales), "tokens"), self._last)
        return graph.node("Mul", graph.node("Cast", rows, to=1), sizes)  # 1: float32

    def _attention(self, value: str, prefix: str, zeros: str) -> str:
        graph, shape, model = self._graph, self._shape, self._model
        queries = model.rotary_tensor(f"{prefix}attn_q.weight", shape.heads) / np.sqrt(np.float32(shape.head_width))
        keys = model.rotary_tensor(f"{prefix}attn_k.weight", shape.key_heads)
        values = self._turned_heads(model.tensor(f"{prefix}attn_v.weight").T).T
        weights = np.concatenate([queries, keys, values]) * model.tensor(f"{prefix}attn_norm.weight")
        together = self._product(self._norm(value), weights @ self._turn, zeros)
        rotated_width = len(queries) + len(keys)
        turning, held = self._split(together, rotated_width, len(values))
        turned = graph.node(
            "RotaryEmbedding",
            graph.node("Unsqueeze", turning, graph.integers(0)),
            self._row_position,
            *self._rotary,
            domain=_CONTRIB,
        )
        query, key = self._split(
            graph.node("Reshape", turned, graph.integers(-1, rotated_width)), len(queries), len(keys)
        )
        mixed = self._mixed(query, key, held)
        output = self._turn.T @ self._turned_heads(model.tensor(f"{prefix}attn_output.weight"))
        return graph.node("Add", value, self._product(mixed, output, zeros))

    def _turned_heads(self, weights: Floats) -> Floats:
        """Rotate each head's part of the columns by itself."""
        heads = weights.reshape(len(weights), -1, self._shape.head_width)
        return (heads @ self._head_turn).reshape(weights.shape)

    def _mixed(self, query: str, key: str, held: str) -> str:
        """Mix the values by attention; the heads that share a key lie below each other, so no key is repeated."""
        graph, shape = self._graph, self._shape
        query = self._by_head(query, shape.heads)
        query = graph.node("Reshape", query, graph.integers(shape.key_heads, -1, shape.head_width))
        key, held = (
            self._remembered(self._by_head(new, shape.key_heads), *memory)
            for new, *memory in zip((key, held), self._past[len(self._new[0])], self._new, strict=True)
        )
        turned = graph.node("Transpose", key, perm=[0, 2, 1])
        seen = graph.node("Add", graph.node("MatMul", query, turned), self._mask)
        mixed = graph.node("MatMul", graph.node("Softmax", seen, axis=-1), held)
        mixed = graph.node("Reshape", mixed, graph.integers(shape.heads, -1, shape.head_width))
        mixed = graph.node("Transpose", mixed, perm=[1, 0, 2])
        return graph.node("Reshape", mixed, graph.integers(-1, shape.width))

    def _feed_forward(self, value: str, prefix: str, zeros: str) -> str:
        graph, model, width = self._graph, self._model, self._shape.inner_width
        both = np.concatenate([model.tensor(f"{prefix}ffn_gate.weight"), model.tensor(f"{prefix}ffn_up.weight")])
        both = both * model.tensor(f"{prefix}ffn_norm.weight") @ self._turn
        gate, up = self._split(self._product(self._norm(value), both, zeros), width, width)
        gated = graph.node("Mul", graph.node("QuickGelu", gate, domain=_CONTRIB, alpha=1.0), up)  # 1.0 makes it SiLU
        return graph.node(
            "Add", value, self._product(gated, self._turn.T @ model.tensor(f"{prefix}ffn_down.weight"), zeros)
        )

    def _scores(self, value: str, words: Floats) -> None:
        """Predict at the asked rows only: the vocabulary is a quarter of all weights."""
        graph = self._graph
        asked = self._norm(graph.node("Gather", value, "rows"))
        zeros = graph.node("Expand", self._zero, graph.node("Shape", "rows"))
        logits = self._product(asked, words @ self._turn, zeros)
        targets = graph.node("Unsqueeze", "targets", self._last)
        chosen = graph.node("GatherElements", logits, targets, axis=1)
        largest = graph.node("ReduceMax", logits, self._last, keepdims=1)
        shares = graph.node("Exp", graph.node("Sub", logits, largest))
        whole = graph.node("Log", graph.node("ReduceSum", shares, self._last, keepdims=1))
        score = graph.node("Sub", graph.node("Sub", chosen, largest), whole)
        graph.node("Squeeze", score, self._last, name="scores")

    def _product(self, rows: str, weights: Floats, zeros: str) -> str:
        """Multiply rows by int8 weights, exactly, each row quantised by its own largest value.

        One scale for the whole tensor, as in onnxruntime's own dynamic quantisation, would let the rows of a call
        change each other, and is rougher: in the down projections a few rows are a hundred times larger than the rest.
        """
        graph = self._graph
        quantised, scales = (graph.constant(part) for part in quantise(weights))
        largest = graph.node("ReduceMax", graph.node("Abs", rows), self._last, keepdims=0)
        step = graph.node("Max", graph.node("Mul", largest, self._step), self._smallest)
        integers = graph.node("QuantizeLinear", rows, step, zeros, axis=0)
        product = graph.node(
            "MatMulIntegerToFloat", integers, quantised, self._one, scales, self._zero, domain=_CONTRIB
        )
        return graph.node("Mul", product, graph.node("Unsqueeze", step, self._last))

    def _norm(self, value: str) -> str:
        """Normalise rows without gains, which are in the weights that follow: RMSNorm (Zhang and Sennrich, 2019)."""
        # An operator that onnxruntime registers beside the standard ones.
        epsilon = self._shape.norm_epsilon
        kind = "SimplifiedLayerNormalization"
        return self._graph.node(kind, value, self._no_gains, axis=-1, epsilon=epsilon, stash_type=1)

    def _split(self, value: str, *widths: int, axis: int = 1) -> list[str]:
        return self._graph.nodes("Split", value, self._graph.integers(*widths), names=[""] * len(widths), axis=axis)

    def _remembered(self, new: str, past: str, collected: list[str]) -> str:
        """Put what was read before in front, (key heads, C + T, width); the new part goes out as well."""
        graph = self._graph
        collected.append(graph.node("Unsqueeze", new, graph.integers(0)))
        return graph.node("Concat", graph.node("Squeeze", past, graph.integers(0)), new, axis=1)

    def _by_head(self, value: str, heads: int) -> str:
        """Turn (T, heads x width) into (heads, T, width)."""
        shaped = self._graph.node("Reshape", value, self._graph.integers(-1, heads, self._shape.head_width))
        return self._graph.node("Transpose", shaped, perm=[1, 0, 2])
