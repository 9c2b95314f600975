from __future__ import annotations

import os

import pytest

from tests.helpers import ROOT


@pytest.fixture(scope="session", autouse=True)
def engine_can_be_imported() -> None:
    """Let worker processes find `tests.helpers.scripted_engine`."""
    os.environ["PYTHONPATH"] = os.pathsep.join([str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])])
