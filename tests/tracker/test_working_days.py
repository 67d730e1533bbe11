from datetime import date

import pytest

from tracker.core.profile import LeadTimes
from tracker.working_days import decide_by, is_working_day, working_days_before


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2026, 11, 23), True),  # a Monday
        (date(2026, 11, 28), False),  # a Saturday
        (date(2026, 12, 25), False),  # Christmas, a Friday
        (date(2027, 1, 1), False),
        (date(2026, 4, 27), False),  # King's Day, a Monday
        (date(2027, 5, 6), False),  # Ascension
        (date(2026, 12, 24), True),
    ],
)
def test_working_day(day: date, works: bool) -> None:
    assert is_working_day(day) is works


@pytest.mark.parametrize(
    ("day", "count", "expected"),
    [
        (date(2026, 11, 27), 0, date(2026, 11, 27)),  # a Friday
        (date(2026, 11, 29), 0, date(2026, 11, 27)),  # a Sunday falls back
        (date(2026, 11, 27), 4, date(2026, 11, 23)),  # within one week
        (date(2026, 11, 30), 1, date(2026, 11, 27)),  # over a weekend
        (date(2026, 12, 29), 3, date(2026, 12, 23)),  # 28, 24, 23: over Christmas (Friday and Saturday)
        (date(2027, 1, 4), 1, date(2026, 12, 31)),  # over New Year into another year
        (date(2026, 4, 28), 1, date(2026, 4, 24)),  # over King's Day after a weekend
    ],
)
def test_working_days_before(day: date, count: int, expected: date) -> None:
    assert working_days_before(day, count) == expected


def test_decide_by_takes_the_longer_of_partners_and_preparation_and_then_the_college() -> None:
    lead_times = LeadTimes(partners=3, preparation=5, college=2, council=100)
    assert decide_by(date(2026, 11, 27), lead_times) == date(2026, 11, 18)
    assert decide_by(date(2026, 11, 27), LeadTimes(5, 3, 2, 100)) == date(2026, 11, 18)


def test_decide_by_of_the_citys_own_lead_times_crosses_christmas() -> None:
    # 55 working days before Tuesday 16 February 2027; Christmas (25) and New Year (1 January) are no work.
    assert decide_by(date(2027, 2, 16), LeadTimes()) == date(2026, 11, 27)


def test_decide_by_is_itself_a_working_day_also_without_lead_time() -> None:
    assert decide_by(date(2026, 4, 27), LeadTimes(0, 0, 0, 0)) == date(2026, 4, 24)
