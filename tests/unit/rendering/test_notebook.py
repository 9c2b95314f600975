"""What a notebook shows of a restoration."""

from __future__ import annotations

import re
from html.parser import HTMLParser

from hypothesis import given, settings
from hypothesis import strategies as st

from restore.records import Correction, Restoration, Review, Verdict

CLEAN = Verdict(damaged=False, probability=0.1, damaged_share=0.0)


def change(text: str, original: str, new: str, confidence: float = 0.9, review: Review = "") -> Correction:
    start = text.index(original)
    return Correction(start, start + len(original), original, new, "R:NOUN", confidence, (), "why so", (), review)


def shown(text: str, *corrections: Correction) -> str:
    return Restoration(text, corrections, 0.75, CLEAN)._repr_html_()


class _Text(HTMLParser):
    """Reads HTML as it shows, without what was deleted, or without what was inserted."""

    def __init__(self, without: str) -> None:
        super().__init__()
        self.without, self.inside, self.pieces = without, False, list[str]()
        self.tags: set[str] = set()

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.tags.add(tag)
        self.inside = self.inside or tag == self.without

    def handle_endtag(self, tag: str) -> None:
        self.inside = self.inside and tag != self.without

    def handle_data(self, data: str) -> None:
        if not self.inside:
            self.pieces.append(data)


def read(html: str, without: str) -> str:
    reader = _Text(without)
    reader.feed(html)
    assert reader.tags <= {"div", "b", "p", "del", "ins", "span"}
    return "".join(reader.pieces)


def test_corrections_are_struck_out_and_put_in_and_proposals_underlined() -> None:
    text = "The poll was a rhubarb."
    html = shown(text, change(text, "poll", "vote"), change(text, "rhubarb", "minister", 0.3))
    assert re.search(r"<del [^>]*>poll</del><ins [^>]*>vote</ins>", html)
    assert re.search(r'<span [^>]*title="proposed: “minister”; R:NOUN, 0.30: why so">rhubarb</span>', html)
    assert "The vote was a rhubarb." in read(html, "del")
    assert "looks clean (probability 0.10); 1 correction applied, 1 proposal below 0.75 left alone" in html


def test_lines_without_a_change_are_counted() -> None:
    text = "one\n\ntwo\nthe poll\nthree"
    html = shown(text, change(text, "poll", "vote"))
    assert "⋯ 2 unchanged lines" in html
    assert "⋯ 1 unchanged line<" in html
    assert "three" not in html


def test_what_a_person_decided_is_shown() -> None:
    text = "The poll was a rhubarb."
    html = shown(
        text, change(text, "poll", "vote", 0.2, "accepted"), change(text, "rhubarb", "minister", 0.9, "rejected")
    )
    assert "The vote was a rhubarb." in read(html, "del")
    assert "minister" not in html


def test_an_error_is_all_there_is_to_show() -> None:
    assert Restoration("", (), 0.75, CLEAN, error="it <is> empty")._repr_html_().count("it &lt;is&gt; empty") == 1


def test_many_changed_lines_are_cut() -> None:
    text = "\n".join(["poll"] * 300)
    corrections = [Correction(5 * n, 5 * n + 4, "poll", "vote", "R", 0.9, (), "") for n in range(300)]
    html = shown(text, *corrections)
    assert html.count("<del ") == 200
    assert "100 more changed lines are not shown" in html


@settings(deadline=None)
@given(st.lists(st.sampled_from(["<b>", "&amp;", "word", "\n", '"', "'>", "é", " ", "\r\n"]), min_size=1), st.data())
def test_texts_are_shown_as_they_are_and_never_as_markup(pieces: list[str], data: st.DataObject) -> None:
    text, corrections, last = "".join(pieces), list[Correction](), 0
    while last < len(text):
        start = data.draw(st.integers(last, len(text)))
        last = data.draw(st.integers(start, len(text)))
        new = data.draw(st.sampled_from(["", "<i>", "x\ny"]))
        corrections.append(Correction(start, last, text[start:last], new, "R", 0.9, (), '"><script>'))
        last += 1
    html = shown(text, *corrections)
    read(html, "ins")
    assert html.count("<del ") == sum(bool(c.original) for c in corrections)
    assert html.count("<ins ") == sum(bool(c.replacement) for c in corrections)


def test_a_correction_that_lies_behind_the_text_ends_nothing() -> None:
    """Such a plan is none, but who shows it must not wait for ever."""
    beyond = Correction(4, 12, "chairman", "president", "R:NOUN", 0.9, (), "why")
    assert "president" not in shown("a", beyond)


def test_a_word_put_in_behind_the_last_line_end_is_shown() -> None:
    at_end = Correction(5, 5, "", "word", "M:OTHER", 0.9, (), "why")
    assert "word" in shown("text\n", at_end)
