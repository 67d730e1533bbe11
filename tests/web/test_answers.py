"""The pages behind the links in a mail: only a POST does anything, and only what its link is for."""

import re
from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from db import deliveries
from db.engine import Engine, session_scope
from tests.mailing import LINKS, NOW, compose
from tests.web.town import FYSIEK, SOCIAAL, Town, living_town
from tracker.core.answer import AnswerKind, PassedOn
from tracker.core.delivery import DeliveryState
from tracker.core.profile import Contact
from tracker.links import Links, Purpose, Ticket, mark_of
from tracker.web.security import MOST_BYTES


@pytest.fixture
def town(engine: Engine) -> Iterator[Town]:
    with living_town(engine) as town:
        yield town


def test_each_answer_in_a_mail_works_as_it_stands_there(town: Town) -> None:
    found = re.findall(rf'href="{LINKS.base}(/a/[\w.-]+)"', town.delivery.html)
    assert len(found) == 2 * 4 + 1
    for path in found:
        assert town.client.get(path).status_code == 200
        assert FYSIEK.email not in path
    assert not town.is_changed()
    for path in found:
        assert town.client.post(path).status_code == 200
    assert len(town.kept()) == 2 * 4
    assert b"List-Unsubscribe-Post: List-Unsubscribe=One-Click" in town.delivery.message


@pytest.mark.parametrize("purpose", Purpose)
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_looking_changes_nothing(town: Town, purpose: Purpose, method: str) -> None:
    for _ in range(2):
        answer = town.client.request(method, town.path(purpose))
        assert answer.status_code == 200
        assert ("<form" in answer.text) is (method == "GET")
    assert not town.is_changed()


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS"])
def test_no_other_method_does_anything(town: Town, method: str) -> None:
    assert town.client.request(method, town.path(Purpose.NOT_FOR_US)).status_code == 405
    assert not town.is_changed()


def test_the_page_asks_in_the_readers_language_and_escapes_what_it_shows(town: Town) -> None:
    page = town.client.get(town.path(Purpose.NOT_FOR_US)).text
    assert 'lang="nl"' in page
    assert "Is deze oproep niets voor ons?" in page
    assert "Warmte &amp; wonen" in page
    town.contacts = (Contact(name="F", email=FYSIEK.email, domains=FYSIEK.domains, language="en"),)
    page = town.client.get(town.path(Purpose.NOT_FOR_US)).text
    assert "Is this call not for us?" in page
    assert "Heat &lt;b&gt;&amp;&lt;/b&gt; homes" in page


def test_not_for_us_hides_it_for_this_contact_alone(town: Town) -> None:
    adviser = Contact(name="A", email="adviser@example.org")
    town.now = NOW + timedelta(minutes=1)
    assert "Dank je wel" in town.client.post(town.path(Purpose.NOT_FOR_US)).text
    assert town.calls[0] not in town.shown(days=80)  # a week before it closes
    assert town.calls[1] in town.shown(days=80)
    assert set(town.shown(adviser)) == set(town.calls)


def test_later_hides_until_the_day_and_then_shows_it_once_more(town: Town) -> None:
    said = town.client.post(town.path(Purpose.LATER), content="weeks=8").text
    assert "maandag 18 januari 2027" in said
    assert town.calls[0] not in town.shown(days=55)
    assert town.calls[0] in town.shown(days=56)
    town.client.post(town.path(Purpose.LATER, call=1), content="weeks=999")
    assert town.kept()[1].until == date(2026, 12, 21)  # the usual four weeks


def test_passed_on_it_comes_to_the_other_domain_with_the_senders_note(town: Town) -> None:
    assert town.calls[0] not in town.shown(SOCIAAL)
    page = town.client.get(town.path(Purpose.NOT_MY_DOMAIN)).text
    assert re.findall(r'name="domain" value="(\w*)"', page) == ["", "sociaal"]
    form = {"domain": "sociaal", "note": "Iets voor\r\nBcc: de\x00 wijken?"}
    said = town.client.post(town.path(Purpose.NOT_MY_DOMAIN), data=form).text
    assert "Domein Sociaal krijgt hem in de volgende mail." in said
    assert town.shown(SOCIAAL) == {town.calls[0]: PassedOn(FYSIEK.email, "Iets voor Bcc: de wijken?")}
    assert town.calls[0] not in town.shown(days=80)
    later = NOW + timedelta(days=1)
    (mail,) = compose(town.engine, (SOCIAAL,), now=later)
    assert f"Passed on by {FYSIEK.email}: “Iets voor Bcc: de wijken?”" in mail.html
    with session_scope(town.engine) as session:
        deliveries.mark(session, mail.id, DeliveryState.SENT, at=later)
    assert town.shown(SOCIAAL, days=2) == {}  # once


def test_whom_a_call_cannot_be_passed_to_gets_nothing(town: Town) -> None:
    for domain in ("fysiek", "bedrijfsvoering", "x", ""):
        town.client.post(town.path(Purpose.NOT_MY_DOMAIN), data={"domain": domain, "note": "a"})
    (kept,) = town.kept()
    assert (kept.to_domain, kept.note) == (None, "")


def test_the_same_press_again_changes_nothing_and_another_answer_counts(town: Town) -> None:
    for _ in range(3):
        town.client.post(town.path(Purpose.NOT_FOR_US))
    assert len(town.kept()) == 1
    town.client.post(town.path(Purpose.INTERESTING))
    assert [answer.kind for answer in town.kept()] == [AnswerKind.NOT_FOR_US, AnswerKind.INTERESTING]
    assert town.calls[0] in town.shown(days=80)


def test_one_press_unsubscribes_and_one_returns(town: Town) -> None:
    one_click = {"List-Unsubscribe": "One-Click"}
    said = town.client.post(town.path(Purpose.LEAVE), data=one_click).text
    assert "Je bent afgemeld." in said
    assert compose(town.engine, (FYSIEK,), now=NOW + timedelta(days=7)) == []
    assert compose(town.engine, (SOCIAAL,), now=NOW + timedelta(days=7)) != []
    (back,) = re.findall(r'href="([\w.-]+)"', said)
    assert "Ja, stuur ze weer" in town.client.get(f"/a/{back}").text
    town.client.post(f"/a/{back}")
    assert compose(town.engine, (FYSIEK,), now=NOW + timedelta(days=7)) != []


@pytest.mark.parametrize("purpose", [Purpose.LEAVE, Purpose.PAUSE])
def test_a_mail_that_still_waits_is_recalled_by_who_leaves_or_pauses(town: Town, purpose: Purpose) -> None:
    town.now = NOW + timedelta(days=7)
    (waiting,) = compose(town.engine, (FYSIEK,), now=town.now, links=LINKS)
    town.client.post(town.path(purpose), content="weeks=2")
    with session_scope(town.engine, read_only=True) as session:
        kept = deliveries.get(session, waiting.id)
    assert kept is not None
    assert kept.state is DeliveryState.DROPPED


def test_a_pause_ends_by_itself(town: Town) -> None:
    (pause,) = re.findall(r'href="([\w.-]+)"', town.client.get(town.path(Purpose.LEAVE)).text)
    assert "Vanaf maandag 7 december 2026" in town.client.post(f"/a/{pause}", data={"weeks": "2"}).text
    assert compose(town.engine, (FYSIEK,), now=NOW + timedelta(days=7)) == []
    assert compose(town.engine, (FYSIEK,), now=NOW + timedelta(days=14)) != []


def test_a_link_that_is_too_old_says_so(town: Town) -> None:
    path = town.path(Purpose.INTERESTING)
    leave = town.path(Purpose.LEAVE)
    town.now = NOW + timedelta(days=91)
    for answer in (town.client.get(path), town.client.post(path)):
        assert answer.status_code == 410
        assert "Deze link is verlopen" in answer.text
    assert town.client.get(leave).status_code == 200
    assert not town.is_changed()


def test_a_link_that_was_changed_does_nothing(town: Town) -> None:
    path = town.path(Purpose.NOT_FOR_US)
    said, moment, signature = path.removeprefix("/a/").split(".")
    other = town.path(Purpose.LEAVE).removeprefix("/a/").split(".")
    wrong = [
        path[:-1] + ("A" if path[-1] != "A" else "B"),
        f"/a/{other[0]}.{moment}.{signature}",  # another purpose under this signature
        f"/a/{said}.{other[1]}.{other[2]}",
        f"/a/{said}",
        "/a/x",
        f"/a/{'x' * 5000}",
        "/a/%00",
        town.path(Purpose.NOT_FOR_US, links=Links(LINKS.base, "another key that is long enough too")),
    ]
    for each in wrong:
        for method in ("GET", "POST"):
            answer = town.client.request(method, each)
            assert answer.status_code == 404, each
            assert "Deze link klopt niet" in answer.text
    assert not town.is_changed()


@pytest.mark.parametrize(
    "ticket",
    [
        Ticket(Purpose.NOT_FOR_US, 1, 1, "somebody els"),
        Ticket(Purpose.NOT_FOR_US, 99, 1, mark_of(FYSIEK.email)),
        Ticket(Purpose.NOT_FOR_US, 1, 99, mark_of(FYSIEK.email)),
    ],
)
def test_a_link_of_another_database_or_person_does_nothing(town: Town, ticket: Ticket) -> None:
    assert town.client.post(f"/a/{LINKS.token(ticket, now=NOW)}").status_code == 404
    assert not town.is_changed()


def test_who_is_no_contact_any_more_cannot_answer(town: Town) -> None:
    town.contacts = (SOCIAAL,)
    assert town.client.post(town.path(Purpose.NOT_FOR_US)).status_code == 404
    assert not town.is_changed()


def test_an_address_that_is_spelled_otherwise_since_is_the_same_contact(town: Town) -> None:
    spelled = FYSIEK.email.replace("fysiek", "Fysiek")
    town.contacts = (Contact(name="F", email=spelled, domains=FYSIEK.domains), SOCIAAL)
    assert town.client.post(town.path(Purpose.NOT_FOR_US)).status_code == 200
    assert town.is_changed()


def test_a_huge_form_is_refused_unread(town: Town) -> None:
    answer = town.client.post(town.path(Purpose.NOT_FOR_US), content=b"note=" + b"x" * 10 * MOST_BYTES)
    assert answer.status_code == 413
    assert not town.is_changed()
    form = {"domain": "sociaal", "note": "x" * (MOST_BYTES - 100)}
    town.client.post(town.path(Purpose.NOT_MY_DOMAIN), data=form)
    assert len(town.kept()[0].note) == 500


@pytest.mark.parametrize("body", [b"\xff\xfe\x00", b"=&=&&;", b"{}", b"weeks=-1", b"weeks=1e9"])
def test_a_body_that_is_no_form_harms_nothing(town: Town, body: bytes) -> None:
    assert town.client.post(town.path(Purpose.LATER), content=body).status_code == 200
    assert town.kept()[0].until == date(2026, 12, 21)


def test_every_answer_carries_the_headers_and_nothing_from_elsewhere(town: Town) -> None:
    paths = [town.path(Purpose.NOT_MY_DOMAIN), "/a/x", "/nowhere", "/answers.css"]
    for path in paths:
        answer = town.client.get(path)
        assert answer.headers["content-security-policy"].startswith("default-src 'none'")
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "max-age" in answer.headers["strict-transport-security"]
        assert not re.search(r"https?://|<script|style=|url\(", answer.text)
    assert town.client.get(paths[0]).headers["cache-control"] == "no-store"
