"""Reviews, their trail, notes and assessments, on both databases; and where they go when calls join."""

import datetime as dt
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from db import calls, people, reviews
from db.engine import Engine, Session, session_scope
from tests.db.samples import LATER, NOW, data, keep
from tracker.core.person import Role
from tracker.core.profile import Domain
from tracker.core.review import (
    Advice,
    Answered,
    Assessment,
    RejectionReason,
    Review,
    ReviewEvent,
    ReviewState,
)

CITY = "haarlem"


def somebody(session: Session, name: str = "Een") -> int:
    return people.add(
        session,
        email=f"{name.lower()}@example.org",
        name=name,
        language="nl",
        domains=(),
        role=Role.REVIEWER,
        password_hash="",
        at=NOW,
    ).id


def event(call_id: int, person: int, *, at: datetime = NOW, new: str = "looking") -> ReviewEvent:
    return ReviewEvent(call_id=call_id, person_id=person, at=at, field="state", old="new", new=new)


def assessment(call_id: int, person: int, *, at: datetime = NOW) -> Assessment:
    return Assessment(
        call_id=call_id,
        person_id=person,
        at=at,
        version="2026-1+abc",
        framework={"version": "2026-1", "criteria": [{"slug": "niche", "weight": 2.5}]},
        blockers={"late": False},
        answers={"niche": Answered(3, "Past – écht.")},
        advice=Advice.TALK,
        decision=Advice.GO,
        because="Het college wil het.",
    )


def test_a_review_is_read_as_it_was_kept(engine: Engine) -> None:
    one, other = keep(engine, data("1"), data("2"))
    with session_scope(engine) as session:
        kept = Review(
            call_id=one,
            state=ReviewState.NOT_FOR_US,
            reason=RejectionReason.NO_ROLE,
            person_id=somebody(session),
            domain=Domain.FYSIEK,
            due_on=dt.date(2026, 12, 1),
            version=3,
            updated_at=LATER,
        )
        reviews.put(session, CITY, kept)
    with session_scope(engine, read_only=True) as session:
        assert reviews.of_calls(session, CITY, [one, other]) == {one: kept, other: Review(call_id=other)}
        assert reviews.get(session, "another city", one) == Review(call_id=one)


def test_the_trail_of_a_call_and_of_all_calls(engine: Engine) -> None:
    one, other = keep(engine, data("1"), data("2"))
    with session_scope(engine) as session:
        person = somebody(session)
        told = [event(one, person), event(other, person, at=LATER), event(one, person, at=LATER, new="won")]
        for each in told:
            reviews.add_event(session, CITY, each)
        assert reviews.trail(session, CITY, one) == [told[0], told[2]]
        assert reviews.events(session, CITY, since=NOW) == [told[2], told[1], told[0]]
        assert reviews.events(session, CITY, since=LATER, limit=1) == [told[2]]
        assert reviews.events(session, "another city", since=NOW) == []


def test_notes_and_assessments_are_read_as_they_were_kept(engine: Engine) -> None:
    (one,) = keep(engine, data("1"))
    with session_scope(engine) as session:
        person = somebody(session)
        note = reviews.add_note(session, CITY, one, person_id=person, text="Bel EUROCITIES", at=NOW)
        first = assessment(one, person)
        second = replace(first, at=LATER, decision=None, because="")
        numbers = [reviews.add_assessment(session, CITY, each) for each in (first, second)]
    with session_scope(engine) as session:
        assert reviews.notes(session, CITY, one) == [note]
        reviews.withdraw_note(session, note.id, at=LATER)
        assert reviews.notes(session, CITY, one) == [replace(note, withdrawn_at=LATER)]
        assert reviews.assessments(session, CITY, one) == [
            replace(first, id=numbers[0]),
            replace(second, id=numbers[1]),
        ]


def test_a_call_that_is_not_there_cannot_be_locked(engine: Engine) -> None:
    (one,) = keep(engine, data("1"))
    with session_scope(engine) as session:
        assert reviews.lock(session, one)
        assert not reviews.lock(session, one + 1)


def test_all_that_was_decided_moves_when_two_calls_become_one(engine: Engine) -> None:
    stays, goes = keep(engine, data("1"), data("2", source="subsidies"))
    with session_scope(engine) as session:
        person = somebody(session)
        review = Review(call_id=goes, state=ReviewState.PREPARING, version=2, updated_at=LATER)
        reviews.put(session, CITY, review)
        reviews.add_event(session, CITY, event(goes, person, at=LATER))
        reviews.add_event(session, CITY, event(stays, person))
        reviews.add_note(session, CITY, goes, person_id=person, text="Let op", at=NOW)
        reviews.add_assessment(session, CITY, assessment(goes, person))
    with session_scope(engine) as session:
        calls.join(session, stays, goes)
    with session_scope(engine) as session:
        assert reviews.get(session, CITY, stays) == replace(review, call_id=stays)
        assert [one.at for one in reviews.trail(session, CITY, stays)] == [NOW, LATER]
        assert [one.text for one in reviews.notes(session, CITY, stays)] == ["Let op"]
        assert len(reviews.assessments(session, CITY, stays)) == 1
        assert calls.get(session, goes) is None


@pytest.mark.parametrize(
    ("kept", "gone", "left"),
    [
        (ReviewState.LOOKING, ReviewState.PREPARING, ReviewState.PREPARING),
        (ReviewState.SUBMITTED, ReviewState.NOT_FOR_US, ReviewState.SUBMITTED),
        (ReviewState.NEW, ReviewState.NOT_FOR_US, ReviewState.NOT_FOR_US),
        (ReviewState.LOST, ReviewState.WON, ReviewState.WON),
    ],
)
def test_of_two_reviews_the_one_further_in_the_work_stays(
    engine: Engine, kept: ReviewState, gone: ReviewState, left: ReviewState
) -> None:
    stays, goes = keep(engine, data("1"), data("2", source="subsidies"))
    with session_scope(engine) as session:
        for profile in (CITY, "another city"):
            for call_id, state, version in ((stays, kept, 1), (goes, gone, 4)):
                review = Review(call_id=call_id, state=state, version=version, updated_at=NOW)
                reviews.put(session, profile, review)
        calls.join(session, stays, goes)
    with session_scope(engine) as session:
        for profile in (CITY, "another city"):
            review = reviews.get(session, profile, stays)
            assert (review.state, review.version) == (left, 5)


def test_of_two_equal_reviews_the_one_that_stays_has_the_say(engine: Engine) -> None:
    stays, goes = keep(engine, data("1"), data("2", source="subsidies"))
    days = {stays: NOW.date(), goes: NOW.date() + timedelta(days=1)}
    with session_scope(engine) as session:
        for call_id, day in days.items():
            review = Review(call_id=call_id, state=ReviewState.LOOKING, due_on=day, version=1, updated_at=NOW)
            reviews.put(session, CITY, review)
        calls.join(session, stays, goes)
        assert reviews.get(session, CITY, stays).due_on == days[stays]
