"""Whole sentences of references on the page: shown with all that differs, put in by a person alone, and given back."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace
from typer.testing import CliRunner

from restore.cli.app import app
from restore.records import REWRITE, Restoration
from restore.review.documents import ReviewDocument, check_review

from .plans import TEXT, references, with_current_rewordings
from .test_page import SIZES

pytestmark = pytest.mark.integration
run = CliRunner().invoke
SECOND = "The chairman said the boat 😀 would sail once more on Friday."
THEIRS = "The mayor said the ferry would sail again on Tuesday."


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "t.txt"
    path.write_text(TEXT, encoding="utf-8")
    return path


def document(plan: Restoration | None = None) -> ReviewDocument:
    return ReviewDocument("t.txt", plan or with_current_rewordings(), references())


def sign(opened: Any, number: int) -> None:
    opened.page.locator("#text .sign").nth(number).click()


def applied(opened: Any, source: Path) -> tuple[str, Restoration]:
    """Download plan and text, check that `restore apply` gives the same bytes, and give both."""
    folder = source.parent
    plan, text = opened.download("#plan", folder), opened.download("#final", folder)
    result = run(app, ["apply", str(source), str(plan), "-o", str(folder / "applied.txt")])
    assert result.exit_code == 0, result.output
    assert (folder / "applied.txt").read_bytes() == text.read_bytes()
    reviewed = Restoration.from_json(plan.read_bytes())
    check_review(reviewed)
    assert json.loads(plan.read_bytes())["restored"] == reviewed.restored == text.read_text("utf-8")
    return reviewed.restored, reviewed


def test_a_proposal_shows_all_that_it_has_to_be_judged_by(open_page: Callable[..., Any]) -> None:
    opened = open_page([document()])
    page = opened.page
    assert "this is the article clean.txt in other words (probability 0.99)" in page.inner_text("#rewritten")
    assert [s.inner_text() for s in page.locator("#text .sign").all()] == ["⇄ 0.96", "⇄ 0.81"]
    assert [s.inner_text()[:11] for s in page.locator("#text .proposal").all()] == ["⇄ 0.96The h", "⇄ 0.81The c"]
    assert page.locator("#text .place").count() == 8  # the corrections that they overlap are there all the same
    sign(opened, 1)
    said = " ".join(page.inner_text("#panel").split())
    assert "Whole sentence of clean.txt, sentence 2" in said and "probability 0.81" in said
    assert "2 facts differ: not sure enough" in said
    rows = [" ".join(row.split()) for row in page.locator("#panel tbody tr").all_inner_texts()]
    assert rows == ["speaker chairman mayor differs", "figure Friday Tuesday differs"]
    red = page.locator("#panel .differs .words").first.evaluate("(e) => getComputedStyle(e).color")
    assert red == "rgb(163, 38, 44)"
    assert page.locator("#panel .compared del").all_inner_texts() == ["chairman", "boat 😀", "once more", "Friday"]
    assert page.locator("#panel .compared ins").all_inner_texts() == ["mayor", "ferry", "again", "Tuesday"]
    assert page.locator("#reference mark.quote").inner_text() == THEIRS
    label = page.locator("#text .sign").nth(1).get_attribute("aria-label")
    assert label == "whole sentence of clean.txt proposed, probability 0.81, 2 facts differ, not applied"
    sign(opened, 0)
    assert "All facts agree: sure enough" in page.inner_text("#panel")


def test_the_slider_never_puts_one_in(open_page: Callable[..., Any], source: Path) -> None:
    opened = open_page([document()])
    opened.page.fill("#threshold", "0")
    assert opened.page.inner_text("#applied") == "8 of 8 applied"
    text, reviewed = applied(opened, source)
    assert THEIRS not in text
    assert reviewed.rewrites == with_current_rewordings().rewrites


def test_accepted_it_stands_and_the_corrections_it_overlaps_give_way(
    open_page: Callable[..., Any], source: Path
) -> None:
    opened = open_page([document()])
    opened.go_to("chairman")
    opened.press("a")
    sign(opened, 1)
    opened.press("a")
    assert opened.page.inner_text("#decided") == "1 of 6 decided"
    assert opened.page.inner_text("#sentences") == "1 of 2 whole sentences accepted"
    text, reviewed = applied(opened, source)
    assert text == TEXT.replace(SECOND, THEIRS).replace("shut", "closed").replace("injure", "hurt").replace(
        "constabulary", "police"
    )
    whole = [c for c in reviewed.corrections if c.kind == REWRITE]
    assert whole == [replace(with_current_rewordings().rewrites[1], review="accepted")]
    assert reviewed.rewrites == with_current_rewordings().rewrites[:1]
    over = {c.original: c.review for c in reviewed.corrections if whole[0].span.overlaps(c.span) and c not in whole}
    assert over == dict.fromkeys(["chairman", "boat", "once more"], "rejected")
    # Reviewed again it is what it was; taken back, the sentence is as given.
    again = open_page([document(reviewed)])
    assert applied(again, source)[0] == text
    again.go_to("The mayor said")
    again.press("c")
    assert SECOND in applied(again, source)[0]
    # In the same review the corrections are as before, and what was decided of them.
    opened.go_to("The mayor said")
    opened.press("c")
    assert opened.page.inner_text("#decided") == "1 of 8 decided"
    assert "The mayor said the boat 😀 would sail again on Friday." in applied(opened, source)[0]


def test_rejected_it_is_said_so_and_given_back(open_page: Callable[..., Any], source: Path) -> None:
    opened = open_page([document()])
    sign(opened, 0)
    opened.press("r")
    assert opened.page.locator("#text .proposal").count() == 1
    assert opened.page.inner_text("#decided") == "0 of 8 decided"
    _, reviewed = applied(opened, source)
    assert [c.review for c in reviewed.rewrites] == ["rejected", ""]
    assert reviewed.with_rewrites() == reviewed.corrections
    again = open_page([document(reviewed)])
    sign(again, 0)
    assert "rejected by you" in again.page.inner_text("#panel")
    again.press("c")
    assert applied(again, source)[1].rewrites == with_current_rewordings().rewrites


def test_keyboard_alone(open_page: Callable[..., Any], source: Path) -> None:
    opened = open_page([document()])
    opened.press("j")
    assert opened.current() == "Whole sentence of clean.txt, sentence 1"
    opened.press("a", "j")  # the corrections below are gone
    assert opened.current() == "Whole sentence of clean.txt, sentence 2"
    opened.press("k", "c", "j", "j", "j")
    assert opened.current() == "Whole sentence of clean.txt, sentence 2"
    opened.press("1", "u", "U", "n")
    assert opened.current() == "injure → hurt"
    assert THEIRS in applied(opened, source)[0]
    opened.press("u")
    assert SECOND.replace("chairman", "mayor").replace("once more", "again") in applied(opened, source)[0]
    opened.page.reload()
    opened.press("j", "a")
    opened.page.reload()
    assert opened.page.inner_text("#sentences") == "1 of 2 whole sentences accepted"


def test_own_words_and_whole_sentences_exclude_each_other(open_page: Callable[..., Any], source: Path) -> None:
    opened = open_page([document()])
    sign(opened, 1)
    opened.press("a", "e")
    assert opened.page.input_value("#find") == SECOND
    assert opened.page.input_value("#instead") == THEIRS
    opened.page.fill("#instead", "The mayor said the ferry would sail on Friday.")
    opened.page.click("#write button[type=submit]")
    text, reviewed = applied(opened, source)
    assert "The mayor said the ferry would sail on Friday. Nobody" in text
    assert [c.review for c in reviewed.rewrites] == ["", ""]
    assert SECOND not in apply_rewrites(source, opened)  # a person's own words stay where sentences are asked for
    sign(opened, 1)
    opened.press("a")
    assert THEIRS in applied(opened, source)[0]
    opened.press("w")
    opened.page.fill("#find", "chairman")  # the place of a correction that gave way
    opened.page.fill("#instead", "boss")
    opened.page.click("#write button[type=submit]")
    assert "The boss said the boat" in applied(opened, source)[0]


def apply_rewrites(source: Path, opened: Any) -> str:
    plan = opened.download("#plan", source.parent)
    out = source.parent / "rewrites.txt"
    assert run(app, ["apply", str(source), str(plan), "--rewrites", "-o", str(out)]).exit_code == 0
    text = out.read_text("utf-8")
    assert "The mayor said the ferry would sail on Friday." in text and "harbour of Lindau was closed" in text
    return text


def test_filters_and_all_that_is_shown(open_page: Callable[..., Any]) -> None:
    opened = open_page([document()])
    page = opened.page
    page.click("#filters summary")
    page.click("#accept-all")
    assert page.inner_text("#decided") == "8 of 8 decided"
    assert page.inner_text("#sentences") == "0 of 2 whole sentences accepted"
    opened.press("n")  # nothing must be decided any more
    assert page.inner_text("#status") == "Nothing more to go to."
    box = page.locator("#kinds label", has_text="whole sentences")
    assert box.inner_text().split() == ["whole", "sentences", "2"]
    box.locator("input").uncheck()
    assert page.locator("#text .sign").count() == page.locator("#text .proposal").count() == 0
    assert page.inner_text("#hidden") == "2 places hidden"


def test_a_plan_made_with_rewrites_is_shown_with_them_taken_out(open_page: Callable[..., Any], source: Path) -> None:
    plan = with_current_rewordings()
    made = replace(plan, corrections=plan.with_rewrites(), rewrites=plan.rewrites[1:])
    opened = open_page([document(made)])
    text, reviewed = applied(opened, source)
    assert "The harbor of Lindau was shut" in text
    assert reviewed.rewrites == plan.rewrites
    sign(opened, 0)
    opened.press("a")
    assert "The harbour of Lindau was closed" in applied(opened, source)[0]


def test_a_sentence_over_two_lines_and_a_correction_across_its_begin(
    open_page: Callable[..., Any], tmp_path: Path
) -> None:
    text = TEXT.replace("😀 would", "😀\nwould")
    source = tmp_path / "t.txt"
    source.write_text(text, encoding="utf-8")
    plan = with_current_rewordings()
    first, second = plan.rewrites
    second = replace(second, original=second.original.replace("😀 would", "😀\nwould"))
    start = text.index("🚢 The")
    across = replace(plan.corrections[0], start=start, end=start + 5, original="🚢 The", replacement="The")
    made = replace(plan, text=text, corrections=(across, *plan.corrections[1:]), rewrites=(first, second))
    for view in ("inline", "sides"):
        opened = open_page([document(made)])
        opened.page.check(f'input[name="view"][value="{view}"]')
        shown = opened.page.locator("#text .inline, #text .restored").all_inner_texts()
        assert sum(line.count("Lindau") for line in shown) == 1
        assert opened.page.locator("#text .inline .proposal, #text .restored .proposal").count() == 3
        sign(opened, 1)
        opened.press("a")
        assert THEIRS in applied(opened, source)[0]
        opened.press("u", "u")


@pytest.mark.parametrize("seed", range(4))
def test_whatever_is_decided_page_and_apply_agree(seed: int, open_page: Callable[..., Any], source: Path) -> None:
    chance = random.Random(seed)
    opened = open_page([document()])
    for _ in range(30):
        opened.press(chance.choice("jk"), chance.choice(["a", "a", "r", "c", "u", "U", "[", "]", "j", "v"]))
        if chance.random() < 0.15:
            opened.press("w")
            opened.page.fill("#find", chance.choice([SECOND, "chairman said", "the boat", "Friday", "Monday"]))
            opened.page.fill("#instead", chance.choice(["", "𝒳 y", "own words"]))
            opened.page.click("#write button[type=submit]")
    text, reviewed = applied(opened, source)
    assert applied(open_page([document(reviewed)]), source)[0] == text


def test_reviewed_plans_of_a_batch(open_page: Callable[..., Any], tmp_path: Path) -> None:
    from tests.helpers.batch_runs import make_plans, settings

    rows, out, plans = tmp_path / "rows.jsonl", tmp_path / "out", tmp_path / "plans"
    rows.write_text(json.dumps({"id": "a", "text": TEXT}))
    make_plans([rows], out, settings())
    opened = open_page([document()])
    sign(opened, 1)
    opened.press("a")
    plans.mkdir()
    opened.download("#plan", plans)
    text = opened.download("#final", tmp_path).read_text("utf-8")
    assert THEIRS in text and "harbor of Lindau" in text
    for more, wanted in (([], text), (["--rewrites"], text.replace("harbor", "harbour"))):
        done = tmp_path / f"done{len(more)}"
        command = ["apply", str(rows), "--plans", str(out), "--reviewed", str(plans), "-o", str(done), *more]
        result = run(app, command)
        assert result.exit_code == 0, result.output
        (row,) = (json.loads(line) for line in next(done.glob("part-*")).read_text("utf-8").splitlines())
        assert row["restored"] == wanted


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES)
def test_axe_finds_nothing(size: str, scheme: str, open_page: Callable[..., Any]) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="needs the extra dev: axe-core").Axe()
    opened = open_page([document()], color_scheme=scheme, **SIZES[size])

    def check(what: str) -> None:
        found = axe.run(opened.page).response["violations"]
        assert not found, f"{what}: " + "; ".join(f"{v['id']}: {[n['html'] for n in v['nodes']][:3]}" for v in found)

    check("document")
    opened.press("j")
    check("all facts agree")
    opened.press("j", "j", "j")
    assert "sentence 2" in opened.current()
    assert opened.page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    check("facts differ")
    opened.press("a")
    check("accepted")
    opened.press("v")
    check("side by side")
    opened.press("r")
    check("rejected")
