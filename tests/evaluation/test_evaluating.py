"""All benchmarks at once, on vectors that know the right answers."""

import json
import math
from types import SimpleNamespace

import numpy as np
import pytest

from wordneg import evaluation
from wordneg.evaluation import BANDS, Analogies, Bands, Policy, Section, WordPairs, evaluate

WORDS = ["man", "woman", "king", "queen", "boy", "girl", "oak", "elm", "fir", "cat", "dog", "cow"]


@pytest.fixture(autouse=True)
def nothing_but_gensim(monkeypatch, tmp_path):
    """No folder of the user's, and an empty cache."""
    monkeypatch.delenv("WORDNEG_BENCHMARKS", raising=False)
    monkeypatch.setenv("WORDNEG_CACHE", str(tmp_path / "cache"))


@pytest.fixture
def vectors():
    matrix = np.random.default_rng(5).normal(scale=0.05, size=(12, 5)).astype(np.float32)
    matrix[[0, 2, 4], 0] += 1
    matrix[[1, 3, 5], 1] += 1
    matrix[2:4, 2] += 1
    matrix[4:6, 2] -= 1
    matrix[6:9, 3] += 1
    matrix[9:, 4] += 1
    return SimpleNamespace(index_to_key=WORDS, vectors=matrix)


@pytest.fixture
def folder(tmp_path):
    place = tmp_path / "mine"
    place.mkdir()
    (place / "EN-MEN-TR-3k.txt").write_text("oak\telm\t9\ncat\tdog\t8\noak\tcat\t1\nking\tunheard\t2\r\n")
    (place / "EN-MC-30.txt").write_text("oak\telm\t9\nking\tunheard\t2\n")
    (place / "questions-words.txt").write_text(
        ": family\nman woman king queen\nman woman boy girl\nman woman dog bitch\n"
    )
    (place / "ap.csv").write_text(
        ",category,word\n" + "".join(f"{n},{'tree' if n < 3 else 'pet'},{w}\n" for n, w in enumerate(WORDS[6:]))
    )
    (place / "notes.txt").write_text("not a benchmark")
    return place


NAMES = ["google", "men", "mc30", "ap"]


@pytest.fixture
def names(folder):
    return {"benchmarks": NAMES, "folder": folder}


def test_all_at_hand_are_scored_as_each_alone(vectors, folder):
    found = evaluate(vectors, folder=folder)
    assert {"men", "mc30", "google", "ap"} <= {outcome.name for outcome in found.outcomes}
    assert found["men"].spearman == evaluation.score_word_pairs(vectors, folder / "EN-MEN-TR-3k.txt").spearman
    assert found["google"].accuracy == 1.0
    assert found["ap"].purity == 1.0
    assert any("1 file in" in note and "notes.txt" in note for note in found.notes)


def test_the_table_states_scores_counts_policy_and_failures(vectors, names):
    text = str(evaluate(vectors, **names, bands=Bands(6, 9)))
    head, google, men, mc30, ap, *rest = text.splitlines()
    assert head.split() == ["benchmark", "measure", "score", "95%", "also", "used", "of", "unknown", *BANDS]
    assert google.split()[:8] == ["google", "accuracy", "1.000", "MRR", "1.000", "2", "3", "1"]
    assert google.endswith("not enough (2)  not enough (0)  not enough (0)")
    assert men.split()[:2] + men.split()[5:8] == ["men", "Spearman", "3", "4", "1"]
    assert mc30.split() == ["mc30", "not", "enough"]
    assert ap.split()[:3] == ["ap", "purity", "1.000"]
    assert rest[0] == "12 words × 5; all words, case ignored, unknown skipped"
    assert rest[1] == "analogies by 3cosadd"
    assert rest[2] == "categorization: mean over 10 clusterings"
    assert rest[3] == "frequent: ranks 1 to 6; middle: to 9; rare: beyond; of an item's rarest word"
    assert "mc30: not enough pairs: 1 of the 2 in mc30 can be used" in text


def test_records_are_plain_and_hold_no_nan(vectors, names):
    records = evaluate(vectors, **names, bands=True).to_records()
    assert json.loads(json.dumps(records, allow_nan=False)) == records
    assert {record["benchmark"] for record in records} == set(NAMES)
    men = [record for record in records if record["benchmark"] == "men"]
    assert [(record["measure"], record["band"]) for record in men] == [
        ("Spearman", "all"),
        ("Pearson", "all"),
        *(("Spearman", band) for band in BANDS),
    ]
    assert [men[0][key] for key in ("kind", "used", "missing", "items")] == ["similarity", 3, 1, 4]
    (mc30,) = [record for record in records if record["benchmark"] == "mc30"]
    assert mc30["measure"] is mc30["score"] is None
    assert mc30["failure"].startswith("not enough pairs")


def test_the_policy_reaches_every_benchmark(vectors, folder):
    policy = Policy(restrict_vocab=10, case_insensitive=False, dummy4unknown=True)
    found = evaluate(vectors, ["men", "google"], folder=folder, policy=policy)
    assert found.policy is policy
    assert {found[name].policy for name in ("men", "google")} == {policy}
    assert [outcome.counts for outcome in found.outcomes] == [(4, 2, 4), (3, 1, 3)]
    assert "unknown scored as failures" in str(found)


def test_columns_are_normalized_over_all_words_if_asked_to(vectors, folder):
    policy = Policy(restrict_vocab=11)
    found = evaluate(vectors, ["men", "google"], folder=folder, policy=policy, normalize_columns=True)
    base = evaluation.as_vectors(vectors)
    matrix = base.matrix / np.linalg.norm(base.matrix.astype(np.float64), axis=0)  # of the unknown words, too
    expected = evaluate(dict(zip(base.words, matrix, strict=True)), ["men", "google"], folder=folder, policy=policy)
    assert found.to_records() == expected.to_records()
    assert found["men"].spearman.statistic == expected["men"].spearman.statistic
    assert "normalize_columns" in str(found)
    assert found.normalized_columns
    assert not expected.normalized_columns
    assert "normalize_columns" not in str(expected)


def test_files_and_read_benchmarks_can_be_mixed_with_names(vectors, folder, tmp_path):
    (tmp_path / "own.txt").write_text("# mine\r\n: family\r\nman woman king queen\r\n")
    (tmp_path / "trees.csv").write_text("category,word\ntree,oak\ntree,elm\npet,cat\npet,dog\n")
    pairs = WordPairs("pairs", (("oak", "elm"), ("cat", "dog"), ("oak", "cat")), np.array([3.0, 2.0, 1.0]))
    questions = Analogies("questions", (Section("only", (("man", "woman", "boy", "girl"),)),))
    sources = ["men", tmp_path / "own.txt", str(folder / "ap.csv"), tmp_path / "trees.csv", pairs, questions]
    found = evaluate(vectors, sources, folder=folder)
    assert [(outcome.name, outcome.kind) for outcome in found.outcomes] == [
        ("men", "similarity"),
        ("own", "analogy"),
        ("ap", "categorization"),
        ("trees", "categorization"),
        ("pairs", "similarity"),
        ("questions", "analogy"),
    ]
    assert not any(outcome.failure for outcome in found.outcomes)
    assert found.notes == ()


def test_analogies_in_all_their_forms_are_recognized_by_name(vectors, folder):
    (folder / "BATS_3.0" / "3_Encyclopedic_semantics").mkdir(parents=True)
    (folder / "BATS_3.0" / "3_Encyclopedic_semantics" / "E10 [male - female].txt").write_text(
        "man\twoman\nking\tunheard/queen\nboy\tgirl\n"
    )
    (folder / "msr.csv").write_text(",type,word1,word2,word3,target\n0,MF,man,woman,king,queen\n")
    found = evaluate(vectors, folder=folder, bands=Bands(6, 9))
    assert [found[name].accuracy for name in ("bats", "msr", "google")] == [1.0] * 3
    bands = {outcome.name: outcome.bands for outcome in found.outcomes}
    assert bands["bats"][0] == ("frequent", 1.0, *[found["bats"].used.sum()] * 2)


@pytest.mark.parametrize("one", ["men", "EN-MEN-TR-3k.txt"])
def test_one_benchmark_need_not_be_a_list(vectors, folder, monkeypatch, one):
    monkeypatch.chdir(folder)
    assert [outcome.name for outcome in evaluate(vectors, one, folder=folder).outcomes] == ["men"]


def test_unreadable_files_are_rows_that_say_why(vectors, tmp_path):
    (tmp_path / "two.tsv").write_text("oak\telm\ncat\tdog\n")
    (tmp_path / "empty.txt").write_text("")
    (tmp_path / "latin.txt").write_bytes("café\tthé\t3\n".encode("latin-1"))
    paths = [tmp_path / name for name in ("two.tsv", "empty.txt", "latin.txt")]
    found = evaluate(vectors, paths)
    two, empty, latin = (outcome.failure for outcome in found.outcomes)
    assert "holds no line of two words and a score" in two
    assert "is empty" in empty
    assert "is not utf8 text" in latin
    assert str(found).count("no score") == 3


def test_questions_of_unknown_words_have_no_accuracy_rather_than_nan(vectors):
    questions = Analogies("strange", (Section("only", (("un", "deux", "trois", "quatre"),)),))
    (outcome,) = evaluate(vectors, questions).outcomes
    assert outcome.failure.startswith("not enough questions: of the 1 in strange not one has all its words")


def test_asking_for_what_was_not_scored_says_what_was(vectors, names):
    found = evaluate(vectors, **names)
    with pytest.raises(KeyError, match="'mne' was not evaluated; did you mean 'men'"):
        found["mne"]
    with pytest.raises(KeyError, match="'mc30' has no result: not enough pairs"):
        found["mc30"]


@pytest.mark.parametrize(
    ("wrong", "complaint"),
    [
        ([], "an empty list of benchmarks"),
        (["mem"], "no benchmark and no file is named 'mem'; did you mean 'men'"),
        ([WordPairs("p", (("a", "b"),), np.ones(1))] * 2, "two benchmarks are called 'p'"),
    ],
)
def test_wrong_benchmarks_are_refused_before_any_is_scored(vectors, wrong, complaint):
    with pytest.raises(ValueError, match=complaint):
        evaluate(vectors, wrong)


def test_the_method_reaches_the_analogies(vectors, names):
    found = evaluate(vectors, **names, method="3cosmul")
    assert found["google"].method == "3cosmul"
    assert "analogies by 3cosmul" in str(found)
    with pytest.raises(ValueError, match=r"no analogy method is named '3cosmull'.*did you mean '3cosmul'"):
        evaluate(vectors, **names, method="3cosmull")


def test_the_seeds_reach_the_clusterings(vectors, names):
    assert evaluate(vectors, **names, seeds=[4, 9])["ap"].seeds == (4, 9)
    with pytest.raises(ValueError, match="got seeds=0, expected at least one clustering"):
        evaluate(vectors, **names, seeds=0)


def test_a_missing_file_is_refused(vectors):
    with pytest.raises(FileNotFoundError, match=r"no benchmark file at gone\.txt"):
        evaluate(vectors, "gone.txt")


def test_some_are_at_hand_without_gensim(vectors, monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    assert [one.name for one in evaluate(vectors).outcomes] == ["wordsim353", "google"]


@pytest.mark.parametrize(
    ("spoil", "complaint"),
    [
        (lambda wv: wv.vectors.__setitem__((3, 1), math.nan), "1 of 12 vectors hold NaN.*'queen'"),
        (lambda wv: wv.index_to_key.__setitem__(3, "king"), "1 duplicate word in the vectors.*'king'"),
    ],
)
def test_bad_vectors_are_refused(vectors, names, spoil, complaint):
    vectors.index_to_key = list(vectors.index_to_key)
    spoil(vectors)
    with pytest.raises(ValueError, match=complaint):
        evaluate(vectors, **names)


def test_rows_of_zeros_are_noted(vectors, names):
    vectors.vectors[6] = 0
    assert "men: similarity 0 for 1 word with a vector of zeros, the first is 'oak'" in str(evaluate(vectors, **names))


def test_ranks_can_be_those_of_other_vectors(vectors, names):
    turned = SimpleNamespace(index_to_key=WORDS[::-1], vectors=vectors.vectors[::-1])
    own, theirs = (
        evaluate(vectors, **names, bands=Bands(3, 6), ranks_of=source).outcomes[0].bands for source in (None, turned)
    )
    assert [band.total for band in own] == [0, 2, 1]
    assert [band.total for band in theirs] == [0, 0, 3]


def test_a_trusted_download_is_noted(vectors, folder, monkeypatch, tmp_path):
    cache = tmp_path / "cache" / "benchmarks"
    cache.mkdir(parents=True)
    (cache / "EN-RG-65.txt").write_bytes((folder / "EN-MEN-TR-3k.txt").read_bytes())
    (cache / "EN-RG-65.txt.checksum").write_text("sha256:abc")
    found = evaluate(vectors, "rg65")
    assert found.notes == ("rg65: the download was trusted, for nobody has published a checksum; it has sha256:abc",)


def test_scores_have_intervals_over_items():
    rng = np.random.default_rng(3)
    words = [f"w{n}" for n in range(60)]
    vectors = dict(zip(words, rng.normal(size=(60, 4)), strict=True))
    pairs = evaluation.WordPairs("own", tuple(zip(words[:30], words[30:], strict=True)), rng.normal(size=30))
    found = evaluate(vectors, pairs)
    result = found["own"]
    low, high = np.tanh(
        np.arctanh(result.pearson.statistic) + np.array([-1, 1]) * 1.959964 / np.sqrt(27)
    )  # Fisher 1921
    spearman, pearson = found.to_records()
    assert (pearson["low"], pearson["high"]) == pytest.approx((low, high))
    assert spearman["low"] < result.spearman.statistic < spearman["high"]
    assert str(result.spearman_interval()) in str(found).splitlines()[1]
    assert result.spearman_interval(0.5).low > spearman["low"]


def test_few_items_have_no_interval_and_it_is_said(vectors, names):
    found = evaluate(vectors, **names)
    men = next(outcome for outcome in found.outcomes if outcome.name == "men")
    assert men.intervals == (None, None)
    assert "men: no interval: too few items" in str(found)


def test_shown_in_a_notebook_it_is_short(vectors, names):
    found = evaluate(vectors, **names)
    assert repr(found) == str(found)
    assert repr(found["men"]) == str(found["men"])
    assert "<td" in found._repr_html_()
    assert len(found._repr_html_()) < 5_000


def test_bands_beyond_the_vocabulary_are_noted(vectors, names):
    note = "no word is middle or rare: ranks end at 12; for bands that part sooner, in Python, bands=Bands(1, 6)"
    assert note in evaluate(vectors, **names, bands=True).notes
    assert not any("no word is" in note for note in evaluate(vectors, **names, bands=Bands(6, 9)).notes)


def test_a_folder_that_is_not_bats_says_so_under_its_own_name(vectors, folder, monkeypatch):
    monkeypatch.chdir(folder)
    (outcome,) = evaluate(vectors, ".").outcomes
    assert outcome.name == folder.name
    assert "as BATS has them, and no other benchmark is a folder" in outcome.failure


def test_accuracies_have_intervals_over_questions_by_word_pair():
    rng = np.random.default_rng(5)
    words = [f"w{n}" for n in range(40)]
    matrix = rng.normal(size=(40, 6))
    matrix[1::2] = matrix[::2] + np.linspace(0, 1.5, 20)[:, None] * rng.normal(size=(20, 6)) + 0.5
    section = evaluation.Section.of_pairs("own", [(a, [b]) for a, b in zip(words[::2], words[1::2], strict=True)])
    result = evaluation.score_word_analogies(
        dict(zip(words, matrix, strict=True)), evaluation.Analogies("own", (section,))
    )
    interval = result.accuracy_interval()
    assert 0 <= interval.low < result.accuracy < interval.high <= 1
    independent = 1.96 * np.sqrt(result.accuracy * (1 - result.accuracy) / len(result.questions))
    assert interval.high - interval.low > 2.5 * independent  # 380 questions of 20 pairs tell less than 380 would


# --- many vectors of the same words ---------------------------------------------------------------------


def test_vectors_that_share_their_words_score_as_if_they_did_not(vectors, folder):
    (folder / "msr.csv").write_text(",type,word1,word2,word3,target\n0,MF,man,woman,king,queen\n")
    read = evaluation.read_benchmarks(folder=folder)
    base = evaluation.as_vectors(vectors)
    counts = np.arange(len(base), 0, -1)
    ranks = evaluation.WordRanks(base, Policy(), counts)
    rng = np.random.default_rng(3)
    for policy in (Policy(), Policy(case_insensitive=False, restrict_vocab=9), Policy(dummy4unknown=True)):
        bound = evaluation.bind(base.words, read, policy=policy)
        for _ in range(2):
            matrix = rng.normal(size=base.matrix.shape).astype(np.float32)
            shared = bound.score(matrix)
            alone = evaluate(dict(zip(base.words, matrix, strict=True)), folder=folder, policy=policy)
            assert str(shared) == str(alone)
            assert shared.to_records() == alone.to_records()
    banded = evaluation.bind(base.words, read, bands=Bands(6, 9), ranks_of=ranks).score(base.with_matrix(matrix))
    source = SimpleNamespace(index_to_key=base.words, vectors=matrix, counts=counts)
    assert banded.to_records() == evaluate(source, folder=folder, bands=Bands(6, 9)).to_records()


def test_benchmarks_read_once_are_scored_without_their_files(vectors, folder, tmp_path):
    (tmp_path / "damaged.tsv").write_text("no pairs here\n")
    read = evaluation.read_benchmarks(["men", tmp_path / "damaged.tsv"], folder=folder)
    assert [one.name for one in read.benchmarks] == ["men", "damaged"]
    assert isinstance(read.benchmarks[1], evaluation.Unreadable)
    expected = evaluate(vectors, ["men", tmp_path / "damaged.tsv"], folder=folder)
    for path in (*folder.iterdir(), tmp_path / "damaged.tsv"):
        path.unlink()
    found = evaluate(vectors, read)
    assert found.to_records() == expected.to_records()
    assert "damaged.tsv" in found.outcomes[1].failure


def test_binding_tells_what_can_have_no_score(vectors, folder, tmp_path):
    (tmp_path / "damaged.tsv").write_text("no pairs here\n")
    strange = Analogies("strange", (Section("only", (("un", "deux", "trois", "quatre"),)),))
    kinds = evaluation.Categories("kinds", ("oak", "chat", "chien"), ("tree", "pet", "pet"))
    bound = evaluation.bind(WORDS, ["men", "mc30", tmp_path / "damaged.tsv", strange, kinds], folder=folder)
    assert list(bound.failures) == ["mc30", "damaged", "strange", "kinds"]
    outcomes = bound.score(vectors.vectors).outcomes
    assert [outcome.failure for outcome in outcomes] == ["", *bound.failures.values()]
    assert [outcome.name for outcome in outcomes if outcome.result is not None] == ["men"]


def test_bound_words_need_not_be_looked_up_again(vectors, folder, monkeypatch):
    read = evaluation.read_benchmarks(NAMES, folder=folder)
    bound = evaluation.bind(WORDS, read, bands=Bands(6, 9))
    expected = evaluate(vectors, read, bands=Bands(6, 9)).to_records()
    for name in ("rows", "missing", "spellings", "clusters"):
        monkeypatch.delattr(evaluation.KnownWords, name)
    monkeypatch.delattr(Policy, "fold")
    monkeypatch.delattr(evaluation.WordRanks, "_reduced")
    assert bound.score(vectors.vectors).to_records() == expected
    assert bound.score(vectors.vectors).to_records() == expected


def test_vectors_of_other_words_are_refused(vectors, names):
    bound = evaluation.bind(WORDS[::-1], **names)
    with pytest.raises(ValueError, match="have 12 words, other than the 12 that were bound"):
        bound.score(evaluation.as_vectors(vectors))


@pytest.mark.parametrize("name", NAMES)
def test_every_kind_follows_the_contract(vectors, folder, name):
    (benchmark,) = evaluation.read_benchmarks(name, folder=folder).benchmarks
    assert isinstance(benchmark, evaluation.Benchmark)
    bound = benchmark.bind(evaluation.KnownWords(WORDS, Policy()), evaluation.Options(seeds=(1, 2)))
    if bound.failure:
        with pytest.raises(ValueError, match="not enough"):
            bound.score(vectors.vectors)
        return
    result = bound.score(vectors.vectors)
    assert (result.name, result.kind, result.benchmark) == (benchmark.name, benchmark.kind, benchmark)
    assert len(result.measures) == len(result.intervals) == 2
    assert all(math.isfinite(measure.value) for measure in result.measures)
    used, missing, total = result.counts
    assert (used, total) == (result.used.sum(), len(result.used))
    assert used + missing >= total - 1
    if result.items is not None:
        asked, scores, gold, clusters = result.items
        assert len(asked) == len(scores) == len(clusters) == total
        assert (np.isfinite(scores) == result.used).all()
        assert gold is None or len(gold) == total


def test_a_kind_of_ones_own_takes_part(vectors):
    class Length:
        name, kind = "length", "similarity"

        def bind(self, words, options=None):
            return self

        def item_ranks(self, ranks):
            return None

        failure = ""

        def score(self, matrix):
            raise ValueError(f"not enough: {len(matrix)} words")

    (outcome,) = evaluate(vectors, Length(), bands=True).outcomes
    assert (outcome.name, outcome.failure) == ("length", "not enough: 12 words")


def test_options_are_checked_when_they_are_made():
    with pytest.raises(ValueError, match=r"no analogy method is named '3cosad'; did you mean '3cosadd'"):
        evaluation.Options(method="3cosad")
    with pytest.raises(ValueError, match="got no seeds, expected at least one clustering"):
        evaluation.Options(seeds=())
