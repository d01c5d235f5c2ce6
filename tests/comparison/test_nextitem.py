import math

import numpy as np
import pytest
from comparisons import SMALL, Stopping, quick

import wordneg
from wordneg import Comparison, compare
from wordneg.comparison import NextItem, Request, read_plan
from wordneg.comparison.nextitem import NextItems
from wordneg.comparison.trainers import Trained, Trainer
from wordneg.text.tokenstore import TokenStore
from wordneg.text.vocabulary import Vocabulary

WORDS = 40
TRAINER = Trainer("row", None)


class Cosines(Trainer):
    """A row that is trained on cosines."""

    cosine = True


def make_store(sessions, words=WORDS):
    tokens = np.concatenate(sessions).astype(np.int32)
    counts = np.arange(100 * words, 100 * words - words, -1)
    offsets = np.concatenate([[0], np.cumsum([len(one) for one in sessions])]).astype(np.int64)
    return TokenStore(Vocabulary(list(range(words)), counts), tokens, offsets, len(tokens), len(sessions), "sessions")


def make_sessions(count, seed, words=WORDS):
    rng = np.random.default_rng(seed)
    return [rng.integers(0, words, rng.integers(1, 9)) for _ in range(count)]


def make_vectors(seed, rows=WORDS):
    return np.random.default_rng(seed).normal(size=(rows, 6)).astype(np.float32)


def naive(sessions, unseen, score, k):
    """Return NDCG and hit rate of each step that counts, by loops."""
    gains, hits = [], []
    for session in sessions:
        for item, following in zip(session[:-1].tolist(), session[1:].tolist(), strict=True):
            if item == following or {item, following} & unseen:
                continue
            ranked = sorted((other for other in range(WORDS) if other != item), key=lambda other: -score(item, other))
            rank = 1 + ranked.index(following)
            gains.append(1 / math.log2(1 + rank) if rank <= k else 0.0)
            hits.append(rank <= k)
    return np.array(gains), np.mean(hits)


@pytest.fixture(scope="module")
def texts():
    """Return held-out sessions, and those trained on, which lack the items 3 and 17."""
    training = [np.array([item for item in one if item not in (3, 17)]) for one in make_sessions(300, 1)]
    return make_sessions(60, 2), make_store([one for one in training if len(one)])


@pytest.mark.parametrize("k", [1, 5])
@pytest.mark.parametrize("by", ["vectors", "outputs", "cosine outputs"])
def test_scores_are_those_of_a_ranking_by_loops(texts, by, k):
    sessions, training = texts
    asked = NextItem(k, by.split()[-1])
    inputs, outputs = make_vectors(3), make_vectors(4)
    if by == "outputs":
        score = lambda item, other: float(inputs[item] @ outputs[other])  # noqa: E731
    else:
        others = inputs if by == "vectors" else outputs
        a, b = ([row / math.sqrt(float(row @ row)) for row in matrix.astype(float)] for matrix in (inputs, others))
        score = lambda item, other: float(a[item] @ b[other])  # noqa: E731
    found = NextItems(asked, make_store(sessions), training)
    trainer = Cosines("row", None) if by.startswith("cosine") else TRAINER
    scored = found.score(trainer, Trained(inputs, outputs))
    gains, hits = naive(sessions, {3, 17}, score, k)
    total = {one.measure: one for one in scored.scores if one.band == "all"}
    assert total["ndcg"].value == pytest.approx(gains.mean(), abs=1e-6)
    assert total["hit rate"].value == pytest.approx(hits, abs=1e-6)
    assert total["ndcg"].used == len(gains) == found.known_items
    assert total["ndcg"].used + total["ndcg"].missing == sum(max(0, len(one) - 1) for one in sessions)
    items = scored.items[asked.name]
    np.testing.assert_allclose(items[np.isfinite(items)], gains, atol=1e-6)
    clusters = scored.items[f"{asked.name}/cluster"]
    expected = [number for number, one in enumerate(sessions) for _ in one[1:]]
    assert clusters.tolist() == expected
    assert f"{len(items) - len(gains)} left out" in found.note


def test_a_tree_gives_the_chances_that_are_ranked(texts):
    sessions, training = texts
    tree = training.vocabulary.tree
    inputs, nodes = make_vectors(5), make_vectors(6)

    def score(item, other):
        way = slice(tree.starts[other], tree.starts[other + 1])
        signs = 1.0 - 2.0 * tree.codes[way]
        return -np.logaddexp(0, -signs * (nodes[tree.points[way]] @ inputs[item])).sum()

    found = NextItems(NextItem(5, "outputs"), make_store(sessions), training)
    scored = found.score(TRAINER, Trained(inputs, nodes, tree=tree))
    assert scored.scores[0].value == pytest.approx(naive(sessions, {3, 17}, score, 5)[0].mean(), abs=1e-6)


def test_vectors_of_other_words_are_ranked_among_themselves(texts):
    sessions, training = texts
    inputs = make_vectors(3)
    known = [word for word in range(WORDS) if word not in (5, 8)]
    outside = Trained(inputs[known], None, vocabulary=tuple(map(str, known)))
    found = NextItems(NextItem(), make_store(sessions), training)
    above, tied, used = found.rank(TRAINER, outside)
    assert used.sum() == len(above) == len(tied) < found.known_items
    without = inputs.copy()
    without[[5, 8]] = -1000 * inputs.mean(axis=0)
    assert not np.isin(found.items[used], (5, 8)).any()
    assert not np.isin(found.following[used], (5, 8)).any()
    assert above.max() < len(known) - 1


@pytest.mark.parametrize("broken", ["no outputs", "not finite"])
def test_a_model_that_cannot_be_ranked_has_no_score(texts, broken):
    sessions, training = texts
    outputs = None if broken == "no outputs" else np.full((WORDS, 6), np.nan, np.float32)
    found = NextItems(NextItem(by="outputs"), make_store(sessions), training)
    scored = found.score(TRAINER, Trained(make_vectors(1), outputs))
    assert {(one.value, one.used) for one in scored.scores} == {(None, 0)}
    assert not scored.items


def test_steps_are_chosen_at_random_and_the_same_each_time(texts):
    sessions, training = texts
    few = [NextItems(NextItem(), make_store(sessions), training, steps=50) for _ in range(2)]
    assert len(few[0].items) == 50
    assert few[0].items.tolist() == few[1].items.tolist()
    assert (np.diff(few[0].sessions) >= 0).all()


def test_scores_by_frequency_are_of_the_next_item():
    words = 3000
    sessions = [np.array([10, 20]), np.array([2500, 30]), np.array([40, 2600])]
    vectors = make_vectors(1, words)
    vectors[2600] = vectors[40]  # the only step that is solved
    found = NextItems(NextItem(), make_store(sessions, words), make_store(sessions, words))
    bands = {one.band: one for one in found.score(TRAINER, Trained(vectors, None)).scores if one.measure == "hit rate"}
    assert (bands["frequent"].used, bands["middle"].used, bands["rare"].used) == (2, 1, 0)
    assert (bands["middle"].value, bands["rare"].value) == (1.0, None)


# --- asked for ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "asked"),
    [
        ("next-item", NextItem()),
        ("next-item@20", NextItem(20)),
        ("next-item-outputs", NextItem(by="outputs")),
        ("next-item-outputs@1", NextItem(1, "outputs")),
    ],
)
def test_names_stand_for_benchmarks(name, asked):
    assert NextItem.named(name) == asked == NextItem.named(asked.name)
    assert Request.of("unigram", benchmarks=name).benchmarks == (asked,)


@pytest.mark.parametrize(
    ("given", "kind", "said"),
    [
        ({"benchmarks": "next-items"}, ValueError, "expected next-item or next-item-outputs"),
        ({"benchmarks": "next-item@"}, ValueError, r"benchmarks=\['next-item@'\]"),
        ({"benchmarks": "next-item@ten"}, ValueError, "length of the list"),
        ({"benchmarks": "next-item@0"}, ValueError, "k=0, expected"),
        ({"benchmarks": ["next-item"], "held_out": None}, ValueError, "no text held out.*give held_out=0.05"),
        ({"benchmarks": ["next-item"], "held_out": None, "tune": None}, ValueError, r"\['next-item@10'\] and no text"),
    ],
)
def test_bad_requests_are_refused(given, kind, said):
    with pytest.raises(kind, match=said):
        Request.of("unigram", **given)


@pytest.mark.parametrize(
    ("options", "kind"), [({"k": 2.5}, ValueError), ({"k": "5"}, TypeError), ({"by": "x"}, ValueError)]
)
def test_bad_settings_are_refused(options, kind):
    with pytest.raises(kind, match=f"got {next(iter(options))}="):
        NextItem(**options)


def test_one_of_a_name_is_enough():
    with pytest.raises(ValueError, match="two benchmarks are called 'next-item@10'"):
        compare([["a", "b"]] * 9, "unigram", benchmarks=["next-item", NextItem()], tune=None)


def test_a_file_may_have_such_a_name(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "next-items.tsv").write_text("cat\tdog\t3\n")
    assert Request.of("unigram", benchmarks="next-items.tsv").benchmarks == ("next-items.tsv",)


# --- in a comparison ------------------------------------------------------------------------------------


def make_corpus():
    """Return sessions of integers in which each odd item follows the even one before it."""
    evens = 2 * np.random.default_rng(7).integers(0, 20, (800, 3))
    return [[item for even in row for item in (even, even + 1)] for row in evens.tolist()]


ASKED = ["next-item", NextItem(5, "outputs")]
NAMES = ("next-item@10", "next-item-outputs@5")


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    folder = tmp_path_factory.mktemp("finished") / "out"
    return quick(make_corpus(), benchmarks=ASKED, held_out=0.1, epochs=5, out=folder)


def test_a_comparison_of_integers_is_scored_tested_and_shown(finished, tmp_path):
    assert finished.protocol.benchmarks == (*NAMES, "neighbors", "held-out")
    table = finished.table().to_text()
    assert "next-item@10 NDCG" in table
    assert "next-item-outputs@5 NDCG" in table
    differences = finished.table("differences").to_text()
    assert all(name in differences for name in NAMES)
    assert any("next-item@10: NDCG" in note for note in finished.protocol.notes)
    assert "benchmarks" in finished.findings().headline
    finished.report(tmp_path / "report.html")
    assert "next-item@10" in (tmp_path / "report.html").read_text()
    finished.to_csv(tmp_path / "scores.csv")
    lines = (tmp_path / "scores.csv").read_text().splitlines()
    assert sum(",next-item@10,hit rate,all," in line for line in lines) == 4
    assert finished.plot().axes
    again = Comparison.open(finished.folder)
    assert again.table().to_text() == table


def test_items_are_those_of_whole_sessions_at_the_end(finished):
    items = finished.items(finished.runs[0])
    held_out = make_corpus()[720:]
    assert len(items[NAMES[0]]) == len(items[f"{NAMES[0]}/cluster"]) == sum(len(one) - 1 for one in held_out)
    score = next(one for one in finished.runs[0].scores if (one.benchmark, one.measure) == (NAMES[0], "ndcg"))
    assert score.value == pytest.approx(np.nanmean(items[NAMES[0]]), abs=1e-6)


def test_a_folder_is_extended_by_next_items(tmp_path):
    first = quick(make_corpus(), seeds=1, out=tmp_path, epochs=1)
    more = quick(make_corpus(), seeds=1, out=tmp_path, epochs=1, benchmarks=["next-item"])
    assert more.request.benchmarks == NAMES[:1]
    assert not more.missing
    assert all(any(one.benchmark == NAMES[0] for one in run.scores) for run in more.runs)
    assert len(more.runs) == len(first.runs)
    with pytest.raises(ValueError, match=r"it is scored on next-item@10, too"):
        quick(make_corpus(), seeds=1, out=tmp_path, epochs=1)


def test_an_executor_scores_alike(finished):
    there = quick(make_corpus(), benchmarks=ASKED, held_out=0.1, epochs=5, executor=Stopping(99))
    assert [run.scores for run in there.runs] == [run.scores for run in finished.runs]


def test_a_plan_asks_for_them(finished, tmp_path):
    (tmp_path / "plan.toml").write_text(finished.plan())
    asked = read_plan(tmp_path / "plan.toml")
    assert asked["benchmarks"] == list(NAMES)
    assert Request.of(**asked).benchmarks == (NextItem(), NextItem(5, "outputs"))


def test_rows_are_tuned_by_the_first_half_and_scored_on_the_second():
    options = {"seeds": 1, "held_out": 0.2, "benchmarks": ["next-item"], "tune": "alpha", "tune_by": "benchmarks"}
    tuned = quick(make_corpus(), "unigram", tune_words=15_000, **options)
    items = tuned.items(tuned.runs[0])
    held_out = make_corpus()[640:]
    assert len(items[NAMES[0]]) == sum(len(one) - 1 for one in held_out[80:])
    assert all(one.score is None or 0 <= one.score <= 1 for one in tuned.tunings[0].tried)
    assert any("Tuned by next items in the first half of the held-out text" in note for note in tuned.protocol.notes)


def test_too_few_steps_are_nothing_to_tune_by():
    options = {"seeds": 1, "held_out": 0.02, "benchmarks": ["next-item"], "tune": "alpha", "tune_by": "benchmarks"}
    with pytest.raises(ValueError, match=r"next-item@10 has \d+ items with known words, which is too few to tune by"):
        quick(make_corpus()[:120], "unigram", **options)


def test_words_and_vectors_from_outside_are_scored_as_well():
    corpus = [[f"i{item}" for item in session] for session in make_corpus()]
    model = wordneg.Word2Vec(corpus[:720], **SMALL, seed=1, progress=False)
    made = quick(corpus, "unigram", seeds=1, held_out=0.1, benchmarks=ASKED, extra={"theirs": model.wv})
    scores = [(run.row, one) for run in made.runs for one in run.scores if (one.measure, one.band) == ("ndcg", "all")]
    found = {(setting, one.benchmark): one for setting, one in scores}
    assert found["theirs", NAMES[0]].value > 0
    assert found["theirs", NAMES[0]].used == found["unigram", NAMES[0]].used
    assert found["theirs", NAMES[1]].value is None
    assert not made.missing
