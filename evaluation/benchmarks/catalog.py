"""The benchmarks that have a name: what they are, where their files come from, whom to cite.

Two come with wordneg, and one with gensim. The others are downloaded when first asked for by name, from a copy whose
address does not change (a commit, an archive), or read from a folder of the user's.

A checksum stands here only if somebody published it, or if it was taken from a copy that is known to be the
file at that address. Where there is none, the first download is trusted, and what it gave is kept to check
the next (see `wordneg.evaluation.benchmarks.download`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

__all__ = ["BENCHMARKS", "CatalogEntry", "Kind"]

Kind = Literal["similarity", "analogy", "categorization"]


@dataclass(frozen=True)
class CatalogEntry:
    """What is known of a benchmark that has a name, without its file.

    Parameters
    ----------
    name : str
        What users write.
    kind : {"similarity", "analogy", "categorization"}
        The kind of task, which decides on the functions that take it.
    file : str
        The name of its file, or of its folder: in ``evaluation/data``, in gensim's test data, or once downloaded.
    citation : str
        Authors, year, title and venue, to be cited by whoever reports its numbers.
    license : str
        The license, as far as it is stated anywhere.
    url : str, optional
        The address of the file, or of a zip archive with it; none for a bundled file.
    checksum : str, optional
        ``"sha256:..."`` or ``"sha1:..."`` in hexadecimal, of what is at `url`; by default nobody has
        published one.
    published : str
        Who states that checksum.
    mirrors : tuple of str
        Addresses of the same file, by its checksum, for when `url` does not answer.
    also : tuple of str
        Other file names under which a copy in a folder is recognized.
    from_gensim : bool
        Whether, if it is bundled, it comes with gensim rather than with wordneg.
    """

    name: str
    kind: Kind
    file: str
    citation: str
    license: str = "not stated"
    url: str | None = None
    checksum: str | None = None
    published: str = ""
    mirrors: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    from_gensim: bool = False

    @property
    def bundled(self) -> bool:
        """Whether it needs no download: it comes with wordneg or with gensim."""
        return self.url is None

    @property
    def files(self) -> tuple[str, ...]:
        """All names under which a copy in a folder is recognized."""
        return (self.file, *self.also)


_WORDVECTORS = "https://raw.githubusercontent.com/mfaruqui/eval-word-vectors/56ebe3699df6e745d506fb3cd97d4f7b1e615d32/data/word-sim"
_WORD_BENCHMARKS = "https://raw.githubusercontent.com/vecto-ai/word-benchmarks/222317b3369de74c97720a2fdc40afbefe0c28ed"
_VECTO = "https://raw.githubusercontent.com/vecto-ai/vecto/825c4fd29f490a757078e4d89d68c3b111e58d10"
_COPY = "taken from a copy of this file"
_GLUON = "GluonNLP, gluonnlp/data/word_embedding_evaluation.py"


def _bundled() -> Iterator[CatalogEntry]:
    yield CatalogEntry(
        "wordsim353",
        "similarity",
        "wordsim353.tsv",
        "Finkelstein et al. 2002, Placing Search in Context: The Concept Revisited, ACM TOIS 20(1)",
        license="CC BY 4.0",
        also=("EN-WS-353-ALL.txt",),
    )
    yield CatalogEntry(
        "simlex999",
        "similarity",
        "simlex999.txt",
        "Hill, Reichart and Korhonen 2015, SimLex-999: Evaluating Semantic Models with (Genuine) "
        "Similarity Estimation, Computational Linguistics 41(4)",
        also=("EN-SIMLEX-999.txt",),
        from_gensim=True,
    )
    yield CatalogEntry(
        "google",
        "analogy",
        "questions-words.txt",
        "Mikolov, Chen, Corrado and Dean 2013, Efficient Estimation of Word Representations in Vector "
        "Space, ICLR Workshop",
        license="Apache License 2.0, as a part of word2vec",
    )


def _similarity() -> Iterator[CatalogEntry]:
    """Yield the similarity benchmarks of wordvectors.org (Faruqui and Dyer 2014)."""
    agirre = (
        "Agirre, Alfonseca, Hall, Kravalova, Paşca and Soroa 2009, A Study on Similarity and Relatedness "
        "Using Distributional and WordNet-based Approaches, NAACL-HLT"
    )

    def entry(
        name: str, file: str, citation: str, license: str = "not stated", checksum: str | None = None, by: str = ""
    ) -> CatalogEntry:
        return CatalogEntry(name, "similarity", file, citation, license, f"{_WORDVECTORS}/{file}", checksum, by)

    yield entry(
        "men",
        "EN-MEN-TR-3k.txt",
        "Bruni, Boleda, Baroni and Tran 2012, Distributional Semantics in Technicolor, ACL",
        "CC BY 2.0",
        "sha256:888b13580faa362c7b11da0a670258cf1b1eb4bf0ecbcd418918729a3bd3f43a",
        _COPY,
    )
    yield entry(
        "rw",
        "EN-RW-STANFORD.txt",
        "Luong, Socher and Manning 2013, Better Word Representations with Recursive Neural Networks for "
        "Morphology, CoNLL",
    )
    yield entry(
        "simverb3500",
        "EN-SimVerb-3500.txt",
        "Gerz, Vulić, Hill, Reichart and Korhonen 2016, SimVerb-3500: A Large-Scale Evaluation Set of Verb "
        "Similarity, EMNLP",
    )
    yield entry(
        "mturk287",
        "EN-MTurk-287.txt",
        "Radinsky, Agichtein, Gabrilovich and Markovitch 2011, A Word at a Time: Computing Word Relatedness "
        "Using Temporal Semantic Analysis, WWW",
    )
    yield entry(
        "mturk771",
        "EN-MTurk-771.txt",
        "Halawi, Dror, Gabrilovich and Koren 2012, Large-Scale Learning of Word Relatedness with Constraints, KDD",
        checksum="sha256:04dc297c9e86b6fa7cf8ef0e4ba2e2c8d3399ec68d92fb7a53c0b4aae27198b5",
        by=_COPY,
    )
    yield entry(
        "wordsim353-sim",
        "EN-WS-353-SIM.txt",
        agirre,
        "CC BY 4.0",
        "sha1:4845df518a83c8f7c527439590ed7e4c71916a99",
        f"{_GLUON}, for wordsim_similarity_goldstandard.txt, whose copy this is",
    )
    yield entry(
        "wordsim353-rel",
        "EN-WS-353-REL.txt",
        agirre,
        "CC BY 4.0",
        "sha1:c36c5dc5ebea9964f4f43e2c294cd620471ab1b8",
        f"{_GLUON}, for wordsim_relatedness_goldstandard.txt, whose copy this is",
    )
    yield entry(
        "mc30",
        "EN-MC-30.txt",
        "Miller and Charles 1991, Contextual Correlates of Semantic Similarity, Language and Cognitive Processes 6(1)",
    )
    yield entry(
        "rg65",
        "EN-RG-65.txt",
        "Rubenstein and Goodenough 1965, Contextual Correlates of Synonymy, Communications of the ACM 8(10)",
    )
    yield entry(
        "yp130",
        "EN-YP-130.txt",
        "Yang and Powers 2006, Verb Similarity on the Taxonomy of WordNet, Global WordNet Conference",
    )
    yield entry(
        "verb143",
        "EN-VERB-143.txt",
        "Baker, Reichart and Korhonen 2014, An Unsupervised Model for Instance Level Subcategorization "
        "Acquisition, EMNLP",
    )


def _analogies() -> Iterator[CatalogEntry]:
    yield CatalogEntry(
        "msr",
        "analogy",
        "msr.csv",
        "Mikolov, Yih and Zweig 2013, Linguistic Regularities in Continuous Space Word Representations, NAACL-HLT",
        url=f"{_WORD_BENCHMARKS}/word-analogy/monolingual/en/msr.csv",
    )
    yield CatalogEntry(
        "bats",
        "analogy",
        "BATS_3.0",
        "Gladkova, Drozd and Matsuoka 2016, Analogy-based Detection of Morphological and Semantic Relations "
        "with Word Embeddings: What Works and What Doesn't, NAACL Student Research Workshop",
        url="https://s3.amazonaws.com/blackbirdprojects/tut_vsm/BATS_3.0.zip",
        checksum="sha1:bf94d47884be9ea83af369beeea7499ed25dcf0d",
        published=_GLUON,
        mirrors=(
            "https://vecto-data.s3-us-west-1.amazonaws.com/BATS_3.0.zip",
            "https://github.com/asahi417/AnalogyTools/releases/download/0.0.0/BATS_3.0.zip",
        ),
    )


def _categories() -> Iterator[CatalogEntry]:
    yield CatalogEntry(
        "ap",
        "categorization",
        "ap.csv",
        "Almuhareb 2006, Attributes in Lexical Acquisition, PhD thesis, University of Essex",
        url=f"{_WORD_BENCHMARKS}/word-categorization/monolingual/en/ap.csv",
        checksum="sha256:0efdcdf298946620f4d3db17743483b45ac09169c3ef943761d52ff9a0de8974",
        published=_COPY,
    )
    yield CatalogEntry(
        "bless",
        "categorization",
        "bless.csv",
        "Baroni and Lenci 2011, How We BLESSed Distributional Semantic Evaluation, GEMS Workshop",
        url=f"{_WORD_BENCHMARKS}/word-categorization/monolingual/en/bless.csv",
    )
    yield CatalogEntry(
        "esslli2008",
        "categorization",
        "essli-2008.csv",
        "Baroni, Evert and Lenci 2008, Bridging the Gap between Semantic Theory and Computational "
        "Simulations, ESSLLI Workshop on Distributional Lexical Semantics (its task 2c, verbs)",
        url=f"{_VECTO}/tests/data/benchmarks/categorization/essli-2008.csv",
        checksum="sha256:b41a8437ea6165bb3f96751f1fb51b4be5a200c02cf28ae7ca7b42ddc631c320",
        published=_COPY,
    )


BENCHMARKS: dict[str, CatalogEntry] = {
    benchmark.name: benchmark for group in (_bundled, _similarity, _analogies, _categories) for benchmark in group()
}
"""The named benchmarks."""
