"""A toy distribution with a candidate source, asked by a whole restorer and by the command line."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from restore import Config, Restorer

pytestmark = pytest.mark.integration
SPUN = (
    "The chamber of Harbeck balloted on Tuesday to shut the aged haven and to construct a viaduct in its place. The "
    "civic chairman said that the haven had dropped cash.\n"
)
SOURCE = """
from restore.candidates.base import Candidate
from restore.records import Evidence

class Source:
    name = "ballots"

    def propose(self, context):
        for token in context.parsed.tokens:
            if token.lower == "balloted":
                why = Evidence("package", "", "councils vote", 0.9)
                yield Candidate(token.start, token.end, "voted", (why,), {"ballots.known": 1.0})
"""


@pytest.fixture
def toy(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "site"
    info = folder / "restore_toy-1.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: restore-toy\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[restore.candidate_sources]\nballots = restore_toy:Source\n")
    (folder / "restore_toy.py").write_text(SOURCE)
    yield folder
    sys.modules.pop("restore_toy", None)


def test_its_evidence_stands_in_the_plan(toy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(toy))
    found = Restorer(Config(other_sources=("ballots",), second_opinion="never")).restore(SPUN)
    (voted,) = [c for c in found.corrections if c.replacement == "voted"]
    assert ("package", "ballots", "councils vote") in {(e.kind, e.source, e.quote) for e in voted.evidence}
    plain = Restorer(Config(second_opinion="never")).restore(SPUN)
    assert plain.config_fingerprint != found.config_fingerprint
    assert not any(e.kind == "package" for c in plain.corrections for e in c.evidence)


def test_its_failure_and_its_absence_are_clear_errors_of_the_command_line(toy: Path, tmp_path: Path) -> None:
    (tmp_path / "text.txt").write_text(SPUN)
    (tmp_path / "config.toml").write_text('other_sources = ["ballots"]\nsecond_opinion = "never"\n')
    command = [sys.executable, "-m", "restore", "fix", "text.txt", "--config", "config.toml"]
    environment = dict(os.environ)
    absent = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert absent.returncode == 4
    assert "no installed package offers the candidate source 'ballots'" in absent.stderr
    (toy / "restore_toy.py").write_text("class Source:\n    def propose(self, context):\n        return [1 / 0]\n")
    environment["PYTHONPATH"] = os.pathsep.join([str(toy), *filter(None, [os.environ.get("PYTHONPATH")])])
    failed = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert failed.returncode == 1
    assert "the candidate source ballots (restore-toy 1.0) failed: ZeroDivisionError" in failed.stderr
    assert "Traceback" not in failed.stderr
