"""The one polite client: honest about who asks, slow on purpose, patient, and loud when it gives up."""

import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from importlib.metadata import PackageNotFoundError, version
from types import TracebackType
from typing import Any, Self

import httpx
import structlog

from scrapers.contract import Page, Request
from scrapers.decoding import decode, is_challenge
from scrapers.robots import PRODUCT, RobotsRules
from tracker.core.errors import BlockedError, FetchError

MOST_REDIRECTS = 5
CONNECT_SECONDS = 10.0
SLOWEST = 10
"""A whole answer may take so many times the read timeout; a server that drips bytes is not waited for."""

_WORTH_A_RETRY = (httpx.TransportError, httpx.DecodingError)
_NOT_WORTH_A_RETRY = (httpx.UnsupportedProtocol, httpx.LocalProtocolError)

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class _Answer:
    """One answer as it came over the wire, of any status."""

    url: httpx.URL
    status: int
    headers: httpx.Headers
    content: bytes

    @property
    def content_type(self) -> str:
        return str(self.headers.get("content-type", ""))

    @property
    def text(self) -> str:
        return decode(self.content, self.content_type)


@dataclass(slots=True)
class _Pace:
    """Gives each host's requests their turns, `delay` seconds apart, over all threads."""

    delay: float
    _next: dict[str, float] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def wait(self, host: str) -> None:
        """Sleep until it is this request's turn."""
        with self._lock:
            now = time.monotonic()
            turn = max(now, self._next.get(host, now))
            self._next[host] = turn + self.delay
        time.sleep(turn - now)


class Client:
    """Gets pages for all sources of a run; a context manager, safe to share between threads.

    `contact` is the operator's mail address, told to publishers in the User-Agent. `delay` is the time in
    seconds between two requests to one host, `timeout` the longest silence of a server in seconds, `attempts`
    how often a request is tried in all, `max_bytes` the largest answer that is read, `patience` the longest
    single wait in seconds that a server may ask for with Retry-After, and `backoff` the first wait between
    tries in seconds (it doubles).
    """

    def __init__(
        self,
        *,
        contact: str | None,
        delay: float = 0.5,
        timeout: float = 60.0,
        attempts: int = 4,
        max_bytes: int = 50_000_000,
        patience: float = 60.0,
        backoff: float = 1.0,
    ) -> None:
        self.attempts = attempts
        self.max_bytes = max_bytes
        self.patience = patience
        self.backoff = backoff
        self.timeout = timeout
        self._pace = _Pace(delay)
        self._robots = RobotsRules(self._read_robots)
        self._remembered: dict[str, tuple[Mapping[str, str], Page]] = {}
        self._http = httpx.Client(
            headers={"User-Agent": user_agent(contact)},
            timeout=httpx.Timeout(timeout, connect=min(CONNECT_SECONDS, timeout)),
            follow_redirects=False,  # each hop waits its turn and asks the robots.txt of its host
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._http.close()

    def __call__(self, request: Request) -> Page:
        """Get one good answer (2xx).

        Raises:
            BlockedError: the publisher refuses us: 401, 403, a challenge page, its robots.txt, or 429 for
                longer than patience allows.
            FetchError: no usable answer came: no connection, a timeout, 5xx or a cut transfer after every
                try; another 4xx, an answer that is too large, or too many redirects at once.
        """
        built = self._build(request)
        key = str(built.url)
        validators, page = self._remembered.get(key, ({}, None)) if built.method == "GET" else ({}, None)
        built.headers.update(validators)
        answer = self._patiently(built, robots=True)
        if answer.status == 304 and page is not None:
            return page
        page = _page_of(answer)
        validators = _validators(answer.headers)
        if built.method == "GET" and validators:
            self._remembered[key] = (validators, page)
        return page

    def _build(self, request: Request) -> httpx.Request:
        parts = {name: ("blob", text, "application/json") for name, text in request.parts.items()}
        arguments: dict[str, Any] = {}
        if request.params:  # an empty mapping would make httpx drop the address's own query
            arguments["params"] = dict(request.params)
        try:
            return self._http.build_request(
                request.method,
                request.url,
                headers=dict(request.headers),
                files=parts or None,
                json=request.json,
                **arguments,
            )
        except httpx.InvalidURL as error:
            raise FetchError(f"{request.url!r} is no address: {error}", url=request.url) from error

    def _patiently(self, request: httpx.Request, *, robots: bool) -> _Answer:
        """Try a request until an answer comes that no other try would change: not 429, not 5xx."""
        url = _plain(request.url)
        for attempt in range(1, self.attempts + 1):
            status: int | None = None
            wait = self.backoff * 2 ** (attempt - 1)
            try:
                answer = self._once(request, robots=robots)
            except _NOT_WORTH_A_RETRY as error:
                raise FetchError(f"{url} cannot be asked: {error}", url=url, attempts=attempt) from error
            except _WORTH_A_RETRY as error:
                trouble = f"{type(error).__name__}: {error}".rstrip(": ")
            else:
                if answer.status != 429 and answer.status < 500:
                    return answer
                status, trouble = answer.status, f"HTTP {answer.status}"
                wait = self._asked_wait(answer, url, attempt=attempt, otherwise=wait)
            if attempt < self.attempts:
                log.info("fetch.retry", url=url, attempt=attempt, trouble=trouble, wait=wait)
                time.sleep(wait)
        raise _given_up(url, trouble, status=status, attempts=self.attempts)

    def _once(self, request: httpx.Request, *, robots: bool) -> _Answer:
        """Ask once, following redirects; each hop waits for its host's turn and asks its robots.txt."""
        hop = request
        for _ in range(MOST_REDIRECTS + 1):
            if robots and hop.method == "GET":
                self._robots.check(hop.url)
            self._pace.wait(hop.url.host)
            response = self._http.send(hop, stream=True)
            try:
                if response.next_request is None:
                    return self._read(response)
                hop = response.next_request
            finally:
                response.close()
        url = _plain(request.url)
        raise FetchError(f"{url} redirects more than {MOST_REDIRECTS} times", url=url)

    def _read(self, response: httpx.Response) -> _Answer:
        """Read an answer's body, stopping at `max_bytes` and at a server that drips."""
        url = _plain(response.url)
        started = time.monotonic()
        content = bytearray()
        for chunk in response.iter_bytes():
            content += chunk
            if len(content) > self.max_bytes:
                raise FetchError(
                    f"the answer of {url} is larger than {self.max_bytes:,} bytes; reading stopped there",
                    url=url,
                    status=response.status_code,
                )
            if time.monotonic() - started > SLOWEST * self.timeout:
                raise httpx.ReadTimeout(f"not complete after {SLOWEST * self.timeout:.0f} seconds")
        answer = _Answer(response.url, response.status_code, response.headers, bytes(content))
        if is_challenge(answer.content, answer.content_type, headers=answer.headers):
            raise BlockedError(f"{url} shows a challenge page instead of its content", url=url)
        return answer

    def _asked_wait(self, answer: _Answer, url: str, *, attempt: int, otherwise: float) -> float:
        """Give the seconds to wait after a 429 or 5xx: what the server asks for, else our own."""
        asked = retry_after(answer.headers)
        if asked is None:
            return otherwise
        if asked <= self.patience:
            return asked
        trouble = f"HTTP {answer.status}, come back in {asked:.0f} seconds"
        raise _given_up(url, trouble, status=answer.status, attempts=attempt)

    def _read_robots(self, url: httpx.URL) -> tuple[int, str]:
        answer = self._patiently(self._http.build_request("GET", url), robots=False)
        return answer.status, answer.text


def user_agent(contact: str | None) -> str:
    """Say who asks: the product, its version, and how to reach the operator."""
    try:
        number = version(PRODUCT)
    except PackageNotFoundError:  # run from the source tree, not installed
        number = "0"
    return f"{PRODUCT}/{number} (+mailto:{contact})" if contact else f"{PRODUCT}/{number}"


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Give the seconds that a Retry-After header asks for, or None where there is none that can be read.

    A moment is counted from the server's own Date, so that no clock of ours takes part.
    """
    value = headers.get("retry-after", "").strip()
    if value.isascii() and value.isdecimal():
        return float(value)
    until, sent = _moment(value), _moment(headers.get("date", ""))
    return max(0.0, (until - sent).total_seconds()) if until and sent else None


def _moment(value: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(value)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _page_of(answer: _Answer) -> Page:
    """Turn a 2xx into a page, and any other status into its error."""
    url = _plain(answer.url)
    if answer.status in {401, 403}:
        raise BlockedError(f"{url} refuses us (HTTP {answer.status})", url=url)
    if not 200 <= answer.status < 300:
        raise FetchError(f"{url} answered HTTP {answer.status}", url=url, status=answer.status)
    return Page(
        url=str(answer.url),
        status=answer.status,
        content_type=answer.content_type,
        content=answer.content,
        text=answer.text,
    )


def _given_up(url: str, trouble: str, *, status: int | None, attempts: int) -> BlockedError | FetchError:
    tries = "1 try" if attempts == 1 else f"{attempts} tries"
    if status == 429:
        return BlockedError(f"{url} says that we ask too much ({trouble}, after {tries})", url=url)
    return FetchError(
        f"{url} gave no usable answer after {tries}: {trouble}", url=url, status=status, attempts=attempts
    )


def _validators(headers: Mapping[str, str]) -> dict[str, str]:
    """Give the headers that ask for a page only where it has changed."""
    pairs = (("etag", "If-None-Match"), ("last-modified", "If-Modified-Since"))
    return {asking: headers[given] for given, asking in pairs if given in headers}


def _plain(url: httpx.URL) -> str:
    """Give an address without its query, short enough for a message and free of keys."""
    return str(url.copy_with(query=None, fragment=None, username=None, password=None))
