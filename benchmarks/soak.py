"""Does a long run of `restore batch` stay flat in memory, lose no row, and count right?

    python benchmarks/soak.py --documents 20000 [--workers 2] [--second-opinion never] [--folder soak/]
    python benchmarks/soak.py --documents 300 --kinds damaged          how long those of one kind take

Makes documents of ten kinds out of the texts of this repository, with a fixed seed (clean and damaged articles, empty
and huge ones, binary, other languages, HTML left-overs, tables, code, posts), runs `restore batch` over them as a
process, watches the memory of all its processes, and compares what came out with what went in. Articles are briefs of
60 to 150 words, whole sentences of several texts, with a sentence of names and figures that stand nowhere else, as each
day's news bring them; huge ones, one in a thousand, are as long as texts may be, or longer.

Ends with 1 if a row is lost, out of its place or has an error it should not have, counts do not add up, or memory grew.
Stopped before its end (interrupt), it judges the shards that are there. With `--folder` all is kept there, memory over
time in `memory.tsv`; the same command again goes on where it stopped.
"""

from __future__ import annotations

import argparse
import json
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from random import Random
from typing import Any

from benchmarks.batch import _below, _megabytes
from benchmarks.other_english import kinds
from restore.config import Config
from restore.simulation.spinning import Spinner
from restore.text.parsing import Parser

ROOT = Path(__file__).resolve().parents[1]
SEED = 20_000
POLL = 2.0
RATE = 0.15
GROWTH = 1.1
"""How much more the last third of a run may take than the second, at the median; chosen by hand."""
LIMIT = 200_000
"""Characters from which on a text is refused (`Config.max_characters`)."""
SHARES = {
    "clean": 330, "damaged": 30, "empty": 120, "huge": 1, "binary": 50, "language": 120, "html": 60, "table": 60,
    "code": 69, "post": 160,
}  # fmt: skip
"""Documents of each kind in a thousand; by hand, dear ones (damaged, binary) few: 20,000 are an hour of one core."""
WORDS = (60, 150)
"""Words of a brief, but for two lines of its own; by hand, as short as news items on a wire."""
BYTES = 300
"""Binary ones are as long at most: they hold more tokens than any other text of their length. Chosen by hand."""
REFUSED = frozenset({"empty"})
"""Kinds of which every document is an error; of "huge" those above the limit are."""
SYLLABLES = (
    "ba",
    "bro",
    "dal",
    "den",
    "el",
    "fa",
    "gor",
    "hal",
    "jar",
    "ka",
    "len",
    "mar",
    "nor",
    "os",
    "per",
    "ra",
    "sil",
    "tor",
    "vel",
    "zan",
)
"""What names are made of that stand in no list."""
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
        parser = Parser()
        articles = (parser.parse(page.read_text("utf-8").strip()) for page in sorted(pages))
        self._articles = [[a.text[s.start : s.end] for s in a.sentences] for a in articles]
        self._lines = (ROOT / "data" / "names" / "unusual_names.txt").read_text("utf-8").splitlines()
        self._kinds = kinds()
        self._spinner = Spinner(Config())

    def make(self, kind: str, number: int) -> str:
        """Return the text of a document."""
        makers: dict[str, Callable[[], str]] = {
            "clean": self._brief,
            "damaged": lambda: self._spinner.spin(self._brief(), SEED + number, RATE).text,
            "empty": lambda: ("", " ", "\n\n\n", "\t")[number % 4],
            "huge": lambda: self._huge(LIMIT + 1_000 if number % 2 else LIMIT // 10),
            "binary": lambda: self._binary("latin-1" if number % 2 else "utf-8"),
            "language": lambda: " ".join(self._random.choices(LANGUAGES) * self._random.randrange(1, 4)),
            "html": self._html,
            "table": self._table,
            "code": lambda: "".join(self._random.choices(CODE, k=2)),
            "post": lambda: f"{self._random.choice(self._kinds['tweets'])} {number}",
        }
        return makers[kind]()

    def _brief(self) -> str:
        """Return a run of sentences of one article, then of others, as long as a brief."""
        made, words, enough = [self._news()], 0, self._random.randint(*WORDS)
        while words < WORDS[0]:
            article = self._random.choice(self._articles)
            for sentence in article[self._random.randrange(len(article)) :]:
                if words >= enough or words + len(sentence.split()) > WORDS[1]:
                    break
                made.append(sentence)
                words += len(sentence.split())
        return "\n\n".join((" ".join(made), self._random.choice(self._lines)))

    def _news(self) -> str:
        """Return a sentence with a name, a place and a figure of its own."""
        name, place = ("".join(self._random.choices(SYLLABLES, k=self._random.randint(2, 4))) for _ in range(2))
        year, sum_of = self._random.randrange(1950, 2026), self._random.randrange(10_000)
        return (
            f"Officials in {place.title()} said on Monday that {name.title()} has owed {sum_of} dollars since {year}."
        )

    def _huge(self, size: int) -> str:
        text = ""
        while len(text) < size:
            text += self._brief() + "\n\n"
        return text

    def _binary(self, encoding: str) -> str:
        return self._random.randbytes(self._random.randrange(1, BYTES)).decode(encoding, "replace")

    def _html(self) -> str:
        body = self._brief().replace("\n\n", '</p>\n<p class="story-body">')
        head, foot = (
            "<div id=main><ul><li><a href='/'>Home</a><li>Sport</ul><p>",
            "</p>&nbsp;Share this &copy; <script>go()",
        )
        return f"{head}{body}{foot}"

    def _table(self) -> str:
        rows = "\n".join("\t".join(str(self._random.randrange(10_000)) for _ in range(4)) for _ in range(8))
        return self._random.choice(self._kinds["tables"]) + "\n" + rows


def write(path: Path, documents: int, shares: dict[str, int]) -> list[str]:
    """Write the documents as JSON lines, kinds mixed, unless they are there; return the kind of each."""
    chosen = Random(SEED).choices(list(shares), list(shares.values()), k=documents)
    if not path.exists():
        makes = Documents()
        unfinished = path.with_suffix(".unfinished")
        with unfinished.open("w", encoding="utf-8") as file:
            for number, kind in enumerate(chosen):
                row = {"id": f"{kind}-{number}", "text": makes.make(kind, number)}
                file.write(json.dumps(row) + "\n")
        unfinished.rename(path)
    return chosen


def watched(command: list[str], log: Path, memory: Path) -> tuple[int, list[tuple[float, float, float]]]:
    """Run a command; return its exit code and, over time, the MB of the run and of its processes.

    An interrupt goes to the command, too, which ends at the next document.
    """
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    began, shown, samples = time.monotonic(), 0.0, []
    print("seconds  shards done  MB of the run  MB of its processes", flush=True)
    with memory.open("a", encoding="utf-8") as table:
        while process.poll() is None:
            try:
                time.sleep(POLL)
            except KeyboardInterrupt:
                process.send_signal(signal.SIGINT)
                process.wait()
                break
            own, others = _megabytes(process.pid), sum(_megabytes(child) for child in _below(process.pid))
            now = time.monotonic() - began
            samples.append((now, own, others))
            print(f"{now:.0f}\t{own:.0f}\t{others:.0f}", file=table, flush=True)
            if now >= shown:
                done = log.read_bytes().count(b'"event":"shard"') if log.exists() else 0
                print(f"{now:7.0f}  {done:11}  {own:13.0f}  {others:19.0f}", flush=True)
                shown = now + max(20.0, now / 10)
    assert process.stderr is not None
    print(process.stderr.read().decode()[-2_000:], flush=True)
    return process.returncode, samples[:-1]  # the last one may be of a process that was ending


def faults(rows: Path, out: Path, chosen: list[str], per_shard: int) -> Iterator[str]:
    """Compare what came out with what went in; of a run that was stopped, the shards that are there."""
    given = [json.loads(line) for line in rows.read_bytes().splitlines()]
    parts = sorted(out.glob("part-*"))
    if len(parts) < -(-len(given) // per_shard):
        yield f"{len(parts)} shards are there: the run was stopped"
    table: dict[str, Counter[str]] = {kind: Counter() for kind in SHARES}
    for part in parts:
        first = per_shard * int(part.name.split(".")[0].rpartition("-")[2])
        expected = given[first : first + per_shard]
        found = [json.loads(line) for line in part.read_bytes().splitlines()]
        if [row["id"] for row in found] != [row["id"] for row in expected]:
            yield f"{part.name}: {len(expected)} rows went in, {len(found)} came out, or their order is another"
            continue
        for kind, was, row in zip(chosen[first:], expected, found, strict=False):
            table[kind].update(_became(was, row))
            refused = kind in REFUSED or len(was["text"]) > LIMIT
            if row["text"] != was["text"] or bool(row["error"]) != refused or (row["restored"] is None) != refused:
                yield f"{row['id']}: error {row['error']!r}"
    print("kind: documents, damaged, changed, errors")
    for kind, counts in table.items():
        print(f"  {kind}: {', '.join(str(counts[what]) for what in ('rows', 'damaged', 'changed', 'errors'))}")
    yield from _miscounted(out / "_report.json", sum(table.values(), Counter[str]()))


def _miscounted(path: Path, sums: Counter[str]) -> Iterator[str]:
    counts: dict[str, Any] = json.loads(path.read_bytes())["counts"]
    told = {name: counts[name] for name in ("rows", "damaged", "errors")}
    if told != {name: sums[name] for name in told}:
        yield f"the report counts {told}, the rows {dict(sums)}"
    if sum(counts["sources"].values()) != counts["applied"]:
        yield "corrections by source do not add up to those that are applied"


def growth(samples: Sequence[tuple[float, float, float]]) -> Iterator[str]:
    """Compare the memory of the last third of a run with that of the second."""
    for name, column in (("run", 1), ("processes", 2)):
        third = len(samples) // 3
        if not third:
            return
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
    options.add_argument("--kinds", nargs="+", choices=SHARES, default=list(SHARES))
    options.add_argument("--folder", type=Path, help="keep everything there, and go on with what is there")
    given = options.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = given.folder or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        found = _soak(given, folder)
    print(*found, sep="\n")
    return int(bool(found))


def _soak(given: argparse.Namespace, folder: Path) -> list[str]:
    rows, out, log, config = (folder / name for name in ("rows.jsonl", "out", "log.jsonl", "config.toml"))
    config.write_text(f'second_opinion = "{given.second_opinion}"\n')
    chosen = write(rows, given.documents, {kind: SHARES[kind] for kind in given.kinds})
    per_shard = max(10, given.documents // 100)
    command = [sys.executable, "-m", "restore", "batch", str(rows), "-o", str(out), "--workers", str(given.workers)]
    command += ["--config", str(config), "--log", str(log), "--shard-rows", str(per_shard)]
    command += ["--resume"] * out.exists()
    began = time.monotonic()
    code, samples = watched(command, log, folder / "memory.tsv")
    print(f"{given.documents} documents in {time.monotonic() - began:.0f} s, exit code {code}")
    refused = REFUSED & set(given.kinds)
    found = [] if code == (9 if refused else 0) else [f"the exit code is {code}, not that of rows with an error"]
    return [*found, *faults(rows, out, chosen, per_shard), *growth(samples)]


if __name__ == "__main__":
    sys.exit(main())
