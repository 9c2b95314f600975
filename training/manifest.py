"""Write the SHA-256 of every table into models/manifest.toml; run it after a build script.

python -m training.manifest
"""

from __future__ import annotations

import re
from hashlib import sha256

from training.paths import MODELS


def main() -> None:
    """Renew the sums; fails if a table that has an entry is missing."""
    path = MODELS / "manifest.toml"
    entries = path.read_text(encoding="utf-8").split("[[table]]")
    for number, entry in enumerate(entries):
        file = re.search(r'^file = "(.+)"$', entry, re.M)
        if file:
            found = sha256((MODELS / file[1]).read_bytes()).hexdigest()
            entries[number] = re.sub(r'^sha256 = ".*"$', f'sha256 = "{found}"', entry, flags=re.M)
    path.write_text("[[table]]".join(entries), encoding="utf-8")


if __name__ == "__main__":
    main()
