"""The list of calls in a browser without JavaScript: what it shows, its filters, and deciding on a row."""

import re
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from importlib.resources import files
from urllib.parse import parse_qsl, urlencode, urlsplit

import httpx
import pytest
from bs4 import BeautifulSoup, Tag

from db import calls
from db.engine import session_scope
from tests.web.house import House, filled_house, house
from tracker.core.call import Budget, CallText, Status
from tracker.core.person import Role
from tracker.core.profile import Strength
from tracker.core.review import Review, ReviewState
from tracker.filters import Filters
from tracker.lists import Row, everything
from tracker.web.rows import DONE, say_grant, view_row

__all__ = ["filled_house", "house"]

READER, REVIEWER = Role.READER, Role.REVIEWER


def see(client: httpx.Client, address: str = "/calls", *, status: int = 200) -> BeautifulSoup:
    answer = client.get(address)
    assert answer.status_code == status, answer.text
    return BeautifulSoup(answer.text, "lxml")


def rows_of(page: BeautifulSoup) -> list[Tag]:
    return page.select("table.calls tbody.call")


def ids_of(page: BeautifulSoup) -> list[int]:
    return [int(str(row["id"]).removeprefix("call-")) for row in rows_of(page)]


def listed(house: House, query: str = "", *, role: Role = READER) -> list[Row]:
    filters = Filters.from_text(query)
    person = house.people[role]
    return list(
        everything(house.app.engine, house.app.municipality, filters, now=house.app.now(), person=person)
    )


def text_of(tag: Tag | None) -> str:
    assert tag is not None
    return " ".join(tag.get_text(" ").split())


def submit(client: httpx.Client, form: Tag, **chosen: str) -> httpx.Response:
    """Send a form as it stands in the page, with what a person fills in and presses."""
    fields = {str(one["name"]): str(one.get("value", "")) for one in form.select("input[type=hidden]")}
    return client.post(str(form["action"]), data={**fields, **chosen})


def test_the_list_is_a_table_in_order_and_each_row_says_why(house: House) -> None:
    with house.visitor(READER) as client:
        page = see(client)
    expected = listed(house)
    assert ids_of(page) == [row.call.id for row in expected[:25]]
    assert f"{len(expected)} oproepen" in text_of(page.select_one(".total"))
    assert len(page.select("table.calls thead th")) == 8
    for tag, row in zip(rows_of(page), expected, strict=False):
        title = tag.select_one("th[scope=row] a")
        assert title is not None
        assert title["href"] == f"/calls/{row.call.id}"
        assert row.match is not None
        priority = house.app.municipality.chosen(row.match.priority)
        why = text_of(tag.select_one("tr.second"))
        assert priority.nl.title in why
        assert any(reason.term in why for reason in row.match.reasons)
        assert title.select_one("span[lang]") is not None


@pytest.mark.parametrize(
    "query",
    [
        "priority=klimaat&strength=possible",
        "status=closed&sort=deadline",
        "text=energie",
        "source=interreg&source=culture",
        "domain=fysiek&budget_min=1000000&sort=budget",
        "days=120&region=open&sort=decide",
        "strength=good&per_page=100&sort=newest",
    ],
)
def test_what_the_address_asks_is_what_the_page_shows(house: House, query: str) -> None:
    with house.visitor(READER) as client:
        page = see(client, f"/calls?{query}")
        assert ids_of(page) == [row.call.id for row in listed(house, query)][: 100 if "100" in query else 25]
        form = page.select_one("form.bar")
        assert form is not None
        chosen = [(str(one["name"]), str(one["value"])) for one in form.select("input[checked]")]
        chosen += [
            (str(one.find_parent("select")["name"]), str(one["value"]))  # type: ignore[index]
            for one in form.select("option[selected]")
        ]
        chosen += [
            (str(one["name"]), str(one.get("value", ""))) for one in form.select("input:not([type=checkbox])")
        ]
        again = client.get(f"/calls?{urlencode(chosen)}")
        while again.status_code == 303:
            again = client.get(again.headers["location"])
        assert ids_of(BeautifulSoup(again.text, "lxml")) == ids_of(page)


def test_the_empty_fields_of_a_form_leave_the_address(house: House) -> None:
    with house.visitor(READER) as client:
        answer = client.get("/calls?text=&strength=good&days=&priority=klimaat&sort=fit&per_page=25")
        assert answer.status_code == 303
        assert answer.headers["location"] == "/calls?priority=klimaat&strength=good"
        assert client.get("/calls?text=&strength=").headers["location"] == "/calls"


def test_pages_sorting_views_and_exports_keep_what_is_chosen(house: House) -> None:
    query = "status=all&sort=deadline"
    with house.visitor(READER) as client:
        page = see(client, f"/calls?{query}&page=2")
        links = {str(link["href"]) for link in page.select("a[href]")}
        for path in ("/calls.xlsx", "/calls.csv", "/calls.ics", "/subscribe"):
            (link,) = [one for one in links if one.startswith(f"{path}?")]
            assert Filters.from_text(urlsplit(link).query).but() == Filters.from_text(query)
        second = [row.call.id for row in listed(house, query)][25:50]
        assert ids_of(page) == second
        (first,) = [str(link["href"]) for link in page.select("a[rel=prev]")]
        assert first == f"/calls?{query}"
        (column,) = page.select("th[aria-sort]")
        assert "Sluit" in column.get_text()
        for header in page.select("table.calls thead a"):
            assert Filters.from_text(urlsplit(str(header["href"])).query).status == tuple(Status)
        views = [str(link["href"]) for link in page.select(".above nav:first-of-type a")]
        for view in views:
            shown = see(client, view).select_one(".above [aria-current=page]")
            assert shown is not None
            assert shown["href"] == view


def test_a_chip_says_what_narrows_and_takes_it_away(house: House) -> None:
    query = "text=stad&priority=klimaat&priority=sociaal&status=open&domain=sociaal&source=portal"
    query += "&deadline_from=2026-01-31"
    query += (
        "&deadline_to=2030-12-31&days=700&decide_within=700&budget_min=1&budget_max=90000000&budget_unknown=1"
    )
    query += "&strength=possible&region=open&state=new&assignee=none&news=30&programme=horizon-europe"
    with house.visitor(READER) as client:
        page = see(client, f"/calls?{query}")
        chips = page.select(".chips li a:not(.clear)")
        said = [text_of(chip) for chip in chips]
        assert len(chips) == len(parse_qsl(query))
        assert "Haal weg: van niemand ×" in said
        assert "Haal weg: past misschien of beter ×" in said
        assert "Haal weg: beslis binnen 700 dagen ×" in said
        asked = Filters.from_text(query)
        for chip in chips:
            rest = Filters.from_text(urlsplit(str(chip["href"])).query)
            assert len(parse_qsl(rest.to_query())) == len(parse_qsl(asked.to_query())) - 1


def test_a_reader_sees_no_actions_and_a_reviewer_does(house: House) -> None:
    with house.visitor(READER) as client:
        page = see(client, "/calls?row=1&ask=reject")
        assert not page.select("table.calls form")
        assert not page.select("[data-key=s], [data-key=n], [data-key=a]")
    with house.visitor(REVIEWER) as client:
        page = see(client)
        for row in rows_of(page):
            assert row.select_one("[data-key=s]")
            assert row.select_one("[data-key=n]")
            assert row.select_one("[data-key=a]")


def test_one_press_puts_a_call_on_the_shortlist_and_another_takes_it_back(house: House) -> None:
    with house.visitor(REVIEWER) as client:
        page = see(client, "/calls?priority=klimaat")
        first = ids_of(page)[0]
        form = page.select_one(f"#call-{first} .acts form")
        assert form is not None
        answer = submit(client, form, state="shortlisted")
        assert answer.headers["location"] == f"/calls?priority=klimaat&done={first}#call-{first}"
        page = see(client, answer.headers["location"])
        assert "op de shortlist" in text_of(page.select_one("div.done"))
        assert "op de shortlist" in text_of(page.select_one(f"#call-{first}"))
        undo = page.select_one("div.done form")
        assert undo is not None
        assert submit(client, undo).headers["location"] == f"/calls?priority=klimaat#call-{first}"
        page = see(client, "/calls?priority=klimaat")
        assert "nieuw" in text_of(page.select_one(f"#call-{first} .state"))


def test_a_call_is_rejected_with_a_reason_and_assigned_from_its_row(house: House) -> None:
    bram = house.people[REVIEWER]
    with house.visitor(REVIEWER) as client:
        page = see(client, "/calls?strength=good")
        one, other = ids_of(page)[:2]
        reject = page.select_one(f"#call-{one} [data-key=n]")
        assert reject is not None
        form = see(client, str(reject["href"]).partition("#")[0]).select_one(f"#call-{one} .row-form")
        assert form is not None
        assert form.select_one("select[autofocus]")
        assert submit(client, form, reason="no_role", because="").status_code == 303
        assert submit(client, form, reason="other", because="").status_code == 422
        assign = page.select_one(f"#call-{other} [data-key=a]")
        assert assign is not None
        form = see(client, str(assign["href"]).partition("#")[0]).select_one(f"#call-{other} .row-form")
        assert form is not None
        assert submit(client, form, assignee=str(bram.id)).status_code == 303
        assert bram.name in text_of(see(client, "/calls?strength=good").select_one(f"#call-{other}"))
        assert ids_of(see(client, "/calls?status=all&assignee=me&sort=decide")) == [other]
        assert ids_of(see(client, "/calls?state=not_for_us")) == [one]


def test_who_decides_second_is_told_and_overwrites_nothing(house: House) -> None:
    with house.visitor(REVIEWER) as first, house.visitor(Role.ADMINISTRATOR) as second:
        pages = see(first), see(second)
        call_id = ids_of(pages[0])[0]
        forms = [page.select_one(f"#call-{call_id} .acts form") for page in pages]
        assert forms[0] is not None
        assert forms[1] is not None
        assert submit(first, forms[0], state="shortlisted").status_code == 303
        assert submit(second, forms[1], state="looking").status_code == 409
        assert "op de shortlist" in text_of(see(second).select_one(f"#call-{call_id} .state"))


def test_nothing_found_says_what_to_let_go(house: House) -> None:
    with house.visitor(READER) as client:
        page = see(client, "/calls?text=onvindbaar&priority=klimaat")
        assert not rows_of(page)
        (link,) = page.select(".message li a")
        assert "onvindbaar" in text_of(link)
        number = int(re.findall(r"\d+", text_of(link.parent))[-1])
        assert len(listed(house, urlsplit(str(link["href"])).query)) == number > 0
        page = see(client, "/calls?text=onvindbaar&programme=nergens")
        assert "Begin opnieuw" in text_of(page.select_one(".message"))


def test_without_calls_the_page_says_where_they_come_from(house: House) -> None:
    from sqlalchemy import text

    with session_scope(house.app.engine) as session:
        session.execute(text("DELETE FROM calls"))
    with house.visitor(READER) as client:
        page = see(client)
    assert "Er zijn nog geen oproepen" in text_of(page.select_one(".message"))
    assert page.select_one(".message a[href='/sources']")
    assert not page.select("form.bar")


def test_a_first_visit_is_welcomed_until_somebody_decides(house: House) -> None:
    with house.visitor(REVIEWER) as client:
        page = see(client)
        assert page.select_one(".welcome")
        form = page.select_one(".acts form")
        assert form is not None
        submit(client, form, state="shortlisted")
        assert not see(client).select_one(".welcome")


def test_values_that_are_none_are_named_and_odd_input_is_no_error(house: House) -> None:
    with house.visitor(READER) as client:
        page = see(client, "/calls?strength=<script>&status=ajar")
        assert "strength=<script>, status=ajar" in text_of(page.select_one(".problem"))
        for odd in (
            "page=999999",
            "row=x&ask=reject",
            "done=99999",
            "done=-1&row=99999999999999999999",
            f"text={'a' * 5000}",
            "text=%00%FF%27%22--",
            "priority=" + "&priority=".join(str(n) for n in range(500)),
            "text=%25&text=_&sort=fit&sort=budget",
        ):
            assert see(client, f"/calls?{odd}").select_one("h1")


def test_in_english_the_page_and_the_reasons_are_english(house: House) -> None:
    with house.visitor(READER) as client:
        client.cookies.set("kansen-language", "en")
        page = see(client, "/calls?strength=strong")
    first = listed(house, "strength=strong")[0]
    assert first.match is not None
    assert house.app.municipality.chosen(first.match.priority).en.title in text_of(rows_of(page)[0])
    assert "strong fit" in text_of(rows_of(page)[0])
    assert not re.search(r"\b(oproepen|niets|sluit|beslis|stand)\b", text_of(page.select_one("main")).lower())


def test_what_a_source_says_is_shown_as_text(house: House) -> None:
    evil = '<script>alert(1)</script><img src=x onerror="alert(2)">'
    known = listed(house)[0].call.data
    made = replace(known, source_ref="evil", identifier="EVIL", url="https://example.org/evil")
    made = replace(made, texts=(CallText("nl", evil, evil, (evil,)),))
    with session_scope(house.app.engine) as session:
        calls.insert(session, made, at=house.app.now(), run_id=None)
    house.app.rank()
    with house.visitor(REVIEWER) as client:
        for address in ("/calls?text=alert&status=all", f"/calls?text={evil}", f"/calls?priority={evil}"):
            answer = client.get(address)
            assert "<script>alert" not in answer.text
            assert "<img src=x" not in answer.text
        page = see(client, "/calls?text=onerror&status=all")
        assert evil in text_of(rows_of(page)[0])


def test_the_page_is_small_and_carries_nothing_that_the_policy_forbids(house: House) -> None:
    with house.visitor(REVIEWER) as client:
        answer = client.get("/calls")
        assert len(answer.content) < 100_000
        assert not re.search(r"<[^>]+\s(style|on\w+)=", answer.text)
        assert not re.search(r"<script(?![^>]+src=)", answer.text)
        page = BeautifulSoup(answer.text, "lxml")
        names = [str(tag["id"]) for tag in page.select("[id]")]
        assert len(names) == len(set(names))
        for label in page.select("label[for]"):
            assert page.find(id=str(label["for"])), label


def test_each_key_has_what_it_presses_on_the_page(house: House) -> None:
    script = (files("tracker.web") / "static" / "keys.js").read_text(encoding="utf-8")
    pressed = set(re.findall(r'(?:act|find)\((?:[^()]*, )?"(.)"\)', script)) | {"/"}
    assert pressed == set("osna/")
    with house.visitor(REVIEWER) as client:
        page = see(client)
    for key in pressed:
        assert page.select_one(f'[data-key="{key}"]'), key
    told = {text_of(key) for key in page.select("#keys kbd")}
    assert told == set(re.findall(r'^    "?(.)"?: \(\) =>', script, re.MULTILINE))


def test_amounts_are_said_short() -> None:
    million = Decimal(1_000_000)
    assert say_grant(Budget(), "nl") == ""
    assert (
        say_grant(Budget(per_project_min=8 * million, per_project_max=10 * million), "nl")
        == "€\u00a08 – 10\u00a0mln"
    )
    assert (
        say_grant(Budget(per_project_min=8 * million, per_project_max=10 * million), "en") == "€8 – 10\u00a0m"
    )
    assert say_grant(Budget(per_project_max=million), "nl") == "tot €\u00a01\u00a0mln"
    assert say_grant(Budget(per_project_min=Decimal(60_000)), "nl") == "vanaf €\u00a060.000"
    both = Budget(per_project_min=Decimal(500_000), per_project_max=2 * million)
    assert say_grant(both, "nl") == "€\u00a0500.000 – €\u00a02\u00a0mln"
    assert say_grant(Budget(per_project_min=million, per_project_max=million), "nl") == "€\u00a01\u00a0mln"


def test_only_what_needs_somebody_this_week_has_the_accent(house: House) -> None:
    now, today = house.app.now(), date(2027, 1, 11)
    fitting = next(row for row in listed(house) if row.match and row.match.strength is Strength.STRONG)
    rest = next(row for row in listed(house) if row.match is None)

    def is_urgent(row: Row, days: int | None = None, **review: object) -> bool:
        day = None if days is None else today + timedelta(days)
        shown = replace(
            row,
            projection=replace(row.projection, decide_by=day),
            review=Review(call_id=row.call.id, **review),  # type: ignore[arg-type]
        )
        return view_row(shown, house.app.municipality, language="nl", now=now, today=today).is_urgent

    assert [is_urgent(fitting, days) for days in (-1, 0, 7, 8, None)] == [False, True, True, False, False]
    assert not is_urgent(rest, 3)
    assert is_urgent(rest, 3, state=ReviewState.LOOKING)
    assert not is_urgent(fitting, 3, state=ReviewState.PREPARING)
    for state in ReviewState:
        assert is_urgent(fitting, state=state, due_on=today) is (state not in DONE)
