"""Articles in clusters of the same event (ECB+), near-copies among them, and their simulated spins."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from restore.channel.model import SpinnerChannel
from restore.errors import GoldError
from restore.references.rarity import rarity
from restore.simulation.simulator import spin
from restore.text.parsing import Parser

NEAR_COPY = 0.95
"""From this share of common content words on, two articles are copies of one another. By hand."""
_CONTENT = 0.2
"""The least rarity (0 to 1; restore/references/rarity.py, "the" is 0) of a word that carries content. Chosen by hand:
the 32 most frequent words of English, from "the" to "will", lie below."""
_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class EventArticle:
    """An article, the cluster of articles on the same event it belongs to, and the topic of that cluster."""

    id: str
    topic: str
    cluster: str
    text: str


@dataclass(frozen=True, slots=True)
class Spun:
    """An article as a spinner left it: the id of its original and the share of words that were to be damaged."""

    id: str
    rate: float
    text: str


def load_events(path: Path) -> list[EventArticle]:
    """Read ECB+ as a JSON object a line (topic, cluster, doc, sentences as tokens); sentences that are links go.

    Raises `GoldError` if it is not that.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
        rows = [json.loads(line) for line in lines if line.strip()]
        return [
            EventArticle(
                row["doc"],
                str(row["topic"]),
                row["cluster"],
                "\n".join(plain(s) for s in row["sentences"] if "http" not in s),
            )
            for row in rows
        ]
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise GoldError(f"{path} holds no articles in clusters: {error}") from error


def plain(tokens: str) -> str:
    """Undo the Penn Treebank's spacing and quotation marks."""
    text = re.sub(r"``\s*", '"', tokens)
    text = re.sub(r"\s*''", '"', text)
    text = re.sub(r"(?<=\w) - (?=\w)", "-", text)
    return re.sub(r"\s+([.,;:!?%)]|'s\b|n't\b)", r"\1", text)


def content_words(text: str) -> frozenset[str]:
    """Return the words that carry content, in lower case."""
    return frozenset(w for w in _WORD.findall(text.lower()) if w.isdigit() or rarity(w) >= _CONTENT)


def near_copies(articles: Sequence[EventArticle]) -> dict[str, frozenset[str]]:
    """Return for each article the ids of its near-copies: more than 95 % of the content words of the shorter shared."""
    words = {a.id: content_words(a.text) for a in articles}
    found: dict[str, set[str]] = defaultdict(set)
    for number, one in enumerate(articles):
        for other in articles[number + 1 :]:
            a, b = words[one.id], words[other.id]
            if len(a & b) > NEAR_COPY * min(len(a), len(b)):
                found[one.id].add(other.id)
                found[other.id].add(one.id)
    return {id: frozenset(ids) for id, ids in found.items()}


def spin_events(
    articles: Iterable[EventArticle], rates: Sequence[float], channel: SpinnerChannel, parser: Parser, seed: int
) -> Iterator[Spun]:
    """Spin every article once at every rate; the same seed gives the same spins."""
    for number, article in enumerate(articles):
        parsed = parser.parse(article.text)
        for rate in rates:
            yield Spun(article.id, rate, spin(parsed, channel, seed + number, rate).text)
