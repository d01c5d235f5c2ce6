"""gensim's own tests, and programs that use gensim, with wordneg's classes: opt in with -m clients."""

import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.clients

FOLDER = Path(__file__).parent


def ran(script):
    """Run a script by itself, as it puts wordneg's classes where gensim's were; return what it printed."""
    run = subprocess.run([sys.executable, FOLDER / script], capture_output=True, text=True)
    assert run.returncode == 0, run.stdout + run.stderr
    return run.stdout


def test_gensims_own_tests_fail_only_where_it_is_meant():
    pytest.importorskip("gensim")
    pytest.importorskip("testfixtures")
    assert "99 of 116 pass" in ran("gensim_suite.py")


def test_programs_that_use_gensim_work():
    pytest.importorskip("gensim")
    outcomes = dict(line.split(": ", 1) for line in ran("clients.py").splitlines())
    assert outcomes["word2vec_model_is_one"] == "works"
    tried = {name for name, outcome in outcomes.items() if not outcome.startswith("not tried")}
    assert all(outcomes[name] == "works" for name in tried)
