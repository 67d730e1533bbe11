"""Reads the calendar files of a digest with a library that did not write them."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

import pytest
import vobject  # type: ignore[import-untyped]

from tests.tracker.digest_samples import ADVISER, CLOSES, FYSIEK, NOW, candidate, write
from tracker.calendar import CalendarMethod, Moment, in_amsterdam, moment_uid, write_calendar
from tracker.core.call import Deadline
from tracker.core.delivery import Line, LineReason
from tracker.core.profile import Contact
from tracker.digest.edition import Candidate, EditionPlan, plan_edition

Event = dict[str, object]
DECIDE = date(2027, 1, 12)


def files(plan: EditionPlan, *, contact: Contact = FYSIEK, demo: bool = False) -> dict[str, bytes]:
    message = message_from_bytes(write(contact, plan, demo=demo).message.as_bytes(), policy=default)
    assert isinstance(message, EmailMessage)
    return {str(part.get_filename()): part.get_content().encode() for part in message.iter_attachments()}


def events(content: bytes) -> dict[str, Event]:
    calendar = vobject.readOne(content.decode())
    return {event.uid.value: _event(event) for event in calendar.vevent_list}


def _event(event: vobject.base.Component) -> Event:
    return {
        "at": event.dtstart.value,
        "title": event.summary.value,
        "sequence": int(event.sequence.value),
        "status": event.status.value,
    }


def method(content: bytes) -> str:
    return str(vobject.readOne(content.decode()).method.value)


def plan(*candidates: Candidate, told: dict[int, Line] | None = None) -> EditionPlan:
    return plan_edition(FYSIEK, candidates, told or {}, first=False, now=NOW)


def told(deadline: date | None, reason: LineReason = LineReason.NEW) -> dict[int, Line]:
    return {1: Line(call_id=1, reason=reason, priority="klimaat", deadline=deadline)}


def uid(kind: str, contact: Contact = FYSIEK, call_id: int = 1) -> str:
    return moment_uid(contact.email, call_id, kind, domain="example.org")


def test_a_shown_call_has_its_deadline_with_hour_and_its_day_to_decide() -> None:
    found = files(plan(candidate(1, dutch="Lokale warmteplannen")))
    assert list(found) == ["datums.ics"]
    assert method(found["datums.ics"]) == "PUBLISH"
    both = events(found["datums.ics"])
    assert set(both) == {uid("deadline"), uid("decide")}
    closes = both[uid("deadline")]
    assert isinstance(closes["at"], datetime)
    assert closes["at"].astimezone(UTC) == datetime(2027, 2, 16, 16, 0, tzinfo=UTC)
    assert (closes["title"], closes["status"]) == ("Sluit: Lokale warmteplannen", "CONFIRMED")
    assert both[uid("decide")]["at"] == DECIDE
    assert b"DTSTART;TZID=Europe/Amsterdam:20270216T170000" in found["datums.ics"]


def test_the_zone_of_the_file_knows_summer_time() -> None:
    summer = Deadline(date(2027, 6, 1), time(17, 0))
    found = events(files(plan(candidate(1, deadline=summer, decide_by=None)))["datums.ics"])
    at = found[uid("deadline")]["at"]
    assert isinstance(at, datetime)
    assert at.astimezone(UTC) == datetime(2027, 6, 1, 15, 0, tzinfo=UTC)


def test_a_date_without_hour_is_a_whole_day() -> None:
    content = files(plan(candidate(1, deadline=Deadline(date(2027, 5, 6)), decide_by=None)))["datums.ics"]
    assert events(content)[uid("deadline")]["at"] == date(2027, 5, 6)
    assert b"DTSTART;VALUE=DATE:20270506" in content
    assert b"VTIMEZONE" not in content


def test_a_moment_keeps_its_name_and_its_sequence_rises_when_its_date_moves() -> None:
    before = candidate(1)
    moved = replace(
        candidate(1, deadline=Deadline(date(2027, 2, 3), time(17, 0)), decide_by=date(2027, 1, 4)),
        told_before=1,
    )
    first = events(files(plan(before))["datums.ics"])
    second = events(files(plan(moved, told=told(CLOSES.date)))["datums.ics"])
    assert set(first) == set(second)
    assert [one["sequence"] for one in first.values()] == [0, 0]
    assert [one["sequence"] for one in second.values()] == [1, 1]
    assert second[uid("decide")]["at"] == date(2027, 1, 4)


@pytest.mark.parametrize("decide_by", [DECIDE, date(2026, 11, 20)])
def test_a_call_that_goes_is_taken_out_of_the_calendar_with_all_its_moments(decide_by: date) -> None:
    one = candidate(1, decide_by=decide_by)
    gone = replace(one, call=replace(one.call, vanished_at=NOW), told_before=3)
    found = files(plan(gone, told=told(CLOSES.date)))
    assert list(found) == ["vervallen.ics"]
    assert method(found["vervallen.ics"]) == "CANCEL"
    over = events(found["vervallen.ics"])
    assert set(over) == {uid("deadline"), uid("decide")}
    assert {(event["status"], event["sequence"]) for event in over.values()} == {("CANCELLED", 3)}


def test_a_day_to_decide_that_passed_is_no_event_and_is_taken_out_when_the_deadline_came_nearer() -> None:
    late = candidate(1, decide_by=date(2026, 11, 20))
    assert set(events(files(plan(late))["datums.ics"])) == {uid("deadline")}
    found = files(plan(late, told=told(date(2027, 3, 1))))
    assert set(events(found["datums.ics"])) == {uid("deadline")}
    assert set(events(found["vervallen.ics"])) == {uid("decide")}


def test_a_call_without_dates_and_a_quiet_mail_have_no_file() -> None:
    assert files(plan(candidate(1, deadline=None, decide_by=None))) == {}
    assert files(plan()) == {}


def test_each_contact_and_call_has_its_own_names_and_nobody_is_readable_in_them() -> None:
    names = {
        uid(kind, contact, call_id)
        for kind in ("deadline", "decide")
        for contact in (FYSIEK, ADVISER)
        for call_id in (1, 2)
    }
    assert len(names) == 8
    assert not any("fysiek" in name for name in names)


def test_the_demo_marks_its_moments() -> None:
    both = events(files(plan(candidate(1)), demo=True)["datums.ics"])
    assert all(str(event["title"]).startswith("[Demo] ") for event in both.values())


def test_any_title_survives() -> None:
    title = 'Waterstof; "steden", dorpen\\wijken: é ' + "lang " * 12
    clean = title.strip()
    moment = Moment(uid="a@example.org", sequence=0, at=DECIDE, title=clean, description=clean)
    content = write_calendar(
        [moment], method=CalendarMethod.PUBLISH, name="x", sender="kansen@example.org", now=NOW
    )
    assert max(map(len, content.split(b"\r\n"))) <= 75
    assert events(content)["a@example.org"]["title"] == clean


def test_a_deadline_in_brussels_is_the_same_hour_in_amsterdam() -> None:
    moment = in_amsterdam(CLOSES)
    assert isinstance(moment, datetime)
    assert (moment.hour, moment.utcoffset()) == (17, timedelta(hours=1))
