"""The frozen config: TOML, checks, fingerprint."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from restore.config import Config
from restore.engine.fingerprints import config_fingerprint
from restore.errors import ConfigError


def test_reads_toml(tmp_path: Path) -> None:
    path = tmp_path / "restore.toml"
    path.write_text('min_confidence = 0.7\nsources = ["spinner", "names"]\n')
    assert Config.from_toml(path) == Config(min_confidence=0.7, sources=("spinner", "names"))


@pytest.mark.parametrize(
    "content",
    [
        "min_confidence = 2.0",
        "min_confidense = 0.5",
        "sources = ['oracle']",
        "max_passes = 0",
        "no toml",
        "\x00",
    ],
)
def test_wrong_settings_are_named(content: str, tmp_path: Path) -> None:
    path = tmp_path / "bad.toml"
    path.write_text(content)
    with pytest.raises(ConfigError, match=r"bad\.toml"):
        Config.from_toml(path)


@pytest.mark.parametrize("gone", ['language_model = "encoder"', "beam_width = 6", "side_by_side = 8"])
def test_a_setting_that_is_gone_is_an_unknown_one(gone: str, tmp_path: Path) -> None:
    path = tmp_path / "old.toml"
    path.write_text(gone)
    with pytest.raises(ConfigError, match=r"old\.toml.*unknown field"):
        Config.from_toml(path)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="absent"):
        Config.from_toml(tmp_path / "absent.toml")


def test_replace_checks_too() -> None:
    assert Config().replace(max_passes=3).max_passes == 3
    with pytest.raises(ConfigError):
        Config().replace(max_passes=-1)
    with pytest.raises(ConfigError):
        Config().replace(wings=2)


def test_fingerprint_names_what_changes_results_only() -> None:
    assert config_fingerprint(Config()) == config_fingerprint(Config(threads=3))
    assert config_fingerprint(Config()) != config_fingerprint(Config(min_confidence=0.5))


def test_config_is_frozen() -> None:
    with pytest.raises(AttributeError):
        Config().max_passes = 3  # type: ignore[misc]
    assert msgspec.json.decode(msgspec.json.encode(Config()), type=Config) == Config()


def test_a_preset_sets_the_threshold_unless_a_number_does() -> None:
    safe, thorough = Config(), Config(preset="thorough")
    assert 1 > safe.threshold > Config(preset="balanced").threshold > thorough.threshold > 0
    assert Config(preset="thorough", min_confidence=0.9).threshold == 0.9
    assert config_fingerprint(Config(min_confidence=thorough.threshold)) == config_fingerprint(thorough)
    with pytest.raises(ConfigError):
        Config().replace(preset="reckless")
