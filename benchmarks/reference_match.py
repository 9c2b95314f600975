"""How well `assess` tells the same event from another one: ECB+ clusters (tuning) and the gold sets (report only).

Run as `python benchmarks/reference_match.py ECBPLUS_DOCS_JSONL [GOLD_DIR]`; needs a few minutes.
"""

from __future__ import annotations

import argparse
import json
import random
import re
from collections import defaultdict
from pathlib import Path

from restore.references.match import Traits, likeness, traits
from restore.text.parsing import Parser

_SEED = 7


def plain(tokens: str) -> str:
    """Undo the Penn Treebank's spacing and quotation marks."""
    text = re.sub(r"``\s*", '"', tokens)
    text = re.sub(r"\s*''", '"', text)
    return re.sub(r"\s+([.,;:!?%)]|'s\b|n't\b)", r"\1", text)


def load_clusters(path: Path, topics: int, each: int) -> dict[tuple[int, str], list[str]]:
    """Return up to `each` articles of every cluster of the first `topics` topics."""
    clusters: dict[tuple[int, str], list[str]] = defaultdict(list)
    for line in path.read_text(encoding="utf-8").splitlines():
        doc = json.loads(line)
        text = "\n".join(plain(s) for s in doc["sentences"] if "http" not in s)
        if len(text.split()) >= 120:
            clusters[doc["topic"], doc["cluster"]].append(text)
    chosen = sorted({topic for topic, _ in clusters})[:topics]
    rng = random.Random(_SEED)
    return {k: rng.sample(v, min(each, len(v))) for k, v in sorted(clusters.items()) if k[0] in chosen}


def pairs_of(clusters: dict[tuple[int, str], list[Traits]], limit: int) -> dict[str, list[tuple[float, bool]]]:
    """Score sampled pairs: same cluster, same topic but another cluster, another topic."""
    docs = [(key, n, t) for key, members in clusters.items() for n, t in enumerate(members)]
    kinds: dict[str, list[tuple[Traits, Traits]]] = defaultdict(list)
    for i, (a, _, x) in enumerate(docs):
        for b, _, y in docs[i + 1 :]:
            kinds["same event" if a == b else "same topic" if a[0] == b[0] else "other topic"].append((x, y))
    rng = random.Random(_SEED)
    return {
        kind: [(likeness(x, y)[0], kind == "same event") for x, y in rng.sample(found, min(limit, len(found)))]
        for kind, found in kinds.items()
    }


def gold_scores(folder: Path, parser: Parser) -> list[tuple[str, str, float]]:
    """Score every spun text of the gold sets against every reference."""
    sets = sorted(p.parent for p in folder.glob("*/reference.txt"))
    spun = {p.name: traits(parser.parse((p / "spun.txt").read_text(encoding="utf-8"))) for p in sets}
    clean = {p.name: traits(parser.parse((p / "reference.txt").read_text(encoding="utf-8"))) for p in sets}
    return [(a, b, likeness(x, y)[0]) for a, x in spun.items() for b, y in clean.items()]


def main() -> None:
    """Print acceptance rates by threshold, and the gold combinations."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("ecbplus", type=Path)
    options.add_argument("gold", type=Path, nargs="?")
    options.add_argument("--topics", type=int, default=20)
    options.add_argument("--each", type=int, default=4)
    options.add_argument("--limit", type=int, default=300)
    chosen = options.parse_args()
    parser = Parser()
    texts = load_clusters(chosen.ecbplus, chosen.topics, chosen.each)
    scored = pairs_of({k: [traits(parser.parse(t)) for t in v] for k, v in texts.items()}, chosen.limit)
    print("threshold", *(f"{kind} ({len(found)})" for kind, found in scored.items()), sep="\t")
    for threshold in (0.05, 0.08, 0.1, 0.12, 0.15, 0.18, 0.2, 0.25, 0.3):
        rates = (sum(s >= threshold for s, _ in found) / len(found) for found in scored.values())
        print(threshold, *(f"{rate:.1%}" for rate in rates), sep="\t")
    if chosen.gold:
        found = gold_scores(chosen.gold, parser)
        print("gold, right:", sorted(round(s, 2) for a, b, s in found if a == b))
        print("gold, wrong, highest five:", sorted(round(s, 2) for a, b, s in found if a != b)[-5:])


if __name__ == "__main__":
    main()
