"""A stand-in for EuroAccess: our own calls on pages of the real shape, on any day.

For the demonstration and the tests. Two of the calls are portal calls too, by their call number. The shape
has the traps of the real pages: an arrow in a fourth cell, ids with a space, tables repeated in comments.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape

from tracker.demo.portal import sample_calls

__all__ = ["CALLS", "SampleCall", "answer", "calls_on"]

HOST = "https://www.euro-access.eu"
CALLS = "/en/calls"
HTML = "text/html; charset=UTF-8"
CONTRIBUTION = "Estimated EU contribution per project"
MEMBER_STATES = "EU Member States"
PUBLIC = "Public Body (national, regional and local; incl. EGTCs)"
COMPANY = "Private institution, incl. private company (private for profit)"
RESEARCH = "Research Institution incl. University"
EVERYBODY = f"{PUBLIC}, {COMPANY}, {RESEARCH}"
TRANSPORT = "Mobility & Transport"
URBAN = "Rural & Urban Development/Planning"
ENERGY = "Energy Efficiency, Renewable Energy"
CULTURE = "Arts & Culture, Cultural Heritage, Tourism"
ON_THE_PORTAL = ("CERV-2026-CITIZENS-TOWN-NT", "I3-2026-INV1")


@dataclass(frozen=True, kw_only=True)
class SampleCall:
    """One call as EuroAccess would show it, its dates in days from today; None where one is not known."""

    number: int
    programme: str
    title: str
    closes_in: int | None = None
    hour: str = ""
    opens_in: int | None = None
    call_number: str = ""
    link: str = ""
    countries: str = MEMBER_STATES
    entities: str = PUBLIC
    topics: tuple[str, ...] = ()
    contribution: str = ""

    @property
    def path(self) -> str:
        """The path of the call's own page."""
        return f"{CALLS}/{self.number}/{'-'.join(self.title.replace(':', '').split())}"


_OWN = (
    SampleCall(
        number=9101,
        programme="Interreg North-West Europe",
        title="Interreg North-West Europe: Call 7 for quiet and green harbours",
        closes_in=75,
        hour="12:00",
        opens_in=-20,
        countries=f"{MEMBER_STATES}<br>Netherlands (Nederland), Belgium (Belgique/België), Ireland",
        entities=EVERYBODY,
        topics=(TRANSPORT, ENERGY),
        contribution="max. € 4,500,000.00",
    ),
    SampleCall(
        number=9102,
        programme="Interreg Czechia-Poland",
        title="Small bridges over the border river",
        closes_in=40,
        hour="23:59",
        countries="Czechia (Česko), Poland (Polska)",
    ),
    SampleCall(
        number=9103,
        programme="Driving Urban Transitions Partnership (DUT)",
        title="DUT Call: car-free quarters",
        closes_in=61,
        hour="13:00",
        opens_in=-15,
        entities=EVERYBODY,
        topics=(TRANSPORT, URBAN),
        link="https://dutpartnership.eu/our-calls/car-free-quarters",
    ),
    SampleCall(
        number=9104,
        programme="URBACT IV",
        title="Networks of cities that repair",
        closes_in=90,
        hour="15:00",
        topics=(URBAN,),
        link="https://urbact.eu/call-networks-that-repair",
    ),
    SampleCall(
        number=9105,
        programme="EU4Health programme 2021-2027",
        title="Neighbourhood care against loneliness",
        closes_in=33,
        hour="17:00",
        entities=EVERYBODY,
    ),
    SampleCall(
        number=9106,
        programme="New European Bauhaus Facility",
        title="Beautiful renovation of post-war flats",
        closes_in=120,
        hour="17:00",
        topics=(URBAN, ENERGY),
        entities=EVERYBODY,
    ),
    SampleCall(
        number=9107,
        programme="Horizon Europe: Cluster 5 - Climate, Energy and Mobility",
        title="Batteries for city buses",
        closes_in=55,
        hour="17:00",
        entities=f"{COMPANY}, {RESEARCH}",
        topics=(TRANSPORT,),
    ),
    SampleCall(
        number=9108,
        programme="Pilot Projects and Preparatory Actions (PPPAs)",
        title="Night libraries & study rooms",
        closes_in=21,
        hour="16:00",
        contribution="€ 200,000.00 - € 350,000.00",
        topics=(CULTURE,),
    ),
    SampleCall(
        number=9109,
        programme="Western Balkans Info Hub",
        title="Twinning of info desks",
        closes_in=14,
        hour="18:00",
        countries="Albania (Shqipëria), Kosovo (Kosova/Kosovë / Косово), Montenegro (Црна Гора)",
    ),
    SampleCall(
        number=9110,
        programme="European Urban Initiative",
        title="City-to-City Exchanges",
        link="https://www.urban-initiative.eu/capacity-building/city-to-city-exchanges/call",
        topics=(URBAN,),
    ),
)


def calls_on(today: dt.date) -> tuple[SampleCall, ...]:
    """Give the twelve calls of a day."""
    return (*_OWN, *_portal_calls(today))


def _portal_calls(today: dt.date) -> Iterator[SampleCall]:
    """Give the calls that the portal's stand-in has too, under the same call number and date."""
    found = {str(call["identifier"]): call for call in sample_calls(today)}
    for number, identifier in enumerate(ON_THE_PORTAL, start=9111):
        call = found[identifier]
        yield SampleCall(
            number=number,
            programme=_NAMES[str(call["programme"])],
            title=str(call["title"]),
            closes_in=(call.days[0] - today).days,
            hour="17:00",
            opens_in=(call.opens_on - today).days,
            call_number=identifier,
            link=f"https://ec.europa.eu/info/funding-tenders/opportunities/portal/screen/opportunities/"
            f"topic-details/{identifier.lower()}",
            entities=f"{PUBLIC}, Non-Profit Organisation (NPO) / Non-Governmental Organisation (NGO)",
        )


_NAMES = {
    "CERV": "Citizens, Equality, Rights and Values programme",
    "I3": "Interregional Innovation Investments",
}


def answer(method: str, path: str, query: str, body: bytes, today: dt.date) -> tuple[int, str, bytes] | None:
    """Answer as EuroAccess would: status, content type, bytes; None for a path that is not its own."""
    if method != "GET" or not path.startswith(CALLS):
        return None
    calls = calls_on(today)
    if path == CALLS:
        return 200, HTML, _list(calls, today).encode()
    found = next((call for call in calls if path.split("/")[3:4] == [str(call.number)]), None)
    if found is None:
        return 404, HTML, _page("Not found", "<h2>Page not found</h2>").encode()
    return 200, HTML, _page(found.title, _details(found, today)).encode()


def _list(calls: tuple[SampleCall, ...], today: dt.date) -> str:
    rows = "".join(_row(call, today) for call in calls)
    return _page(
        "Search for Funding",
        f"""<div class="noindex"><h3>{len(calls)} Calls found</h3>
        <table id="calls-overview" class="overview"><thead class="sticky-thead">
        <tr><th>Funding Program</th><th>Call</th><th id="sortbydate">CALL DEADLINE</th></tr></thead>
        <tbody>{rows}</tbody></table></div>""",
    )


def _row(call: SampleCall, today: dt.date) -> str:
    title, link = escape(call.title), f'href="{HOST}{escape(call.path)}"'
    return f"""<tr>
        <td class="title">{escape(call.programme)}</td>
        <td><a {link} title="{title}" aria-label="{title}">{title}</a></td>
        <td>{_closing(call, today)}</td>
        <td><a class="right-arrow" {link} title="{title}" aria-label="{title}"></a></td>
    </tr>"""


def _details(call: SampleCall, today: dt.date) -> str:
    topics = "".join(f'<div class="topics" title="-">{escape(name)}</div>' for name in call.topics)
    key_data = (
        _field("<strong>Funding Program</strong>", escape(call.programme))
        + (_field("Call number", escape(call.call_number)) if call.call_number else "")
        + _dates(call, today)
        + (_field(CONTRIBUTION, call.contribution) if call.contribution else "")
        + (_field("Link to the call", f'<a href="{call.link}">page</a>') if call.link else "")
    )
    eligibility = (
        _field("Regions / countries for funding", call.countries, "div")
        + _field("eligible entities", escape(call.entities))
        + _field("Mandatory partnership", "No")
    )
    content = _field("short description", "<p>Their own words, which nobody keeps.</p>", "div")
    tables = (
        ("Call key data", f"<h1>{escape(call.title)}</h1>{key_data}"),
        ("Call content", content),
        ("Eligibility Criteria", eligibility),
        ("Additional information", _field("Topics", topics, "div")),
    )
    return f'<div id="calldata">{"".join(_subtable(*table) for table in tables)}</div>'


def _dates(call: SampleCall, today: dt.date) -> str:
    moments = {"opening": _day(call.opens_in, today), "deadline": _closing(call, today)}
    shown = "".join(
        f'<p id="call-{name} td"><strong>{name.capitalize()}</strong><br>{moment}</p>'
        for name, moment in moments.items()
        if moment
    )
    return f'<div class="tr flex deadline"><p class="title td">deadlines</p>{shown}</div>'


def _closing(call: SampleCall, today: dt.date) -> str:
    return f"{_day(call.closes_in, today)} {call.hour}".strip()


def _day(days: int | None, today: dt.date) -> str:
    return "" if days is None else f"{today + dt.timedelta(days=days):%d.%m.%Y}"


def _field(label: str, value: str, tag: str = "p") -> str:
    return f'<div class="tr flex"><p class="title td">{label}</p><{tag} class="td">{value}</{tag}></div>'


def _subtable(name: str, rows: str) -> str:
    """Make one table with its repetition, which shows an older state to whoever reads comments."""
    repeated = "<tr><td class='title'>Call number</td><td>COMMENT-REPEATS</td></tr>"
    return (
        f'<div class="subtable"><h4 class="table-head">{name}</h4>{rows}'
        f"<!--table><tbody>{repeated}</tbody></table--></div>"
    )


def _page(title: str, content: str) -> str:
    return f"""<!DOCTYPE html>
<html lang="en"><head><meta charset="UTF-8"><title>{escape(title)} - EuroAccess</title></head>
<body><h1 id="logo"><a href="/">EuroAccess</a></h1><div id="main">{content}</div></body></html>"""
