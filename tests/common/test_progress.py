"""The bar: what it says, in the room there is."""

import contextlib
import io
import os
import re
import sys
import threading
import time

import pytest

from wordneg.common.progress import Bar
from wordneg.common.terminal import line_width, wrapped
from wordneg.compiled.announcing import MESSAGE
from wordneg.estimator.progress import TrainingBar


class Console(io.StringIO):
    """A terminal that keeps what is drawn."""

    def isatty(self):
        return True

    def lines(self):
        return [line.rstrip() for line in re.split(r"[\r\n]", self.getvalue()) if line.strip()]


def attached(monkeypatch, columns=80):
    """Return a terminal that standard error is now; pytest puts its own in the place of a fixture's."""
    made = Console()
    monkeypatch.setattr("sys.stderr", made)
    monkeypatch.setenv("COLUMNS", str(columns))
    return made


def drawn(monkeypatch, columns):
    """Return the last line of a training bar half way, at ten thousand words a second."""
    console = attached(monkeypatch, columns)
    with TrainingBar(1000, None) as bar:
        bar.show(100, 0.025, 2.5)
        monkeypatch.setattr(bar, "_pace", lambda: 10_000.0)
        bar.show(500, 0.02, 2.25)
        bar._refresh()
        last = console.lines()[-1]
    assert len(last) < columns
    return last


@pytest.mark.parametrize(
    ("columns", "facts"),
    [
        (100, "10,000 words/s, rate 0.0200, loss 2.2500, about 0:00 left"),
        (72, "10,000 words/s, rate 0.0200, loss 2.2500, about 0:00 left"),
        (60, "10,000 words/s, rate 0.0200, loss 2.2500"),
        (52, "10,000 words/s, rate 0.0200"),
        (40, "10,000 words/s"),
    ],
)
def test_facts_go_from_the_right_as_room_shrinks(monkeypatch, columns, facts):
    line = drawn(monkeypatch, columns)
    assert line.startswith("training  50%")
    assert line.endswith(facts)


def test_the_bar_itself_has_the_room_that_is_left(monkeypatch):
    assert "|" in drawn(monkeypatch, 100)
    assert "|" not in drawn(monkeypatch, 72)


def test_compiling_is_named_by_whoever_compiles_alone(monkeypatch):
    console = attached(monkeypatch)
    with TrainingBar(10, None) as bar:
        assert console.lines()[-1].startswith("starting")
        with bar.described(MESSAGE):
            assert console.lines()[-1].startswith("compiling (once) …")
        assert console.lines()[-1].startswith("starting")
        bar.show(5, 0.1, float("nan"))
        assert console.lines()[-1].startswith("training")
        assert "nan" not in console.getvalue()


def test_it_shows_that_something_goes_on(monkeypatch):
    console = attached(monkeypatch)
    monkeypatch.setattr("wordneg.common.progress._SIGN_OF_LIFE", 0.02)
    with Bar(0, None, "reading"):
        before = len(console.lines())
        deadline = time.monotonic() + 5
        while len(console.lines()) < before + 3 and time.monotonic() < deadline:
            time.sleep(0.01)
        assert len(console.lines()) >= before + 3
    assert console.lines()[-1].startswith("reading 0:0")
    after = len(console.getvalue())
    time.sleep(0.1)
    assert len(console.getvalue()) == after  # it has ended


def test_a_console_that_takes_nothing_holds_nobody_up(monkeypatch):
    writing, taken = threading.Event(), threading.Event()
    taken.set()

    class Pager(Console):
        def write(self, text):
            if not taken.is_set():
                writing.set()
                taken.wait(5)
            return super().write(text)

    monkeypatch.setattr("sys.stderr", Pager())
    monkeypatch.setattr("wordneg.common.progress._SIGN_OF_LIFE", 0.01)
    with Bar(10, None, "work") as bar:
        taken.clear()
        assert writing.wait(5)
        begin = time.monotonic()
        bar.describe("more work")
        bar.advance(1)
    assert time.monotonic() - begin < 2
    taken.set()
    while bar._bar is not None and time.monotonic() < begin + 5:  # or the next bar would be drawn below this one
        time.sleep(0.01)


def test_the_time_left_is_by_the_pace_so_far_and_what_is_dropped_is_not_waited_for(monkeypatch):
    console = attached(monkeypatch)
    with Bar(1000, None, "work") as bar:
        monkeypatch.setattr(bar, "_pace", lambda: 2.0)
        bar.advance(200)
        bar._refresh()
        assert "work  20%" in console.lines()[-1]
        assert console.lines()[-1].endswith("about 6:40 left")
        bar.drop(400)
        bar._refresh()
        assert "work  33%" in console.lines()[-1]
        assert console.lines()[-1].endswith("about 3:20 left")


def test_long_descriptions_are_cut_and_braces_are_text(monkeypatch):
    console = attached(monkeypatch, 40)
    with Bar(10, None, "x" * 100) as bar:
        bar.describe("{y}" * 40)
        line = console.lines()[-1]
        assert len(line) <= 39
        assert line.startswith("{y}{y}")
        assert "…" in line


def test_width_is_that_of_the_terminal_or_80(monkeypatch):
    monkeypatch.delenv("COLUMNS", raising=False)
    assert line_width() == 80  # pytest's output is a file
    monkeypatch.setenv("COLUMNS", "300")
    assert (line_width(), line_width(None)) == (120, 300)
    monkeypatch.setenv("COLUMNS", "3")
    assert line_width() == 40


def test_words_are_not_broken():
    assert wrapped(["log-likelihood " * 3, "x" * 60], 40).splitlines() == [
        "log-likelihood log-likelihood",
        "log-likelihood",
        "x" * 60,
    ]


def test_a_console_that_failed_once_holds_no_later_bar_up(monkeypatch):
    class Broken(Console):
        def write(self, text):
            raise ValueError("it is broken")

    monkeypatch.setattr("wordneg.common.progress._SIGN_OF_LIFE", 0.01)
    monkeypatch.setattr("sys.stderr", Broken())
    with Bar(10, True, "work") as bar:
        bar.advance(1)
    console = attached(monkeypatch)
    with Bar(10, None, "work"):
        deadline = time.monotonic() + 5
        while len(console.lines()) < 4 and time.monotonic() < deadline:
            time.sleep(0.01)
    assert len(console.lines()) >= 4


@pytest.mark.skipif(sys.platform == "win32", reason="there are no pseudo-terminals")
def test_a_terminal_that_says_it_has_no_size_gets_a_bar(monkeypatch):
    """Such as Docker's, or that of a program that drives others; tqdm draws nothing there."""
    monkeypatch.delenv("COLUMNS", raising=False)
    monkeypatch.setattr("wordneg.common.progress._OFTEN", 10)  # wait for the drawing, however busy the machine is
    ours, theirs = os.openpty()
    with os.fdopen(theirs, "w") as terminal:
        assert os.get_terminal_size(theirs) == (0, 0)
        monkeypatch.setattr(sys, "stderr", terminal)
        with Bar(10, None, "reading") as bar:
            bar.advance(5)
            bar.describe("training")
    drawn = b""
    with contextlib.suppress(OSError):  # which is the end: nobody has the terminal open
        while piece := os.read(ours, 4096):  # the kernel may hand out each drawing by itself
            drawn += piece
    os.close(ours)
    assert "reading   0% |" in drawn.decode()
    assert "training  50% |" in drawn.decode()
