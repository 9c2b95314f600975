"""Where a text and a reference disagree on a fact: a number, a date, a name, or whether something happened at all.

Such a place is no damage to be mended after the reference: the reference may be wrong, older or about something else.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cached_property

from rapidfuzz import fuzz

from restore.alignment.figures import SHARES, Figure, FigureGroup, FigureKind, figure_groups
from restore.alignment.records import AlignedReference
from restore.lexicon.gazetteer import load_names
from restore.lexicon.wordnet import opposite
from restore.records import Conflict, ConflictKind, Span
from restore.text.casing import load_case_table
from restore.text.parsing import ParsedText, Sentence, Token
from restore.text.word_lists import NEGATIONS

_LEAST_SCORE = 0.3
"""The least score (0 to 1) of a pair of sentences that facts are compared in. Chosen by hand: lower, and sentences
about other things contradict each other; higher, and conflicts are missed."""
_LEAST_FOR_POLARITY = 0.4
"""The same for denials and opposites, which are told by single words. Chosen by hand, a little stricter than for
figures and names."""
_SPELLING = 65.0
"""Two names that are so much alike (rapidfuzz's ratio, 0 to 100) are one name, written in two ways or misspelt. Chosen
by hand: higher, and a misspelt name becomes a conflict; lower, and two short names pass for one."""
_NEGATING = NEGATIONS | {"n't", "n’t", "nt"}
DENIALS = _NEGATING | {
    *("without", "cannot", "nowhere", "hardly", "barely", "scarcely", "rarely", "seldom", "few", "little", "yet"),
    *("fail", "refuse", "decline", "deny", "reject", "dismiss", "rebuff", "avoid", "prevent", "stop", "cease", "lack"),
    *("forbid", "ban", "bar", "block", "prohibit", "abandon", "cancel", "doubt", "miss", "unable", "unlikely"),
}
"""Lemmas that deny in other words: implicative verbs (Karttunen 1971), adverbs and quantifiers near "not"."""
_DENIED = _NEGATING | {"hardly", "barely", "scarcely", "without", "cannot"}
"""In a sentence with one of these an opposite may say the same ("unclear", "not clear")."""
_AFFIRMS = frozenset(
    {"confirm", "admit", "accept", "acknowledge", "affirm", "approve", "back", "endorse", "support", "welcome", "agree"}
)
_CONTRADICTS = frozenset(
    {"deny", "reject", "refuse", "dismiss", "oppose", "dispute", "disagree", "condemn", "criticise"}
)
"""Verbs of saying yes and no: opposites that no dictionary pairs, all of the one with all of the other."""
_LIMITS = frozenset({"only", "just", "merely", "simply", "until", "till", "unless", "because", "but", "?"})
"""Beside "not" these deny a part of the sentence: "not only signed", "not until Friday", "not by the house but"."""
_PREFIXES = frozenset({"un", "in", "im", "il", "ir", "dis", "non", "non-"})
TITLES = frozenset(
    {"mr", "mrs", "ms", "miss", "mister", "dr", "prof", "sir", "dame", "lord", "lady", "rev", "gov", "sen"}
)
_TELLING = frozenset({"VERB", "AUX", "ADJ"})
_OPPOSED = frozenset({"VERB", "ADJ"})
_PLACES = frozenset({"place", "nation"})
_KINDS: dict[str, ConflictKind] = {"number": "number", "time": "number"}


def find_conflicts(text: ParsedText, references: Sequence[AlignedReference]) -> tuple[Conflict, ...]:
    """Return the disagreements with each reference in the order of the text, those about the same place once."""
    found: dict[tuple[int, int], Conflict] = {}
    for reference in references:
        other = reference.parsed
        contents = _Contents(text, other)
        for sentence in text.sentences:
            for conflict in _Pair(text, reference, sentence, contents).conflicts():
                found.setdefault((conflict.start, conflict.end), conflict)
    return tuple(sorted(found.values(), key=lambda c: (c.start, c.end)))


def differing_denials(text: ParsedText, references: Sequence[AlignedReference]) -> tuple[Span, ...]:
    """Return the words of the text that it or a reference negates, though both may say the same ("failed to", "not").

    They are no conflicts, but a word of the reference put there could turn the statement round.
    """
    return tuple(
        conflict.span
        for reference in references
        for contents in (_Contents(text, reference.parsed),)
        for sentence in text.sentences
        for conflict in _Pair(text, reference, sentence, contents).denials(plain=False)
    )


def compared_figures(text: ParsedText, reference: AlignedReference) -> list[tuple[Figure, Figure | None]]:
    """Return the figures of a text that a reference tells, too, each with what it says instead; None if it agrees."""
    contents = _Contents(text, reference.parsed)
    pairs = (_Pair(text, reference, sentence, contents) for sentence in text.sentences)
    return [found for pair in pairs for found in pair.compared_figures()]


class _Contents:
    """What the whole text and the whole reference hold, collected once for all sentences."""

    def __init__(self, text: ParsedText, reference: ParsedText) -> None:
        self._text, self._reference = text, reference

    @cached_property
    def groups(self) -> dict[FigureKind, list[FigureGroup]]:
        """The dates and amounts of the reference by the kinds of their figures."""
        found: dict[FigureKind, list[FigureGroup]] = {}
        for sentence in self._reference.sentences:
            for group in figure_groups(self._reference, sentence):
                for kind in dict.fromkeys(figure.kind for figure in group.figures):
                    found.setdefault(kind, []).append(group)
        return found

    @cached_property
    def words(self) -> tuple[frozenset[str], frozenset[str]]:
        """The lower-cased words of the text and of the reference."""
        return frozenset(t.lower for t in self._text.tokens), frozenset(t.lower for t in self._reference.tokens)

    @cached_property
    def places(self) -> tuple[frozenset[tuple[str, ...]], frozenset[tuple[str, ...]]]:
        """The listed places of the text and of the reference."""
        both = (self._text, self._reference)
        ours, theirs = (frozenset(w for s in side.sentences for w, _ in _windows(side, s)) for side in both)
        return ours, theirs


class _Pair:
    """A sentence of the text and what the reference says about the same."""

    def __init__(self, text: ParsedText, reference: AlignedReference, sentence: Sentence, contents: _Contents) -> None:
        """Take also what text and reference tell as a whole."""
        self.text, self.reference, self.sentence, self.contents = text, reference, sentence, contents
        pairs = [p for p in reference.by_sentence.get(sentence.index, ()) if p.score >= _LEAST_SCORE]
        self.score = max((p.score for p in pairs), default=0.0)
        self.others = [reference.parsed.sentences[p.reference] for p in pairs]

    def conflicts(self) -> Iterator[Conflict]:
        if not self.others:
            return
        yield from self._figures()
        places = list(self._places())
        yield from places
        yield from (c for c in self._names() if not any(p.start <= c.start and c.end <= p.end for p in places))
        yield from self.denials(plain=True)
        yield from self._opposites()

    # Numbers and dates

    def _figures(self) -> Iterator[Conflict]:
        return (self._figure(ours, theirs) for ours, theirs in self.compared_figures() if theirs is not None)

    def compared_figures(self) -> Iterator[tuple[Figure, Figure | None]]:
        """Yield the figures of which the reference tells, too, each with what it says instead; None if it agrees."""
        theirs = [g for other in self.others for g in figure_groups(self.reference.parsed, other)]
        for group in figure_groups(self.text, self.sentence):
            best = max(theirs, key=lambda g: self._likeness(group, g), default=None)
            if best is None or self._likeness(group, best) <= 0:
                continue
            for figure in group.figures:
                same_kind = [f for f in best.figures if f.kind == figure.kind]
                said = any(_agree(figure, f) for g in theirs for f in g.figures)
                if same_kind:
                    yield figure, None if said or self._said_elsewhere(figure, group) else same_kind[0]

    def _said_elsewhere(self, figure: Figure, group: FigureGroup) -> bool:
        """Return whether the reference has the same value, of the same thing or date, in another sentence."""
        rest = [f for f in group.figures if f is not figure]
        return any(
            any(f.kind == figure.kind and figure.agrees(f) for f in other.figures)
            and (bool(group.about & other.about) or any(_agree(f, o) for f in rest for o in other.figures))
            for other in self.contents.groups.get(figure.kind, ())
        )

    def _likeness(self, ours: FigureGroup, theirs: FigureGroup) -> float:
        """Return how surely two dates or amounts are about the same: shared figures, what they count, links."""
        kinds = {f.kind for f in ours.figures} & {f.kind for f in theirs.figures}
        if not kinds:
            return 0.0
        agree = sum(_agree(f, o) for f in ours.figures for o in theirs.figures)
        places = {n for f in theirs.figures for n in range(f.first, f.last)}
        linked = any(
            link.reference in places
            for f in ours.figures
            for n in range(f.first, f.last)
            for link in self.reference.links_of.get(n, ())
        )
        return agree + 2.0 * len((ours.about & theirs.about) - SHARES) + 2.0 * linked

    def _figure(self, ours: Figure, theirs: Figure) -> Conflict:
        kind = _KINDS.get(ours.kind, "date")
        return self._conflict(kind, ours.first, ours.last, self.reference.parsed.tokens[theirs.first : theirs.last])

    # Names

    def _names(self) -> Iterator[Conflict]:
        own, said = self.contents.words
        for token in self.text.sentence_tokens(self.sentence):
            if not _is_person_or_place(token) or token.lower in said or load_case_table().is_lower(token.lower):
                continue  # a word that is no name may be one that was spun
            for link in self.reference.links_of.get(token.index, ()):
                other = self.reference.parsed.tokens[link.reference]
                if not _is_person_or_place(other) or other.lower in own:
                    continue
                if self._is_torn(token, said):
                    break
                alike = fuzz.ratio(token.lower, other.lower) >= _SPELLING
                if not alike or _are_nations(token.lower, other.lower) or _are_surnames(token.lower, other.lower):
                    yield self._conflict("name", token.index, token.index + 1, [other])
                break

    def _is_torn(self, token: Token, said: frozenset[str]) -> bool:
        """Return whether a token and a neighbour are together one word of the reference ("Shef field")."""
        before, after = self.text.beside([token])
        left = f"{before.lower}{token.lower}" if before else ""
        right = f"{token.lower}{after.lower}" if after else ""
        return left in said or right in said

    def _places(self) -> Iterator[Conflict]:
        """Yield listed places of which the reference has one that differs in a word ("North Korea", "South Korea")."""
        theirs = {words: tokens for other in self.others for words, tokens in _windows(self.reference.parsed, other)}
        if not theirs:
            return
        own, said = self.contents.places
        for words, tokens in _windows(self.text, self.sentence):
            if words in said:
                continue
            for place, word in enumerate(words):
                for rival, name in load_names().near_matches(words, place).items():
                    found = theirs.get((*words[:place], rival, *words[place + 1 :]))
                    if found and rival != word and name.kind in _PLACES and name.words not in own:
                        yield self._conflict("name", tokens[0].index, tokens[-1].index + 1, found)

    # Polarity

    def denials(self, plain: bool) -> Iterator[Conflict]:
        """Yield what only one side negates, where that surely is a contradiction (`plain`) or may be none."""
        if self.score < _LEAST_FOR_POLARITY:
            return
        for token in self.text.sentence_tokens(self.sentence):
            if token.pos not in _TELLING:
                continue
            for link in self.reference.links_of.get(token.index, ()):
                other = self.reference.parsed.tokens[link.reference]
                if link.relation not in {"exact", "lemma", "synonym"} or other.pos not in _TELLING:
                    continue
                ours, theirs = _negations(self.text, token), _negations(self.reference.parsed, other)
                if bool(ours) != bool(theirs) and self._plainly(token, other, bool(ours)) == plain:
                    first = min([*ours, token], key=lambda t: t.index)
                    last = max([*ours, token], key=lambda t: t.index)
                    shown = sorted([*theirs, other], key=lambda t: t.index)
                    yield self._conflict("polarity", first.index, last.index + 1, shown)
                break

    def _opposites(self) -> Iterator[Conflict]:
        """Yield verbs and adjectives in whose place the reference says the opposite ("confirmed", "denied")."""
        if self.score < _LEAST_FOR_POLARITY or _lemmas(self.text, self.sentence) & _DENIED:
            return
        for token in self.text.sentence_tokens(self.sentence):
            links = self.reference.links_of.get(token.index, ()) if token.pos in _OPPOSED else ()
            for link in links[:1]:
                other = self.reference.parsed.tokens[link.reference]
                if other.pos != token.pos or not are_opposites(token.lemma.lower(), other.lemma.lower()):
                    continue
                if not _lemmas(self.reference.parsed, self.reference.parsed.sentences[other.sentence]) & _DENIED:
                    yield self._conflict("polarity", token.index, token.index + 1, [other])

    def _plainly(self, token: Token, other: Token, negated_here: bool) -> bool:
        """Return whether of two words, one of them negated, nothing denies the other one or limits the denial."""
        ours = _lemmas(self.text, self.text.sentences[token.sentence])
        theirs = _lemmas(self.reference.parsed, self.reference.parsed.sentences[other.sentence])
        denied, affirmed = (ours, theirs) if negated_here else (theirs, ours)
        if affirmed & _NEGATING or (affirmed - denied) & DENIALS or denied & _LIMITS or "?" in affirmed:
            return False
        return not any(word[: -len(root)] in _PREFIXES for root in denied for word in affirmed if word.endswith(root))

    def _conflict(self, kind: ConflictKind, first: int, last: int, theirs: Sequence[Token]) -> Conflict:
        start, end = self.text.tokens[first].start, self.text.tokens[last - 1].end
        other = self.reference.parsed
        quoted = theirs[0].start, theirs[-1].end
        return Conflict(
            start, end, self.text.text[start:end], kind, self.reference.id, other.text[slice(*quoted)], *quoted
        )


def _agree(one: Figure, other: Figure) -> bool:
    return one.kind == other.kind and one.agrees(other)


def _lemmas(parsed: ParsedText, sentence: Sentence) -> set[str]:
    """Return the lower-cased words of a sentence and their lemmas."""
    return {form for t in parsed.sentence_tokens(sentence) for form in (t.lower, t.lemma.lower())}


def _are_nations(one: str, other: str) -> bool:
    """Return whether two names are those of two nations ("Iran", "Iraq"), and not of one and its people."""
    nations = [nation for nation in map(load_names().nation, (one, other)) if nation is not None]
    return len(nations) == 2 and not one.startswith(other) and not other.startswith(one)


def _are_surnames(one: str, other: str) -> bool:
    """Return whether two names that are spelled alike are two surnames ("Miller", "Mueller"), not one written twice.

    A doubled letter or a last "e" makes no other surname ("Kean", "Keane").
    """
    case = load_case_table()
    short = {re.sub(r"(.)\1+", r"\1", name).removesuffix("e") for name in (one, other)}
    return len(short) == 2 and {one, other} <= case.surnames and case.first_names.isdisjoint({one, other})


def are_opposites(one: str, other: str) -> bool:
    """Return whether of two lemmas one says what the other denies."""
    pair = {one, other}
    return opposite(one, other) or (not pair.isdisjoint(_AFFIRMS) and not pair.isdisjoint(_CONTRADICTS))


def _windows(parsed: ParsedText, sentence: Sentence) -> Iterator[tuple[tuple[str, ...], list[Token]]]:
    """Yield the listed places of two or three words in a sentence, in lower case."""
    names, tokens = load_names(), parsed.sentence_tokens(sentence)
    capitals = [n for n, token in enumerate(tokens) if token.text[:1].isupper()]
    ends = sorted((last + 1 - size, last + 1) for last in capitals for size in (2, 3) if last + 1 >= size)
    for first, end in ends:
        window = list(tokens[first:end])
        words = tuple(t.lower for t in window)
        if names.kind(words) in _PLACES:
            yield words, window


def _is_person_or_place(token: Token) -> bool:
    if token.lower.rstrip(".") in TITLES:
        return False
    return token.is_name and token.pos == "PROPN" and not token.is_figure and len(token.text) > 2


def _negations(parsed: ParsedText, token: Token) -> list[Token]:
    """Return the words that negate a verb or an adjective: among its dependents, and "no" before its arguments."""
    sentence = parsed.sentences[token.sentence]
    found = []
    for other in parsed.sentence_tokens(sentence):
        if other.lower not in _NEGATING:
            continue
        head = parsed.tokens[other.head]
        if head.index == token.index or (head.head == token.index and other.dep == "det"):
            found.append(other)
    return found
