"""The examples in docstrings run, in whichever copy of the modules is imported.

pytest's own `--doctest-modules` names a module by the folders that hold its file, so in a checkout it would import
`corpora` where the name is `wordneg.corpora`, and it would import `wordneg` from the checkout where another copy is
installed.
"""

import doctest
import io
from importlib import import_module

import pytest
from test_layers import MODULES


def written():
    """Return the number of examples in the source of each module that has any."""
    parser = doctest.DocTestParser()
    counts = {module: len(parser.get_examples(path.read_text(encoding="utf-8"))) for module, path in MODULES.items()}
    return {module: count for module, count in counts.items() if count}


WRITTEN = written()


@pytest.mark.lengthy
@pytest.mark.parametrize("module", WRITTEN)
def test_examples(module, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    tests = doctest.DocTestFinder().find(import_module(module))
    assert sum(len(test.examples) for test in tests) == WRITTEN[module], "some docstring with examples is not found"
    for test in tests:
        said = io.StringIO()
        doctest.DocTestRunner(optionflags=doctest.ELLIPSIS).run(test, out=said.write)
        assert not said.getvalue(), said.getvalue()
