"""The command line with the real parts."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from restore.cli.app import app

pytestmark = pytest.mark.integration
run = CliRunner().invoke
GOLD = Path(__file__).parents[2] / "data" / "gold"
EVENT = GOLD / "fifa_arrests"


def test_check_tells_a_spun_text_from_its_original() -> None:
    def check(name: str) -> dict[str, object]:
        found: dict[str, object] = json.loads(run(app, ["check", str(EVENT / name), "--format", "json"]).stdout)
        return found

    assert float(str(check("spun.txt")["probability"])) > float(str(check("original.txt")["probability"]))


def test_a_plan_made_by_fix_is_replayed_by_apply(tmp_path: Path) -> None:
    spun, plan = str(EVENT / "spun.txt"), tmp_path / "plan.json"
    arguments = ["fix", spun, "-r", str(EVENT / "reference.txt")]
    made = run(app, [*arguments, "--format", "json", "-o", str(plan), "--explain"])
    assert made.exit_code == 0, made.stderr
    found = json.loads(plan.read_bytes())
    assert found["references"][0]["accepted"] is True
    assert all(c["evidence"] and c["explanation"] for c in found["corrections"])
    assert run(app, ["apply", spun, str(plan)]).stdout == found["restored"]


def test_a_reference_about_another_event_is_ignored_and_told() -> None:
    other = GOLD / "apollo_13" / "reference.txt"
    text = "A cat sat on the mat in Oslo. Nobody in the kitchen saw it before Tuesday evening.\n"
    result = run(app, ["fix", "-", "-r", str(other)], input=text)
    assert result.exit_code == 0, result.stderr
    assert f"warning: reference {other}: ignored" in result.stderr


def test_a_text_of_a_megabyte_is_refused_at_once(tmp_path: Path) -> None:
    path = tmp_path / "big.txt"
    path.write_text("All these words are fine. " * 40_000)
    result = run(app, ["fix", str(path)])
    assert result.exit_code == 3
    assert "is too long" in result.stderr
    assert "max_characters" in result.stderr
