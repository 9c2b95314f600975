"""Plans replayed: what they are refused for, what they need, and when a replay is made again."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from restore.batch.folder import LocalFolder
from restore.batch.runner import open_run_state
from restore.batch.settings import BatchSettings
from restore.batch.shards import Shard, cut_shards
from restore.cli.app import app
from restore.config import Config
from tests.helpers.batch_runs import finish, make_plans, read_out, settings, write_rows
from tests.helpers.scripted_engine import ScriptedEngine

pytestmark = pytest.mark.integration
TEXTS = ["The chairman of the zone.", "RAISE", "fine", *(f"The chairman {n}." for n in range(22))]
FORMS = ["jsonl", "parquet", "csv"]
SENTENCE = "<p>The chairman opened the new bridge on Monday and thanked the workers for three years of labour.</p>"


def replay(path: Path, plans: Path, out: Path, *options: str) -> Result:
    return CliRunner().invoke(app, ["apply", str(path), "--plans", str(plans), "-o", str(out), *options])


def shards_of(out: Path) -> dict[str, bytes]:
    return {p.name: p.read_bytes() for p in out.glob("part-*")}


def page(text: str = SENTENCE) -> str:
    return f"<html><head><title>Bridge opens</title></head><body><article>{text * 4}</article></body></html>"


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("output", ["sidecar", "rows"])
def test_at_the_threshold_of_the_batch_the_result_is_that_of_the_batch(tmp_path: Path, output: str, form: str) -> None:
    path = write_rows(tmp_path / "a.jsonl", TEXTS)
    whole = settings(format=form)
    make_plans([path], tmp_path / "whole", whole)
    make_plans([path], tmp_path / "plans", whole.replace(output=output))
    result = replay(path, tmp_path / "plans", tmp_path / "out")
    assert result.exit_code == 9, result.output
    assert shards_of(tmp_path / "out") == shards_of(tmp_path / "whole")
    lower = whole.replace(config=Config(min_confidence=0.3))
    make_plans([path], tmp_path / "lower", lower)
    replay(path, tmp_path / "plans", tmp_path / "out_lower", "--min-confidence", "0.3")
    assert shards_of(tmp_path / "out_lower") == shards_of(tmp_path / "lower") != shards_of(tmp_path / "whole")


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("output", ["sidecar", "rows"])
@pytest.mark.parametrize("changed", [0, 1, 2])  # corrected, with an error, clean
def test_plans_for_another_text_are_refused(tmp_path: Path, output: str, form: str, changed: int) -> None:
    texts = TEXTS[:3]
    path = write_rows(tmp_path / "a.jsonl", texts)
    make_plans([path], tmp_path / "plans", settings(output=output, format=form))
    write_rows(path, [*texts[:changed], texts[changed] + " Now another text.", *texts[changed + 1 :]])
    result = replay(path, tmp_path / "plans", tmp_path / "out")
    assert result.exit_code == 6, result.output
    assert "another text" in result.output
    assert not shards_of(tmp_path / "out")


@pytest.mark.parametrize("output", ["sidecar", "rows"])
def test_plans_for_another_id_are_refused(tmp_path: Path, output: str) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text('{"id": 1, "text": "RAISE"}\n{"id": 2, "text": "RAISE"}\n')
    make_plans([path], tmp_path / "plans", settings(output=output))
    path.write_text('{"id": 2, "text": "RAISE"}\n{"id": 1, "text": "RAISE"}\n')
    result = replay(path, tmp_path / "plans", tmp_path / "out")
    assert result.exit_code == 6 and "the id '1', not for '2'" in result.output


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("output", ["sidecar", "rows"])
def test_other_columns_may_change(tmp_path: Path, output: str, form: str) -> None:
    texts = [*TEXTS[:3], "[chairman]", '{"zone"}', 'A "chairman",\r\nof\tlines\n', "\\N 1.0 \x00 café 😀"]
    path = write_rows(tmp_path / "a.jsonl", texts)
    make_plans([path], tmp_path / "plans", settings(output=output, format=form))
    lines = path.read_text().splitlines()
    path.write_text("".join(json.dumps({**json.loads(line), "n": 1}) + "\n" for line in lines))
    make_plans([path], tmp_path / "whole", settings(format=form))
    result = replay(path, tmp_path / "plans", tmp_path / "out")
    assert result.exit_code == 9, result.output
    assert shards_of(tmp_path / "out") == shards_of(tmp_path / "whole")


@pytest.mark.parametrize("output", ["sidecar", "rows"])
@pytest.mark.parametrize("change", [1, -1, 10, -10])
def test_plans_for_another_number_of_rows_are_refused(tmp_path: Path, output: str, change: int) -> None:
    texts = [*TEXTS, *TEXTS]
    path = write_rows(tmp_path / "a.jsonl", texts[:25])
    make_plans([path], tmp_path / "plans", settings(output=output))
    write_rows(path, texts[: 25 + change])
    result = replay(path, tmp_path / "plans", tmp_path / "out")
    assert result.exit_code == 6, result.output
    assert "rows" in result.output


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("output", ["sidecar", "rows"])
def test_pages_are_compared(tmp_path: Path, output: str, form: str) -> None:
    pytest.importorskip("trafilatura", reason="HTML needs the extra batch")
    folder = tmp_path / "in"
    folder.mkdir()
    path, alone = folder / "a.jsonl", folder / "b.html"
    rows = [{"id": 1, "html": page()}, {"id": 2, "html": "<p>"}, {"id": 3, "html": page(f"<p>RAISE</p>{SENTENCE}")}]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    alone.write_text(page())
    make_plans([folder], tmp_path / "whole", settings(format=form))
    make_plans([folder], tmp_path / "plans", settings(output=output, format=form))
    assert replay(folder, tmp_path / "plans", tmp_path / "out").exit_code == 9
    assert shards_of(tmp_path / "out") == shards_of(tmp_path / "whole")
    (tmp_path / "moved").mkdir()
    shutil.copytree(folder, tmp_path / "moved" / "in")  # files are known by their paths
    assert replay(tmp_path / "moved" / "in", tmp_path / "plans", tmp_path / "out2").exit_code == 9
    for number, row in enumerate(rows):
        changed = {**row, "html": row["html"] + "!" if row["id"] == 2 else page(SENTENCE + "<p>Much more rain.</p>")}
        lines = [*rows[:number], changed, *rows[number + 1 :]]
        path.write_text("".join(json.dumps(line) + "\n" for line in lines))
        assert replay(folder, tmp_path / "plans", tmp_path / f"no{number}").exit_code == 6
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    alone.write_text("<p>")
    assert replay(folder, tmp_path / "plans", tmp_path / "no").exit_code == 6


@pytest.mark.parametrize("output", ["sidecar", "rows"])
def test_a_broken_line_that_was_mended_is_another_text(tmp_path: Path, output: str) -> None:
    path = tmp_path / "[1] a.jsonl"
    path.write_text('{"text": "fine"}\n{half\n')
    make_plans([path], tmp_path / "plans", settings(output=output))
    result = replay(path, tmp_path / "plans", tmp_path / "out")  # the message of the error begins like JSON
    assert result.exit_code == 9 and "1 rows have an error" in result.output
    path.write_text('{"text": "fine"}\n{"text": "whole"}\n')
    assert replay(path, tmp_path / "plans", tmp_path / "no").exit_code == 6
    path.write_text("{half\n{half\n")
    assert replay(path, tmp_path / "plans", tmp_path / "no2").exit_code == 6


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("output", ["sidecar", "rows"])
def test_strings_that_look_like_json_are_strings(tmp_path: Path, output: str, form: str) -> None:
    path = tmp_path / "[1] a.jsonl"
    rows = [{"id": "[1", "text": "{chairman"}, {"id": "{}", "text": "[]"}, {"id": "[2]", "text": " "}]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    make_plans([path], tmp_path / "plans", settings(output=output, format=form))
    make_plans([path], tmp_path / "whole", settings(format=form))
    assert replay(path, tmp_path / "plans", tmp_path / "out").exit_code == 9
    assert shards_of(tmp_path / "out") == shards_of(tmp_path / "whole")


def test_broken_plans_are_told(tmp_path: Path) -> None:
    path = write_rows(tmp_path / "a.jsonl", TEXTS[:1])
    for form, old, new in (
        ("csv", '"[{', '"[{{'),
        ("jsonl", '"corrections"', '"other"'),
        ("jsonl", '"verdict":{', "{"),
    ):
        make_plans([path], tmp_path / "plans", settings(output="sidecar", format=form))
        plan = tmp_path / "plans" / f"part-00000000-00000000.{form}"
        plan.write_text(plan.read_text().replace(old, new))
        assert replay(path, tmp_path / "plans", tmp_path / "out", "--resume").exit_code == 6
        shutil.rmtree(tmp_path / "plans")


def test_corrections_may_be_taken_out_of_plans(tmp_path: Path) -> None:
    path = write_rows(tmp_path / "a.jsonl", TEXTS[:1])
    make_plans([path], tmp_path / "plans", settings(output="sidecar"))
    plan = tmp_path / "plans" / "part-00000000-00000000.jsonl"
    plan.write_text(json.dumps({**json.loads(plan.read_text()), "corrections": []}) + "\n")
    assert replay(path, tmp_path / "plans", tmp_path / "out").exit_code == 0
    assert read_out(tmp_path / "out")[0]["restored"] == TEXTS[0]


def test_plans_made_again_are_replayed_again(tmp_path: Path) -> None:
    path, chosen = write_rows(tmp_path / "a.jsonl", TEXTS), settings(output="sidecar")
    make_plans([path], tmp_path / "plans", chosen)
    assert replay(path, tmp_path / "plans", tmp_path / "out").exit_code == 9
    before = {p.name: p.stat().st_mtime_ns for p in (tmp_path / "out").glob("part-*")}
    assert replay(path, tmp_path / "plans", tmp_path / "out", "--resume").exit_code == 9
    assert before == {p.name: p.stat().st_mtime_ns for p in (tmp_path / "out").glob("part-*")}
    plan = tmp_path / "plans" / "part-00000000-00000000.jsonl"
    plan.write_text(plan.read_text().replace('"confidence":0.97', '"confidence":0.27'))  # of the same size
    assert replay(path, tmp_path / "plans", tmp_path / "out", "--resume").exit_code == 9
    assert read_out(tmp_path / "out")[0]["restored"] == TEXTS[0]
    after = {p.name: p.stat().st_mtime_ns for p in (tmp_path / "out").glob("part-*")}
    assert [name for name in before if after[name] != before[name]] == ["part-00000000-00000000.jsonl"]
    assert replay(path, tmp_path / "plans", tmp_path / "out", "--resume", "--min-confidence", "0.2").exit_code == 9
    assert read_out(tmp_path / "out")[0]["restored"] == "The president of the area."


def test_an_error_that_was_retried_is_replayed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path, chosen = write_rows(tmp_path / "a.jsonl", ["The chairman.", "fine"]), settings(output="sidecar")
    with monkeypatch.context() as patch:
        patch.setattr(ScriptedEngine, "check", lambda self, text: 1 / 0)
        make_plans([path], tmp_path / "plans", chosen)
    assert replay(path, tmp_path / "plans", tmp_path / "out").exit_code == 9
    make_plans([path], tmp_path / "plans", chosen, resume=True)
    assert replay(path, tmp_path / "plans", tmp_path / "out", "--resume").exit_code == 0
    assert [row["restored"] for row in read_out(tmp_path / "out")] == ["The president.", "fine"]


def test_no_resource_is_needed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    path = write_rows(tmp_path / "a.jsonl", TEXTS[:1])
    Path("refs").mkdir()
    Path("refs/d0.txt").write_text("A reference.")
    Path("ours.tsv").write_text("chairman\tpresident\t0.9\n")
    Path("words.txt").write_text("chairman\n")
    chosen = settings(reference_folder="refs", output="sidecar").replace(
        config=Config().replace(dictionary={"files": ["words.txt"]})
    )
    make_plans([path], tmp_path / "plans", chosen)
    # An index and a table are slow to make: put in as if they had been there.
    found = json.loads((tmp_path / "plans" / "_settings.json").read_text())
    found["config"] |= {"index": "clean.index", "channels": ["ours.tsv"]}
    (tmp_path / "plans" / "_settings.json").write_text(json.dumps(found))
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    shutil.rmtree(tmp_path / "refs")
    (tmp_path / "words.txt").unlink()
    for options in ([], ["--resume"]):
        result = replay(path, tmp_path / "plans", tmp_path / "out", *options)
        assert result.exit_code == 0, result.output
    assert read_out(tmp_path / "out")[0]["restored"] == "The president of the zone."
    again = replay(path, tmp_path / "out", tmp_path / "twice", "--min-confidence", "0.3")  # a replay holds plans, too
    assert again.exit_code == 0 and read_out(tmp_path / "twice")[0]["restored"] == "The president of the area."


@pytest.mark.parametrize("options", [[], ["--resume"]])
def test_the_result_goes_neither_into_the_plans_nor_into_the_input(tmp_path: Path, options: list[str]) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    path = write_rows(folder / "part-00000000-00000000.jsonl", TEXTS[:1])
    make_plans([path], tmp_path / "plans", settings(output="sidecar"))
    (tmp_path / "link").symlink_to(tmp_path / "plans")
    before = {p: p.read_bytes() for p in tmp_path.rglob("*") if p.is_file()}
    for given, out in (
        (path, tmp_path / "plans"), (path, tmp_path / "in" / ".." / "plans"), (path, tmp_path / "link"),
        (path, folder), (folder, folder), (folder, folder / "out")
    ):  # fmt: skip
        result = replay(given, tmp_path / "plans", out, *options)
        assert result.exit_code == 8 and "name another folder" in result.output, (given, out, result.output)
        assert "--resume" not in result.output
    assert {p: p.read_bytes() for p in tmp_path.rglob("*") if p.is_file()} == before


def test_names_of_shards_are_taken_by_their_numbers(tmp_path: Path) -> None:
    texts = [f"The chairman {n}." for n in range(30)]
    path, chosen = write_rows(tmp_path / "a.jsonl", texts), settings(output="sidecar")
    numbers = (99_998, 99_999, 100_000)

    def numbered(paths: object, chosen: BatchSettings) -> list[Shard]:
        shards = list(cut_shards([str(path)], chosen))
        for shard, number in zip(shards, numbers, strict=True):
            shard.name = f"part-{number:05}-00000"
        return shards

    with open_run_state(LocalFolder(str(tmp_path / "plans")), chosen, False, False) as run_state:
        for shard in numbered(None, chosen):
            finish(run_state, shard, chosen)
    assert sorted(p.name for p in (tmp_path / "plans").glob("part-*"))[0].startswith("part-100000")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("restore.batch.applying.cut_shards", numbered)
        result = replay(path, tmp_path / "plans", tmp_path / "out")
    assert result.exit_code == 0, result.output
    # As many digits as the names have is no matter either.
    for place in [*(tmp_path / "plans").glob("part-*"), *(tmp_path / "plans").glob("_done/*")]:
        place.rename(place.with_name(place.name.replace("part-", "part-00")))
    for mark in (tmp_path / "plans" / "_done").iterdir():
        mark.write_text(mark.read_text().replace('"part-', '"part-00'))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("restore.batch.applying.cut_shards", numbered)
        assert replay(path, tmp_path / "plans", tmp_path / "out2").exit_code == 0


@pytest.mark.parametrize("output", ["sidecar", "rows"])
@pytest.mark.parametrize("missing", [0, 1, 2])
def test_plans_of_an_interrupted_batch_are_refused(tmp_path: Path, output: str, missing: int) -> None:
    path = write_rows(tmp_path / "a.jsonl", ["The chairman."] * 25)
    make_plans([path], tmp_path / "plans", settings(output=output))
    (tmp_path / "plans" / "_done" / f"part-00000000-0000000{missing}.json").unlink()
    result = replay(path, tmp_path / "plans", tmp_path / "out")
    assert result.exit_code == 6, result.output
    assert f"part-00000000-0000000{missing}" in result.output and "--resume" in result.output
    (tmp_path / "plans" / "_settings.json").unlink()
    assert replay(path, tmp_path / "plans", tmp_path / "none").exit_code == 3


@pytest.mark.parametrize("shards", [0, 1, 3])
def test_plans_with_other_settings_are_refused_until_the_batch_is_finished(tmp_path: Path, shards: int) -> None:
    path, chosen = write_rows(tmp_path / "a.jsonl", ["The chairman."] * 25), settings(output="sidecar")
    make_plans([path], tmp_path / "plans", chosen)
    other = chosen.replace(config=Config(min_confidence=0.99))
    make_plans([path], tmp_path / "plans", other, resume=True, shards=shards)
    result = replay(path, tmp_path / "plans", tmp_path / "out")
    if shards == 3:
        assert result.exit_code == 0 and read_out(tmp_path / "out")[0]["restored"] == "The chairman."
    else:
        assert result.exit_code == 6 and "other settings" in result.output


def test_plans_of_the_first_rows_alone(tmp_path: Path) -> None:
    path, chosen = write_rows(tmp_path / "a.jsonl", ["The chairman."] * 35), settings(output="sidecar")
    make_plans([path], tmp_path / "plans", chosen.replace(limit=13))
    assert replay(path, tmp_path / "plans", tmp_path / "out").exit_code == 0
    assert len(read_out(tmp_path / "out")) == 13
    make_plans([path], tmp_path / "plans", chosen, resume=True)
    make_plans([path], tmp_path / "plans", chosen.replace(limit=13), resume=True)  # which takes nothing back
    result = replay(path, tmp_path / "plans", tmp_path / "all")
    assert result.exit_code == 0, result.output
    assert len(read_out(tmp_path / "all")) == 35
    write_rows(path, ["The chairman."] * 10)
    assert replay(path, tmp_path / "plans", tmp_path / "no").exit_code == 6


def test_a_file_holds_no_plans(tmp_path: Path) -> None:
    path = write_rows(tmp_path / "a.jsonl", TEXTS[:1])
    result = replay(path, path, tmp_path / "out")
    assert result.exit_code == 3 and "--plans takes the folder" in result.output
