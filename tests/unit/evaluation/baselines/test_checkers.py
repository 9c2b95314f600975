"""The grammar checkers behind their packages, which are put in place of the real ones here."""

from __future__ import annotations

import sys
from enum import IntEnum
from importlib.metadata import PackageNotFoundError
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from restore.errors import ModelNotFoundError
from restore.evaluation.baselines import base, make_baseline


class _Kind(IntEnum):
    REPLACE = 0
    REMOVE = 1
    INSERT_AFTER = 2


def _lint(start: int, end: int, kind: _Kind | None, replacement: str = "", family: str = "Grammar") -> Any:
    suggestions = [] if kind is None else [SimpleNamespace(kind=kind, replacement_text=replacement)]
    return SimpleNamespace(
        span=SimpleNamespace(start=start, end=end), suggestions=suggestions, lint_kind=family, message="why"
    )


class _Linter:
    config: dict[str, bool | None]

    def __init__(self) -> None:
        self.config = {"SpellCheck": None}

    def get_lint_config(self) -> dict[str, bool | None]:
        return dict(self.config)

    def set_lint_config(self, config: dict[str, bool | None]) -> None:
        self.config = config

    def lint(self, text: str, language: str) -> list[Any]:
        assert language == "plaintext"
        spelling = [_lint(0, 3, _Kind.REPLACE, "The", "Spelling")] if self.config["SpellCheck"] is not False else []
        return [*spelling, _lint(3, 4, _Kind.REMOVE), _lint(4, 7, _Kind.INSERT_AFTER, "s"), _lint(4, 7, None)]


@pytest.fixture
def fakes(monkeypatch: pytest.MonkeyPatch) -> None:
    modules: dict[str, dict[str, Any]] = {
        "harper": {
            "Linter": _Linter, "SuggestionKind": _Kind, "Language": SimpleNamespace(PLAINTEXT="plaintext")
        },
    }  # fmt: skip
    for name, members in modules.items():
        module = ModuleType(name)
        vars(module).update(members)
        monkeypatch.setitem(sys.modules, name, module)
    monkeypatch.setattr(base, "version", lambda package: "9")


@pytest.mark.usefixtures("fakes")
def test_harper_replaces_removes_and_inserts() -> None:
    baseline = make_baseline("harper")
    assert baseline.restore("Teh cat").restored == "Thecats"
    assert [c.kind for c in baseline.restore("Teh cat").corrections] == ["R:SPELL", "U:OTHER", "M:OTHER"]
    assert (baseline.name, baseline.version) == ("harper", "harper-py 9")


@pytest.mark.usefixtures("fakes")
def test_harper_can_leave_spelling_out() -> None:
    baseline = make_baseline("harper-grammar")
    assert (baseline.name, baseline.restore("Teh cat").restored) == ("harper-grammar", "Tehcats")


@pytest.mark.parametrize(
    ("name", "remedy"), [("harper", r"restore-text\[baselines\]"), ("languagetool", r"restore-text\[languagetool\]")]
)
def test_a_missing_extra_names_the_remedy(monkeypatch: pytest.MonkeyPatch, name: str, remedy: str) -> None:
    def missing(package: str) -> str:
        raise PackageNotFoundError(package)

    monkeypatch.setattr(base, "version", missing)
    with pytest.raises(ModelNotFoundError, match=f"pip install '{remedy}'"):
        make_baseline(name)
