"""The clock that a dev world moves, and the file that remembers how it was set."""

from datetime import UTC, datetime, timedelta

import pytest

from dalan.kernel import clock
from dalan.kernel.clock import AdjustableClock, ClockState
from dalan.kernel.clock_file import ClockFile, FollowedClock

NOON = datetime(2027, 3, 21, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def test_new_clock_is_the_machines():
    moved = AdjustableClock()

    before = clock.machine()
    assert before <= moved() <= clock.machine()
    assert not moved.state.is_moved


def test_frozen_clock_stands_and_moves_on_when_told():
    moved = AdjustableClock(NOON)

    moved.advance(HOUR)

    assert moved() == moved() == NOON + HOUR
    assert moved.state.is_moved


def test_resumed_clock_goes_on_from_where_it_stood():
    moved = AdjustableClock(NOON)

    moved.resume()

    assert moved() >= NOON
    assert not moved.state.is_frozen


def test_fast_clock_goes_as_many_times_as_fast():
    began = clock.machine()
    state = ClockState(NOON, began - timedelta(seconds=10), speed=3_600)

    shown = state.shown()

    assert NOON + 10 * HOUR <= shown <= NOON + 3_600 * (clock.machine() - began + 10 * HOUR / 3_600)


def test_speed_holds_while_the_clock_stands_still():
    moved = AdjustableClock(NOON)

    moved.run_at(60)
    assert moved() == moved() == NOON

    moved.resume()
    assert moved.state.speed == 60


def test_clock_that_ran_too_far_stands_at_the_end():
    assert ClockState(NOON, NOON - timedelta(days=9_000), speed=86_400).shown() == clock.LATEST


@pytest.mark.parametrize(
    ("state", "seconds", "expected"),
    [
        (ClockState(NOON, NOON), 20, 20),
        (ClockState(NOON, NOON), 200, 30),
        (ClockState(NOON, NOON, speed=10), 200, 20),
        (ClockState(NOON, NOON, speed=86_400), 60, clock.PAUSE_SECONDS_MIN),
        (ClockState(NOON, NOON, is_frozen=True), 20, 30),
    ],
)
def test_pause_is_as_long_as_the_machine_takes(state, seconds, expected):
    moved = AdjustableClock()
    moved.follow(state)

    with clock.installed(moved):
        assert clock.pause_seconds(seconds, most=30) == expected


def test_state_is_read_as_it_was_written(tmp_path):
    file = ClockFile(tmp_path / "clock.json")
    state = ClockState(NOON, NOON + HOUR, 2.5, is_frozen=True)

    assert file.read() is None
    file.write(state)

    assert file.read() == state
    assert [one.name for one in tmp_path.iterdir()] == ["clock.json"]


def test_clock_that_is_the_machines_again_leaves_no_file(tmp_path):
    file = ClockFile(tmp_path / "clock.json")
    file.write(ClockState(NOON, NOON, is_frozen=True))

    file.write(ClockState(NOON, NOON))

    assert file.read() is None
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        '{"at": "2027-03-21T12:00:00", "machine_at": "2027-03-21T12:00:00Z"}',
        '{"at": "2727-03-21T12:00:00Z", "machine_at": "2027-03-21T12:00:00Z"}',
        '{"at": "2027-03-21T12:00:00Z", "machine_at": "2027-03-21T12:00:00Z", "speed": 0}',
    ],
)
def test_file_that_makes_no_sense_is_no_file(tmp_path, text):
    path = tmp_path / "clock.json"
    path.write_text(text)

    assert ClockFile(path).read() is None


def test_process_beside_lives_in_the_same_time(tmp_path):
    file = ClockFile(tmp_path / "clock.json")
    beside = FollowedClock(file)
    assert abs(beside() - clock.machine()) < HOUR

    file.write(ClockState(NOON, NOON, is_frozen=True))
    assert beside() == NOON

    file.write(ClockState(NOON + HOUR, NOON, is_frozen=True))
    assert beside() == NOON + HOUR

    file.write(ClockState(NOON, NOON))
    assert abs(beside() - clock.machine()) < HOUR
