"""CSV and JSON lines as they come: quotes never closed, doubled names, other encodings, almost JSON."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from restore.reading import Row, Unread, read_rows
from restore.reading.delimited import distinct


def read(path: Path, data: bytes | str) -> list[Row | Unread]:
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return list(read_rows([str(path)]))


def values(found: list[Row | Unread]) -> list[Any]:
    return [row.values if isinstance(row, Row) else row.line for row in found]


def test_a_quote_that_is_never_closed_costs_its_own_line_only(tmp_path: Path) -> None:
    found = read(tmp_path / "a.csv", 'id,text\n1,"a\nb"\n2,"He never\n3,three\n4,four\n')
    assert values(found) == [
        {"id": "1", "text": "a\nb"}, b'2,"He never\n', {"id": "3", "text": "three"}, {"id": "4", "text": "four"}
    ]  # fmt: skip
    error = found[1]
    assert isinstance(error, Unread) and "row 2" in error.error and "the quote that begins on line 4" in error.error
    (last,) = read(tmp_path / "b.csv", 'id,text\n1,"cut o')
    assert isinstance(last, Unread) and last.line == b'1,"cut o'


def test_the_line_of_an_open_quote_is_that_of_its_field(tmp_path: Path) -> None:
    first, second = read(tmp_path / "a.csv", 'id,text\n"1\n1","open\n2,two\n')
    assert isinstance(first, Unread) and "line 3" in first.error and first.line == b'"1\n1","open\n'
    assert isinstance(second, Row) and second.values == {"id": "2", "text": "two"}


def test_a_row_whose_quote_is_closed_by_that_of_another_row_does_not_swallow_it(tmp_path: Path) -> None:
    found = read(tmp_path / "a.csv", 'id,text\n1,"One\n2,"Two,\nand ""more"""\n3,"say "hi" to\n4,Four\n')
    assert values(found)[:2] == [b'1,"One\n', {"id": "2", "text": 'Two,\nand "more"'}]
    whole = read(tmp_path / "b.csv", 'id,text\n1,"One\nsaid "hi" there"\n2,Two\n')
    assert all(isinstance(row, Row) for row in whole)


def test_many_open_quotes_are_read_in_one_pass(tmp_path: Path) -> None:
    lines = "".join(f'{n},"open ""{n}\n' for n in range(30_000))
    found = read(tmp_path / "a.csv", "id,text\n" + lines)
    assert len(found) == 30_000


def test_lines_and_fields_beyond_the_limit_are_told_and_no_row_vanishes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in ("lines", "delimited"):
        monkeypatch.setattr(f"restore.reading.{module}.LONGEST_ITEM", 100, raising=False)
    rows = "".join(f"{n},row {n}\n" for n in range(30))
    found = read(tmp_path / "a.csv", "id,text\n1," + "x" * 300 + "\n2,two\n")
    assert [type(r).__name__ for r in found] == ["Unread", "Row"]
    assert isinstance(found[0], Unread) and "line 2 is longer than 100 bytes" in found[0].error
    found = read(tmp_path / "b.csv", 'id,text\n0,"open\n' + rows + 'z,"closed"\n')
    assert values(found)[0] == b'0,"open\n'
    assert [r.values["id"] for r in found[1:] if isinstance(r, Row)] == [*map(str, range(30)), "z"]
    found = read(tmp_path / "c.csv", 'id,text\n0,"open\n1,one\n2,' + "x" * 300 + "\n3,three\n")
    assert [type(r).__name__ for r in found] == ["Unread", "Row", "Unread", "Row"]


def test_names_that_come_twice_are_told_apart(tmp_path: Path) -> None:
    (row,) = read(tmp_path / "a.csv", "text,id,text,text\na,1,b,c\n")
    assert isinstance(row, Row) and row.values == {"text": "a", "id": "1", "text_2": "b", "text_3": "c"}
    assert distinct(["a", "a", "a_2", "a"]) == ["a", "a_3", "a_2", "a_4"]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-be", "utf-32"])
def test_marked_utf_16_is_read_line_by_line(tmp_path: Path, encoding: str) -> None:
    mark = "\ufeff" if encoding.endswith("e") else ""
    table = mark + "id\ttext\n" + "".join(f"{n}\tCaf\u00e9 \u2028 \U0001f600 {n}\n" for n in range(20_000))
    found = read(tmp_path / "a.tsv.gz", gzip.compress(table.encode(encoding)))
    assert values(found) == [{"id": f"{n}", "text": f"Caf\u00e9 \u2028 \U0001f600 {n}"} for n in range(20_000)]
    (row,) = read(tmp_path / "b.jsonl", (mark + '{"text": "Caf\u00e9"}\n').encode(encoding))
    assert isinstance(row, Row) and row.raw.decode() == '{"text": "Caf\u00e9"}'


def test_tables_of_old_macs_are_read(tmp_path: Path) -> None:
    found = read(tmp_path / "a.csv", b'id,text\r1,"a\rb"\r2,caf\xe9\r')
    assert values(found) == [{"id": "1", "text": "a\nb"}, {"id": "2", "text": "caf\u00e9"}]


def test_what_cannot_be_read_keeps_its_line(tmp_path: Path) -> None:
    (ragged,) = read(tmp_path / "a.csv", b'id,text\n1,"a\nb",c\r\n')
    assert isinstance(ragged, Unread) and ragged.line == b'1,"a\nb",c\r\n'
    (broken,) = read(tmp_path / "a.jsonl", b'{"text": "caf\xff\n')
    assert isinstance(broken, Unread) and broken.line == b'{"text": "caf\xff'


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        ('{"text": "a", "n": NaN, "i": -Infinity}', {"text": "a", "n": None, "i": "-Infinity"}),
        ('{"text": "a \\ud83d b", "k\\udc00": ["\\ude00"]}', {"text": "a ? b", "k?": ["?"]}),
        ('{"text": "a", "n": 1e400}', {"text": "a", "n": "1e400"}),
        ('{"text": "a", "n": ' + "9" * 5_000 + "}", {"text": "a", "n": "9" * 5_000}),
        ('{"text": "a", "n": ' + "9" * 400 + ', "m": NaN}', {"text": "a", "n": int("9" * 400), "m": None}),
    ],
)
def test_almost_json_is_read(tmp_path: Path, line: str, wanted: dict[str, object]) -> None:
    (row,) = read(tmp_path / "a.jsonl", line + "\n")
    assert isinstance(row, Row) and row.values == wanted and not row.raw


@pytest.mark.parametrize("depth", [150, 250, 900, 5_000, 100_000])
def test_json_nested_too_deep_is_an_error_row(tmp_path: Path, depth: int) -> None:
    nested = '{"text": "a", "x": ' + "[" * depth + "]" * depth + "}"
    wide = json.dumps({"text": "b", "x": [{}] * 1_000})
    found = read(tmp_path / "a.jsonl", f"{nested}\n{wide}\n")
    assert [type(r).__name__ for r in found] == ["Row" if depth < 200 else "Unread", "Row"]
