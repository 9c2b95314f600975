"""The one place where the command line takes the engine from; tests put another one here."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from restore.config import Config
    from restore.restorer import Restorer


def make_restorer(config: Config) -> Restorer:
    """Give a restorer; its models load at the first text."""
    from restore.restorer import Restorer

    return Restorer(config)
