"""`restore batch` as a process: signals, full disks, pipes, and a kill at fifty random moments."""

from __future__ import annotations

import gzip
import json
import os
import random
import select
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

pytest.importorskip("pebble", reason="batches need the extra batch")
from tests.helpers.batch_runs import content, environment, read_out, start, write_rows

pytestmark = [
    pytest.mark.integration,
    pytest.mark.skipif(os.name != "posix", reason="signals as on POSIX"),
]
KILLS = 50
DOCUMENTS = 2_000


def finish(process: subprocess.Popen[bytes], seconds: float = 120.0) -> tuple[int, str]:
    """Wait for a process; give its exit code and what it said."""
    _, said = process.communicate(timeout=seconds)
    return process.returncode, said.decode()


def wait_for(out: Path, files: int, process: subprocess.Popen[bytes]) -> None:
    """Wait until a run has work in progress."""
    end = time.monotonic() + 60
    while time.monotonic() < end and process.poll() is None:
        if len(list(out.glob("_open/*"))) + len(list(out.glob("_done/*"))) >= files:
            return
        time.sleep(0.01)
    raise AssertionError(f"nothing was done: {process.poll()}")


def descendants(pid: int) -> list[int]:
    """Return the processes that a process started, and theirs."""
    found = []
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = status.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        found.append((int(status.parent.name), int(fields[1])))
    known = [pid]
    for parent in known:
        known += [child for child, its in found if its == parent]
    return known[1:]


def kill(pids: Sequence[int]) -> None:
    for pid in pids:
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            continue


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
@pytest.mark.parametrize("times", [1, 2])
def test_a_signal_ends_a_run_within_seconds_and_resume_goes_on(
    tmp_path: Path, number: int, code: int, times: int
) -> None:
    texts = [f"The chairman {n}. NAP" for n in range(60)] + ["HANG"]
    path, out = write_rows(tmp_path / "a.jsonl", texts), tmp_path / "out"
    process = start(path, "-o", out, "--workers", 2, "--shard-rows", 20)
    wait_for(out, 1, process)
    time.sleep(0.3)
    began = time.monotonic()
    for _ in range(times):
        process.send_signal(number)
        time.sleep(0.02)
    ended, said = finish(process, 30)
    assert ended == code, said
    assert time.monotonic() - began < 8
    assert "--resume goes on" in said and "Traceback" not in said
    report = json.loads((out / "_report.json").read_bytes())
    assert report["state"] == "interrupted"
    write_rows(path, texts[:-1])
    assert finish(start(path, "-o", out, "--workers", 2, "--shard-rows", 20, "--resume"))[0] == 0
    assert [r["restored"] for r in read_out(out)] == [f"The president {n}. NAP" for n in range(60)]


def test_ctrl_c_for_the_whole_group_of_processes_is_as_good(tmp_path: Path) -> None:
    path, out = write_rows(tmp_path / "a.jsonl", ["HANG"]), tmp_path / "out"
    process = start(path, "-o", out, start_new_session=True)
    end = time.monotonic() + 60  # busy machines take their time to start
    while not ((out / "_lock").exists() and descendants(process.pid)) and time.monotonic() < end:
        time.sleep(0.05)
    time.sleep(0.5)
    workers = descendants(process.pid)
    os.killpg(process.pid, signal.SIGINT)
    code, said = finish(process, 60)
    assert code == 130, said
    end = time.monotonic() + 10
    while any(Path(f"/proc/{pid}").exists() for pid in workers) and time.monotonic() < end:
        time.sleep(0.05)
    assert not [pid for pid in workers if Path(f"/proc/{pid}").exists()]


def test_a_file_size_limit_stands_for_a_full_disk(tmp_path: Path) -> None:
    resource = pytest.importorskip("resource")
    path, out = write_rows(tmp_path / "a.jsonl", [f"The chairman {n}." for n in range(300)]), tmp_path / "out"

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))

    code, said = finish(start(path, "-o", out, preexec_fn=limit))
    assert code == 8 and "--resume" in said and "Traceback" not in said
    assert "File too large" in said or "No space left" in said
    code, said = finish(start(path, "-o", out, "--resume"))
    assert code == 0, said
    assert len(read_out(out)) == 300


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full")
def test_a_full_disk_behind_standard_output_is_8(tmp_path: Path) -> None:
    path = write_rows(tmp_path / "a.jsonl", ["The chairman."])
    with Path("/dev/full").open("wb") as full:
        code, said = finish(start(path, "-o", "-", stdout=full))
    assert code == 8 and "No space left" in said


def test_standard_input_goes_to_standard_output_in_order(tmp_path: Path) -> None:
    lines = b"".join(json.dumps({"text": f"The chairman {n}."}).encode() + b"\n" for n in range(250))
    process = start("-", "-o", "-", "-w", 2, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    data, said = process.communicate(gzip.compress(lines), timeout=120)
    assert process.returncode == 0, said
    assert [json.loads(line)["restored"] for line in data.splitlines()] == [f"The president {n}." for n in range(250)]


def read_line(process: subprocess.Popen[bytes], seconds: float = 60.0) -> str:
    """Read a row that a run writes now, while it goes on; give what was restored."""
    assert process.stdout is not None
    assert select.select([process.stdout], [], [], seconds)[0], "nothing was written"
    return str(json.loads(process.stdout.readline())["restored"])


def test_a_row_is_written_when_it_is_done_and_not_later(tmp_path: Path) -> None:
    path = write_rows(tmp_path / "a.jsonl", ["The chairman.", "fine", "HANG"])
    process = start(path, "-o", "-", "-w", 1, stdout=subprocess.PIPE, bufsize=0)
    try:
        assert [read_line(process), read_line(process)] == ["The president.", "fine"]
    finally:
        process.terminate()
    assert finish(process)[0] == 143


@pytest.mark.parametrize("workers", [1, 3])
def test_a_row_is_answered_before_the_next_one_is_asked(workers: int) -> None:
    process = start("-", "-o", "-", "-w", workers, stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0)
    assert process.stdin is not None
    for number in range(5):
        process.stdin.write(json.dumps({"text": f"The chairman {number}."}).encode() + b"\n")
        assert read_line(process) == f"The president {number}."
    process.stdin.close()
    process.stdin = None
    code, said = finish(process)
    assert code == 0, said


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="the engine finds its run in /proc")
@pytest.mark.parametrize(("workers", "attempts"), [(1, 1), (3, 3)])
def test_a_document_that_brings_the_run_down_is_set_aside(tmp_path: Path, workers: int, attempts: int) -> None:
    texts = [f"The chairman {n}. SLOW" for n in range(9)]
    texts.insert(4, "DOWN")
    path, out = write_rows(tmp_path / "a.jsonl", texts), tmp_path / "out"
    options = [path, "-o", out, "-w", workers, "--attempts", attempts]
    assert finish(start(*options))[0] == -signal.SIGKILL
    left = content(out)
    assert finish(start(*options, "--resume", "--dry-run", stdout=subprocess.DEVNULL))[0] == 0
    assert content(out) == left
    deaths = max(2, attempts)
    for _ in range(deaths):
        code, said = finish(start(*options, "--resume"))
        assert code == -signal.SIGKILL and "was at work when a run was killed" in said
    noted = (out / "_open/part-00000000-00000000.jsonl").read_text()
    assert all((f'"row":{n},' in noted) == (n != 4) for n in range(10))
    code, said = finish(start(*options, "--resume"))
    assert code == 9, said
    errors = [row["error"] for row in read_out(out)]
    assert errors[4].startswith(f"quarantined: {deaths} runs died") and not any(errors[:4] + errors[5:])
    assert json.loads((out / "_report.json").read_bytes())["quarantine"][0].startswith(f"{path}, line 5: quarantined")
    assert not list(out.glob("_working")) + list(out.glob("_casualties*"))
    assert finish(start(*options, "--resume"))[0] == 9
    assert finish(start(*options, "--resume", "--retry-errors"))[0] == -signal.SIGKILL


def test_an_orderly_end_blames_nobody(tmp_path: Path) -> None:
    path, out = write_rows(tmp_path / "a.jsonl", ["HANG"]), tmp_path / "out"
    for more in ([], ["--resume"]):
        process = start(path, "-o", out, *more)
        end = time.monotonic() + 60
        while not (found := list(out.glob("_working"))) or b" 0\n" not in found[0].read_bytes():
            assert time.monotonic() < end
            time.sleep(0.02)
        process.terminate()
        assert finish(process)[0] == 143
        assert not list(out.glob("_working")) + list(out.glob("_casualties*"))


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="processes are found in /proc")
def test_killed_at_random_moments_few_slow_documents_are_never_blamed(tmp_path: Path) -> None:
    path, chance = write_rows(tmp_path / "a.jsonl", [f"The chairman {n}. SLOW" for n in range(6)]), random.Random(19)
    kills = ended = 0
    while kills < 25:
        out = tmp_path / str(ended)
        process = start(path, "-o", out, "--workers", 2, "--resume", "--quiet")
        try:
            process.wait(chance.uniform(0.8, 4.0))
        except subprocess.TimeoutExpired:
            kill([process.pid, *descendants(process.pid)])
            kills += 1
        code, said = finish(process)
        if code != -signal.SIGKILL:
            assert code == 0, said
            ended += 1
            assert not any(row["error"] for row in read_out(out)) and not (out / "_quarantine.jsonl").exists()
    assert not any((tmp_path / str(n) / "_quarantine.jsonl").exists() for n in range(ended + 1))


def test_a_run_with_errors_ends_with_9_a_report_and_a_table(tmp_path: Path) -> None:
    path, out = write_rows(tmp_path / "a.jsonl", ["The chairman of the zone.", "RAISE", "fine"]), tmp_path / "out"
    code, said = finish(start(path, "-o", out, "--report", tmp_path / "report.json"))
    assert code == 9
    assert "told to raise" in said and "rows/s" in said
    for place in (out / "_report.json", tmp_path / "report.json"):
        report = json.loads(place.read_bytes())
        assert report["state"] == "complete" and report["counts"]["errors"] == 1
        assert report["errors"][0]["where"].endswith("line 2")
    code, _ = finish(start(path, "-o", out, "--resume"))
    assert code == 9


def test_a_dry_run_counts_and_writes_nothing(tmp_path: Path) -> None:
    path, out = write_rows(tmp_path / "a.jsonl", ["One.", "", "Three."]), tmp_path / "out"
    process = start(path, "-o", out, "--dry-run", stdout=subprocess.PIPE)
    data, _ = process.communicate(timeout=60)
    found = json.loads(data)
    assert (found["rows"], found["without_text"], found["shards"], found["rows_left"]) == (3, 1, 1, 3)
    assert not out.exists()


def test_two_runs_on_one_folder(tmp_path: Path) -> None:
    path, out = write_rows(tmp_path / "a.jsonl", ["HANG"]), tmp_path / "out"
    first = start(path, "-o", out)
    end = time.monotonic() + 60
    while not (out / "_settings.json").exists() and time.monotonic() < end:
        time.sleep(0.01)
    code, said = finish(start(path, "-o", out, "--resume"))
    assert code == 8 and "another run" in said
    first.send_signal(signal.SIGTERM)
    assert finish(first)[0] == 143


def test_plans_are_applied_later_at_any_threshold(tmp_path: Path) -> None:
    path = write_rows(tmp_path / "a.jsonl", ["The chairman of the zone.", "RAISE", "fine"])
    assert finish(start(path, "-o", tmp_path / "plans", "--sidecar"))[0] == 9
    for threshold, restored in (("0.7", "The president of the zone."), ("0.3", "The president of the area.")):
        out, whole = tmp_path / f"applied{threshold}", tmp_path / f"run{threshold}"
        command = [sys.executable, "-m", "restore", "apply", str(path), "--plans", str(tmp_path / "plans")]
        arguments = [*command, "-o", str(out), "--min-confidence", threshold]
        done = subprocess.run(arguments, env=environment(), capture_output=True, check=False)
        assert done.returncode == 9 and b"1 rows have an error" in done.stderr
        assert finish(start(path, "-o", whole, "--min-confidence", threshold))[0] == 9
        assert read_out(out) == read_out(whole) and read_out(out)[0]["restored"] == restored
    write_rows(path, ["Another text of the chairman.", "RAISE", "fine"])
    done = subprocess.run([*command, "-o", str(tmp_path / "no")], env=environment(), capture_output=True, check=False)
    assert done.returncode == 6 and b"another text" in done.stderr


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="processes are found in /proc")
def test_killed_at_fifty_random_moments_the_result_is_the_same_byte_for_byte(tmp_path: Path) -> None:
    texts = [
        f"RAISE {n}" if n % 50 == 1 else f"The chairman of the zone {n}. NAP" if n % 5 == 0 else f"fine {n}"
        for n in range(DOCUMENTS)
    ]
    path = write_rows(tmp_path / "a.jsonl", texts)
    options = ("--shard-rows", 150, "--quiet", "--resume")
    assert finish(start(path, "-o", tmp_path / "whole", "--workers", 4, *options))[0] == 9
    out, chance, kills = tmp_path / "killed", random.Random(2016), 0
    while kills < KILLS:
        process = start(path, "-o", out, "--workers", 2, *options)
        if chance.random() < 0.8:  # the others are killed while they start
            before = progress(out)
            end = time.monotonic() + 60
            while process.poll() is None and progress(out) == before and time.monotonic() < end:
                time.sleep(0.005)
            time.sleep(chance.uniform(0.0, 0.12))
        else:
            time.sleep(chance.uniform(0.0, 1.0))
        assert process.poll() is None, f"it ended after {kills} kills: give it more to do"
        workers = descendants(process.pid)
        if kills % 3 == 0:
            kill(workers[-1:])  # first a worker, and for a while the run goes on
            time.sleep(chance.uniform(0.0, 0.2))
        kill([process.pid, *workers] if kills % 3 else [*workers, process.pid])
        finish(process)
        kills += 1
    code, said = finish(start(path, "-o", out, "--workers", 2, *options))
    assert code == 9, said
    assert content(out) == content(tmp_path / "whole")


def progress(out: Path) -> int:
    """Return the bytes of what is done and what is noted."""
    total = 0
    for below in ("_done", "_open"):
        for place in out.glob(f"{below}/*"):
            try:
                total += place.stat().st_size
            except OSError:
                continue
    return total


def test_what_cannot_go_well_is_told_before_the_work(tmp_path: Path) -> None:
    path = write_rows(tmp_path / "in.jsonl", ["fine"])
    code, said = finish(start(tmp_path, "-o", tmp_path / "out"))
    assert code == 8 and "name another folder" in said and not (tmp_path / "out").exists()
    code, said = finish(start(path, "-o", tmp_path / "out", "--report", tmp_path / "none" / "report.json"))
    assert code == 8 and "no folder" in said and not (tmp_path / "out").exists()
    code, said = finish(start(path, "-o", "x" * 300))
    assert code == 8 and "too long" in said
    code, said = finish(start(path, "-o", tmp_path / "out", "--references", "clen"))
    assert code == 0 and "no row has references in a column clen" in said


def test_a_closed_stderr_is_no_reason_to_fail(tmp_path: Path) -> None:
    path = write_rows(tmp_path / "in.jsonl", ["The chairman.", "fine"])
    command = [sys.executable, "-m", "restore", "batch", str(path), "-o", str(tmp_path / "out")]
    done = subprocess.run(
        ["/bin/sh", "-c", 'exec "$@" 2>&-', "sh", *command], env=environment(), capture_output=True, check=False
    )
    assert done.returncode == 0 and read_out(tmp_path / "out")[0]["restored"] == "The president."


@pytest.mark.skipif(not hasattr(signal, "SIGHUP"), reason="no such signal here")
def test_a_lost_terminal_ends_a_run_in_order_unless_it_is_ignored(tmp_path: Path) -> None:
    path = write_rows(tmp_path / "in.jsonl", ["SLOW"] * 12)
    first = start(path, "-o", tmp_path / "out")
    second = start(path, "-o", tmp_path / "other", preexec_fn=lambda: signal.signal(signal.SIGHUP, signal.SIG_IGN))
    for process, out in ((first, "out"), (second, "other")):
        end = time.monotonic() + 60
        while not list((tmp_path / out).glob("_open/*")) and time.monotonic() < end:
            time.sleep(0.01)
        process.send_signal(signal.SIGHUP)
    assert finish(first)[0] == 129 and (tmp_path / "out" / "_report.json").exists()
    assert finish(second)[0] == 0
