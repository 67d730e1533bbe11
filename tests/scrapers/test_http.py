"""The polite client against a real server on this machine."""

import threading
import time
from collections.abc import Iterator

import pytest

from scrapers.contract import Request
from scrapers.http import Client, retry_after, user_agent
from tests.scrapers.web_server import Reply, WebServer, closed_port, web_server
from tracker.core.errors import BlockedError, FetchError


@pytest.fixture
def server() -> Iterator[WebServer]:
    with web_server() as running:
        yield running


@pytest.fixture
def client() -> Iterator[Client]:
    with Client(contact="office@example.org", delay=0, backoff=0, timeout=5) as made:
        yield made


def test_a_good_answer_is_a_page(server: WebServer, client: Client) -> None:
    url = server.on("/a", Reply(body=b"good", headers={"Content-Type": "text/html"}))
    page = client(Request(url))
    assert (page.url, page.status, page.content_type, page.content, page.text) == (
        url,
        200,
        "text/html",
        b"good",
        "good",
    )


def test_it_says_honestly_who_asks(server: WebServer, client: Client) -> None:
    client(Request(server.on("/a", Reply())))
    agents = {seen.headers["user-agent"] for seen in server.seen}
    assert len(agents) == 1
    agent = agents.pop()
    assert agent.startswith("kansen/")
    assert agent.endswith(" (+mailto:office@example.org)")
    assert "Mozilla" not in agent


def test_without_a_contact_no_address_is_made_up() -> None:
    assert user_agent(None).startswith("kansen/")
    assert "mailto" not in user_agent(None)


def test_parameters_and_parts_go_over_the_wire_as_the_portal_wants_them(
    server: WebServer, client: Client
) -> None:
    url = server.on("/search", Reply())
    client(Request(url, "POST", params={"text": "***", "pageNumber": "2"}, parts={"query": '{"a":1}'}))
    seen = server.seen[-1]
    assert seen.path == "/search?text=%2A%2A%2A&pageNumber=2"
    assert seen.headers["content-type"].startswith("multipart/form-data")
    assert b'name="query"; filename="blob"\r\nContent-Type: application/json\r\n\r\n{"a":1}' in seen.body


def test_an_address_keeps_its_own_query(server: WebServer, client: Client) -> None:
    client(Request(server.on("/a", Reply()) + "?page=3"))
    assert server.paths() == ["/a?page=3"]


def test_a_500_is_tried_again(server: WebServer, client: Client) -> None:
    page = client(Request(server.on("/a", Reply(500), Reply(503), Reply(body=b"at last"))))
    assert page.text == "at last"
    assert len(server.paths()) == 3


def test_500_for_ever_is_a_fetch_error_that_tells_status_and_tries(server: WebServer, client: Client) -> None:
    with pytest.raises(FetchError, match="after 4 tries: HTTP 500") as caught:
        client(Request(server.on("/a", Reply(500))))
    assert (caught.value.status, caught.value.attempts) == (500, 4)


def test_retry_after_is_honoured(server: WebServer, client: Client) -> None:
    url = server.on("/a", Reply(429, headers={"Retry-After": "1"}), Reply())
    started = time.monotonic()
    client(Request(url))
    assert time.monotonic() - started >= 1


@pytest.mark.parametrize("status", [429, 503])
def test_a_wait_beyond_patience_is_not_waited_for(server: WebServer, status: int) -> None:
    url = server.on("/a", Reply(status, headers={"Retry-After": "3600"}))
    expected = BlockedError if status == 429 else FetchError
    with (
        Client(contact=None, delay=0, backoff=0, patience=2) as client,
        pytest.raises(expected, match="come back in 3600 seconds"),
    ):
        client(Request(url))
    assert len(server.paths()) == 1


def test_429_without_end_is_blocked(server: WebServer, client: Client) -> None:
    with pytest.raises(BlockedError, match="ask too much"):
        client(Request(server.on("/a", Reply(429))))
    assert len(server.paths()) == 4


@pytest.mark.parametrize("status", [401, 403])
def test_a_refusal_is_blocked_and_not_tried_again(server: WebServer, client: Client, status: int) -> None:
    with pytest.raises(BlockedError, match=f"refuses us .HTTP {status}"):
        client(Request(server.on("/a", Reply(status))))
    assert len(server.paths()) == 1


@pytest.mark.parametrize("status", [400, 404, 410])
def test_another_4xx_is_not_tried_again(server: WebServer, client: Client, status: int) -> None:
    with pytest.raises(FetchError) as caught:
        client(Request(server.on("/a", Reply(status))))
    assert caught.value.status == status
    assert len(server.paths()) == 1


@pytest.mark.parametrize("status", [200, 403, 503])
def test_a_challenge_page_is_blocked(server: WebServer, client: Client, status: int) -> None:
    body = b"<html><head><title>Just a moment...</title></head><body>Checking</body></html>"
    url = server.on("/a", Reply(status, body, headers={"Content-Type": "text/html"}))
    with pytest.raises(BlockedError):
        client(Request(url))
    assert len(server.paths()) == 1


def test_a_page_that_only_mentions_a_challenge_is_a_page(server: WebServer, client: Client) -> None:
    body = b"<html><head><title>Grants</title></head><body><h1>Just a moment of attention</h1></body></html>"
    assert client(Request(server.on("/a", Reply(body=body, headers={"Content-Type": "text/html"}))))


def test_a_server_that_hangs_is_given_up(server: WebServer) -> None:
    url = server.on("/a", Reply(hang=30))
    with (
        Client(contact=None, delay=0, backoff=0, timeout=0.1, attempts=2) as client,
        pytest.raises(FetchError, match="after 2 tries: ReadTimeout") as caught,
    ):
        client(Request(url, "POST"))
    assert (caught.value.status, caught.value.attempts) == (None, 2)


def test_a_cut_transfer_is_tried_again(server: WebServer, client: Client) -> None:
    page = client(Request(server.on("/a", Reply(body=b"half", cut=True), Reply(body=b"whole"))))
    assert page.text == "whole"


def test_a_transfer_that_is_always_cut_is_never_half_a_page(server: WebServer, client: Client) -> None:
    with pytest.raises(FetchError):
        client(Request(server.on("/a", Reply(body=b"half", cut=True))))


def test_nobody_at_the_port_is_a_fetch_error(client: Client) -> None:
    with pytest.raises(FetchError, match="ConnectError"):
        client(Request(f"http://127.0.0.1:{closed_port()}/", "POST"))


@pytest.mark.parametrize("url", ["ftp://127.0.0.1/a", "no address", "http://[::1"])
def test_what_is_no_web_address_is_a_fetch_error_at_once(client: Client, url: str) -> None:
    with pytest.raises(FetchError):
        client(Request(url, "POST"))


def test_an_answer_that_is_too_large_is_not_read_to_its_end(server: WebServer) -> None:
    url = server.on("/a", Reply(body=b"x" * 10_000_000))
    with (
        Client(contact=None, delay=0, max_bytes=100_000) as client,
        pytest.raises(FetchError, match="larger than 100,000 bytes"),
    ):
        client(Request(url, "POST"))


def test_redirects_are_followed_and_the_page_tells_where_it_came_from(
    server: WebServer, client: Client
) -> None:
    end = server.on("/end", Reply(body=b"here"))
    page = client(Request(server.on("/start", Reply(302, headers={"Location": "/end"}))))
    assert (page.url, page.text) == (end, "here")


def test_redirects_in_a_circle_are_given_up(server: WebServer, client: Client) -> None:
    with pytest.raises(FetchError, match="redirects more than 5 times"):
        client(Request(server.on("/a", Reply(302, headers={"Location": "/a"}))))
    assert len(server.paths()) == 6


def test_requests_to_one_host_keep_their_distance_over_threads(server: WebServer) -> None:
    url = server.on("/a", Reply())
    with Client(contact=None, delay=0.1) as client:
        threads = [threading.Thread(target=client, args=(Request(url, "POST"),)) for _ in range(4)]
        started = time.monotonic()
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert len(server.paths()) == 4
    assert time.monotonic() - started >= 0.3


def robots(text: str) -> Reply:
    return Reply(body=text.encode())


def test_robots_txt_is_obeyed_and_read_once(server: WebServer, client: Client) -> None:
    server.on("/robots.txt", robots("User-agent: *\nDisallow: /private/"))
    client(Request(server.on("/open", Reply())))
    with pytest.raises(BlockedError, match=r"robots\.txt"):
        client(Request(server.on("/private/a", Reply())))
    assert [seen.path for seen in server.seen] == ["/robots.txt", "/open"]


def test_robots_txt_can_address_us_by_name(server: WebServer, client: Client) -> None:
    server.on("/robots.txt", robots("User-agent: kansen\nDisallow: /\n\nUser-agent: *\nAllow: /"))
    with pytest.raises(BlockedError):
        client(Request(server.on("/a", Reply())))


def test_a_redirect_leads_to_no_page_that_robots_may_not_read(server: WebServer, client: Client) -> None:
    server.on("/robots.txt", robots("User-agent: *\nDisallow: /private"))
    server.on("/private", Reply())
    with pytest.raises(BlockedError):
        client(Request(server.on("/a", Reply(302, headers={"Location": "/private"}))))
    assert "/private" not in server.paths()


@pytest.mark.parametrize("status", [401, 403, 404])
def test_no_robots_txt_means_allowed(server: WebServer, client: Client, status: int) -> None:
    server.on("/robots.txt", Reply(status))
    assert client(Request(server.on("/a", Reply()))).status == 200


def test_robots_txt_that_cannot_be_read_is_said_plainly(server: WebServer, client: Client) -> None:
    server.on("/robots.txt", Reply(500))
    with pytest.raises(FetchError, match=r"robots\.txt of 127\.0\.0\.1 cannot be read"):
        client(Request(server.on("/a", Reply())))
    assert server.paths() == []


def test_asking_an_interface_is_no_crawling(server: WebServer, client: Client) -> None:
    server.on("/robots.txt", robots("User-agent: *\nDisallow: /"))
    assert client(Request(server.on("/search", Reply()), "POST")).status == 200


def test_an_unchanged_page_is_served_from_memory(server: WebServer, client: Client) -> None:
    first = Reply(body=b"old", headers={"ETag": '"1"', "Last-Modified": "Mon, 02 Nov 2026 10:00:00 GMT"})
    url = server.on("/a", first, Reply(304, b""), Reply(body=b"new"))
    assert [client(Request(url)).text for _ in range(3)] == ["old", "old", "new"]
    asked = server.seen[-1].headers
    assert asked["if-none-match"] == '"1"'
    assert asked["if-modified-since"] == "Mon, 02 Nov 2026 10:00:00 GMT"


def test_pages_with_other_parameters_are_other_pages(server: WebServer, client: Client) -> None:
    url = server.on("/a", Reply(headers={"ETag": '"1"'}))
    client(Request(url, params={"page": "1"}))
    client(Request(url, params={"page": "2"}))
    assert "if-none-match" not in server.seen[-1].headers


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("text/html; charset=iso-8859-1", "Coördinatie".encode("latin-1")),
        ("text/html", b'<meta charset="windows-1252">' + "Coördinatie".encode("cp1252")),
        ("text/html; charset=nonsense", "Coördinatie".encode()),
        ("text/html; charset=utf-8", b'<meta charset="iso-8859-1">' + "Coördinatie".encode("latin-1")),
        ("text/html", "Coördinatie".encode("utf-16")),
        ("application/json", "\ufeffCoördinatie".encode()),
    ],
)
def test_text_is_decoded_as_it_was_written(
    server: WebServer, client: Client, content_type: str, body: bytes
) -> None:
    page = client(Request(server.on("/a", Reply(body=body, headers={"Content-Type": content_type}))))
    assert page.text.endswith("Coördinatie")
    assert "\ufeff" not in page.text


def test_bytes_that_are_no_text_become_replacement_characters(server: WebServer, client: Client) -> None:
    url = server.on("/a", Reply(body=b"a\xff\xfeb", headers={"Content-Type": "application/json"}))
    assert client(Request(url)).text == "a\ufffd\ufffdb"


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry-after": "7"}, 7.0),
        (
            {"retry-after": "Tue, 03 Nov 2026 10:00:30 GMT", "date": "Tue, 03 Nov 2026 10:00:00 GMT"},
            30.0,
        ),
        ({"retry-after": "Tue, 03 Nov 2026 10:00:30 GMT"}, None),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "-5"}, None),
        ({}, None),
    ],
)
def test_retry_after_in_both_forms(headers: dict[str, str], seconds: float | None) -> None:
    assert retry_after(headers) == seconds
