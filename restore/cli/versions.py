"""What `restore --version` says: the version, and which models are at work."""

from __future__ import annotations

from collections.abc import Iterator

from restore.config import Config
from restore.language_model import weights
from restore.runtime.packages import own_version, packages
from restore.runtime.tables import tables

_LEARNED = ("encoder", "encoder-ranker", "second-opinion", "verdict", "spinner-channel")
"""The tables that decide most; `restore models list` has all."""


def version_lines() -> Iterator[str]:
    """Yield the version, the spaCy pipeline, the learned tables and the causal model, those by their SHA-256.

    Raises `ModelNotFoundError` where the package or its tables are not installed.
    """
    yield f"restore {own_version()}"
    pipeline = Config().spacy_pipeline.replace("_", "-")
    found = next((p.version for p in packages() if p.name == pipeline), "")
    yield f"spaCy pipeline {pipeline} {found or '(missing)'}"
    hashes = {table.name: table.sha256[:12] for table in tables()}
    yield from (f"{name} {hashes[name]}" for name in _LEARNED if name in hashes)
    yield f"causal model {weights.SOURCE.name} {weights.weights_fingerprint() or f'(absent: {weights.PULL})'}"
