"""Executing tasks, here or elsewhere.

An executor is anything with ``submit(function, task)`` that returns an object with ``result()``: those of
`concurrent.futures`, Dask's client. Without one, tasks are done one after the other in this process.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from wordneg.common.progress import Bar

__all__ = ["checked_executor", "gather"]


class _Later:
    """A task that is done when its result is asked for."""

    def __init__(self, call: Callable[[], Any]) -> None:
        self._call = call

    def result(self) -> Any:
        return self._call()


def checked_executor(executor: Any) -> Any:
    """Return an executor, or raise TypeError if it is none."""
    if executor is not None and not callable(getattr(executor, "submit", None)):
        raise TypeError(
            f"got executor={executor!r}, expected an object with submit(function, task), such as "
            "concurrent.futures.ProcessPoolExecutor(), or None to train in this process"
        )
    return executor


def gather(
    executor: Any, function: Callable[..., Any], tasks: Sequence[Any], words: Sequence[int], what: str, bar: Bar
) -> Iterator[Any]:
    """Do tasks, and yield their results in order; an Exception in the place of one that could not be done.

    Parameters
    ----------
    executor : object or None
        See above.
    function : callable
        Done with each task; in this process it also gets a function ``report(words)``.
    tasks : sequence
        The tasks.
    words : sequence of int
        The words of each task at most, for the bar.
    what : str
        What the tasks are, for the bar.
    bar : Bar
        The bar.

    Raises
    ------
    KeyboardInterrupt
        If it was interrupted; tasks that were not begun are cancelled.
    """
    told: list[int] = []

    def report(count: int) -> None:
        told.append(count)
        bar.advance(count)

    if executor is None:
        futures = [_Later(lambda task=task: function(task, report)) for task in tasks]  # type: ignore[misc]
    else:
        futures = [executor.submit(function, task) for task in tasks]
    try:
        for number, (future, size) in enumerate(zip(futures, words, strict=True), start=1):
            bar.describe(f"{what} {number} of {len(tasks)}")
            told.clear()
            try:
                result = future.result()
            except Exception as error:  # such as a worker process that died
                result = error
            bar.advance(size - sum(told))
            yield result
    finally:
        for future in futures:
            if hasattr(future, "cancel"):
                future.cancel()
