"""One restorer for all integration tests, without the second opinion, whose weights may be missing."""

from __future__ import annotations

from functools import cache

from restore.config import Config
from restore.restorer import Restorer


@cache
def restorer() -> Restorer:
    """Return the restorer."""
    return Restorer(Config(second_opinion="never"))
