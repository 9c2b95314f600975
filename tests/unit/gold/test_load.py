from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from restore.errors import GoldError
from restore.evaluation.scores import GoldLattice
from restore.gold.load import load_data
from restore.gold.m2 import read_m2
from restore.gold.pairs import mark_pair
from restore.gold.tokens import tokenise

M2 = """S The preacher have rung bell .
A 1 2|||R:NOUN|||minister|||REQUIRED|||-NONE-|||0
A 2 3|||R:VERB:SVA|||has|||REQUIRED|||-NONE-|||0
A 4 4|||M:DET|||the|||REQUIRED|||-NONE-|||0
A 2 3|||R:VERB:SVA|||has||had|||REQUIRED|||-NONE-|||1
A 4 5|||UNK|||bell|||REQUIRED|||-NONE-|||1

S All is well .
A -1 -1|||noop|||-NONE-|||REQUIRED|||-NONE-|||0

S It also rained
A 1 2|||U:ADV||||||REQUIRED|||-NONE-|||0
A 3 3|||M:PUNCT|||.|||REQUIRED|||-NONE-|||0
"""


def write_pairs(path: Path, *rows: object) -> Path:
    path.write_bytes(b"".join((row if isinstance(row, bytes) else msgspec.json.encode(row)) + b"\n" for row in rows))
    return path


def test_m2_by_hand(tmp_path: Path) -> None:
    path = tmp_path / "test.m2"
    path.write_text(M2, encoding="utf-8")
    data = load_data(path)
    one, two, three = data.documents
    assert (data.kind, one.name, one.text, one.tokenised) == ("m2", "sentence 1", "The preacher have rung bell .", True)
    assert [marked.original for marked in one.annotations] == [
        "The minister has rung the bell .",
        "The preacher has rung bell .",
    ]
    assert one.annotations[1].edits[0].gold == ("has", "had")
    assert one.unknown == ((), ((4, 5),))
    assert (two.text, two.annotations[0].edits) == ("All is well .", ())
    assert tokenise(three.annotations[0].original) == ["It", "rained", "."]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("S a b\nA 0 3|||R:NOUN|||x|||REQUIRED|||-NONE-|||0\n", "line 2: the edit is about tokens 0 to 3"),
        ("S a b\nA 0 1|||R:NOUN|||x\n", "line 2: this is no edit"),
        ("A 0 1|||R:NOUN|||x|||REQUIRED|||-NONE-|||0\n", "line 1: an edit stands before the first sentence"),
        ("S a b\n\nwhat is this\n", "line 3: 'what is this' begins with neither S nor A"),
        (
            "S a b\nA 0 2|||R|||x|||REQUIRED|||-NONE-|||0\nA 1 2|||R|||y|||REQUIRED|||-NONE-|||0\n",
            "line 1: two edits of one annotator overlap",
        ),
    ],
)
def test_broken_m2_names_file_and_line(text: str, problem: str) -> None:
    with pytest.raises(GoldError) as caught:
        read_m2(text.encode(), Path("folder/test.m2"))
    assert str(caught.value).startswith(f"folder/test.m2, {problem}")


def test_m2_that_is_no_utf8_names_the_line() -> None:
    with pytest.raises(GoldError, match="line 2: this is not UTF-8"):
        read_m2(b"S a\nS caf\xe9\n", Path("x.m2"))


def test_pairs_with_references_and_bad_records(tmp_path: Path) -> None:
    path = write_pairs(
        tmp_path / "pairs.jsonl",
        {"id": "a", "spun": "The preacher rang.", "original": "The minister rang.", "reference": "He rang."},
        b"{broken",
        {"spun": "", "original": "x"},
        {"spun": "b"},
        b'{"spun": "caf\xe9", "original": "x"}',
        b"",
        {"spun": "It also rained.", "original": "It rained.", "reference": " ", "references": ["One.", "Two."]},
    )
    data = load_data(path)
    assert (data.kind, [each.name for each in data.documents]) == ("pairs", ["a", "line 7"])
    assert [[r.text for r in each.references] for each in data.documents] == [["He rang."], ["One.", "Two."]]
    assert [row.name for row in data.errors] == ["line 2", "line 3", "line 4", "line 5"]
    assert all(str(path) in row.message and row.name in row.message for row in data.errors)
    assert "`spun` is empty" in data.errors[1].message


def test_the_data_hash_follows_the_content(tmp_path: Path) -> None:
    rows = [{"spun": f"a big dog {n}", "original": f"a large dog {n}"} for n in range(3)]
    whole = load_data(write_pairs(tmp_path / "a.jsonl", *rows))
    assert load_data(write_pairs(tmp_path / "b.jsonl", *rows)).sha256 == whole.sha256
    assert load_data(tmp_path / "a.jsonl", limit=2).sha256 != whole.sha256
    assert len(load_data(tmp_path / "a.jsonl", limit=2).documents) == 2


def test_pairs_without_one_good_record_are_an_error(tmp_path: Path) -> None:
    with pytest.raises(GoldError, match=r"no record of .* add --clean"):
        load_data(write_pairs(tmp_path / "clean.jsonl", {"text": "All is well."}))
    long = [" ".join(f"{word}{n}" for n in range(500)) for word in ("spun", "other")]
    with pytest.raises(GoldError, match="check that they are a pair"):
        load_data(write_pairs(tmp_path / "unlike.jsonl", {"spun": long[0], "original": long[1]}))


def test_a_pair_that_is_too_long_stops_no_other(tmp_path: Path) -> None:
    rows = [{"spun": "word " * 9_000, "original": "word"}, {"spun": "a dog", "original": "a cat"}]
    data = load_data(write_pairs(tmp_path / "a.jsonl", *rows))
    assert len(data.documents) == 1
    assert "line 1: `spun` has more than 8,000 words" in data.errors[0].message


def test_what_is_not_recognised_and_what_is_empty(tmp_path: Path) -> None:
    (tmp_path / "clean.txt").write_text("All is well.\n", encoding="utf-8")
    with pytest.raises(GoldError, match=r"clean.txt, line 1: .* add --clean"):
        load_data(tmp_path / "clean.txt")
    (tmp_path / "empty.jsonl").write_text("\n", encoding="utf-8")
    with pytest.raises(GoldError, match="is empty"):
        load_data(tmp_path / "empty.jsonl")


def test_a_markup_file_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.markup").write_text("A {large=>big} dog.", encoding="utf-8")
    (document,) = load_data(tmp_path / "mine.markup").documents
    assert (document.name, document.annotations[0].original) == ("mine", "A big dog.")


def test_a_pair_is_marked_finely() -> None:
    marked = mark_pair("the preacher also rang bell , cape Kennedy", "The minister rang the bell, Cape Kennedy")
    assert [(e.spun, e.gold[0].strip()) for e in marked.edits] == [
        ("the", "The"),
        ("preacher", "minister"),
        ("also", ""),
        ("", "the"),
        ("cape", "Cape"),
    ]
    assert marked.original.split() == ["The", "minister", "rang", "the", "bell", ",", "Cape", "Kennedy"]


WORDS = st.sampled_from(
    ["the", "a", "dog's", "Dog", "bark", "barked", "“", ",", ".", "12.5", "well-known", "U.S.", "~"]
)
TEXTS = st.lists(st.tuples(WORDS, st.sampled_from([" ", " ", ""])).map("".join), min_size=1, max_size=25).map("".join)


@given(TEXTS, TEXTS)
def test_a_marked_pair_reads_as_its_original(spun: str, original: str) -> None:
    marked = mark_pair(spun, original)
    assert all(spun[e.start : e.end] == e.spun for e in marked.edits)
    assert all(one.end <= other.start for one, other in zip(marked.edits, marked.edits[1:], strict=False))
    assert tokenise(marked.original) == tokenise(original)
    assert GoldLattice(marked).distance(tokenise(original)) == 0
