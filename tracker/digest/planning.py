"""Gathers what one contact could be told by a channel now, and plans their edition; stores nothing."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from db import deliveries, matches
from db.engine import Session
from db.rows import read_calls_by_id
from tracker.answers import Effects, read_effects
from tracker.core.call import ALIVE, Call
from tracker.core.delivery import Channel, Line
from tracker.core.match import Match
from tracker.core.profile import Contact, Municipality, Strength
from tracker.digest.edition import Candidate, EditionPlan, plan_edition
from tracker.working_days import plan_back

NO_EFFECTS = Effects()
"""Nobody answered anything."""


def plan_for(
    session: Session, contact: Contact, *, channel: Channel, municipality: Municipality, now: datetime
) -> EditionPlan:
    """Decide what this contact is to be told by this channel now; stores nothing."""
    effects = read_effects(session, contact, channel, now=now)
    told = told_to(session, contact, channel, effects)
    first = not deliveries.has_any(session, contact.email, channel)
    found = candidates_for(
        session, contact, channel=channel, municipality=municipality, effects=effects, now=now
    )
    return plan_edition(contact, found, told, first=first, now=now)


def told_to(session: Session, contact: Contact, channel: Channel, effects: Effects) -> dict[int, Line]:
    """Give what a contact was told, without what is to be told again because of an answer."""
    told = deliveries.told(session, contact.email, channel)
    return {call_id: line for call_id, line in told.items() if call_id not in effects.again}


def candidates_for(
    session: Session,
    contact: Contact,
    *,
    channel: Channel,
    municipality: Municipality,
    effects: Effects,
    now: datetime,
) -> list[Candidate]:
    """Give what this contact could be told of by this channel, and how often it was told of each before."""
    told = deliveries.told(session, contact.email, channel)
    counts = deliveries.times_told(session, contact.email, channel)
    found = candidates(session, contact, municipality=municipality, told=told, effects=effects, now=now)
    return [replace(one, told_before=counts.get(one.call.id, 0)) for one in found]


def candidates(
    session: Session,
    contact: Contact,
    *,
    municipality: Municipality,
    told: Mapping[int, Line],
    now: datetime,
    effects: Effects = NO_EFFECTS,
) -> tuple[Candidate, ...]:
    """Give each open or coming call that fits one of the contact's priorities, with its best match.

    And each call that was shown before and is ranked no more (it may be gone, or close on another day), and
    what a colleague passed on; not what this contact does not want to see.
    """
    wanted = {priority.slug for priority in municipality.priorities if contact.wants(priority)}
    found: dict[int, list[Match]] = {}
    by_id: dict[int, Call] = {}
    for call, match in matches.ranked(session, municipality.slug):
        is_theirs = match.priority in wanted or call.id in effects.passed
        if is_theirs and call.status_at(now) in ALIVE:
            found.setdefault(call.id, []).append(match)
            by_id[call.id] = call
    shown = [line for line in told.values() if line.shown and line.priority in wanted]
    unranked = {line.call_id: line.priority for line in shown if line.call_id not in found}
    for call_id, kept in read_calls_by_id(session, set(unranked)).items():
        found[call_id] = [_no_match(kept, unranked[call_id])]
        by_id[call_id] = kept
    return tuple(
        replace(
            _candidate(by_id[call_id], fits, wanted=wanted, municipality=municipality, now=now),
            passed_on=effects.passed.get(call_id),
            asked_again=call_id in effects.again and call_id not in effects.passed,
        )
        for call_id, fits in found.items()
        if call_id not in effects.hidden
    )


def _no_match(call: Call, priority: str) -> Match:
    return Match(call_id=call.id, priority=priority, score=0.0, strength=Strength.NONE, rank=0)


def _candidate(
    call: Call,
    fits: Sequence[Match],
    *,
    wanted: Collection[str],
    municipality: Municipality,
    now: datetime,
) -> Candidate:
    """Make a candidate of its best match, one of the contact's own priorities before any other."""
    priorities = {priority.slug: priority for priority in municipality.priorities}
    best, *others = sorted(
        fits,
        key=lambda match: (
            match.priority not in wanted,
            -match.strength.rank,
            -match.score,
            match.priority,
        ),
    )
    deadline = call.next_deadline(now)
    return Candidate(
        call=call,
        match=best,
        priority=priorities[best.priority],
        also=tuple(
            priorities[match.priority] for match in others if match.strength.rank and match.priority in wanted
        ),
        decide_by=plan_back(deadline.date, municipality) if deadline else None,
        next_deadline=deadline,
    )
