"""`restore` in programs: event loops, threads, `with`, logging and pickles."""

from __future__ import annotations

import asyncio
import copy
import pickle
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

import restore
from restore import Config, Restorer
from restore.config import DictionarySettings
from restore.errors import InputError, RestoreError
from tests.helpers.engines import restorer

pytestmark = pytest.mark.integration
CONFIG = Config(second_opinion="never", min_confidence=0.6)
TEXTS = [
    "In i m sorry we space going to achieve, chairman Obama said on Tuesday in Washington.",
    "The minister told the parliament on Monday that the election would go ahead.",
    "Coupled States officials said that chairman Obama would go to Paris.\nHe left on Friday.",
    "It was a teh mistake, he said to to the reporters.",
]


def test_an_event_loop_goes_on_while_a_text_is_restored(monkeypatch: pytest.MonkeyPatch) -> None:
    go, plain = threading.Event(), Restorer.restore

    def waiting(self: Restorer, *args: object, **named: object) -> restore.Restoration:
        assert go.wait(60)
        return plain(self, *args, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(Restorer, "restore", waiting)

    async def main() -> restore.Restoration:
        task = asyncio.ensure_future(restore.restore_async(TEXTS[0], config=CONFIG))
        await asyncio.sleep(0.05)
        assert not task.done()
        go.set()  # nobody would, were the loop blocked
        return await task

    assert asyncio.run(main()).corrections


def test_restoring_aside_gives_the_same_and_the_same_errors() -> None:
    async def main() -> list[restore.Restoration | BaseException]:
        tasks = [restore.restore_async(text, config=CONFIG) for text in [*TEXTS, ""]]
        return await asyncio.gather(*tasks, return_exceptions=True)

    *found, error = asyncio.run(main())
    assert found == [Restorer(CONFIG).restore(text) for text in TEXTS]
    assert isinstance(error, InputError)
    assert asyncio.run(restore.restore_async(TEXTS[0], second_opinion="never", min_confidence=0.6)) == found[0]


def test_threads_may_share_a_restorer_or_have_their_own() -> None:
    expected = [Restorer(CONFIG).restore(text) for text in TEXTS]
    shared = Restorer(CONFIG)
    barrier = threading.Barrier(4)

    def together(work: object) -> list[restore.Restoration]:
        engine, order = work  # type: ignore[misc]
        barrier.wait(60)
        found = {n: engine.restore(TEXTS[n]) for n in order}
        return [found[n] for n in range(len(TEXTS))]

    orders = [(0, 1, 2, 3), (3, 2, 1, 0), (2, 0, 3, 1), (1, 3, 0, 2)]
    with ThreadPoolExecutor(4) as pool:
        engines = [shared, shared, Restorer(CONFIG), Restorer(CONFIG)]
        for found in pool.map(together, zip(engines, orders, strict=True)):
            assert found == expected


def test_closing_reads_nothing_anew(tmp_path: Path) -> None:
    words = tmp_path / "house.txt"
    words.write_text("Rolling Stone\n", "utf-8")
    engine = Restorer(CONFIG.replace(dictionary=DictionarySettings(files=(str(words),))))
    words.unlink()
    engine.close()
    with pytest.raises(RestoreError, match="closed"):
        engine.check(TEXTS[0])


def test_a_restorer_lets_go_at_the_end_of_its_block() -> None:
    with Restorer(CONFIG) as engine:
        assert engine.restore(TEXTS[0]).applied
        assert "parser" in vars(engine._engine)
    assert "parser" not in vars(engine._engine)
    for use in (engine.restore, engine.check, engine.find_references, lambda text: list(engine.pipe([text]))):
        with pytest.raises(RestoreError, match="closed"):
            use(TEXTS[0])
    with pytest.raises(RestoreError, match="closed"), engine:
        pass
    engine.close()


def test_a_restoration_can_be_pickled_and_copied() -> None:
    found = restorer().restore(
        TEXTS[0], ["President Obama said on Tuesday in Washington what we are going to achieve."]
    )
    assert found.corrections
    for again in (pickle.loads(pickle.dumps(found)), copy.deepcopy(found), copy.copy(found)):
        assert again == found
        assert again.restored == found.restored


def test_nothing_is_printed_and_no_handler_is_added_unless_logging_is_set_up(tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text(
        "import logging, sys\n"
        "import restore\n"
        "engine = restore.Restorer(restore.Config(second_opinion='never'))\n"
        "if len(sys.argv) > 1: logging.basicConfig(level=logging.DEBUG)\n"
        "list(engine.pipe([sys.stdin.read(), '']))\n"
        "own = [n for n in logging.root.manager.loggerDict if n.split('.')[0] == 'restore']\n"
        "assert own and not any(logging.getLogger(n).handlers for n in own)\n"
        "assert bool(logging.root.handlers) == (len(sys.argv) > 1)\n"
    )
    silent, told = (
        subprocess.run(
            [sys.executable, str(script), *given], input=TEXTS[0], capture_output=True, text=True, timeout=300
        )
        for given in ((), ("loud",))
    )
    assert (silent.returncode, silent.stdout, silent.stderr) == (0, "", "")
    assert told.returncode == 0
    assert "loading the spaCy pipeline" in told.stderr
    assert "not restored: the text is empty" in told.stderr
    assert "DEBUG:restore.restorer:" in told.stderr
    assert "Obama" not in told.stderr


def test_what_frameworks_need_is_not_imported_with_restore() -> None:
    code = (
        "import sys, restore; heavy = {'asyncio', 'concurrent', 'spacy', 'scrapy', 'twisted', 'onnxruntime', 'numpy'};"
        " print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=300)
    assert done.stdout == "[]\n"
