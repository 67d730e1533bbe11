"""Looks over all that fits now and all that the city works on, for the overview page."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from db import activity
from db.activity import Fit
from db.engine import Engine, session_scope
from db.lists import TOLD_FIELDS
from db.rows import read_calls_by_id
from tracker.core.call import Call, Change
from tracker.core.profile import Municipality, Strength
from tracker.core.review import ReviewState

WEEK = timedelta(days=7)
MOST_SHOWN = 12
"""How many new calls, and how many changed ones, are told; the rest is counted."""

NEWS = (*TOLD_FIELDS, "withdrawn")
"""The changes that are news to people; a list tells of a withdrawn call as of one that vanished."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """What fits now and where the city stands with it.

    `fits` has a call once for each priority that it fits well or strongly. `states` are the calls that
    somebody took up, `worked_on` the priority that each of them fits best. `new` and `changes` are of the
    last seven days, the newest first and cut off; `new_count` and `change_count` count all of them.
    """

    fits: tuple[Fit, ...]
    states: Mapping[int, ReviewState]
    worked_on: Mapping[int, str]
    new: tuple[Call, ...]
    new_count: int
    changes: tuple[tuple[Call, Change], ...]
    change_count: int


def look_over(engine: Engine, municipality: Municipality, *, now: datetime) -> Overview:
    """Look over the calls that fit well or strongly, and those that somebody took up."""
    since, profile = now - WEEK, municipality.slug
    with session_scope(engine, read_only=True) as session:
        fits = activity.fits(session, profile, minimum=Strength.GOOD)
        states = activity.review_states(session, profile)
        worked_on = activity.best_priorities(session, profile, states)
        newest = {fit.call_id: fit.first_seen for fit in fits if fit.first_seen >= since}
        new = sorted(newest, key=lambda call_id: (newest[call_id], call_id), reverse=True)
        known = {fit.call_id for fit in fits} | set(states)
        changes = [
            change
            for change in activity.changes_since(session, since, fields=NEWS)
            if change.call_id in known and not _is_first_day(change)
        ]
        shown = {*new[:MOST_SHOWN], *(change.call_id for change in changes[:MOST_SHOWN])}
        calls = read_calls_by_id(session, shown)
    return Overview(
        fits=tuple(fits),
        states=states,
        worked_on=worked_on,
        new=tuple(calls[call_id] for call_id in new[:MOST_SHOWN]),
        new_count=len(new),
        changes=tuple((calls[change.call_id], change) for change in changes[:MOST_SHOWN]),
        change_count=len(changes),
    )


def _is_first_day(change: Change) -> bool:
    """Tell whether this is the first status of a call that was just met: no news beside the call itself."""
    return change.field == "status" and change.old is None
