"""The site: it builds without a warning, and nothing is fetched while it is read."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from .blocks import ROOT

pytestmark = pytest.mark.integration


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    pytest.importorskip("mkdocs", reason="needs the extra docs: `pip install -e '.[docs]'`")
    folder = tmp_path_factory.mktemp("site")
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(folder)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT), "NO_MKDOCS_2_WARNING": "1"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert "WARNING" not in done.stderr
    return folder


def test_nothing_is_fetched(site: Path) -> None:
    pages = list(site.glob("*.html"))
    assert len(pages) > 25
    for page in pages:
        text = page.read_text("utf-8")
        assert not re.findall(r"""<(?:script|img|iframe|source)[^>]+src=["']?(?:https?:)?//""", text), page.name
        links = [tag for tag in re.findall(r"<link [^>]+>", text) if re.search(r"""href=["']?(?:https?:)?//""", tag)]
        assert not [tag for tag in links if "canonical" not in tag], page.name


def test_reference_comes_from_the_code(site: Path) -> None:
    from typer.main import get_command

    from restore.cli.app import app

    text = re.sub(r"<[^>]+>", "", (site / "cli.html").read_text("utf-8"))
    for name, command in get_command(app).commands.items():  # type: ignore[attr-defined]
        assert f"restore {name}" in text
        for option in (opt for parameter in command.params for opt in parameter.opts if opt.startswith("--")):
            assert option in text, (name, option)
    api = (site / "api.html").read_text("utf-8")
    assert "Restore one text, with clean articles about the same event as evidence" in api
    assert (site / "changelog.html").exists()
