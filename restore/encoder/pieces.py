"""Word pieces of single words, and how words are cased: what the encoder reads and writes."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

NOTHING = 1
"""The piece "[unused0]" of BERT's vocabulary: as the original of a word it says that nothing stood there."""
UNKNOWN, CLS, SEP, MASK = 100, 101, 102, 103
"""Places of the special pieces in BERT's vocabulary."""
LONGEST_WORD = 8
"""Pieces of a word that are read; longer ones are addresses and the like. Chosen by hand."""
LOWER, CAPITAL, UPPER, MIXED = range(4)
"""The classes of casing; `MIXED` stands for whatever is none of the others, words without letters included."""


class WordPieces:
    """Cuts words into the pieces of a vocabulary (WordPiece, Wu et al. 2016), lower-cased and without accents."""

    def __init__(self, vocabulary: Path) -> None:
        from tokenizers.implementations.bert_wordpiece import BertWordPieceTokenizer

        self._tokenizer: Any = BertWordPieceTokenizer(str(vocabulary), lowercase=True)
        size = self._tokenizer.get_vocab_size()
        self._names: list[str] = [self._tokenizer.id_to_token(piece) or "[]" for piece in range(size)]
        self.of = lru_cache(maxsize=100_000)(self._of)
        """Return the pieces of a word: at least one, `UNKNOWN` where nothing of it is known; at most `LONGEST_WORD`."""
        self.of_phrase = lru_cache(maxsize=20_000)(self._of_phrase)
        """Return the pieces of words parted by blanks, one word after the other; none for no words."""

    def _of(self, word: str) -> tuple[int, ...]:
        safe = word.encode("utf-8", "replace").decode()  # the tokenizer takes no lone surrogates
        found = self._tokenizer.encode(safe, add_special_tokens=False).ids
        return tuple(found[:LONGEST_WORD]) or (UNKNOWN,)

    def _of_phrase(self, words: str) -> tuple[int, ...]:
        return tuple(piece for word in words.split() for piece in self.of(word))

    def text(self, pieces: tuple[int, ...]) -> str:
        """Return what pieces spell, words parted by blanks; "" for `NOTHING` alone."""
        names = (self._names[p] for p in pieces if p != NOTHING)
        return " ".join(names).replace(" ##", "").removeprefix("##")

    def begins_word(self, piece: int) -> bool:
        """Return whether a piece can begin a word: no continuation, none of the special ones."""
        name = self._names[piece]
        return not name.startswith("##") and not (name.startswith("[") and len(name) > 1)


def case_class(word: str) -> int:
    """Return how a word is cased: one of `LOWER`, `CAPITAL`, `UPPER`, `MIXED`. "I" is a capital."""
    if word.islower():
        return LOWER
    if word[:1].isupper() and (word[1:].islower() or not any(c.isalpha() for c in word[1:])):
        return CAPITAL
    return UPPER if word.isupper() else MIXED
