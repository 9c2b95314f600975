"""Candidates from the reference articles: aligned words and phrases, quotations, names, and their vocabulary.

The text's own facts win: where text and reference disagree on a number, a date or a name, nothing is proposed, nor is
a mere variant of spelling.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

from restore.alignment.quotations import disagree
from restore.alignment.records import PhraseLink, WordLink
from restore.alignment.relations import is_content
from restore.candidates.base import Candidate, Context
from restore.candidates.reference_edits import STRAYS, ReferenceEditor
from restore.candidates.reference_words import names_of_reference, vocabulary_of_reference
from restore.candidates.whole_quotations import whole_quotations
from restore.candidates.wording import fit_case, holds_amount, inflect, is_headline, starts_sentence
from restore.channel.model import SpinnerChannel, load_channel
from restore.text.parsing import ParsedText, Token

_MIN_PHRASE = 0.25
"""The score (0 to 1, of the aligner) from which on a phrase of the reference is proposed. Chosen by hand: with less,
the ranker has more doubtful phrases to weigh; it was fitted on candidates that were gathered with it."""
_RELATIONS = frozenset({"case", "lemma", "synonym", "spelling", "position", "dependency"})


class ReferenceSource:
    """Proposes what the accepted references say; the channel and the thesaurus tell which words are related."""

    name = "reference"

    def __init__(self, channel: SpinnerChannel | None = None) -> None:
        """`channel` replaces the shipped one, for example one with rows hidden for training."""
        self._given = channel

    @cached_property
    def _channel(self) -> SpinnerChannel:
        return self._given or load_channel()

    def propose(self, context: Context) -> Iterator[Candidate]:
        """Yield the candidates of every reference; a reference that is the text itself has none."""
        for reference in context.references:
            if reference.parsed.text.strip() != context.parsed.text.strip():
                editor = ReferenceEditor(context.parsed, reference)
                yield from _Aligned(editor).propose()
                yield from whole_quotations(editor, context)
                yield from names_of_reference(editor, self._channel)
                yield from vocabulary_of_reference(editor, self._channel, context)


class _Aligned:
    """The candidates that the alignment of one reference gives for one text."""

    def __init__(self, editor: ReferenceEditor) -> None:
        self.editor = editor
        self.parsed, self.aligned, self.reference = editor.parsed, editor.aligned, editor.reference

    def propose(self) -> Iterator[Candidate]:
        for link in self.aligned.words:
            yield from self._aligned_word(link)
        for phrase in self.aligned.phrases:
            yield from self._aligned_phrase(phrase)
        for pair in self.aligned.quotations:
            features = {"reference.quotation": 1.0, "reference.quotation_share": pair.score}
            yield from self.editor.repair_quotation(pair, features)

    def _aligned_word(self, link: WordLink) -> Iterator[Candidate]:
        one, other = self.parsed.tokens[link.spun], self.reference.tokens[link.reference]
        if (
            link.relation not in _RELATIONS
            or link.spun in self.editor.unchanged_tokens
            or not (one.is_word and other.is_word)
        ):
            return
        features = {"reference.aligned": link.score, f"reference.relation.{link.relation}": 1.0}
        if link.relation == "case":
            if self._case_is_meant(one, other):
                yield from self.editor.candidate([one], [other], other.text, features)
            return
        if disagree([one], [other]) or holds_amount([one, other]):
            return
        yield from self.editor.replace([one], [other], features)
        form = inflect(other.lemma, other.pos, one.tag) if one.pos == other.pos and one.tag != other.tag else None
        if form and form != other.lower and not other.is_name:
            fitted = fit_case(self.parsed, one, self.reference, [other], form)
            if fitted.lower() != one.lower:
                yield from self.editor.candidate([one], [other], fitted, {**features, "reference.inflected": 1.0})

    def _case_is_meant(self, one: Token, other: Token) -> bool:
        """Casing is evidence only inside both sentences, next to a neighbour that both share."""
        if starts_sentence(self.parsed, one) or starts_sentence(self.reference, other):
            return False
        if is_headline(self.parsed, one.sentence) or is_headline(self.reference, other.sentence):
            return False
        return any(self._at(self.parsed, one, step) == self._at(self.reference, other, step) != "" for step in (-1, 1))

    @staticmethod
    def _at(parsed: ParsedText, token: Token, step: int) -> str:
        place = token.index + step
        if not 0 <= place < len(parsed.tokens) or parsed.tokens[place].sentence != token.sentence:
            return ""
        near = parsed.tokens[place]
        return near.lower if near.is_word else ""

    def _aligned_phrase(self, link: PhraseLink) -> Iterator[Candidate]:
        ours, theirs = self.parsed.tokens[link.start : link.end], self.reference.tokens[link.ref_start : link.ref_end]
        if link.score < _MIN_PHRASE or any(t.index in self.editor.unchanged_tokens and is_content(t) for t in ours):
            return
        if not all(t.is_word or t.text in STRAYS for t in ours) or not all(t.is_word for t in theirs):
            return
        if holds_amount(ours) or holds_amount(theirs) or disagree(ours, theirs):
            return
        if not ours or not theirs:
            # What only one of them tells may be news, not damage: propose little words alone.
            if len(ours) + len(theirs) > 2 or any(t.is_name or is_content(t) for t in theirs):
                return
            if any(t.is_name for t in ours):
                return
        left = self.parsed.tokens[link.start - 1] if link.start else None
        yield from self.editor.replace(ours, theirs, {"reference.phrase": link.score}, left, link.ref_start)
