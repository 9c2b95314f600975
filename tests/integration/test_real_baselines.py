"""The real checkers, where their packages are installed; LanguageTool's package against a small server here."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from importlib.metadata import PackageNotFoundError, version
from urllib.parse import parse_qs

import pytest

from restore.errors import ModelNotFoundError
from restore.evaluation.baselines import make_baseline
from restore.evaluation.baselines.base import Baseline
from restore.evaluation.baselines.languagetool import URL_VARIABLE

pytestmark = pytest.mark.integration
TEXT = "😀😀 He 😀 go to to school.\r\n\r\nThe goverment 😀 spoke.  🎉"


def _has(package: str) -> bool:
    try:
        version(package)
    except PackageNotFoundError:
        return False
    return True


needs_harper = pytest.mark.skipif(not _has("harper-py"), reason="harper-py is not installed (extra baselines)")
needs_package = pytest.mark.skipif(
    not _has("language-tool-python"), reason="language-tool-python is not installed (extra languagetool)"
)


class _Server(BaseHTTPRequestHandler):
    """Answers as LanguageTool does: complains about every "goverment" and every lone 😀, in UTF-16 units."""

    def do_GET(self) -> None:
        about = {"software": {"name": "LanguageTool", "version": "6.7"}}
        self._answer([{"name": "English", "code": "en", "longCode": "en-US"}] if "languages" in self.path else about)

    def do_POST(self) -> None:
        fields = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        text = fields["text"][0]
        spelling = "TYPOS" not in fields.get("disabledCategories", [""])[0]
        pairs = [("😀 spoke", "spoke")] + ([("goverment", "government")] if spelling else [])
        self._answer({"matches": [self._match(text, *pair) for pair in pairs if pair[0] in text]})

    def _match(self, text: str, wrong: str, right: str) -> dict[str, object]:
        units = len(text[: text.index(wrong)].encode("utf-16-le")) // 2
        length = len(wrong.encode("utf-16-le")) // 2
        rule = {"id": "RULE", "issueType": "misspelling", "category": {"id": "TYPOS"}}
        context = {"text": text, "offset": units, "length": length}
        return {
            "message": "wrong", "replacements": [{"value": right}], "offset": units, "length": length,
            "context": context, "sentence": text, "rule": rule,
        }  # fmt: skip

    def _answer(self, content: object) -> None:
        data = json.dumps(content).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[HTTPServer]:
    server = HTTPServer(("127.0.0.1", 0), _Server)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    monkeypatch.setenv(URL_VARIABLE, f"http://127.0.0.1:{server.server_port}")
    yield server
    server.shutdown()
    server.server_close()


@needs_harper
def test_harper_corrects_and_keeps_the_rest() -> None:
    restored = make_baseline("harper").restore(TEXT).restored
    assert "government" in restored
    assert "to school.\r\n\r\nThe" in restored
    assert restored.count("😀") == TEXT.count("😀")
    assert "goverment" in make_baseline("harper-grammar").restore(TEXT).restored


@needs_package
@pytest.mark.usefixtures("server")
def test_languagetool_is_right_with_astral_characters() -> None:
    baseline = make_baseline("languagetool")
    assert baseline.restore(TEXT).restored == TEXT.replace("goverment 😀 spoke", "government spoke")
    assert baseline.version.endswith("LanguageTool 6.7")
    assert make_baseline("languagetool-grammar").restore(TEXT).restored == TEXT.replace("😀 spoke", "spoke")
    assert baseline.restore("\ud800 " + TEXT).restored == "\ud800 " + TEXT.replace(
        "goverment 😀 spoke", "government spoke"
    )


@needs_package
def test_a_server_that_goes_away_stops_the_run(server: HTTPServer) -> None:
    baseline = make_baseline("languagetool")
    server.shutdown()
    server.server_close()
    with pytest.raises(ModelNotFoundError, match=URL_VARIABLE):
        baseline.restore(TEXT)
    with pytest.raises(ModelNotFoundError, match=URL_VARIABLE):
        make_baseline("languagetool")


@pytest.fixture(scope="module")
def spelling() -> Baseline:
    """The dictionary of symspellpy takes seconds to load."""
    return make_baseline("symspell")


@pytest.mark.parametrize(
    ("text", "restored"),
    [
        ("The goverment  spoke.\r\n", "The government  spoke.\r\n"),
        ("Obamaa met Teh king.", "Obamaa met Teh king."),
        ("See goverment.eu, x-raay, don't, 20th, @goverment!", "See goverment.eu, x-raay, don't, 20th, @goverment!"),
        ("zqxjkvw 😀 belive", "zqxjkvw 😀 believe"),
        ("", ""),
    ],
)  # fmt: skip
def test_symspell_mends_unknown_lower_case_words_only(spelling: Baseline, text: str, restored: str) -> None:
    assert spelling.restore(text).restored == restored
