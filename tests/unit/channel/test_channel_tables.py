from __future__ import annotations

from pathlib import Path

import pytest

from restore.channel.model import channel_of, load_channel
from restore.channel.tables import (
    ChannelRow,
    ChannelTable,
    complete,
    family_name,
    kept_line,
    read_table,
    row_line,
    seen_line,
    table_sha256,
    tokens_line,
    write_table,
)
from restore.config import Config
from restore.engine.fingerprints import config_fingerprint
from restore.errors import ModelDamagedError, ModelNotFoundError

ROW = ChannelRow("zone", "area", 3, 2, (("mine", 3),), True)


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "mine.tsv"
    lines = [row_line(ROW), seen_line("zone", 5, 2, [("mine", 5)]), kept_line("area", 9, 6), tokens_line(100)]
    assert write_table(path, lines) == 4
    return path


def test_a_table_comes_back_as_it_was_written(table: Path) -> None:
    found = read_table(table)
    assert found.rows == {("zone", "area"): ROW}
    assert (found.seen["zone"].times, found.seen["zone"].same) == (5, 2)
    assert (found.kept["area"].times, found.kept["area"].same) == (9, 6)
    assert found.tokens == 100


def test_counts_of_tables_add_up(table: Path) -> None:
    both = ChannelTable()
    both.merge(read_table(table))
    both.add_row(ChannelRow("zone", "area", 1, 1, (("other", 1),), False))
    both.merge(read_table(table))
    assert both.rows["zone", "area"] == ChannelRow("zone", "area", 7, 5, (("mine", 6), ("other", 1)), True)
    channel = channel_of(both)
    assert channel.seen("zone") == (10, 4)
    assert channel.kept("area")[0] == 18
    assert channel.tokens == 200


def test_learned_tables_stand_on_the_shipped_one(table: Path) -> None:
    shipped, stacked = load_channel(), load_channel((str(table),))
    assert stacked.kept("area")[0] == shipped.kept("area")[0] + 9
    assert len(stacked.rows) >= len(shipped.rows)
    assert "mine" in stacked.family_shares
    assert load_channel((str(table),), shipped=False).rows == (ROW,)


def test_a_few_counts_of_one_table_do_not_outweigh_the_rows_of_another() -> None:
    uncounted, counted = ChannelTable(), ChannelTable()
    uncounted.add_row(ChannelRow("zone", "area", 6, 2, (("A", 6),), True))
    counted.seen["zone"].add(1, 1)
    counted.kept["area"].add(1, 1)
    alone = channel_of(uncounted)
    complete(uncounted)
    assert channel_of(uncounted).identity("zone") == pytest.approx(alone.identity("zone"))
    assert channel_of(uncounted).survival("area") == pytest.approx(alone.survival("area"))
    uncounted.merge(counted)
    assert channel_of(uncounted).identity("zone") < 0.4
    assert channel_of(uncounted).survival("area") < 0.8


def test_the_same_table_twice_counts_once(table: Path) -> None:
    assert load_channel((str(table), str(table)), shipped=False).seen("zone") == (5, 2)


def test_missing_and_broken_tables_say_what_to_do(table: Path, tmp_path: Path) -> None:
    with pytest.raises(ModelNotFoundError, match="restore learn"):
        read_table(tmp_path / "none.tsv")
    with pytest.raises(ModelNotFoundError, match="restore learn"):
        table_sha256(tmp_path / "none.tsv")
    table.write_text(table.read_text() + "row\tx\ty\tmany\t\t1\tmine:1\t1\n")
    with pytest.raises(ModelDamagedError, match="line 6"):
        read_table(table)
    table.write_text("spun\toriginal\n")
    with pytest.raises(ModelDamagedError, match="header"):
        read_table(table)


def test_names_of_families_hold_no_separators() -> None:
    assert family_name("my/own:spinner\t") == "my-own-spinner-"
    assert family_name("  ") == "own"


def test_the_fingerprint_names_the_content_of_the_tables(table: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.tsv"
    copy.write_bytes(table.read_bytes())
    one, same = (config_fingerprint(Config(channels=(str(path),))) for path in (table, copy))
    assert one == same != config_fingerprint(Config())
    copy.write_text(copy.read_text() + "tokens\t\t\t7\t\t\t\t\n")
    assert config_fingerprint(Config(channels=(str(copy),))) != one
