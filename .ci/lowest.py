"""Print the lowest versions that pyproject.toml allows, as requirements for pip: ``numpy==2.0 …``."""

import re
import tomllib
from pathlib import Path

project = tomllib.loads((Path(__file__).parents[1] / "pyproject.toml").read_text(encoding="utf-8"))["project"]
needed = [*project["dependencies"], *project["optional-dependencies"]["test"]]
print(*(re.sub(r">=([\w.]+).*", r"==\1", requirement) for requirement in needed))
