"""Laws of batches over arbitrary rows: nothing is lost, added or moved, wherever the cuts are."""

from __future__ import annotations

import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from restore.batch.jobs import restore_job
from restore.batch.outcomes import Job, Outcome
from restore.batch.shards import cut_shards
from restore.batch.writers import render
from restore.config import Config
from restore.records import Correction, apply
from tests.helpers.batch_runs import settings
from tests.helpers.scripted_engine import ScriptedEngine

pytestmark = pytest.mark.property
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
WORDS = st.lists(st.one_of(TEXT, st.sampled_from(["chairman", "zone", "RAISE", "EMPTY"])), max_size=6).map(" ".join)
VALUES = st.one_of(st.none(), st.booleans(), st.integers(-(2**60), 2**60), TEXT, st.lists(TEXT, max_size=2))
ROWS = st.lists(
    st.fixed_dictionaries({"text": WORDS}, optional={"id": VALUES, "url": TEXT, "other": VALUES}), max_size=12
)
ENGINE: Any = ScriptedEngine(Config())


@hypothesis_settings(deadline=None)
@given(ROWS, st.integers(1, 5), st.sampled_from(["jsonl", "parquet", "csv"]))
def test_shards_hold_the_rows_in_order_wherever_they_are_cut(rows: list[dict[str, Any]], size: int, form: str) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "a.jsonl"
        path.write_text("".join(json.dumps(row) + "\n" for row in rows))
        chosen = settings(shard_rows=size, format=form)
        shards = list(cut_shards([str(path)], chosen))
        again = list(cut_shards([str(path)], chosen))
        whole = list(cut_shards([str(path)], settings(shard_rows=10_000)))
    assert [job for shard in shards for job in shard.jobs] == [job for shard in whole for job in shard.jobs]
    assert sum(map(len, shards)) == len(rows)
    assert [s.fingerprint for s in shards] == [s.fingerprint for s in again]
    assert all(len(shard) <= size for shard in shards)
    for one, two in zip(shards, again, strict=True):
        outcomes = [restore_job(job, ENGINE, chosen) for job in one.jobs]
        assert render(one, outcomes, chosen) == render(two, outcomes, chosen)


@hypothesis_settings(deadline=None)
@given(st.lists(WORDS, min_size=1, max_size=12), st.integers(1, 5), st.integers(1, 5))
def test_shards_of_parquet_do_not_depend_on_its_row_groups(texts: list[str], size: int, group: int) -> None:
    arrow = pytest.importorskip("pyarrow", reason="Parquet needs the extra batch")
    parquet = pytest.importorskip("pyarrow.parquet", reason="Parquet needs the extra batch")
    chosen = settings(shard_rows=size)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "a.parquet"
        parquet.write_table(arrow.table({"text": texts}), path, row_group_size=group)
        shards = list(cut_shards([str(path)], chosen))
        parquet.write_table(arrow.table({"text": texts}), path)
        again = list(cut_shards([str(path)], chosen))
    assert [job.text for shard in shards for job in shard.jobs] == [text if text.strip() else "" for text in texts]
    assert [len(s) for s in shards] == [len(s) for s in again]
    assert [s.fingerprint for s in shards] == [s.fingerprint for s in again]


@given(WORDS)
def test_an_outcome_survives_the_wire_and_fits_its_text(text: str) -> None:
    job = Job(text=text)
    outcome = restore_job(job, ENGINE, settings())
    assert msgspec.json.decode(msgspec.json.encode(outcome), type=Outcome) == outcome
    assert msgspec.json.decode(msgspec.json.encode(job), type=Job) == job
    if not outcome.error:
        chosen: list[Correction] = [c for c in outcome.corrections if c.confidence >= 0.7]
        assert outcome.text(job) == apply(text, chosen)


@given(WORDS, WORDS)
def test_documents_have_the_same_key_only_if_they_are_the_same(one: str, two: str) -> None:
    assert (Job(text=one).key == Job(text=two).key) == (one == two)
