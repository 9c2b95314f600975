"""Write NOTICE: what of others is shipped in the package, under which licence, out of models/manifest.toml.

python release/notice.py
"""

from __future__ import annotations

import textwrap
import tomllib
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
HEAD = """restore-text is under the MIT licence (LICENSE). Some of its tables were made out of resources of others.
This file names each table, what it was made of, and under which licence. It is written by release/notice.py out of
models/manifest.toml, which also has the SHA-256 of each table. Full texts of licences that ask for it lie in
models/licences/. The packages that are installed beside it are listed in docs/dependencies.md and keep their own
licences.
"""
_WIDTH = 118


def notice() -> str:
    """Return the text of NOTICE."""
    entries = tomllib.loads((ROOT / "models" / "manifest.toml").read_text("utf-8"))["table"]
    return HEAD + "".join("\n".join(["", *_entry(entry), ""]) for entry in entries)


def _entry(entry: dict[str, str | list[str]]) -> Iterator[str]:
    source = entry["source"]
    yield f"models/{entry['file']}"
    yield from _wrapped("Licence: ", str(entry["licence"]))
    for each in [source] if isinstance(source, str) else source:
        yield from _wrapped("Source: ", each)


def _wrapped(label: str, said: str) -> list[str]:
    return textwrap.wrap(said, _WIDTH, initial_indent=f"  {label}", subsequent_indent="    ", break_on_hyphens=False)


if __name__ == "__main__":
    (ROOT / "NOTICE").write_text(notice(), encoding="utf-8")
