"""What an operator is told: the log of a run, its figures, and what another run changes on the same documents."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from restore.batch.report import Report
from restore.batch.shard_records import RowCounts
from restore.cli.app import app
from restore.config import Config
from tests.helpers.batch_runs import make_plans, run, settings, start, write_rows

TEXTS = [f"The chairman of the zone {n}." if n % 3 == 0 else f"RAISE {n}" if n % 7 == 0 else "fine" for n in range(25)]


def test_log_and_figures_of_a_run_add_up(tmp_path: Path) -> None:
    parser = pytest.importorskip("prometheus_client.parser", reason="figures need the extra batch")
    rows = write_rows(tmp_path / "a.jsonl", TEXTS)
    paths = [tmp_path / "log.jsonl", tmp_path / "run.prom"]
    process = start(rows, "-o", tmp_path / "out", "--shard-rows", 10, "--log", paths[0], "--metrics", paths[1])
    _, said = process.communicate(timeout=120)
    assert process.returncode == 9, said  # rows that raise
    events: list[dict[str, Any]] = [json.loads(line) for line in paths[0].read_bytes().splitlines()]
    assert [e["event"] for e in events].count("shard") == 3
    assert events[0]["event"] == "start" and events[-1]["event"] == "end"
    report = json.loads((tmp_path / "out" / "_report.json").read_bytes())
    assert (events[0]["config"], events[0]["version"]) == (report["config"], report["version"])
    assert events[-1]["state"] == "complete" and events[-1]["counts"] == report["counts"]
    shards = RowCounts()
    for event in events:
        if event["event"] == "shard":
            shards.add(RowCounts(**event["counts"]))
    assert shards == RowCounts(**report["counts"])
    raised = sum("RAISE" in text for text in TEXTS)
    assert [e["event"] for e in events].count("error") == raised == shards.errors
    assert shards.words == sum(len(text.split()) for text in TEXTS)
    assert sum(shards.sources.values()) == shards.applied == sum("chairman" in text for text in TEXTS)

    found = {
        (sample.name, *sample.labels.values()): sample.value
        for family in parser.text_string_to_metric_families(paths[1].read_text("utf-8"))
        for sample in family.samples
    }
    assert found["restore_batch_documents",] == len(TEXTS)
    assert found["restore_batch_words",] == shards.words
    assert found["restore_batch_failed_documents",] == raised
    assert found["restore_batch_corrections", "none"] == shards.applied
    assert found["restore_batch_info", report["config"], report["version"]] == 1


def test_counts_of_earlier_runs_are_in_the_figures() -> None:
    client = pytest.importorskip("prometheus_client", reason="figures need the extra batch")
    assert client
    from restore.batch.metrics import metrics

    report = Report(
        "c", "v", 1, counts=RowCounts(rows=2, sources={"spinner": 1}), before=RowCounts(rows=3, sources={"a": 4})
    )
    told = metrics(report).decode().splitlines()
    assert "restore_batch_documents 5.0" in told
    assert 'restore_batch_corrections{source="spinner"} 1.0' in told
    assert 'restore_batch_corrections{source="a"} 4.0' in told
    assert "restore_batch_complete 0.0" in told


def test_the_manual_names_every_figure() -> None:
    pytest.importorskip("prometheus_client", reason="figures need the extra batch")
    from restore.batch.metrics import metrics

    page = (Path(__file__).parents[3] / "docs" / "operations.md").read_text("utf-8")
    told = metrics(Report("c", "v", 1, counts=RowCounts(sources={"a": 1}))).decode().splitlines()
    names = {line.split()[2].removeprefix("restore_batch_") for line in told if line.startswith("# TYPE")}
    assert len(names) == 17
    assert [name for name in names if f"`{name}" not in page] == []


def test_a_log_that_cannot_be_opened_ends_the_run_before_it_begins(tmp_path: Path) -> None:
    rows = write_rows(tmp_path / "a.jsonl", ["fine"])
    found = CliRunner().invoke(app, ["batch", str(rows), "-o", str(tmp_path / "out"), "--log", str(tmp_path)])
    assert found.exit_code == 8
    assert "name another" in found.output


def diff(*arguments: object) -> tuple[int, str]:
    found = CliRunner().invoke(app, ["diff-runs", *map(str, arguments)])
    return found.exit_code, found.output


def test_what_another_run_changes_is_told(tmp_path: Path) -> None:
    rows = write_rows(tmp_path / "a.jsonl", TEXTS)
    run([rows], tmp_path / "safe", settings())
    plenty = settings(config=Config(min_confidence=0.3), shard_rows=4)
    make_plans([rows], tmp_path / "plans", plenty.replace(output="sidecar"))
    zones = sum("zone" in text for text in TEXTS)

    code, told = diff(tmp_path / "safe", tmp_path / "plans")
    assert code == 0
    assert f"25 documents, {zones} differ (0 in the verdict, 0 in the error)" in told
    assert f"0 corrections in A only, {zones} in B only" in told
    assert f"most often in B only: 'zone' -> 'area' ({zones}x)" in told
    for folder in ("safe", "plans"):
        made = json.loads((tmp_path / folder / "_settings.json").read_bytes())
        assert f"settings {made['fingerprint']}, version {made['version']}" in told

    code, told = diff(tmp_path / "plans", tmp_path / "safe", "--format", "json", "--limit", 2)
    found = json.loads(told)
    assert (code, found["changed"], found["only_first"], len(found["shown"])) == (0, zones, zones, 2)
    assert found["first"]["applied"] == found["second"]["applied"] + zones
    code, told = diff(tmp_path / "safe", tmp_path / "plans", "--format", "jsonl")
    assert [json.loads(line)["id"] for line in told.splitlines()] == [
        f"d{n}" for n, t in enumerate(TEXTS) if "zone" in t
    ]


def test_errors_and_verdicts_that_change_are_told(tmp_path: Path) -> None:
    needed = tmp_path / "needed"
    rows = write_rows(tmp_path / "a.jsonl", [f"The chairman NEEDS {needed} here.", "fine"])
    run([rows], tmp_path / "before")
    needed.touch()
    run([rows], tmp_path / "after")
    code, told = diff(tmp_path / "before", tmp_path / "after")
    assert code == 0
    assert "verdict: none -> damaged" in told and "error: " in told and "-> none" in told
    assert diff(tmp_path / "after", tmp_path / "after")[1].endswith(
        "2 documents, 0 differ (0 in the verdict, 0 in the error)\n0 corrections in A only, 0 in B only\n"
    )


@pytest.mark.parametrize(("texts", "said"), [(["fine", "other"], "is not the same"), (["fine"], "1 more")])
def test_runs_over_other_documents_are_refused(texts: list[str], said: str, tmp_path: Path) -> None:
    run([write_rows(tmp_path / "a.jsonl", ["fine", "good"])], tmp_path / "one")
    run([write_rows(tmp_path / "b.jsonl", texts)], tmp_path / "two")
    code, told = diff(tmp_path / "one", tmp_path / "two")
    assert code == 6
    assert said.replace("1 more", "has 1 documents") in told
