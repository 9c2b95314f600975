"""List the licences of all packages that `restore` brings along, and end with 1 if one of them may not be there.

    python release/licences.py          where all extras are installed

Allowed are licences under which a package may be imported by one of another licence; GPL and AGPL only behind the extra
`languagetool`, whose user is told (docs/dependencies.md).
"""

from __future__ import annotations

import re
import sys

from installed import Package, packages

_FREE = re.compile(
    r"\b(MIT|BSD|0BSD|Apache|PSFL?|Python Software Foundation|MPL|Mozilla|LGPL|ISCL?|HPND|Unlicense|CC0|CNRI|Zlib|ZPL"
    r"|Public Domain)\b",
    re.I,
)
_COPYLEFT = re.compile(r"(?<![L])(?<!Lesser )\b(A?GPL|(Affero )?General Public License)", re.I)
GPL_EXTRAS = frozenset({"languagetool"})


def verdict(package: Package) -> str:
    """Return why a package may not be there; "" if it may."""
    lesser = re.sub(r"(?i)(GNU )?(Library or )?Lesser General Public License", "LGPL", package.licence)
    if _COPYLEFT.search(lesser) and not re.search(r"\bOR\b", lesser):
        return "" if package.needed_by in GPL_EXTRAS else f"GPL outside of {', '.join(sorted(GPL_EXTRAS))}"
    return "" if _FREE.search(lesser) else "no licence that is known to be compatible"


def main() -> int:
    """Print the list."""
    found, missing = packages()
    bad = 0
    for package in found:
        why = verdict(package)
        bad += bool(why)
        print(f"{package.name} {package.version} | {package.licence} | {package.needed_by}{f' | {why}' if why else ''}")
    if missing:
        print(f"not installed here: {', '.join(missing)}", file=sys.stderr)
    return int(bool(bad))


if __name__ == "__main__":
    sys.exit(main())
