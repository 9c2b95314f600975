"""Spun text against references: sentences first, then words and quotations."""

from restore.alignment.align import align
from restore.alignment.records import AlignedReference

__all__ = ["AlignedReference", "align"]
