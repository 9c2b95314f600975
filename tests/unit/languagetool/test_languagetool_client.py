"""What the client makes of a server's answers, good and bad."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from restore.errors import ConfigError, ModelNotFoundError
from restore.languagetool import client as module
from restore.languagetool.client import LanguageToolClient, utf16_end
from restore.languagetool.settings import LanguageToolSettings
from tests.helpers.fake_server import Fake, serving

pytest.importorskip("language_tool_python", reason="language-tool-python is not installed (extra languagetool)")


@pytest.fixture
def fake() -> Iterator[Fake]:
    with serving() as server:
        yield server


def client(fake: Fake, **settings: object) -> LanguageToolClient:
    return LanguageToolClient(LanguageToolSettings(enabled=True, url=fake.url, **settings))  # type: ignore[arg-type]


def test_offsets_are_right_with_astral_characters_line_ends_and_lone_surrogates(fake: Fake) -> None:
    text = "😀😀 The goverment 𝒜 spoke.\r\n\ud800 teh 👩‍👩‍👧 end\u2028😀 teh 🎉🎉"
    checked = client(fake).check(text)
    assert [text[m.start : m.end] for m in checked.matches] == ["goverment", "teh", "😀 teh"]
    assert [m.replacements for m in checked.matches] == [("government",), ("the",), ("😀 the",)]
    assert checked.notes == ()


def test_a_match_whose_place_does_not_hold_the_quoted_words_is_dropped(fake: Fake) -> None:
    fake.shift = 1
    assert client(fake).check("the goverment spoke").matches == ()


def test_each_paragraph_is_asked_for_once(fake: Fake) -> None:
    asking = client(fake)
    first, second = asking.check_many(["teh one\n\n...\nteh two", "teh two"])
    assert (len(first.matches), len(second.matches), sorted(fake.texts)) == (2, 1, ["teh one", "teh two"])
    asking.check("teh two")
    assert len(fake.asked) == 2


def test_long_paragraphs_are_cut_at_a_blank(fake: Fake) -> None:
    text = "word " * 3000 + "teh end"
    (match,) = client(fake).check(text).matches
    assert text[match.start : match.end] == "teh"
    assert len(fake.texts) == 2
    assert "".join(sorted(fake.texts, key=text.index)) == text


def test_rules_and_categories_are_passed_on(fake: Fake) -> None:
    client(fake, disabled_rules=("A",), disabled_categories=("B",), enabled_rules=("C",), picky=True).check("words")
    asked = fake.asked[0]
    assert [asked[name] for name in ("disabledRules", "disabledCategories", "enabledRules", "level")] == [
        "A", "B", "C", "picky",
    ]  # fmt: skip
    client(fake, enabled_only=True, enabled_categories=("TYPOS",)).check("words")
    assert fake.asked[1]["enabledOnly"] == "true"
    assert "disabledCategories" not in fake.asked[1]


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (b"<html>", 200), (b"null", 200), (b"[]", 200), (b'{"matches": [{}]}', 200), (b"{}", 200), (b"\xff\xfe", 200),
        (b'{"matches": 3}', 200), (b"Error: Internal Error: what", 500), (b"", 200),
    ],
)  # fmt: skip
def test_garbage_gives_no_matches_and_a_note(fake: Fake, answer: bytes, code: int) -> None:
    asking = client(fake)
    asking.check("warm")
    fake.answer, fake.code = answer, code
    checked = asking.check("teh garbage")
    assert checked.matches == ()
    assert "could not check it" in checked.notes[0]
    assert len(asking.take_notes()) == 1
    fake.answer = None
    assert len(asking.check("teh garbage").matches) == 1


def test_a_text_that_takes_too_long_gives_a_note_and_the_others_their_matches(
    fake: Fake, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_GRACE", 0.2)
    asking = client(fake, seconds=1)
    asking.check("warm")
    fake.wait = 2.0
    began = time.monotonic()
    checked = asking.check("teh slow")
    assert time.monotonic() - began < 5
    assert "took longer than 1 seconds" in checked.notes[0]
    fake.wait = 0.0
    assert len(asking.check("teh quick").matches) == 1
    assert asking.check("teh slow").notes, "what failed is not tried again within one text"


def test_the_servers_own_time_limit_is_told_as_one(fake: Fake) -> None:
    asking = client(fake)
    asking.check("warm")
    fake.answer, fake.code = b"Error: Checking took longer than 20.0 seconds, which is this server's limit.", 500
    assert "took longer than 20 seconds" in asking.check("teh").notes[0]


def test_a_server_that_comes_back_is_asked_again() -> None:
    with serving() as first:
        asking, port = client(first), first.server_port
        assert len(asking.check("teh one").matches) == 1
    checked = asking.check("teh two")
    assert "is gone" in checked.notes[0]
    assert asking.is_gone
    with serving(port):
        asking.take_notes()
        assert len(asking.check("teh two").matches) == 1
        assert not asking.is_gone


def test_no_server_at_the_first_text_names_the_remedy() -> None:
    with serving() as server:
        asking = client(server)
    with pytest.raises(ModelNotFoundError, match="restore languagetool setup"):
        asking.check("words")


def test_a_language_that_the_server_has_not(fake: Fake) -> None:
    with pytest.raises(ConfigError, match="no 'tlh'"):
        client(fake, language="tlh").check("words")


@pytest.mark.parametrize(("text", "start", "length", "end"), [("a😀b", 0, 3, 2), ("ab", 0, 9, 2), ("ab", 1, 0, 1)])
def test_ends_of_utf16_ranges(text: str, start: int, length: int, end: int) -> None:
    assert utf16_end(text, start, length) == end
