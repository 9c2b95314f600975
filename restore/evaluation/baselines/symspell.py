"""The baseline `symspell`: a spelling corrector set up as a careful user would.

symspellpy's own `lookup_compound` rewrites whole texts: it drops punctuation and case and cuts names up. So words are
looked up one by one in its English dictionary, at most two edits away, and the nearest (then the most frequent) known
word replaces an unknown one, in the casing of the text. Left alone are words with a capital (names, mostly), words of
one letter, and whatever is glued to a figure, an apostrophe, a hyphen or a link.
"""

from __future__ import annotations

import importlib.resources
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from restore.evaluation.baselines.base import EditingBaseline, ToolEdit, package_version

if TYPE_CHECKING:
    from symspellpy import SymSpell

_DISTANCE = 2
"""Edits; symspellpy's own default."""
_GLUE = r"\w@#&_/\\.'’-"
_WORD = re.compile(rf"(?<![{_GLUE}])[a-z]{{2,40}}(?![\w@#&_/\\'’-]|\.\w)")


class SymSpellBaseline(EditingBaseline):
    """Replaces unknown words by the nearest known one."""

    name = "symspell"

    def __init__(self) -> None:
        self._spelling = _load()

    @property
    def version(self) -> str:
        """The version of the package, which brings the dictionary."""
        return package_version("symspellpy")

    def edits(self, text: str) -> Iterator[ToolEdit]:
        """Name the words that the dictionary lacks and that a known word is near to."""
        from symspellpy import Verbosity

        for match in _WORD.finditer(text):
            word = match.group()
            found = self._spelling.lookup(word, Verbosity.TOP, _DISTANCE)
            if found and found[0].term != word:
                nearest = found[0].term
                yield ToolEdit(match.start(), match.end(), nearest, "spelling", f"{word} is unknown; {nearest} is near")


def _load() -> SymSpell:
    from symspellpy import SymSpell

    spelling = SymSpell(max_dictionary_edit_distance=_DISTANCE)
    dictionary = importlib.resources.files("symspellpy") / "frequency_dictionary_en_82_765.txt"
    with importlib.resources.as_file(dictionary) as path:
        spelling.load_dictionary(path, term_index=0, count_index=1, encoding="utf-8-sig")
    return spelling
