"""Two ways to the pinned jars: Maven with its own settings, or plain downloads from a repository that is named."""

from __future__ import annotations

import contextlib
import http.client
import os
import shutil
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Sequence
from pathlib import Path

from restore.errors import ModelDamagedError, ModelNotFoundError
from restore.languagetool.catalogue import Jar, is_genuine

SETUP = "restore languagetool setup"
STATUS = "restore languagetool status"
_PLUGIN = "org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy-dependencies"
_TRIES = 3
"""Of a download that the other side breaks off. By hand."""
_SECONDS = 60
"""Without a byte, of a download. By hand."""
_MAVEN_SECONDS = 1200
"""For Maven's whole download on a slow line. By hand."""
_CHUNK = 1 << 16
"""Bytes read at once. By hand."""
_PART = ".part"

Tick = Callable[[str, int], None]
"""Told the name of a jar and how many of its bytes are there."""


def download(repository: str, jar: Jar, folder: Path, tick: Tick) -> Path:
    """Fetch one jar into a folder, from where an interrupted download of it ended.

    Raises `ModelNotFoundError` if the repository cannot be reached, `ModelDamagedError` if it has another jar.
    """
    part = folder / f"{jar.name}{_PART}"
    url = f"{repository.rstrip('/')}/{jar.path}"
    for number in range(_TRIES):
        try:
            _fetch(url, part, jar, tick)
            break
        except urllib.error.HTTPError as error:
            if error.code == 416:  # what is there is no beginning of the jar
                part.unlink(missing_ok=True)
                continue
            if error.code < 500 or number + 1 == _TRIES:
                raise _unreachable(url, error) from error
        except (urllib.error.URLError, http.client.HTTPException, ConnectionError, TimeoutError, ValueError) as error:
            if number + 1 == _TRIES or isinstance(error, ValueError):
                raise _unreachable(url, error) from error
        time.sleep(0.5 * 2**number)
    if not is_genuine(part, jar):
        size = part.stat().st_size if part.is_file() else 0
        part.unlink(missing_ok=True)
        raise ModelDamagedError(
            f"{url} is not the pinned {jar.name} ({size:,} bytes instead of {jar.size:,}, or another SHA-256); nothing"
            f" was installed. Name another Maven repository: `{SETUP} --repository URL`"
        )
    return part


def _fetch(url: str, part: Path, jar: Jar, tick: Tick) -> None:
    have = part.stat().st_size if part.is_file() else 0
    if have >= jar.size:
        if is_genuine(part, jar):
            return
        have = 0
    request = urllib.request.Request(url, headers={"Range": f"bytes={have}-"} if have else {})
    with urllib.request.urlopen(request, timeout=_SECONDS) as answer:
        if have and getattr(answer, "status", None) != 206:
            have = 0  # the repository sends everything again
        with part.open("ab" if have else "wb") as file:
            while chunk := answer.read(_CHUNK):
                file.write(chunk)
                have += len(chunk)
                tick(jar.name, have)
                if have > jar.size:
                    return
    if have < jar.size:
        raise http.client.IncompleteRead(b"", jar.size - have)


def _unreachable(url: str, error: Exception) -> ModelNotFoundError:
    return ModelNotFoundError(
        f"cannot fetch {url}: {error}. Check the connection and run `{SETUP}` again (it goes on where it stopped), or"
        f" name another Maven repository: `{SETUP} --repository URL`"
    )


def has_maven() -> bool:
    """Return whether Maven is there."""
    return shutil.which("mvn") is not None


def copy_with_maven(jars: Sequence[Jar], work: Path) -> Path:
    """Let Maven, with the user's settings, mirrors and local repository, put the jars into a folder; give it.

    Raises `ModelNotFoundError` if Maven fails.
    """
    target = work / "maven"
    pom = work / "pom.xml"
    listed = "".join(_dependency(jar) for jar in jars)
    pom.write_text(
        '<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion><groupId>restore</groupId>'
        f"<artifactId>jars</artifactId><version>1</version><dependencies>{listed}</dependencies></project>",
        encoding="utf-8",
    )
    mvn = shutil.which("mvn") or "mvn"
    command = [mvn, "--batch-mode", "--quiet", f"--file={pom}", _PLUGIN, f"-DoutputDirectory={target}"]
    environment = {**os.environ, "NO_COLOR": "1"}
    try:
        done = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            env=environment,
            timeout=_MAVEN_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise ModelNotFoundError(
            f"Maven did not fetch LanguageTool within {_MAVEN_SECONDS // 60} minutes: run `{SETUP}` again, which goes"
            " on with what it has, or name a Maven repository with --repository URL"
        ) from error
    if done.returncode != 0:
        said = [line for line in (done.stdout + done.stderr).splitlines() if "ERROR" in line]
        why = said[0].strip() if said else f"it ended with {done.returncode}"
        raise ModelNotFoundError(
            f"Maven could not fetch LanguageTool: {why}. Check the connection and Maven's settings.xml and run"
            f" `{SETUP}` again, or name a Maven repository: `{SETUP} --repository URL`"
        )
    with contextlib.suppress(OSError):
        pom.unlink()
    return target


def _dependency(jar: Jar) -> str:
    *group, artifact, version, _ = jar.path.split("/")
    return (
        f"<dependency><groupId>{'.'.join(group)}</groupId><artifactId>{artifact}</artifactId><version>{version}</version>"
        "<exclusions><exclusion><groupId>*</groupId><artifactId>*</artifactId></exclusion></exclusions></dependency>"
    )
