"""The baselines `languagetool` and `languagetool-grammar`: the first replacement of every match of LanguageTool.

Set up as it comes (American English, no n-gram data, not picky); `languagetool-grammar` leaves out its spelling. With
`RESTORE_LANGUAGETOOL_URL` (such as http://localhost:8081) a server that runs there is asked, else the one that
`restore languagetool setup` put into the cache.
"""

from __future__ import annotations

from collections.abc import Iterator

from restore.errors import ModelNotFoundError
from restore.evaluation.baselines.base import EditingBaseline, ToolEdit, package_version, require
from restore.languagetool.client import LanguageToolClient
from restore.languagetool.server import URL_VARIABLE
from restore.languagetool.settings import LanguageToolSettings
from restore.records import EvidenceKind

_PACKAGE = "language-tool-python"


class LanguageToolBaseline(EditingBaseline):
    """Applies LanguageTool's first replacements."""

    def __init__(self, name: str, spelling: bool = True) -> None:
        """Connect to the server, or start one; raises `ModelNotFoundError` where there is none."""
        require(_PACKAGE, name, "languagetool")
        self.name = name
        disabled = () if spelling else ("TYPOS",)
        self._client = LanguageToolClient(LanguageToolSettings(enabled=True, disabled_categories=disabled))
        self._version = self._client.version

    @property
    def version(self) -> str:
        """The versions of the package and of the server."""
        return f"{package_version(_PACKAGE)}, LanguageTool {self._version}"

    def edits(self, text: str) -> Iterator[ToolEdit]:
        """Name the first replacement of every match.

        Raises `ModelNotFoundError` if the server is gone, `ValueError` if the text could not be checked.
        """
        checked = self._client.check(text)
        self._client.take_notes()
        if self._client.is_gone:
            raise ModelNotFoundError(
                f"the LanguageTool server is gone: start it again, or set {URL_VARIABLE} to where one runs"
            )
        if checked.notes:
            raise ValueError(checked.notes[0])
        for match in checked.matches:
            if match.replacements:
                kind: EvidenceKind = "spelling" if match.issue == "misspelling" else "grammar"
                yield ToolEdit(match.start, match.end, match.replacements[0], kind, match.message)
