"""The laws no candidate may break, whatever its source: figures, names, quotation marks and links stay."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from restore.alignment.figures import figure_values
from restore.candidates.base import Candidate
from restore.channel import lemmas
from restore.names import LISTED_NAMES, STRONG_NAME
from restore.parsing import FIGURE_ENTITIES, NUMBER_WORD, ParsedText, Token
from restore.spellings import OCR

_MARKS = re.compile(r"[\"“”„«»‘]|(?<!\w)['’]|['’](?!\w)")
_DIGITS = re.compile(r"\d+")
_WITNESSES = frozenset({"reference", "document"})
_NEGATIONS = frozenset(
    {"not", "no", "never", "nor", "neither", "none", "nobody", "nothing", "nowhere", "without", "cannot"}
)
_SPINS_THAT_AGREE = 2
"""A spin is damaged text itself: only several together are a witness."""


def is_lawful(candidate: Candidate, parsed: ParsedText) -> bool:
    """Say whether a candidate may be considered at all.

    It must change something, stay inside one sentence and on token borders, leave links, quotation marks and line ends
    alone, and change figures and names only with a witness: a reference, the text itself, or two spins that agree
    (casing excepted). A listed name of which all but one common word stands there may get that word back (evidence of
    `LISTED_NAMES` with a score of `STRONG_NAME`). The value of a figure and the number of negations change with two
    such spins only: a reference that says otherwise may be wrong or about something else.
    """
    text, start, end = parsed.text, candidate.start, candidate.end
    original = text[start:end]
    if not (0 <= start < end <= len(text)) or original == candidate.replacement:
        return False
    if _breaks(original) != _breaks(candidate.replacement) or _MARKS.findall(original) != _MARKS.findall(
        candidate.replacement
    ):
        return False
    tokens = parsed.tokens_between(start, end)
    if not tokens or tokens[0].start != start or tokens[-1].end != end or tokens[0].sentence != tokens[-1].sentence:
        return False
    if parsed.in_link(start, end):
        return False
    if original.lower() == candidate.replacement.lower():
        return True
    spins = {evidence.source for evidence in candidate.evidence if evidence.kind == "spins"}
    kept = candidate.replacement.lower().split()
    if not kept and not _can_go(parsed, tokens):
        return False
    if len(spins) >= _SPINS_THAT_AGREE or is_respaced(original, candidate.replacement):
        return True
    if _negations(t.lower for t in tokens) != _negations(kept) or _says_otherwise([t.lower for t in tokens], kept):
        return False
    if any(e.kind in _WITNESSES for e in candidate.evidence):
        return True
    if _is_misread(candidate, tokens):
        return True
    old = original.lower().split()
    if any(NUMBER_WORD.fullmatch(word) and word not in old for word in kept):
        return False
    listed = any(e.source == LISTED_NAMES and e.score >= STRONG_NAME for e in candidate.evidence)
    if any((t.is_figure or (t.is_name and not listed) or _is_unit(t)) and not _survives(t, kept) for t in tokens):
        return False
    return _DIGITS.findall(original) == _DIGITS.findall(candidate.replacement)


def is_respaced(original: str, replacement: str) -> bool:
    """Say whether only blanks come or go, none of them between digits: every name and figure is still there.

    A denial that stands as a word of its own must stay one.
    """
    old, new = original.split(), replacement.split()
    if "".join(old) != "".join(new) or _DIGITS.findall(original) != _DIGITS.findall(replacement):
        return False
    return _negations(w.lower() for w in old) <= _negations(w.lower() for w in new)


def _is_misread(candidate: Candidate, tokens: Sequence[Token]) -> bool:
    """Say whether digits go that a scanner put in place of letters: inside one word that is no figure otherwise."""
    scanned = any(e.kind == "spelling" and e.source == OCR for e in candidate.evidence)
    return scanned and len(tokens) == 1 and candidate.replacement.isalpha() and not tokens[0].text.isdigit()


def _negations(words: Iterable[str]) -> int:
    """Count the words that turn a statement round: none may come or go unseen."""
    return sum(word in _NEGATIONS or word.endswith(("n't", "n’t")) for word in words)


def _says_otherwise(old: Sequence[str], new: Sequence[str]) -> bool:
    """Say whether figures stand on both sides, and other ones."""
    ours, theirs = figure_values(old), figure_values(new)
    return bool(ours and theirs and ours != theirs)


def _is_unit(token: Token) -> bool:
    """Say whether a word is the unit of a date or an amount ("three hours")."""
    return token.entity in FIGURE_ENTITIES and token.pos == "NOUN"


def _survives(token: Token, kept: Sequence[str]) -> bool:
    if token.lower in kept:
        return True
    return _is_unit(token) and any(set(lemmas(token.lower)) & set(lemmas(word)) for word in kept)


def _can_go(parsed: ParsedText, tokens: Sequence[Token]) -> bool:
    """Say whether the text stays a text without these tokens: no empty sentence, no comma left over."""
    before, after = parsed.beside(tokens)
    if before is None and after is None:
        return False
    alone = before is None or not before.is_word
    return not (alone and after is not None and after.text in ",;:" and tokens[0].is_word)


def _breaks(text: str) -> list[str]:
    return re.findall(r"[\r\n\v\f\x1c-\x1e\x85\u2028\u2029]", text)
