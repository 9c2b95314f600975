"""An engine for worker processes that does what the text tells it: fast, and with every fault on demand."""

from __future__ import annotations

import os
import re
import signal
import time
from collections.abc import Sequence
from pathlib import Path

from restore.config import Config
from restore.errors import InputError
from restore.records import Correction, Evidence, Reference, Restoration, Verdict

_WORD = re.compile(r"\bchairman\b|\bzone\b")
_ORIGINAL = {"chairman": ("president", 0.97), "zone": ("area", 0.4)}


class ScriptedEngine:
    """Turns "chairman" into "president" (sure) and "zone" into "area" (not sure), and obeys the other words below."""

    def __init__(self, config: Config) -> None:
        self.config = config
        self.done = 0

    def find_references(self, text: str, url: str = "", date: str = "") -> tuple[Reference, ...]:
        found = self.config.index and ("INDEXED" in text or f"OF {date}." in text)
        return (Reference("indexed", "An article."),) if found else ()

    def triage(self, text: str) -> Verdict:
        return self.check(text)

    def check(self, text: str) -> Verdict:
        if "RAISE" in text:
            raise ValueError("told to raise")
        if "EMPTY" in text:
            raise InputError("the text is empty")
        for needed in re.findall(r"NEEDS (\S+)", text):
            if not Path(needed).exists():
                raise ValueError("not there yet")
        for place in re.findall(r"COUNTS (\S+)", text):
            with Path(place).open("a") as file:
                file.write("1")
        if "DOWN" in text:  # the run itself, as a machine that goes down would
            server = Path(f"/proc/{os.getppid()}/stat").read_text()
            time.sleep(0.1)
            os.kill(int(server.rpartition(")")[2].split()[1]), signal.SIGKILL)
            time.sleep(5)
        if "ABORT" in text:
            os.abort()
        if "SEGFAULT" in text:
            os.kill(os.getpid(), signal.SIGSEGV)
        if "KILLED" in text:
            os.kill(os.getpid(), signal.SIGKILL)
        if "EXIT" in text:
            os._exit(3)
        if "HANG" in text:
            signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTERM])  # as deaf as native code
            while True:
                time.sleep(1)
        if "GREEDY" in text:
            hoard = [bytearray(50_000_000) for _ in range(1_000_000)]
            raise AssertionError(len(hoard))
        if "NAP" in text:
            time.sleep(0.01)
        if "SLOW" in text:
            time.sleep(0.3)
        damaged = bool(_WORD.search(text)) and "SEEMS CLEAN" not in text
        return Verdict(damaged, 0.99 if damaged else 0.01, 0.2 if damaged else 0.0)

    def restore(
        self,
        text: str,
        references: Sequence[str | Reference] = (),
        spins: Sequence[str] = (),
        *,
        url: str = "",
        date: str = "",
    ) -> Restoration:
        found = []
        for match in _WORD.finditer(text):
            original, confidence = _ORIGINAL[match[0]]
            why = tuple(Evidence("reference", r.id, r.text[:20], 1.0) for r in references if isinstance(r, Reference))
            place = Correction(*match.span(), match[0], original, "R:NOUN", confidence, why, "told so")
            found.append(place)
        return Restoration(text, tuple(found), self.config.threshold, self.check(text))


def dead_engine(config: Config) -> ScriptedEngine:
    """Die while the models load."""
    os._exit(9)
