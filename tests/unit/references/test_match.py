from __future__ import annotations

from restore.references.match import Traits, likeness


def make(names: str = "", numbers: str = "", words: str = "", quotations: tuple[str, ...] = ()) -> Traits:
    kinds = {
        "name": dict.fromkeys(names.split(), 0.8),
        "number": dict.fromkeys(numbers.split(), 1.0),
        "date": {},
        "word": dict.fromkeys(words.split(), 0.6),
    }
    return Traits(kinds, quotations)


def test_the_same_traits_score_one() -> None:
    one = make("oslo hansen ferry", "1998 340", "harbour storm rescue capsize")
    score, shared = likeness(one, one)
    assert score == 1.0
    assert shared == {"name": 3, "number": 2, "date": 0, "word": 4, "quotation": 0}


def test_nothing_in_common_scores_zero() -> None:
    assert likeness(make("oslo hansen", "1998"), make("lima garcia", "2007"))[0] == 0.0


def test_empty_texts_score_zero() -> None:
    assert likeness(make(), make())[0] == 0.0


def test_a_spun_quotation_still_counts() -> None:
    one = make("oslo", quotations=("we certainly never saw a wave the this size",))
    other = make("bergen", quotations=("We never saw a wave of this size",))
    assert likeness(one, other)[1]["quotation"] == 1
    assert likeness(one, make("bergen", quotations=("The budget will be balanced by June",)))[1]["quotation"] == 0


def test_one_shared_kind_is_not_hidden_by_a_kind_that_one_text_lacks() -> None:
    ours, theirs = make("oslo hansen ferry vik", "1998 340 12"), make("oslo hansen ferry vik")
    assert likeness(ours, theirs)[0] > 0.9


def test_reports_speak_of_the_text_as_given() -> None:
    from restore.engine.fixed_point import first_reports
    from restore.records import ReferenceReport

    first = (ReferenceReport("a", True, 0.6, "shares 2 names"), ReferenceReport("b", False, 0.1, "shares nothing"))
    later = (ReferenceReport("b", True, 0.5, "shares 1 name"), ReferenceReport("a", True, 1.0, "is identical"))
    assert first_reports((), first) == first
    assert first_reports(first, later) == (later[0], first[0])
    assert first_reports(first, ()) == ()
