"""The right column of a call: each form of it, two people at once, and what a verdict did."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime

import httpx
import pytest

from db import answers, feedback
from db.engine import session_scope
from tests.web.house import House, filled_house, house
from tracker.core.answer import Answer, AnswerKind
from tracker.core.call import Call
from tracker.core.feedback import Verdict
from tracker.core.person import Person, Role
from tracker.core.profile import Domain
from tracker.core.review import RejectionReason, Review, ReviewState
from tracker.desk import Desk
from tracker.review import Reviewing

__all__ = ["filled_house", "house"]

READER, REVIEWER, ADMINISTRATOR = Role


def call_at(house: House, place: int = 11) -> Call:
    """Give the call at this place under the climate priority."""
    call, _ = Desk(house.app).ranked("klimaat", limit=place, blocked=False)[-1]
    return call


def reviewing(house: House) -> Reviewing:
    return Reviewing(house.app.engine, house.app.municipality.slug, house.app.now)


def review_of(house: House, call: Call) -> Review:
    return reviewing(house).review_of(call.id)


def page_of(client: httpx.Client, call: Call, more: str = "") -> str:
    answer = client.get(f"/calls/{call.id}{more}")
    assert answer.status_code == 200, answer.text
    return answer.text


def words(page: str) -> str:
    """Give a page's text without its tags, on one line."""
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def send(client: httpx.Client, call: Call, form: str, **fields: str) -> httpx.Response:
    csrf = re.search(r'name="csrf" value="([0-9a-f]{64})"', client.get(f"/calls/{call.id}").text)
    assert csrf is not None
    return client.post(f"/calls/{call.id}/{form}", data={"csrf": csrf[1], **fields})


def follow(client: httpx.Client, answer: httpx.Response) -> str:
    assert answer.status_code == 303, answer.text
    return client.get(answer.headers["location"]).text


def other_reviewer(house: House) -> Person:
    return house.people[ADMINISTRATOR]


def test_a_new_call_says_so_and_offers_a_reviewer_what_can_be_done(house: House) -> None:
    call = call_at(house)
    with house.visitor(REVIEWER) as client:
        page = page_of(client, call)
    assert "Nog niemand heeft iets met deze oproep gedaan." in page
    assert "Deze oproep is nog niet gewogen." in page
    assert "Beslis vóór" in page
    assert f'action="/calls/{call.id}/review"' in page
    assert f'action="/calls/{call.id}/undo"' not in page  # there is nothing to undo
    assert "Bram Beoordelaar</option>" in page


def test_a_reader_sees_it_all_and_has_no_form(house: House) -> None:
    call = call_at(house)
    reviewing(house).add_note(call.id, house.people[REVIEWER], "Bel de provincie")
    with house.visitor(READER) as client:
        page = page_of(client, call)
        assert "Bel de provincie" in page
        assert f'action="/calls/{call.id}/' not in page
        assert f"/calls/{call.id}/weighing" not in page
        for form in ("review", "undo", "notes", "notes/1/withdraw", "verdicts", "verdicts/undo", "weighing"):
            assert send(client, call, form, state="won", seen="0", text="x").status_code == 403, form
    assert review_of(house, call).version == 0


def test_every_field_of_the_form_is_kept_and_told_in_the_trail(house: House) -> None:
    call, person = call_at(house), house.people[REVIEWER]
    with house.visitor(REVIEWER) as client:
        answer = send(
            client,
            call,
            "review",
            seen="0",
            state="preparing",
            reason="",
            assignee=str(person.id),
            domain="fysiek",
            due_on="2027-01-31",
            because="Samen met\r\nde provincie",
        )
        page = follow(client, answer)
    kept = review_of(house, call)
    assert (kept.state, kept.person_id, kept.domain, kept.due_on, kept.version) == (
        ReviewState.PREPARING,
        person.id,
        Domain.FYSIEK,
        date(2027, 1, 31),
        1,
    )
    assert {one.because for one in reviewing(house).trail(call.id)} == {"Samen met\nde provincie"}
    text = words(page)
    assert "Bewaard." in text
    assert "stand: nieuw → werd in voorbereiding" in text
    assert "van wie: Bram Beoordelaar" in text
    assert "klaar op: 31 januari 2027" in text
    assert "zondag 31 januari 2027" in text


def test_what_is_not_in_the_form_stays_as_it_is(house: House) -> None:
    call, person = call_at(house), house.people[REVIEWER]
    reviewing(house).change(
        call.id, person, seen=0, state=ReviewState.LOOKING, domain=Domain.SOCIAAL, due_on=date(2027, 1, 31)
    )
    with house.visitor(REVIEWER) as client:
        answer = send(client, call, "review", seen="1", state="shortlisted", next="/calls?state=new")
        assert answer.headers["location"] == "/calls?state=new"
        answer = send(client, call, "review", seen="2", assignee="me", next="https://example.org/")
        assert answer.headers["location"] == "/calls"
    kept = review_of(house, call)
    assert (kept.state, kept.domain, kept.due_on, kept.person_id) == (
        ReviewState.SHORTLISTED,
        Domain.SOCIAAL,
        date(2027, 1, 31),
        person.id,
    )


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"state": "not_for_us"}, "Kies een reden"),
        ({"state": "not_for_us", "reason": "other"}, "Je koos ‘iets anders’"),
        ({"due_on": "31-01-2027", "because": "Om de bus"}, "klopt niet"),
        ({"because": "x" * 1001}, "te lang"),
    ],
)
def test_what_is_missing_is_asked_and_what_was_filled_in_stays(
    house: House, fields: dict[str, str], said: str
) -> None:
    call = call_at(house)
    with house.visitor(REVIEWER) as client:
        answer = send(client, call, "review", seen="0", domain="fysiek", **fields)
    assert answer.status_code == 422
    assert said in answer.text
    assert '<option value="fysiek" selected>' in answer.text
    assert fields.get("because", "") in answer.text
    assert review_of(house, call).version == 0


@pytest.mark.parametrize(
    "fields",
    [
        {"state": "gone"},
        {"state": "looking", "domain": "x"},
        {"reason": "x"},
        {"assignee": "-1"},
        {"assignee": "99999"},
        {"state": "looking", "seen": "x"},
        {"state": "looking", "seen": ""},
        {"state": "looking", "seen": "²"},
    ],
)
def test_what_no_form_of_ours_sends_is_refused(house: House, fields: dict[str, str]) -> None:
    call = call_at(house)
    with house.visitor(REVIEWER) as client:
        assert send(client, call, "review", **{"seen": "0", **fields}).status_code == 422
        assert client.post("/calls/99999/review", data={}).status_code == 403
    assert review_of(house, call).version == 0


def test_who_comes_second_sees_what_the_other_did_and_keeps_their_own_words(house: House) -> None:
    call = call_at(house)
    reviewing(house).change(
        call.id,
        other_reviewer(house),
        seen=0,
        state=ReviewState.NOT_FOR_US,
        reason=RejectionReason.NO_CAPACITY,
        because="Geen uren dit jaar",
    )
    mine = {"state": "preparing", "domain": "fysiek", "because": "De <b>wethouder</b> wil dit"}
    with house.visitor(REVIEWER) as client:
        answer = send(client, call, "review", seen="0", **mine)
        assert answer.status_code == 409
        text = words(answer.text)
        assert "Bea Beheer" in text
        assert "stand: nieuw → werd niets voor ons" in text
        assert "“Geen uren dit jaar”" in text
        assert "De &lt;b&gt;wethouder&lt;/b&gt; wil dit</textarea>" in answer.text
        assert '<option value="preparing" selected>' in answer.text
        assert '<option value="fysiek" selected>' in answer.text
        assert review_of(house, call).state is ReviewState.NOT_FOR_US
        (seen,) = re.findall(r'name="seen" value="(\d+)"', answer.text)
        follow(client, send(client, call, "review", seen=seen, **mine))  # applied anew, on purpose
    assert review_of(house, call).state is ReviewState.PREPARING


def test_applied_anew_changes_only_what_the_person_changed(house: House) -> None:
    call, chief = call_at(house), other_reviewer(house)
    first = {"state": ReviewState.LOOKING, "domain": Domain.FYSIEK}
    reviewing(house).change(call.id, chief, seen=0, **first, due_on=date(2027, 1, 31))  # type: ignore[arg-type]
    with house.visitor(REVIEWER) as client:
        as_shown = {
            "state": "looking",
            "reason": "",
            "assignee": "",
            "domain": "fysiek",
            "due_on": "2027-01-31",
        }
        reviewing(house).change(call.id, chief, seen=1, **first, person_id=chief.id)  # type: ignore[arg-type]
        answer = send(client, call, "review", seen="1", **{**as_shown, "state": "preparing"})
    assert answer.status_code == 409
    assert re.findall(r'<option value="(\w+)" selected>', answer.text) == [
        "preparing",
        str(chief.id),
        "fysiek",
    ]
    assert 'name="due_on" value=""' in answer.text  # the other took the day away


def test_of_two_who_press_at_one_moment_one_is_told(house: House) -> None:
    call = call_at(house)
    with house.visitor(REVIEWER) as one, house.visitor(ADMINISTRATOR) as other, ThreadPoolExecutor(2) as pool:
        pressed = [
            pool.submit(send, client, call, "review", seen="0", state=state)
            for client, state in ((one, "looking"), (other, "shortlisted"))
        ]
        assert sorted(press.result().status_code for press in pressed) == [303, 409]
    assert review_of(house, call).version == 1
    assert len(reviewing(house).trail(call.id)) == 1


def test_the_last_change_is_undone_and_not_another_one(house: House) -> None:
    call = call_at(house)
    with house.visitor(REVIEWER) as client:
        page = follow(client, send(client, call, "review", seen="0", state="looking"))
        assert f'action="/calls/{call.id}/undo"' in page
        page = follow(client, send(client, call, "undo", seen="1"))
        assert "ongedaan gemaakt" in page
        assert review_of(house, call).state is ReviewState.NEW
        late = send(client, call, "undo", seen="1")
        assert late.status_code == 409
        assert "Dat was een andere" in late.text


@pytest.mark.parametrize("form", ["review", "undo", "notes", "verdicts", "verdicts/undo"])
def test_the_address_of_a_form_leads_back_to_the_call(house: House, form: str) -> None:
    with house.visitor(READER) as client:
        assert client.get(f"/calls/1/{form}").headers["location"] == "/calls/1"


def test_the_last_few_of_many_verdicts_are_named(house: House) -> None:
    pairs = Desk(house.app).ranked("klimaat", limit=7, blocked=False)
    with session_scope(house.app.engine) as session:
        for call, _ in pairs:
            given = Verdict(call_id=call.id, priority="klimaat", wanted=True, at=datetime.now(UTC))
            feedback.add(session, house.app.municipality.slug, given)
    with house.visitor(READER) as client:
        page = page_of(client, pairs[0][0], "?done=judged&priority=klimaat&was=2&now=1")
    (told,) = re.findall(r'<div class="done".*?</div>', page, flags=re.DOTALL)
    linked = [int(number) for number in re.findall(r'href="/calls/(\d+)"', told)]
    assert linked == [call.id for call, _ in reversed(pairs[2:])]
    assert "en nog 2" in told


def test_notes_are_written_withdrawn_and_harmless(house: House) -> None:
    call = call_at(house)
    with house.visitor(REVIEWER) as client:
        page = follow(client, send(client, call, "notes", text="<script>alert(1)</script>\nTweede regel"))
        assert "Je notitie is bewaard." in page
        assert "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>\n<p>Tweede regel</p>" in page
        (note,) = reviewing(house).notes(call.id)
        assert send(client, call, "notes", text="  ").status_code == 422
        page = follow(client, send(client, call, f"notes/{note.id}/withdraw"))
        assert "Tweede regel" not in page
        assert send(client, call, "notes/999/withdraw").status_code == 422
    reviewing(house).add_note(call.id, other_reviewer(house), "Van een ander")
    with house.visitor(REVIEWER) as client:
        page = page_of(client, call)
        assert "Van een ander" in page
        assert "/withdraw" not in page


def test_answers_from_mail_are_shown_the_last_of_each(house: House) -> None:
    call, now = call_at(house), datetime.now(UTC)
    contact = house.app.contacts[0]
    with session_scope(house.app.engine) as session:
        for kind, domain in ((AnswerKind.LATER, None), (AnswerKind.NOT_MY_DOMAIN, Domain.SOCIAAL)):
            answers.add(
                session,
                Answer(
                    contact=contact.email,
                    call_id=call.id,
                    kind=kind,
                    at=now,
                    to_domain=domain,
                    note="Iets <b>voor</b> jullie?" if domain else "",
                ),
            )
    with house.visitor(READER) as client:
        page = page_of(client, call)
    assert f"<strong>{contact.name}</strong>: Niet mijn domein, doorgegeven aan Sociaal" in page
    assert "“Iets &lt;b&gt;voor&lt;/b&gt; jullie?”" in page
    assert "Nog niemand heeft op een mail" not in page


def test_a_verdict_moves_the_call_tells_so_and_is_taken_back(house: House) -> None:
    call, desk = call_at(house), Desk(house.app)
    with house.visitor(REVIEWER) as client:
        answer = send(client, call, "verdicts", priority="klimaat", wanted="yes", because="Dit is de wijk")
        page = follow(client, answer)
        after = next(one.rank for one in desk.matches_of(call) if one.priority == "klimaat")
        assert after < 11
        text = words(page)
        assert f"van plaats 11 naar {after} , vanwege: ‘" in text
        assert "kregen een andere plaats" in text
        assert "De volgorde leert nu van deze oordelen:" in text
        assert "“Dit is de wijk”" in page
        again = send(client, call, "verdicts", priority="klimaat", wanted="yes", because="Dit is de wijk")
        assert "Er is niets veranderd." in follow(client, again)
        assert len(desk.verdicts()) == 1
        page = follow(client, send(client, call, "verdicts/undo", priority="klimaat"))
        assert f"van plaats {after} naar 11 ." in words(page)
        assert "Nog niemand heeft hier iets over gezegd." in page
        gone = send(client, call, "verdicts/undo", priority="klimaat")
        assert "Er is niets veranderd." in follow(client, gone)
    told = [(one.field, one.old, one.new, one.because) for one in reviewing(house).trail(call.id)]
    assert told == [
        ("verdict", "", "klimaat yes", "Dit is de wijk"),
        ("verdict", "klimaat yes", "", ""),
    ]
    assert desk.verdicts() == []


def test_two_verdicts_at_one_moment_both_count_in_the_ranking(house: House) -> None:
    one, other = call_at(house, 11), call_at(house, 12)
    with (
        house.visitor(REVIEWER) as first,
        house.visitor(ADMINISTRATOR) as second,
        ThreadPoolExecutor(2) as pool,
    ):
        pressed = [
            pool.submit(send, client, call, "verdicts", priority="klimaat", wanted="no")
            for client, call in ((first, one), (second, other))
        ]
        assert [press.result().status_code for press in pressed] == [303, 303]
    stored = Desk(house.app).ranked("klimaat", limit=None, blocked=False)
    house.app.rank()
    assert [match for _, match in stored] == [
        match for _, match in Desk(house.app).ranked("klimaat", limit=None, blocked=False)
    ]


@pytest.mark.parametrize(
    "fields",
    [
        {"priority": "parken", "wanted": "yes"},
        {"priority": "klimaat"},
        {"wanted": "no"},
        {"priority": "klimaat", "wanted": "no", "because": "x" * 1001},
    ],
)
def test_a_verdict_is_yes_or_no_to_a_priority_of_ours(house: House, fields: dict[str, str]) -> None:
    call = call_at(house)
    with house.visitor(REVIEWER) as client:
        assert send(client, call, "verdicts", **fields).status_code == 422
    assert reviewing(house).trail(call.id) == []


@pytest.mark.parametrize(
    "query",
    [
        "?done=judged&priority=x&was=1&now=2",
        "?done=judged&priority=klimaat&was=-1&now=9999999",
        "?done=judged&priority=klimaat&was=<b>&now=²",
        "?done=%3Cscript%3E",
        "?done=judged",
    ],
)
def test_a_made_up_address_tells_nothing_that_is_not_so(house: House, query: str) -> None:
    with house.visitor(READER) as client:
        page = page_of(client, call_at(house), query)
    assert "<script>" not in page
    assert "<b>" not in page
    assert "9999999" not in words(page)


def test_the_whole_column_is_there_in_english(house: House) -> None:
    call = call_at(house)
    with house.visitor(REVIEWER) as client:
        send(client, call, "verdicts", priority="klimaat", wanted="no", because="")
        client.cookies.set("kansen-language", "en")
        page = page_of(client, call, "?done=judged&priority=klimaat&was=11&now=14&moved=3")
        conflict = send(client, call, "review", seen="5", state="won")
        refused = send(client, call, "review", seen="0", state="not_for_us")
    text = words(page)
    assert "from place 11 to 14" in text
    assert "3 calls got another place." in text
    assert "verdict: Climate-neutral" in text
    assert "Somebody was before you" in conflict.text
    assert "Choose a reason why this call is not for us." in refused.text
    assert "Beoordeling" not in page


@pytest.mark.parametrize(
    "form", ["review", "undo", "notes", "notes/1/withdraw", "verdicts", "verdicts/undo", "weighing"]
)
def test_a_form_without_the_pages_own_mark_or_from_elsewhere_does_nothing(house: House, form: str) -> None:
    call = call_at(house)
    fields = {"seen": "0", "state": "won", "text": "x", "priority": "klimaat", "wanted": "yes"}
    with house.visitor(REVIEWER) as client:
        assert client.post(f"/calls/{call.id}/{form}", data=fields).status_code == 403
        assert client.post(f"/calls/{call.id}/{form}", data={**fields, "csrf": "0" * 64}).status_code == 403
        client.headers["origin"] = "https://example.org"
        assert send(client, call, form, **fields).status_code == 403
    with house.visitor() as nobody:
        assert nobody.post(f"/calls/{call.id}/{form}", data=fields).status_code == 401
    assert reviewing(house).trail(call.id) == []
