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


_Split = tuple[evaluation.Benchmark, evaluation.Benchmark, str]
"""The half to tune by, the half to report, and which items they have."""


def halved(benchmarks: evaluation.BenchmarkSet) -> Halves:
    """Split benchmarks; a benchmark stays whole if one of its halves would be empty."""
    development, test, told, whole = [], [], [], []
    for one in benchmarks.benchmarks:
        halves = _halves(one)
        if halves is not None:
            development.append(halves[0])
            test.append(halves[1])
            told.append(f"{one.name} ({halves[2]})")
            continue
        test.append(one)
        if not isinstance(one, evaluation.Unreadable):
            whole.append(one.name)
    notes = []
    if told:
        notes.append(
            f"Tuned by the first and scored on the second half of {'; '.join(told)}. No pair of words is in both."
        )
    if whole:
        notes.append(f"Not split into halves, so not used for tuning and reported whole: {', '.join(whole)}.")
    rest = replace(benchmarks, benchmarks=tuple(test))
    return Halves(evaluation.BenchmarkSet(tuple(development)), rest, tuple(notes))


def _halves(one: evaluation.Benchmark) -> _Split | None:
    """Return the halves of a benchmark; None if it has none."""
    if isinstance(one, evaluation.WordPairs):
        return _of_pairs(one)
    if isinstance(one, evaluation.Analogies):
        groups = _connected(one.sections)
        return _of_sections(one, groups) if len(groups) > 1 else _of_questions(one)
    return None


def _of_pairs(whole: evaluation.WordPairs) -> _Split | None:
    sides = [_side(pair) for pair in whole.pairs]
    parts = [[place for place, side in enumerate(sides) if side == half] for half in (0, 1)]
    if not all(parts):
        return None
    development, test = (
        replace(
            whole,
            name=_name(whole, half),
            pairs=tuple(whole.pairs[place] for place in places),
            gold=whole.gold[places],
            skipped=whole.skipped if half else (),
        )
        for half, places in enumerate(parts)
    )
    return development, test, f"{len(parts[0]):,} and {len(parts[1]):,} pairs, by a hash of the words"


def _of_sections(whole: evaluation.Analogies, groups: Sequence[Sequence[int]]) -> _Split | None:
    """Return the halves by groups of sections."""
    sides: dict[int, int] = {}
    sizes = [0, 0]
    size_of = [sum(len(whole.sections[place].questions) for place in group) for group in groups]
    for size, group in sorted(zip(size_of, groups, strict=True), key=lambda one: (-one[0], one[1])):
        smaller = 0 if sizes[0] < sizes[1] else 1
        sizes[smaller] += size
        sides |= dict.fromkeys(group, smaller)
    in_tuning = ", ".join(section.name for place, section in enumerate(whole.sections) if sides.get(place) == 0)
    chosen = [[sides.get(place, 0)] * len(section.questions) for place, section in enumerate(whole.sections)]
    return _chosen(whole, chosen, f"by section: {in_tuning} for tuning")


def _of_questions(whole: evaluation.Analogies) -> _Split | None:
    """Return the halves by the pairs of each question; questions whose pairs are in different halves are left out."""
    both = [[(_side(q[:2]), _side(q[2:])) for q in section.questions] for section in whole.sections]
    sides = [[first if first == second else -1 for first, second in section] for section in both]
    left = sum(section.count(-1) for section in sides)
    return _chosen(whole, sides, f"by a hash of their pairs, {left:,} that mix both left out")


def _chosen(whole: evaluation.Analogies, sides: Sequence[Sequence[int]], how: str) -> _Split | None:
    """Return the questions of each half, by the half of each question in each section."""
    found = []
    for half in (0, 1):
        sections = []
        for section, places in zip(whole.sections, sides, strict=True):
            kept = [place for place, side in enumerate(places) if side == half]
            questions = tuple(section.questions[place] for place in kept)
            others = tuple(section.alternatives[place] for place in kept) if section.alternatives else ()
            if questions:
                sections.append(Section(section.name, questions, others))
        if not sections:
            return None
        found.append(evaluation.Analogies(_name(whole, half), tuple(sections), whole.skipped if half else ()))
    development, test = found
    return development, test, f"{len(development.questions):,} and {len(test.questions):,} questions, {how}"


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
