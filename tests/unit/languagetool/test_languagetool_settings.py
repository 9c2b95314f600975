"""The part of the config, its ranges, and its part in the fingerprint."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from restore.config import Config
from restore.engine.fingerprints import config_fingerprint
from restore.errors import ConfigError
from restore.languagetool import server
from restore.languagetool.client import LanguageToolClient
from restore.languagetool.names import check_names
from restore.languagetool.settings import LanguageToolSettings
from tests.helpers.fake_server import serving


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
        ("disabled_rules", "A\n", "A"),
        ("disabled_categories", "grammar", "GRAMMAR"),
        ("enabled_categories", "any words!", ""),
    ],
)
def test_what_no_name_can_be_is_refused_without_a_server(field: str, name: str, near: str) -> None:
    with pytest.raises(ConfigError) as told:
        LanguageToolSettings(**{field: (name,)})  # type: ignore[arg-type]
    assert f"languagetool.{field}: {name!r} is no" in str(told.value)
    assert (f"is it {near}?" in str(told.value)) == bool(near)


RULES = [
    ("EN_A_VS_AN", "MISC"), ("HE_VERB_AGR", "GRAMMAR"), ("HE_VERB_AGR", "GRAMMAR"), ("EN_COMPOUNDS", "COMPOUNDING"),
    ("MORFOLOGIK_RULE_EN_US", "TYPOS"), ("CONFUSION_RULE", "CONFUSED_WORDS"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("field", "name", "near"),
    [
        ("disabled_rules", "EN_A_VS_AM", "EN_A_VS_AN"),
        ("enabled_rules", "MORFOLOGIK_RULE_EN_GB", "MORFOLOGIK_RULE_EN_US"),
        ("disabled_rules", "HE_VERB_AGR[3]", "HE_VERB_AGR"),
        ("disabled_rules", "HE_VERB_AGR[0]", "HE_VERB_AGR"),
        ("enabled_rules", "EN_COMPOUNDS_WAL_MART", "EN_COMPOUNDS"),
        ("disabled_rules", "HE_VERB_AGR_X", "HE_VERB_AGR"),
        ("disabled_rules", "GRAMMAR", ""),
        ("disabled_categories", "TYPOGRAFY", ""),
        ("disabled_categories", "TYPO", "TYPOS"),
        ("enabled_categories", "CONFUSED_WORD", "CONFUSED_WORDS"),
    ],
)
def test_a_name_that_the_server_does_not_know_is_an_error_with_the_nearest(field: str, name: str, near: str) -> None:
    with serving() as fake:
        fake.rules = RULES
        client = LanguageToolClient(LanguageToolSettings(enabled=True, url=fake.url, **{field: (name,)}))  # type: ignore[arg-type]
        with pytest.raises(ConfigError) as told:
            client.check("The teh.")
    assert f"languagetool.{field}: {name!r} is no " in str(told.value) and told.value.exit_code == 4
    assert near in str(told.value) and ("is it" in str(told.value)) == bool(near)


def test_what_a_server_knows_or_does_not_tell_is_taken() -> None:
    rules = ("EN_A_VS_AN", "HE_VERB_AGR[2]", "EN_COMPOUNDS_WAL_MART")
    known = LanguageToolSettings(disabled_rules=rules, enabled_categories=("TYPOS", "MISC"))
    strange = LanguageToolSettings(disabled_rules=("AI_EN_LECTOR_X-1",), disabled_categories=("TYPOGRAPHY", "NEW"))
    with serving() as fake:
        fake.rules = RULES
        check_names(known, fake.url)
        check_names(LanguageToolSettings(), "http://localhost:1")
        with pytest.raises(ConfigError, match="NEW"):
            check_names(msgspec.structs.replace(strange, disabled_rules=()), fake.url)
    with serving() as fake:
        check_names(strange, fake.url)


def test_it_is_read_from_toml_and_replaced(tmp_path: Path) -> None:
    path = tmp_path / "c.toml"
    path.write_text('[languagetool]\nenabled = true\ndisabled_rules = ["A"]\n')
    config = Config.from_toml(path)
    assert config.languagetool.disabled_rules == ("A",)
    off = config.replace(languagetool=LanguageToolSettings())
    assert ("grammar" in config.active_sources, "grammar" in off.active_sources) == (True, False)


def test_the_fingerprint_knows_rules_and_version_only_where_it_is_enabled() -> None:
    off = Config(languagetool=LanguageToolSettings(disabled_rules=("A",)))
    assert config_fingerprint(off) == config_fingerprint(Config())
    with serving() as fake:
        server.version_at.cache_clear()
        on = Config(languagetool=LanguageToolSettings(enabled=True, url=fake.url))
        other = on.replace(languagetool=LanguageToolSettings(enabled=True, url=fake.url, disabled_rules=("A",)))
        same = on.replace(languagetool=LanguageToolSettings(enabled=True, url=fake.url, memory_mb=999))
        assert len({config_fingerprint(Config()), config_fingerprint(on), config_fingerprint(other)}) == 3
        assert config_fingerprint(same) == config_fingerprint(on)
        without = on.replace(sources=("names",))
        assert config_fingerprint(without) == config_fingerprint(Config(sources=("names",)))
