"""How fast everything is, as ratios within one run: `make bench`.

    python benchmarks/bench.py [--words 1000 10000 100000] [--text FILE.jsonl] [--old PYTHON] [--quick]   prints JSON

Clean text is spaCy's parse alone, then the verdict, the encoder, and `restore batch`, which passes clean documents
through; mixed text has one damaged document in ten, damaged text nothing else (the simulator, a fifth of the words).
Every measurement is a process of its own, so that its memory counts alone, and gives its speed with and without
start-up. Beside them stand spaCy's bare pipeline, Harper and LanguageTool where they are installed, and an older engine
where `--old` names the interpreter of an environment that holds it (`pip install` of the tag in a fresh environment).

Text comes from `--text`, JSON lines with `text`, or else from the originals of data/gold, joined and cut anew, which
are 2,400 words: what is longer then repeats them with other damage, and flatters whatever is cached.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from itertools import cycle
from math import ceil
from pathlib import Path
from random import Random
from typing import Any

ROOT = Path(__file__).parents[1]
ARTICLE = 320
"""Words of a document: a short news article."""
DAMAGED = {"clean": 0.0, "mixed": 0.1, "damaged": 1.0}
RATE = 0.2
SEED = 7
STARTS = {
    "import restore": ["-c", "import restore"],
    "restore --help": ["-m", "restore", "--help"],
    "restore check": ["-m", "restore", "check", "{article}"],
    "restore fix": ["-m", "restore", "fix", "{article}", "-o", "{out}"],
}
SYSTEMS = {
    "clean": ("spacy", "encoder", "verdict", "engine"),
    "mixed": ("engine",),
    "damaged": ("spacy", "encoder", "engine", "harper", "languagetool"),
}
WARM_UP = (
    "The chairman Obama told newsmen at the White House on Monday that the bank notes was to be signed into"
    " legislation. He included that the legislature had been requested to choose up the measure, and i m sorry"
    " we space going to do it."
)
"""Loads what a damaged text needs, and is none of the documents: what was read once is answered from memory."""
SLOW = 20_000
"""Words of damaged text above which only the engine is timed."""


def main() -> None:
    """Read the command line; with `--child`, be one of the measured processes."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--words", type=int, nargs="+", default=[1_000, 10_000])
    options.add_argument("--text", type=Path, help="JSON lines of clean articles")
    options.add_argument("--old", help="the Python of an environment with an older engine")
    options.add_argument("--quick", action="store_true", help="1,000 words, one process")
    options.add_argument("--child", nargs=2, metavar=("SYSTEM", "FILE"), help=argparse.SUPPRESS)
    given = options.parse_args()
    if given.child:
        print(json.dumps(child(given.child[0], Path(given.child[1]))))
        return
    with tempfile.TemporaryDirectory() as folder:
        print(json.dumps(measure(given, Path(folder)), indent=1))


def measure(given: argparse.Namespace, folder: Path) -> dict[str, Any]:
    """Return start-up times, and per kind and size of text the speed and memory of every system."""
    sizes = [1_000] if given.quick else given.words
    articles = list(_articles(given.text))
    found: dict[str, Any] = {"cores": len(os.sched_getaffinity(0)), "start-up": _starts(folder, articles[0])}
    for kind, share in DAMAGED.items():
        for words in sizes:
            documents = _documents(articles, words, share)
            rows: dict[str, Any] = {}
            for system in SYSTEMS[kind]:
                if system in {"engine", "spacy", "encoder", "verdict"} or words <= SLOW:
                    rows[system] = _run(system, documents, folder)
            if not given.quick:
                rows["engine, two processes"] = _two(documents, folder)
            if given.old and words <= SLOW:
                rows["old engine"] = _run("engine", documents, folder, given.old)
            bare = rows.get("spacy", {}).get("words/s")
            for row in rows.values():
                if bare and "words/s" in row:
                    row["times spacy"] = round(row["words/s"] / bare, 4)
            found.setdefault(kind, {})[str(words)] = rows
            print(f"{kind} {words}: {json.dumps(rows)}", file=sys.stderr, flush=True)
    return found


def _articles(path: Path | None) -> Iterator[str]:
    """Yield clean articles of about `ARTICLE` words."""
    if path is not None:
        with path.open(encoding="utf-8") as lines:
            for line in lines:
                text = json.loads(line)["text"]
                yield " ".join(text.split(" ")[:ARTICLE])
        return
    words = [w for p in sorted((ROOT / "data/gold").glob("*/original.txt")) for w in p.read_text("utf-8").split(" ")]
    for first in range(0, len(words) - ARTICLE, ARTICLE):
        yield " ".join(words[first : first + ARTICLE])


def _documents(articles: list[str], words: int, share: float) -> list[str]:
    """Return documents of so many words in all, a share of them damaged, each by a seed of its own."""
    from restore.channel.model import load_channel
    from restore.simulation.simulator import spin
    from restore.text.parsing import Parser

    rng, parser, parsed = Random(SEED), Parser(), {}
    found: list[str] = []
    total = 0
    for number, article in enumerate(cycle(articles)):
        if total >= words:
            return found
        text = article
        if ceil((number + 1) * share) > ceil(number * share):  # the first of ten, too, in few documents
            if article not in parsed:
                parsed[article] = parser.parse(article)
            text = spin(parsed[article], load_channel(), rng.randrange(2**31), RATE).text
        found.append(text)
        total += len(text.split())
    return found


def _run(system: str, documents: list[str], folder: Path, python: str = sys.executable) -> dict[str, Any]:
    """Run a measured process to its end and return what it says."""
    return _result(_start(system, documents, folder / f"{system}.json", python))


def _two(documents: list[str], folder: Path) -> dict[str, Any]:
    """Run two processes beside each other, each with half of the documents; their speeds add up, their memory too."""
    halves = [documents[0::2], documents[1::2]]
    started = [_start("engine", half, folder / f"half{n}.json") for n, half in enumerate(halves) if half]
    rows = [_result(process) for process in started]
    if any("words/s" not in row for row in rows):
        return rows[0]
    return {
        "words/s": round(sum(row["words/s"] for row in rows), 1),
        "peak MB": round(sum(row["peak MB"] for row in rows)),
    }


def _start(system: str, documents: list[str], file: Path, python: str = sys.executable) -> subprocess.Popen[str]:
    file.write_text(json.dumps(documents), encoding="utf-8")
    command = [python, str(Path(__file__).resolve()), "--child", system, str(file)]
    settings = {**os.environ, "OMP_NUM_THREADS": "1"}
    if python == sys.executable:
        settings["PYTHONPATH"] = str(ROOT)
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=settings)


def _result(process: subprocess.Popen[str]) -> dict[str, Any]:
    out, errors = process.communicate()
    if process.returncode:
        return {"absent": (errors.strip().splitlines() or ["it failed"])[-1][:200]}
    row: dict[str, Any] = json.loads(out.strip().splitlines()[-1])
    return row


def child(system: str, file: Path) -> dict[str, Any]:
    """Return the speed of one system on the documents of a file, and the most memory it took (MB)."""
    documents: list[str] = json.loads(file.read_text("utf-8"))
    began = time.perf_counter()
    work = _make(system, documents)
    work(WARM_UP)
    ready = time.perf_counter()
    for document in documents:
        work(document)
    took = time.perf_counter() - ready
    words = sum(len(document.split()) for document in documents)
    return {
        "words": words,
        "words/s": round(words / took, 1),
        "start-up s": round(ready - began, 2),
        "peak MB": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
    }


def _make(system: str, documents: list[str]) -> Any:
    """Return the function that works on one document; the encoder alone gets them parsed."""
    if system in {"harper", "languagetool"}:
        from restore.evaluation.baselines import make_baseline

        baseline = make_baseline(system)
        return lambda text: baseline.restore(text)
    from restore.config import Config

    if system == "spacy":
        import spacy

        return spacy.load(Config().spacy_pipeline)
    from restore.restorer import Restorer

    if system == "engine":
        from restore.batch.outcomes import Job
        from restore.batch.settings import BatchSettings
        from restore.batch.worker import Worker

        worker = Worker(BatchSettings())  # one thread; what the verdict calls clean is passed through
        return lambda text: worker.restore(Job(text))
    restorer = Restorer(Config())
    if system == "verdict":
        return lambda text: restorer.check(text)
    from restore.encoder.reading import read

    parsed = {text: restorer.parse(text) for text in (WARM_UP, *documents)}
    return lambda text: read(parsed[text])


def _starts(folder: Path, article: str) -> dict[str, Any]:
    """Return seconds of whole commands, the best of three, and the most memory (MB)."""
    from restore.channel.model import load_channel
    from restore.simulation.simulator import spin
    from restore.text.parsing import Parser

    path = folder / "article.txt"
    path.write_text(spin(Parser().parse(article), load_channel(), SEED, RATE).text, encoding="utf-8")
    found = {}
    for name, command in STARTS.items():
        parts = [part.format(article=path, out=folder / "out.txt") for part in command]
        took = []
        for _ in range(3):
            began = time.perf_counter()
            subprocess.run([sys.executable, *parts], capture_output=True, check=True, cwd=ROOT)
            took.append(time.perf_counter() - began)
        found[name] = round(min(took), 3)
    return found


if __name__ == "__main__":
    main()
