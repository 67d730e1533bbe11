"""Who is due a message, and why not: absences, quiet weeks, blind spots, and what is caught up."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from db import answers, deliveries, matches
from db.engine import Engine, session_scope
from tests.db.samples import data, keep
from tests.mailing import NOW, circumstances
from tests.tracker.digest_samples import HAARLEM
from tracker.core.call import Claim, Deadline
from tracker.core.delivery import Channel, DeliveryState
from tracker.core.match import Match
from tracker.core.profile import Contact, Frequency, Strength
from tracker.core.run import SourceState
from tracker.digest.compose import BlindSpot
from tracker.digest.due import BLIND_FOR, Circumstances, Decision, Verdict, decide, is_missing
from tracker.digest.outbox import compose_editions

WEEK = timedelta(days=7)
DAY = timedelta(days=1)
ALL_READ = circumstances()
ANNA = Contact(name="Anna", email="anna@example.org", quiet_weeks=False)


def unseen(began: datetime | None, *, only_texts: bool = False) -> Circumstances:
    """Give circumstances in which a source is not read since a moment."""
    spot = BlindSpot(
        title=("Interreg", "Interreg"),
        area=("", ""),
        since=began.date() if began else None,
        state=SourceState.DOWN,
        only_texts=only_texts,
        began=began,
    )
    return replace(ALL_READ, blind_spots=(spot,))


def judge(
    engine: Engine, contact: Contact = ANNA, *, at: datetime, seen: Circumstances = ALL_READ
) -> Decision:
    with session_scope(engine, read_only=True) as session:
        return decide(session, contact, channel=Channel.MAIL, circumstances=seen, now=at)


def send(
    engine: Engine, contact: Contact = ANNA, *, at: datetime = NOW, seen: Circumstances = ALL_READ
) -> str:
    """Compose what is due for a contact and let it arrive; gives its text, or nothing where none was due."""
    made = compose_editions(engine, [contact], channels=[Channel.MAIL], circumstances=seen, now=at)
    with session_scope(engine) as session:
        for one in made:
            deliveries.mark(session, one.id, DeliveryState.SENT, at=at)
    return made[0].html if made else ""


def add_call(engine: Engine) -> None:
    (call,) = keep(engine, data("1", claim=Claim.OPEN, deadlines=(Deadline(date(2027, 6, 1)),)))
    with session_scope(engine) as session:
        match = Match(call_id=call, priority="klimaat", score=2.0, strength=Strength.STRONG, rank=1)
        matches.replace(session, HAARLEM.slug, [match])


def test_nothing_is_due_and_the_reason_is_known(engine: Engine) -> None:
    nothing_read = replace(ALL_READ, nothing_read=True)
    assert judge(engine, at=NOW, seen=nothing_read).verdict is Verdict.NOTHING_READ
    assert judge(engine, at=NOW).verdict is Verdict.DUE  # the first edition
    assert send(engine)
    assert judge(engine, at=NOW + DAY).verdict is Verdict.MADE
    later = NOW + WEEK
    assert judge(engine, at=later).verdict is Verdict.QUIET
    assert judge(engine, replace(ANNA, quiet_weeks=True), at=later).verdict is Verdict.DUE
    assert judge(engine, replace(ANNA, frequency=Frequency.DAILY), at=later).verdict is Verdict.QUIET
    assert judge(engine, replace(ANNA, frequency=Frequency.URGENT), at=later).verdict is Verdict.URGENT_ONLY
    with session_scope(engine) as session:
        answers.set_absence(session, ANNA.email, at=later, until=(later + WEEK).date())
    assert judge(engine, at=later).verdict is Verdict.PAUSES
    assert judge(engine, at=later + WEEK).verdict is Verdict.QUIET
    with session_scope(engine) as session:
        answers.set_absence(session, ANNA.email, at=later, until=None)
    assert judge(engine, at=later + WEEK).verdict is Verdict.LEFT


def test_who_gets_no_quiet_mail_is_told_of_a_blind_spot_once(engine: Engine) -> None:
    send(engine)
    down = unseen(NOW + 3 * DAY)
    said = send(engine, at=NOW + WEEK, seen=down)
    assert "Niet gezien: Interreg" in said
    assert send(engine, at=NOW + 2 * WEEK, seen=down) == ""
    assert send(engine, at=NOW + 3 * WEEK) == ""
    assert send(engine, at=NOW + 5 * WEEK, seen=unseen(NOW + 4 * WEEK))  # down again: another one


@pytest.mark.parametrize(
    "seen",
    [
        unseen(NOW - DAY),  # the last mail named it
        unseen(NOW + WEEK - BLIND_FOR + timedelta(seconds=1)),  # most are back within a day
        unseen(NOW + DAY, only_texts=True),
        unseen(None),  # never read: the first mail said so
    ],
)
def test_a_blind_spot_that_is_no_news_is_worth_no_mail(engine: Engine, seen: Circumstances) -> None:
    send(engine)
    assert judge(engine, at=NOW + WEEK, seen=seen).verdict is Verdict.QUIET


def test_who_wants_only_what_is_urgent_gets_no_mail_about_a_blind_spot(engine: Engine) -> None:
    urgent = replace(ANNA, frequency=Frequency.URGENT)
    send(engine, urgent)
    assert judge(engine, urgent, at=NOW + WEEK, seen=unseen(NOW + DAY)).verdict is Verdict.URGENT_ONLY


def test_what_is_caught_up_is_only_what_was_missed(engine: Engine) -> None:
    def missing(contact: Contact, *, is_composed: bool) -> bool:
        return is_missing(judge(engine, contact, at=NOW + WEEK + DAY), is_composed=is_composed)

    daily, weekly = replace(ANNA, frequency=Frequency.DAILY), replace(ANNA, quiet_weeks=True)
    assert missing(ANNA, is_composed=True)  # new in the contacts file: the first edition
    send(engine)
    assert not missing(ANNA, is_composed=False)
    assert not missing(daily, is_composed=False)
    assert not missing(replace(ANNA, frequency=Frequency.URGENT), is_composed=False)
    add_call(engine)
    assert missing(ANNA, is_composed=False)
    assert not missing(ANNA, is_composed=True)  # nothing on Monday: what came on Tuesday waits for the next
    assert missing(daily, is_composed=True)
    assert missing(weekly, is_composed=True)
    with session_scope(engine) as session:
        answers.set_absence(session, ANNA.email, at=NOW, until=None)
    assert not any(missing(one, is_composed=False) for one in (ANNA, daily, weekly))
