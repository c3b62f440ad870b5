"""Clicks on short links: recorded on the hot path, drained beside it, summed for statistics.

The room owns the journal of clicks, clicks one by one for a time, and their sums for good. It
knows links by their numbers alone.
"""

from dalan.domains.clicks.agents import Agent, agent_of, is_bot, is_preview
from dalan.domains.clicks.counters import OTHER, UNKNOWN
from dalan.domains.clicks.counting import move_count, open_count, set_base, totals, watch_group
from dalan.domains.clicks.errors import JournalTrouble
from dalan.domains.clicks.events import Drained
from dalan.domains.clicks.keeping import keep
from dalan.domains.clicks.parsing import ParsingRules
from dalan.domains.clicks.places import Places
from dalan.domains.clicks.recording import Recorder, RecordingRules
from dalan.domains.clicks.records import Source, Told, cut_of
from dalan.domains.clicks.tables import Click, Total, click_total

__all__ = [
    "OTHER",
    "UNKNOWN",
    "Agent",
    "Click",
    "Drained",
    "JournalTrouble",
    "ParsingRules",
    "Places",
    "Recorder",
    "RecordingRules",
    "Source",
    "Told",
    "Total",
    "agent_of",
    "click_total",
    "cut_of",
    "is_bot",
    "is_preview",
    "keep",
    "move_count",
    "open_count",
    "set_base",
    "totals",
    "watch_group",
]
