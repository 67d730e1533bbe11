"""What people decide about a call: each change with its old value, two people at once, and back again."""

import datetime as dt
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from db import calls, feedback, people
from db.engine import Engine, session_scope
from tests.db.samples import data, keep
from tracker.core.errors import ConflictError, UsageError
from tracker.core.feedback import Verdict
from tracker.core.person import Person, Role
from tracker.core.profile import Domain
from tracker.core.review import Advice, Answered, Assessment, RejectionReason, Review, ReviewState
from tracker.review import LONGEST_BECAUSE, LONGEST_NOTE, Reviewing, as_seen, changes_of

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
LOOKING, PREPARING, NOT_FOR_US = ReviewState.LOOKING, ReviewState.PREPARING, ReviewState.NOT_FOR_US


class Desk:
    """Two reviewers and an administrator at one call, and a clock that stands still unless it is turned."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        (self.call,) = keep(engine, data("1"))
        self.one, self.other = self.add("Een"), self.add("Twee")
        self.chief = self.add("Baas", Role.ADMINISTRATOR)
        self.now = NOW
        self.reviewing = Reviewing(engine, "haarlem", lambda: self.now)

    def add(self, name: str, role: Role | None = Role.REVIEWER) -> Person:
        with session_scope(self.engine) as session:
            return people.add(
                session,
                email=f"{name.lower()}@example.org",
                name=name,
                language="nl",
                domains=(),
                role=role,
                password_hash="",
                at=NOW,
            )

    def set(self, state: ReviewState, *, seen: int, by: Person | None = None, because: str = "") -> Review:
        return self.reviewing.change(self.call, by or self.one, seen=seen, state=state, because=because)

    def lines(self) -> list[tuple[int, str, str, str, str]]:
        return [
            (one.person_id, one.field, one.old, one.new, one.because)
            for one in self.reviewing.trail(self.call)
        ]


@pytest.fixture
def desk(engine: Engine) -> Desk:
    return Desk(engine)


def test_a_call_that_nobody_looked_at_is_new(desk: Desk) -> None:
    assert desk.reviewing.review_of(desk.call) == Review(call_id=desk.call)
    assert desk.reviewing.trail(desk.call) == []


def test_each_field_that_changes_is_a_line_with_its_old_value(desk: Desk) -> None:
    day = dt.date(2026, 12, 1)
    first = desk.reviewing.change(
        desk.call,
        desk.one,
        seen=0,
        state=LOOKING,
        person_id=desk.other.id,
        domain=Domain.FYSIEK,
        due_on=day,
        because="Warmtenet",
    )
    assert (first.version, first.updated_at) == (1, NOW)
    desk.now = NOW + timedelta(hours=1)
    second = desk.reviewing.change(
        desk.call, desk.other, seen=1, state=NOT_FOR_US, reason=RejectionReason.NO_CAPACITY
    )
    assert desk.reviewing.review_of(desk.call) == second
    assert desk.lines() == [
        (desk.one.id, "state", "new", "looking", "Warmtenet"),
        (desk.one.id, "assignee", "", str(desk.other.id), "Warmtenet"),
        (desk.one.id, "domain", "", "fysiek", "Warmtenet"),
        (desk.one.id, "due_on", "", "2026-12-01", "Warmtenet"),
        (desk.other.id, "state", "looking", "not_for_us", ""),
        (desk.other.id, "reason", "", "no_capacity", ""),
        (desk.other.id, "assignee", str(desk.other.id), "", ""),
        (desk.other.id, "domain", "fysiek", "", ""),
        (desk.other.id, "due_on", "2026-12-01", "", ""),
    ]
    assert {one.at for one in desk.reviewing.events(since=desk.now)} == {desk.now}


def test_who_comes_second_is_told_what_the_first_did_and_overwrites_nothing(desk: Desk) -> None:
    desk.set(LOOKING, seen=0)
    present = desk.set(PREPARING, seen=1, because="Partners gevonden")
    before = desk.lines()
    with pytest.raises(ConflictError, match="nothing was overwritten") as caught:
        desk.set(ReviewState.SHORTLISTED, seen=1, by=desk.other)
    assert caught.value.present == present
    assert [(one.person_id, one.old, one.new) for one in caught.value.events] == [
        (desk.one.id, "looking", "preparing")
    ]
    with pytest.raises(ConflictError) as caught:
        desk.set(ReviewState.SHORTLISTED, seen=0, by=desk.other)
    assert [one.new for one in caught.value.events] == ["looking", "preparing"]
    with pytest.raises(ConflictError):
        desk.reviewing.undo(desk.call, desk.other, seen=1)
    assert (desk.lines(), desk.reviewing.review_of(desk.call)) == (before, present)


def test_what_was_seen_can_be_told_from_what_was_done_since(desk: Desk) -> None:
    seen = desk.reviewing.change(desk.call, desk.one, seen=0, state=LOOKING, domain=Domain.FYSIEK)
    desk.set(PREPARING, seen=1)
    desk.reviewing.change(desk.call, desk.one, seen=2, state=PREPARING, due_on=dt.date(2027, 1, 31))
    with pytest.raises(ConflictError) as caught:
        desk.set(ReviewState.SHORTLISTED, seen=1, by=desk.other)
    assert as_seen(caught.value.present, caught.value.events) == replace(seen, version=0, updated_at=None)


def test_the_same_form_sent_twice_is_one_change(desk: Desk) -> None:
    first = desk.set(LOOKING, seen=0)
    assert desk.set(LOOKING, seen=0) == first
    assert len(desk.lines()) == 1


@pytest.mark.parametrize("round_", range(3))
def test_of_many_at_one_moment_exactly_one_is_first(desk: Desk, round_: int) -> None:
    states = [LOOKING, PREPARING, ReviewState.SHORTLISTED, ReviewState.SUBMITTED, ReviewState.WON]
    ready = threading.Barrier(len(states))

    def press(state: ReviewState) -> Review | ConflictError:
        ready.wait(10)
        try:
            return desk.set(state, seen=0, by=desk.other)
        except ConflictError as conflict:
            return conflict

    with ThreadPoolExecutor(len(states)) as pool:
        outcomes = list(pool.map(press, states))
    (won,) = [one for one in outcomes if isinstance(one, Review)]
    assert won.version == 1
    assert {one.present for one in outcomes if isinstance(one, ConflictError)} == {won}
    assert desk.reviewing.review_of(desk.call) == won
    assert [line[1:4] for line in desk.lines()] == [("state", "new", won.state.value)]


def test_many_notes_at_one_moment_are_all_kept_in_one_order(desk: Desk) -> None:
    ready = threading.Barrier(6)

    def write(number: int) -> None:
        ready.wait(10)
        desk.reviewing.add_note(desk.call, desk.one, f"Notitie {number}")

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(write, range(6)))
    assert len(desk.reviewing.notes(desk.call)) == 6
    moments = [one.at for one in desk.reviewing.trail(desk.call)]
    assert moments == sorted(set(moments))  # though the clock stood still


def test_a_call_joined_with_another_meanwhile_is_told(desk: Desk) -> None:
    (stays,) = keep(desk.engine, data("2", source="subsidies"))
    desk.set(LOOKING, seen=0)
    with session_scope(desk.engine) as session:
        calls.join(session, stays, desk.call)
    with pytest.raises(UsageError, match="joined"):
        desk.set(PREPARING, seen=1)
    assert desk.reviewing.review_of(stays).state is LOOKING


def test_deciding_and_joining_at_one_moment_lose_nothing(desk: Desk) -> None:
    (stays,) = keep(desk.engine, data("2", source="subsidies"))
    ready = threading.Barrier(2)

    def decide() -> bool:
        ready.wait(10)
        try:
            desk.set(LOOKING, seen=0)
        except UsageError:
            return False
        return True

    def join() -> None:
        ready.wait(10)
        with session_scope(desk.engine) as session:
            calls.join(session, stays, desk.call)

    with ThreadPoolExecutor(2) as pool:
        decided, joined = pool.submit(decide), pool.submit(join)
        joined.result()
    assert desk.reviewing.review_of(stays).state is (LOOKING if decided.result() else ReviewState.NEW)


def test_a_change_is_undone_whole_and_undone_again_it_is_back(desk: Desk) -> None:
    looking = desk.reviewing.change(desk.call, desk.one, seen=0, state=LOOKING, due_on=dt.date(2026, 12, 1))
    gone = desk.reviewing.change(
        desk.call, desk.other, seen=1, state=NOT_FOR_US, reason=RejectionReason.OTHER, because="Dubbel werk"
    )
    undone = desk.reviewing.undo(desk.call, desk.one, seen=2)
    assert undone == replace(looking, version=3, updated_at=undone.updated_at)
    assert len(desk.lines()) == 2 + 3 + 3  # nothing is taken from the trail
    again = desk.reviewing.undo(desk.call, desk.one, seen=3)
    assert again == replace(gone, version=4, updated_at=again.updated_at)


def test_there_is_nothing_to_undo_before_the_first_change_or_after_a_join(desk: Desk) -> None:
    with pytest.raises(UsageError, match="no change"):
        desk.reviewing.undo(desk.call, desk.one, seen=0)
    (gone,) = keep(desk.engine, data("2", source="subsidies"))
    desk.reviewing.change(gone, desk.one, seen=0, state=PREPARING)
    desk.now = NOW + timedelta(hours=1)
    desk.set(LOOKING, seen=0)
    with session_scope(desk.engine) as session:
        calls.join(session, desk.call, gone)
    present = desk.reviewing.review_of(desk.call)
    assert present.state is PREPARING
    with pytest.raises(UsageError, match="no change"):  # the last line tells of the review that did not stay
        desk.reviewing.undo(desk.call, desk.one, seen=present.version)


def test_what_is_asked_must_be_possible(desk: Desk) -> None:
    change = desk.reviewing.change
    with pytest.raises(UsageError, match="choose a reason"):
        change(desk.call, desk.one, seen=0, state=NOT_FOR_US)
    with pytest.raises(UsageError, match="in a sentence"):
        change(desk.call, desk.one, seen=0, state=NOT_FOR_US, reason=RejectionReason.OTHER, because=" ")
    with pytest.raises(UsageError, match="1000 characters"):
        desk.set(LOOKING, seen=0, because="x" * (LONGEST_BECAUSE + 1))
    with pytest.raises(UsageError, match="no colleague"):
        change(desk.call, desk.one, seen=0, state=LOOKING, person_id=999)
    with session_scope(desk.engine) as session:
        people.set_active(session, desk.other.id, is_active=False)
    with pytest.raises(UsageError, match="no colleague"):
        change(desk.call, desk.one, seen=0, state=LOOKING, person_id=desk.other.id)
    assert desk.lines() == []
    with pytest.raises(UsageError, match="no call 999"):
        change(999, desk.one, seen=0, state=LOOKING)


def test_a_reason_belongs_to_not_for_us_alone(desk: Desk) -> None:
    review = desk.reviewing.change(desk.call, desk.one, seen=0, state=LOOKING, reason=RejectionReason.NO_ROLE)
    assert review.reason is None


def test_who_left_keeps_what_was_theirs_and_gets_nothing_new(desk: Desk) -> None:
    desk.reviewing.change(desk.call, desk.one, seen=0, state=LOOKING, person_id=desk.other.id)
    with session_scope(desk.engine) as session:
        people.set_active(session, desk.other.id, is_active=False)
    review = desk.reviewing.change(desk.call, desk.one, seen=1, state=PREPARING, person_id=desk.other.id)
    assert review.person_id == desk.other.id
    assert desk.other.id not in {one.id for one in desk.reviewing.assignable()}


def test_a_note_is_its_writers_and_withdrawn_it_is_kept_in_the_trail(desk: Desk) -> None:
    note = desk.reviewing.add_note(desk.call, desk.one, "  Bel de provincie.\nMorgen.  ")
    assert note.text == "Bel de provincie.\nMorgen."
    with pytest.raises(UsageError, match="Only who wrote"):
        desk.reviewing.withdraw_note(desk.call, desk.other, note.id)
    with pytest.raises(UsageError, match="no note 99"):
        desk.reviewing.withdraw_note(desk.call, desk.one, 99)
    assert desk.reviewing.notes(desk.call) == [note]
    for _ in range(2):
        desk.reviewing.withdraw_note(desk.call, desk.chief, note.id)
    assert desk.reviewing.notes(desk.call) == []
    number = str(note.id)
    assert desk.lines() == [
        (desk.one.id, "note", "", number, ""),
        (desk.chief.id, "note", number, "", ""),
    ]


@pytest.mark.parametrize("text", ["", " \n ", "x" * (LONGEST_NOTE + 1)])
def test_a_note_says_something_and_not_too_much(desk: Desk, text: str) -> None:
    with pytest.raises(UsageError):
        desk.reviewing.add_note(desk.call, desk.one, text)
    assert desk.lines() == []


def test_a_note_of_another_call_cannot_be_withdrawn_here(desk: Desk) -> None:
    (second,) = keep(desk.engine, data("2"))
    note = desk.reviewing.add_note(second, desk.one, "Hier")
    with pytest.raises(UsageError, match="no note"):
        desk.reviewing.withdraw_note(desk.call, desk.one, note.id)


def test_assessments_stand_beside_each_other_and_in_the_trail(desk: Desk) -> None:
    first = Assessment(
        call_id=desk.call,
        person_id=desk.one.id,
        at=NOW,
        version="1+a",
        framework={"version": "1"},
        answers={"niche": Answered(1, "Een beetje.")},
        advice=Advice.NO_GO,
    )
    kept = desk.reviewing.assess(first)
    later = desk.reviewing.assess(replace(first, advice=Advice.TALK, decision=Advice.GO, because="Moed"))
    assert desk.reviewing.assessments(desk.call) == [kept, later]
    assert kept == replace(first, id=kept.id)
    assert [line[1:] for line in desk.lines()] == [
        ("assessment", "", "no_go", ""),
        ("assessment", "no_go", "go", "Moed"),
    ]


def test_a_verdict_is_in_the_trail_and_is_no_change_of_the_review(desk: Desk) -> None:
    desk.set(LOOKING, seen=0)
    said = Verdict(call_id=desk.call, priority="klimaat", wanted=True, at=NOW, because="Warmte")
    with session_scope(desk.engine) as session:
        feedback.add(session, "haarlem", said)
        desk.reviewing.note_verdict(
            session, desk.call, desk.other, priority="klimaat", old=None, because="Warmte"
        )
    with session_scope(desk.engine) as session:
        feedback.undo(session, "haarlem", priority="klimaat", call_id=desk.call, at=NOW)
        desk.reviewing.note_verdict(session, desk.call, desk.other, priority="klimaat", old=True)
    assert desk.lines()[1:] == [
        (desk.other.id, "verdict", "", "klimaat yes", "Warmte"),
        (desk.other.id, "verdict", "klimaat yes", "", ""),
    ]
    assert len(changes_of(desk.reviewing.trail(desk.call))) == 1
    assert desk.reviewing.undo(desk.call, desk.one, seen=1).state is ReviewState.NEW


def test_undoing_gives_nothing_to_somebody_who_left_meanwhile(desk: Desk) -> None:
    desk.reviewing.change(desk.call, desk.one, seen=0, state=LOOKING, person_id=desk.other.id)
    unassigned = desk.set(LOOKING, seen=1)
    with session_scope(desk.engine) as session:
        people.erase(session, desk.other.id, "erased-0")
    before = desk.lines()
    with pytest.raises(UsageError, match="no colleague"):
        desk.reviewing.undo(desk.call, desk.one, seen=2)
    assert (desk.lines(), desk.reviewing.review_of(desk.call)) == (before, unassigned)


def test_undoing_leaves_a_call_with_who_left_where_it_was_theirs_all_the_time(desk: Desk) -> None:
    desk.reviewing.change(desk.call, desk.one, seen=0, state=LOOKING, person_id=desk.other.id)
    desk.reviewing.change(desk.call, desk.one, seen=1, state=PREPARING, person_id=desk.other.id)
    with session_scope(desk.engine) as session:
        people.set_active(session, desk.other.id, is_active=False)
    undone = desk.reviewing.undo(desk.call, desk.one, seen=2)
    assert (undone.state, undone.person_id) == (LOOKING, desk.other.id)
