"""What the right column of a call's page shows: where it stands, and who did what, when and why."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from fastapi import HTTPException

from db import feedback
from db.engine import session_scope
from tracker.core.answer import Answer
from tracker.core.call import Call
from tracker.core.feedback import Verdict
from tracker.core.match import Match
from tracker.core.person import Person, Role
from tracker.core.profile import Domain, Municipality
from tracker.core.review import (
    Advice,
    Assessment,
    Note,
    RejectionReason,
    Review,
    ReviewEvent,
    ReviewState,
)
from tracker.review import before_change, changes_of, may_withdraw
from tracker.telling.facts import of_two, plain_day
from tracker.telling.say import BOTH, word
from tracker.web.effects import Learning, Told
from tracker.web.pages import Pages, Visit
from tracker.working_days import plan_back

FIELDS: Mapping[str, BOTH] = {
    "state": ("stand", "state"),
    "reason": ("reden", "reason"),
    "assignee": ("van wie", "whose"),
    "domain": ("domein", "domain"),
    "due_on": ("klaar op", "due on"),
    "note": ("notitie", "note"),
    "assessment": ("afweging", "weighing"),
    "verdict": ("oordeel", "verdict"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What the review form says, as it stands in the review or as somebody filled it in."""

    seen: int
    state: ReviewState
    reason: RejectionReason | None = None
    person_id: int | None = None
    domain: Domain | None = None
    due_on: date | None = None
    because: str = ""


@dataclass(frozen=True, slots=True)
class Changed:
    """One field that somebody changed, in words; `old` and `new` may be empty."""

    field: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Step:
    """What one person did with a call at one moment, and why."""

    who: str
    at: datetime
    changes: tuple[Changed, ...]
    because: str


@dataclass(frozen=True, slots=True)
class Noted:
    """A note, and whether who looks at it may withdraw it."""

    note: Note
    who: str
    may_withdraw: bool


@dataclass(frozen=True, slots=True)
class Answered:
    """What a contact last answered in a mail."""

    who: str
    said: str
    answer: Answer


@dataclass(frozen=True, slots=True)
class Judged:
    """A verdict that holds for the call under a priority, and the call's place there now."""

    priority: str
    title: str
    wanted: bool
    because: str
    rank: int | None


@dataclass(frozen=True, slots=True)
class Weighed:
    """An assessment and who made it."""

    assessment: Assessment
    who: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """What the review form can be set to."""

    people: tuple[Person, ...]
    states: tuple[ReviewState, ...] = tuple(ReviewState)
    reasons: tuple[RejectionReason, ...] = tuple(RejectionReason)
    domains: tuple[Domain, ...] = tuple(Domain)


@dataclass(frozen=True, kw_only=True)
class Column:
    """All that the right column shows of one call to one person."""

    review: Review
    asked: Asked
    choices: Choices
    may_decide: bool
    assignee: str
    why: str
    decide_by: date | None
    can_undo: bool
    notes: tuple[Noted, ...]
    steps: tuple[Step, ...]
    answers: tuple[Answered, ...]
    weighed: tuple[Weighed, ...]
    verdicts: tuple[Judged, ...]
    priorities: tuple[tuple[str, str], ...]
    learning: Learning

    def told(self, here: str) -> Told | None:
        """Give what was just done, as the page's own address tells it, or None."""
        return self.learning.read(here)


def column_for(pages: Pages, visit: Visit, call: Call) -> Column:
    """Gather the right column of a call's page."""
    reviewing, municipality = pages.reviewing, pages.app.municipality
    review, trail = reviewing.review_of(call.id), reviewing.trail(call.id)
    everyone = pages.accounts.people()
    names = {person.id: person.name for person in everyone}
    fits, verdicts = pages.desk.matches_of(call), standing_verdicts(pages)
    deadline, changes = call.next_deadline(pages.now()), changes_of(trail)
    return Column(
        review=review,
        asked=asked_of(review),
        choices=choices(review, everyone),
        may_decide=visit.person.may(Role.REVIEWER),
        assignee=names.get(review.person_id or 0, ""),
        why=_why(review, trail),
        decide_by=plan_back(deadline.date, municipality) if deadline else None,
        can_undo=bool(changes) and before_change(review, changes[-1]) is not None,
        notes=tuple(
            Noted(note, names.get(note.person_id, ""), may_withdraw(visit.person, note))
            for note in reviewing.notes(call.id)
        ),
        steps=tuple(reversed(steps_of(trail, names, municipality, visit.language))),
        answers=_answers(pages.desk.answers_to(call), everyone, visit.language),
        weighed=tuple(
            Weighed(one, names.get(one.person_id, "")) for one in reversed(reviewing.assessments(call.id))
        ),
        verdicts=_judged(verdicts, call, fits, municipality=municipality, language=visit.language),
        priorities=_priorities(fits, municipality, visit.language),
        learning=Learning(pages, fits, municipality, visit.language, verdicts),
    )


def known_call(pages: Pages, call_id: int) -> Call:
    """Give a call by our number.

    Raises:
        HTTPException: 404, there is none.
    """
    call = pages.desk.call(call_id)
    if call is None:
        raise HTTPException(404, "there is no such call")
    return call


def choices(review: Review, everyone: Iterable[Person]) -> Choices:
    """Give what the form can be set to; whose a call is stays a choice after they left."""
    return Choices(
        people=tuple(person for person in everyone if person.is_active or person.id == review.person_id)
    )


def asked_of(review: Review) -> Asked:
    """Give the form as the review fills it in."""
    return Asked(
        seen=review.version,
        state=review.state,
        reason=review.reason,
        person_id=review.person_id,
        domain=review.domain,
        due_on=review.due_on,
    )


def standing_verdicts(pages: Pages) -> list[Verdict]:
    """Give the verdicts that hold, of all calls."""
    with session_scope(pages.app.engine, read_only=True) as session:
        return feedback.active(session, pages.app.municipality.slug)


def steps_of(
    trail: Iterable[ReviewEvent], names: Mapping[int, str], municipality: Municipality, language: str
) -> list[Step]:
    """Put a trail in words: what one person did at one moment is one step."""
    steps = []
    for (at, person_id), lines in groupby(trail, key=lambda event: (event.at, event.person_id)):
        events = list(lines)
        changes = tuple(
            Changed(
                of_two(FIELDS.get(event.field, (event.field, event.field)), language),
                said(event.field, event.old, names=names, municipality=municipality, language=language),
                said(event.field, event.new, names=names, municipality=municipality, language=language),
            )
            for event in events
        )
        because = next((event.because for event in events if event.because), "")
        steps.append(Step(names.get(person_id, ""), at, changes, because))
    return steps


def said(
    field: str, value: str, *, names: Mapping[int, str], municipality: Municipality, language: str
) -> str:
    """Say a value of the trail in words; nothing stays nothing."""
    if not value:
        return ""
    match field:
        case "state":
            return word(ReviewState(value), language)
        case "reason":
            return word(RejectionReason(value), language)
        case "domain":
            return word(Domain(value), language)
        case "assessment":
            return word(Advice(value), language)
        case "due_on":
            return plain_day(date.fromisoformat(value), language)
        case "assignee":
            return names.get(int(value), "?")
        case "note":
            return of_two(("geschreven", "written"), language)
        case "verdict":
            slug, _, answer = value.partition(" ")
            yes_or_no = ("past", "fits") if answer == "yes" else ("past niet", "does not fit")
            return f"{priority_title(municipality, slug, language)}: {of_two(yes_or_no, language)}"
    return value


def priority_title(municipality: Municipality, slug: str, language: str) -> str:
    """Name a priority; one that the profile lost keeps its slug."""
    priority = municipality.priority(slug)
    return priority.text(language).title if priority else slug


def _why(review: Review, trail: Sequence[ReviewEvent]) -> str:
    """Give the sentence with which somebody last set the present state."""
    told = [one for one in trail if one.field == "state" and one.new == review.state.value and one.because]
    return told[-1].because if told else ""


def _answers(found: Sequence[Answer], everyone: Iterable[Person], language: str) -> tuple[Answered, ...]:
    """Give each contact's last answer, in the order in which they were given."""
    names = {person.email: person.name for person in everyone}
    last = {answer.contact: answer for answer in found}
    ordered = sorted(last.values(), key=lambda answer: answer.at)
    return tuple(
        Answered(names.get(one.contact, one.contact), word(one.kind, language).capitalize(), one)
        for one in ordered
    )


def _judged(
    verdicts: Iterable[Verdict],
    call: Call,
    fits: Sequence[Match],
    *,
    municipality: Municipality,
    language: str,
) -> tuple[Judged, ...]:
    ranks = {fit.priority: fit.rank for fit in fits}
    return tuple(
        Judged(
            one.priority,
            priority_title(municipality, one.priority, language),
            one.wanted,
            one.because,
            ranks.get(one.priority) or None,
        )
        for one in verdicts
        if one.call_id == call.id
    )


def _priorities(
    fits: Sequence[Match], municipality: Municipality, language: str
) -> tuple[tuple[str, str], ...]:
    """Give the priorities, slug and title, those that the call fits best first."""
    order = [fit.priority for fit in fits]
    known = sorted(
        municipality.priorities,
        key=lambda one: order.index(one.slug) if one.slug in order else len(order),
    )
    return tuple((one.slug, one.text(language).title) for one in known)
