from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from restore.cli.app import app

from .conftest import SPUN

pytest.importorskip("jinja2", reason="pages need the extra review")

run = CliRunner().invoke


def data_of(page: str) -> dict[str, Any]:
    found = re.findall(r'<script type="application/json" id="(.*?)-data">(.*?)</script>', page)
    return {id: json.loads(value) for id, value in found}


@pytest.fixture
def plan(spun: Path, tmp_path: Path) -> Path:
    path = tmp_path / "plans" / "plan.json"
    path.parent.mkdir()
    assert run(app, ["fix", str(spun), "--format", "json", "-o", str(path)]).exit_code == 0
    return path


def test_fix_writes_a_page_with_the_texts_of_its_references(spun: Path, tmp_path: Path) -> None:
    clean, out = tmp_path / "clean.txt", tmp_path / "review.html"
    clean.write_text("The president spoke in the area.")
    result = run(app, ["fix", str(spun), "-r", str(clean), "--format", "html", "-o", str(out)])
    assert result.exit_code == 0, result.output
    document = data_of(out.read_text("utf-8"))["d0"]
    assert (document["name"], document["plan"]["text"]) == (str(spun), SPUN)
    assert {r["id"]: r["text"] for r in document["references"]}[str(clean)] == clean.read_text()
    assert document["encoding"] == {"name": "utf-8", "mark": False, "known": True, "bytes": None}


def test_a_plan_says_of_which_file_its_text_is(tmp_path: Path) -> None:
    path = tmp_path / "t.txt"
    path.write_bytes("\ufeffThe chairman spoke.".encode("utf-16-le"))
    found = json.loads(run(app, ["fix", str(path), "--format", "json"]).stdout)
    assert found["origin"] == {"name": str(path), "encoding": "utf-16-le", "mark": True}


def test_review_of_one_plan(plan: Path, spun: Path, tmp_path: Path) -> None:
    clean = tmp_path / "clean.txt"
    clean.write_text("The president spoke.")
    result = run(app, ["review", str(plan), "-r", str(clean)])
    assert (result.exit_code, "1 document to review" in result.stderr) == (0, True)
    document = data_of(result.stdout)["d0"]
    assert document["name"] == str(spun)
    assert [(r["id"], r["text"]) for r in document["references"]] == [("clean.txt", "The president spoke.")]


def test_older_plans_take_the_file_from_an_option(plan: Path, spun: Path, tmp_path: Path) -> None:
    fields = json.loads(plan.read_text())
    del fields["origin"]
    plan.write_text(json.dumps(fields))
    assert data_of(run(app, ["review", str(plan)]).stdout)["d0"]["encoding"]["known"] is False
    found = data_of(run(app, ["review", str(plan), "--text", str(spun)]).stdout)["d0"]
    assert (found["encoding"]["known"], found["name"]) == (True, str(spun))
    other = tmp_path / "other.txt"
    other.write_text("another text")
    assert run(app, ["review", str(plan), "--text", str(other)]).exit_code == 6


def test_review_of_a_folder_names_what_is_no_plan(plan: Path) -> None:
    (plan.parent / "broken.json").write_text("{}")
    (plan.parent / "below").mkdir()
    (plan.parent / "below" / "second.json").write_text(plan.read_text())
    (plan.parent / ".hidden.json").write_text("{}")
    result = run(app, ["review", str(plan.parent)])
    assert result.exit_code == 0
    entries = data_of(result.stdout)["index"]["documents"]
    assert len(entries) == 3
    assert entries[0]["name"].endswith("broken.json") and "is no plan" in entries[0]["error"]


@pytest.mark.parametrize("change", [{"start": 3}, {"original": "chairmen"}, {"end": 99}])
def test_plans_that_do_not_fit_their_text_are_refused(change: dict[str, Any], plan: Path) -> None:
    fields = json.loads(plan.read_text())
    fields["corrections"][0] |= change
    plan.write_text(json.dumps(fields))
    result = run(app, ["review", str(plan)])
    assert (result.exit_code, result.stdout) == (6, "")
    assert "made for another text" in result.stderr


def test_a_plan_whose_text_was_changed_is_refused(plan: Path) -> None:
    plan.write_text(plan.read_text().replace("spoke in", "spake in"))
    assert run(app, ["review", str(plan)]).exit_code == 6


def test_what_does_not_go_together_is_said(plan: Path, spun: Path, tmp_path: Path) -> None:
    folder = tmp_path / "empty"
    folder.mkdir()
    for arguments, code, said in (
        ([str(folder)], 3, "holds no plans"),
        ([str(tmp_path / "none.json")], 3, "does not exist"),
        ([str(spun)], 6, "is no plan"),
        ([str(plan), str(folder)], 2, "is a folder"),
        ([str(plan.parent), "--text", str(spun)], 2, "--text"),
        ([str(plan), "--input", str(spun)], 2, "--input"),
        ([str(plan), "-r", str(tmp_path / "none.txt")], 3, "does not exist"),
        ([str(plan), "-o", str(tmp_path / "no" / "x.html")], 8, "no folder"),
        ([str(plan), "--index", str(folder)], 3, "is no index"),
    ):
        result = run(app, ["review", *arguments])
        assert (result.exit_code, said in " ".join(result.output.split())) == (code, True), result.output


def test_apply_counts_what_a_person_decided(plan: Path, spun: Path) -> None:
    fields = json.loads(plan.read_text())
    fields["corrections"][0]["review"] = "rejected"
    fields["corrections"][1]["review"] = "accepted"
    plan.write_text(json.dumps(fields))
    for more in ([], ["--min-confidence", "1"], ["--min-confidence", "0"]):
        assert run(app, ["apply", str(spun), str(plan), *more]).stdout == SPUN.replace("zone", "area")


def test_jinja_is_asked_for_before_the_work(spun: Path, plan: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("restore.rendering.templates.find_spec", lambda name: None)
    for command in (["review", str(plan)], ["fix", str(spun), "--format", "html"]):
        result = run(app, command)
        assert (result.exit_code, "restore-text[review]" in result.output) == (5, True)
