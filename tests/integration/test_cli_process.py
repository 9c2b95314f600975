"""The command line as a process: start-up, closed pipes, interrupts."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.integration


def _run(code: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False)


@pytest.mark.parametrize("name", ["spacy", "onnxruntime", "rich", "symspellpy", "lemminflect", "typer"])
def test_import_restore_is_light(name: str) -> None:
    result = _run(f"import sys, restore; sys.exit({name!r} in sys.modules)")
    assert result.returncode == 0, result.stderr


def test_help_loads_no_model_library() -> None:
    code = (
        "import sys\nfrom restore.cli import main\nsys.argv = ['restore', 'fix', '--help']\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        "print([m for m in ('spacy', 'onnxruntime', 'symspellpy', 'lemminflect') if m in sys.modules], file=sys.stderr)"
    )
    assert _run(code).stderr.strip() == "[]"


def test_python_m_restore() -> None:
    result = subprocess.run(
        [sys.executable, "-m", "restore", "--version"], capture_output=True, text=True, timeout=60, check=False
    )
    assert result.stdout.startswith("restore ")


@pytest.mark.skipif(os.name != "posix", reason="pipes and signals as on POSIX")
def test_a_closed_pipe_is_quiet(tmp_path: Path) -> None:
    text = tmp_path / "long.txt"
    text.write_text("A line of text.\n" * 10_000)
    plan = tmp_path / "plan.json"
    plan.write_text(_empty_plan(text.read_text()))
    process = subprocess.Popen(
        [sys.executable, "-m", "restore", "apply", str(text), str(plan), "--quiet"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()
    said = process.stderr.read()
    process.stderr.close()
    assert (process.wait(60), said) == (141, b"")


@pytest.mark.skipif(os.name != "posix", reason="pipes and signals as on POSIX")
def test_an_interrupt_ends_with_130_and_no_traceback(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    process = subprocess.Popen([sys.executable, "-m", "restore", "check", str(pipe)], stderr=subprocess.PIPE)
    with pipe.open("wb"):  # returns when the command has opened it, and now waits for its content
        for _ in range(6):  # one that arrives in a destructor is lost: a user would press again
            process.send_signal(signal.SIGINT)
            try:
                process.wait(20)
                break
            except subprocess.TimeoutExpired:
                continue
        _, said = process.communicate(timeout=60)
    assert process.returncode == 130
    assert said == b"restore: interrupted\n"


@pytest.mark.skipif(os.name != "posix", reason="a shell as on POSIX")
@pytest.mark.parametrize(
    ("redirection", "code", "said"),
    [("<&-", 3, "standard input is closed"), ("</dev/null", 3, "holds no text"), (">&-", 8, "closed"), ("2>&-", 0, "")],
)
def test_closed_streams(tmp_path: Path, redirection: str, code: int, said: str) -> None:
    text, plan = tmp_path / "t", tmp_path / "p"
    text.write_text("A text.")
    plan.write_text(_empty_plan("A text."))
    name = "-" if "<" in redirection else str(text)
    command = f'exec "{sys.executable}" -m restore apply "{name}" "{plan}" {redirection}'
    result = subprocess.run(["sh", "-c", command], capture_output=True, text=True, timeout=60, check=False)
    assert result.returncode == code
    assert said in result.stderr
    assert "Traceback" not in result.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full")
def test_a_full_disk_behind_stdout_is_8() -> None:
    result = subprocess.run(
        ["sh", "-c", f'exec "{sys.executable}" -m restore models list --format json > /dev/full'],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert result.returncode == 8
    assert result.stderr.strip() == "restore: error: cannot write to standard output: No space left on device"


def _empty_plan(text: str) -> str:
    from restore.records import Restoration, Verdict

    return Restoration(text, (), 0.9, Verdict(False, 0.0, 0.0)).to_json()
