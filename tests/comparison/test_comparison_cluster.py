"""Comparisons whose runs a Dask cluster makes: the same results, whoever is killed."""

import os
import signal
import threading
import time

import pytest
from comparisons import make_text, quick

from wordneg import Comparison, encode

distributed = pytest.importorskip("distributed", reason="dask.distributed is not installed: wordneg[distributed]")

pytestmark = pytest.mark.filterwarnings("default")


@pytest.fixture(scope="module")
def store():
    return encode(make_text(), min_count=1)


def results(comparison):
    return {(run.row, run.seed): (run.status, run.scores) for run in comparison.runs}


@pytest.mark.lengthy
def test_a_cluster_makes_the_same(store, tmp_path, capsys):
    from wordneg.cli import main

    options = {"shards": [1, 2], "tune": None, "held_out": 0.1, "epochs": 4}
    here = quick(store, "unigram", **options)
    path = tmp_path / "text.txt"
    path.write_text("".join(" ".join(sentence) + "\n" for sentence in make_text()), encoding="utf-8")
    with (
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, processes=False, protocol="tcp://", dashboard_address=None
        ) as cluster,
        distributed.Client(cluster, set_as_default=False) as client,
    ):
        there = quick(store, "unigram", executor=client, **options)
        command = ["compare", str(path), "--scheduler", cluster.scheduler_address]
        flags = "--samplers unigram --shards 1,2 --no-tune --held-out 0.1 --epochs 4 --seeds 2 --vector-size 16"
        more = "--min-count 1 --workers 1 --window 3 --alpha 0.05 --benchmarks wordsim353 --quiet"
        assert main([*command, *flags.split(), *more.split()]) == 2
        assert "got --scheduler without --out DIR" in capsys.readouterr().err
        main([*command, *flags.split(), *more.split(), "--out", str(tmp_path / "results")])
    assert results(there) == results(here)
    found = results(Comparison.open(tmp_path / "results"))
    for key, (status, scores) in results(here).items():
        assert found[key][0] == status == "done"
        assert scores
        assert all(score in found[key][1] for score in scores)


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="needs SIGKILL")
def test_killed_workers_change_nothing(store, tmp_path):
    options = {"seeds": 3, "epochs": 30, "held_out": 0.1, "shards": 2}
    here = quick(store, **options)
    ended, killed = threading.Event(), []
    with (
        distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None, silence_logs=50) as cluster,
        distributed.Client(cluster) as client,
    ):

        def kill():
            for wait in (2.0, 3.0):
                if ended.wait(wait):
                    return
                killed.append(next(worker.pid for worker in cluster.workers.values() if worker.pid))
                os.kill(killed[-1], signal.SIGKILL)
                time.sleep(0.1)

        killer = threading.Thread(target=kill)
        killer.start()
        try:
            there = quick(store, executor=client, out=tmp_path, **options)
        finally:
            ended.set()
            killer.join()
    assert killed
    assert results(there) == results(here)
    assert {run.status for run in there.runs} == {"done"}
