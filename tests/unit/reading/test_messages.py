"""What is wrong with an input is said once, with what helps; what can be recognised is no error."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from restore.batch.report import with_place
from restore.reading import Article, Row, Unread, read_articles, read_rows

ROWS = [["id", "text"], ["1", "One, two; three"], ["2", 'A "word" | more'], ["3", "x\ty"]]


def written(rows: list[list[str]], delimiter: str) -> str:
    def cell(value: str) -> str:
        return '"' + value.replace('"', '""') + '"' if set(value) & set(',;\t|"') else value

    return "".join(delimiter.join(map(cell, row)) + "\r\n" for row in rows)


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("name", ["a.csv", "a.tsv"])
@pytest.mark.parametrize("head", ["", "\ufeff", "sep=%s\n", "SEP=%s\r\n", "\ufeffsep=%s\n"])
def test_the_delimiter_is_recognised(tmp_path: Path, delimiter: str, name: str, head: str) -> None:
    path = tmp_path / name
    path.write_text(head.replace("%s", delimiter) + written(ROWS, delimiter), encoding="utf-8", newline="")
    found = [row.values for row in read_rows([str(path)]) if isinstance(row, Row)]
    assert found == [dict(zip(ROWS[0], row, strict=True)) for row in ROWS[1:]]


@pytest.mark.parametrize(
    ("data", "columns"),
    [
        ("text\nOne; two\n", ["text"]),
        ('"a;b;c",text\nx,y\n', ["a;b;c", "text"]),
        ("a;b,text\nx,y\n", ["a;b", "text"]),
        ("a;text, full;b\nx;y;z\n", ["a", "text, full", "b"]),
        ("a\ttext, full, long\nx\ty\n", ["a", "text, full, long"]),
        ("a,b;text\nx,y\n", ["a", "b;text"]),
        ("\n", []),
        ("", []),
        ('"text; never closed\n', []),
    ],
)
def test_what_the_header_has_once_is_its_delimiter(tmp_path: Path, data: str, columns: list[str]) -> None:
    path = tmp_path / "a.csv"
    path.write_text(data)
    assert [list(row.values) for row in read_rows([str(path)]) if isinstance(row, Row)] == [columns] * bool(columns)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.csv", b"id,story\n1,Words.\n"),
        ("a.jsonl", b'{"id": "1", "story": "Words."}\n'),
        ("a.tsv", b"id\tstory\n1\tWords.\n"),
    ],
)
def test_articles_without_a_column_of_text_name_those_there_are(tmp_path: Path, name: str, data: bytes) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    (found,) = read_articles([str(path)])
    assert isinstance(found, Unread)
    assert "holds no text: it has no column text, content, body or html, but id, story: name" in found.error
    assert "--text-field" in found.error


def test_parquet_of_which_some_columns_are_read_names_all(tmp_path: Path) -> None:
    arrow = pytest.importorskip("pyarrow", reason="Parquet needs the extra index")
    parquet = pytest.importorskip("pyarrow.parquet", reason="Parquet needs the extra index")
    path = tmp_path / "a.parquet"
    parquet.write_table(arrow.table({"id": ["1"], "story": ["Words."]}), path)
    (found,) = read_articles([str(path)])
    assert isinstance(found, Unread) and "but id, story: name the one" in found.error
    parquet.write_table(arrow.table({"id": ["1"], "text": ["Words."]}), path)
    (found,) = read_articles([str(path)])
    assert isinstance(found, Article)


def test_what_is_wrong_with_a_row_of_a_table_names_what_helps(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("id, story\n1,Words.\n2\n3,One, two\n")
    wrong = [found.error for found in read_articles([str(path)]) if isinstance(found, Unread)]
    assert "but id, ' story': name the one" in wrong[0] and "but id, ' story': name the one" in wrong[1]
    assert wrong[2].endswith("row 3 has 3 fields, the first row names 2: put fields that hold a comma in quotes")
    path.write_text("id,text\n1\n")
    (short,) = read_articles([str(path)])
    assert isinstance(short, Unread) and "it has no column" not in short.error


def test_a_place_is_named_once() -> None:
    assert with_place("a.csv, row 1", "a.csv, row 1: not closed") == "a.csv, row 1: not closed"
    assert with_place("a.csv, row 1", "internal error") == "a.csv, row 1: internal error"


@given(st.text(), st.text())
def test_a_message_always_names_its_place(where: str, error: str) -> None:
    assert where in with_place(where, error) and error in with_place(where, error)
    assert with_place(where, with_place(where, error)) == with_place(where, error)
