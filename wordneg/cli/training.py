"""``wordneg train``, which trains vectors on a corpus."""

from __future__ import annotations

import argparse
import dataclasses
import math
import os
import time
import warnings
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Literal

from wordneg import corpora
from wordneg.cli.console import tell
from wordneg.cli.corpora import open_corpora, refuse_overwriting
from wordneg.cli.errors import UsageError, sentence
from wordneg.cli.files import EXTENSIONS, format_of, output_path, refuse_twice, require_writable
from wordneg.cli.methods import METHODS, Method, method_of
from wordneg.cli.options import Option, Parser, in_flags
from wordneg.cli.results import Output, Run, amount_per_second, report, vocabulary_of, write_outputs, write_vocabulary
from wordneg.cli.settings import OPTIONS, REFUSALS
from wordneg.cli.signals import SIGNALS, Stopped
from wordneg.common.progress import Bar, wanted
from wordneg.common.settings import Given, SettingError

if TYPE_CHECKING:
    from wordneg.cooccurrence import Cooccurrences
    from wordneg.estimator.base import Estimator

__all__ = ["parser"]

_DESCRIPTION = """\
Train word vectors on a corpus, and write them to a file.

CORPUS is a text file, plain or compressed, with words separated by whitespace and one sentence per line (or a single
long line); a folder, an archive or a pattern of such files; a MediaWiki dump; - for standard input; or the name of a
corpus that `wordneg corpora` lists. A file takes precedence over a name. Several corpora are read as one.

{summary}"""

_EPILOG = """\
{extensions}
Only wordneg's own format holds the whole model, whose training --load can continue.

Ctrl-C, SIGTERM and SIGHUP end the training; the vectors trained so far are written, and the exit code is 128 + the
number of the signal (130 for Ctrl-C). A second signal ends the command at once. A process that is killed loses what
came after the last --checkpoint; the same command with --resume goes on from there.

examples:
{examples}
"""

_Say = Callable[[str], None]


class _TrainParser(Parser):
    """The parser of one method, which hands command lines for another method to that method's parser."""

    def __init__(self, method: Method) -> None:
        names = {option.name for option in method.settings}
        super().__init__(
            method.command,
            "CORPUS [CORPUS ...] -o OUT [options]",
            description=_DESCRIPTION.format(summary=method.summary),
            epilog=_EPILOG.format(extensions=EXTENSIONS, examples=method.examples),
            options=(*OPTIONS, *method.options()),
            run=_run,
            positional_aliases=("-train", "-input"),
            refusals=[refusal for refusal in REFUSALS if refusal.name not in names],
            elsewhere=method.elsewhere(),
        )
        self._method = method.name
        self.add_argument(
            "corpus", metavar="CORPUS", nargs="+", help="file, folder, pattern, name, or - for standard input"
        )

    def suited(self, argv: Sequence[str]) -> Parser:
        try:
            asked = method_of(argv)
        except SettingError as error:
            self.error(str(error))
        return self if asked == self._method else _TrainParser(METHODS[asked])

    def parse(self, argv: Sequence[str]) -> argparse.Namespace:
        suited = self.suited(argv)
        return super().parse(argv) if suited is self else suited.parse(argv)


def parser() -> Parser:
    """Return the command's parser."""
    return _TrainParser(METHODS["word2vec"])


def _run(args: argparse.Namespace) -> int:
    begin = time.perf_counter()
    outputs = _outputs(args)
    if args.save_vocab is not None:
        args.save_vocab = output_path(args.save_vocab)
    _check_outputs(outputs, args)
    _check_checkpoint(args)
    model = _make_model(args)
    _connect(model, args)
    corpus = _open(args)
    also = [path for path in (args.save_vocab, args.checkpoint) if path is not None]
    refuse_overwriting(
        [output.path for output in outputs] + also,
        corpus.files if isinstance(corpus, corpora.FileCorpus) else args.corpus,
        "the corpus",
    )
    with SIGNALS.kept():
        run = _train(model, corpus, args)
        trained = time.perf_counter()
        written, failure = write_outputs(model, outputs)
    end = time.perf_counter()
    run.seconds |= {"write": end - trained, "total": end - begin}
    report(run, written, args.save_vocab, as_json=args.json)
    if model.interrupted:
        kept = args.checkpoint is not None and os.path.exists(args.checkpoint)
        goes_on = f"; --resume goes on from {args.checkpoint}" if kept else ""
        _to_stderr(
            f"interrupted in epoch {run.reached} of {model.parameters.epochs}; {written[0].path} holds the vectors "
            f"trained so far{goes_on}"
        )
    elif SIGNALS.received is not None:
        _to_stderr(f"stopped by {SIGNALS.received.name} when training was complete, as is {written[0].path}")
    if failure is not None:
        _to_stderr(
            f"{sentence(failure)}; the model is in {written[0].path} instead, and `wordneg convert` converts it to any "
            "format"
        )
        return 1
    if args.checkpoint is not None and not model.interrupted:
        with suppress(FileNotFoundError):  # if the disk refused every one
            os.remove(os.path.realpath(args.checkpoint))  # as all is written
    return 0 if SIGNALS.received is None else SIGNALS.exit_code()


def _silent(message: str) -> None:
    """Drop a message."""


def _to_stderr(message: str) -> None:
    tell(f"wordneg: {message}")


# --- before training ----------------------------------------------------------------------------------


def _outputs(args: argparse.Namespace) -> list[Output]:
    """Return the files to write, the main file first."""
    what: Literal["model", "ensemble"] = "ensemble" if vars(args).get("ensemble") else "model"
    path = output_path(args.output)
    outputs = [Output(path, format_of(path, args.format), what)]
    contexts = vars(args).get("contexts")
    if contexts is not None:
        path = output_path(contexts)
        outputs.append(Output(path, format_of(path, args.format), "contexts"))
    return outputs


def _check_outputs(outputs: list[Output], args: argparse.Namespace) -> None:
    """Refuse output files that could not be written, or would overwrite each other or the model that is loaded."""
    named = [("context vectors" if output.what == "contexts" else "vectors", output.path) for output in outputs]
    named += [(what, path) for what, path in (("vocabulary", args.save_vocab), ("checkpoint", args.checkpoint)) if path]
    for _, path in named:
        require_writable(path)
    refuse_twice(named)
    if args.load is not None:  # the whole model may be replaced by what it becomes
        whole = [output.path for output in outputs if (output.what, output.format) == ("model", "wordneg")]
        refuse_overwriting([path for _, path in named if path not in whole], [args.load], "the model of --load")


def _make_model(args: argparse.Namespace) -> Estimator[Any, Any]:
    """Return an untrained model, or the loaded model with the settings of the command line."""
    method = METHODS[args.method]
    estimator: Any = method.estimator()
    given = {option.name: getattr(args, option.name) for option in method.settings if hasattr(args, option.name)}
    for kind, default in (("sampler", "unigram"), ("objective", "logistic")):
        options = dict(given.pop(f"{kind}_option", ()))
        if options:
            given[kind] = {"name": given.get(kind, default), **options}
    progress = _progress(args)
    model: Estimator[Any, Any]
    if _goes_on(args):
        _check_kind(args.checkpoint, method)
        model = estimator.load(args.checkpoint, progress=progress)
        if model._state.pending is None:
            raise UsageError(
                f"--checkpoint {args.checkpoint} holds a model, and no training that --resume could go on with; "
                f"--load {args.checkpoint} trains the model further"
            )
        _check_same_settings(model, given, (*OPTIONS, *method.options()))
        model.checkpoint_every = args.checkpoint_every
        return model
    checkpoints = {"checkpoint": args.checkpoint, "checkpoint_every": args.checkpoint_every}
    if args.load is None:
        try:
            model = estimator(**given, **checkpoints, progress=progress)
        except SettingError as error:
            raise UsageError(in_flags(error, (*OPTIONS, *method.options()))) from error
        return model
    if fixed := sorted(method.fixed_by_model & given.keys()):
        flags = ", ".join("--" + name.replace("_", "-") for name in fixed)
        raise UsageError(f"got {flags} together with --load, but a saved model has already decided that; leave it out")
    _check_kind(args.load, method)
    choices = {kind: given.pop(kind) for kind in ("sampler", "objective") if kind in given}
    model = estimator.load(args.load, **choices, progress=progress)
    model.checkpoint, model.checkpoint_every = args.checkpoint, args.checkpoint_every
    try:
        model.parameters = dataclasses.replace(model.parameters, **given)
    except SettingError as error:
        raise UsageError(in_flags(error, (*OPTIONS, *method.options()))) from error
    return model


def _connect(model: Estimator[Any, Any], args: argparse.Namespace) -> None:
    """Let a cluster train the model, if a scheduler is given; it reads text as the command line says."""
    address = vars(args).get("scheduler")
    if address is None:
        return
    from wordneg.word2vec.cluster.connecting import connect

    if len(args.corpus) > 1:
        raise UsageError("got several corpora for a cluster; give one: a folder, or a pattern such as 'news/*.txt.gz'")
    try:
        model.client = connect(address)
    except SettingError as error:  # too few shards
        raise UsageError(in_flags(error, (*OPTIONS, *METHODS[args.method].options()))) from error
    model.tokenizer = corpora.tokenize if args.tokenize else None
    model._encoding, model._unicode_errors = args.encoding, args.unicode_errors


def _progress(args: argparse.Namespace) -> bool | None:
    """Return whether a bar is asked for; None if that depends on the terminal."""
    return False if args.quiet and args.progress is None else args.progress


def _goes_on(args: argparse.Namespace) -> bool:
    """Return whether there is a checkpoint to go on from."""
    return bool(args.resume) and os.path.exists(args.checkpoint)


def _check_checkpoint(args: argparse.Namespace) -> None:
    """Refuse a checkpoint that would be lost, or is not told."""
    if args.checkpoint is None:
        if args.resume:
            raise UsageError("got --resume without --checkpoint FILE, from which the training is to go on")
        return
    if args.resume and args.load is not None:
        raise UsageError("got --resume and --load; a checkpoint holds the model already, so leave --load out")
    if args.checkpoint == "-" or (os.path.exists(args.checkpoint) and not os.path.isfile(args.checkpoint)):
        raise UsageError(f"got --checkpoint {args.checkpoint}, expected a file: a checkpoint is read and written")
    if os.path.exists(args.checkpoint) and not args.resume:
        from wordneg.estimator.checkpoint import is_checkpoint

        if not is_checkpoint(args.checkpoint):
            raise UsageError(f"--checkpoint {args.checkpoint} is there already, and no checkpoint; give another name")
        raise UsageError(f"there is a checkpoint {args.checkpoint!r}; add --resume to go on with it, or delete it")


def _check_same_settings(model: Estimator[Any, Any], given: dict[str, Any], options: Sequence[Option]) -> None:
    """Refuse settings that are not those of the training that goes on."""
    known = model.parameters.as_dict()
    if "preset" in given:
        from wordneg.word2vec.presets import preset

        given = preset(given.pop("preset"), skip_gram=bool(known["sg"])) | given
    for name, value in given.items():
        if name in known and known[name] != type(model.parameters)(**{name: value}).as_dict()[name]:
            had = f", but the checkpoint's training has {known[name]}; leave it out"
            raise UsageError(in_flags(SettingError("got ", Given(name, value), had), options))
    if given.keys() & {"sampler", "objective", "ns_exponent"}:
        _check_same_choices(model, given)


def _check_same_choices(model: Any, given: dict[str, Any]) -> None:
    """Refuse a sampler or an objective that is not that of the training that goes on."""
    from wordneg.objectives import OBJECTIVES
    from wordneg.samplers import SAMPLERS

    chosen = {"sampler": {"name": "unigram", "exponent": given["ns_exponent"]}} if "ns_exponent" in given else {}
    chosen |= {kind: given[kind] for kind in ("sampler", "objective") if kind in given}
    for kind, choice in chosen.items():
        registry = SAMPLERS if kind == "sampler" else OBJECTIVES
        asked, has = registry.label(registry.resolve(choice)), registry.label(getattr(model, kind))
        if asked != has:
            raise UsageError(f"got the {kind} {asked}, but the checkpoint's training has {has}; leave it out")


def _check_kind(path: str, method: Method) -> None:
    """Refuse a saved model of another method."""
    from wordneg.files.storage import archive_kind

    kind = archive_kind(path)
    for other in METHODS.values():
        if kind == other.kind != method.kind:
            raise UsageError(f"{path!r} is a {other.name} model; add --method {other.name} to continue training it")


def _open(args: argparse.Namespace) -> corpora.Corpus | Cooccurrences | str:
    """Return the corpus; its name if a cluster reads it; the co-occurrences in a file if the method trains on them."""
    from wordneg.cooccurrence import Cooccurrences
    from wordneg.files.storage import held_kind

    name: str = args.corpus[0]
    if vars(args).get("scheduler") is not None and name != "-" and name not in corpora.names():
        return name
    if len(args.corpus) > 1 or not METHODS[args.method].counts or held_kind(name) != "cooccurrences":
        return open_corpora(args.corpus, args, show_download=not args.quiet)
    if args.tokenize:
        raise UsageError(f"{name!r} holds co-occurrences; --tokenize is for files of raw prose")
    return Cooccurrences.load(name)


# --- training -----------------------------------------------------------------------------------------


def _train(model: Estimator[Any, Any], corpus: corpora.Corpus | Cooccurrences | str, args: argparse.Namespace) -> Run:
    say = _silent if args.quiet else _to_stderr
    say(f"reading {corpus.name if isinstance(corpus, corpora.Corpus) else args.corpus[0]}")
    run = Run(model, first_epoch=len(model.history))
    begin = time.perf_counter()
    goes_on = _goes_on(args)
    with Bar(0, _progress(args), "reading"):
        store = _read(run, corpus, loaded=args.load is not None or goes_on)
    if args.save_vocab is not None:
        write_vocabulary(model, args.save_vocab)
    run.seconds["scan"] = time.perf_counter() - begin
    if run.tokens:
        say(f"read {run.tokens:,} words in {run.sentences:,} sentences; kept {len(model.wv):,} distinct words")
    else:
        say(f"read {corpus!r}")
    say(f"training {model!r}")
    begin = time.perf_counter()
    with warnings.catch_warnings():
        # The exit code and a message of our own report it.
        warnings.filterwarnings("ignore", message="training was interrupted")
        lines = [_epoch_line(run, say)] if _wants_lines(args) else []
        (model.resume if goes_on else model.train)(store, callbacks=[_Keeping(), *lines])
    if model.interrupted and not any(epoch.amount for epoch in run.epochs):
        raise Stopped  # before the first block: there is nothing to write
    run.seconds["train"] = sum(epoch.seconds for epoch in run.epochs)
    run.seconds["compile"] = time.perf_counter() - begin - run.seconds["train"]
    return run


class _Keeping:
    """A callback: from the beginning of the training a signal ends it, and its vectors are kept."""

    def on_train_begin(self, model: Estimator[Any, Any]) -> None:
        """Let a signal end the training of this model."""
        SIGNALS.keep(model.stop)


def _read(run: Run, corpus: corpora.Corpus | Cooccurrences | str, *, loaded: bool) -> Any:
    """Read the corpus; for a loaded model return it, ready for training, else build the vocabulary and return None."""
    model = run.model
    if not loaded:
        model.build_vocab(corpus)
        run.tokens, run.sentences = model.corpus_total_words, model.corpus_count
        return None
    if isinstance(corpus, corpora.Corpus):
        from wordneg.text.encoding import encode

        store = encode(corpus, vocabulary=vocabulary_of(model))
        run.tokens, run.sentences = store.raw_tokens, store.raw_sentences
        return model.prepare(store)
    return model.prepare(corpus)


def _wants_lines(args: argparse.Namespace) -> bool:
    return not args.quiet and not wanted(args.progress)


def _epoch_line(run: Run, say: _Say) -> Callable[[Estimator[Any, Any]], None]:
    """Return a callback that reports each epoch, for when there is no progress bar."""

    def tell(model: Estimator[Any, Any]) -> None:
        epoch = model.history[-1]
        loss = "" if math.isnan(epoch.loss) else f"loss {epoch.loss:.4f}, "  # short texts give no samples of the loss
        speed = f"{_speed(amount_per_second([epoch]))} {epoch.unit}/s"
        say(f"epoch {len(run.epochs)} of {model.parameters.epochs}: {loss}{speed}")

    return tell


def _speed(amount: int) -> str:
    return f"{amount:,}" if amount < 1_000_000 else f"{amount / 1e6:.1f} M"
