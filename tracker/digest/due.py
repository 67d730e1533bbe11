"""Decides whether a contact is due a message by a channel now, and says why where not; stores nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from db import answers, deliveries
from db.engine import Session
from tracker.answers import read_effects
from tracker.core.delivery import Channel
from tracker.core.profile import Contact, Frequency, Municipality
from tracker.digest.compose import BlindSpot
from tracker.digest.edition import AMSTERDAM, EditionPlan
from tracker.digest.planning import candidates_for, plan_for, told_to
from tracker.digest.urgent import plan_urgent, urgent_edition
from tracker.links import Links
from tracker.profile_file import ProfileWarning

BLIND_FOR = timedelta(days=2)
"""How long a source must be out of sight before that alone is worth a mail: most are back within a day."""

NO_PLAN = EditionPlan()
"""What is planned where nothing is due."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstances:
    """What a digest needs to know besides calls: the city, its sources' health, and how it may be reached.

    With `links` (a public address and a key) each call can be answered and each mail unsubscribed from.
    """

    municipality: Municipality
    programme_names: Mapping[str, tuple[str, str]]
    blind_spots: tuple[BlindSpot, ...]
    sources_read: int
    passages_waiting: int
    nothing_read: bool
    warnings: Sequence[ProfileWarning]
    sender: str
    public_url: str | None
    ask: str
    demo: bool
    links: Links | None = None


class Verdict(StrEnum):
    """Why a contact gets a regular edition now, or gets none."""

    DUE = "due"
    BLIND = "blind"  # nothing to show, but a source that was not read is news for who gets no quiet mail
    LEFT = "left"
    PAUSES = "pauses"
    MADE = "made"  # this period's edition was made already
    WAITS = "waits"  # an earlier message is still on its way
    NOTHING_READ = "nothing-read"  # a baseline of nothing would make everything "new" later
    URGENT_ONLY = "urgent-only"  # has had its first edition, and wants urgent mail alone
    QUIET = "quiet"  # nothing to tell, and no wish for a mail that says so


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What is decided for one contact, channel and edition; where none is due the plan is empty."""

    contact: Contact
    channel: Channel
    edition: str
    verdict: Verdict
    plan: EditionPlan = NO_PLAN

    @property
    def is_due(self) -> bool:
        """Tell whether a message is to be made."""
        return self.verdict in {Verdict.DUE, Verdict.BLIND}


def edition_of(contact: Contact, now: datetime) -> str:
    """Name the edition that `now` belongs to: the ISO week (`2026-W48`), or the day for a daily reader."""
    local = now.astimezone(AMSTERDAM).date()
    if contact.frequency is Frequency.DAILY:
        return local.isoformat()
    year, week, _ = local.isocalendar()
    return f"{year}-W{week:02}"


def decide(
    session: Session, contact: Contact, *, channel: Channel, circumstances: Circumstances, now: datetime
) -> Decision:
    """Decide on a contact's regular edition of the present period."""
    edition = edition_of(contact, now)
    verdict, plan = _obstacle(session, contact, channel, edition=edition, now=now), NO_PLAN
    if verdict is None:
        plan = plan_for(session, contact, channel=channel, municipality=circumstances.municipality, now=now)
        verdict = _worth_a_mail(session, contact, channel, plan=plan, circumstances=circumstances, now=now)
    return Decision(contact=contact, channel=channel, edition=edition, verdict=verdict, plan=plan)


def look_ahead(
    session: Session, contact: Contact, *, channel: Channel, circumstances: Circumstances, now: datetime
) -> Decision:
    """Give what a contact's regular edition would hold now, be it due or not."""
    plan = plan_for(session, contact, channel=channel, municipality=circumstances.municipality, now=now)
    return Decision(
        contact=contact, channel=channel, edition=edition_of(contact, now), verdict=Verdict.DUE, plan=plan
    )


def decide_urgent(
    session: Session, contact: Contact, *, channel: Channel, circumstances: Circumstances, now: datetime
) -> list[Decision]:
    """Decide on the mails that cannot wait for a contact's next regular edition; mostly there are none."""
    is_first = not deliveries.has_any(session, contact.email, channel)
    if is_first or _absence(session, contact, now=now) or _is_waiting(session, contact, channel):
        return []
    effects = read_effects(session, contact, channel, now=now)
    found = candidates_for(
        session,
        contact,
        channel=channel,
        municipality=circumstances.municipality,
        effects=effects,
        now=now,
    )
    plans = plan_urgent(contact, found, told_to(session, contact, channel, effects), now=now)
    editions = {urgent_edition(reason, now): plan for reason, plan in plans.items()}
    return [
        Decision(contact=contact, channel=channel, edition=edition, verdict=Verdict.DUE, plan=plan)
        for edition, plan in editions.items()
        if deliveries.find(session, contact.email, edition, channel) is None
    ]


def is_missing(decision: Decision, *, is_composed: bool) -> bool:
    """Tell whether an edition is still to be caught up; `is_composed`: this week's digests were made.

    A weekly reader who wants no quiet mail and had nothing on Monday is not late on Tuesday.
    """
    if decision.verdict in {Verdict.WAITS, Verdict.NOTHING_READ}:
        return True  # as soon as it has arrived, or something was read
    contact, plan = decision.contact, decision.plan
    had_none = contact.frequency is Frequency.WEEKLY and not contact.quiet_weeks and not plan.first
    return decision.is_due and not (is_composed and had_none)


def _obstacle(
    session: Session, contact: Contact, channel: Channel, *, edition: str, now: datetime
) -> Verdict | None:
    """Say what keeps a contact from any regular edition now, whatever would be in it."""
    absence = _absence(session, contact, now=now)
    if absence is not None:
        return absence
    if deliveries.find(session, contact.email, edition, channel) is not None:
        return Verdict.MADE
    return Verdict.WAITS if _is_waiting(session, contact, channel) else None


def _absence(session: Session, contact: Contact, *, now: datetime) -> Verdict | None:
    absence = answers.absence(session, contact.email)
    if absence is None or not absence.holds_on(now.astimezone(AMSTERDAM).date()):
        return None
    return Verdict.LEFT if absence.until is None else Verdict.PAUSES


def _is_waiting(session: Session, contact: Contact, channel: Channel) -> bool:
    on_their_way = [*deliveries.pending(session, channel), *deliveries.interrupted(session, channel)]
    return contact.email in {delivery.contact for delivery in on_their_way}


def _worth_a_mail(
    session: Session,
    contact: Contact,
    channel: Channel,
    *,
    plan: EditionPlan,
    circumstances: Circumstances,
    now: datetime,
) -> Verdict:
    """Judge a plan: a quiet one goes only to weekly readers who want it, or where a blind spot is new.

    Who wants only what is urgent gets a first edition, and after it urgent mails alone.
    """
    if plan.first:
        return Verdict.NOTHING_READ if circumstances.nothing_read else Verdict.DUE
    if contact.frequency is Frequency.URGENT:
        return Verdict.URGENT_ONLY
    if not plan.is_empty or (contact.quiet_weeks and contact.frequency is Frequency.WEEKLY):
        return Verdict.DUE
    told_at = deliveries.told_at(session, contact.email, channel)
    is_news = any(_is_news(spot, told_at, now=now) for spot in circumstances.blind_spots)
    return Verdict.BLIND if is_news else Verdict.QUIET


def _is_news(spot: BlindSpot, told_at: datetime | None, *, now: datetime) -> bool:
    """Tell whether a blind spot began after the last mail, which named all there were, and has lasted."""
    if spot.only_texts or spot.began is None or told_at is None:
        return False
    return spot.began > told_at and now - spot.began >= BLIND_FOR
