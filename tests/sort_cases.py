"""Sort the positive JSON cases by what the engine does now: `python tests/sort_cases.py`, after the weights changed.

A case that comes out right goes to in_the_wild.json, one that does not to known_failures.json, for each judge. What
turns out otherwise when the threshold moves a little depends on rounding: for that judge it is in neither (`judges`
names the others), and if it is so for every judge, in unsettled.json, which no test reads.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from restore.config import Config
from restore.restorer import Restorer

FOLDER = Path(__file__).parent / "cases"
JUDGES = ("bigram", "llama")
MARGIN = 0.08

Case = dict[str, Any]


def main() -> None:
    """Run every case with every judge at three thresholds and write the two files anew."""
    known: dict[str, Case] = {}
    for name in ("in_the_wild", "known_failures", "unsettled"):
        path = FOLDER / f"{name}.json"
        for case in json.loads(path.read_text("utf-8") if path.exists() else "[]"):
            plain = {k: v for k, v in case.items() if k not in {"judges", "expect"}}
            known.setdefault(case["comment"], plain)
    outcomes: dict[str, dict[str, set[bool]]] = {comment: {} for comment in known}
    for judge in JUDGES:
        for change in (-MARGIN, 0.0, MARGIN):
            restorer = Restorer(Config(language_model=judge, min_confidence=Config().threshold + change))
            for comment, case in known.items():
                references = [case["reference"]] if "reference" in case else []
                right = restorer.restore(case["text"], references).restored == case["restored"]
                outcomes[comment].setdefault(judge, set()).add(right)
    sorted_in = set()
    for name, wanted in (("in_the_wild", True), ("known_failures", False)):
        found = []
        for comment, case in known.items():
            judges = [judge for judge in JUDGES if outcomes[comment][judge] == {wanted}]
            if judges:
                only = {} if len(judges) == len(JUDGES) else {"judges": judges}
                found.append({**case, **only, "expect": "pass" if wanted else "fail"})
                sorted_in.add(comment)
        _write(name, found)
    _write("unsettled", [case for comment, case in known.items() if comment not in sorted_in])


def _write(name: str, cases: list[Case]) -> None:
    (FOLDER / f"{name}.json").write_text(json.dumps(cases, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    print(name, len(cases), {judge: sum(judge in c.get("judges", JUDGES) for c in cases) for judge in JUDGES})


if __name__ == "__main__":
    main()
