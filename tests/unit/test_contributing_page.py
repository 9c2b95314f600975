"""The map of CONTRIBUTING.md: every file that it names is there."""

from __future__ import annotations

import re

from tests.helpers import ROOT

TEXT = (ROOT / "CONTRIBUTING.md").read_text("utf-8")


def test_every_file_it_names_is_there() -> None:
    named = set(re.findall(r"(?<![\w/.])((?:\w+/)*\w+\.(?:py|md|toml|json))\b", TEXT))
    assert len(named) > 20
    places = [ROOT, *(ROOT / "restore" / room for room in ("", "simulation", "candidates"))]
    made_up = {"mine.py", "test_mine.py"}
    for name in named:
        assert name.rpartition("/")[2] in made_up or any((place / name).exists() for place in places), name


def test_the_steps_of_a_candidate_source_name_what_is_in_the_code() -> None:
    for name, file in (("SourceName", "config.py"), ("_MODULES", "candidates/gather.py")):
        assert f"`{name}`" in TEXT
        assert name in (ROOT / "restore" / file).read_text("utf-8")
    for name in ("_FINDERS", "_WRITERS"):
        assert f"`{name}`" in TEXT
        assert name in (ROOT / "restore" / "simulation" / "damage.py").read_text("utf-8")
