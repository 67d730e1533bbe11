"""How a call fits a priority, and why."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from tracker.core.call import Status
from tracker.core.profile import Strength


class ReasonKind(StrEnum):
    """What a reason tells."""

    TERM = "term"  # a word of the priority stands in the call
    LIFT = "lift"  # something that raised the call
    SINK = "sink"  # something that lowered it
    BLOCKER = "blocker"  # a rule that excludes the city


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason, ready to be said to a person.

    `term` is the priority's own (Dutch) wording, `phrase` the call's wording as it stands there, `where` the
    part of the call ("title", "keywords", "body", "destination", "conditions"), `snippet` the passage around
    it and `share` its part of the score (0 to 1; the shares of the TERM reasons add up to 1).
    """

    kind: ReasonKind
    term: str
    phrase: str = ""
    where: str = ""
    snippet: str = ""
    share: float = 0.0
    language: str = "en"


class CityRole(StrEnum):
    """What a city can be in a project under a call."""

    LEAD = "lead"
    PARTNER = "partner"
    TEST_SITE = "test_site"
    NONE_SEEN = "none_seen"


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """A call's fit with one priority: `score` is 0 or higher, comparable within one ranking; `rank` from 1.

    `blocked` carries the reason why the city cannot apply; a blocked match is shown apart and never ranked
    among the others (its rank is 0).
    """

    call_id: int
    priority: str
    score: float
    strength: Strength
    rank: int
    reasons: tuple[Reason, ...] = ()
    role: CityRole = CityRole.NONE_SEEN
    role_sentence: str = ""
    blocked: str = ""


class RegionFit(StrEnum):
    """Whether the city can join a call, by where the money is for."""

    OPEN = "open"  # open to the city itself
    REGION = "region"  # open to the region that the city is part of
    PARTNER = "partner"  # only through a partner who may apply
    NEIGHBOUR = "neighbour"  # for neighbours of the city, not for the city
    NOT_OPEN = "not_open"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Projection:
    """What people filter calls by for one profile, rebuilt after each run and at midnight.

    The dates stay the truth.
    """

    call_id: int
    status: Status
    next_deadline: date | None
    decide_by: date | None
    strength: Strength
    priority: str
    region_fit: RegionFit = RegionFit.UNKNOWN
