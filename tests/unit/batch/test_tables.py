"""The one function on Arrow tables."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from msgspec import to_builtins
from msgspec.structs import replace

from restore.batch import BatchSettings, Worker
from restore.batch.jobs import restore_job
from restore.batch.outcomes import Job, job_of
from restore.config import Config
from restore.errors import ConfigError
from restore.reading.records import Fields
from tests.helpers.batch_runs import settings
from tests.helpers.scripted_engine import ScriptedEngine

arrow = pytest.importorskip("pyarrow", reason="tables need the extra batch")
from restore.batch.tables import output_schema, restore_table  # noqa: E402

TEXTS = ["The chairman of the zone.", "fine", None, "RAISE"]


def test_rows_keep_their_order_and_columns_and_get_four_more() -> None:
    table = arrow.table({"n": [1, 2, 3, 4], "text": TEXTS})
    done = Worker(settings().to_json()).restore_table(table)
    assert done.select(["n", "text"]).equals(table)
    assert done.schema.equals(output_schema(table.schema, settings()))
    assert done["restored"].to_pylist() == ["The president of the zone.", "fine", None, None]
    assert [len(c) for c in done["corrections"].to_pylist()] == [2, 0, 0, 0]
    assert [v and v["damaged"] for v in done["verdict"].to_pylist()] == [True, False, None, None]
    errors = done["error"].to_pylist()
    assert errors[:2] == [None, None] and "no text" in errors[2] and "told to raise" in errors[3]


def test_columns_of_an_earlier_run_are_replaced() -> None:
    worker = Worker(settings())
    once = worker.restore_table(arrow.table({"text": TEXTS}))
    assert worker.restore_table(once).equals(once)


@pytest.mark.parametrize("table", [arrow.table({"n": [1, 2]}), arrow.table({"text": arrow.array([], arrow.string())})])
def test_tables_without_text_and_without_rows(table: object) -> None:
    done = Worker(settings()).restore_table(table)
    assert done.schema.equals(output_schema(table.schema, settings()))  # type: ignore[attr-defined]
    assert all(done["error"].to_pylist())


def test_a_record_batch_will_do() -> None:
    batch = arrow.record_batch({"text": ["The chairman."]})
    assert restore_table(batch, ScriptedEngine(Config()), settings())["restored"].to_pylist() == ["The president."]  # type: ignore[arg-type]


def test_a_sidecar_holds_plans_and_no_text() -> None:
    chosen = settings(output="sidecar")
    table = arrow.table({"id": ["a", None], "text": ["The chairman of the zone.", "fine"]})
    done = Worker(chosen).restore_table(table)
    assert done.schema.names == ["id", "text_sha256", "threshold", "corrections", "verdict", "error"]
    assert done.schema.equals(output_schema(table.schema, chosen))
    assert done["id"].to_pylist() == ["a", None]
    assert [c["confidence"] for c in done["corrections"][0].as_py()] == [0.97, 0.4]


def test_references_come_out_of_a_column_in_any_form() -> None:
    given = [
        "A clean text.",
        ["One.", {"id": "two", "text": "Two.", "url": "http://x.org"}],
        {"text": "Alone."},
        [{"nothing": 1}, None, ""],
    ]
    found = []
    for value in given:
        from restore.batch.outcomes import references_of

        found.append([r.id for r in references_of(value)])
    assert found == [["reference 1"], ["reference 1", "two"], ["reference 1"], []]
    table = arrow.table({"text": ["The chairman."], "clean": [["First.", "Second."]]})
    done = Worker(settings(fields={"references": ["clean"]})).restore_table(table)
    assert [e["source"] for e in done["corrections"][0].as_py()[0]["evidence"]] == ["reference 1", "reference 2"]


def test_settings_go_over_the_wire_as_json() -> None:
    chosen = settings(output="sidecar", limit=5, config=Config(preset="balanced"))
    again = BatchSettings.from_json(chosen.to_json())
    assert again.fingerprint == chosen.fingerprint
    assert json.loads(chosen.to_json())["config"]["preset"] == "balanced"
    with pytest.raises(ConfigError):
        BatchSettings.from_json(b'{"no": "setting"}')
    with pytest.raises(ConfigError):
        chosen.replace(sample=2.0)


def test_only_what_can_change_a_result_changes_the_fingerprint() -> None:
    base = settings()
    same = [base.replace(timeout=9.0), base.replace(memory_mb=1), base.replace(attempts=9), base.replace(recycle=1)]
    other = [
        base.replace(output="sidecar"),
        base.replace(fields={"text": ["story"]}),
        base.replace(config=Config(min_confidence=0.93)),
        base.replace(config=Config().replace(cascade={"min_probability": 0.2})),
    ]
    assert {s.fingerprint for s in same} == {base.fingerprint}
    assert len({s.fingerprint for s in [base, *other]}) == len(other) + 1


def test_the_cascade_passes_clean_documents_through() -> None:
    table = arrow.table({"text": ["The chairman.", "fine"]})

    def corrections(**cascade: float) -> list[int]:
        chosen = settings(config=Config().replace(cascade=cascade))
        return [len(c) for c in Worker(chosen).restore_table(table)["corrections"].to_pylist()]

    assert corrections(min_probability=0.5) == [1, 0]
    assert corrections(min_probability=1.0) == [0, 0]
    assert corrections(min_probability=0.5, min_share=0.3) == [0, 0]


def test_a_table_without_a_column_of_text_names_those_there_are() -> None:
    for table in (arrow.table({"title": ["x"], "story": ["y"]}), arrow.table({"id": ["x"], "story": ["y"]})):
        (error,) = Worker(settings()).restore_table(table)["error"].to_pylist()
        names = ", ".join(table.schema.names)
        assert error == (
            f"{table['id'][0].as_py() if 'id' in names else 'the row'} holds no text: it has no column text, content,"
            f" body or html, but {names}: name the one that holds the text with --text-field"
        )
    wide = arrow.table({f"c{n}": ["x"] for n in range(40)})
    assert "c11 and 28 more: name" in Worker(settings()).restore_table(wide)["error"].to_pylist()[0]


REFERENCES = [
    "The president spoke.",
    json.dumps({"id": "r", "text": "The president spoke."}),
    json.dumps([{"text": "The president spoke."}]),
    json.dumps(["The president spoke.", "Another."]),
]


@pytest.mark.parametrize("reference", REFERENCES)
@pytest.mark.parametrize("cascade", [{}, {"min_probability": 1.0}, {"min_share": 1.0}])
@pytest.mark.parametrize("column", ["reference", "references"])
def test_a_document_with_a_reference_is_restored_whatever_the_verdict_says(
    reference: str, cascade: dict[str, float], column: str
) -> None:
    table = arrow.table({"text": ["The chairman, SEEMS CLEAN."] * 3, column: [reference, " ", None]})
    done = Worker(settings(config=Config().replace(cascade=cascade))).restore_table(table)
    assert [len(c) for c in done["corrections"].to_pylist()] == [1, 0, 0]
    assert [v["damaged"] for v in done["verdict"].to_pylist()] == [False] * 3


def test_documents_with_a_reference_of_the_folder_or_the_index_are_restored_too(tmp_path: Path) -> None:
    def corrections(config: Config, references: str = "", **row: str) -> int:
        job = Job(**row)
        return len(
            restore_job(job, ScriptedEngine(config), settings(config=config, reference_folder=references)).corrections
        )

    text = "The chairman, SEEMS CLEAN."
    (tmp_path / "d1.txt").write_text("The president.")
    assert corrections(Config(), str(tmp_path), text=text, id="d1") == 1
    assert corrections(Config(), str(tmp_path), text=text, id="d2") == 0
    index = Config(index="some.index")
    assert corrections(index, text=f"{text} INDEXED") == 1
    assert corrections(index, text=text) == corrections(Config(), text=f"{text} INDEXED") == 0
    assert corrections(index, text=f"{text} OF 2018-05-04.", date="2018-05-04") == 1
    assert corrections(index, text=f"{text} OF 2018-05-04.", date="2018-05-05") == 0


def test_the_date_of_a_row_goes_along_and_makes_another_document() -> None:
    import datetime

    given: list[Any] = ["2018-05-04", datetime.date(2018, 5, 4), None]
    jobs = [job_of({"text": "One.", "published": date}, Fields()) for date in given]
    assert [job.date for job in jobs] == ["2018-05-04", "2018-05-04", ""]
    assert jobs[0].key == jobs[1].key != jobs[2].key == Job(text="One.").key


def test_alternatives_and_reviews_go_through_tables_and_back(tmp_path: Path) -> None:
    from pyarrow import parquet

    from restore.batch.plans import PlanShard
    from restore.batch.tables import column_types
    from restore.records import Alternative, Correction, Evidence

    why = (Evidence("spinner", "row", "president became chairman", 0.5),)
    plain = Correction(4, 12, "chairman", "president", "R:NOUN", 0.6, why, "why")
    given = [plain, replace(plain, alternatives=(Alternative("head", "R:NOUN", 0.2, why),), review="chosen")]
    types = column_types()
    columns = {"corrections": [to_builtins(given)], "verdict": [None], "error": [None]}
    table = arrow.table({name: arrow.array(column, types[name]) for name, column in columns.items()})
    path = tmp_path / "plans.parquet"
    parquet.write_table(table, path)
    record: Any = None
    (plan,) = PlanShard(str(path), "", record).read()
    assert list(plan.corrections) == given
