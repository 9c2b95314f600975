"""Candidate sources of other packages: a toy distribution on the path, found by its entry point."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from restore.candidates.base import Context
from restore.candidates.gather import gather
from restore.candidates.others import make_others
from restore.config import Config
from restore.engine.fingerprints import config_fingerprint
from restore.engine.parts import Engine
from restore.errors import ConfigError, SourceFailedError
from tests.helpers.toy import parse

GOOD = """
from restore.candidates.base import Candidate
from restore.records import Evidence

class Source:
    name = "harbours"

    def propose(self, context):
        for token in context.parsed.tokens:
            if token.lower in ("haven", "1990", "brown"):
                why = Evidence("reference", "I am a reference", f"{token.text} is a harbour", 0.9)
                yield Candidate(token.start, token.end, "harbour", (why,), {"harbours.known": 1.0})
"""
Install = Callable[..., None]


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Install]:
    """Put a distribution with one module on the path; what was imported of it is forgotten again."""
    monkeypatch.syspath_prepend(str(tmp_path))
    modules = set()

    def put(code: str, package: str = "restore-toy", version: str = "1.0", names: str = "harbours") -> None:
        module = package.replace("-", "_")
        info = tmp_path / f"{module}-{version}.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {package}\nVersion: {version}\n")
        (info / "entry_points.txt").write_text(f"[restore.candidate_sources]\n{names} = {module}:Source\n")
        (tmp_path / f"{module}.py").write_text(code)
        sys.modules.pop(module, None)
        modules.add(module)

    yield put
    for module in modules:
        sys.modules.pop(module, None)


def test_what_it_proposes_is_gathered_as_evidence_of_its_name(install: Install) -> None:
    install(GOOD)
    parsed = parse("The old haven was closed .")
    (candidate,) = gather(Context(parsed), make_others(["harbours"]))
    assert (parsed.text[candidate.start : candidate.end], candidate.replacement) == ("haven", "harbour")
    (evidence,) = candidate.evidence
    assert (evidence.kind, evidence.source, evidence.quote) == ("package", "harbours", "haven is a harbour")
    assert candidate.features == {"harbours.known": 1.0}


def test_it_is_no_witness_for_figures_and_names_whatever_it_says(install: Install) -> None:
    install(GOOD)
    assert gather(Context(parse("It rained in 1990 .")), make_others(["harbours"])) == []


def test_the_engine_asks_those_the_config_names_unless_a_rule_forbids_it(install: Install) -> None:
    install(GOOD)
    config = Config(sources=("duplicates",), other_sources=("harbours",))
    assert [source.name for source in Engine(config).sources] == ["duplicates", "harbours"]
    assert [source.name for source in Engine(config.replace(other_sources=())).sources] == ["duplicates"]
    silent = config.replace(dictionary={"keep_rules": ["package"]})
    assert [source.name for source in Engine(silent).sources] == ["duplicates"]


def test_the_fingerprint_names_source_and_version(install: Install, tmp_path: Path) -> None:
    plain, named = Config(second_opinion="never"), Config(second_opinion="never", other_sources=("harbours",))
    install(GOOD)
    first = config_fingerprint(named)
    assert first != config_fingerprint(plain)
    metadata = tmp_path / "restore_toy-1.0.dist-info" / "METADATA"
    metadata.write_text(metadata.read_text().replace("Version: 1.0", "Version: 1.1"))
    assert config_fingerprint(named) != first


def test_a_name_that_no_package_offers_is_an_error_with_those_there_are(install: Install) -> None:
    install(GOOD)
    for ask in (lambda: make_others(["havens"]), lambda: config_fingerprint(Config(other_sources=("havens",)))):
        with pytest.raises(ConfigError, match=r"no installed package offers.*'havens' \(offered: .*harbours"):
            ask()


def test_a_name_that_two_packages_offer_is_an_error(install: Install) -> None:
    install(GOOD)
    install(GOOD, package="restore-other-toy")
    with pytest.raises(ConfigError, match=r"several packages.*restore-other-toy 1.0.*restore-toy 1.0.*uninstall"):
        make_others(["harbours"])


@pytest.mark.parametrize("names", [("names",), ("harbours", "harbours")])
def test_a_name_of_our_own_or_twice_is_refused(names: tuple[str, ...]) -> None:
    with pytest.raises(ConfigError, match="other_sources"):
        Config(other_sources=names)


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("import no_such_module", "cannot be loaded: ModuleNotFoundError"),
        ("class Source:\n    def __init__(self):\n        1 / 0", "cannot be loaded: ZeroDivisionError"),
        ("class Source:\n    name = 'x'", "has no method propose"),
    ],
)
def test_one_that_cannot_be_made_is_an_error_that_names_its_package(install: Install, code: str, told: str) -> None:
    install(code)
    with pytest.raises(SourceFailedError, match=rf"harbours \(restore-toy 1.0\) {told}"):
        make_others(["harbours"])


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ("1 / 0; yield", "failed: ZeroDivisionError"),
        ("return None", "failed: TypeError"),
        ("yield 'harbour'", "no Candidate"),
        ("yield Candidate(0, 999, 'x', (Evidence('names', 'x', 'y', 0.5),))", "outside the text"),
        ("yield Candidate(0, 3, 'x', ())", "needs evidence"),
        ("yield Candidate(0, 3, 'x', (Evidence('names', 'x', 'y', 5.0),))", "needs evidence"),
    ],
)
def test_one_that_fails_on_a_text_is_an_error_that_names_its_package(install: Install, body: str, told: str) -> None:
    head = "from restore.candidates.base import Candidate\nfrom restore.records import Evidence\n"
    install(f"{head}class Source:\n    name = 'x'\n    def propose(self, context):\n        {body}\n")
    with pytest.raises(SourceFailedError, match=rf"(?s)harbours \(restore-toy 1.0\).*{told}"):
        gather(Context(parse("The old haven was closed .")), make_others(["harbours"]))
