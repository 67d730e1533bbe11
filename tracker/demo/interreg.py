"""Stands in for the interreg.eu index and for the two programme pages that replace it, for demo and tests.

The words are ours; the shapes are those that public programs read. Nothing here is a real call.
"""

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from urllib.parse import unquote

from jinja2 import Environment

from tracker.core.call import BRUSSELS

Answer = tuple[int, str, bytes]
"""A status, a content type and a body."""

QUERIES = "/1/indexes/*/queries"
NORTH_WEST_EUROPE = "/calls-for-projects"
FUTURE_NORTH_SEA = "/future-calls"
PREVIOUS_NORTH_SEA = "/previous-calls"

_PAGE = Environment(autoescape=True).from_string(
    """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>{{ title }}</title></head>
<body><nav><a href="/">Home</a> <a href="/about">About</a></nav>
<main><h1>{{ title }}</h1>
{% if section %}<h2>{{ section }}</h2>{% endif %}
{% for heading, words in calls %}{% if heading %}<h3>{{ heading }}</h3>{% endif %}<p>{{ words }}</p>
{% endfor %}</main><footer>Co-funded by the European Union</footer></body></html>
"""
)


def answer(method: str, path: str, query: str, body: bytes, today: date) -> Answer | None:
    """Answer as the publishers would on a day; None for what is not theirs."""
    path = unquote(path)
    if method == "POST" and path == QUERIES:
        return _search(body, today)
    pages = {
        NORTH_WEST_EUROPE: _north_west_europe,
        FUTURE_NORTH_SEA: _future_north_sea,
        PREVIOUS_NORTH_SEA: _previous_north_sea,
    }
    if method != "GET" or path not in pages:
        return None
    return 200, "text/html; charset=utf-8", pages[path](today).encode()


def hits(today: date) -> list[dict[str, Any]]:
    """Give all that the index holds on a day: calls for our region, calls for others, and a closed one."""
    return [*_for_the_region(today), *_for_others(today)]


def _search(body: bytes, today: date) -> Answer:
    """Answer each query of a request: all calls, or the live ones where the filters name a status."""
    try:
        queries = json.loads(body)["requests"]
        results = [_result(query, today) for query in queries]
    except (ValueError, KeyError, TypeError):
        return 400, "application/json", b'{"message": "Invalid JSON", "status": 400}'
    return 200, "application/json", json.dumps({"results": results}).encode()


def _result(query: Mapping[str, Any], today: date) -> dict[str, Any]:
    wants_live = "callStatus:" in query["filters"]
    found = [hit for hit in hits(today) if not wants_live or hit["callStatus"] in {"Open", "Forthcoming"}]
    return {"index": query["indexName"], "nbHits": len(found), "hits": found[: query["hitsPerPage"]]}


def _for_the_region(today: date) -> list[dict[str, Any]]:
    return [
        _hit(
            "ir-nwe-6",
            "Interreg North-West Europe Call 6",
            programme="North-West Europe",
            status="Open",
            dates=(_moment(today, -30), _moment(today, 65, hour=12)),
            places=(
                ("Belgium", "France", "Germany", "Ireland", "Luxembourg", "Netherlands"),
                ("NL32", "BE2"),
            ),
            themes=("Circular economy", "Climate adaptation"),
            description="<p>Cities and regions try out together how streets stay cool and how building"
            " materials are used again. Municipalities can lead.</p>",
            external_url="https://nweurope.eu/calls-for-projects/call-6",
        ),
        _hit(
            "ir-nsr-6",
            "North Sea Call 6: green transition of towns",
            programme="North Sea",
            status="Forthcoming",
            dates=(_moment(today, 28), _moment(today, 120, hour=14)),
            places=(("Belgium", "Denmark", "Germany", "Netherlands", "Norway", "Sweden"), ("NL32", "NL11")),
            themes=("Energy transition", "Blue-green networks"),
            description="<p>Towns around the North Sea prepare heat networks and rooms for water.</p>",
        ),
        _hit(
            "ir-urb-apn",
            "URBACT Action Planning Networks",
            programme="URBACT IV",
            status="Forthcoming",
            dates=(_moment(today, 50), _moment(today, 140)),
            places=((), ()),
            themes=("Urban development",),
            description="<p>Networks of eight to ten cities write a plan with the people who live there.</p>",
        ),
        _hit(
            "ir-nwe-cap",
            "North-West Europe: results shared with other cities",
            programme="North-West Europe",
            status="Open",
            dates=(_moment(today, -100), None),
            places=(("Netherlands", "Belgium"), ()),
            themes=("Social inclusion",),
            description="<p>Partners of finished projects bring what worked to a new place.</p>",
        ),
    ]


def _for_others(today: date) -> list[dict[str, Any]]:
    return [
        _hit(
            "ir-dan-4",
            "Danube Region Fourth Call",
            programme="Danube Region",
            status="Open",
            dates=(_moment(today, -10), _moment(today, 55, hour=14)),
            places=(("Austria", "Hungary", "Romania"), ("AT12", "HU11")),
            themes=("Water",),
            description="<p>For partners along the Danube.</p>",
        ),
        _hit(
            "ir-vl-nl-5",
            "Flanders-Netherlands Call 5",
            programme="Flanders-Netherlands",
            status="Open",
            dates=(_moment(today, -10), _moment(today, 80, hour=12)),
            places=(("Belgium", "The Netherlands"), ("BE21", "NL34", "NL41")),
            themes=("Innovation",),
            description="<p>For partners on both sides of the border.</p>",
        ),
        _hit(
            "ir-nwe-5",
            "Interreg North-West Europe Call 5",
            programme="North-West Europe",
            status="Closed",
            dates=(_moment(today, -400), _moment(today, -200, hour=12)),
            places=(("Netherlands",), ("NL32",)),
            themes=("Energy",),
            description="<p>This call is over.</p>",
        ),
    ]


def _hit(
    number: str,
    title: str,
    *,
    programme: str,
    status: str,
    dates: tuple[str, str | None],
    places: tuple[tuple[str, ...], tuple[str, ...]],
    themes: tuple[str, ...],
    description: str,
    external_url: str | None = None,
) -> dict[str, Any]:
    opens, deadline = dates
    countries, regions = places
    return {
        "objectID": number,
        "contentType": "callForProjectsPage",
        "title": title,
        "description": description,
        "associatedProgrammes": [programme],
        "callStatus": status,
        "callOpenDate": opens,
        "callDeadlineDate": deadline,
        "callEligibleCountryNames": list(countries),
        "callEligibleCountryNuts": list(regions),
        "callThemes": list(themes),
        "targetAudience": ["Local public authority", "Higher education and research"],
        "callExternalUrl": external_url,
        "contentUrl": f"/calls-for-projects/{number}",
    }


def _moment(today: date, days: int, *, hour: int = 0) -> str:
    """Write a moment as the index does: real UTC; a day without an hour is midnight in Brussels."""
    local = datetime.combine(today + timedelta(days=days), time(hour), BRUSSELS)
    return local.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _north_west_europe(today: date) -> str:
    calls = [
        (
            "Call 6 (open)",
            f"Call 6 opened on {_day(today, -30)} and is open until {_day(today, 65)} 12.00 noon CET.",
        ),
        (
            "Call 5 (closed)",
            f"Call 5 opened on {_day(today, -400)} and closed on {_day(today, -200)}.",
        ),
        (
            "Call 4 for small-scale projects (closed)",
            f"Call 4 opened on {_day(today, -700)} and closed on {_day(today, -600)}.",
        ),
    ]
    return _PAGE.render(title="Calls for projects", section="Call calendar", calls=calls)


def _future_north_sea(today: date) -> str:
    words = f"Call 6 opens on {_day(today, 28)} and closes on {_day(today, 120)} at 14.00 CET."
    return _PAGE.render(title="Future calls", section="", calls=[("", words)])


def _previous_north_sea(today: date) -> str:
    words = f"Call 5 opened on {_day(today, -500)} and closed on {_day(today, -420)}. It was well received."
    return _PAGE.render(title="Previous calls", section="", calls=[("", words)])


def _day(today: date, days: int) -> str:
    day = today + timedelta(days=days)
    return f"{day.day} {day.strftime('%B %Y')}"
