from __future__ import annotations

import re
from base64 import b64decode
from pathlib import Path

import msgspec
import pytest

from restore.errors import ModelNotFoundError
from restore.evaluation import html
from restore.evaluation.clean import evaluate_clean_data, load_clean
from restore.evaluation.plots import draw
from restore.evaluation.reports import GoldReport
from restore.evaluation.systems import compare_reports, evaluate_systems
from restore.gold.load import load_data
from tests.helpers.swapper import Swapper

PNG = b"\x89PNG\r\n\x1a\n"
NASTY = "<script>alert('x')</script>"


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> GoldReport:
    path = tmp_path_factory.mktemp("pairs") / "pairs.jsonl"
    row = {"id": NASTY, "spun": f"The preacher {NASTY} rang.", "original": f"The minister {NASTY} rang."}
    path.write_bytes(msgspec.json.encode(row) + b"\n")
    systems = {"restore": Swapper({"preacher": ("minister", "spinner"), "rang": ("<b>rung</b>", "thesaurus")})}
    return evaluate_systems(load_data(path), systems | {"none": Swapper({})}).systems["restore"]


def test_plots_are_png(report: GoldReport) -> None:
    plots = draw(report)
    assert set(plots) == {"reliability", "thresholds", "yields"}
    assert all(png.startswith(PNG) for png in plots.values())
    assert draw(report) == plots


def test_the_page_holds_everything_and_escapes_texts(report: GoldReport) -> None:
    compared = msgspec.structs.replace(report, comparison=compare_reports(report, report, "x"))
    page = html.render(compared, f"restore evaluate {NASTY}")
    assert "<script" not in page
    assert "<b>" not in page
    assert "&lt;b&gt;" in page or "b &gt;" in page
    images = re.findall(r'src="data:image/png;base64,([^"]+)"', page)
    assert len(images) == 3
    assert all(b64decode(image).startswith(PNG) for image in images)
    assert not re.search(r'(?:src|href)="(?!data:)', page)
    for part in ("R:NOUN", "Expected calibration error", "Broken", "Signature", "Against a saved run", "1.000"):
        assert part in page


def test_the_page_of_clean_text_and_of_systems(tmp_path: Path) -> None:
    (tmp_path / "clean.txt").write_text(f"A dog {NASTY} barked.\n", encoding="utf-8")
    clean = load_clean(tmp_path / "clean.txt")
    found = evaluate_systems(None, {"restore": Swapper({"dog": ("<b>", "names")}), "none": Swapper({})}, clean)
    page = html.render(found.clean["restore"], "clean", found)
    assert "Systems on the same texts" in page
    assert "<script" not in page
    assert "<b>" not in page


def test_nothing_done_draws_nothing(tmp_path: Path) -> None:
    (tmp_path / "clean.txt").write_text("All is well.\n", encoding="utf-8")
    report = evaluate_clean_data(load_clean(tmp_path / "clean.txt"), Swapper({}))
    assert draw(report) == {}
    assert "0 edits" in html.render(report, "clean")


def test_without_the_extra_the_message_names_the_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(html, "find_spec", lambda _: None)
    with pytest.raises(ModelNotFoundError, match=r"need jinja2: run `pip install 'restore-text\[evaluate\]'`"):
        html.require()
