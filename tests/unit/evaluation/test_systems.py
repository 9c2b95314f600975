from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from rich.console import Console

from restore.cli.report import any_table, systems_table
from restore.errors import GoldError
from restore.evaluation.clean import CleanReport, evaluate_clean_data, load_clean
from restore.evaluation.reports import GoldReport, SystemsReport, read_report
from restore.evaluation.runner import evaluate_data
from restore.evaluation.systems import compare_reports, evaluate_systems
from restore.gold.load import load_data
from tests.helpers.swapper import Swapper

M2 = """S The preacher have rung bell .
A 1 2|||R:NOUN|||minister|||REQUIRED|||-NONE-|||0
A 2 3|||R:VERB:SVA|||has|||REQUIRED|||-NONE-|||0
A 1 2|||R:NOUN|||vicar|||REQUIRED|||-NONE-|||1

S The dog slept .
A -1 -1|||noop|||-NONE-|||REQUIRED|||-NONE-|||0
"""


def _pairs(folder: Path, number: int = 3) -> Path:
    path = folder / "pairs.jsonl"
    row = {"spun": "The preacher rang the bell. A dog barked.", "original": "The minister rang the bell. A cat barked."}
    path.write_bytes(b"".join(msgspec.json.encode(row | {"id": f"text {n}"}) + b"\n" for n in range(number)))
    return path


def _shown(table: object) -> str:
    console = Console(width=200, record=True)
    console.print(table)
    return console.export_text()


def test_pairs_are_scored_like_gold(tmp_path: Path) -> None:
    swaps = {"preacher": ("minister", "spinner"), "dog": ("hound", "thesaurus")}
    done: list[str] = []
    report = evaluate_data(load_data(_pairs(tmp_path)), Swapper(swaps, {"dog": 0.3}), on_document=done.append)
    assert done == ["text 0", "text 1", "text 2"]
    assert (report.kind, report.documents, report.words) == ("pairs", 3, 24)
    assert report.averages.removed == 0.5
    assert report.detection is not None
    assert report.correction is not None
    assert (report.correction.tp, report.correction.fp, report.correction.fn) == (3, 0, 3)
    assert (report.correction.precision, report.correction.recall) == (1.0, 0.5)
    assert report.measures["removed"].value == 0.5
    assert (report.kinds["R:NOUN"].tp, report.kinds["R:NOUN"].fn) == (3, 3)
    assert report.calibration is not None
    assert (report.calibration.decisions, report.calibration.right) == (6, 3)
    assert report.calibration.error == pytest.approx((0.05 + 0.3) / 2)
    rows = {row.threshold: row for row in report.thresholds}
    assert (rows[0.3].applied, rows[0.35].applied, rows[0.3].precision) == (6, 3, 1.0)  # a hound is neutral
    assert report.units is not None
    assert (report.units.kind, len(report.units.counts)) == ("sentences", 6)
    assert report.words_per_second > 0
    shown = _shown(any_table(report))
    assert all(part in shown for part in ("R:NOUN", "correction, F0.5", "expected calibration error", "words/s"))


def test_m2_takes_the_best_annotator(tmp_path: Path) -> None:
    path = tmp_path / "a.m2"
    path.write_text(M2, encoding="utf-8")
    report = evaluate_data(load_data(path), Swapper({"preacher": ("vicar", "spinner")}))
    assert report.correction is not None
    assert (report.correction.tp, report.correction.fp, report.correction.fn) == (1, 0, 0)
    assert [(each.errors_before, each.errors_after) for each in report.sets] == [(1, 0), (0, 0)]
    assert report.sets[1].removed is None


def test_many_documents_are_units_themselves(tmp_path: Path) -> None:
    report = evaluate_data(load_data(_pairs(tmp_path, 30)), Swapper({}), spans=False)
    assert report.units is not None
    assert (report.units.kind, len(report.units.counts)) == ("documents", 30)
    assert (report.detection, report.kinds) == (None, {})
    assert "detection_f05" not in report.measures


def test_a_refused_document_is_left_alone_and_listed(tmp_path: Path) -> None:
    path = tmp_path / "pairs.jsonl"
    path.write_text('{"spun": "a preacher", "original": "a minister"}\n{"spun": "odd", "original": "even"}\n')
    restorer = Swapper({"preacher": ("minister", "spinner")}, refuse="odd")
    report = evaluate_data(load_data(path), restorer)
    assert [row.name for row in report.errors] == ["line 2"]
    assert "give another text" in report.errors[0].message
    assert [each.removed for each in report.sets] == [1.0, 0.0]


def test_a_report_of_version_0_1_can_still_be_read(tmp_path: Path) -> None:
    new = msgspec.json.decode(evaluate_data(load_data(_pairs(tmp_path)), Swapper({})).to_json())
    old = {key: new[key] for key in ("sets", "averages", "signature")}
    for row in old["sets"]:
        for key in ("words", "detection", "correction", "error"):
            del row[key]
    report = GoldReport.from_json(msgspec.json.encode(old))
    assert report.units is None
    with pytest.raises(GoldError, match="saved by an older version"):
        compare_reports(GoldReport.from_json(msgspec.json.encode(new)), report, "old.json")


def test_systems_side_by_side(tmp_path: Path) -> None:
    (tmp_path / "clean.txt").write_text("A dog barked.\nAll is well.\n", encoding="utf-8")
    systems = {
        "restore": Swapper({"preacher": ("minister", "spinner")}),
        "none": Swapper({}),
        "same": Swapper({"preacher": ("minister", "spinner")}),
        "worse": Swapper({"preacher": ("pulpit", "spinner"), "dog": ("canine", "thesaurus")}),
    }
    data, clean = load_data(_pairs(tmp_path, 12)), load_clean(tmp_path / "clean.txt")
    found = evaluate_systems(data, systems, clean)
    assert list(found.tests) == list(found.clean_tests) == ["none", "same", "worse"]
    assert {test.p for test in found.tests["same"].values()} == {1.0}
    removed = found.tests["none"]["removed"]
    assert (removed.ours, removed.theirs) == (0.5, 0.0)
    assert removed.p is not None
    assert removed.p < 0.01
    assert found.clean["worse"].edits == 1
    assert SystemsReport.from_json(found.to_json()) == found
    shown = _shown(systems_table(found))
    assert all(part in shown for part in ("cor F0.5", "restore against worse", "p removed", "false"))
    assert list(evaluate_systems(None, systems, clean).clean) == list(systems)


def test_a_saved_run_is_compared_on_the_same_data_only(tmp_path: Path) -> None:
    path = _pairs(tmp_path)
    ours = evaluate_data(load_data(path), Swapper({"preacher": ("minister", "spinner")}))
    saved = read_report(evaluate_data(load_data(path), Swapper({})).to_json().encode(), "saved.json")
    comparison = compare_reports(ours, saved, "saved.json")
    assert comparison.other == saved.signature
    assert comparison.measures["removed"].difference == 0.5
    other = evaluate_data(load_data(path, limit=2), Swapper({}))
    with pytest.raises(GoldError, match=r"saved.json is about other data .* the same --limit"):
        compare_reports(ours, other, "saved.json")
    (tmp_path / "clean.txt").write_text("All is well.\n", encoding="utf-8")
    clean = evaluate_clean_data(load_clean(tmp_path / "clean.txt"), Swapper({}))
    with pytest.raises(GoldError, match="is about clean text, this run about gold"):
        compare_reports(ours, read_report(clean.to_json().encode(), "x"), "x")
    with pytest.raises(GoldError, match=r"x\.json is no evaluation report: give what"):
        read_report(b"{}", "x.json")
    several = evaluate_systems(load_data(path), {"restore": Swapper({}), "none": Swapper({})})
    assert read_report(several.to_json().encode(), "x") == several.systems["restore"]


def test_clean_jsonl_and_its_bad_records(tmp_path: Path) -> None:
    path = tmp_path / "clean.jsonl"
    path.write_text('{"text": "A dog barked.\\nIt slept."}\n{"spun": 1}\n{"text": " "}\n{"text": "All is well."}\n')
    data = load_clean(path)
    assert [(each.number, each.text[:5]) for each in data.documents] == [(1, "A dog"), (4, "All i")]
    assert [row.name for row in data.errors] == ["clean.jsonl:2", "clean.jsonl:3"]
    assert len(load_clean(tmp_path, limit=1).documents) == 1
    report = evaluate_clean_data(data, Swapper({"dog": ("cat", "thesaurus")}))
    assert report.units is not None
    assert (report.edits, report.units.kind, report.units.counts) == (1, "sentences", ((3, 1), (2, 0), (3, 0)))
    assert report.calibration is not None
    assert (report.calibration.decisions, report.calibration.right) == (1, 0)
    assert report.measures["edits_per_thousand"].value == 125.0
    assert report.yields["thesaurus"].wrong == 1
    assert CleanReport.from_json(report.to_json()) == report
    assert "125.00" in _shown(any_table(report))
