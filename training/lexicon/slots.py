"""Build slots.tsv.gz: which function words stand between which tags and words, counted on clean web text.

Texts that `articles` of training/ranking/data.py takes are left out.

    python -m training.lexicon.slots ../shared/data

A line is a view (`all`, `tags`, `before`, `after`), its context, and `word:count` for every function word seen there.
Contexts seen fewer than `--least` times are left out.
"""

from __future__ import annotations

import argparse
import gzip
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

from restore.config import Config
from restore.lexicon.function_words import BORDER
from restore.text.parsing import Parser, Token
from training.paths import MODELS
from training.ranking.data import web_texts

TAGS = frozenset({"ADP", "AUX", "CCONJ", "DET", "PART", "PRON", "SCONJ"})
WORDS = 160
"""Function words that are told apart, the most frequent ones; by hand."""


def places(parser: Parser, data: Path, limit: int) -> Iterator[tuple[Token, Token | None, Token | None]]:
    """Yield every token with its neighbours inside the sentence."""
    seen = 0
    for text in web_texts(data):
        parsed = parser.parse(text)
        for sentence in parsed.sentences:
            tokens = [None, *parsed.sentence_tokens(sentence), None]
            for before, token, after in zip(tokens, tokens[1:], tokens[2:], strict=False):
                if token is not None:
                    yield token, before, after
        seen += len(parsed.tokens)
        if seen > limit:
            return


def main() -> None:
    """Count and write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path, help="the folder of the clean corpora")
    parser.add_argument("--least", type=int, default=4)
    parser.add_argument("--tokens", type=int, default=300_000)
    parser.add_argument("-o", "--output", type=Path, default=MODELS / "slots.tsv.gz")
    args = parser.parse_args()
    found = [
        (
            t.lower,
            t.pos in TAGS,
            b.lower if b else BORDER,
            b.tag if b else BORDER,
            a.lower if a else BORDER,
            a.tag if a else BORDER,
        )
        for t, b, a in places(Parser(Config().spacy_pipeline), args.data, args.tokens)
    ]
    tagged = Counter(word for word, is_function, *_ in found if is_function and word.isalpha())
    words = {word for word, _ in tagged.most_common(WORDS)}
    counts: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for word, _, before, before_tag, after, after_tag in found:
        if word in words:
            counts["all", ""][word] += 1
            counts["tags", f"{before_tag} {after_tag}"][word] += 1
            counts["before", before][word] += 1
            counts["after", after][word] += 1
    lines = [
        "\t".join([view, context, *(f"{word}:{n}" for word, n in sorted(seen.items()))])
        for (view, context), seen in sorted(counts.items())
        if seen.total() >= args.least and "\t" not in context
    ]
    args.output.write_bytes(gzip.compress(("\n".join(lines) + "\n").encode(), mtime=0))
    print(f"{len(words)} words, {len(lines)} contexts, {counts['all', ''].total()} places")


if __name__ == "__main__":
    main()
