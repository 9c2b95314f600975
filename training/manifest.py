"""Write the SHA-256 of every table into models/manifest.toml, or check it.

python -m training.manifest [--check]

`python -m training` does the former behind each step.
"""

from __future__ import annotations

import re
import sys
from hashlib import sha256
from pathlib import Path

from training.paths import MODELS


def renewed(models: Path) -> str:
    """Return a folder's manifest with the sums of its tables; raises `FileNotFoundError` if one of them is missing."""
    entries = (models / "manifest.toml").read_text(encoding="utf-8").split("[[table]]")
    for number, entry in enumerate(entries):
        file = re.search(r'^file = "(.+)"$', entry, re.M)
        if file:
            found = sha256((models / file[1]).read_bytes()).hexdigest()
            entries[number] = re.sub(r'^sha256 = ".*"$', f'sha256 = "{found}"', entry, flags=re.M)
    return "[[table]]".join(entries)


def renew(models: Path = MODELS) -> None:
    """Renew the sums of a folder's manifest; raises `FileNotFoundError` if a table that has an entry is missing."""
    (models / "manifest.toml").write_text(renewed(models), encoding="utf-8")


def main(given: list[str]) -> int:
    """Renew the shipped manifest, or with `--check` return 1 if a table is another than it says."""
    if given != ["--check"]:
        renew()
    elif renewed(MODELS) != (MODELS / "manifest.toml").read_text(encoding="utf-8"):
        print("a table is not the one of models/manifest.toml: run python -m training.manifest", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
