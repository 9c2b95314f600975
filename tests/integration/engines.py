"""One restorer per judge for all integration tests; those of a judge that is not installed are skipped."""

from __future__ import annotations

from functools import cache

import pytest

from restore.config import Config
from restore.errors import ModelNotFoundError
from restore.restorer import Restorer

JUDGES = [pytest.param("bigram", id="bigram"), pytest.param("llama", id="llama", marks=pytest.mark.neural)]


@cache
def restorer(judge: str) -> Restorer:
    """Give the restorer with this judge; skips the test if the judge is not installed."""
    if judge == "llama":
        from restore.language_model.weights import neural_weights

        pytest.importorskip("llama_cpp", reason="this judge is on its way out")
        try:
            neural_weights()
        except ModelNotFoundError as error:
            pytest.skip(f"the neural judge is not installed: {error}")
    return Restorer(Config().replace(language_model=judge))
