"""What people decide about calls: where each stands, whose it is, notes and assessments, with an audit trail.

Two people at once: whoever comes second is told what the first did, and nothing is overwritten.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from itertools import groupby

from db import feedback, people, reviews
from db.engine import Engine, Session, session_scope
from tracker.core.errors import ConflictError, UsageError
from tracker.core.person import Person, Role
from tracker.core.profile import Domain
from tracker.core.review import (
    Assessment,
    Note,
    RejectionReason,
    Review,
    ReviewEvent,
    ReviewState,
)

LONGEST_BECAUSE = 1000
"""Characters of the sentence that says why."""

LONGEST_NOTE = 5000
"""Characters of a note."""

UNDOABLE = ("state", "reason", "assignee", "domain", "due_on")
"""The fields of the trail that one change of a review writes, and that undoing sets back."""


class Problem(StrEnum):
    """What is wrong with a change that somebody asks for."""

    NO_REASON = "no_reason"  # not for us, and no reason chosen
    NO_SENTENCE = "no_sentence"  # something else, and nothing said
    TOO_LONG = "too_long"  # the sentence


_PROBLEMS = {
    Problem.NO_REASON: "Say why this call is not for us: choose a reason.",
    Problem.NO_SENTENCE: "Say in a sentence what the other reason is.",
    Problem.TOO_LONG: f"The explanation has {LONGEST_BECAUSE} characters at most.",
}

_TICK = timedelta(microseconds=1)


@dataclass(frozen=True)
class Reviewing:
    """The reviews of one profile; every change stands in the trail, in the same transaction."""

    engine: Engine
    profile: str
    clock: Callable[[], datetime]

    def review_of(self, call_id: int) -> Review:
        """Give the review of a call: a new one of version 0 where nobody decided anything."""
        return self.reviews_of([call_id])[call_id]

    def reviews_of(self, ids: Collection[int]) -> dict[int, Review]:
        """Give the review of each of these calls, by the call's id."""
        with session_scope(self.engine, read_only=True) as session:
            return reviews.of_calls(session, self.profile, ids)

    def trail(self, call_id: int) -> list[ReviewEvent]:
        """Give who did what with a call and when, the oldest first."""
        with session_scope(self.engine, read_only=True) as session:
            return reviews.trail(session, self.profile, call_id)

    def events(self, *, since: datetime, limit: int | None = None) -> list[ReviewEvent]:
        """Give what was done with any call from `since` on, the newest first."""
        with session_scope(self.engine, read_only=True) as session:
            return reviews.events(session, self.profile, since=since, limit=limit)

    def notes(self, call_id: int) -> list[Note]:
        """Give the notes with a call that were not withdrawn, the oldest first."""
        with session_scope(self.engine, read_only=True) as session:
            return [note for note in reviews.notes(session, self.profile, call_id) if not note.withdrawn_at]

    def assessments(self, call_id: int) -> list[Assessment]:
        """Give the assessments of a call, each as it was filled in, the oldest first."""
        with session_scope(self.engine, read_only=True) as session:
            return reviews.assessments(session, self.profile, call_id)

    def assignable(self) -> list[Person]:
        """Give to whom a call can be assigned: everybody who is active, by name."""
        with session_scope(self.engine, read_only=True) as session:
            return [person for person in people.everyone(session) if person.is_active]

    def change(
        self,
        call_id: int,
        person: Person,
        *,
        seen: int,
        state: ReviewState,
        reason: RejectionReason | None = None,
        person_id: int | None = None,
        domain: Domain | None = None,
        due_on: date | None = None,
        because: str = "",
    ) -> Review:
        """Let a call's review say exactly this, where it is still at version `seen`.

        What says so already is left as it is, whatever was seen: the same form sent twice is one change.

        Raises:
            ConflictError: somebody else changed it since.
            UsageError: "not for us" without a reason, "something else" without a sentence, or a person whom
                nothing can be assigned to.
        """
        because = because.strip()
        wanted = Review(
            call_id=call_id,
            state=state,
            reason=reason if state is ReviewState.NOT_FOR_US else None,
            person_id=person_id,
            domain=domain,
            due_on=due_on,
        )
        if problem := problem_with(wanted, because):
            raise UsageError(_PROBLEMS[problem])
        with self._deciding(call_id) as (session, at):
            present = reviews.get(session, self.profile, call_id)
            if _says(present) == _says(wanted):
                return present
            self._refuse_stale(session, present, seen)
            if person_id is not None and person_id != present.person_id:
                _refuse_unknown(session, person_id)
            return self._write(session, present, wanted, person, at=at, because=because)

    def undo(self, call_id: int, person: Person, *, seen: int) -> Review:
        """Set a call's review back to what it was before its last change; undone again, it is back.

        Raises:
            ConflictError: somebody else changed it since version `seen`.
            UsageError: there is no change to undo, or it would give the call to somebody who left since.
        """
        with self._deciding(call_id) as (session, at):
            present = reviews.get(session, self.profile, call_id)
            self._refuse_stale(session, present, seen)
            changes = changes_of(reviews.trail(session, self.profile, call_id))
            before = before_change(present, changes[-1]) if changes else None
            if before is None:
                raise UsageError(f"There is no change of call {call_id} to undo.")
            if before.person_id is not None and before.person_id != present.person_id:
                _refuse_unknown(session, before.person_id)
            return self._write(session, present, before, person, at=at, because="")

    def add_note(self, call_id: int, person: Person, text: str) -> Note:
        """Keep a note with a call.

        Raises:
            UsageError: it is empty or too long.
        """
        text = text.strip()
        if not text:
            raise UsageError("A note needs a text.")
        if len(text) > LONGEST_NOTE:
            raise UsageError(f"A note has {LONGEST_NOTE} characters at most; this one has {len(text)}.")
        with self._deciding(call_id) as (session, at):
            note = reviews.add_note(session, self.profile, call_id, person_id=person.id, text=text, at=at)
            self._tell(session, call_id, person, "note", new=str(note.id), at=at)
            return note

    def withdraw_note(self, call_id: int, person: Person, note_id: int) -> None:
        """Show a note no more: one's own, or as an administrator anybody's; withdrawn again changes nothing.

        Raises:
            UsageError: there is no such note with this call, or it is somebody else's.
        """
        with self._deciding(call_id) as (session, at):
            found = {note.id: note for note in reviews.notes(session, self.profile, call_id)}
            note = found.get(note_id)
            if note is None:
                raise UsageError(f"There is no note {note_id} with call {call_id}.")
            if not may_withdraw(person, note):
                raise UsageError("Only who wrote a note, or an administrator, can withdraw it.")
            if note.withdrawn_at is None:
                reviews.withdraw_note(session, note_id, at=at)
                self._tell(session, call_id, person, "note", old=str(note_id), at=at)

    def assess(self, assessment: Assessment) -> Assessment:
        """Keep a filled-in framework (made by `tracker.weighing.weigh`); gives it with its number."""
        with self._deciding(assessment.call_id) as (session, at):
            before = reviews.assessments(session, self.profile, assessment.call_id)
            number = reviews.add_assessment(session, self.profile, replace(assessment, at=at))
            event = ReviewEvent(
                call_id=assessment.call_id,
                person_id=assessment.person_id,
                at=at,
                field="assessment",
                old=_outcome(before[-1]) if before else "",
                new=_outcome(assessment),
                because=assessment.because,
            )
            reviews.add_event(session, self.profile, event)
            return replace(assessment, id=number, at=at)

    def note_verdict(
        self,
        session: Session,
        call_id: int,
        person: Person,
        *,
        priority: str,
        old: bool | None,
        because: str = "",
    ) -> None:
        """Write in the trail what a person just said of a call under a priority, or took back.

        `session` is the verdict's own transaction: neither is kept without the other. `old` held before.
        """
        at = self._alone(session, call_id)
        said = feedback.standing(session, self.profile, priority=priority, call_id=call_id)
        self._tell(
            session,
            call_id,
            person,
            "verdict",
            old=_verdict_text(priority, old),
            new=_verdict_text(priority, said.wanted if said else None),
            at=at,
            because=because,
        )

    @contextmanager
    def _deciding(self, call_id: int) -> Iterator[tuple[Session, datetime]]:
        """Give a transaction in which nobody else decides about the call, and the moment of what is done."""
        with session_scope(self.engine) as session:
            yield session, self._alone(session, call_id)

    def _alone(self, session: Session, call_id: int) -> datetime:
        """Let nobody else decide about the call in this transaction, and give the moment of what is done.

        No two changes of a call have the same moment, whatever the clock says: the trail's order and what is
        undone rest on it.
        """
        if not reviews.lock(session, call_id):
            raise UsageError(f"There is no call {call_id} any more; perhaps it was joined with another.")
        trail = reviews.trail(session, self.profile, call_id)
        now = self.clock()
        return max(now, trail[-1].at + _TICK) if trail else now

    def _refuse_stale(self, session: Session, present: Review, seen: int) -> None:
        if present.version == seen:
            return
        changes = changes_of(reviews.trail(session, self.profile, present.call_id))
        unseen = changes[-max(present.version - seen, 1) :]
        raise ConflictError(
            f"Somebody changed call {present.call_id} since you opened it; nothing was overwritten.",
            present=present,
            events=[event for change in unseen for event in change],
        )

    def _write(
        self, session: Session, present: Review, wanted: Review, person: Person, *, at: datetime, because: str
    ) -> Review:
        written = replace(wanted, version=present.version + 1, updated_at=at)
        reviews.put(session, self.profile, written)
        old, new = _texts(present), _texts(written)
        for field in UNDOABLE:
            if old[field] != new[field]:
                self._tell(
                    session,
                    present.call_id,
                    person,
                    field,
                    old=old[field],
                    new=new[field],
                    at=at,
                    because=because,
                )
        return written

    def _tell(
        self,
        session: Session,
        call_id: int,
        person: Person,
        field: str,
        *,
        at: datetime,
        old: str = "",
        new: str = "",
        because: str = "",
    ) -> None:
        event = ReviewEvent(
            call_id=call_id, person_id=person.id, at=at, field=field, old=old, new=new, because=because
        )
        reviews.add_event(session, self.profile, event)


def changes_of(trail: Sequence[ReviewEvent]) -> list[list[ReviewEvent]]:
    """Give the changes of a review in its trail: the lines that one person wrote at one moment, together."""
    of_review = [event for event in trail if event.field in UNDOABLE]
    return [list(lines) for _, lines in groupby(of_review, key=lambda event: (event.at, event.person_id))]


def before_change(present: Review, change: Sequence[ReviewEvent]) -> Review | None:
    """Give a review as it was before a change, or None where it no longer says what the change made of it.

    That is so after two calls became one and the other's review stayed.
    """
    said = _texts(present)
    if any(said[event.field] != event.new for event in change):
        return None
    return _read(present.call_id, {**said, **{event.field: event.old for event in change}})


def as_seen(present: Review, events: Iterable[ReviewEvent]) -> Review:
    """Give a review as it was before `events`, the oldest first, made it what it is: what somebody saw."""
    texts = _texts(present)
    for event in reversed(list(events)):
        texts[event.field] = event.old
    return _read(present.call_id, texts)


def may_withdraw(person: Person, note: Note) -> bool:
    """Tell whether a person may withdraw a note."""
    return person.id == note.person_id or person.may(Role.ADMINISTRATOR)


def problem_with(wanted: Review, because: str) -> Problem | None:
    """Tell what makes a review that somebody wants impossible, or None."""
    if wanted.state is ReviewState.NOT_FOR_US and wanted.reason is None:
        return Problem.NO_REASON
    if wanted.reason is RejectionReason.OTHER and not because:
        return Problem.NO_SENTENCE
    return Problem.TOO_LONG if len(because) > LONGEST_BECAUSE else None


def _refuse_unknown(session: Session, person_id: int) -> None:
    person = people.get(session, person_id)
    if person is None or not person.is_active:
        raise UsageError("This person is no colleague any more; choose another one.")


def _says(review: Review) -> tuple[object, ...]:
    return review.state, review.reason, review.person_id, review.domain, review.due_on


def _texts(review: Review) -> dict[str, str]:
    """Give a review's fields as the trail writes them; nothing is ""."""
    return {
        "state": review.state.value,
        "reason": review.reason.value if review.reason else "",
        "assignee": "" if review.person_id is None else str(review.person_id),
        "domain": review.domain.value if review.domain else "",
        "due_on": review.due_on.isoformat() if review.due_on else "",
    }


def _read(call_id: int, texts: Mapping[str, str]) -> Review:
    """Give the review that `_texts` wrote."""
    return Review(
        call_id=call_id,
        state=ReviewState(texts["state"]),
        reason=RejectionReason(texts["reason"]) if texts["reason"] else None,
        person_id=int(texts["assignee"]) if texts["assignee"] else None,
        domain=Domain(texts["domain"]) if texts["domain"] else None,
        due_on=date.fromisoformat(texts["due_on"]) if texts["due_on"] else None,
    )


def _outcome(assessment: Assessment) -> str:
    return (assessment.decision or assessment.advice).value


def _verdict_text(priority: str, wanted: bool | None) -> str:
    return "" if wanted is None else f"{priority} {'yes' if wanted else 'no'}"
