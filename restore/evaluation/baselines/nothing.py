"""The baseline `none`: every text stays as it is, which is what any other must beat."""

from __future__ import annotations

from restore.evaluation.baselines.base import EditingBaseline, ToolEdit


class NothingBaseline(EditingBaseline):
    """Changes nothing."""

    name = "none"
    version = "none"

    def edits(self, text: str) -> tuple[ToolEdit, ...]:  # noqa: ARG002
        """Name no edit."""
        return ()
