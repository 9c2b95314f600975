"""Setting LanguageTool up from a small repository over HTTP."""

from __future__ import annotations

import hashlib
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from restore.errors import ModelDamagedError, ModelNotFoundError
from restore.languagetool import fetching, install, server
from restore.languagetool.catalogue import Catalogue, Jar
from restore.languagetool.settings import LanguageToolSettings

CONTENT = {f"org/x/jar{n}/1/jar{n}-1.jar": bytes([n]) * 100_000 for n in (1, 2)}
CATALOGUE = Catalogue(
    "1.0", "Main", tuple(Jar(path, len(data), hashlib.sha256(data).hexdigest()) for path, data in CONTENT.items())
)


class _Repository(BaseHTTPRequestHandler):
    served: list[tuple[str, str]]
    content: dict[str, bytes]
    breaks: int
    ranges: bool

    def do_GET(self) -> None:
        wanted = self.headers.get("Range", "")
        self.served.append((self.path[1:], wanted))
        data = self.content.get(self.path[1:])
        if data is None:
            self.send_error(404)
            return
        first = int(wanted[6:-1]) if wanted and self.ranges else 0
        self.send_response(206 if first else 200)
        self.send_header("Content-Length", str(len(data) - first))
        self.end_headers()
        if type(self).breaks:
            type(self).breaks -= 1
            self.wfile.write(data[first : first + 30_000])
            return
        self.wfile.write(data[first:])

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[type[_Repository]]:
    class Handler(_Repository):
        breaks = 0
        ranges = True

    Handler.served, Handler.content = [], dict(CONTENT)
    served = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=served.serve_forever, daemon=True).start()
    monkeypatch.setenv("RESTORE_CACHE", str(tmp_path))
    monkeypatch.setenv(install.REPOSITORY_VARIABLE, f"http://127.0.0.1:{served.server_port}/")
    monkeypatch.setattr(install, "load_catalogue", lambda: CATALOGUE)
    monkeypatch.setattr(install, "java_version", lambda: 17)
    monkeypatch.setattr(install, "_java_path", lambda: "java")
    monkeypatch.setattr(fetching.time, "sleep", lambda seconds: None)
    yield Handler
    served.shutdown()
    served.server_close()


def test_the_jars_are_fetched_once_and_found_again(repository: type[_Repository]) -> None:
    steps: list[tuple[str, int, int]] = []
    place = install.setup(lambda *step: steps.append(step))
    assert {p.name: p.read_bytes() for p in place.glob("*.jar")} == {k[-10:]: v for k, v in CONTENT.items()}
    assert steps[-1] == ("downloading", 200_000, 200_000)
    assert install.setup() == place
    assert len(repository.served) == 2
    found = install.find()
    assert found is not None
    assert (found.version, install.status().state) == ("1.0", "ready")
    assert install.remove() == 200_000
    assert (install.status().state, place.exists()) == ("absent", False)


def test_a_broken_download_goes_on_where_it_stopped(repository: type[_Repository]) -> None:
    repository.breaks = 1
    install.setup()
    assert [wanted for _, wanted in repository.served] == ["", "bytes=30000-", ""]
    assert install.status().state == "ready"


def test_a_repository_without_ranges_sends_everything_again(repository: type[_Repository]) -> None:
    repository.breaks, repository.ranges = 2, False
    install.setup()
    assert install.status().state == "ready"


def test_a_download_that_never_ends_well_goes_on_at_the_next_setup(repository: type[_Repository]) -> None:
    repository.breaks = 3
    with pytest.raises(ModelNotFoundError, match="goes on where it stopped"):
        install.setup()
    assert install.status().state == "absent"
    install.setup()
    assert repository.served[3][1] == "bytes=90000-"
    assert install.status().state == "ready"


def test_another_jar_than_the_pinned_one_is_not_installed(repository: type[_Repository]) -> None:
    path = next(iter(CONTENT))
    repository.content[path] = b"?" * 100_000
    with pytest.raises(ModelDamagedError, match=r"not the pinned jar1-1\.jar.*--repository URL"):
        install.setup()
    assert not list(install.folder().glob("*.jar*"))
    repository.content[path] = CONTENT[path] + b"more"
    with pytest.raises(ModelDamagedError):
        install.setup()


def test_what_is_not_there_or_cannot_be_reached_names_the_remedy(repository: type[_Repository]) -> None:
    repository.content.clear()
    with pytest.raises(ModelNotFoundError, match=r"404.*--repository URL"):
        install.setup()
    with pytest.raises(ModelNotFoundError, match="Check the connection"):
        install.setup(repository="http://127.0.0.1:1")
    with pytest.raises(ModelNotFoundError, match="cannot fetch"):
        install.setup(repository="no address")


@pytest.mark.usefixtures("repository")
def test_a_damaged_jar_is_seen_and_fetched_again() -> None:
    place = install.setup()
    (place / "jar1-1.jar").write_bytes(b"!" * 100_000)
    assert install.status().state == "damaged"
    install.setup()
    assert install.status().state == "ready"


@pytest.mark.usefixtures("repository")
def test_no_java_names_the_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(install, "java_version", lambda: 11)
    with pytest.raises(ModelNotFoundError, match="needs Java 17 or newer and only Java 11 is here"):
        install.setup()


@pytest.mark.usefixtures("repository")
def test_without_maven_and_repository_the_package_downloads_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(install.REPOSITORY_VARIABLE)
    monkeypatch.setattr(install, "has_maven", lambda: False)
    monkeypatch.setattr(install, "has_package", lambda: False)
    with pytest.raises(ModelNotFoundError, match=r"install Maven.*--repository URL"):
        install.setup()
    with pytest.raises(ModelNotFoundError, match=r"restore-text\[languagetool\].*restore languagetool setup"):
        install.installed()


@pytest.mark.usefixtures("repository")
def test_what_maven_gives_is_checked(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv(install.REPOSITORY_VARIABLE)
    monkeypatch.setattr(install, "has_maven", lambda: True)
    given = dict(CONTENT)

    def maven(jars: object, work: Path) -> Path:
        for path, data in given.items():
            (work / path[-10:]).write_bytes(data)
        return work

    monkeypatch.setattr(install, "copy_with_maven", maven)
    given[next(iter(CONTENT))] = b"other"
    with pytest.raises(ModelDamagedError, match=r"settings\.xml"):
        install.setup()
    given.update(CONTENT)
    install.setup()
    assert install.status().state == "ready"
    assert not list(install.folder().glob(".work-*"))


@pytest.mark.usefixtures("repository")
@pytest.mark.parametrize("damaged", [True, False])
def test_a_server_that_cannot_be_started_names_the_remedy(monkeypatch: pytest.MonkeyPatch, damaged: bool) -> None:
    place = install.setup()
    if damaged:
        (place / "jar1-1.jar").write_bytes(b"x" * 100_000)
    monkeypatch.setattr(server, "RESTARTS", 0)
    dying = [sys.executable, "-c", "print('java.lang.NoClassDefFoundError: org/x'); raise SystemExit(1)"]
    monkeypatch.setattr(server, "_command", lambda settings, port: dying)
    with pytest.raises(ModelNotFoundError, match="restore languagetool setup") as caught:
        server.Server(LanguageToolSettings(enabled=True)).start()
    assert ("jar1-1.jar" in str(caught.value)) is damaged
    assert ("restore languagetool status" in str(caught.value)) is not damaged


@pytest.mark.usefixtures("repository")
def test_a_server_that_never_answers_names_the_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "_command", lambda *_: [sys.executable, "-c", "import time; time.sleep(30)"])
    monkeypatch.setattr(server, "START_SECONDS", 0.2)
    with pytest.raises(ModelNotFoundError, match=r"languagetool\.seconds \(1\)"):
        server.Server(LanguageToolSettings(enabled=True, seconds=1)).start()
