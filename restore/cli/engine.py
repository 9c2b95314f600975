"""The one place where the command line takes the engine from; tests put another one here."""

from __future__ import annotations

from typing import TYPE_CHECKING

WOULD_ADD = "which would mend a third more at the same precision"
"""Measured on data/gold; docs/quality.md has the figures."""

if TYPE_CHECKING:
    from restore.config import Config
    from restore.restorer import Restorer


def make_restorer(config: Config) -> Restorer:
    """Return a restorer; its models load at the first text."""
    from restore.restorer import Restorer

    return Restorer(config)


def note_second_opinion(config: Config) -> None:
    """Say what the second opinion would add, where its model could be asked and was never fetched."""
    from restore.cli.messages import say
    from restore.language_model.weights import weights_fingerprint

    if config.second_opinion == "auto" and not weights_fingerprint():
        say(f"note: working without the second opinion, {WOULD_ADD}; `restore models pull` fetches it once")
