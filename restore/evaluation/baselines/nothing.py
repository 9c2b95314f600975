"""The baseline `none`: every text stays as it is, which is what any other must beat."""

from __future__ import annotations

from restore.evaluation.baselines.base import Edit, EditingBaseline


class NothingBaseline(EditingBaseline):
    """Changes nothing."""

    name = "none"
    version = "none"

    def edits(self, text: str) -> tuple[Edit, ...]:  # noqa: ARG002
        """Name no edit."""
        return ()
