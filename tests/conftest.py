"""What tests share. Being here puts this folder on the import path, so that subfolders find `naive` and the helpers."""

import pytest

NOT_QUICK = ("benchmark", "clients", "lengthy", "network", "slow", "torture")


@pytest.hookimpl(tryfirst=True)  # before -m chooses
def pytest_collection_modifyitems(items):
    """Mark every test as quick that no other mark says is not."""
    for item in items:
        if not any(item.get_closest_marker(mark) for mark in NOT_QUICK):
            item.add_marker(pytest.mark.quick)


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
