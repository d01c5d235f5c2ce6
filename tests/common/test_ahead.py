"""Work done ahead: in order, in other threads, of few items at once, and errors where they belong."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from wordneg.common.ahead import map_ahead, read_ahead


def test_few_items_are_held_at_once() -> None:
    taken = []

    def items() -> Iterator[int]:
        for number in range(100):
            taken.append(number)
            yield number

    results = map_ahead(lambda number: (number, threading.current_thread().name), items())
    first, name = next(results)
    assert first == 0
    assert name.startswith("wordneg-ahead")
    assert len(taken) < 10
    assert [number for number, _ in results] == list(range(1, 100))


def test_an_error_comes_after_what_was_before_it() -> None:
    def items() -> Iterator[int]:
        yield from range(3)
        raise OSError("the disk")

    results = map_ahead(str, items())
    assert [next(results) for _ in range(3)] == ["0", "1", "2"]
    with pytest.raises(OSError, match="the disk"):
        next(results)
    with pytest.raises(ZeroDivisionError):
        list(map_ahead(lambda number: 1 // number, iter([1, 0, 1])))


def test_reading_ahead() -> None:
    made = []

    def items() -> Iterator[int | None]:
        for number in (0, None, 2):
            made.append(threading.current_thread())
            yield number
        raise OSError("the disk")

    found = read_ahead(items())
    assert [next(found) for _ in range(3)] == [0, None, 2]
    assert threading.current_thread() not in made
    with pytest.raises(OSError, match="the disk"):
        next(found)
    assert list(read_ahead([])) == []


def test_whoever_stops_early_leaves_no_thread() -> None:
    for found in (read_ahead(iter(range(9))), map_ahead(str, range(9))):
        next(found)
        found.close()
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("wordneg-ahead")]
