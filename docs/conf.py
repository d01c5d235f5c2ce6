"""How Sphinx builds the documentation: ``.ci/docs``, or ``sphinx-build -W -n docs build/docs``."""

import re
import sys
from importlib.metadata import version as version_of
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

project = "wordneg"
author = "The wordneg developers"
copyright = author
version = release = version_of("wordneg")

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
exclude_patterns = ["comparison"]

html_theme = "furo"
html_title = f"wordneg {version}"
html_show_sphinx = False
smartquotes = False  # -- begins a flag

myst_enable_extensions = ["colon_fence", "dollarmath"]
myst_heading_anchors = 3

# Docstrings are numpydoc. Types stand in them as words, for people, and are not links; nor are annotations.
napoleon_google_docstring = False
napoleon_use_param = False
napoleon_use_rtype = False
napoleon_use_ivar = True
autodoc_typehints = "none"
autodoc_member_order = "bysource"
autodoc_default_options = {"members": True}
default_role = "py:obj"
suppress_warnings = ["ref.python"]  # a short name of an attribute that several classes have

# With -n, whatever is called by its full name has to be on a page. Short names (arguments, attributes, words for types)
# the private rooms and the inside of `evaluation` need not be.
PRIVATE = "common|compiled|cooccurrence|diagnosis|estimator|files|text|vectors|word2vec|wordrank|allvec|closedform"
nitpick_ignore_regex = [
    (r"py:\w+", r"(?!wordneg\.).*"),
    (r"py:\w+", rf"wordneg\.({PRIVATE})(\..*)?"),
    (r"py:\w+", r"wordneg\.evaluation\.(analogies|contract|significance)\..*"),
]


def setup(app):
    """Mend what napoleon misreads in numpydoc docstrings, before it reads them."""
    app.connect("autodoc-process-docstring", mended, priority=1)


def mended(app, what, name, obj, options, lines):
    """Mend the lines of a docstring in place.

    The first sentence of a property is not ``type: description``, and ``one, two : int`` among attributes are two.
    """
    if what in ("attribute", "data", "property"):
        lines.insert(0, "")
    if what != "class" or "Attributes" not in lines:
        return
    found, entry = [], []
    for line in [*lines, "end"]:
        if line.strip() and not line.startswith(" ") and entry:
            names, colon, kind = entry[0].partition(" :")
            listed = names.split(", ") if re.fullmatch(r"\w+(, \w+)+", names) else [names]
            for one in listed:
                found += [one + colon + kind, *entry[1:]]
            entry = []
        entry.append(line)
    lines[:] = found
