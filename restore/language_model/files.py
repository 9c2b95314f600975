"""What the maker, the keeper and the user of the language model's files agree on; imports nothing heavy."""

from __future__ import annotations

from pathlib import Path

FORMAT = "tree-int8-3"
"""The name of the graph's inputs, outputs and arithmetic; a file with another name is made anew by a pull."""

EXTRA = "pip install 'restore-text[lm]'"
"""The command that installs what a pull needs."""


def tokenizer_path(graph: Path) -> Path:
    """Return the path of the tokenizer that lies beside a graph."""
    return graph.with_suffix(".tokenizer.json")
