"""What the page shows: evidence, conflicts, filters, plots, the index; that nothing runs, and that all can use it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from restore.records import Conflict, Correction, Evidence, Finding, Reference, ReferenceReport, Restoration, Verdict
from restore.review.documents import ReviewDocument

from .plans import REFERENCE, TEXT, harbour, long, references

pytestmark = pytest.mark.integration
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True}
SIZES = {"wide": {}, "phone": PHONE}


def document(name: str = "harbour.txt", plan: Restoration | None = None) -> ReviewDocument:
    return ReviewDocument(name, plan or harbour(), references())


def test_pointing_shows_the_evidence_and_the_sentence(open_page: Callable[..., Any]) -> None:
    page = open_page([document()]).page
    page.locator("#text [data-id]").filter(has_text="chairman").hover()
    page.locator("#panel h2", has_text="mayor").wait_for()
    assert page.locator("#reference mark.quote").inner_text() == "The mayor said"
    assert page.locator("#reference mark.sentence").inner_text().strip() == (
        "The mayor said the ferry would sail again on Tuesday."
    )
    assert page.locator("#reference .reference-head a").get_attribute("href") == "https://news.example/lindau?a=1&b=2"
    assert page.locator("#reference .reference-text").inner_text().startswith("The harbour of Lindau")
    page.locator("#text [data-id]").filter(has_text="shut").focus()
    assert page.locator("#reference mark.quote").inner_text() == "closed on Monday"
    page.locator("#text [data-id]").filter(has_text="chairman").hover()  # what is held by focus stays
    page.wait_for_timeout(300)
    assert "closed" in page.locator("#panel h2").inner_text()


def test_confidence_and_alternatives_are_told(open_page: Callable[..., Any]) -> None:
    opened = open_page([document()])
    opened.go_to("chairman")
    choices = [" ".join(text.split()) for text in opened.page.locator("#panel .choice").all_inner_texts()]
    assert choices[:4] == [
        "chairman as given",
        "mayor confidence 0.97 1",
        "head confidence 0.30 2",
        "boss confidence 0.10 3",
    ]
    assert "applied: at or above the line of 0.75" in opened.page.inner_text("#panel")
    label = opened.page.locator("#text [aria-current][role]").get_attribute("aria-label")
    assert label == "chairman → mayor, noun or name replaced, confidence 0.97, applied by confidence"


def test_conflicts_and_findings(open_page: Callable[..., Any]) -> None:
    opened = open_page([document()])
    opened.go_to("Friday")
    assert "Conflict of date: the text has Friday, clean.txt has Tuesday" in " ".join(
        opened.page.inner_text("#panel").split()
    ).replace("“", "").replace("”", "")
    assert opened.page.locator("#reference mark.quote").inner_text() == "Tuesday"
    assert opened.page.inner_text("#decided") == "0 of 8 decided"
    opened.go_to("tale")
    assert "Looks damaged (substitution, 0.40)" in opened.page.inner_text("#panel")


def test_filters(open_page: Callable[..., Any]) -> None:
    opened = open_page([document()])
    page = opened.page
    assert page.inner_text("#position") == "9 places"
    page.click("#filters summary")
    page.locator("#kinds label", has_text="nouns and names").locator("input").uncheck()
    assert page.locator("#text .place").count() == 5
    assert "mayor" in page.inner_text("#text")  # it is applied all the same
    page.locator("#kinds label", has_text="conflicts").locator("input").uncheck()
    page.locator("#sources label", has_text="spinner tables").locator("input").uncheck()
    assert page.locator("#text .place").count() == 2
    assert page.inner_text("#hidden") == "7 places hidden"
    opened.press("Escape")
    page.locator("#next").click()
    assert opened.current() == "harbor → harbour"
    page.locator("#kinds label", has_text="nouns and names").locator("input").check()
    page.locator("#sources label", has_text="spinner tables").locator("input").check()
    page.select_option("#state", "left")
    assert page.locator("#text .place").count() == 3


def test_words_that_were_begun_are_kept(open_page: Callable[..., Any]) -> None:
    opened = open_page([document()])
    page = opened.page
    page.locator("#text [data-id]").filter(has_text="chairman").hover()
    page.locator("#panel h2", has_text="mayor").wait_for()
    page.locator('[data-field="own"]').click()
    page.keyboard.type("head of th")
    page.fill("#threshold", "0.5")
    page.locator("#text [data-id]").filter(has_text="shut").hover()
    page.wait_for_timeout(300)
    assert page.input_value('[data-field="own"]') == "head of th"
    page.locator('[data-field="own"]').press("End")
    page.keyboard.type("e town")
    opened.press("Enter")
    assert opened.current() == "chairman → head of the town"
    opened.press("u")
    assert page.input_value('[data-field="own"]') == ""


def test_lines_of_old_macs_are_lines(open_page: Callable[..., Any]) -> None:
    page = open_page([document(plan=harbour(TEXT.replace("\n", "\r")))]).page
    assert page.locator("#text .line").count() == TEXT.count("\n") + 1


def test_side_by_side_has_line_beside_line(open_page: Callable[..., Any]) -> None:
    page = open_page([document()]).page
    page.check('input[value="sides"]')
    given, restored = page.locator(".given").all_inner_texts(), page.locator(".restored").all_inner_texts()
    assert given[2].startswith("The chairman said") and restored[2].startswith("The mayor said")
    boxes = [page.locator(side).nth(2).bounding_box() for side in (".given", ".restored")]
    assert boxes[0]["y"] == boxes[1]["y"] and boxes[0]["x"] < boxes[1]["x"]


def test_plots_say_what_they_show(open_page: Callable[..., Any]) -> None:
    page = open_page([document()]).page
    labels = [plot.get_attribute("aria-label") for plot in page.locator(".plot svg").all()]
    assert [label.partition(":")[0] for label in labels] == ["Damage along the text", "By kind", "Confidence"]
    assert labels[1].startswith("By kind: nouns and names 3, verbs 2")
    assert labels[2] == "Confidence: 5 of 8 at or above the line at 0.75"
    page.fill("#threshold", "0.9")
    page.locator('.plot svg[aria-label="Confidence: 3 of 8 at or above the line at 0.90"]').wait_for()


def test_index_by_need_follows_the_review(open_page: Callable[..., Any]) -> None:
    calm = replace(harbour(), conflicts=(), corrections=harbour().corrections[1:3])
    failed = ReviewDocument("broken.txt", None, error="RestoreError: told to fail")
    opened = open_page([document("calm.txt", calm), document("wild.txt"), failed])
    names = lambda: [n.strip() for n in opened.page.locator("#index tbody th").all_inner_texts()]  # noqa: E731
    assert names() == ["broken.txt", "wild.txt", "calm.txt"]
    assert "told to fail" in opened.page.locator("#index tbody tr").first.inner_text()
    opened.page.click("text=wild.txt")
    opened.wait_for("#text")
    assert opened.page.inner_text("#name") == "wild.txt"
    for _ in range(8):
        opened.press("n", "a")
    assert opened.page.inner_text("#decided") == "8 of 8 decided"
    opened.page.click("text=All documents")
    opened.wait_for("#index")
    row = " ".join(opened.page.locator("#index tbody tr", has_text="wild.txt").inner_text().split())
    assert row == "wild.txt 1.0 8 of 8 1 damaged (0.97) 31 % of 35"
    opened.page.fill("#search", "calm")
    assert names() == ["calm.txt"]
    opened.page.go_back()
    opened.wait_for("#text")
    assert opened.page.inner_text("#name") == "wild.txt"


PAYLOADS = (
    "</script><script>document.title='ran'</script>",
    "<img src=x onerror=\"document.title='ran'\">",
    "<!--<script>",
    "{{ 7*7 }} ${7*7} ' \" ` \u2028 \u202e \x00 ]]>",
    "javascript:document.title='ran'",
)


@pytest.mark.parametrize("payload", PAYLOADS)
def test_nothing_in_a_plan_runs(payload: str, open_page: Callable[..., Any], tmp_path: Path) -> None:
    text = f"Before {payload} after, {payload} chairman."
    start = text.index("chairman")
    reference = f"{payload} president {payload}"
    reasons = (
        Evidence("reference", payload, "president", 0.9, len(payload) + 1, len(payload) + 10, payload),
        Evidence("spinner", payload, payload, 0.5),
    )
    plan = Restoration(
        text,
        (
            Correction(7, 7 + len(payload), payload, payload + "!", payload, 0.9, reasons, payload),
            Correction(start, start + 8, "chairman", payload, "R:NOUN", 0.4, reasons, payload),
        ),
        0.5,
        Verdict(True, 0.9, 0.1, (Finding(0, 6, "Before", payload, 0.5, payload),), payload, 0.5),
        (ReferenceReport(payload, False, 0.1, payload, payload, payload),),
        notes=(payload,),
        conflicts=(Conflict(0, 6, "Before", "name", payload, payload, 0, len(payload)),),
    )
    read = ReviewDocument(payload, plan, (Reference(payload, reference, payload, payload),))
    opened = open_page([read, ReviewDocument(payload, None, error=payload)])
    page = opened.page
    page.locator("#index a").first.click()
    opened.wait_for("#text")
    opened.press("j", "j", "j", "k", "e")
    page.fill('[data-field="own"], #instead', payload)
    page.keyboard.press("Enter")
    opened.press("v", "j", "k")
    plan_file, text_file = opened.download("#plan", tmp_path), opened.download("#final", tmp_path)
    assert set('<>:/\\"|?*\x00\u202e').isdisjoint(plan_file.name + text_file.name)
    assert page.title().endswith("– review")
    assert page.evaluate("document.querySelectorAll('img, iframe, object, embed, base').length") == 0
    assert (
        page.evaluate("[...document.querySelectorAll('a')].filter((a) => /^(javascript|data):/i.test(a.href)).length")
        == 0
    )


def test_policy_stops_what_is_not_the_page_itself(open_page: Callable[..., Any]) -> None:
    opened = open_page([document()])
    opened.page.evaluate(
        """() => { const image = document.createElement('img'); image.src = 'https://news.example/x.png';
          const style = document.createElement('style'); style.textContent = 'body{display:none}';
          document.body.append(image, style); }"""
    )
    opened.page.wait_for_timeout(100)
    assert opened.page.locator("#text").is_visible()
    assert sum("Content Security Policy" in line for line in opened.said) == 2
    opened.said.clear()
    opened.asked[:] = [url for url in opened.asked if not url.startswith("https:")]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES)
def test_axe_finds_nothing(size: str, scheme: str, open_page: Callable[..., Any]) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="needs the extra dev: axe-core").Axe()
    opened = open_page([document(), document("other.txt")], color_scheme=scheme, **SIZES[size])
    page = opened.page

    def check(what: str) -> None:
        found = axe.run(page).response["violations"]
        assert not found, f"{what}: " + "; ".join(f"{v['id']}: {[n['html'] for n in v['nodes']][:3]}" for v in found)

    check("index")
    page.locator("#index a").first.click()
    opened.wait_for("#text")
    check("document")
    opened.press("j", "a", "j", "r", "j", "2", "j", "e")
    page.keyboard.type("vessel")
    opened.press("Enter")
    check("decided")
    opened.press("v", "j", "j")
    assert opened.current() == "Friday ≠ Tuesday"
    check("side by side")
    opened.press("Escape", "v")
    page.click("#filters summary")
    check("filters")
    page.click("#write-open")
    check("own words")
    page.click("#write [data-close]")
    page.click("#help-open")
    check("help")


@pytest.mark.parametrize("view", ["inline", "sides"])
def test_phone_has_no_side_scroll_and_shows_the_current_place(view: str, open_page: Callable[..., Any]) -> None:
    opened = open_page([document()], **PHONE)
    page = opened.page
    page.check(f'input[value="{view}"]')
    for _ in range(9):
        page.locator("#next").click()
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        place = page.locator("#text [aria-current][role]").bounding_box()
        sheet, nav = page.locator(".side-panel").bounding_box(), page.locator(".nav").bounding_box()
        assert nav["y"] + nav["height"] <= place["y"] and place["y"] + place["height"] <= sheet["y"]
    page.locator("#close-panel").click()
    assert page.locator(".side-panel").is_hidden()


def test_500_corrections_without_a_stutter(open_page: Callable[..., Any]) -> None:
    opened = open_page([ReviewDocument("long.txt", long(500))])
    page = opened.page
    assert page.inner_text("#applied") == "250 of 500 applied"
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable", {"timeDomain": "threadTicks"})  # its own time: other processes do not count

    def spent(act: Callable[[int], object], times: int = 20) -> float:
        """Return how many ms of the page's thread one step costs, scripts, layout and painting together."""
        before = measured()
        for step in range(times):
            act(step)
        page.wait_for_timeout(300)
        return 1000 * (measured() - before) / times

    def measured() -> float:
        found = session.send("Performance.getMetrics")["metrics"]
        return next(float(m["value"]) for m in found if m["name"] == "TaskDuration")

    slider = page.locator("#threshold")
    slid = spent(lambda n: slider.evaluate("(e, to) => { e.value = to; e.dispatchEvent(new Event('input')); }", n / 20))
    page.reload()
    decided = spent(lambda n: opened.press("j", "ar"[n % 2]))
    assert page.inner_text("#decided") == "20 of 500 decided"
    # A tenth of a second is what people take for at once (Nielsen 1993).
    assert (slid < 100, decided < 100) == (True, True), (slid, decided)


def test_text_that_did_not_survive_is_told(open_page: Callable[..., Any], tmp_path: Any) -> None:
    opened = open_page([document()])
    broken = tmp_path / "broken.html"
    broken.write_text(opened.path.read_text("utf-8").replace('"characters":', '"characters":1'), encoding="utf-8")
    assert open_page(broken).page.locator("#broken").is_visible()
    assert opened.page.locator("#broken").is_hidden()


def test_without_reference_texts_the_quote_stands_in_the_pane(open_page: Callable[..., Any]) -> None:
    opened = open_page([ReviewDocument("t.txt", harbour())])
    opened.go_to("chairman")
    said = opened.page.inner_text("#reference")
    assert "The mayor said" in said and "--reference" in said and "https://news.example/lindau" in said
    assert REFERENCE[:20] not in said
