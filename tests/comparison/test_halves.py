import numpy as np
import pytest

from wordneg import evaluation
from wordneg.comparison.halves import halved
from wordneg.evaluation.analogies.benchmark import Section


def pairs(count=400):
    words = [(f"a{number}", f"b{number % 97}") for number in range(count)]
    return evaluation.WordPairs("pairs", (*words, *((b.upper(), a) for a, b in words[:20])), np.arange(count + 20.0))


def section(name, *words):
    return Section.of_pairs(name, [(a, [b]) for a, b in words])


def numbered(name, count):
    return section(name, *((f"{name}{number}", f"{name}{number}x") for number in range(count)))


def split(*benchmarks):
    return halved(evaluation.BenchmarkSet(benchmarks))


def asked(half):
    """Return the pairs of words that a half asks about, in one order and case."""
    listed = half.pairs if isinstance(half, evaluation.WordPairs) else half.questions
    both = [pair for words in listed for pair in (words[:2], words[2:]) if pair]
    return {frozenset(word.lower() for word in pair) for pair in both}


def test_a_pair_is_in_one_half_with_its_rating_however_it_is_written():
    whole = pairs()
    halves = split(whole)
    development, test = halves.development.benchmarks[0], halves.test.benchmarks[0]
    assert not asked(development) & asked(test)
    assert asked(development) | asked(test) == asked(whole)
    ratings = dict(zip(whole.pairs, whole.gold, strict=True))
    assert (development.name, test.name) == ("pairs, half for tuning", "pairs")
    for half in (development, test):
        assert [ratings[pair] for pair in half.pairs] == half.gold.tolist()
    assert 170 < len(development.pairs) < 250  # a fair coin, within three standard errors
    assert f"pairs ({len(development.pairs)} and {len(test.pairs)} pairs, by a hash of the words)" in halves.notes[0]


def test_the_halves_depend_on_the_items_alone():
    whole = pairs()
    order = np.random.default_rng(1).permutation(len(whole.pairs))
    other = evaluation.WordPairs("other", tuple(whole.pairs[place] for place in order), whole.gold[order])
    one, two = split(whole), split(numbered_analogies(), other)
    assert asked(one.test.benchmarks[0]) == asked(two.test.benchmarks[1])


def numbered_analogies():
    return evaluation.Analogies("solo", tuple(numbered(name, 5) for name in "abcdef"))


def test_analogies_are_split_by_section_into_halves_of_like_size():
    sections = (numbered("big", 12), *(numbered(name, 6) for name in ("one", "two", "three", "four", "five")))
    halves = split(evaluation.Analogies("analogies", sections))
    development, test = halves.development.benchmarks[0], halves.test.benchmarks[0]
    names = [{part.name for part in half.sections} for half in (development, test)]
    assert not names[0] & names[1]
    assert names[0] | names[1] == {part.name for part in sections}
    assert abs(len(development.questions) - len(test.questions)) <= 30
    assert "by section: " in halves.notes[0]
    assert "left out" not in halves.notes[0]


def test_sections_that_share_a_pair_stay_together():
    common = ("athens", "greece"), ("oslo", "norway")
    sections = (
        section("few capitals", *common),
        numbered("plurals", 6),
        section("all capitals", *common, ("quito", "ecuador"), ("lima", "peru")),
        numbered("verbs", 6),
    )
    halves = split(evaluation.Analogies("analogies", sections))
    for half in (halves.development.benchmarks[0], halves.test.benchmarks[0]):
        names = {part.name for part in half.sections}
        assert ("few capitals" in names) == ("all capitals" in names)
    assert not asked(halves.development.benchmarks[0]) & asked(halves.test.benchmarks[0])


def test_a_single_section_is_split_by_its_pairs_without_questions_that_mix():
    whole = evaluation.Analogies("analogies", (numbered("one", 20),))
    halves = split(whole)
    development, test = halves.development.benchmarks[0], halves.test.benchmarks[0]
    assert not asked(development) & asked(test)
    assert asked(development) | asked(test) == asked(whole)
    left = len(whole.questions) - len(development.questions) - len(test.questions)
    assert left > 0
    assert f"by a hash of their pairs, {left} that mix both left out" in halves.notes[0]


def test_a_section_without_questions_is_no_obstacle():
    sections = (numbered("one", 6), section("lonely", ("oslo", "norway")), numbered("two", 6))
    assert not sections[1].questions
    halves = split(evaluation.Analogies("analogies", sections))
    names = [[part.name for part in half.benchmarks[0].sections] for half in (halves.development, halves.test)]
    assert sorted(names) == [["one"], ["two"]]
    assert "lonely" not in halves.notes[0]


def test_alternatives_stay_with_their_questions():
    many = [(f"w{number}", [f"x{number}", f"y{number}"]) for number in range(20)]
    halves = split(evaluation.Analogies("analogies", (Section.of_pairs("one", many),)))
    for half in (halves.development.benchmarks[0], halves.test.benchmarks[0]):
        for question, accepted in zip(half.questions, half.accepted, strict=True):
            assert accepted == (question[3], question[3].replace("x", "y"))


def test_what_cannot_be_split_is_reported_whole_and_not_tuned_by():
    categories = evaluation.Categories("categories", ("cat", "dog", "car"), ("animal", "animal", "thing"))
    single = evaluation.WordPairs("single", (("cat", "dog"),), np.array([5.0]))
    unreadable = evaluation.Unreadable("damaged", "damaged: no", "similarity")
    halves = split(categories, pairs(), single, unreadable)
    assert [one.name for one in halves.development.benchmarks] == ["pairs, half for tuning"]
    assert [one.name for one in halves.test.benchmarks] == ["categories", "pairs", "single", "damaged"]
    assert halves.test.benchmarks[2] is single
    assert halves.notes[1] == "Not split into halves, so not used for tuning and reported whole: categories, single."


@pytest.mark.parametrize("name", ["wordsim353", "google"])
def test_known_benchmarks_have_halves_without_a_pair_in_common(name):
    halves = halved(evaluation.read_benchmarks([name]))
    development, test = halves.development.benchmarks[0], halves.test.benchmarks[0]
    sizes = [len(asked(half)) for half in (development, test)]
    assert not asked(development) & asked(test)
    assert min(sizes) > 0.3 * sum(sizes)
