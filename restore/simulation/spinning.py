"""Many clean texts spun one by one: each with a family, a rate and a seed of its own, all of which its row tells."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from random import Random

import msgspec

from restore.channel.model import SpinnerChannel, load_channel
from restore.channel.tables import read_table
from restore.config import Config
from restore.errors import ConfigError
from restore.gold.markup import GoldEdit
from restore.simulation.simulator import FAMILIES, SpunText, spin
from restore.text.parsing import Parser

_SEED_BYTES = 6
"""Of a SHA-256, as a seed: 48 bits, which JSON's readers keep exactly (53 at most), and which hardly ever meet
twice."""
_RATE_DIGITS = 4
"""Of a rate that is drawn, so that it is short to write and reads back as it was. Chosen by hand."""


class SpunRow(msgspec.Struct, frozen=True):
    """A spun text beside its original, as `restore learn` and `restore evaluate` read pairs.

    `rate` is the share of words that was to be damaged. The same text, family, rate and seed give the same row.
    """

    id: str | int
    spun: str
    original: str
    family: str
    rate: float
    seed: int
    edits: tuple[GoldEdit, ...]


class Spinner:
    """Spins texts with the channel and the parser that a config names; both load at their first use."""

    def __init__(self, config: Config, families: Iterable[str] = ()) -> None:
        """`families` are drawn equally often; without any, the usual mix is, or that of the config's own tables.

        Raises `ConfigError` for a family that neither the tables nor that mix have, and what `load_channel` raises for
        a broken table.
        """
        self._config = config
        self._channel: SpinnerChannel = load_channel(config.channels, config.shipped_channel)
        usual = self._usual_mix()
        known = self._channel.family_shares.keys() | usual.keys()  # what may be drawn may be asked for
        wanted = tuple(dict.fromkeys(families))
        unknown = [name for name in wanted if name not in known]
        if unknown:
            raise ConfigError(f"there is no family {unknown[0]!r}: choose among {', '.join(sorted(known))}")
        self.mix: Mapping[str, float] = dict.fromkeys(wanted, 1.0) or usual

    @cached_property
    def _parser(self) -> Parser:
        return Parser(self._config.spacy_pipeline)

    def spin(self, text: str, seed: int, rate: float) -> SpunText:
        """Damage about `rate` (0 to 1) of the words of a text; the same text, seed and rate, the same damage."""
        return spin(self._parser.parse(text), self._channel, seed, rate, self.mix)

    def row(self, name: str | int, text: str, seed: int, rate: float) -> SpunRow:
        """Spin a text, and give it with all that it depends on."""
        spun = self.spin(text, seed, rate)
        return SpunRow(name, spun.text, text, spun.family, rate, seed, spun.edits)

    def _usual_mix(self) -> Mapping[str, float]:
        weights: dict[str, float] = {}
        for table in self._config.channels:
            for row in read_table(Path(table)).rows.values():
                for name, weight in row.family_weights.items():
                    weights[name] = weights.get(name, 0.0) + weight
        return weights or FAMILIES


def derived_seed(seed: int, text: str) -> int:
    """Return the seed of one text among many: it depends on that text and on `seed` only, not on place or order."""
    digest = sha256(f"{seed}\0{text}".encode("utf-8", "surrogatepass")).digest()
    return int.from_bytes(digest[:_SEED_BYTES], "big")


def drawn_rate(least: float, most: float, seed: int) -> float:
    """Draw the rate of a text between two bounds, by its seed."""
    return least if least == most else round(Random(f"rate {seed}").uniform(least, most), _RATE_DIGITS)
