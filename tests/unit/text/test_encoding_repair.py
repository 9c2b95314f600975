import pytest

from restore.records import apply, check_plan
from restore.text.encoding_repair import encoding_repairs, is_misencoded

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


LOST = [
    ("He said â€œno,â€ and left.", "He said “no,” and left."),
    ("â€œNo.â€", "“No.”"),
    ("â€œNoâ€, he said; â€œyesâ€!", "“No”, he said; “yes”!"),
    ("(â€œNoâ€)", "(“No”)"),
    ("â€œNoâ€â€\u201dand", "“No”—and"),
    ("a â€\u201c b, â€œNoâ€ â€\u201d and", "a – b, “No” — and"),
    ("â€œNo.â€\r\nâ€œYes.â€\n", "“No.”\r\n“Yes.”\n"),
    ("“No,â€ he said.", "“No,” he said."),
    ("â€œIt was â€˜fineâ€™,â€ she said.", "“It was ‘fine’,” she said."),
    ("â€œcafÃ©â€ and â€œnaÃ¯veâ€ again", "“café” and “naïve” again"),
    ("Ã¢â‚¬Å“no,Ã¢â‚¬ and left", "“no,” and left"),
    ("&acirc;&euro;&oelig;no,&acirc;&euro; and", "“no,” and"),
]


@pytest.mark.parametrize(("text", "whole"), LOST)
def test_a_closing_mark_that_lost_its_last_byte_is_mended(text: str, whole: str) -> None:
    assert apply(text, encoding_repairs(text)) == whole
    assert encoding_repairs(whole) == ()


@pytest.mark.parametrize(
    "text", ["no,â€ and left", "no,â€\xa0and left", "“yes” and no,â€ and left", "â€ alone", "A â€ b â€ c", "end â€"]
)
def test_what_nothing_opened_is_left_alone(text: str) -> None:
    assert apply(text, encoding_repairs(text)) == text


def test_no_repair_leaves_controls_or_a_dagger() -> None:
    for text in ("Ã\x81 Â\x81x", "Ã‚Â\x8d é", "â€ a â€\xa0b", "Ãƒâ€š \x9d"):
        assert not [c for c in encoding_repairs(text) if set(c.replacement) & set("†\x81\x8d\x9d")], text
    assert apply("The stepâ€¡ and &dagger;", encoding_repairs("The stepâ€¡ and &dagger;")) == "The step‡ and †"


def test_changes_are_local() -> None:
    text = "One line.\r\nDonâ€™t, and it isnâ€™t.\n"
    assert [(c.original, c.replacement) for c in encoding_repairs(text)] == [("â€™", "’")] * 2
