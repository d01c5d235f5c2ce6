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
    args = parser.parse_args()
    model = harness.gensim_model(args.corpus, sg=args.sg, workers=args.workers, epochs=args.epochs)
    harness.train_gensim(model, args.corpus)
    model.wv.save_word2vec_format(str(args.output), binary=True)


if __name__ == "__main__":
    main()
