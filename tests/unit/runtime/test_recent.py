"""What was used last stays, as far as there is room."""

from __future__ import annotations

from restore.runtime.recent import Recent


def test_what_was_not_used_for_longest_goes_first() -> None:
    kept = Recent[str, int](2)
    kept.put("a", 1)
    kept.put("b", 2)
    assert kept.get("a") == 1
    kept.put("c", 3)
    assert list(kept) == ["a", "c"]
    assert kept.get("b") is None


def test_room_is_counted_by_size_and_a_new_value_takes_the_place_of_the_old_one() -> None:
    kept = Recent[str, str](5, lambda _, value: len(value))
    kept.put("a", "xxx")
    kept.put("b", "x")
    kept.put("a", "xx")
    assert kept.taken == 3
    kept.put("c", "xxx")
    assert list(kept.values()) == ["xx", "xxx"]
    assert kept.taken == 5


def test_the_last_one_stays_whatever_it_takes() -> None:
    kept = Recent[str, str](5, lambda _, value: len(value))
    kept.put("a", "x")
    kept.put("b", "x" * 9)
    assert list(kept) == ["b"]
    kept.put("a", "x")
    assert list(kept) == ["a"]


def test_nothing_is_left_behind_clear() -> None:
    kept = Recent[str, int](2)
    kept.put("a", 1)
    kept.clear()
    assert (len(kept), kept.taken) == (0, 0)
