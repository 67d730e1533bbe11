"""Reads the subsidy windows in the Netherlands' official publications: searches, reads, mines, links.

A silent zero is the danger of this interface, so each query proves itself first: over the weeks in which a
known publication appeared it must still find it.
"""

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from scrapers.contract import Fetch, Gap, Item, Request, RowProblem, Site
from scrapers.platforms.koop_calls import (
    Statement,
    call_of,
    closed_call,
    opening_of,
    raised_call,
    statements_of,
)
from scrapers.platforms.koop_publication import parse_publication
from scrapers.platforms.sru import PROVINCIAAL_BLAD, STAATSCOURANT, SruRecord, ask, on_host_of, search
from tracker.core.call import CallData
from tracker.core.errors import ContractError, EmptyResultError, FetchError

FIRST_LOOK = dt.timedelta(days=2 * 365)
"""How far back the first reading goes: windows are rarely longer."""
LOOK_BACK = dt.timedelta(days=3 * 365)
"""How far back the opening is searched that a closing closes."""
PROOF_OF_LIFE = dt.timedelta(days=30)

_ALL = 'c.product-area=="officielepublicaties" AND w.publicatienaam=='
_NEWEST_FIRST = " sortBy dt.available/sort.descending"
_STAATSCOURANT = f'{_ALL}"{STAATSCOURANT}"'


@dataclass(frozen=True, slots=True)
class Query:
    """One question, and how it proves that it still works.

    `known` is a publication that it must find between `known_from` and `known_to`; `titles` and `texts` are
    what a publication's title and words must hold, since a full-text query finds much else.
    """

    name: str
    clause: str
    known: str
    known_from: dt.date
    known_to: dt.date
    titles: re.Pattern[str] = field(default=re.compile(""))
    texts: re.Pattern[str] = field(default=re.compile(""))


QUERIES = (
    Query(
        name="A (Kansen voor West)",
        clause=f'{_STAATSCOURANT} AND dt.creator=="Rotterdam" AND cql.textAndIndexes any '
        r'"EFRO \"Kansen voor West\" JTF subsidieplafonds"',
        known="stcrt-2021-28534",
        known_from=dt.date(2021, 5, 1),
        known_to=dt.date(2021, 8, 31),
        texts=re.compile(r"\bEFRO\b|Kansen\s+voor\s+West|\bJTF\b|Just\s+Transition"),
    ),
    Query(
        name="B (ESF+ and JTF)",
        clause=f'{_STAATSCOURANT} AND dt.title any "ESF ESF+ JTF"',
        known="stcrt-2022-34281",
        known_from=dt.date(2022, 12, 1),
        known_to=dt.date(2023, 1, 31),
        titles=re.compile(r"subsid|regeling|ESF|JTF", re.IGNORECASE),
    ),
    Query(
        name="C (province)",
        clause=f'{_ALL}"{PROVINCIAAL_BLAD}" AND dt.creator=="Noord-Holland" AND cql.textAndIndexes any '
        r'"EFRO Interreg JTF ESF \"Europese\""',
        known="prb-2021-2690",
        known_from=dt.date(2021, 3, 1),
        known_to=dt.date(2021, 5, 31),
        titles=re.compile(r"subsid|plafond|openstelling|EFRO|ESF|JTF|Interreg", re.IGNORECASE),
    ),
)
"""A, B and C of the survey of sources; B asks for the words, since titles mix two dashes in "2021-2027"."""


@dataclass(slots=True)
class _Read:
    """What was read: the windows that publications state, and what could not be understood or reached.

    `publications` tells by which query each publication was found.
    """

    statements: list[Statement] = field(default_factory=list)
    problems: list[RowProblem] = field(default_factory=list)
    gaps: list[Gap] = field(default_factory=list)
    publications: dict[str, Query] = field(default_factory=dict)


def crawl(fetch: Fetch, site: Site, *, source: str) -> Iterator[Item]:
    """Read all windows published since `site.options["since"]` (an ISO date), as seen on `options["today"]`.

    Without `since` it is the first reading, and goes back `FIRST_LOOK`. Without `today` the day of the newest
    publication counts as today: the Staatscourant appears on every working day.

    Raises:
        EmptyResultError: the Staatscourant itself is not found.
        ContractError: a query does not find the publication that it is known to find, or is refused.
    """
    newest = prove_life(fetch, site)
    today = _day(site, "today") or newest
    since = _day(site, "since") or today - FIRST_LOOK
    read = _Read()
    for query in QUERIES:
        prove(fetch, site, query=query)
        _read_into(read, fetch, site, query=query, since=since)
    _refuse_too_many(read, site)
    background = _background(fetch, site, read, since=since, today=today)
    yield from read.problems
    yield from read.gaps
    yield from _calls(read.statements, background, source=source, today=today)


def prove_life(fetch: Fetch, site: Site) -> dt.date:
    """Prove that the interface finds recent publications (query D); gives the day of the newest.

    Raises:
        EmptyResultError: it finds none.
    """
    today = _day(site, "today")
    recent = f' AND dt.available>="{today - PROOF_OF_LIFE}"' if today else ""
    query = f"{_STAATSCOURANT}{recent}{_NEWEST_FIRST}"
    answer = ask(fetch, site.url, query=query, most=1)
    records = [record for record in answer.records if isinstance(record, SruRecord)]
    if not answer.total or not records:
        message = "query D finds no Staatscourant of the last 30 days: the interface answers a silent zero"
        raise EmptyResultError(message, url=site.url, found=answer.total)
    return records[0].available


def prove(fetch: Fetch, site: Site, *, query: Query) -> None:
    """Prove that a query still finds the publication that it is known to find.

    Raises:
        ContractError: it does not, so that an empty answer to it means nothing.
    """
    asked = _between(query, query.known_from, query.known_to)
    found = search(fetch, site.url, query=asked)
    if not any(isinstance(record, SruRecord) and record.identifier == query.known for record in found):
        message = f"query {query.name} no longer finds {query.known}: an index or a word of it has changed"
        raise ContractError(message, url=site.url)


def _between(query: Query, first: dt.date, last: dt.date | None = None) -> str:
    until = f' AND dt.available<="{last}"' if last else ""
    return f'{query.clause} AND dt.available>="{first}"{until}{_NEWEST_FIRST}'


def _read_into(
    read: _Read, fetch: Fetch, site: Site, *, query: Query, since: dt.date, until: dt.date | None = None
) -> None:
    """Read what a query finds that is not read yet."""
    for record in search(fetch, site.url, query=_between(query, since, until)):
        if isinstance(record, RowProblem):
            read.problems.append(record)
        elif record.identifier not in read.publications and query.titles.search(record.title):
            read.publications[record.identifier] = query
            _read_publication(read, fetch, site, record=record, query=query)


def _read_publication(read: _Read, fetch: Fetch, site: Site, *, record: SruRecord, query: Query) -> None:
    if not record.xml_url:
        read.problems.append(RowProblem(record.identifier, "it has no XML", "itemUrl"))
        return
    try:
        page = fetch(Request(on_host_of(site.url, record.xml_url)))
    except FetchError as error:
        read.gaps.append(Gap(record.identifier, str(error)))
        return
    try:
        publication = parse_publication(page.content)
    except ValueError as error:
        read.problems.append(RowProblem(record.identifier, str(error), "publication"))
        return
    if query.texts.search(f"{record.title}\n{publication.text}"):
        read.statements += statements_of(record, publication)


def _refuse_too_many(read: _Read, site: Site) -> None:
    """Refuse a reading in which more than one publication in ten, and at least three, could not be reached.

    Raises:
        FetchError: it is so.
    """
    if len(read.gaps) >= 3 and len(read.gaps) * 10 > len(read.publications):
        first = read.gaps[0]
        count = f"{len(read.gaps)} of {len(read.publications)} publications"
        message = f"{count} cannot be read, first: {first.message}"
        raise FetchError(message, url=site.url)


def _background(fetch: Fetch, site: Site, read: _Read, *, since: dt.date, today: dt.date) -> list[Statement]:
    """Read the older publications that may have opened what is closed or raised now."""
    missing = [
        statement
        for statement in read.statements
        if statement.is_about_another and not opening_of(statement, read.statements)
    ]
    older = _Read(publications=dict(read.publications))
    for query in QUERIES:
        if any(read.publications[statement.record.identifier] is query for statement in missing):
            _read_into(older, fetch, site, query=query, since=today - LOOK_BACK, until=since)
    read.problems += older.problems
    read.gaps += older.gaps
    return older.statements


def _calls(
    statements: Sequence[Statement], background: Sequence[Statement], *, source: str, today: dt.date
) -> Iterator[Item]:
    """Give a call for each window, as its latest publication has it; a past window gives none."""
    calls: dict[str, CallData] = {}
    ordered = sorted(statements, key=lambda one: (one.record.available, one.record.identifier))
    openings = [*background, *ordered]
    for statement in ordered:
        call: CallData | None = None
        if statement.window.ends_another:
            call = closed_call(statement, openings, source=source, today=today)
        elif statement.is_about_another:
            call = raised_call(statement, openings, source=source)
        elif not statement.is_past(today):
            call = call_of(statement, source=source)
        if call is not None:
            calls[call.source_ref] = call
    yield from calls.values()


def _day(site: Site, name: str) -> dt.date | None:
    value = site.options.get(name)
    return dt.date.fromisoformat(value) if value else None
