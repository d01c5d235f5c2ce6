"""What building and training change about a model."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, NamedTuple

from wordneg.estimator.checkpoint import Pending
from wordneg.estimator.trainable import TrainableMatrix
from wordneg.text.huffman import HuffmanTree
from wordneg.text.tokenstore import TokenStore
from wordneg.text.vocabulary import Vocabulary
from wordneg.vectors.wordvectors import WordVectors

__all__ = ["Built", "CorpusFacts", "State"]


class CorpusFacts(NamedTuple):
    """What is kept of the corpus that a vocabulary was made from: a fingerprint, and how much there was."""

    fingerprint: str = ""
    sentences: int = 0
    tokens: int = 0

    @classmethod
    def of(cls, store: TokenStore) -> CorpusFacts:
        """Return the facts of an encoded corpus."""
        return cls(store.fingerprint, store.raw_sentences, store.raw_tokens)


@dataclass(frozen=True, eq=False)
class State:
    """All that building and training change about a model. It is swapped as a whole: no interruption leaves halves.

    Attributes
    ----------
    parameters : BaseParameters
        The settings.
    vocabulary : Vocabulary or None
        The words; None before `build_vocab`, as are vectors and outputs.
    vectors : WordVectors or None
        The words with the input vectors: the model's ``wv``.
    inputs, outputs : TrainableMatrix or None
        The input vectors and the output vectors.
    nodes : TrainableMatrix or None
        The vectors of the inner nodes of hierarchical softmax; None without it.
    tree : HuffmanTree or None
        The tree that the nodes are of.
    corpus : CorpusFacts
        What is known of the text of `build_vocab`.
    store : TokenStore or None
        The encoded text, if it is kept for `train`.
    history : list
        A report of every epoch so far.
    pending : Pending or None
        A training that was loaded from a checkpoint, which `resume` goes on with.
    """

    parameters: Any
    vocabulary: Vocabulary | None = None
    vectors: WordVectors | None = None
    inputs: TrainableMatrix | None = None
    outputs: TrainableMatrix | None = None
    nodes: TrainableMatrix | None = None
    tree: HuffmanTree | None = None
    corpus: CorpusFacts = field(default_factory=CorpusFacts)
    store: TokenStore | None = None
    history: list[Any] = field(default_factory=list)
    pending: Pending | None = None


class Built(NamedTuple):
    """What a model has once it has a vocabulary: the words, the matrices, and ``wv``, the words with the inputs."""

    vocabulary: Vocabulary
    vectors: WordVectors
    inputs: TrainableMatrix
    outputs: TrainableMatrix
    nodes: TrainableMatrix | None
    tree: HuffmanTree | None

    @property
    def matrices(self) -> tuple[TrainableMatrix, ...]:
        """The input vectors, the output vectors, and those of inner nodes if there are any."""
        return (self.inputs, self.outputs) if self.nodes is None else (self.inputs, self.outputs, self.nodes)
