"""What the audit makes of the answers of pip-audit, which calls it well when it got none."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from subprocess import CompletedProcess

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "release"))
import audit
from installed import CORE, Package

PACKAGES = [Package("one", "1.0", "MIT", CORE), Package("two", "2.0", "MIT", CORE)]
BAD = {"name": "two", "version": "2.0", "vulns": [{"id": "PYSEC-1", "fix_versions": ["2.1"], "aliases": []}]}
GOOD = {"name": "one", "version": "1.0", "vulns": []}
SKIPPED = {"name": "two", "skip_reason": "Dependency not found on PyPI and could not be audited: two (2.0)"}


def _program(folder: Path, **answers: object) -> str:
    """Write a program that answers for each service as pip-audit would; one without an answer cannot be reached."""
    cases = "".join(f"  *' {name} '*) echo '{json.dumps(answer)}' ;;\n" for name, answer in answers.items())
    file = folder / "pip-audit"
    file.write_text(f'#!/bin/sh\ncase " $* " in\n{cases}  *) echo ConnectionError: no such host >&2; exit 1 ;;\nesac\n')
    file.chmod(0o755)
    return str(file)


@pytest.mark.parametrize(
    ("answers", "known", "code"),
    [
        ({"pypi": {"dependencies": [GOOD, BAD]}}, True, audit.FOUND),
        ({"pypi": {"dependencies": [GOOD, {**BAD, "vulns": []}]}}, False, 0),
        ({"pypi": {"dependencies": [GOOD, SKIPPED]}}, False, audit.NOT_AUDITED),
        ({"pypi": {"dependencies": [GOOD, SKIPPED]}, "osv": {"dependencies": [GOOD, BAD]}}, True, audit.FOUND),
        ({"esms": {"dependencies": [GOOD, {**BAD, "vulns": []}]}}, False, 0),
        ({}, False, audit.NOT_AUDITED),
    ],
)
def test_only_an_answer_for_every_package_is_an_audit(
    answers: dict[str, object],
    known: bool,
    code: int,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(audit, "packages", lambda: (PACKAGES, []))
    for check in ("withdrawn", "newer"):
        monkeypatch.setattr(audit, check, lambda _: [])
    monkeypatch.setattr(audit, "unfit", list)
    assert audit.main(["--pip-audit", _program(tmp_path, **answers)]) == code
    shown = capsys.readouterr().out
    assert ("known: two 2.0: PYSEC-1, mended in 2.1" in shown) is known
    assert ("not audited: " in shown) is (code == audit.NOT_AUDITED)


def test_a_program_that_is_not_there_is_no_audit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    known, unanswered = audit.advisories(str(tmp_path / "none"), tmp_path / "pins.txt", PACKAGES)
    assert (known, unanswered) == ([], ["one", "two"])
    assert "make audit" in capsys.readouterr().out


@pytest.mark.parametrize("report", ["", "[]", "{}", "Found no known vulnerabilities"])
def test_what_is_no_report_is_no_answer(report: str) -> None:
    assert audit.read(report) is None


def test_withdrawn_versions_and_those_that_are_gone_are_read_off_pip(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    said = (
        "WARNING: The candidate selected for download or install is a yanked version: 'two' candidate (version 2.0 at"
        " https://example.org/two-2.0.tar.gz (from https://example.org/simple/two/))\nReason for being yanked: broken\n"
        "ERROR: No matching distribution found for one==1.0\n"
    )
    monkeypatch.setattr(audit, "_run", lambda command: CompletedProcess(command, 1, "", said))
    assert audit.withdrawn(tmp_path / "pins.txt") == [
        "withdrawn: 'two' candidate (version 2.0)",
        "no longer in the index: one==1.0",
    ]
    monkeypatch.setattr(audit, "_run", lambda command: CompletedProcess(command, 1, "", "no network"))
    assert audit.withdrawn(tmp_path / "pins.txt") == []
    assert "not known (no network)" in capsys.readouterr().out


def test_newer_versions_are_told_for_packages_that_are_audited(monkeypatch: pytest.MonkeyPatch) -> None:
    listed = [{"name": n, "version": "1.0", "latest_version": "1.1"} for n in ("One", "other")]
    done = CompletedProcess([], 0, json.dumps(listed), "")
    monkeypatch.setattr(audit, "_run", lambda _: done)
    assert audit.newer(PACKAGES) == ["One 1.0 here, 1.1 in the index"]
