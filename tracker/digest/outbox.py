"""Composes each contact's edition, commits it as pending, hands it over, and marks what was told.

One delivery is one message: (contact, edition, channel) is unique, so an edition is made once whoever starts
it and however often. Its lines count as told only when it was accepted.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from db import deliveries, matches
from db.engine import Engine, Session, session_scope
from tracker.core.call import Status
from tracker.core.delivery import Channel, Delivery, DeliveryState
from tracker.core.errors import DeliveryError
from tracker.core.match import Match
from tracker.core.profile import Contact, Frequency, Municipality
from tracker.digest.compose import BlindSpot, Composed, compose
from tracker.digest.edition import Candidate, EditionPlan, plan_edition
from tracker.mail import Mailer, write_files
from tracker.profile_file import ProfileWarning
from tracker.working_days import decide_by

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
PATIENCE = 10
"""Tries after which a message that keeps failing is given up and shown as failed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstances:
    """What a digest needs to know besides calls: the city, its sources' health, and how it may be reached."""

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
    """Compose what is due for each contact and channel and commit it as pending; gives the new deliveries."""
    made = []
    for contact in contacts:
        for channel in channels:
            with session_scope(engine) as session:
                delivery = _compose_one(
                    session, contact, channel=channel, circumstances=circumstances, now=now
                )
            if delivery is not None:
                made.append(delivery)
    return made


def _compose_one(
    session: Session, contact: Contact, *, channel: Channel, circumstances: Circumstances, now: datetime
) -> Delivery | None:
    edition = edition_of(contact, now)
    if deliveries.find(session, contact.email, edition, channel) is not None:
        return None
    plan = plan_for(session, contact, channel=channel, municipality=circumstances.municipality, now=now)
    if plan.first and circumstances.nothing_read:
        return None  # a baseline of nothing would make everything "new" later
    if not is_due(contact, plan):
        return None
    composed = compose_for(contact, plan, channel=channel, circumstances=circumstances, now=now)
    deliveries.add(
        session,
        contact=contact.email,
        edition=edition,
        channel=channel,
        subject=composed.subject,
        message_id=str(composed.message["Message-ID"]),
        message=composed.message.as_bytes(),
        html=composed.html,
        lines=composed.lines,
        created_at=now,
    )
    return deliveries.find(session, contact.email, edition, channel)


def is_due(contact: Contact, plan: EditionPlan) -> bool:
    """Tell whether a plan is a mail at all: a quiet one goes only to weekly readers who want it."""
    wants_quiet = contact.quiet_weeks and contact.frequency is Frequency.WEEKLY
    return plan.first or not plan.is_empty or wants_quiet


def plan_for(
    session: Session, contact: Contact, *, channel: Channel, municipality: Municipality, now: datetime
) -> EditionPlan:
    """Decide what this contact is to be told by this channel now; stores nothing."""
    told = deliveries.told(session, contact.email, channel)
    first = not deliveries.has_any(session, contact.email, channel)
    found = candidates(session, contact, municipality=municipality, now=now)
    return plan_edition(contact, found, told, first=first, now=now)


def candidates(
    session: Session, contact: Contact, *, municipality: Municipality, now: datetime
) -> tuple[Candidate, ...]:
    """Give each open or coming call that fits one of the contact's priorities, with its best match."""
    priorities = {priority.slug: priority for priority in municipality.priorities if contact.wants(priority)}
    found: dict[int, list[Match]] = {}
    by_id = {}
    for call, match in matches.ranked(session, municipality.slug):
        if match.priority in priorities and call.status_at(now) in {Status.OPEN, Status.FORTHCOMING}:
            found.setdefault(call.id, []).append(match)
            by_id[call.id] = call
    result = []
    for call_id, fits in found.items():
        fits.sort(key=lambda match: (-match.strength.rank, -match.score, match.priority))
        call, deadline = by_id[call_id], by_id[call_id].next_deadline(now)
        result.append(
            Candidate(
                call=call,
                match=fits[0],
                priority=priorities[fits[0].priority],
                also=tuple(priorities[match.priority] for match in fits[1:] if match.strength.rank),
                decide_by=decide_by(deadline.date, municipality.lead_times) if deadline else None,
                next_deadline=deadline,
            )
        )
    return tuple(result)


def compose_for(
    contact: Contact, plan: EditionPlan, *, channel: Channel, circumstances: Circumstances, now: datetime
) -> Composed:
    """Write the message for a plan."""
    return compose(
        contact,
        plan,
        municipality=circumstances.municipality,
        programme_names=circumstances.programme_names,
        blind_spots=circumstances.blind_spots,
        sources_read=circumstances.sources_read,
        warnings=circumstances.warnings,
        edition=edition_of(contact, now),
        now=now,
        public_url=circumstances.public_url,
        sender=circumstances.sender,
        demo=circumstances.demo,
        channel=channel,
        ask=circumstances.ask,
    )


@dataclass(frozen=True, slots=True)
class Handover:
    """What became of one delivery, and where its files are."""

    delivery: Delivery
    state: DeliveryState
    error: str = ""
    path: Path | None = None


def deliver_pending(
    engine: Engine, *, out: Path, mailer: Mailer | None, clock: Callable[[], datetime]
) -> list[Handover]:
    """Hand over every pending message; nothing is sent twice, and what failed is kept for the next run.

    A mail found half handed over (its process died) may have been accepted: it becomes unsure and is left
    alone. A half-written file is simply written again.
    """
    done = []
    for channel in Channel:
        if channel is Channel.MAIL and mailer is None:
            continue
        _settle_interrupted(engine, channel, at=clock())
        with session_scope(engine) as session:
            waiting = deliveries.pending(session, channel)
        done += [_hand_over(engine, one, out=out, mailer=mailer, clock=clock) for one in waiting]
    return done


def _settle_interrupted(engine: Engine, channel: Channel, *, at: datetime) -> None:
    after = DeliveryState.PENDING if channel is Channel.FILE else DeliveryState.UNSURE
    with session_scope(engine) as session:
        for delivery in deliveries.interrupted(session, channel):
            deliveries.mark(session, delivery.id, after, at=at, error="interrupted while it was handed over")


def _hand_over(
    engine: Engine, delivery: Delivery, *, out: Path, mailer: Mailer | None, clock: Callable[[], datetime]
) -> Handover:
    with session_scope(engine) as session:
        deliveries.mark(session, delivery.id, DeliveryState.SENDING, at=clock(), count_attempt=True)
    path = None
    try:
        if delivery.channel is Channel.FILE:
            _, path = write_files(
                out,
                file_stem(delivery.contact, delivery.edition),
                message=delivery.message,
                html=delivery.html,
            )
        elif mailer is not None:
            mailer.send(delivery.message, delivery.contact)
        state, error = DeliveryState.SENT, ""
    except DeliveryError as failure:
        state, error = _after_failure(delivery, failure), str(failure)
    with session_scope(engine) as session:
        deliveries.mark(session, delivery.id, state, at=clock(), error=error)
    return Handover(delivery, state, error, path)


def _after_failure(delivery: Delivery, failure: DeliveryError) -> DeliveryState:
    if failure.unsure:
        return DeliveryState.UNSURE
    given_up = failure.permanent or delivery.attempts + 1 >= PATIENCE
    return DeliveryState.FAILED if given_up else DeliveryState.PENDING


def file_stem(contact: str, edition: str) -> str:
    """Give the name, without ending, under which a contact's edition is written."""
    return f"{edition}-{re.sub(r'[^a-z0-9.]+', '-', contact.lower())}"
