"""Which steps run: toy builders in a checkout of their own, whose inputs change."""

from __future__ import annotations

from pathlib import Path

import pytest

from training.__main__ import dry_run, run_all, selected, touch
from training.running import hindrance
from training.state import Places, State, load_state
from training.steps import Step

BUILDER = """
import sys
from pathlib import Path
from toys.share import upper

given, out = Path(sys.argv[1]), Path(sys.argv[2])
if "--part" in sys.argv:
    part, parts = int(sys.argv[4]), int(sys.argv[6])
    out.mkdir(parents=True, exist_ok=True)
    for n, line in enumerate(given.read_text().splitlines()):
        if n % parts == part:
            (out / f"{n}.txt").write_text(upper(line))
else:
    if "fail" in given.read_text() if given.is_file() else False:
        sys.exit("this text cannot be built")
    lines = sorted(p.read_text() for p in given.glob("*.txt")) if given.is_dir() else [given.read_text()]
    out.write_text(" ".join(lines))
"""
SPLIT = Step(
    "split", "toys.build", "lines in capitals", ("{data}/lines.txt", "{work}/lines"), ("data/lines.txt",),
    ("work/lines/*.txt",), parts=True,
)  # fmt: skip
JOIN = Step(
    "join", "toys.build", "all in one", ("{work}/lines", "{models}/joined.txt"), ("work/lines/*.txt",),
    ("models/joined.txt",),
)  # fmt: skip
STEPS = (SPLIT, JOIN)


@pytest.fixture
def places(tmp_path: Path) -> Places:
    for name in ("data", "models", "toys"):
        (tmp_path / name).mkdir()
    (tmp_path / "toys" / "build.py").write_text(BUILDER)
    (tmp_path / "toys" / "share.py").write_text("def upper(line): return line.upper()\n")
    (tmp_path / "data" / "lines.txt").write_text("one\ntwo\nthree\n")
    (tmp_path / "models" / "manifest.toml").write_text('[[table]]\nfile = "joined.txt"\nsha256 = "old"\n')
    return Places(tmp_path / "data", tmp_path / "sources", tmp_path / "work", tmp_path / "models", tmp_path)


def run(places: Places, steps: tuple[Step, ...] = STEPS, forced: bool = False, strict: bool = False) -> int:
    path = places.work / "state.json"
    return run_all(steps, places, load_state(path), path, 2, forced, strict)


def why(places: Places, step: Step) -> str:
    return load_state(places.work / "state.json").why(step, places)


def test_a_step_runs_once_and_again_when_what_it_reads_changed(
    places: Places, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(places) == 0
    assert (places.models / "joined.txt").read_text() == "ONE THREE TWO"
    assert 'sha256 = "old"' not in (places.models / "manifest.toml").read_text()
    capsys.readouterr()
    assert run(places) == 0
    assert not capsys.readouterr().out
    (places.data / "lines.txt").write_text("one\nsix\n")
    assert why(places, SPLIT) == "changed: data/lines.txt"
    assert run(places) == 0
    assert (places.models / "joined.txt").read_text() == "ONE SIX"  # nothing is left of the third line
    (places.tree / "toys" / "share.py").write_text("def upper(line): return line.title()\n")
    assert why(places, JOIN) == "changed: toys/share.py"
    assert run(places) == 0
    assert (places.models / "joined.txt").read_text() == "One Six"


def test_a_step_runs_again_when_its_output_is_gone_or_its_run_did_not_end(places: Places) -> None:
    assert run(places) == 0
    (places.models / "joined.txt").unlink()
    assert why(places, JOIN) == "models/joined.txt: gone"
    assert not why(places, SPLIT)
    state = load_state(places.work / "state.json")
    assert not state.start(SPLIT, places)
    assert state.why(SPLIT, places) == "its last run did not end"
    assert state.start(SPLIT, places)  # on the same inputs: goes on


def test_an_unfinished_run_keeps_what_it_has_only_on_the_same_inputs(places: Places) -> None:
    assert run(places, (SPLIT,)) == 0
    state = load_state(places.work / "state.json")
    state.steps["split"].ended = False
    (places.data / "lines.txt").write_text("one\n")
    assert not state.start(SPLIT, places)


def test_a_step_that_fails_stops_the_run_and_stays_due(places: Places, capfd: pytest.CaptureFixture[str]) -> None:
    bad = Step("bad", "toys.build", "fails", ("{data}/lines.txt", "{models}/joined.txt"), ("data/lines.txt",),
               ("models/joined.txt",))  # fmt: skip
    (places.data / "lines.txt").write_text("fail\n")
    assert run(places, (bad, *STEPS)) == 1
    told = capfd.readouterr().err
    assert "this text cannot be built" in told
    assert "Error: step bad ended with 1" in told
    assert why(places, bad) == "its last run did not end"
    assert why(places, SPLIT) == "it never ran here"


def test_what_a_step_lacks_is_told_and_others_go_on(places: Places, capsys: pytest.CaptureFixture[str]) -> None:
    torch = Step("torch", "toys.build", "needs a package", packages=("no_such_package",))
    program = Step("program", "toys.build", "needs a program", programs=("no-such-program",), get="somewhere")
    source = Step("source", "toys.build", "needs a file", reads=("sources/list.txt",), get="npm pack list")
    assert run(places, (torch, program, source, *STEPS)) == 0
    told = capsys.readouterr().err
    assert "torch: cannot run here: needs no_such_package: pip install no_such_package" in told
    assert "program: cannot run here: needs no-such-program: somewhere" in told
    assert "source: cannot run here: sources/list.txt not there (npm pack list)" in told
    assert (places.models / "joined.txt").exists()
    assert run(places, (source,), forced=True, strict=True) == 1


def test_touch_takes_what_is_there_as_up_to_date(places: Places, capsys: pytest.CaptureFixture[str]) -> None:
    state = State()
    touch(STEPS, places, state)
    assert "join: not touched, models/joined.txt not there" in capsys.readouterr().out
    assert run(places) == 0
    state = State()
    touch(STEPS, places, state)
    assert not any(state.why(step, places) for step in STEPS)
    (places.data / "lines.txt").write_text("other\n")
    assert state.why(SPLIT, places)
    assert not state.why(JOIN, places)


def test_a_dry_run_tells_what_would_follow_from_what(places: Places, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(places) == 0
    (places.data / "lines.txt").write_text("other\n")
    capsys.readouterr()
    dry_run(STEPS, places, load_state(places.work / "state.json"), False)
    told = capsys.readouterr().out
    assert "split: would run: changed: data/lines.txt" in told
    assert "join: would run: made again: work/lines/*.txt" in told
    assert (places.models / "joined.txt").read_text() == "ONE THREE TWO"


def test_steps_are_chosen_by_name() -> None:
    assert selected(STEPS, "join", None) == [JOIN]
    assert selected(STEPS, None, "split") == [SPLIT, JOIN]
    assert selected(STEPS, None, None) == [SPLIT, JOIN]


def test_a_path_without_a_place_is_an_error_of_the_list(places: Places) -> None:
    with pytest.raises(ValueError, match="begins with no place"):
        hindrance(Step("wrong", "toys.build", "", reads=("lines.txt",)), places, State())
