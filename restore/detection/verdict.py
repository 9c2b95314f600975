"""The verdict on a whole document, without a language model: every word is weighed, and the words add up.

Boosted trees give for each word the odds that it is damage (word_features describes it); their likelihood ratio for the
document (restore.detection.document) becomes a probability by a logistic function that knows how long the text is.
training/detection/verdict.py fits both.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from restore.channel.families import FamilyMix
from restore.channel.model import SpinnerChannel, load_channel
from restore.detection.document import posteriors
from restore.detection.model import load_verdict_model
from restore.detection.word_features import FEATURES, WordFeatures, describe
from restore.records import Finding, Verdict, in_text_order
from restore.text.parsing import ParsedText, Token

FEWEST_WORDS = 5
"""A shorter text is never called damaged."""
UNTOLD = 0.49
"""The highest probability of a text that the verdict cannot tell about: not called damaged."""
_LEAST_RATE = 0.03
"""The share of damaged words that is assumed at least when places are rated, the lowest of `SHARES` in document.py.
Chosen by hand: with less, a text that is called clean shows fewer places; the verdict does not move."""
SHOWN = 0.15
"""The chance from which on a finding of a rule is shown."""
_SHOWN_ALONE = 0.35
"""The chance from which on a word is shown that no rule found. Chosen by hand, higher than `SHOWN`, as nothing but the
trees speaks: with less, more sound words are shown."""
_TELLING_PAIR = 1.5
"""How much more usual (ln) an original must be beside its neighbours for the explanation to say so. Chosen by hand; it
decides which sentence is shown, nothing else."""
_TELLING_SLOT = 2.0
"""The same for a function word between its neighbours. Chosen by hand."""
_FAMILY_SURE = 0.5
"""The share of the mix from which on a family is named: more than all others together. Chosen by hand; how often the
named family is right was never measured (docs/quality.md)."""
_FAMILY_INFORMATIVE = 3.0
"""Words that must tell the family, each counted by the chance that it is damage. Chosen by hand: with fewer, one phrase
names a family."""


def verdict_on(parsed: ParsedText, table: SpinnerChannel | None = None) -> Verdict:
    """Judge a document; a text of fewer than five words is never called damaged.

    `table` replaces the shipped channel. Raises `ModelNotFoundError` if a table is missing.
    """
    table = table or load_channel()
    features = describe(parsed, table)
    model = load_verdict_model()
    odds = model.odds(features.matrix)
    probability = model.probability(odds)
    return conclude(parsed, table, features, odds, probability)


def conclude(
    parsed: ParsedText, table: SpinnerChannel, features: WordFeatures, odds: NDArray[np.float64], probability: float
) -> Verdict:
    """Make the verdict of the odds of the words and the probability of the document."""
    model = load_verdict_model()
    words = len(features.tokens)
    damaged = probability >= 0.5 and words >= FEWEST_WORDS
    if words < FEWEST_WORDS:
        probability = min(probability, UNTOLD)
    share = model.share(odds) if damaged else min(model.share(odds), probability)
    likely = posteriors(odds, max(share, _LEAST_RATE))
    findings = in_text_order(_findings(parsed, features, likely))
    family, family_share = _family(parsed, table) if damaged else ("", 0.0)
    return Verdict(damaged, round(probability, 4), round(share, 4), findings, family, family_share)


def count_words(parsed: ParsedText) -> int:
    """Count the tokens that are words."""
    return sum(token.is_word for token in parsed.tokens)


def _family(parsed: ParsedText, table: SpinnerChannel) -> tuple[str, float]:
    """Return the likeliest family of spinners and its share; "" and 0 if none has half of the informative words."""
    mix = FamilyMix(parsed, table)
    name, share = max(mix.mix.items(), key=lambda item: (item[1], item[0]), default=("", 0.0))
    if mix.informative < _FAMILY_INFORMATIVE or share < _FAMILY_SURE:
        return "", 0.0
    return name, round(share, 4)


def _findings(parsed: ParsedText, features: WordFeatures, likely: NDArray[np.float64]) -> Iterator[Finding]:
    """Yield the findings of the rules with the probability of their words, and other words that are likely damage."""
    row_of = {token.index: row for row, token in enumerate(features.tokens)}
    covered: set[int] = set()
    for finding in features.findings:
        tokens = parsed.tokens_between(finding.start, finding.end)
        rows = [row_of[t.index] for t in tokens if t.index in row_of]
        score = finding.score
        if rows and finding.kind not in {"boilerplate", "stray"}:
            score = float(likely[rows].max())
        if score >= SHOWN:
            covered.update(rows)
            yield Finding(finding.start, finding.end, finding.text, finding.kind, round(score, 3), finding.explanation)
    for row in np.flatnonzero(likely >= _SHOWN_ALONE):
        if row not in covered:
            token = features.tokens[row]
            kind, why = _explain(token, dict(zip(FEATURES, features.matrix[row], strict=True)), features.originals[row])
            yield Finding(token.start, token.end, token.text, kind, round(float(likely[row]), 3), why)


def _explain(token: Token, facts: dict[str, float], original: str) -> tuple[str, str]:
    """Return the kind and the explanation of a word that no rule found."""
    if facts["misfit"]:
        return "morphology", f"the form {token.text!r} does not fit the words beside it"
    if facts["article"]:
        return "morphology", f"{token.text!r} does not fit the sound of the next word"
    if facts["slot_gain"] >= _TELLING_SLOT and original:
        return "substitution", f"{token.text!r} hardly stands between these words, {original!r} does"
    if facts["pair_gain"] >= _TELLING_PAIR and original:
        return "substitution", f"{token.text!r} is unusual beside these words, {original!r} is usual"
    if original:
        return "substitution", f"{token.text!r} is an odd choice here; spinners write it for words like {original!r}"
    return "substitution", f"{token.text!r} is an unusual choice here"
