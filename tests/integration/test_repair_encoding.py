"""The optional first stage: wrongly decoded text is mended in the same plan, with offsets into the text as given."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
from typer.testing import CliRunner

from restore.cli.app import app
from restore.config import Config, DictionarySettings
from restore.records import apply
from restore.restorer import Restorer

pytestmark = pytest.mark.integration
TEXT = "Itâ€™s a long way to Ostrava, Marta said, and the the cafÃ© was shut &amp; dark."
SETTINGS = {"min_confidence": 0.5}


@cache
def restorer(repair: bool) -> Restorer:
    return Restorer(Config(repair_encoding=repair).replace(**SETTINGS))


def test_all_changes_stand_in_one_plan_for_the_text_as_given() -> None:
    done = restorer(True).restore(TEXT)
    assert "It’s a long way" in done.restored
    assert "café was shut & dark" in done.restored
    assert all(TEXT[c.start : c.end] == c.original for c in done.corrections)
    assert apply(TEXT, done.applied) == done.restored
    steps = [e for c in done.applied for e in c.evidence if e.kind == "encoding"]
    assert {e.source for e in steps} == {"ftfy"}
    assert restorer(True).restore(done.restored).restored == done.restored


def test_without_the_switch_nothing_of_it_happens() -> None:
    assert "Itâ€™s" in restorer(False).restore(TEXT).restored
    assert restorer(True).fingerprint != restorer(False).fingerprint


def test_repairs_below_the_threshold_are_proposals() -> None:
    sure = Restorer(Config(repair_encoding=True).replace(**{**SETTINGS, "min_confidence": 0.99}))
    done = sure.restore(TEXT)
    assert "Itâ€™s" in done.restored
    assert any(c.replacement == "’" for c in done.proposals)


def test_a_misencoded_reference_brings_nothing_in() -> None:
    reference = "Itâ€™s a long way to Ostrava, Marta said, and the cafÃ© was closed &amp; dark."
    done = restorer(True).restore(TEXT, references=[reference])
    assert "Ã" not in done.restored
    assert "â€" not in done.restored
    assert restorer(True).restore(done.restored, references=[reference]).restored == done.restored


NEWS = (
    "It’s a long way to Ostrava, Marta Varkonyi said on Monday, and the café was shut for 12 days. The mayor"
    " Pavel Novak declined to comment on the closure."
)
MISENCODED = NEWS.replace("’", "â€™").replace("é", "Ã©")
SPINTAX = NEWS.replace("declined", "{declined|dropped}")


@pytest.mark.parametrize(
    ("text", "reference", "identical"),
    [
        (MISENCODED, NEWS, False),
        (MISENCODED, NEWS.replace("declined", "refused"), False),
        (NEWS, MISENCODED, False),
        (NEWS.replace("declined", "refused"), MISENCODED, False),
        (MISENCODED, MISENCODED.replace("declined", "refused"), False),
        (SPINTAX, NEWS, False),
        (MISENCODED, MISENCODED, True),
        (SPINTAX, SPINTAX + "\n", True),
        (NEWS, NEWS, True),
    ],
)
def test_identical_is_a_reference_only_with_the_text_as_given(text: str, reference: str, identical: bool) -> None:
    (report,) = restorer(True).restore(text, references=[reference]).references
    assert report.accepted
    assert (report.reason == "is identical with the text") == identical
    assert (report.score == 1.0) == identical


def test_evidence_of_the_text_itself_points_into_the_text_as_given() -> None:
    text = "Varkonyi said itâ€™s over. Varkonyi left the cafÃ©. Then Varkenyi wept."
    for correction in restorer(True).restore(text).corrections:
        for e in correction.evidence:
            if e.kind == "document" and e.start is not None:
                assert text[e.start : e.end] == e.quote


def test_the_command_line_has_the_switch(tmp_path: Path) -> None:
    path = tmp_path / "spoilt.txt"
    path.write_text(TEXT, encoding="utf-8")
    done = CliRunner().invoke(app, ["fix", str(path), "--repair-encoding", "--quiet"])
    assert done.exit_code == 0, done.output
    assert "It’s a long way" in done.stdout


def test_rules_and_preferences_of_the_user_hold_for_repairs() -> None:
    ruled = Restorer(Config(repair_encoding=True, dictionary=DictionarySettings(keep_rules=("encoding",))))
    config = ruled.config.replace(**SETTINGS)
    assert "Itâ€™s" in Restorer(config).restore(TEXT).restored
    settings = DictionarySettings(prefer=("cafÃ© -> bistro",), prefer_patterns=("â€™ -> '",))
    done = Restorer(config.replace(dictionary=settings)).restore(TEXT)
    assert "It's a long way" in done.restored
    assert "bistro was shut & dark" in done.restored
