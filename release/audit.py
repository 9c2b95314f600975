"""Ask what is known against the packages that `restore` brings along, in the versions that are installed here.

    python release/audit.py [--pip-audit build/audit/bin/pip-audit]        or: make audit

Where all extras are installed. pip-audit asks the services that it knows, one after the other, until each package has
an answer; what none answers for is named, because pip-audit itself calls that well. Then pip is asked, which needs no
service: do the versions fit each other, was one of them withdrawn, are there newer ones?

Exit codes: 0 every package was audited and nothing is known, 1 something is known (an advisory, a version that was
withdrawn or does not fit), 3 nothing is known, but not every package was audited.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from installed import Package, packages

SERVICES = ("pypi", "osv", "esms")
"""The services of pip-audit, by its documentation; PyPI's own first."""
_SECONDS = 1_800
FOUND, NOT_AUDITED = 1, 3


def main(arguments: Sequence[str] | None = None) -> int:
    """Audit, print what is found, return the exit code."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--pip-audit", default="pip-audit", help="the program, of whatever environment")
    given = options.parse_args(arguments)
    audited, missing = packages()
    with tempfile.TemporaryDirectory() as folder:
        pins = Path(folder) / "pins.txt"
        pins.write_text("".join(f"{p.name}=={p.version}\n" for p in audited), encoding="utf-8")
        known, unanswered = advisories(given.pip_audit, pins, audited)
        known += withdrawn(pins)
    known += unfit()
    for line in known:
        print(f"known: {line}")
    for line in newer(audited):
        print(f"newer: {line}")
    if missing:
        print(f"not installed here, so not audited: {', '.join(missing)}")
    answered = len(audited) - len(unanswered)
    print(f"{answered} of {len(audited)} packages were audited for advisories")
    if unanswered:
        print(f"not audited: {', '.join(unanswered)}")
    return FOUND if known else NOT_AUDITED if unanswered or missing else 0


def advisories(program: str, pins: Path, audited: Iterable[Package]) -> tuple[list[str], list[str]]:
    """Return the advisories about pinned packages, and the names of those for which no service answered."""
    waiting = {p.name for p in audited}
    known: list[str] = []
    for service in SERVICES:
        command = [program, "--requirement", str(pins), "--no-deps", "--disable-pip", "--progress-spinner", "off"]
        try:
            done = _run([*command, "--vulnerability-service", service, "--format", "json"])
        except FileNotFoundError:
            print(f"{program} is not there: make audit installs it, or give its place with --pip-audit")
            break
        answers = read(done.stdout)
        if answers is None:
            print(f"{service}: no answer ({_last(done.stderr)})")
            continue
        known += [line for name, lines in answers.items() if name in waiting for line in lines]
        waiting -= answers.keys()
        print(f"{service}: {len(answers)} packages")
        if not waiting:
            break
    return known, sorted(waiting)


def read(report: str) -> dict[str, list[str]] | None:
    """Return the advisories about each package that a JSON report of pip-audit answers for; None if it is none."""
    try:
        dependencies: list[dict[str, Any]] = json.loads(report)["dependencies"]
    except (ValueError, KeyError, TypeError):
        return None
    return {
        each["name"]: [
            f"{each['name']} {each['version']}: {one['id']}, mended in {', '.join(one['fix_versions']) or 'no version'}"
            for one in each["vulns"]
        ]
        for each in dependencies
        if "vulns" in each
    }


def withdrawn(pins: Path) -> list[str]:
    """Return which pinned versions the index has withdrawn, or no longer has."""
    done = _pip("install", "--dry-run", "--ignore-installed", "--no-deps", "--requirement", str(pins))
    yanked = re.findall(r"yanked version: ('?[\w.-]+'? candidate \(version [^ )]+)", done.stderr)
    gone = re.findall(r"No matching distribution found for (\S+)", done.stderr)
    if done.returncode and not gone:
        print(f"whether versions were withdrawn is not known ({_last(done.stderr)})")
    return [*(f"withdrawn: {line})" for line in yanked), *(f"no longer in the index: {line}" for line in gone)]


def unfit() -> list[str]:
    """Return what `pip check` says against the versions that are installed together."""
    done = _pip("check")
    return done.stdout.splitlines() if done.returncode else []


def newer(audited: Iterable[Package]) -> list[str]:
    """Return the packages of which the index has a newer version, and both versions."""
    done = _pip("list", "--outdated", "--format", "json")
    try:
        found: list[dict[str, str]] = json.loads(done.stdout)
    except ValueError:
        print(f"newer versions are not known ({_last(done.stderr)})")
        return []
    names = {p.name for p in audited}
    outdated = [each for each in found if re.sub(r"[-_.]+", "-", each["name"]).lower() in names]
    return [f"{each['name']} {each['version']} here, {each['latest_version']} in the index" for each in outdated]


def _pip(*arguments: str) -> subprocess.CompletedProcess[str]:
    return _run([sys.executable, "-m", "pip", "--disable-pip-version-check", *arguments])


def _run(command: list[str]) -> subprocess.CompletedProcess[str]:
    try:
        return subprocess.run(command, capture_output=True, text=True, timeout=_SECONDS, stdin=subprocess.DEVNULL)
    except subprocess.TimeoutExpired:
        return subprocess.CompletedProcess(command, NOT_AUDITED, "", f"not done after {_SECONDS} seconds")


def _last(text: str) -> str:
    return (text.strip().splitlines() or ["it said nothing"])[-1][:160]


if __name__ == "__main__":
    sys.exit(main())
