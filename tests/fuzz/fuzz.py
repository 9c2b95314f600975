"""Fuzz the readers and writers with Atheris (libFuzzer: what reaches new code is kept and changed further).

    python tests/fuzz/fuzz.py --minutes 10              every target, one after the other
    python tests/fuzz/fuzz.py --minutes 2 plans html

Needs Atheris (`pip install atheris`; Linux and macOS). What a target finds is printed, written to a file `crash-...` in
the folder of `--found`, and ends this with 1; put it into tests/fuzz/corpus/TARGET when it is mended, so that it stays
so. Inputs that reached something new are kept there, too, until it holds `--keep`, none longer than `--longest` bytes.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
from hashlib import sha256
from pathlib import Path

HERE = Path(__file__).resolve().parent
CORPUS = HERE / "corpus"
_SLOW_SECONDS = 20
"""An input that takes longer is a finding."""
_MEGABYTES = 3_000


def fuzz(target: str, arguments: list[str]) -> None:
    """Fuzz one target in this process, which libFuzzer ends."""
    import atheris

    with atheris.instrument_imports(include=["restore"]):
        from targets import TARGETS
    test = TARGETS[target]

    def one(data: bytes) -> None:
        test(data)

    atheris.Setup([sys.argv[0], *arguments], one)
    atheris.Fuzz()


def run(target: str, minutes: float, found: Path, keep: int, longest: int) -> int:
    """Fuzz one target in a process of its own, then keep what is worth it; return the exit code of libFuzzer."""
    from targets import seeds

    own = CORPUS / target
    own.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as place:
        grown = Path(place) / "grown"
        grown.mkdir()
        for data in (*seeds(target), *(file.read_bytes() for file in own.iterdir())):
            (grown / sha256(data).hexdigest()[:16]).write_bytes(data)
        limits = [f"-max_total_time={int(minutes * 60)}", f"-timeout={_SLOW_SECONDS}", f"-rss_limit_mb={_MEGABYTES}"]
        command = [sys.executable, __file__, "--target", target, "--"]
        code = subprocess.call([*command, *limits, f"-artifact_prefix={found}/", "-print_final_stats=1", str(grown)])
        # Each of them reached something new when it was found; libFuzzer cannot merge what Python starts.
        kept = sorted((f for f in grown.iterdir() if f.stat().st_size <= longest), key=lambda f: f.stat().st_size)
        room = max(0, keep - len(list(own.iterdir())))
        step = max(1, len(kept) // max(1, room))
        for file in kept[::step][:room]:
            shutil.copy(file, own / sha256(file.read_bytes()).hexdigest()[:16])
    return code


def main() -> int:
    """Fuzz the targets that are named, or all."""
    sys.path.insert(0, str(HERE))
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("targets", nargs="*")
    options.add_argument("--minutes", type=float, default=10.0)
    options.add_argument("--found", type=Path, default=Path(tempfile.gettempdir()))
    options.add_argument("--keep", type=int, default=25)
    options.add_argument("--longest", type=int, default=600)
    options.add_argument("--target", help=argparse.SUPPRESS)
    if "--target" in sys.argv[1:2]:
        fuzz(sys.argv[2], sys.argv[4:])
        return 0
    given = options.parse_args()
    from targets import TARGETS

    unknown = set(given.targets) - TARGETS.keys()
    if unknown:
        options.error(f"there is no target {', '.join(sorted(unknown))}; there are {', '.join(TARGETS)}")
    given.found.mkdir(parents=True, exist_ok=True)
    bad = [t for t in given.targets or TARGETS if run(t, given.minutes, given.found, given.keep, given.longest)]
    print(f"findings: {', '.join(bad) or 'none'}")
    return int(bool(bad))


if __name__ == "__main__":
    sys.exit(main())
