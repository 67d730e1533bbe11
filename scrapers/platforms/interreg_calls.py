"""Turns hits of the interreg.eu index into calls, and tells which of them Noord-Holland may join."""

import re
from typing import Any

from pydantic import BaseModel, Field, ValidationError, field_validator

from scrapers.dates import parse_moment
from scrapers.platforms.applicants import applicant_facts
from scrapers.platforms.html_pages import absolute
from scrapers.platforms.programme_pages import NORTH_SEA, NORTH_WEST_EUROPE, reference_of
from scrapers.text import clean, html_to_text
from tracker.core.call import CallData, CallText, Claim, Deadline, DeadlineKind, Fact, FactName

HOME = "https://interreg.eu"
CLAIMS = {"open": Claim.OPEN, "forthcoming": Claim.FORTHCOMING}

REGION = "NL32"
"""Noord-Holland, the province of the city."""

PROGRAMMES = {
    "interreg-nwe": re.compile(r"north[-\s]*west(?:ern)?\s+europe|\bNWE\b", re.IGNORECASE),
    "interreg-north-sea": re.compile(r"\bnorth\s+sea\b", re.IGNORECASE),
    "interreg-europe": re.compile(r"\binterreg\s+europe\b|^europe$", re.IGNORECASE),
    "urbact": re.compile(r"\burbact\b", re.IGNORECASE),
}
"""The programmes whose area holds Noord-Holland, by our slug."""

SHORT_NAMES = {page.programme: page.short_name for page in (NORTH_WEST_EUROPE, *NORTH_SEA)}
"""The programmes whose own page numbers its calls, and how it is called there."""

_NUTS = re.compile(r"[A-Z]{2}[0-9A-Z]{0,3}")
_CALL_NUMBER = re.compile(r"\bcall\s+(?:no\.?\s*)?(\d{1,2})\b", re.IGNORECASE)


class HitError(Exception):
    """A hit cannot be understood; `field` is where."""

    def __init__(self, message: str, *, field: str) -> None:
        super().__init__(message)
        self.field = field


class Hit(BaseModel):
    """One call of the index. Field names are those of the one public program that reads it."""

    id: str = Field(alias="objectID", min_length=1)
    title: str = Field(min_length=1)
    description: str | None = None
    teaser: str | None = None
    programmes: list[str] = Field(alias="associatedProgrammes", default=[])
    status: str = Field(alias="callStatus", min_length=1)
    opens: str | None = Field(alias="callOpenDate", default=None)
    deadline: str | None = Field(alias="callDeadlineDate", default=None)
    countries: list[str] = Field(alias="callEligibleCountryNames", default=[])
    nuts: list[str] = Field(alias="callEligibleCountryNuts", default=[])
    call_themes: list[str] = Field(alias="callThemes", default=[])
    themes: list[str] = []
    audience: list[str] = Field(alias="targetAudience", default=[])
    external_url: str | None = Field(alias="callExternalUrl", default=None)
    content_url: str | None = Field(alias="contentUrl", default=None)

    @field_validator("programmes", "countries", "nuts", "call_themes", "themes", "audience", mode="before")
    @classmethod
    def _make_list(cls, value: object) -> object:
        """Make a list of what may be one value or none."""
        values = value if isinstance(value, list) else [value]
        return [clean(item) if isinstance(item, str) else item for item in values if item not in (None, "")]


def read_hit(raw: Any) -> Hit:  # noqa: ANN401 - JSON of the index, checked here
    """Read one hit.

    Raises:
        HitError: a field that every call needs is missing or has another type.
    """
    try:
        return Hit.model_validate(raw)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise HitError(first["msg"], field=place) from error


def label_of(raw: object) -> str:
    """Give what names a hit in a message, also where it cannot be understood."""
    reference = raw.get("objectID") or raw.get("title") if isinstance(raw, dict) else None
    return str(reference or "a hit without objectID")


def is_open_to_region(hit: Hit) -> bool:
    """Tell whether Noord-Holland may join: by programme, else by country, and by NUTS codes where they stand.

    A hit that says nothing of all this is kept: what a source does not say never drops a call.
    """
    if programme_of(hit) != "interreg-other":
        return True
    codes = [code for code in hit.nuts if _NUTS.fullmatch(code)]
    dutch = [code for code in codes if code.startswith("NL")]
    if dutch:
        return any(code.startswith(REGION) or REGION.startswith(code) for code in dutch)
    if hit.countries:
        return any(re.search(r"netherlands|nederland|^NL$", name, re.IGNORECASE) for name in hit.countries)
    return not codes


def programme_of(hit: Hit) -> str:
    """Give our slug of the first of a hit's programmes that we know."""
    for slug, pattern in PROGRAMMES.items():
        if any(pattern.search(name) for name in hit.programmes):
            return slug
    return "interreg-other"


def name_of(hit: Hit) -> str:
    """Give the number under which a programme's own page knows a call ("Call 6"), or nothing."""
    number = _CALL_NUMBER.search(hit.title) if programme_of(hit) in SHORT_NAMES else None
    return f"Call {int(number[1])}" if number else ""


def source_ref_of(hit: Hit, name: str) -> str:
    """Give what a hit's call is known by: its programme's own number (`name`), else the index's."""
    return reference_of(programme_of(hit), name) if name else hit.id


def call_of(hit: Hit, *, name: str = "", source: str) -> CallData:
    """Make a call of a hit; `name` is its programme's own number where no other hit has that.

    By that number it stays the same call when the programme's page has to stand in for the index.

    Raises:
        HitError: its status or a date cannot be understood, or it has no address.
    """
    claim = CLAIMS.get(hit.status.strip().lower())
    if claim is None:
        raise HitError(f"{hit.status!r} is neither open nor forthcoming, which was asked", field="callStatus")
    url = absolute(hit.external_url or "", base=HOME) or absolute(hit.content_url or "", base=HOME)
    if not url:
        raise HitError("it has no address", field="callExternalUrl")
    programme = programme_of(hit)
    opens, deadline = _deadline(hit.opens, "callOpenDate"), _deadline(hit.deadline, "callDeadlineDate")
    return CallData(
        source=source,
        source_ref=source_ref_of(hit, name),
        identifier=f"{SHORT_NAMES[programme]} {name}" if name else hit.id,
        url=url,
        texts=(_text(hit),),
        programme=programme,
        programme_code=", ".join(hit.programmes),
        claim=claim,
        opens_on=opens.date if opens else None,
        deadlines=(deadline,) if deadline else (),
        deadline_kind=DeadlineKind.FIXED if deadline else DeadlineKind.UNKNOWN,
        facts=_facts(hit),
    )


def _deadline(value: str | None, field: str) -> Deadline | None:
    """Read a moment of the index in Brussels time.

    The index writes real UTC (`2027-01-28T11:00:00Z` is noon in Brussels), so it may be converted. Midnight,
    in UTC or in Brussels, is how such an index stores a day without an hour, so it stays a day.
    """
    if not value:
        return None
    try:
        moment = parse_moment(value.strip().replace("+00:00", "Z"), locale="en")
    except ValueError as error:
        raise HitError(str(error), field=field) from error
    local = moment.in_brussels()
    midnight = any(
        time is not None and (time.hour, time.minute) == (0, 0) for time in (moment.time, local.time)
    )
    return Deadline(local.date, None if midnight else local.time)


def _text(hit: Hit) -> CallText:
    conditions = (
        ("Programme", hit.programmes),
        ("Eligible countries", hit.countries),
        ("Eligible regions", hit.nuts),
        ("Target audience", hit.audience),
    )
    return CallText(
        language="en",
        title=clean(html_to_text(hit.title)),
        body=html_to_text(hit.description or hit.teaser or ""),
        keywords=tuple(hit.call_themes or hit.themes),
        conditions="\n".join(f"{label}: {', '.join(values)}" for label, values in conditions if values),
    )


def _facts(hit: Hit) -> tuple[Fact, ...]:
    lists = ((FactName.COUNTRIES, hit.countries), (FactName.PLACE, hit.nuts))
    stated = (Fact(name, ", ".join(values), ", ".join(values)) for name, values in lists if values)
    return (*stated, *applicant_facts(hit.audience))
