"""Words that a blank tore apart ("its fac tory"): where it is sure that neighbours were one word.

A piece that is no word by itself, and a whole so frequent that the pieces side by side by chance are nothing beside it.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from restore.candidates.base import Candidate
from restore.lexicon.frequencies import total_count, word_counts
from restore.lexicon.spelling import function_words
from restore.lexicon.wordnet import load_thesaurus
from restore.text.casing import CaseTable, is_name
from restore.text.morphology import lemmas
from restore.text.parsing import ParsedText, Token

TORN = "spelling.torn"
"""Of neighbours that are surely one word: how sure that is comes from a count (restore/ranking/decide.py)."""
_TEAR = math.log(1000.0)
"""What a tear costs (ln): one word in a thousand is torn. Chosen by hand."""
_LEAST_GAIN = 3.0
"""By how much (ln) one word must be likelier than what stands there, and than every other way to join it. Chosen by
hand; training/lexicon/torn_words.py counts what comes of it."""
_LEAST_COUNT = 10_000
"""The count of a word that the frequency dictionary does not have: its rarest ones have 12,714."""


def with_torn(case: CaseTable, parsed: ParsedText, joins: Iterable[Candidate]) -> Iterator[Candidate]:
    """Yield the candidates that join words of one sentence, those with the feature `TORN` that are surely one word."""
    found = [(c, parsed.tokens_between(c.start, c.end)) for c in joins]
    gains = [_gain(c.replacement, [t.lower for t in parts]) for c, parts in found]
    for number, (candidate, parts) in enumerate(found):
        others = [
            gains[n]
            for n, (other, _) in enumerate(found)
            if n != number and other.start < candidate.end and candidate.start < other.end
        ]
        sure = gains[number] - max((0.0, *others)) >= _LEAST_GAIN
        if sure and not _is_glued(parsed, parts) and _has_strange_piece(case, parts):
            yield replace(candidate, features={**candidate.features, TORN: 1.0})
        else:
            yield candidate


def _gain(whole: str, pieces: Sequence[str]) -> float:
    """Return how much likelier (ln) a word is, torn, than its pieces beside each other by chance."""
    return _log_share(whole.lower()) - sum(map(_log_share, pieces)) - _TEAR * (len(pieces) - 1)


def _log_share(word: str) -> float:
    return math.log(max(word_counts().get(word, 0), _LEAST_COUNT) / total_count())


def _is_glued(parsed: ParsedText, parts: Sequence[Token]) -> bool:
    """Return whether letters or figures stand right before or behind, so that the pieces are not all there is."""
    start, end = parts[0].start, parts[-1].end
    return parsed.text[start - 1 : start].isalnum() or parsed.text[end : end + 1].isalnum()


def _has_strange_piece(case: CaseTable, parts: Sequence[Token]) -> bool:
    """Return whether one of the pieces is no word as it is written; a single letter wants a strange neighbour."""
    strange = [not stands_alone(case, token) for token in parts]
    single = [len(token.text) == 1 for token in parts]
    return all(strange) if any(single) else any(strange)


def stands_alone(case: CaseTable, token: Token) -> bool:
    """Return whether a token is a word or name in its letters: listed, seen in news, or in WordNet."""
    lower, found = token.lower, case.look_up(token.lower)
    if lower in function_words():
        return True
    if not token.text.islower():
        if found.form or lower in case.first_names or lower in case.surnames:
            return True
    elif is_name(case, lower):
        return False
    return bool(found.times) or any(lemma in load_thesaurus() for lemma in (lower, *lemmas(lower)))
