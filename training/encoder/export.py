"""Write a trained encoder as ONNX graphs and int8 embeddings into models/.

    python -m training.encoder.export /tmp/encoder/run/checkpoint.pt -o models

The layers become int8 (dynamic, signed, from the raw export: faster here than after fusion); the speller
stays in 32 bits, since few rows pass it. The embeddings, int8 with a scale a row, stand in a file of their own and are
shared by input and output.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from onnxruntime.quantization import QuantType, quantize_dynamic
from torch import Tensor, nn

from training.encoder.model import Model, Size


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


def read_back(folder: Path) -> dict[str, Tensor]:
    """Return the weights in exported graphs, for a training that goes on from them; int8 ones come back rounded.

    The weights of the layers stand there in the order of the forward pass, without their names.
    """
    from onnx import load, numpy_helper

    found: dict[str, NDArray[Any]] = {}
    rounded: list[NDArray[Any]] = []
    for name in ("encoder.onnx", "encoder_speller.onnx", "encoder_output.onnx"):
        # The output layer names the embeddings as its outer data, in a form that only the reader knows.
        tensors = load(folder / name, load_external_data=False).graph.initializer
        values = {t.name: numpy_helper.to_array(t) for t in tensors if not t.external_data}
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
    _embeddings(model, given.output / "encoder_embeddings.npz")
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
    bias = model.speller.bias.detach().numpy()
    export_output(bias, model.encoder.size.width, given.output / "encoder_output.onnx")
    for path in sorted(given.output.glob("encoder*")):
        print(path.name, path.stat().st_size)


def _embeddings(model: Model, path: Path) -> None:
    """Write the embeddings."""
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


def export_output(bias: NDArray[Any], width: int, path: Path) -> None:
    """Write the output layer: states in, ln of the chance of every piece out.

    Products are of 8 bits, each row quantised by its own largest value, so that rows do not change each other. The
    reader hands the embeddings in when it loads the graph (`table`, turned, and `scale`): they ship once.
    """
    import onnx
    from onnx import TensorProto, helper, numpy_helper

    def external(name: str, kind: int, *shape: int) -> onnx.TensorProto:
        found = TensorProto(name=name, data_type=kind, dims=shape, data_location=TensorProto.EXTERNAL)
        found.external_data.add(key="location", value="encoder_embeddings.npz")
        return found

    constants = {
        "bias": bias,
        "last": np.array([-1]),
        "step": np.array(1 / 127, np.float32),
        "smallest": np.array(1e-9, np.float32),
        "zero": np.array(128, np.uint8),  # what stands for 0: unsigned bytes are the fast path of onnxruntime
        "one": np.array(1, np.float32),
        "none": np.array(0, np.int8),
    }
    node = helper.make_node
    nodes = [
        node("Abs", ["state"], ["sizes"]),
        node("ReduceMax", ["sizes", "last"], ["largest"], keepdims=0),
        node("Mul", ["largest", "step"], ["wanted"]),
        node("Max", ["wanted", "smallest"], ["steps"]),
        node("Shape", ["steps"], ["rows"]),
        node("Expand", ["zero", "rows"], ["zeros"]),
        node("QuantizeLinear", ["state", "steps", "zeros"], ["integers"], axis=0),
        node(
            "MatMulIntegerToFloat",
            ["integers", "table", "one", "scale", "zero", "none"],
            ["product"],
            domain="com.microsoft",
        ),
        node("Unsqueeze", ["steps", "last"], ["columns"]),
        node("Mul", ["product", "columns"], ["sized"]),
        node("Add", ["sized", "bias"], ["logits"]),
        node("LogSoftmax", ["logits"], ["chances"], axis=-1),
    ]
    info = helper.make_tensor_value_info
    graph = helper.make_graph(
        nodes,
        "output",
        [info("state", TensorProto.FLOAT, ["R", width])],
        [info("chances", TensorProto.FLOAT, ["R", len(bias)])],
        [
            *(numpy_helper.from_array(value, name) for name, value in constants.items()),
            external("table", TensorProto.INT8, width, len(bias)),
            external("scale", TensorProto.FLOAT, len(bias)),
        ],
    )
    opsets = [helper.make_opsetid("", 18), helper.make_opsetid("com.microsoft", 1)]
    path.write_bytes(helper.make_model(graph, opset_imports=opsets, ir_version=9).SerializeToString())


if __name__ == "__main__":
    main()
