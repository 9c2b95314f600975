"""What stands where in a text that is to be damaged: the tokens that can be hit, with what is known about each."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from restore.channel.model import SpinnerChannel
from restore.simulation.damage_styles import Style
from restore.text.casing import capitalise
from restore.text.parsing import ParsedText, Token

FUNCTION = frozenset({"ADP", "AUX", "CCONJ", "DET", "PART", "PRON", "SCONJ"})
"""The closed classes, by spaCy's parts of speech."""
"""The open classes, by spaCy's parts of speech."""
UNUSABLE = re.compile(r"[{}|\"“”‘«»\d]|=>")
"""Signs of the markup, quotation marks and figures: neither hit nor written."""
_LONGEST = 4  # the words of the longest phrase of the rows that is met more than once
_GLUE = frozenset("-–'’_/@#&.")


@dataclass(frozen=True, slots=True)
class Site:
    """Tokens `[first, last)` that one kind of damage can hit (empty for an insertion before `first`)."""

    first: int
    last: int
    weight: float


@dataclass(frozen=True, slots=True)
class Damage:
    """Characters `[start, end)` of the original and what the spinner writes there."""

    start: int
    end: int
    spun: str
    kind: str


@dataclass(frozen=True)
class TextView:
    """A parsed text with the facts about its tokens that all kinds of damage ask for, and who is to damage it."""

    parsed: ParsedText
    channel: SpinnerChannel
    family: str
    style: Style

    @property
    def tokens(self) -> tuple[Token, ...]:
        """The tokens of the text."""
        return self.parsed.tokens

    def said(self, first: int, last: int) -> str:
        """Return the lower-cased characters of the tokens `[first, last)`."""
        return self.parsed.text[self.tokens[first].start : self.tokens[last - 1].end].lower()

    def touchable(self, first: int, last: int) -> bool:
        """Return whether the tokens stand free of hyphens, apostrophes and the like, and can be written in markup."""
        if not (self._left[first] and self._right[last - 1] and self._usable[first]):
            return False
        return last == first + 1 or all(self._usable[first:last])

    def apart(self, first: int, last: int) -> bool:
        """Return whether nothing is glued to the tokens from outside, whatever they themselves hold."""
        return self._left[first] and self._right[last - 1]

    def free(self, token: Token) -> bool:
        """Return whether a token is a plain word: no name, no figure, not in capitals."""
        return self._free[token.index]

    def opens(self, token: Token) -> bool:
        """Return whether the token is the first word of its sentence."""
        return token.index in self._openers

    def spaced(self, before: Token, after: Token) -> bool:
        """Return whether exactly one blank stands between two tokens."""
        return self.parsed.text[before.end : after.start] == " "

    def glued(self, before: Token, after: Token) -> bool:
        """Return whether nothing stands between two tokens."""
        return before.end == after.start

    def previous(self, token: Token) -> Token | None:
        """Return the token before, in the same sentence."""
        before = self.tokens[token.index - 1] if token.index else None
        return before if before and before.sentence == token.sentence else None

    def next(self, token: Token) -> Token | None:
        """Return the token after, in the same sentence."""
        after = self.tokens[token.index + 1] if token.index + 1 < len(self.tokens) else None
        return after if after and after.sentence == token.sentence else None

    def quoted(self, token: Token) -> bool:
        """Return whether a token stands between quotation marks."""
        spans = self.parsed.quotations
        near = bisect_left(self._quotation_ends, token.start + 1)
        return near < len(spans) and spans[near].start <= token.start

    def cased(self, word: str, like: Token) -> str:
        """Return a word with a capital where the token has one for its place (not for being "I")."""
        capital = like.text[:1].isupper() and (like.text.lower() != "i" or self.opens(like))
        return capitalise(word) if capital else word

    @cached_property
    def runs(self) -> Sequence[tuple[int, int]]:
        """The runs `[first, last)` of two to four free tokens of one sentence that can be hit whole."""
        found: list[tuple[int, int]] = []
        tokens, free, usable = self.tokens, self._free, self._usable
        for first, token in enumerate(tokens):
            if not free[first] or not self._left[first]:
                continue
            for last in range(first + 2, min(first + _LONGEST, len(tokens)) + 1):
                at = last - 1
                if not free[at] or not usable[at] or tokens[at].sentence != token.sentence:
                    break
                if self._right[at]:
                    found.append((first, last))
        return found

    @cached_property
    def surnames(self) -> frozenset[str]:
        """The last words of persons that are named with first name and surname somewhere in the text."""
        pairs = zip(self.tokens, self.tokens[1:], strict=False)
        return frozenset(
            last.lower
            for first, last in pairs
            if first.entity == last.entity == "PERSON" and first.is_name and last.is_name
        )

    @cached_property
    def _openers(self) -> frozenset[int]:
        found: dict[int, int] = {}
        for token in self.tokens:
            if token.is_word:
                found.setdefault(token.sentence, token.index)
        return frozenset(found.values())

    @cached_property
    def _free(self) -> list[bool]:
        return [
            token.is_word
            and not token.is_name
            and not token.is_figure
            and not (len(token.text) > 1 and token.text.isupper())
            for token in self.tokens
        ]

    @cached_property
    def _usable(self) -> list[bool]:
        text = self.parsed
        return [not UNUSABLE.search(t.text) and not text.in_link(t.start, t.end) for t in self.tokens]

    @cached_property
    def _left(self) -> list[bool]:
        text = self.parsed.text
        befores = (text[token.start - 1 : token.start] for token in self.tokens)
        return [not (before.isalnum() or before in _GLUE) for before in befores]

    @cached_property
    def _right(self) -> list[bool]:
        text = self.parsed.text
        afters = (text[token.end : token.end + 1] for token in self.tokens)
        return [not after.isalnum() and (after not in _GLUE or after == ".") for after in afters]

    @cached_property
    def _quotation_ends(self) -> list[int]:
        return [span.end for span in self.parsed.quotations]
