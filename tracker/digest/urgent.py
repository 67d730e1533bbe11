"""Decides what cannot wait for a contact's next regular edition; pure."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta

from tracker.core.delivery import Line, LineReason
from tracker.core.profile import Contact, Frequency
from tracker.digest.edition import AMSTERDAM, EditionPlan, plan_edition
from tracker.digest.order import Candidate, Entry

_MONDAY = 0  # the day of the regular mail


def plan_urgent(
    contact: Contact, candidates: Iterable[Candidate], told: Mapping[int, Line], *, now: datetime
) -> dict[LineReason, EditionPlan]:
    """Give the mails that are due outside the weekly rhythm, by their one reason; most days there are none.

    A weekly reader gets what would be too late on the next Monday: a deadline that moved forward, or a call
    that was never told and whose moment to decide or to apply comes before that mail does. Who wants only
    what is urgent has no other mail, and gets each reminder and change on the day that it is due. A daily
    reader has a mail each day already.
    """
    if contact.frequency is Frequency.DAILY:
        return {}
    only_urgent = replace(contact, frequency=Frequency.URGENT)
    plan = plan_edition(only_urgent, candidates, told, first=False, now=now)
    entries = plan.entries
    if contact.frequency is Frequency.WEEKLY:
        today = now.astimezone(AMSTERDAM).date()
        if today.weekday() == _MONDAY:
            return {}
        monday = _next_monday(today)
        entries = tuple(
            entry
            for entry in entries
            if _is_news(entry, told.get(entry.candidate.call.id)) and _is_too_late_on(monday, entry, now=now)
        )
    return _by_reason(entries)


def urgent_edition(reason: LineReason, now: datetime) -> str:
    """Name the edition of an urgent mail: one a day and reason, such as `2026-11-25-changed`."""
    return f"{now.astimezone(AMSTERDAM).date().isoformat()}-{reason.value}"


def _by_reason(entries: Iterable[Entry]) -> dict[LineReason, EditionPlan]:
    """Make a plan of each kind of news; gone and back are changes too."""
    found: dict[LineReason, list[Entry]] = {}
    for entry in entries:
        reason = entry.line.reason
        is_reminder = reason in {LineReason.DECIDE_SOON, LineReason.CLOSING}
        found.setdefault(reason if is_reminder else LineReason.CHANGED, []).append(entry)
    return {
        reason: EditionPlan(
            urgent=True,
            changed=tuple(same) if reason is LineReason.CHANGED else (),
            decide_soon=tuple(same) if reason is LineReason.DECIDE_SOON else (),
            closing=tuple(same) if reason is LineReason.CLOSING else (),
        )
        for reason, same in found.items()
    }


def _next_monday(today: date) -> date:
    return today + timedelta(days=7 - today.weekday())


def _is_too_late_on(monday: date, entry: Entry, *, now: datetime) -> bool:
    """Tell whether one of the moments that are left passes before people read the mail of that Monday."""
    today = now.astimezone(AMSTERDAM).date()
    moments = (entry.candidate.decide_by, entry.candidate.deadline)
    return any(moment is not None and today <= moment <= monday for moment in moments)


def _is_news(entry: Entry, told: Line | None) -> bool:
    """Tell whether a weekly reader has not heard of this moment: it came nearer, or the call was never told.

    Of what they have read, the mail of Monday reminds them two weeks ahead. What a first edition only
    counted was told as "more": it does not trickle on the next day.
    """
    return entry.is_earlier or told is None
