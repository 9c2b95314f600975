"""Ten thousand documents of anything: every row comes out, in its place, restored or with an error."""

from __future__ import annotations

import json
import random
from pathlib import Path

import msgspec
import pytest

pytest.importorskip("pebble", reason="batches need the extra batch")
from restore.batch import BatchSettings, Worker
from restore.batch.outcomes import job_of
from restore.config import Config
from restore.reading.records import Fields
from restore.records import Correction, apply
from tests.helpers.batch_runs import read_out, run, settings

pytestmark = pytest.mark.integration
WORDS = [
    *(
        "the",
        "chairman",
        "zone",
        "RAISE",
        "EMPTY",
        "said",
        "on",
        "Monday",
        "that",
        "we",
        "space",
        "going",
        "to",
        "achieve",
    ),
    *(
        "unified",
        "nations",
        "1,000.5",
        "10%",
        "U.S.",
        "don't",
        "<p>",
        "&amp;",
        "%s",
        "{}",
        "\\",
        '"',
        "'",
        "\x00",
        "\x1b[31m",
    ),
    *("\u00e9t\u00e9", "\u4e2d\u6587", "\U0001f600", "\u202eabc\u202c", "a\u0301", "\ufeff", "\u2028"),
]
SEPARATORS = (" ", " ", " ", "\n", "\r\n", "\t", "", ".\n\n", "\u00a0", "  ")


def text(chance: random.Random, longest: int) -> str:
    """Make up a text: words, or characters of any plane of Unicode."""
    if chance.random() < 0.2:
        points = (chance.choice((0x7F, 0x2FF, 0xFFFF, 0x10FFFF)) for _ in range(chance.randrange(longest)))
        return "".join(chr(c) for c in (chance.randrange(p) for p in points) if not 0xD800 <= c < 0xE000)
    return "".join(chance.choice(WORDS) + chance.choice(SEPARATORS) for _ in range(chance.randrange(longest)))


def line(chance: random.Random, number: int) -> bytes:
    """Make up a line of JSON, sometimes a wrong one."""
    kind = chance.random()
    if kind < 0.03:
        data = json.dumps({"text": text(chance, 20)}).encode()
        return data[: chance.randrange(1, len(data))].replace(b"\n", b"") or b"{"
    if kind < 0.05:
        return chance.randbytes(chance.randrange(1, 60)).replace(b"\n", b"x").strip() or b"x"
    if kind < 0.07:
        return b'{"text": "\\ud800 chairman"}'
    value = chance.choice((None, 7, [], {}, True, 1e300)) if kind < 0.1 else text(chance, 40)
    row = {"n": number, "text": value, "references": chance.choice((None, [], "clean", [{"text": "x"}], 5, [None]))}
    return json.dumps(row, ensure_ascii=chance.random() < 0.5).encode("utf-8", "surrogatepass")


def test_ten_thousand_fuzzed_rows(tmp_path: Path) -> None:
    chance = random.Random(10_000)
    lines = [line(chance, n) for n in range(10_000)]
    path = tmp_path / "a.jsonl"
    path.write_bytes(b"\n".join(lines) + b"\n")
    report = run([path], tmp_path / "out", settings(shard_rows=1_000, timeout=60.0), workers=2)
    rows = read_out(tmp_path / "out")
    assert len(rows) == report.counts.rows == 10_000
    assert report.deaths == 0
    for given, row in zip(lines, rows, strict=True):
        if row["error"] is not None:
            assert row["restored"] is None and row["corrections"] == []
            continue
        # Half of a surrogate pair is read as a question mark.
        original = msgspec.json.decode(given.replace(rb'"\ud800 ', b'"? '))
        assert all(row[name] == value for name, value in original.items())
        chosen = [c for c in row["corrections"] if c["confidence"] >= 0.7]
        said = job_of(original, Fields()).text
        assert row["restored"] == apply(said, [msgspec.convert(c, type=Correction) for c in chosen])
    assert 0 < report.counts.errors < 6_000


def test_fuzzed_texts_through_the_engine_itself() -> None:
    chance = random.Random(300)
    config = Config(max_characters=5_000)
    fast, thorough = (
        Worker(BatchSettings(config=config)),
        Worker(BatchSettings(config=config.replace(cascade={"min_probability": 0.0}))),
    )
    for number in range(150):
        worker = fast if number % 3 else thorough
        said = text(chance, 40)
        outcome = worker.restore(job_of({"text": said, "id": number}, Fields()))
        assert not outcome.error.startswith("internal"), (said, outcome.error)
        if not outcome.error:
            assert outcome.text(job_of({"text": said}, Fields())) is not None
