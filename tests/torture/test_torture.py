"""Kills, signals and damaged files by the thousand; opt in with ``-m torture``. Figures go to `results.md`.

``WORDNEG_TORTURE=0.01`` makes a hundredth of them, to try whether it works.
"""

import datetime
import os
from pathlib import Path

import pytest
from torture import fuzzing, kills, signals, streams

from wordneg.common.machine import machine, versions

pytestmark = [
    pytest.mark.torture,
    pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork"),
    pytest.mark.filterwarnings("ignore"),
]
SHARE = float(os.environ.get("WORDNEG_TORTURE", "1"))
RESULTS = Path(__file__).parent / "results.md"


def publish(title: str, table: list[str]) -> None:
    """Put a table into the page of results, in the place of the one with the same title."""
    if SHARE < 1:
        return
    sections = RESULTS.read_text(encoding="utf-8").split("\n## ") if RESULTS.exists() else ["# Torture\n"]
    facts = ", ".join(f"{name} {version}" for name, version in versions().items())
    body = "\n".join([title, "", *table, "", f"{machine()}; {facts}; {datetime.date.today()}.", ""])
    others = [section for section in sections[1:] if not section.startswith(f"{title}\n")]
    RESULTS.write_text("\n## ".join([sections[0], *others, body]), encoding="utf-8")


def of_counts(counts: list[kills.Count], head: str) -> list[str]:
    return [
        f"| | {head} | of these before the end | faults |",
        "| --- | --: | --: | --: |",
        *(f"| {one.kind} | {one.kills:,} | {one.in_time:,} | {len(one.faults)} |" for one in counts),
        f"| **all** | **{sum(one.kills for one in counts):,}** | {sum(one.in_time for one in counts):,} "
        f"| **{sum(len(one.faults) for one in counts)}** |",
    ]


def test_kills(tmp_path):
    counts = kills.run(round(1000 * SHARE), tmp_path)
    publish("Kills", of_counts(counts, "kills"))
    assert not [fault for count in counts for fault in count.faults]


def test_signals(tmp_path):
    counts = signals.run(max(3, round(200 * SHARE)), tmp_path)
    publish("Signals", of_counts(counts, "sent"))
    assert not [fault for count in counts for fault in count.faults]


def test_damaged_files(tmp_path):
    readers = fuzzing.run(round(50_000 * SHARE), tmp_path)
    rows = [
        f"| {one.kind} | {one.inputs:,} | {one.refused:,} | {one.read:,} | {'yes' if one.checked else 'no'} "
        f"| {sum(one.faults.values())} |"
        for one in readers
    ]
    head = ["| read as | damaged files | refused | read | checksum | faults |", "| --- | --: | --: | --: | --- | --: |"]
    publish("Damaged files", [*head, *rows])
    assert not {one.kind: dict(one.faults) for one in readers if one.faults}


def test_streams_and_disks(tmp_path):
    counts = streams.run(tmp_path)
    rows = [f"| {one.kind} | {one.kills:,} | {len(one.faults)} |" for one in counts]
    publish("Streams and disks that fail, two at once", ["| | commands | faults |", "| --- | --: | --: |", *rows])
    assert not [fault for count in counts for fault in count.faults]
