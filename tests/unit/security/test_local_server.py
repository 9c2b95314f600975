"""The grammar checker listens on loopback alone, and its settings lie where nobody else can put a link."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from restore.languagetool import install, server
from restore.languagetool.settings import LanguageToolSettings


@pytest.fixture
def no_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the cache be no place to write to."""
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("RESTORE_CACHE", str(tmp_path / "file" / "cache"))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    server._own_folder.cache_clear()
    monkeypatch.setattr(install, "installed", lambda: install.Installed("6.7", "a.jar", "Main"))
    monkeypatch.setattr(install, "java", lambda: "java")


def test_it_is_not_asked_to_listen_to_the_world(no_cache: None) -> None:
    command = server._command(LanguageToolSettings(), 8081)
    assert not {"--public", "--allow-origin"} & set(command)
    assert command[command.index("--port") + 1] == "8081"


@pytest.mark.skipif(os.name != "posix", reason="permissions as on POSIX")
def test_its_settings_lie_in_a_folder_of_this_user_alone(no_cache: None, tmp_path: Path) -> None:
    first, second = server._properties(LanguageToolSettings()), server._properties(LanguageToolSettings(seconds=5))
    assert first.parent == second.parent and first != second
    assert first.parent.parent == tmp_path
    assert stat.S_IMODE(first.parent.stat().st_mode) == 0o700
