"""The list of steps: every builder has its place in it, and what a step reads is there or made before it."""

from __future__ import annotations

import ast
import re
import tomllib
from pathlib import Path

import pytest

from training.__main__ import main
from training.paths import MODELS, ROOT
from training.state import Places, by_name, sources_of
from training.steps import PLACES, STEPS

REPORTS = {
    "training.channel.scores",
    "training.detection.first_look",
    "training.encoder.ranks",
    "training.lexicon.inflected_names",
    "training.lexicon.told_names",
    "training.lexicon.torn_words",
}
"""Builders that measure and write nothing."""


def runnable() -> set[str]:
    """Return the modules of training/ that have a command line of their own."""
    found = set()
    for path in (ROOT / "training").rglob("*.py"):
        if '__name__ == "__main__"' in path.read_text("utf-8") and path.parent != ROOT / "training":
            found.add(".".join(path.relative_to(ROOT).with_suffix("").parts))
    return found


def test_every_builder_is_a_step_or_a_report() -> None:
    assert {step.module for step in STEPS} | REPORTS == runnable()
    assert len(by_name(STEPS)) == len(STEPS)


def test_every_table_is_written_by_the_step_whose_script_the_manifest_names() -> None:
    entries = tomllib.loads((MODELS / "manifest.toml").read_text("utf-8"))["table"]
    made = {path: step for step in STEPS for path in step.writes if path.startswith("models/")}
    by_hand = {entry["file"] for entry in entries if not entry.get("script")}
    assert by_hand == {"ocr_confusions.tsv"}
    taken_over = {"encoder_vocabulary.txt"}  # of the model that the training starts from
    assert {f"models/{entry['file']}" for entry in entries if entry["file"] not in by_hand | taken_over} == set(made)
    for entry in entries:
        for script in re.findall(r"training/\S+\.py", entry.get("script", "")):
            assert (ROOT / script).is_file()


def test_paths_begin_with_a_place_and_lists_go_forward() -> None:
    names, made = set[str](), set[str]()
    for step in STEPS:
        assert all(path.partition("/")[0] in PLACES for path in (*step.reads, *step.writes))
        assert set(step.after) <= names
        assert {path for path in step.reads if path.startswith("work/")} <= made
        names.add(step.name)
        made |= set(step.writes)


def test_arguments_name_what_a_step_reads_and_writes() -> None:
    places = Places(*(Path(f"/{name}") for name in PLACES))
    for step in STEPS:
        told = [a for a in places.arguments(step) if a.startswith("/")]
        known = [f"/{path.partition('*')[0].rstrip('/')}" for path in (*step.reads, *step.writes)]
        for path in told:
            near = any(one.startswith(path) or path.startswith(one) for one in known)
            assert near, f"{step.name}: {path} is neither read nor written"


def test_nothing_in_the_package_imports_the_builders() -> None:
    for path in (ROOT / "restore").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            names = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            names += [name.name for name in node.names] if isinstance(node, ast.Import) else []
            assert not [name for name in names if name.partition(".")[0] in {"training", "benchmarks", "tests"}], path


def test_a_builders_sources_are_its_own_and_what_it_imports() -> None:
    found = sources_of("training.ranking.second_opinion")
    assert {"training/ranking/second_opinion.py", "training/ranking/ranker.py", "training/encoder/corpus.py"} <= set(
        found
    )
    assert "training/lexicon/moby.py" not in found


def test_the_list_tells_of_every_step(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--list", "--work", str(tmp_path), "--data", str(tmp_path)]) == 0
    told = capsys.readouterr().out
    for step in STEPS:
        assert f"{step.name}: {step.does}" in told
    assert "data/news/events_other.jsonl.zst" in told


@pytest.mark.parametrize("wrong", [["--only", "nothing"], ["--only", "moby", "--from", "pivot"], ["--workers", "0"]])
def test_wrong_options_are_told(wrong: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(wrong)
    assert stopped.value.code == 2
    assert "error" in capsys.readouterr().err


def test_a_broken_record_is_told_with_its_remedy(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "state.json").write_text("{", encoding="utf-8")
    assert main(["--list", "--work", str(tmp_path)]) == 1
    assert "state.json is broken" in capsys.readouterr().err
