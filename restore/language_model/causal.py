"""A small causal language model as a second opinion: how much likelier a text is with other words at a place."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from threading import Lock
from typing import Any, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from restore.errors import ModelDamagedError
from restore.language_model.files import FORMAT, tokenizer_path
from restore.runtime.graphs import open_graph
from restore.runtime.recent import Recent

Item = TypeVar("Item")
Result = TypeVar("Result")
Past = tuple[NDArray[np.float32], ...]
"""Keys and values of tokens that were read, each [layers, key heads, tokens, width of a head]."""

_CONTEXT_TOKENS = 320
"""Tokens of the text before a place that are read, at most: some 1,500 characters. More hardly changes a ratio. By
hand."""

_SEAM = 2
"""Tokens before a place that are read with every answer: the last of a text may be cut otherwise when it goes on. By
hand."""

_ROUND = 16
"""Contexts are padded to multiples of it (see `_read`): floats of the widest vectors that are added at once."""

_KEPT_TOKENS = 768
"""Tokens of contexts whose keys and values are kept (35 MB of SmolLM2-135M): those of an article of some 500 words. By
hand."""

_BRANCH_TOKENS = 256
"""Tokens of an option with what follows it that count, at most; a guard of memory, since callers give a dozen."""

_DECIMALS = 3
"""Digits of an answer: far finer than what int8 leaves (0.5 on average), far coarser than how float32 sums vary. By
hand."""


@dataclass(frozen=True, slots=True)
class CausalQuery:
    """A place with its possible fillings; `options[0]` is what stands in the text.

    The three parts are put together as they are, so blanks belong to one of them.
    """

    left: str
    options: tuple[str, ...]
    right: str


class Answer(NamedTuple):
    """What the model says of an option, in nats, rounded to three decimals.

    `own` is ln of the chance of the option behind what stands before it, `next` of the first token behind the option,
    `behind` of all that stands behind it; `tokens` and `tokens_behind` are how many these are. What all options of a
    query begin with alike counts in none of them.
    """

    own: float
    next: float
    behind: float
    tokens: int
    tokens_behind: int

    @property
    def whole(self) -> float:
        """Return ln of the chance of the option and what stands behind it."""
        return round(self.own + self.behind, _DECIMALS)


NO_ANSWER = Answer(0.0, 0.0, 0.0, 0, 0)
"""Where no two options differ there is nothing to ask."""


class _Reading(NamedTuple):
    """The tokens of a query: what is read once for several, what is read with the answers, and the answers.

    `sizes` are how many tokens of each answer are the option's.
    """

    context: list[int]
    near: list[int]
    branches: list[list[int]]
    sizes: list[int]


class CausalModel:
    """A model made by `restore models pull`. Its results depend on one query only: not on others, nor on threads."""

    def __init__(self, graph: Path, threads: int = 1) -> None:
        """Load a graph and the tokenizer beside it; `threads` queries are worked on at once.

        Raises `ModelDamagedError` if one of the two files is missing or broken.
        """
        from tokenizers import Tokenizer

        try:
            # onnxruntime and tokenizers raise nothing narrower than Exception on a broken file.
            self._session = open_graph(graph)
            self._tokenizer = Tokenizer.from_file(str(tokenizer_path(graph)))
            notes = self._session.get_modelmeta().custom_metadata_map
            self._start = int(notes["start_token"])
        except Exception as error:
            raise _damaged(graph, str(error).splitlines()[0] if str(error) else type(error).__name__) from error
        if notes.get("format") != FORMAT:
            raise _damaged(graph, f"its format is {notes.get('format')}, not {FORMAT}")
        layers, heads, _, width = next(i.shape for i in self._session.get_inputs() if i.name == "past_keys")
        self._threads = max(1, threads)
        self._nothing: Past = (np.zeros((layers, heads, 0, width), np.float32),) * 2
        self._kept = _KeptContexts()

    def answers(self, queries: Sequence[CausalQuery]) -> list[list[Answer]]:
        """Return what the model says of each option of each query.

        `left` should be up to a few hundred characters and `right` about eight words. A query without options gives an
        empty list. The order of the options moves a sum by rounding, 0.15 on average; keep it fixed. Equal queries
        score equal. Where one option's tokens begin another's (no `right`), the shorter one is scored as if anything
        may follow.
        """
        asked = [query for query in dict.fromkeys(queries) if len(set(query.options)) > 1]
        groups = _groups([self._reading(query) for query in asked])
        found = dict(
            zip(asked, (row for group in self._each(self._group_answers, groups) for row in group), strict=True)
        )
        return [list(found.get(query, [NO_ANSWER] * len(query.options))) for query in queries]

    def log_probabilities(self, texts: Sequence[str]) -> list[float]:
        """Return ln P(text) of each text at the start of a document, in nats; 0 for an empty text.

        Only the first 256 tokens count.
        """
        return self._each(self._text_score, texts)

    def _each(self, score: Callable[[Item], Result], items: Sequence[Item]) -> list[Result]:
        if self._threads == 1 or len(items) < 2:
            return [score(item) for item in items]
        with ThreadPoolExecutor(min(self._threads, len(items))) as pool:
            return list(pool.map(score, items))

    def _reading(self, query: CausalQuery) -> _Reading:
        """Return the tokens of a query: those before its place, of which the last are read anew, and its branches."""
        tokens = [self._tokens(query.left + option + query.right) for option in query.options]
        shared = _common_prefix(tokens)
        before = min(shared, max(0, len(self._tokens(query.left)) - _SEAM))
        context = [self._start, *tokens[0][:before]][-_CONTEXT_TOKENS:]
        branches = [reading[shared:][:_BRANCH_TOKENS] for reading in tokens]
        # The last token of an option may be cut otherwise when it goes on: then the border is off by one.
        ends = [len(self._tokens(query.left + option)) for option in query.options]
        sizes = [min(max(0, end - shared), len(branch)) for end, branch in zip(ends, branches, strict=True)]
        return _Reading(context[:-1], [context[-1], *tokens[0][before:shared]], branches, sizes)

    def _group_answers(self, group: Sequence[_Reading]) -> list[list[Answer]]:
        """Return the answers of readings whose contexts begin the last one's: that one is read for all of them."""
        past = self._read(group[-1].context)
        found = []
        for context, near, branches, sizes in group:
            begun = tuple(part[:, :, : len(context)] for part in past)
            scores = self._branch_scores(begun, near, branches)
            found.append(list(map(_answer, scores, sizes)))
        return found

    def _read(self, context: Sequence[int]) -> Past:
        """Return the keys and values of a context.

        Padded to a round number, a token's never depend on how many follow: sums over a row are then cut alike.
        """
        if not context:
            return self._nothing
        known, past = self._kept.begun(context)
        if past is None:
            past = self._nothing
        if known == len(context):
            return past
        rest = [*context[known:], *([self._start] * (-len(context) % _ROUND))]
        inputs = {**tree_inputs(rest, [[self._start]], known), **_named(past)}
        new = self._session.run(["keys", "values"], inputs)
        past = tuple(np.concatenate([old, more], axis=2) for old, more in zip(past, new, strict=True))
        self._kept.keep(context, past)
        return past

    def _text_score(self, text: str) -> float:
        (scores,) = self._branch_scores(self._nothing, [self._start], [self._tokens(text)[:_BRANCH_TOKENS]])
        return float(np.sum(scores, dtype=np.float64))

    def _branch_scores(self, past: Past, near: list[int], branches: list[list[int]]) -> list[NDArray[np.float32]]:
        """Return the log-probabilities of each branch's tokens after what was read and the tokens `near`."""
        lengths = [len(branch) for branch in branches]
        scores = np.zeros(0, np.float32)
        if any(lengths):
            inputs = {**tree_inputs(near, branches, past[0].shape[2]), **_named(past)}
            (scores,) = self._session.run(["scores"], inputs)
        return [scores[first:last] for first, last in pairwise(np.cumsum([0, *lengths]))]

    def _tokens(self, text: str) -> list[int]:
        """Return the token ids of a text; lone surrogates, which no UTF-8 has, are read as question marks."""
        clean = text.encode("utf-8", "replace").decode("utf-8")
        ids: list[int] = self._tokenizer.encode(clean).ids
        return ids


class _KeptContexts:
    """Keys and values of the contexts that were read last: what comes next mostly begins as one of them does.

    Asking again behind a mended text, or about other places of it, reads on from where the two part.
    """

    def __init__(self) -> None:
        self._kept = Recent[tuple[int, ...], Past](_KEPT_TOKENS, _tokens_of)
        self._lock = Lock()

    def begun(self, context: Sequence[int]) -> tuple[int, Past | None]:
        """Return how many tokens of a context were read before, a multiple of `_ROUND`, and their keys and values.

        All of them if a context that was read begins so.
        """
        with self._lock:
            best, source = 0, None
            for tokens in self._kept:
                same = _common_prefix((tokens, context))
                same = same if same == len(context) else same - same % _ROUND
                if same > best:
                    best, source = same, tokens
            past = self._kept.get(source) if source else None
        return best, past and tuple(part[:, :, :best] for part in past)

    def keep(self, context: Sequence[int], past: Past) -> None:
        """Keep what was read of a context."""
        with self._lock:
            self._kept.put(tuple(context), past)


def _tokens_of(context: tuple[int, ...], _: Past) -> int:
    return len(context)


def tree_inputs(context: Sequence[int], branches: Sequence[Sequence[int]], past: int = 0) -> dict[str, NDArray[Any]]:
    """Return the graph's inputs, but for the past itself, for branches that share a context of at least one token.

    A branch's tokens see the `past` tokens that were read before, the context, and what stands before them in their own
    branch, so the context is read once (the "tree attention" of Miao et al., "SpecInfer", 2024). The last token of a
    branch is only predicted, not read.
    """
    read = [list(branch[:-1]) for branch in branches]
    lengths = [len(context), *map(len, read)]
    starts = np.cumsum([0, *lengths])
    size = int(starts[-1])
    mask = np.full((1, size, past + size), -np.inf, np.float32)
    mask[0, :, : past + len(context)] = 0
    own = mask[0, :, past:]
    triangle = np.triu(np.full((max(lengths), max(lengths)), -np.inf, np.float32), 1)
    positions, rows = [np.arange(len(context))], []
    own[: len(context), : len(context)] = triangle[: len(context), : len(context)]
    for branch, start, length in zip(branches, starts[1:], lengths[1:], strict=False):
        own[start : start + length, start : start + length] = triangle[:length, :length]
        positions.append(np.arange(len(context), len(context) + length))
        if branch:
            rows += [len(context) - 1, *range(start, start + length)]
    return {
        "tokens": np.array([*context, *(token for part in read for token in part)], np.int64),
        "positions": past + np.concatenate(positions).astype(np.int64),
        "mask": mask,
        "rows": np.array(rows, np.int64),
        "targets": np.array([token for branch in branches for token in branch], np.int64),
    }


def _named(past: Past) -> dict[str, NDArray[Any]]:
    """Return what was read before as inputs of the graph."""
    return {"past_keys": past[0], "past_values": past[1]}


def _groups(readings: Sequence[_Reading]) -> list[list[_Reading]]:
    """Return readings in runs of which each one's context begins the last one's; their order stays."""
    found: list[list[_Reading]] = []
    for reading in reversed(readings):
        if found and found[-1][-1].context[: len(reading.context)] == reading.context:
            found[-1].insert(0, reading)
        else:
            found.append([reading])
    return found[::-1]


def _common_prefix(readings: Sequence[Sequence[int]]) -> int:
    """Return how many tokens all readings begin with together."""
    shared = 0
    for tokens in zip(*readings, strict=False):
        if len(set(tokens)) > 1:
            break
        shared += 1
    return shared


def _answer(scores: NDArray[np.float32], size: int) -> Answer:
    """Return the answer whose first `size` tokens are the option's."""
    own, behind = scores[:size], scores[size:]
    return Answer(_sum(own), _sum(behind[:1]), _sum(behind), len(own), len(behind))


def _sum(scores: NDArray[np.float32]) -> float:
    return round(float(np.sum(scores, dtype=np.float64)), _DECIMALS) + 0.0  # + 0.0: no minus zero


def _damaged(graph: Path, why: str) -> ModelDamagedError:
    return ModelDamagedError(f"cannot load the language model {graph} ({why}): run `restore models pull`")
