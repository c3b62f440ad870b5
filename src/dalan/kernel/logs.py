"""Structured logs. (First stone; the rest is on its way.)"""

from typing import Any

import structlog


def get(name: str) -> Any:
    """A logger called ``name``."""
    return structlog.get_logger(name)
