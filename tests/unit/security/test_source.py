"""What no module of the package does: run code out of data, run a shell, or reach the network where it is not asked."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
MODULES = sorted((ROOT / "restore").rglob("*.py"))
CODE_OUT_OF_DATA = {"pickle", "cPickle", "dill", "cloudpickle", "joblib", "shelve", "marshal", "yaml", "code", "pty"}
NETWORK = {"urllib.request", "http.client", "socket", "requests", "aiohttp", "httpx", "ftplib", "smtplib", "xmlrpc"}
MAY_REACH = {
    "restore/languagetool/client.py": "asks the grammar checker",
    "restore/languagetool/fetching.py": "restore languagetool setup",
    "restore/languagetool/server.py": "the grammar checker on loopback, or where the user says",
}
"""Else only pip (restore models pull), Maven, fsspec for URLs, Ray, and language-tool-python go to the network."""


def _name(module: Path) -> str:
    return module.relative_to(ROOT).as_posix()


def _imports(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def _faults(source: str) -> list[str]:
    """Name what a module must not do."""
    tree = ast.parse(source)
    found = [name for name in _imports(tree) if name.partition(".")[0] in CODE_OUT_OF_DATA]
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        called = ast.unparse(node.func)
        keywords = {word.arg: ast.unparse(word.value) for word in node.keywords}
        if called in ("eval", "exec", "compile", "__import__", "os.system", "os.popen"):
            found.append(called)
        if keywords.get("shell", "False") != "False" or keywords.get("allow_pickle", "False") != "False":
            found.append(f"{called} with shell or allow_pickle")
        if called.startswith("subprocess.") and isinstance(node.args[0], ast.Constant | ast.JoinedStr):
            found.append(f"{called} of a string")
        if called in ("np.load", "numpy.load") and "allow_pickle" not in keywords:
            found.append("np.load without allow_pickle=False")
        if called.endswith(("extractall", "mktemp")):
            found.append(called)
    return found


@pytest.mark.parametrize("module", MODULES, ids=_name)
def test_no_module_runs_code_out_of_data_or_a_shell(module: Path) -> None:
    assert _faults(module.read_text("utf-8")) == []


@pytest.mark.parametrize(
    "source",
    [
        "import pickle", "from marshal import loads", "eval('1')", "exec(x)", "__import__(name)",
        "import subprocess\nsubprocess.run(['a'], shell=True)", "subprocess.Popen('rm x')", "os.system(x)",
        "np.load(p)", "np.load(p, allow_pickle=True)", "archive.extractall(p)", "tempfile.mktemp()",
    ],
)  # fmt: skip
def test_the_search_finds_what_it_looks_for(source: str) -> None:
    assert _faults(source)


def test_only_what_is_asked_for_reaches_the_network() -> None:
    imports = {_name(module): list(_imports(ast.parse(module.read_text("utf-8")))) for module in MODULES}
    reaching = {
        module
        for module, names in imports.items()
        for name in names
        if name != "urllib.request.url2pathname" and any(name == n or name.startswith(f"{n}.") for n in NETWORK)
    }
    assert reaching == set(MAY_REACH)
