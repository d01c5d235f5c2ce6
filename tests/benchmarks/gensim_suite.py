"""gensim's own tests of `Word2Vec` and `KeyedVectors`, run with wordneg's classes under gensim's names.

The tests are those of the installed gensim; they need `testfixtures`, and POT for the Word Mover's Distance. Printed
are how many pass, and the reason of each that does not; the exit code is 1 if that is one that should, or the other way
round.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from pathlib import Path
from typing import Any

import gensim.models
import pytest

FILES = ("test_word2vec.py", "test_keyedvectors.py")
_LONGEST = 150  # characters of a reason

DIFFERENT = {
    "reads gensim's pickles": (
        "TestWord2VecModel::test_load_old_model",
        "TestWord2VecModel::test_load_old_model_separates",
        "TestWord2VecModel::test_load_old_models_1_x",
        "TestWord2VecModel::test_load_old_models_2_x",
        "TestWord2VecModel::test_load_old_models_3_x",
        "TestWord2VecModel::test_persistence_backwards_compatible",
        "Gensim320Test::test",
    ),
    "counts words by scan_vocab and prepare_vocab": (
        "TestWord2VecModel::test_max_final_vocab",
        "TestWord2VecModel::test_total_word_count",
    ),
    "a file cut short is an error": (
        "TestWord2VecModel::test_too_short_binary_word2vec_format",
        "TestWord2VecModel::test_too_short_text_word2vec_format",
    ),
    "makes up counts for vectors without": (
        "TestKeyedVectors::test_vectors_for_all_with_copy_vecattrs",
        "TestKeyedVectors::test_vectors_for_all_without_copy_vecattrs",
    ),
    "logs that sentences are strings": ("TestWord2VecModel::test_build_vocab_warning",),
    "requires total_examples and epochs": ("TestWord2VecModel::test_train_with_explicit_param",),
    "raises other exceptions": (
        "TestWord2VecModel::test_no_training_c_format",
        "TestWord2VecModel::test_persistence_word2vec_format_combination_with_standard_persistence",
    ),
}
"""The tests that fail by design, by what gensim does there; `docs/from-gensim.md` says what wordneg does and why."""


class Names:
    """A pytest plugin: puts wordneg's classes where gensim's were, and collects the outcomes.

    Attributes
    ----------
    passed : list of str
        The tests that passed.
    failed : dict of str to str
        The reasons of those that did not.
    """

    def __init__(self) -> None:
        self.passed: list[str] = []
        self.failed: dict[str, str] = {}

    def pytest_runtest_logreport(self, report: Any) -> None:
        name = report.nodeid.split("::", 1)[-1]
        if report.failed:
            crash = getattr(report.longrepr, "reprcrash", None)
            self.failed[name] = str(crash.message if crash else report.longrepr).strip().splitlines()[0][:_LONGEST]
        elif report.when == "call" and report.passed:
            self.passed.append(name)


def swap() -> None:
    """Put wordneg's classes under gensim's names."""
    import wordneg

    for module in (gensim.models, gensim.models.word2vec):
        module.Word2Vec = wordneg.Word2Vec
    for module in (gensim.models, gensim.models.keyedvectors, gensim.models.word2vec):
        module.KeyedVectors = wordneg.KeyedVectors


def run(*, swapped: bool = True, select: str = "") -> Names:
    """Run the tests in a folder of their own, and return their outcomes.

    Parameters
    ----------
    swapped : bool
        False leaves gensim's classes where they are.
    select : str
        An expression as for ``pytest -k``.
    """
    if swapped:
        swap()
    folder = Path(gensim.__file__).parent / "test"
    names = Names()
    arguments = [str(folder / file) for file in FILES]
    arguments += ["-q", "--no-header", "--no-summary", "-p", "no:cacheprovider", "-c", os.devnull, "-k", select]
    before = os.getcwd()
    with tempfile.TemporaryDirectory() as scratch:
        os.chdir(scratch)
        try:
            pytest.main([*arguments, "--rootdir", scratch], plugins=[names])
        finally:
            os.chdir(before)
    return names


def main() -> int:
    """Run them and print the outcome; return 1 if it is not what it should be."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--with-gensim", action="store_true", help="leave gensim's classes in place, to compare")
    parser.add_argument("-k", dest="select", default="", help="run only the tests that match, as for pytest")
    arguments = parser.parse_args()
    outcome = run(swapped=not arguments.with_gensim, select=arguments.select)
    for name, reason in outcome.failed.items():
        print(f"{name}: {reason}")
    print(f"{len(outcome.passed)} of {len(outcome.passed) + len(outcome.failed)} pass")
    expected = set() if arguments.with_gensim else {name for names in DIFFERENT.values() for name in names}
    ran = {*outcome.passed, *outcome.failed}
    surprising = set(outcome.failed) ^ (expected & ran)
    print(
        *(f"{name} {'fails' if name in outcome.failed else 'passes'}, unlike before" for name in surprising), sep="\n"
    )
    return int(bool(surprising) or not ran)


if __name__ == "__main__":
    sys.exit(main())
