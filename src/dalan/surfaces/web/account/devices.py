"""What a browser says it is, in a few words, so that people tell their sessions apart.

A claim, never a fact: nothing is decided by it.
"""

import re
from typing import Final

USER_AGENT_LENGTH_MAX: Final = 512

# In this order: many browsers also name those they descend from.
_BROWSERS: Final = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("YaBrowser/", "Yandex"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
_SYSTEMS: Final = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)
_PROGRAM = re.compile(r"[A-Za-z][\w.-]{0,30}")


def device_of(user_agent: str) -> str:
    """``Firefox · Android``; of programs their own name; "" when nothing is recognised."""
    text = user_agent[:USER_AGENT_LENGTH_MAX]
    browser = next((name for mark, name in _BROWSERS if mark in text), "")
    system = next((name for mark, name in _SYSTEMS if mark in text), "")
    if browser or system:
        return " · ".join(part for part in (browser, system) if part)
    program = _PROGRAM.match(text)
    return program[0] if program else ""
