"""What strangers write stays text, and what no browser of ours sends breaks nothing."""

import re
from html.parser import HTMLParser
from pathlib import Path

import httpx
import pytest

from tests.web.fort import EVIL, Fort, filled_fort, filled_house, fort, mark_of
from tests.web.test_security import FORMS, PROTECTED, RULES
from tracker import web
from tracker.core.person import Role
from tracker.web.pages import LANGUAGE
from tracker.web.security import MOST_BYTES

__all__ = ["filled_fort", "filled_house", "fort"]

PAGES = sorted(route.partition(" ")[2] for route in RULES if route.startswith("GET") and "api/" not in route)
ADDRESSES = ("href", "src", "action", "formaction", "data", "poster", "xlink:href", "cite", "background")
HARMLESS = ("/", "../answers.css", "#", "?", "https://", "http://", "mailto:")
FORBIDDEN = {"iframe", "object", "embed", "base", "frame", "style", "applet"}


class Page(HTMLParser):
    """Reads a page as a browser does, and lists what in it could run or was not written by us."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.wrong: list[str] = []
        self.texts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        is_ours = tag != "script" or said.get("src", "").startswith("/static/")
        if tag in FORBIDDEN or not is_ours or said.get("id") == "evil" or said.get("src") == "x":
            self.wrong.append(self.get_starttag_text() or tag)
        for name, value in said.items():
            runs = name.startswith("on") or name in {"style", "srcdoc"}
            leads_astray = name in ADDRESSES and not value.startswith(HARMLESS)
            if runs or leads_astray:
                self.wrong.append(f"{tag} {name}={value}")

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def read(answer: httpx.Response) -> Page:
    """Read an answer as a browser does: a spreadsheet or calendar is no page to it."""
    page = Page()
    if answer.headers.get("content-type", "").startswith("text/html"):
        page.feed(answer.text)
    page.close()
    return page


@pytest.mark.parametrize("language", ["nl", "en"])
def test_text_from_elsewhere_is_only_shown(fort: Fort, language: str) -> None:
    seen = 0
    with fort.house.visitor(Role.ADMINISTRATOR) as client:
        client.cookies.set(LANGUAGE, language)
        for path in PAGES:
            page = read(client.get(fort.path(path)))
            assert page.wrong == [], path
            assert "49" not in re.findall(r"evil>(\w+)<", "".join(page.texts)), path
            seen += EVIL in "".join(page.texts)
    assert (
        seen >= 8
    )  # the list, the call, its forms and notes, candidates, duplicates, people, messages, account


def test_what_is_typed_comes_back_as_text(fort: Fort) -> None:
    fields = dict.fromkeys(("email", "name", "because", "text", "title", "reason", "state", "next"), EVIL)
    with fort.house.visitor(Role.ADMINISTRATOR) as client:
        for route in [*FORMS, "POST /sign-in"]:
            path = fort.path(route.partition(" ")[2])
            if "sign-out" not in path and "password" not in path:
                answer = client.post(path, data={**fields, "csrf": mark_of(client)})
                assert read(answer).wrong == [], route
        for path in PAGES:
            assert (
                read(client.get(fort.path(path), params={"text": EVIL, "done": EVIL, "next": EVIL})).wrong
                == []
            )
        missing = client.get(f"/{EVIL}")
        assert (missing.status_code, read(missing).wrong) == (404, [])


def test_every_answer_forbids_what_our_pages_do_not_use(fort: Fort) -> None:
    with fort.house.visitor(Role.ADMINISTRATOR) as client:
        answers = [
            client.get(fort.path(path)) for path in (*PAGES, "/nowhere", "/api/v1/calls", "/static/base.css")
        ]
        answers += [client.post("/people"), client.post("/people", data={"csrf": mark_of(client)})]
    for answer in answers:
        policy = answer.headers["content-security-policy"]
        assert policy.startswith("default-src 'none'"), answer.url
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] in {"same-origin", "no-referrer"}
        if "static" not in str(answer.url) and "answers.css" not in str(answer.url):
            assert "no-store" in answer.headers["cache-control"], answer.url


ODD_PARTS = (
    "0",
    "-1",
    "abc",
    "1e3",
    "99999999999999999999",
    "%00",
    "1%00",
    "%F0%9F%98%80",
    "%2e%2e%2f",
    "1;drop table people",
    "' or 1=1 --",
    "x" * 3000,
    "%ED%A0%80",
    "{{7*7}}",
    "١",
)


def test_an_odd_address_is_a_page_that_is_not_there(fort: Fort) -> None:
    with fort.house.visitor(Role.ADMINISTRATOR) as client:
        before = fort.snapshot()
        for route in PROTECTED:
            method, _, path = route.partition(" ")
            for name in re.findall(r"{(\w+)}", path):
                for odd in ODD_PARTS:
                    wrong = path.replace(f"{{{name}}}", odd.replace("{", "%7B").replace("}", "%7D"))
                    answer = client.request(method, fort.path(wrong), data=form(client, method))
                    fitting = {400, 404} if path.startswith("/api/") else {303, 404, 405, 422}
                    assert answer.status_code in fitting, (route, odd)
                    is_page = answer.headers.get("content-type", "").startswith("text/html")
                    is_problem = "problem+json" in answer.headers.get("content-type", "")
                    assert answer.status_code in {303, 405} or is_page or is_problem, (route, odd)
        assert fort.snapshot() == before


def form(client: httpx.Client, method: str) -> dict[str, str] | None:
    return {"csrf": mark_of(client)} if method == "POST" else None


ODD_QUERIES = (
    "page=-1&per_page=0&sort='",
    "page=99999999999999999999&per_page=1e9",
    "page=%00&text=%00&status=%00&priority=%00",
    "text=%F0%9F%98%80%ED%A0%80%FF%FE",
    "text=" + "woord+" * 1500,
    "text=%25%5C_%27%22%28*%29&programme='",
    "budget_min=NaN&budget_max=Infinity&strength=9&region[]=x",
    "budget_min=1e400&deadline_from=9999-99-99&deadline_to=0000-00-00&days=-99999999999",
    "deadline_from=0001-01-01&deadline_to=9999-12-31&decide_within=99999999999&days=99999999999",
    "assignee=99999999999999999999&state=gone&source=../../etc/passwd&domain=%0d%0aX-Injected:1",
    "&&&===&;;;&=x&%zz=%zz",
    "&".join(f"status={number}" for number in range(400)),
    "done=%0d%0aSet-Cookie:x=1&show=%0d%0aX-Injected:1&next=%0d%0aX-Injected:1",
)


def test_an_odd_question_is_answered(fort: Fort) -> None:
    with fort.house.visitor(Role.ADMINISTRATOR) as client:
        for path in [*PAGES, *(route[4:] for route in RULES if route.startswith("GET /api/"))]:
            for query in ODD_QUERIES:
                answer = client.get(f"{fort.path(path)}?{query}")
                assert answer.status_code < 500, (path, query)
                assert "x-injected" not in answer.headers, (path, query)
                assert "set-cookie" not in answer.headers, (path, query)


ODD_BODIES: tuple[tuple[str, bytes], ...] = (
    ("application/x-www-form-urlencoded", b"\xff\xfe\x00"),
    ("application/x-www-form-urlencoded", b"=&=&&;%zz=%zz"),
    ("application/x-www-form-urlencoded", b"&".join(b"a=b" for _ in range(1000))),
    (
        "multipart/form-data; boundary=x",
        b"--x\r\nContent-Disposition: form-data; name=csrf\r\n\r\nx\r\n--x--",
    ),
    ("application/json", b'{"csrf": "x", "active": "no"}'),
    ("text/plain", b"csrf=x"),
)


def test_an_odd_form_does_nothing(fort: Fort) -> None:
    with fort.house.visitor(Role.ADMINISTRATOR) as client:
        before = fort.snapshot()
        for route in [*FORMS, "POST /sign-out"]:
            path = fort.path(route.partition(" ")[2])
            for kind, body in ODD_BODIES:
                answer = client.post(path, content=body, headers={"content-type": kind})
                assert answer.status_code in {403, 422}, (route, kind)
        assert fort.snapshot() == before


def test_a_huge_form_is_not_read_to_its_end(fort: Fort) -> None:
    huge = b"csrf=x&text=" + b"x" * 20 * MOST_BYTES
    with fort.house.visitor(Role.ADMINISTRATOR) as client:
        for route in [*FORMS, "POST /sign-in", "POST /sign-out", "POST /language"]:
            answer = client.post(fort.path(route.partition(" ")[2]), content=huge)
            assert answer.status_code == 413, route
    with fort.house.visitor() as stranger:
        for route in FORMS:
            assert stranger.post(fort.path(route.partition(" ")[2]), content=huge).status_code in {401, 413}


ODD_FIELDS = (
    "",
    "\x00",
    "x" * 20_000,
    "-1",
    "99999999999999999999",
    "9999-99-99",
    "\U0001f600" * 50,
    "\r\nBcc: x",
)


TEMPLATES = Path(web.__file__).parent / "templates"
NAMES = sorted(
    {name for file in TEMPLATES.iterdir() for name in re.findall(r'name="(\w+)"', file.read_text("utf-8"))}
)
"""The fields of all our forms."""


def test_odd_values_in_a_true_form_break_nothing(fort: Fort) -> None:
    for odd in ODD_FIELDS:
        for route in FORMS:
            with fort.house.visitor(Role.ADMINISTRATOR) as client:
                fields = {**dict.fromkeys(NAMES, odd), "csrf": mark_of(client)}
                answer = client.post(fort.path(route.partition(" ")[2]), data=fields)
                assert answer.status_code in {200, 303, 404, 409, 413, 422}, (route, odd[:20])
                assert "bcc" not in answer.headers


@pytest.mark.parametrize(
    "path",
    [
        "/static/../pages.py",
        "/static/%2e%2e/pages.py",
        "/static/..%2fpages.py",
        "/static/%2e%2e%5cpages.py",
        "/static//etc/passwd",
        "/static/%2fetc%2fpasswd",
        "/static/%00base.css",
        "/static/",
        "/static",
        "/answers.css/../pages.py",
        "/sources/..%2f..%2fetc%2fpasswd",
        "/calls.xlsx/../../people",
        "/people/",
        "/PEOPLE",
    ],
)
def test_no_path_leads_out_of_what_is_ours(fort: Fort, path: str) -> None:
    with fort.house.visitor(Role.READER) as client:
        answer = client.get(path)
    assert answer.status_code in {403, 404, 405}, answer.text[:200]
    assert "def " not in answer.text
    assert "root:" not in answer.text


@pytest.mark.parametrize("cookie", ["", "x", "\x01", "x" * 5000, "a b; c=d", "%00", "é", "../../x", EVIL])
def test_an_odd_cookie_is_nobody(fort: Fort, cookie: str) -> None:
    headers = {b"cookie": f"kansen-session={cookie}; kansen-language={cookie}".encode()}
    with fort.house.visitor() as client:
        answer = client.get("/account", headers=headers)
        assert answer.status_code == 303
        assert client.get("/sign-in", headers=headers).status_code == 200


@pytest.mark.parametrize("host", ["evil.example", "testserver.evil.example", "testserver:99999", "[::1"])
def test_another_host_s_name_stands_in_no_page(fort: Fort, host: str) -> None:
    with fort.house.visitor(Role.READER) as client:
        session = "; ".join(f"{name}={value}" for name, value in client.cookies.items())
        headers = {"host": host, "x-forwarded-host": "evil.example", "cookie": session}
        for path in (
            "/account",
            "/calls.ics",
            "/nowhere",
            "/sign-in",
            "/",
            "/people/",
            "/static",
            "/api/v1/calls/",
        ):
            answer = client.get(path, headers=headers)
            assert answer.status_code < 500
            assert "evil.example" not in answer.text
            assert "evil.example" not in answer.headers.get("location", "")
