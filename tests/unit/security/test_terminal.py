"""What comes out of files cannot move the cursor, name the window, or hide a line."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest

from restore.cli.messages import say
from restore.cli.writing import write_result

EVIL = "a\x1b]0;evil\x07b\x9b2Jc\x7f"
TOLD = "a\\x1b]0;evil\\x07b\\x9b2Jc\\x7f"


class _Terminal(io.StringIO):
    encoding = "utf-8"

    def isatty(self) -> bool:
        return True


def test_messages_show_control_characters(capsys: pytest.CaptureFixture[str]) -> None:
    say(f"reference {EVIL}\rhidden")
    assert capsys.readouterr().err == f"restore: reference {TOLD}\\rhidden\n"


def test_results_show_them_on_a_terminal_and_keep_them_in_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    terminal = _Terminal()
    monkeypatch.setattr(sys, "stdout", terminal)
    write_result(f"{EVIL}\tä\r\n".encode(), None)
    assert terminal.getvalue() == f"{TOLD}\tä\r\n"
    write_result(EVIL.encode(), str(tmp_path / "out"))
    assert (tmp_path / "out").read_text() == EVIL
