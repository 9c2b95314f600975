"""What a release is made with: the notice, the licences, the bill of materials, the container file, the citation."""

from __future__ import annotations

import json
import sys
import tomllib
from pathlib import Path

import pytest

from restore import __version__

ROOT = Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT / "release"))
from installed import CORE, PROJECT, Package, packages  # noqa: E402 - release/ is no package
from licences import verdict  # noqa: E402
from notice import notice  # noqa: E402


def test_the_notice_names_every_table_that_is_shipped() -> None:
    written = (ROOT / "NOTICE").read_text("utf-8")
    assert written == notice(), "run `python release/notice.py`"
    tables = tomllib.loads((ROOT / "models" / "manifest.toml").read_text("utf-8"))["table"]
    assert all(f"models/{table['file']}\n" in written for table in tables)
    shipped = {file.name for file in (ROOT / "models").iterdir() if file.is_file()} - {"manifest.toml"}
    assert shipped == {table["file"] for table in tables}
    assert {"LICENSE", "NOTICE", "models/licences/*"} == set(PROJECT["license-files"])


def test_licences_of_all_that_is_installed_are_compatible() -> None:
    found, _ = packages()
    assert {"spacy", "numpy", "onnxruntime"} <= {p.name for p in found if p.needed_by == CORE}
    assert [f"{p.name}: {p.licence}: {verdict(p)}" for p in found if verdict(p)] == []


@pytest.mark.parametrize(
    ("licence", "extra", "allowed"),
    [
        ("MIT", CORE, True),
        ("GPL-3.0-only", CORE, False),
        ("GPL-3.0-only", "languagetool", True),
        ("GNU General Public License v3 (GPLv3)", "batch", False),
        ("AGPL-3.0-or-later", "review", False),
        ("GNU Lesser General Public License v3 (LGPLv3)", "batch", True),
        ("LGPL-3.0-only", "batch", True),
        ("MPL-1.1 OR GPL-2.0-only OR LGPL-2.1-or-later", "index", True),
        ("unknown", CORE, False),
        ("Proprietary", "review", False),
    ],
)
def test_gpl_and_what_is_unknown_are_refused(licence: str, extra: str, allowed: bool) -> None:
    assert (verdict(Package("a", "1", licence, extra)) == "") is allowed


def test_training_baselines_and_rendering_extras_are_no_part_of_the_core() -> None:
    core = {p.name for p in packages()[0] if p.needed_by == CORE}
    assert not core & {
        "scikit-learn",
        "scipy",
        "matplotlib",
        "torch",
        "errant",
        "pyarrow",
        "onnx",
        "harper-py",
        "pandas",
    }


def test_the_bill_of_materials_is_valid_and_the_same_twice() -> None:
    pytest.importorskip("cyclonedx", reason="the extra dev is not installed")
    from sbom import bill

    written = bill()
    assert written == bill()
    found = json.loads(written)
    assert (found["bomFormat"], found["specVersion"]) == ("CycloneDX", "1.6")
    assert found["metadata"]["component"]["version"] == __version__
    names = {component["name"]: component for component in found["components"]}
    assert {"spacy", "encoder.onnx"} <= names.keys()
    assert len(names["encoder.onnx"]["hashes"][0]["content"]) == 64
    assert all(component.get("licenses") for component in found["components"])


def test_the_container_holds_the_wheel_alone_and_no_root() -> None:
    parse = pytest.importorskip("dockerfile_parse", reason="the extra dev is not installed")
    with (ROOT / "Containerfile").open("rb") as opened:
        structure = parse.DockerfileParser(fileobj=opened).structure
    steps = [(step["instruction"], step["value"]) for step in structure if step["instruction"] != "COMMENT"]
    named = [name for name, _ in steps]
    assert named[0] == "FROM" and named.count("FROM") == 1
    assert [value for name, value in steps if name in {"COPY", "ADD"}] == [
        "dist/restore_text-*-py3-none-any.whl /wheels/"
    ]
    assert named.index("USER") > named.index("RUN") and int(dict(steps)["USER"]) > 0
    assert json.loads(dict(steps)["ENTRYPOINT"]) == ["restore"]
    (run,) = [value for name, value in steps if name == "RUN"]
    assert "pip install" in run and "--only-binary :all:" in run and "apt-get" not in run and "curl" not in run


def test_the_citation_names_this_version() -> None:
    lines = (ROOT / "CITATION.cff").read_text("utf-8").splitlines()
    assert f"version: {__version__}" in lines and f"license: {PROJECT['license']}" in lines
