"""The status table of the design cell by cell, and the deadline that counts on each day."""

import datetime as dt
from dataclasses import replace
from datetime import UTC, datetime
from itertools import permutations

import pytest

from tests.db.samples import data
from tracker.core.call import Call, Claim, Deadline, MomentKind, Status, last_moment, next_deadline, status_at

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
YESTERDAY, TODAY, TOMORROW = (dt.date(2026, 11, day) for day in (23, 24, 25))
PAST, AHEAD, NONE = (Deadline(YESTERDAY),), (Deadline(TOMORROW),), ()

TABLE = [
    (Claim.OPEN, PAST, Status.CLOSED),
    (Claim.OPEN, AHEAD, Status.OPEN),
    (Claim.OPEN, NONE, Status.OPEN),
    (Claim.FORTHCOMING, PAST, Status.CLOSED),
    (Claim.FORTHCOMING, AHEAD, Status.FORTHCOMING),
    (Claim.FORTHCOMING, NONE, Status.FORTHCOMING),
    (Claim.CLOSED, PAST, Status.CLOSED),
    (Claim.CLOSED, AHEAD, Status.CLOSED),
    (Claim.CLOSED, NONE, Status.CLOSED),
    (None, PAST, Status.CLOSED),
    (None, AHEAD, Status.OPEN),
    (None, NONE, Status.UNKNOWN),
]


@pytest.mark.parametrize(("claim", "deadlines", "status"), TABLE)
def test_the_status_table(claim: Claim | None, deadlines: tuple[Deadline, ...], status: Status) -> None:
    assert status_at(data(claim=claim, deadlines=deadlines), NOW) is status


@pytest.mark.parametrize(
    ("opens_on", "deadlines", "status"),
    [
        (TOMORROW, AHEAD, Status.FORTHCOMING),
        (TODAY, AHEAD, Status.OPEN),
        (YESTERDAY, AHEAD, Status.OPEN),
        (TOMORROW, PAST, Status.CLOSED),
        (TOMORROW, NONE, Status.UNKNOWN),
    ],
)
def test_without_a_claim_the_opening_day_decides(
    opens_on: dt.date, deadlines: tuple[Deadline, ...], status: Status
) -> None:
    assert status_at(data(opens_on=opens_on, deadlines=deadlines), NOW) is status


def test_a_claim_stands_over_the_opening_day() -> None:
    assert status_at(data(claim=Claim.OPEN, opens_on=TOMORROW, deadlines=AHEAD), NOW) is Status.OPEN
    late = data(claim=Claim.FORTHCOMING, opens_on=YESTERDAY, deadlines=AHEAD)
    assert status_at(late, NOW) is Status.FORTHCOMING


@pytest.mark.parametrize(
    ("deadlines", "status"),
    [(AHEAD, Status.VANISHED), (NONE, Status.VANISHED), (PAST, Status.CLOSED)],
)
def test_a_call_past_its_last_moment_is_closed_even_when_it_had_vanished(
    deadlines: tuple[Deadline, ...], status: Status
) -> None:
    said = data(claim=Claim.OPEN, deadlines=deadlines)
    call = Call(id=1, data=said, first_seen=NOW, last_seen=NOW, vanished_at=NOW)
    assert call.status_at(NOW) is status
    assert replace(call, vanished_at=None).status_at(NOW) is status_at(said, NOW)


FIRST = Deadline(dt.date(2026, 12, 1), kind=MomentKind.STAGE_1)
SECOND = Deadline(dt.date(2027, 3, 1), kind=MomentKind.STAGE_2)
CUTS = tuple(Deadline(dt.date(2026, month, 15), kind=MomentKind.CUT_OFF) for month in (9, 11, 12))


@pytest.mark.parametrize(
    ("deadlines", "last"),
    [
        ((), None),
        (AHEAD, AHEAD[0]),
        ((FIRST, SECOND), FIRST),
        (CUTS, CUTS[2]),
        ((SECOND,), None),  # a second stage alone says nothing to a newcomer
        ((*CUTS, SECOND), CUTS[2]),
    ],
)
def test_the_last_moment_for_a_newcomer_in_any_order(
    deadlines: tuple[Deadline, ...], last: Deadline | None
) -> None:
    for order in permutations(deadlines):
        assert last_moment(order) == last


def noon(month: int, day: int, *, year: int = 2026) -> datetime:
    return datetime(year, month, day, 11, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "upcoming", "status"),
    [
        (noon(11, 1), FIRST, Status.OPEN),
        (noon(12, 1), FIRST, Status.OPEN),  # the day itself
        (noon(12, 2), SECOND, Status.CLOSED),  # for those who were invited; closed to newcomers
        (noon(3, 1, year=2027), SECOND, Status.CLOSED),
        (noon(3, 2, year=2027), SECOND, Status.CLOSED),  # all past: the last one
    ],
)
def test_two_stages_on_each_day(now: datetime, upcoming: Deadline, status: Status) -> None:
    assert next_deadline((SECOND, FIRST), now) == upcoming
    assert status_at(data(claim=Claim.OPEN, deadlines=(SECOND, FIRST)), now) is status


@pytest.mark.parametrize(
    ("now", "upcoming", "status"),
    [
        (noon(9, 1), CUTS[0], Status.OPEN),
        (noon(9, 15), CUTS[0], Status.OPEN),
        (noon(9, 16), CUTS[1], Status.OPEN),
        (noon(11, 16), CUTS[2], Status.OPEN),
        (noon(12, 15), CUTS[2], Status.OPEN),
        (noon(12, 16), CUTS[2], Status.CLOSED),
    ],
)
def test_cut_offs_on_each_day(now: datetime, upcoming: Deadline, status: Status) -> None:
    assert next_deadline(CUTS[::-1], now) == upcoming
    assert status_at(data(claim=Claim.OPEN, deadlines=CUTS[::-1]), now) is status


def test_a_call_without_a_date_has_no_next_deadline() -> None:
    assert next_deadline((), NOW) is None


@pytest.mark.parametrize(
    ("deadline", "still_open", "past"),
    [
        # winter: midnight in Brussels is 23.00 UTC
        (
            Deadline(TODAY),
            datetime(2026, 11, 24, 22, 59, 59, tzinfo=UTC),
            datetime(2026, 11, 24, 23, tzinfo=UTC),
        ),
        # summer: 22.00 UTC
        (
            Deadline(dt.date(2026, 7, 1)),
            datetime(2026, 7, 1, 21, 59, 59, tzinfo=UTC),
            datetime(2026, 7, 1, 22, tzinfo=UTC),
        ),
        # the days on which the clock changes
        (
            Deadline(dt.date(2026, 10, 25)),
            datetime(2026, 10, 25, 22, 59, tzinfo=UTC),
            datetime(2026, 10, 25, 23, tzinfo=UTC),
        ),
        (
            Deadline(dt.date(2026, 3, 29)),
            datetime(2026, 3, 29, 21, 59, tzinfo=UTC),
            datetime(2026, 3, 29, 22, tzinfo=UTC),
        ),
    ],
)
def test_the_day_of_the_deadline_is_in_time_until_midnight_in_brussels(
    deadline: Deadline, still_open: datetime, past: datetime
) -> None:
    call = data(claim=Claim.OPEN, deadlines=(deadline,))
    assert (deadline.is_past(still_open), deadline.is_past(past)) == (False, True)
    assert (status_at(call, still_open), status_at(call, past)) == (Status.OPEN, Status.CLOSED)


def test_a_deadline_with_an_hour_is_past_after_that_hour_in_brussels() -> None:
    five = Deadline(TODAY, dt.time(17, 0))
    assert not five.is_past(datetime(2026, 11, 24, 16, 0, tzinfo=UTC))
    assert five.is_past(datetime(2026, 11, 24, 16, 0, 1, tzinfo=UTC))
    assert not Deadline(TOMORROW, dt.time(0, 30)).is_past(datetime(2026, 11, 24, 23, 29, tzinfo=UTC))


def test_of_two_hours_on_one_day_the_earlier_is_next() -> None:
    morning, evening = Deadline(TODAY, dt.time(10)), Deadline(TODAY, dt.time(17))
    assert next_deadline((evening, morning), datetime(2026, 11, 24, 6, tzinfo=UTC)) == morning
    assert next_deadline((evening, morning), NOW) == evening
    assert last_moment((evening, morning)) == evening
