"""Making a candidate out of the words of a reference: casing, spacing, clitics and the evidence."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from functools import cached_property
from math import log1p

from restore.alignment.quotations import disagree
from restore.alignment.records import AlignedReference, QuotationPair
from restore.candidates.base import Candidate
from restore.candidates.wording import fit_case, holds_figure, only_spelled_differently, slice_of, starts_sentence
from restore.records import Evidence, EvidenceKind
from restore.text.parsing import ParsedText, Sentence, Token

_CONTEXT_WORDS = 2  # words on either side that the evidence quotes; by hand, only shown
STRAYS = frozenset({"~"})


def unchanged_tokens(parsed: ParsedText, aligned: AlignedReference) -> frozenset[int]:
    """Return the tokens whose best link is the very same word, and those of sentences that both articles have."""
    exact = {token for token, links in aligned.links_of.items() if links[0].relation == "exact"}
    theirs = {_words(aligned.parsed, s) for s in aligned.parsed.sentences}
    for sentence in parsed.sentences:
        if _words(parsed, sentence) in theirs:
            exact.update(range(sentence.first, sentence.last))
    return frozenset(exact)


def _words(parsed: ParsedText, sentence: Sentence) -> tuple[str, ...]:
    return tuple(t.text for t in parsed.sentence_tokens(sentence))


class ReferenceEditor:
    """Puts words of one reference into one text; `kind` is that of the evidence."""

    def __init__(self, parsed: ParsedText, aligned: AlignedReference, kind: EvidenceKind = "reference") -> None:
        self.parsed, self.aligned, self.kind = parsed, aligned, kind
        self.reference = aligned.parsed

    @cached_property
    def unchanged_tokens(self) -> frozenset[int]:
        """The tokens of the text for which the reference has the very same word."""
        return unchanged_tokens(self.parsed, self.aligned)

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
        first, last = self.reach(ours[0].index, ours[-1].index + 1)
        for token in reversed(tokens[first : ours[0].index]):
            glue = "" if replacement[:1] in "'’" or replacement.lower() == "n't" else " "
            replacement = token.text + glue + replacement if replacement else token.text
        for token in tokens[ours[-1].index + 1 : last]:
            if not replacement:
                return
            replacement += token.text
        start, end = tokens[first].start, tokens[last - 1].end
        if replacement != self.parsed.text[start:end]:
            score = min(1.0, max(features.values(), default=0.0))
            yield Candidate(start, end, replacement, (self._evidence(shown, score),), dict(features))

    def reach(self, first: int, last: int) -> tuple[int, int]:
        """Return the tokens `[first, last)` with what is written together with them: the place of their candidates."""
        tokens = self.parsed.tokens
        while first and _attached(tokens[first - 1], tokens[first]):
            first -= 1
        while last < len(tokens) and _attached(tokens[last - 1], tokens[last]):
            last += 1
        return first, last

    def repair_quotation(self, pair: QuotationPair, features: dict[str, float]) -> Iterator[Candidate]:
        """One candidate for every differing run of words inside the quotation.

        The more of it is the same, and on both sides of the run, the surer it is that the rest was: `quotation.words`
        is ln(1 + how many words are), `quotation.run` how many differ here.
        """
        ours = self.parsed.tokens_between(pair.spun.start, pair.spun.end)
        theirs = self.reference.tokens_between(pair.reference.start, pair.reference.end)
        matcher = SequenceMatcher(None, [t.lower for t in ours], [t.lower for t in theirs], autojunk=False)
        equal = sum(t.is_word for match in matcher.get_matching_blocks() for t in ours[match.a : match.a + match.size])
        features |= {"quotation.words": log1p(equal), "quotation.quoted": float(pair.quoted)}
        for operation, i, k, j, m in matcher.get_opcodes():
            features |= {
                "quotation.flanked": float(i > 0 and k < len(ours)),
                "quotation.run": float(max(k - i, m - j)),
            }
            if operation == "equal":
                for one, other in zip(ours[i + 1 : k], theirs[j + 1 : m], strict=True):
                    if one.text != other.text and not starts_sentence(self.parsed, one):
                        yield from self.candidate([one], [other], other.text, features)
                continue
            run, words = _trim(ours[i:k]), _trim(theirs[j:m])
            if not all(t.is_word or t.text in STRAYS for t in run) or not all(t.is_word for t in words):
                continue
            if not (run or words) or holds_figure(run) or holds_figure(words) or disagree(run, words):
                continue
            if not run and k > i:  # only marks differ here
                continue
            yield from self.replace(run, words, features, ours[i - 1] if i else None, words[0].index if words else 0)

    def _evidence(self, shown: Sequence[Token], score: float) -> Evidence:
        """Quote the words of the reference with two neighbours on each side."""
        tokens = self.reference.tokens
        first = max(self.reference.sentences[shown[0].sentence].first, shown[0].index - _CONTEXT_WORDS)
        last = min(self.reference.sentences[shown[-1].sentence].last - 1, shown[-1].index + _CONTEXT_WORDS)
        start, end = tokens[first].start, tokens[last].end
        return Evidence(self.kind, self.aligned.id, self.reference.text[start:end], score, start, end)


def _attached(left: Token, right: Token) -> bool:
    return left.end == right.start and left.is_word and right.is_word


def _trim(tokens: Sequence[Token]) -> Sequence[Token]:
    """Cut marks off both ends of a run."""
    while tokens and not tokens[0].is_word and tokens[0].text not in STRAYS:
        tokens = tokens[1:]
    while tokens and not tokens[-1].is_word and tokens[-1].text not in STRAYS:
        tokens = tokens[:-1]
    return tokens
