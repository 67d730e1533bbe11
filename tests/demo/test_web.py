"""The stand-ins of the other publishers answer over HTTP, each under its own address, on any day."""

import datetime as dt
import json
import urllib.error
import urllib.request
from collections.abc import Iterator

import pytest

from scrapers.contract import Source, run_crawl
from scrapers.http import Client
from scrapers.registry import site_for, sources
from tracker.core.call import CallData, last_moment
from tracker.demo.watched import PAGES
from tracker.demo.web import SITES, WebStandIn

TODAY = dt.date(2026, 11, 24)
DAYS = [TODAY, dt.date(2027, 2, 28), dt.date(2028, 2, 29), dt.date(2026, 12, 31)]


@pytest.fixture
def web() -> Iterator[WebStandIn]:
    with WebStandIn(TODAY) as stand_in:
        yield stand_in


def by_name() -> dict[str, Source]:
    return {source.name: source for source in sources()}


def status_of(url: str, data: bytes | None = None) -> int:
    try:
        with urllib.request.urlopen(urllib.request.Request(url, data=data), timeout=5) as answer:
            answer.read()
            return int(answer.status)
    except urllib.error.HTTPError as error:
        with error:
            error.read()
            return error.code


def test_every_source_but_the_portal_and_our_own_calls_has_a_stand_in(web: WebStandIn) -> None:
    assert set(web.addresses) == set(by_name()) - {"portal", "portal-cascade", "manual"}
    assert len(SITES) == len(web.addresses)
    assert all(address.startswith(web.url) for address in web.addresses.values())


@pytest.mark.parametrize("path", ["/", "/robots.txt", "/en/call", "/nothing?x=1", "/%F0%9F%8C%B3", "//"])
def test_what_no_publisher_has_is_not_found(web: WebStandIn, path: str) -> None:
    assert status_of(web.url + path) == 404
    assert status_of(web.url + path, b"{}") == 404


def test_a_question_that_is_no_question_does_not_break_the_server(web: WebStandIn) -> None:
    for body in (b"", b"{", b"[]", b"\xff", b'{"requests": []}', b'{"requests": [1]}'):
        assert status_of(web.addresses["interreg"], body) in {200, 400, 401, 403, 404}
    assert status_of(web.addresses["culture"]) == 200


def read(web: WebStandIn, name: str) -> tuple[CallData, ...]:
    options = {"today": web.today.isoformat(), "app_id": "demo", "key": "demo", "pages": json.dumps(PAGES)}
    site = site_for(by_name()[name], web.addresses, options=options)
    with Client(contact=None, delay=0, timeout=10, attempts=1, backoff=0) as client:
        crawl = run_crawl(by_name()[name], client, site=site)
    assert (crawl.problems, crawl.gaps) == ((), ())
    assert crawl.calls or crawl.watched
    return crawl.calls


@pytest.mark.parametrize("today", DAYS, ids=str)
@pytest.mark.parametrize(
    "name", [source.name for source in sources() if source.name != "manual" and source.platform != "sedia"]
)
def test_each_source_reads_its_stand_in_on_any_day(web: WebStandIn, name: str, today: dt.date) -> None:
    web.today = today
    calls = read(web, name)
    ahead = [one for one in calls if (last := last_moment(one.deadlines)) and last.date >= today]
    assert ahead or name == "page-watch"
    assert [(one.source_ref, one.title) for one in read(web, name)] == [
        (one.source_ref, one.title) for one in calls
    ]


def test_the_pages_name_no_real_person(web: WebStandIn) -> None:
    for name in ("euroaccess", "culture", "urban-initiative"):
        with urllib.request.urlopen(web.addresses[name], timeout=5) as answer:
            page = answer.read().decode()
        assert "mailto:" not in page
        assert "@" not in page.replace("@example.org", "")
