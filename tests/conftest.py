"""What tests share. Being here puts this folder on the import path, so that subfolders find `naive` and the helpers."""

import pytest

NOT_QUICK = ("benchmark", "lengthy", "network", "slow")


@pytest.hookimpl(tryfirst=True)  # before -m chooses
def pytest_collection_modifyitems(items):
    """Mark every test as quick that no other mark says is not."""
    for item in items:
        if not any(item.get_closest_marker(mark) for mark in NOT_QUICK):
            item.add_marker(pytest.mark.quick)


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
