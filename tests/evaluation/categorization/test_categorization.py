import numpy as np
import pytest

from wordneg.evaluation import Categories, Policy, read_categories, score_categories

ANIMALS, CARS = ("cat", "dog", "cow"), ("car", "bus")
TOY = Categories("toy", (*ANIMALS, *CARS), ("animal",) * 3 + ("vehicle",) * 2)
VECTORS = {"cat": [1, 0.1], "dog": [1, 0.2], "Cow": [2, 0.1], "car": [0.1, 1], "bus": [0.0, 1]}


@pytest.mark.parametrize(
    "text",
    [
        ",category,word\n0,animal,cat\n1,animal,dog\n2,vehicle,car\n",
        "word\tcategory\r\ncat\tanimal\r\n\r\n# comment\r\ndog\tanimal\r\ncar\tvehicle",
        "category\tword\nanimal\tcat\nanimal\tdog\nvehicle\tcar\n",
        "cat\tanimal\ndog\tanimal\ncar\tvehicle\n",
        "cat animal\ndog   animal\ncar vehicle\n",
        "cat,animal\ndog, animal\ncar,vehicle\n",
    ],
    ids=["table", "heading", "heading turned", "tabs", "blanks", "commas"],
)
def test_reads(write, text):
    benchmark = read_categories(write(text, "mine.csv"))
    assert benchmark == Categories("mine", ("cat", "dog", "car"), ("animal", "animal", "vehicle"))


def test_bad_lines_are_left_out_and_named(write, caplog):
    benchmark = read_categories(write(",category,word\n0,animal,cat\nanimal,dog\n2,,cow\n3,vehicle,car\n"))
    assert benchmark.words == ("cat", "car")
    assert [(bad.number, bad.reason) for bad in benchmark.skipped] == [
        (3, "2 columns, expected 3 with a word and its category"),
        (4, "3 columns, expected 3 with a word and its category"),
    ]
    assert "2 unreadable lines" in caplog.text


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "is empty"),
        ("# nothing\n", "holds no line of a word and its category"),
        ("cat\ndog\n", r"holds no line of a word and its category \(line 1 'cat': 1 column"),
        ("word,category\n", "holds no line"),
        ("cat animal\ndog animal\n", "number of categories 1, expected two or more"),
        ("cat animal\ncat vehicle\n", "'cat' is in the categories 'animal' and 'vehicle'"),
    ],
)
def test_refuses_files(write, text, message):
    with pytest.raises(ValueError, match=message):
        read_categories(write(text))


def test_scores_every_seed():
    result = score_categories(VECTORS, TOY, seeds=4)
    assert result.assignments.shape == (4, 5)
    assert (result.purity, result.normalized_mutual_information) == pytest.approx((1, 1))
    assert result.purity_spread == 0
    assert result.seeds == (0, 1, 2, 3)
    for assignment in result.assignments:
        assert len({*assignment[:3]}) == len({*assignment[3:]}) == 1
    assert not any(a.flags.writeable for a in (result.assignments, result.used, result.purities, result.informations))
    assert str(result) == (
        "toy: purity 1.000 (± 0.000), normalized mutual information 1.000 (± 0.000), mean (± standard deviation) over "
        "4 seeds, 5 of 5 words in 2 categories (first 300000 words, case ignored, unknown skipped)"
    )


def test_the_score_is_the_mean_and_not_the_best():
    rng = np.random.default_rng(0)
    words = [f"w{i}" for i in range(60)]
    vectors = dict(zip(words, rng.standard_normal((60, 5)), strict=True))
    benchmark = Categories("random", tuple(words), tuple(f"c{i % 6}" for i in range(60)))
    result = score_categories(vectors, benchmark, seeds=(5, 9, 11))
    assert result.purity == pytest.approx(np.mean(result.purities))
    assert result.purity < result.purities.max()
    assert result.purity_spread == pytest.approx(np.std(result.purities, ddof=1))
    assert result.informations[1] == score_categories(vectors, benchmark, seeds=[9]).informations[0]


def test_unknown_words_by_policy():
    skipped = score_categories({**VECTORS, "Cow": [0, 0]}, TOY, policy=Policy(case_insensitive=False), seeds=2)
    assert skipped.missing_words == ("cow",)
    assert skipped.used.tolist() == [True, True, False, True, True]
    assert (skipped.assignments[:, 2] == -1).all()
    assert skipped.purity == 1
    counted = score_categories({"cat": [1, 0], "car": [0, 1]}, TOY, policy=Policy(dummy4unknown=True), seeds=1)
    assert counted.used.all()
    assert counted.assignments[0].tolist()[1:3] == [2, 2]
    assert counted.assignments[0, 4] == 2
    assert counted.purity == pytest.approx(2 / 5)
    assert np.isnan(counted.purity_spread)


def test_notes(write):
    path = write("cat animal\ncat animal\ncow animal\ncar vehicle\nrose plant\none two three\n")
    result = score_categories({**VECTORS, "Cow": [0, 0]}, path, seeds=1)
    assert result.notes == (
        "1 unreadable line left out, the first is line 6 'one two three': 3 columns, expected 2 with a word and its "
        "category",
        "1 duplicate word kept",
        "no known word in 1 of the categories",
        "1 word with a vector of zeros",
    )


def test_refusals():
    with pytest.raises(ValueError, match=r"not enough categories: the 2 of 5 words of toy that are known .* are of 1"):
        score_categories({"cat": [1.0], "dog": [2.0]}, TOY)
    with pytest.raises(ValueError, match=r"got seeds=\[\], expected at least one clustering"):
        score_categories(VECTORS, TOY, seeds=[])
    with pytest.raises(ValueError, match="mine: 1 words and 2 categories"):
        Categories("mine", ("a",), ("b", "c"))
