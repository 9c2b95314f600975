"""The index on disk: incremental, idempotent, one writer and many readers, and safe against a kill."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

pytest.importorskip("tantivy", reason="an index of clean articles needs the extra index")

from restore.errors import InputError, OutputError
from restore.reading import Article, Unread
from restore.references.index.build import build_index, delete_articles
from restore.references.index.engine_errors import read_errors
from restore.references.index.find import EventFinder
from restore.references.index.listener import BuildListener
from restore.references.index.store import ArticleReader, index_fingerprint, is_index, writing_index


def write(path: Path, *rows: dict[str, object]) -> str:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return str(path)


def test_a_build_is_incremental_and_idempotent(tmp_path: Path) -> None:
    rows = [{"id": f"{n}", "text": f"Article number {n}.", "url": f"https://x.org/{n}"} for n in range(5)]
    source, folder = write(tmp_path / "a.jsonl", *rows), tmp_path / "index"
    first = build_index([source], folder)
    assert (first.articles, first.added, first.unchanged) == (5, 5, 0)
    state = index_fingerprint(folder)
    again = build_index([source], folder)
    assert (again.articles, again.added, again.unchanged) == (5, 0, 5)
    rows[2]["text"] = "Another text."
    rows[3] = {"id": "3", "deleted": True}
    third = build_index([write(tmp_path / "b.jsonl", *rows, {"id": "9", "text": "New."})], folder)
    assert (third.articles, third.added, third.updated, third.deleted, third.unchanged) == (5, 1, 1, 1, 3)
    reader = ArticleReader(folder)
    assert sorted(reader.ids()) == ["0", "1", "2", "4", "9"]
    changed = reader.get("2")
    assert changed is not None and (changed.text, changed.url) == ("Another text.", "https://x.org/2")
    assert reader.get("3") is None
    assert index_fingerprint(folder) != state


def test_the_last_version_of_an_id_within_one_run_counts(tmp_path: Path) -> None:
    texts = ["One.", "Two.", "Two.", "One."]
    source = write(tmp_path / "a.jsonl", *({"id": "x", "text": text} for text in texts))
    report = build_index([source], tmp_path / "index")
    assert (report.articles, report.added, report.updated, report.unchanged) == (1, 1, 2, 1)
    found = ArticleReader(tmp_path / "index").get("x")
    assert found is not None and found.text == "One."


def test_back_to_an_earlier_version(tmp_path: Path) -> None:
    for text in ("One.", "Two.", "One."):
        report = build_index([write(tmp_path / "a.jsonl", {"id": "x", "text": text})], tmp_path / "index")
    assert (report.articles, report.updated) == (1, 1)
    found = ArticleReader(tmp_path / "index").get("x")
    assert found is not None and found.text == "One."


def test_metadata_alone_makes_another_version(tmp_path: Path) -> None:
    row = {"id": "x", "text": "One."}
    build_index([write(tmp_path / "a.jsonl", row)], tmp_path / "index")
    report = build_index([write(tmp_path / "a.jsonl", {**row, "title": "News"})], tmp_path / "index")
    assert report.updated == 1


def test_prune_takes_out_what_was_not_met_but_not_if_something_was_unread(tmp_path: Path) -> None:
    folder = tmp_path / "index"
    one, two = {"id": "1", "text": "One."}, {"id": "2", "text": "Two."}
    build_index([write(tmp_path / "a.jsonl", one, two)], folder)
    broken = tmp_path / "broken.jsonl"
    broken.write_text("{broken\n")
    kept = build_index([write(tmp_path / "a.jsonl", one), str(broken)], folder, prune=True)
    assert (kept.articles, kept.unread) == (2, 1)
    pruned = build_index([write(tmp_path / "a.jsonl", one)], folder, prune=True)
    assert (pruned.articles, pruned.deleted) == (1, 1)


def test_delete_by_id(tmp_path: Path) -> None:
    build_index([write(tmp_path / "a.jsonl", {"id": "1", "text": "One."})], tmp_path / "index")
    report = delete_articles(["1", "7"], tmp_path / "index")
    assert (report.articles, report.deleted, report.absent) == (0, 1, 1)


def test_a_listener_hears_of_articles_errors_and_commits(tmp_path: Path) -> None:
    heard: list[str] = []

    class Ears(BuildListener):
        def advance(self, articles: int, size: int) -> None:
            heard.append(f"advance {articles}")

        def unread(self, row: Unread) -> None:
            heard.append("unread")

        def committed(self, articles: int) -> None:
            heard.append(f"committed {articles}")

    source = tmp_path / "a.jsonl"
    source.write_text('{"id": "1", "text": "One."}\nbroken\n')
    build_index([str(source)], tmp_path / "index", listener=Ears())
    assert heard == ["advance 1", "unread", "advance 0", "committed 1"]


def test_readers_keep_the_state_they_opened_and_new_ones_see_the_last_commit(tmp_path: Path) -> None:
    folder = tmp_path / "index"
    build_index([write(tmp_path / "a.jsonl", {"id": "1", "text": "One."})], folder)
    old = ArticleReader(folder)
    with writing_index(folder) as writer:
        writer.put(Article("2", "Two."))
        assert len(ArticleReader(folder)) == 1
        writer.commit()
        assert (len(old), len(ArticleReader(folder))) == (1, 2)
        found = old.get("1")
        assert found is not None and found.text == "One."


def test_a_second_writer_is_refused_while_the_first_one_writes(tmp_path: Path) -> None:
    with (
        writing_index(tmp_path / "index"),
        pytest.raises(InputError, match="another process writes"),
        writing_index(tmp_path / "index"),
    ):
        pass


def test_what_is_no_index_is_refused(tmp_path: Path) -> None:
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "mine.txt").write_text("Mine.")
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="is no index"):
        ArticleReader(tmp_path / "letters")
    with pytest.raises(InputError, match="other files"):
        build_index([], tmp_path / "letters")
    with pytest.raises(OutputError, match="it is a file"):
        build_index([], tmp_path / "file")
    with pytest.raises(InputError, match="is no index"):
        index_fingerprint(tmp_path / "letters")


def test_an_index_of_another_form_is_refused(tmp_path: Path) -> None:
    build_index([], tmp_path / "index")
    (tmp_path / "index" / "restore-index.json").write_text('{"format": 999}')
    with pytest.raises(InputError, match="form 999"):
        ArticleReader(tmp_path / "index")


_BUILD = """
import sys
from restore.references.index import build, listener
build._COMMIT_ARTICLES = 40
class Ears(listener.Listener):
    def committed(self, articles): print(articles, flush=True)
build.build_index([sys.argv[1]], sys.argv[2], listener=Ears())
"""


@pytest.mark.timeout(300)
def test_a_build_killed_at_any_moment_leaves_what_was_committed_and_goes_on(tmp_path: Path) -> None:
    words = [f"word{n}" for n in range(500)]
    dice = random.Random(3)
    rows = [{"id": f"{n}", "text": " ".join(dice.choices(words, k=120))} for n in range(2_000)]
    source, folder = write(tmp_path / "a.jsonl", *rows), tmp_path / "index"
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[4])}
    for lines in (0, 1, 3, 6):
        process = subprocess.Popen(
            [sys.executable, "-c", _BUILD, source, str(folder)], stdout=subprocess.PIPE, text=True, env=environment
        )
        assert process.stdout is not None
        told = [process.stdout.readline() for _ in range(lines)]
        time.sleep(dice.uniform(0.0, 0.1))
        process.send_signal(signal.SIGKILL)
        told += process.stdout.readlines()
        process.wait()
        safe = max((int(line) for line in told if line.strip()), default=0)
        if is_index(folder) and (folder / "meta.json").is_file():
            reader = ArticleReader(folder)
            ids = list(reader.ids())
            assert len(ids) == len(set(ids)) >= safe
            assert all((found := reader.get(id)) and found.text == rows[int(id)]["text"] for id in ids[:50])
    report = build_index([source], folder)
    assert report.articles == len(rows) and report.added + report.unchanged == len(rows)


def test_damaged_files_are_told_as_such(tmp_path: Path) -> None:
    rows = [{"id": f"{n}", "text": f"Governor Delgado opened bridge number {n} in Millbrook."} for n in range(5)]
    source, folder = write(tmp_path / "a.jsonl", *rows), tmp_path / "index"
    build_index([source], folder)
    (path,) = folder.glob("*.term")
    data = path.read_bytes()
    path.write_bytes(bytes(byte ^ 0x5A for byte in data[:-200]) + data[-200:])
    with pytest.raises(InputError, match="is damaged"):
        EventFinder(folder).find("Governor Delgado opened a bridge in Millbrook.")
    with pytest.raises(InputError, match="is damaged"):
        build_index([source], folder)


def test_a_panic_of_the_engine_is_told_as_damage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class PanicException(BaseException):  # as the engine names it
        pass

    class Searcher:
        def search(self, *_: object, **__: object) -> None:
            raise PanicException("index out of bounds")

    build_index([write(tmp_path / "a.jsonl", {"id": "1", "text": "One."})], tmp_path / "index")
    reader = ArticleReader(tmp_path / "index")
    monkeypatch.setattr(reader, "searcher", Searcher())
    with pytest.raises(InputError, match="is damaged"):
        reader.get("1")


def test_a_missing_path_is_told_before_anything_is_written(tmp_path: Path) -> None:
    source, folder = write(tmp_path / "a.jsonl", {"id": "1", "text": "One."}), tmp_path / "index"
    for missing in ("nowhere.txt", "x" * 5_000):
        with pytest.raises(InputError, match="does not exist"):
            build_index([source, str(tmp_path / missing)], folder)
    assert not folder.exists()


def flip(folder: Path, kind: str, place: int) -> None:
    (path,) = folder.glob(f"*.{kind}")
    with path.open("r+b") as file:  # in place: who has mapped a file that is cut short is killed
        file.seek(place, os.SEEK_END if place < 0 else os.SEEK_SET)
        byte = file.read(1)[0]
        file.seek(-1, os.SEEK_CUR)
        file.write(bytes([byte ^ 0xFF]))


def test_damage_that_lets_the_engine_panic_is_told_without_its_own_words(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    rows = [{"id": f"{n}", "text": f"Governor Delgado opened bridge number {n} in Millbrook."} for n in range(5)]
    source, folder = write(tmp_path / "a.jsonl", *rows), tmp_path / "index"
    build_index([source], folder)
    flip(folder, "store", -130)
    for work in (
        lambda: ArticleReader(folder).facts,
        lambda: delete_articles(["1"], folder),
        lambda: build_index([source], folder, prune=True),
    ):
        with pytest.raises(InputError, match=r"is damaged .*build it anew"):
            work()
    assert "panicked" not in capfd.readouterr().err


def test_articles_that_cannot_be_read_are_told_by_ids(tmp_path: Path) -> None:
    rows = [{"id": f"{n}", "text": f"Governor Delgado opened bridge number {n} in Millbrook."} for n in range(5)]
    folder = tmp_path / "index"
    build_index([write(tmp_path / "a.jsonl", *rows)], folder)
    reader = ArticleReader(folder)
    flip(folder, "store", 10)
    with pytest.raises(InputError, match="is damaged"):
        list(reader.ids())


def test_what_others_write_on_stderr_meanwhile_is_kept(capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(InputError, match="is damaged"), read_errors(Path("index")):
        os.write(2, b"kept\n\nthread 'main' panicked at store.rs:1:\nbang\nstack:\n 1: x\nnote: run\nafter\n")
        raise ValueError("bang")
    assert capfd.readouterr().err == "kept\nafter\n"


def test_a_note_that_is_no_utf8_is_told(tmp_path: Path) -> None:
    build_index([], tmp_path / "index")
    (tmp_path / "index" / "restore-index.json").write_bytes(b'{"format": 1, "what": "\xff"}')
    with pytest.raises(InputError, match="build it anew"):
        ArticleReader(tmp_path / "index")


def test_a_full_disk_is_an_output_error_whatever_the_end_of_the_writer_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Full:
        def add_document(self, _: object) -> None:
            raise ValueError("No space left on device")

        def wait_merging_threads(self) -> None:
            raise ValueError("an index writer was killed")

    with pytest.raises(OutputError, match="No space left"), writing_index(tmp_path / "index") as writer:
        monkeypatch.setattr(writer, "_writer", Full())
        writer.put(Article("1", "One."))
    with pytest.raises(OutputError, match="was killed"), writing_index(tmp_path / "other") as writer:
        monkeypatch.setattr(writer, "_writer", Full())


def test_a_stop_while_pruning_commits_what_was_done(tmp_path: Path) -> None:
    class Ears(BuildListener):
        articles = 0

        def advance(self, articles: int, size: int) -> None:
            self.articles += articles
            if self.articles == 3:
                raise KeyboardInterrupt

    folder, rows = tmp_path / "index", [{"id": f"{n}", "text": f"Number {n}."} for n in range(4)]
    build_index([write(tmp_path / "a.jsonl", *rows)], folder)
    with pytest.raises(KeyboardInterrupt):
        build_index([write(tmp_path / "a.jsonl", rows[0])], folder, prune=True, listener=Ears())
    assert len(ArticleReader(folder)) == 2
