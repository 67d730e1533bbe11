"""What the read API answers, as models: they check each answer and describe it in `openapi.json`."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel
from pydantic.json_schema import SkipJsonSchema

from tracker.core.match import RegionFit
from tracker.core.profile import Domain
from tracker.core.review import RejectionReason, ReviewState
from tracker.lists import Sort

Name = Annotated[str, Field(pattern="^[a-z0-9][a-z0-9_-]*$", max_length=60)]
"""A slug, or the name of a source."""
Days = Annotated[int, Field(ge=0, le=1100)]
Euros = Annotated[int, Field(ge=0, le=10**12)]
Assignee = Annotated[str, Field(pattern="^(me|none|[1-9][0-9]{0,8})$")]
"""A person's number, or one of two words."""


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


class RegionShape(Shape):
    """Whether the city may join, why (Dutch and English), and the words it was read from."""

    fit: RegionFit
    nl: str
    en: str
    sentence: str


class SightingShape(Shape):
    """A call as one source shows it; the one that `leads` says what holds where they differ."""

    source: str
    source_ref: str
    leads: bool
    url: str
    title: str
    deadlines: list[DeadlineShape]


class ReviewShape(Shape):
    """Where the city is with a call: who does the next thing (a person or a domain), and by when."""

    state: ReviewState
    reason: RejectionReason | None = Field(description="Why it is not for us.")
    assignee: str | None
    domain: Domain | None
    due_on: date | None
    updated_at: datetime | None


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
    region: RegionShape
    sightings: list[SightingShape]
    review: ReviewShape


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
    """A call as it stands in a list: its best match, whether the city may join, and where it is with it."""

    priority: str | None
    strength: str | None
    why: str = Field(description="What the call says that the priority asks for, in the call's own words.")
    region_fit: RegionFit
    decide_by: date | None = Field(description="The last day on which the city can decide to take part.")
    review: ReviewShape
    touched: datetime = Field(description="When it was new, changed or decided on last.")


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

    model_config = ConfigDict(alias_generator=to_camel)  # /core/query-keys-camel-case

    text: str = Field("", max_length=200, description="Words that must all stand in the call.")
    priority: list[Name] = Field([], description="Slugs of priorities.")
    status: list[Literal["open", "forthcoming", "unknown", "closed", "vanished", "all"]] = Field(
        [], description="Where neither this nor `state` is asked for: all that is neither closed nor gone."
    )
    programme: list[Name] = Field([], description="Slugs of programmes.")
    source: list[Name] = Field([], description="Names of sources.")
    domain: list[Domain] = []
    deadline_from: date | SkipJsonSchema[None] = None
    deadline_to: date | SkipJsonSchema[None] = None
    days: Days | SkipJsonSchema[None] = Field(None, description="The deadline is within so many days.")
    decide_within: Days | SkipJsonSchema[None] = Field(None, description="To decide within so many days.")
    budget_min: Euros | SkipJsonSchema[None] = Field(None, description="Euros that one project may get.")
    budget_max: Euros | SkipJsonSchema[None] = None
    budget_unknown: Literal["0", "1"] = Field("0", description="1: calls that state no amount too.")
    strength: Literal["strong", "good", "possible"] | SkipJsonSchema[None] = Field(
        None, description="At least so strong."
    )
    region: list[RegionFit] = []
    state: list[ReviewState] = []
    assignee: Assignee | SkipJsonSchema[None] = Field(None, description="`me` is whose key it is.")
    news: Days | SkipJsonSchema[None] = Field(None, description="New or changed in so many days.")
    sort: Sort = Sort.FIT
    page: int = Field(1, ge=1, le=10**6, description="One past the end is the last.")
    per_page: Literal["25", "50", "100"] = "25"


FILTER_OF = {to_camel(name): name for name in CallQuery.model_fields}
"""The filter that each query key means."""
