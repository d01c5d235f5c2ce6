"""``python -m wordneg``: the command line."""

import sys

from wordneg.cli import main

if __name__ == "__main__":
    sys.exit(main())
