"""`restore spin` with the real parser and tables: the same seed, rows and markup; what is wrong is named."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from restore.channel.tables import ChannelRow, row_line, write_table
from restore.cli import learn as learn_command
from restore.cli import spin as command
from restore.gold.markup import parse_markup

pytestmark = pytest.mark.integration
app = typer.Typer()
app.command("spin")(command.spin)
run = CliRunner().invoke
TEXT = (
    "The mayor of Ghent promised to open two new schools before the end of the year 😀.\r\n"
    'Critics say that the plan will cost more than $4.2 million. "We are ready to talk," Anna Peeters told reporters.\n'
)


@pytest.fixture
def clean(tmp_path: Path) -> Path:
    path = tmp_path / "clean.txt"
    path.write_bytes(TEXT.encode())
    return path


def _rows(output: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in output.splitlines()]


def test_markup_holds_the_original_and_stderr_says_what_was_drawn(clean: Path) -> None:
    told = run(app, [str(clean), "--seed", "3", "--family", "G"])
    assert told.exit_code == 0, told.stderr
    marked = parse_markup(told.stdout_bytes.decode())
    assert marked.original == TEXT
    assert marked.edits
    assert "family G, rate 0.2, seed 3" in told.stderr


def test_text_alone_is_the_spun_side_of_the_markup(clean: Path) -> None:
    markup = run(app, [str(clean), "--seed", "4", "--quiet"]).stdout_bytes.decode()
    told = run(app, [str(clean), "--seed", "4", "--format", "text", "--quiet"])
    assert told.stdout_bytes.decode() == parse_markup(markup).text
    assert told.stderr == ""


def test_the_same_seed_gives_the_same_bytes(clean: Path, tmp_path: Path) -> None:
    first, second = tmp_path / "1", tmp_path / "2"
    for target in (first, second):
        assert run(app, [str(clean), "--seed", "9", "--format", "jsonl", "-o", str(target)]).exit_code == 0
    assert first.read_bytes() == second.read_bytes()
    assert run(app, [str(clean), "--seed", "10", "--format", "jsonl"]).stdout_bytes != first.read_bytes()


def test_rows_of_several_texts_tell_what_repeats_them(clean: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.txt"
    other.write_text("The police blocked the road near the station, and nobody could enter the city.\n")
    told = run(app, [str(clean), str(other), "--rate", "0.1..0.3", "--format", "jsonl"])
    rows = _rows(told.stdout)
    assert [row["id"] for row in rows] == [str(clean), str(other)]
    assert len({row["seed"] for row in rows}) == 2
    assert all(0.1 <= row["rate"] <= 0.3 for row in rows)
    assert [row["original"] for row in rows] == [TEXT, other.read_text()]
    for path, row in zip((clean, other), rows, strict=True):
        again = run(app, [str(path), "--rate", str(row["rate"]), "--seed", str(row["seed"]), "--format", "jsonl"])
        assert _rows(again.stdout) == [row]
        for edit in row["edits"]:
            assert row["spun"][edit["start"] : edit["end"]] == edit["spun"]
    assert _rows(run(app, [str(other), str(clean), "--rate", "0.1..0.3", "--format", "jsonl"]).stdout) == rows[::-1]


def test_json_lines_come_from_a_file_or_standard_input(tmp_path: Path) -> None:
    lines = '{"text": "The mayor spoke about the plan.", "id": 7}\n\n{"text": "The people {of Ghent} had to wait."}\n'
    path = tmp_path / "texts.jsonl"
    path.write_text(lines)
    rows = _rows(run(app, [str(path), "--format", "jsonl"]).stdout)
    assert [row["id"] for row in rows] == [7, f"{path}:3"]
    piped = _rows(run(app, ["-", "--format", "jsonl"], input=lines).stdout)
    assert [row["spun"] for row in piped] == [row["spun"] for row in rows]
    plain = _rows(run(app, ["-", "--format", "jsonl"], input="\n" + TEXT).stdout)
    assert [row["original"] for row in plain] == ["\n" + TEXT]


def test_learn_reads_what_spin_writes(clean: Path, tmp_path: Path) -> None:
    pairs, table = tmp_path / "pairs.jsonl", tmp_path / "ours.tsv"
    run(app, [str(clean), "--family", "G", "--rate", "0.3", "--format", "jsonl", "-o", str(pairs)])
    learner = typer.Typer()
    learner.command("learn")(learn_command.learn_table)
    report = json.loads(run(learner, [str(pairs), "-o", str(table), "--json"]).stdout)
    assert set(report["families"]) == {"G"}


def test_a_table_of_ones_own_decides(clean: Path, tmp_path: Path) -> None:
    table = tmp_path / "ours.tsv"
    rows = [ChannelRow("burgomaster", "mayor", 900, 9, (("ours", 900),), True)]
    write_table(table, [row_line(row) for row in rows])
    written = [
        run(app, [str(clean), "--channel", str(table), "--seed", str(seed), "--rate", "0.3"]) for seed in range(12)
    ]
    assert all("family ours" in told.stderr for told in written)
    assert any("{burgomaster=>mayor}" in told.stdout for told in written)


@pytest.mark.parametrize("encoding", ["cp1252", "utf-16"])
def test_markup_is_utf_8_whatever_the_text_is(tmp_path: Path, encoding: str) -> None:
    text = "The café near the station refused to talk about the plan.\n"
    path = tmp_path / "old.txt"
    path.write_bytes(text.encode(encoding))
    assert parse_markup(run(app, [str(path)]).stdout_bytes.decode()).original == text
    assert run(app, [str(path), "--rate", "0", "--format", "text"]).stdout_bytes == path.read_bytes()


def test_a_name_that_is_too_long_is_no_defect(clean: Path) -> None:
    assert run(app, ["x" * 300 + ".jsonl", "--format", "jsonl"]).exit_code == 3
    for format in ("markup", "jsonl"):
        assert run(app, [str(clean), "--format", format, "-o", "x" * 300]).exit_code == 8


@pytest.mark.parametrize(
    ("arguments", "text", "code", "message"),
    [
        ([], "", 3, "no text"),
        ([], "a {brace}", 3, "--format jsonl"),
        (["--family", "Z"], TEXT, 2, "choose among A, B"),
        (["--rate", "2"], TEXT, 2, "0.05..0.3"),
        (["--rate", "0.3..0.1"], TEXT, 2, "0.05..0.3"),
        (["--rate", "much"], TEXT, 2, "0.05..0.3"),
        (["-"], TEXT, 2, "only one"),
        (["other.txt"], TEXT, 2, "--format jsonl"),
        (["--format", "text"], '\n{"text": "A word."}\n', 2, "--format jsonl"),
        (["--format", "jsonl"], '{"text": "A word."}\n{"words": 1}', 3, "line 2"),
        (["--format", "jsonl"], '{"text": "A word."}\n{"text": " "}', 3, "`text` is empty"),
        (["--format", "jsonl", "--channel", "none.tsv"], TEXT, 5, "none.tsv"),
    ],
)
def test_what_is_wrong_is_named(arguments: list[str], text: str, code: int, message: str) -> None:
    told = run(app, ["-", *arguments], input=text)
    assert told.exit_code == code, told.stderr
    assert message in " ".join(told.stderr.split())


def test_nothing_is_written_where_a_line_is_wrong(tmp_path: Path) -> None:
    target = tmp_path / "pairs.jsonl"
    told = run(app, ["-", "--format", "jsonl", "-o", str(target)], input='{"text": "A word."}\n{"text": 1}')
    assert told.exit_code == 3
    assert not target.exists()
    assert run(app, ["-", "--format", "jsonl", "-o", str(tmp_path)], input="A word.").exit_code == 8
