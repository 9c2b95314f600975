"""The folder of a batch as documents of a review."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from restore.cli.app import app
from tests.helpers.batch_runs import make_plans, settings

pytest.importorskip("jinja2", reason="pages need the extra review")

TEXTS = ["The chairman of the zone.", "RAISE", "fine", "The chairman. The chairman 🙂 and the zone."]
run = CliRunner().invoke


def rows(path: Path) -> Path:
    references = [{"id": "clean.txt", "text": "The president of the area."}]
    lines = [json.dumps({"id": f"d{n}", "text": t, "references": references}) for n, t in enumerate(TEXTS)]
    path.write_text("\n".join(lines))
    return path


def page(*arguments: object) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Return the index and the documents of the page that a command makes."""
    result = run(app, ["review", *map(str, arguments)])
    assert result.exit_code == 0, result.output
    found = re.findall(r'<script type="application/json" id="(.*?)-data">(.*?)</script>', result.stdout)
    data = {id: json.loads(value) for id, value in found}
    return data.pop("index"), list(data.values())


@pytest.mark.parametrize("form", ["jsonl", "parquet", "csv"])
@pytest.mark.parametrize("output", ["rows", "sidecar"])
def test_batches_of_every_form(output: str, form: str, tmp_path: Path) -> None:
    given, out = rows(tmp_path / "a.jsonl"), tmp_path / "out"
    make_plans([given], out, settings(output=output, format=form, shard_rows=3))
    index, documents = page(out, *(["--input", given] if output == "sidecar" else []))
    assert [e["name"] for e in index["documents"]] == ["d1", "d3", "d0", "d2"]
    assert "told to raise" in index["documents"][0]["error"]
    assert [d["plan"]["text"] for d in documents] == [TEXTS[3], TEXTS[0], TEXTS[2]]
    assert [c["replacement"] for c in documents[1]["plan"]["corrections"]] == ["president", "area"]
    assert documents[1]["plan"]["threshold"] == settings().config.threshold


def test_only_those_that_need_a_look_most(tmp_path: Path) -> None:
    given, out = rows(tmp_path / "a.jsonl"), tmp_path / "out"
    make_plans([given], out, settings())
    index, documents = page(out, "--limit", 2)
    assert ([e["name"] for e in index["documents"]], index["left_out"], len(documents)) == (["d1", "d3"], 2, 1)


def test_plans_without_texts_need_the_input(tmp_path: Path) -> None:
    given, out = rows(tmp_path / "a.jsonl"), tmp_path / "out"
    make_plans([given], out, settings(output="sidecar"))
    result = run(app, ["review", str(out)])
    assert (result.exit_code, "--input" in result.output) == (3, True)
    given.write_text(given.read_text().replace("zone", "area"))
    assert run(app, ["review", str(out), "--input", str(given)]).exit_code == 6


def test_text_of_html_pages(tmp_path: Path) -> None:
    pytest.importorskip("trafilatura", reason="HTML needs the extra batch")
    sentence = "<p>The chairman opened the new bridge on Monday and thanked the workers for three years of labour.</p>"
    given, out = tmp_path / "a.jsonl", tmp_path / "out"
    given.write_text(json.dumps({"id": "p", "html": f"<html><body><article>{sentence * 3}</article></body></html>"}))
    for output, more in (("rows", ()), ("sidecar", ("--input", given))):
        make_plans([given], out / output, settings(output=output))
        _, (document,) = page(out / output, *more)
        assert document["plan"]["text"].startswith("The chairman opened")
        assert document["plan"]["corrections"][0]["original"] == "chairman"


def reviewed(out: Path, folder: Path, changes: dict[str, str], threshold: float = 0.75) -> Path:
    """Write the reviewed plan of the first document of a batch, with a decision for each of these originals."""
    _, (first, *_) = page(out)
    plan = first["plan"]
    for correction in plan["corrections"]:
        correction |= {"review": changes[correction["original"]]} if correction["original"] in changes else {}
    folder.mkdir(exist_ok=True)
    (folder / "d3.json").write_text(json.dumps(plan | {"threshold": threshold}))
    return folder


def test_reviewed_plans_go_back_into_the_batch(tmp_path: Path) -> None:
    given, out, done = rows(tmp_path / "a.jsonl"), tmp_path / "out", tmp_path / "done"
    make_plans([given], out, settings(shard_rows=2))
    folder = reviewed(out, tmp_path / "plans", {"chairman": "rejected", "zone": "accepted"})
    command = ["apply", str(given), "--plans", str(out), "-o", str(done), "--reviewed", str(folder)]
    result = run(app, command)
    assert (result.exit_code, "2 of 5 corrections applied to 2 of 4 rows" in result.stderr) == (9, True), result.output
    found = [json.loads(line) for path in sorted(done.glob("part-*")) for line in path.read_text().splitlines()]
    assert [row["restored"] for row in found] == [
        "The president of the zone.", None, "fine", "The chairman. The chairman 🙂 and the area."
    ]  # fmt: skip
    assert [c.get("review") for c in found[3]["corrections"]] == ["rejected", "rejected", "accepted"]
    # Another decision makes its shard again.
    reviewed(out, tmp_path / "plans", {"chairman": "rejected"})
    assert run(app, [*command, "--resume"]).exit_code == 9
    last = json.loads(sorted(done.glob("part-*"))[-1].read_text().splitlines()[-1])
    assert last["restored"] == TEXTS[3]


def test_threshold_asked_for_moves_what_nobody_decided(tmp_path: Path) -> None:
    given, out = rows(tmp_path / "a.jsonl"), tmp_path / "out"
    make_plans([given], out, settings())
    folder = reviewed(out, tmp_path / "plans", {"chairman": "rejected"}, threshold=0.1)
    for number, (more, last) in enumerate((((), "area"), (("--min-confidence", "0.9"), "zone")), 1):
        done = tmp_path / f"done{number}"
        run(app, ["apply", str(given), "--plans", str(out), "-o", str(done), "--reviewed", str(folder), *more])
        found = [json.loads(line)["restored"] for line in next(done.glob("part-*")).read_text().splitlines()]
        assert found[3] == f"The chairman. The chairman 🙂 and the {last}."


def test_two_reviews_of_one_text_are_refused(tmp_path: Path) -> None:
    given, out = rows(tmp_path / "a.jsonl"), tmp_path / "out"
    make_plans([given], out, settings())
    one = reviewed(out, tmp_path / "one", {"chairman": "rejected"})
    two = reviewed(out, tmp_path / "two", {"chairman": "accepted"})
    command = ["apply", str(given), "--plans", str(out), "-o", str(tmp_path / "done")]
    result = run(app, [*command, "--reviewed", str(one), "--reviewed", str(two)])
    assert (result.exit_code, "decide differently" in result.output) == (6, True)
    assert run(app, ["apply", str(given), str(one / "d3.json"), "--reviewed", str(one)]).exit_code == 2
