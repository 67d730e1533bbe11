"""The stand-ins of all publishers but the portal, on one loopback server for the demo and the tests."""

import datetime as dt
import threading
from collections.abc import Callable, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self, cast
from urllib.parse import urlsplit

from tracker.demo import culture, euroaccess, interreg, koop, urban_initiative, watched

Answer = tuple[int, str, bytes]
"""Status, content type and body."""

SITES: tuple[Callable[[str, str, str, bytes, dt.date], Answer | None], ...] = (
    koop.answer,
    interreg.answer,
    urban_initiative.answer,
    euroaccess.answer,
    culture.answer,
    watched.answer,
)
NOTHING_HERE: Answer = (404, "text/plain; charset=utf-8", b"not found")
LARGEST_BODY = 1_000_000  # bytes; a real question has a few hundred


class WebStandIn:
    """A real HTTP server on this machine that answers as the publishers would on the day `today`."""

    def __init__(self, today: dt.date) -> None:
        self.today = today
        self._server = _Server(self)

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()

    @property
    def url(self) -> str:
        """The server's address, without a path."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    @property
    def addresses(self) -> Mapping[str, str]:
        """The address of each source here, as `TRACKER_SOURCE_URLS` wants them."""
        return {
            "koop": self.url + koop.SEARCH,
            "interreg": self.url + interreg.QUERIES,
            "urban-initiative": self.url + urban_initiative.CATALOGUE,
            "euroaccess": self.url + euroaccess.CALLS,
            "culture": self.url + culture.CALLS,
            "page-watch": self.url,
        }

    def answer(self, method: str, path: str, *, query: str, body: bytes) -> Answer:
        """Answer as the first site that knows the path."""
        answers = (site(method, path, query, body, self.today) for site in SITES)
        return next((answer for answer in answers if answer is not None), NOTHING_HERE)


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, stand_in: WebStandIn) -> None:
        self.stand_in = stand_in
        super().__init__(("127.0.0.1", 0), _Handler)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        """Answer a page."""
        self._answer(b"")

    def do_POST(self) -> None:
        """Answer a question to an interface."""
        length = min(int(self.headers.get("Content-Length") or 0), LARGEST_BODY)
        self._answer(self.rfile.read(length))

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class names it
        """Say nothing."""

    def _answer(self, body: bytes) -> None:
        asked = urlsplit(self.path)
        stand_in = cast(_Server, self.server).stand_in
        status, kind, content = stand_in.answer(self.command, asked.path, query=asked.query, body=body)
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)
