"""The sources' pages: a reader sees, a reviewer decides; passages become calls, two calls become one."""

from dataclasses import replace
from datetime import timedelta

import httpx
import pytest
from bs4 import BeautifulSoup, Tag

from db import calls, runs, watching
from db.engine import session_scope
from db.watching import KeptCandidate
from tests.web.house import House, filled_house, house
from tests.web.reading import fields, page, part, refused, said
from tracker.core.call import Call
from tracker.core.person import Role
from tracker.core.review import ReviewState
from tracker.core.run import Run, RunState
from tracker.desk import Desk
from tracker.review import Reviewing

__all__ = ["filled_house", "house"]

READER, REVIEWER, _ = Role


def press(client: httpx.Client, path: str, form: Tag, do: str) -> str:
    """Press one of a form's buttons; gives where it leads."""
    answer = client.post(path, data=fields(form, do=do))
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])


def twins(house: House) -> tuple[Call, Call]:
    """Let a second source show a demo's call as one of its own."""
    first = Desk(house.app).ranked("klimaat", limit=1, blocked=False)[0][0]
    copy = replace(first.data, source="euroaccess", source_ref="77", url="https://list.example/77")
    with session_scope(house.app.engine) as session:
        number = calls.insert(session, copy, at=house.app.now(), run_id=None)
        other = calls.get(session, number)
    assert other is not None
    return first, other


def test_every_source_stands_with_how_it_is(house: House) -> None:
    reports = house.app.source_reports()
    with house.visitor(READER) as client:
        shown = page(client, "/sources")
    rows = shown.select("tbody tr")
    assert [part(row, "th a")["href"] for row in rows] == [f"/sources/{one.source.name}" for one in reports]
    portal = next(row for row in rows if "/sources/portal" in str(row))
    report = next(one for one in reports if one.source.name == "portal")
    assert "goed" in said(portal)
    assert str(report.open) in said(portal)
    assert refused(shown) == []


def fail(house: House) -> Run:
    """Let the portal fail just now, with an error that holds a tag."""
    now = house.app.now()
    with session_scope(house.app.engine) as session:
        number = runs.start(session, "portal", at=now)
        failed = Run(
            id=number,
            source="portal",
            started_at=now,
            finished_at=now + timedelta(seconds=4),
            state=RunState.FAILED,
            error_code="BlockedError",
            error="<b>403</b> refused",
            gaps=("nl: not read",),
        )
        runs.finish(session, failed)
    return failed


def test_a_broken_source_says_what_that_means_and_its_reading_says_why(house: House) -> None:
    failed = fail(house)
    with house.visitor(READER) as client:
        assert part(page(client, "/sources"), ".source-state.urgent").get_text() == "geblokkeerd"
        source = page(client, "/sources/portal")
        assert "Wat hier nieuw is, zien we niet." in said(source)
        link = source.select("tbody tr th a")[0]
        assert link["href"] == f"/sources/portal/runs/{failed.id}"
        reading = page(client, str(link["href"]))
    assert "BlockedError: <b>403</b> refused" in said(reading)
    assert "(4 seconden)" in said(reading)
    assert "nl: not read" in said(reading)
    assert refused(reading) == []


def test_a_reading_tells_what_it_changed(house: House) -> None:
    failed = fail(house)
    call = Desk(house.app).ranked("klimaat", limit=1, blocked=False)[0][0]
    with session_scope(house.app.engine) as session:
        calls.record_status(
            session, call.id, old="forthcoming", new="open", at=house.app.now(), run_id=failed.id
        )
    with house.visitor(READER) as client:
        reading = page(client, f"/sources/portal/runs/{failed.id}")
    changed = reading.select("main ul")[-1]
    assert part(changed, "a")["href"] == f"/calls/{call.id}"
    assert said(changed).endswith("Status: komt eraan → open")


@pytest.mark.parametrize(
    "path", ["/sources/nowhere", "/sources/portal/runs/999999", "/sources/portal/runs/99999999999999999999"]
)
def test_what_is_not_there_is_said_to_be_not_there(house: House, path: str) -> None:
    with house.visitor(READER) as client:
        assert "Deze pagina is er niet" in said(page(client, path, status=404))


def test_a_reading_is_found_under_its_own_source_only(house: House) -> None:
    run = Desk(house.app).runs_of("portal")[0]
    with house.visitor(READER) as client:
        page(client, f"/sources/portal/runs/{run.id}")
        page(client, f"/sources/culture/runs/{run.id}", status=404)


def passage(shown: BeautifulSoup, title: str) -> Tag:
    return next(one for one in shown.select("article") if said(part(one, "h2")) == title)


def test_a_passage_becomes_a_call_that_is_ranked_at_once(house: House) -> None:
    desk = Desk(house.app)
    waiting = desk.candidates()
    title = "Circulair bouwen West-Regio"
    with house.visitor(REVIEWER) as client:
        shown = page(client, "/candidates")
        assert len(shown.select("article")) == len(waiting)
        form = passage(shown, title).select("form")[0]
        there = press(client, "/candidates", form, "confirm")
        assert "Dit is nu een oproep." in said(part(page(client, there), ".done"))
        decided = passage(page(client, "/candidates?show=all"), title)
        link = next(one for one in decided.select("a") if str(one["href"]).startswith("/calls/"))
        assert title in said(part(page(client, str(link["href"])), "h1"))
        assert not decided.select("form")
    made = desk.call(int(str(link["href"]).rsplit("/", 1)[1]))
    assert made is not None
    assert [match.priority for match in desk.matches_of(made)] == ["circulair"]
    assert len(desk.candidates()) == len(waiting) - 1


def test_a_passage_that_is_no_call_is_not_shown_again(house: House) -> None:
    before = len(Desk(house.app).candidates())
    with house.visitor(REVIEWER) as client:
        form = page(client, "/candidates").select("article form")[0]
        there = press(client, "/candidates", form, "dismiss")
        after = page(client, there)
    assert "Weg: je ziet deze tekst hier niet meer." in said(after)
    assert len(after.select("article")) == before - 1


def confirmed_passage(house: House, *, moves: bool, leaves: bool) -> tuple[KeptCandidate, Call]:
    """Confirm a passage; then its page says another day, or shows it no more."""
    desk = Desk(house.app)
    one = desk.candidates()[0].candidate
    desk.confirm_candidate(one.key)
    later = house.app.now() + timedelta(hours=1)
    assert one.deadline is not None
    day = replace(one.deadline, date=one.deadline.date + timedelta(30)) if moves else one.deadline
    with session_scope(house.app.engine) as session:
        watching.keep_page(session, one.page, url=one.url, text="another text", at=later)
        seen = one.last_seen if leaves else later
        watching.keep_candidates(session, [replace(one, deadline=day, last_seen=seen)])
        call = calls.sightings(session, "page-watch")[one.key].call
    return one, call


@pytest.mark.parametrize(
    ("moves", "leaves", "choices"),
    [
        (True, False, ["confirm", "keep"]),
        (False, True, ["keep", "dismiss"]),
        (True, True, ["confirm", "keep", "dismiss"]),
    ],
)
def test_a_confirmed_call_can_stay_as_it_is_whatever_its_page_says_now(
    house: House, moves: bool, leaves: bool, choices: list[str]
) -> None:
    one, call = confirmed_passage(house, moves=moves, leaves=leaves)
    with house.visitor(REVIEWER) as client:
        shown = passage(page(client, "/candidates"), one.title)
        buttons = {str(part(form, "button")["value"]): form for form in shown.select("form")}
        assert list(buttons) == choices
        there = press(client, "/candidates", buttons["keep"], "keep")
        after = page(client, there)
    assert "De oproep blijft zoals hij is." in said(part(after, ".done"))
    assert one.title not in [said(title) for title in after.select("article h2")]
    kept = Desk(house.app).call(call.id)
    assert kept is not None
    assert (kept.data, kept.vanished_at) == (call.data, None)


def test_what_a_page_says_now_can_be_taken_over(house: House) -> None:
    one, call = confirmed_passage(house, moves=True, leaves=False)
    with house.visitor(REVIEWER) as client:
        form = passage(page(client, "/candidates"), one.title).select("form")[0]
        there = press(client, "/candidates", form, "confirm")
        assert "De oproep zegt nu wat de pagina zegt." in said(part(page(client, there), ".done"))
    moved = Desk(house.app).call(call.id)
    assert moved is not None
    assert moved.data.deadlines[0].date == call.data.deadlines[0].date + timedelta(30)


def test_a_passage_that_is_no_call_cannot_be_kept(house: House) -> None:
    with house.visitor(REVIEWER) as client:
        form = page(client, "/candidates").select("article form")[0]
        answer = client.post("/candidates", data=fields(form, do="keep"))
        assert (answer.status_code, "is geen oproep" in answer.text) == (422, True)
        assert client.post("/candidates", data=fields(form, do="throw")).status_code == 422


@pytest.mark.parametrize("number", ["", "x", "²", "9" * 20, "9" * 5000])
def test_the_number_of_a_call_is_a_number_of_ours(house: House, number: str) -> None:
    twins(house)
    with house.visitor(REVIEWER) as client:
        form = part(page(client, "/duplicates"), "article form")
        answer = client.post("/duplicates", data=fields(form, do="join", one=number))
    assert answer.status_code == 422
    assert len(Desk(house.app).duplicates()) == 1


def test_two_calls_become_one_with_what_was_decided_about_either(house: House) -> None:
    first, other = twins(house)
    reviewing = Reviewing(house.app.engine, house.app.municipality.slug, house.app.now)
    reviewing.change(other.id, house.people[REVIEWER], seen=0, state=ReviewState.SHORTLISTED)
    with house.visitor(REVIEWER) as client:
        pair = part(page(client, "/duplicates"), "article")
        assert "Hetzelfde nummer" in said(part(pair, "h2"))
        assert [link["href"] for link in pair.select("a")] == [f"/calls/{first.id}", f"/calls/{other.id}"]
        there = press(client, "/duplicates", part(pair, "form"), "join")
        assert "Samengevoegd" in said(page(client, there))
        page(client, f"/calls/{other.id}", status=404)
        page(client, f"/calls/{first.id}")
    assert reviewing.review_of(first.id).state is ReviewState.SHORTLISTED
    assert Desk(house.app).duplicates() == []


def test_two_calls_that_are_two_are_not_asked_about_again(house: House) -> None:
    first, other = twins(house)
    with house.visitor(REVIEWER) as client:
        form = part(page(client, "/duplicates"), "article form")
        there = press(client, "/duplicates", form, "apart")
        assert "Onthouden: het zijn er twee." in said(page(client, there))
        for call in (first, other):
            page(client, f"/calls/{call.id}")
    assert Desk(house.app).duplicates() == []


def test_a_pair_that_names_different_days_says_so(house: House) -> None:
    first, _ = twins(house)
    data = replace(
        first.data,
        deadlines=tuple(replace(one, date=one.date + timedelta(3)) for one in first.data.deadlines),
    )
    with session_scope(house.app.engine) as session:
        calls.update(session, first.id, data, changes=[], at=house.app.now(), run_id=None)
    with house.visitor(READER) as client:
        assert part(page(client, "/duplicates"), ".disagrees")


def test_a_reader_sees_all_of_it_and_has_no_button(house: House) -> None:
    twins(house)
    with house.visitor(READER) as client:
        for path in ("/candidates", "/duplicates"):
            shown = page(client, path)
            assert shown.select("article")
            assert not shown.select("article form")
            assert "Een beoordelaar beslist." in said(shown)
            assert refused(shown) == []


@pytest.mark.parametrize(
    ("path", "wrong"),
    [
        ("/candidates", {"key": "", "do": "confirm"}),
        ("/candidates", {"key": "nothing-like-it", "do": "dismiss"}),
        ("/candidates", {"do": "sing"}),
        ("/duplicates", {"one": "1", "other": "1", "do": "join"}),
        ("/duplicates", {"one": "1", "other": "x", "do": "join"}),
        ("/duplicates", {"one": "1", "other": "2", "do": "sing"}),
    ],
)
def test_a_form_that_makes_no_sense_changes_nothing(house: House, path: str, wrong: dict[str, str]) -> None:
    before = len(Desk(house.app).list_calls(status=None, programme=None, source=None, limit=None))
    with house.visitor(REVIEWER) as client:
        csrf = fields(page(client, "/candidates").select("article form")[0])["csrf"]
        answer = client.post(path, data={"csrf": csrf, **wrong})
    assert answer.status_code == 422, answer.text
    assert len(Desk(house.app).list_calls(status=None, programme=None, source=None, limit=None)) == before


def test_while_the_main_job_works_a_person_is_asked_to_wait(house: House) -> None:
    with house.visitor(REVIEWER) as client:
        form = page(client, "/candidates").select("article form")[0]
        with house.app.working():
            answer = client.post("/candidates", data=fields(form, do="confirm"))
    assert answer.status_code == 503
    assert "Even wachten" in answer.text
    assert len(Desk(house.app).candidates()) == len(Desk(house.app).candidates(every=True))
