"""Making a candidate out of the words of a reference: casing, spacing, clitics and the evidence."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from restore.alignment.records import AlignedReference
from restore.candidates.base import Candidate
from restore.candidates.wording import fit_case, only_spelled_differently, slice_of
from restore.parsing import ParsedText, Token
from restore.records import Evidence

_CONTEXT_WORDS = 2


class Borrower:
    """Puts words of one reference into one text."""

    def __init__(self, parsed: ParsedText, aligned: AlignedReference) -> None:
        self.parsed, self.aligned = parsed, aligned
        self.reference = aligned.parsed

    def replace(
        self,
        ours: Sequence[Token],
        theirs: Sequence[Token],
        features: dict[str, float],
        left: Token | None = None,
        ref_place: int = 0,
    ) -> Iterator[Candidate]:
        """Replace a run by the reference's words, unless they are the same in another spelling.

        With no words of the reference the run is deleted (`ref_place`: the reference's token after the gap); with no
        run the words are inserted, taking the word to the left along.
        """
        if ours and theirs and only_spelled_differently(ours, theirs):
            return
        words = slice_of(self.reference, theirs)
        if not ours:
            following = self.parsed.tokens[left.index + 1 : left.index + 2] if left else ()
            if left and left.is_word and following and following[0].sentence == left.sentence:
                text = f"{left.text} {words}"
                yield from self.candidate([left], theirs, text, {**features, "reference.insertion": 1.0})
            return
        if theirs:
            words = fit_case(self.parsed, ours[0], self.reference, theirs, words)
        if words.lower() != slice_of(self.parsed, ours).lower():
            shown = theirs or self.reference.tokens[max(0, ref_place - 1) : ref_place + 1]
            yield from self.candidate(ours, shown, words, features)

    def candidate(
        self, ours: Sequence[Token], shown: Sequence[Token], replacement: str, features: dict[str, float]
    ) -> Iterator[Candidate]:
        """Make a candidate whose borders are white space or marks: what is written together is replaced together."""
        tokens = self.parsed.tokens
        first, last = ours[0].index, ours[-1].index
        while first and _attached(tokens[first - 1], tokens[first]):
            first -= 1
            glue = "" if replacement[:1] in "'’" or replacement.lower() == "n't" else " "
            replacement = tokens[first].text + glue + replacement if replacement else tokens[first].text
        while last + 1 < len(tokens) and _attached(tokens[last], tokens[last + 1]):
            if not replacement:
                return
            last += 1
            replacement += tokens[last].text
        start, end = tokens[first].start, tokens[last].end
        if replacement != self.parsed.text[start:end]:
            score = min(1.0, max(features.values(), default=0.0))
            yield Candidate(start, end, replacement, (self._evidence(shown, score),), dict(features))

    def _evidence(self, shown: Sequence[Token], score: float) -> Evidence:
        """Quote the words of the reference with two neighbours on each side."""
        tokens = self.reference.tokens
        first = max(self.reference.sentences[shown[0].sentence].first, shown[0].index - _CONTEXT_WORDS)
        last = min(self.reference.sentences[shown[-1].sentence].last - 1, shown[-1].index + _CONTEXT_WORDS)
        start, end = tokens[first].start, tokens[last].end
        return Evidence("reference", self.aligned.id, self.reference.text[start:end], score, start, end)


def _attached(left: Token, right: Token) -> bool:
    return left.end == right.start and left.is_word and right.is_word
