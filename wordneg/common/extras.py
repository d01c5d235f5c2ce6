"""Importing what is optional, with an error that says how to install it."""

from __future__ import annotations

from importlib import import_module
from typing import Any

__all__ = ["extra"]


def extra(module: str, user: str, name: str) -> Any:
    """Return a module that only some uses of wordneg need.

    Parameters
    ----------
    module : str
        Its dotted name.
    user : str
        What needs it, for the message.
    name : str
        The extra of wordneg that installs it.

    Raises
    ------
    ImportError
        If it is missing; the message says how to install it.
    """
    try:
        return import_module(module)
    except ImportError as error:
        package = module.partition(".")[0]
        raise ImportError(
            f"{user} needs {package}, which cannot be imported ({error}); install it with: "
            f"pip install 'wordneg[{name}]'"
        ) from error
