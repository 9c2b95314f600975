"""What a reference knows wherever it stands: its names, and the words of it that are related to a word of the text."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache

from restore.alignment.relations import alike, is_content, kin
from restore.candidates.base import Candidate, Context
from restore.candidates.listed_names import ODD_TAGS, is_common
from restore.candidates.reference_edits import ReferenceEditor
from restore.candidates.wording import fit_case, holds_amount, holds_figure, inflect, is_headline, is_variant, slice_of
from restore.channel.model import SpinnerChannel
from restore.lexicon.gazetteer import load_names
from restore.lexicon.wordnet import opposite
from restore.references.rarity import rarity
from restore.text.casing import load_case_table
from restore.text.parsing import ParsedText, Token

_WORD = re.compile(r"\w+")
_LONGEST_NAME = 5
"""Words of a name that is looked for; of longer ones the parts are. Chosen by hand: with more, the parts of a long run
of capitals grow with the square."""
_INNER = frozenset({"of", "the", "and", "for", "de", "la"})
_MOST_WORDS = 4
"""Related words of the reference that are proposed for one word. Chosen by hand, 6 at first: with more, the ranker has
more wrong ones to weigh."""
_LONGEST_ROW = 4
"""Words of a phrase that is looked up in the channel. Chosen by hand: 98 % of the shipped rows have no more on their
spun side (counted), and each more is another look-up at every word."""
_MOST_PLACES = 100
"""Places of a word that are looked at. Chosen by hand to bound the time in long texts: with fewer, these witness
less."""
_NEAR_KIN = 0.8
"""The kinship (0 to 1, alignment/relations.py) of a word that may stand for a part of a name: synonyms, derived and
similar words. Chosen by hand: with 0.6, hypernyms and hyponyms would count too."""
_FAR_KIN = 0.5
"""The kinship above which a word of the reference need not stand near. Chosen by hand, so that sisters (0.4) must."""
NAMED = "reference.named"
"""The feature of a name that is so surely damaged that it was counted (restore/ranking/decide.py)."""
_COMMON = 0.2
"""The rarity (0 to 1, references/rarity.py) below which a word says nothing: the 32 most frequent words of the
dictionary (counted). Chosen by hand: with more, common content words would not be proposed."""


def names_of_reference(editor: ReferenceEditor, channel: SpinnerChannel) -> Iterator[Candidate]:
    """Repair names of the reference that stand damaged in the text ("unified Nations", "south Korea").

    At least one word of the name must be intact, and every other one related to what stands there.
    """
    parsed = editor.parsed
    places: dict[str, list[int]] = defaultdict(list)
    for token in parsed.tokens:
        places[token.lower].append(token.index)
    names = _names(editor.reference)
    known = editor.unchanged_tokens if editor.kind == "reference" else frozenset()
    done: set[tuple[int, int, str]] = set()
    for words in sorted(names.values(), key=lambda words: (-len(words), words[0].index)):
        for offset, word in enumerate(words):
            if not _is_informative(word):
                continue
            for place in places.get(word.lower, ())[:_MOST_PLACES]:
                start = place - offset
                window = parsed.tokens[max(0, start) : start + len(words)]
                if start < 0 or len(window) != len(words) or window[0].sentence != window[-1].sentence:
                    continue
                key = (start, len(words), slice_of(editor.reference, words))
                if key not in done:
                    done.add(key)
                    for candidate in _repair_name(editor, channel, window, words, names):
                        changed = parsed.tokens_between(candidate.start, candidate.end)
                        if not any(t.index in known for t in changed):
                            yield candidate


Names = Mapping[tuple[str, ...], Sequence[Token]]


def _names(reference: ParsedText) -> Names:
    """Return the names of two to five words, and the parts of longer ones, by their lower-cased words."""
    found: dict[tuple[str, ...], Sequence[Token]] = {}
    for sentence in reference.sentences:
        if is_headline(reference, sentence.index):
            continue
        run: list[Token] = []
        for token in [*reference.sentence_tokens(sentence), None]:
            if token is not None and (token.is_name or (run and token.text in _INNER)):
                run.append(token)
                continue
            for i in range(len(run)):
                for k in range(i + 2, min(len(run), i + _LONGEST_NAME) + 1):
                    if _is_informative(run[i]) and _is_informative(run[k - 1]):
                        found.setdefault(tuple(t.lower for t in run[i:k]), run[i:k])
            run = []
    return found


def _is_informative(token: Token) -> bool:
    return token.is_name and token.lower not in _INNER and rarity(token.lower) >= _COMMON


def _repair_name(
    editor: ReferenceEditor, channel: SpinnerChannel, ours: Sequence[Token], theirs: Sequence[Token], names: Names
) -> Iterator[Candidate]:
    key, other_key = tuple(t.lower for t in ours), tuple(t.lower for t in theirs)
    if key in names and key != other_key:  # another name of the reference
        return
    if not _is_commoner(editor, ours, theirs):
        return
    if holds_figure(ours) or holds_figure(theirs) or _is_described(editor.parsed, ours, theirs):
        return
    intact = 0
    for one, other in zip(ours, theirs, strict=True):
        if one.text == other.text:
            intact += other.is_name
        elif one.lower == other.lower:
            if one.text.isupper() and len(one.text) > 1:  # a line in capitals is no damage
                return
        elif not stands_for(one, other, channel):
            return
    if not intact:
        return
    changed = [n for n, (a, b) in enumerate(zip(ours, theirs, strict=True)) if a.text != b.text]
    if not changed:  # nothing but the blanks between the words differs
        return
    first, last = changed[0], changed[-1] + 1
    kind = editor.kind
    features = {f"{kind}.name": 1.0, f"{kind}.name_intact": intact / len(theirs)}
    if kind == "reference" and _is_surely_damaged(editor, ours, theirs, channel):
        features[NAMED] = 1.0
    text = slice_of(editor.reference, theirs[first:last])
    yield from editor.candidate(ours[first:last], theirs[first:last], text, features)


def _is_surely_damaged(
    editor: ReferenceEditor, ours: Sequence[Token], theirs: Sequence[Token], channel: SpinnerChannel
) -> bool:
    """Return whether a name of the reference was surely damaged here: what stands here is none that anybody lists.

    What differs, in more than its capitals, is a common word that spinners or a thesaurus put for that of the name, and
    the name is listed, or the word is in small letters, and a spinner's own or aligned with that of the name, and no
    piece of a longer name ("Uyghur people" is no "Uyghur Human Rights Policy Act").
    """
    if _is_listed(tuple(t.lower for t in ours), slice_of(editor.parsed, ours)):
        return False
    listed = _is_listed(tuple(t.lower for t in theirs), slice_of(editor.reference, theirs))
    case = load_case_table()
    odd = [(one, other) for one, other in zip(ours, theirs, strict=True) if one.text != other.text]
    for one, other in odd:
        if one.lower == other.lower or alike(one.lower, other.lower) or opposite(one.lower, other.lower):
            return False
        if one.pos not in ODD_TAGS or not is_common(case, one.lower):
            return False
        row = is_row(one, other, channel)
        if not row and _kinship(one, other) < _NEAR_KIN:
            return False
        linked = any(link.reference == other.index for link in editor.aligned.links_of.get(one.index, ()))
        own = one.text.islower() and (row or linked) and not _is_cut(editor.reference, theirs, other)
        if not listed and not own:
            return False
    return bool(odd)


def _is_cut(reference: ParsedText, name: Sequence[Token], word: Token) -> bool:
    """Return whether a word at an end of a part of a name has more of the name beside it."""
    before, after = reference.beside(name)
    ends = [*([before] if word is name[0] else []), *([after] if word is name[-1] else [])]
    return any(token is not None and token.is_name for token in ends)


def _is_listed(words: tuple[str, ...], text: str) -> bool:
    """Return whether a list of names or of capitals has a phrase, given in lower-cased words and as it is written."""
    return words in load_names() or load_case_table().look_up(text).listed


def _kinship(one: Token, other: Token) -> float:
    """Return how closely a thesaurus relates two words (0 to 1), in their closest forms."""
    return max(kin(form).get(w, 0.0) for form in (one.lemma, one.lower) for w in (other.lemma, other.lower))


def _is_described(parsed: ParsedText, ours: Sequence[Token], theirs: Sequence[Token]) -> bool:
    """Return whether the first word is a title made common by what stands before it: "the Russian president"."""
    if theirs[0].entity or ours[0].lower != theirs[0].lower or ours[0].text == theirs[0].text or not ours[0].index:
        return False
    before = parsed.tokens[ours[0].index - 1]
    return before.sentence == ours[0].sentence and before.pos in {"ADJ", "NOUN", "PROPN"}


def _is_commoner(editor: ReferenceEditor, ours: Sequence[Token], theirs: Sequence[Token]) -> bool:
    """Return whether the name is written as in `theirs` at least as often as otherwise, by the source itself.

    In a reference, which is clean, any place where it is written like ours tells against a repair.
    """
    mine, other = slice_of(editor.parsed, ours), slice_of(editor.reference, theirs)
    if mine == other:
        return False
    times = _count(editor.reference.text, mine)
    return times == 0 if editor.kind == "reference" else times <= _count(editor.reference.text, other)


@lru_cache(maxsize=4096)
def _count(text: str, words: str) -> int:
    """Count the places where the words stand, neither of their ends inside another word."""
    head = _WORD.match(words)
    if head is None:
        return len(re.findall(rf"(?<!\w){re.escape(words)}(?!\w)", text))
    found = end = 0
    for place in _word_places(text).get(head[0], ()):
        after = place + len(words)
        if place >= end and text.startswith(words, place) and not _WORD.match(text, after):
            found, end = found + 1, after
    return found


@lru_cache(maxsize=32)  # a text and its references: as many as are usual, at most 20
def _word_places(text: str) -> Mapping[str, Sequence[int]]:
    """Return the places of every word of a text."""
    found: dict[str, list[int]] = defaultdict(list)
    for match in _WORD.finditer(text):
        found[match[0]].append(match.start())
    return found


def stands_for(one: Token, other: Token, channel: SpinnerChannel) -> bool:
    """Return whether a word may be what a spinner made of a part of a name: close kin, channel row or another form."""
    if not one.is_word or is_variant(one.text, other.text):
        return False
    if is_row(one, other, channel):
        return True
    if not (other.is_name and is_content(one)):
        return False
    if one.is_name and one.text[0].isupper() and alike(one.lower, other.lower):
        return False  # another transcription of the name
    stem = one.lemma == other.lower or (one.lower.startswith(other.lower) and len(other.text) > 3)
    return _kinship(one, other) >= _NEAR_KIN or (stem and one.text[0].islower())


def is_row(one: Token, other: Token, channel: SpinnerChannel) -> bool:
    """Return whether the channel has seen a word stand for another."""
    return any(row.original == other.lower for row in channel.originals(one.lower))


def vocabulary_of_reference(editor: ReferenceEditor, channel: SpinnerChannel, context: Context) -> Iterator[Candidate]:
    """Propose words of the reference that the thesaurus or the channel relates to a word that may be damaged."""
    parsed = editor.parsed
    known = editor.unchanged_tokens
    lemmas: dict[str, list[Token]] = defaultdict(list)
    for token in editor.reference.tokens:
        if is_plain(token) and rarity(token.lower) >= _COMMON:
            lemmas[token.lemma].append(token)
    nearness = _Nearness(editor)
    for token in parsed.tokens:
        if token.index in known or not is_plain(token):
            continue
        if not context.any_suspect(*editor.reach(token.index, token.index + 1)):
            continue
        for near, strength, other in _relatives(token, lemmas, nearness):
            features = {"reference.vocabulary": 1.0, "reference.nearness": near, "reference.kinship": strength}
            yield from _put_in(editor, token, lemmas[other.lemma], other, features)
    yield from _channel_words(editor, channel, known, nearness, context)


def is_plain(token: Token) -> bool:
    """Return whether a token is a content word, and neither name, figure, auxiliary nor clitic."""
    if not is_content(token) or token.is_name or holds_amount([token]) or not token.text[0].isalpha():
        return False
    return token.lemma not in {"be", "have", "do"}


def _relatives(
    token: Token, lemmas: Mapping[str, Sequence[Token]], nearness: _Nearness
) -> Iterator[tuple[float, float, Token]]:
    """Yield the nearest and closest related words: nearness, kinship and the token; far ones must be of close kin."""
    same_pos, any_pos = kin(token.lemma, token.pos), kin(token.lemma)
    rows = []
    fewer: Iterable[str] = lemmas if len(lemmas) < len(any_pos) else any_pos
    for lemma in fewer:
        strength = any_pos.get(lemma)
        for other in lemmas.get(lemma, ())[:_MOST_PLACES] if strength and lemma != token.lemma else ():
            near = nearness.of(token, other)
            if near or same_pos.get(lemma, 0.0) > _FAR_KIN:
                rows.append((near, strength or 0.0, other))
    seen: set[str] = set()
    for near, strength, other in sorted(rows, key=lambda row: (-row[0], -row[1], row[2].index)):
        if other.lemma not in seen and len(seen) < _MOST_WORDS and not is_variant(token.text, other.text):
            seen.add(other.lemma)
            yield near, strength, other


def _put_in(
    editor: ReferenceEditor, token: Token, forms: Sequence[Token], nearest: Token, features: dict[str, float]
) -> Iterator[Candidate]:
    """Use the reference's own form if its tag is that of the place, else the inflected one."""
    same = [t for t in forms if t.tag == token.tag]
    other = same[0] if same else nearest
    form = other.text if same else (inflect(other.lemma, token.pos, token.tag) if other.pos == token.pos else None)
    text = fit_case(editor.parsed, token, editor.reference, [other], form or other.text)
    if text.lower() != token.lower:
        yield from editor.candidate([token], [other], text, features)


class _Nearness:
    """How near a word of the reference is to a place of the text: 1 in an aligned sentence, 0.5 in its paragraph."""

    def __init__(self, editor: ReferenceEditor) -> None:
        text = editor.reference.text
        self._partners = {n: {p.reference for p in pairs} for n, pairs in editor.aligned.by_sentence.items()}
        ends = [n for n, c in enumerate(text) if c == "\n"]
        self._paragraph = [bisect_left(ends, s.start) for s in editor.reference.sentences]
        self._near = {n: {self._paragraph[p] for p in found} for n, found in self._partners.items()}

    def of(self, token: Token, other: Token) -> float:
        if other.sentence in self._partners.get(token.sentence, ()):
            return 1.0
        return 0.5 if self._paragraph[other.sentence] in self._near.get(token.sentence, ()) else 0.0


def _channel_words(
    editor: ReferenceEditor, channel: SpinnerChannel, known: frozenset[int], nearness: _Nearness, context: Context
) -> Iterator[Candidate]:
    """Propose what the channel says stood there, if it stands in the reference and tells something."""
    tokens = editor.parsed.tokens
    index: dict[str, list[int]] = defaultdict(list)
    for token in editor.reference.tokens:
        index[token.lower].append(token.index)
    for sentence in editor.parsed.sentences:
        for start in range(sentence.first, sentence.last):
            if not context.any_suspect(*editor.reach(start, min(start + _LONGEST_ROW, sentence.last))):
                continue
            for end in range(start + 1, min(start + _LONGEST_ROW, sentence.last) + 1):
                ours = tokens[start:end]
                if tokens[end - 1].index in known or holds_figure(ours) or any(t.is_name for t in ours):
                    break
                if not any(map(is_content, ours)):
                    continue  # a little word may stand for anything
                if not context.any_suspect(*editor.reach(start, end)):
                    continue
                for row in channel.originals(" ".join(t.lower for t in ours)):
                    theirs = _find(editor.reference, index, row.original.split())
                    if theirs and any(is_content(t) and rarity(t.lower) >= _COMMON for t in theirs):
                        yield from _channel_word(editor, ours, theirs, nearness)


def _channel_word(
    editor: ReferenceEditor, ours: Sequence[Token], theirs: Sequence[Token], nearness: _Nearness
) -> Iterator[Candidate]:
    if holds_figure(theirs) or any(t.is_name for t in theirs):
        return
    near = nearness.of(ours[0], theirs[0])
    features = {"reference.vocabulary": 1.0, "reference.nearness": near, "reference.channel": 1.0}
    yield from editor.replace(ours, theirs, features)


def _find(reference: ParsedText, index: Mapping[str, Sequence[int]], words: Sequence[str]) -> Sequence[Token]:
    """Return the first place of the words in the reference; empty if they do not stand there."""
    for place in index.get(words[0], ())[:_MOST_PLACES] if words else ():
        found = reference.tokens[place : place + len(words)]
        if [t.lower for t in found] == list(words):
            return found
    return ()
