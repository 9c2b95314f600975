"""User dictionaries: what they match, what they refuse, and what they forbid."""

from __future__ import annotations

from pathlib import Path

import pytest

from restore.config import Config, DictionarySettings
from restore.engine.fingerprints import config_fingerprint
from restore.errors import ConfigError, InputError
from restore.records import Correction, Evidence, Finding
from restore.text.encoding_repair import encoding_repairs
from restore.user_dictionary.dictionary import Dictionary, replaced


def make(**entries: object) -> Dictionary:
    return Dictionary(DictionarySettings(**entries))  # type: ignore[arg-type]


def kept(dictionary: Dictionary, text: str) -> list[str]:
    return [text[s.start : s.end] for s in sorted(dictionary.kept_spans(text))]


def prefer(dictionary: Dictionary, text: str) -> str:
    return replaced(text, dictionary.preferred(text))


def correction(text: str, original: str, replacement: str) -> Correction:
    start = text.index(original)
    return Correction(start, start + len(original), original, replacement, "R:NOUN", 0.9, (), "")


@pytest.mark.parametrize(
    ("entry", "text", "found"),
    [
        ("zone", "Zone zones ZONE timezone zone's", ["Zone", "ZONE", "zone"]),
        ("Rolling Stone", "Rolling Stone, rolling stone, Rolling  Stone", ["Rolling Stone", "Rolling  Stone"]),
        ("iPhone", "iPhone iphone", ["iPhone"]),
        ("can", "can can't cannot Can’s", ["can", "Can"]),
        ("t", "can't t", ["t"]),
        ("don't", "don’t don't dont", ["don’t", "don't"]),
        ("e-mail", "e-mail e - mail email", ["e-mail"]),
        ("half", "half-moon", ["half"]),
        ("caf\u00e9", "cafe\u0301 CAF\u00c9 cafe", ["cafe\u0301", "CAF\u00c9"]),
        ("AC/DC", "AC/DC AC DC", ["AC/DC"]),
        ("14 per cent", "14 per\ncent", ["14 per\ncent"]),
    ],
)
def test_words_match_whole_and_with_the_capitals_they_have(entry: str, text: str, found: list[str]) -> None:
    assert kept(make(keep=(entry,)), text) == found


def test_the_longest_phrase_is_found() -> None:
    assert kept(make(keep=("new", "new york", "new york times")), "the new york times, new ideas") == [
        "new york times",
        "new",
    ]


def test_patterns_keep_what_they_match_line_by_line() -> None:
    dictionary = make(keep_patterns=(r"^BREAKING\b.*", r"[A-Z]{2}-\d+"))
    assert kept(dictionary, "All fine.\nBREAKING news\nOrder AB-12.") == ["BREAKING news", "AB-12"]


@pytest.mark.parametrize(
    ("entry", "text", "after"),
    [
        ("colour -> color", "Colour, COLOUR and colour; colours", "Color, COLOR and color; colours"),
        ("shrub -> Bush", "The shrub and Shrub's SHRUB", "The Bush and Bush's BUSH"),
        ("US -> the US", "US forces, the US; us", "the US forces, the US; us"),
        ("white house -> White House", "the white  house. White House", "the White House. White House"),
        ("shrub -> Bush", "http://shrub.org/shrub @shrub shrub", "http://shrub.org/shrub @shrub Bush"),
    ],
)
def test_preferred_words_are_written_as_the_text_writes_them(entry: str, text: str, after: str) -> None:
    dictionary = make(prefer=(entry,))
    assert prefer(dictionary, text) == after
    assert dictionary.preferred(after) == []


def test_preferred_patterns_have_templates() -> None:
    dictionary = make(
        prefer_patterns=(r"(\d+) ?kph -> \1 km/h", r"https://old\.example\S+ -> https://example.org", r" +$ -> ")
    )
    text = "At 30kph and 40 kph  \nhttps://old.example/a?b http://x.y/30kph"
    assert prefer(dictionary, text) == "At 30 km/h and 40 km/h\nhttps://example.org http://x.y/30kph"


def test_line_ends_stay() -> None:
    assert make(prefer_patterns=(r"a\sb -> c",)).preferred("a\nb") == []


def test_what_is_kept_is_not_preferred_but_what_is_preferred_is_kept() -> None:
    dictionary = make(keep=("Rose Shrub",), prefer=("shrub -> Bush",))
    assert prefer(dictionary, "Rose Shrub met Shrub") == "Rose Shrub met Bush"
    assert kept(dictionary, "Rose Shrub met Bush, BUSH and a bush") == ["Rose Shrub", "Bush", "BUSH"]


def test_words_win_over_patterns() -> None:
    dictionary = make(prefer=("big dog -> wolf",), prefer_patterns=("dog \\w+ -> cat",))
    assert prefer(dictionary, "a big dog barks") == "a wolf barks"


@pytest.mark.parametrize(
    ("entries", "message"),
    [
        ({"keep_patterns": ("(",)}, "'\\(' in keep_patterns is no regular expression"),
        ({"keep_patterns": ("x*",)}, "matches nothing at all"),
        ({"keep_patterns": (r"\b",)}, "matches nothing at all"),
        ({"keep_patterns": ("(a+)+$",)}, "run for ever"),
        ({"prefer_patterns": (r"a -> \2",)}, "no such group"),
        ({"prefer_patterns": ("a",)}, "has no arrow"),
        ({"prefer_patterns": ("a -> b\nc",)}, "line end"),
        ({"prefer": ("shrub",)}, "has no arrow"),
        ({"prefer": ("shrub -> ",)}, "does not say"),
        ({"prefer": ("a -> a",)}, "changes nothing"),
        ({"prefer": ("a -> b", "b -> a")}, "leads back"),
        ({"prefer": ("a -> b c", "c -> a")}, "grows for ever"),
        ({"prefer": ("x -> y", "x -> z")}, "two preferred replacements"),
        ({"prefer": ("x -> y",), "prefer_words": ("x",)}, "both a preferred word"),
        ({"prefer": ("the shrub -> Bush",), "keep": ("shrub",)}, "replaces what another entry keeps"),
        ({"prefer": ("shrub -> Bush",), "keep_patterns": ("(?i)shr.b",)}, "replaces what another entry keeps"),
        ({"keep": ("--",)}, "no word in it"),
        ({"keep_rules": ("spiner",)}, "is it 'spinner'"),
        ({"keep_rules": ("kind:X",)}, "no kind of correction"),
        ({"keep_rules": ("kind:R:NOWN",)}, "no kind of correction"),
        ({"keep_rules": ("ranker",)}, "unknown"),
        ({"keep_rules": ("NOUN",)}, "unknown"),
        ({"keep": ("a\udcff",)}, "no valid UTF-8"),
        ({"files": ("absent.txt",)}, "absent.txt"),
        ({"preferred_odds": 0.5}, "preferred_odds"),
    ],
)
def test_bad_entries_are_named(entries: dict[str, object], message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        make(**entries)


def test_a_chain_of_preferences_is_fine() -> None:
    dictionary = make(prefer=("a -> b", "b -> c"))
    assert prefer(dictionary, prefer(dictionary, "a b c")) == "c c c"


def test_files_hold_all_forms(tmp_path: Path) -> None:
    path = tmp_path / "house.txt"
    path.write_text(
        "\ufeff# house style\n\nRolling Stone   # the magazine\nshrub -> Bush # a name\n"
        "/[A-Z]{2}-\\d+ # \\w+/  # orders\n/(\\d+)kph/ -> \\1 km/h\n"
        "+gigafactory\n!thesaurus\n!shrub>Bush\n\\#MeToo # tag\n\\/usr/\n",
        encoding="utf-8",
    )
    dictionary = make(files=(str(path),))
    text = "Rolling Stone AB-12 # x #MeToo /usr/ thesaurus"
    assert kept(dictionary, text) == ["Rolling Stone", "AB-12 # x", "#MeToo", "/usr/"]
    assert prefer(dictionary, "shrub 3kph") == "Bush 3 km/h"
    assert dictionary.words == {"gigafactory"}
    assert dictionary.rules == {"thesaurus", "shrub>Bush"}


@pytest.mark.parametrize(
    ("content", "message"), [(b"fine\nshrub ->\n", "line 2"), (b"!nonsense\n", "line 1"), (b"\xff\xfe", "UTF-8")]
)
def test_bad_lines_of_files_are_named(tmp_path: Path, content: bytes, message: str) -> None:
    path = tmp_path / "house.txt"
    path.write_bytes(content)
    with pytest.raises(ConfigError, match=message) as caught:
        make(files=(str(path),))
    assert "house.txt" in str(caught.value)


def test_a_pattern_that_takes_too_long_for_a_text_is_an_error_of_that_text(monkeypatch: pytest.MonkeyPatch) -> None:
    dictionary = make(keep_patterns=(r"(x+x+)+y",))
    monkeypatch.setattr("restore.user_dictionary.dictionary._SECONDS", 0.05)
    with pytest.raises(InputError, match=r"x\+x\+"):
        dictionary.kept_spans("x" * 5000)


def test_corrections_that_touch_or_uncover_what_is_kept_are_unlawful() -> None:
    text = "the old zone was near the zone here"
    dictionary = make(keep=("near",), keep_patterns=(r"(?<=old )zone",))
    plan = [correction(text, w, n) for w, n in (("the", "a"), ("old", "new"), ("was near", "is"), ("here", "there"))]
    assert [c.original for c in dictionary.admissible(text, plan)] == ["the", "here"]
    assert make().admissible(text, plan) == tuple(plan)


def test_findings_in_what_is_kept_and_of_forbidden_rules_are_not_shown() -> None:
    dictionary = make(keep=("zone",), keep_rules=("EN_A_VS_AN", "thesaurus"))
    findings = (
        Finding(4, 8, "zone", "substitution", 0.5, "odd"),
        Finding(9, 13, "a an", "grammar", 0.5, "EN_A_VS_AN: use an"),
        Finding(14, 17, "odd", "substitution", 0.5, "thesaurus: odd"),
    )
    assert dictionary.shown("the zone a an odd", findings) == findings[2:]
    assert make().shown("the zone a an odd", findings) == findings


def test_rules_disregard_evidence() -> None:
    dictionary = make(keep_rules=("spinner", "source:WordNet 3.0", "EN_A_VS_AN"))
    evidence = (
        Evidence("spinner", "spinner_channel.tsv", "", 0.9),
        Evidence("thesaurus", "WordNet 3.0", "", 0.9),
        Evidence("thesaurus", "Moby Thesaurus", "", 0.9),
        Evidence("grammar", "LanguageTool EN_A_VS_AN", "", 0.9),
        Evidence("grammar", "LanguageTool", "EN_A_VS_AN: use an", 0.9),
        Evidence("grammar", "doubles and strays", "", 0.9),
    )
    assert [e.source for e in dictionary.permitted(evidence)] == ["Moby Thesaurus", "doubles and strays"]


@pytest.mark.parametrize(
    ("rule", "change", "out"),
    [
        ("shrub>Bush", ("Shrub", "Bush", "R:NOUN"), True),
        ("shrub>Bush", ("shrub", "bush", "R:NOUN"), False),
        ("Shrub>bush", ("shrub", "bush", "R:NOUN"), False),
        ("also>", ("Also", "", "U:ADV"), True),
        ("kind:U", ("also", "", "U:ADV"), True),
        ("kind:R:NOUN", ("a", "b", "R:NOUN"), True),
        ("kind:R:NOUN", ("a", "b", "R:VERB"), False),
        ("kind:R:CASE", ("president", "President", "R:ORTH"), True),
        ("kind:R:CASE", ("anew", "a new", "R:ORTH"), False),
    ],
)
def test_rules_forbid_single_replacements_and_kinds(rule: str, change: tuple[str, str, str], out: bool) -> None:
    assert make(keep_rules=(rule,)).rules_out(*change) is out


def test_preferred_words_are_told_by_what_a_replacement_adds() -> None:
    dictionary = make(prefer_words=("gigafactory", "Rolling Stone"))
    assert dictionary.prefers("large plant", "Gigafactory") == "gigafactory"
    assert dictionary.prefers("the gigafactory", "a gigafactory") == ""
    assert dictionary.prefers("x", "in Rolling Stone now") == "Rolling Stone"


def test_the_fingerprint_holds_files_by_content(tmp_path: Path) -> None:
    one, two = tmp_path / "one.txt", tmp_path / "two.txt"
    one.write_text("zone\n")
    two.write_text("zone\n")
    prints = [config_fingerprint(Config(dictionary=DictionarySettings(files=(str(p),)))) for p in (one, two)]
    assert prints[0] == prints[1] != config_fingerprint(Config())
    two.write_text("area\n")
    assert config_fingerprint(Config(dictionary=DictionarySettings(files=(str(two),)))) != prints[1]
    with pytest.raises(ConfigError, match="absent"):
        _ = config_fingerprint(Config(dictionary=DictionarySettings(files=(str(tmp_path / "absent"),))))


def test_toml(tmp_path: Path) -> None:
    path = tmp_path / "c.toml"
    path.write_text('[dictionary]\nkeep = ["zone"]\nprefer = ["shrub -> Bush"]\n')
    assert Config.from_toml(path).dictionary == DictionarySettings(keep=("zone",), prefer=("shrub -> Bush",))
    path.write_text("[dictionary]\nkept = []\n")
    with pytest.raises(ConfigError, match="kept"):
        Config.from_toml(path)


def test_an_empty_dictionary_is_false() -> None:
    assert not make()
    assert not make(preferred_odds=2.0)
    assert make(keep=("a",))


@pytest.mark.parametrize("rule", ["encoding", "source:ftfy", "kind:R:ENCODING", "kind:R"])
def test_rules_forbid_repairs_of_wrongly_decoded_text(rule: str) -> None:
    assert encoding_repairs("caf\u00c3\u00a9 &amp; tea", make(keep_rules=(rule,)).allows) == ()


def test_a_rule_forbids_one_repair_in_every_round() -> None:
    plan = encoding_repairs("R&amp;amp;D &amp;quot;", make(keep_rules=("&amp;>&",)).allows)
    assert plan == ()
    plan = encoding_repairs("R&amp;D &quot;", make(keep_rules=("&amp;>&",)).allows)
    assert [c.original for c in plan] == ["&quot;"]


def test_repairs_leave_what_the_user_wants_replaced() -> None:
    text = "It\u00e2\u20ac\u2122s a caf\u00c3\u00a9"
    dictionary = make(prefer=("caf\u00c3\u00a9 -> coffee house",))
    assert [c.replacement for c in dictionary.admissible_repairs(text, encoding_repairs(text))] == ["\u2019"]


def test_arrows_of_files_need_no_blanks(tmp_path: Path) -> None:
    path = tmp_path / "house.txt"
    path.write_text("shrub->Bush2\nx -> y->z\n/(\\d+)kph/->\\1 km/h # speed\n", encoding="utf-8")
    dictionary = make(files=(str(path),))
    assert prefer(dictionary, "shrub x 3kph") == "Bush2 y->z 3 km/h"
    assert prefer(make(prefer=("shrub->Bush",)), "shrub") == "Bush"


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("shrub => Bush", "another form"),
        ("shrub→Bush", "another form"),
        ("/shrub/ => Bush", "not closed"),
        ("/abc", "not closed"),
        ("\\", "backslash"),
        ("/[/", "no regular expression"),
        ("/[/ -> x", "no regular expression"),
        ("/x*/", "matches nothing"),
        ("/a/ -> \\2", "no such group"),
    ],
)
def test_typing_errors_in_files_name_file_and_line(tmp_path: Path, line: str, message: str) -> None:
    path = tmp_path / "house.txt"
    path.write_text(f"fine\n{line}\n", encoding="utf-8")
    with pytest.raises(ConfigError, match=message) as caught:
        make(files=(str(path),))
    assert "house.txt, line 2" in str(caught.value)
