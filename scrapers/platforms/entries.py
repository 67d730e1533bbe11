"""Reads calls that people wrote down themselves, as TOML tables `[[call]]`."""

import re
import tomllib
import unicodedata
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from scrapers.contract import Fetch, Item, RowProblem, Site
from scrapers.programmes import find
from tracker.core.call import Budget, CallData, CallText, Deadline, DeadlineKind, MomentKind
from tracker.core.errors import LayoutChangedError


class _Entry(BaseModel):
    """One `[[call]]` as a person writes it; every key but the title and the address may be left out."""

    model_config = ConfigDict(extra="forbid")

    title: Annotated[str, Field(min_length=3)]
    url: Annotated[str, Field(pattern=r"^https?://\S+$")]
    ref: str = ""
    identifier: str = ""
    title_nl: str = ""
    text: str = ""
    text_nl: str = ""
    programme: str = ""
    opens: date | None = None
    deadline: datetime | date | None = None
    cut_offs: tuple[date, ...] = ()
    kind: DeadlineKind | None = None
    total: Annotated[Decimal, Field(gt=0)] | None = None
    per_project: Annotated[Decimal, Field(gt=0)] | None = None
    rate: Annotated[Decimal, Field(gt=0, le=100)] | None = None


def crawl(_fetch: Fetch, site: Site) -> Iterator[Item]:
    """Give the calls of `site.options["entries"]` (TOML text); an entry that is not right is a problem.

    Raises:
        LayoutChangedError: the text is no TOML, or has no `[[call]]`.
    """
    text = site.options.get("entries", "")
    try:
        written = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise LayoutChangedError(f"the file of own calls is not TOML: {error}", source="manual") from error
    entries = written.get("call", [])
    if not isinstance(entries, list) or not entries:
        message = "the file of own calls has no [[call]] table; each call is one"
        raise LayoutChangedError(message, source="manual", field="call")
    for number, entry in enumerate(entries, start=1):
        yield _item(entry, number)


def _item(raw: Mapping[str, Any], number: int) -> Item:
    title = str(raw.get("title", "")) or f"call {number}"
    ref = str(raw.get("ref") or slug(title))
    try:
        entry = _Entry.model_validate(raw)
        return call_of(entry, ref=ref)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        field = ".".join(str(part) for part in first["loc"][:1])
        return RowProblem(ref, f"{field}: {first['msg']} (found {first['input']!r})", field)
    except ValueError as error:
        return RowProblem(ref, str(error), "programme")


def call_of(entry: _Entry, *, ref: str) -> CallData:
    """Make a call of what a person wrote.

    Raises:
        ValueError: the programme is not one of ours.
    """
    programme = find(entry.programme) if entry.programme else None
    if entry.programme and programme is None:
        raise ValueError(f"programme: {entry.programme!r} is not known; leave it out or see: tracker sources")
    texts = [CallText(language="en", title=entry.title, body=entry.text)]
    if entry.title_nl or entry.text_nl:
        texts.append(CallText(language="nl", title=entry.title_nl or entry.title, body=entry.text_nl))
    deadlines, kind = _deadlines(entry)
    return CallData(
        source="manual",
        source_ref=ref,
        identifier=entry.identifier or ref,
        url=entry.url,
        texts=tuple(texts),
        programme=programme.slug if programme else "other",
        programme_code=programme.code if programme else "",
        opens_on=entry.opens,
        deadlines=deadlines,
        deadline_kind=entry.kind or kind,
        budget=Budget(total=entry.total, per_project_max=entry.per_project, funding_rate=entry.rate),
    )


def _deadlines(entry: _Entry) -> tuple[tuple[Deadline, ...], DeadlineKind]:
    if entry.cut_offs:
        cut_offs = sorted(entry.cut_offs)
        return tuple(Deadline(day, kind=MomentKind.CUT_OFF) for day in cut_offs), DeadlineKind.CUT_OFFS
    if entry.deadline is None:
        return (), DeadlineKind.UNKNOWN
    if isinstance(entry.deadline, datetime):
        hour = entry.deadline.timetz().replace(tzinfo=None)
        return (
            Deadline(entry.deadline.date(), hour if hour.hour or hour.minute else None),
        ), DeadlineKind.FIXED
    return (Deadline(entry.deadline),), DeadlineKind.FIXED


def slug(title: str) -> str:
    """Give a short stable name for a title: lower case, ASCII, words joined by hyphens."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    return "-".join(re.findall(r"[a-z0-9]+", plain))[:60].strip("-") or "call"
