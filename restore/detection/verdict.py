"""The verdict on a whole document, from the findings alone: no language model is needed."""

from __future__ import annotations

import math
import tomllib
from dataclasses import dataclass
from functools import cache

from restore.channel import SpinnerChannel
from restore.detection import boilerplate, casing, channel, doubled
from restore.parsing import ParsedText
from restore.records import Finding, Verdict
from restore.resources import table_path

_PRIOR_WORDS = 30.0
_FEW_WORDS = 5
_UNIT_WORDS = 300.0
_LONGEST = 3.0
_COUNTED = 0.6  # told spun chunks from clean ones best (area under the curve 0.79; from 0.3 on 0.68)
_PER_FINDING = {"boilerplate": 0.0}


@dataclass(frozen=True, slots=True)
class Rates:
    """Weighted findings per word of the text: of the channel, and of everything that breaks form.

    `length` grows with the root of the text's length, as the certainty of a rate does; 1 stands for 300 words.
    """

    substitutions: float
    form: float
    length: float = 1.0


@dataclass(frozen=True, slots=True)
class VerdictModel:
    """A logistic function of the rates, surer for longer texts, and a linear estimate of the damaged share.

    `usual` are the rates of clean texts: short texts are drawn towards them.
    """

    intercept: float
    length: float
    substitutions: float
    form: float
    usual: Rates
    share_per_substitution: float
    share_per_form: float

    def probability(self, rates: Rates) -> float:
        """Give the probability that a text with these rates is damaged."""
        above = self.length + self.substitutions * rates.substitutions + self.form * rates.form
        score = self.intercept + rates.length * above
        return 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, score))))

    def share(self, rates: Rates) -> float:
        """Estimate the share of damaged words, 0 to 1."""
        above = self.share_per_substitution * (rates.substitutions - self.usual.substitutions)
        above += self.share_per_form * (rates.form - self.usual.form)
        return max(0.0, min(1.0, above))


def judge(parsed: ParsedText, table: SpinnerChannel | None = None) -> Verdict:
    """Judge a document: probability that it is damaged, estimated share of damaged words, and the findings.

    A text of fewer than five words is never called damaged. `table` replaces the shipped channel.
    """
    findings = all_findings(parsed, table)
    model = load_verdict_model()
    words = count_words(parsed)
    rates = rates_of(findings, words, model.usual)
    probability = model.probability(rates)
    damaged = probability >= 0.5 and words >= _FEW_WORDS
    share = model.share(rates) if damaged else min(model.share(rates), probability)
    return Verdict(damaged, round(probability, 4), round(share, 4), findings)


def all_findings(parsed: ParsedText, table: SpinnerChannel | None = None) -> tuple[Finding, ...]:
    """Give the findings of every kind of damage in the order of the text; `table` replaces the shipped channel."""
    found = [
        *channel.find(parsed, table),
        *casing.find(parsed),
        *doubled.find(parsed),
        *boilerplate.find(parsed),
    ]
    return tuple(sorted(found, key=lambda f: (f.start, f.end, f.kind)))


def count_words(parsed: ParsedText) -> int:
    """Count the tokens that are words."""
    return sum(token.is_word for token in parsed.tokens)


def rates_of(findings: tuple[Finding, ...], words: int, usual: Rates) -> Rates:
    """Give the rates of a text, drawn towards the usual ones as if 30 more words had those."""
    substitutions = sum(f.score for f in findings if f.kind == "substitution" and f.score >= _COUNTED)
    form = sum(f.score * _PER_FINDING.get(f.kind, 1.0) for f in findings if f.kind != "substitution")
    total = words + _PRIOR_WORDS
    return Rates(
        (substitutions + _PRIOR_WORDS * usual.substitutions) / total,
        (form + _PRIOR_WORDS * usual.form) / total,
        min(_LONGEST, math.sqrt(words / _UNIT_WORDS)),
    )


@cache
def load_verdict_model() -> VerdictModel:
    """Load the fitted coefficients; raises `ModelNotFoundError` if they are missing."""
    fields = tomllib.loads(table_path("verdict.toml").read_text(encoding="utf-8"))
    usual = Rates(**fields.pop("usual"))
    return VerdictModel(usual=usual, **fields)
