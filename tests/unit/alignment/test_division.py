from __future__ import annotations

from restore.alignment.division import cheapest


def _cost(ours: str, theirs: str, i: int, k: int, j: int, m: int) -> float | None:
    one, other = ours[i:k], theirs[j:m]
    if not one or not other:
        return 1.0
    if one == other:
        return 0.0
    return None if len(one) == len(other) == 1 else 0.5


def _divide(ours: str, theirs: str) -> list[tuple[str, str]]:
    cells = cheapest(len(ours), len(theirs), lambda i, k, j, m: _cost(ours, theirs, i, k, j, m), 2)
    return [(ours[i:k], theirs[j:m]) for i, k, j, m in cells]


def test_pieces_cover_both_sides_in_order() -> None:
    assert _divide("abc", "abc") == [("a", "a"), ("b", "b"), ("c", "c")]
    assert _divide("abx", "abyz") == [("a", "a"), ("b", "b"), ("x", "yz")]


def test_what_must_not_stand_for_one_another_is_lost_and_gained() -> None:
    assert _divide("x", "y") == [("", "y"), ("x", "")]
    assert _divide("", "ab") == [("", "a"), ("", "b")]
    assert _divide("", "") == []
