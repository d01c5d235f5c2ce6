"""Development and test halves: what rows are tuned by is not what is reported.

The halves of a benchmark depend on nothing but its items:

* a pair of words is in the half that a hash of the two, in either order and case aside, says;
* analogies are split by section. Sections that have a pair of words in common stay together; the largest come first,
  each to the half with fewer questions. If they all hang together, a hash of each question's two pairs decides, and
  questions whose pairs are in different halves are in neither.

So no pair of words is in both halves. Benchmarks of other kinds are not split: they are reported whole, and not tuned
by. Held-out text is split in the middle.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from hashlib import blake2b

from wordneg import evaluation
from wordneg.evaluation.analogies.benchmark import Section

__all__ = ["Halves", "halved"]


@dataclass(frozen=True)
class Halves:
    """Benchmarks, split.

    Attributes
    ----------
    development : BenchmarkSet
        What rows are tuned by: "google, half for tuning".
    test : BenchmarkSet
        What is reported, with the names of the whole benchmarks; those that cannot be split are whole.
    notes : tuple of str
        Which items are where.
    """

    development: evaluation.BenchmarkSet
    test: evaluation.BenchmarkSet
    notes: tuple[str, ...]


def halved(benchmarks: evaluation.BenchmarkSet) -> Halves:
    """Split benchmarks; one of which a half would be empty is not split."""
    development, test, told, whole = [], [], [], []
    for one in benchmarks.benchmarks:
        halves = _halves(one)
        if halves is None:
            test.append(one)
            if not isinstance(one, evaluation.Unreadable):
                whole.append(one.name)
            continue
        development.append(halves[0])
        test.append(halves[1])
        told.append(f"{one.name} ({_described(one, *halves)})")
    notes = []
    if told:
        notes.append(
            f"Tuned by the first and scored on the second half of {'; '.join(told)}. No pair of words is in both."
        )
    if whole:
        notes.append(f"Not split into halves, hence not tuned by, and reported whole: {', '.join(whole)}.")
    rest = replace(benchmarks, benchmarks=tuple(test))
    return Halves(evaluation.BenchmarkSet(tuple(development)), rest, tuple(notes))


def _halves(one: evaluation.Benchmark) -> tuple[evaluation.Benchmark, evaluation.Benchmark] | None:
    """Return the halves of a benchmark; None if it has none."""
    found: tuple[evaluation.Benchmark | None, ...] = (None, None)
    if isinstance(one, evaluation.WordPairs):
        found = _of_pairs(one)
    elif isinstance(one, evaluation.Analogies):
        found = _of_sections(one) or _of_questions(one)
    development, test = found
    return None if development is None or test is None else (development, test)


def _of_pairs(whole: evaluation.WordPairs) -> tuple[evaluation.WordPairs | None, ...]:
    sides = [_side(pair) for pair in whole.pairs]
    found: list[evaluation.WordPairs | None] = []
    for half in (0, 1):
        places = [place for place, side in enumerate(sides) if side == half]
        pairs = tuple(whole.pairs[place] for place in places)
        skipped = whole.skipped if half else ()
        name = _name(whole, half)
        kept = replace(whole, name=name, pairs=pairs, gold=whole.gold[places], skipped=skipped) if pairs else None
        found.append(kept)
    return tuple(found)


def _of_sections(whole: evaluation.Analogies) -> tuple[evaluation.Analogies | None, ...] | None:
    """Return the halves by section; None if all sections hang together."""
    groups = _connected(whole.sections)
    if len(groups) < 2:
        return None
    sides: dict[int, int] = {}
    sizes = [0, 0]
    size_of = [sum(len(whole.sections[place].questions) for place in group) for group in groups]
    for size, group in sorted(zip(size_of, groups, strict=True), key=lambda one: (-one[0], one[1])):
        smaller = 0 if sizes[0] < sizes[1] else 1
        sizes[smaller] += size
        sides |= dict.fromkeys(group, smaller)
    return _chosen(whole, [[sides[place]] * len(section.questions) for place, section in enumerate(whole.sections)])


def _of_questions(whole: evaluation.Analogies) -> tuple[evaluation.Analogies | None, ...]:
    """Return the halves by the pairs of each question; those whose pairs are in different ones are left out."""
    both = [[(_side(q[:2]), _side(q[2:])) for q in section.questions] for section in whole.sections]
    return _chosen(whole, [[first if first == second else -1 for first, second in sides] for sides in both])


def _chosen(whole: evaluation.Analogies, sides: Sequence[Sequence[int]]) -> tuple[evaluation.Analogies | None, ...]:
    """Return the questions of each half, by the half of each question in each section."""
    found: list[evaluation.Analogies | None] = []
    for half in (0, 1):
        sections = []
        for section, places in zip(whole.sections, sides, strict=True):
            kept = [place for place, side in enumerate(places) if side == half]
            questions = tuple(section.questions[place] for place in kept)
            others = tuple(section.alternatives[place] for place in kept) if section.alternatives else ()
            if questions:
                sections.append(Section(section.name, questions, others))
        skipped = whole.skipped if half else ()
        found.append(evaluation.Analogies(_name(whole, half), tuple(sections), skipped) if sections else None)
    return tuple(found)


def _connected(sections: Sequence[Section]) -> list[list[int]]:
    """Return groups of sections, none of which has a pair of words in common with another."""
    groups: list[tuple[list[int], set[frozenset[str]]]] = []
    for place, section in enumerate(sections):
        if not section.questions:
            continue
        pairs = {_key(pair) for question in section.questions for pair in (question[:2], question[2:])}
        joined = [group for group in groups if group[1] & pairs]
        groups = [group for group in groups if not group[1] & pairs]
        members = sorted([place, *(one for group in joined for one in group[0])])
        groups.append((members, pairs.union(*(group[1] for group in joined))))
    return sorted(members for members, _ in groups)


def _name(whole: evaluation.Benchmark, half: int) -> str:
    """Return the name of a half; the one that is reported has the name of the whole."""
    return whole.name if half else f"{whole.name}, half for tuning"


def _key(words: Iterable[str]) -> frozenset[str]:
    return frozenset(word.casefold() for word in words)


def _side(words: Iterable[str]) -> int:
    """Return the half of a pair of words."""
    return blake2b("\n".join(sorted(_key(words))).encode(), digest_size=1).digest()[0] % 2


def _described(whole: evaluation.Benchmark, development: evaluation.Benchmark, test: evaluation.Benchmark) -> str:
    """Return which items the halves have."""
    if isinstance(whole, evaluation.WordPairs):
        assert isinstance(development, evaluation.WordPairs)
        assert isinstance(test, evaluation.WordPairs)
        return f"{len(development.pairs):,} and {len(test.pairs):,} pairs, by a hash of the words"
    assert isinstance(whole, evaluation.Analogies)
    assert isinstance(development, evaluation.Analogies)
    assert isinstance(test, evaluation.Analogies)
    counts = f"{len(development.questions):,} and {len(test.questions):,} questions"
    names = [{section.name for section in half.sections} for half in (development, test)]
    if names[0] & names[1]:
        left = len(whole.questions) - len(development.questions) - len(test.questions)
        return f"{counts}, by a hash of their pairs, {left:,} that mix both left out"
    return f"{counts}, by section: {', '.join(section.name for section in development.sections)} for tuning"
