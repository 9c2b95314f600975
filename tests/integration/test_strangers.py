"""The real engine where strangers run it: a home that cannot be written, odd names, CRLF, no colours, 60 columns."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.integration


@pytest.mark.skipif(os.name != "posix", reason="the home folder of POSIX")
def test_fix_and_doctor_work_where_nothing_can_be_written(tmp_path: Path) -> None:
    home, folder = tmp_path / "home", tmp_path / "Läufe 新 файл"
    home.write_text("no folder, so nobody, not even root, can write into it")
    folder.mkdir()
    (folder / "spun ä.txt").write_bytes(b"The chairman spoke on Monday.\r\nHe said that the plan was good.\r\n")
    (folder / "clean ж.txt").write_bytes(b"The president spoke on Monday.\r\nHe said that the plan was good.\r\n")
    environment = {k: v for k, v in os.environ.items() if k not in ("RESTORE_CACHE", "XDG_CACHE_HOME", "FORCE_COLOR")}
    environment |= {"HOME": str(home), "NO_COLOR": "1", "COLUMNS": "60"}

    def run(*arguments: str) -> subprocess.CompletedProcess[bytes]:
        command = [sys.executable, "-m", "restore", *arguments]
        return subprocess.run(command, capture_output=True, timeout=300, check=False, env=environment, cwd=folder)

    fixed = run("fix", "spun ä.txt", "-r", "clean ж.txt", "-o", "restored ü.txt", "--explain")
    assert (fixed.returncode, fixed.stdout) == (0, b""), fixed.stderr
    restored = (folder / "restored ü.txt").read_bytes()
    assert restored.count(b"\r\n") == restored.count(b"\n") == 2
    assert b"\x1b" not in fixed.stderr and b"Traceback" not in fixed.stderr
    assert "reference clean ж.txt: used" in fixed.stderr.decode()
    looked = run("doctor")
    told = " ".join(looked.stdout.decode().split())
    assert looked.returncode == 0, looked.stderr
    assert f"{home}/.cache/restore-text/models cannot be written" in told
    assert "export RESTORE_CACHE=FOLDER && restore models pull" in told
    assert home.is_file()
