"""Rewritten articles through the commands and the engine: the verdict, proposals, putting in, taking out."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

import pytest
from typer.testing import CliRunner

from restore import Config, Reference, Restoration, Restorer
from restore.cli.app import app
from restore.records import REWRITE, apply
from tests.helpers.engines import restorer

pytestmark = pytest.mark.integration
DATA = Path(__file__).parents[2] / "data"
EVENTS = sorted(p.stem for p in (DATA / "rewrites").glob("*.txt"))
run = CliRunner().invoke


def paths(event: str) -> tuple[Path, Path, Path]:
    """Return the article, the same paraphrased by hand, and another report."""
    gold = DATA / "gold" / event
    return gold / "original.txt", DATA / "rewrites" / f"{event}.txt", gold / "reference.txt"


@cache
def restored(event: str, rewrites: bool) -> Restoration:
    original, text, _ = paths(event)
    engine = Restorer(Config(second_opinion="never", rewrites=True)) if rewrites else restorer()
    return engine.restore(text.read_text("utf-8"), [Reference("clean", original.read_text("utf-8"))])


@pytest.mark.parametrize("event", EVENTS)
def test_a_paraphrase_is_called_rewritten_and_another_report_is_not(event: str) -> None:
    original, text, other = (path.read_text("utf-8") for path in paths(event))
    mine = restorer().check(text, original).rewritten
    assert mine is not None
    assert mine.called
    assert mine.share > 0.7
    for one in (original, text):
        reading = restorer().check(one, other).rewritten
        assert reading is None or not reading.called
    copy = restorer().check(original, original).rewritten
    assert copy is not None
    assert not copy.called


def test_without_a_reference_nothing_is_said() -> None:
    assert restorer().check(paths(EVENTS[0])[1].read_text("utf-8")).rewritten is None


def test_proposals_stand_beside_the_corrections() -> None:
    found = restored(EVENTS[0], False)
    assert len(found.rewrites) > 10
    assert all(c.kind != REWRITE for c in found.corrections)
    original = paths(EVENTS[0])[0].read_text("utf-8")
    for correction in found.rewrites:
        evidence = correction.evidence[0]
        assert original[evidence.start : evidence.end] == evidence.quote


def test_asked_for_sentences_with_the_same_facts_are_put_in_and_nothing_moves_after() -> None:
    original, text, _ = (path.read_text("utf-8") for path in paths(EVENTS[0]))
    found = restored(EVENTS[0], True)
    whole = [c for c in found.applied if c.kind == REWRITE]
    assert whole
    for correction in whole:
        assert correction.comparison is not None
        assert correction.comparison.agrees
    engine = Restorer(Config(second_opinion="never", rewrites=True))
    assert engine.restore(found.restored, [Reference("clean", original)]).applied == ()
    assert apply(text, found.applied) == found.restored


def test_through_the_commands(tmp_path: Path) -> None:
    original, text, _ = map(str, paths(EVENTS[0]))
    plan = tmp_path / "plan.json"
    given = Path(text).read_text("utf-8")
    settings = tmp_path / "settings.toml"
    settings.write_text('second_opinion = "never"\n')
    options = [text, "-r", original, "--config", str(settings)]
    assert run(app, ["fix", *options, "-f", "json", "-o", str(plan), "-q"]).exit_code == 0
    assert json.loads(plan.read_text())["verdict"]["rewritten"]["called"]
    plain = run(app, ["apply", text, str(plan), "-q", "--min-confidence", "0"]).stdout
    whole = run(app, ["apply", text, str(plan), "-q", "--rewrites"]).stdout
    sentences = [c for c in Restoration.from_json(plan.read_bytes()).rewrites if c.comparison and c.comparison.sure]
    assert sentences
    for correction in sentences:
        assert correction.replacement not in given
        assert correction.replacement not in plain
        assert correction.replacement in whole
    fixed = run(app, ["fix", *options, "--rewrites"])
    assert (fixed.exit_code, "rewritten: " in fixed.stderr) == (0, True)
    assert sentences[0].replacement in fixed.stdout
    checked = run(app, ["check", text, "-r", original]).stdout
    assert f"rewritten, {original} in other words" in checked
