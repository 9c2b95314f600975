"""What is installed and what is missing: each part with what it would add and the one command that mends it."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Literal

import msgspec

from restore.cli.engine import WOULD_ADD
from restore.config import Config
from restore.errors import ModelNotFoundError
from restore.language_model import weights
from restore.languagetool import install
from restore.languagetool.fetching import SETUP
from restore.languagetool.server import URL_VARIABLE
from restore.runtime import machine, tables
from restore.runtime.atomic import can_write
from restore.runtime.packages import Package, install_command, packages, repair_command

EXTRAS = {
    "lm": "what makes the causal model's graph out of its weights, at `restore models pull` only",
    "index": "restore index and --index; Parquet, HTML and compressed files",
    "batch": "restore batch: Parquet, web archives, URLs, worker processes",
    "review": "restore review and fix --format html",
    "evaluate": "precision and recall by ERRANT, plots and the page of restore evaluate",
    "baselines": "evaluate --against harper",
    "languagetool": "the client of LanguageTool (GPL-3.0), for --grammar",
    "ray": "restore batch --engine ray",
    "spark": "DataFrame.mapInArrow of Spark",
    "scrapy": "an item pipeline of Scrapy",
}
"""What each extra that a user may want adds; `dev` and `train` are for work on restore itself."""

_MEMORY_MB = 1_350
"""What texts of 10,000 words take with the second opinion (docs/quality.md, Speed)."""

_ELSEWHERE = "export RESTORE_CACHE=FOLDER"

Need = Literal["needed", "optional", "machine"]
State = Literal["ready", "missing", "damaged", "limited"]


class Check(msgspec.Struct, frozen=True):
    """A part that was looked at; `limited` is one that works, but slower or not for everything.

    `need` says whether `restore fix` works without it, `adds` what it would add, `remedy` is the command that mends it.
    """

    name: str
    need: Need
    state: State
    detail: str
    adds: str = ""
    remedy: str = ""


class Diagnosis(msgspec.Struct, frozen=True):
    """All that was looked at; `ready` if `restore fix` has what it needs."""

    ready: bool
    checks: tuple[Check, ...]

    @property
    def faults(self) -> list[Check]:
        """What `restore fix` needs and does not have."""
        return [check for check in self.checks if check.need == "needed" and check.state != "ready"]


def diagnose(config: Config) -> Diagnosis:
    """Return what is there of all that these settings need and of all extras; nothing is fetched, written or loaded.

    Raises `ModelNotFoundError` where the package is not installed at all.
    """
    checks = (
        _packages(),
        _pipeline(config.spacy_pipeline),
        _tables(),
        _causal_model(),
        *_languagetool(config),
        *(_extra(extra, adds) for extra, adds in EXTRAS.items()),
        *_machine(),
    )
    return Diagnosis(all(c.state == "ready" for c in checks if c.need == "needed"), checks)


def _packages() -> Check:
    found = packages()
    lacking = [package for package in found if package.state != "ready"]
    detail = f"Python {platform.python_version()}, {len(found) - len(lacking)} of {len(found)} packages"
    if not lacking:
        return Check("packages", "needed", "ready", detail)
    return Check("packages", "needed", "missing", f"{detail}; {_lacking(lacking)}", remedy=install_command())


def _lacking(found: Iterable[Package]) -> str:
    """Name packages that are missing or of a version that will not do."""
    return ", ".join(
        f"{p.name} is missing" if p.state == "missing" else f"{p.name} {p.version} is not {p.wanted}" for p in found
    )


def _pipeline(name: str) -> Check:
    """Look for a spaCy pipeline: a package, or a folder."""
    try:
        there = Path(name).is_dir() or find_spec(name) is not None
    except (ImportError, ValueError):  # a name with points or none at all
        there = False
    if there:
        return Check("spaCy pipeline", "needed", "ready", name)
    remedy = f"pip install {name.replace('_', '-')}" if name != Config().spacy_pipeline else install_command()
    return Check("spaCy pipeline", "needed", "missing", f"{name} is not installed", remedy=remedy)


def _tables() -> Check:
    """Hash the tables of models/."""
    try:
        states = {table.file: tables.table_state(table) for table in tables.tables()}
    except ModelNotFoundError as error:
        return Check("tables", "needed", "missing", str(error).partition(":")[0], remedy=repair_command())
    bad = {file: state for file, state in states.items() if state != "ready"}
    if not bad:
        return Check("tables", "needed", "ready", f"{len(states)} in {tables.models_folder()}, as shipped")
    detail = ", ".join(f"{file} is {state}" for file, state in bad.items())
    damaged = "damaged" in bad.values()
    return Check("tables", "needed", "damaged" if damaged else "missing", detail, remedy=repair_command())


def _causal_model() -> Check:
    """Hash the causal model."""
    found = weights.verify()
    adds = f"a second opinion, {WOULD_ADD}"
    if found.state == "ready":
        return Check("causal model", "optional", "ready", f"{found.name}, {found.size / 1e6:.0f} MB, in {found.path}")
    makers = all(package.state == "ready" for package in packages("lm"))
    remedy = _stored(weights.PULL) if makers else f"{install_command('lm')} && {_stored(weights.PULL)}"
    if found.state == "damaged":
        return Check("causal model", "optional", "damaged", found.detail, adds, remedy)
    return Check(
        "causal model", "optional", "missing", f"{found.name} is not in {weights.cache_folder()}", adds, remedy
    )


def _stored(command: str) -> str:
    """Return a command that fetches something, with a place to put it where the usual one cannot be written."""
    return command if can_write(weights.cache_folder()) else f"{_ELSEWHERE} && {command}"


def _languagetool(config: Config) -> Iterator[Check]:
    """Hash the jars of LanguageTool, and ask Java for its version; the client is one of the extras."""
    adds = "grammar checking, --grammar"
    elsewhere = config.languagetool.url or os.environ.get(URL_VARIABLE, "")
    if elsewhere:
        yield Check("LanguageTool", "optional", "ready", f"the server at {elsewhere}, which was not asked")
        return
    found = install.own_status()
    java = found.java >= install.OLDEST_JAVA
    if found.state == "ready":
        yield Check("LanguageTool", "optional", "ready", f"{found.version}, {found.size / 1e6:.0f} MB, in {found.path}")
    else:
        state: State = "damaged" if found.state == "damaged" else "missing"
        detail = found.detail if state == "damaged" else f"{found.version} is not in {found.path}"
        yield Check("LanguageTool", "optional", state, detail, adds, _stored(SETUP))
    if java:
        yield Check("Java", "optional", "ready", str(found.java))
    else:
        have = f"only Java {found.java}" if found.java else "no Java"
        yield Check("Java", "optional", "missing", have, adds, install.JAVA_REMEDY)


def _extra(extra: str, adds: str) -> Check:
    """Look for the packages of an extra."""
    found = packages(extra)
    lacking = [package for package in found if package.state != "ready"]
    if lacking:
        return Check(f"extra {extra}", "optional", "missing", _lacking(lacking), adds, install_command(extra))
    return Check(f"extra {extra}", "optional", "ready", ", ".join(f"{p.name} {p.version}" for p in found), adds)


def _machine() -> Iterator[Check]:
    """Look at what this process may use, and at what slows it down."""
    memory, cores = machine.memory_mb(), machine.cores()
    granted = f"{memory:,.0f} MB" if memory else "unknown"
    low = 0 < memory < _MEMORY_MB
    detail = f"{granted}; long texts take {_MEMORY_MB:,} MB a process" if low else granted
    yield Check("memory", "machine", "limited" if low else "ready", detail)
    yield Check("cores", "machine", "ready", f"{cores}")
    exact = machine.has_byte_products()
    if exact is None:
        yield Check("processor", "machine", "ready", f"{platform.machine()}; it does not say how it multiplies bytes")
    elif exact:
        yield Check("processor", "machine", "ready", f"{platform.machine()}, multiplies bytes exactly")
    else:
        detail = f"{platform.machine()} without VNNI: the same results, but slower"
        yield Check("processor", "machine", "limited", detail)
    cache = weights.cache_folder()
    if can_write(cache):
        yield Check("cache folder", "machine", "ready", str(cache))
    else:
        detail = f"{cache} cannot be written"
        adds = "room for what restore models pull and restore languagetool setup fetch"
        yield Check("cache folder", "machine", "limited", detail, adds, _ELSEWHERE)
