"""Reading documents: every kind and compression, and what is broken gives an error row while the rest goes on."""

from __future__ import annotations

import bz2
import datetime
import gzip
import json
import lzma
from collections.abc import Callable
from pathlib import Path

import pytest

from restore.errors import InputError
from restore.reading import Article, Fields, Row, Unread, read_articles, read_rows
from restore.reading import rows as rows_module

LINES = b'{"id": "a", "text": "One."}\n\n{"id": "b", "text": "Two."}\n'
PAGE = """<html><head><title>Bridge opens</title><meta property="article:published_time" content="2016-11-09">
</head><body><nav><a href="/">Home</a></nav><article><h1>Bridge opens</h1><p>The new bridge over the river was opened
on Monday by the mayor, who thanked the workers for three years of patient labour.</p><p>Traffic will be allowed from
Tuesday morning on, the city said in a statement, and buses follow a day later.</p></article></body></html>"""


def articles(*paths: Path, fields: Fields | None = None) -> list[Article | Unread]:
    return list(read_articles([str(p) for p in paths], fields))


def zstandard(data: bytes) -> bytes:
    module = pytest.importorskip("zstandard", reason="reading .zst needs the extra index")
    half = len(data) // 2
    made = module.ZstdCompressor()
    return bytes(made.compress(data[:half]) + made.compress(data[half:]))


@pytest.mark.parametrize(
    ("suffix", "press"),
    [("", bytes), (".gz", gzip.compress), (".bz2", bz2.compress), (".xz", lzma.compress), (".zst", zstandard)],
)
def test_json_lines_are_read_whatever_compresses_them(
    tmp_path: Path, suffix: str, press: Callable[[bytes], bytes]
) -> None:
    path = tmp_path / f"shard.jsonl{suffix}"
    path.write_bytes(press(LINES))
    assert [a.id for a in articles(path) if isinstance(a, Article)] == ["a", "b"]


def test_compression_is_told_by_the_bytes_not_by_the_name(tmp_path: Path) -> None:
    path = tmp_path / "shard.jsonl"
    path.write_bytes(gzip.compress(LINES))
    assert len(articles(path)) == 2


def test_a_broken_line_gives_an_error_row_and_the_rest_goes_on(tmp_path: Path) -> None:
    path = tmp_path / "shard.jsonl"
    path.write_bytes(
        b'{"id": "a", "text": "One."}\n{broken\n["no object"]\n{"id": "c"}\n{"id": "d", "text": "Four."}\n'
    )
    found = articles(path)
    assert [type(a).__name__ for a in found] == ["Article", "Unread", "Unread", "Unread", "Article"]
    errors = [a.error for a in found if isinstance(a, Unread)]
    assert "line 2" in errors[0] and "one JSON object a line" in errors[0]
    assert "holds no text" in errors[2] and "content" in errors[2]


def test_a_truncated_archive_gives_its_beginning_and_an_error_row(tmp_path: Path) -> None:
    many = b"".join(json.dumps({"id": str(n), "text": f"Text {n * n}."}).encode() + b"\n" for n in range(9_000))
    first, second = tmp_path / "a.jsonl.gz", tmp_path / "b.jsonl"
    first.write_bytes(gzip.compress(many)[:-2_000])
    second.write_bytes(LINES)
    found = articles(first, second)
    broken = [n for n, a in enumerate(found) if isinstance(a, Unread)]
    assert len(broken) == 1 and 0 < broken[0] == len(found) - 3


def test_a_line_that_is_too_long_is_refused_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("restore.reading.lines.LONGEST_ITEM", 100)
    monkeypatch.setattr(rows_module, "LONGEST_ITEM", 100)
    path = tmp_path / "shard.jsonl"
    path.write_bytes(json.dumps({"text": "x" * 500}).encode() + b"\n" + LINES)
    assert [type(a).__name__ for a in articles(path)] == ["Unread", "Article", "Article"]


def test_a_folder_is_read_by_name_with_all_its_kinds(tmp_path: Path) -> None:
    folder = tmp_path / "news"
    (folder / "deep").mkdir(parents=True)
    (folder / ".hidden.txt").write_text("Hidden.")
    (folder / "a.txt").write_text("Plain text.", encoding="utf-8")
    (folder / "b.md").write_text(
        "---\ntitle: Front\ndate: 2016-11-09\n---\n# Head\n\nSee [the *report*](http://x.org)."
    )
    (folder / "c.csv").write_text("no,article")
    (folder / "deep" / "d.jsonl").write_bytes(LINES)
    found = [a for a in articles(folder) if isinstance(a, Article)]
    assert [Path(a.id).name for a in found] == ["a.txt", "b.md", "a", "b"]
    assert Path(found[0].id).is_absolute()
    assert (found[1].title, found[1].date) == ("Front", "2016-11-09")
    assert found[1].text.strip() == "Head\n\nSee the report."


def test_a_file_of_an_unknown_kind_is_refused_if_it_is_named(tmp_path: Path) -> None:
    path = tmp_path / "c.docx"
    path.write_text("a,b")
    (found,) = articles(path)
    assert isinstance(found, Unread) and "no known kind" in found.error


def test_binary_and_empty_files_give_error_rows(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"\0\1\2" * 50)
    (tmp_path / "b.txt").write_bytes(b"  \n")
    binary, empty = articles(tmp_path)
    assert isinstance(binary, Unread) and "binary" in binary.error
    assert isinstance(empty, Unread) and "no text" in empty.error


def test_a_missing_path_is_an_error_of_its_own() -> None:
    with pytest.raises(InputError, match="does not exist"):
        list(read_rows(["no/such/file.txt"]))


def test_html_gives_the_article_with_its_metadata(tmp_path: Path) -> None:
    pytest.importorskip("trafilatura", reason="reading HTML needs the extra index")
    page, rows = tmp_path / "page.html", tmp_path / "rows.jsonl"
    page.write_text(PAGE, encoding="utf-8")
    rows.write_text(json.dumps({"url": "https://x.org/bridge-opens", "html": PAGE}) + "\n")
    for found in articles(page, rows):
        assert isinstance(found, Article)
        assert "opened on Monday by the mayor" in " ".join(found.text.split()) and "Home" not in found.text
        assert (found.title, found.date) == ("Bridge opens", "2016-11-09")
    assert found.id == found.url == "https://x.org/bridge-opens"


def test_a_page_without_an_article_gives_an_error_row(tmp_path: Path) -> None:
    pytest.importorskip("trafilatura", reason="reading HTML needs the extra index")
    (tmp_path / "page.html").write_text("<html><body></body></html>")
    (found,) = articles(tmp_path)
    assert isinstance(found, Unread)


def test_parquet_gives_its_rows_and_reads_only_what_is_asked_for(tmp_path: Path) -> None:
    arrow = pytest.importorskip("pyarrow", reason="reading Parquet needs the extra index")
    parquet = pytest.importorskip("pyarrow.parquet", reason="reading Parquet needs the extra index")
    path = tmp_path / "t.parquet"
    day = datetime.date(2016, 11, 9)
    table = arrow.table({"id": [1, 2], "body": ["One.", None], "date": [day, None], "huge": ["x", "y"]})
    parquet.write_table(table, path)
    one, two = articles(path)
    assert isinstance(one, Article) and (one.id, one.text, one.date) == ("1", "One.", "2016-11-09")
    assert isinstance(two, Unread) and "row 2" in two.error
    (row, _) = read_rows([str(path)], ["id"])
    assert isinstance(row, Row) and row.values == {"id": 1}


def test_broken_parquet_gives_an_error_row(tmp_path: Path) -> None:
    pytest.importorskip("pyarrow", reason="reading Parquet needs the extra index")
    (tmp_path / "t.parquet").write_bytes(b"PAR1 nothing of the kind")
    (found,) = articles(tmp_path)
    assert isinstance(found, Unread)


def test_without_an_id_the_url_and_then_the_text_name_an_article(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text('{"text": "One.", "url": "https://x.org/1"}\n{"text": "Two."}\n{"text": "Two."}\n')
    one, two, again = (a for a in articles(path) if isinstance(a, Article))
    assert one.id == "https://x.org/1"
    assert two.id == again.id and two.id.startswith("sha256:")


def test_columns_of_another_name_can_be_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text('{"key": 7, "maintext": "One.", "text": "not this"}\n')
    (found,) = articles(path, fields=Fields(id=("key",), text=("maintext",)))
    assert isinstance(found, Article) and (found.id, found.text) == ("7", "One.")


def test_a_missing_package_says_how_to_install_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    monkeypatch.setitem(sys.modules, "pyarrow.parquet", None)
    (tmp_path / "t.parquet").write_bytes(b"PAR1")
    (found,) = articles(tmp_path)
    assert isinstance(found, Unread) and "restore-text[index]" in found.error
