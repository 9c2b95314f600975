"""One restorer with the shipped settings for all integration tests."""

from __future__ import annotations

from functools import cache

from restore.restorer import Restorer


@cache
def restorer() -> Restorer:
    """Return the restorer."""
    return Restorer()
