"""Repairs news text damaged by synonym spinners, round-trip translation or bad scraping."""

from restore.config import Config
from restore.errors import RestoreError
from restore.functions import restore, restore_async
from restore.records import (
    Correction,
    Document,
    Evidence,
    Finding,
    Reference,
    Restoration,
    Span,
    Verdict,
    apply,
)
from restore.restorer import Restorer

__version__ = "0.2.0"
__all__ = [
    "Config",
    "Correction",
    "Document",
    "Evidence",
    "Finding",
    "Reference",
    "Restoration",
    "RestoreError",
    "Restorer",
    "Span",
    "Verdict",
    "__version__",
    "apply",
    "restore",
    "restore_async",
]
