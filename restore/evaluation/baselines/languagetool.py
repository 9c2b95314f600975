"""The baselines `languagetool` and `languagetool-grammar`: the first replacement of every match of LanguageTool.

Set up as it comes (American English, no n-gram data, not picky); `languagetool-grammar` leaves out its spelling. With
`RESTORE_LANGUAGETOOL_URL` (such as http://localhost:8081) a server that runs there is asked; else language-tool-python
fetches LanguageTool and starts it, which needs Java.
"""

from __future__ import annotations

import json
import os
import urllib.request
from collections.abc import Iterator
from typing import Any

from restore.errors import ModelNotFoundError
from restore.evaluation.baselines.base import Edit, EditingBaseline, package_version, require
from restore.records import EvidenceKind

URL_VARIABLE = "RESTORE_LANGUAGETOOL_URL"
_PACKAGE = "language-tool-python"
_LANGUAGE = "en-US"
_SECONDS = 10


class LanguageToolBaseline(EditingBaseline):
    """Applies LanguageTool's first replacements."""

    def __init__(self, name: str, spelling: bool = True) -> None:
        """Connect to the server, or start one; raises `ModelNotFoundError` where there is none."""
        require(_PACKAGE, name, "languagetool")
        import language_tool_python

        self.name = name
        url = os.environ.get(URL_VARIABLE) or None
        try:
            self._tool = language_tool_python.LanguageTool(_LANGUAGE, remote_server=url)
        except Exception as error:
            raise ModelNotFoundError(_no_server(url, error)) from error
        self._url = str(getattr(self._tool, "_url", ""))
        if not spelling:
            self._tool.disable_spellchecking()

    @property
    def version(self) -> str:
        """The versions of the package and of the server."""
        return f"{package_version(_PACKAGE)}, LanguageTool {self._server_version()}"

    def edits(self, text: str) -> Iterator[Edit]:
        """Name the first replacement of every match; raises `ModelNotFoundError` if the server is gone."""
        for match in self._matches(text):
            if match.replacements:
                end = utf16_end(text, match.offset, match.error_length)
                kind: EvidenceKind = "spelling" if match.rule_issue_type == "misspelling" else "grammar"
                yield Edit(match.offset, end, match.replacements[0], kind, match.message)

    def _matches(self, text: str) -> list[Any]:
        from language_tool_python.exceptions import LanguageToolError
        from requests import ConnectionError

        try:
            return list(self._tool.check(text))
        except LanguageToolError as error:
            if isinstance(error.__cause__, ConnectionError):
                raise ModelNotFoundError(_no_server(self._url, error)) from error
            raise

    def _server_version(self) -> str:
        try:
            with urllib.request.urlopen(f"{self._url}info", timeout=_SECONDS) as answer:
                return str(json.load(answer)["software"]["version"])
        except (OSError, ValueError, KeyError, TypeError):
            return "unknown"


def utf16_end(text: str, start: int, length: int) -> int:
    """Give the end of a range of `length` UTF-16 units that begins at a code point.

    LanguageTool counts UTF-16 units; language-tool-python converts the offsets of its matches, but not their lengths.
    """
    end = start
    while length > 0 and end < len(text):
        length -= 2 if ord(text[end]) > 0xFFFF else 1
        end += 1
    return end


def _no_server(url: str | None, error: Exception) -> str:
    if url:
        return (
            f"there is no LanguageTool server at {url} ({error}): start one there, or set {URL_VARIABLE} to where one"
            " runs"
        )
    return (
        f"LanguageTool could not be fetched and started ({error}): install Java 17 or newer, or start a server and set"
        f" {URL_VARIABLE}=http://localhost:8081"
    )
