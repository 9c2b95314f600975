"""The watchdog between a process and its server, here with a small command in the server's place."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from restore.languagetool import watchdog

COUNTING = "import sys; open(sys.argv[1], 'a').write('x'); print('Exception: no'); sys.exit(3)"
SLEEPING = "import os, sys, time; open(sys.argv[1], 'w').write(str(os.getpid())); time.sleep(60)"


def start(restarts: int, code: str, path: Path, **more: object) -> subprocess.Popen[bytes]:
    command = [
        sys.executable,
        "-I",
        "-S",
        str(watchdog.__file__),
        str(restarts),
        "60",
        sys.executable,
        "-c",
        code,
        str(path),
    ]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stderr=subprocess.PIPE, **more)  # type: ignore[call-overload]


def alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        try:
            os.kill(pid, 0)
        except OSError:
            return False
        return not Path("/proc").is_dir()
    return state != "Z"


def wait_for(path: Path) -> int:
    for _ in range(200):
        if path.is_file() and path.read_text():
            return int(path.read_text())
        time.sleep(0.05)
    raise AssertionError("it did not start")


def ends(pid: int) -> bool:
    for _ in range(100):
        if not alive(pid):
            return True
        time.sleep(0.05)
    return False


def test_it_starts_the_command_again_a_bounded_number_of_times(tmp_path: Path) -> None:
    process = start(2, COUNTING, tmp_path / "count")
    assert process.stderr is not None
    said = process.stderr.read()
    process.communicate(timeout=30)
    assert (tmp_path / "count").read_text() == "xxx"
    assert process.returncode == 1
    assert b"Exception: no" in said


def test_the_command_ends_when_standard_input_closes(tmp_path: Path) -> None:
    process = start(2, SLEEPING, tmp_path / "pid")
    pid = wait_for(tmp_path / "pid")
    process.communicate(timeout=10)
    assert process.returncode == 0
    assert ends(pid)


def test_the_command_ends_when_the_guard_is_told_to(tmp_path: Path) -> None:
    process = start(2, SLEEPING, tmp_path / "pid")
    pid = wait_for(tmp_path / "pid")
    process.terminate()
    assert process.wait(timeout=10) == 0
    assert ends(pid)
    process.communicate()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends a child with its parent")
def test_the_command_ends_even_when_the_guard_is_killed(tmp_path: Path) -> None:
    process = start(2, SLEEPING, tmp_path / "pid")
    pid = wait_for(tmp_path / "pid")
    process.kill()
    process.communicate()
    assert ends(pid)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork")
def test_the_command_ends_after_kill_9_of_the_parent_though_a_forked_process_holds_the_pipe(tmp_path: Path) -> None:
    code = (
        "import os, subprocess, sys, time\n"
        "subprocess.Popen(sys.argv[2:], stdin=subprocess.PIPE)\n"
        "child = os.fork()\n"
        "if child: open(sys.argv[1], 'w').write(str(child))\n"
        "time.sleep(60)\n"
    )
    inner = [sys.executable, "-I", "-S", str(watchdog.__file__), "2", "60", sys.executable, "-c", SLEEPING]
    parent = subprocess.Popen([sys.executable, "-c", code, str(tmp_path / "forked"), *inner, str(tmp_path / "pid")])
    pid, forked = wait_for(tmp_path / "pid"), wait_for(tmp_path / "forked")
    parent.kill()
    parent.wait()
    try:
        assert alive(forked)
        assert ends(pid)
    finally:
        os.kill(forked, signal.SIGKILL)
