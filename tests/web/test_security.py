"""Who may do what: each role against each route, forms of other sites, sessions, and guesses.

A route without a line in `RULES` fails a test: whoever adds one says here who may use it.
"""

from dataclasses import replace
from urllib.parse import quote, urljoin, urlsplit

import httpx
import pytest

from tests.web.fort import Fort, filled_fort, filled_house, fort, mark_of, routes_of
from tests.web.house import ADDRESS, House
from tests.web.inside import Inside
from tracker.accounts import Accounts
from tracker.core.person import Role, SubscriptionKind
from tracker.web.pages import LANGUAGE, SESSION

__all__ = ["filled_fort", "filled_house", "fort"]

READER, REVIEWER, ADMINISTRATOR = Role
OPEN = None
"""Without signing in: nothing of the city's is shown, or the address itself is the authority."""

RULES: dict[str, Role | None] = {
    "GET /": OPEN,
    "GET /health": OPEN,
    "GET /static": OPEN,
    "GET /answers.css": OPEN,
    "GET /a/{token}": OPEN,
    "POST /a/{token}": OPEN,
    "GET /feeds/{secret}.{ending}": OPEN,
    "GET /sign-in": OPEN,
    "POST /sign-in": OPEN,
    "POST /sign-out": OPEN,  # ends only the session whose mark its form carries
    "POST /language": OPEN,
    "GET /calls": READER,
    "GET /calls.xlsx": READER,
    "GET /calls.csv": READER,
    "GET /calls.ics": READER,
    "GET /subscribe": READER,
    "POST /subscribe": READER,
    "GET /calls/{call_id}": READER,
    "GET /calls/{call_id}/assessments/{number}/decision-note": READER,
    "GET /overview": READER,
    "GET /sources": READER,
    "GET /sources/{name}": READER,
    "GET /sources/{name}/runs/{run_id}": READER,
    "GET /candidates": READER,
    "GET /duplicates": READER,
    "GET /account": READER,
    "POST /account/password": READER,
    "POST /account/sign-out-everywhere": READER,
    "POST /account/subscriptions/{subscription_id}/revoke": READER,
    "POST /calls/{call_id}/review": REVIEWER,
    "POST /calls/{call_id}/undo": REVIEWER,
    "POST /calls/{call_id}/notes": REVIEWER,
    "POST /calls/{call_id}/notes/{note_id}/withdraw": REVIEWER,
    "POST /calls/{call_id}/verdicts": REVIEWER,
    "POST /calls/{call_id}/verdicts/undo": REVIEWER,
    "GET /calls/{call_id}/weighing": REVIEWER,
    "POST /calls/{call_id}/weighing": REVIEWER,
    "POST /candidates": REVIEWER,
    "POST /duplicates": REVIEWER,
    "GET /people": ADMINISTRATOR,
    "POST /people": ADMINISTRATOR,
    "GET /people/{person_id}": ADMINISTRATOR,
    "POST /people/{person_id}/role": ADMINISTRATOR,
    "POST /people/{person_id}/active": ADMINISTRATOR,
    "POST /people/{person_id}/password": ADMINISTRATOR,
    "POST /people/{person_id}/sign-out": ADMINISTRATOR,
    "GET /deliveries": ADMINISTRATOR,
    "POST /deliveries/{delivery_id}/resend": ADMINISTRATOR,
    "POST /deliveries/{delivery_id}/arrived": ADMINISTRATOR,
    # the address of a form, opened as a page, only leads to the page that the form stands on
    "GET /account/password": OPEN,
    "GET /people/{person_id}/role": OPEN,
    "GET /people/{person_id}/active": OPEN,
    "GET /people/{person_id}/password": OPEN,
    "GET /calls/{call_id}/review": OPEN,
    "GET /calls/{call_id}/undo": OPEN,
    "GET /calls/{call_id}/notes": OPEN,
    "GET /calls/{call_id}/verdicts": OPEN,
    "GET /calls/{call_id}/verdicts/undo": OPEN,
    # the interface for programs
    "GET /api/v1/openapi.json": OPEN,
    "GET /api/v1/calls": READER,
    "GET /api/v1/calls/{id}": READER,
    "GET /api/v1/calls/{id}/changes": READER,
    "GET /api/v1/calls/{id}/matches": READER,
    "GET /api/v1/priorities": READER,
    "GET /api/v1/priorities/{slug}/matches": READER,
    "GET /api/v1/sources": READER,
}
PROTECTED = {route: role for route, role in RULES.items() if role is not None}
FORMS = sorted(route for route in PROTECTED if route.startswith("POST"))


def test_every_route_has_a_rule(fort: Fort) -> None:
    assert routes_of(fort.house.web) == set(RULES)


def ask(client: httpx.Client, fort: Fort, route: str, **fields: str) -> httpx.Response:
    """Ask for a route as its page or form does."""
    method, _, path = route.partition(" ")
    if path == "/static":
        return client.get("/static/base.css")
    if method == "POST":
        return client.post(fort.path(path), data=fields)
    return client.get(fort.path(path))


def test_without_signing_in_nothing_is_shown_and_nothing_changes(fort: Fort) -> None:
    before = fort.snapshot()
    with fort.house.visitor() as client:
        for route in PROTECTED:
            answer = ask(client, fort, route)
            path = fort.path(route.partition(" ")[2])
            if route.startswith("GET /api/") or route.startswith("POST"):
                assert answer.status_code == 401, route
            else:
                assert answer.status_code == 303, route
                assert answer.headers["location"] == f"/sign-in?next={quote(path, safe='')}"
            assert "klimaat" not in answer.text, route
    assert fort.snapshot() == before


def test_what_is_open_asks_for_no_session_and_tells_nothing_of_calls(fort: Fort) -> None:
    with fort.house.visitor() as client:
        for route in set(RULES) - set(PROTECTED):
            answer = ask(client, fort, route)
            onward = answer.headers.get("location", "")
            assert answer.status_code in {200, 303, 401, 404} or onward == "/calls", route
            assert "evil" not in answer.text.lower(), route
            assert answer.status_code != 401 or route == "POST /sign-in", route


@pytest.mark.parametrize("role", [READER, REVIEWER])
def test_a_role_that_does_not_suffice_is_refused_and_changes_nothing(fort: Fort, role: Role) -> None:
    before = fort.snapshot()
    with fort.house.visitor(role) as client:
        for route, needed in PROTECTED.items():
            if not role.may(needed):
                answer = ask(client, fort, route, csrf=mark_of(client))
                assert answer.status_code == 403, route
                assert "andere rol nodig" in answer.text
    assert fort.snapshot() == before


@pytest.mark.parametrize("role", list(Role))
def test_a_role_that_suffices_is_let_in(fort: Fort, role: Role) -> None:
    with fort.house.visitor(role) as client:
        for route, needed in PROTECTED.items():
            if route.startswith("GET") and role.may(needed):
                answer = ask(client, fort, route)
                assert answer.status_code == 200, route
    for route in FORMS:
        if role.may(PROTECTED[route]):
            with fort.house.visitor(role) as client:
                answer = ask(client, fort, route, csrf=mark_of(client))
            assert answer.status_code in {200, 303, 404, 409, 422}, route


def test_looking_changes_nothing(fort: Fort) -> None:
    with fort.house.visitor(ADMINISTRATOR) as client:
        before = fort.snapshot()
        for route in sorted(RULES):
            if route.startswith("GET"):
                query = "state=won&active=no&do=confirm&wanted=yes&csrf=" + mark_of(client)
                client.get(f"{fort.path(route.partition(' ')[2])}?{query}")
    assert fort.snapshot() == before


def test_no_other_method_does_anything(fort: Fort) -> None:
    paths = {route.partition(" ")[2] for route in RULES} - {"/static"} | {"/static/base.css"}
    with fort.house.visitor(ADMINISTRATOR) as client:
        before = fort.snapshot()
        for path in sorted(paths):
            for method in ("PUT", "DELETE", "PATCH", "TRACE", "GETT"):
                answer = client.request(method, fort.path(path), data={"csrf": mark_of(client)})
                assert answer.status_code in {404, 405}, (method, path)
    assert fort.snapshot() == before


FOREIGN = (
    {"origin": "https://evil.example"},
    {"origin": "null"},
    {"origin": f"{ADDRESS}.evil.example"},
    {"sec-fetch-site": "cross-site"},
    {"sec-fetch-site": "same-site"},
    {"origin": "http://["},  # no address at all
)


def test_a_form_of_another_site_does_nothing(fort: Fort) -> None:
    with fort.house.visitor(ADMINISTRATOR) as client, fort.house.visitor(ADMINISTRATOR) as other:
        mark, before = mark_of(client), fort.snapshot()
        wrong: list[dict[str, str]] = [{}, {"csrf": ""}, {"csrf": "x" * 64}, {"csrf": mark_of(other)}]
        for route in [*FORMS, "POST /sign-out"]:
            path = fort.path(route.partition(" ")[2])
            for fields in wrong:
                assert client.post(path, data=fields).status_code == 403, (route, fields)
            assert client.post(f"{path}?csrf={mark}").status_code == 403, route
            for headers in FOREIGN:
                answer = client.post(path, data={"csrf": mark}, headers=headers)
                assert answer.status_code == 403, (route, headers)
        for path in ("/sign-in", "/language"):
            for headers in FOREIGN:
                assert client.post(path, data={"language": "en"}, headers=headers).status_code == 403
        assert client.get("/account").status_code == 200
    assert fort.snapshot() == before


def test_our_own_forms_work_with_what_browsers_say(fort: Fort) -> None:
    with fort.house.visitor(REVIEWER) as client:
        for headers in ({"origin": ADDRESS, "sec-fetch-site": "same-origin"}, {"sec-fetch-site": "none"}):
            fields = {"csrf": mark_of(client), "text": "Een notitie"}
            answer = client.post(fort.path("/calls/{call_id}/notes"), data=fields, headers=headers)
            assert answer.status_code == 303


def test_a_planted_session_is_never_adopted(fort: Fort) -> None:
    planted = "planted-by-somebody-else-0123456789abcdefgh"
    house = fort.house
    cookie = f"{SESSION}={planted}"
    fields = {"email": house.people[READER].email, "password": house.passwords[READER]}
    with httpx.Client(transport=Inside(house.web), base_url=ADDRESS) as victim:
        answer = victim.post("/sign-in", data=fields, headers={"cookie": cookie})
        assert answer.status_code == 303
        assert planted not in answer.headers["set-cookie"]
    with httpx.Client(transport=Inside(house.web), base_url=ADDRESS) as planter:
        assert planter.get("/account", headers={"cookie": cookie}).status_code == 303


def test_a_subscription_s_secret_opens_no_page_and_a_session_opens_no_feed(fort: Fort) -> None:
    house = fort.house
    accounts = Accounts(house.app.engine, house.app.now)
    _, secret = accounts.subscribe(house.people[READER], SubscriptionKind.CALENDAR, title="Mine", filters="")
    with house.visitor() as client:
        assert client.get(f"/feeds/{secret}.ics").status_code == 200
        assert client.get(f"/feeds/{secret}.atom").status_code == 404
        key = {"authorization": f"Bearer {secret}"}
        assert client.get("/api/v1/calls", headers=key).status_code == 401
        client.cookies.set(SESSION, secret)
        assert client.get("/account").status_code == 303
    with house.visitor(READER) as signed:
        session = signed.cookies[SESSION]
    with house.visitor() as client:
        assert client.get(f"/feeds/{session}.ics").status_code == 404
        key = {"authorization": f"Bearer {session}"}
        assert client.get("/api/v1/calls", headers=key).status_code == 401


def test_guessing_a_password_ends_after_five(fort: Fort) -> None:
    house = fort.house
    email, password = house.people[READER].email, house.passwords[READER]
    with house.visitor() as client:
        said = [
            client.post("/sign-in", data={"email": email, "password": f"guess {number}"})
            for number in range(8)
        ]
        right = client.post("/sign-in", data={"email": email, "password": password})
        unknown = client.post("/sign-in", data={"email": "nobody@example.org", "password": "guess"})
    assert {answer.status_code for answer in [*said, right, unknown]} == {401}
    assert len({answer.text.replace(email, "").replace("nobody@example.org", "") for answer in said}) == 1
    assert said[0].text.replace(email, "") == unknown.text.replace("nobody@example.org", "")


ELSEWHERE = (
    "https://evil.example/",
    "//[",
    "//[::1",
    "//evil.example/",
    "///evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "/\t/evil.example",
    "/\n/evil.example",
    " //evil.example",
    "http:evil.example",
    "javascript:alert(1)",
    "data:text/html,x",
    "evil.example",
    "@evil.example",
    "/calls\r\nSet-Cookie: x=1",
    "/calls\r\n\r\n<script>alert(1)</script>",
    "\u2028//evil.example",
    "/\u0000/evil.example",
)


@pytest.mark.parametrize("onward", ELSEWHERE)
def test_nothing_leads_to_another_site(fort: Fort, onward: str) -> None:
    house = fort.house
    fields = {"email": house.people[REVIEWER].email, "password": house.passwords[REVIEWER], "next": onward}
    with house.visitor() as client:
        assert is_ours(client.post("/sign-in", data=fields))
        page = client.get("/sign-in", params={"next": onward})
        assert is_ours(page)
        mark = mark_of(client)
        assert is_ours(client.post("/language", data={"csrf": mark, "language": "en", "next": onward}))
        note = {"csrf": mark, "text": "Een notitie", "next": onward}
        assert is_ours(client.post(fort.path("/calls/{call_id}/notes"), data=note))


def is_ours(answer: httpx.Response) -> bool:
    """Tell whether an answer sends to a page of ours, also as a browser reads addresses, and sets no cookie
    but ours."""
    where = answer.headers["location"]
    read = urljoin(
        ADDRESS, "".join(sign for sign in where.strip() if sign not in "\t\r\n").replace("\\", "/")
    )
    cookies = [one.partition("=")[0] for one in answer.headers.get_list("set-cookie")]
    is_here = f"{urlsplit(read).scheme}://{urlsplit(read).netloc}" == ADDRESS
    return (
        answer.status_code == 303
        and where.startswith("/")
        and is_here
        and set(cookies) <= {SESSION, LANGUAGE}
    )


def test_a_good_address_is_kept(fort: Fort) -> None:
    with fort.house.visitor(READER) as client:
        for onward in ("/calls?text=a%2Fb&status=open", "/overview#funnel", "/calls/12?x=//y"):
            assert client.get("/sign-in", params={"next": onward}).headers["location"] == onward


def test_the_language_s_cookie_is_no_script_s(fort: Fort) -> None:
    with fort.house.visitor() as client:
        cookie = client.post("/language", data={"language": "<script>"}).headers["set-cookie"].lower()
    assert cookie.startswith(f"{LANGUAGE}=nl;")
    assert {"httponly", "samesite=lax", "path=/"} <= {one.strip() for one in cookie.split(";")}


def test_over_https_every_cookie_is_secure(fort: Fort) -> None:
    settings = fort.house.app.settings.model_copy(update={"public_url": "https://testserver"})
    house = House(replace(fort.house.app, settings=settings), fort.house.passwords, fort.house.people)
    with httpx.Client(transport=Inside(house.web), base_url="https://testserver") as client:
        fields = {"email": house.people[READER].email, "password": house.passwords[READER]}
        answers = [client.post("/sign-in", data=fields), client.post("/language", data={"language": "en"})]
    for answer in answers:
        assert "; secure" in answer.headers["set-cookie"].lower()
        assert "max-age=31536000" in answer.headers["strict-transport-security"]
