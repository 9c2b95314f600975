"""Files that come and go in the input: what stands behind them is not done again."""

from __future__ import annotations

import gzip
from itertools import count
from pathlib import Path

import pytest

from restore.batch.folder import LocalFolder
from restore.batch.runner import LocalRun, open_run_state
from tests.helpers.batch_runs import Silent, content, read_out, run, settings, write_rows


def _texts(name: str) -> list[str]:
    return [f"The chairman {n} of {name}." for n in range(25)]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "in"
    made.mkdir()
    for name in "bcdef":
        write_rows(made / f"{name}.jsonl", _texts(name))
    return made


def _change(folder: Path) -> None:
    write_rows(folder / "a.jsonl", _texts("a"))
    (folder / "c.jsonl").unlink()
    (folder / "e.jsonl").rename(folder / "bb.jsonl")
    write_rows(folder / "g.jsonl", _texts("b"))  # the same rows once more


def test_only_what_is_new_is_done(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    run([folder], out)
    write_rows(folder / "a.jsonl", _texts("a"))
    report = run([folder], out, resume=True)
    assert (report.skipped, report.written, report.redone) == (15, 3, 0)
    (folder / "c.jsonl").unlink()
    report = run([folder], out, resume=True)
    assert (report.skipped, report.written, report.removed) == (15, 0, 3)
    run([folder], tmp_path / "fresh")
    assert content(out) == content(tmp_path / "fresh")


def test_files_may_change_places(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    run([folder], out)
    _change(folder)
    report = run([folder], out, resume=True)
    assert (report.written, report.skipped) == (6, 12)
    run([folder], tmp_path / "fresh")
    assert content(out) == content(tmp_path / "fresh")


def test_a_run_killed_in_mid_move_makes_a_shard_again_at_most(folder: Path, tmp_path: Path) -> None:
    run([folder], tmp_path / "before")
    _change(folder)
    run([folder], tmp_path / "fresh")
    out = tmp_path / "out"
    out.mkdir()
    for path in (tmp_path / "before").rglob("*"):
        (out / path.relative_to(tmp_path / "before")).parent.mkdir(exist_ok=True)
        if path.is_file():
            (out / path.relative_to(tmp_path / "before")).write_bytes(path.read_bytes())

    class Fragile(LocalFolder):
        """Dies at one change after the other."""

        left = 0

        def _live(self) -> None:
            self.left -= 1
            if self.left == 0:
                raise KeyboardInterrupt

        def write(self, name: str, data: bytes) -> None:
            self._live()
            super().write(name, data)

        def rename(self, name: str, new: str) -> None:
            self._live()
            super().rename(name, new)

        def delete(self, name: str) -> None:
            self._live()
            super().delete(name)

    written = 0
    for allowed in count(2):
        place = Fragile(str(out))
        place.left = allowed
        made = None
        try:
            with open_run_state(place, settings(), True, False) as run_state:
                made = LocalRun(settings(), run_state, Silent())
                made.work([str(folder)])
            break
        except KeyboardInterrupt:
            written += made.report.written if made is not None else 0
    assert allowed > 10 and content(out) == content(tmp_path / "fresh")
    assert len(read_out(out)) == 150 and written < 40


def test_what_stood_in_a_place_that_is_closed_now_is_kept_for_later(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    run([folder], out)
    before = content(out)
    for name in "bcd":  # as if they lay in a folder that has become unreadable
        (folder / f"{name}.jsonl").rename(tmp_path / name)
    (folder / "bcd.jsonl.gz").write_bytes(gzip.compress(b'{"text": "A line of text."}\n' * 99)[:30])
    report = run([folder], out, resume=True)
    assert (report.skipped, report.counts.errors, report.removed) == (6, 1, 0)
    (folder / "bcd.jsonl.gz").unlink()
    for name in "bcd":
        (tmp_path / name).rename(folder / f"{name}.jsonl")
    report = run([folder], out, resume=True)
    assert (report.skipped, report.written) == (15, 0) and content(out) == before
