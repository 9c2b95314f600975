from __future__ import annotations

from restore.lexicon.gazetteer import ListedName, NameTable, load_names, load_offices, without_initials

TABLE = NameTable(
    [
        ListedName("Golden Gate", "place", "w"),
        ListedName("Golden Globe Award", "other", "t"),
        ListedName("John Q. Public", "person", "w"),
        ListedName("Ruritania", "nation", "f"),
    ]
)


def test_names_that_differ_in_one_word_are_found() -> None:
    assert {word: name.form for word, name in TABLE.near_matches(["golden", "door"], 1).items()} == {
        "gate": "Golden Gate"
    }
    assert set(TABLE.near_matches(["silver", "gate"], 0)) == {"golden"}
    assert not TABLE.near_matches(["silver", "door"], 0)
    assert not TABLE.near_matches(["golden", "door", "award"], 0)


def test_initials_inside_names_do_not_count() -> None:
    assert without_initials(["george", "w.", "bush"]) == ("george", "bush")
    assert without_initials(["j.", "smith"]) == ("j.", "smith")
    assert ("john", "public") in TABLE


def test_trust_depends_on_the_sources() -> None:
    assert TABLE.near_matches(["golden", "x", "award"], 1)["globe"].trust == 0.5
    assert TABLE.near_matches(["golden", "x"], 1)["gate"].trust == 1.0


def test_nations_are_single_words() -> None:
    found = TABLE.nation("ruritania")
    assert found is not None
    assert found.form == "Ruritania"
    assert TABLE.nation("golden") is None


def test_shipped_tables() -> None:
    names, offices = load_names(), load_offices()
    assert ("united", "nations") in names
    assert ("climate", "change") not in names
    assert names.nation("kosovo") is not None
    assert "prime minister" in offices.words
    assert offices.longest >= 2
    assert offices.held["merkel"]["chancellor"] >= 1
