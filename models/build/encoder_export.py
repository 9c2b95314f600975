"""Write a trained encoder as ONNX graphs and int8 embeddings into models/.

    python models/build/encoder_export.py /tmp/encoder/run/checkpoint.pt -o models

The layers become int8 (dynamic, signed, from the raw export: faster here than after fusion); the speller and the output
stay in 32 bits, since few rows pass them. The embeddings, int8 with a scale a row, stand in a file of their own and are
shared by input and output.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

import numpy as np
import torch
from encoder_model import Model, Size
from onnxruntime.quantization import QuantType, quantize_dynamic
from torch import Tensor, nn


class Reader(nn.Module):
    """Embedded pieces in; states, two log-odds and ln of the chances of casing out."""

    def __init__(self, model: Model) -> None:
        super().__init__()
        self.encoder = model.encoder

    def forward(self, embedded: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Return (1, T, width), (1, T, 2), (1, T, 4) from (1, T, width)."""
        states = self.encoder.read(embedded, None)
        return states, self.encoder.damaged(states), torch.log_softmax(self.encoder.case(states), -1)


class Spelling(nn.Module):
    """Places and the pieces before in; state, stop, gate and pointer out."""

    def __init__(self, model: Model) -> None:
        super().__init__()
        self.speller = model.speller

    def forward(
        self, place: Tensor, before: Tensor, step: Tensor, gap: Tensor, reference: Tensor
    ) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """Return (R, width), (R,), (R,), (R, P); `reference` is (P, width)."""
        state = self.speller.state(place, before, step, gap)
        keys = self.speller.key(reference)
        pointer = self.speller.query(state) @ keys.T / state.shape[1] ** 0.5
        return state, self.speller.stop(state)[:, 0], self.speller.copy(state)[:, 0], pointer


class Output(nn.Module):
    """States and the embeddings in, ln of the chance of every piece out."""

    def __init__(self, model: Model) -> None:
        super().__init__()
        self.bias = model.speller.bias

    def forward(self, state: Tensor, embeddings: Tensor) -> Tensor:
        """Return (R, V) from (R, width) and (V, width)."""
        return torch.log_softmax(state @ embeddings.T + self.bias, -1)


def read_back(folder: Path) -> dict[str, Tensor]:
    """Return the weights in exported graphs, for a training that goes on from them; int8 ones come back rounded.

    The weights of the layers stand there in the order of the forward pass, without their names.
    """
    from onnx import load, numpy_helper

    found: dict[str, np.ndarray] = {}  # type: ignore[type-arg]
    rounded: list[np.ndarray] = []  # type: ignore[type-arg]
    for name in ("encoder.onnx", "encoder_speller.onnx", "encoder_output.onnx"):
        values = {t.name: numpy_helper.to_array(t) for t in load(folder / name).graph.initializer}
        found |= {n: v for n, v in values.items() if n.startswith(("encoder.", "speller."))}
        stems = [n.removesuffix("_quantized") for n in values if n.endswith("_quantized")]
        rounded += [values[f"{n}_quantized"].astype(np.float32).T * values[f"{n}_scale"] for n in stems]
        if "bias" in values:
            found["speller.bias"] = values["bias"]
    parts = ("query_key_value", "output", "rise", "fall")
    names = [f"encoder.layers.{n}.{part}" for n in range(Size().layers) for part in parts]
    names += ["encoder.damaged.0", "encoder.damaged.2", "encoder.case"]
    found |= {f"{name}.weight": weight for name, weight in zip(names, rounded, strict=True)}
    with np.load(folder / "encoder_embeddings.npz") as table:
        found["encoder.pieces.weight"] = table["table"].astype(np.float32) * table["scale"][:, None]
        for ours, theirs in (("positions", "places"), ("sides", "sides"), ("cases", "cases")):
            found[f"encoder.{ours}.weight"] = table[theirs].astype(np.float32)
    return {name: torch.from_numpy(np.array(value, dtype=np.float32)) for name, value in found.items()}


def main() -> None:
    """Read a checkpoint, write the graphs."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("checkpoint", type=Path)
    options.add_argument("-o", "--output", type=Path, required=True)
    given = options.parse_args()
    given.output.mkdir(parents=True, exist_ok=True)
    model = Model(Size())
    model.load_state_dict(torch.load(given.checkpoint, weights_only=False)["model"])
    model.eval()
    table = _embeddings(model, given.output / "encoder_embeddings.npz")
    rows, width = torch.export.Dim("rows"), model.encoder.size.width
    with tempfile.TemporaryDirectory() as folder:
        raw = Path(folder) / "encoder.onnx"
        _export(
            Reader(model), (torch.randn(1, 24, width),), raw, ["embedded"], ["states", "damaged", "case"], ({1: rows},)
        )
        quantize_dynamic(raw, given.output / "encoder.onnx", weight_type=QuantType.QInt8, per_channel=False)
    steps = torch.ones(5, dtype=torch.long)
    example = (torch.randn(5, width), torch.randn(5, width), steps, torch.zeros(5), torch.randn(7, width))
    behind = torch.export.Dim("behind")
    shapes = ({0: rows}, {0: rows}, {0: rows}, {0: rows}, {0: behind})
    names = ["place", "before", "step", "gap", "reference"]
    _export(
        Spelling(model),
        example,
        given.output / "encoder_speller.onnx",
        names,
        ["state", "stop", "gate", "pointer"],
        shapes,
    )
    _export_output(model, table, given.output / "encoder_output.onnx")
    for path in sorted(given.output.glob("encoder*")):
        print(path.name, path.stat().st_size)


def _embeddings(model: Model, path: Path) -> np.ndarray:  # type: ignore[type-arg]
    """Write the embeddings; return them as they will be read."""
    encoder = model.encoder
    weights = encoder.pieces.weight.detach().numpy()
    scale = np.maximum(np.abs(weights).max(axis=1), 1e-8) / 127
    table = np.round(weights / scale[:, None]).astype(np.int8)
    rest = {
        "places": encoder.positions.weight,
        "sides": encoder.sides.weight,
        "cases": encoder.cases.weight,
    }
    with path.open("wb") as file:
        np.savez(
            file,
            table=table,
            scale=scale.astype(np.float32),
            **{name: value.detach().numpy().astype(np.float16) for name, value in rest.items()},
        )
    return table.astype(np.float32) * scale[:, None].astype(np.float32)


def _export(
    module: nn.Module, example: tuple[Tensor, ...], path: Path, inputs: list[str], outputs: list[str], shapes: object
) -> None:
    torch.onnx.export(
        module.eval(),
        example,
        str(path),
        input_names=inputs,
        output_names=outputs,
        dynamic_shapes=shapes,
        dynamo=True,
        external_data=False,
        verbose=False,
    )


def _export_output(model: Model, table: np.ndarray, path: Path) -> None:  # type: ignore[type-arg]
    """Write the output layer; the reader hands the embeddings in, so that they ship once."""
    import onnx
    from onnx import TensorProto, helper, numpy_helper

    bias = model.speller.bias.detach().numpy()
    nodes = [
        helper.make_node("Gemm", ["state", "embeddings", "bias"], ["logits"], transB=1),
        helper.make_node("LogSoftmax", ["logits"], ["chances"], axis=-1),
    ]
    info = helper.make_tensor_value_info
    graph = helper.make_graph(
        nodes,
        "output",
        [
            info("state", TensorProto.FLOAT, ["rows", table.shape[1]]),
            info("embeddings", TensorProto.FLOAT, table.shape),
        ],
        [info("chances", TensorProto.FLOAT, ["rows", table.shape[0]])],
        [numpy_helper.from_array(bias, "bias")],
    )
    made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    onnx.save(made, path)


if __name__ == "__main__":
    main()
