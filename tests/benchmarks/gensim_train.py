"""What `wordneg train` does, done with gensim: the process that `end_to_end.py` compares with."""

from __future__ import annotations

import argparse
from pathlib import Path

import harness


def main() -> None:
    """Train on a text file, and write vectors in word2vec's binary format."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("output", type=Path)
    parser.add_argument("--sg", type=int, required=True)
    parser.add_argument("--workers", type=int, required=True)
    parser.add_argument("--epochs", type=int, required=True)
    parser.add_argument("--alpha", type=float, default=0.025)
    args = parser.parse_args()
    settings = {name: getattr(args, name) for name in ("sg", "workers", "epochs", "alpha")}
    model = harness.gensim_model(args.corpus, **settings)
    harness.train_gensim(model, args.corpus)
    model.wv.save_word2vec_format(str(args.output), binary=True)


if __name__ == "__main__":
    main()
