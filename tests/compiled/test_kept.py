"""Machine code on disk: found again, never stale, and never in the way."""

import contextlib
import errno
import os
import pickle
import subprocess
import sys
import threading

import numba
import pytest
from numba.core.compiler import CompileResult

from wordneg.compiled import kept as module
from wordneg.compiled.announcing import MESSAGE
from wordneg.compiled.jit import exact_entry, jit
from wordneg.compiled.kept import folder, kept


@pytest.fixture(autouse=True)
def place(tmp_path, monkeypatch):
    """A folder of machine code for the test alone."""
    monkeypatch.delenv("WORDNEG_KERNEL_CACHE", raising=False)
    monkeypatch.setenv("WORDNEG_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache" / "kernels"


def make(step=1):
    @numba.njit(no_cfunc_wrapper=True)
    def function(x):
        return x + step

    return kept(function)


def is_kept(function, arguments):
    types = tuple(numba.typeof(argument) for argument in arguments)
    return function._cache._path(types, function.targetctx).is_file()


def files(place):
    return sorted(path.name for path in place.iterdir()) if place.exists() else []


def hits(function):
    return sum(function.stats.cache_hits.values())


def test_the_second_function_with_the_same_content_is_not_compiled(place):
    first, second, other = make(), make(), make(2)
    assert not is_kept(first, (1,))
    assert first(1) == 2
    assert [name.startswith("function-") and name.endswith(".kernel") for name in files(place)] == [True]
    assert is_kept(second, (1,))
    assert not is_kept(second, (1.0,))
    assert not is_kept(other, (1,))
    assert second(1) == 2
    assert (hits(first), hits(second)) == (0, 1)
    assert other(1) == 3
    assert hits(other) == 0
    assert len(files(place)) == 2
    assert os.stat(place).st_mode & 0o077 == 0


def test_each_type_of_argument_has_its_code(place):
    assert make()(1) == 2
    again = make()
    assert again(1.5) == 2.5
    assert hits(again) == 0
    third = make()
    assert (third(1), third(1.5)) == (2, 2.5)
    assert hits(third) == 2


def test_two_functions_never_share_a_symbol(place):
    one, two = make(1), make(2)
    one(1), two(1)
    assert one.py_func.__qualname__ != two.py_func.__qualname__
    assert make(1)(1) == 2
    assert make(2)(1) == 3


@pytest.mark.parametrize("damage", [b"", b"wordneg kernel 1\n", b"\0" * 4000, "cut", "flipped", "foreign"])
def test_a_damaged_file_is_compiled_again_and_replaced(place, damage):
    assert make()(1) == 2
    (path,) = place.iterdir()
    good = path.read_bytes()
    if damage == "cut":
        damage = good[:-1]
    elif damage == "flipped":
        damage = good[:-5] + bytes([good[-5] ^ 1]) + good[-4:]
    elif damage == "foreign":  # another program's pickle, with a checksum that is right
        payload = pickle.dumps(("not", "a", "result"))
        damage = module._HEAD + module.hashlib.sha256(payload).digest() + payload
    path.write_bytes(damage)
    function = make()
    assert function(1) == 2
    assert hits(function) == 0
    again = make()
    assert again(1) == 2
    assert hits(again) == 1


def test_code_of_other_versions_or_settings_is_not_used(place, monkeypatch):
    assert make()(1) == 2
    monkeypatch.setattr(module, "_circumstances", lambda: ("another version",))
    function = make()
    assert function(1) == 2
    assert hits(function) == 0
    assert len(files(place)) == 2


@pytest.mark.parametrize("value", ["0", "off", "No"])
def test_it_can_be_switched_off(place, monkeypatch, value):
    monkeypatch.setenv("WORDNEG_KERNEL_CACHE", value)
    assert folder() is None
    assert make()(1) == 2
    assert not place.exists()


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="Windows has no such permissions")
def test_a_folder_that_others_can_write_to_is_not_used(place):
    place.mkdir(parents=True)
    place.chmod(0o777)
    assert make()(1) == 2
    assert files(place) == []


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="Windows has no such owners")
def test_the_folder_of_another_user_is_not_used(place, monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: os.getuid() + 1)
    assert make()(1) == 2
    assert files(place) == []


def test_a_file_in_the_place_of_the_folder_does_no_harm(place):
    place.parent.mkdir(parents=True)
    place.write_text("a file")
    assert make()(1) == 2


@pytest.mark.parametrize("step", ["mkstemp", "replace"])
def test_a_full_disk_does_no_harm_and_leaves_nothing(place, monkeypatch, step):
    def full(*args, **options):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    owner = module.tempfile if step == "mkstemp" else module.os
    monkeypatch.setattr(owner, step, full)
    assert make()(1) == 2
    assert files(place) == []


@pytest.mark.parametrize("method", ["_reduce", "_rebuild"])
def test_a_numba_with_other_insides_compiles_as_if_there_were_no_cache(place, monkeypatch, method):
    if method == "_rebuild":
        assert make()(1) == 2
    monkeypatch.delattr(CompileResult, method)
    function = make()
    assert function(1) == 2
    assert hits(function) == 0


def test_a_numba_without_caches_is_left_alone():
    class Function:
        __slots__ = ()

    function = Function()
    assert kept(function) is function


def test_what_refers_to_unknown_things_is_compiled_as_ever(place):
    # a module of the user's: nobody can tell when it changes
    theirs = type(os)("theirs")
    theirs.LEVEL = 3

    @kept
    @numba.njit
    def function(x):
        return x + theirs.LEVEL

    assert function(1) == 4
    assert files(place) == []


def test_code_that_calls_what_other_processes_may_name_alike_is_not_kept(place):
    @numba.njit(no_cfunc_wrapper=True)
    def separate(x):
        for _ in range(3):
            x = x * 3 + 1
            print(x)  # too much to be merged into the caller
        return x

    @kept
    @numba.njit
    def function(x):
        return separate(x) + separate(x + 1)

    with contextlib.redirect_stdout(None):
        function(1)
    assert files(place) == []


def test_kept_functions_may_call_each_other(place):
    def pair(step):
        @exact_entry
        def inner(x):
            total = 0.0
            for i in range(x):
                total += i * step
            return total

        @exact_entry
        def outer(x):
            return inner(x) + inner(2 * x)

        return outer

    assert pair(2.0)(3) == pair(2.0)(3) == 6 + 30
    assert pair(3.0)(3) == 9 + 45
    again = pair(3.0)
    assert again(3) == 54
    assert hits(again) == 1


def test_a_function_that_is_merged_into_its_callers_counts(place):
    def make(constant):
        @jit
        def part(x):
            return x + constant

        @exact_entry
        def whole(x):
            return part(x)

        return whole

    assert make(1)(1) == 2
    assert make(5)(1) == 6
    again = make(1)
    assert again(1) == 2
    assert hits(again) == 1


def test_many_writers_at_once(place):
    results = []

    def work():
        results.append(make(7)(1))

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == [8] * 4
    assert len(files(place)) == 1


def test_the_folder_stays_within_its_size(place, monkeypatch):
    make(1)(1)
    (first,) = place.iterdir()
    os.utime(first, (1, 1))
    stale = place / ".abc.tmp"
    stale.write_bytes(b"half")
    os.utime(stale, (1, 1))
    monkeypatch.setattr(module, "MOST", first.stat().st_size * 2 + 100)
    make(2)(1), make(3)(1)
    assert first.name not in files(place)
    assert stale.name not in files(place)
    assert len(files(place)) == 2


def test_what_is_used_is_not_the_oldest(place):
    make(1)(1)
    (path,) = place.iterdir()
    os.utime(path, (1, 1))
    make(1)(1)
    assert path.stat().st_mtime > 1


@pytest.mark.parametrize(
    ("variable", "value", "expected"),
    [("XDG_CACHE_HOME", "/x", "/x/wordneg/kernels"), ("WORDNEG_CACHE", "/y", "/y/kernels")],
)
@pytest.mark.skipif(sys.platform != "linux", reason="Linux has these")
def test_where_the_folder_is(monkeypatch, variable, value, expected):
    monkeypatch.delenv("WORDNEG_CACHE")
    monkeypatch.setenv(variable, value)
    assert str(folder()) == expected


def test_long_compilations_are_announced(place, caplog, monkeypatch):
    monkeypatch.setattr("wordneg.compiled.announcing._PATIENCE", 0.0)
    with caplog.at_level("INFO", logger="wordneg.compiled"):
        make(9)(1)
        assert [record.getMessage() for record in caplog.records] == [MESSAGE]
        caplog.clear()
        make(9)(1)  # from the disk
        numba.njit(lambda x: x + 1)(1)  # not ours
        assert not caplog.records


TRAINING = """
import hashlib, sys
from numba.core import event

class Counter(event.Listener):
    names = []
    def on_start(self, happening): self.names.append(happening.data["dispatcher"].py_func.__name__)
    def on_end(self, happening): pass

counter = Counter()
event.register("numba:compile", counter)
from wordneg import Word2Vec
text = [["the", "cat", "sat"], ["the", "dog", "sat"]] * 20
for sampler in ("adaptive",):
    model = Word2Vec(text, min_count=1, vector_size=16, sampler=sampler, seed=1, workers=1, epochs=2)
    print(hashlib.sha256(model.wv.vectors.tobytes()).hexdigest())
print(sorted(set(counter.names)))
"""


@pytest.mark.lengthy
def test_a_second_process_trains_without_compiling(tmp_path):
    def run():
        process = subprocess.run([sys.executable, "-c", TRAINING], capture_output=True, text=True, check=True)
        return process.stdout.splitlines()

    *digests, compiled = run()
    assert "'train'" in compiled
    assert run() == [*digests, "[]"]


SAMPLER = """
import numpy as np
from typing import NamedTuple
import wordneg
from wordneg.rng import below

class State(NamedTuple):
    words: int

@wordneg.jit
def draw(state, scratch, rng, outputs, query, positive, context, negatives):
    for k in range(negatives.size):
        word = below(rng, state.words)
        while word == positive:
            word = below(rng, state.words)
        negatives[k] = {word}
    return np.float32(1.0)

class Mine(wordneg.samplers.base.Sampler):
    name = "mine"
    draw = staticmethod(draw)
    def prepare(self, vocabulary, weights):
        return State(len(vocabulary))

text = [["the", "cat", "sat"], ["the", "dog", "sat"]] * 20
model = wordneg.Word2Vec(text, min_count=1, vector_size=16, sampler=Mine(), seed=1, workers=1, epochs=2)
print(model.wv.vectors.tobytes().hex()[:200])
"""


@pytest.mark.lengthy
def test_a_sampler_of_ones_own_is_never_stale(tmp_path):
    def run(word):
        script = tmp_path / "script.py"
        script.write_text("import wordneg.samplers.base\n" + SAMPLER.replace("{word}", word), encoding="utf-8")
        process = subprocess.run([sys.executable, str(script)], capture_output=True, text=True, check=True)
        return process.stdout

    first = run("word")
    assert run("word") == first
    assert run("(positive + 1) % state.words") != first
