"""`restore languagetool`, and --grammar against the config."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from restore.cli.app import app
from restore.cli.options import make_config
from restore.languagetool import install

runner = CliRunner()


@pytest.fixture(autouse=True)
def empty_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("RESTORE_CACHE", str(tmp_path))
    monkeypatch.delenv("RESTORE_LANGUAGETOOL_URL", raising=False)
    monkeypatch.setattr(install, "_downloaded", lambda catalogue: None)
    return tmp_path


def test_status_of_what_is_not_there() -> None:
    result = runner.invoke(app, ["languagetool", "status", "--format", "json"])
    assert result.exit_code == 5
    assert json.loads(result.stdout)["state"] == "absent"
    assert "restore languagetool setup" in runner.invoke(app, ["languagetool", "status"]).output


def test_remove_says_what_it_did(empty_cache: Path) -> None:
    assert "was not set up" in runner.invoke(app, ["languagetool", "remove"]).output
    place = install.folder()
    place.mkdir(parents=True)
    (place / "x.jar").write_bytes(b"x" * 200_000)
    assert "0.2 MB freed" in runner.invoke(app, ["languagetool", "remove"]).output
    assert not place.parent.exists()


def test_the_option_wins_over_the_config(tmp_path: Path) -> None:
    path = tmp_path / "c.toml"
    path.write_text('[languagetool]\nenabled = true\ndisabled_rules = ["A"]\n')
    assert make_config(str(path)).languagetool.enabled
    off = make_config(str(path), grammar=False).languagetool
    assert (off.enabled, off.disabled_rules) == (False, ("A",))
    assert make_config(None, grammar=True).languagetool.enabled
