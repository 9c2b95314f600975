"""Where the builders read and write."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).absolute().parents[1]
"""The checkout."""
MODELS = ROOT / "models"
