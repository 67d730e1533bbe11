from dataclasses import replace
from datetime import date

import pytest

from tests.tracker.digest_samples import HAARLEM
from tracker.core.profile import LeadTimes, Recess
from tracker.working_days import back_plan, decide_by, is_working_day, plan_back, working_days_before


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


SUMMER = Recess("zomerreces", date(2000, 7, 18), date(2000, 8, 30), every_year=True)
CHRISTMAS = Recess("kerstreces", date(2000, 12, 21), date(2000, 1, 3), every_year=True)
ONCE = Recess("verkiezingsreces", date(2027, 3, 1), date(2027, 3, 12))


@pytest.mark.parametrize(
    ("period", "day", "covered"),
    [
        (SUMMER, date(2027, 7, 17), False),
        (SUMMER, date(2027, 7, 18), True),
        (SUMMER, date(2031, 8, 30), True),
        (SUMMER, date(2027, 8, 31), False),
        (CHRISTMAS, date(2026, 12, 21), True),
        (CHRISTMAS, date(2027, 1, 3), True),
        (CHRISTMAS, date(2027, 1, 4), False),
        (CHRISTMAS, date(2026, 12, 20), False),
        (ONCE, date(2027, 3, 12), True),
        (ONCE, date(2028, 3, 5), False),
    ],
)
def test_what_a_recess_covers(period: Recess, day: date, covered: bool) -> None:
    assert period.covers(day) is covered


def test_the_days_of_the_college_do_not_count_in_recess() -> None:
    # Friday 3 September 2027 less 5 days of the college: 2, 1 September, 31 August, 16, 15 July
    times = LeadTimes(partners=0, preparation=0, college=5, council=0)
    assert decide_by(date(2027, 9, 3), times, recess=(SUMMER,)) == date(2027, 7, 15)
    assert decide_by(date(2027, 9, 3), times) == date(2027, 8, 27)


def test_officials_find_partners_and_write_also_in_recess() -> None:
    times = LeadTimes(partners=3, preparation=5, college=0, council=0)
    assert decide_by(date(2027, 7, 30), times, recess=(SUMMER,)) == date(2027, 7, 23)


def test_a_city_s_lead_times_and_recess_count_together() -> None:
    city = replace(HAARLEM, lead_times=LeadTimes(0, 2, 5, 0), recess=(CHRISTMAS,))
    # Friday 8 January 2027: the college has 7, 6, 5, 4 January and 18 December; two days of writing before
    assert plan_back(date(2027, 1, 8), city) == date(2026, 12, 16)


def test_the_back_plan_gives_each_step_its_own_day() -> None:
    city = replace(HAARLEM, lead_times=LeadTimes(partners=3, preparation=5, college=2, council=4), recess=())
    plan = back_plan(date(2026, 11, 27), city)
    assert plan.college == date(2026, 11, 25)
    assert plan.partners == date(2026, 11, 20)
    assert plan.preparation == date(2026, 11, 18)
    assert plan.decide_by == plan.preparation
    assert plan.council == date(2026, 11, 23)
    assert plan.decide_with_council == decide_by(date(2026, 11, 23), city.lead_times) == date(2026, 11, 12)


def test_the_back_plan_decides_on_the_day_that_everything_else_shows() -> None:
    for day in (date(2027, 2, 16), date(2027, 9, 14), date(2026, 12, 28)):
        plan = back_plan(day, HAARLEM)
        assert plan.decide_by == plan_back(day, HAARLEM) == min(plan.partners, plan.preparation)
        assert plan.decide_with_council <= plan.decide_by <= plan.college <= plan.deadline == day
