"""A LanguageTool server in the user's cache: set up from pinned jars, checked, found again, removed.

Maven fetches the jars where it is installed: so its mirrors, proxies and credentials are the user's own. Else, or with
`--repository URL` (or RESTORE_MAVEN_REPOSITORY), they are downloaded from there. Where there is neither,
language-tool-python downloads its own copy.
"""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
import tempfile
from functools import partial
from pathlib import Path
from typing import Literal

import msgspec

from restore.errors import ModelDamagedError, ModelNotFoundError
from restore.language_model.weights import cache_folder
from restore.languagetool.catalogue import Catalogue, is_genuine, load_catalogue
from restore.languagetool.fetching import SETUP, copy_with_maven, download, has_maven
from restore.runtime.atomic import replace_file
from restore.runtime.progress import Progress, silent

REPOSITORY_VARIABLE = "RESTORE_MAVEN_REPOSITORY"
EXTRA = "pip install 'restore-text[languagetool]'"
OLDEST_JAVA = 17
"""What LanguageTool 6.7 asks for."""
JAVA_REMEDY = "install a JRE (on Debian: apt-get install default-jre-headless) or set JAVA_HOME"
_PACKAGE = "language_tool_python"


class Installed(msgspec.Struct, frozen=True):
    """A LanguageTool that can be started: its version and what Java needs to find it."""

    version: str
    classpath: str
    main: str


class JarState(msgspec.Struct, frozen=True):
    """What `restore languagetool status` shows; `java` is the major version, 0 for none; `size` in bytes."""

    state: Literal["ready", "absent", "damaged"]
    version: str
    path: str
    size: int
    java: int
    package: bool
    licence: str = "LGPL-2.1-or-later; the client language-tool-python GPL-3.0"
    detail: str = ""


def folder() -> Path:
    """Return the folder of the jars in the user's cache."""
    return cache_folder() / "languagetool" / load_catalogue().version


def find() -> Installed | None:
    """Return the LanguageTool that is set up (by the sizes of its jars), or what language-tool-python downloaded."""
    catalogue, place = load_catalogue(), folder()
    if all(_has_size(place / jar.name, jar.size) for jar in catalogue.jars):
        classpath = os.pathsep.join(str(place / jar.name) for jar in catalogue.jars)
        return Installed(catalogue.version, classpath, catalogue.main)
    return _downloaded(catalogue)


def installed() -> Installed:
    """Return the LanguageTool to start; raises `ModelNotFoundError` with the command that sets it up."""
    if not has_package():
        raise ModelNotFoundError(
            f"LanguageTool needs the package language-tool-python: run `{EXTRA}` and then `{SETUP}`, or leave it out"
            " with --no-grammar"
        )
    found = find()
    if found is None:
        raise ModelNotFoundError(
            f"LanguageTool is not set up in {folder()}: run `{SETUP}` (it needs Java {OLDEST_JAVA}), name a server in"
            " RESTORE_LANGUAGETOOL_URL, or leave it out with --no-grammar"
        )
    return found


def has_package() -> bool:
    """Return whether the extra is installed."""
    return importlib.util.find_spec(_PACKAGE) is not None


def java() -> str:
    """Return the path of Java; raises `ModelNotFoundError` if there is none, or only one that is too old."""
    path = _java_path()
    found = java_version()
    if path is None or found < OLDEST_JAVA:
        have = f"only Java {found} is" if found else "no Java is"
        raise ModelNotFoundError(
            f"LanguageTool needs Java {OLDEST_JAVA} or newer and {have} here: {JAVA_REMEDY}, name a server in"
            " RESTORE_LANGUAGETOOL_URL, or leave it out with --no-grammar"
        )
    return path


def java_version() -> int:
    """Return the major version of Java, 0 if there is none."""
    path = _java_path()
    if path is None:
        return 0
    try:
        done = subprocess.run([path, "-version"], capture_output=True, text=True, timeout=30, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return 0
    found = re.search(r'version "(\d+)(?:\.(\d+))?', done.stderr + done.stdout)
    if not found:
        return 0
    return int(found[2] or 0) if found[1] == "1" else int(found[1])


def status() -> JarState:
    """Return what is there after hashing every jar; without ours that which language-tool-python downloaded counts."""
    own = own_status()
    other = _downloaded(load_catalogue()) if own.state == "absent" else None
    if other is None:
        return own
    return msgspec.structs.replace(own, state="ready", detail=f"{other.version}, by language-tool-python")


def own_status() -> JarState:
    """Return what `setup` has put there, after hashing every jar; imports nothing of language-tool-python."""
    catalogue, place = load_catalogue(), folder()
    size = sum(path.stat().st_size for path in place.glob("*.jar")) if place.is_dir() else 0
    absent = JarState(
        "absent", catalogue.version, str(place), size, java_version(), has_package(), detail=f"run `{SETUP}`"
    )
    missing = [jar.name for jar in catalogue.jars if not (place / jar.name).is_file()]
    wrong = [jar.name for jar in catalogue.jars if jar.name not in missing and not is_genuine(place / jar.name, jar)]
    if wrong or 0 < len(missing) < len(catalogue.jars):
        detail = f"{(wrong + missing)[0]} and {len(wrong + missing) - 1} more; run `{SETUP}`"
        return msgspec.structs.replace(absent, state="damaged", detail=detail)
    if not missing:
        return msgspec.structs.replace(absent, state="ready", detail="")
    return absent


def setup(progress: Progress | None = None, repository: str = "") -> Path:
    """Put the pinned jars into the user's cache, unless they are there; give their folder.

    May be interrupted at any moment, run again and run twice at once. `repository` is the base URL of a Maven
    repository. Raises `ModelNotFoundError` (no Java, no connection, disk full), `ModelDamagedError` (a jar is not the
    pinned one).
    """
    from filelock import FileLock

    report = progress or silent
    repository = repository or os.environ.get(REPOSITORY_VARIABLE, "")
    java()
    place = folder()
    try:
        place.mkdir(parents=True, exist_ok=True)
        with FileLock(place.parent / ".setup.lock"):
            _fill(place, report, repository)
    except OSError as error:
        raise ModelNotFoundError(
            f"cannot store LanguageTool in {place}: {error.strerror or error}; free some space, or name another folder"
            f" in RESTORE_CACHE, and run `{SETUP}` again"
        ) from error
    return place


def remove() -> int:
    """Take the jars of all versions out of the cache; give how many bytes that freed. Raises `OSError`."""
    place = folder().parent
    size = sum(path.stat().st_size for path in place.rglob("*") if path.is_file()) if place.is_dir() else 0
    if place.is_dir():
        shutil.rmtree(place)
    return size


def _fill(place: Path, report: Progress, repository: str) -> None:
    catalogue = load_catalogue()
    report("checking what is there", 0, 0)
    wanted = [jar for jar in catalogue.jars if not is_genuine(place / jar.name, jar)]
    if not wanted:
        return
    if repository:
        done = catalogue.size - sum(jar.size for jar in wanted)
        for jar in wanted:
            tick = partial(_add, report, done, catalogue.size)
            replace_file(download(repository, jar, place, tick), place / jar.name)
            done += jar.size
        return
    if not has_maven():
        _let_package_download(catalogue)
        return
    report("Maven is fetching the jars", 0, 0)
    with tempfile.TemporaryDirectory(prefix=".work-", dir=place) as work:
        fetched = copy_with_maven(wanted, Path(work))
        for jar in wanted:
            if not is_genuine(fetched / jar.name, jar):
                raise ModelDamagedError(
                    f"Maven's {jar.name} is not the pinned one (by size or SHA-256); it was not installed. Delete it"
                    f" from Maven's local repository, check the mirrors in its settings.xml, and run `{SETUP}` again"
                )
            replace_file(fetched / jar.name, place / jar.name)


def _let_package_download(catalogue: Catalogue) -> None:
    """Let language-tool-python download its own copy, of the version that is pinned here."""
    remedy = (
        f"install Maven (on Debian: apt-get install maven), or name a Maven repository: `{SETUP} --repository URL` or"
        f" {REPOSITORY_VARIABLE}"
    )
    if not has_package():
        raise ModelNotFoundError(f"there is no way to fetch LanguageTool: {remedy}, or run `{EXTRA}`")
    from language_tool_python.download_lt import LocalLanguageTool

    try:
        LocalLanguageTool.from_version_name(catalogue.version).download()
    except Exception as error:
        raise ModelNotFoundError(f"language-tool-python could not download LanguageTool ({error}): {remedy}") from error


def _downloaded(catalogue: Catalogue) -> Installed | None:
    """Return the newest LanguageTool that language-tool-python downloaded, if any."""
    if not has_package():
        return None
    from language_tool_python.download_lt import LocalLanguageTool

    try:
        found = LocalLanguageTool.get_latest_installed_version()
        return None if found is None else Installed(found.version_name, str(found.get_jar_path()), catalogue.main)
    except Exception:  # no usable copy, whatever the package says about it
        return None


def _java_path() -> str | None:
    home = os.environ.get("JAVA_HOME")
    if home:
        for name in ("java", "java.exe"):
            path = Path(home) / "bin" / name
            if path.is_file():
                return str(path)
    return shutil.which("java")


def _has_size(path: Path, size: int) -> bool:
    try:
        return path.stat().st_size == size
    except OSError:
        return False


def _add(report: Progress, done: int, total: int, _name: str, have: int) -> None:
    report("downloading", done + have, total)
