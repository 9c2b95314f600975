from __future__ import annotations

import io
import json
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from restore.cli import evaluate
from restore.cli.app import app
from restore.cli.messages import counting

run = CliRunner().invoke


@pytest.fixture
def pairs(tmp_path: Path) -> Path:
    path = tmp_path / "pairs.jsonl"
    row = '{"spun": "The chairman spoke in the zone.", "original": "The president spoke in the area."}\n'
    path.write_text(row * 3, encoding="utf-8")
    return path


def test_pairs_m2_and_markup_are_recognised(pairs: Path, tmp_path: Path) -> None:
    found = json.loads(run(app, ["evaluate", str(pairs), "--format", "json", "--limit", "2"]).stdout)
    assert (found["kind"], found["documents"], found["correction"]["recall"]) == ("pairs", 2, 0.5)
    m2 = tmp_path / "x.m2"
    m2.write_text("S The chairman spoke .\nA 1 2|||R:NOUN|||president|||REQUIRED|||-NONE-|||0\n")
    result = run(app, ["evaluate", str(m2)])
    assert (result.exit_code, "Sentences" in result.stdout, "R:NOUN" in result.stdout) == (0, True, True)
    markup = tmp_path / "x.markup"
    markup.write_text("The {chairman=>president} spoke.")
    assert "100.0 %" in run(app, ["evaluate", str(markup), "--no-spans"]).stdout


def test_bad_records_leave_the_others_and_give_9(pairs: Path) -> None:
    pairs.write_text(pairs.read_text() + "{broken\n")
    result = run(app, ["evaluate", str(pairs)])
    assert result.exit_code == 9
    assert "line 4" in result.stderr
    assert "1 records or documents were not worked on" in result.stderr
    assert "Pairs" in result.stdout


def test_compare_with_a_saved_run(pairs: Path, tmp_path: Path) -> None:
    saved = str(tmp_path / "saved.json")
    assert run(app, ["evaluate", str(pairs), "-f", "json", "-o", saved]).exit_code == 0
    result = run(app, ["evaluate", str(pairs), "--compare", saved])
    assert (result.exit_code, "1.000" in result.stdout, "saved run" in result.stdout) == (0, True, True)
    other = run(app, ["evaluate", str(pairs), "--compare", saved, "--limit", "1"])
    assert (other.exit_code, "other data" in other.stderr) == (7, True)
    missing = run(app, ["evaluate", str(pairs), "--compare", str(tmp_path / "none.json")])
    assert (missing.exit_code, "none.json" in missing.stderr) == (7, True)


def test_against_others_with_clean_text(pairs: Path, tmp_path: Path) -> None:
    clean = tmp_path / "clean.txt"
    clean.write_text("All is well.\nThe chairman spoke.\n")
    arguments = ["evaluate", str(pairs), "--against", "none", "--clean-text", str(clean)]
    result = run(app, [*arguments, "--html", str(tmp_path / "page.html")])
    assert result.exit_code == 0
    assert "restore against none\n" in result.stdout
    assert "restore against none, on clean text\n" in result.stdout
    signatures = [line for line in result.stdout.splitlines() if "|seed:" in line]
    assert [line.split(": ")[0] for line in signatures] == ["restore", "none"] * 2
    assert all("restore-text:" in line and "|data:" in line for line in signatures)
    assert "Systems on the same texts" in (tmp_path / "page.html").read_text()
    found = json.loads(run(app, [*arguments, "-f", "json"]).stdout)
    assert list(found["systems"]) == list(found["clean"]) == ["restore", "none"]
    assert found["clean"]["restore"]["edits"] == 1
    assert run(app, ["evaluate", str(pairs), "--against", "nobody"]).exit_code == 2
    alone = run(app, ["evaluate", str(clean), "--clean", "--against", "none"])
    assert (alone.exit_code, "none" in alone.stdout) == (0, True)


def test_page_and_plots_are_written(pairs: Path, tmp_path: Path) -> None:
    page, folder = tmp_path / "page.html", tmp_path / "new" / "plots"
    result = run(app, ["evaluate", str(pairs), "--html", str(page), "--plots", str(folder)])
    assert result.exit_code == 0
    assert sorted(path.name for path in folder.iterdir()) == ["reliability.png", "thresholds.png", "yields.png"]
    assert "data:image/png;base64" in page.read_text()
    blocked = run(app, ["evaluate", str(pairs), "--plots", str(page / "below")])
    assert (blocked.exit_code, "cannot make the folder" in blocked.stderr) == (8, True)


@pytest.mark.parametrize("option", ["--output", "--html"])
def test_what_cannot_be_written_is_told_before_the_work(
    pairs: Path, tmp_path: Path, option: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(evaluate, "_load", lambda *_: pytest.fail("the work has begun"))
    result = run(app, ["evaluate", str(pairs), option, str(tmp_path / "none" / "x")])
    assert (result.exit_code, "there is no folder" in result.stderr) == (8, True)
    assert run(app, ["evaluate", str(pairs), option, str(tmp_path)]).exit_code == 8


def test_a_name_that_is_too_long_is_no_defect() -> None:
    assert run(app, ["evaluate", "x" * 300]).exit_code == 7
    assert run(app, ["evaluate", "x" * 300, "--clean"]).exit_code == 7


def test_clean_text_without_an_edit_is_told_in_one_line(tmp_path: Path) -> None:
    path = tmp_path / "clean.txt"
    path.write_text("All is well.\n")
    lines = run(app, ["evaluate", str(path), "--clean"]).stdout.splitlines()
    assert lines[0] == "0 edits in 3 words (0.00 per 1,000); 0 of 1 documents touched, 0 judged damaged"
    assert "confidence" not in lines[2]


def test_clean_and_clean_text_exclude_each_other(pairs: Path) -> None:
    assert run(app, ["evaluate", str(pairs), "--clean", "--clean-text", str(pairs)]).exit_code == 2


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_bar_counts_on_a_terminal_only(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = _Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    with counting("evaluating", 2) as advance:
        advance("one")
        advance("two")
    assert "evaluating" in terminal.getvalue()
    silent = io.StringIO()
    monkeypatch.setattr(sys, "stderr", silent)
    with counting("evaluating", 1) as advance:
        advance("one")
    assert silent.getvalue() == ""
