"""corpora stands by itself: nothing heavy at import. `test_layers` has who may import whom."""

import subprocess
import sys


def test_gensim_is_imported_only_when_used():
    code = "import sys; from wordneg import corpora; corpora.open_corpus([['a']]); sys.exit('gensim' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0
