"""The baseline `bigram`: the engine itself, with bigram counts for its judge, which needs no extra."""

from __future__ import annotations

from collections.abc import Sequence

from restore.config import Config
from restore.errors import InputError
from restore.evaluation.baselines.base import package_version, unworkable
from restore.records import Reference, Restoration


class BigramBaseline:
    """The engine with `language_model="bigram"`; the only baseline that uses references."""

    name = "bigram"

    def __init__(self, config: Config | None = None) -> None:
        """`config` gives all other settings."""
        from restore.restorer import Restorer

        self.config = (config or Config()).replace(language_model="bigram")
        self._restorer = Restorer(self.config)

    @property
    def version(self) -> str:
        """The version of this package and the fingerprint of settings and tables."""
        return f"{package_version('restore-text')}, engine {self._restorer.fingerprint}"

    def restore(self, text: str, references: Sequence[str | Reference] = ()) -> Restoration:
        """Restore one text; one that is empty or too long gives a restoration without corrections."""
        try:
            return self._restorer.restore(text, references)
        except InputError as error:
            return unworkable(text, self._restorer.fingerprint, f"{self.name}: {error}")
