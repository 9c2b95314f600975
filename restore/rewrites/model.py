"""The weights and thresholds of rewrites.json: is a text rewritten, and is a sentence of a reference what one was."""

from __future__ import annotations

from functools import cache
from typing import Annotated

import msgspec

from restore.alignment.sentence_pairs import PairModel
from restore.runtime.tables import decoded, table_path

Share = Annotated[float, msgspec.Meta(ge=0, le=1)]


class RewriteModel(msgspec.Struct, frozen=True):
    """Two logistic functions, fitted by training/rewrites/fit.py.

    `document.least` is the probability from which a text is called rewritten, `pair.least` that from which the
    sentence of a reference may be put in, `shown` that from which it is proposed.
    """

    document: PairModel
    pair: PairModel
    shown: Share


@cache
def load_rewrite_model() -> RewriteModel:
    """Load the shipped weights once; raises `ModelNotFoundError` or `ModelDamagedError`."""
    return decoded(table_path("rewrites.json"), RewriteModel)
