"""A stand-in for EuroAccess: our own calls on pages of the real shape, on any day.

For the demonstration and the tests. Two of the calls are portal calls too, by their call number. The shape has
the traps of the real pages: an arrow in a fourth cell, ids with a space, each table repeated in a comment.
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
MEMBER_STATES = "EU Member States"
PUBLIC = "Public Body (national, regional and local; incl. EGTCs)"
COMPANY = "Private institution, incl. private company (private for profit)"
RESEARCH = "Research Institution incl. University"
ON_THE_PORTAL = ("CERV-2026-CITIZENS-TOWN-NT", "I3-2026-INV1")


@dataclass(frozen=True, kw_only=True)
class SampleCall:
    """One call as EuroAccess would show it; `closes` is "" where no deadline is known."""

    number: int
    programme: str
    title: str
    closes: str
    opens: str = ""
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


def calls_on(today: dt.date) -> tuple[SampleCall, ...]:
    """Give the twelve calls of a day, their dates counted from it."""

    def day(days: int, hour: str = "") -> str:
        return f"{today + dt.timedelta(days=days):%d.%m.%Y} {hour}".strip()

    bodies = f"{PUBLIC}, {COMPANY}, {RESEARCH}"
    transport, urban = "Mobility & Transport", "Rural & Urban Development/Planning"
    energy, culture = "Energy Efficiency, Renewable Energy", "Arts & Culture, Cultural Heritage, Tourism"
    own = (
        SampleCall(
            number=9101,
            programme="Interreg North-West Europe",
            title="Interreg North-West Europe: Call 7 for quiet and green harbours",
            closes=day(75, "12:00"),
            opens=day(-20),
            countries=f"{MEMBER_STATES}<br>Netherlands (Nederland), Belgium (Belgique/België), Ireland",
            entities=bodies,
            topics=(transport, energy),
            contribution="max. € 4,500,000.00",
        ),
        SampleCall(
            number=9102,
            programme="Interreg Czechia-Poland",
            title="Small bridges over the border river",
            closes=day(40, "23:59"),
            countries="Czechia (Česko), Poland (Polska)",
        ),
        SampleCall(
            number=9103,
            programme="Driving Urban Transitions Partnership (DUT)",
            title="DUT Call: car-free quarters",
            closes=day(61, "13:00"),
            opens=day(-15),
            entities=bodies,
            topics=(transport, urban),
            link="https://dutpartnership.eu/our-calls/car-free-quarters",
        ),
        SampleCall(
            number=9104,
            programme="URBACT IV",
            title="Networks of cities that repair",
            closes=day(90, "15:00"),
            topics=(urban,),
            link="https://urbact.eu/call-networks-that-repair",
        ),
        SampleCall(
            number=9105,
            programme="EU4Health programme 2021-2027",
            title="Neighbourhood care against loneliness",
            closes=day(33, "17:00"),
            entities=bodies,
        ),
        SampleCall(
            number=9106,
            programme="New European Bauhaus Facility",
            title="Beautiful renovation of post-war flats",
            closes=day(120, "17:00"),
            topics=(urban, energy),
            entities=bodies,
        ),
        SampleCall(
            number=9107,
            programme="Horizon Europe: Cluster 5 - Climate, Energy and Mobility",
            title="Batteries for city buses",
            closes=day(55, "17:00"),
            entities=f"{COMPANY}, {RESEARCH}",
            topics=(transport,),
        ),
        SampleCall(
            number=9108,
            programme="Pilot Projects and Preparatory Actions (PPPAs)",
            title="Night libraries & study rooms",
            closes=day(21, "16:00"),
            contribution="€ 200,000.00 - € 350,000.00",
            topics=(culture,),
        ),
        SampleCall(
            number=9109,
            programme="Western Balkans Info Hub",
            title="Twinning of info desks",
            closes=day(14, "18:00"),
            countries="Albania (Shqipëria), Kosovo (Kosova/Kosovë / Косово), Montenegro (Црна Гора)",
        ),
        SampleCall(
            number=9110,
            programme="European Urban Initiative",
            title="City-to-City Exchanges",
            closes="",
            link="https://www.urban-initiative.eu/capacity-building/city-to-city-exchanges/call",
            topics=(urban,),
        ),
    )
    return (*own, *_portal_calls(today))


def _portal_calls(today: dt.date) -> Iterator[SampleCall]:
    """Give the calls that the portal's stand-in has too, under the same call number and date."""
    found = {str(call["identifier"]): call for call in sample_calls(today)}
    for number, identifier in enumerate(ON_THE_PORTAL, start=9111):
        call = found[identifier]
        yield SampleCall(
            number=number,
            programme=_NAMES[str(call["programme"])],
            title=str(call["title"]),
            closes=f"{dt.date.fromisoformat(call.deadlines[0][:10]):%d.%m.%Y} 17:00",
            opens=f"{call.opens_on:%d.%m.%Y}",
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
    """Answer a request as EuroAccess would: status, content type, bytes; None for a path that is not its own."""
    if method != "GET" or not path.startswith(CALLS):
        return None
    calls = calls_on(today)
    if path == CALLS:
        return 200, HTML, _list(calls).encode()
    found = next((call for call in calls if path.split("/")[3:4] == [str(call.number)]), None)
    if found is None:
        return 404, HTML, _page("Not found", "<h2>Page not found</h2>").encode()
    return 200, HTML, _page(found.title, _details(found)).encode()


def _list(calls: tuple[SampleCall, ...]) -> str:
    rows = "".join(_row(call) for call in calls)
    return _page(
        "Search for Funding",
        f"""<div class="noindex"><h3>{len(calls)} Calls found</h3>
        <table id="calls-overview" class="overview"><thead class="sticky-thead">
        <tr><th>Funding Program</th><th>Call</th><th id="sortbydate">CALL DEADLINE</th></tr></thead>
        <tbody>{rows}</tbody></table></div>""",
    )


def _row(call: SampleCall) -> str:
    title, link = escape(call.title), f'href="{HOST}{escape(call.path)}"'
    return f"""<tr>
        <td class="title">{escape(call.programme)}</td>
        <td><a {link} title="{title}" aria-label="{title}">{title}</a></td>
        <td>{call.closes}</td>
        <td><a class="right-arrow" {link} title="{title}" aria-label="{title}"></a></td>
    </tr>"""


def _details(call: SampleCall) -> str:
    key_data = [f'<div class="tr flex"><p class="title td"><strong>Funding Program</strong></p>'
                f'<p class="td">{escape(call.programme)}</p></div>']  # fmt: skip
    key_data += [_field("Call number", escape(call.call_number))] if call.call_number else []
    key_data.append(_dates(call))
    key_data += (
        [_field("Estimated EU contribution per project", call.contribution)] if call.contribution else []
    )
    if call.link:
        key_data.append(_field("Link to the call", f'<a href="{call.link}" target="_blank">page</a>'))
    topics = "".join(
        f'<div class="topics" title="What it means">{escape(name)}</div>' for name in call.topics
    )
    tables = [
        ("Call key data", f"<h1>{escape(call.title)}</h1>", "".join(key_data)),
        (
            "Call content",
            "",
            _field("short description", "<p>Their own words, which nobody keeps.</p>", "div"),
        ),
        (
            "Eligibility Criteria",
            "",
            _field("Regions / countries for funding", call.countries, "div")
            + _field("eligible entities", escape(call.entities))
            + _field("Mandatory partnership", "No"),
        ),
        ("Additional information", "", _field("Topics", topics, "div")),
    ]
    return f'<div id="calldata">{"".join(_subtable(*table) for table in tables)}</div>'


def _dates(call: SampleCall) -> str:
    opening = f'<p id="call-opening td"><strong>Opening</strong><br>{call.opens}</p>' if call.opens else ""
    closing = (
        f'<p id="call-deadline td"><strong>Deadline</strong><br>{call.closes}</p>' if call.closes else ""
    )
    return f'<div class="tr flex deadline"><p class="title td">deadlines</p>{opening}{closing}</div>'


def _field(label: str, value: str, tag: str = "p") -> str:
    return f'<div class="tr flex"><p class="title td">{label}</p><{tag} class="td">{value}</{tag}></div>'


def _subtable(name: str, title: str, rows: str) -> str:
    """Make one table with its repetition, which shows an older state to whoever reads comments."""
    repeated = "<tr><td class='title'>Call number</td><td>COMMENT-REPEATS</td></tr>"
    return (
        f'<div class="subtable"><h4 class="table-head">{name}</h4>{title}{rows}'
        f"<!--table><tbody>{repeated}</tbody></table--></div>"
    )


def _page(title: str, content: str) -> str:
    return f"""<!DOCTYPE html>
<html lang="en"><head><meta charset="UTF-8"><title>{escape(title)} - EuroAccess</title></head>
<body><h1 id="logo"><a href="/">EuroAccess</a></h1><div id="main">{content}</div></body></html>"""
