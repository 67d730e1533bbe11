"""What the read API answers, as models: they check each answer and describe it in `openapi.json`."""

from datetime import date, datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from tracker.core.match import RegionFit
from tracker.core.profile import Domain
from tracker.core.review import ReviewState
from tracker.lists import Sort


class Shape(BaseModel):
    """What all answers have in common: nothing but the named fields."""

    model_config = ConfigDict(extra="forbid")


class Problem(Shape):
    """What went wrong (RFC 9457)."""

    type: str = Field(description="A kind of problem; `about:blank` where the status says it all.")
    title: str
    status: int
    detail: str = ""


class DeadlineShape(Shape):
    """One date of a call (Brussels); `time` is null where only the day is known."""

    date: date
    time: str | None
    kind: str


class BudgetShape(Shape):
    """Amounts in whole units; null means not stated. `funding_rate` is in percent."""

    total: float | None
    currency: str
    shared: bool
    per_project_min: float | None
    per_project_max: float | None
    expected_grants: int | None
    funding_rate: float | None


class CallShape(Shape):
    """A call in short."""

    id: int
    source: str
    source_ref: str
    identifier: str
    title: str
    title_nl: str | None
    programme: str
    status: str
    claim: str | None
    opens_on: date | None
    deadlines: list[DeadlineShape]
    deadline_kind: str
    next_deadline: date | None
    budget: BudgetShape
    url: str
    first_seen: datetime
    last_seen: datetime


class FactShape(Shape):
    """A fact with the sentence it was read from."""

    name: str
    value: str
    sentence: str


class TextShape(Shape):
    """A call's words in one language."""

    language: str
    title: str
    body: str
    keywords: list[str]
    destination: str
    conditions: str


class CallDetail(CallShape):
    """Everything that is known of a call."""

    call_identifier: str
    call_title: str
    programme_code: str
    action_type: str
    tags: list[str]
    facts: list[FactShape]
    texts: list[TextShape]
    vanished_at: datetime | None


class ReasonShape(Shape):
    """One reason of a match; the shares (0 to 1) of the terms add up to 1."""

    kind: str
    term: str
    phrase: str
    where: str
    snippet: str
    share: float
    language: str


class MatchShape(CallShape):
    """A call with how it fits one priority; `rank` is 0 where the city cannot apply (`blocked` says why)."""

    priority: str
    rank: int
    score: float
    strength: str
    reasons: list[ReasonShape]
    role: str
    role_sentence: str
    blocked: str


class ListedCall(CallShape):
    """A call as it stands in a list: its best match, where the city is with it, and by when to decide."""

    priority: str | None
    strength: str | None
    why: str
    decide_by: date | None
    state: str
    assignee: str | None
    due_on: date | None


class CallPage(Shape):
    """A page of calls; `Link` names the pages beside it."""

    items: list[ListedCall]
    total: int
    page: int
    pages: int


class ChangeShape(Shape):
    """One field of a call that got another value."""

    at: datetime
    field: str
    old: Any
    new: Any
    run: int | None


class PriorityShape(Shape):
    """One of the city's chosen priorities."""

    slug: str
    theme: str
    domains: list[str]
    title_nl: str
    title_en: str
    niche_nl: str
    niche_en: str


class SourceShape(Shape):
    """A source and its health."""

    name: str
    title: str
    state: str
    since: datetime | None
    last_good: datetime | None
    found: int
    stored: int
    open: int
    problems: int
    gaps: list[str]
    error: str | None
    trend: int | None
    next_run: datetime | None
    programmes: dict[str, int]
    on_schedule: bool


class CallQuery(Shape):
    """What a list of calls is narrowed by; of one name's values any must hold, of different names all."""

    text: str = Field("", max_length=200, description="Words that must all stand in the call.")
    priority: list[str] = Field([], description="Slugs of priorities.")
    status: list[Literal["open", "forthcoming", "unknown", "closed", "vanished", "all"]] = []
    programme: list[str] = Field([], description="Slugs of programmes.")
    source: list[str] = Field([], description="Names of sources.")
    domain: list[Domain] = []
    deadline_from: date | None = None
    deadline_to: date | None = None
    days: int | None = Field(None, ge=0, le=1100, description="The deadline is within so many days.")
    decide_within: int | None = Field(None, ge=0, le=1100, description="To decide within so many days.")
    budget_min: int | None = Field(None, ge=0, le=10**12, description="Euros that one project may get.")
    budget_max: int | None = Field(None, ge=0, le=10**12)
    budget_unknown: Literal["0", "1"] | None = Field(None, description="1: calls that state no amount too.")
    strength: Literal["strong", "good", "possible"] | None = Field(None, description="At least so strong.")
    region: list[RegionFit] = []
    state: list[ReviewState] = []
    assignee: str | None = Field(None, pattern="^(me|none|[1-9][0-9]{0,8})$")
    news: int | None = Field(None, ge=0, le=1100, description="New or changed in so many days.")
    sort: Sort | None = None
    page: int = Field(1, ge=1, le=10**6)
    per_page: Literal["25", "50", "100"] | None = None
