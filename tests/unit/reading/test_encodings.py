"""One decoder for all readers: labels as browsers read them, UTF-8 under any label, lines of several encodings."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from restore.errors import InputError
from restore.reading import Row, read_rows
from restore.reading.encodings import codec_of, decode, decode_anyhow, decode_page, header_label

WORDS = "He said \u201cno\u201d \u2014 the caf\u00e9 costs \u20ac5, and that\u2019s all."
LABELS = [
    "ISO-8859-1",
    "iso8859-1",
    "latin1",
    "us-ascii",
    "ASCII",
    "windows-1252",
    "x-cp1252",
    "l1",
    "no-such-label",
    "",
]


def page(label: str, words: str = WORDS) -> str:
    return f'<html><head><meta charset="{label}"><title>Page</title></head><body><p>{words}</p></body></html>'


@pytest.mark.parametrize("label", [*LABELS, "utf-8", "rot13", "utf-7", "unicode_escape"])
def test_windows_1252_and_utf_8_are_read_under_any_label(label: str) -> None:
    assert decode(WORDS.encode("cp1252"), "x", label).text == WORDS
    assert decode(WORDS.encode(), "x", label).text == WORDS
    assert decode_page(page(label).encode("cp1252"), "x").text == page(label)
    assert decode_page(page(label).encode(), "x", label).text == page(label)


@pytest.mark.parametrize(
    ("label", "codec", "words"),
    [
        ("windows-1251", "cp1251", "\u041c\u043e\u0441\u043a\u0432\u0430"),
        ("windows-1250", "cp1250", "\u0141\u00f3d\u017a"),
        ("ISO-8859-9", "cp1254", "\u0130zmir\u2019s"),
        ("windows-874", "cp874", "\u0e01\u0e23\u0e38\u0e07"),
        ("gb2312", "gb18030", "\u5317\u4eac\u20ac"),
        ("x-sjis", "cp932", "\u6771\u4eac\u2460"),
        ("ks_c_5601-1987", "cp949", "\uc11c\uc6b8"),
        ("Big5", "big5", "\u53f0\u5317"),
        ("koi8-r", "koi8-r", "\u041c\u043e\u0441\u043a\u0432\u0430"),
        ("macintosh", "mac-roman", "caf\u00e9 \u201cx\u201d"),
        ("iso-8859-8-i", "iso-8859-8", "\u05e9\u05dc\u05d5\u05dd"),
    ],
)
def test_labels_are_read_as_browsers_read_them(label: str, codec: str, words: str) -> None:
    assert decode(words.encode(codec), "x", label).text == words
    assert decode_page(page(label, words).encode(codec), "x").text == page(label, words)


def test_encodings_that_look_like_others_are_read_by_their_label_alone() -> None:
    assert decode("\u6771\u4eac".encode("iso2022_jp"), "x", "iso-2022-jp").text == "\u6771\u4eac"
    assert decode("Text".encode("utf-16-le"), "x", "utf-16").text == "Text"
    assert decode_page(page("utf-16").encode(), "x").text == page("utf-16")  # what says so in ASCII is not


def test_the_header_counts_before_the_page_and_comments_do_not() -> None:
    words = "\u041c\u043e\u0441\u043a\u0432\u0430"
    assert words in decode_page(page("windows-1252", words).encode("cp1251"), "x", "windows-1251").text
    hidden = '<!-- <meta charset="koi8-r"> -->' + page("windows-1251", words)
    assert decode_page(hidden.encode("cp1251"), "x").text == hidden
    declared = f'<?xml version="1.0" encoding="windows-1251"?><html>{words}</html>'
    assert decode_page(declared.encode("cp1251"), "x").text == declared


def test_the_label_of_a_header() -> None:
    assert header_label("text/html; Charset = 'ISO-8859-1'; x=y") == "ISO-8859-1"
    assert header_label(None) == header_label("text/html") == ""
    assert codec_of("\u0661") == codec_of("a\0b") == codec_of(" ") == ""


def test_a_byte_that_windows_1252_lacks_is_a_control_under_its_label_and_an_error_without() -> None:
    assert decode(b"caf\xe9 \x81", "x", "latin1").text == "caf\u00e9 \x81"
    with pytest.raises(InputError, match=r"x is neither UTF-8 nor windows-1252 \(line 2\).*byte 6 of that line"):
        decode(b"one\ncaf\xe9 \x81", "x")


def test_a_file_of_mixed_encodings_is_read_line_by_line_and_that_is_said() -> None:
    found = decode(f"{WORDS}\n".encode() + b"plain\n" + f"{WORDS}\r\n".encode("cp1252") + WORDS.encode(), "x")
    assert found.text == f"{WORDS}\nplain\n{WORDS}\r\n{WORDS}" and found.encoding == "utf-8"
    assert "mixed encodings: read line by line, 1 of them (the first is line 3) as windows-1252" in found.guess
    assert decode(WORDS.encode() + b" caf\xe9", "x").text == f"{WORDS} caf\u00e9"  # both in one line
    both = "“Café”, he said – ".encode("cp1252") + "“naïve” 5 €".encode()
    assert decode(both, "x").text == "“Café”, he said – “naïve” 5 €"
    assert "mixed encodings" in decode(both, "x").guess and decode_anyhow(both) == decode(both, "x").text
    assert decode_anyhow(WORDS.encode() + b"\n" + WORDS.encode("cp1252")) == f"{WORDS}\n{WORDS}"


@pytest.mark.parametrize("name", ["a.csv", "a.jsonl"])
def test_rows_of_a_table_are_read_as_windows_1252_in_a_fresh_process(tmp_path: Path, name: str) -> None:
    """No label was ever read there, which makes the codecs known."""
    path = tmp_path / name
    rows = [f"The chairman\u2019s {n}" for n in range(2)]
    data = [json.dumps({"text": row}, ensure_ascii=False) for row in rows] if name == "a.jsonl" else ["text", *rows]
    path.write_bytes(b"".join(f"{line}\n".encode("cp1252" if "0" in line else "utf-8") for line in data))
    code = "import sys, restore.reading as r; print(ascii([row.values['text'] for row in r.read_rows(sys.argv[1:])]))"
    done = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=False)
    assert done.stdout.strip() == ascii(rows), done.stderr


def test_a_line_of_windows_1252_that_holds_a_pair_of_utf_8_stays_what_it_is() -> None:
    for words in (
        "Er rief \u00bbSpa\u00df\u00ab und ging.",
        "\u201cCAF\u00c9\u201d, \u2018P\u00c5\u2019, \u00a3\u00d7\u00bd",
    ):
        assert decode(words.encode("cp1252"), "x").text == words


def response(label: str, body: bytes) -> bytes:
    block = f"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset={label}\r\n\r\n".encode() + body
    head = "WARC/1.0\r\nWARC-Type: response\r\nContent-Type: application/http; msgtype=response\r\nContent-Length: "
    return f"{head}{len(block)}\r\n\r\n".encode() + block + b"\r\n\r\n"


def html_of(path: Path) -> list[str]:
    return [row.values["html"] for row in read_rows([str(path)]) if isinstance(row, Row)]


@pytest.mark.parametrize("label", LABELS)
def test_archives_and_files_read_the_same_bytes_the_same(tmp_path: Path, label: str) -> None:
    pytest.importorskip("fastwarc", reason="web archives need the extra batch")
    pages = [page(label).encode("cp1252"), page(label).encode()]
    archive = tmp_path / "a.warc"
    archive.write_bytes(b"".join(response(label, body) for body in pages))
    for number, body in enumerate(pages):
        (tmp_path / f"{number}.html").write_bytes(body)
    assert html_of(archive) == [page(label)] * 2
    assert html_of(tmp_path / "0.html") == html_of(tmp_path / "1.html") == [page(label)]


@pytest.mark.parametrize("codec", ["utf-8", "cp1252"])
def test_rows_of_tables_are_read_like_files(tmp_path: Path, codec: str) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(f'id,text\n1,"{WORDS}"\n'.encode(codec))
    (row,) = read_rows([str(path)])
    assert isinstance(row, Row) and row.values["text"] == WORDS


def test_columns_of_bytes_are_texts_in_any_encoding_and_pictures_are_not(tmp_path: Path) -> None:
    arrow = pytest.importorskip("pyarrow", reason="Parquet needs the extra index")
    parquet = pytest.importorskip("pyarrow.parquet", reason="Parquet needs the extra index")
    from restore.reading.articles import first_value

    path = tmp_path / "a.parquet"
    picture = bytes(range(256))
    parquet.write_table(arrow.table({"html": [page("latin1").encode("cp1252"), picture]}), path)
    first, second = read_rows([str(path)])
    assert isinstance(first, Row) and first_value(first.values, ["html"]) == page("latin1")
    assert isinstance(second, Row) and first_value(second.values, ["html"]) == ""
