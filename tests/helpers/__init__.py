"""What several test files share; imported as `tests.helpers.NAME`, also by the processes that tests start."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).parents[2]
"""The checkout: the folder in which processes find `tests`."""
