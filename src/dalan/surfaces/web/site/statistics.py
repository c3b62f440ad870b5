"""A post's statistics as its owner sees them: sums, and a small plot of the week."""

from datetime import date, datetime, time
from typing import Final

import msgspec

from dalan.domains import posts
from dalan.surfaces import html
from dalan.surfaces.html.i18n import Lang

PLOT_HEIGHT: Final = 100
"""Units of the drawing's own; the stylesheet says how large it is."""


class Day(msgspec.Struct, frozen=True):
    """A day of the plot: its bar is ``height`` high and begins ``top`` from above."""

    name: str
    views: int
    impressions: int
    contacts: int
    chats: int
    top: int
    height: int


class Shown(msgspec.Struct, frozen=True):
    """What is drawn. ``is_empty``: nobody has seen the post yet."""

    days: list[Day]
    total: posts.Counts
    most_views: int
    is_empty: bool


def shown(counted: posts.PostStatistics, lang: Lang) -> Shown:
    """The statistics of a post, oldest day first, ready to be drawn."""
    most = max(counts.views for counts in counted.days.values())
    days = []
    for day, counts in counted.days.items():
        height = round(counts.views * PLOT_HEIGHT / most) if most else 0
        if counts.views:
            height = max(height, 2)  # something is not nothing
        days.append(
            Day(
                name=_name(day, lang),
                views=counts.views,
                impressions=counts.impressions,
                contacts=counts.contacts,
                chats=counts.chats,
                top=PLOT_HEIGHT - height,
                height=height,
            )
        )
    return Shown(days, counted.total, most, counted.total == posts.Counts())


def _name(day: date, lang: Lang) -> str:
    """``30 آبان`` or ``21 Nov``: in a week nobody asks for the year."""
    noon = datetime.combine(day, time(12), tzinfo=html.numbers.TEHRAN)
    return html.numbers.jalali(noon, lang).rpartition(" ")[0]
