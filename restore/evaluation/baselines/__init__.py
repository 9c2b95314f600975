"""What a user would otherwise pick, behind the interface of the engine, so that the same texts can be scored.

`none` changes nothing; `symspell` corrects spelling word by word; `harper` and `languagetool` take the first suggestion
of every complaint (`harper-grammar` and `languagetool-grammar` leave spelling out); `bigram` is the engine with its
small judge. Only `bigram` looks at references.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from restore.errors import ConfigError
from restore.evaluation.baselines.base import Baseline, Edit, EditingBaseline

if TYPE_CHECKING:
    from restore.config import Config

__all__ = ["BASELINES", "Baseline", "Edit", "EditingBaseline", "make_baseline"]


def make_baseline(name: str, config: Config | None = None) -> Baseline:
    """Give the baseline of that name, ready to work; `config` holds the other settings of `bigram`.

    Raises `ConfigError` for an unknown name, and `ModelNotFoundError` with the remedy where a package or a server is
    missing.
    """
    if name not in BASELINES:
        raise ConfigError(f"there is no baseline {name!r}: choose among {', '.join(BASELINES)}")
    return BASELINES[name](config)


def _symspell(_config: Config | None) -> Baseline:
    from restore.evaluation.baselines.symspell import SymSpellBaseline

    return SymSpellBaseline()


def _harper(name: str, spelling: bool) -> Baseline:
    from restore.evaluation.baselines.harper import HarperBaseline

    return HarperBaseline(name, spelling)


def _languagetool(name: str, spelling: bool) -> Baseline:
    from restore.evaluation.baselines.languagetool import LanguageToolBaseline

    return LanguageToolBaseline(name, spelling)


def _bigram(config: Config | None) -> Baseline:
    from restore.evaluation.baselines.engine import BigramBaseline

    return BigramBaseline(config)


def _none(_config: Config | None) -> Baseline:
    from restore.evaluation.baselines.nothing import NothingBaseline

    return NothingBaseline()


BASELINES: Mapping[str, Callable[[Config | None], Baseline]] = {
    "symspell": _symspell,
    "harper": lambda _: _harper("harper", spelling=True),
    "harper-grammar": lambda _: _harper("harper-grammar", spelling=False),
    "languagetool": lambda _: _languagetool("languagetool", spelling=True),
    "languagetool-grammar": lambda _: _languagetool("languagetool-grammar", spelling=False),
    "bigram": _bigram,
    "none": _none,
}
"""The names that `make_baseline` knows, with what makes each."""
