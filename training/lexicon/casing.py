"""Build casing.tsv (how words and names are written in mid-sentence) and person_names.tsv.

Counts come from openly licensed news and web text: lines of plain text (`--lines`) and JSON lines with a list of
tokenised `sentences` (`--jsonl`). Listed names and common words come from WordNet (`--wordnet DIR`, see thesaurus.py).
First names and surnames are the most frequent ones of the US census of 1990, as packaged by the PyPI package `names`
(`--names DIR` with dist.all.last, dist.female.first, dist.male.first).
"""

from __future__ import annotations

import argparse
import csv
import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

from training.paths import MODELS

TOKEN = re.compile(r"(?:[A-Za-z]\.){2,}|[^\W\d_]+(?:['’-][^\W\d_]+)*|\d[\d.,]*|\S")
NAME_FILES = {"04", "06", "10", "14", "15", "17", "18", "28"}
ADJECTIVE_FILES = {"00", "01"}
SMALL = {"of", "the", "and", "for", "de", "in", "on"}
END = set('.!?:"“”—-')
LONGEST = 4
"""Words of a listed name; by hand."""
SURNAMES = 8000
"""The most frequent ones of the census; by hand."""


def sentences(args: argparse.Namespace) -> Iterator[list[str]]:
    """Yield the tokens of every sentence of the corpora, headlines (mostly capitals) left out."""
    for path in args.lines:
        for line in path.read_text(encoding="utf-8").splitlines():
            if line.strip():
                yield TOKEN.findall(line)
    for path in args.jsonl:
        for line in path.read_text(encoding="utf-8").splitlines():
            for sentence in json.loads(line)["sentences"]:
                yield TOKEN.findall(sentence)


def is_prose(tokens: list[str]) -> bool:
    """Leave out headlines and shouting, where capitals say nothing, and lines without any capital."""
    words = [t for t in tokens if t[0].isalpha() and len(t) > 3]
    capitals = sum(t[0].isupper() for t in words)
    return len(words) >= 4 and capitals <= 0.5 * len(words) and any(t[0].isupper() for t in tokens)


def spans(tokens: list[str]) -> Iterator[tuple[int, int]]:
    """Yield the maximal runs of capitalised words inside the sentence (small words allowed in between)."""
    at = 1
    while at < len(tokens):
        if not tokens[at][0].isupper() or not tokens[at][0].isalpha():
            at += 1
            continue
        end = last = at + 1
        while end < len(tokens) and (tokens[end][0].isupper() or tokens[end] in SMALL):
            end += 1
            if tokens[end - 1][0].isupper():
                last = end
        yield at, last
        at = last


def in_long_name(tokens: list[str], at: int) -> bool:
    """Whether a capitalised word has capitalised neighbours ("of" in between), so that its capital is not its own."""
    if not tokens[at][0].isupper() or tokens[at].endswith("."):
        return False
    before = [t for t in tokens[max(1, at - 2) : at] if t not in SMALL][-1:]
    after = [t for t in tokens[at + 1 : at + 3] if t not in SMALL][:1]
    return any(t[0].isupper() and t[0].isalpha() and not t.endswith(".") for t in before + after)


class Counts:
    """What is counted over the corpora."""

    def __init__(self) -> None:
        self.times: Counter[str] = Counter()
        self.forms: dict[str, Counter[str]] = defaultdict(Counter)
        self.before: Counter[str] = Counter()
        self.before_capitals: Counter[str] = Counter()

    def words(self, tokens: list[str]) -> None:
        """Count single words that do not follow the end of a sentence or a quotation mark."""
        for at in range(1, len(tokens)):
            word = tokens[at]
            if not word[0].isalpha() or tokens[at - 1] in END or tokens[at - 1] in {"'", "``", "‘"}:
                continue
            following = tokens[at + 1] if at + 1 < len(tokens) else ""
            if not in_long_name(tokens, at):
                self.times[word.lower()] += 1
                if word != word.lower():
                    self.forms[word.lower()][word] += 1
            if len(following) > 1 and following[0].isupper() and following[1:].islower():
                self.before[word.lower()] += 1
                self.before_capitals[word.lower()] += word[0].isupper()

    def phrases(self, tokens: list[str], wanted: set[str]) -> None:
        """Count the occurrences of known phrases, in any case."""
        lower = [t.lower() for t in tokens]
        for at in range(1, len(tokens)):
            for end in range(at + 2, min(at + LONGEST, len(tokens)) + 1):
                key = " ".join(lower[at:end])
                if key in wanted:
                    self.times[key] += 1
                    form = " ".join(tokens[at:end])
                    if form != key:
                        self.forms[key][form] += 1


def wordnet_lemmas(folder: Path) -> tuple[set[str], set[str]]:
    """Return the capitalised lemmas (names, nationalities) and the lower-case ones."""
    names: set[str] = set()
    common: set[str] = set()
    for part in ("noun", "verb", "adj", "adv"):
        for line in (folder / f"data.{part}").read_text(encoding="latin-1").splitlines():
            if line.startswith(" "):
                continue
            fields = line.split()
            lemmas = [w.split("(")[0].replace("_", " ") for w in fields[4 : 4 + 2 * int(fields[3], 16) : 2]]
            is_name = fields[1] in (NAME_FILES if part == "noun" else ADJECTIVE_FILES)
            for lemma in lemmas:
                if lemma == lemma.lower():
                    common.add(lemma)
                elif is_name and usable_name(lemma):
                    names.add(lemma)
    return names, common


def usable_name(lemma: str) -> bool:
    """Keep names of letters, at most four words, that are no abbreviation of one or two letters."""
    words = lemma.split()
    plain = all(re.fullmatch(r"[^\W\d_]+(?:[.'-][^\W\d_]*)*", w) for w in words)
    plain = plain and words[0].lower() not in SMALL
    return plain and len(words) <= LONGEST and len(lemma) > 2 and words[0][0].isupper()


def person_names(folder: Path, common: set[str]) -> list[tuple[str, str, int]]:
    """Return the census names: first names, the 8,000 most frequent surnames, and whether each is a common word too."""
    found: set[tuple[str, str, int]] = set()
    for kind, file in (("first", "dist.male.first"), ("first", "dist.female.first"), ("last", "dist.all.last")):
        for line in (folder / file).read_text(encoding="ascii").splitlines()[:SURNAMES]:
            name = line.split()[0].lower()
            if len(name) > 2:
                found.add((name, kind, int(name in common)))
    return sorted(found)


def write(path: Path, header: list[str], rows: Iterable[Iterable[object]]) -> None:
    """Write a table with a header."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter="\t", lineterminator="\n", quoting=csv.QUOTE_NONE, quotechar=None)
        writer.writerow(header)
        writer.writerows(rows)


def main() -> None:
    """Build the two tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--lines", type=Path, nargs="*", default=[], help="plain text, a sentence or more a line")
    parser.add_argument("--jsonl", type=Path, nargs="*", default=[], help="documents with tokenised sentences")
    parser.add_argument("--wordnet", type=Path, required=True)
    parser.add_argument("--names", type=Path, required=True)
    parser.add_argument("--out", type=Path, default=MODELS)
    args = parser.parse_args()

    names, common = wordnet_lemmas(args.wordnet)
    corpus = [tokens for tokens in sentences(args) if is_prose(tokens)]
    runs = Counter(" ".join(t[a:b]) for t in corpus for a, b in spans(t) if 2 <= b - a <= LONGEST)
    listed = {name.lower(): name for name in sorted(names, reverse=True)}
    phrases = {r.lower() for r, n in runs.items() if n >= 2} | {key for key in listed if " " in key}
    counts = Counts()
    for tokens in corpus:
        counts.words(tokens)
        counts.phrases(tokens, phrases)

    rows = []
    for key in sorted(counts.times.keys() | listed.keys()):
        form, capitals = counts.forms[key].most_common(1)[0] if key in counts.forms else (listed.get(key, ""), 0)
        if key in listed and capitals < 3:
            form, capitals = listed[key], counts.forms[key][listed[key]]
        if key.split()[0] in SMALL and " " in key:
            continue
        if key not in listed and capitals < 2 and counts.times[key] < 5:
            continue
        lexicon = ("n" if key in listed else "") + ("w" if key in common else "")
        before = (counts.before[key], counts.before_capitals[key])
        rows.append((key, form, counts.times[key], capitals, *before, lexicon))
    header = ["key", "form", "times", "capitals", "before_name", "before_name_capitals", "lexicon"]
    write(args.out / "casing.tsv", header, rows)
    people = person_names(args.names, common)
    write(args.out / "person_names.tsv", ["name", "kind", "common"], people)
    print(f"casing.tsv: {len(rows)} rows from {len(corpus)} sentences; person_names.tsv: {len(people)} rows")


if __name__ == "__main__":
    main()
