"""Signing in and out, one's own account, and the administrator's pages, in a browser without script."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from pydantic import SecretStr

from db import deliveries
from db.engine import session_scope
from tests.web.house import House, filled_house, house
from tests.web.inside import Inside
from tracker.accounts import Accounts
from tracker.core.delivery import Channel, Delivery, DeliveryState
from tracker.core.person import Role, SubscriptionKind
from tracker.web.pages import SECURE_SESSION, SESSION

__all__ = ["filled_house", "house"]

READER, REVIEWER, ADMINISTRATOR = Role
NEW_PASSWORD = "zes ezels op het strand"


def accounts_of(house: House) -> Accounts:
    return Accounts(house.app.engine, house.app.now)


def csrf(page: str) -> str:
    found = re.search(r'name="csrf" value="([0-9a-f]{64})"', page)
    assert found is not None
    return found[1]


def post(client: httpx.Client, path: str, *, page: str = "/account", **fields: str) -> httpx.Response:
    """Post a form as it stands on a page of ours."""
    return client.post(path, data={"csrf": csrf(client.get(page).text), **fields})


def cookie_of(answer: httpx.Response) -> str:
    (cookie,) = [one for one in answer.headers.get_list("set-cookie") if SESSION in one]
    return cookie


def sign_in(client: httpx.Client, house: House, role: Role, **more: str) -> httpx.Response:
    fields = {"email": house.people[role].email, "password": house.passwords[role]}
    return client.post("/sign-in", data={**fields, **more})


def test_whoever_is_sent_to_sign_in_comes_back_to_their_page(house: House) -> None:
    with house.visitor() as client:
        sent = client.get("/account?x=1&y=ü")
        assert sent.status_code == 303
        page = client.get(sent.headers["location"])
        assert "Inloggen" in page.text
        _, onward = re.findall(r'name="next" value="([^"]*)"', page.text)  # the first keeps the language
        answer = sign_in(client, house, READER, next=onward.replace("&amp;", "&"))
        assert answer.headers["location"] == "/account?x=1&y=%C3%BC"
        assert client.get(answer.headers["location"]).status_code == 200
        assert client.get("/sign-in?next=/overview").headers["location"] == "/overview"


def test_the_session_s_cookie_is_the_server_s_alone(house: House) -> None:
    with house.visitor() as client:
        cookie = cookie_of(sign_in(client, house, READER))
    name, _, rest = cookie.partition("=")
    assert name == SESSION
    attributes = {one.strip().lower() for one in rest.split(";")[1:]}
    assert attributes == {"httponly", "path=/", "samesite=lax"}  # gone with the browser; no other host
    assert len(rest.partition(";")[0]) == 43


def test_over_https_no_other_host_or_http_page_can_set_the_cookie(house: House) -> None:
    changed = {"public_url": "https://kansen.example.org", "secret_key": SecretStr("x" * 32)}
    settings = house.app.settings.model_copy(update=changed)
    secure = House(app=replace(house.app, settings=settings), passwords=house.passwords, people=house.people)
    with httpx.Client(transport=Inside(secure.web), base_url="https://testserver") as client:
        cookie = cookie_of(sign_in(client, house, READER))
        assert cookie.startswith(f"{SECURE_SESSION}=")
        assert {one.strip().lower() for one in cookie.split(";")[1:]} >= {"secure", "httponly", "path=/"}
        assert client.get("/account").status_code == 200


def test_who_is_refused_learns_not_why_and_can_try_again(house: House) -> None:
    with house.visitor() as client:
        pages = []
        for email in (house.people[READER].email, "nobody@example.org"):
            answer = client.post("/sign-in", data={"email": email, "password": "wrong", "next": "/overview"})
            assert answer.status_code == 401
            assert f'value="{email}"' in answer.text
            assert 'name="next" value="/overview"' in answer.text
            assert "set-cookie" not in answer.headers
            pages.append(answer.text.replace(email, ""))
        assert pages[0] == pages[1]
        assert "horen niet bij elkaar" in pages[0]


def test_a_new_session_at_each_sign_in_and_the_old_one_ends(house: House) -> None:
    with house.visitor(READER) as client:
        before = client.cookies[SESSION]
        client.cookies.clear()
        client.cookies.set(SESSION, before)
        sign_in(client, house, REVIEWER)
        after = client.cookies.get(SESSION, domain="testserver.local") or client.cookies[SESSION]
        assert after != before
    with house.visitor() as thief:
        thief.cookies.set(SESSION, before)
        assert thief.get("/account").status_code == 303


def test_signed_out_is_signed_out_on_the_server_too(house: House) -> None:
    with house.visitor(READER) as client, house.visitor() as thief:
        thief.cookies.set(SESSION, client.cookies[SESSION])
        assert thief.get("/account").status_code == 200
        answer = post(client, "/sign-out")
        assert answer.headers["location"] == "/sign-in?done=signed-out"
        assert "Max-Age=0" in cookie_of(answer)
        assert thief.get("/account").status_code == 303
        assert "Je bent uitgelogd" in client.get(answer.headers["location"]).text


def test_signing_out_of_a_session_that_is_over_is_no_error(house: House) -> None:
    with house.visitor(READER) as client:
        page = client.get("/account").text
        with house.visitor() as other:
            other.cookies.set(SESSION, client.cookies[SESSION])
            assert other.post("/sign-out", data={"csrf": csrf(page)}).status_code == 303
        assert client.post("/sign-out", data={"csrf": csrf(page)}).status_code == 303


def test_everywhere_is_everywhere(house: House) -> None:
    with house.visitor(READER) as phone, house.visitor(READER) as desk:
        post(desk, "/account/sign-out-everywhere")
        assert phone.get("/account").status_code == 303


def test_an_idle_session_asks_to_sign_in_again(house: House) -> None:
    now = [datetime.now(UTC)]
    turned = House(
        app=replace(house.app, clock=lambda: now[0]), passwords=house.passwords, people=house.people
    )
    with turned.visitor(READER) as client:
        page = client.get("/account").text
        now[0] += timedelta(hours=2, minutes=1)
        assert client.get("/account").status_code == 303
        assert client.post("/account/password", data={"csrf": csrf(page)}).status_code == 401


def test_one_changes_one_s_own_password(house: House) -> None:
    with house.visitor(READER) as client, house.visitor(READER) as phone:
        old = house.passwords[READER]
        for fields, said in (
            ({"old": old, "new": NEW_PASSWORD, "again": "x"}, "niet twee keer hetzelfde"),
            ({"old": "wrong", "new": NEW_PASSWORD, "again": NEW_PASSWORD}, "oude wachtwoord klopt niet"),
            ({"old": old, "new": "kort", "again": "kort"}, "minstens 12 tekens"),
            ({"old": old, "new": "a" * 20, "again": "a" * 20}, "makkelijk te raden"),
        ):
            answer = post(client, "/account/password", **fields)
            assert answer.status_code == 422
            assert said in answer.text
            assert not any(f'value="{value}"' in answer.text for value in fields.values())
        answer = post(client, "/account/password", old=old, new=NEW_PASSWORD, again=NEW_PASSWORD)
        assert "Je wachtwoord is veranderd" in client.get(answer.headers["location"]).text
        assert phone.get("/account").status_code == 303
    house.passwords[READER] = NEW_PASSWORD
    with house.visitor(READER):
        pass


def test_one_sees_and_revokes_one_s_own_subscriptions(house: House) -> None:
    accounts = accounts_of(house)
    kept, secret = accounts.subscribe(
        house.people[READER], SubscriptionKind.ATOM, title="Klimaat & water", filters="text=water"
    )
    with house.visitor(REVIEWER) as other:
        assert "Klimaat" not in other.get("/account").text
        assert post(other, f"/account/subscriptions/{kept.id}/revoke").status_code == 404
    assert accounts.subscriber_of(secret, SubscriptionKind.ATOM) is not None
    with house.visitor(READER) as client:
        page = client.get("/account").text
        assert "Klimaat &amp; water" in page
        assert secret not in page
        answer = post(client, f"/account/subscriptions/{kept.id}/revoke")
        assert "Ingetrokken" in client.get(answer.headers["location"]).text
    assert accounts.subscriber_of(secret, SubscriptionKind.ATOM) is None


def test_secret_addresses_outlive_one_s_own_new_password_and_not_an_administrator_s(house: House) -> None:
    accounts, person = accounts_of(house), house.people[READER]
    _, secret = accounts.subscribe(person, SubscriptionKind.ATOM, title="Alles", filters="")
    feed, old = f"/feeds/{secret}.atom", house.passwords[READER]
    with house.visitor(READER) as client:
        assert "Na een nieuw wachtwoord blijven ze werken" in client.get("/account").text
        post(client, "/account/password", old=old, new=NEW_PASSWORD, again=NEW_PASSWORD)
        post(client, "/language", language="en")
        assert "After a new password they keep working" in client.get("/account").text
    with house.visitor() as program, house.visitor(ADMINISTRATOR) as administrator:
        assert program.get(feed).status_code == 200
        post(administrator, f"/people/{person.id}/password")
        assert program.get(feed).status_code == 404


def test_an_administrator_adds_a_colleague_whose_password_is_shown_once(house: House) -> None:
    fields = {"email": "New@example.org", "name": "Nieuwe <Collega>", "role": "reviewer", "domain": "fysiek"}
    with house.visitor(ADMINISTRATOR) as client:
        page = post(client, "/people", **fields)
        assert page.status_code == 200
        (password,) = re.findall(r"<code>([a-z0-9-]{23})</code>", page.text)
        listed = client.get("/people").text
        assert "Nieuwe &lt;Collega&gt;" in listed
        assert password not in listed
        again = post(client, "/people", **fields)
        assert again.status_code == 422
        assert "heeft al een account" in again.text
        assert 'value="New@example.org"' in again.text
    with house.visitor() as colleague:
        answer = colleague.post("/sign-in", data={"email": "new@example.org", "password": password})
        assert answer.status_code == 303
        assert "Fysiek" in colleague.get("/account").text


def test_an_administrator_changes_roles_and_shuts_out(house: House) -> None:
    number = house.people[READER].id
    path = f"/people/{number}"
    with house.visitor(ADMINISTRATOR) as client, house.visitor(READER) as reader:
        answer = post(client, f"{path}/role", role="administrator")
        assert "De rol is veranderd" in client.get(answer.headers["location"]).text
        assert reader.get("/account").status_code == 303  # signs in again, as what they are now
        sign_in(reader, house, READER)
        assert reader.get("/people").status_code == 200
        post(client, f"{path}/active", active="no")
        assert reader.get("/account").status_code == 303
        assert sign_in(reader, house, READER).status_code == 401
        assert "uitgezet" in client.get("/people").text
        post(client, f"{path}/active", active="yes")
        page = post(client, f"{path}/password")
        (password,) = re.findall(r"<code>([a-z0-9-]{23})</code>", page.text)
        house.passwords[READER] = password
        assert sign_in(reader, house, READER).status_code == 303
        post(client, f"{path}/sign-out")
        assert reader.get("/account").status_code == 303


def test_the_only_administrator_cannot_shut_the_door_behind_them(house: House) -> None:
    path = f"/people/{house.people[ADMINISTRATOR].id}"
    with house.visitor(ADMINISTRATOR) as client:
        for action, fields in (("role", {"role": "reader"}), ("active", {"active": "no"})):
            answer = post(client, f"{path}/{action}", **fields)
            assert answer.status_code == 422
            assert "de enige beheerder" in answer.text
        assert client.get("/people").status_code == 200


def test_a_contact_has_no_account_to_change(house: House) -> None:
    contact = next(one for one in accounts_of(house).people() if one.role is None)
    with house.visitor(ADMINISTRATOR) as client:
        page = client.get(f"/people/{contact.id}").text
        assert contact.email in page
        assert "/role" not in page
        for action in ("role", "active", "password"):
            assert post(client, f"/people/{contact.id}/{action}").status_code == 404
        assert client.get("/people/9999").status_code == 404


def test_a_locked_account_is_seen_and_opened(house: House) -> None:
    with house.visitor() as client:
        for _ in range(5):
            client.post("/sign-in", data={"email": house.people[READER].email, "password": "wrong"})
        assert sign_in(client, house, READER).status_code == 401
    with house.visitor(ADMINISTRATOR) as administrator:
        assert "dicht tot" in administrator.get("/people").text
        post(administrator, f"/people/{house.people[READER].id}/password")
        assert "dicht tot" not in administrator.get("/people").text


def deliver(house: House, edition: str, state: DeliveryState, *, error: str = "") -> Delivery:
    at = datetime(2026, 11, 23, 8, tzinfo=UTC)
    with session_scope(house.app.engine) as session:
        number = deliveries.add(
            session,
            contact="fysiek@example.org",
            edition=edition,
            channel=Channel.FILE,
            subject=f"Kansen <{edition}>",
            message_id=f"<{edition}@example.org>",
            message=b"Subject: x\n\nx\n",
            html="<p>x</p>",
            lines=(),
            created_at=at,
        )
        deliveries.mark(session, number, state, at=at, error=error)
        kept = deliveries.get(session, number)
    assert kept is not None
    return kept


def state_of(house: House, delivery: Delivery) -> DeliveryState:
    with session_scope(house.app.engine, read_only=True) as session:
        kept = deliveries.get(session, delivery.id)
    assert kept is not None
    return kept.state


def test_messages_are_seen_by_state_and_settled(house: House) -> None:
    failed = deliver(house, "2026-W47", DeliveryState.FAILED, error="550 no <such> mailbox")
    unsure = deliver(house, "2026-W48", DeliveryState.UNSURE)
    with house.visitor(ADMINISTRATOR) as client:
        page = client.get("/deliveries").text
        assert "Kansen &lt;2026-W47&gt;" in page
        assert "550 no &lt;such&gt; mailbox" in page
        only = client.get("/deliveries?state=unsure").text
        assert "2026-W48" in only
        assert "2026-W47" not in only
        answer = post(client, f"/deliveries/{unsure.id}/arrived", page="/deliveries")
        assert "is aangekomen" in client.get(answer.headers["location"]).text
        answer = post(client, f"/deliveries/{failed.id}/resend", page="/deliveries")
        assert answer.headers["location"] == "/deliveries?done=resent-sent"
        assert "Opnieuw verstuurd" in client.get(answer.headers["location"]).text
        twice = post(client, f"/deliveries/{failed.id}/resend", page="/deliveries")
        assert twice.status_code == 422
    assert (state_of(house, failed), state_of(house, unsure)) == (DeliveryState.SENT, DeliveryState.SENT)


def test_a_message_that_is_not_there_changes_nothing(house: House) -> None:
    with house.visitor(ADMINISTRATOR) as client:
        refused = post(client, "/deliveries/77/resend", page="/deliveries")
        assert refused.status_code == 422
        assert "<p>Er is geen bericht 77. Kijk met: tracker deliveries</p>" in refused.text
        assert post(client, "/deliveries/77/arrived", page="/deliveries").status_code in {404, 422}
        assert "Er is nog niets verstuurd" in client.get("/deliveries").text


@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_pages_speak_the_chosen_language(house: House, language: str) -> None:
    expected = {
        "nl": {"/account": "Mijn account", "/people": "Wie kan inloggen", "/deliveries": "Berichten"},
        "en": {"/account": "My account", "/people": "Who can sign in", "/deliveries": "Messages"},
    }[language]
    with house.visitor(ADMINISTRATOR) as client:
        post(client, "/language", language=language)
        for path, said in expected.items():
            page = client.get(path).text
            assert said in page
            assert f'<html lang="{language}">' in page
