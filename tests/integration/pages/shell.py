"""Bash in which `restore` is there at once: each call is forked off this process, which has the models loaded."""

from __future__ import annotations

import contextlib
import gc
import json
import multiprocessing
import os
import select
import socket
import subprocess
import sys
import traceback
from pathlib import Path
from typing import NoReturn

from restore.batch import pool
from restore.cli import app, main

_CALLER = """#!{python} -IS
import json, os, socket, sys
with socket.socket(socket.AF_UNIX) as line:
    line.connect({path!r})
    said = json.dumps([sys.argv[1:], os.getcwd(), dict(os.environ)]).encode() + b"\\0"
    line.sendall(said[socket.send_fds(line, [said], [0, 1, 2]):])
    sys.exit((line.recv(1) or b"F")[0])
"""


class Shell:
    """Runs scripts in a folder; `restore` in them is a process of its own with its own streams, folder and exit code.

    The processes of a batch are forked as well; outside of these tests they come from a server that loads all anew.
    """

    def __init__(self, folder: Path) -> None:
        assert app  # all commands are imported once, before the first fork
        gc.freeze()  # a collection in a child would copy what it shares with this process
        self._bin = folder / "bin"
        self._bin.mkdir()
        path = str(folder / "socket")
        caller = self._bin / "restore"
        caller.write_text(_CALLER.format(python=sys.executable, path=path), "utf-8")
        caller.chmod(0o755)
        self._calls = socket.socket(socket.AF_UNIX)
        self._calls.bind(path)
        self._calls.listen()

    def close(self) -> None:
        """Take no more calls."""
        self._calls.close()
        gc.unfreeze()

    def run(self, script: str, folder: Path) -> tuple[int, str]:
        """Return the exit code of a script, and what it wrote to stdout and stderr; it stops at the first failure."""
        path = f"{self._bin}:{Path(sys.executable).parent}:{os.environ['PATH']}"
        process = subprocess.Popen(
            ["bash", "-euo", "pipefail", "-c", script],
            cwd=folder,
            env={**os.environ, "PATH": path},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        assert process.stdout is not None
        said, begun = bytearray(), []
        while True:
            ready, _, _ = select.select([process.stdout, self._calls], [], [])
            if self._calls in ready:
                begun.append(self._answer())
            if process.stdout in ready:
                chunk = os.read(process.stdout.fileno(), 65536)
                if not chunk:
                    break
                said += chunk
        for number in begun:
            os.waitpid(number, 0)
        process.stdout.close()
        return process.wait(), said.decode("utf-8", "replace")

    def _answer(self) -> int:
        line, _ = self._calls.accept()
        with line:
            said, streams, _, _ = socket.recv_fds(line, 65536, 3)
            while not said.endswith(b"\0"):
                said += line.recv(65536)
            number = os.fork()
            if not number:
                _call(line, streams, *json.loads(said[:-1]))
        for stream in streams:
            os.close(stream)
        return number


def _call(line: socket.socket, streams: list[int], arguments: list[str], folder: str, variables: object) -> NoReturn:
    """Be the process of one call of `restore`."""
    code = 70
    try:
        for number, stream in enumerate(streams):
            os.dup2(stream, number)
            os.close(stream)
        os.chdir(folder)
        os.environ.clear()
        os.environ.update(variables)  # type: ignore[call-overload]
        sys.stdin, sys.stdout, sys.stderr = open(0), open(1, "w"), open(2, "w")  # noqa: SIM115 - to the end
        sys.argv = ["restore", *arguments]
        pool._context = lambda _: multiprocessing.get_context("fork")
        main()
        code = 0
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else int(ended.code is not None)
    except BaseException:
        traceback.print_exc()
    finally:
        for stream in (sys.stdout, sys.stderr):
            with contextlib.suppress(OSError, ValueError):
                stream.flush()
        line.sendall(bytes([code]))
        os._exit(code)
