from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from restore.cli.app import app

from .conftest import CLEAN, SPUN

run = CliRunner().invoke
RESTORED = SPUN.replace("chairman", "president")


@pytest.fixture
def plan(spun: Path, tmp_path: Path) -> Path:
    path = tmp_path / "plan.json"
    assert run(app, ["fix", str(spun), "--format", "json", "-o", str(path)]).exit_code == 0
    return path


def test_check_prints_verdict_and_places(spun: Path) -> None:
    result = run(app, ["check", str(spun)])
    assert result.exit_code == 0
    assert result.stdout.splitlines() == [
        f"{spun}: damaged (probability 0.99, about 20% of the words)",
        f'{spun}:1:5: synonym 0.70 "chairman": often written for president',
    ]
    assert spun.read_text() == SPUN


def test_check_of_a_clean_text() -> None:
    assert "standard input: looks clean" in run(app, ["check", "-"], input=CLEAN).stdout


def test_check_as_json(spun: Path) -> None:
    found = json.loads(run(app, ["check", str(spun), "--format", "json"]).stdout)
    assert (found["damaged"], found["name"], len(found["text_sha256"])) == (True, str(spun), 64)
    assert SPUN[found["findings"][0]["start"] : found["findings"][0]["end"]] == "chairman"


def test_apply_gives_what_fix_gave(spun: Path, plan: Path) -> None:
    result = run(app, ["apply", str(spun), str(plan)])
    assert (result.exit_code, result.stdout) == (0, RESTORED)
    assert f"1 of 2 corrections of {plan} applied" in result.stderr


def test_apply_with_another_threshold_into_a_file(spun: Path, plan: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.txt"
    assert run(app, ["apply", str(spun), str(plan), "--min-confidence", "0.1", "-o", str(out)]).exit_code == 0
    assert out.read_text() == RESTORED.replace("zone", "area")


def test_apply_from_stdin(plan: Path) -> None:
    assert run(app, ["apply", "-", str(plan)], input=SPUN).stdout == RESTORED
    assert run(app, ["apply", "-", "-"], input=SPUN).exit_code == 2


def test_apply_of_a_reviewed_plan(spun: Path, plan: Path) -> None:
    fields = json.loads(plan.read_text())
    del fields["corrections"][0]
    plan.write_text(json.dumps(fields))
    assert run(app, ["apply", str(spun), str(plan)]).stdout == SPUN


@pytest.mark.parametrize("text", [SPUN + " ", SPUN.upper(), CLEAN])
def test_apply_refuses_a_plan_for_another_text(spun: Path, plan: Path, text: str) -> None:
    spun.write_text(text)
    result = run(app, ["apply", str(spun), str(plan)])
    assert (result.exit_code, result.stdout) == (6, "")
    assert f"{plan} was made for another text than {spun}" in result.stderr


@pytest.mark.parametrize(
    "change",
    [
        {"text_sha256": "0" * 64},
        {"text_sha256": None},
        {"version": 99},
        {"corrections": "none"},
        {"text": "another text"},
    ],
)
def test_apply_refuses_a_broken_plan(spun: Path, plan: Path, change: dict[str, object]) -> None:
    plan.write_text(json.dumps(json.loads(plan.read_text()) | change))
    assert run(app, ["apply", str(spun), str(plan)]).exit_code == 6


def test_apply_refuses_moved_or_overlapping_corrections(spun: Path, plan: Path) -> None:
    fields = json.loads(plan.read_text())
    for corrections in ([{**fields["corrections"][0], "start": 0}], [fields["corrections"][0]] * 2):
        plan.write_text(json.dumps(fields | {"corrections": corrections}))
        result = run(app, ["apply", str(spun), str(plan)])
        assert (result.exit_code, "cannot be replayed" in result.stderr) == (6, True)


@pytest.mark.parametrize("content", [b"", b"{}", b"[1]", b"\xff\xfe", b"not json"])
def test_apply_refuses_what_is_no_plan(spun: Path, tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "p.json"
    path.write_bytes(content)
    result = run(app, ["apply", str(spun), str(path)])
    assert (result.exit_code, f"{path} is no plan" in result.stderr) == (6, True)


def test_apply_with_a_missing_plan_is_3(spun: Path) -> None:
    assert run(app, ["apply", str(spun), "/no/plan.json"]).exit_code == 3


@pytest.fixture
def whole_plan(spun: Path, tmp_path: Path) -> Path:
    path, reference = tmp_path / "whole.json", tmp_path / "clean.txt"
    reference.write_text("The president gave a speech.\n")
    assert run(app, ["fix", str(spun), "-r", str(reference), "--format", "json", "-o", str(path)]).exit_code == 0
    return path


def test_apply_puts_in_whole_sentences_only_where_asked_for(spun: Path, whole_plan: Path) -> None:
    given = ["apply", str(spun), str(whole_plan)]
    assert run(app, given).stdout == RESTORED
    assert run(app, [*given, "--min-confidence", "0"]).stdout == RESTORED.replace("zone", "area")
    assert run(app, [*given, "--rewrites"]).stdout == "The president gave a speech.\n"
    assert run(app, [*given, "--rewrites", "--min-confidence", "0.95"]).stdout == RESTORED


def test_apply_never_puts_in_what_differs_in_facts(spun: Path, whole_plan: Path) -> None:
    fields = json.loads(whole_plan.read_text())
    fields["rewrites"][0]["comparison"]["sure"] = False
    whole_plan.write_text(json.dumps(fields))
    assert run(app, ["apply", str(spun), str(whole_plan), "--rewrites", "--min-confidence", "0"]).stdout != (
        "The president gave a speech.\n"
    )


def test_apply_puts_in_whole_sentences_that_a_person_accepted(spun: Path, whole_plan: Path) -> None:
    fields = json.loads(whole_plan.read_text())
    (whole,) = fields["rewrites"]
    given_way = [c | {"review": "rejected"} for c in fields["corrections"]]
    whole_plan.write_text(
        json.dumps(fields | {"corrections": [whole | {"review": "accepted"}, *given_way], "rewrites": []})
    )
    for more in ([], ["--rewrites"], ["--min-confidence", "1"]):
        result = run(app, ["apply", str(spun), str(whole_plan), *more])
        assert (result.stdout, "left out" in result.stderr) == ("The president gave a speech.\n", False)
    whole_plan.write_text(json.dumps(fields | {"rewrites": [whole | {"review": "rejected"}]}))
    assert run(app, ["apply", str(spun), str(whole_plan), "--rewrites"]).stdout == RESTORED


def test_apply_leaves_out_whole_sentences_of_a_plan_that_has_them_applied(spun: Path, whole_plan: Path) -> None:
    fields = json.loads(whole_plan.read_text())
    fields |= {"corrections": fields["rewrites"], "rewrites": []}
    whole_plan.write_text(json.dumps(fields))
    result = run(app, ["apply", str(spun), str(whole_plan)])
    assert (result.stdout, "1 whole sentences of references were left out" in result.stderr) == (SPUN, True)
    assert run(app, ["apply", str(spun), str(whole_plan), "--rewrites"]).stdout == "The president gave a speech.\n"
