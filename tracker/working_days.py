"""Counts Dutch working days, to tell a city the last sensible day to decide about a call."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

import holidays

from tracker.core.profile import LeadTimes, Municipality, Recess

_SATURDAY = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class BackPlan:
    """The last day for each step before a deadline.

    `partners` and `preparation` are when finding partners and writing must begin (they run side by side),
    `college` when the proposal must be with the college. A bid that the council must decide about goes to the
    council on `council`, and everything before it moves up: then the decision falls on `decide_with_council`.
    """

    deadline: date
    decide_by: date
    partners: date
    preparation: date
    college: date
    council: date
    decide_with_council: date


def is_working_day(day: date) -> bool:
    """Tell whether Dutch offices work on `day`: Monday to Friday and no public holiday."""
    return day.weekday() < _SATURDAY and day not in _public_holidays(day.year)


def working_days_before(day: date, count: int, *, recess: Sequence[Recess] = ()) -> date:
    """Give the last working day that leaves `count` whole working days outside `recess` before `day`.

    `day` itself is not counted: a deadline is the end of the work, not a day to work on. With a `count` of
    0 it is `day`, or the last such day before it.
    """
    while count > 0 or not _counts(day, recess):
        day -= timedelta(days=1)
        if _counts(day, recess):
            count -= 1
    return day


@lru_cache(maxsize=10_000)
def decide_by(deadline: date, lead_times: LeadTimes, *, recess: tuple[Recess, ...] = ()) -> date:
    """Give the last sensible day to decide to take part in a call that closes on `deadline`.

    Planned back from the deadline: the college's time to approve comes last, and before it the longer of
    finding partners and preparing the bid. Those two run side by side, as partners write along; one after
    the other is only the worst case. In recess the college does not meet, so its days do not count then;
    officials find partners and write also in recess. The council's time is not counted: most bids do not go
    there.
    """
    meetings = recess if lead_times.college else ()
    to_college = working_days_before(deadline, lead_times.college, recess=meetings)
    return working_days_before(to_college, max(lead_times.partners, lead_times.preparation))


def plan_back(deadline: date, municipality: Municipality) -> date:
    """Give `decide_by` with the lead times and the recess of a city."""
    return decide_by(deadline, municipality.lead_times, recess=municipality.recess)


def back_plan(deadline: date, municipality: Municipality) -> BackPlan:
    """Plan each step back from a deadline, with the lead times and the recess of a city."""
    times, recess = municipality.lead_times, municipality.recess
    college = working_days_before(deadline, times.college, recess=recess if times.college else ())
    council = working_days_before(deadline, times.council, recess=recess if times.council else ())
    return BackPlan(
        deadline=deadline,
        decide_by=decide_by(deadline, times, recess=recess),
        partners=working_days_before(college, times.partners),
        preparation=working_days_before(college, times.preparation),
        college=college,
        council=council,
        decide_with_council=decide_by(council, times, recess=recess),
    )


def _counts(day: date, recess: Sequence[Recess]) -> bool:
    return is_working_day(day) and not any(period.covers(day) for period in recess)


@lru_cache(maxsize=16)
def _public_holidays(year: int) -> frozenset[date]:
    return frozenset(holidays.country_holidays("NL", years=year))
