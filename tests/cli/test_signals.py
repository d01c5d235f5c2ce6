"""A command that is asked to stop, and one whose messages nobody can read."""

import os
import signal
import subprocess
import sys
import time
from contextlib import suppress

import pytest
from numba import njit
from numba.core import event

from wordneg.cli import main, results, training
from wordneg.cli.console import tell
from wordneg.cli.signals import SIGNALS, Signals, Stopped
from wordneg.common.progress import Bar, wanted
from wordneg.vectors.wordvectors import load_vectors
from wordneg.word2vec.model import Word2Vec

SMALL = ("--vector-size", "16", "--min-count", "1", "--workers", "1", "--epochs", "2", "--compute-loss")
NUMBERS = pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])


@pytest.fixture(autouse=True)
def hang_up_is_not_ignored():
    """Undo what nohup did, if the tests run under it."""
    before = signal.signal(signal.SIGHUP, signal.SIG_DFL)
    yield
    signal.signal(signal.SIGHUP, before)


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "corpus.txt").write_text("the king rules the land\nthe queen rules the sea\n" * 60)
    return tmp_path


def train(*more):
    return main(["train", "corpus.txt", "-o", "out.bin", *SMALL, *more])


@NUMBERS
def test_a_signal_between_epochs_keeps_the_vectors(folder, capsys, monkeypatch, number):
    monkeypatch.setattr(training, "_epoch_line", lambda run, say: lambda model: signal.raise_signal(number))
    before = [signal.getsignal(one) for one in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)]
    assert train() == 128 + number
    assert "interrupted in epoch 2 of 2; out.bin holds the vectors trained so far" in capsys.readouterr().err
    assert len(load_vectors("out.bin")) == 6
    assert before == [signal.getsignal(one) for one in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)]


@NUMBERS
def test_a_signal_after_the_last_epoch_or_while_writing_loses_nothing(folder, capsys, monkeypatch, number):
    write = results.write_vectors

    def interrupted(*arguments):
        signal.raise_signal(number)
        write(*arguments)

    monkeypatch.setattr(results, "write_vectors", interrupted)
    assert train() == 128 + number
    assert f"stopped by {number.name} when training was complete, as is out.bin" in capsys.readouterr().err
    assert len(load_vectors("out.bin")) == 6


def test_a_second_signal_ends_the_writing_and_leaves_nothing(folder, capsys, monkeypatch):
    def interrupted(*arguments):
        signal.raise_signal(signal.SIGTERM)
        signal.raise_signal(signal.SIGTERM)

    monkeypatch.setattr(results, "write_vectors", interrupted)
    assert train() == 143
    assert capsys.readouterr().err.splitlines()[-1] == "wordneg: interrupted"
    assert os.listdir() == ["corpus.txt"]


@NUMBERS
def test_a_signal_before_the_first_block_writes_nothing(folder, capsys, monkeypatch, number):
    build_vocab = Word2Vec.build_vocab
    with monkeypatch.context() as patch:
        patch.setattr(Word2Vec, "build_vocab", lambda self, corpus: signal.raise_signal(number))
        assert train("-q") == 128 + number
    assert capsys.readouterr().err == "wordneg: interrupted\n"
    assert Word2Vec.build_vocab is build_vocab
    keep = SIGNALS.keep
    monkeypatch.setattr(SIGNALS, "keep", lambda ask: (keep(ask), signal.raise_signal(number)))
    assert train("-q") == 128 + number
    assert os.listdir() == ["corpus.txt"]


def test_signals_that_are_ignored_or_handled_already_stay_so():
    signals, handled = Signals(), []
    before = {number: signal.getsignal(number) for number in (signal.SIGHUP, signal.SIGTERM)}
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, lambda *_: handled.append(1))
    try:
        with signals.handled():
            signal.raise_signal(signal.SIGHUP)
            signal.raise_signal(signal.SIGTERM)
            with pytest.raises(Stopped):
                signal.raise_signal(signal.SIGINT)
        assert handled == [1]
        assert signals.exit_code() == 130
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def test_ctrl_c_in_a_script_is_raised_when_the_vectors_are_safe():
    text = [["a", "b", "c"]] * 50

    def interrupt(model):
        if len(model.history) == 2:
            signal.raise_signal(signal.SIGINT)

    with pytest.raises(KeyboardInterrupt, match="interrupted in epoch 2 of 5") as caught:
        Word2Vec(text, vector_size=16, min_count=1, workers=1, progress=False, callbacks=[interrupt])
    model = caught.value.model
    assert model.interrupted
    assert len(model.history) == 2
    assert len(model.wv["a"]) == 16
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        model.history.clear()
        model.train()
    finally:
        signal.signal(signal.SIGINT, before)
    assert len(model.history) == 5
    assert not model.interrupted


def test_the_console_may_fail(monkeypatch, capsys):
    class Broken:
        closed = False

        def write(self, text):
            raise BrokenPipeError

        flush = isatty = fileno = lambda self: 0

    for stream in (None, Broken(), open(os.devnull, "w")):  # noqa: SIM115
        if stream is not None and not isinstance(stream, Broken):
            stream.close()
        with monkeypatch.context() as patch:
            patch.setattr(sys, "stderr", stream)
            tell("lost")
            assert wanted(None) is False
            with Bar(10, True, "work") as bar:
                bar.advance(5)
                bar.describe("more")
    assert capsys.readouterr().out == ""


@pytest.mark.lengthy
@pytest.mark.parametrize("console", ["2>&-", "2>/dev/full", "2>&1 >/dev/null | true", "--progress 2>/dev/full"])
def test_a_failing_console_ends_no_training(folder, console):
    command = (
        f"{sys.executable} -m wordneg train corpus.txt -o out.bin {' '.join(SMALL)} {console}\nexit ${{PIPESTATUS[0]}}"
    )
    run = subprocess.run(["bash", "-c", command], capture_output=True, text=True, timeout=300)
    assert (run.returncode, run.stderr) == (0, "")
    assert run.stdout in ("", "out.bin: 6 words × 16, word2vec binary\n")
    assert len(load_vectors("out.bin")) == 6


@pytest.mark.lengthy
@NUMBERS
def test_a_process_that_is_told_to_stop(folder, number):
    command = [
        sys.executable,
        "-m",
        "wordneg",
        "train",
        "corpus.txt",
        "-o",
        "out.wordneg",
        *SMALL,
        "--epochs",
        "100000",
    ]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        with suppress(StopIteration):
            next(line for line in process.stderr if "epoch 3 of" in line)
        process.send_signal(number)
        begin = time.perf_counter()
        rest = process.stderr.read()
        assert process.wait(60) == 128 + number
    assert time.perf_counter() - begin < 20
    assert "out.wordneg holds the vectors trained so far" in rest
    assert len(Word2Vec.load("out.wordneg").history) >= 3
    assert sorted(os.listdir()) == ["corpus.txt", "out.wordneg"]


def test_a_signal_that_a_finalizer_drops_is_raised_again():
    class Dropping:
        def __del__(self):
            signal.raise_signal(signal.SIGINT)

    signals, usual = Signals(), sys.unraisablehook

    def work():
        with signals.handled():
            Dropping()
            time.sleep(20)

    with pytest.raises(Stopped):
        work()
    assert signals.exit_code() == 130
    assert sys.unraisablehook is usual


def test_other_exceptions_that_a_finalizer_drops_are_shown(monkeypatch):
    class Failing:
        def __del__(self):
            raise ValueError("no")

    shown = []
    monkeypatch.setattr(sys, "unraisablehook", shown.append)
    with Signals().handled():
        Failing()
    assert [type(one.exc_value) for one in shown] == [ValueError]


def test_messages_are_printable(capsys):
    tell("got '\x1b[31mred', expected \u202ebackwards")
    assert capsys.readouterr().err == "got '\\x1b[31mred', expected \\u202ebackwards\n"


def test_a_signal_while_numba_compiles_is_raised_after_it():
    compiled = []

    @njit
    def slow():
        return 1

    class Compiler(event.Listener):
        """Sends the signal from inside of the compiler, and notes how far it came."""

        def on_start(self, _):
            signal.raise_signal(signal.SIGTERM)

        def on_end(self, _):
            compiled.append(1)

    signals = Signals()
    with signals.handled(), event.install_listener("numba:compile", Compiler()):

        def compile_and_wait():
            slow()
            time.sleep(10)

        with pytest.raises(Stopped):
            compile_and_wait()
        assert compiled == [1]
        assert slow() == 1
    assert signals.exit_code() == 143


FREED_ONCE = """
import signal, time
from llvmlite import binding
from llvmlite.binding import ffi
from wordneg.cli.signals import Signals, Stopped

free = ffi.lib.LLVMPY_DisposeString
names = {"__name__": "llvmlite.binding.ffi", "free": free, "raise_signal": signal.raise_signal}
exec("def free_and_signal(text): free(text); raise_signal(15)", names)
module = binding.parse_assembly("define i32 @one() { ret i32 1 }")
with Signals().handled():
    ffi.lib._fntab["LLVMPY_DisposeString"] = names["free_and_signal"]
    try:
        str(module)
        time.sleep(10)
    except Stopped:
        print("stopped")
    ffi.lib._fntab["LLVMPY_DisposeString"] = free
"""


def test_memory_that_llvm_frees_is_freed_once_whenever_a_signal_comes():
    result = subprocess.run([sys.executable, "-c", FREED_ONCE], capture_output=True, text=True, check=False)
    assert (result.returncode, result.stdout) == (0, "stopped\n"), result.stderr
