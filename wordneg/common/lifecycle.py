"""Events in the life of models and vectors, which gensim keeps and wordneg logs."""

from __future__ import annotations

import logging
from typing import Any

__all__ = ["Logged"]

_logger = logging.getLogger(__name__)


class Logged:
    """A base of what gensim's programs tell events to."""

    def add_lifecycle_event(self, event_name: str, log_level: int = logging.INFO, **event: Any) -> None:
        """Log an event with what belongs to it. It is not kept, unlike in gensim."""
        if log_level:
            _logger.log(log_level, "%s: %s %s", type(self).__name__, event_name, event)
