"""The speed of the causal model, and how well it predicts a text.

    python benchmarks/causal_model.py speed TEXT [--queries 60] [--threads 1]
    python benchmarks/causal_model.py loss TEXT [--sentences 200]

TEXT has a sentence in each line. `speed`: places with about 60 tokens before them, four options, a dozen tokens behind.
`loss`: nats a word, of paragraphs of five sentences and of sentences by themselves.
"""

from __future__ import annotations

import argparse
import random
import time
from pathlib import Path

from restore.language_model.causal import CausalModel, CausalQuery
from restore.language_model.weights import neural_weights

SEED = 3
LEFT_CHARACTERS = 270
RIGHT_WORDS = 9
OPTIONS = 4
LEAST_WORDS = 8
TOGETHER = 5


def make_queries(text: str, count: int) -> list[CausalQuery]:
    """Return places of the text, each with the word there and three words from elsewhere."""
    rng = random.Random(SEED)
    words = text.split(" ")
    places = rng.sample(range(100, len(words) - RIGHT_WORDS), count)
    return [
        CausalQuery(
            " ".join(words[:place])[-LEFT_CHARACTERS:] + " ",
            (words[place], *rng.sample(words, OPTIONS - 1)),
            " " + " ".join(words[place + 1 : place + 1 + RIGHT_WORDS]),
        )
        for place in places
    ]


def measure_speed(text: str, count: int, threads: int) -> None:
    """Print seconds and tokens a second."""
    model = CausalModel(neural_weights(), threads)
    queries = make_queries(text, count)
    model.answers(queries[:3])
    whole, busy = time.perf_counter(), time.process_time()
    model.answers(queries)
    whole, busy = time.perf_counter() - whole, time.process_time() - busy
    flat = sum(len(model._tokens(q.left + option + q.right)) + 1 for q in queries for option in q.options)
    print(
        f"{count} queries of {OPTIONS} options: {whole:.1f} s, {busy:.1f} processor s;"
        f" {flat / busy:,.0f} tokens of whole strings a processor second"
    )


def measure_loss(sentences: list[str]) -> None:
    """Print nats a word."""
    model = CausalModel(neural_weights())
    words = sum(len(sentence.split()) for sentence in sentences)
    paragraphs = ["\n".join(sentences[n : n + TOGETHER]) for n in range(0, len(sentences), TOGETHER)]
    for name, texts in (("paragraphs", paragraphs), ("sentences", sentences)):
        print(f"{name}: {-sum(model.log_probabilities(texts)) / words:.3f} nats a word ({words:,} words)")


def main() -> None:
    """Run one of the two measurements."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("speed", "loss"))
    parser.add_argument("text", type=Path)
    parser.add_argument("--queries", type=int, default=60)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--sentences", type=int, default=200)
    options = parser.parse_args()
    lines = [line for line in options.text.read_text("utf-8").splitlines() if len(line.split()) >= LEAST_WORDS]
    if options.what == "speed":
        measure_speed(" ".join(lines), options.queries, options.threads)
    else:
        measure_loss(lines[: options.sentences])


if __name__ == "__main__":
    main()
