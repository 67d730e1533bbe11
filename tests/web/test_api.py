"""The read API, asked by a program with a key: what it answers, refuses, and says of itself."""

import json
import re
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
import schemathesis
from fastapi import FastAPI

from db import people
from db.engine import session_scope
from scrapers.registry import sources
from tests.cli.command_line import CommandLine
from tests.web.house import ADDRESS, House, filled_house, house
from tests.web.inside import Inside
from tests.web.moving import move_deadlines
from tests.web.serving import web_server
from tracker.accounts import Accounts
from tracker.core.errors import StorageBusyError
from tracker.core.person import Role, SubscriptionKind
from tracker.core.profile import Domain
from tracker.core.review import RejectionReason, ReviewState
from tracker.lists import Filters, Row, everything
from tracker.review import Reviewing
from tracker.web import api

__all__ = ["filled_house", "house"]

READER, REVIEWER = Role.READER, Role.REVIEWER
CALLS = "/api/v1/calls"
PROBLEM_FIELDS = {"type", "title", "status", "detail"}


def make_key(house: House, kind: SubscriptionKind = SubscriptionKind.API, role: Role = READER) -> str:
    accounts = Accounts(house.app.engine, house.app.now)
    return accounts.subscribe(house.people[role], kind, title="A program", filters="")[1]


@contextmanager
def program(house: House, key: str | None = None) -> Iterator[httpx.Client]:
    """Give a program that sends a key of a reader, or another one."""
    headers = {"authorization": f"Bearer {key or make_key(house)}"}
    with house.visitor() as client:
        client.headers.update(headers)
        yield client


def listed(house: House, query: str = "", *, role: Role = READER) -> list[Row]:
    filters, person = Filters.from_text(query), house.people[role]
    return list(
        everything(house.app.engine, house.app.municipality, filters, now=house.app.now(), person=person)
    )


def described(house: House) -> dict[str, Any]:
    with house.visitor() as client:
        answer = client.get("/api/v1/openapi.json")
    assert answer.status_code == 200
    found: dict[str, Any] = answer.json()
    return found


def operations(house: House) -> dict[str, dict[str, Any]]:
    return {path: one["get"] for path, one in described(house)["paths"].items()}


def fill(house: House, path: str) -> str:
    """Give an address of the API with a call and a priority that there are."""
    slug = house.app.municipality.priorities[0].slug
    return "/api/v1" + path.replace("{id}", str(listed(house)[0].call.id)).replace("{slug}", slug)


def test_every_answer_is_as_its_own_description_says(house: House) -> None:
    schema = schemathesis.openapi.from_asgi("/api/v1/openapi.json", house.web)
    move_deadlines(house.app, listed(house)[0].call, days=1)
    with program(house) as client:
        for path in operations(house):
            answer = client.get(fill(house, path))
            assert answer.status_code == 200, path
            assert answer.json(), path
            answer.elapsed = timedelta(0)  # nothing measures it inside a process
            schema[path]["GET"].validate_response(answer)


def test_the_list_is_the_page_s_with_all_that_a_program_needs(house: House) -> None:
    with program(house) as client:
        answer = client.get(f"{CALLS}?perPage=100&strength=possible&deadlineFrom=2020-01-01")
    rows = listed(house, "strength=possible&deadline_from=2020-01-01")
    body = answer.json()
    assert [one["id"] for one in body["items"]] == [row.call.id for row in rows][:100]
    assert (body["total"], body["page"]) == (len(rows), 1)
    for one, row in zip(body["items"], rows, strict=False):
        assert row.match is not None
        assert one["title"] == row.call.data.title
        assert one["title_nl"] == row.call.data.title_nl
        assert one["region_fit"] == row.projection.region_fit.value
        assert one["priority"] == row.match.priority
        assert one["why"]
        assert one["review"]["state"] == "new"
        assert datetime.fromisoformat(one["touched"]).utcoffset() == timedelta(0)
        assert row.decide_by is None or date.fromisoformat(one["decide_by"]) == row.decide_by


@pytest.mark.parametrize(
    ("asked", "meant"),
    [
        ("budgetMin=1000000&strength=good&sort=budget", "budget_min=1000000&strength=good&sort=budget"),
        ("budgetMax=9000&budgetUnknown=1&days=60", "budget_max=9000&budget_unknown=1&days=60"),
        ("decideWithin=60&sort=decide", "decide_within=60&sort=decide"),
        ("source=interreg&source=culture&status=all", "source=interreg&source=culture&status=all"),
        (
            "deadlineTo=2027-06-30&domain=fysiek&region=open",
            "deadline_to=2027-06-30&domain=fysiek&region=open",
        ),
        ("priority=klimaat&text=energie", "priority=klimaat&text=energie"),
        ("days=120&news=30&state=new&assignee=none", "days=120&news=30&state=new&assignee=none"),
    ],
)
def test_each_filter_narrows_as_on_the_page(house: House, asked: str, meant: str) -> None:
    with program(house) as client:
        body = client.get(f"{CALLS}?{asked}&perPage=100").json()
    assert [one["id"] for one in body["items"]] == [row.call.id for row in listed(house, meant)]


def test_link_leads_through_all_pages_with_the_same_filters(house: House) -> None:
    address, seen, pages = f"{CALLS}?status=all&sort=newest&perPage=25", [], 0
    with program(house) as client:
        while address:
            answer = client.get(address)
            seen += [one["id"] for one in answer.json()["items"]]
            links = {rel: to for to, rel in re.findall(r'<([^>]*)>; rel="(\w+)"', answer.headers["link"])}
            pages += 1
            assert {"first", "last"} <= set(links)
            assert ("prev" in links) == (pages > 1)
            address = links.get("next", "")
    assert pages > 1
    assert seen == [row.call.id for row in listed(house, "status=all&sort=newest")]


def test_a_call_tells_where_the_city_is_with_it(house: House) -> None:
    call = listed(house)[0].call
    reviewing = Reviewing(house.app.engine, house.app.municipality.slug, house.app.now)
    person = house.people[REVIEWER]
    reviewing.change(
        call.id,
        person,
        seen=0,
        state=ReviewState.NOT_FOR_US,
        reason=RejectionReason.NO_ROLE,
        person_id=person.id,
        domain=Domain.FYSIEK,
        due_on=date(2027, 1, 4),
    )
    with program(house) as client:
        detail = client.get(f"{CALLS}/{call.id}").json()
        (one,) = client.get(f"{CALLS}?assignee={person.id}").json()["items"]
    assert detail["review"] == one["review"]
    review = dict(detail["review"])
    assert datetime.fromisoformat(review.pop("updated_at")).utcoffset() == timedelta(0)
    assert review == {
        "state": "not_for_us",
        "reason": "no_role",
        "assignee": person.name,
        "domain": "fysiek",
        "due_on": "2027-01-04",
    }


def test_me_is_whose_key_it_is(house: House) -> None:
    call = listed(house)[0].call
    reviewing = Reviewing(house.app.engine, house.app.municipality.slug, house.app.now)
    person = house.people[REVIEWER]
    reviewing.change(call.id, person, seen=0, state=ReviewState.LOOKING, person_id=person.id)
    with program(house, make_key(house, role=REVIEWER)) as client:
        assert [one["id"] for one in client.get(f"{CALLS}?assignee=me").json()["items"]] == [call.id]
    with program(house) as client:
        assert client.get(f"{CALLS}?assignee=me").json()["total"] == 0


def test_programs_get_the_same_from_here_as_from_the_command_line(
    house: House, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TRACKER_DATABASE_URL", house.app.settings.database_url)
    tracker, call = CommandLine(monkeypatch, capsys), listed(house)[0].call
    slug = house.app.municipality.priorities[0].slug
    with program(house) as client:
        said = tracker.good("calls", "show", str(call.id), "--json").json
        assert_within(get(client, f"{CALLS}/{call.id}"), said, but={"review"})
        assert get(client, f"{CALLS}/{call.id}/matches") == said["matches"]
        assert get(client, f"{CALLS}/{call.id}/changes") == said["history"]
        ranking = get(client, f"/api/v1/priorities/{slug}/matches?limit=7")
        assert ranking == tracker.good("matches", "--priority", slug, "--limit", "7", "--json").json
        assert get(client, "/api/v1/sources") == tracker("sources", "--json").json
        row = get(client, f"{CALLS}?sort=newest")["items"][0]
        every = tracker.good("calls", "list", "--json", "--status", row["status"]).json
        (same,) = [one for one in every if one["id"] == row["id"]]
        assert_within(same, row)


def get(client: httpx.Client, address: str) -> Any:
    """Give an answer with its moments written as the command line writes UTC; the API writes a Z."""
    return json.loads(re.sub(r'(T[\d:.]+)Z"', r'\1+00:00"', client.get(address).text))


def assert_within(part: dict[str, Any], whole: dict[str, Any], *, but: Collection[str] = ()) -> None:
    assert {name: whole.get(name) for name in part if name not in but} == {
        name: value for name, value in part.items() if name not in but
    }


def test_priorities_and_sources_are_all_told(house: House) -> None:
    with program(house) as client:
        priorities = client.get("/api/v1/priorities").json()
        assert [one["slug"] for one in priorities] == [one.slug for one in house.app.municipality.priorities]
        assert all(one["title_nl"] and one["title_en"] for one in priorities)
        told = client.get("/api/v1/sources").json()
    assert {one["name"] for one in told} == {source.name for source in sources()}


def refusals(client: httpx.Client, call_id: int) -> Iterator[tuple[int, httpx.Response]]:
    """Ask in every way that is refused, with the status that says so."""
    for path in (
        "/nothing",
        "/calls/",
        f"/calls/{call_id}/",
        "/",
        "/calls/1/2/3",
        "/Calls",
        "/docs",
        "/redoc",
    ):
        yield 404, client.get(f"/api/v1{path}")
    yield 404, client.get(f"{CALLS}/2147483647")
    yield 404, client.get("/api/v1/priorities/no-such/matches")
    for path in ("/calls/0", "/calls/2147483648", "/calls/x", "/calls/1.5", f"/calls/{'9' * 5000}"):
        yield 400, client.get(f"/api/v1{path}")
    for query in (
        "page=0", "perPage=7", "per_page=25", "nothing=1", "state=odd", "sort=", "days=-1", "days=1_0",
        "deadlineFrom=1800000000", "deadlineFrom=2027-02-30", "assignee=0", "source=%00", "text=" + "x" * 201,
    ):  # fmt: skip
        yield 400, client.get(f"{CALLS}?{query}")
    yield 400, client.get("/api/v1/priorities/klimaat/matches?limit=101")
    for method in ("POST", "PUT", "PATCH", "DELETE", "TRACE", "GETT"):
        yield 405, client.request(method, CALLS)


def test_each_refusal_is_a_problem_that_says_what_to_do(house: House) -> None:
    call_id = listed(house)[0].call.id
    with program(house) as client:
        for status, answer in refusals(client, call_id):
            assert answer.status_code == status, (answer.url, answer.text)
            assert_problem(answer, status)
        wrong = client.get(f"{CALLS}?days=-1&state=odd").json()["detail"]
        assert "query.days" in wrong
        assert "query.state" in wrong
        assert client.delete(CALLS).headers["allow"] == "GET"


@pytest.mark.parametrize("address", ["/api/v1", "/api/v1?x=1", "/api/v1/%0A", "/api/v1/calls/a%0Ab"])
def test_an_address_of_the_api_that_leads_nowhere_is_a_problem_too(house: House, address: str) -> None:
    with house.visitor() as client:
        for method in ("GET", "POST"):
            answer = client.request(method, address)
            assert answer.status_code == 404
            assert_problem(answer, 404)
        assert client.get("/api/v1x").headers["content-type"] == "text/html; charset=utf-8"


def test_head_is_answered_as_get_without_a_body(house: House) -> None:
    with web_server(house.web) as client:
        client.headers["authorization"] = f"Bearer {make_key(house)}"
        paths = [fill(house, path) for path in operations(house)]
        for path in (*paths, "/api/v1/openapi.json", f"{CALLS}?days=-1", f"{CALLS}/2147483647", "/api/v1"):
            head, get = client.head(path), client.get(path)
            assert head.status_code == get.status_code, path
            assert head.content == b""
            names = ("content-type", "content-length", "api-version", "link", "cache-control")
            assert [head.headers.get(one) for one in names] == [get.headers.get(one) for one in names]
        assert client.head(CALLS, headers={"authorization": "Bearer x"}).status_code == 401


def assert_problem(answer: httpx.Response, status: int) -> None:
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["api-version"] == api.VERSION
    assert set(answer.json()) == PROBLEM_FIELDS  # /core/problem-details allows no others but `instance`
    assert answer.json()["status"] == status
    assert answer.json()["detail"]


def test_only_a_key_or_a_session_is_let_in(house: House) -> None:
    others = [make_key(house, SubscriptionKind.CALENDAR), make_key(house, SubscriptionKind.ATOM), "x", ""]
    wrong = [{"authorization": f"Bearer {secret}"} for secret in others]
    wrong += [{}, {"authorization": make_key(house)}, {"authorization": f"Basic {make_key(house)}"}]
    paths = [fill(house, path) for path in operations(house)]
    with house.visitor() as client:
        for headers in wrong:
            for path in (*paths, f"{CALLS}?days=-1", f"{CALLS}/0"):
                answer = client.get(path, headers=headers)
                assert answer.status_code == 401, (path, headers)
                assert answer.headers["www-authenticate"] == "Bearer"
                assert_problem(answer, 401)
        assert client.get(f"{CALLS}?key={make_key(house)}").status_code == 401
    with house.visitor(READER) as signed:
        assert all(signed.get(path).status_code == 200 for path in paths)
        assert signed.get(CALLS, headers={"authorization": "Bearer x"}).status_code == 401


def test_a_key_ends_with_its_revoking_and_with_its_owner(house: House) -> None:
    accounts, person = Accounts(house.app.engine, house.app.now), house.people[READER]
    kept, revoked = accounts.subscribe(person, SubscriptionKind.API, title="Old", filters="")
    accounts.revoke(person, kept.id)
    with house.visitor() as client:
        assert client.get(CALLS, headers={"authorization": f"Bearer {revoked}"}).status_code == 401
    with program(house) as client:
        assert client.get(CALLS).status_code == 200
        accounts.set_active(person.id, is_active=False)
        assert client.get(CALLS).status_code == 401
        accounts.set_active(person.id, is_active=True)
        with session_scope(house.app.engine) as session:
            people.erase(session, person.id, "erased-1")
        assert client.get(CALLS).status_code == 401


def test_a_busy_database_and_a_bug_are_problems_too(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    def busy(*_given: object, **_named: object) -> None:
        raise StorageBusyError("the database is busy; try again")

    def broken(*_given: object, **_named: object) -> None:
        raise ZeroDivisionError("secret detail")

    with program(house) as client:
        monkeypatch.setattr(api, "find", busy)
        answer = client.get(CALLS)
        assert answer.headers["retry-after"] == "5"
        assert_problem(answer, 503)
        monkeypatch.setattr(api, "find", broken)
        with pytest.raises(ZeroDivisionError):  # for the server's log
            client.get(CALLS)
        answer = quietly(house.web, CALLS, dict(client.headers))
    assert_problem(answer, 500)
    assert "secret" not in answer.text


def quietly(web: FastAPI, path: str, headers: dict[str, str]) -> httpx.Response:
    """Ask as the world does, that sees an answer where the server sees the error."""
    transport = Inside(web)
    transport._transport.raise_app_exceptions = False
    with httpx.Client(transport=transport, base_url=ADDRESS) as client:
        return client.get(path, headers=headers)


def test_the_description_follows_the_design_rules(house: House) -> None:
    """By the rules that can be seen in a description (API Design Rules 2.1, and its linter)."""
    with house.visitor() as client:
        answer = client.get("/api/v1/openapi.json")
    assert answer.headers["access-control-allow-origin"] == "*"
    assert answer.headers["api-version"] == api.VERSION
    said = answer.json()
    assert said["openapi"].startswith("3.")
    assert said["info"]["version"] == api.VERSION
    assert re.fullmatch(r"\d+\.\d+\.\d+", api.VERSION)
    assert {"name", "email"} <= set(said["info"]["contact"])
    assert [one["url"] for one in said["servers"]] == ["/api/v1"]
    kebab = re.compile(r"(/([a-z0-9-]+|{[a-z]+}))+")
    for path, item in said["paths"].items():
        assert kebab.fullmatch(path)
        assert set(item) == {"get"}
        for one in item["get"].get("parameters", []):
            assert re.fullmatch(r"[a-z][a-z0-9]*([A-Z][a-z0-9]*)*", one["name"]), one["name"]
        assert ("400" in item["get"]["responses"]) == ("parameters" in item["get"])
        assert {"200", "401", "503"} <= set(item["get"]["responses"]) <= {"200", "400", "401", "404", "503"}
        for status, response in item["get"]["responses"].items():
            assert "API-Version" in response["headers"], path
            media = "application/json" if status == "200" else "application/problem+json"
            assert list(response["content"]) == [media]
        assert item["get"]["security"] == [{"HTTPBearer": []}]
    names = [one["get"]["operationId"] for one in said["paths"].values()]
    assert len(names) == len(set(names))
    assert "Link" in said["paths"]["/calls"]["get"]["responses"]["200"]["headers"]
    for name, schema in said["components"]["schemas"].items():
        for field, shape in schema.get("properties", {}).items():
            if field == "date" or field.endswith(("_on", "_by")):
                assert "date" in str(shape.get("format", shape.get("anyOf"))), (name, field)


def test_only_the_description_is_open_to_other_sites(house: House) -> None:
    with program(house) as client:
        answer = client.get(CALLS, headers={"origin": "https://elsewhere.example"})
    assert "access-control-allow-origin" not in answer.headers
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert urlsplit(str(answer.url)).path == CALLS
