"""CSV, web archives and URLs."""

from __future__ import annotations

import functools
import gzip
import http.server
import io
import json
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from restore.errors import InputError
from restore.reading import Article, Row, Unread, read_articles, read_rows
from restore.reading.opening import size_of
from restore.reading.rows import Meter, find_files, read_file

PAGE = (
    "<html><head><title>Bridge opens</title></head><body><article>"
    + "<p>The new bridge was opened on Monday by the mayor, who thanked the workers for three years of labour.</p>" * 4
    + "</article></body></html>"
)


def rows(*paths: Path | str) -> list[Row | Unread]:
    return list(read_rows([str(p) for p in paths]))


def test_csv_gives_a_row_per_record_with_line_ends_quotes_and_tabs(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text('\ufeffid,text\r\n1,"One, two\nand ""three"""\r\n\r\n2,Four\r\n', encoding="utf-8")
    assert [r.values for r in rows(path) if isinstance(r, Row)] == [
        {"id": "1", "text": 'One, two\nand "three"'},
        {"id": "2", "text": "Four"},
    ]
    other = tmp_path / "b.tsv.gz"
    other.write_bytes(gzip.compress(b"id\ttext\n3\tFive, six\n"))
    (row,) = rows(other)
    assert isinstance(row, Row) and row.values == {"id": "3", "text": "Five, six"}


def test_a_bad_row_of_csv_is_told_and_the_rest_goes_on(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"id,text\n1,a,b,c\n2,caf\xe9\n3\n4,four\n")
    bad, old, short, good = rows(path)
    assert isinstance(bad, Unread) and "row 1 has 4 fields" in bad.error
    assert isinstance(old, Row) and old.values["text"] == "caf\u00e9"
    assert isinstance(short, Row) and short.values == {"id": "3"}
    assert isinstance(good, Row) and good.values == {"id": "4", "text": "four"}


def archive(pages: int, packed: bool = False) -> bytes:
    """Write a web archive by hand: a request, a picture, then pages."""
    made = io.BytesIO()

    def record(kind: str, number: int, content_type: str, body: bytes) -> None:
        block = f"HTTP/1.1 200 OK\r\nContent-Type: {content_type}\r\n\r\n".encode() + body
        head = (
            f"WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Target-URI: http://example.org/{number}\r\n"
            f"WARC-Date: 2016-11-09T10:00:00Z\r\nWARC-Record-ID: <urn:uuid:00000000-0000-0000-0000-{number:012}>\r\n"
            f"Content-Type: application/http; msgtype={kind}\r\nContent-Length: {len(block)}\r\n\r\n"
        )
        data = head.encode() + block + b"\r\n\r\n"
        made.write(gzip.compress(data) if packed else data)

    record("request", 900, "text/html", b"")
    record("response", 901, "image/png", b"\x89PNG")
    for number in range(pages):
        record(
            "response", number, "text/html; charset=windows-1252", PAGE.replace("Bridge", "Caf\u00e9").encode("cp1252")
        )
    return made.getvalue()


@pytest.mark.parametrize(("name", "packed"), [("a.warc", False), ("a.warc.gz", True)])
def test_a_web_archive_gives_its_pages_with_their_addresses(tmp_path: Path, name: str, packed: bool) -> None:
    pytest.importorskip("fastwarc", reason="web archives need the extra batch")
    path = tmp_path / name
    path.write_bytes(archive(3, packed))
    found = rows(path)
    assert [r.values["url"] for r in found if isinstance(r, Row)] == [f"http://example.org/{n}" for n in range(3)]
    first = found[0]
    assert isinstance(first, Row) and first.kind == "page" and "Caf\u00e9" in first.values["html"]
    assert first.values["id"] == "urn:uuid:00000000-0000-0000-0000-000000000000"
    pytest.importorskip("trafilatura", reason="reading HTML needs the extra index")
    article = next(iter(read_articles([str(path)])))
    assert isinstance(article, Article) and "opened on Monday by the mayor" in article.text


@pytest.mark.parametrize(("name", "packed"), [("a.warc", False), ("a.warc.gz", True)])
def test_a_truncated_archive_is_told(tmp_path: Path, name: str, packed: bool) -> None:
    pytest.importorskip("fastwarc", reason="web archives need the extra batch")
    path = tmp_path / name
    path.write_bytes(archive(4, packed)[:-100])
    found = rows(path)
    assert isinstance(found[-1], Unread)
    assert sum(isinstance(r, Row) for r in found) in (3, 4)


def test_an_archive_of_garbage_is_told(tmp_path: Path) -> None:
    pytest.importorskip("fastwarc", reason="web archives need the extra batch")
    path = tmp_path / "a.warc"
    path.write_bytes(b"no archive at all\n" * 50)
    (found,) = rows(path)
    assert isinstance(found, Unread)


def test_urls_are_read_through_fsspec(tmp_path: Path) -> None:
    fsspec = pytest.importorskip("fsspec", reason="URLs need the extra batch")
    memory = fsspec.filesystem("memory")
    memory.pipe("/folder/b.jsonl", b'{"text": "B."}\n')
    memory.pipe("/folder/a.txt", b"A.")
    memory.pipe("/folder/.hidden.txt", b"Hidden.")
    memory.pipe("/folder/c.png", b"no text")
    try:
        assert [r.values["text"] for r in rows("memory://folder") if isinstance(r, Row)] == ["A.", "B."]
        assert list(find_files(["memory://folder/*.jsonl"])) == ["memory:///folder/b.jsonl"]
        assert size_of("memory://folder/a.txt") == 2
        with pytest.raises(InputError, match="does not exist"):
            from restore.reading.rows import check_paths

            check_paths(["memory://nowhere/x.txt"])
    finally:
        memory.rm("/folder", recursive=True)
    local = tmp_path / "x.txt"
    local.write_text("Local.")
    (row,) = rows(local.as_uri())
    assert isinstance(row, Row) and row.values["text"] == "Local."
    (missing,) = rows(local.as_uri() + ".no.txt")
    assert isinstance(missing, Unread)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[str]:
    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, format: str, *args: object) -> None:
            pass

    made = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(tmp_path)))
    threading.Thread(target=made.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{made.server_port}"
    made.shutdown()
    made.server_close()


def test_a_file_behind_http_is_read(tmp_path: Path, server: str) -> None:
    pytest.importorskip("aiohttp", reason="URLs need the extra batch")
    (tmp_path / "a.jsonl.gz").write_bytes(gzip.compress(b'{"text": "Over the wire."}\n'))
    (row,) = rows(f"{server}/a.jsonl.gz")
    assert isinstance(row, Row) and row.values["text"] == "Over the wire."
    (missing,) = rows(f"{server}/none.jsonl")
    assert isinstance(missing, Unread)


def test_parquet_behind_a_url_is_read(tmp_path: Path) -> None:
    pytest.importorskip("fsspec", reason="URLs need the extra batch")
    arrow = pytest.importorskip("pyarrow", reason="Parquet needs the extra batch")
    parquet = pytest.importorskip("pyarrow.parquet", reason="Parquet needs the extra batch")
    path = tmp_path / "a.parquet"
    parquet.write_table(arrow.table({"text": ["One.", "Two."]}), path)
    assert len(rows(path.as_uri())) == 2


def test_a_meter_knows_how_far_the_reading_is(tmp_path: Path) -> None:
    first, second = tmp_path / "a.jsonl", tmp_path / "b.jsonl"
    data = b"".join(json.dumps({"text": f"Text {n}."}).encode() + b"\n" for n in range(20_000))
    first.write_bytes(data)
    second.write_bytes(data)
    meter = Meter()
    seen = [meter.position for path in (first, second) for _ in read_file(str(path), meter=meter)]
    assert seen == sorted(seen) and seen[0] < len(data) < seen[-1]
