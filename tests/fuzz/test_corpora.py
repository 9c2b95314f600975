"""What the fuzzers kept, and the right inputs they began with, whole, cut and with bytes changed: all laws hold."""

from __future__ import annotations

import sys
from pathlib import Path
from random import Random

import pytest

from restore.cli.plan_files import read_plan
from restore.gold.markup import parse_markup

sys.path.insert(0, str(Path(__file__).parent))
from targets import TARGETS, seeds

CORPUS = Path(__file__).parent / "corpus"
CHANGED = {"readers": 20, "html": 10, "aligner": 10, "renderer": 10, "onnx": 10}
"""How often each right input is changed; 60 times where a target is fast."""
NEEDED = {"html": "trafilatura", "readers": "pyarrow", "renderer": "jinja2", "onnx": "gguf"}


@pytest.mark.parametrize("target", TARGETS)
def test_all_laws_hold(target: str) -> None:
    if target in NEEDED:
        pytest.importorskip(NEEDED[target], reason="an extra is not installed")
    for file in sorted((CORPUS / target).glob("*")):
        TARGETS[target](file.read_bytes())
    random = Random(target)
    for right in seeds(target):
        TARGETS[target](right)
        for _ in range(CHANGED.get(target, 60)):
            TARGETS[target](_changed(right, random))
    if target == "plans":
        for _ in range(300):
            TARGETS[target](random.randbytes(random.randrange(1, 8)))


def test_the_right_inputs_are_right(tmp_path: Path) -> None:
    """Else nothing behind the first check would be tried."""
    (tmp_path / "plan.json").write_bytes(seeds("plans")[0])
    plan = read_plan(str(tmp_path / "plan.json"))
    assert [c.replacement for c in plan.applied] == ["president"]
    assert [len(parse_markup(data.decode()).edits) for data in seeds("markup")] == [3, 2]


def _changed(data: bytes, random: Random) -> bytes:
    """Return some bytes with one cut off, put in, or other."""
    at = random.randrange(len(data))
    behind = random.choice([data[at + 1 :], data[at:], random.randbytes(1) + data[at + 1 :], b""])
    return data[:at] + random.choice([b"", random.randbytes(3)]) + behind
