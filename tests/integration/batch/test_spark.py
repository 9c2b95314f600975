"""`DataFrame.mapInArrow` of a real Spark on this machine (local[2]) with the function of docs/clusters.md."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from typing import Any

import pytest

pytest.importorskip("pebble", reason="batches need the extra batch")
pytest.importorskip("pyspark", reason="Spark needs the extra spark")
pytest.importorskip("pandas", reason="Spark needs the extra spark")
if not (shutil.which("java") or os.environ.get("JAVA_HOME")):
    pytest.skip("Spark needs Java 17 or newer", allow_module_level=True)

import pyarrow as pa

from restore.batch import BatchSettings
from restore.batch.arrow import ArrowMapper
from restore.batch.pool import IsolatedWorker
from restore.config import Config

pytestmark = [pytest.mark.integration, pytest.mark.timeout(240)]
SETTINGS = BatchSettings(
    config=Config(), engine="tests.helpers.ray_engine:Engine", timeout=30.0, attempts=1, memory_mb=600
)


@pytest.fixture(scope="module")
def spark() -> Iterator[Any]:
    from pyspark.sql import SparkSession

    paths = os.pathsep.join(filter(None, sys.path))
    patch = pytest.MonkeyPatch()
    patch.setenv("PYSPARK_PYTHON", sys.executable)
    patch.setenv("PYTHONPATH", paths)
    patch.setenv("SPARK_LOCAL_IP", "127.0.0.1")
    session = (
        SparkSession.builder.master("local[2]")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.driver.memory", "512m")
        .config("spark.ui.enabled", "false")
        .config("spark.sql.execution.arrow.maxRecordsPerBatch", "4")
        .getOrCreate()
    )
    session.sparkContext.setLogLevel("ERROR")
    try:
        yield session
    finally:
        session.stop()
        patch.undo()


def test_the_same_function_runs_in_spark_with_the_same_results(spark: Any) -> None:
    from pyspark.sql.pandas.types import from_arrow_schema, to_arrow_schema

    texts = [f"The chairman {n} met them in the zone." if n % 2 else f"Plain text {n}." for n in range(20)]
    texts[5], texts[9], texts[11] = "RAISE", "SEGFAULT", ""
    rows = [(n, text) for n, text in enumerate(texts)]
    frame = spark.createDataFrame(rows, "n int, text string").repartitionByRange(2, "n")

    mapper = ArrowMapper(SETTINGS)
    schema = from_arrow_schema(mapper.schema(to_arrow_schema(frame.schema)))
    found = [row.asDict(recursive=True) for row in frame.mapInArrow(mapper, schema).collect()]

    table = pa.table({"n": pa.array(range(20), pa.int32()), "text": texts})
    worker = IsolatedWorker(SETTINGS)
    try:
        assert found == worker.restore_table(table).to_pylist()
    finally:
        worker.close()
    assert [row["n"] for row in found] == list(range(20))
    assert [row["n"] for row in found if row["error"]] == [5, 9, 11]
    assert "SIGSEGV" in found[9]["error"]
    assert found[1]["restored"] == "The president 1 met them in the zone."
    assert [c["replacement"] for c in found[1]["corrections"]] == ["president", "area"]
