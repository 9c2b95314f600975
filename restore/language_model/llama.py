"""The neural judge: a small causal language model through llama.cpp's low-level batch interface."""

from __future__ import annotations

import ctypes
import os
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from restore.errors import ModelNotFoundError
from restore.language_model.base import JudgeFullError
from restore.machine import cores

_SEQUENCES = 256
_CELLS = 16_384
_BATCH = 512
_CONTEXT_TOKENS = 320


@dataclass(frozen=True, slots=True, eq=False)
class LlamaState:
    """A sequence in the model's cache: its slot, its length in tokens, the log-probabilities of the next token."""

    slot: int
    length: int
    next_token: NDArray[np.float32]


class LlamaJudge:
    """SmolLM2 (or any other GGUF model) as a judge.

    Sequences that share a beginning share its cells in the cache, and all extensions run in one batch.
    """

    name = "llama"

    def __init__(self, weights: Path, threads: int = 0) -> None:
        self._api: Any = load_llama_cpp()
        api = self._api
        model_settings = api.llama_model_default_params()
        model_settings.n_gpu_layers = 0
        self._model = api.llama_model_load_from_file(os.fsencode(weights), model_settings)
        if not self._model:
            raise ModelNotFoundError(f"cannot load {weights}: run `restore models verify`, then `restore models pull`")
        settings = api.llama_context_default_params()
        settings.n_ctx, settings.n_batch, settings.n_ubatch = _CELLS, _BATCH, _BATCH
        settings.n_seq_max = _SEQUENCES
        settings.kv_unified = True
        settings.n_threads = settings.n_threads_batch = threads or cores()
        self._context = api.llama_init_from_model(self._model, settings)
        if not self._context:
            raise ModelNotFoundError(
                "there is not enough memory for the neural judge (about 700 MB): use `--lm bigram`"
            )
        self._memory = api.llama_get_memory(self._context)
        self._vocabulary = api.llama_model_get_vocab(self._model)
        self._size = api.llama_vocab_n_tokens(self._vocabulary)
        self._batch = api.llama_batch_init(_BATCH, 0, 1)
        self._free = list(range(_SEQUENCES - 1, -1, -1))
        self._token_cache: dict[str, tuple[int, ...]] = {}

    def tokens(self, text: str) -> tuple[int, ...]:
        """Give the model's token ids of a piece of text; special tokens are read as plain text."""
        found = self._token_cache.get(text)
        if found is None:
            data = text.encode("utf-8", "replace")
            room = len(data) + 8
            ids = (self._api.llama_token * room)()
            count = self._api.llama_tokenize(self._vocabulary, data, len(data), ids, room, False, False)
            found = tuple(ids[:count])
            if len(self._token_cache) > 200_000:
                self._token_cache.clear()
            self._token_cache[text] = found
        return found

    def begin(self, contexts: Sequence[str]) -> list[LlamaState]:
        """Read the end of each context (320 tokens at most) after the token that separates documents."""
        start = self._api.llama_vocab_eot(self._vocabulary)
        jobs = []
        for context in contexts:
            ids = (start, *self.tokens(context)[-_CONTEXT_TOKENS:])
            jobs.append((self._take_slot(), 0, ids))
        rows = self._run(jobs, all_rows=False)
        return [LlamaState(slot, len(ids), row[-1]) for (slot, _, ids), row in zip(jobs, rows, strict=True)]

    def peek(self, state: LlamaState, texts: Sequence[str]) -> list[tuple[float, bool]]:
        """Give the log-probability of each text's first token: exact for one-token texts, else an upper bound."""
        found = []
        for text in texts:
            ids = self.tokens(text)
            found.append((float(state.next_token[ids[0]]) if ids else 0.0, len(ids) < 2))
        return found

    def extend(self, steps: Sequence[tuple[LlamaState, str]]) -> list[tuple[LlamaState, float]]:
        """Run all texts after their states in one batch."""
        jobs = []
        for state, text in steps:
            slot = self._take_slot()
            self._api.llama_memory_seq_cp(self._memory, state.slot, slot, -1, -1)
            jobs.append((slot, state.length, self.tokens(text)))
        rows = self._run(jobs, all_rows=True)
        found = []
        for (state, _), (slot, length, ids), row in zip(steps, jobs, rows, strict=True):
            tables = [state.next_token, *row]
            score = sum(float(tables[n][token]) for n, token in enumerate(ids))
            found.append((LlamaState(slot, length + len(ids), tables[-1]), score))
        return found

    def walk(self, state: LlamaState, texts: Sequence[str]) -> list[LlamaState]:
        """Read texts one after the other in one evaluation; give the state after each."""
        ids = [self.tokens(text) for text in texts]
        whole = self._take_slot()
        self._api.llama_memory_seq_cp(self._memory, state.slot, whole, -1, -1)
        (rows,) = self._run([(whole, state.length, tuple(i for part in ids for i in part))], all_rows=True)
        found: list[LlamaState] = []
        length, tables = state.length, [state.next_token, *rows]
        for part in ids:
            length += len(part)
            slot = self._take_slot()
            self._api.llama_memory_seq_cp(self._memory, whole, slot, 0, length)
            found.append(LlamaState(slot, length, tables[length - state.length]))
        self.release([LlamaState(whole, length, tables[-1])])
        return found

    def release(self, states: Sequence[LlamaState]) -> None:
        """Free the slots and cells of these states."""
        for state in states:
            self._api.llama_memory_seq_rm(self._memory, state.slot, -1, -1)
            self._free.append(state.slot)

    def reset(self) -> None:
        """Forget every state."""
        self._api.llama_memory_clear(self._memory, False)
        self._free = list(range(_SEQUENCES - 1, -1, -1))

    def _take_slot(self) -> int:
        if not self._free:
            raise JudgeFullError
        return self._free.pop()

    def _run(self, jobs: Sequence[tuple[int, int, tuple[int, ...]]], all_rows: bool) -> list[list[NDArray[np.float32]]]:
        """Evaluate each job's tokens at its slot; give log-probability rows after every token, or the last only."""
        rows: list[list[NDArray[np.float32]]] = [[] for _ in jobs]
        pending: list[tuple[int, int, int, int, bool]] = []
        for number, (slot, length, ids) in enumerate(jobs):
            for n, token in enumerate(ids):
                pending.append((number, slot, length + n, token, all_rows or n == len(ids) - 1))
        for first in range(0, len(pending), _BATCH):
            part = pending[first : first + _BATCH]
            for place, (_, slot, position, token, wanted) in enumerate(part):
                batch = self._batch
                batch.token[place] = token
                batch.pos[place] = position
                batch.n_seq_id[place] = 1
                batch.seq_id[place][0] = slot
                batch.logits[place] = wanted
            self._batch.n_tokens = len(part)
            code = self._api.llama_decode(self._context, self._batch)
            if code == 1:  # no cells left for these tokens
                raise JudgeFullError
            if code:
                raise RuntimeError(f"the language model failed with code {code}")
            self._collect(part, rows)
        return rows

    def _collect(self, part: Sequence[tuple[int, int, int, int, bool]], rows: list[list[NDArray[np.float32]]]) -> None:
        numbers = [number for number, _, _, _, wanted in part if wanted]
        if not numbers:
            return
        pointer = self._api.llama_get_logits(self._context)
        table = np.ctypeslib.as_array(pointer, shape=(len(numbers), self._size)).copy()
        table -= table.max(axis=1, keepdims=True)
        table -= np.log(np.exp(table).sum(axis=1, keepdims=True))
        for number, row in zip(numbers, table, strict=True):
            rows[number].append(row)


def load_llama_cpp() -> ModuleType:
    """Import llama_cpp with its logging off; raises `ModelNotFoundError` if the extra is missing or broken."""
    global _log_callback
    # Threads that spin while they wait bring a machine with other work on it to a crawl (measured on two cores: 14
    # instead of 120 tokens/s), threads that never spin halve the speed of an idle one. libgomp reads this when loaded.
    os.environ.setdefault("GOMP_SPINCOUNT", "5000")
    try:
        library: Any = import_module("llama_cpp")
    except (ImportError, OSError, RuntimeError) as error:
        raise ModelNotFoundError(f"this judge needs llama-cpp-python ({error}): use `--lm bigram`") from error
    if _log_callback is None:
        _log_callback = library.llama_log_callback(_ignore_log)
        library.llama_log_set(_log_callback, ctypes.c_void_p(0))
        library.llama_backend_init()
    found: ModuleType = library
    return found


# llama.cpp keeps only the address of the callback: if Python frees it, the process crashes.
_log_callback: Any = None


def _ignore_log(_level: int, _text: bytes, _data: Any) -> None:
    pass
