"""Write the SHA-256 of every table into models/manifest.toml; `python -m training` does it behind each step.

python -m training.manifest
"""

from __future__ import annotations

import re
from hashlib import sha256
from pathlib import Path

from training.paths import MODELS


def renew(models: Path = MODELS) -> None:
    """Renew the sums of a folder's manifest; raises `FileNotFoundError` if a table that has an entry is missing."""
    path = models / "manifest.toml"
    entries = path.read_text(encoding="utf-8").split("[[table]]")
    for number, entry in enumerate(entries):
        file = re.search(r'^file = "(.+)"$', entry, re.M)
        if file:
            found = sha256((models / file[1]).read_bytes()).hexdigest()
            entries[number] = re.sub(r'^sha256 = ".*"$', f'sha256 = "{found}"', entry, flags=re.M)
    path.write_text("[[table]]".join(entries), encoding="utf-8")


if __name__ == "__main__":
    renew()
