"""Writes a list of calls as it is filtered: for a spreadsheet, a calendar or a news reader."""

import csv
import io
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from xml.etree import ElementTree

from tracker.calendar import AMSTERDAM, CalendarMethod, Moment, in_amsterdam, moment_uid, write_calendar
from tracker.core.call import ALIVE, CallData, text_of
from tracker.core.match import ReasonKind
from tracker.core.profile import Municipality
from tracker.digest.calls import safe_url
from tracker.digest.formats import clean
from tracker.lists import Row

ATOM = "http://www.w3.org/2005/Atom"
_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_RISKY = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%")
"""How a cell begins that a spreadsheet may take for a formula or a command (OWASP, CSV injection)."""
_LONGEST_CELL = 32_000  # characters; a spreadsheet takes 32 767
_WIDTHS = {"title": 60, "programme": 30, "priority": 40, "why": 50, "url": 40}

Say = Callable[[str, str], str]
Value = str | int | Decimal | date | None


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its name for programs, its heading for people, and what stands in it."""

    name: str
    heading: str
    values: Sequence[Value]


def columns(
    rows: Sequence[Row],
    *,
    municipality: Municipality,
    language: str,
    word: Callable[..., str],
    programme: Callable[[CallData, str], str],
    now: datetime,
) -> list[Column]:
    """Give the columns of a list in the reader's language, the codes that never change last.

    `word` says one of our closed values, and `programme` names a call's programme.
    """
    say = _speaker(language)

    def column(name: str, heading: str, value: Callable[[Row], Value]) -> Column:
        return Column(name, heading, [value(row) for row in rows])

    return [
        column("identifier", say("kenmerk", "identifier"), lambda row: row.call.data.identifier),
        column("title", say("titel", "title"), lambda row: text_of(row.call.data, (language, "en")).title),
        column("programme", say("programma", "programme"), lambda row: programme(row.call.data, language)),
        column("status", "status", lambda row: word(row.call.status_at(now), language)),
        column("priority", say("prioriteit", "priority"), lambda row: _priority(row, municipality, language)),
        column(
            "fit", say("past", "fit"), lambda row: word(row.match.strength, language) if row.match else ""
        ),
        column("why", say("omdat", "because"), why),
        column(
            "role",
            say("rol gemeente", "role"),
            lambda row: word(row.match.role, language) if row.match else "",
        ),
        column("decide_by", say("beslis vóór", "decide by"), lambda row: row.decide_by),
        column("deadline", say("sluit", "closes"), lambda row: _deadline(row, now)[0]),
        column("hour", say("uur (Brussel)", "hour (Brussels)"), lambda row: _deadline(row, now)[1]),
        column(
            "grant_min",
            say("per project vanaf", "grant from"),
            lambda row: row.call.data.budget.per_project_min,
        ),
        column(
            "grant_max",
            say("per project tot", "grant up to"),
            lambda row: row.call.data.budget.per_project_max,
        ),
        column("total", say("totaal", "total"), lambda row: row.call.data.budget.total),
        column("currency", say("munt", "currency"), lambda row: row.call.data.budget.currency),
        column("covered", say("vergoed %", "covered %"), lambda row: row.call.data.budget.funding_rate),
        column("state", say("stand", "state"), lambda row: word(row.review.state, language)),
        column("assignee", say("wie", "who"), lambda row: row.assignee.name if row.assignee else ""),
        column("due", say("actie vóór", "due"), lambda row: row.review.due_on),
        column("url", say("adres", "address"), lambda row: safe_url(row.call.data.url)),
        column("programme_slug", say("programmacode", "programme code"), lambda row: row.call.data.programme),
        column(
            "priority_slug",
            say("prioriteitcode", "priority code"),
            lambda row: row.match.priority if row.match else "",
        ),
    ]


def _priority(row: Row, municipality: Municipality, language: str) -> str:
    """Give the title of the priority that a call fits best; one that the profile lost keeps its slug."""
    slug = row.match.priority if row.match else ""
    priority = municipality.priority(slug)
    return priority.text(language).title if priority else slug


def why(row: Row) -> str:
    """Say what a call is about that the city looks for, in the call's own words."""
    if row.match is None:
        return ""
    terms = [reason.phrase or reason.term for reason in row.match.reasons if reason.kind is ReasonKind.TERM]
    return clean(" · ".join(dict.fromkeys(terms[:4])))


def _deadline(row: Row, now: datetime) -> tuple[date | None, str]:
    deadline = row.call.next_deadline(now)
    if deadline is None:
        return None, ""
    return deadline.date, f"{deadline.time:%H:%M}" if deadline.time else ""


def write_csv(table: Sequence[Column], *, language: str) -> bytes:
    """Write a table as CSV (RFC 4180) that a spreadsheet opens by itself: dates by ISO 8601.

    Dutch spreadsheets expect semicolons and a comma in numbers. A cell that could be taken for a formula gets
    an apostrophe in front.
    """
    is_dutch = language == "nl"
    written = io.StringIO()
    writer = csv.writer(written, delimiter=";" if is_dutch else ",", lineterminator="\r\n")
    writer.writerow([column.heading for column in table])
    for values in zip(*(column.values for column in table), strict=True):
        writer.writerow([_csv_cell(value, is_dutch=is_dutch) for value in values])
    return ("\ufeff" + written.getvalue()).encode("utf-8")


def _csv_cell(value: Value, *, is_dutch: bool) -> str:
    if isinstance(value, Decimal):
        return f"{value:f}".replace(".", ",") if is_dutch else f"{value:f}"
    if isinstance(value, str):
        return harmless(value)
    return "" if value is None else str(value)


def harmless(text: str) -> str:
    """Give foreign text as a cell that no spreadsheet takes for a formula."""
    line = clean(text, longest=_LONGEST_CELL)
    return f"'{line}" if line.startswith(_RISKY) else line


def write_xlsx(table: Sequence[Column], *, title: str) -> bytes:
    """Write a table as a spreadsheet: typed dates and amounts, the header frozen, all text as text."""
    import xlsxwriter

    written = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(written, options) as book:
        sheet = book.add_worksheet(clean(title, longest=31))
        bold = book.add_format({"bold": True, "text_wrap": True})
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        amount = book.add_format({"num_format": "#,##0"})
        for place, column in enumerate(table):
            sheet.write_string(0, place, column.heading, bold)
            sheet.set_column(place, place, _WIDTHS.get(column.name, 16))
            for line, value in enumerate(column.values, start=1):
                if isinstance(value, date):
                    sheet.write_datetime(line, place, datetime(value.year, value.month, value.day), day)  # noqa: DTZ001 - a spreadsheet knows no zones
                elif isinstance(value, Decimal | int):
                    sheet.write_number(line, place, float(value), amount)
                elif value:
                    sheet.write_string(line, place, clean(value, longest=_LONGEST_CELL))
        sheet.freeze_panes(1, 2)
        lines = len(table[0].values) if table else 0
        sheet.autofilter(0, 0, lines, max(len(table) - 1, 0))
    return written.getvalue()


def write_moments(
    rows: Sequence[Row],
    *,
    owner: str,
    language: str,
    sequences: Mapping[int, int],
    base: str,
    sender: str,
    name: str,
    now: datetime,
) -> bytes:
    """Write the deadlines and decision moments of a list as a calendar to subscribe to.

    `owner` (an address) keeps one reader's moments apart from another's, `sequences` tells by call how often
    its deadlines moved, so that a calendar takes the newer date; a reviewer's day follows the review's
    version. What is over or gone is left out: a subscribed calendar drops it by itself.
    """
    moments = []
    for row in rows:
        if row.call.status_at(now) in ALIVE:
            moments += _moments_of(
                row, owner, language, sequences=sequences, base=base, sender=sender, now=now
            )
    return write_calendar(moments, method=CalendarMethod.PUBLISH, name=name, sender=sender, now=now)


def _moments_of(
    row: Row,
    owner: str,
    language: str,
    *,
    sequences: Mapping[int, int],
    base: str,
    sender: str,
    now: datetime,
) -> list[Moment]:
    say, call = _speaker(language), row.call
    title = clean(text_of(call.data, (language, "en")).title, longest=120)
    deadline = call.next_deadline(now)
    moved = sequences.get(call.id, 0)
    dated: list[tuple[str, date | datetime, str, int]] = []
    if deadline is not None and not deadline.is_past(now):
        dated.append(("deadline", in_amsterdam(deadline), say("Sluit", "Closes"), moved))
    if row.decide_by is not None and row.decide_by >= now.astimezone(AMSTERDAM).date():
        dated.append(("decide", row.decide_by, say("Beslis", "Decide"), moved))
    if row.review.due_on is not None:
        dated.append(("due", row.review.due_on, say("Actie", "Due"), row.review.version))
    domain = sender.partition("@")[2]
    return [
        Moment(
            uid=moment_uid(f"list:{owner}", call.id, kind, domain=domain),
            sequence=sequence,
            at=at,
            title=f"{label}: {title}",
            description=why(row),
            url=f"{base}/calls/{call.id}",
        )
        for kind, at, label, sequence in dated
    ]


def write_atom(
    rows: Sequence[Row],
    *,
    address: str,
    base: str,
    title: str,
    language: str,
    since: datetime,
    now: datetime,
) -> bytes:
    """Write a list as an Atom feed (RFC 4287), what changed last first.

    `address` is the feed's own; `since` is when it was made: an empty list is as old as that. The same list
    gives the same bytes until its calls change.
    """
    ElementTree.register_namespace("", ATOM)
    feed = ElementTree.Element(_tag("feed"), {_LANGUAGE: language})
    newest = max((row.touched for row in rows), default=since)
    _add(feed, "id", uuid.uuid5(uuid.NAMESPACE_URL, address).urn)
    _add(feed, "title", clean(title))
    _add(feed, "updated", _rfc3339(newest))
    ElementTree.SubElement(feed, _tag("link"), {"rel": "self", "href": address})
    author = ElementTree.SubElement(feed, _tag("author"))
    _add(author, "name", "Europese kansen")
    for row in sorted(rows, key=lambda row: row.touched, reverse=True):
        _entry(feed, row, base=base, language=language, now=now)
    document: bytes = ElementTree.tostring(feed, encoding="utf-8", xml_declaration=True)
    return document


def _entry(feed: ElementTree.Element, row: Row, *, base: str, language: str, now: datetime) -> None:
    say, call = _speaker(language), row.call
    entry = ElementTree.SubElement(feed, _tag("entry"))
    _add(entry, "id", f"{base}/calls/{call.id}")
    text = text_of(call.data, (language, "en"))
    _add(entry, "title", clean(text.title)).set(_LANGUAGE, text.language)
    _add(entry, "updated", _rfc3339(row.touched))
    _add(entry, "published", _rfc3339(call.first_seen))
    ElementTree.SubElement(entry, _tag("link"), {"rel": "alternate", "href": f"{base}/calls/{call.id}"})
    if publisher := safe_url(call.data.url):
        ElementTree.SubElement(entry, _tag("link"), {"rel": "related", "href": publisher})
    deadline = call.next_deadline(now)
    lines = [why(row)]
    if deadline is not None:
        lines.append(f"{say('Sluit', 'Closes')}: {deadline.date.isoformat()}")
    if row.decide_by is not None:
        lines.append(f"{say('Beslis vóór', 'Decide by')}: {row.decide_by.isoformat()}")
    _add(entry, "summary", " · ".join(line for line in lines if line))


def _add(parent: ElementTree.Element, name: str, text: str) -> ElementTree.Element:
    added = ElementTree.SubElement(parent, _tag(name))
    added.text = text
    return added


def _tag(name: str) -> str:
    return f"{{{ATOM}}}{name}"


def _rfc3339(moment: datetime) -> str:
    return moment.astimezone(UTC).replace(microsecond=0).isoformat().replace("+00:00", "Z")


def _speaker(language: str) -> Say:
    return lambda dutch, english: dutch if language == "nl" else english
