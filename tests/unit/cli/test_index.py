"""`restore index` and `fix --index`: build, update, delete, info, search."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

pytest.importorskip("tantivy", reason="an index of clean articles needs the extra index")

from restore.cli.app import app

runner = CliRunner()
ROWS = [
    {
        "id": "bridge",
        "url": "https://x.org/millbrook-bridge-collapse",
        "title": "Bridge collapse in Millbrook",
        "date": "2011-03-04",
        "text": "A footbridge over the Tarn collapsed on March 3, 2011 in Millbrook, injuring 14, Mayor Ana Petrovic"
        " said. Engineers from Halden Construction had inspected it, Governor Ruth Delgado told Channel Nine.",
    },
    {
        "id": "rates",
        "text": "The Bank of Norland raised its key rate to 4.25 percent, governor Lise Holm said on Monday.",
    },
]
SPUN = (
    "A footbridge across the Tarn fell down on March 3, 2011 in Millbrook, harming 14 humans, Mayor Ana Petrovic said."
    " Engineers from Halden Construction had reviewed it, Governor Ruth Delgado advised Channel Nine.\n"
)


@pytest.fixture
def built(tmp_path: Path) -> Path:
    source = tmp_path / "clean.jsonl"
    source.write_text("".join(json.dumps(row) + "\n" for row in ROWS) + "broken\n")
    result = runner.invoke(app, ["index", "build", str(source), "-o", str(tmp_path / "clean.index")])
    assert result.exit_code == 0, result.output
    assert "2 articles; 2 added, 0 updated, 0 unchanged, 0 deleted, 1 could not be read" in result.stdout
    assert "line 3" in result.stderr and "one JSON object a line" in result.stderr
    return tmp_path / "clean.index"


def test_build_again_json_and_strict(built: Path, tmp_path: Path) -> None:
    command = ["index", "build", str(tmp_path / "clean.jsonl"), "-o", str(built), "--json", "--quiet"]
    again = runner.invoke(app, command)
    report = json.loads(again.stdout)
    assert (report["articles"], report["added"], report["unchanged"], report["unread"]) == (2, 0, 2, 1)
    assert runner.invoke(app, [*command, "--strict"]).exit_code == 3


def test_prune_is_refused_while_something_is_unread(built: Path, tmp_path: Path) -> None:
    source = tmp_path / "clean.jsonl"
    source.write_text(json.dumps(ROWS[0]) + "\nbroken\n")
    result = runner.invoke(app, ["index", "build", str(source), "-o", str(built), "--prune"])
    assert "nothing was pruned" in result.stderr and "2 articles" in result.stdout


def test_columns_can_be_named(tmp_path: Path) -> None:
    source = tmp_path / "clean.jsonl"
    source.write_text('{"key": "k1", "maintext": "A text."}\n')
    command = [
        "index",
        "build",
        str(source),
        "-o",
        str(tmp_path / "i"),
        "--text-field",
        "maintext",
        "--id-field",
        "key",
    ]
    assert "1 added" in runner.invoke(app, command).stdout


def test_info_and_delete(built: Path) -> None:
    facts = json.loads(runner.invoke(app, ["index", "info", str(built), "--json"]).stdout)
    assert facts["articles"] == 2 and facts["bytes"] > 0
    deleted = runner.invoke(app, ["index", "delete", str(built), "rates", "nothing"])
    assert "1 of the ids are not in" in deleted.stderr and "1 deleted" in deleted.stdout
    assert "1 articles" in runner.invoke(app, ["index", "info", str(built)]).stdout


def test_search_shows_hits_and_why(built: Path, tmp_path: Path) -> None:
    text = tmp_path / "spun.txt"
    text.write_text(SPUN)
    result = runner.invoke(app, ["index", "search", str(text), "--index", str(built)])
    assert result.exit_code == 0, result.output
    assert "1. bridge: same event, probability " in result.stdout
    assert "https://x.org/millbrook-bridge-collapse" in result.stdout and "2011-03-04" in result.stdout
    assert "petrovic" in result.stdout and "matched" in result.stdout and "agreement: likeness" in result.stdout


def test_search_as_json_and_from_words(built: Path) -> None:
    result = runner.invoke(
        app, ["index", "search", SPUN, "-i", str(built), "-f", "json", "--url", "https://y.org/collapsed-tarn"]
    )
    found = json.loads(result.stdout)
    assert found["articles"] == 2 and found["hits"][0]["id"] == "bridge" and found["hits"][0]["accepted"]
    assert "petrovic" in found["hits"][0]["shared"]["name"]
    assert any(term["kind"] == "address" for term in found["terms"])
    nothing = runner.invoke(app, ["index", "search", "zzyzx qwxyz", "-i", str(built)])
    assert "no article was found" in nothing.stdout


def test_errors_name_the_remedy(tmp_path: Path) -> None:
    missing = runner.invoke(app, ["index", "search", "some words", "-i", str(tmp_path / "none")])
    assert missing.exit_code == 3 and "restore index build" in missing.stderr
    absent = runner.invoke(app, ["index", "build", str(tmp_path / "none.jsonl"), "-o", str(tmp_path / "i")])
    assert absent.exit_code == 3 and "does not exist" in absent.stderr


def test_without_the_extra_the_message_says_how_to_install_it(built: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    monkeypatch.setitem(sys.modules, "tantivy", None)
    result = runner.invoke(app, ["index", "info", str(built)])
    assert result.exit_code == 3 and "restore-text[index]" in result.stderr


def test_fix_hands_the_index_to_the_engine(built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from restore.cli import engine
    from restore.config import Config
    from restore.records import Restoration, Verdict

    seen: dict[str, str] = {}

    class Recorder:
        def __init__(self, config: Config) -> None:
            seen["index"] = config.index

        def restore(self, text: str, references: object, spins: object, url: str = "") -> Restoration:
            seen["url"] = url
            return Restoration(text, (), 0.7, Verdict(False, 0.0, 0.0))

    monkeypatch.setattr(engine, "make_restorer", Recorder)
    text = tmp_path / "spun.txt"
    text.write_text(SPUN)
    result = runner.invoke(app, ["fix", str(text), "--index", str(built), "--url", "https://y.org/a"])
    assert result.exit_code == 0 and seen == {"index": str(built), "url": "https://y.org/a"}


def test_search_says_that_a_text_is_too_short_for_a_reference(built: Path) -> None:
    result = runner.invoke(app, ["index", "search", "Mayor Ana Petrovic of Millbrook", "-i", str(built), "-f", "json"])
    assert json.loads(result.stdout)["hits"] and "fewer than 20 words" in result.stderr


def test_an_empty_folder_is_told_and_prunes_nothing(built: Path, tmp_path: Path) -> None:
    empty = tmp_path / "unmounted"
    empty.mkdir()
    result = runner.invoke(app, ["index", "build", str(empty), "-o", str(built), "--prune"])
    assert "no article was found, so nothing was pruned" in result.stderr
    assert "2 articles; 0 added, 0 updated, 0 unchanged, 0 deleted" in result.stdout


@pytest.mark.skipif(os.name != "posix", reason="signals as on POSIX")
@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_build_that_is_stopped_commits_what_it_has(tmp_path: Path, number: int, code: int) -> None:
    folder = tmp_path / "clean.index"
    process = subprocess.Popen(
        [sys.executable, "-m", "restore", "index", "build", "-", "-o", str(folder)],
        stdin=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )  # fmt: skip
    assert process.stdin is not None and process.stderr is not None
    for n in range(3_000):  # more than the pipe and the buffers hold: when all is written, much of it was read
        process.stdin.write(json.dumps({"id": str(n), "text": f"Article {n} tells of a bridge. " * 10}) + "\n")
    process.stdin.flush()
    process.send_signal(number)
    said = process.stderr.read()
    assert process.wait(60) == code, said
    assert "Traceback" not in said and "articles are safe" in said
    assert json.loads(runner.invoke(app, ["index", "info", str(folder), "--json"]).stdout)["articles"] > 0


@pytest.mark.parametrize("yes", ["true", "True", "1", " YES "])
def test_tables_delete_by_the_usual_spellings(built: Path, tmp_path: Path, yes: str) -> None:
    table = tmp_path / "gone.csv"
    table.write_text(f"id,text,deleted\nrates,,{yes}\nbridge,{ROWS[0]['text'].replace(',', '')},no\n")
    assert (
        "1 updated, 0 unchanged, 1 deleted"
        in runner.invoke(app, ["index", "build", str(table), "-o", str(built)]).stdout
    )
    lines = tmp_path / "gone.jsonl"
    lines.write_text(json.dumps({"id": "bridge", "deleted": yes}) + "\n")
    assert "0 articles" in runner.invoke(app, ["index", "build", str(lines), "-o", str(built)]).stdout


def test_ids_with_several_contents_are_told_once(tmp_path: Path) -> None:
    source, folder = tmp_path / "a.jsonl", tmp_path / "clean.index"
    rows = [
        ("a", "One."),
        ("b", "Two."),
        ("a", "Three."),
        ("b", "Two."),
        ("c", "Four."),
        ("c", "Five."),
        ("c", "Four."),
    ]
    source.write_text("".join(json.dumps({"id": id, "text": text}) + "\n" for id, text in rows))
    for _ in range(2):
        result = runner.invoke(app, ["index", "build", str(source), "-o", str(folder), "--json"])
        assert result.stderr.count("warning: 2 ids came more than once with different content") == 1
        assert json.loads(result.stdout)["repeated"] == 2
    source.write_text(json.dumps({"id": "a", "text": "Six."}) + "\n")
    result = runner.invoke(app, ["index", "build", str(source), "-o", str(folder)])
    assert "1 updated" in result.stdout and "warning" not in result.stderr


def test_what_cannot_be_searched_for_or_in_is_named(built: Path, tmp_path: Path) -> None:
    for text in ("", " "):
        nothing = runner.invoke(app, ["index", "search", text, "-i", str(built)])
        assert nothing.exit_code == 3 and "nothing to search for" in nothing.stderr
    word = runner.invoke(app, ["index", "search", "foo", "-i", str(built)])
    assert word.exit_code == 3 and "foo does not exist" in word.stderr and "one word is taken for a file" in word.stderr
    file = tmp_path / "t.txt"
    file.write_text(SPUN)
    for command in (["fix", str(file), "--index", str(file)], ["index", "info", str(file)]):
        wrong = runner.invoke(app, command)
        assert wrong.exit_code == 3 and "is a file, no index" in wrong.stderr
