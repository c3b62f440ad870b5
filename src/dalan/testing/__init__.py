"""What an app's own test-suite uses of Dalan: a platform to itself, and a short way to everything.

Nothing here reaches inside: the platform is a process of its own, known by its address, its
console's JSON and the surfaces that apps call. Nothing but the standard library is needed.
``dalan.pytest_plugin`` makes fixtures of it; ``running()`` is the same for everybody else.
"""

from dalan.testing.client import Answer, Client, Refused
from dalan.testing.events import Event, Events
from dalan.testing.platform import App, Clock, Dalan, Person, Tokens, Unplayed, running

__all__ = [
    "Answer",
    "App",
    "Client",
    "Clock",
    "Dalan",
    "Event",
    "Events",
    "Person",
    "Refused",
    "Tokens",
    "Unplayed",
    "running",
]
