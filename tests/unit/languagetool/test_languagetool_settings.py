"""The part of the config, its ranges, and its part in the fingerprint."""

from __future__ import annotations

from pathlib import Path

import pytest
from fake_server import serving

from restore.config import Config
from restore.errors import ConfigError
from restore.languagetool import server
from restore.languagetool.settings import LanguageToolSettings


@pytest.mark.parametrize(
    "line",
    [
        "replacements = 0", "memory_mb = 10", "seconds = 0.5", "enabled_only = true", "url = 'localhost'", "rules = []",
    ],
)  # fmt: skip
def test_what_is_wrong_is_said(tmp_path: Path, line: str) -> None:
    path = tmp_path / "c.toml"
    path.write_text(f"[languagetool]\n{line}\n")
    with pytest.raises(ConfigError):
        Config.from_toml(path)


@pytest.mark.parametrize(
    ("field", "name", "near"),
    [
        ("disabled_rules", "en_a_vs_an", "EN_A_VS_AN"),
        ("enabled_rules", "English word repeat rule", "ENGLISH_WORD_REPEAT_RULE"),
        ("disabled_rules", "EN_A_VS_AN,THE_THE", ""),
        ("disabled_rules", "", ""),
        ("disabled_rules", "A\n", ""),
        ("disabled_categories", "TYPOGRAFY", "TYPOGRAPHY"),
        ("disabled_categories", "grammar", "GRAMMAR"),
        ("enabled_categories", "CONFUSED_WORD", "CONFUSED_WORDS"),
        ("enabled_categories", "any words", ""),
    ],
)
def test_names_that_no_rule_or_category_has_are_refused(field: str, name: str, near: str) -> None:
    with pytest.raises(ConfigError) as told:
        LanguageToolSettings(**{field: (name,)})  # type: ignore[arg-type]
    assert f"languagetool.{field}: {name!r} is no" in str(told.value)
    assert (f"is it {near!r}" in str(told.value)) == bool(near)


def test_names_that_newer_servers_may_have_are_taken() -> None:
    rules = ("EN_A_VS_AN", "MORFOLOGIK_RULE_EN_GB", "AI_EN_LECTOR_X-1", "QB_EN_OXFORD[2]", "E_G")
    categories = ("STYLE", "CREATIVE_WRITING", "REPETITIONS", "TYPOS")
    made = LanguageToolSettings(disabled_rules=rules, disabled_categories=categories, enabled_categories=categories)
    assert made.disabled_rules == rules


def test_it_is_read_from_toml_and_replaced(tmp_path: Path) -> None:
    path = tmp_path / "c.toml"
    path.write_text('[languagetool]\nenabled = true\ndisabled_rules = ["A"]\n')
    config = Config.from_toml(path)
    assert config.languagetool.disabled_rules == ("A",)
    off = config.replace(languagetool=LanguageToolSettings())
    assert ("grammar" in config.active_sources, "grammar" in off.active_sources) == (True, False)


def test_the_fingerprint_knows_rules_and_version_only_where_it_is_enabled() -> None:
    off = Config(languagetool=LanguageToolSettings(disabled_rules=("A",)))
    assert off.fingerprint == Config().fingerprint
    with serving() as fake:
        server.version_at.cache_clear()
        on = Config(languagetool=LanguageToolSettings(enabled=True, url=fake.url))
        other = on.replace(languagetool=LanguageToolSettings(enabled=True, url=fake.url, disabled_rules=("A",)))
        same = on.replace(languagetool=LanguageToolSettings(enabled=True, url=fake.url, memory_mb=999))
        assert len({Config().fingerprint, on.fingerprint, other.fingerprint}) == 3
        assert same.fingerprint == on.fingerprint
        without = on.replace(sources=("names",))
        assert without.fingerprint == Config(sources=("names",)).fingerprint
