"""Laws of plans replayed, over arbitrary rows and every form."""

from __future__ import annotations

import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from restore.batch.applying import apply_plans
from restore.batch.folder import LocalFolder
from restore.batch.jobs import restore_job
from restore.batch.plans import Plans
from restore.batch.runner import count_rows, open_run_state
from restore.batch.settings import BatchSettings
from restore.batch.shards import cut_shards
from restore.batch.writers import render
from restore.config import Config
from restore.errors import PlanMismatchError
from tests.helpers.batch_runs import settings
from tests.helpers.scripted_engine import ScriptedEngine

pytestmark = pytest.mark.property
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
WORDS = st.lists(st.one_of(TEXT, st.sampled_from(["chairman", "zone", "RAISE"])), max_size=6).map(" ".join)
VALUES = st.one_of(st.none(), st.booleans(), st.integers(-(2**60), 2**60), TEXT, st.lists(TEXT, max_size=2))
ROWS = st.lists(
    st.fixed_dictionaries({"text": st.one_of(WORDS, VALUES)}, optional={"id": VALUES, "error": VALUES}),
    min_size=1,
    max_size=8,
)
PLAIN = st.lists(st.fixed_dictionaries({"id": TEXT, "text": WORDS}), min_size=1, max_size=8)
FORMS = st.sampled_from(["jsonl", "parquet", "csv"])
OUTPUTS = st.sampled_from(["sidecar", "rows"])
ENGINE: Any = ScriptedEngine(Config())


def write(path: Path, rows: list[dict[str, Any]]) -> None:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))


def make(path: Path, out: Path, chosen: BatchSettings) -> dict[str, bytes]:
    """Do what a batch does, in this process."""
    with open_run_state(LocalFolder(str(out)), chosen, False, False) as run_state:
        for shard in cut_shards([str(path)], chosen):
            outcomes = [restore_job(job, ENGINE, chosen) for job in shard.jobs]
            counts = count_rows(shard, outcomes, 0, chosen.config)
            run_state.finish(shard, render(shard, outcomes, chosen), counts)
    return {p.name: p.read_bytes() for p in out.glob("part-*")}


def replay(path: Path, plans: Path, out: Path) -> dict[str, bytes]:
    made = Plans(LocalFolder(str(plans)))
    chosen = made.settings.replace(output="rows")
    with open_run_state(LocalFolder(str(out)), chosen, False, False) as run_state:
        apply_plans([str(path)], made, run_state, chosen)
    return {p.name: p.read_bytes() for p in out.glob("part-*")}


@hypothesis_settings(deadline=None, max_examples=40)
@given(ROWS, st.integers(1, 5), FORMS, OUTPUTS)
def test_a_replay_gives_the_bytes_of_the_batch(rows: list[dict[str, Any]], size: int, form: str, output: str) -> None:
    chosen = settings(shard_rows=size, format=form)
    with TemporaryDirectory() as name:
        folder = Path(name)
        write(folder / "a.jsonl", rows)
        whole = make(folder / "a.jsonl", folder / "whole", chosen)
        make(folder / "a.jsonl", folder / "plans", chosen.replace(output=output))
        assert replay(folder / "a.jsonl", folder / "plans", folder / "out") == whole


@hypothesis_settings(deadline=None, max_examples=40)
@given(PLAIN, st.data(), st.integers(1, 5), FORMS, OUTPUTS)
def test_a_replay_on_other_texts_or_ids_is_refused_and_on_other_columns_is_not(
    rows: list[dict[str, Any]], data: st.DataObject, size: int, form: str, output: str
) -> None:
    chosen = settings(shard_rows=size, format=form)
    with TemporaryDirectory() as name:
        folder = Path(name)
        path = folder / "a.jsonl"
        write(path, rows)
        make(path, folder / "plans", chosen.replace(output=output))
        write(path, [{**row, "n": 1} for row in rows])
        assert replay(path, folder / "plans", folder / "out") == make(path, folder / "whole", chosen)
        place = data.draw(st.integers(0, len(rows) - 1))
        column = data.draw(st.sampled_from(["id", "text"]))
        rows[place] = {**rows[place], column: rows[place][column] + "x"}
        write(path, rows)
        with pytest.raises(PlanMismatchError):
            replay(path, folder / "plans", folder / "no")
