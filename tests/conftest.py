"""Being here puts this folder on the import path, so that tests in subfolders find `naive` and the other helpers."""

import pytest


@pytest.fixture(scope="module")
def experiment(tmp_path_factory):
    """A comparison made up from known effects."""
    from experiments import make_experiment

    return make_experiment(tmp_path_factory.mktemp("experiment"), seeds=(1, 2, 3))


@pytest.fixture(scope="module")
def analysis(experiment):
    """The statistics of it."""
    from wordneg.comparison.presentation import Analysis

    return Analysis(experiment, resamples=200)
