from __future__ import annotations

import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from restore.cli import learn as command

app = typer.Typer()
app.command("learn")(command.learn_table)
run = CliRunner().invoke
PAIR = {"spun": "The chairman spoke about the tempest.", "original": "The president spoke about the storm."}


@pytest.fixture
def pairs(tmp_path: Path) -> Path:
    path = tmp_path / "pairs.jsonl"
    path.write_text(json.dumps(PAIR) + "\nbroken\n")
    return path


def test_the_report_is_for_people_or_machines(pairs: Path, tmp_path: Path) -> None:
    target = tmp_path / "ours.tsv"
    told = run(app, [str(pairs), "-o", str(target)])
    assert told.exit_code == 0, told.stderr
    assert "tempest" in told.stdout
    assert "pairs.jsonl, line 2" in told.stderr
    found = json.loads(run(app, [str(pairs), "-o", str(target), "--json"]).stdout)
    assert found["skipped"] == {"broken": 1}
    assert found["families"] == {"ours": 2}
    assert ["tempest", "storm", 1] in found["top"]


def test_pairs_come_from_standard_input(tmp_path: Path) -> None:
    target = tmp_path / "ours.tsv"
    told = run(app, ["-", "-o", str(target), "--family", "theirs", "--quiet"], input=json.dumps(PAIR))
    assert (told.exit_code, told.stdout, told.stderr) == (0, "", "")
    assert "theirs:1" in target.read_text()


def test_exit_codes_are_those_of_the_documentation(pairs: Path, tmp_path: Path) -> None:
    assert run(app, [str(tmp_path / "none"), "-o", str(tmp_path / "ours.tsv")]).exit_code == 3
    assert run(app, [str(pairs), "-o", str(tmp_path)]).exit_code == 8
    assert run(app, [str(pairs), "-o", "-"]).exit_code == 2
    assert run(app, [str(pairs)]).exit_code == 2


def test_an_interruption_says_how_to_go_on(pairs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*args: object, **settings: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("restore.learning.learn.learn", interrupted)
    told = run(app, [str(pairs), "-o", str(tmp_path / "ours.tsv")])
    assert told.exit_code == 130
    assert "the same command goes on" in told.stderr
