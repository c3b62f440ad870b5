"""Clicks on short links: recorded on the hot path, drained beside it, summed for statistics.

The room owns the journal of clicks, clicks one by one for a time, and their sums for good. It
knows links by their numbers alone.
"""

from dalan.domains.clicks.agents import Agent, agent_of, is_bot, is_preview
from dalan.domains.clicks.calendars import (
    STRETCH_KINDS,
    STRETCHES_MAX,
    StretchKind,
    TooManyStretches,
    starts,
)
from dalan.domains.clicks.copying import copy_segments, kept_whole, put_segments
from dalan.domains.clicks.counters import OTHER, UNKNOWN, Counts
from dalan.domains.clicks.counting import (
    forget_sums,
    is_watched,
    move_count,
    open_count,
    set_base,
    totals,
    watch_group,
)
from dalan.domains.clicks.errors import JournalTrouble
from dalan.domains.clicks.events import Drained
from dalan.domains.clicks.keeping import keep
from dalan.domains.clicks.parsing import ParsingRules
from dalan.domains.clicks.places import Places
from dalan.domains.clicks.recording import Recorder, RecordingRules
from dalan.domains.clicks.records import Source, Told, cut_of
from dalan.domains.clicks.statistics import RANKED_MAX, ranked, ranked_places, report, series
from dalan.domains.clicks.supervising import Order, Supervisor
from dalan.domains.clicks.tables import Click, Total, click_total
from dalan.domains.clicks.telling import newest, raw_after

__all__ = [
    "OTHER",
    "RANKED_MAX",
    "STRETCHES_MAX",
    "STRETCH_KINDS",
    "UNKNOWN",
    "Agent",
    "Click",
    "Counts",
    "Drained",
    "JournalTrouble",
    "Order",
    "ParsingRules",
    "Places",
    "Recorder",
    "RecordingRules",
    "Source",
    "StretchKind",
    "Supervisor",
    "Told",
    "TooManyStretches",
    "Total",
    "agent_of",
    "click_total",
    "copy_segments",
    "cut_of",
    "forget_sums",
    "is_bot",
    "is_preview",
    "is_watched",
    "keep",
    "kept_whole",
    "move_count",
    "newest",
    "open_count",
    "put_segments",
    "ranked",
    "ranked_places",
    "raw_after",
    "report",
    "series",
    "set_base",
    "starts",
    "totals",
    "watch_group",
]
