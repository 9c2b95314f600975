"""A text with gold annotations, wherever it was read from, and the row of one that could not be."""

from __future__ import annotations

from hashlib import sha256

import msgspec

from restore.gold.markup import MarkedText
from restore.records import Reference


class ErrorRow(msgspec.Struct, frozen=True):
    """A record or document that could not be worked on: its name, and why, with a remedy."""

    name: str
    message: str


class GoldDocument(msgspec.Struct, frozen=True):
    """A spun text with what each annotator says stands wrong in it, and the references it comes with.

    All annotations are of the same text; pairs and gold folders have one. `unknown` lists, for each annotator, the
    token spans that are wrong though nobody can say what is right (type UNK of M2 files). The words of a `tokenised`
    text are split at white space, as M2 files have them.
    """

    name: str
    annotations: tuple[MarkedText, ...]
    sha256: str
    references: tuple[Reference, ...] = ()
    tokenised: bool = False
    unknown: tuple[tuple[tuple[int, int], ...], ...] = ()

    @property
    def text(self) -> str:
        """The spun text."""
        return self.annotations[0].text


def text_hash(*texts: str) -> str:
    """Return the SHA-256 of texts, lone surrogates included."""
    return sha256("\0".join(texts).encode("utf-8", "surrogatepass")).hexdigest()
