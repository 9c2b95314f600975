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
from restore.evaluation.baselines.languagetool import URL_VARIABLE, utf16_end


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


class _Unreachable(OSError):
    pass


class _ToolError(Exception):
    pass


class _Tool:
    _url = "http://127.0.0.1:1/v2/"

    def __init__(self, language: str, remote_server: str | None) -> None:
        if remote_server is None:
            raise _ToolError("no Java")
        self.spelling = True

    def disable_spellchecking(self) -> None:
        self.spelling = False

    def check(self, text: str) -> list[Any]:
        if text == "gone":
            raise _ToolError("refused") from _Unreachable()
        if text == "long":
            raise _ToolError("too long")
        return [
            SimpleNamespace(offset=0, error_length=4, replacements=["Ah", "Oh"], rule_issue_type="grammar", message=""),
            SimpleNamespace(offset=3, error_length=1, replacements=[], rule_issue_type="grammar", message=""),
        ]


@pytest.fixture
def fakes(monkeypatch: pytest.MonkeyPatch) -> None:
    modules: dict[str, dict[str, Any]] = {
        "harper": {
            "Linter": _Linter, "SuggestionKind": _Kind, "Language": SimpleNamespace(PLAINTEXT="plaintext")
        },
        "language_tool_python": {"LanguageTool": _Tool},
        "language_tool_python.exceptions": {"LanguageToolError": _ToolError},
        "requests": {"ConnectionError": _Unreachable},
    }  # fmt: skip
    for name, members in modules.items():
        module = ModuleType(name)
        vars(module).update(members)
        monkeypatch.setitem(sys.modules, name, module)
    monkeypatch.setattr(base, "version", lambda package: "9")
    monkeypatch.setenv(URL_VARIABLE, "http://127.0.0.1:1")


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


@pytest.mark.usefixtures("fakes")
def test_languagetool_counts_utf16_units() -> None:
    baseline = make_baseline("languagetool")
    assert baseline.restore("😀😀 go").restored == "Ah go"
    assert baseline.version == "language-tool-python 9, LanguageTool unknown"


@pytest.mark.usefixtures("fakes")
def test_a_text_that_languagetool_refuses_does_not_stop_the_run_but_a_server_that_is_gone_does() -> None:
    baseline = make_baseline("languagetool-grammar")
    assert "too long" in baseline.restore("long").error
    with pytest.raises(ModelNotFoundError, match=URL_VARIABLE):
        baseline.restore("gone")


@pytest.mark.usefixtures("fakes")
def test_without_a_server_and_without_java_the_remedies_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(URL_VARIABLE)
    with pytest.raises(ModelNotFoundError, match=f"Java 17.*{URL_VARIABLE}"):
        make_baseline("languagetool")


@pytest.mark.parametrize(
    ("name", "remedy"), [("harper", r"restore-text\[baselines\]"), ("languagetool", r"restore-text\[languagetool\]")]
)
def test_a_missing_extra_names_the_remedy(monkeypatch: pytest.MonkeyPatch, name: str, remedy: str) -> None:
    def missing(package: str) -> str:
        raise PackageNotFoundError(package)

    monkeypatch.setattr(base, "version", missing)
    with pytest.raises(ModelNotFoundError, match=f"pip install '{remedy}'"):
        make_baseline(name)


@pytest.mark.parametrize(("text", "start", "length", "end"), [("a😀b", 0, 3, 2), ("ab", 0, 9, 2), ("ab", 1, 0, 1)])
def test_ends_of_utf16_ranges(text: str, start: int, length: int, end: int) -> None:
    assert utf16_end(text, start, length) == end
