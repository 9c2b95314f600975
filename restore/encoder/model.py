"""The trained encoder, run by onnxruntime: states of word pieces, and what may have stood at a word.

Results must not depend on threads or on what else is read. So a window is one call of its own (dynamic int8 takes the
scale of its activations over the whole call), every session has one thread, and the speller is asked window by window.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from restore.encoder.pieces import WordPieces
from restore.encoder.windows import Window
from restore.errors import ModelDamagedError
from restore.runtime.graphs import open_graph
from restore.runtime.tables import table_path

Floats = NDArray[np.float32]
GRAPH, SPELLER, VOCABULARY, EMBEDDINGS, WORDS = (
    "encoder.onnx",
    "encoder_speller.onnx",
    "encoder_output.onnx",
    "encoder_embeddings.npz",
    "encoder_vocabulary.txt",
)
"""The files in models/; training/encoder/export.py writes them."""
LAST_STEP = 6
"""Pieces behind which the speller no longer tells apart how many there were; the size of its table of steps."""

_ROWS = 16
"""Rows of the output layer that are made at once, 120 kB each: more fall out of the processor's caches, and take four
times as long."""


class States(NamedTuple):
    """What the encoder says of a window of T pieces and W words.

    `words` are the states of the words' first pieces (W, width), `reference` those of the pieces behind the text
    (any number, width), `copies` the pieces themselves; `damaged` and `gap` are log-odds (W,), `case` ln of the chance
    of each class of casing (W, 4).
    """

    words: Floats
    reference: Floats
    copies: NDArray[np.int64]
    damaged: Floats
    gap: Floats
    case: Floats


class Encoder:
    """The three graphs and the embeddings that they share; loads in a fraction of a second, needs about 150 MB.

    `table` holds int8 rows (pieces, width), `scale` what each is multiplied by, `places`, `sides` and `cases`
    what is added for the position, the side (text, reference) and the casing of a piece.
    """

    def __init__(self, folder: Path | None = None) -> None:
        """`folder` replaces models/. Raises `ModelNotFoundError` or `ModelDamagedError`."""
        paths = {n: folder / n if folder else table_path(n) for n in (GRAPH, SPELLER, VOCABULARY, EMBEDDINGS, WORDS)}
        try:
            with np.load(paths[EMBEDDINGS], allow_pickle=False) as found:
                self._table, self._scale = found["table"], found["scale"].astype(np.float32)
                self._places, self._sides, self._cases = (
                    found[name].astype(np.float32) for name in ("places", "sides", "cases")
                )
            self.pieces = WordPieces(paths[WORDS])
            self._graph = open_graph(paths[GRAPH])
            self._speller = open_graph(paths[SPELLER])
            self._turned = np.ascontiguousarray(self._table.T)  # the session reads it where it stands
            self._output = open_graph(paths[VOCABULARY], {"table": self._turned, "scale": self._scale})
        except Exception as error:  # numpy, the tokenizer and onnxruntime each have errors of their own
            raise ModelDamagedError(
                f"the encoder in models/ cannot be loaded: {error}; install the package again"
            ) from error

    def read(self, window: Window) -> States:
        """Read a window."""
        ids = np.asarray(window.ids, dtype=np.int64)
        side = (np.arange(len(ids)) >= window.text).astype(np.int64)
        embedded = self._embed(ids) + self._places[: len(ids)] + self._sides[side]
        embedded += self._cases[np.asarray(window.cases, dtype=np.int64)]
        states, damaged, case = self._graph.run(None, {"embedded": embedded[None]})
        starts = np.asarray(window.starts, dtype=np.int64)
        behind = slice(window.text, max(window.text, len(ids) - 1))
        return States(
            states[0, starts],
            states[0, behind],
            ids[behind],
            damaged[0, starts, 0],
            damaged[0, starts, 1],
            case[0, starts],
        )

    def spell(
        self, states: States, word: NDArray[np.int64], before: NDArray[np.int64], step: int, gap: bool = False
    ) -> tuple[Floats, Floats, Floats]:
        """Return what comes next at some words of a window: R rows.

        `word` are the words (R,), `before` the pieces before (R,; ignored at step 0). Returned are the ln of the chance
        that the string stops here (R,), of the chance that it goes on (R,), and of the chance of every piece, if it
        does (R, vocabulary).
        """
        places = states.words[word]
        flags = np.full(len(word), float(gap), dtype=np.float32)
        steps = np.full(len(word), min(step, LAST_STEP), dtype=np.int64)
        has = len(states.copies) > 0
        reference = states.reference if has else np.zeros((1, places.shape[1]), dtype=np.float32)
        state, stop, gate, pointer = self._speller.run(
            None, {"place": places, "before": self._embed(before), "step": steps, "gap": flags, "reference": reference}
        )
        parts = np.split(state, range(_ROWS, len(state), _ROWS))
        found = np.concatenate([self._output.run(None, {"state": part})[0] for part in parts])
        if has:
            _mix_copies(found, gate, pointer, states.copies)
        return _log_sigmoid(stop), _log_sigmoid(-stop), found

    def stops(self, states: States, word: NDArray[np.int64], piece: NDArray[np.int64], step: int, gap: bool) -> Floats:
        """Return the ln of the chance that strings stop behind these pieces (R,), without asking what else may come."""
        feed = {
            "place": states.words[word],
            "before": self._embed(piece),
            "step": np.full(len(word), min(step, LAST_STEP), dtype=np.int64),
            "gap": np.full(len(word), float(gap), dtype=np.float32),
            "reference": np.zeros((1, states.words.shape[1]), dtype=np.float32),
        }
        return _log_sigmoid(self._speller.run(["stop"], feed)[0])

    def _embed(self, ids: NDArray[np.int64]) -> Floats:
        found: Floats = self._table[ids].astype(np.float32) * self._scale[ids, None]
        return found


def _mix_copies(found: Floats, gate: Floats, pointer: Floats, copies: NDArray[np.int64]) -> None:
    """Add the chance of copying each piece to `found` (ln, in place), as the training mixes them."""
    attention = np.exp(pointer - pointer.max(axis=1, keepdims=True))
    attention /= attention.sum(axis=1, keepdims=True)
    unique, where = np.unique(copies, return_inverse=True)
    copied = np.zeros((len(found), len(unique)), dtype=np.float32)
    np.add.at(copied.T, where.reshape(-1), attention.T)
    stay = _log_sigmoid(-gate)[:, None]
    go = _log_sigmoid(gate)[:, None]
    found += stay
    found[:, unique] = np.logaddexp(found[:, unique], go + np.log(np.maximum(copied, 1e-13)))


def _log_sigmoid(x: Floats) -> Floats:
    found: Floats = -np.logaddexp(np.float32(0.0), -x)
    return found


@cache
def load_encoder() -> Encoder:
    """Load the shipped encoder once; raises `ModelNotFoundError` or `ModelDamagedError`."""
    return Encoder()
