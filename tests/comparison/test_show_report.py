"""The HTML report: it holds everything, asks nothing of the network, and shows labels as they are."""

import re
import sys
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from made_up import BASELINE, FAILED, failed_run

from wordneg.comparison.show import Analysis, write_report

NASTY = """x"><script src='http://evil'></script><img src=x onerror=alert(1)> & 'quoted' $y$"""
DNS = "dns(candidates=16)"
VOID = {"meta", "br", "img", "link"}


class Page(HTMLParser):
    """Reads a page, and fails on elements that do not close."""

    def __init__(self, text):
        super().__init__()
        self.open, self.tags, self.attributes, self.text = [], [], [], ""
        self.feed(text)
        self.close()
        assert not self.open

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += [(tag, *pair) for pair in attrs]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += [(tag, *pair) for pair in attrs]

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text += data


@pytest.fixture(scope="module")
def text(comparison, tmp_path_factory):
    path = tmp_path_factory.mktemp("report") / "report.html"
    write_report(Analysis(comparison, resamples=200), path)
    return path.read_text(encoding="utf-8")


@pytest.mark.lengthy
def test_everything_is_in_it(comparison, text):
    page, protocol, request = Page(text), comparison.protocol, comparison.request
    for fact in (
        *request.rows,
        protocol.fingerprint,
        request.command,
        protocol.policy,
        protocol.machine,
        "1 March 2026, 12:00 UTC",
        *protocol.notes,
        *(f"{name} {version}" for name, version in protocol.versions.items()),
        "seeds1, 2, 3",
        "ValueError: margin must be at least 0, got -1",
        "0.05: 0.400",
        "equal epochs",
        "vector_size",
    ):
        assert fact in page.text, fact
    assert page.tags.count("svg") == 4 + 2 + 4 + 3  # differences, quality and time, curves, frequency
    heads = re.findall("<h2>(.*?)</h2>", text)
    assert heads == [
        "Findings",
        "Differences",
        "Quality and time",
        "Table",
        "Tests",
        "Learning curves",
        "Frequency",
        "Tuning",
        "Failures",
        "Settings",
        "Protocol",
        "Repeat it",
    ]


@pytest.mark.lengthy
def test_it_asks_nothing_of_the_network_and_runs_nothing(text):
    page = Page(text)
    assert not {"script", "link", "iframe", "img", "object"} & set(page.tags)
    assert all(value.startswith("#") for _, name, value in page.attributes if name.endswith(("href", "src")))
    assert all(place.startswith("#") for place in re.findall(r"url\((.*?)\)", text))
    assert "@import" not in text
    assert not any(name.startswith("on") for _, name, _ in page.attributes)


def test_links_and_ids(text):
    page = Page(text)
    ids = [value for _, name, value in page.attributes if name == "id"]
    assert len(ids) == len(set(ids))
    targets = {value[1:] for _, name, value in page.attributes if name == "href"}
    assert targets | {place[1:] for place in re.findall(r"url\((.*?)\)", text)} <= set(ids)


def test_figures_follow_the_page_from_light_to_dark(text):
    assert "@media (prefers-color-scheme: dark)" in text
    figures = "".join(re.findall("<svg.*?</svg>", text, re.DOTALL))
    assert set(re.findall(r"#[0-9a-f]{6}\b", figures)) == set()  # all colours are variables of the page
    used = set(re.findall(r"var\((--[\w-]+)\)", text))
    for scheme in re.findall(r":root \{(.*?)\}", text):
        assert used <= set(re.findall(r"(--[\w-]+):", scheme))


@pytest.mark.lengthy
def test_labels_come_out_as_they_are(comparison, tmp_path):
    settings = {NASTY if label == FAILED else label: options for label, options in comparison.request.rows.items()}
    settings[NASTY] = {"sampler": NASTY}
    request = replace(comparison.request, rows=settings, command=NASTY)
    protocol = replace(comparison.protocol, corpus=NASTY, notes=(NASTY,), versions={NASTY: NASTY})
    runs = tuple(replace(run, row=NASTY) if run.row == "uniform" else run for run in comparison.runs)
    runs = (*(run for run in runs if run.row != FAILED), failed_run(NASTY, 9, NASTY))
    write_report(replace(comparison, request=request, protocol=protocol, runs=runs), tmp_path / "report.html")
    page = Page((tmp_path / "report.html").read_text(encoding="utf-8"))
    assert not {"script", "img"} & set(page.tags)
    assert page.text.count(NASTY) >= 8


def test_the_same_comparison_gives_the_same_file(comparison, text, tmp_path):
    write_report(Analysis(comparison, resamples=200), tmp_path / "again.html")
    assert (tmp_path / "again.html").read_text(encoding="utf-8") == text


def test_without_matplotlib_the_rest_is_written(comparison, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    write_report(comparison, tmp_path / "report.html")
    page = Page((tmp_path / "report.html").read_text(encoding="utf-8"))
    assert "matplotlib was not installed" in page.text
    assert "svg" not in page.tags
    assert page.tags.count("table") >= 4


def test_nothing_finished_yet(comparison, tmp_path):
    write_report(replace(comparison, runs=(), tunings=()), tmp_path / "report.html")
    page = Page((tmp_path / "report.html").read_text(encoding="utf-8"))
    assert "not finished yet" in page.text
    assert "no differences to report" in page.text


def test_every_figure_says_in_words_what_it_shows(analysis, text):
    told = [value for tag, name, value in Page(text).attributes if tag == "svg" and name == "aria-label"]
    assert len(told) == 13
    outcome = analysis.outcomes[DNS, analysis.criteria[2]]
    assert told[2].startswith(f"google, difference from {BASELINE} in accuracy: ")
    assert f"{DNS} {outcome.difference.estimate:+.3f}" in told[2]


def test_notes_are_folded_and_tables_can_be_scrolled_by_keyboard(text):
    page = Page(text)
    assert page.tags.count("details") >= 3
    assert page.text.count("How to read this") == page.tags.count("details")
    folded = "".join(re.findall("<details>.*?</details>", text, re.DOTALL))
    assert "Not significant does not mean equal." in folded
    scrolling = re.findall('<div class="scroll"[^>]*>', text)
    assert len(scrolling) == page.tags.count("table")
    assert all('tabindex="0"' in tag for tag in scrolling)


def test_settings_have_the_rate_that_tuning_chose(text):
    settings = Page(text[text.index('<section id="settings">') : text.index('<section id="protocol">')])
    assert "Settings in which the rows differ" in settings.text
    assert f"{BASELINE} baselineunigram0.05" in settings.text
    shared = settings.text[settings.text.index("The same for all:") :]
    assert "alpha" not in shared
    assert "vector_size100" in shared


def test_a_file_that_cannot_be_written(comparison, tmp_path):
    with pytest.raises(OSError, match="cannot write"):
        write_report(replace(comparison, runs=()), tmp_path / "missing" / "report.html")
