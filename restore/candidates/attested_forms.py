"""What the references and the text itself say about how words and phrases are written: attested forms."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from restore.candidates.base import Context
from restore.lexicon.spelling import MAX_DISTANCE, SHORTEST, Near, make_checker
from restore.records import Evidence, EvidenceKind
from restore.text.parsing import ParsedText, Token

if TYPE_CHECKING:
    from symspellpy import SymSpell

_LONGEST_PHRASE = 4
"""Words of a phrase that may stand elsewhere in one piece. Chosen by hand: with more, longer runs written as one word
could be cut, and the table of every text grows."""
_AROUND = 2  # words on either side that the evidence quotes; by hand, only shown
_SURE, _LESS_SURE = 0.9, 0.7
"""Scores (0 to 1) of such evidence, from a reference and from the text itself. Chosen by hand: they order the evidence
that is shown, and decide nothing."""


class AttestedForm(NamedTuple):
    """A word or phrase as it is written in a reference (or, without one, in the text itself) at the given tokens."""

    parsed: ParsedText
    tokens: tuple[Token, ...]
    id: str

    @property
    def text(self) -> str:
        """The words as they stand there."""
        return self.parsed.text[self.tokens[0].start : self.tokens[-1].end]

    @property
    def evidence(self) -> Evidence:
        """The words with two neighbours on either side, and where they stand."""
        sentence = self.parsed.sentences[self.tokens[0].sentence]
        first = self.parsed.tokens[max(sentence.first, self.tokens[0].index - _AROUND)]
        last = self.parsed.tokens[min(sentence.last - 1, self.tokens[-1].index + _AROUND)]
        kind: EvidenceKind = "reference" if self.id else "document"
        quote = self.parsed.text[first.start : last.end]
        return Evidence(kind, self.id or "text", quote, _SURE if self.id else _LESS_SURE, first.start, last.end)


class AttestedForms:
    """The words and phrases of the references of one text, and those that the text has more than once.

    Made anew for every text, so nothing leaks from one to another.
    """

    def __init__(self, context: Context) -> None:
        self._context = context
        own = context.parsed.vocabulary
        self.repeated = frozenset(word for word, count in own.items() if count > 1)
        self._attested = self.repeated.union(*(r.parsed.vocabulary for r in context.references))
        self.known = self._attested.union(word.lower() for word in context.dictionary.words)

    def word(self, word: str) -> AttestedForm | None:
        """Return a place where a lower-cased word stands: in a reference, else in the text if it is there twice."""
        return self._words.get(word)

    def phrase(self, letters: str) -> AttestedForm | None:
        """Return a place where lower-cased letters stand as two to four words, one blank apart."""
        return self._phrases.get(letters)

    def apart(self, letters: str, parts: Sequence[Token]) -> bool:
        """Return whether lower-cased letters stand as several words elsewhere than at `parts` in the text itself."""
        found = self._phrases.get(letters)
        if found is None:
            return False
        return bool(found.id) or found.tokens[0].index != parts[0].index

    def near(self, word: str) -> Iterator[Near]:
        """Yield the attested words of four letters and more within two edits, nearest and most frequent first."""
        from symspellpy import Verbosity

        found = self._checker.lookup(word, Verbosity.ALL, MAX_DISTANCE)
        for near in sorted(found, key=lambda s: (s.distance, -s.count, s.term)):
            if near.distance:
                yield Near(near.term, near.distance)

    def writes(self, word: str, lower: bool) -> str:
        """Return an attested word as it is written there; `lower` says to prefer a form without a capital."""
        forms = self._forms[word]
        return min(forms, key=lambda form: form != word) if lower else forms[0]

    @cached_property
    def _sides(self) -> list[tuple[ParsedText, str]]:
        return [*((r.parsed, r.id) for r in self._context.references), (self._context.parsed, "")]

    @cached_property
    def _words(self) -> dict[str, AttestedForm]:
        found: dict[str, AttestedForm] = {}
        for parsed, name in self._sides:
            for token in parsed.tokens:
                if token.is_word and (name or token.lower in self.repeated):
                    found.setdefault(token.lower, AttestedForm(parsed, (token,), name))
        return found

    @cached_property
    def _forms(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for parsed, name in self._sides:
            for token in parsed.tokens:
                if token.is_word and (name or token.lower in self.repeated):
                    forms = found.setdefault(token.lower, [])
                    if token.text not in forms:
                        forms.append(token.text)
        return found

    @cached_property
    def _phrases(self) -> dict[str, AttestedForm]:
        found: dict[str, AttestedForm] = {}
        for parsed, name in self._sides:
            for sentence in parsed.sentences:
                tokens = parsed.sentence_tokens(sentence)
                for at in range(len(tokens)):
                    for end in range(at + 2, min(at + _LONGEST_PHRASE, len(tokens)) + 1):
                        last, previous = tokens[end - 1], tokens[end - 2]
                        if last.start != previous.end + 1 or not (last.text.isalnum() and previous.text.isalnum()):
                            break
                        run = tokens[at:end]
                        found.setdefault("".join(t.lower for t in run), AttestedForm(parsed, run, name))
        return found

    @cached_property
    def _checker(self) -> SymSpell:
        """A small checker with the attested words only: how often each stands there."""
        counts: dict[str, int] = {}
        for parsed, _ in self._sides:
            for word, count in parsed.vocabulary.items():
                counts[word] = counts.get(word, 0) + count
        checker = make_checker()
        for word in sorted(self._attested):
            if len(word) >= SHORTEST and word.isalpha():
                checker.create_dictionary_entry(word, counts[word])
        return checker
