"""What a compiled function is made of, as a digest: two functions with the same one have the same machine code.

Everything that Numba reads when it compiles a function goes in: its bytecode and constants, what its global names and
closure stand for, the settings of Numba's that it is compiled with, and the same of each function that it calls,
intrinsics and what they call included. Functions of NumPy, Numba, llvmlite and the standard library count by name;
their versions are a part of the key under which machine code is kept (`wordneg.compiled.kept`).
"""

from __future__ import annotations

import dis
import enum
import hashlib
import types
from collections.abc import Callable
from functools import lru_cache
from typing import Any, ClassVar

import numba
import numpy as np
from llvmlite import ir
from numba.core.typing import Signature
from numba.extending import is_jitted

__all__ = ["UnknownContentError", "fingerprint"]

_LIBRARIES = {"builtins", "numpy", "numba", "llvmlite", "math", "cmath", "operator", "functools", "itertools", "typing"}
_SCALARS = (str, bytes, bool, int, float, complex, type(None), type(...), range, slice)
_KNOWN_TYPES = (  # of arguments, completely described by their names
    numba.types.Number,
    numba.types.Boolean,
    numba.types.Array,
    numba.types.NoneType,
    numba.types.Literal,
    numba.types.UnicodeType,
    numba.types.Omitted,
    numba.types.Record,
)


class UnknownContentError(TypeError):
    """Something goes into a compiled function of which it cannot be told when it changes."""


def fingerprint(function: Any, arguments: tuple[Any, ...] = ()) -> str:
    """Return a digest (64 hexadecimal digits) of a jitted function and the types of its arguments.

    Parameters
    ----------
    function : jitted function
        The function.
    arguments : tuple of Numba types
        What it is compiled for.

    Raises
    ------
    UnknownContentError
        If the function refers to something whose content cannot be read, such as a module of the user's.
    """
    reader = _Reader()
    reader.read(function)
    for argument in arguments:
        reader.read_type(argument)
    return reader.digest()


class _Reader:
    """Feeds everything that can be reached from a function to a hash, each object once."""

    def __init__(self) -> None:
        self._hash = hashlib.sha256()
        self._seen: dict[int, int] = {}
        self._kept: list[Any] = []  # so that no identity is used twice

    def digest(self) -> str:
        return self._hash.hexdigest()

    def _write(self, kind: str, content: object = "") -> None:
        self._hash.update(f"{kind}\x1f{content!r}\x1e".encode())

    def read(self, thing: Any) -> None:
        """Feed any object."""
        if isinstance(thing, _SCALARS):
            self._write(type(thing).__name__, thing)
            return
        if id(thing) in self._seen:
            self._write("again", self._seen[id(thing)])
            return
        self._seen[id(thing)] = len(self._seen)
        self._kept.append(thing)
        self._reader_of(thing)(thing)

    def _reader_of(self, thing: Any) -> Callable[[Any], None]:
        if is_jitted(thing):
            return self._read_jitted
        for kind, reader in self._READERS.items():
            if isinstance(thing, kind):
                return reader.__get__(self)
        if hasattr(thing, "_defn") and type(thing).__module__.startswith("numba."):  # an intrinsic
            return self._read_intrinsic
        if hasattr(thing, "__wrapped__"):  # by functools.cache and the like
            return self._read_wrapped
        return self._read_named

    def _read_jitted(self, function: Any) -> None:
        self._write("jitted", sorted((name, _plain(value)) for name, value in function.targetoptions.items()))
        self.read(function.py_func)

    def _read_intrinsic(self, function: Any) -> None:
        self._write("intrinsic")
        self.read(function._defn)

    def _read_wrapped(self, function: Any) -> None:
        self._write("wrapped")
        self.read(function.__wrapped__)

    def _read_function(self, function: types.FunctionType) -> None:
        if _library(function.__module__ or ""):
            self._read_named(function)
            return
        self._write("function")
        self._read_code(function.__code__)
        self.read(function.__defaults__)
        self.read(function.__kwdefaults__)
        for name in _global_names(function.__code__):
            if name in function.__globals__:  # else a built-in, or an error that Numba reports
                self._write("global", name)
                self.read(function.__globals__[name])
        for cell in function.__closure__ or ():
            self._write("cell")
            try:
                content = cell.cell_contents
            except ValueError:  # not filled yet
                continue
            self.read(content)

    def _read_code(self, code: types.CodeType) -> None:
        names = (code.co_names, code.co_varnames, code.co_freevars, code.co_cellvars, code.co_argcount, code.co_flags)
        self._write("code", (code.co_code, getattr(code, "co_exceptiontable", b""), names))
        for constant in code.co_consts:
            self.read(constant)

    def _read_array(self, array: Any) -> None:
        if array.dtype.hasobject:
            raise UnknownContentError("an array of objects")
        self._write("array", (array.dtype.str, array.shape, array.tobytes()))

    def _read_sequence(self, sequence: Any) -> None:
        self._write(type(sequence).__name__, (len(sequence), getattr(sequence, "_fields", ())))
        for item in sequence:
            self.read(item)

    def _read_set(self, items: Any) -> None:
        self._write("set", sorted(map(repr, items)))

    def _read_mapping(self, mapping: Any) -> None:
        self._write("mapping", len(mapping))
        for key, value in mapping.items():
            self.read(key)
            self.read(value)

    def _read_module(self, module: types.ModuleType) -> None:
        if not _library(module.__name__):
            raise UnknownContentError(f"the module {module.__name__}")
        self._write("module", module.__name__)

    def _read_text(self, thing: Any) -> None:
        self._write(type(thing).__qualname__, str(thing))

    def read_type(self, kind: Any) -> None:
        """Feed a type of Numba's, the fields of a named tuple included."""
        if isinstance(kind, numba.types.BaseTuple):
            fields = getattr(kind, "fields", ())
            self._write("tuple", (getattr(kind, "instance_class", tuple).__qualname__, fields, len(kind)))
            for part in kind:
                self.read_type(part)
        elif isinstance(kind, _KNOWN_TYPES):
            self._write("type", str(kind))
        elif str(kind).startswith("Lanes"):
            self._write("lanes", str(kind))
        else:
            raise UnknownContentError(f"the type {kind}")

    def _read_named(self, thing: Any) -> None:
        """Feed what a library defines by its name; so are classes that only serve as names, such as named tuples."""
        if isinstance(thing, type) and issubclass(thing, tuple) and hasattr(thing, "_fields"):
            self._write("named tuple", (thing.__qualname__, thing._fields))
            return
        if isinstance(thing, enum.Enum):
            self._write("enum", (type(thing).__qualname__, thing.name))
            return
        owner = thing if isinstance(getattr(thing, "__qualname__", None), str) else type(thing)
        if owner is thing and _library(getattr(thing, "__module__", None) or ""):
            self._write("name", (thing.__module__, thing.__qualname__))
            return
        if isinstance(thing, np.ufunc):
            self._write("ufunc", thing.__name__)
            return
        raise UnknownContentError(f"{type(thing).__module__}.{type(thing).__qualname__}: {thing!r:.80}")

    _READERS: ClassVar[dict[Any, Callable[[_Reader, Any], None]]] = {
        types.FunctionType: _read_function,
        types.CodeType: _read_code,
        types.ModuleType: _read_module,
        np.ndarray: _read_array,
        np.generic: _read_array,
        tuple: _read_sequence,
        list: _read_sequence,
        frozenset: _read_set,
        set: _read_set,
        dict: _read_mapping,
        numba.types.Type: read_type,
        ir.Type: _read_text,
        ir.Constant: _read_text,
        Signature: _read_text,
    }


def _library(module: str) -> bool:
    return module.partition(".")[0] in _LIBRARIES


def _plain(value: Any) -> Any:
    """Return an option of Numba's in a form that is the same in every process."""
    return sorted(map(str, value)) if isinstance(value, set | frozenset) else str(value)


@lru_cache(maxsize=4096)
def _global_names(code: types.CodeType) -> tuple[str, ...]:
    """Return the names that a function, and the functions inside of it, take from its module."""
    found = {line.argval for line in dis.get_instructions(code) if line.opname in ("LOAD_GLOBAL", "LOAD_NAME")}
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            found |= set(_global_names(constant))
    return tuple(sorted(found))
