from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from restore.cli import engine
from restore.cli.app import app
from restore.config import Config
from restore.records import Finding, Reference, Verdict

from .conftest import CLEAN

run = CliRunner().invoke


@pytest.fixture
def clean(tmp_path: Path) -> Path:
    path = tmp_path / "clean.txt"
    path.write_bytes(CLEAN.encode())
    return path


def test_several_texts_in_their_order(clean: Path, spun: Path) -> None:
    lines = run(app, ["check", str(clean), str(spun)]).stdout.splitlines()
    assert lines[0].startswith(f"{clean}: looks clean")
    assert lines[1].startswith(f"{spun}: damaged")


def test_json_of_several_texts_is_a_list_and_jsonl_a_line_each(clean: Path, spun: Path) -> None:
    found = json.loads(run(app, ["check", str(clean), str(spun), "-f", "json"]).stdout)
    lines = run(app, ["check", str(clean), str(spun), "-f", "jsonl"]).stdout.splitlines()
    assert [v["damaged"] for v in found] == [False, True]
    assert [json.loads(line) for line in lines] == found
    assert {"name", "text_sha256", "config_fingerprint"} <= set(found[1])
    assert {"probability", "damaged_share", "family", "family_share"} <= set(found[1])
    assert found[1]["evidence"] == found[1]["findings"]


def test_json_is_an_empty_list_where_no_text_can_be_read(tmp_path: Path) -> None:
    result = run(app, ["check", str(tmp_path / "a"), str(tmp_path / "b"), "-f", "json"])
    assert (result.exit_code, json.loads(result.stdout)) == (3, [])


def test_a_folder_that_is_missing_is_told_before_the_work(spun: Path, tmp_path: Path) -> None:
    result = run(app, ["check", str(spun), "-o", str(tmp_path / "none" / "x")])
    assert (result.exit_code, "there is no folder" in result.stderr) == (8, True)


def test_one_text_on_stdin_among_files(spun: Path) -> None:
    found = run(app, ["check", str(spun), "-"], input=CLEAN)
    assert (found.exit_code, "standard input: looks clean" in found.stdout) == (0, True)
    assert run(app, ["check", "-", "-"], input=CLEAN).exit_code == 2


@pytest.mark.parametrize(("over", "code"), [("0.1", 10), ("0.2", 0), ("0.5", 0), ("0", 10), ("1", 0)])
def test_fail_over_compares_the_share_of_damaged_words(spun: Path, over: str, code: int) -> None:
    result = run(app, ["check", str(spun), "--fail-over", over])
    assert (result.exit_code, "damaged" in result.stdout) == (code, True)


def test_fail_over_leaves_clean_texts_in_peace(clean: Path, spun: Path) -> None:
    assert run(app, ["check", str(clean), "--fail-over", "0"]).exit_code == 0
    assert run(app, ["check", str(clean), str(spun), "--fail-over", "0.1"]).exit_code == 10


@pytest.mark.parametrize("over", ["-0.1", "1.1", "much"])
def test_fail_over_out_of_range_is_wrong_usage(spun: Path, over: str) -> None:
    assert run(app, ["check", str(spun), "--fail-over", over]).exit_code == 2


def test_a_missing_text_is_told_and_the_others_go_on(spun: Path) -> None:
    result = run(app, ["check", "/no/text.txt", str(spun), "--fail-over", "0.1"])
    assert result.exit_code == 3
    assert "/no/text.txt does not exist" in result.stderr
    assert f"{spun}: damaged" in result.stdout


def test_no_text_at_all_is_wrong_usage() -> None:
    assert run(app, ["check"]).exit_code == 2


def test_output_file_holds_all(clean: Path, spun: Path, tmp_path: Path) -> None:
    out = tmp_path / "verdicts.jsonl"
    result = run(app, ["check", str(clean), str(spun), "-f", "jsonl", "-o", str(out), "--fail-over", "0"])
    assert (result.exit_code, result.stdout) == (10, "")
    assert len(out.read_text().splitlines()) == 2


class ManyFindings:
    """Finds twelve places, the later the surer, in every text."""

    fingerprint = "0123456789ab"

    def __init__(self, config: Config) -> None:
        self.config = config

    def check(self, text: str, references: tuple[Reference, ...] = ()) -> Verdict:
        findings = tuple(Finding(n, n + 1, text[n], "substitution", n / 20, "why") for n in range(12))
        return Verdict(True, 0.9, 0.3, findings, "A", 0.8)


def test_the_ten_strongest_come_first_and_the_rest_is_counted(spun: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "make_restorer", ManyFindings)
    lines = run(app, ["check", str(spun)]).stdout.splitlines()
    assert lines[0] == f"{spun}: damaged (probability 0.90, about 30% of the words, family A 80%)"
    assert [line.split()[2] for line in lines[1:-1]] == ["0.55", *(f"{n / 20:.2f}" for n in range(10, 1, -1))]
    assert lines[-1] == f"{spun}: 2 weaker places not shown (--format json has all)"
    found = json.loads(run(app, ["check", str(spun), "-f", "json"]).stdout)
    assert (len(found["findings"]), len(found["evidence"])) == (12, 10)


def test_a_reference_says_whether_a_text_is_rewritten(clean: Path, spun: Path) -> None:
    lines = run(app, ["check", str(clean), str(spun), "-r", str(clean)]).stdout.splitlines()
    assert lines[1] == f"{clean}: not told to be {clean} in other words (probability 0.03)"
    assert lines[3] == (
        f"{spun}: rewritten, {clean} in other words (probability 0.97, 80% of the text, 41% of the words there differ)"
    )
    found = json.loads(run(app, ["check", str(spun), "-r", str(clean), "-f", "json"]).stdout)
    assert (found["rewritten"]["called"], found["rewritten"]["source"]) == (True, str(clean))
    assert json.loads(run(app, ["check", str(spun), "-f", "json"]).stdout)["rewritten"] is None


def test_the_exit_code_does_not_depend_on_the_reference(clean: Path, spun: Path) -> None:
    for over, code in (("0.1", 10), ("0.2", 0)):
        assert run(app, ["check", str(spun), "-r", str(clean), "--fail-over", over]).exit_code == code


def test_a_reference_on_another_event_is_told(spun: Path, tmp_path: Path) -> None:
    cats = tmp_path / "cats.txt"
    cats.write_text("All about cats.")
    result = run(app, ["check", str(spun), "-r", str(cats)])
    assert (result.exit_code, f"no reference is about the same event as {spun}" in result.stderr) == (0, True)
    assert run(app, ["check", str(spun), "-r", "/no/file"]).exit_code == 3
