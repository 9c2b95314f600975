"""Tables and models with a byte that is no UTF-8 are told as damaged."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from restore.alignment import scorer
from restore.errors import ModelDamagedError
from restore.languagetool import catalogue, informative
from restore.lexicon import originals
from restore.references.index import same_event


@pytest.mark.parametrize(
    ("module", "load"),
    [
        (same_event, same_event.load_same_event),
        (catalogue, catalogue.load_catalogue),
        (informative, informative._load_ratios),
        (scorer, scorer.load_scorer),
        (originals, originals._load_weights),
    ],
)
def test_a_table_that_is_no_utf8_is_told(
    module: Any, load: Callable[[], object], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "table.json").write_bytes(
        b'{"weights": {"\xff": 1.0}, "offset": 0.0, "version": "\xff", "rules": {"\xff": 1.0}, "other": 1.0}'
    )
    monkeypatch.setattr(module, "table_path", lambda _: tmp_path / "table.json")
    load.cache_clear()  # type: ignore[attr-defined]
    with pytest.raises(ModelDamagedError, match="install the package again"):
        load()
    load.cache_clear()  # type: ignore[attr-defined]
