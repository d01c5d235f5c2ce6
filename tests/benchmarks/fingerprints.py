"""Fingerprints of trained vectors: whether a change to the code has changed a single bit of what is learned.

Each setting is trained for one epoch on the Wikipedia sample with one worker and one seed, and the SHA-256 of both
matrices is compared with the stored one. Bits depend on the processor and on the versions of Numba and NumPy, so the
stored file says where its fingerprints were taken; elsewhere, take your own before a change (``--write``) and compare
after it.

    python tests/benchmarks/fingerprints.py            # compare with the stored fingerprints
    python tests/benchmarks/fingerprints.py --write    # replace them
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from wordneg import Word2Vec, WordRank, corpora, encode
from wordneg.common.machine import machine, versions
from wordneg.objectives import OBJECTIVES
from wordneg.samplers import SAMPLERS

STORED = Path(__file__).parent / "results" / "fingerprints.json"
COMMON = {"vector_size": 50, "seed": 1, "workers": 1, "epochs": 1, "progress": False}
ARCHITECTURES = {"CBOW": 0, "skip-gram": 1}


def settings() -> Iterator[tuple[str, Any]]:
    """Yield the name of each setting and a model that is not trained yet."""
    for architecture, sg in ARCHITECTURES.items():
        for sampler in SAMPLERS.names():
            yield f"{architecture}, {sampler}", Word2Vec(sg=sg, sampler=sampler, **COMMON)
        for objective in OBJECTIVES.names():
            yield f"{architecture}, unigram, {objective}", Word2Vec(sg=sg, objective=objective, **COMMON)
    yield "skip-gram, fresh negatives", Word2Vec(sg=1, share_negatives=False, **COMMON)
    yield "WordRank", WordRank(window=5, **COMMON)


def fingerprint(model: Any, store: Any) -> str:
    """Train a model and return the SHA-256 of its input and output matrices."""
    model.build_vocab(store)
    model.train()
    outputs = model.syn1neg if hasattr(model, "syn1neg") else model.contexts.vectors
    digest = hashlib.sha256()
    for matrix in (model.wv.vectors, outputs):
        digest.update(matrix.tobytes())
    return digest.hexdigest()


def main() -> int:
    """Compare or write; return 1 if a fingerprint differs."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true", help="replace the stored fingerprints")
    parser.add_argument("--file", type=Path, default=STORED, help="where they are stored")
    options = parser.parse_args()
    store = encode(corpora.load("wikipedia-sample"))
    found = {}
    for name, model in settings():
        found[name] = fingerprint(model, store)
        print(found[name][:16], name, flush=True)
    if options.write:
        content = {"machine": machine(), "versions": versions(), "fingerprints": found}
        options.file.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
        return 0
    stored = json.loads(options.file.read_text(encoding="utf-8"))
    differing = [name for name in stored["fingerprints"] | found if stored["fingerprints"].get(name) != found.get(name)]
    print(f"{len(found) - len(differing)} of {len(found)} are as they were on {stored['machine']}")
    for name in differing:
        print(f"differs: {name}")
    return int(bool(differing))


if __name__ == "__main__":
    sys.exit(main())
