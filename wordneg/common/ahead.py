"""Work done ahead in threads, for functions that release the GIL most of the time; results keep their order."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

from wordneg.common.machine import available_cores

__all__ = ["map_ahead", "read_ahead"]

Item = TypeVar("Item")
Result = TypeVar("Result")

_THREADS = 4  # at most; two keep up with a fast disk
_END = object()


def map_ahead(function: Callable[[Item], Result], items: Iterable[Item]) -> Iterator[Result]:
    """Yield the results of a function that releases the GIL, in the order of `items`, of which few are held at once.

    An error of `items` is raised after the results of what came before it.
    """
    threads = min(available_cores(), _THREADS)
    source, running = iter(items), deque[Future[Result]]()
    failure: Exception | None = None
    with ThreadPoolExecutor(threads, thread_name_prefix="wordneg-ahead") as pool:
        while running or failure is None:
            try:
                while failure is None and len(running) <= threads:
                    running.append(pool.submit(function, next(source)))
            except Exception as error:
                failure = error
            if running:
                yield running.popleft().result()
    if failure is not None and not isinstance(failure, StopIteration):
        raise failure


def read_ahead(items: Iterable[Item]) -> Iterator[Item]:
    """Yield `items`, each of which is made in another thread while the one before it is in use."""
    source = iter(items)
    with ThreadPoolExecutor(1, thread_name_prefix="wordneg-ahead") as reader:
        following = reader.submit(next, source, _END)
        while (item := following.result()) is not _END:
            following = reader.submit(next, source, _END)
            yield item  # type: ignore[misc]
