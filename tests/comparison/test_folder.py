"""One folder, several calls: it is extended, locked, and survives a full disk."""

import errno
import multiprocessing
import os
import re
import threading
from dataclasses import replace

import numpy as np
import pytest
from comparisons import make_pairs, make_text, quick

from wordneg import Comparison, encode, evaluation
from wordneg.comparison import making, store, tasks
from wordneg.files.locking import LockedError, locked


@pytest.fixture(scope="module")
def text():
    return encode(make_text(), min_count=1)


@pytest.fixture
def made(monkeypatch):
    """The rows and seeds that are trained, in order."""
    runs = []

    def watched(setup, trainer, seed, report):
        runs.append((trainer.label, seed))
        return tasks.run(setup, trainer, seed, report)

    monkeypatch.setattr(making, "run", watched)
    return runs


def analogies():
    asked = (("cat", "car", "dog", "bus"), ("cow", "van", "hen", "cab"))
    return evaluation.Analogies("kinds", (evaluation.Section("kinds", asked),))


# --- extending -----------------------------------------------------------------------------------------


def test_a_folder_is_extended_by_seeds_and_rows(text, made, tmp_path):
    first = quick(text, "unigram", seeds=1, out=tmp_path)
    made.clear()
    more = quick(text, "unigram", seeds=2, out=tmp_path)
    assert made == [("unigram", 2)]
    assert more.request.seeds == (1, 2)
    assert more.runs[0] == first.runs[0]
    made.clear()
    rows = quick(text, "uniform", seeds=1, out=tmp_path)  # the seeds that are there, for the new row as well
    assert made == [("uniform", 1), ("uniform", 2)]
    assert list(rows.request.rows) == ["unigram", "uniform"]
    assert (rows.request.baseline, rows.missing) == ("unigram", 0)
    assert rows.runs[:2] == more.runs
    assert rows.protocol.started == first.protocol.started
    at_once = quick(text)
    assert [run.scores for run in rows.runs] == [run.scores for run in at_once.runs]
    made.clear()
    assert quick(text, seeds=1, out=tmp_path).request == rows.request  # asks for less: nothing is lost, or made
    assert made == []


def test_an_axis_is_extended_and_a_row_keeps_its_label(text, made, tmp_path):
    quick(text, "unigram", seeds=1, out=tmp_path)
    made.clear()
    extended = quick(text, "unigram", seeds=1, window=[3, 4], out=tmp_path)
    assert made == [("unigram, window 4", 1)]
    assert [run.options["window"] for run in extended.runs] == [3, 4]


def test_a_folder_is_extended_by_a_benchmark(text, made, tmp_path):
    first = quick(text, seeds=1, benchmarks=[make_pairs()], out=tmp_path)
    made.clear()
    extended = quick(text, seeds=1, benchmarks=[make_pairs(), analogies()], out=tmp_path)
    assert made == [("unigram", 1), ("uniform", 1)]
    assert extended.request.benchmarks == ("toy", "kinds")
    assert extended.protocol.benchmarks == ("toy", "kinds", "neighbors", "held-out")
    for before, after in zip(first.runs, extended.runs, strict=True):  # of one worker: the same vectors
        assert set(before.scores) < set(after.scores)
    with pytest.raises(ValueError, match="holds another comparison: it is scored on kinds, too"):
        quick(text, seeds=1, benchmarks=[make_pairs()], out=tmp_path)


def test_an_interrupted_extension_has_lost_nothing(text, tmp_path):
    first = quick(text, seeds=1, benchmarks=[make_pairs()], out=tmp_path)

    class Interrupting:
        def submit(self, function, *arguments):
            raise KeyboardInterrupt

    with pytest.warns(UserWarning, match="interrupted after 2 runs, with 4 to be made"):
        begun = quick(text, seeds=2, benchmarks=[make_pairs(), analogies()], out=tmp_path, executor=Interrupting())
    assert begun.runs == first.runs
    assert "toy" in str(begun)
    ended = quick(text, seeds=2, benchmarks=[make_pairs(), analogies()], out=tmp_path)
    assert ended.missing == 0


def test_a_new_row_is_tuned_on_as_many_words(text, tmp_path, monkeypatch):
    monkeypatch.setattr(making, "_CHEAP", 1)  # so that the number of seeds decides
    options = {"tune": "alpha", "out": tmp_path, "held_out": 0.1}
    first = quick(text, "unigram", seeds=4, **options)
    kept = first.tunings
    second = quick(text, seeds=20, **options)
    assert second.tunings[0] == kept[0]
    assert (second.protocol.tuning_words, second.protocol.prefix) == (
        first.protocol.tuning_words,
        first.protocol.prefix,
    )


def test_extending_keeps_the_epochs_that_were_planned(text, tmp_path):
    quick(text, "unigram", seeds=1, budget="candidates", out=tmp_path)
    extended = quick(text, "unigram", seeds=1, budget="candidates", negative=[5, 17], out=tmp_path)
    assert extended.epochs == {"unigram": 3, "unigram, negative 17": 1}


# --- one at a time -------------------------------------------------------------------------------------


def test_two_comparisons_on_one_folder_are_told_who_is_there(text, tmp_path):
    out = tmp_path / "out"
    with locked(out), pytest.raises(LockedError, match=rf"being written to by process {os.getpid()} on .*, since 20"):
        quick(text, "unigram", seeds=1, out=out)
    assert not out.exists()
    assert quick(text, "unigram", seeds=1, out=out).missing == 0
    assert not (out / ".lock").exists()


def test_reading_needs_no_lock(text, tmp_path):
    quick(text, "unigram", seeds=1, out=tmp_path)
    with locked(tmp_path):
        assert len(Comparison.open(tmp_path).runs) == 1


def _hold(folder, told):
    with locked(folder):
        told.send("locked")
        threading.Event().wait()


def test_the_lock_of_a_killed_process_is_free(tmp_path):
    ours, theirs = multiprocessing.get_context("spawn").Pipe()
    holder = multiprocessing.get_context("spawn").Process(target=_hold, args=(tmp_path, theirs))
    holder.start()
    assert ours.recv() == "locked"
    with pytest.raises(LockedError, match=f"by process {holder.pid} on "), locked(tmp_path):
        pass
    holder.kill()
    holder.join()
    assert (tmp_path / ".lock").exists()
    with locked(tmp_path):
        pass
    assert list(tmp_path.iterdir()) == []


def test_one_of_many_threads_has_the_lock(tmp_path):
    inside, most, failures = [], [], []

    def work():
        for _ in range(50):
            try:
                with locked(tmp_path / "shared"):
                    inside.append(1)
                    most.append(len(inside))
                    inside.pop()
            except LockedError:
                failures.append(1)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(most) == {1}


@pytest.mark.skipif(os.name == "nt", reason="no pipes in folders")
def test_a_lock_that_is_no_file_is_told(tmp_path):
    os.mkfifo(tmp_path / ".lock")
    with pytest.raises(FileExistsError, match="is no file, expected the lock"), locked(tmp_path):
        pass


def test_a_file_system_without_locks_is_a_warning(tmp_path, monkeypatch):
    fcntl = pytest.importorskip("fcntl")

    def refuse(*arguments):
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(fcntl, "flock", refuse)
    with pytest.warns(UserWarning, match="on a file system without locks"), locked(tmp_path):
        pass


# --- a full disk ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("writes", range(8))
def test_after_a_full_disk_the_same_call_goes_on(text, tmp_path, monkeypatch, writes):
    real, left = store.atomic_write, [writes]

    def full(path, *arguments, **options):
        if left[0] == 0:
            raise OSError(errno.ENOSPC, f"cannot write {str(path)!r}: No space left on device")
        left[0] -= 1
        return real(path, *arguments, **options)

    out = tmp_path / "out"
    monkeypatch.setattr(store, "atomic_write", full)
    with pytest.raises(OSError, match="No space left"):
        quick(text, "unigram", seeds=3, out=out)
    monkeypatch.setattr(store, "atomic_write", real)
    ended = quick(text, "unigram", seeds=3, out=out)
    assert ended.missing == 0
    assert not list(out.rglob("*.tmp"))


def test_a_folder_left_by_a_comparison_that_could_not_begin_is_used(text, tmp_path):
    for part in ("runs", "tunings", "benchmarks"):
        (tmp_path / part).mkdir()
    (tmp_path / "runs" / ".unigram-1.json.0a1b2c3d.tmp").write_text("{")
    assert quick(text, "unigram", seeds=1, out=tmp_path).missing == 0


def test_labels_are_printable(text):
    with pytest.raises(ValueError, match=re.escape(r"got a row called 'a\x1b[31m', expected a name without control")):
        quick(text, "unigram", extra={"a\x1b[31m": {"cat": np.ones(2, np.float32)}})


def test_a_comparison_without_its_header_is_told(text, tmp_path):
    comparison = quick(text, "unigram", seeds=1, out=tmp_path)
    (tmp_path / "comparison.json").unlink()
    with pytest.raises(FileExistsError, match="is not empty, and what it holds is no comparison"):
        quick(text, "unigram", seeds=1, out=tmp_path)
    assert replace(comparison.request, command="") == comparison.request
