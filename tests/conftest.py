"""Being here puts this folder on the import path, so that tests in subfolders find `naive` and the other helpers."""

import pytest


@pytest.fixture(scope="module")
def comparison(tmp_path_factory):
    """A comparison made up from known effects."""
    from made_up import make_comparison

    return make_comparison(tmp_path_factory.mktemp("comparison"), seeds=(1, 2, 3))


@pytest.fixture(scope="module")
def analysis(comparison):
    """The statistics of it."""
    from wordneg.comparison.show import Analysis

    return Analysis(comparison, resamples=200)
