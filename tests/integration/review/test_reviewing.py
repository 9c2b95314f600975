"""Review, download, apply: the page and `restore apply` come to the very same bytes."""

from __future__ import annotations

import codecs
import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from restore.cli.app import app
from restore.records import Origin, Restoration
from restore.review.documents import ReviewDocument, check_review

from .plans import TEXT, harbour, references

pytestmark = pytest.mark.integration
run = CliRunner().invoke

FILES = {
    "plain": (TEXT, "utf-8", b""),
    "marked, CRLF": (TEXT.replace("\n", "\r\n"), "utf-8", codecs.BOM_UTF8),
    "old Mac": (TEXT.replace("\n", "\r"), "utf-8", b""),
    "UTF-16": (TEXT, "utf-16-le", codecs.BOM_UTF16_LE),
    "UTF-32": (TEXT, "utf-32-be", codecs.BOM_UTF32_BE),
    "windows-1252": (TEXT.replace("🚢", "“Café”").replace("😀", "–"), "windows-1252", b""),
}


def applied(opened: Any, source: Path, folder: Path) -> tuple[bytes, Restoration]:
    """Download plan and text, check that `restore apply` gives the same bytes, and give both."""
    plan, text = opened.download("#plan", folder), opened.download("#final", folder)
    out = folder / "applied.txt"
    result = run(app, ["apply", str(source), str(plan), "-o", str(out)])
    assert result.exit_code == 0, result.output
    assert out.read_bytes() == text.read_bytes()
    reviewed = Restoration.from_json(plan.read_bytes())
    check_review(reviewed)
    assert json.loads(plan.read_bytes())["restored"] == reviewed.restored
    return text.read_bytes(), reviewed


@pytest.mark.parametrize("name", FILES)
def test_review_download_apply(name: str, open_page: Callable[..., Any], tmp_path: Path) -> None:
    text, encoding, mark = FILES[name]
    source = tmp_path / "harbour.txt"
    source.write_bytes(mark + text.encode(encoding))
    plan = harbour(text, Origin(str(source), encoding, bool(mark)))
    opened = open_page([ReviewDocument(str(source), plan, references())])
    opened.go_to("harbor")
    opened.page.click("#panel button.yes")
    opened.go_to("chairman")
    opened.page.click("#panel button.no")
    opened.go_to("boat")
    opened.page.locator("#panel .choice", has_text="ship").locator("input").check()
    opened.go_to("injure")
    opened.page.fill('#panel [data-field="own"]', "harmed 🙂")
    opened.page.press('#panel [data-field="own"]', "Enter")
    found, reviewed = applied(opened, source, tmp_path)
    wanted = text
    for old, new in (
        ("harbor", "harbour"), ("shut", "closed"), ("boat", "ship"), ("once more", "again"), ("injure", "harmed 🙂"),
        ("constabulary", "police"),
    ):  # fmt: skip
        wanted = wanted.replace(old, new)
    # windows-1252 has no such face: then both write UTF-8
    assert found == (wanted.encode() if encoding == "windows-1252" else mark + wanted.encode(encoding))
    decided = {c.original: (c.review, c.replacement) for c in reviewed.corrections if c.review}
    assert decided == {
        "harbor": ("accepted", "harbour"), "chairman": ("rejected", "mayor"), "boat": ("chosen", "ship"),
        "injure": ("typed", "harmed 🙂"),
    }  # fmt: skip
    typed = next(c for c in reviewed.corrections if c.review == "typed")
    assert (typed.kind, typed.evidence[0].kind, typed.alternatives[0].replacement) == ("R:REVIEW", "reviewer", "hurt")
    chosen = next(c for c in reviewed.corrections if c.review == "chosen")
    assert (chosen.confidence, [a.replacement for a in chosen.alternatives]) == (0.4, ["ferry"])


def test_windows_1252_stays_what_it_is(open_page: Callable[..., Any], tmp_path: Path) -> None:
    text, encoding, _ = FILES["windows-1252"]
    source = tmp_path / "cafe.txt"
    source.write_bytes(text.encode(encoding))
    opened = open_page([ReviewDocument("cafe.txt", harbour(text, Origin("cafe.txt", encoding)))])
    found, _ = applied(opened, source, tmp_path)
    assert found.startswith("“Café” The harbor".encode(encoding))


def test_slider_applies_and_unapplies_live_but_not_what_is_decided(
    open_page: Callable[..., Any], tmp_path: Path
) -> None:
    source = tmp_path / "t.txt"
    source.write_text(TEXT, encoding="utf-8")
    opened = open_page([ReviewDocument("t.txt", harbour(), references())])
    assert opened.page.inner_text("#applied") == "5 of 8 applied"
    opened.go_to("informed")
    opened.press("a")  # 0.30
    opened.go_to("chairman")
    opened.press("r")  # 0.97
    opened.page.fill("#threshold", "1")
    assert opened.page.inner_text("#applied") == "1 of 8 applied"
    assert applied(opened, source, tmp_path)[0].decode() == TEXT.replace("informed", "told")
    opened.page.fill("#threshold", "0")
    assert opened.page.inner_text("#applied") == "7 of 8 applied"
    assert b"chairman" in applied(opened, source, tmp_path)[0]
    opened.press("u", "u", "u", "u")
    assert opened.page.inner_text("#applied") == "5 of 8 applied"
    assert opened.page.input_value("#threshold") == "0.75"


def test_own_words_over_two_places_and_between(open_page: Callable[..., Any], tmp_path: Path) -> None:
    source = tmp_path / "t.txt"
    source.write_text(TEXT, encoding="utf-8")
    opened = open_page([ReviewDocument("t.txt", harbour(), references())])
    opened.press("w")
    opened.page.fill("#find", "constabulary informed newsmen")
    opened.page.fill("#instead", "police said 👮")
    opened.page.click("#write button[type=submit]")
    opened.press("w")
    opened.page.fill("#find", "tale was")
    opened.page.fill("#instead", "story was")
    opened.page.click("#write button[type=submit]")
    assert "7 of 8" not in opened.page.inner_text("#applied")
    found, reviewed = applied(opened, source, tmp_path)
    assert "the police said 👮.\nThe end of the story was good.\n" in found.decode()
    review = {c.original: c.review for c in reviewed.corrections}
    assert (review["constabulary"], review["informed"], review["tale was"]) == ("rejected", "rejected", "typed")
    # The plan as reviewed can be reviewed again, and accepting what lies below takes the own words away.
    again = open_page([ReviewDocument("t.txt", reviewed, references())])
    assert applied(again, source, tmp_path)[0] == found
    again.go_to("constabulary informed newsmen")
    again.press("r")
    assert "the constabulary informed newsmen" in applied(again, source, tmp_path)[0].decode()
    opened.go_to("constabulary informed newsmen")
    opened.press("r")
    opened.go_to("informed")
    opened.press("a")
    assert "the constabulary told newsmen" in applied(opened, source, tmp_path)[0].decode()


def test_selected_words_are_replaced(open_page: Callable[..., Any], tmp_path: Path) -> None:
    source = tmp_path / "t.txt"
    source.write_text(TEXT, encoding="utf-8")
    for view in ("inline", "sides"):
        opened = open_page([ReviewDocument("t.txt", harbour(), references())])
        opened.page.check(f'input[name="view"][value="{view}"]')
        opened.page.evaluate(
            """() => { const run = [...document.querySelectorAll('#text .line:last-child [data-at], #text [data-at]')]
                .find((e) => e.textContent.includes(' would sail ')).firstChild;
              const at = run.data.indexOf('would');
              getSelection().setBaseAndExtent(run, at, run, at + 10); }"""
        )
        opened.press("w")
        assert opened.page.input_value("#find") == "would sail"
        opened.page.fill("#instead", "sails")
        opened.press("Tab", "Tab", "Enter")
        assert "😀 sails again on Friday" in applied(opened, source, tmp_path)[0].decode()


def test_keyboard_alone(open_page: Callable[..., Any], tmp_path: Path) -> None:
    source = tmp_path / "t.txt"
    source.write_text(TEXT, encoding="utf-8")
    opened = open_page([ReviewDocument("t.txt", harbour(), references())])
    opened.press("j")
    assert opened.current() == "harbor → harbour"
    opened.press("a", "n")
    assert opened.current() == "shut → closed"
    opened.press("2", "n")
    assert opened.current() == "chairman → mayor"
    opened.press("e")
    opened.page.keyboard.type("head of the town")
    opened.press("Enter", "j", "r", "k")
    assert opened.current() == "chairman → head of the town"
    opened.press("j", "j", "j")
    assert opened.current() == "Friday ≠ Tuesday"
    assert opened.page.evaluate("document.activeElement.dataset.id") == "f0"
    opened.press("[", "[", "v")
    assert opened.page.input_value("#threshold") == "0.65"
    text = applied(opened, source, tmp_path)[0].decode()
    assert text.startswith("🚢 The harbour of Lindau was locked on Monday.\n\nThe head of the town said the boat 😀")
    opened.press("Control+z", "u", "U", "?")
    assert opened.page.locator("#help").is_visible()
    opened.press("Escape", "Escape")
    assert opened.page.locator("#help").is_hidden()


def test_single_keys_can_be_switched_off(open_page: Callable[..., Any]) -> None:
    opened = open_page([ReviewDocument("t.txt", harbour())])
    opened.press("?")
    opened.page.uncheck("#keys")
    opened.press("Escape", "j", "a")
    assert opened.page.inner_text("#decided") == "0 of 8 decided"
    opened.page.locator("#next").click()
    opened.page.locator("#panel button.yes").press("Enter")
    assert opened.page.inner_text("#decided") == "1 of 8 decided"


def test_state_is_kept_by_the_browser_and_undo_takes_it_back(open_page: Callable[..., Any]) -> None:
    opened = open_page([ReviewDocument("t.txt", harbour(), references())])
    opened.press("j", "a", "j", "r")
    opened.page.fill("#threshold", "0.5")
    opened.page.reload()
    assert opened.page.inner_text("#decided") == "2 of 8 decided"
    assert opened.page.input_value("#threshold") == "0.5"
    assert opened.page.locator("#undo").is_disabled()
    opened.press("j", "j", "j", "a", "u")
    assert opened.page.inner_text("#decided") == "2 of 8 decided"
    opened.press("U")
    assert opened.page.inner_text("#decided") == "3 of 8 decided"


def test_all_that_is_shown_is_one_step(open_page: Callable[..., Any]) -> None:
    opened = open_page([ReviewDocument("t.txt", harbour(), references())])
    opened.page.click("#filters summary")
    opened.page.locator("#kinds label", has_text="nouns").locator("input").uncheck()
    opened.page.click("#accept-all")
    assert opened.page.inner_text("#decided") == "5 of 8 decided"
    opened.press("u")
    assert opened.page.inner_text("#decided") == "0 of 8 decided"


@pytest.mark.parametrize("seed", range(6))
def test_whatever_is_decided_page_and_apply_agree(seed: int, open_page: Callable[..., Any], tmp_path: Path) -> None:
    chance = random.Random(seed)
    source = tmp_path / "t.txt"
    source.write_bytes(codecs.BOM_UTF8 + TEXT.replace("\n", "\r\n").encode())
    plan = harbour(TEXT.replace("\n", "\r\n"), Origin("t.txt", "utf-8", True))
    opened = open_page([ReviewDocument("t.txt", plan, references())])
    for _ in range(25):
        opened.press("j", chance.choice(["a", "r", "c", "1", "2", "3", "u", "U", "[", "]", "j", "v"]))
        if chance.random() < 0.2:
            opened.press("e")
            if opened.page.locator("#write").is_visible():
                opened.page.fill("#instead", chance.choice(["a\nb", "", "𝒳 y", "'quoted' \\"]))
                opened.page.click("#write button[type=submit]")
            else:
                opened.page.fill('[data-field="own"]', chance.choice(["a\nb", "", "𝒳 y", "<b>"]))
                opened.press("Enter")
    applied(opened, source, tmp_path)
