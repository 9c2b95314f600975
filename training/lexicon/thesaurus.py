"""Build thesaurus.tsv.gz from WordNet 3.0: synsets, their relations, the senses of each lemma, derived forms.

Get WordNet from Debian (`apt-get download wordnet-base && dpkg -x wordnet-base_*.deb DIR`) and give the folder
DIR/usr/share/wordnet. Kept are lower-case lemmas: all
plain words, and phrases made only of words of symspellpy's English dictionary.

The table has three blocks, each ended by an empty line:

    synset   line number is its id: `lemmas , hypernyms , hyponyms , similar`, four tab-separated lists
    lemma    `lemma TAB n:ids TAB v:ids ...`, ids in the order of senses, most frequent sense first
    derived  `lemma TAB derived lemmas`, each with its part of speech behind a slash
"""

from __future__ import annotations

import argparse
import gzip
import importlib.resources
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from training.paths import MODELS

FILES = {"noun": "n", "verb": "v", "adj": "a", "adv": "r"}
HYPERNYM, HYPONYM = {"@", "@i"}, {"~", "~i"}
SIMILAR = {"&", "^", "$"}
DERIVED = {"+", "\\"}
Key = tuple[str, int]


@dataclass
class Synset:
    """A synset as its data file gives it."""

    lemmas: list[str]
    links: dict[str, list[Key]] = field(default_factory=lambda: defaultdict(list))
    derived: list[tuple[int, Key, int]] = field(default_factory=list)


def dictionary() -> set[str]:
    """Return the words of symspellpy's English dictionary."""
    folder = importlib.resources.files("symspellpy")
    text = (folder / "frequency_dictionary_en_82_765.txt").read_text(encoding="utf-8-sig")
    return {line.split()[0] for line in text.splitlines() if line.strip()}


def read_synsets(folder: Path) -> dict[Key, Synset]:
    """Read the four data files."""
    synsets: dict[Key, Synset] = {}
    for name, pos in FILES.items():
        for line in (folder / f"data.{name}").read_text(encoding="latin-1").splitlines():
            if line.startswith(" "):
                continue
            fields = line.split(" | ")[0].split()
            count = int(fields[3], 16)
            lemmas = [w.split("(")[0].replace("_", " ") for w in fields[4 : 4 + 2 * count : 2]]
            synset = Synset(lemmas)
            at = 4 + 2 * count
            for number in range(int(fields[at])):
                symbol, offset, other, ends = fields[at + 1 + 4 * number : at + 5 + 4 * number]
                target = ("a" if other == "s" else other, int(offset))
                if symbol in DERIVED:
                    synset.derived.append((int(ends[:2], 16), target, int(ends[2:], 16)))
                elif symbol in HYPERNYM | HYPONYM | SIMILAR:
                    kind = "up" if symbol in HYPERNYM else "down" if symbol in HYPONYM else "like"
                    synset.links[kind].append(target)
            synsets[pos, int(fields[0])] = synset
    return synsets


def read_senses(folder: Path) -> Iterator[tuple[str, str, list[int]]]:
    """Yield (lemma, part of speech, synset offsets in the order of senses) from the four index files."""
    for name, pos in FILES.items():
        for line in (folder / f"index.{name}").read_text(encoding="latin-1").splitlines():
            if line.startswith(" "):
                continue
            fields = line.split()
            count = int(fields[2])
            yield fields[0].replace("_", " "), pos, [int(o) for o in fields[-count:]]


def derived_forms(synsets: dict[Key, Synset], kept: set[str]) -> dict[str, set[str]]:
    """Return each lemma's derivationally related lemmas with their part of speech (both ways)."""
    found: dict[str, set[str]] = defaultdict(set)
    for (pos, _), synset in synsets.items():
        for source, target, there in synset.derived:
            other = synsets[target].lemmas
            for left in synset.lemmas[source - 1 : source] if source else synset.lemmas:
                for right in other[there - 1 : there] if there else other:
                    if left != right and left in kept and right in kept:
                        found[left].add(f"{right}/{target[0]}")
                        found[right].add(f"{left}/{pos}")
    return found


def main() -> None:
    """Build the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--wordnet", type=Path, required=True, help="folder with data.noun, index.noun, ...")
    parser.add_argument("--out", type=Path, default=MODELS / "thesaurus.tsv.gz")
    args = parser.parse_args()

    words = dictionary()

    def usable(lemma: str) -> bool:
        if lemma.isalpha() and lemma.islower():
            return True
        return lemma == lemma.lower() and all(part in words for part in lemma.replace("-", " ").split())

    synsets = read_synsets(args.wordnet)
    kept = {lemma for synset in synsets.values() for lemma in synset.lemmas if usable(lemma)}
    ids: dict[Key, int] = {}
    for key, synset in synsets.items():
        if any(lemma in kept for lemma in synset.lemmas):
            ids[key] = len(ids)

    lines = []
    for key in ids:
        synset = synsets[key]
        lists = ["|".join(lemma for lemma in synset.lemmas if lemma in kept)]
        for kind in ("up", "down", "like"):
            lists.append(" ".join(str(ids[k]) for k in synset.links[kind] if k in ids))
        lines.append("\t".join(lists))
    lines.append("")
    senses: dict[str, list[str]] = defaultdict(list)
    for lemma, pos, offsets in read_senses(args.wordnet):
        numbers = [str(ids[pos, o]) for o in offsets if (pos, o) in ids and lemma in synsets[pos, o].lemmas]
        if lemma in kept and numbers:
            senses[lemma].append(f"{pos}:{' '.join(numbers)}")
    lines += ["\t".join([lemma, *parts]) for lemma, parts in sorted(senses.items())]
    lines.append("")
    derived = derived_forms(synsets, kept)
    lines += [f"{lemma}\t{'|'.join(sorted(forms))}" for lemma, forms in sorted(derived.items())]
    data = ("\n".join(lines) + "\n").encode()
    args.out.write_bytes(gzip.compress(data, compresslevel=9, mtime=0))
    print(f"{args.out}: {len(ids)} synsets, {len(senses)} lemmas, {len(derived)} with derived forms")


if __name__ == "__main__":
    main()
