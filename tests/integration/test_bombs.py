"""Compressed files that unpack to what would fill memory."""

from __future__ import annotations

import bz2
import gzip
import lzma
import tracemalloc
from pathlib import Path

import pytest

from restore.reading.records import Unread
from restore.reading.rows import read_rows

pytestmark = pytest.mark.integration
BOMB = 200_000_000
"""Bytes that a few hundred kilobytes unpack to; what may be held of them is a line, 20 MB, and copies of it."""
HELD = 100_000_000


@pytest.mark.parametrize("opener", [gzip.open, bz2.open, lzma.open])
@pytest.mark.parametrize(("name", "head"), [("a.txt", b""), ("a.jsonl", b'{"text": "'), ("a.csv", b"text\n")])
def test_a_bomb_is_an_error_row_and_takes_little_memory(opener: object, name: str, head: bytes, tmp_path: Path) -> None:
    path = tmp_path / f"{name}.gz"  # told by the bytes, not by the name
    with opener(path, "wb") as file:  # type: ignore[operator]
        file.write(head)
        for _ in range(BOMB // 10_000_000):
            file.write(b"a" * 10_000_000)
    assert path.stat().st_size < 1_000_000
    tracemalloc.start()
    rows = list(read_rows([str(path)]))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert [type(row) for row in rows] == [Unread]
    assert peak < HELD
