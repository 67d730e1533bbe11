"""What a city decides about a call: its review, the trail of every change, notes and assessments."""

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from tracker.core.profile import Domain


class ReviewState(StrEnum):
    """Where a call stands in the city's work."""

    NEW = "new"
    LOOKING = "looking"
    SHORTLISTED = "shortlisted"
    PREPARING = "preparing"
    SUBMITTED = "submitted"
    WON = "won"
    LOST = "lost"
    NOT_FOR_US = "not_for_us"


class RejectionReason(StrEnum):
    """Why a call is not for us."""

    NO_PRIORITY = "no_priority"  # fits none of the chosen priorities
    NO_ROLE = "no_role"  # no role for a city
    TOO_LATE = "too_late"  # the moment to decide has passed
    NO_CAPACITY = "no_capacity"  # no people or hours
    TOO_COSTLY = "too_costly"  # the own contribution
    NO_PARTNERS = "no_partners"
    NO_BACKING = "no_backing"  # no political or official backing
    OTHER = "other"  # said in a sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """How far the city is with a call. `version` rises with each change: a change names the one it saw.

    `due_on` (Amsterdam) is the day by which the assignee does the next thing. `person_id` and `domain` say
    to whom the call is assigned.
    """

    call_id: int
    state: ReviewState = ReviewState.NEW
    reason: RejectionReason | None = None
    person_id: int | None = None
    domain: Domain | None = None
    due_on: date | None = None
    version: int = 0
    updated_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewEvent:
    """One line of the audit trail: who changed which field of a call's review, from what to what, and why.

    `field` is `state`, `reason`, `assignee`, `domain`, `due_on`, `note`, `assessment` or `verdict`; `old` and
    `new` are text for people and programs ("" for nothing).
    """

    call_id: int
    person_id: int
    at: datetime
    field: str
    old: str
    new: str
    because: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """What somebody wrote with a call; a withdrawn note is kept and not shown."""

    id: int
    call_id: int
    person_id: int
    at: datetime
    text: str
    withdrawn_at: datetime | None = None


class Advice(StrEnum):
    """What the weighing framework says, and what a person decides."""

    GO = "go"
    TALK = "talk"
    NO_GO = "no_go"


@dataclass(frozen=True, slots=True)
class Answered:
    """How one criterion was answered: `score` from 0 (no) to 3 (entirely), with a sentence."""

    score: int
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment:
    """A filled-in weighing framework; later ones stand beside it, none is rewritten.

    `framework` is the whole framework as it was then, as its file says it, and `version` names it. `blockers`
    maps each blocker's slug to whether it holds, `answers` each criterion's slug to its answer. `decision`
    may differ from `advice`, then `because` says why.
    """

    id: int = 0
    call_id: int
    person_id: int
    at: datetime
    version: str
    framework: dict[str, Any]
    blockers: dict[str, bool] = field(default_factory=dict)
    answers: dict[str, Answered] = field(default_factory=dict)
    advice: Advice
    decision: Advice | None = None
    because: str = ""
