"""A few values that were used last, for what is asked again soon."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Generic, TypeVar

Key = TypeVar("Key")
Value = TypeVar("Value")


def _one(_key: object, _value: object) -> int:
    return 1


class Recent(Generic[Key, Value]):
    """Values by key, of which those that were not used for longest go first.

    They take `room` in all, each as much as `size` says of its key and value: 1 unless told otherwise, always the same
    of the same. The last one stays, whatever it takes. No lock: threads that share it need one of their own.
    """

    def __init__(self, room: int, size: Callable[[Key, Value], int] = _one) -> None:
        self._room, self._size = room, size
        self._kept: dict[Key, Value] = {}
        self.taken = 0
        """The room that all take together."""

    def __len__(self) -> int:
        """Return how many are kept."""
        return len(self._kept)

    def __iter__(self) -> Iterator[Key]:
        """Yield the keys, the one that was not used for longest first."""
        return iter(self._kept)

    def values(self) -> Iterator[Value]:
        """Yield the values in the order of their keys."""
        return iter(self._kept.values())

    def get(self, key: Key) -> Value | None:
        """Return a value, which becomes the last used one; None if it is not kept."""
        found = self._kept.pop(key, None)
        if found is not None:
            self._kept[key] = found
        return found

    def put(self, key: Key, value: Value) -> None:
        """Keep a value as the last used one, in place of an earlier one of the key."""
        self._drop(key)
        self._kept[key] = value
        self.taken += self._size(key, value)
        while self.taken > self._room and len(self._kept) > 1:
            self._drop(next(iter(self._kept)))

    def clear(self) -> None:
        """Forget everything."""
        self._kept.clear()
        self.taken = 0

    def _drop(self, key: Key) -> None:
        if key in self._kept:
            self.taken -= self._size(key, self._kept.pop(key))
