"""Names for kinds of corrections, after ERRANT (Bryant et al. 2017): operation R, M or U, then the type."""

from __future__ import annotations

from collections.abc import Sequence

from restore.text.morphology import lemmas
from restore.text.parsing import Token

_TYPES = {
    "ADJ": "ADJ",
    "ADP": "PREP",
    "ADV": "ADV",
    "AUX": "VERB",
    "CCONJ": "CONJ",
    "DET": "DET",
    "NOUN": "NOUN",
    "NUM": "NUM",
    "PART": "PART",
    "PRON": "PRON",
    "PROPN": "NOUN",
    "PUNCT": "PUNCT",
    "SCONJ": "CONJ",
    "SYM": "PUNCT",
    "VERB": "VERB",
}


def kind_of(tokens: Sequence[Token], replacement: str) -> str:
    """Name a correction of these tokens, such as R:NOUN, U:ADV, R:ORTH (casing and spacing) or R:MORPH."""
    words = replacement.split()
    spun = "".join(t.lower for t in tokens)
    main = next((t for t in tokens if t.pos not in {"DET", "PUNCT", "SYM"}), tokens[0])
    name = _TYPES.get(main.pos, "OTHER")
    if not words:
        return f"U:{name}"
    if "".join(words).lower() == spun:
        return "R:ORTH"
    if len(words) > len(tokens) and [w.lower() for w in words if w.lower() in {t.lower for t in tokens}] == [
        t.lower for t in tokens
    ]:
        return "M:OTHER"
    if len(words) < len(tokens) and all(w.lower() in {t.lower for t in tokens} for w in words):
        return f"U:{name}"
    if len(tokens) == len(words) == 1 and set(lemmas(tokens[0].lower)) & set(lemmas(words[0].lower())):
        return "R:MORPH"
    return f"R:{name}"
