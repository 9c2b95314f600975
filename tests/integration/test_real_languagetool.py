"""A real LanguageTool server, on loopback and a free port: started, killed and stopped by these tests."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from restore.config import Config
from restore.errors import ConfigError, ModelNotFoundError
from restore.evaluation.baselines import make_baseline
from restore.languagetool import install, server
from restore.languagetool.client import LanguageToolClient
from restore.languagetool.names import check_names
from restore.languagetool.settings import LanguageToolSettings
from restore.restorer import Restorer
from restore.runtime.tables import decoded, table_path

pytestmark = pytest.mark.integration
TEXT = "😀😀 He go to to school 😀.\r\n\r\nThe goverment 😀 spoke with 𝒜 man.  🎉 She have a apple."


@cache
def missing() -> str:
    try:
        install.installed()
        install.java()
    except ModelNotFoundError as error:
        return str(error)
    return ""


def settings(**changes: object) -> LanguageToolSettings:
    return LanguageToolSettings(enabled=True, **changes)  # type: ignore[arg-type]


@pytest.fixture(scope="module", autouse=True)
def own_server() -> Iterator[None]:
    if missing():
        pytest.skip(missing())
    before = {name: os.environ.pop(name, None) for name in (server.URL_VARIABLE, server.INHERITED_VARIABLE)}
    yield
    server.stop()
    os.environ.update({name: value for name, value in before.items() if value is not None})


@pytest.fixture(scope="module")
def client() -> LanguageToolClient:
    return LanguageToolClient(settings())


def java_of(watchdog_pid: int) -> int:
    """Return the process number of the server behind a watchdog."""
    for _ in range(100):
        found = subprocess.run(
            ["ps", "-o", "pid=", "--ppid", str(watchdog_pid)], capture_output=True, text=True, check=False
        )
        if found.stdout.strip():
            return int(found.stdout.split()[0])
        time.sleep(0.1)
    raise AssertionError("no server runs")


def ends(pid: int) -> bool:
    for _ in range(150):
        found = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False)
        if not found.stdout.strip() or found.stdout.startswith("Z"):
            return True
        time.sleep(0.1)
    return False


def words(client: LanguageToolClient, text: str) -> list[str]:
    return [text[m.start : m.end] for m in client.check(text).matches]


def test_offsets_with_emoji_and_astral_characters(client: LanguageToolClient) -> None:
    assert words(client, TEXT) == ["go", "to to", "goverment", "have", "a"]
    assert client.version == install.installed().version


def test_rules_and_categories_can_be_switched(client: LanguageToolClient) -> None:
    rules = {m.rule for m in client.check(TEXT).matches}
    assert {"HE_VERB_AGR", "MORFOLOGIK_RULE_EN_US", "EN_A_VS_AN"} <= rules
    no_rule = LanguageToolClient(settings(disabled_rules=("HE_VERB_AGR",)))
    assert words(no_rule, TEXT) == ["to to", "goverment", "a"]
    no_category = LanguageToolClient(settings(disabled_categories=("TYPOS", "MISC")))
    assert words(no_category, TEXT) == ["go", "have"]
    only = LanguageToolClient(settings(enabled_only=True, enabled_rules=("EN_A_VS_AN",)))
    assert words(only, TEXT) == ["a"]


def test_names_that_the_server_does_not_have_are_refused(client: LanguageToolClient) -> None:
    url = server.start(client.settings)
    check_names(
        settings(disabled_rules=("HE_VERB_AGR", "HE_VERB_AGR[1]", "EN_COMPOUNDS_WAL_MART", "OXFORD_COMMA_CASING")), url
    )
    check_names(settings(enabled_rules=("MORFOLOGIK_RULE_EN_GB",), language="en-GB"), url)
    seen = decoded(table_path("grammar_ratios.json"), dict[str, Any])
    check_names(settings(disabled_rules=tuple(seen["rules"]), disabled_categories=tuple(seen["categories"])), url)
    for changes, near in (
        ({"disabled_rules": ("HE_VERB_AGREE",)}, "HE_VERB_AGR"),
        ({"enabled_rules": ("MORFOLOGIK_RULE_EN_GB",)}, "MORFOLOGIK_RULE_EN_US"),
        ({"disabled_rules": ("EN_A_VS_AN_X",)}, "EN_A_VS_AN"),
        ({"enabled_categories": ("COLLOCATION",)}, "COLLOCATIONS"),
    ):
        with pytest.raises(ConfigError, match=near):
            LanguageToolClient(settings(**changes)).check(TEXT)


def test_a_text_it_cannot_digest_stops_nothing(client: LanguageToolClient) -> None:
    odd = ["\ud800\udfff teh", "\0\x01 teh", "🎉" * 3000 + " teh", "x" * 60_000, "teh " * 200, "\ufeffteh \u00ad soft"]
    for text, checked in zip(odd, client.check_many(odd), strict=True):
        assert all(text[m.start : m.end].strip() for m in checked.matches)
    client.take_notes()
    assert words(client, "That is teh end.") == ["teh"]


def test_a_server_killed_in_mid_run_is_started_again(client: LanguageToolClient) -> None:
    assert words(client, "He go home.") == ["go"]
    assert server._own is not None
    java = java_of(server._own.watchdog_pid)
    os.kill(java, signal.SIGKILL)
    checked = client.check("He go away.\nShe have a dog.")
    assert [m.rule for m in checked.matches] == ["HE_VERB_AGR", "HE_VERB_AGR"]
    assert checked.notes == ()
    assert java_of(server._own.watchdog_pid) != java


def test_medvedev_stays_medvedev() -> None:
    text = "President Dmitry Medvedev met Nokwanda Dlamini. She have a letter for the chairman."
    alone = make_baseline("languagetool").restore(text).restored
    restorer = Restorer(Config(languagetool=settings()))
    restoration = restorer.restore(text)
    assert "Medvedev" in restoration.restored
    assert not any("Medvedev" in c.original or "Dlamini" in c.original for c in restoration.corrections)
    assert "Nokwanda Dlamini" not in alone, "the checker alone is the danger that this guards against"
    assert any(f.explanation.startswith("HE_VERB_AGR: ") for f in restoration.verdict.findings)
    assert restoration.notes == ()


WORKER = """
import sys
from restore.languagetool import server
from restore.languagetool.client import LanguageToolClient
from restore.languagetool.names import check_names
from restore.languagetool.settings import LanguageToolSettings
from restore.runtime.tables import decoded, table_path
client = LanguageToolClient(LanguageToolSettings(enabled=True))
assert client.check("He go home.").matches
print(client._url, server._own is None)
"""


def test_worker_processes_ask_the_server_of_their_parent(client: LanguageToolClient) -> None:
    client.check("words")
    workers = [subprocess.Popen([sys.executable, "-c", WORKER], stdout=subprocess.PIPE, text=True) for _ in range(2)]
    said = {worker.communicate(timeout=120)[0].strip() for worker in workers}
    assert said == {f"{os.environ[server.INHERITED_VARIABLE]} True"}


PARENT = """
import os, sys, time
os.environ.pop("RESTORE_LANGUAGETOOL_SERVER", None)
from restore.languagetool import server
from restore.languagetool.names import check_names
from restore.languagetool.settings import LanguageToolSettings
from restore.runtime.tables import decoded, table_path
server.start(LanguageToolSettings(enabled=True))
print(server._own.watchdog_pid, flush=True)
{then}
"""


@pytest.mark.parametrize("then", ["time.sleep(300)", "sys.exit(3)"])
def test_the_server_ends_with_its_owner_however_that_ends(then: str) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", PARENT.format(then=then)], stdout=subprocess.PIPE, text=True
    ) as parent:
        assert parent.stdout is not None
        watchdog = int(parent.stdout.readline())
        if "sleep" in then:
            java = java_of(watchdog)
            parent.kill()
            assert ends(java)
        parent.wait(timeout=60)
    assert ends(watchdog)


def test_grammar_where_it_is_not_set_up_names_the_command(tmp_path: Path) -> None:
    text = tmp_path / "text.txt"
    text.write_text("She have a cat and a dog.")
    environment = {**os.environ, "RESTORE_CACHE": str(tmp_path), "HOME": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path)}
    environment.pop(server.INHERITED_VARIABLE, None)
    command = [sys.executable, "-m", "restore", "check", str(text), "--grammar"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 5
    assert "restore languagetool setup" in done.stderr


def test_the_processes_of_a_batch_ask_one_server(tmp_path: Path) -> None:
    pytest.importorskip("pebble", reason="batches need the extra batch")
    from restore.batch import BatchSettings
    from tests.helpers.batch_runs import read_out, run, write_rows

    text = (
        "In i m sorry we space going to achieve, the city chairman said that the unified nations has anticipated the"
        " climate alteration for a long time. He go to to the zone. She have a letter."
    )
    config = Config(languagetool=settings())
    path = write_rows(tmp_path / "in.jsonl", [text] * 4)
    run([path], tmp_path / "out", BatchSettings(config=config, shard_rows=4), workers=2)
    assert server._own is not None
    java_of(server._own.watchdog_pid)
    rows = read_out(tmp_path / "out")
    assert [row["error"] for row in rows] == [None] * 4
    assert {row["restored"] for row in rows} == {Restorer(config).restore(text).restored}
    assert all("grammar" in {e["kind"] for c in row["corrections"] for e in c["evidence"]} for row in rows)
