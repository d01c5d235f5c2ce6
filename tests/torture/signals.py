"""SIGINT, SIGTERM and SIGHUP at random moments of ``wordneg train``: what has been trained is written."""

import random
import signal
from pathlib import Path

from torture.children import killed, seconds_of
from torture.kills import TEXT, Count, alien

from wordneg import load_vectors
from wordneg.cli import main as command_line

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def run(each: int, folder: Path, seed: int = 2) -> list[Count]:
    """Send each signal so often; return what became of it."""
    draw = random.Random(seed)
    text, output, console = folder / "text.txt", folder / "v.bin", folder / "console"
    text.write_text("".join(" ".join(sentence) + "\n" for sentence in TEXT * 5), encoding="utf-8")
    arguments = f"train {text} -o {output} --min-count 1 --vector-size 50 --workers 1 --epochs 20".split()

    def train() -> int:
        return command_line(arguments)

    def train_with_default_signals() -> int:
        signal.signal(signal.SIGINT, signal.default_int_handler)
        return train()

    seconds = seconds_of(train)
    counts = []
    for number in SIGNALS:
        count = Count(signal.Signals(number).name)
        for _ in range(each):
            output.unlink(missing_ok=True)
            code = killed(train_with_default_signals, draw.uniform(0, 1.1 * seconds), number, console)
            said = console.read_text(encoding="utf-8")
            count.kills += 1
            count.in_time += code == 128 + number
            if fault := fault_of(code, number, "epoch 1 of" in said, output):
                count.faults.append(f"{count.kind}: {fault}: {said[-300:]}")
        counts.append(count)
        print(f"{count.kind}: {count.kills}, {len(count.faults)} faults", flush=True)
    if fault := alien(folder, {"text.txt", "v.bin", "console"}):
        counts[-1].faults.append(fault)
    return counts


def fault_of(code: int, number: int, trained: bool, output: Path) -> str:
    """Return what is wrong with the end of a training, if anything is."""
    if code == -number and not trained:
        return ""  # before the command line guards anything
    if code not in (0, 128 + number):
        return f"exit code {code}"
    if not output.exists():
        return "nothing was written, though an epoch was complete" if trained or code == 0 else ""
    try:
        vectors = load_vectors(output)
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    return "" if vectors.vectors.shape == (37, 50) else f"vectors of shape {vectors.vectors.shape}"
