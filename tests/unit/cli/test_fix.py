from __future__ import annotations

import json
import os
import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from restore.cli.app import app
from restore.config import THRESHOLDS, Config
from restore.errors import ModelNotFoundError
from restore.records import Restoration

from .conftest import SPUN, FakeRestorer

run = CliRunner().invoke
RESTORED = SPUN.replace("chairman", "president")


def test_text_goes_to_stdout_and_the_summary_to_stderr(spun: Path) -> None:
    result = run(app, ["fix", str(spun)])
    assert (result.exit_code, result.stdout) == (0, RESTORED)
    assert f"1 correction applied, 1 proposal below {Config().threshold} left alone" in result.stderr
    assert "note: settled after 2 passes" in result.stderr


def test_quiet_says_nothing_but_notes(spun: Path) -> None:
    assert "applied" not in run(app, ["fix", str(spun), "-q"]).stderr


def test_stdin() -> None:
    result = run(app, ["fix", "-"], input=SPUN)
    assert (result.exit_code, result.stdout) == (0, RESTORED)


def test_json_explains_corrections_and_proposals(spun: Path) -> None:
    result = run(app, ["fix", str(spun), "--format", "json"])
    found = json.loads(result.stdout)
    assert found["restored"] == RESTORED
    assert [c["confidence"] for c in found["corrections"]] == [0.97, 0.4]
    assert found["corrections"][0]["evidence"][0]["quote"] == "chairman for president"
    assert Restoration.from_json(result.stdout).text == SPUN


def test_diff(spun: Path) -> None:
    lines = run(app, ["fix", str(spun), "--format", "diff"]).stdout.splitlines()
    assert lines[0] == f"--- {spun}"
    assert lines[-2:] == ["-" + SPUN[:-1], "+" + RESTORED[:-1]]


def test_explain_prints_tables_on_stderr(spun: Path) -> None:
    result = run(app, ["fix", str(spun), "--explain"])
    assert result.stdout == RESTORED
    assert "Repaired" in result.stderr
    assert "Where the evidence came from" in result.stderr


def test_min_confidence(spun: Path) -> None:
    assert "area" in run(app, ["fix", str(spun), "--min-confidence", "0.4"]).stdout
    assert run(app, ["fix", str(spun), "--min-confidence", "1.5"]).exit_code == 2


def test_config_file_and_options_that_win_over_it(spun: Path, tmp_path: Path) -> None:
    config = tmp_path / "c.toml"
    config.write_text("min_confidence = 0.3\n")
    assert "area" in run(app, ["fix", str(spun), "--config", str(config)]).stdout
    assert "area" not in run(app, ["fix", str(spun), "--config", str(config), "--min-confidence", "0.9"]).stdout


@pytest.mark.parametrize("content", ["nonsense = 1", "min_confidence = 3", "[", None, b"\xff"])
def test_bad_config_is_4(spun: Path, tmp_path: Path, content: str | bytes | None) -> None:
    config = tmp_path / "c.toml"
    if content is not None:
        config.write_bytes(content if isinstance(content, bytes) else content.encode())
    result = run(app, ["fix", str(spun), "--config", str(config)])
    assert result.exit_code == 4
    assert str(config) in result.stderr


def test_references_are_read_once_each_and_in_order(spun: Path, tmp_path: Path) -> None:
    one, two = tmp_path / "one.txt", tmp_path / "two.txt"
    one.write_text("All about presidents.")
    two.write_text("More about presidents.")
    result = run(app, ["fix", str(spun), "-r", str(one), "--reference", str(two), "-r", str(one)])
    assert [r.id for r in FakeRestorer.seen] == [str(one), str(two)]
    assert f"reference {one}: used (likeness 0.80)" in result.stderr


def test_a_reference_about_another_event_is_reported_and_no_error(spun: Path, tmp_path: Path) -> None:
    cats = tmp_path / "cats.txt"
    cats.write_text("All about cats.")
    result = run(app, ["fix", str(spun), "-r", str(cats), "--quiet"])
    assert (result.exit_code, result.stdout) == (0, RESTORED)
    assert f"warning: reference {cats}: ignored, another event" in result.stderr


def test_a_bad_reference_is_3_and_names_it(spun: Path, tmp_path: Path) -> None:
    result = run(app, ["fix", str(spun), "-r", str(tmp_path / "none.txt")])
    assert result.exit_code == 3
    assert "none.txt does not exist" in result.stderr


def test_stdin_twice_is_a_usage_error() -> None:
    assert run(app, ["fix", "-", "-r", "-"], input=SPUN).exit_code == 2


def test_output_is_written_whole_and_keeps_permissions(spun: Path) -> None:
    spun.chmod(0o640)
    result = run(app, ["fix", str(spun), "-o", str(spun)])
    assert (result.exit_code, result.stdout) == (0, "")
    assert spun.read_text() == RESTORED
    assert stat.S_IMODE(spun.stat().st_mode) == 0o640
    assert [p.name for p in spun.parent.iterdir()] == [spun.name]


def test_output_through_a_link_keeps_the_link(spun: Path, tmp_path: Path) -> None:
    link = tmp_path / "link.txt"
    link.symlink_to(spun)
    assert run(app, ["fix", str(spun), "-o", str(link)]).exit_code == 0
    assert link.is_symlink()
    assert spun.read_text() == RESTORED


@pytest.mark.parametrize("output", ["", "missing/out.txt", "out\0.txt"])
def test_output_that_cannot_be_written_is_8(spun: Path, tmp_path: Path, output: str) -> None:
    result = run(app, ["fix", str(spun), "-o", os.path.join(tmp_path, output)])  # noqa: PTH118
    assert result.exit_code == 8
    assert "cannot write" in result.stderr


def test_missing_models_are_5_with_the_remedy(spun: Path, broken_engine: Callable[[BaseException], None]) -> None:
    broken_engine(ModelNotFoundError("install the package again"))
    result = run(app, ["fix", str(spun)])
    assert result.exit_code == 5
    assert "restore: error: install the package again" in result.stderr


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        (KeyboardInterrupt(), 130, "interrupted"),
        (RuntimeError("boom"), 70, "internal error: RuntimeError: boom"),
        (MemoryError(), 70, "not enough memory"),
        (BrokenPipeError(), 141, ""),
    ],
)
def test_whatever_happens_there_is_a_code_and_no_traceback(
    spun: Path, broken_engine: Callable[[BaseException], None], error: BaseException, code: int, said: str
) -> None:
    broken_engine(error)
    result = run(app, ["fix", str(spun)])
    assert result.exit_code == code
    assert said in result.stderr
    assert "Traceback" not in result.output


def test_debug_shows_the_traceback(
    spun: Path, broken_engine: Callable[[BaseException], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RESTORE_DEBUG", "1")
    broken_engine(RuntimeError("boom"))
    result = run(app, ["fix", str(spun)])
    assert result.exit_code == 70
    assert "Traceback" in result.stderr


@pytest.fixture
def spins(tmp_path: Path) -> list[str]:
    paths = [tmp_path / "b.txt", tmp_path / "c.txt"]
    for path, text in zip(paths, ("The president talked.\n", "The chief spoke.\n"), strict=True):
        path.write_text(text)
    return [str(path) for path in paths]


def test_spins_restore_the_first_file(spun: Path, spins: list[str]) -> None:
    result = run(app, ["fix", str(spun), *spins, "--spins"])
    assert (result.exit_code, result.stdout) == (0, RESTORED)
    assert [(r.id, r.text) for r in FakeRestorer.spins] == [
        (spins[0], "The president talked.\n"),
        (spins[1], "The chief spoke.\n"),
    ]
    assert f"spin {spins[0]}: used, seventy percent" in result.stderr
    assert Path(spins[0]).read_text() == "The president talked.\n"


def test_spins_in_json(spun: Path, spins: list[str]) -> None:
    found = json.loads(run(app, ["fix", "--spins", str(spun), *spins, "--format", "json"]).stdout)
    assert [report["id"] for report in found["spins"]] == spins
    assert "spins" not in json.loads(run(app, ["fix", str(spun), "--format", "json"]).stdout)


def test_a_spin_of_another_article_is_reported_and_no_error(spun: Path, spins: list[str]) -> None:
    Path(spins[1]).write_text("All about cats.")
    result = run(app, ["fix", str(spun), *spins, "--spins", "--quiet"])
    assert result.exit_code == 0
    assert f"warning: spin {spins[1]}: ignored" in result.stderr
    assert f"spin {spins[0]}: used" not in result.stderr


def test_several_files_without_spins_are_a_usage_error(spun: Path, spins: list[str]) -> None:
    result = run(app, ["fix", str(spun), *spins])
    assert result.exit_code == 2
    assert "--spins" in result.stderr


def test_spins_needs_another_file(spun: Path) -> None:
    result = run(app, ["fix", str(spun), "--spins"])
    assert result.exit_code == 2
    assert "at least one other" in result.stderr


def test_the_same_spin_twice_is_a_usage_error(spun: Path, spins: list[str]) -> None:
    twice = str(Path(spins[0]).parent / "." / ".." / Path(spins[0]).parent.name / "b.txt")
    for paths in ([str(spun), spins[0], twice], [str(spun), str(spun)], [str(spun), "-", "-"]):
        assert run(app, ["fix", *paths, "--spins"], input=SPUN).exit_code == 2


def test_an_empty_spin_is_3_and_names_it(spun: Path, spins: list[str]) -> None:
    Path(spins[0]).write_text(" \n")
    result = run(app, ["fix", str(spun), *spins, "--spins"])
    assert result.exit_code == 3
    assert f"{spins[0]} holds no text" in result.stderr


def test_a_spin_from_stdin(spun: Path) -> None:
    assert run(app, ["fix", str(spun), "-", "--spins"], input="The president spoke.\n").exit_code == 0
    assert FakeRestorer.spins[0].text == "The president spoke.\n"


def test_a_preset_chooses_the_threshold(spun: Path) -> None:
    result = run(app, ["fix", str(spun), "--preset", "thorough", "--format", "json"])
    assert json.loads(result.stdout)["threshold"] == THRESHOLDS["thorough"]
    assert run(app, ["fix", str(spun), "--preset", "reckless"]).exit_code == 2
