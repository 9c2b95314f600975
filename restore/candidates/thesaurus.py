"""What lexical resources say: other forms of a word, words for a phrase, and how two words are related.

The encoder guesses what stood at a word from both sides; asking the thesaurus for every word that could have stood
there gave two thirds of all candidates, took most of the time, and found one right candidate in a hundred that nobody
else had. So it is asked about pairs: what it says of a candidate of another source is evidence, and the ranker weighs
it.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache

from restore.candidates.base import Candidate, Context
from restore.lexicon.frequencies import log_frequency
from restore.lexicon.moby import load_moby
from restore.lexicon.originals import MOBY, PIVOT, WORDNET
from restore.lexicon.pivot import load_pivot
from restore.lexicon.vectors import relatedness
from restore.lexicon.wordnet import RELATIONS, SPACY_POS, Pos, Related, Relation, Thesaurus, load_thesaurus, related
from restore.records import Evidence
from restore.text.casing import match_case
from restore.text.morphology import forms_by_tag, inflected, lemmas
from restore.text.parsing import ParsedText, Token

_SCORES: dict[Relation, float] = {
    "synonym": 1.0,
    "similar": 0.7,
    "hypernym": 0.6,
    "hyponym": 0.5,
    "sister": 0.3,
    "derived": 0.4,
}
"""How much each relation says (0 to 1): the score of the evidence, and the main part of what orders the
words for a phrase. Chosen by hand. training/lexicon/originals.py measures that order (docs/quality.md, "WordNet alone,
by its relations"): the fitted lexical channel is better."""
_PER_FREQUENCY = 0.08
"""What a word that is e times as frequent is worth in that order. Chosen by hand: a similar word must be some 40 times
as frequent as a synonym to come before it."""
_PER_SENSE = 0.05
"""What each rank of the sense takes off in that order, six ranks at most. Chosen by hand."""
_LISTED_SCORE = 0.5
"""The score (0 to 1) of what Moby or shared translations say. Chosen by hand: it orders the evidence that is shown."""
_PHRASE_MEANINGS = 10
"""Related lemmas that are tried for a phrase. Chosen by hand: with more, the ranker has more wrong ones to weigh."""
_FORMS = 8
"""Derived words that are proposed for one, the most frequent first. Chosen by hand: with more, the ranker has more
wrong ones to weigh."""
_SHORTEST = 3  # letters of a content word; by hand: shorter ones are letters, units and the like
_TAGS: dict[str, str] = {"n": "NN", "v": "VB", "a": "JJ", "r": "RB"}


class ThesaurusSource:
    """Proposes other forms of a word and words for a phrase; says of other sources' candidates what they are to it."""

    name = "thesaurus"

    def propose(self, context: Context) -> Iterator[Candidate]:
        """Yield candidates for the content words and the two-word lemmas of the text that may be damaged."""
        thesaurus = load_thesaurus()
        parsed = context.parsed
        for sentence in parsed.sentences:
            tokens = parsed.sentence_tokens(sentence)
            for at, token in enumerate(tokens):
                if not context.any_suspect(token.index, token.index + 2) or not _is_content(token):
                    continue
                if context.is_suspect(token.index):
                    yield from _forms(thesaurus, token)
                following = tokens[at + 1] if at + 1 < len(tokens) else None
                if following and context.any_suspect(token.index, token.index + 2) and _is_content(following):
                    yield from _phrase(thesaurus, parsed, token, following)

    def confirm(self, context: Context, candidate: Candidate) -> Candidate:
        """Return the candidate with what the resources say of the content word that goes and the words that come."""
        tokens = context.parsed.tokens_between(candidate.start, candidate.end)
        word = candidate.replacement.lower()
        if len(tokens) != 1 or not word or word == tokens[0].lower or not _is_content(tokens[0]):
            return candidate
        features, evidence = _said_of((tokens[0].lemma.lower(), *lemmas(tokens[0].lower)), word)
        if not features:
            return candidate
        new = tuple(e for e in evidence if e not in candidate.evidence)
        return replace(candidate, evidence=(*candidate.evidence, *new), features={**features, **candidate.features})


@lru_cache(maxsize=50_000)
def _said_of(spun: tuple[str, ...], word: str) -> tuple[dict[str, float], tuple[Evidence, ...]]:
    """Return features and evidence for a word, in small letters, that comes for one of these lemmas."""
    pairs = [(ours, theirs) for theirs in dict.fromkeys((word, *lemmas(word))) for ours in dict.fromkeys(spun)]
    pairs = [(ours, theirs) for ours, theirs in pairs if ours != theirs]
    features: dict[str, float] = {}
    evidence: list[Evidence] = []
    relations = [(RELATIONS.index(relation), *pair) for pair in pairs if (relation := related(*pair)) is not None]
    if relations:
        number, ours, theirs = min(relations)
        relation = RELATIONS[number]
        features[f"thesaurus.{relation}"] = 1.0
        said = "derives from or to" if relation == "derived" else f"is a {relation} of"
        evidence.append(Evidence("thesaurus", WORDNET, f"{theirs} {said} {ours}", _SCORES[relation]))
    for ours, theirs in pairs:
        heads = [h for h, w in ((ours, theirs), (theirs, ours)) if load_moby().mentions(h, w)]
        if heads:
            features["thesaurus.moby"] = float(len(heads))
            listed = theirs if heads[0] == ours else ours
            evidence.append(Evidence("thesaurus", MOBY, f"{MOBY} lists {listed} under {heads[0]}", _LISTED_SCORE))
            break
    languages = max((load_pivot().shared(*pair) for pair in pairs), default=0)
    if languages:
        features["thesaurus.pivot"] = float(languages)
        quote = f"{word} and {spun[0]} translate the same word of another language"
        evidence.append(Evidence("thesaurus", PIVOT, quote, _LISTED_SCORE))
    cosine = max((relatedness(*pair) for pair in pairs), default=0.0)
    if cosine:
        features["thesaurus.cosine"] = round(cosine, 4)
    return features, tuple(evidence)


def _is_content(token: Token) -> bool:
    if token.pos not in SPACY_POS or token.pos in {"PROPN", "AUX"} or token.is_name or token.is_figure:
        return False
    return len(token.text) >= _SHORTEST and token.text.replace("-", "").isalpha()


@lru_cache(maxsize=10_000)
def ranked(lemma: str, pos: Pos, limit: int) -> tuple[Related, ...]:
    """Return the related lemmas a spinner most likely started from: near relation, frequent word, frequent sense."""
    best: dict[str, Related] = {}
    for found in load_thesaurus().expand(lemma, pos):
        if found.lemma not in best:
            best[found.lemma] = found
    ordered = sorted(best.values(), key=lambda r: (-likeliness(r), r.lemma))
    return tuple(ordered[:limit])


def likeliness(found: Related) -> float:
    """Score a related lemma for the cut: relation, frequency, and the sense rank of the original."""
    return (
        _SCORES[found.relation] + _PER_FREQUENCY * log_frequency(found.lemma) - _PER_SENSE * min(found.other_sense, 6)
    )


def _phrase(thesaurus: Thesaurus, parsed: ParsedText, first: Token, second: Token) -> Iterator[Candidate]:
    """Propose words for two tokens that are one lemma of WordNet ("bank note", "set out")."""
    if parsed.text[first.end : second.start] != " ":
        return
    pos = SPACY_POS[first.pos] if first.pos == "VERB" else SPACY_POS[second.pos]
    tag = first.tag if pos == "v" else second.tag
    keys = (f"{first.lemma} {second.lower}", f"{first.lower} {second.lemma}")
    lemma = next((key for key in keys if thesaurus.senses(key, pos)), None)
    if lemma is None:
        return
    given: set[str] = set()
    for found in ranked(lemma, pos, _PHRASE_MEANINGS):
        if found.relation not in {"synonym", "similar", "hypernym"}:
            continue
        for form in inflect(found.lemma, found.pos, tag):
            if form not in given:
                given.add(form)
                original = parsed.text[first.start : second.end]
                yield _candidate(first.start, second.end, original, form, lemma, found)


def _forms(thesaurus: Thesaurus, token: Token) -> Iterator[Candidate]:
    """Propose other inflections of the same lemma and derived words: damage to morphology."""
    given = {token.lower}
    for lemma in dict.fromkeys((token.lemma, *lemmas(token.lower))):
        for form in _all_forms(lemma):
            if form not in given:
                given.add(form)
                yield _plain(token, form, "inflection", f"{form} is a form of {lemma}, like {token.lower}", 0.5)
    derived = sorted(thesaurus.derived(token.lemma), key=lambda d: (-log_frequency(d[0]), d))
    for lemma, pos in derived[:_FORMS]:
        tags = ("VB", "VBD", "VBG", "VBZ") if pos == "v" else ("NN", "NNS") if pos == "n" else (_TAGS[pos],)
        for form in dict.fromkeys(form for tag in tags for form in inflect(lemma, pos, tag)):
            if form not in given:
                given.add(form)
                yield _plain(token, form, "derived", f"{lemma} ({pos}) derives from or to {token.lemma}", 0.4)


@lru_cache(maxsize=20_000)
def _all_forms(lemma: str) -> tuple[str, ...]:
    found = forms_by_tag(lemma)
    return tuple(dict.fromkeys(form for tag in sorted(found) if tag[:2] in {"VB", "NN"} for form in found[tag][:1]))


@lru_cache(maxsize=50_000)
def inflect(lemma: str, pos: Pos, tag: str) -> tuple[str, ...]:
    """Return the form of a lemma that carries a Penn tag; of a phrase, its verb or its last word is inflected."""
    if tag[:1].lower() != {"a": "j"}.get(pos, pos) or tag in {"NN", "VB", "VBP", "JJ", "RB"}:
        return (lemma,)
    words = lemma.split()
    place = 0 if pos == "v" else len(words) - 1
    forms = inflected(words[place], tag)
    if not forms:
        return ()
    return (" ".join([*words[:place], forms[0], *words[place + 1 :]]),)


def _plain(token: Token, form: str, relation: str, quote: str, score: float) -> Candidate:
    features = {f"thesaurus.{relation}": 1.0, "thesaurus.frequency": _frequency(form, token.text)}
    evidence = Evidence("thesaurus", WORDNET if relation == "derived" else "inflection table", quote, score)
    return Candidate(token.start, token.end, match_case(token.text, form), (evidence,), features)


def _candidate(start: int, end: int, spun: str, form: str, lemma: str, found: Related) -> Candidate:
    features = _relation_features(found) | {"thesaurus.frequency": _frequency(form, spun)}
    return Candidate(start, end, match_case(spun, form), (_wordnet_evidence(lemma, found),), features)


def _relation_features(found: Related) -> dict[str, float]:
    return {
        f"thesaurus.{found.relation}": 1.0,
        "thesaurus.sense_spun": math.log1p(found.sense),
        "thesaurus.sense_original": math.log1p(found.other_sense),
    }


def _wordnet_evidence(lemma: str, found: Related) -> Evidence:
    quote = (
        f"{found.lemma} ({found.pos}, sense {found.other_sense + 1}) is a {found.relation} of {lemma}"
        f" (sense {found.sense + 1})"
    )
    return Evidence("thesaurus", WORDNET, quote, _SCORES[found.relation])


def _frequency(form: str, spun: str) -> float:
    return max(-10.0, min(10.0, log_frequency(form) - log_frequency(spun)))
