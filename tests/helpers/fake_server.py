"""A small server that answers as LanguageTool does, or as it should not."""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

WRONG = {"goverment": "government", "😀 teh": "😀 the", "teh": "the", "Medvedev": "Mercedes"}


class Fake(ThreadingHTTPServer):
    """Complains about the words in `WRONG`, in UTF-16 units; lists `rules`; `asked` are the fields of all requests."""

    daemon_threads = True

    def __init__(self, port: int = 0) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.asked: list[dict[str, str]] = []
        self.answer: Any = None
        self.code = 200
        self.wait = 0.0
        self.shift = 0
        self.rules: list[tuple[str, str]] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    @property
    def texts(self) -> list[str]:
        return [fields["text"] for fields in self.asked]


@contextmanager
def serving(port: int = 0) -> Iterator[Fake]:
    server = Fake(port)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()


def units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def complaint(text: str, start: int, end: int, rule: str = "MORFOLOGIK_RULE_EN_US", **changes: Any) -> dict[str, Any]:
    """Write a match of `text[start:end]` as the server would."""
    word = text[start:end]
    before = text[max(0, start - 5) : start]
    about = {"id": rule, "issueType": "misspelling", "category": {"id": "TYPOS", "name": ""}}
    context = {"text": before + word + text[end : end + 5], "offset": units(before), "length": units(word)}
    return {
        "message": "wrong", "replacements": [{"value": WRONG.get(word, word + "x")}], "offset": units(text[:start]),
        "length": units(word), "context": context, "sentence": text, "rule": about, **changes,
    }  # fmt: skip


class _Handler(BaseHTTPRequestHandler):
    server: Fake

    def do_GET(self) -> None:
        if "healthcheck" in self.path:
            self._send(b"OK")
        elif "configinfo" in self.path and self.server.rules:
            listed = [{"ruleId": rule, "categoryId": category} for rule, category in self.server.rules]
            self._send(json.dumps({"rules": listed}).encode())
        elif "languages" in self.path:
            self._send(json.dumps([{"name": "English", "code": "en", "longCode": "en-US"}]).encode())
        else:
            self._send(json.dumps({"software": {"name": "LanguageTool", "version": "6.7"}}).encode())

    def do_POST(self) -> None:
        fields = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode(), keep_blank_values=True)
        asked = {name: values[0] for name, values in fields.items()}
        self.server.asked.append(asked)
        time.sleep(self.server.wait)
        if self.server.answer is not None:
            self._send(self.server.answer, self.server.code)
            return
        text = asked["text"]
        pattern = "|".join(map(re.escape, sorted(WRONG, key=len, reverse=True)))
        found = [complaint(text, *m.span()) for m in re.finditer(pattern, text)]
        for one in found:
            one["offset"] += self.server.shift
        self._send(json.dumps({"matches": found}).encode())

    def _send(self, data: bytes, code: int = 200) -> None:
        self.send_response(code)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *args: object) -> None:
        pass
