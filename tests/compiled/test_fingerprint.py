"""The digest of a compiled function: the same content gives the same digest, and any other content another one."""

import types as python_types
from typing import NamedTuple

import numba
import numpy as np
import pytest
from llvmlite import ir
from numba import types
from numba.extending import intrinsic

from wordneg.compiled.fingerprint import UnknownContentError, fingerprint
from wordneg.compiled.tiles import make_score, make_update


def make(step=1, *, factor=2.0, table=(1, 2), **options):
    """Return a jitted function that calls another one, with constants of both."""

    @numba.njit
    def inner(x):
        return x * factor + table[0]

    @numba.njit(**options)
    def outer(x):
        return inner(x) + step

    return outer


def make_intrinsic(constant):
    @intrinsic
    def added(typingctx, x):
        def codegen(context, builder, signature, args):
            return builder.fadd(args[0], ir.Constant(ir.DoubleType(), constant))

        return types.float64(types.float64), codegen

    @numba.njit
    def outer(x):
        return added(x)

    return outer


def test_equal_functions_have_equal_digests():
    assert fingerprint(make()) == fingerprint(make())
    assert fingerprint(make_intrinsic(1.0)) == fingerprint(make_intrinsic(1.0))
    assert fingerprint(make_score.__wrapped__(6, 7)) == fingerprint(make_score.__wrapped__(6, 7))
    assert len(fingerprint(make())) == 64


@pytest.mark.parametrize(
    "other",
    [
        make(2),
        make(1.0),
        make(True),
        make(factor=3.0),
        make(factor=np.float32(2.0)),
        make(table=(2, 2)),
        make(table=np.array([1, 2])),
        make(fastmath=True),
        make(fastmath={"nsz"}),
        make(boundscheck=True),
        make_intrinsic(1.0),
        make_intrinsic(2.0),
        make_score(6, 7),
        make_score(6, 8),
        make_score(7, 7),
    ],
    ids=range(15),
)
def test_any_change_gives_another_digest(other):
    assert fingerprint(other) != fingerprint(make())
    others = [make(2), make_intrinsic(3.0), make_score(5, 7)]
    assert fingerprint(other) not in {fingerprint(function) for function in others if function is not other} - {
        fingerprint(make(2))
    }


def test_the_code_of_an_intrinsic_made_by_a_factory_counts():
    def user(update):
        @numba.njit
        def call(a, b, rows, c, d):
            update(a, b, rows, c, d)

        return call

    settings = [(6, 7, 1.0), (6, 7, 0.5), (5, 7, 1.0), (6, 8, 1.0)]
    assert len({fingerprint(user(make_update(*setting))) for setting in settings}) == 4


def test_a_global_name_counts_with_what_it_stands_for():
    source = "def outer(x):\n    return x + LEVEL + helper(x)\n"
    digests = set()
    for level, slope in ((1, 2), (2, 2), (1, 3)):
        helper = numba.njit(eval(f"lambda x: x * {slope}"))
        space = {"LEVEL": level, "helper": helper, "__name__": "made_up"}
        exec(source, space)
        digests.add(fingerprint(numba.njit(space["outer"])))
    assert len(digests) == 3


def test_a_comment_or_another_place_in_the_file_does_not_count():
    digests = set()
    for source in ("def outer(x):\n    return x + 1\n", "\n\n# moved\ndef outer(x):  # said\n    return x + 1\n"):
        space = {"__name__": "made_up"}
        exec(source, space)
        digests.add(fingerprint(numba.njit(space["outer"])))
    assert len(digests) == 1


def test_functions_that_call_each_other_end():
    @numba.njit
    def even(n):
        return n == 0 or odd(n - 1)

    @numba.njit
    def odd(n):
        return n != 0 and even(n - 1)

    assert fingerprint(even) != fingerprint(odd)


def test_types_of_arguments_count_with_the_fields_of_tuples():
    def state(*fields):
        return NamedTuple("State", [(field, object) for field in fields])(np.zeros(2), np.zeros(2))

    kinds = [
        (numba.typeof(state("a", "b")),),
        (numba.typeof(state("b", "a")),),
        (numba.typeof((np.zeros(2), np.zeros(2))),),
        (types.float64,),
        (types.float32,),
        (types.float64, types.float64),
    ]
    digests = {fingerprint(make(), kind) for kind in kinds}
    assert len(digests) == len(kinds)
    assert fingerprint(make(), kinds[0]) == fingerprint(make(), (numba.typeof(state("a", "b")),))


def test_what_cannot_be_read_is_refused():
    theirs = python_types.ModuleType("their_module")

    @numba.njit
    def outer(x):
        return theirs.helper(x)

    with pytest.raises(UnknownContentError, match="the module their_module"):
        fingerprint(outer)
    with pytest.raises(UnknownContentError, match="the type"):
        fingerprint(make(), (numba.typeof(numba.typed.List([1])),))
