from __future__ import annotations

import json
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import pytest

from restore.channel.tables import read_table
from restore.errors import InputError, OutputError
from restore.learning import learn as module
from restore.learning.learn import learn
from restore.learning.listener import LearnListener

SWAPS = {"said": "declared", "storm": "tempest", "town": "township", "announced": "put out word"}
ORIGINAL = "The mayor said that the storm would reach the town before noon. She announced help for the old town."


class Warned(LearnListener):
    def __init__(self) -> None:
        self.said: list[str] = []
        self.resumed = 0

    def begin(self, resumed: int, size: int | None) -> None:
        self.resumed = resumed

    def warn(self, message: str) -> None:
        self.said.append(message)


def spun(number: int) -> str:
    words = ORIGINAL.split()
    return " ".join(SWAPS.get(word, word) if (number + at) % 3 else word for at, word in enumerate(words))


@pytest.fixture
def pairs(tmp_path: Path) -> Path:
    path = tmp_path / "pairs.jsonl"
    lines = (json.dumps({"spun": spun(n), "original": ORIGINAL, "family": "xy"[n % 2]}) for n in range(60))
    path.write_text("\n".join(lines) + "\n")
    return path


def test_a_table_holds_rows_seen_and_kept(pairs: Path, tmp_path: Path) -> None:
    report = learn(str(pairs), tmp_path / "mine.tsv")
    table = read_table(tmp_path / "mine.tsv")
    row = table.rows["tempest", "storm"]
    assert (row.count, row.documents, dict(row.families)) == (40, 40, {"x": 20, "y": 20})
    assert (table.seen["storm"].times, table.seen["storm"].same) == (20, 20)
    assert (table.seen["tempest"].times, table.seen["tempest"].same) == (40, 0)
    assert (table.kept["storm"].times, table.kept["storm"].same) == (60, 20)
    assert ("put out word", "announced") in table.rows
    assert table.tokens == report.tokens
    assert report.pairs == 60
    assert report.substitutions == sum(row.count for row in table.rows.values())
    assert report.distinct_rows == len(table.rows) == 4
    assert 0 < report.kept_share < 1
    assert list(tmp_path.glob("*partial*")) == []


def test_phrases_that_stand_for_themselves_are_counted(tmp_path: Path) -> None:
    path = tmp_path / "pairs.jsonl"
    lines = [json.dumps({"spun": spun(n), "original": ORIGINAL}) for n in range(3)]
    lines.append(
        json.dumps({"spun": f"They put out word of it. {spun(1)}", "original": f"They put out word of it. {ORIGINAL}"})
    )
    path.write_text("\n".join(lines))
    learn(str(path), tmp_path / "mine.tsv")
    seen = read_table(tmp_path / "mine.tsv").seen["put out word"]
    assert seen.times == seen.same + 3
    assert seen.same == 1


def test_what_was_seen_less_often_than_asked_is_left_out(pairs: Path, tmp_path: Path) -> None:
    with pairs.open("a") as file:
        file.write(json.dumps({"spun": ORIGINAL.replace("noon", "midday"), "original": ORIGINAL}) + "\n")
    learn(str(pairs), tmp_path / "all.tsv")
    learn(str(pairs), tmp_path / "some.tsv", least=2)
    assert ("midday", "noon") in read_table(tmp_path / "all.tsv").rows
    assert ("midday", "noon") not in read_table(tmp_path / "some.tsv").rows


def test_broken_lines_are_named_and_the_rest_goes_on(pairs: Path, tmp_path: Path) -> None:
    good = pairs.read_text()
    bad = [
        '{"spun": "x"',
        '{"spun": "x"}',
        '{"spun": "", "original": "y"}',
        '{"spun": "a b c", "original": "d e f"}',
        "",
    ]
    pairs.write_text("\n".join(bad) + "\n" + good)
    listener = Warned()
    report = learn(str(pairs), tmp_path / "mine.tsv", listener=listener)
    assert report.skipped == {"broken": 2, "empty": 1, "unlike": 1}
    assert report.pairs == 60
    assert [f"line {n}" in said for n, said in enumerate(listener.said, 1)] == [True] * 4
    assert "one JSON object a line" in listener.said[0]


def test_an_interrupted_run_goes_on_and_gives_the_same_table(
    pairs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_BATCH_PAIRS", 7)
    (tmp_path / "whole").mkdir()
    learn(str(pairs), tmp_path / "whole" / "mine.tsv")
    target = tmp_path / "mine.tsv"
    for stop in (3, 20, 41):
        with pytest.raises(KeyboardInterrupt):
            learn(str(pairs), target, listener=Interrupting(stop))
        assert not target.exists()
        assert (tmp_path / "mine.tsv.partial").exists()
    listener = Warned()
    learn(str(pairs), target, listener=listener)
    assert listener.resumed > 30
    assert target.read_bytes() == (tmp_path / "whole" / "mine.tsv").read_bytes()


class Interrupting(LearnListener):
    def __init__(self, stop: int) -> None:
        self._left = stop

    def begin(self, resumed: int, size: int | None) -> None:
        self._left += resumed

    def advance(self, size: int) -> None:
        self._left -= 1
        if self._left < 0:
            raise KeyboardInterrupt


@pytest.fixture
def interrupted(pairs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(module, "_BATCH_PAIRS", 7)
    target = tmp_path / "mine.tsv"
    with pytest.raises(KeyboardInterrupt):
        learn(str(pairs), target, listener=Interrupting(20))
    return target


def test_changed_pairs_are_refused_until_asked_to_restart(interrupted: Path, pairs: Path) -> None:
    pairs.write_text(pairs.read_text().replace("mayor", "major", 1))
    with pytest.raises(InputError, match=r"have changed.*--restart"):
        learn(str(pairs), interrupted)
    assert learn(str(pairs), interrupted, restart=True).pairs == 60


def test_other_settings_are_refused(interrupted: Path, pairs: Path) -> None:
    with pytest.raises(InputError, match="other settings"):
        learn(str(pairs), interrupted, family="other")


def test_a_foreign_checkpoint_is_no_crash(interrupted: Path, pairs: Path) -> None:
    interrupted.with_name("mine.tsv.partial").write_bytes(b"something else, long enough to be no database" * 20)
    with pytest.raises(InputError, match="no checkpoint"):
        learn(str(pairs), interrupted)


def test_a_folder_of_gold_markup_is_searched(tmp_path: Path) -> None:
    (tmp_path / "gold" / "deep").mkdir(parents=True)
    (tmp_path / "gold" / "deep" / "one.markup").write_text("The {chairman=>president} spoke in {zone=>} Oslo.")
    (tmp_path / "gold" / "two.markup").write_text("The {broken spoke.")
    listener = Warned()
    report = learn(str(tmp_path / "gold"), tmp_path / "mine.tsv", listener=listener)
    assert set(read_table(tmp_path / "mine.tsv").rows) == {("chairman", "president"), ("zone", "")}
    assert report.skipped == {"broken": 1}
    assert "two.markup, line 1" in listener.said[0]


@pytest.mark.parametrize("content", ["", "\n\n", "no json\n"])
def test_nothing_to_learn_from_is_an_error(content: str, tmp_path: Path) -> None:
    path = tmp_path / "pairs.jsonl"
    path.write_text(content)
    with pytest.raises(InputError, match="holds no pair"):
        learn(str(path), tmp_path / "mine.tsv")
    assert not (tmp_path / "mine.tsv").exists()


def test_impossible_places_are_refused_at_once(pairs: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        learn(str(tmp_path / "none.jsonl"), tmp_path / "mine.tsv")
    with pytest.raises(OutputError, match="is a folder"):
        learn(str(pairs), tmp_path)
    with pytest.raises(OutputError, match="there is no folder"):
        learn(str(pairs), tmp_path / "none" / "mine.tsv")
    (tmp_path / "empty").mkdir()
    with pytest.raises(InputError, match="neither gold markup"):
        learn(str(tmp_path / "empty"), tmp_path / "mine.tsv")


def test_memory_does_not_grow_with_the_pairs(pairs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_BATCH_PAIRS", 50)

    def lines(number: int) -> Iterator[str]:
        for n in range(number):
            yield json.dumps({"spun": spun(n), "original": ORIGINAL}) + "\n"

    peaks = []
    for number in (100, 100, 1000):
        pairs.write_text("".join(lines(number)))
        tracemalloc.start()
        learn(str(pairs), tmp_path / "mine.tsv")
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[2] < 1.3 * peaks[1]
