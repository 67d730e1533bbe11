"""Taking a list elsewhere: files of exactly what is filtered, and subscriptions by a secret address."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from urllib.parse import urlsplit

import httpx
import icalendar
import pytest
from bs4 import BeautifulSoup
from pydantic import SecretStr

from db import people
from db.engine import session_scope
from tests.web.house import House, filled_house, house
from tests.web.moving import move_deadlines
from tests.web.taken import ATOM, entries_of, events_of, lines_of, number_of, page_of, sheet_of
from tracker.account_rules import MOST_SUBSCRIPTIONS
from tracker.accounts import Accounts
from tracker.app import App
from tracker.calendar import AMSTERDAM
from tracker.core.call import ALIVE
from tracker.core.person import Role, SubscriptionKind
from tracker.core.review import ReviewState
from tracker.exports import write_moments
from tracker.lists import Filters, Row, everything
from tracker.review import Reviewing
from tracker.telling.facts import programme_of
from tracker.web import exports
from tracker.web.pages import LANGUAGE

__all__ = ["filled_house", "house"]

READER, REVIEWER, ADMINISTRATOR = Role
COMBINED = "strength=possible&status=open&status=forthcoming&deadline_from=2020-01-01&sort=deadline"
QUERIES = [
    "status=all&sort=newest",
    COMBINED,
    "priority=klimaat&text=energie&budget_unknown=1&budget_min=1000",
    "source=interreg&source=culture&status=all",
    "domain=fysiek&region=open&days=200&sort=budget",
    "text=nergens-te-vinden",
]


def listed(house: House, query: str = "", *, role: Role = READER) -> list[Row]:
    filters, person = Filters.from_text(query), house.people[role]
    return list(
        everything(house.app.engine, house.app.municipality, filters, now=house.app.now(), person=person)
    )


@pytest.mark.parametrize("query", QUERIES)
def test_a_file_holds_all_calls_of_the_list_in_its_order(house: House, query: str) -> None:
    rows = listed(house, query)
    identifiers = [row.call.data.identifier for row in rows]
    with house.visitor(READER) as client:
        table = lines_of(client.get(f"/calls.csv?{query}&page=2&per_page=25").content)
        sheet = sheet_of(client.get(f"/calls.xlsx?{query}").content)
        events = events_of(client.get(f"/calls.ics?{query}").content)
    assert [line["kenmerk"] for line in table] == identifiers
    assert [line["kenmerk"].value or "" for line in sheet] == identifiers
    alive = {row.call.id for row in rows if row.call.status_at(house.app.now()) in ALIVE}
    assert {page_of(event) for event in events} <= alive
    today = house.app.now().astimezone(AMSTERDAM).date()
    to_decide = {row.call.id for row in rows if row.decide_by and row.decide_by >= today} & alive
    assert {page_of(one) for one in events if str(one["summary"]).startswith("Beslis: ")} == to_decide


def test_more_than_a_page_is_exported(house: House) -> None:
    assert len(listed(house, "status=all")) > 100
    with house.visitor(READER) as client:
        table = lines_of(client.get("/calls.csv?status=all&per_page=25").content)
    assert len(table) == len(listed(house, "status=all"))


def test_cells_have_their_types_and_say_what_the_list_says(house: House) -> None:
    rows = listed(house, "status=all")
    with house.visitor(READER) as client:
        sheet = sheet_of(client.get("/calls.xlsx?status=all").content)
        table = lines_of(client.get("/calls.csv?status=all").content)
    for row, cells, line in zip(rows, sheet, table, strict=True):
        total = row.call.data.budget.total
        assert cells["totaal"].value == (None if total is None else pytest.approx(float(total)))
        assert Decimal(line["totaal"].replace(",", ".") or 0) == (total or 0)
        decide = cells["beslis vóór"]
        assert (decide.value.date() if decide.value else None) == row.decide_by
        assert decide.value is None or decide.data_type == "d"
        assert line["beslis vóór"] == (row.decide_by.isoformat() if row.decide_by else "")
        assert all(cell.data_type in {"s", "n", "d"} for cell in cells.values())
        assert cells["programma"].value == line["programma"] == programme_of(row.call.data, "nl")
        assert line["programmacode"] == row.call.data.programme
        priority = house.app.municipality.priority(line["prioriteitcode"])
        assert line["prioriteit"] == (priority.nl.title if priority else "")
        assert line["prioriteitcode"] == (row.match.priority if row.match else "")
    assert any(line["prioriteit"] for line in table)
    assert any(line["past"].startswith("past ") for line in table)
    assert {line["munt"] for line in table} == {"EUR"}


@pytest.mark.parametrize(
    ("language", "name", "word"), [("nl", "oproepen", "titel"), ("en", "calls", "title")]
)
def test_a_file_is_named_and_headed_in_the_reader_s_language(
    house: House, language: str, name: str, word: str
) -> None:
    kinds = {
        "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "csv": "text/csv; charset=utf-8",
        "ics": "text/calendar; charset=utf-8",
    }
    today = house.app.now().astimezone(AMSTERDAM).date().isoformat()
    with house.visitor(READER) as client:
        client.cookies.set(LANGUAGE, language)
        for ending, kind in kinds.items():
            answer = client.get(f"/calls.{ending}")
            assert answer.headers["content-type"] == kind
            assert answer.headers["content-disposition"] == f'attachment; filename="{name}-{today}.{ending}"'
            assert answer.headers["cache-control"] == "no-store"
        head = client.get("/calls.csv").content.decode("utf-8-sig").splitlines()[0]
        assert word in head.split(";" if language == "nl" else ",")
        assert word in [str(one) for one in sheet_of(client.get("/calls.xlsx").content)[0]]


def test_the_list_s_links_carry_its_filters(house: House) -> None:
    query = f"{COMBINED}&text=energie"
    with house.visitor(READER) as client:
        page = BeautifulSoup(client.get(f"/calls?{query}").text, "lxml")
        links = {str(one["href"]) for one in page.select("nav a[href]")}
        expected = Filters.from_text(query).to_query()
        for path in ("/calls.xlsx", "/calls.csv", "/calls.ics", "/subscribe"):
            assert f"{path}?{expected}" in links
        form = BeautifulSoup(client.get(f"/subscribe?{expected}").text, "lxml")
    (kept,) = form.select("input[name=filters]")
    assert kept["value"] == expected


def subscribe(client: httpx.Client, **fields: str) -> httpx.Response:
    page = BeautifulSoup(client.get(f"/subscribe?{fields.get('filters', '')}").text, "lxml")
    form = page.select_one("form[action='/subscribe']")
    assert form is not None
    hidden = {str(one["name"]): str(one["value"]) for one in form.select("input[type=hidden]")}
    return client.post("/subscribe", data=hidden | {"kind": "calendar", "title": "Mijn lijst"} | fields)


def secret_address(answer: httpx.Response) -> str:
    """Give the path of the address that the page shows."""
    assert answer.status_code == 200, answer.text
    shown = BeautifulSoup(answer.text, "lxml").select_one("input#secret")
    assert shown is not None
    return urlsplit(str(shown["value"])).path


def make_feed(house: House, kind: str, query: str = "", *, role: Role = READER, **more: str) -> str:
    with house.visitor(role) as client:
        return secret_address(subscribe(client, kind=kind, filters=query, **more))


def fetch(house: House, path: str, headers: Mapping[str, str] | None = None) -> httpx.Response:
    """Fetch as a calendar or news reader does, that is not signed in."""
    with house.visitor() as client:
        return client.get(path, headers=headers)


def test_a_calendar_is_followed_without_signing_in(house: House) -> None:
    path = make_feed(house, "calendar", COMBINED, title="Klimaat & water")
    assert re.fullmatch(r"/feeds/[A-Za-z0-9_-]{43}\.ics", path)
    answer = fetch(house, path)
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    assert "content-disposition" not in answer.headers
    rows = listed(house, COMBINED)
    assert {page_of(one) for one in events_of(answer.content)} <= {row.call.id for row in rows}
    with house.visitor(READER) as client:
        account = client.get("/account").text
    assert "Klimaat &amp; water" in account
    assert path.removeprefix("/feeds/").removesuffix(".ics") not in account


def test_a_news_feed_follows_the_list_and_what_changes_in_it(house: House) -> None:
    path = make_feed(house, "atom", COMBINED, title="Mijn <lijst>")
    answer = fetch(house, path)
    assert answer.headers["content-type"] == "application/atom+xml; charset=utf-8"
    rows = listed(house, COMBINED)
    before = entries_of(answer.content)
    assert {number_of(entry) for entry in before} == {row.call.id for row in rows}
    titles = {row.call.id: row.call.data for row in rows}
    for entry in before:
        title = entry.find("a:title", ATOM)
        assert title is not None
        language = title.attrib["{http://www.w3.org/XML/1998/namespace}lang"]
        assert titles[number_of(entry)].text(language) is not None
    last = rows[-1].call
    move_deadlines(house.app, last, days=1)
    after = entries_of(fetch(house, path).content)
    assert number_of(after[0]) == last.id
    assert f"Sluit: {last.data.deadlines[-1].date + timedelta(1)}" in after[0].findtext("a:summary", "", ATOM)


def test_a_moved_deadline_is_the_same_moment_with_a_higher_sequence(house: House) -> None:
    call = next(row.call for row in listed(house, COMBINED) if len(row.call.data.deadlines) == 1)
    path = make_feed(house, "calendar", COMBINED)

    def closing() -> icalendar.Component:
        events = events_of(fetch(house, path).content)
        (one,) = [e for e in events if page_of(e) == call.id and str(e["summary"]).startswith("Sluit: ")]
        return one

    before = closing()
    move_deadlines(house.app, call, days=3)
    after = closing()
    assert after["uid"] == before["uid"]
    assert (before["sequence"], after["sequence"]) == (0, 1)
    assert after.decoded("dtstart") - before.decoded("dtstart") == timedelta(3)


def test_me_is_whose_subscription_it_is(house: House) -> None:
    path = make_feed(house, "atom", "assignee=me&status=all", role=REVIEWER)
    assert entries_of(fetch(house, path).content) == []
    call, person = listed(house)[0].call, house.people[REVIEWER]
    reviewing = Reviewing(house.app.engine, house.app.municipality.slug, house.app.now)
    reviewing.change(call.id, person, seen=0, state=ReviewState.LOOKING, person_id=person.id)
    assert [number_of(entry) for entry in entries_of(fetch(house, path).content)] == [call.id]
    other = make_feed(house, "atom", "assignee=me&status=all")
    assert entries_of(fetch(house, other).content) == []


def test_a_reader_that_comes_back_is_told_only_what_changed(house: House) -> None:
    for kind in ("calendar", "atom"):
        path = make_feed(house, kind, COMBINED)
        first = fetch(house, path)
        assert first.headers["cache-control"] == "private, no-cache"
        tag = first.headers["etag"]
        for asked in (tag, f"W/{tag}", f'"other", {tag}', "*"):
            again = fetch(house, path, {"if-none-match": asked})
            assert (again.status_code, again.content) == (304, b"")
            assert again.headers["etag"] == tag
        assert fetch(house, path, {"if-none-match": '"other"'}).status_code == 200
        call = next(row.call for row in listed(house, COMBINED) if row.call.data.deadlines)
        move_deadlines(house.app, call, days=2)
        changed = fetch(house, path, {"if-none-match": tag})
        assert changed.status_code == 200
        assert changed.headers["etag"] != tag


def test_a_long_list_s_feed_shows_what_changed_last(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exports, "MOST_ENTRIES", 3)
    path = make_feed(house, "atom", "status=all")
    last = listed(house, "status=open")[-1].call
    move_deadlines(house.app, last, days=1)
    entries = entries_of(fetch(house, path).content)
    assert len(entries) == 3
    assert number_of(entries[0]) == last.id


def test_an_empty_feed_stays_the_same(house: House) -> None:
    path = make_feed(house, "atom", "text=nergens-te-vinden")
    first = fetch(house, path)
    assert entries_of(first.content) == []
    assert fetch(house, path).content == first.content


def test_what_gives_nothing_any_more_is_not_there(house: House) -> None:
    accounts, person = Accounts(house.app.engine, house.app.now), house.people[READER]
    paths = [make_feed(house, "calendar"), make_feed(house, "atom")]
    key = accounts.subscribe(person, SubscriptionKind.API, title="Key", filters="")[1]
    swapped = [paths[0].replace(".ics", ".atom"), paths[1].replace(".atom", ".ics")]
    for path in (*swapped, paths[0] + "x", "/feeds/x.ics", f"/feeds/{key}.ics", f"/feeds/{key}.atom",
                 paths[0].replace(".ics", ".api"), paths[0].removesuffix(".ics")):  # fmt: skip
        assert fetch(house, path).status_code == 404, path
    accounts.set_active(person.id, is_active=False)
    assert [fetch(house, path).status_code for path in paths] == [404, 404]
    accounts.set_active(person.id, is_active=True)
    assert [fetch(house, path).status_code for path in paths] == [200, 200]
    (news, *_) = [one for one in accounts.subscriptions(person) if one.kind is SubscriptionKind.ATOM]
    accounts.revoke(person, news.id)
    assert [fetch(house, path).status_code for path in paths] == [200, 404]
    with session_scope(house.app.engine) as session:
        people.erase(session, person.id, "erased-1")
    assert fetch(house, paths[0]).status_code == 404


def test_a_key_is_shown_with_how_to_send_it(house: House) -> None:
    with house.visitor(READER) as client:
        page = BeautifulSoup(subscribe(client, kind="api").text, "lxml")
    shown = page.select_one("input#secret")
    assert shown is not None
    assert "Authorization: Bearer" in page.get_text()
    key = {"authorization": f"Bearer {shown['value']}"}
    assert fetch(house, "/api/v1/calls", key).status_code == 200


@pytest.mark.parametrize(
    ("language", "said"), [("nl", "Je hebt te veel abonnementen"), ("en", "You have too many subscriptions")]
)
def test_too_many_subscriptions_are_refused_in_the_reader_s_language(
    house: House, language: str, said: str
) -> None:
    accounts, person = Accounts(house.app.engine, house.app.now), house.people[READER]
    for number in range(MOST_SUBSCRIPTIONS):
        accounts.subscribe(person, SubscriptionKind.ATOM, title=f"{number}", filters="")
    with house.visitor(READER) as client:
        client.cookies.set(LANGUAGE, language)
        answer = subscribe(client, kind="atom", title="Nog een", filters="strength=good")
    assert answer.status_code == 422
    page = BeautifulSoup(answer.text, "lxml")
    problem = page.select_one("[role=alert]")
    assert problem is not None
    assert said in problem.get_text()
    assert page.select_one("input[name=title][value='Nog een']") is not None
    assert page.select_one("input[value=atom][checked]") is not None
    assert page.select_one("input[name=filters][value='strength=good']") is not None
    assert len(accounts.subscriptions(person)) == MOST_SUBSCRIPTIONS


def test_a_title_is_optional_and_one_line(house: House) -> None:
    accounts, person = Accounts(house.app.engine, house.app.now), house.people[READER]
    with house.visitor(READER) as client:
        for title in ("x" * 201, "twee\nregels"):
            answer = subscribe(client, title=title)
            assert answer.status_code == 422
            assert "Vul een naam in, op één regel." in answer.text
        answer = subscribe(client, kind="fax")
        assert answer.status_code == 422
        assert "Kies waarin je de lijst wilt zien." in answer.text
        assert accounts.subscriptions(person) == []
        assert subscribe(client, title="").status_code == 200
    assert [one.title for one in accounts.subscriptions(person)] == ["Mijn oproepen"]


def test_a_subscription_keeps_the_filters_and_no_page_of_the_list(house: House) -> None:
    with house.visitor(READER) as client:
        subscribe(client, filters="strength=good&page=3&state=odd&unknown=1")
    (kept,) = Accounts(house.app.engine, house.app.now).subscriptions(house.people[READER])
    assert kept.filters == "strength=good"


def test_the_day_to_decide_ends_at_midnight_in_amsterdam(house: House) -> None:
    row = next(row for row in listed(house) if row.decide_by)
    assert row.decide_by is not None
    next_day = datetime.combine(row.decide_by + timedelta(1), datetime.min.time(), AMSTERDAM)
    for moment, is_there in ((next_day - timedelta(minutes=1), True), (next_day, False)):
        content = write_moments(
            [row], owner="a@example.org", language="nl", sequences={}, base="https://kansen.example.org",
            sender="kansen@example.org", name="Kansen", now=moment.astimezone(UTC),
        )  # fmt: skip
        said = [str(event["summary"]) for event in events_of(content)]
        assert any(one.startswith("Beslis: ") for one in said) == is_there


def test_the_address_is_the_one_that_the_world_knows(house: House) -> None:
    world = "https://kansen.example.org"
    known = {"public_url": world, "secret_key": SecretStr("x" * 40)}
    app = App(settings=house.app.settings.model_copy(update=known), clock=house.app.clock)
    known_house = House(app=app, passwords=house.passwords, people=house.people)
    accounts = Accounts(app.engine, app.now)
    _, secret = accounts.subscribe(house.people[READER], SubscriptionKind.ATOM, title="Mine", filters="")
    feed = fetch(known_house, f"/feeds/{secret}.atom")
    entries = entries_of(feed.content)
    assert f'href="{world}/feeds/{secret}.atom"' in feed.text
    assert entries
    assert all(one.findtext("a:id", "", ATOM).startswith(f"{world}/calls/") for one in entries)
    with known_house.visitor() as client:
        contact = client.get("/api/v1/openapi.json").json()["info"]["contact"]
    assert contact["url"] == world
    app.engine.dispose()
