"""Writes the moments of calls as a calendar file (iCalendar, RFC 5545) that a reader adds to their own."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, Timezone, vCalAddress

from tracker.core.call import BRUSSELS, Deadline

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
PRODUCT = "-//tracker//Europese kansen//NL"

# The rule that holds in the Netherlands since 1996; written out, so that no calendar has to look it up.
_ZONE = """\
BEGIN:VTIMEZONE
TZID:Europe/Amsterdam
BEGIN:DAYLIGHT
DTSTART:19960331T020000
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU
TZNAME:CEST
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
END:DAYLIGHT
BEGIN:STANDARD
DTSTART:19961027T030000
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
TZNAME:CET
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
END:STANDARD
END:VTIMEZONE
"""


class CalendarMethod(StrEnum):
    """What a calendar is asked to do with the moments (RFC 5546 3.2)."""

    PUBLISH = "PUBLISH"  # add them, or put them at their new date
    CANCEL = "CANCEL"  # take them out


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """One moment of a call. `at` is a day, or an aware moment where the hour is known.

    `uid` stays the same as long as the moment is the same one; `sequence` is higher each time it is told.
    """

    uid: str
    sequence: int
    at: date | datetime
    title: str
    description: str = ""
    url: str = ""


def moment_uid(contact: str, call_id: int, kind: str, *, domain: str) -> str:
    """Name a moment of a call for one contact, without showing whose it is.

    The contact is part of it because the sequence counts what this contact was told: two colleagues who share
    a calendar would otherwise overwrite each other's.
    """
    key = "\n".join((contact.casefold(), str(call_id), kind))
    return f"{hashlib.sha256(key.encode()).hexdigest()[:32]}@{domain}"


def in_amsterdam(deadline: Deadline) -> date | datetime:
    """Give a deadline as a calendar of the Netherlands shows it: a day, or a moment where it has an hour."""
    if deadline.time is None:
        return deadline.date
    return datetime.combine(deadline.date, deadline.time, BRUSSELS).astimezone(AMSTERDAM)


def write_calendar(
    moments: Iterable[Moment], *, method: CalendarMethod, name: str, sender: str, now: datetime
) -> bytes:
    """Write the moments as one iCalendar file; the same moments at the same `now` give the same bytes."""
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", method.value)
    calendar.add("x-wr-calname", name)
    events = [_event(moment, method=method, sender=sender, now=now) for moment in moments]
    if any(isinstance(moment.decoded("dtstart"), datetime) for moment in events):
        calendar.add_component(Timezone.from_ical(_ZONE))
    for event in events:
        calendar.add_component(event)
    return bytes(calendar.to_ical())


def _event(moment: Moment, *, method: CalendarMethod, sender: str, now: datetime) -> Event:
    event = Event()
    event.add("uid", moment.uid)
    event.add("sequence", moment.sequence)
    event.add("dtstamp", now.astimezone(UTC).replace(microsecond=0))
    event.add("dtstart", moment.at)
    event.add("summary", moment.title)
    event.add("organizer", vCalAddress(f"mailto:{sender}"))  # RFC 5546 3.2.1 and 3.2.5 ask for it
    event.add("status", "CANCELLED" if method is CalendarMethod.CANCEL else "CONFIRMED")
    event.add("transp", "TRANSPARENT")  # a date to know, no time that is taken
    if moment.description:
        event.add("description", moment.description)
    if moment.url:
        event.add("url", moment.url)
    return event
