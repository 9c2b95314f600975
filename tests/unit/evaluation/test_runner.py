from __future__ import annotations

from pathlib import Path

import pytest
from rich.console import Console

from restore.cli.report import clean_table, report_table
from restore.engine.fingerprints import config_fingerprint
from restore.errors import GoldError
from restore.evaluation.clean import CleanReport, evaluate_clean, split_documents
from restore.evaluation.runner import GoldReport, evaluate
from restore.gold.folders import load_gold
from tests.helpers.swapper import Swapper


@pytest.fixture
def gold(tmp_path: Path) -> Path:
    for name, markup in (
        ("one", "The {preacher=>minister} rang {the=>a} bell of the chapel."),
        ("two", "A {large=>big} dog barked."),
    ):
        (tmp_path / name).mkdir()
        (tmp_path / name / "spun.markup").write_text(markup, encoding="utf-8")
    (tmp_path / "one" / "reference.txt").write_text("The minister rang a bell.", encoding="utf-8")
    return tmp_path


def test_report_counts_errors_edits_and_yields(gold: Path) -> None:
    restorer = Swapper({"preacher": ("minister", "spinner"), "chapel": ("house", "reference")})
    report = evaluate(gold, restorer, use_reference=True)
    one, two = report.sets
    assert (one.name, one.errors_before, one.errors_after, one.removed) == ("one", 2, 2, 0.0)
    assert (one.good, one.bad, one.precision) == (1, 1, 0.5)
    assert (one.yields["spinner"].right, one.yields["reference"].wrong) == (1, 1)
    assert (two.name, two.edits, two.removed) == ("two", 0, 0.0)
    assert restorer.references_seen == [1, 0]
    assert (one.reference_used, two.reference_used) == (True, False)
    assert report.averages.precision == 0.5
    assert (report.averages.good, report.averages.bad) == (1, 1)
    for part in (f"config:{config_fingerprint(restorer.config)}", "data:", "spacy:3.", "reference:yes"):
        assert part in report.signature


def test_without_reference_none_is_given(gold: Path) -> None:
    restorer = Swapper({})
    evaluate(gold, restorer, use_reference=False)
    assert restorer.references_seen == [0, 0]


def test_one_set_is_a_gold_folder_too(gold: Path) -> None:
    assert [each.name for each in load_gold(gold / "two")] == ["two"]
    assert [each.name for each in load_gold(gold)] == ["one", "two"]


def test_report_survives_json_and_renders(gold: Path) -> None:
    report = evaluate(gold, Swapper({"preacher": ("minister", "spinner")}), use_reference=True)
    assert GoldReport.from_json(report.to_json()) == report
    console = Console(width=160, record=True)
    console.print(report_table(report))
    shown = console.export_text()
    assert "50.0 %" in shown
    assert "spinner" in shown
    with pytest.raises(GoldError, match="not an evaluation report"):
        GoldReport.from_json("{}")


def test_missing_and_empty_folders_are_named(tmp_path: Path) -> None:
    with pytest.raises(GoldError, match="no gold folder"):
        load_gold(tmp_path / "nowhere")
    with pytest.raises(GoldError, match="holds no gold set"):
        load_gold(tmp_path)
    (tmp_path / "spun.markup").write_bytes(b"caf\xe9")
    with pytest.raises(GoldError, match="not UTF-8"):
        load_gold(tmp_path)


def test_clean_text_line_by_line(tmp_path: Path) -> None:
    path = tmp_path / "clean.txt"
    path.write_text("A dog barked.\n\nNobody heard it.\nThe dog slept.\n", encoding="utf-8")
    report = evaluate_clean(path, Swapper({"dog": ("cat", "thesaurus")}))
    assert (report.documents, report.words, report.edits, report.touched) == (3, 9, 2, 2)
    assert report.per_thousand_words == pytest.approx(222.222)
    assert report.examples[0].before == "A "
    assert CleanReport.from_json(report.to_json()) == report
    console = Console(width=160, record=True)
    console.print(clean_table(report))
    assert "222.22 per 1,000" in console.export_text()


def test_paragraphs_are_grouped() -> None:
    text = "\n".join("word " * 100 for _ in range(7))
    groups = list(split_documents(text, "paragraphs"))
    assert [group.count("\n") + 1 for group in groups] == [3, 3, 1]
    with pytest.raises(GoldError, match="no file or folder"):
        evaluate_clean(Path("nowhere"), Swapper({}))
