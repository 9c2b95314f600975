"""The text as evidence about itself: a spinner leaves many words alone elsewhere in the text.

A name that also stands undamaged, a related word between the same neighbours, and a quotation that stands twice.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property

from restore.alignment.quotations import align_repeated_quotations
from restore.alignment.records import AlignedReference
from restore.alignment.relations import kin
from restore.candidates.base import Candidate, Context
from restore.candidates.reference_edits import ReferenceEditor
from restore.candidates.reference_words import is_plain, is_row, names_of_reference
from restore.candidates.wording import (
    canonical,
    fit_case,
    holds_figure,
    inflect,
    is_headline,
    is_variant,
    starts_sentence,
)
from restore.channel.model import SpinnerChannel, load_channel
from restore.references.rarity import rarity
from restore.text.parsing import ParsedText, Token

_SOURCE = "text"
_TELLING = 0.3
"""The rarity (0 to 1, references/rarity.py) from which on a neighbour tells something: all but the 190 most frequent
words of the dictionary have it (counted). Chosen by hand: with less, words beside "the" and "was" count as alike."""
_OWN_NAME = 0.7
"""The rarity from which on a word in small letters may have lost the capital that it has elsewhere: all but the 22,554
most frequent words have it (counted). Chosen by hand, 0.45 at first: a commoner word may well be meant as it is."""
_NEAR_KIN = 0.6
"""The kinship (0 to 1, alignment/relations.py) of words that may stand for each other. Chosen by hand, so that
hypernyms (0.6) are in and sisters (0.4) are not."""
_MOST_PLACES = 100
"""Places beside one neighbour that are looked at. Chosen by hand to bound the time, which else grows with the square of
the places; with fewer, long texts witness less."""


class DocumentSource:
    """Proposes what the text itself says elsewhere."""

    name = "document"

    def __init__(self, channel: SpinnerChannel | None = None) -> None:
        """`channel` replaces the shipped one, for example one with rows hidden for training."""
        self._given = channel

    @cached_property
    def _channel(self) -> SpinnerChannel:
        return self._given or load_channel()

    def propose(self, context: Context) -> Iterator[Candidate]:
        """Yield the candidates of names, repeated contexts and doubled quotations."""
        parsed = context.parsed
        editor = ReferenceEditor(parsed, AlignedReference(_SOURCE, parsed, 1.0), "document")
        yield from names_of_reference(editor, self._channel)
        yield from _lower_cased_names(editor)
        yield from _same_neighbours(editor, self._channel, context)
        yield from _doubled_quotations(editor)


def _lower_cased_names(editor: ReferenceEditor) -> Iterator[Candidate]:
    """Yield a name its capital back where the text writes it with one elsewhere, inside sentences, and more often."""
    parsed = editor.parsed
    headlines = {s.index for s in parsed.sentences if is_headline(parsed, s.index)}
    named: dict[str, list[Token]] = defaultdict(list)
    for token in parsed.tokens:
        if token.is_name and not starts_sentence(parsed, token) and token.sentence not in headlines:
            named[token.lower].append(token)
    lower = Counter(t.text for t in parsed.tokens if t.text.islower())
    for token in parsed.tokens:
        known = named.get(token.text, [])
        if not token.text.islower() or not token.is_word or rarity(token.text) < _OWN_NAME:
            continue
        forms = {t.text for t in known}
        if len(forms) == 1 and len(known) >= lower[token.text]:
            features = {"document.name": 1.0, "document.count": math.log1p(len(known))}
            yield from editor.candidate([token], [known[0]], known[0].text, features)


def _same_neighbours(editor: ReferenceEditor, channel: SpinnerChannel, context: Context) -> Iterator[Candidate]:
    """Propose a related word that the text has beside the same neighbour, if it is the likelier original."""
    parsed = editor.parsed
    counts = Counter(t.lemma for t in parsed.tokens)
    beside: dict[tuple[str, int], list[Token]] = defaultdict(list)
    keys = {t.index: _neighbours(parsed, t) for t in parsed.tokens if is_plain(t)}
    for index, neighbours in keys.items():
        for key in neighbours:
            beside[key].append(parsed.tokens[index])
    for index, neighbours in keys.items():
        if not context.any_suspect(*editor.reach(index, index + 1)):
            continue
        token = parsed.tokens[index]
        shared: dict[str, list[Token]] = defaultdict(list)
        for key in neighbours:
            for other in beside[key][:_MOST_PLACES]:
                if other.lemma != token.lemma and not is_variant(token.text, other.text):
                    shared[other.lemma].append(other)
        for lemma, others in shared.items():
            sides = len(_shared_sides(neighbours, others, keys))
            if _likelier(token, others[0], sides, counts, channel):
                features = {
                    "document.ngram": float(min(2, sides)),
                    "document.count": math.log1p(counts[lemma]),
                }
                yield from _put_in(editor, token, others, features)


def _neighbours(parsed: ParsedText, token: Token) -> tuple[tuple[str, int], ...]:
    """Return the informative words directly before (-1) and after (1) a token in its sentence, one key per spelling."""
    sentence = parsed.sentences[token.sentence]
    found = []
    for side in (-1, 1):
        if sentence.first <= token.index + side < sentence.last:
            near = parsed.tokens[token.index + side]
            if near.is_word and rarity(near.lower) >= _TELLING:
                found.append((canonical(near.lower), side))
    return tuple(found)


def _shared_sides(
    neighbours: Sequence[tuple[str, int]], others: Sequence[Token], keys: Mapping[int, Sequence[tuple[str, int]]]
) -> set[tuple[str, int]]:
    return {key for other in others for key in keys[other.index] if key in neighbours}


def _likelier(token: Token, other: Token, sides: int, counts: Mapping[str, int], channel: SpinnerChannel) -> bool:
    """Return whether the other word is related, and rather the original than the damage.

    Spinners write the rarer word, and not every time: the original is the one seen in the channel or more often here.
    """
    if is_row(token, other, channel):
        return True
    if token.pos != other.pos or kin(token.lemma, token.pos).get(other.lemma, 0.0) < _NEAR_KIN:
        return False
    if token.pos == "VERB" and sides < 2:  # so many verbs fit beside a noun that one neighbour says nothing
        return False
    return counts[other.lemma] > counts[token.lemma]


def _put_in(
    editor: ReferenceEditor, token: Token, others: Sequence[Token], features: dict[str, float]
) -> Iterator[Candidate]:
    """Use the form that stands there if its tag fits, else the inflected one."""
    same = [t for t in others if t.tag == token.tag]
    other = same[0] if same else others[0]
    form = other.text if same else (inflect(other.lemma, token.pos, token.tag) or other.text)
    text = fit_case(editor.parsed, token, editor.parsed, [other], form)
    yield from editor.candidate([token], [other], text, features)


def _doubled_quotations(editor: ReferenceEditor) -> Iterator[Candidate]:
    """Of two wordings of one quotation, take the commoner words, and the one without the additional words."""
    for pair in align_repeated_quotations(editor.parsed):
        features = {"document.quotation": 1.0, "document.quotation_share": pair.score}
        for candidate in editor.repair_quotation(pair, features):
            ours = editor.parsed.tokens_between(candidate.start, candidate.end)
            if holds_figure(ours) or "document.quotation" not in candidate.features:
                continue
            new, old = candidate.replacement.lower().split(), [t.lower for t in ours]
            if len(new) < len(old) or (len(new) == len(old) and _rarity_of(old) >= _rarity_of(new)):
                yield candidate


def _rarity_of(words: Sequence[str]) -> float:
    return math.fsum(rarity(w) for w in words)
