"""Composes each contact's edition and commits it as pending; `handover` sends it and marks what was told.

One delivery is one message: (contact, edition, channel) is unique, so an edition is made once whoever starts
it and however often. Its lines count as told only when it was accepted.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from db import deliveries, matches
from db.engine import Engine, Session, session_scope
from db.rows import read_calls_by_id
from tracker.answers import Effects, is_away, read_effects
from tracker.core.call import ALIVE, Call
from tracker.core.delivery import Channel, Delivery, Line
from tracker.core.match import Match
from tracker.core.profile import Contact, Frequency, Municipality, Strength
from tracker.digest.compose import BlindSpot, Composed, compose
from tracker.digest.edition import Candidate, EditionPlan, plan_edition
from tracker.digest.message import domain_of, message_id_of
from tracker.digest.urgent import plan_urgent, urgent_edition
from tracker.links import Links
from tracker.profile_file import ProfileWarning
from tracker.working_days import plan_back

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
NO_EFFECTS = Effects()
"""Nobody answered anything."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstances:
    """What a digest needs to know besides calls: the city, its sources' health, and how it may be reached.

    With `links` (a public address and a key) each call can be answered and each mail unsubscribed from.
    """

    municipality: Municipality
    programme_names: Mapping[str, tuple[str, str]]
    blind_spots: tuple[BlindSpot, ...]
    sources_read: int
    nothing_read: bool
    warnings: Sequence[ProfileWarning]
    sender: str
    public_url: str | None
    ask: str
    demo: bool
    links: Links | None = None


def edition_of(contact: Contact, now: datetime) -> str:
    """Name the edition that `now` belongs to: the ISO week (`2026-W48`), or the day for a daily reader."""
    local = now.astimezone(AMSTERDAM).date()
    if contact.frequency is Frequency.DAILY:
        return local.isoformat()
    year, week, _ = local.isocalendar()
    return f"{year}-W{week:02}"


def compose_editions(
    engine: Engine,
    contacts: Iterable[Contact],
    *,
    channels: Sequence[Channel],
    circumstances: Circumstances,
    now: datetime,
) -> list[Delivery]:
    """Compose what is due for each contact and channel and commit it as pending; gives the new deliveries.

    Who left or pauses gets none. Nor does who has a message still on its way: what that message tells is not
    known to have arrived, and its next edition is made when it has, or was given up.
    """
    made = []
    for contact in contacts:
        for channel in channels:
            with session_scope(engine) as session:
                if _may_be_told(session, contact, channel, now=now):
                    made += _compose_one(
                        session, contact, channel=channel, circumstances=circumstances, now=now
                    )
    return made


def compose_urgent(
    engine: Engine,
    contacts: Iterable[Contact],
    *,
    channels: Sequence[Channel],
    circumstances: Circumstances,
    now: datetime,
) -> list[Delivery]:
    """Compose the mails that cannot wait for a regular edition; gives the new deliveries.

    Nobody gets one before a first edition, nor who may not be told a regular one now.
    """
    made = []
    for contact in contacts:
        for channel in channels:
            with session_scope(engine) as session:
                if deliveries.has_any(session, contact.email, channel) and _may_be_told(
                    session, contact, channel, now=now
                ):
                    made += _compose_urgent(
                        session, contact, channel=channel, circumstances=circumstances, now=now
                    )
    return made


def _may_be_told(session: Session, contact: Contact, channel: Channel, *, now: datetime) -> bool:
    waiting = [*deliveries.pending(session, channel), *deliveries.interrupted(session, channel)]
    if contact.email in {delivery.contact for delivery in waiting}:
        return False
    return not is_away(session, contact.email, now=now)


def _compose_urgent(
    session: Session, contact: Contact, *, channel: Channel, circumstances: Circumstances, now: datetime
) -> list[Delivery]:
    effects = read_effects(session, contact, channel, now=now)
    told = _told_to(session, contact, channel, effects)
    found = candidates_for(
        session,
        contact,
        channel=channel,
        municipality=circumstances.municipality,
        effects=effects,
        now=now,
    )
    return [
        _keep(
            session,
            contact,
            plan,
            edition=urgent_edition(reason, now),
            channel=channel,
            circumstances=circumstances,
            now=now,
        )
        for reason, plan in plan_urgent(contact, found, told, now=now).items()
        if deliveries.find(session, contact.email, urgent_edition(reason, now), channel) is None
    ]


def _compose_one(
    session: Session, contact: Contact, *, channel: Channel, circumstances: Circumstances, now: datetime
) -> list[Delivery]:
    edition = edition_of(contact, now)
    if deliveries.find(session, contact.email, edition, channel) is not None:
        return []
    plan = plan_for(session, contact, channel=channel, municipality=circumstances.municipality, now=now)
    if plan.first and circumstances.nothing_read:
        return []  # a baseline of nothing would make everything "new" later
    if not is_due(contact, plan):
        return []
    return [
        _keep(session, contact, plan, edition=edition, channel=channel, circumstances=circumstances, now=now)
    ]


def _keep(
    session: Session,
    contact: Contact,
    plan: EditionPlan,
    *,
    edition: str,
    channel: Channel,
    circumstances: Circumstances,
    now: datetime,
) -> Delivery:
    """Keep an edition as pending. It gets its number first, for its signed links name it."""
    delivery_id = deliveries.add(
        session,
        contact=contact.email,
        edition=edition,
        channel=channel,
        subject="",
        message_id=message_id_of(contact.email, edition, channel, domain=domain_of(circumstances.sender)),
        message=b"",
        html="",
        lines=plan.lines,
        created_at=now,
    )
    composed = compose_for(
        contact,
        plan,
        edition=edition,
        channel=channel,
        circumstances=circumstances,
        now=now,
        delivery_id=delivery_id,
    )
    deliveries.write(
        session,
        delivery_id,
        subject=composed.subject,
        message=composed.message.as_bytes(),
        html=composed.html,
    )
    kept = deliveries.get(session, delivery_id)
    if kept is None:
        raise AssertionError(f"delivery {delivery_id} was kept a moment ago")
    return kept


def is_due(contact: Contact, plan: EditionPlan) -> bool:
    """Tell whether a plan is a regular mail: a quiet one goes only to weekly readers who want it.

    Who wants only what is urgent gets a first edition, and after it urgent mails alone.
    """
    if contact.frequency is Frequency.URGENT:
        return plan.first
    wants_quiet = contact.quiet_weeks and contact.frequency is Frequency.WEEKLY
    return plan.first or not plan.is_empty or wants_quiet


def plan_for(
    session: Session, contact: Contact, *, channel: Channel, municipality: Municipality, now: datetime
) -> EditionPlan:
    """Decide what this contact is to be told by this channel now; stores nothing."""
    effects = read_effects(session, contact, channel, now=now)
    told = _told_to(session, contact, channel, effects)
    first = not deliveries.has_any(session, contact.email, channel)
    found = candidates_for(
        session, contact, channel=channel, municipality=municipality, effects=effects, now=now
    )
    return plan_edition(contact, found, told, first=first, now=now)


def _told_to(session: Session, contact: Contact, channel: Channel, effects: Effects) -> dict[int, Line]:
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


def compose_for(
    contact: Contact,
    plan: EditionPlan,
    *,
    edition: str,
    channel: Channel,
    circumstances: Circumstances,
    now: datetime,
    delivery_id: int | None = None,
) -> Composed:
    """Write the message for a plan; only one that is kept (`delivery_id`) can be answered by its links."""
    links = circumstances.links if delivery_id is not None else None

    def answer_links(call_id: int) -> Mapping[str, str]:
        if links is None or delivery_id is None:
            return {}
        return links.answers(delivery_id, contact.email, call_id, now=now)

    return compose(
        contact,
        plan,
        municipality=circumstances.municipality,
        programme_names=circumstances.programme_names,
        blind_spots=circumstances.blind_spots,
        sources_read=circumstances.sources_read,
        warnings=circumstances.warnings,
        edition=edition,
        now=now,
        public_url=circumstances.public_url,
        sender=circumstances.sender,
        demo=circumstances.demo,
        channel=channel,
        ask=circumstances.ask,
        answer_links=answer_links if links else None,
        leave_url=links.leave(delivery_id, contact.email, now=now) if links and delivery_id else "",
    )
