"""The layout of help: paragraphs, usage and commands as wide as the terminal."""

from __future__ import annotations

import re
import textwrap

__all__ = ["fitted", "usage_of"]


def usage_of(text: str, width: int) -> str:
    """Return a usage, wrapped between its arguments, with room for the word before it."""
    whole = re.sub(r"\[[^\[\]]*\]", lambda found: found[0].replace(" ", "\0"), text)
    lines = textwrap.wrap(whole, width - len("usage: "), break_long_words=False, break_on_hyphens=False)
    return f"\n{' ' * 9}".join(lines).replace("\0", " ")


def fitted(text: str, width: int) -> str:
    """Return the text of a help, wrapped.

    Paragraphs are wrapped anew; indented lines, such as examples, are kept, and where they are too long they go on in
    the next one after a backslash, as a shell takes it.
    """
    blocks = []
    for block in text.split("\n\n"):
        prose: list[str] = []
        lines: list[str] = []
        for line in [*block.split("\n"), ""]:
            if line and not line.startswith(" "):
                prose.append(line)
                continue
            lines += textwrap.wrap(" ".join(prose), width, break_long_words=False, break_on_hyphens=False)
            prose = []
            lines += _continued(line, width) if line else []
        blocks.append("\n".join(lines))
    return "\n\n".join(blocks)


def _continued(line: str, width: int) -> list[str]:
    """Return an indented line as lines that fit; a command is broken between its arguments, after a backslash."""
    indent = " " * (len(line) - len(line.lstrip()))
    if len(line) <= width:
        return [line]
    if not line.lstrip().startswith("wordneg "):
        return textwrap.wrap(line, width, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False)
    pieces = re.findall(r"(?:-[\w-]+ (?!-))?(?:'[^']*'|[^\s'])+", line)  # a flag and its value, if that fits
    first, *rest = (
        part
        for piece in pieces
        for part in ([piece] if len(indent) + 4 + len(piece) + 2 <= width else piece.split(" ", 1))
    )
    lines = [f"{indent}{first}"]
    for argument in rest:
        if len(lines[-1]) + len(argument) + 3 <= width:
            lines[-1] += f" {argument}"
        else:
            lines[-1] += " \\"
            lines.append(f"{indent}    {argument}")
    return lines
