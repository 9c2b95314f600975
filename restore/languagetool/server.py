"""One LanguageTool server per process tree: started at its first use, healthy again after a crash, gone with its owner.

The process that needs a server first starts one on loopback and names it in RESTORE_LANGUAGETOOL_SERVER, so that the
processes it starts from then on ask the same one; a parent that will have workers calls `start` before it starts
them. Between the owner and Java stands watchdog.py: it starts Java again when it dies, on the same port, and ends it
when the owner is gone, even after `kill -9`.
"""

from __future__ import annotations

import atexit
import contextlib
import hashlib
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from functools import cache
from pathlib import Path
from typing import Any

from restore.errors import ModelNotFoundError
from restore.languagetool import install, watchdog
from restore.languagetool.fetching import SETUP, STATUS
from restore.languagetool.settings import LanguageToolSettings
from restore.runtime.atomic import write_bytes

URL_VARIABLE = "RESTORE_LANGUAGETOOL_URL"
"""A server that runs elsewhere."""
INHERITED_VARIABLE = "RESTORE_LANGUAGETOOL_SERVER"
"""The server of the process tree; set by the process that started it."""
RESTARTS = 5
"""How often a server that died is started again within `WINDOW` seconds."""
WINDOW = 600.0
"""Seconds. This and `RESTARTS` are chosen by hand: a server that dies once in two minutes will not come round."""
START_SECONDS = 90.0
"""Until the first answer, on a machine that has other work. By hand."""
_PORTS_TRIED = 3
"""Free ports that another program may take before the server does. By hand."""
_GUARDS = 3
"""Watchdogs that one process starts, each with its restarts: then it gives LanguageTool up. By hand."""
_HEALTH_SECONDS = 5.0
"""For an answer on loopback. By hand."""
_LONGEST_TEXT = 200_000
"""Characters, as `Config.max_characters`."""


class Server:
    """A server of this process, behind its watchdog. Raises `ModelNotFoundError` where it cannot be started."""

    def __init__(self, settings: LanguageToolSettings) -> None:
        self._settings = settings
        self._owner = os.getpid()
        self._watchdog: subprocess.Popen[bytes] | None = None
        self._guards = 0
        self.url = ""

    @property
    def watchdog_pid(self) -> int:
        """The process number of the watchdog, 0 if none runs."""
        return self._watchdog.pid if self._watchdog is not None and self._watchdog.poll() is None else 0

    @property
    def is_mine(self) -> bool:
        """Whether this process started it, and not one that it was forked off."""
        return os.getpid() == self._owner

    def start(self) -> str:
        """Start it unless it runs, wait until it is healthy, and give its URL."""
        if self.watchdog_pid:
            self._await()
            return self.url
        if self._guards >= _GUARDS:
            raise ModelNotFoundError("LanguageTool died again and again: it is not started any more; see its memory_mb")
        said = ""
        for number in range(_PORTS_TRIED):
            # A new watchdog takes the old port again if it can: other processes know that one.
            port = int(self.url.rpartition(":")[2]) if self.url and not number else _free_port()
            self._guards += 1
            self._watchdog = _start_watchdog(_command(self._settings, port))
            self.url = f"http://127.0.0.1:{port}"
            try:
                self._await()
            except ModelNotFoundError as error:
                said = str(error)
                self.stop()
                if "Address already in use" not in said:
                    raise
            else:
                return self.url
        raise ModelNotFoundError(said)

    def _await(self) -> None:
        """Wait until the server answers, and has read its rules: the first check takes seconds."""
        until = time.monotonic() + START_SECONDS
        while not (is_healthy(self.url) and _is_warm(self.url, self._settings.language)):
            if self._watchdog is None or self._watchdog.poll() is not None:
                raise ModelNotFoundError(f"LanguageTool could not be started: {self._last_words()}; {_remedy()}")
            if time.monotonic() > until:
                raise ModelNotFoundError(
                    f"LanguageTool did not answer within {START_SECONDS:.0f} seconds: raise languagetool.seconds"
                    f" ({self._settings.seconds:g}) if a check takes longer here, or languagetool.memory_mb"
                    f" ({self._settings.memory_mb})"
                )
            time.sleep(0.1)

    def _last_words(self) -> str:
        if self._watchdog is None or self._watchdog.stderr is None:
            return "no watchdog"
        with contextlib.suppress(OSError, ValueError):
            lines = self._watchdog.stderr.read().decode("utf-8", "replace").splitlines()
            informative = [line for line in lines if "Exception" in line or "rror" in line]
            return (informative or lines or ["it said nothing"])[0][:300]
        return "it said nothing"

    def stop(self) -> None:
        """End watchdog and server; in a forked process, to which they do not belong, do nothing."""
        process, self._watchdog = self._watchdog, None
        if process is None or not self.is_mine:
            return
        with contextlib.suppress(OSError):
            if process.stdin is not None:
                process.stdin.close()
            process.terminate()
        try:
            process.wait(timeout=5.0)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        if process.stderr is not None:
            process.stderr.close()


def _remedy() -> str:
    """Return what to do about a server that would not start, after hashing its jars."""
    found = install.status()
    if found.state == "damaged":
        return f"its jars in {found.path} are damaged ({found.detail})"
    return f"`{STATUS}` checks what is there, `{SETUP}` sets it up anew"


_own: Server | None = None
_lock = threading.Lock()


def start(settings: LanguageToolSettings) -> str:
    """Return the URL of the server to ask, starting one if this process tree has none.

    The URL of the settings wins, then RESTORE_LANGUAGETOOL_URL, then the server of a parent process. Raises
    `ModelNotFoundError`, with the remedy, if there is none and none can be started.
    """
    global _own
    elsewhere = settings.url or os.environ.get(URL_VARIABLE, "")
    if elsewhere:
        return elsewhere.rstrip("/")
    with _lock:
        if _own is not None and _own.is_mine:
            return _own.start()
        inherited = os.environ.get(INHERITED_VARIABLE, "")
        if inherited and _comes_back(inherited):
            return inherited
        _own = Server(settings)
        atexit.register(stop)
        url = _own.start()
        os.environ[INHERITED_VARIABLE] = url
        return url


def stop() -> None:
    """End the server of this process, if it has one."""
    global _own
    with _lock:
        if _own is not None and _own.is_mine:
            if os.environ.get(INHERITED_VARIABLE) == _own.url:
                del os.environ[INHERITED_VARIABLE]
            _own.stop()
            _own = None
            atexit.unregister(stop)


def is_ours(url: str) -> bool:
    """Return whether a server belongs to this process tree."""
    return url == os.environ.get(INHERITED_VARIABLE, "")


def is_healthy(url: str) -> bool:
    """Return whether a server answers."""
    try:
        with opener().open(f"{url}/v2/healthcheck", timeout=_HEALTH_SECONDS) as answer:
            return bool(answer.status == 200)
    except (OSError, ValueError, EOFError):
        return False
    except Exception:  # http.client's own, for what is no HTTP
        return False


def _is_warm(url: str, language: str) -> bool:
    """Let the server check a few words; an answer that says no is one too, but for a time-out of its own."""
    data = urllib.parse.urlencode({"language": language, "text": "It is a start."}).encode()
    try:
        with opener().open(f"{url}/v2/check", data, timeout=START_SECONDS):
            return True
    except urllib.error.HTTPError as error:
        return error.code < 500
    except Exception:  # it died, or never was there
        return False


def server_version(settings: LanguageToolSettings) -> str:
    """Return the version of the server, without starting one of our own; raises `ModelNotFoundError` without any."""
    elsewhere = settings.url or os.environ.get(URL_VARIABLE, "")
    return version_at(elsewhere.rstrip("/")) if elsewhere else install.installed().version


@cache
def version_at(url: str) -> str:
    """Ask a server for its version; raises `ModelNotFoundError` if none is there."""
    try:
        with opener().open(f"{url}/v2/info", timeout=2 * _HEALTH_SECONDS) as answer:
            found: Any = json.load(answer)
            return str(found["software"]["version"])
    except (KeyError, TypeError):
        return "unknown"
    except Exception as error:
        raise ModelNotFoundError(no_server(url, error)) from error


def no_server(url: str, error: object) -> str:
    """Return that no server is there, and what to do about it."""
    return (
        f"there is no LanguageTool server at {url} ({error}): start one there, or set languagetool.url in the config or"
        f" {URL_VARIABLE} to where one runs, or unset them and run `{SETUP}`"
    )


def opener() -> urllib.request.OpenerDirector:
    """Return an opener that asks no proxy for what is on loopback."""
    return urllib.request.build_opener(_LoopbackWithoutProxy())


class _LoopbackWithoutProxy(urllib.request.ProxyHandler):
    def proxy_open(self, req: urllib.request.Request, proxy: str, type: str) -> Any:
        if (req.host or "").rpartition(":")[0] in {"127.0.0.1", "localhost"}:
            return None
        return super().proxy_open(req, proxy, type)


def _comes_back(url: str) -> bool:
    """Return whether the server of the parent answers, now or once its watchdog has started it again."""
    until = time.monotonic() + START_SECONDS / 3
    while not is_healthy(url):
        if time.monotonic() > until:
            return False
        time.sleep(0.25)
    return True


def _start_watchdog(command: list[str]) -> subprocess.Popen[bytes]:
    """Start the watchdog in a session of its own: Ctrl-C is for the owner, which ends it in its turn."""
    arguments = [sys.executable, "-I", "-S", str(watchdog.__file__), str(RESTARTS), str(WINDOW), *command]
    return subprocess.Popen(
        arguments,
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )


def _command(settings: LanguageToolSettings, port: int) -> list[str]:
    """Return the command that runs the server: bounded memory, and dead rather than half alive without any."""
    found = install.installed()
    memory = [f"-Xmx{settings.memory_mb}m", "-XX:+ExitOnOutOfMemoryError", "-XX:+UseSerialGC"]
    command = [install.java(), *memory, "-Djava.awt.headless=true", "-cp", found.classpath, found.main]
    return [*command, "--port", str(port), "--config", str(_properties(settings))]


def _properties(settings: LanguageToolSettings) -> Path:
    """Write the server's own settings into the cache, once for each content; give the file."""
    lines = [
        f"maxCheckTimeMillis={int(settings.seconds * 1000)}",
        f"maxTextLength={_LONGEST_TEXT}",
        "maxCheckThreads=4",
        "pipelineCaching=true",
        "maxPipelinePoolSize=20",
        "pipelineExpireTimeInSeconds=36000",
        "cacheSize=2000",
    ]
    data = "".join(line + "\n" for line in lines).encode()
    name = f"server-{hashlib.sha256(data).hexdigest()[:12]}.properties"
    for folder in (install.folder, _own_folder):
        with contextlib.suppress(OSError):
            place = folder()
            path = place / name
            if not path.is_file() or path.read_bytes() != data:
                place.mkdir(parents=True, exist_ok=True)
                write_bytes(path, data)
            return path
    raise ModelNotFoundError(f"cannot write {name} into {install.folder()}: name another folder in RESTORE_CACHE")


@cache
def _own_folder() -> Path:
    """Return a folder that nobody else can write to, until this process ends: in a shared one a link could wait."""
    place, owner = Path(tempfile.mkdtemp(prefix="restore-")), os.getpid()
    atexit.register(lambda: shutil.rmtree(place, ignore_errors=True) if os.getpid() == owner else None)
    return place


def _free_port() -> int:
    with socket.socket() as place:
        place.bind(("127.0.0.1", 0))
        return int(place.getsockname()[1])
