"""The baselines `harper` and `harper-grammar`: the grammar checker Harper, first suggestion of every complaint.

Set up as it comes (American English), on plain text instead of Markdown; `harper-grammar` switches its spelling off.
"""

from __future__ import annotations

from collections.abc import Iterator

from restore.evaluation.baselines.base import EditingBaseline, ToolEdit, package_version, require
from restore.records import EvidenceKind

_PACKAGE = "harper-py"


class HarperBaseline(EditingBaseline):
    """Applies Harper's first suggestions."""

    def __init__(self, name: str, spelling: bool = True) -> None:
        """Load its dictionary, which takes about a second; raises `ModelNotFoundError` without the package."""
        require(_PACKAGE, name, "baselines")
        from harper import Language, Linter

        self.name = name
        self._plain = Language.PLAINTEXT
        self._linter = Linter()
        if not spelling:
            self._linter.set_lint_config(self._linter.get_lint_config() | {"SpellCheck": False})

    @property
    def version(self) -> str:
        """The version of the package, which brings rules and dictionary."""
        return package_version(_PACKAGE)

    def edits(self, text: str) -> Iterator[ToolEdit]:
        """Name the first suggestion of every lint; Harper gives offsets in code points and drops overlaps."""
        from harper import SuggestionKind

        for lint in self._linter.lint(text, language=self._plain):
            if not lint.suggestions:
                continue
            first = lint.suggestions[0]
            start = lint.span.end if first.kind == SuggestionKind.INSERT_AFTER else lint.span.start
            kind: EvidenceKind = "spelling" if lint.lint_kind == "Spelling" else "grammar"
            yield ToolEdit(start, lint.span.end, first.replacement_text, kind, lint.message)
