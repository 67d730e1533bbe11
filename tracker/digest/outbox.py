"""Composes each contact's edition and commits it as pending; `handover` sends it and marks what was told.

One delivery is one message: (contact, edition, channel) is unique, so an edition is made once whoever starts
it and however often. Its lines count as told only when it was accepted.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from db import deliveries
from db.engine import Engine, Session, session_scope
from tracker.core.delivery import Channel, Delivery
from tracker.core.profile import Contact
from tracker.digest.compose import Composed, compose
from tracker.digest.due import Circumstances, Decision, decide, decide_urgent
from tracker.digest.message import domain_of, message_id_of


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
                decision = decide(session, contact, channel=channel, circumstances=circumstances, now=now)
                if decision.is_due:
                    made.append(_keep(session, decision, circumstances=circumstances, now=now))
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
                decisions = decide_urgent(
                    session, contact, channel=channel, circumstances=circumstances, now=now
                )
                made += [_keep(session, one, circumstances=circumstances, now=now) for one in decisions]
    return made


def _keep(session: Session, decision: Decision, *, circumstances: Circumstances, now: datetime) -> Delivery:
    """Keep an edition as pending. It gets its number first, for its signed links name it."""
    contact, channel, edition = decision.contact, decision.channel, decision.edition
    delivery_id = deliveries.add(
        session,
        contact=contact.email,
        edition=edition,
        channel=channel,
        subject="",
        message_id=message_id_of(contact.email, edition, channel, domain=domain_of(circumstances.sender)),
        message=b"",
        html="",
        lines=decision.plan.lines,
        created_at=now,
    )
    composed = compose_for(decision, circumstances=circumstances, now=now, delivery_id=delivery_id)
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


def compose_for(
    decision: Decision,
    *,
    circumstances: Circumstances,
    now: datetime,
    delivery_id: int | None = None,
) -> Composed:
    """Write the message for a plan; only one that is kept (`delivery_id`) can be answered by its links."""
    contact = decision.contact
    links = circumstances.links if delivery_id is not None else None

    def answer_links(call_id: int) -> Mapping[str, str]:
        if links is None or delivery_id is None:
            return {}
        return links.answers(delivery_id, contact.email, call_id, now=now)

    return compose(
        contact,
        decision.plan,
        municipality=circumstances.municipality,
        programme_names=circumstances.programme_names,
        blind_spots=circumstances.blind_spots,
        sources_read=circumstances.sources_read,
        passages_waiting=circumstances.passages_waiting,
        warnings=circumstances.warnings,
        edition=decision.edition,
        now=now,
        public_url=circumstances.public_url,
        sender=circumstances.sender,
        demo=circumstances.demo,
        channel=decision.channel,
        ask=circumstances.ask,
        answer_links=answer_links if links else None,
        leave_url=links.leave(delivery_id, contact.email, now=now) if links and delivery_id else "",
    )
