"""Which packages are there, and the commands that bring them."""

from __future__ import annotations

import json
from types import SimpleNamespace

import pytest

from restore.runtime import packages as module
from restore.runtime.packages import install_command, packages, repair_command

NAME = "restore-text"


@pytest.mark.parametrize(
    ("origin", "plain", "extra"),
    [
        (None, f"pip install {NAME}", f"pip install '{NAME}[lm]'"),
        (
            {"url": "file:///a%20b", "dir_info": {"editable": True}},
            "pip install -e '/a b'",
            "pip install -e '/a b[lm]'",
        ),
        ({"url": "file:///a", "dir_info": {}}, "pip install '/a'", "pip install '/a[lm]'"),
        (
            {"url": "https://host/x.whl", "archive_info": {}},
            f"pip install '{NAME} @ https://host/x.whl'",
            f"pip install '{NAME}[lm] @ https://host/x.whl'",
        ),
        (
            {"url": "https://host/x", "vcs_info": {"vcs": "git"}},
            f"pip install '{NAME} @ git+https://host/x'",
            f"pip install '{NAME}[lm] @ git+https://host/x'",
        ),
    ],
)
def test_commands_install_from_where_it_came(
    origin: dict[str, object] | None, plain: str, extra: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = None if origin is None else json.dumps(origin)
    monkeypatch.setattr(module, "distribution", lambda name: SimpleNamespace(read_text=lambda file: text))
    assert (install_command(), install_command("lm")) == (plain, extra)
    repair = repair_command()
    assert "checkout -- restore models" in repair if "-e" in plain else "--force-reinstall" in repair


def test_requirements_are_told_apart_by_extra_and_version(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = ["msgspec>=0.1", "numpy>=999", "no-such-package", 'rich>=1; extra == "x"', 'tomli; python_version < "3"']
    monkeypatch.setattr(module, "requires", lambda name: lines)
    found = {package.name: package.state for package in packages()}
    assert found == {"msgspec": "ready", "numpy": "old", "no-such-package": "missing"}
    assert [(p.name, p.extra) for p in packages("x")] == [("rich", "x")]
    assert packages("y") == ()
