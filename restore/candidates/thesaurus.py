"""Candidates from lexical resources: the words a synonym spinner could have turned into the word of the text."""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import lru_cache

from restore.candidates.base import Candidate, Context
from restore.casing import match_case
from restore.channel import lemmas
from restore.frequencies import log_frequency
from restore.lexicon import MOBY, PIVOT, VECTORS, WORDNET, LexicalCandidate, lexical_originals
from restore.moby import load_moby
from restore.parsing import ParsedText, Token
from restore.records import Evidence
from restore.thesaurus import SPACY_POS, Pos, Related, Relation, Thesaurus, load_thesaurus
from restore.word_forms import forms_by_tag, inflected

_SCORES: dict[Relation, float] = {
    "synonym": 1.0,
    "similar": 0.7,
    "hypernym": 0.6,
    "hyponym": 0.5,
    "sister": 0.3,
    "derived": 0.4,
}
_PER_FREQUENCY = 0.08
_PER_SENSE = 0.05
_MEANINGS = 30
_LEAST_LOG_PROBABILITY = -8.0
_LISTED_SCORE = 0.5
_PHRASE_MEANINGS = 10
_FORMS = 8
_SHORTEST = 3
_TAGS: dict[str, str] = {"n": "NN", "v": "VB", "a": "JJ", "r": "RB"}


class ThesaurusSource:
    """Proposes related words in the inflection of the word they replace, and other forms of the same word."""

    name = "thesaurus"

    def propose(self, context: Context) -> Iterator[Candidate]:
        """Give candidates for the content words and the two-word lemmas of the text that may be damaged."""
        thesaurus = load_thesaurus()
        parsed = context.parsed
        for sentence in parsed.sentences:
            tokens = parsed.sentence_tokens(sentence)
            for at, token in enumerate(tokens):
                if not context.any_suspect(token.index, token.index + 2) or not _is_content(token):
                    continue
                if context.is_suspect(token.index):
                    yield from _meanings(thesaurus, token)
                    yield from _forms(thesaurus, token)
                following = tokens[at + 1] if at + 1 < len(tokens) else None
                if following and context.any_suspect(token.index, token.index + 2) and _is_content(following):
                    yield from _phrase(thesaurus, parsed, token, following)


def _is_content(token: Token) -> bool:
    if token.pos not in SPACY_POS or token.pos in {"PROPN", "AUX"} or token.is_name or token.is_figure:
        return False
    return len(token.text) >= _SHORTEST and token.text.replace("-", "").isalpha()


def _meanings(thesaurus: Thesaurus, token: Token) -> Iterator[Candidate]:
    lemma, pos = token.lemma.lower(), SPACY_POS[token.pos]
    if not thesaurus.senses(lemma, pos):
        others = [word for word in (token.lower, *lemmas(token.lower)) if thesaurus.senses(word, pos)]
        lemma = others[0] if others else lemma
    given: set[str] = {token.lower}
    for found in lexical_originals(lemma, pos, _MEANINGS):
        for form in inflect(found.lemma, found.pos, token.tag):
            if form not in given:
                given.add(form)
                yield _lexical(token, form, lemma, found)


@lru_cache(maxsize=10_000)
def ranked(lemma: str, pos: Pos, limit: int) -> tuple[Related, ...]:
    """Give the related lemmas a spinner most likely started from: near relation, frequent word, frequent sense."""
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
    """Give the form of a lemma that carries a Penn tag; of a phrase, its verb or its last word is inflected."""
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


def _lexical(token: Token, form: str, lemma: str, found: LexicalCandidate) -> Candidate:
    """Make a candidate of an original that the lexicon gives, with what each resource says."""
    features = {
        "lexicon.listed": 1.0,
        "lexicon.log_probability": max(_LEAST_LOG_PROBABILITY, found.log_probability),
        "lexicon.cosine": found.cosine,
        "thesaurus.frequency": _frequency(form, token.text),
    }
    evidence: list[Evidence] = []
    if found.related is not None:
        features |= _relation_features(found.related)
        evidence.append(_wordnet_evidence(lemma, found.related))
    if MOBY in found.resources:
        features["lexicon.moby"] = 1.0
        heads = (lemma, found.lemma) if load_moby().mentions(lemma, found.lemma) else (found.lemma, lemma)
        evidence.append(Evidence("thesaurus", MOBY, f"{MOBY} lists {heads[1]} under {heads[0]}", _LISTED_SCORE))
    if PIVOT in found.resources:
        features["lexicon.pivot"] = 1.0
        quote = f"{found.lemma} and {lemma} translate the same word of another language"
        evidence.append(Evidence("thesaurus", PIVOT, quote, _LISTED_SCORE))
    if VECTORS in found.resources:
        quote = f"{found.lemma} and {lemma} are used alike: the cosine of their vectors is {found.cosine:.2f}"
        evidence.append(Evidence("thesaurus", VECTORS, quote, max(0.0, found.cosine)))
    return Candidate(token.start, token.end, match_case(token.text, form), tuple(evidence), features)


def _relation_features(found: Related) -> dict[str, float]:
    return {
        f"thesaurus.{found.relation}": 1.0,
        "thesaurus.sense_spun": math.log1p(found.sense),
        "thesaurus.sense_original": math.log1p(found.other_sense),
    }


def _wordnet_evidence(lemma: str, found: Related) -> Evidence:
    if found.relation == "derived":
        quote = f"{found.lemma} ({found.pos}) derives from or to {lemma}"
    else:
        quote = (
            f"{found.lemma} ({found.pos}, sense {found.other_sense + 1}) is a {found.relation} of {lemma}"
            f" (sense {found.sense + 1})"
        )
    return Evidence("thesaurus", WORDNET, quote, _SCORES[found.relation])


def _frequency(form: str, spun: str) -> float:
    return max(-10.0, min(10.0, log_frequency(form) - log_frequency(spun)))
