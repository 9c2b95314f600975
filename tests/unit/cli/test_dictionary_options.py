"""--keep, --keep-pattern, --prefer and --dictionary; an empty --index; conflicts in --explain."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace
from typer.testing import CliRunner

from restore.cli import engine
from restore.cli.app import app
from restore.cli.options import DictionaryOptions, make_config
from restore.config import Config, DictionarySettings
from restore.errors import ConfigError
from restore.records import Conflict, ReferenceReport, Restoration

from .conftest import FakeRestorer

run = CliRunner().invoke


def test_options_add_to_the_dictionary_of_the_config(tmp_path: Path) -> None:
    path = tmp_path / "c.toml"
    path.write_text('[dictionary]\nkeep = ["area"]\nkeep_rules = ["thesaurus"]\n')
    found = make_config(str(path), entries=DictionaryOptions(["zone"], ["[A-Z]+"], ["Shrub = Bush"], ["house.txt"]))
    assert found.dictionary == DictionarySettings(
        keep=("area", "zone"),
        keep_patterns=("[A-Z]+",),
        keep_rules=("thesaurus",),
        prefer=("Shrub -> Bush",),
        files=("house.txt",),
    )
    assert make_config(None) == Config()


@pytest.mark.parametrize("command", ["fix", "check"])
def test_options_reach_the_engine(command: str, spun: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[Config] = []

    def note(config: Config) -> FakeRestorer:
        seen.append(config)
        return FakeRestorer(config)

    monkeypatch.setattr(engine, "make_restorer", note)
    options = ["--keep", "zone", "--keep", "area", "--keep-pattern", "x+", "--dictionary", "house.txt"]
    result = run(app, [command, str(spun), *options, *(["--prefer", "a=b"] if command == "fix" else [])])
    assert seen, result.output
    prefer = ("a -> b",) if command == "fix" else ()
    assert seen[0].dictionary == DictionarySettings(
        keep=("zone", "area"), keep_patterns=("x+",), prefer=prefer, files=("house.txt",)
    )


def test_a_preference_without_a_replacement_is_a_clear_error(spun: Path) -> None:
    result = run(app, ["fix", str(spun), "--prefer", "Shrub"])
    assert result.exit_code == 4
    assert "WRONG=RIGHT" in result.stderr


def test_an_empty_index_is_a_clear_error(spun: Path) -> None:
    result = run(app, ["fix", str(spun), "--index", " "])
    assert result.exit_code == 4
    assert "--index is empty" in result.stderr
    with pytest.raises(ConfigError):
        make_config(None, index="")


class _Disagreeing(FakeRestorer):
    def restore(self, text: str, *args: object, **kwargs: object) -> Restoration:
        found = super().restore(text)
        report = ReferenceReport("wire", True, 0.9, "", url="https://example.org/1")
        return replace(
            found, references=(report,), conflicts=(Conflict(4, 12, "chairman", "name", "wire", "Ann", 7, 10),)
        )


def test_conflicts_are_told_and_explained(spun: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "make_restorer", _Disagreeing)
    result = run(app, ["fix", str(spun), "--explain"], env={"COLUMNS": "200"})
    assert '1:5: conflict of name: "chairman" here, "Ann" in wire <https://example.org/1>; kept' in result.stderr
    assert "Conflicts: the text kept its own words" in result.stderr
    assert "Conflicts:" not in run(app, ["fix", str(spun)]).stderr
