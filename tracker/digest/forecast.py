"""Tells for one contact who would get what and why, or why nothing; stores nothing and sends nothing."""

from dataclasses import dataclass
from datetime import datetime

from db import deliveries
from db.engine import Session
from tracker.core.delivery import Channel, DeliveryState
from tracker.core.profile import Contact
from tracker.digest.due import Circumstances, Decision, decide, decide_urgent
from tracker.digest.outbox import compose_for


@dataclass(frozen=True, slots=True)
class Forecast:
    """One message that a contact would get, with its subject; or why there is none.

    `made` is where the edition stands that was made already, if that is why.
    """

    decision: Decision
    subject: str = ""
    made: DeliveryState | None = None


def forecast(
    session: Session, contact: Contact, *, channel: Channel, circumstances: Circumstances, now: datetime
) -> list[Forecast]:
    """Decide as the main job would at `now`: the regular edition, else also what cannot wait for the next."""
    regular = decide(session, contact, channel=channel, circumstances=circumstances, now=now)
    urgent = []
    if not regular.is_due:
        urgent = decide_urgent(session, contact, channel=channel, circumstances=circumstances, now=now)
    return [
        _foretell(session, decision, circumstances=circumstances, now=now) for decision in (regular, *urgent)
    ]


def _foretell(
    session: Session, decision: Decision, *, circumstances: Circumstances, now: datetime
) -> Forecast:
    if decision.is_due:
        return Forecast(decision, compose_for(decision, circumstances=circumstances, now=now).subject)
    made = deliveries.find(session, decision.contact.email, decision.edition, decision.channel)
    return Forecast(decision, made=made.state if made else None)
