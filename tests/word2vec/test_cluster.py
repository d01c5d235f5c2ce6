"""Training on a Dask cluster: the same bits as on threads, wherever the text lies and whoever is killed."""

import copy
import gzip
import os
import pickle
import signal
import subprocess
import sys
import textwrap
import threading
import time
from types import SimpleNamespace

import numpy as np
import pytest

from wordneg import Word2Vec, encode
from wordneg.common.settings import SettingError
from wordneg.word2vec.cluster import connecting, reading, text
from wordneg.word2vec.shards import shards_of

distributed = pytest.importorskip("distributed", reason="dask.distributed is not installed: wordneg[distributed]")

pytestmark = [pytest.mark.filterwarnings("default"), pytest.mark.lengthy]

RANDOM = np.random.default_rng(3)
TEXT = [[f"w{word}" for word in np.minimum(RANDOM.zipf(1.3, 20), 60)] for _ in range(900)]
SETTINGS = {"vector_size": 12, "min_count": 2, "progress": False, "epochs": 2, "shards": 4}


def lines(sentences):
    return "".join(" ".join(sentence) + "\n" for sentence in sentences)


def assert_same_bits(one, other):
    assert one.wv.index_to_key == other.wv.index_to_key
    np.testing.assert_array_equal(one.wv.vectors, other.wv.vectors)
    np.testing.assert_array_equal(one.syn1neg, other.syn1neg)
    for mine, theirs in zip(one.history, other.history, strict=True):
        assert (mine.loss, mine.words, mine.effective_words) == (theirs.loss, theirs.words, theirs.effective_words)


@pytest.fixture(scope="module")
def client():
    """Two workers in this process, which start at once."""
    with (
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=2, processes=False, protocol="tcp://", dashboard_address=None
        ) as cluster,
        distributed.Client(cluster, set_as_default=False) as client,
    ):
        yield client


@pytest.fixture(scope="module")
def reference():
    return Word2Vec(TEXT, workers=2, **SETTINGS)


class TestSameBits:
    def test_of_sentences(self, client, reference):
        assert_same_bits(Word2Vec(TEXT, client=client, **SETTINGS), reference)

    @pytest.mark.parametrize("sampler", ["dns", "adaptive", "top-fraction"])
    def test_of_a_sampler_that_remembers(self, sampler, client):
        settings = SETTINGS | {"sampler": sampler, "sg": 1}
        assert_same_bits(Word2Vec(TEXT, client=client, **settings), Word2Vec(TEXT, workers=2, **settings))

    def test_of_a_file(self, client, reference, tmp_path):
        path = tmp_path / "text.txt"
        path.write_text(lines(TEXT), encoding="utf-8")
        model = Word2Vec(str(path), client=client, **SETTINGS)
        assert_same_bits(model, reference)
        assert model.corpus_total_words == reference.corpus_total_words
        assert model.corpus_count == reference.corpus_count

    def test_of_a_large_file_in_parts(self, client, reference, tmp_path, monkeypatch):
        path = tmp_path / "text.txt"
        path.write_text(lines(TEXT), encoding="utf-8")
        monkeypatch.setattr(reading, "_PART_BYTES", 5000)
        assert len(reading.parts_of(str(path), False)) > 8
        assert_same_bits(Word2Vec(str(path), client=client, **SETTINGS), reference)

    def test_of_a_folder_with_all_sorts_of_files(self, client, reference, tmp_path):
        (tmp_path / "a.txt").write_text(lines(TEXT[:200]), encoding="utf-8")
        (tmp_path / "b.txt.gz").write_bytes(gzip.compress(lines(TEXT[200:700]).encode()))
        (tmp_path / "c.txt").write_text("\n\n", encoding="utf-8")
        (tmp_path / "d.txt").write_text(lines(TEXT[700:]), encoding="utf-8")
        for corpus in (str(tmp_path), str(tmp_path / "*.txt*"), f"file://{tmp_path}/*.txt*"):
            assert_same_bits(Word2Vec(corpus, client=client, **SETTINGS), reference)

    def test_of_an_address(self, client, reference):
        import fsspec

        filesystem = fsspec.filesystem("memory")
        with filesystem.open("/folder/a.txt", "wb") as file:
            file.write(lines(TEXT[:400]).encode())
        with filesystem.open("/folder/b.txt", "wb") as file:
            file.write(lines(TEXT[400:]).encode())
        for address in ("memory://folder/*.txt", "memory://folder"):
            assert_same_bits(Word2Vec(address, client=client, **SETTINGS), reference)
        with pytest.raises(FileNotFoundError, match="does not see 'memory://folder/none'"):
            Word2Vec("memory://folder/none", client=client, **SETTINGS)

    def test_of_a_bag(self, client, reference):
        bag = pytest.importorskip("dask.bag")
        assert_same_bits(Word2Vec(bag.from_sequence(TEXT, npartitions=5), client=client, **SETTINGS), reference)
        strings = bag.from_sequence([" ".join(sentence) for sentence in TEXT], npartitions=3)
        assert_same_bits(Word2Vec(strings, client=client, tokenizer=str.split, **SETTINGS), reference)

    def test_after_a_callback_has_changed_the_vectors(self, client):
        def change(model):
            model.wv.vectors *= 0.5

        settings = SETTINGS | {"callbacks": [change]}
        assert_same_bits(Word2Vec(TEXT, client=client, **settings), Word2Vec(TEXT, workers=1, **settings))

    def test_of_a_second_training(self, client):
        models = [Word2Vec(TEXT, **SETTINGS | extra) for extra in ({"client": client}, {"workers": 2})]
        for model in models:
            model.train(TEXT[:500], epochs=3)
        assert_same_bits(*models)

    def test_of_a_checkpoint_of_threads(self, client, reference, tmp_path):
        def stop(model):
            model.stop()

        with pytest.warns(UserWarning, match="interrupted in epoch 1 of 2"):
            Word2Vec(TEXT, workers=2, **SETTINGS, checkpoint=tmp_path / "check", callbacks=[stop])
        model = Word2Vec.load(tmp_path / "check")
        model.client = client
        model.resume(TEXT)
        assert_same_bits(model, reference)


def test_a_text_on_the_cluster_is_cut_as_a_store_is(client, tmp_path, monkeypatch):
    path = tmp_path / "text.txt"
    path.write_text(lines(TEXT), encoding="utf-8")
    monkeypatch.setattr(reading, "_PART_BYTES", 3000)
    model = Word2Vec(client=client, **SETTINGS)
    there = text.read_on_cluster(client, path, model._text, model.parameters)
    store = encode(TEXT, min_count=2)
    assert there.vocabulary.words == store.vocabulary.words
    np.testing.assert_array_equal(there.vocabulary.counts, store.vocabulary.counts)
    for count in (1, 3, 64, 899):
        futures, sizes = there.shards(count)
        for mine, theirs in zip(client.gather(futures), shards_of(store, count), strict=True):
            assert mine.number == theirs.number
            np.testing.assert_array_equal(mine.tokens, theirs.tokens)
            np.testing.assert_array_equal(mine.offsets, theirs.offsets)
        assert sizes == [len(shard.tokens) for shard in shards_of(store, count)]


def test_a_model_on_a_cluster_is_copied_without_it(client, tmp_path):
    path = tmp_path / "text.txt"
    path.write_text(lines(TEXT), encoding="utf-8")
    model = Word2Vec(str(path), client=client, **SETTINGS)
    for other in (copy.deepcopy(model), pickle.loads(pickle.dumps(model))):
        assert other.client is None
        assert_same_bits(other, model)
        other.train(TEXT)
    with pytest.raises(RuntimeError, match="the text is on the cluster; give sampler_report a corpus"):
        model.sampler_report()
    assert model.sampler_report(corpus=TEXT, positions=100).samplers


class TestCommandLine:
    def train(self, path, out, *flags):
        from wordneg.cli import main

        flags = ["--vector-size=12", "--min-count=2", "--epochs=2", "--quiet", *flags]
        assert main(["train", str(path), "-o", str(out), *flags]) == 0
        return Word2Vec.load(out)

    def test_the_same_bits(self, client, reference, tmp_path):
        path = tmp_path / "text.txt"
        path.write_text(lines(TEXT), encoding="utf-8")
        flags = ["--shards", "4", "--scheduler", client.scheduler.address]
        assert_same_bits(self.train(path, tmp_path / "model", *flags), reference)
        check = ["--checkpoint", str(tmp_path / "check"), "--resume", "--checkpoint-every", "0"]
        assert_same_bits(self.train(path, tmp_path / "model", *flags, *check), reference)

    def test_going_on(self, client, reference, tmp_path):
        path, check = tmp_path / "text.txt", tmp_path / "check"
        path.write_text(lines(TEXT), encoding="utf-8")
        with pytest.warns(UserWarning, match="interrupted in epoch 1"):
            Word2Vec(str(path), client=client, checkpoint=check, callbacks=[Word2Vec.stop], **SETTINGS)
        with pytest.raises(ValueError, match="the workers of a cluster read, but this one was read by this process"):
            Word2Vec.load(check).resume(str(path))
        flags = ["--shards", "4", "--scheduler", client.scheduler.address, "--checkpoint", str(check), "--resume"]
        assert_same_bits(self.train(path, tmp_path / "model", *flags), reference)
        assert not check.exists()

    def test_what_is_refused(self, client, capsys, tmp_path):
        from wordneg.cli import main

        command = ["train", "text", "-o", str(tmp_path / "model"), "--scheduler", client.scheduler.address]
        assert main(command) == 2
        assert "got a client with --shards 1" in capsys.readouterr().err
        assert main([*command, "more", "--shards", "2"]) == 2
        assert "got several corpora for a cluster" in capsys.readouterr().err
        assert main([*command, "--shards", "2"]) == 1
        assert "does not see" in capsys.readouterr().err


class TestWhatIsRefused:
    def test_no_client(self):
        with pytest.raises(TypeError, match=r"got client='tcp://here', expected a dask\.distributed"):
            Word2Vec(client="tcp://here", **SETTINGS)

    def test_no_shards(self, client):
        with pytest.raises(ValueError, match="got a client with shards=1"):
            Word2Vec(client=client)

    def test_what_needs_the_whole_text(self, client, tmp_path):
        with pytest.raises(SettingError, match="got phrases=2 and a corpus that the workers of a cluster read"):
            Word2Vec(str(tmp_path), client=client, phrases=2, **SETTINGS)
        with pytest.raises(SettingError, match="got a trim_rule and a client"):
            Word2Vec(str(tmp_path), client=client, trim_rule=lambda word, count, least: 0, **SETTINGS)

    def test_no_scheduler(self, monkeypatch):
        monkeypatch.setattr(connecting, "_SECONDS", 1)
        with pytest.raises(ConnectionError, match=r"no Dask scheduler answers at 'tcp://127.0.0.1:9' within 1 seconds"):
            connecting.connect("tcp://127.0.0.1:9")

    def test_no_workers(self, monkeypatch):
        monkeypatch.setattr(connecting, "_SECONDS", 0.5)
        with (
            distributed.LocalCluster(n_workers=0, processes=False, dashboard_address=None) as cluster,
            distributed.Client(cluster, set_as_default=False) as client,
            pytest.raises(RuntimeError, match="has no workers; start some by `dask worker"),
        ):
            Word2Vec(TEXT, client=client, **SETTINGS)

    def test_another_version(self, client, monkeypatch):
        monkeypatch.setattr(connecting, "version", lambda name: "0.0.1" if name == "numpy" else "1")
        monkeypatch.setattr(connecting, "_PACKAGES", ("numpy",))
        monkeypatch.setattr(connecting, "asked", lambda client, function, *names: {"tcp://one": "3.0"})
        monkeypatch.setattr(connecting.platform, "python_version", lambda: "3.0")
        with pytest.raises(RuntimeError, match=r"the worker tcp://one has numpy 3\.0, but this process has numpy 0"):
            connecting.check_cluster(client)

    def test_wordneg_is_missing(self, client, monkeypatch):
        asked = connecting.asked

        def lacking(client, function, *names):
            return {"tcp://one": ImportError()} if names == ("wordneg",) else asked(client, function, *names)

        monkeypatch.setattr(connecting, "asked", lacking)
        with pytest.raises(RuntimeError, match="the worker tcp://one lacks wordneg"):
            connecting.check_cluster(client)

    def test_another_processor(self, client, monkeypatch):
        asked = connecting.asked

        def mixed(client, function, *names):
            answers = asked(client, function, *names)
            if function is connecting.this_machine:
                last = max(answers)
                answers[last] = answers[last]._replace(lanes=4, processor="abacus")
            return answers

        monkeypatch.setattr(connecting, "asked", mixed)
        with pytest.raises(RuntimeError, match=r"is abacus with 4 floats at once.*set NUMBA_CPU_NAME"):
            Word2Vec(TEXT, client=client, **SETTINGS)

    def test_a_late_worker_that_is_unlike(self, client, monkeypatch):
        from wordneg.word2vec.cluster import tasks

        monkeypatch.setattr(tasks, "this_machine", lambda: "an abacus")
        with pytest.raises(RuntimeError, match="which joined during the training, is an abacus, but the others are"):
            Word2Vec(TEXT, client=client, **SETTINGS)

    def test_a_path_that_only_the_client_sees(self, tmp_path):
        path = tmp_path / "text.txt"
        path.write_text(lines(TEXT), encoding="utf-8")

        def run(function, *arguments, on_error):
            return {"tcp://one": reading.parts_of(*arguments), "tcp://two": FileNotFoundError()}

        with pytest.raises(FileNotFoundError, match=f"worker tcp://two does not see '{path}'; this process sees it"):
            text._parts(SimpleNamespace(run=run), str(path), False)

    def test_other_files_on_each_worker(self, tmp_path):
        def run(function, *arguments, on_error):
            return {"tcp://one": [reading.Part("a")], "tcp://two": [reading.Part("b")]}

        with pytest.raises(ValueError, match="the workers tcp://one and tcp://two see different files"):
            text._parts(SimpleNamespace(run=run), str(tmp_path), False)

    def test_no_such_path_and_no_words(self, client, tmp_path):
        with pytest.raises(FileNotFoundError, match="does not see '/nowhere'"):
            Word2Vec("/nowhere", client=client, **SETTINGS)
        path = tmp_path / "text.txt"
        path.write_text("\n \n", encoding="utf-8")
        with pytest.raises(ValueError, match=r"text.txt' has no tokens"):
            Word2Vec(str(path), client=client, **SETTINGS)
        path.write_text("a b c", encoding="utf-8")
        with pytest.raises(ValueError, match="no word is left by min_count=2"):
            Word2Vec(str(path), client=client, **SETTINGS)
        path.write_text("a a b b", encoding="utf-8")
        with pytest.raises(ValueError, match="got shards=4 for a text of 1 sentences"):
            Word2Vec(str(path), client=client, **SETTINGS)

    def test_workers_that_die_of_a_task(self, client, monkeypatch):
        from wordneg.word2vec.cluster.trainer import ClusterTrainer

        def die():
            raise distributed.KilledWorker("wordneg-train", SimpleNamespace(address="tcp://one"), 3)

        monkeypatch.setattr(ClusterTrainer, "_is_done", lambda trainer, future, wait: True)
        trainer = ClusterTrainer.__new__(ClusterTrainer)
        trainer._weights = SimpleNamespace(inputs=np.zeros((1000, 112)))
        with pytest.raises(RuntimeError, match=r"died again and again.*takes 0\.0 GB.*give workers more memory"):
            trainer._wait_for(SimpleNamespace(result=die))

    def test_what_diverges(self, client):
        with pytest.raises(FloatingPointError, match="training diverged"):
            Word2Vec(TEXT, client=client, **SETTINGS | {"alpha": 1e4})


def processes(workers):
    return distributed.LocalCluster(
        n_workers=workers, threads_per_worker=1, processes=True, dashboard_address=None, silence_logs=50
    )


class Killing:
    """Kills workers of a cluster when a training waits for the given rounds."""

    def __init__(self, monkeypatch, client, victims):
        from wordneg.word2vec.cluster.trainer import ClusterTrainer

        wait, self.killed = ClusterTrainer._wait_for, []

        def wait_for(trainer, future):
            if (trainer._rounds in victims) and trainer._rounds not in self.done:
                self.done.add(trainer._rounds)
                if "report" in future.key:
                    time.sleep(0.02)  # so that some have begun
                pids = sorted(client.run(os.getpid).values())[: victims[trainer._rounds]]
                for pid in pids:
                    os.kill(pid, signal.SIGKILL)
                self.killed += pids
            return wait(trainer, future)

        self.done = set()
        monkeypatch.setattr(ClusterTrainer, "_wait_for", wait_for)


def test_raw_prose_is_told(client, tmp_path):
    path = tmp_path / "prose.txt"
    path.write_text(lines([[f"{word},", f"{word}."] for word in map(str, range(300))]), encoding="utf-8")
    model = Word2Vec(min_count=1, client=client, vector_size=12, shards=2)
    with pytest.warns(UserWarning, match=r"50% of the words have punctuation at their ends.*give tokenizer="):
        model.build_vocab(str(path))


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="needs SIGKILL")
class TestFaults:
    @pytest.fixture(autouse=True)
    def impatient(self, monkeypatch):
        monkeypatch.setattr("wordneg.word2vec.cluster.trainer._PATIENCE", 60)

    @pytest.mark.parametrize("sampler", ["unigram", "adaptive"])
    def test_a_worker_is_killed_now_and_then(self, sampler, monkeypatch, tmp_path):
        path = tmp_path / "text.txt"
        path.write_text(lines(TEXT), encoding="utf-8")
        settings = SETTINGS | {"sampler": sampler}
        whole = Word2Vec(TEXT, workers=2, **settings)
        with processes(2) as cluster, distributed.Client(cluster) as client:
            killing = Killing(monkeypatch, client, {0: 1, 4: 1, 13: 1})
            assert_same_bits(Word2Vec(str(path), client=client, **settings), whole)
            assert len(killing.killed) == 3

    def test_two_of_four_are_killed_at_once(self, monkeypatch, tmp_path):
        (tmp_path / "a.txt").write_text(lines(TEXT[:500]), encoding="utf-8")
        (tmp_path / "b.txt").write_text(lines(TEXT[500:]), encoding="utf-8")
        whole = Word2Vec(TEXT, workers=2, **SETTINGS)
        with processes(4) as cluster, distributed.Client(cluster) as client:
            killing = Killing(monkeypatch, client, {3: 2, 11: 2})
            assert_same_bits(Word2Vec(str(tmp_path), client=client, **SETTINGS), whole)
            assert len(killing.killed) == 4

    def test_all_are_killed_at_once(self, monkeypatch):
        whole = Word2Vec(TEXT, workers=2, **SETTINGS)
        with processes(2) as cluster, distributed.Client(cluster) as client:
            killing = Killing(monkeypatch, client, {5: 2})
            assert_same_bits(Word2Vec(TEXT, client=client, **SETTINGS), whole)
            assert len(killing.killed) == 2

    def test_at_any_moment(self):
        """A worker is killed every second or so, whatever is being done."""
        settings = SETTINGS | {"epochs": 6}
        whole = Word2Vec(TEXT, workers=2, **settings)
        ended = threading.Event()
        with processes(3) as cluster, distributed.Client(cluster) as client:

            def kill():
                random = np.random.default_rng(1)
                for _ in range(4):
                    if ended.wait(random.uniform(0.3, 1.5)):
                        return
                    pids = [worker.pid for worker in cluster.workers.values() if worker.pid]
                    os.kill(pids[random.integers(len(pids))], signal.SIGKILL)

            killer = threading.Thread(target=kill)
            killer.start()
            try:
                model = Word2Vec(TEXT, client=client, **settings)
            finally:
                ended.set()
                killer.join()
        assert_same_bits(model, whole)

    def test_a_worker_joins_late(self):
        settings = SETTINGS | {"epochs": 3}
        whole = Word2Vec(TEXT, workers=2, **settings)
        with processes(1) as cluster, distributed.Client(cluster) as client:

            def join(model):
                cluster.scale(3)
                client.wait_for_workers(3)

            assert_same_bits(Word2Vec(TEXT, client=client, callbacks=[join], **settings), whole)

    def test_the_client_is_killed(self, tmp_path):
        path, check = tmp_path / "text.txt", tmp_path / "check"
        path.write_text(lines(TEXT), encoding="utf-8")
        settings = SETTINGS | {"epochs": 15}
        whole = Word2Vec(TEXT, workers=2, **settings)
        with processes(2) as cluster, distributed.Client(cluster) as client:
            script = f"""
            from distributed import Client
            from wordneg import Word2Vec
            client = Client({cluster.scheduler_address!r})
            Word2Vec({str(path)!r}, client=client, checkpoint={str(check)!r}, checkpoint_every=0, **{settings!r})
            """
            process = subprocess.Popen([sys.executable, "-c", textwrap.dedent(script)])
            while not check.exists() and process.poll() is None:
                time.sleep(0.05)
            time.sleep(0.5)
            assert process.poll() is None, "the training was over before it could be killed"
            process.kill()
            process.wait()
            model = Word2Vec.load(check, progress=False)
            assert len(model.history) < settings["epochs"]
            model.client = client
            model.resume(str(path))
            assert_same_bits(model, whole)

    def test_the_scheduler_is_killed(self):
        scheduler = subprocess.Popen(
            [sys.executable, "-m", "distributed.cli.dask_scheduler", "--port", "0", "--no-dashboard"],
            stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        address = next(line.split()[-1] for line in scheduler.stderr if "Scheduler at:" in line)
        threading.Thread(target=scheduler.stderr.read, daemon=True).start()
        worker = subprocess.Popen(
            [sys.executable, "-m", "distributed.cli.dask_worker", address, "--nthreads", "1", "--no-dashboard"],
            stderr=subprocess.DEVNULL,
        )  # fmt: skip
        try:
            with connecting.connect(address) as client:
                client.wait_for_workers(1)

                def kill(model):
                    scheduler.kill()

                with pytest.raises(ConnectionError, match="the scheduler of the cluster is gone"):
                    Word2Vec(TEXT, client=client, callbacks=[kill], **SETTINGS)
        finally:
            for process in (scheduler, worker):
                process.kill()
                process.wait()
