"""A batch with the engine itself: the rows are those of `Restorer`, whatever the workers."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

pytest.importorskip("pebble", reason="batches need the extra batch")
from restore.batch import BatchSettings, Job, Worker
from restore.config import Config
from restore.restorer import Restorer
from tests.helpers.batch_runs import FACTORY, content, read_out, run

pytestmark = pytest.mark.integration
CLEAN = (
    "The mayor opened the new bridge on Monday after three years of patient work by the city. Traffic will be allowed"
    " across it from Tuesday morning, and buses will follow a day later."
)
SPUN = (
    "In i m sorry we space going to achieve, the city chairman said that the unified nations has anticipated the"
    " climate alteration for a long time. Researchers at the college have discovered that the zone was influenced."
)
REFERENCE = "The mayor said that the United Nations has anticipated climate change for a long time in the area."
CONFIG = Config()


def test_a_batch_gives_what_the_restorer_gives(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    rows = [
        {"id": "clean", "text": CLEAN},
        {"id": "spun", "text": SPUN},
        {"id": "helped", "text": SPUN, "references": [REFERENCE]},
    ]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    settings = BatchSettings(config=CONFIG, shard_rows=2)
    assert settings.engine != FACTORY
    run([path], tmp_path / "one", settings)
    run([path], tmp_path / "two", settings, workers=2)
    assert content(tmp_path / "one") == content(tmp_path / "two")
    clean, spun, helped = read_out(tmp_path / "one")
    restorer = Restorer(CONFIG)
    assert clean["restored"] == CLEAN and clean["corrections"] == [] and not clean["verdict"]["damaged"]
    assert spun["verdict"]["damaged"]
    assert spun["restored"] == restorer.restore(SPUN).restored != SPUN
    assert helped["restored"] == restorer.restore(SPUN, references=[REFERENCE]).restored


def test_tables_and_rows_agree(tmp_path: Path) -> None:
    arrow = pytest.importorskip("pyarrow", reason="tables need the extra batch")
    settings = BatchSettings(config=CONFIG)
    done = Worker(settings).restore_table(arrow.table({"text": [SPUN, CLEAN]}))
    assert done["restored"].to_pylist() == [Restorer(CONFIG).restore(SPUN).restored, CLEAN]


def test_without_the_cascade_every_document_meets_the_decoder() -> None:
    settings = BatchSettings(config=CONFIG.replace(cascade={"min_probability": 0.0}))
    arrow = pytest.importorskip("pyarrow", reason="tables need the extra batch")
    text = "We space going to achieve it, he said."
    done = Worker(settings).restore_table(arrow.table({"text": [text]}))
    assert len(done["corrections"][0]) == len(Restorer(CONFIG).restore(text).corrections)


def test_what_the_user_wishes_is_done_in_clean_documents_too() -> None:
    pytest.importorskip("ftfy", reason="repairs of encodings need ftfy")
    config = CONFIG.replace(repair_encoding=True, dictionary={"prefer": ["buses -> coaches"]})
    worker = Worker(BatchSettings(config=config))
    outcome = worker.restore(Job(text=CLEAN))
    assert outcome.verdict is not None and not outcome.verdict.damaged
    assert outcome.restored == CLEAN.replace("buses", "coaches")
    broken = CLEAN.replace("the city", "the city\u00e2\u20ac\u2122s council").replace("buses", "trams")
    assert worker.restore(Job(text=broken)).restored == broken.replace("\u00e2\u20ac\u2122", "\u2019")
    assert worker.restore(Job(text=CLEAN.replace("buses", "trams"))).same
