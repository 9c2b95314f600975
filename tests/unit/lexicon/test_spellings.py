import pytest

from restore.lexicon.spelling import is_form_of_known, is_known, misreadings, near_words, segment


@pytest.mark.parametrize(
    ("letters", "words"),
    [
        ("inthe", ("in", "the")),
        ("saidon", ("said", "on")),
        ("attheendof", ("at", "the", "end", "of")),
        ("dinnerafterwards", ("dinner", "afterwards")),
        ("dinnercondition", ()),
        ("qzxvk", ()),
        ("a", ()),
    ],
)
def test_glued_words_fall_apart_where_words_are_seen_side_by_side(letters: str, words: tuple[str, ...]) -> None:
    assert segment(letters) == words


def test_near_words_are_sorted_by_distance_and_frequency() -> None:
    found = near_words("goverment")
    assert found[0] == ("government", 1)
    assert near_words("qqzzqqzz") == ()


@pytest.mark.parametrize(
    ("word", "meant"),
    [("rnodern", "modern"), ("govemment", "government"), ("c1ub", "club"), ("0ther", "other"), ("ſuch", "such")],
)
def test_confused_letters_are_put_back(word: str, meant: str) -> None:
    assert meant in misreadings(word)


def test_many_digits_are_no_letters() -> None:
    assert misreadings("1010ab11") == ()


def test_known_words_and_their_forms() -> None:
    assert is_known("house")
    assert not is_known("blorptel")
    assert is_form_of_known("unhoused")
    assert not is_form_of_known("blorptel")
