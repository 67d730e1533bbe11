"""A call in two shapes: what a source says of it (CallData) and what we keep of it (Call)."""

import datetime as dt
import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

BRUSSELS = ZoneInfo("Europe/Brussels")
"""The zone in which European publishers state their deadlines."""


class Claim(StrEnum):
    """The status that a source states, kept as a fact and never trusted alone."""

    OPEN = "open"  # portal 31094502
    FORTHCOMING = "forthcoming"  # portal 31094501
    CLOSED = "closed"  # portal 31094503


class Status(StrEnum):
    """Where a call stands at a moment, derived from its claim and its dates."""

    OPEN = "open"
    FORTHCOMING = "forthcoming"
    CLOSED = "closed"
    VANISHED = "vanished"  # its source stopped listing it before its last moment
    UNKNOWN = "unknown"


ALIVE = frozenset({Status.OPEN, Status.FORTHCOMING, Status.UNKNOWN})
"""What a city can still do something with; a status that is unknown is missing data, and drops nothing."""


class MomentKind(StrEnum):
    """What one of a call's dates means."""

    SINGLE = "single"
    STAGE_1 = "stage_1"
    STAGE_2 = "stage_2"  # only for those invited after stage 1
    CUT_OFF = "cut_off"


class DeadlineKind(StrEnum):
    """How a call closes."""

    FIXED = "fixed"
    TWO_STAGE = "two_stage"
    CUT_OFFS = "cut_offs"
    ROLLING = "rolling"
    UNTIL_EXHAUSTED = "until_exhausted"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, order=True)
class Deadline:
    """One date of a call; without an hour it stays a date, and its whole day (Brussels) is still in time."""

    date: dt.date
    time: dt.time | None = None
    kind: MomentKind = MomentKind.SINGLE

    def moment(self) -> tuple[dt.date, dt.time]:
        """Give the last instant (Brussels) that is in time, to put deadlines in order."""
        return self.date, self.time or dt.time.max

    def is_past(self, now: datetime) -> bool:
        """Tell whether this moment lies before `now` (aware)."""
        local = now.astimezone(BRUSSELS)
        if self.time is None:
            return self.date < local.date()
        return (self.date, self.time) < (local.date(), local.time())


@dataclass(frozen=True, slots=True)
class Budget:
    """Amounts in whole units of `currency`; `None` means that the source does not state it.

    `total` is for the whole call, `per_project_*` what one grant may be, `shared` says that sibling calls
    draw on the same total, `funding_rate` is the covered share in percent.
    """

    total: Decimal | None = None
    currency: str = "EUR"
    shared: bool = False
    per_project_min: Decimal | None = None
    per_project_max: Decimal | None = None
    expected_grants: int | None = None
    funding_rate: Decimal | None = None


class FactName(StrEnum):
    """What a fact found in a call's text is about."""

    FUNDING_RATE = "funding_rate"  # percent, as "70"
    ACTION_TYPE = "action_type"
    COST_MODEL = "cost_model"  # "lump_sum", "actual_costs" or "unit_costs"
    CONSORTIUM_MINIMUM = "consortium_minimum"  # number of applicants, as "3"
    CONSORTIUM_COUNTRIES = "consortium_countries"  # number of different countries, as "3"
    APPLICANTS = "applicants"  # who may apply: "public_bodies", "companies", "researchers", "any", ...
    COUNTRIES = "countries"
    PLACE = "place"
    FUND = "fund"
    LINK = "link"  # the publisher's own page of the call, where the source is somebody else's list
    OWNER = "owner"  # the body that runs the call, where the source lists other bodies' calls
    WINDOW = "window"  # when one may apply, as "2027-04-15/2027-06-30"; an end that is not stated is ".."
    BUDGET = "budget"  # the total in whole euros, as "3000000"
    CONFIDENCE = "confidence"  # "mined": taken from running text, to be confirmed by a person


@dataclass(frozen=True, slots=True)
class Fact:
    """A statement about a call with the sentence it was read from; never guessed."""

    name: FactName
    value: str
    sentence: str


@dataclass(frozen=True, slots=True)
class CallText:
    """A call's words in one language (`en`, `nl`), as clean text with paragraphs kept.

    `destination` is the passage that sibling calls share; `conditions` is who may apply and how.
    """

    language: str
    title: str
    body: str = ""
    keywords: tuple[str, ...] = ()
    destination: str = ""
    conditions: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallData:
    """A call as one source shows it now.

    `source_ref` is the publisher's stable number without its language. `programme` is our slug
    (`scrapers.programmes`), `programme_code` the publisher's own code. `texts` holds at least one language.
    """

    source: str
    source_ref: str
    identifier: str
    url: str
    texts: tuple[CallText, ...]
    programme: str = ""
    programme_code: str = ""
    call_identifier: str = ""
    call_title: str = ""
    claim: Claim | None = None
    opens_on: dt.date | None = None
    deadlines: tuple[Deadline, ...] = ()
    deadline_kind: DeadlineKind = DeadlineKind.UNKNOWN
    budget: Budget = field(default_factory=Budget)
    action_type: str = ""
    tags: tuple[str, ...] = ()
    facts: tuple[Fact, ...] = ()

    def text(self, language: str) -> CallText | None:
        """Give the words in `language`, or None where the source has none."""
        return next((text for text in self.texts if text.language == language), None)

    @property
    def title(self) -> str:
        """The English title, else the first there is."""
        return (self.text("en") or self.texts[0]).title

    @property
    def title_nl(self) -> str | None:
        """The Dutch title where the source has one."""
        dutch = self.text("nl")
        return dutch.title if dutch else None

    def content_hash(self) -> str:
        """Give a digest over everything that is said; equal means unchanged."""
        return hashlib.sha256(json.dumps(asdict(self), sort_keys=True, default=str).encode()).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One field of a call that got another value: when, and in which run."""

    call_id: int
    at: datetime
    field: str
    old: Any
    new: Any
    run_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A call as we keep it: our own id, what its source says, and what we saw of it."""

    id: int
    data: CallData
    first_seen: datetime
    last_seen: datetime
    vanished_at: datetime | None = None

    def status_at(self, now: datetime) -> Status:
        """Derive the status at `now` (aware)."""
        status = status_at(self.data, now)
        return Status.VANISHED if self.vanished_at and status is not Status.CLOSED else status

    def next_deadline(self, now: datetime) -> Deadline | None:
        """Give the deadline that an applicant must meet next at `now`, else the last one."""
        return next_deadline(self.data.deadlines, now)


def last_moment(deadlines: Iterable[Deadline]) -> Deadline | None:
    """Give the last moment at which a newcomer can still apply: single date, first stage or last cut-off."""
    ordered = sorted(deadlines, key=Deadline.moment)
    first_stages = [deadline for deadline in ordered if deadline.kind is MomentKind.STAGE_1]
    if first_stages:
        return first_stages[0]
    for_newcomers = [deadline for deadline in ordered if deadline.kind is not MomentKind.STAGE_2]
    return for_newcomers[-1] if for_newcomers else None


def next_deadline(deadlines: Iterable[Deadline], now: datetime) -> Deadline | None:
    """Give the earliest deadline not past at `now`, else the last one, else None.

    A second stage counts only once the first is past: it concerns those who were invited.
    """
    ordered = sorted(deadlines, key=Deadline.moment)
    ahead = [deadline for deadline in ordered if not deadline.is_past(now)]
    return ahead[0] if ahead else (ordered[-1] if ordered else None)


def status_at(data: CallData, now: datetime) -> Status:
    """Derive a call's status from what its source claims and its dates, at `now` (aware).

    The table of the design: a closed claim stays closed; a last moment in the past is closed whatever is
    claimed; a missing date never closes a call.
    """
    if data.claim is Claim.CLOSED:
        return Status.CLOSED
    moment = last_moment(data.deadlines)
    if moment is not None and moment.is_past(now):
        return Status.CLOSED
    today = now.astimezone(BRUSSELS).date()
    if data.claim is Claim.OPEN and moment is None and data.opens_on is not None and today < data.opens_on:
        return Status.FORTHCOMING  # an opening that was announced, until the money is gone
    if data.claim is not None:
        return Status(data.claim.value)
    if moment is None:
        return Status.UNKNOWN
    return Status.FORTHCOMING if data.opens_on is not None and today < data.opens_on else Status.OPEN


def text_of(data: CallData, languages: Mapping[str, None] | Iterable[str]) -> CallText:
    """Give the words in the first of `languages` that the call has, else its first."""
    found = (data.text(language) for language in languages)
    return next((text for text in found if text is not None), data.texts[0])
