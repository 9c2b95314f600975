"""The causal model with its real weights, where `restore models pull` has been run."""

from __future__ import annotations

from pathlib import Path

import pytest

from restore.errors import ModelNotFoundError
from restore.language_model.causal import CausalModel, CausalQuery

pytestmark = [pytest.mark.integration, pytest.mark.neural]

GOLD = Path(__file__).parents[2] / "data" / "gold"
# What a spinner wrote, what stood there, and a word that fits no better than the first.
QUERIES = [
    CausalQuery("The Prime ", ("Pastor", "Minister", "Clergyman"), " said on Tuesday that the bill would pass."),
    CausalQuery("He was ", ("imprisoned", "sentenced", "condemned"), " to four years in prison by a court in Paris."),
    CausalQuery("The team won the ", ("globe", "world", "planet"), " championship for the second time."),
    CausalQuery("Prices rose by three per ", ("penny", "cent", "coin"), " in the last quarter, the bank said."),
    CausalQuery("The United ", ("Countries", "Nations", "Lands"), " Security Council met in New York."),
    CausalQuery("The President ", ("to be", "was", "are"), " in Berlin when the news arrived."),
]


@pytest.fixture(scope="module")
def weights() -> Path:
    from restore.language_model.weights import neural_weights

    try:
        return neural_weights()
    except ModelNotFoundError as error:
        pytest.skip(str(error))


def test_what_stood_there_reads_better_than_what_a_spinner_wrote(weights: Path) -> None:
    for query, answers in zip(QUERIES, CausalModel(weights).answers(QUERIES), strict=True):
        spun, original, other = (answer.whole for answer in answers)
        assert original > spun + 2, query
        assert original > other, query


def test_answers_depend_on_the_query_alone(weights: Path) -> None:
    together = CausalModel(weights).answers(QUERIES)
    assert [CausalModel(weights).answers([query])[0] for query in QUERIES[:2]] == together[:2]
    assert CausalModel(weights, threads=2).answers(QUERIES[::-1]) == together[::-1]


def test_news_is_as_surprising_as_this_model_finds_it(weights: Path) -> None:
    texts = [path.read_text("utf-8")[:600] for path in sorted(GOLD.glob("*/reference.txt"))[:6]]
    words = sum(len(text.split()) for text in texts)
    loss = -sum(CausalModel(weights).log_probabilities(texts)) / words
    assert 3 < loss < 5  # nats a word; a graph with a defect gives 7 and more
