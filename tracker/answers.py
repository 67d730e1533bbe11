"""What answers do: what a contact is not shown, is shown again, or gets from another domain."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from db import answers, deliveries
from db.engine import Session
from tracker.core.answer import Answer, AnswerKind, PassedOn
from tracker.core.delivery import Channel, Delivery
from tracker.core.errors import UsageError
from tracker.core.profile import Contact, Domain

AMSTERDAM = ZoneInfo("Europe/Amsterdam")

WEEKS = (1, 2, 4, 8)
"""For how many weeks a call can be put off, or mail paused."""

USUAL_WEEKS = 4

LONGEST_NOTE = 500
"""Characters of the note with a call that is passed on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Effects:
    """What answers change for one contact, by the ids of calls.

    `hidden` calls are not shown. `again` are told once more as if they were new: those put off until today,
    and those that `passed` brings from a colleague.
    """

    hidden: frozenset[int] = frozenset()
    again: frozenset[int] = frozenset()
    passed: Mapping[int, PassedOn] = field(default_factory=dict)


def effects_of(
    contact: Contact,
    own: Mapping[int, Answer],
    passed: Sequence[Answer],
    *,
    last_told: Mapping[int, datetime],
    now: datetime,
) -> Effects:
    """Decide what answers do for a contact; touches nothing.

    `own` are the contact's answers that count, `passed` everybody's that pass a call on, `last_told` when the
    last message that told this contact of a call was composed.
    """
    today = now.astimezone(AMSTERDAM).date()
    hidden = {call_id for call_id, answer in own.items() if _hides(answer, today)}
    again = {call_id for call_id, answer in own.items() if _is_back(answer, last_told.get(call_id), today)}
    brought: dict[int, PassedOn] = {}
    for answer in passed:
        mine, told_at = own.get(answer.call_id), last_told.get(answer.call_id)
        if not _is_for(contact, answer) or (mine is not None and mine.at > answer.at):
            continue
        hidden.discard(answer.call_id)
        if told_at is None or told_at <= answer.at:
            brought[answer.call_id] = PassedOn(answer.contact, answer.note)
    return Effects(hidden=frozenset(hidden), again=frozenset(again | set(brought)), passed=brought)


def _is_for(contact: Contact, answer: Answer) -> bool:
    """Tell whether a call was passed on to this contact; who follows all domains sees it anyway."""
    return answer.to_domain in contact.domains and answer.contact.casefold() != contact.email.casefold()


def _hides(answer: Answer, today: date) -> bool:
    if answer.kind is AnswerKind.LATER:
        return answer.until is not None and today < answer.until
    return answer.kind in {AnswerKind.NOT_FOR_US, AnswerKind.NOT_MY_DOMAIN}


def _is_back(answer: Answer, told_at: datetime | None, today: date) -> bool:
    """Tell whether the day has come on which a call that was put off is to be shown again."""
    if answer.kind is not AnswerKind.LATER or answer.until is None or today < answer.until:
        return False
    return told_at is None or told_at.astimezone(AMSTERDAM).date() < answer.until


def read_effects(session: Session, contact: Contact, channel: Channel, *, now: datetime) -> Effects:
    """Read what answers do for a contact by a channel."""
    return effects_of(
        contact,
        answers.standing(session, contact.email),
        answers.passed_on(session),
        last_told=deliveries.last_told_at(session, contact.email, channel),
        now=now,
    )


def is_away(session: Session, contact: str, *, now: datetime) -> bool:
    """Tell whether a contact left, or pauses today."""
    absence = answers.absence(session, contact)
    return absence is not None and absence.holds_on(now.astimezone(AMSTERDAM).date())


def leave(session: Session, contact: str, *, now: datetime, until: date | None = None) -> None:
    """Note that a contact wants no mail before `until`, or none at all; what still waits is not sent."""
    answers.set_absence(session, contact, at=now, until=until)
    why = "the reader left before it was sent" if until is None else "the reader paused before it was sent"
    deliveries.drop_waiting(session, contact, why=why)


def give(
    session: Session,
    delivery: Delivery,
    call_id: int,
    *,
    kind: AnswerKind,
    now: datetime,
    weeks: int = USUAL_WEEKS,
    to_domain: Domain | None = None,
    note: str = "",
) -> Answer:
    """Keep a contact's answer about a call in a message; the same answer again changes nothing.

    Raises:
        UsageError: the call was not in that message.
    """
    if call_id not in {line.call_id for line in delivery.lines}:
        raise UsageError(f"call {call_id} was not in delivery {delivery.id}")
    is_passed = kind is AnswerKind.NOT_MY_DOMAIN and to_domain is not None
    answer = Answer(
        contact=delivery.contact,
        call_id=call_id,
        kind=kind,
        at=now,
        delivery_id=delivery.id,
        until=until(now, weeks) if kind is AnswerKind.LATER else None,
        to_domain=to_domain if is_passed else None,
        note=clean_note(note) if is_passed else "",
    )
    before = answers.standing(session, delivery.contact).get(call_id)
    if before is not None and _is_same(before, answer):
        return before
    answers.add(session, answer)
    return answer


def _is_same(one: Answer, other: Answer) -> bool:
    return (one.kind, one.until, one.to_domain, one.note) == (
        other.kind,
        other.until,
        other.to_domain,
        other.note,
    )


def until(now: datetime, weeks: int) -> date:
    """Give the day (Amsterdam) that is so many weeks ahead; an offer that we do not make counts as usual."""
    chosen = weeks if weeks in WEEKS else USUAL_WEEKS
    return now.astimezone(AMSTERDAM).date() + timedelta(weeks=chosen)


def clean_note(note: str) -> str:
    """Give a person's note as one line without control characters, cut to what the form allows."""
    printable = "".join(sign if sign.isprintable() else " " for sign in note)
    return " ".join(printable.split())[:LONGEST_NOTE]
