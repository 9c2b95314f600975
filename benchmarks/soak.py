"""Does a long run of `restore batch` stay flat in memory, lose no row, and count right?

    python benchmarks/soak.py --documents 20000 [--workers 2] [--second-opinion never]

Makes documents of ten kinds out of the texts of this repository, with a fixed seed (clean and damaged articles, empty
and huge ones, binary, other languages, HTML left-overs, tables, code, posts), runs `restore batch` over them as a
process, watches the memory of all its processes, and compares what came out with what went in. Ends with 1 if a row is
lost, out of its place or has an error it should not have, counts do not add up, or memory grew.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from typing import Any

from benchmarks.batch import _below, _megabytes
from benchmarks.other_english import kinds
from restore.config import Config
from restore.simulation.spinning import Spinner

ROOT = Path(__file__).resolve().parents[1]
SEED = 20_000
POLL = 2.0
RATE = 0.15
GROWTH = 1.1
"""How much more the last third of a run may take than the second, at the median; chosen by hand."""
LIMIT = 200_000
"""Characters from which on a text is refused (`Config.max_characters`)."""
SHARES = {
    "clean": 30, "damaged": 15, "empty": 6, "huge": 1, "binary": 6, "language": 10, "html": 10, "table": 7, "code": 7,
    "post": 8,
}  # fmt: skip
"""Documents of each kind in a hundred; chosen by hand, damaged ones few because they cost a hundred times as much."""
REFUSED = frozenset({"empty"})
"""Kinds of which every document is an error; of "huge" those above the limit are."""
LANGUAGES = (
    "Die Stadtwerke haben am Montag mitgeteilt, dass die Brücke bis zum Herbst gesperrt bleibt. Viele sind verärgert.",
    "Le maire a déclaré mardi que la piscine resterait fermée pendant les travaux, qui dureront trois mois environ.",
    "El alcalde dijo el jueves que la biblioteca abrirá de nuevo en otoño y que no habrá más retrasos por la lluvia.",
    "Il sindaco ha detto che il mercato si terrà come ogni anno in piazza, anche se dovesse piovere tutta la mattina.",
    "Мэр сообщил в среду, что мост откроют для движения к началу зимы, если позволит погода и хватит материалов.",
    "市长星期三表示，如果天气允许，这座桥将在冬季开始之前重新开放。",
    "قال رئيس البلدية يوم الأربعاء إن الجسر سيفتح أمام حركة المرور قبل بداية الشتاء.",
)
CODE = (
    "def area(width: float) -> float:\n    if width < 0:\n        raise ValueError(width)\n    return width * width\n",
    "for (let i = 0; i < rows.length; i++) {\n  if (!rows[i].done) { queue.push(rows[i]); }\n}\n",
    "SELECT id, count(*) AS n FROM votes WHERE ward = 'Mill' GROUP BY id HAVING n > 3;\n",
    "$ tar xzf news.tgz && grep -c 'mayor' *.txt | sort -t: -k2 -n\n",
)


class Documents:
    """Makes documents of each kind; the same seed, the same documents."""

    def __init__(self) -> None:
        self._random = Random(SEED)
        gold = ROOT / "data" / "gold"
        pages = [*gold.glob("*/original.txt"), *gold.glob("*/reference*.txt")]
        self._articles = [page.read_text("utf-8").strip() for page in sorted(pages)]
        self._lines = (gold / "hard_negatives.txt").read_text("utf-8").splitlines()
        self._names = (ROOT / "data" / "names" / "unusual_names.txt").read_text("utf-8").splitlines()
        self._kinds = kinds()
        self._spinner = Spinner(Config())

    def make(self, kind: str, number: int) -> str:
        """Return the text of a document."""
        makers: dict[str, Callable[[], str]] = {
            "clean": self._clean,
            "damaged": lambda: self._spinner.spin(self._clean(), SEED + number, RATE).text,
            "empty": lambda: ("", " ", "\n\n\n", "\t")[number % 4],
            "huge": lambda: self._huge(LIMIT + 1_000 if number % 2 else 20_000),
            "binary": lambda: self._binary("latin-1" if number % 2 else "utf-8"),
            "language": lambda: " ".join(self._random.choices(LANGUAGES) * self._random.randrange(1, 6)),
            "html": self._html,
            "table": self._table,
            "code": lambda: "".join(self._random.choices(CODE, k=5)),
            "post": lambda: f"{self._random.choice(self._kinds['tweets'])} {number}",
        }
        return makers[kind]()

    def _clean(self) -> str:
        paragraphs = self._random.choice(self._articles).split("\n\n")
        start = self._random.randrange(max(1, len(paragraphs) - 2))
        return "\n\n".join([*paragraphs[start : start + 3], " ".join(self._random.sample(self._names, 2))])

    def _huge(self, size: int) -> str:
        text = ""
        while len(text) < size:
            text += self._clean() + "\n\n"
        return text

    def _binary(self, encoding: str) -> str:
        return self._random.randbytes(self._random.randrange(1, 3_000)).decode(encoding, "replace")

    def _html(self) -> str:
        body = self._clean().replace("\n\n", '</p>\n<p class="story-body">')
        head, foot = (
            "<div id=main><ul><li><a href='/'>Home</a><li>Sport</ul><p>",
            "</p>&nbsp;Share this &copy; <script>go()",
        )
        return f"{head}{body}{foot}"

    def _table(self) -> str:
        rows = "\n".join("\t".join(str(self._random.randrange(10_000)) for _ in range(6)) for _ in range(20))
        return self._random.choice(self._kinds["tables"]) + "\n" + rows


def write(path: Path, documents: int) -> list[str]:
    """Write the documents as JSON lines, kinds mixed; return the kind of each."""
    makes, random = Documents(), Random(SEED)
    chosen = random.choices(list(SHARES), list(SHARES.values()), k=documents)
    with path.open("w", encoding="utf-8") as file:
        for number, kind in enumerate(chosen):
            row = {"id": f"{kind}-{number}", "text": makes.make(kind, number)}
            file.write(json.dumps(row) + "\n")
    return chosen


def watched(command: list[str], log: Path) -> tuple[int, list[tuple[float, float, float]]]:
    """Run a command; return its exit code and, over time, the MB of the run and of its processes."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    began, shown, samples = time.monotonic(), 0.0, []
    print("seconds  shards done  MB of the run  MB of its processes", flush=True)
    while process.poll() is None:
        time.sleep(POLL)
        own, others = _megabytes(process.pid), sum(_megabytes(child) for child in _below(process.pid))
        now = time.monotonic() - began
        samples.append((now, own, others))
        if now >= shown:
            done = log.read_bytes().count(b'"event":"shard"') if log.exists() else 0
            print(f"{now:7.0f}  {done:11}  {own:13.0f}  {others:19.0f}", flush=True)
            shown = now + max(20.0, now / 10)
    assert process.stderr is not None
    print(process.stderr.read().decode()[-2_000:], flush=True)
    return process.returncode, samples[:-1]  # the last one may be of a process that was ending


def faults(rows: Path, out: Path, chosen: list[str], samples: list[tuple[float, float, float]]) -> Iterator[str]:
    """Compare what came out with what went in."""
    given = [json.loads(line) for line in rows.read_bytes().splitlines()]
    found = [json.loads(line) for part in sorted(out.glob("part-*")) for line in part.read_bytes().splitlines()]
    if [row["id"] for row in found] != [row["id"] for row in given]:
        yield f"{len(given)} rows went in, {len(found)} came out, or their order is another"
        return
    table: dict[str, Counter[str]] = {kind: Counter() for kind in SHARES}
    for kind, was, row in zip(chosen, given, found, strict=True):
        table[kind].update(_became(was, row))
        refused = kind in REFUSED or len(was["text"]) > LIMIT
        if row["text"] != was["text"] or bool(row["error"]) != refused or (row["restored"] is None) != refused:
            yield f"{row['id']}: error {row['error']!r}"
    print("kind: documents, damaged, changed, errors")
    for kind, counts in table.items():
        print(f"  {kind}: {', '.join(str(counts[what]) for what in ('rows', 'damaged', 'changed', 'errors'))}")
    report: dict[str, Any] = json.loads((out / "_report.json").read_bytes())
    sums = sum(table.values(), Counter[str]())
    told = {name: report["counts"][name] for name in ("rows", "damaged", "errors")}
    if told != {name: sums[name] for name in told}:
        yield f"the report counts {told}, the rows {dict(sums)}"
    if sum(report["counts"]["sources"].values()) != report["counts"]["applied"]:
        yield "corrections by source do not add up to those that are applied"
    for name, column in (("run", 1), ("processes", 2)):
        third = len(samples) // 3
        middle, last = (
            statistics.median(s[column] for s in part) for part in (samples[third:-third], samples[-third:])
        )
        print(f"MB of the {name}, median of the second and of the last third: {middle:.0f}, {last:.0f}")
        if last > GROWTH * middle:
            yield f"the memory of the {name} grew from {middle:.0f} to {last:.0f} MB"


def _became(was: dict[str, Any], row: dict[str, Any]) -> Iterator[str]:
    yield "rows"
    if row["error"]:
        yield "errors"
    elif row["restored"] != was["text"]:
        yield "changed"
    if row["verdict"] and row["verdict"]["damaged"]:
        yield "damaged"


def main() -> int:
    """Make the documents, run, compare."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--documents", type=int, default=20_000)
    options.add_argument("--workers", type=int, default=2)
    options.add_argument("--second-opinion", default="auto", choices=("auto", "always", "never"))
    given = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        rows, out, log, config = (Path(folder) / name for name in ("rows.jsonl", "out", "log.jsonl", "config.toml"))
        config.write_text(f'second_opinion = "{given.second_opinion}"\n')
        chosen = write(rows, given.documents)
        command = [sys.executable, "-m", "restore", "batch", str(rows), "-o", str(out), "--workers", str(given.workers)]
        command += ["--config", str(config), "--log", str(log), "--shard-rows", str(max(10, given.documents // 50))]
        began = time.monotonic()
        code, samples = watched(command, log)
        print(f"{given.documents} documents in {time.monotonic() - began:.0f} s, exit code {code}")
        found = [] if code == 9 else [f"the exit code is {code}, not 9 (rows with an error)"]
        found += faults(rows, out, chosen, samples)
    print(*found, sep="\n")
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main())
