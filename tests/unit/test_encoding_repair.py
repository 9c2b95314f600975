import pytest

from restore.encoding_repair import encoding_repairs, is_misencoded
from restore.records import apply, check_plan

DAMAGED = [
    ("It was â€œfineâ€\x9d. Donâ€™t worry.", "It was “fine”. Don’t worry."),
    ("cafÃ© au lait, Â£5", "café au lait, £5"),
    ("voilÃ le travail", "voilà le travail"),
    ("\x93Hi\x94, he\x92s here", "“Hi”, he’s here"),
    ("Ã¢â‚¬Å“Hello there", "“Hello there"),
    ("AT&amp;T said &amp;quot;no&amp;quot; &#8211; it&#39;s &#x2019;", 'AT&T said "no" – it\'s ’'),
    ("R&amp;amp;D at AT&amp;amp;T &lt; 5", "R&D at AT&T < 5"),
    ("&lt;b&gt; &amp;amp;\n", "<b> &\n"),
    ("a clean “word”, naïve, and one spoilt: naÃ¯ve", "a clean “word”, naïve, and one spoilt: naïve"),
]
CLEAN = [
    "Zürich, Ångström – “fine”, ﬂubber, Ａ, e\u0301, £4m, 5 °C",
    "https://example.org/?a=1&amp;b=2",
    "<p>AT&amp;T</p>",
    "AT&T; R&D; fish &chips; &unheardof;",
    "\ud800 alone, \x07 a bell, \x85 a line end, \u2028",
    "&#0; &#xD800; &#1114112; &#65533; &#7; &#10; &#xFFFF; &#127;",
    "nothing but ASCII",
]


@pytest.mark.parametrize(("text", "whole"), DAMAGED)
def test_damage_is_mended_in_its_place(text: str, whole: str) -> None:
    plan = encoding_repairs(text)
    check_plan(text, plan)
    assert apply(text, plan) == whole
    assert encoding_repairs(whole) == ()
    assert all(c.evidence[0].source == "ftfy" and c.evidence[0].quote and c.kind == "R:ENCODING" for c in plan)
    assert is_misencoded(text)


@pytest.mark.parametrize("text", CLEAN)
def test_what_is_no_damage_stays(text: str) -> None:
    assert encoding_repairs(text) == ()


def test_lost_bytes_are_not_guessed() -> None:
    assert apply("â€œHiâ€\ufffd", encoding_repairs("â€œHiâ€\ufffd")).endswith("â€\ufffd")


def test_changes_are_local() -> None:
    text = "One line.\r\nDonâ€™t, and it isnâ€™t.\n"
    assert [(c.original, c.replacement) for c in encoding_repairs(text)] == [("â€™", "’")] * 2
