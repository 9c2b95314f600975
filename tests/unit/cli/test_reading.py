from __future__ import annotations

import bz2
import gzip
import lzma
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from restore.cli.app import app
from restore.cli.reading import decode, read_text
from restore.errors import InputError

run = CliRunner().invoke


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "holds no text (it is empty)"),
        (b" \r\n\t\n", "only white space"),
        (b"\xef\xbb\xbf", "holds no text"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(range(256)) * 20, "binary"),
        (b"text \0\0\0\0\0\0 text", "binary"),
        ("no mark".encode("utf-16-le") * 50, "binary"),
        (b"caf\xe9 \x81 \x8d", "neither UTF-8 nor windows-1252"),
        (b"\xef\xbb\xbfcaf\xe9", "begins with the mark of utf-8 but is not"),
        (b"\xff\xfea", "begins with the mark of utf-16-le but is not"),
        (b"word " * 40_001, "is too long: 200,005 characters, the limit is 200,000"),
        (b"word " * 200_001, "is too long: more than 800,000 bytes"),
    ],
)
@pytest.mark.parametrize("command", ["fix", "check"])
def test_bad_content_is_3(tmp_path: Path, command: str, content: bytes, said: str) -> None:
    path = tmp_path / "in.txt"
    path.write_bytes(content)
    result = run(app, [command, str(path)])
    assert result.exit_code == 3
    assert result.stdout == ""
    assert said in result.stderr
    assert str(path) in result.stderr
    assert "Traceback" not in result.stderr


def test_a_folder_a_missing_and_a_forbidden_file_are_3(tmp_path: Path) -> None:
    assert "is a folder" in run(app, ["fix", str(tmp_path)]).stderr
    missing = run(app, ["fix", str(tmp_path / "none")])
    assert (missing.exit_code, "does not exist" in missing.stderr) == (3, True)
    bad_name = run(app, ["fix", "a\0b"])
    assert (bad_name.exit_code, "cannot be read" in bad_name.stderr) == (3, True)
    too_long_name = run(app, ["fix", "x" * 5000])
    assert (too_long_name.exit_code, "cannot be read" in too_long_name.stderr) == (3, True)


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may read everything")
def test_a_forbidden_file_is_3(spun: Path) -> None:
    spun.chmod(0)
    result = run(app, ["fix", str(spun)])
    assert (result.exit_code, "may not be read" in result.stderr) == (3, True)


def test_permission_error_is_3(spun: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: object, **kwargs: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(InputError, match="may not be read"):
        read_text(str(spun), 1000)


def test_the_fallback_is_named_on_stderr_and_round_trips(tmp_path: Path) -> None:
    path = tmp_path / "old.txt"
    path.write_bytes(b"The chairman\x92s caf\xe9 \x96 spoke.\r\n")
    result = run(app, ["fix", str(path)])
    assert result.exit_code == 0
    assert f"warning: {path} is not UTF-8 (byte 12): read as windows-1252" in result.stderr
    assert result.stdout_bytes == b"The president\x92s caf\xe9 \x96 spoke.\r\n"


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32", "utf-8"])
@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r", "\u2028", "\x85"])
def test_bytes_round_trip(tmp_path: Path, encoding: str, ends: str) -> None:
    text = f"The chairman \N{GRINNING FACE} said:{ends}\u00a0\u05d0 “yes”{ends}{ends}no end"
    path, out = tmp_path / "in.txt", tmp_path / "out.txt"
    path.write_bytes(text.encode(encoding))
    wanted = text.replace("chairman", "president").encode(encoding)
    assert run(app, ["fix", str(path)]).stdout_bytes == wanted
    assert run(app, ["fix", str(path), "-o", str(out)]).exit_code == 0
    assert out.read_bytes() == wanted


def test_big_endian_marks_are_honoured() -> None:
    source = decode(b"\xfe\xff" + "naïve".encode("utf-16-be"), "x")
    assert (source.text, source.encode(source.text)) == ("naïve", b"\xfe\xff" + "naïve".encode("utf-16-be"))


def test_a_result_that_the_encoding_lacks_becomes_utf8_with_a_warning(capsys: pytest.CaptureFixture[str]) -> None:
    source = decode(b"caf\xe9", "old.txt")
    assert source.encode("café Łódź") == "café Łódź".encode()
    assert "old.txt is windows-1252, which lacks '\\u0141': the result is written as utf-8" in capsys.readouterr().err


def test_a_single_stray_control_character_is_still_text() -> None:
    assert decode(b"form feed \x0c and one NUL \0 in a text", "x").encoding == "utf-8"


def test_stdin_is_named(tmp_path: Path) -> None:
    result = run(app, ["fix", "-"], input="")
    assert (result.exit_code, "standard input holds no text" in result.stderr) == (3, True)


def test_text_within_the_limit_in_four_byte_characters(tmp_path: Path) -> None:
    path = tmp_path / "emoji.txt"
    path.write_text("\N{GRINNING FACE}" * 100, encoding="utf-8")
    assert len(read_text(str(path), 100).text) == 100
    with pytest.raises(InputError, match="too long"):
        read_text(str(path), 99)


@pytest.mark.parametrize(("suffix", "pack"), [(".gz", gzip.compress), (".bz2", bz2.compress), (".xz", lzma.compress)])
def test_what_is_compressed_is_unpacked(tmp_path: Path, suffix: str, pack: Callable[[bytes], bytes]) -> None:
    path = tmp_path / f"in.txt{suffix}"
    path.write_bytes(pack("\ufeffThe chairman’s café spoke.\r\n".encode()))
    result = run(app, ["fix", str(path)])
    assert result.exit_code == 0
    assert result.stdout_bytes == "\ufeffThe president’s café spoke.\r\n".encode()
    assert run(app, ["fix", "-"], input=path.read_bytes()).stdout_bytes == result.stdout_bytes
    path.write_bytes(path.read_bytes()[:-9])
    cut = run(app, ["check", str(path)])
    assert (cut.exit_code, "cannot be read" in cut.stderr) == (3, True)


def test_a_packed_bomb_is_too_long_and_not_unpacked_whole(tmp_path: Path) -> None:
    path = tmp_path / "bomb.gz"
    path.write_bytes(gzip.compress(bytes(50_000_000)))
    with pytest.raises(InputError, match="too long"):
        read_text(str(path), 1000)


def test_of_a_page_the_article_is_read(tmp_path: Path) -> None:
    pytest.importorskip("trafilatura")
    said = "The chairman of the harbour board said on Monday that the old bridge would be closed for the winter. " * 4
    page = f"<html><body><nav>Home News</nav><article><h1>Bridge</h1><p>{said}</p></article></body></html>"
    path = tmp_path / "page.html.gz"
    path.write_bytes(gzip.compress(page.encode()))
    found = read_text(str(path), 10_000)
    assert "The chairman of the harbour board" in found.text
    assert "<p>" not in found.text
    assert "president of the harbour board" in run(app, ["fix", str(path)]).stdout
