"""Programs that use gensim, run with wordneg's classes: does what they do with them work?

Tried are those that are installed. Some are given wordneg's vectors beside gensim's own classes, as they ask by
`isinstance`; the others find wordneg's classes under gensim's names.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import traceback
import warnings
from collections.abc import Callable
from pathlib import Path

import numpy as np
from client_names import exchange

from wordneg import Word2Vec, WordVectors

WALKS = [[f"w{(i * j) % 37}" for j in range(10)] for i in range(300)]


def vectors() -> WordVectors:
    """Return the vectors of a small model."""
    return Word2Vec(WALKS, vector_size=16, min_count=1, workers=1, progress=False).wv


def karate() -> object:
    """Return a small graph with whole numbers as nodes."""
    import networkx

    return networkx.karate_club_graph()


# --- given wordneg's vectors ------------------------------------------------------------------------


def wefe() -> None:
    """Bias of word embeddings."""
    from wefe.metrics import WEAT
    from wefe.query import Query
    from wefe.word_embedding_model import WordEmbeddingModel

    model = WordEmbeddingModel(vectors(), "ours")
    query = Query([["w1", "w2"], ["w3", "w4"]], [["w5", "w6"], ["w7", "w8"]])
    assert np.isfinite(WEAT().run_query(query, model)["result"])


def bertopic() -> None:
    """Topics from embeddings."""
    from bertopic.backend._gensim import GensimBackend

    assert GensimBackend(vectors()).embed(["w1 w2", "w3"]).shape == (2, 16)


def annoy() -> None:
    """gensim's tutorial on Annoy: approximate neighbors."""
    import annoy as needed  # noqa: F401 - gensim imports it later, and names it in an error of another type
    from gensim.similarities.annoy import AnnoyIndexer

    wv = vectors()
    found = wv.most_similar([wv["w1"]], topn=5, indexer=AnnoyIndexer(wv, 10))
    assert found[0][0] == "w1"
    assert len(found) == 5
    model = Word2Vec(WALKS, vector_size=16, min_count=1, workers=1, progress=False)
    assert model.wv.most_similar("w1", topn=5, indexer=AnnoyIndexer(model, 10))


def soft_cosine() -> None:
    """gensim's tutorial on soft cosine similarity."""
    from gensim.corpora import Dictionary
    from gensim.models import TfidfModel
    from gensim.similarities import SparseTermSimilarityMatrix, WordEmbeddingSimilarityIndex

    dictionary = Dictionary(WALKS)
    tfidf = TfidfModel(dictionary=dictionary)
    index = WordEmbeddingSimilarityIndex(vectors())
    matrix = SparseTermSimilarityMatrix(index, dictionary, tfidf)
    first, second = (tfidf[dictionary.doc2bow(WALKS[number])] for number in (1, 2))
    assert 0 <= matrix.inner_product(first, second, normalized=(True, True)) <= 1.0001


def word_movers() -> None:
    """gensim's tutorial on the Word Mover's Distance."""
    from gensim.similarities import WmdSimilarity

    wv = vectors()
    assert wv.wmdistance(WALKS[1], WALKS[2]) >= 0
    assert len(WmdSimilarity(WALKS[:5], wv, num_best=3)[WALKS[1]]) == 3


def word2vec_model_is_one() -> None:
    """`isinstance` of models and vectors."""
    import gensim.models

    model = Word2Vec(WALKS, vector_size=16, min_count=1, workers=1, progress=False)
    assert isinstance(model, gensim.models.Word2Vec)
    assert isinstance(model.wv, gensim.models.KeyedVectors)


# --- under gensim's names -----------------------------------------------------------------------------


def node2vec() -> None:
    """Nodes of a graph, by walks of strings; and edges."""
    from node2vec import Node2Vec
    from node2vec.edges import HadamardEmbedder

    walker = Node2Vec(karate(), dimensions=16, walk_length=10, num_walks=5, workers=1, quiet=True)
    model = walker.fit(window=5, min_count=1, batch_words=4)
    assert len(model.wv) == 34
    assert model.wv.most_similar("2", topn=3)
    edges = HadamardEmbedder(keyed_vectors=model.wv, quiet=True)
    assert len(edges.as_keyed_vectors()) == 34 * 35 // 2
    with tempfile.TemporaryDirectory() as folder:
        model.wv.save_word2vec_format(Path(folder) / "nodes")
        model.save(Path(folder) / "model")


def pecanpy() -> None:
    """Nodes of a graph, all modes of its embedding tests."""
    from pecanpy import pecanpy as modes

    matrix = (np.random.default_rng(0).random((12, 12)) < 0.5).astype(float)
    matrix = np.maximum(matrix, matrix.T)
    np.fill_diagonal(matrix, 0)
    ids = [str(number) for number in range(12)]
    for mode in (modes.FirstOrderUnweighted, modes.PreComp, modes.SparseOTF, modes.DenseOTF):
        graph = mode.from_mat(matrix, ids, p=1, q=1, workers=1)
        if hasattr(graph, "preprocess_transition_probs"):
            graph.preprocess_transition_probs()
        assert graph.embed(dim=8, num_walks=2, walk_length=5).shape == (12, 8)


def fastnode2vec() -> None:
    """Nodes of a graph, by walks of integers."""
    import fastnode2vec as package

    graph = package.Graph([(number, (number * 7 + 1) % 20) for number in range(20)], directed=False, weighted=False)
    model = package.Node2Vec(graph, dim=16, walk_length=8, window=3, p=2.0, q=0.5, workers=1)
    model.train(epochs=3, verbose=False)
    assert model.wv[graph.node_names[0]].shape == (16,)


def pyrdf2vec() -> None:
    """Entities of a knowledge graph."""
    from pyrdf2vec.embedders import Word2Vec as Embedder

    embedder = Embedder(vector_size=16, epochs=2, min_count=1, workers=1)
    embedder.fit([WALKS])
    assert np.shape(embedder.transform(["w1", "w2"])) == (2, 16)
    embedder.fit([[["w1", "new", "w2"]] * 20], is_update=True)
    assert np.shape(embedder.transform(["new"])) == (1, 16)


def karateclub() -> None:
    """Nodes of a graph, by all of its methods that use Word2Vec; with hierarchical softmax."""
    from karateclub import NEU, SINE, DeepWalk, Diff2Vec, Node2Vec, Walklets
    from scipy.sparse import coo_matrix

    common = {"dimensions": 16, "workers": 1}
    for walker in (
        DeepWalk(walk_number=2, walk_length=10, **common),
        Node2Vec(walk_number=2, walk_length=10, p=0.5, q=2, **common),
        Diff2Vec(diffusion_number=2, diffusion_cover=10, **common),
    ):
        walker.fit(karate())
        assert walker.get_embedding().shape == (34, 16)
        meta = NEU()
        meta.fit(karate(), walker)
        assert meta.get_embedding().shape == (34, 16)
    walklets = Walklets(walk_number=2, walk_length=10, window_size=3, **common)
    walklets.fit(karate())
    assert walklets.get_embedding().shape[0] == 34
    attributed = SINE(walk_number=2, walk_length=10, **common)
    attributed.fit(karate(), coo_matrix(np.eye(34)))
    assert attributed.get_embedding().shape == (34, 16)


def scattertext() -> None:
    """Words of a corpus, by its own choice of settings, hierarchical softmax among them, and by a model given."""
    import pandas
    from gensim.models import word2vec
    from scattertext import CorpusFromParsedDocuments, whitespace_nlp
    from scattertext.representations.Word2VecFromParsedCorpus import (
        Word2VecFromParsedCorpus,
        Word2VecFromParsedCorpusBigrams,
    )

    table = pandas.DataFrame({"text": [" ".join(walk) for walk in WALKS], "part": ["odd", "even"] * 150})
    table["parse"] = table.text.apply(whitespace_nlp)
    corpus = CorpusFromParsedDocuments(table, category_col="part", parsed_col="parse").build()
    for kind in (Word2VecFromParsedCorpus, Word2VecFromParsedCorpusBigrams):
        for given in (None, word2vec.Word2Vec(vector_size=16, min_count=1, workers=1)):
            model = kind(corpus, given).train(epochs=2, super_epochs=1)
            assert model.wv["w1"].shape == (100 if given is None else 16,)


GIVEN: tuple[Callable[[], None], ...] = (word2vec_model_is_one, wefe, bertopic, annoy, soft_cosine, word_movers)
NAMED: tuple[Callable[[], None], ...] = (node2vec, pecanpy, fastnode2vec, pyrdf2vec, karateclub, scattertext)


def tried(client: Callable[[], None], *, long: bool) -> str:
    """Return in words how a client fared."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            client()
    except ModuleNotFoundError as error:
        return f"not tried: {error}"
    except Exception as error:
        if long:
            traceback.print_exc()
        return f"fails: {type(error).__name__}: {' '.join(str(error).split())[:150]}"
    return "works"


def main() -> int:
    """Try all and print the outcomes; return 1 if one fails that should not."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", help="which, by default all")
    parser.add_argument("--traceback", action="store_true", help="show where a client fails")
    arguments = parser.parse_args()
    outcomes = {}
    for clients in (GIVEN, NAMED):
        if clients is NAMED:
            exchange()
        for client in clients:
            if not arguments.names or client.__name__ in arguments.names:
                outcome = outcomes[client.__name__] = tried(client, long=arguments.traceback)
                print(f"{client.__name__}: {outcome}", flush=True)
    return int(any(outcome.startswith("fails") for outcome in outcomes.values()))


if __name__ == "__main__":
    sys.exit(main())
