"""The page around a report: style for light and dark, sections, lists; and figures as SVG that follow the page."""

from __future__ import annotations

import html
import io
import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from wordneg.comparison.show.drawing import GRID, INK, MUTED, PAPER, SERIES
from wordneg.comparison.show.markup import TABLE_STYLE

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["definitions", "figure_html", "page", "section"]

_SERIES_ON_DARK = ("#58aee6", "#f08a3c", "#35c79b", "#e58bc3", "#e0b13a", "#8fd0f5", "#aab0b8")

_VARIABLES = {INK: "--ink", MUTED: "--muted", GRID: "--grid", PAPER: "--paper"} | {
    color: f"--series-{number}" for number, color in enumerate(SERIES)
}
_LIGHT = {"--ink": INK, "--muted": MUTED, "--grid": GRID, "--paper": PAPER, "--panel": "#f5f6f8", "--link": "#0a62a5"}
_DARK = {
    "--ink": "#e4e6e9",
    "--muted": "#a0a6ad",
    "--grid": "#33383e",
    "--paper": "#16181b",
    "--panel": "#1f2226",
    "--link": "#7bb8ea",
}

_STYLE = """
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink);
  font: 16px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; }
main { max-width: 1240px; margin: 0 auto; padding: 2rem 2rem 4rem; }
h1 { font-size: 1.7rem; line-height: 1.2; margin: 0 0 0.3rem; overflow-wrap: anywhere; }
h2 { font-size: 1.2rem; margin: 2.6rem 0 0.7rem; }
p, li, dd { overflow-wrap: anywhere; }
p.facts { color: var(--muted); margin: 0 0 1.2rem; }
ul.findings { max-width: 62rem; padding-left: 1.2rem; }
figure { margin: 0.8rem 0 1.6rem; overflow-x: auto; }
figure svg { display: block; width: 100%; min-width: 640px; height: auto; }
figcaption { color: var(--muted); font-size: 0.92rem; margin-bottom: 0.4rem; }
dl { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: 0.25rem 1.2rem; margin: 0; }
dt { color: var(--muted); }
dd { margin: 0; }
pre { background: var(--panel); border-radius: 6px; padding: 0.8rem 1rem;
  white-space: pre-wrap; overflow-wrap: anywhere; }
code, pre { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; font-size: 0.88rem; }
nav { font-size: 0.92rem; margin: 1rem 0 0; }
nav a { color: var(--link); margin-right: 1.1rem; text-decoration: none; white-space: nowrap; }
nav a:hover { text-decoration: underline; }
@media (max-width: 600px) { main { padding: 1rem; } dl { grid-template-columns: 1fr; } dd { margin-bottom: 0.5rem; } }
@media print { main { max-width: none; padding: 0; } section { break-inside: avoid; } nav { display: none; } }
"""


def page(title: str, facts: str, sections: Sequence[tuple[str, str]]) -> str:
    """Return a whole HTML document that asks nothing of the network.

    Parameters
    ----------
    title, facts : str
        Heading and the line below it; plain text.
    sections : sequence of (str, str)
        Heading, plain text, and content, HTML; those without content are left out.
    """
    filled = [(head, content) for head, content in sections if content]
    links = "".join(f'<a href="#{_anchor(head)}">{html.escape(head)}</a>' for head, _ in filled)
    body = "".join(section(head, content) for head, content in filled)
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n'
        f"<title>{html.escape(title)}</title>\n<style>{_colors()}{_STYLE}{TABLE_STYLE}</style>\n</head>\n<body>\n<main>\n"
        f'<h1>{html.escape(title)}</h1>\n<p class="facts">{html.escape(facts)}</p>\n<nav>{links}</nav>\n'
        f"{body}</main>\n</body>\n</html>\n"
    )


def section(head: str, content: str) -> str:
    """Return a section; `head` is plain text, `content` is HTML."""
    return f'<section id="{_anchor(head)}">\n<h2>{html.escape(head)}</h2>\n{content}\n</section>\n'


def definitions(pairs: Iterable[tuple[str, str]]) -> str:
    """Return a list of names and what they are; both plain text."""
    return (
        "<dl>" + "".join(f"<dt>{html.escape(name)}</dt><dd>{html.escape(text)}</dd>" for name, text in pairs) + "</dl>"
    )


def figure_html(figure: Figure, caption: str) -> str:
    """Return a figure as inline SVG in the page's colors, light or dark, with a caption that is plain text.

    Text is drawn as shapes, so that it keeps its size on machines with other fonts.
    """
    import matplotlib

    stream = io.StringIO()
    with matplotlib.rc_context({"svg.fonttype": "path", "svg.hashsalt": caption}):
        figure.savefig(stream, format="svg", metadata={"Date": None})
    text = stream.getvalue()
    text = text[text.index("<svg") :]  # without the XML head, which has no place in HTML
    text = re.sub(r"<metadata>.*?</metadata>", "", text, flags=re.DOTALL)
    for color, name in _VARIABLES.items():
        text = text.replace(color, f"var({name})")
    text = _only_here(text, re.sub(r"\W+", "-", caption.lower())[:24])
    width = round(figure.get_figwidth() * 104)  # on a wide page no larger than is pleasant
    label = f'<svg style="max-width: {width}px" role="img" aria-label="{html.escape(caption)}"'
    return f"<figure><figcaption>{html.escape(caption)}</figcaption>{text.replace('<svg', label, 1)}</figure>"


def _only_here(svg: str, prefix: str) -> str:
    """Return an SVG whose ids no other on the page has: letters have the same ids in all figures otherwise."""
    svg = re.sub(r'\bid="', f'id="{prefix}-', svg)
    svg = re.sub(r'xlink:href="#', f'href="#{prefix}-', svg)
    return re.sub(r"url\(#", f"url(#{prefix}-", svg)


def _colors() -> str:
    """Return the colors of a light and of a dark page as variables."""
    light = _LIGHT | {f"--series-{number}": color for number, color in enumerate(SERIES)}
    dark = _DARK | {f"--series-{number}": color for number, color in enumerate(_SERIES_ON_DARK)}
    written = ["".join(f"{name}: {color}; " for name, color in colors.items()) for colors in (light, dark)]
    return (
        f"\n:root {{ color-scheme: light dark; {written[0]}}}\n"
        f"@media (prefers-color-scheme: dark) {{ :root {{ {written[1]}}} }}\n"
        f"@media print {{ :root {{ color-scheme: light; {written[0]}}} }}\n"
    )


def _anchor(head: str) -> str:
    return re.sub(r"\W+", "-", head.lower()).strip("-")
