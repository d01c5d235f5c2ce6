"""corpora stands by itself: nothing of wordneg, and nothing heavy at import."""

import ast
import subprocess
import sys
from pathlib import Path

import corpora

FILES = sorted(Path(corpora.__file__).parent.glob("*.py"))


def test_no_import_of_the_layers_above():
    assert len(FILES) > 5
    for file in FILES:
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                modules = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and node.level == 0:
                modules = [node.module or ""]
            else:
                continue
            for module in modules:
                assert module.split(".")[0] not in {"wordneg", "evaluation"}, f"{file.name} imports {module}"


def test_gensim_is_imported_only_when_used():
    code = "import sys, corpora; corpora.open_corpus([['a']]); sys.exit('gensim' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=FILES[0].parent.parent).returncode == 0
