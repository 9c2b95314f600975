"""The wheel: built, installed in an environment of its own, and used far from the checkout."""

from __future__ import annotations

import os
import subprocess
import sys
import venv
import zipfile
from importlib.metadata import distribution
from pathlib import Path

import pytest

from restore import __version__

pytestmark = pytest.mark.integration
ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    built = run([sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)], ROOT)
    assert built.returncode == 0, built.stderr
    (found,) = folder.glob("*.whl")
    return found


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment with the wheel; the other packages are those of this one (links in .pth are not followed)."""
    folder = tmp_path_factory.mktemp("environment") / "venv"
    venv.create(folder, with_pip=False, symlinks=True)
    python = folder / "bin" / "python"
    pip = [sys.executable, "-m", "pip", "--python", str(python), "install", "--no-index", "--no-deps", "--quiet"]
    done = run([*pip, "--no-warn-script-location", "--disable-pip-version-check", str(wheel)], folder)
    assert done.returncode == 0, done.stderr
    others = Path(str(distribution("pytest").locate_file("")))
    (site,) = (folder / "lib").glob("python*/site-packages")
    (site / "others.pth").write_text(f"{others}\n", encoding="utf-8")
    return folder


def run(command: list[str], folder: Path, given: str = "") -> subprocess.CompletedProcess[str]:
    """Run a command in a folder, without a path of modules."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    return subprocess.run(
        command, cwd=folder, env=environment, input=given, capture_output=True, text=True, check=False, timeout=120
    )


def test_the_wheel_holds_the_package_its_models_and_its_manual_alone(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    assert {name.partition("/")[0] for name in names} == {"restore", f"restore_text-{__version__}.dist-info"}
    tables = {path.name for path in (ROOT / "models").iterdir() if path.is_file()}
    assert tables <= {name.removeprefix("restore/models/") for name in names if name.startswith("restore/models/")}
    assert "restore/guide/docs/command-line.md" in names
    assert "restore/py.typed" in names
    assert not [name for name in names if name.endswith((".pickle", ".pyc", ".mjs"))]


def test_the_installed_package_restores_without_the_checkout(installed: Path, tmp_path: Path) -> None:
    python = str(installed / "bin" / "python")
    where = run([python, "-c", "import restore; print(restore.__file__); print(restore.__version__)"], tmp_path)
    file, version = where.stdout.splitlines()
    assert Path(file).is_relative_to(installed)
    assert version == __version__
    told = run([python, "-m", "restore", "--version"], tmp_path)
    assert told.returncode == 0, told.stderr
    assert __version__ in told.stdout
    (tmp_path / "sound.txt").write_text("The council voted on Tuesday to close the old harbour.\n", encoding="utf-8")
    sound = run([python, "-m", "restore", "check", "sound.txt"], tmp_path)
    assert sound.returncode == 0, sound.stderr
    fixed = run([str(installed / "bin" / "restore"), "fix", "-"], tmp_path, SPUN)
    assert fixed.returncode == 0, fixed.stderr
    assert fixed.stdout.startswith("Shares of the bank fell on Monday")


def test_the_installed_package_finds_its_tables_manual_and_component(installed: Path, tmp_path: Path) -> None:
    python = str(installed / "bin" / "python")
    script = """
from importlib.metadata import entry_points, version
from restore.runtime.tables import models_folder, table_state, tables
assert all(table_state(table) == "ready" for table in tables())
print(models_folder())
print(version("restore-text"))
print([e.value for e in entry_points(group="spacy_factories") if e.name == "restore"])
"""
    done = run([python, "-c", script], tmp_path)
    assert done.returncode == 0, done.stderr
    folder, version, component = done.stdout.splitlines()
    assert Path(folder).is_relative_to(installed)
    assert version == __version__
    assert "restore.integrations.spacy_component:make_restore" in component
    helped = run([python, "-m", "restore", "help"], tmp_path)
    assert helped.returncode == 0, helped.stderr


SPUN = "Shares of the bank {fell|declined} on Monday after it said that profits were down.\n"
