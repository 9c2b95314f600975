"""The wheel and the source archive: the same bytes twice, wherever and whenever they are built."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

from restore import __version__

pytest.importorskip("hatchling", reason="the extra dev is not installed")
pytestmark = pytest.mark.integration
ROOT = Path(__file__).parents[2]
VERSION = __version__
LEFT_OUT = shutil.ignore_patterns(".*", "__pycache__", "dist", "build-*", "*.egg-info", "shared", "site")


def build(source: Path, umask: str) -> dict[str, str]:
    """Build both; give the SHA-256 of each by its name."""
    out = source.parent / f"{source.name}-out"
    command = f'umask {umask}; exec "$0" -m hatchling build -d "$1"'
    subprocess.run(["sh", "-c", command, sys.executable, str(out)], cwd=source, check=True, capture_output=True)
    return {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in out.iterdir()}


@pytest.mark.skipif(os.name != "posix", reason="umask as on POSIX")
def test_both_are_the_same_bytes_twice(tmp_path: Path) -> None:
    one, other = tmp_path / "one", tmp_path / "other place"
    shutil.copytree(ROOT, one, ignore=LEFT_OUT)
    shutil.copy(ROOT / ".gitignore", one)
    shutil.copytree(one, other)
    for file in other.rglob("*"):
        os.utime(file, (1_000_000_000, 1_000_000_000))
    first = build(one, "022")
    assert sorted(name.rpartition("-")[2] for name in first) == [f"{VERSION}.tar.gz", "any.whl"]
    assert build(other, "077") == first
    _look_inside(tmp_path / "one-out")


def _look_inside(out: Path) -> None:
    with zipfile.ZipFile(next(out.glob("*.whl"))) as wheel:
        names = wheel.namelist()
        assert all(name.startswith(("restore/", "restore_text-")) for name in names)
        licences = {name.partition("/licenses/")[2] for name in names if "/licenses/" in name}
        assert {"LICENSE", "NOTICE", "models/licences/wordnet-3.0.txt", "models/licences/edict.txt"} <= licences
    with tarfile.open(next(out.glob("*.tar.gz"))) as archive:
        roots = {name.split("/")[1] for name in archive.getnames() if "/" in name}
    assert {"restore", "models", "tests", "benchmarks", "NOTICE", "CITATION.cff", "Makefile"} <= roots
