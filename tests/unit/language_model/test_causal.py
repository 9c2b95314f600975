from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from restore.errors import ModelDamagedError
from restore.language_model import causal
from restore.language_model.bytepair import build_tokenizer
from restore.language_model.causal import NO_ANSWER, CausalModel, CausalQuery, tree_inputs
from restore.language_model.files import tokenizer_path
from restore.language_model.graph import GgufModel
from tests.helpers.tiny_llama import TinyLlama

QUERIES = [
    CausalQuery("It was ", ("the", "a", "in the"), " house of the king"),
    CausalQuery("", ("Then", "That"), " is it"),
    CausalQuery("He said that it ", ("begins", "starts", "is in"), " at 9 in the morning"),
    CausalQuery("Nothing follows ", ("here", "there"), ""),
]


@pytest.fixture
def model(tiny_graph: Path) -> CausalModel:
    return CausalModel(tiny_graph)


def test_answers_are_those_of_whole_strings_read_one_by_one(tiny: TinyLlama, model: CausalModel) -> None:
    tokenizer = build_tokenizer(GgufModel(tiny.path))
    for query, answers in zip(QUERIES, model.answers(QUERIES), strict=True):
        readings = [[0, *tokenizer.encode(query.left + option + query.right).ids] for option in query.options]
        scores = [tiny.log_probabilities(reading) for reading in readings]
        whole = [float(score.sum()) for score in scores]
        # int8 leaves up to 0.4 nats here; positions or a mask out of order leave several.
        expected = [score - whole[0] for score in whole]
        assert [answer.whole - answers[0].whole for answer in answers] == pytest.approx(expected, abs=0.6)
        for answer, score in zip(answers, scores, strict=True):
            last = len(score) - answer.tokens_behind
            assert answer.behind == pytest.approx(float(score[last:].sum()), abs=0.6)
            assert answer.next == pytest.approx(float(score[last : last + 1].sum()), abs=0.6)
            assert answer.own == pytest.approx(float(score[last - answer.tokens : last].sum()), abs=0.6)
        assert all(value == round(value, 3) for answer in answers for value in (*answer, answer.whole))


def test_an_option_is_told_from_what_stands_behind_it(model: CausalModel) -> None:
    (answers,) = model.answers([CausalQuery("It was", (" the", " a", " in the"), " house of")])
    assert [answer.tokens for answer in answers] == [1, 1, 2]
    assert len({answer.tokens_behind for answer in answers}) == 1
    assert len({answer.behind for answer in answers}) == 3


def test_what_all_options_begin_with_counts_in_none(model: CausalModel) -> None:
    (answers,) = model.answers([CausalQuery("It was", (" in the", " in a"), " house")])
    assert [answer.tokens for answer in answers] == [1, 1]


def test_a_query_scores_the_same_alone_among_others_and_with_any_number_of_threads(tiny_graph: Path) -> None:
    alone = [CausalModel(tiny_graph).answers([query])[0] for query in QUERIES]
    assert CausalModel(tiny_graph).answers(QUERIES) == alone
    assert CausalModel(tiny_graph, threads=3).answers(QUERIES * 5) == alone * 5
    assert CausalModel(tiny_graph).answers(QUERIES[::-1]) == alone[::-1]


def test_queries_that_begin_alike_score_as_they_do_alone(model: CausalModel) -> None:
    told = "It was in the house of the king that he said so and it was the end of it"
    places = [n for n, letter in enumerate(told) if letter == " "]
    queries = [CausalQuery(told[:at], (" the", " a", " in the"), told[at : at + 12]) for at in places]
    assert model.answers(queries) == [model.answers([query])[0] for query in queries]
    assert model.answers(queries[::-1]) == model.answers(queries)[::-1]


def test_a_context_is_read_once_for_all_places_behind_it(model: CausalModel, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[int] = []
    keep = CausalModel._read
    monkeypatch.setattr(CausalModel, "_read", lambda self, context: read.append(len(context)) or keep(self, context))
    lefts = ["It was", "It was in the house", "It was in the house of the king", "He said that it was"]
    model.answers([CausalQuery(left, (" the", " a"), " end") for left in lefts])
    assert len(read) == 2


@pytest.mark.parametrize("options", [(), ("a",), ("a", "a"), ("", "")])
def test_where_nothing_differs_nothing_is_asked(model: CausalModel, options: tuple[str, ...]) -> None:
    assert model.answers([CausalQuery("It was ", options, " house")]) == [[NO_ANSWER] * len(options)]


def test_equal_options_score_the_same(model: CausalModel) -> None:
    (answers,) = model.answers([CausalQuery("It was ", ("the", "a", "the"), " house")])
    assert answers[2].whole == pytest.approx(answers[0].whole, abs=0.01)
    assert answers[1].whole != answers[0].whole


def test_no_queries_and_empty_texts_cost_nothing(model: CausalModel) -> None:
    assert model.answers([]) == []
    assert model.log_probabilities([]) == []
    assert model.log_probabilities([""]) == [0.0]


@pytest.mark.parametrize("text", ["\ud800", "👩‍👩‍👧", "\0", "\r\n\t ", "<|endoftext|>", "ş" * 3000, "7" * 3000])
def test_any_text_is_scored(model: CausalModel, text: str) -> None:
    (answers,) = model.answers([CausalQuery(text, ("a", text), text)])
    assert np.isfinite(answers).all()


def test_one_option_may_be_the_beginning_of_another(model: CausalModel) -> None:
    for options in (("", "yz"), ("yz", "")):
        (answers,) = model.answers([CausalQuery("x", options, "")])
        shorter, longer = sorted(answers, key=lambda answer: answer.tokens)
        assert shorter.whole > longer.whole


def test_a_long_context_is_cut_on_its_left(model: CausalModel) -> None:
    near = "it was in the house of the king and " * 20
    query = CausalQuery("1 2 3 " * 500 + near, ("a", "the"), " house")
    assert model.answers([query]) == model.answers([CausalQuery("9 8 7 " * 500 + near, ("a", "the"), " house")])


def test_branches_see_the_context_and_themselves() -> None:
    inputs = tree_inputs([5, 6], [[7, 8], [], [9, 10, 11]])
    assert inputs["tokens"].tolist() == [5, 6, 7, 9, 10]
    assert inputs["positions"].tolist() == [0, 1, 2, 2, 3]
    assert inputs["rows"].tolist() == [1, 2, 1, 3, 4]
    assert inputs["targets"].tolist() == [7, 8, 9, 10, 11]
    seen = [[1, 0, 0, 0, 0], [1, 1, 0, 0, 0], [1, 1, 1, 0, 0], [1, 1, 0, 1, 0], [1, 1, 0, 1, 1]]
    assert (inputs["mask"][0] == 0).astype(int).tolist() == seen


def _copied(tiny_graph: Path, folder: Path) -> Path:
    path = folder / "copy.onnx"
    path.write_bytes(tiny_graph.read_bytes())
    tokenizer_path(path).write_bytes(tokenizer_path(tiny_graph).read_bytes())
    return path


@pytest.mark.parametrize("content", [b"", b"no graph", None])
@pytest.mark.parametrize("which", [Path, tokenizer_path], ids=["graph", "tokenizer"])
def test_a_broken_or_missing_file_is_damage_with_the_command(
    tiny_graph: Path, tmp_path: Path, content: bytes | None, which: type[Path]
) -> None:
    path = _copied(tiny_graph, tmp_path)
    if content is None:
        which(path).unlink()
    else:
        which(path).write_bytes(content)
    with pytest.raises(ModelDamagedError, match="run `restore models pull`"):
        CausalModel(path)


def test_a_graph_of_another_format_is_refused(tiny_graph: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("restore.language_model.causal.FORMAT", "of next year")
    with pytest.raises(ModelDamagedError, match="its format is tree-int8-3, not of next year"):
        CausalModel(tiny_graph)


def test_what_was_read_before_changes_no_score(tiny_graph: Path) -> None:
    told = "It was in the house of the king that he said so and it was the end of it and nothing follows here"
    parted = [told, told.replace("king", "house"), told.replace("and it", "that it"), told[:40]]
    queries = [CausalQuery(left, (" the", " a", " in the"), " end of it") for left in parted]
    warm = CausalModel(tiny_graph)
    for query in [*queries, *queries[::-1], *queries]:
        assert warm.answers([query]) == CausalModel(tiny_graph).answers([query])


def test_a_context_is_read_on_from_where_it_parts_with_one_that_was_read(
    model: CausalModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    sizes: list[int] = []

    def counted(context: Sequence[int], branches: Sequence[Sequence[int]], past: int = 0) -> dict[str, Any]:
        sizes.append(len(context))
        return tree_inputs(context, branches, past)

    monkeypatch.setattr(causal, "tree_inputs", counted)
    first, second = list(range(5, 75)), [*range(5, 60), 3, 4]
    model._read(first)
    model._read(second)
    model._read(first[:50])
    assert sizes == [80, 64 - 48]  # in multiples of 16; the third was read whole


def test_contexts_are_forgotten_before_they_take_much_memory(model: CausalModel) -> None:
    for first in range(200):
        model._read([first, *range(20)])
    assert sum(map(len, model._kept._kept)) <= causal._KEPT_TOKENS
