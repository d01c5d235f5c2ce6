"""Print one of the commands that README.md gives between ``<!-- command:NAME -->`` and the end of the code block."""

import re
import sys
from pathlib import Path

name = sys.argv[1]
readme = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")
found = re.search(rf"<!-- command:{name} -->\s*```(?:bash|sh)\n(.*?)```", readme, re.DOTALL)
if found is None:
    sys.exit(f"README.md has no code block behind <!-- command:{name} -->")
print(found[1].strip())
