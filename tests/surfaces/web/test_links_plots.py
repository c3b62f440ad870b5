"""Plots of clicks: where their parts begin and end, and how high they stand."""

from datetime import UTC, datetime, timedelta

import pytest

from dalan.surfaces.html.i18n import Lang
from dalan.surfaces.web.links import plotting, times

NOW = datetime(2026, 11, 22, 9, 47, 12, tzinfo=UTC)
"""The first of Azar 1405 in Tehran, 13:17."""


@pytest.mark.parametrize("zoom", times.ZOOMS)
@pytest.mark.parametrize("lang", ["fa", "en"])
def test_parts_follow_one_another_up_to_now(zoom: times.Zoom, lang: Lang) -> None:
    window = times.window(zoom, lang, now=NOW)

    assert len(window.starts) == times.COUNT[zoom]
    assert list(window.edges) == sorted(set(window.edges))
    assert window.starts[-1] <= NOW < window.end
    assert window.is_newest


def test_days_begin_at_midnight_in_tehran() -> None:
    window = times.window("day", "fa", now=NOW)

    assert window.starts[-1] == datetime(2026, 11, 21, 20, 30, tzinfo=UTC)
    assert times.name_of("day", window.starts[-1], "fa") == "1 آذر 1405"
    assert times.tick_of("day", window.starts[-1], "en") == "22 Nov"


def test_months_are_jalali_in_persian_and_gregorian_in_english() -> None:
    persian, english = (times.window("month", lang, now=NOW) for lang in ("fa", "en"))

    assert times.name_of("month", persian.starts[-1], "fa") == "آذر 1405"
    assert times.name_of("month", persian.starts[-2], "fa") == "آبان 1405"
    assert persian.starts[-1] == datetime(2026, 11, 21, 20, 30, tzinfo=UTC)
    assert [times.name_of("month", at, "en") for at in english.starts[-2:]] == [
        "Oct 2026",
        "Nov 2026",
    ]
    assert english.starts[-1] == datetime(2026, 10, 31, 20, 30, tzinfo=UTC)


def test_window_of_an_earlier_time_ends_with_it_and_never_lies_ahead() -> None:
    then = NOW - timedelta(days=3)

    earlier = times.window("hour", "fa", now=NOW, end=then)
    ahead = times.window("hour", "fa", now=NOW, end=NOW + timedelta(days=900))
    long_ago = times.window("month", "en", now=NOW, end=datetime(1, 1, 2, tzinfo=UTC))

    assert earlier.starts[-1] <= then < earlier.end
    assert not earlier.is_newest
    assert ahead == times.window("hour", "fa", now=NOW)
    assert long_ago.end.year == 2000


def test_bars_fill_their_parts_and_flow_as_the_page_is_read() -> None:
    window = times.window("month", "fa", now=NOW)
    counts = [0] * 10 + [50, 100]

    persian = plotting.bars(window, counts, "fa")
    english = plotting.bars(window, counts, "en")

    assert [bar.height for bar in persian.bars[-3:]] == [0, 50, 100]
    assert [bar.top for bar in persian.bars[-2:]] == [50, 0]
    assert persian.bars[-1].x < persian.bars[0].x
    assert english.bars[-1].x > english.bars[0].x
    assert (persian.total, persian.busiest, persian.is_empty) == (150, 100, False)
    assert [mark.text for mark in persian.levels] == ["50", "100"]


@pytest.mark.parametrize(
    ("most", "summit"),
    [
        (0, 4),
        (1, 4),
        (4, 4),
        (5, 6),
        (7, 8),
        (9, 10),
        (11, 20),
        (99, 100),
        (101, 200),
        (12_345, 20_000),
    ],
)
def test_summit_is_even_and_round(most: int, summit: int) -> None:
    window = times.window("month", "en", now=NOW)

    plot = plotting.bars(window, [0] * 11 + [most], "en")

    assert plot.levels[-1].text == f"{summit:,}"


def test_one_click_beside_many_is_still_seen() -> None:
    window = times.window("month", "en", now=NOW)

    plot = plotting.bars(window, [1] + [0] * 10 + [1_000_000], "en")

    assert plot.bars[0].height > 1


def test_lines_have_a_point_for_every_part() -> None:
    window = times.window("month", "en", now=NOW)

    plot = plotting.lines(window, [("one", [0] * 12), ("two", [0] * 11 + [8])], "en")

    assert plot.lines[1].points.endswith("115,0")
    assert [len(line.points.split()) for line in plot.lines] == [12, 12]
    assert [line.number for line in plot.lines] == [1, 2]
    assert plot.total == 8


def test_few_names_stand_under_a_plot() -> None:
    for zoom in times.ZOOMS:
        plot = plotting.bars(
            window := times.window(zoom, "fa", now=NOW), [0] * len(window.starts), "fa"
        )
        assert 3 < len(plot.ticks) <= plotting.TICKS_MAX
        assert all(0 <= mark.at <= 100 for mark in plot.ticks)
