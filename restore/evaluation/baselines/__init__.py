"""What a user would otherwise pick, behind the interface of the engine, so that the same texts can be scored.

`none` changes nothing; `symspell` corrects spelling word by word; `harper` and `languagetool` take the first suggestion
of every complaint (`harper-grammar` and `languagetool-grammar` leave spelling out). None looks at references.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from restore.errors import ConfigError
from restore.evaluation.baselines.base import Baseline, EditingBaseline, ToolEdit

__all__ = ["BASELINES", "Baseline", "EditingBaseline", "ToolEdit", "make_baseline"]


def make_baseline(name: str) -> Baseline:
    """Return the baseline of that name, ready to work.

    Raises `ConfigError` for an unknown name, and `ModelNotFoundError` with the remedy where a package or a server is
    missing.
    """
    if name not in BASELINES:
        raise ConfigError(f"there is no baseline {name!r}: choose among {', '.join(BASELINES)}")
    return BASELINES[name]()


def _symspell() -> Baseline:
    from restore.evaluation.baselines.symspell import SymSpellBaseline

    return SymSpellBaseline()


def _harper(name: str, spelling: bool) -> Baseline:
    from restore.evaluation.baselines.harper import HarperBaseline

    return HarperBaseline(name, spelling)


def _languagetool(name: str, spelling: bool) -> Baseline:
    from restore.evaluation.baselines.languagetool import LanguageToolBaseline

    return LanguageToolBaseline(name, spelling)


def _none() -> Baseline:
    from restore.evaluation.baselines.nothing import NothingBaseline

    return NothingBaseline()


BASELINES: Mapping[str, Callable[[], Baseline]] = {
    "symspell": _symspell,
    "harper": lambda: _harper("harper", spelling=True),
    "harper-grammar": lambda: _harper("harper-grammar", spelling=False),
    "languagetool": lambda: _languagetool("languagetool", spelling=True),
    "languagetool-grammar": lambda: _languagetool("languagetool-grammar", spelling=False),
    "none": _none,
}
"""The names that `make_baseline` knows, with what makes each."""
