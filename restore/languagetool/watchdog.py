"""The watchdog between a process and its LanguageTool server; run as a script of its own, standard library only.

    python watchdog.py RESTARTS SECONDS COMMAND...

It starts the command, starts it again when it dies (at most RESTARTS times within SECONDS, then it gives up with what
the command last said on stderr and exit code 1), and ends it when its own parent is gone, however that ended: after
`kill -9` the pipe to its standard input closes. Processes forked off the parent may hold that pipe open, so the number
of the parent process is watched as well. Should the watchdog itself be killed, Linux kills the command with it.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import threading
import time
from collections import deque
from typing import IO

_TICK = 0.25
"""Seconds between two looks at the server, and the first pause after a death. By hand."""
_LINES_KEPT = 30
"""Of what the server said last, for the message. By hand."""
_LONGEST_PAUSE = 5.0
"""Seconds between two starts. By hand."""
_PR_SET_PDEATHSIG = 1
"""Of linux/prctl.h."""


def main(arguments: list[str]) -> int:
    """Watch over the command until the parent ends; return the exit code."""
    restarts, window, command = int(arguments[0]), float(arguments[1]), arguments[2:]
    stop = threading.Event()
    threading.Thread(target=_until_closed, args=(stop,), daemon=True).start()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    parent, deaths = os.getppid(), deque[float]()
    while not stop.is_set():
        said = _run(command, stop, parent)
        if stop.is_set():
            break
        now = time.monotonic()
        deaths.append(now)
        while now - deaths[0] > window:
            deaths.popleft()
        if len(deaths) > restarts:
            with contextlib.suppress(OSError):
                sys.stderr.write("\n".join(said))
            return 1
        stop.wait(min(_LONGEST_PAUSE, _TICK * 2 ** len(deaths)))
    return 0


def _run(command: list[str], stop: threading.Event, parent: int) -> list[str]:
    """Run the command until it or the parent ends; give its last lines."""
    process = subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        preexec_fn=_die_with_parent if sys.platform == "linux" else None,
    )
    said: deque[str] = deque(maxlen=_LINES_KEPT)
    reader = threading.Thread(target=_drain, args=(process.stdout, said), daemon=True)
    reader.start()
    try:
        while process.poll() is None and not stop.wait(_TICK):
            if os.getppid() != parent:
                stop.set()
    finally:
        if process.poll() is None:
            process.kill()
        process.wait()
    reader.join(timeout=1.0)
    return list(said)


def _until_closed(stop: threading.Event) -> None:
    """Wait for the end of standard input, which is the end of the parent."""
    with contextlib.suppress(OSError, ValueError):
        while os.read(0, 4096):
            pass
    stop.set()


def _drain(stream: IO[bytes] | None, said: deque[str]) -> None:
    """Keep the last lines; the others, which may hold users' texts, go nowhere."""
    with contextlib.suppress(OSError, ValueError):
        for line in stream or ():
            said.append(line.decode("utf-8", "replace").rstrip()[:500])


def _die_with_parent() -> None:
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
