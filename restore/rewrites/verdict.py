"""Is a text the article of a reference in other words? Asked of every reference about the same event."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from restore.records import Rewritten
from restore.rewrites.features import Compared, compare, describe_document
from restore.rewrites.model import load_rewrite_model
from restore.runtime.odds import log_odds
from restore.text.parsing import ParsedText

IN_OTHER_WORDS = 0.1
"""How far a sentence must be from its partner in words to be told in other words: an editor changes less. By hand."""
_LEAST_SHARE = 0.4
"""The share of a text's words in such sentences from which it may be called rewritten. By hand."""
_FEWEST = 3
"""Sentences with a partner without which the order of sentences tells nothing. By hand."""


@dataclass(frozen=True)
class RewriteSource:
    """A text beside the reference that it may be rewritten from, which is number `number` (from 1) of those given."""

    number: int
    id: str
    compared: Compared

    @cached_property
    def probability(self) -> float:
        """The probability (0 to 1) that the text is this very article."""
        described = describe_document(self.compared)
        return float(load_rewrite_model().document.chances(described[None])[0]) if self.compared.partners else 0.0

    @property
    def odds(self) -> float:
        """The log-odds of that."""
        return log_odds(self.probability)

    @cached_property
    def reading(self) -> Rewritten:
        """What the verdict says of it."""
        compared = self.compared
        sizes = {n: len(compared.ours[n].words) for n, far in compared.apart.items() if far >= IN_OTHER_WORDS}
        words = sum(sizes.values())
        share = words / compared.words if compared.words else 0.0
        apart = sum(compared.apart[n] * size for n, size in sizes.items()) / words if words else 0.0
        called = (
            self.probability >= load_rewrite_model().document.least
            and share >= _LEAST_SHARE
            and len(compared.partners) >= _FEWEST
        )
        return Rewritten(called, round(self.probability, 4), round(share, 4), round(apart, 4), self.id)


def make_sources(text: ParsedText, references: Iterable[tuple[int, str, ParsedText]]) -> list[RewriteSource]:
    """Return a text beside each of the references (number from 1, id, parsed)."""
    return [RewriteSource(number, id, compare(text, parsed)) for number, id, parsed in references]


def rewritten(sources: Sequence[RewriteSource]) -> Rewritten | None:
    """Return the reading of the likeliest source; None without any."""
    readings = [source.reading for source in sources]
    return max(readings, key=lambda r: (r.called, r.probability * r.share, r.probability), default=None)
