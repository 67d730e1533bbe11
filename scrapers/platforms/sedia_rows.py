"""Turns rows of the EU portal's index into calls: pure functions, one trap of the index each."""

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import dropwhile
from urllib.parse import quote

from scrapers.dates import parse_date
from scrapers.eligibility import facts_of, only_rate
from scrapers.platforms.sedia_budget import budget_of
from scrapers.platforms.sedia_wire import CASCADE_CALLS, CLAIMS, TOPICS, Row, RowKind
from scrapers.programmes import by_code
from scrapers.text import clean, html_to_text
from tracker.core.call import Budget, CallData, CallText, Deadline, DeadlineKind, Fact, MomentKind

_SCREEN = "https://ec.europa.eu/info/funding-tenders/opportunities/portal/screen/opportunities"
_LEADING_NUMBER = re.compile(r"\d+(?=[A-Za-z])")
_CASCADE_TEXT = ("description", "beneficiaryAdministration", "furtherInformation", "duration")


class RowError(ValueError):
    """A row lacks what a call cannot do without; `field` names it."""

    def __init__(self, message: str, *, field: str) -> None:
        super().__init__(message)
        self.field = field


def source_ref_of(row: Row, kind: RowKind) -> str:
    """Give the publisher's stable number of a call, the same in all languages.

    Raises:
        RowError: the row has no such number.
    """
    if kind == CASCADE_CALLS and (number := row.first("callccm2Id")):
        return number
    if not is_current(row, kind) and (number := row.first("ccm2Id")):
        return number
    if found := _LEADING_NUMBER.match(row.reference):
        return found[0]
    raise RowError(f"reference {row.reference!r} has no number in front", field="reference")


def is_current(row: Row, kind: RowKind) -> bool:
    """Tell whether a row has the present style of reference; archive copies have another."""
    return re.match(rf"\d+{kind.mark}", row.reference) is not None


def call_of(rows: Mapping[str, Row], kind: RowKind, *, source: str) -> CallData:
    """Make one call of its rows, one a language, the anchor language first: its row gives the facts.

    Raises:
        RowError: a row has no title or identifier, or a date that cannot be read.
    """
    row = next(iter(rows.values()))
    identifier = _identifier_of(row, kind)
    programme = by_code(row.first("frameworkProgramme")) if row.first("frameworkProgramme") else None
    texts = tuple(_text_of(each, kind, language=language) for language, each in rows.items())
    deadlines, deadline_kind = deadlines_of(row)
    action_type = ", ".join(dict.fromkeys(map(clean, row.all("typesOfAction"))))
    facts = _facts_of(row, texts, action_type=action_type)
    return CallData(
        source=source,
        source_ref=source_ref_of(row, kind),
        identifier=identifier,
        url=_url_of(row, kind),
        texts=texts,
        programme=programme.slug if programme else "",
        programme_code=row.first("frameworkProgramme"),
        call_identifier=row.first("callIdentifier"),
        call_title=_line(row.first("callTitle" if kind == TOPICS else "title")),
        claim=CLAIMS.get(row.first("status")),
        opens_on=_date(row.first("startDate"), "startDate") if row.first("startDate") else None,
        deadlines=deadlines,
        deadline_kind=deadline_kind,
        budget=_with_rate(budget_of(row, identifier), only_rate(facts)),
        action_type=action_type,
        tags=tuple(dict.fromkeys(tag for tag in map(clean, row.all("tags")) if tag)),
        facts=facts,
    )


def deadlines_of(row: Row) -> tuple[tuple[Deadline, ...], DeadlineKind]:
    """Give a row's dates and how it closes.

    Never an hour: the index writes midnight for "no hour known", and mislabels the hours of its archive.

    Raises:
        RowError: a date cannot be read.
    """
    dates = sorted({_date(value, "deadlineDate") for value in row.all("deadlineDate") if value})
    if not dates:
        return (), DeadlineKind.UNKNOWN
    match row.first("deadlineModel"):
        case "single-stage":
            kind, first, later = DeadlineKind.FIXED, MomentKind.SINGLE, MomentKind.SINGLE
        case "two-stage":
            kind, first, later = DeadlineKind.TWO_STAGE, MomentKind.STAGE_1, MomentKind.STAGE_2
        case "multiple cut-off":
            kind, first, later = DeadlineKind.CUT_OFFS, MomentKind.CUT_OFF, MomentKind.CUT_OFF
        case _ if len(dates) == 1:
            kind, first, later = DeadlineKind.FIXED, MomentKind.SINGLE, MomentKind.SINGLE
        case _:
            kind, first, later = DeadlineKind.CUT_OFFS, MomentKind.CUT_OFF, MomentKind.CUT_OFF
    moments = [first] + [later] * (len(dates) - 1)
    return tuple(Deadline(day, kind=moment) for day, moment in zip(dates, moments, strict=True)), kind


def keywords_of(row: Row) -> tuple[str, ...]:
    """Give a row's taxonomy terms, without the topic's and the call's own codes in front.

    Archive copies have all terms in one string that is itself a JSON list.
    """
    values = row.all("keywords")
    if len(values) == 1 and values[0].startswith("["):
        values = _decoded_list(values[0])
    codes = {row.first("identifier").casefold(), row.first("callIdentifier").casefold(), ""}
    terms = dropwhile(lambda term: term.casefold() in codes, map(clean, values))
    return tuple(dict.fromkeys(term for term in terms if term))


def _decoded_list(text: str) -> list[str]:
    try:
        decoded = json.loads(text)
    except ValueError:
        return [text]  # a keyword that happens to start with a bracket
    return [str(item) for item in decoded] if isinstance(decoded, list) else [text]


def _text_of(row: Row, kind: RowKind, *, language: str) -> CallText:
    if kind == CASCADE_CALLS:
        title = _line(row.first("callTitle") or row.first("caName") or row.summary or "")
        blocks = (html_to_text(row.first(name)) for name in _CASCADE_TEXT)
        body = "\n".join(block for block in blocks if block)
    else:
        title = _line(row.first("title") or row.summary or "")
        body = html_to_text(row.first("descriptionByte"))
    if not title:
        raise RowError("the row has no title", field="title")
    return CallText(
        language=language,
        title=title,
        body=body,
        keywords=keywords_of(row),
        destination=html_to_text(row.first("destinationDetails")),
        conditions=html_to_text(row.first("topicConditions")),
    )


def _facts_of(row: Row, texts: tuple[CallText, ...], *, action_type: str) -> tuple[Fact, ...]:
    """Look for facts in the anchor language; the conditions before the body, which repeats some."""
    words = "\n".join(filter(None, (texts[0].conditions, texts[0].body)))
    return facts_of(words, action_type=action_type, agreements=row.all("typeOfMGAs"))


def _with_rate(budget: Budget, rate: Decimal | None) -> Budget:
    return budget if rate is None else replace(budget, funding_rate=rate)


def _url_of(row: Row, kind: RowKind) -> str:
    """Give the page for people; the `url` of a cascade row leads to its parent's number, a wrong page."""
    if kind == CASCADE_CALLS:
        return f"{_SCREEN}/competitive-calls-cs/{quote(source_ref_of(row, kind), safe='')}"
    return f"{_SCREEN}/topic-details/{quote(_needed(row, 'identifier'), safe='')}"


def _identifier_of(row: Row, kind: RowKind) -> str:
    """Give a topic's identifier; a cascade call has its parent's, or its own number instead."""
    return (
        row.first("identifier") or source_ref_of(row, kind)
        if kind == CASCADE_CALLS
        else _needed(row, "identifier")
    )


def _needed(row: Row, field: str) -> str:
    value = row.first(field).strip()
    if not value:
        raise RowError(f"the row has no {field}", field=field)
    return value


def _date(value: str, field: str) -> date:
    try:
        return parse_date(value)
    except ValueError as error:
        raise RowError(f"{field}: {error}", field=field) from error


def _line(text: str) -> str:
    return clean(html_to_text(text))
