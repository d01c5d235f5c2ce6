"""A client of a Dask cluster, and whether its workers can train together."""

from __future__ import annotations

import hashlib
import platform
from collections.abc import Callable
from importlib.metadata import version
from typing import Any, NamedTuple

import llvmlite.binding as llvm

from wordneg.common.machine import versions

__all__ = [
    "UNLIKE",
    "Machine",
    "asked",
    "check_client",
    "check_cluster",
    "check_workers",
    "connect",
    "this_machine",
    "workers_of",
]

_SECONDS = 5
"""How long to wait for a scheduler, and for the first worker."""

_PACKAGES = ("wordneg", "numpy", "numba", "llvmlite")
"""Vectors are the same only where the versions of these are."""

UNLIKE = (
    "vectors would depend on who trained what. Take workers of one kind, or set NUMBA_CPU_NAME (to x86-64-v3, say) and "
    "NUMBA_CPU_FEATURES (to +avx2,+fma) to the same for all"
)
"""What is said of workers that differ."""


def connect(address: str) -> Any:
    """Return a client of the scheduler at an address.

    Raises
    ------
    ImportError
        If dask.distributed is not installed.
    ConnectionError
        If nobody answers within seconds.
    ValueError
        If it is no address.
    """
    distributed = _distributed()
    try:
        return distributed.Client(address, timeout=_SECONDS, set_as_default=False)
    except (OSError, TimeoutError) as error:
        raise ConnectionError(
            f"no Dask scheduler answers at {address!r} within {_SECONDS} seconds ({error}); start one by "
            "`dask scheduler`, and give the address that it prints, such as tcp://host:8786"
        ) from error


def _distributed() -> Any:
    try:
        import distributed
    except ImportError as error:
        raise ImportError(
            'training on a cluster needs dask.distributed; install it by pip install "wordneg[distributed]"'
        ) from error
    return distributed


def check_client(client: Any) -> None:
    """Refuse what is no client that can be waited for.

    Raises
    ------
    TypeError
        If it is none.
    """
    if not isinstance(client, _distributed().Client) or client.asynchronous:
        raise TypeError(
            f"got client={client!r}, expected a dask.distributed.Client (not an asynchronous one), such as "
            'Client("tcp://host:8786")'
        )


def workers_of(client: Any) -> dict[str, int]:
    """Return the threads of the workers that are there, by their addresses in order."""
    return dict(sorted(client.nthreads().items()))


class Machine(NamedTuple):
    """What the bits of vectors depend on.

    Attributes
    ----------
    versions : tuple of str
        Python and packages, each with its version.
    processor : str
        What machine code is made for.
    lanes : int
        How many floats are computed at once.
    """

    versions: tuple[str, ...]
    processor: str
    lanes: int

    def __str__(self) -> str:
        return f"{self.processor} with {self.lanes} floats at once, {', '.join(self.versions)}"


def this_machine() -> Machine:
    """Return what this process runs on."""
    from numba.core import config

    from wordneg.compiled.lanes import LANES

    name = config.CPU_NAME or llvm.get_host_cpu_name()
    features = config.CPU_FEATURES if config.CPU_FEATURES is not None else llvm.get_host_cpu_features().flatten()
    kind = hashlib.blake2b(f"{llvm.get_default_triple()} {features}".encode(), digest_size=4).hexdigest()
    found = versions()
    return Machine(tuple(f"{name} {found.get(name)}" for name in ("python", *_PACKAGES)), f"{name} ({kind})", LANES)


def check_workers(client: Any) -> None:
    """Refuse a cluster without workers, and workers with other versions than this process.

    Raises
    ------
    ConnectionError
        If the scheduler is gone.
    RuntimeError
        If there is no worker, or one lacks a package or has another version.
    """
    if client.status != "running":
        raise ConnectionError(f"the client is {client.status}: its scheduler is gone; connect again")
    try:
        client.wait_for_workers(1, timeout=_SECONDS)
    except TimeoutError as error:
        address = client.scheduler.address
        raise RuntimeError(
            f"the cluster of {address} has no workers; start some by `dask worker {address}`, then train again"
        ) from error
    here = {"python": platform.python_version(), **{name: version(name) for name in _PACKAGES}}
    questions: dict[str, tuple[Any, ...]] = {"python": (platform.python_version,)}
    questions |= {name: (version, name) for name in _PACKAGES}
    for name, question in questions.items():
        for worker, answer in asked(client, *question).items():
            if answer != here[name]:
                got = f"has {name} {answer}" if isinstance(answer, str) else f"lacks {name}"
                raise RuntimeError(
                    f"the worker {worker} {got}, but this process has {name} {here[name]}; vectors would not be "
                    "the same everywhere, so install the same versions on all"
                )


def check_cluster(client: Any) -> Machine:
    """Return what all workers have in common; refuse workers that cannot train together.

    Raises
    ------
    ConnectionError
        If the scheduler is gone.
    RuntimeError
        If there is no worker, their processors differ, or they or this process have different versions.
    """
    check_workers(client)
    machines = asked(client, this_machine)
    for worker, machine in machines.items():
        if isinstance(machine, Exception):
            raise RuntimeError(f"the worker {worker} cannot load wordneg: {machine!r}") from machine
    if not machines:  # all of them were lost just now
        return check_cluster(client)
    (first, common), *others = machines.items()
    for worker, machine in others:
        if machine != common:
            raise RuntimeError(f"the worker {first} is {common}, but the worker {worker} is {machine}; {UNLIKE}")
    return common


def asked(client: Any, function: Callable[..., Any], *arguments: Any) -> dict[str, Any]:
    """Return what each worker answers, by address; an exception is an answer, too. Workers lost meanwhile have none."""
    answers = client.run(function, *arguments, on_error="return")
    gone = _distributed().comm.CommClosedError
    return {worker: answer for worker, answer in sorted(answers.items()) if not isinstance(answer, gone)}
