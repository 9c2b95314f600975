"""The texts that the evidence of plans quotes: given as files, held by the rows of a batch, or out of an index."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import PurePath
from typing import TYPE_CHECKING

from msgspec.structs import replace

from restore.records import Reference, Restoration

if TYPE_CHECKING:
    from restore.references.index.store import ArticleReader

_QUOTING = ("reference", "spins")


def cited(restoration: Restoration) -> tuple[str, ...]:
    """Return the ids of the references and spins that a plan names or quotes, each once."""
    evidence = (e for c in (*restoration.corrections, *restoration.rewrites) for e in c.evidence if e.kind in _QUOTING)
    named = (r.id for r in (*restoration.references, *restoration.spins))
    return tuple(dict.fromkeys([*named, *(e.source for e in evidence), *(c.source for c in restoration.conflicts)]))


class ReferenceTexts:
    """Finds references by the ids that plans name them by."""

    def __init__(self, given: Iterable[Reference] = (), index: str = "") -> None:
        """Take texts, and an index to look for others; raises `InputError` if there is no such index."""
        self._given = list(given)
        self._index: ArticleReader | None = None
        if index:
            from restore.references.index.store import ArticleReader

            self._index = ArticleReader(index)

    def of(self, restoration: Restoration, own: Iterable[Reference] = ()) -> tuple[Reference, ...]:
        """Return the texts that a plan cites, under the ids it cites them by; `own` are those of its row.

        A text whose id is another path to a file of the same name counts, if it is the only one of that name.
        """
        known = [*own, *self._given]
        found = (self._text(id, known) for id in cited(restoration))
        return tuple(text for text in found if text is not None)

    def _text(self, id: str, known: list[Reference]) -> Reference | None:
        for same in (lambda r: r.id == id, lambda r: PurePath(r.id).name == PurePath(id).name):
            matching = [r for r in known if same(r)]
            if len(matching) == 1 or (matching and matching[0].id == id):
                return replace(matching[0], id=id)
        article = self._index.get(id) if self._index is not None else None
        return Reference(id, article.text, article.url, article.title, article.date) if article else None
