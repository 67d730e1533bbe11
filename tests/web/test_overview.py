"""The overview: every number on it is the number of calls behind it, and each chart is a table too."""

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta

import httpx
from bs4 import Tag

from db import calls
from db.engine import session_scope
from tests.web.house import House, filled_house, house
from tests.web.reading import page, part, refused, said, section
from tracker.core.call import ALIVE, Call, Change, Claim, Deadline
from tracker.core.match import Match
from tracker.core.person import Role
from tracker.core.profile import Domain, Strength
from tracker.core.review import RejectionReason, ReviewState
from tracker.desk import Desk
from tracker.review import Reviewing

__all__ = ["filled_house", "house"]


def fitting(house: House) -> list[tuple[Call, Match]]:
    ranked = Desk(house.app).ranked(None, limit=None, blocked=False)
    now = house.app.now()
    return [
        (call, match)
        for call, match in ranked
        if match.strength.rank >= Strength.GOOD.rank and call.status_at(now) in ALIVE
    ]


def decide(house: House, call: Call, state: ReviewState, reason: RejectionReason | None = None) -> None:
    reviewing = Reviewing(house.app.engine, house.app.municipality.slug, house.app.now)
    reviewing.change(call.id, house.people[Role.REVIEWER], seen=0, state=state, reason=reason)


def numbers(row: Tag) -> list[str]:
    return [said(cell) for cell in row.select("td.number")]


def rows(table: Tag) -> dict[str, list[str]]:
    return {said(part(row, "th")): numbers(row) for row in table.select("tbody tr")}


def test_the_timeline_and_its_table_count_the_same_calls(house: House) -> None:
    found = fitting(house)
    with house.visitor(Role.READER) as client:
        ahead = section(page(client, "/overview"), "ahead")
    priorities = house.app.municipality.priorities
    assert [text.get_text() for text in ahead.select("svg .lane")] == [one.nl.title for one in priorities]
    table = part(ahead, "table.months")
    for number, priority in enumerate(priorities):
        own = [call for call, match in found if match.priority == priority.slug]
        closing = Counter(call.next_deadline(house.app.now()) for call in own)
        row = table.select("tbody tr")[2 * number + 1]
        counted = sum(int(text) for text in numbers(row)[:-1] if text != "–")
        assert counted == sum(count for deadline, count in closing.items() if deadline is not None)
        assert numbers(row)[-1] == (str(closing[None]) if closing[None] else "–")
    drawn = sum(int(text.get_text()) for text in ahead.select("svg .dot-close text"))
    in_months = [one for one in table.select("td.number a") if "deadline_to" in str(one["href"])]
    assert drawn == sum(int(one.get_text()) for one in in_months)


def test_each_number_of_deadlines_leads_to_those_calls(house: House) -> None:
    with house.visitor(Role.READER) as client:
        table = part(section(page(client, "/overview"), "ahead"), "table.months")
    link = table.select("td.number a")[0]
    found = fitting(house)
    query = dict(pair.split("=") for pair in str(link["href"]).split("?")[1].split("&"))
    assert query["strength"] == "good"
    first, last = (date.fromisoformat(query[name]) for name in ("deadline_from", "deadline_to"))
    closing = [
        call
        for call, match in found
        if match.priority == query["priority"]
        and (deadline := call.next_deadline(house.app.now()))
        and first <= deadline.date <= last
    ]
    assert len(closing) == int(link.get_text())


def test_the_funnel_counts_what_was_taken_up_and_what_waits(house: House) -> None:
    found = list({call.id: call for call, _ in fitting(house)}.values())
    decide(house, found[0], ReviewState.PREPARING)
    decide(house, found[1], ReviewState.NOT_FOR_US, RejectionReason.NO_CAPACITY)
    with house.visitor(Role.READER) as client:
        counts = rows(part(section(page(client, "/overview"), "funnel"), "table"))
    assert counts["nieuw"] == [str(len(found) - 2)]
    assert counts["in voorbereiding"] == ["1"]
    assert counts["niets voor ons"] == ["1"]
    assert counts["gewonnen"] == ["0"]
    assert len(counts) == len(ReviewState)


def test_the_balance_sets_what_fits_beside_what_the_city_works_on(house: House) -> None:
    found = fitting(house)
    call = next(call for call, match in found if match.priority == "klimaat")
    decide(house, call, ReviewState.SUBMITTED)
    with house.visitor(Role.READER) as client:
        themes, domains = section(page(client, "/overview"), "balance").select("table")
    of_theme = {
        theme: len({call.id for call, match in found if match.priority in slugs})
        for theme, slugs in {
            "Economisch": {"inkoop", "circulair"},
            "Sociaal": {"cultuur", "sociaal"},
            "Fysiek": {"klimaat"},
        }.items()
    }
    assert {name: int(counts[0]) for name, counts in rows(themes).items()} == of_theme
    assert {name: counts[1] for name, counts in rows(themes).items()} == {
        "Economisch": "0",
        "Sociaal": "0",
        "Fysiek": "1",
    }
    assert rows(domains)["Fysiek"][1] == "1"
    assert rows(domains)["Bedrijfsvoering"][1] == "0"


def test_this_week_tells_what_is_new_what_changed_and_who_did_what(house: House) -> None:
    call, _ = fitting(house)[0]
    with house.visitor(Role.READER) as client:
        week = section(page(client, "/overview"), "week")
        assert f"Nieuw en passend ({len({one.id for one, _ in fitting(house)})})" in said(week)
        assert "Geen datum, bedrag of status veranderde." in said(week)
        assert "Deze week deed nog niemand iets met een oproep." in said(week)
        old, new = ((Deadline(date(2027, 5, day)),) for day in (4, 11))
        for at in (house.app.now(), house.app.now() - timedelta(days=8)):
            change = Change(call_id=call.id, at=at, field="deadlines", old=old, new=new)
            with session_scope(house.app.engine) as session:
                calls.update(session, call.id, call.data, changes=[change], at=at, run_id=None)
        decide(house, call, ReviewState.LOOKING)
        week = section(page(client, "/overview"), "week")
    assert "Gewijzigd (1)" in said(week)
    assert "Sluitdatum: 4 mei 2027 → 11 mei 2027" in said(week)
    assert f"{house.people[Role.REVIEWER].name} ·" in said(week)
    assert "stand: wordt bekeken" in said(week)


def test_what_a_colleague_did_is_told_whole(house: House) -> None:
    reviewing = Reviewing(house.app.engine, house.app.municipality.slug, house.app.now)
    by = house.people[Role.REVIEWER]
    calls_decided = list({call.id: call for call, _ in fitting(house)}.values())[:5]
    for call in calls_decided:
        reviewing.change(
            call.id,
            by,
            seen=0,
            state=ReviewState.PREPARING,
            person_id=by.id,
            domain=Domain.FYSIEK,
            due_on=date(2027, 1, 5),
        )
    with house.visitor(Role.READER) as client:
        done = section(page(client, "/overview"), "week").select("div.three > div")[-1].select("li")
    assert len(done) == len(calls_decided)
    for one in done:
        assert all(f"{field}:" in said(one) for field in ("stand", "van wie", "domein", "klaar op")), said(
            one
        )


def counted(client: httpx.Client, address: str) -> int:
    """Give how many calls a list says that it holds."""
    return int(part(page(client, address), ".total strong").get_text())


def close(house: House, call: Call) -> None:
    """Let the source say that a call is closed."""
    with session_scope(house.app.engine) as session:
        data = replace(call.data, claim=Claim.CLOSED)
        calls.update(session, call.id, data, changes=[], at=house.app.now(), run_id=None)
    house.app.refresh()


def test_every_link_with_a_number_leads_to_as_many_calls(house: House) -> None:
    found = list({call.id: call for call, _ in fitting(house)}.values())
    states = (ReviewState.SUBMITTED, ReviewState.WON, ReviewState.PREPARING, ReviewState.LOOKING)
    for call, state in zip(found, states, strict=False):
        decide(house, call, state)
    reviewing = Reviewing(house.app.engine, house.app.municipality.slug, house.app.now)
    given, back = found[4], found[5]
    by = house.people[Role.REVIEWER]
    reviewing.change(given.id, by, seen=0, state=ReviewState.SHORTLISTED, domain=Domain.BEDRIJFSVOERING)
    decide(house, back, ReviewState.LOOKING)
    reviewing.change(back.id, by, seen=1, state=ReviewState.NEW)
    for call in (found[0], back):
        close(house, call)
    with house.visitor(Role.READER) as client:
        shown = page(client, "/overview")
        ahead, bars = section(shown, "ahead"), [section(shown, name) for name in ("funnel", "balance")]
        links = [(str(one["href"]), int(one.get_text())) for one in ahead.select("td.number a")]
        for row in [row for one in bars for row in one.select("tbody tr")]:
            links += [(str(link["href"]), int(numbers(row)[0])) for link in row.select("th a")]
            links += [(str(link["href"]), int(link.get_text())) for link in row.select("td.number a")]
        for lane in ahead.select("th[scope=rowgroup]"):
            closing = lane.find_parent("tr").find_next_sibling("tr")  # type: ignore[union-attr]
            assert isinstance(closing, Tag)
            total = sum(int(text) for text in numbers(closing) if text != "–")
            links.append((str(part(lane, "a")["href"]), total))
        assert len(links) > len(ReviewState) + len(Domain)
        assert {address: counted(client, address) for address, _ in links} == dict(links)
        every = {str(link["href"]) for link in shown.select("main a") if "/calls?" in str(link["href"])}
    assert every - {address for address, _ in links} <= {"/calls?strength=good&news=7"}


def test_an_empty_house_says_what_to_do(house: House) -> None:
    from db import matches

    with session_scope(house.app.engine) as session:
        matches.replace(session, house.app.municipality.slug, [])
    with house.visitor(Role.READER) as client:
        shown = page(client, "/overview")
    assert "Er is nog geen oproep die goed past." in said(shown)
    assert not shown.select("svg")


def test_the_charts_are_drawn_without_what_the_policy_refuses(house: House) -> None:
    with house.visitor(Role.READER) as client:
        shown = page(client, "/overview")
    assert refused(shown) == []
    assert all(svg.get("aria-hidden") == "true" for svg in shown.select("svg"))  # the tables speak
