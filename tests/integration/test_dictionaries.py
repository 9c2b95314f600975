"""User dictionaries with the real parts: every source, both commands."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

import pytest
from typer.testing import CliRunner

from restore import Config, Reference, Restoration, Restorer
from restore.cli.app import app
from restore.config import DictionarySettings

pytestmark = pytest.mark.integration
EVENT = Path(__file__).parents[2] / "data" / "gold" / "fifa_arrests"
SPUN = (EVENT / "spun.txt").read_text(encoding="utf-8")
REFERENCE = Reference("clean", (EVENT / "reference.txt").read_text(encoding="utf-8"))
run = CliRunner().invoke


@cache
def restored(dictionary: DictionarySettings | None = None) -> Restoration:
    config = Config(min_confidence=0.5)
    if dictionary is not None:
        config = config.replace(dictionary=dictionary)
    return Restorer(config).restore(SPUN, [REFERENCE])


def again(found: Restoration, dictionary: DictionarySettings) -> Restoration:
    config = Config(min_confidence=0.5).replace(dictionary=dictionary)
    return Restorer(config).restore(found.restored, [REFERENCE])


def test_what_is_kept_is_kept_by_every_source() -> None:
    changed = restored().corrections
    assert len({e.kind for c in changed for e in c.evidence}) >= 3
    words = tuple(dict.fromkeys(" ".join(c.original.split()) for c in changed if c.original.strip()))
    found = restored(DictionarySettings(keep=words[:-3], keep_patterns=tuple(rf"\b{w}\b" for w in words[-3:])))
    gone = {c.original.strip() for c in changed} & {c.original.strip() for c in found.corrections}
    assert not gone
    assert found.config_fingerprint != restored().config_fingerprint


def test_rules_leave_sources_kinds_and_rows_out() -> None:
    first = next(c for c in restored().applied if c.original.isalpha() and c.replacement)
    rules = ("spinner", "kind:U", f"{first.original.lower()}>{first.replacement.lower()}")
    found = restored(DictionarySettings(keep_rules=rules))
    assert found.corrections
    assert not any(e.kind == "spinner" for c in found.corrections for e in c.evidence)
    assert not any(c.kind.startswith("U") for c in found.corrections)
    assert not any((c.original, c.replacement) == (first.original, first.replacement) for c in found.corrections)


def test_preferences_are_certain_explained_and_done_once() -> None:
    entries = DictionarySettings(prefer=("officials -> officers",), prefer_patterns=(r"(\d+)m\b -> \1 million",))
    text = "The officials said on Monday that $20m was paid, and that all officials agreed.\n"
    config = Config(min_confidence=1.0, dictionary=entries)
    found = Restorer(config).restore(text)
    assert found.restored == "The officers said on Monday that $20 million was paid, and that all officers agreed.\n"
    assert [c.confidence for c in found.applied] == [1.0] * 3
    assert found.applied[0].kind == "R:NOUN"
    assert all(c.evidence[0].kind == "dictionary" and "user dictionary" in c.explanation for c in found.applied)
    assert Restoration.from_json(found.to_json()) == found
    assert Restorer(config).restore(found.restored).applied == ()


def test_preferences_and_repairs_make_one_plan() -> None:
    entries = DictionarySettings(prefer=("said -> declared", "the -> thy"))
    found = restored(entries)
    kinds = {e.kind for c in found.applied for e in c.evidence}
    assert {"dictionary", "spinner"} <= kinds
    assert " said " not in found.restored
    assert again(found, entries).applied == ()


def test_preferred_words_are_spelt_right_and_win() -> None:
    text = "The mayor visited the flumbix on Monday. A new flumbux was opened in the north of the city.\n"
    entries = DictionarySettings(prefer_words=("flumbix",), preferred_odds=1000.0)
    corrections = Restorer(Config(dictionary=entries)).restore(text).corrections
    assert [(c.original, c.replacement) for c in corrections if "flumb" in c.original] == [("flumbux", "flumbix")]


def test_check_shows_no_place_that_is_kept(tmp_path: Path) -> None:
    spun = str(EVENT / "spun.txt")
    plain = json.loads(run(app, ["check", spun, "--format", "json"]).stdout)
    words = [f["text"] for f in plain["findings"] if any(c.isalnum() for c in f["text"])]
    dictionary = tmp_path / "house.txt"
    dictionary.write_text("\n".join(words[2:]), encoding="utf-8")
    options = ["--keep", words[0], "--keep-pattern", rf"\b{words[1]}\b", "--dictionary", str(dictionary)]
    result = run(app, ["check", spun, "--format", "json", *options])
    kept = json.loads(result.stdout)
    assert plain["findings"] and not [f for f in kept["findings"] if f["text"] in words]
    assert kept["probability"] == plain["probability"]


def test_fix_takes_dictionaries_on_the_command_line(tmp_path: Path) -> None:
    dictionary = tmp_path / "house.txt"
    dictionary.write_text("colour -> color  # American\n/\\bcrimson \\w+/\n")
    text = "The Shrub family saw the colour of crimson flags.\n"
    options = ["--prefer", "Shrub=Bush", "--keep", "flags", "--dictionary", str(dictionary)]
    result = run(app, ["fix", "-", *options], input=text)
    assert result.exit_code == 0, result.stderr
    assert result.stdout.startswith("The Bush family saw the color of crimson flags.")


@pytest.mark.parametrize("command", ["fix", "check"])
def test_a_bad_entry_is_told_before_any_work(command: str, tmp_path: Path) -> None:
    result = run(app, [command, "-", "--keep-pattern", "("], input="Some text.\n")
    assert result.exit_code == 4
    assert "'(' in --keep-pattern is no regular expression" in result.stderr
