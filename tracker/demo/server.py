"""A stand-in for the EU portal's search interface, served over real HTTP on this machine only.

For the demonstration and for the tests of the portal client: it answers as the real interface was observed to
answer, and shows faults when it is told to. Nothing here leaves the loopback address.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import socket
import struct
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from email.parser import BytesParser
from email.policy import HTTP
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self, cast
from urllib.parse import parse_qs, urlsplit

from tracker.demo.faults import CHALLENGE_PAGE, Fault, FaultKind, spoil
from tracker.demo.search_index import DEFAULT_PAGE, QueryFormatError, Row, Search, answer, check_query

__all__ = ["Fault", "FaultKind", "PortalStandIn", "SeenRequest"]

PATH = "/search-api/prod/rest/search"
LARGEST_BODY = 1_000_000  # bytes; a real question has a few hundred
LARGEST_DRAIN = 10_000_000  # bytes read and thrown away after a refusal
MOST_REQUESTS = 10_000  # kept in `requests`; the oldest go first
THROWABLE = {"type": "throwable", "message": "An internal error occurred"}
INVALID_QUERY = {"type": "businessError", "message": "Invalid Query format"}


@dataclass(frozen=True, kw_only=True)
class SeenRequest:
    """A request as the stand-in understood it, for the assertions of a test.

    `query`, `languages` and `sort` are what took part in the answer: they are empty where the real interface
    ignores the body (a JSON body, no body).
    """

    method: str
    path: str
    parameters: dict[str, str]
    headers: dict[str, str]
    query: dict[str, Any] | None = None
    languages: tuple[str, ...] = ()
    sort: dict[str, str] | None = None
    types: tuple[str, ...] = ()
    page: int = 1
    page_size: int = DEFAULT_PAGE


@dataclass(frozen=True, kw_only=True)
class _Reply:
    """What goes over the wire; `reset_after` cuts the body there and resets the connection."""

    code: int
    body: bytes
    content_type: str = "application/json"
    headers: dict[str, str] = field(default_factory=dict)
    reset_after: int | None = None


class _RefusedError(Exception):
    """The request gets an error answer without the index being asked."""

    def __init__(self, code: int, content: dict[str, str]) -> None:
        super().__init__(code, content)
        self.reply = _json_reply(content, code=code)


class PortalStandIn:
    """The portal's search interface on a free loopback port, as a context manager.

    `rows` may be replaced at any time (a replay sets those of each day); `faults` lists what goes wrong (the
    first that selects the request and is not used up strikes); `requests` tells what was asked.
    """

    def __init__(self, rows: Sequence[Row] = (), *, faults: Sequence[Fault] = ()) -> None:
        self.rows: list[Row] = list(rows)
        self.faults: list[Fault] = list(faults)
        self.requests: list[SeenRequest] = []
        self.stopped = threading.Event()
        self._uses: dict[Fault, int] = {}
        self._lock = threading.Lock()
        self._server: _Server | None = None
        self._thread: threading.Thread | None = None

    @property
    def url(self) -> str:
        """The full address of the search, to be used instead of the real one."""
        if self._server is None:
            raise RuntimeError("the stand-in has an address only inside its with block")
        return f"http://127.0.0.1:{self._server.server_address[1]}{PATH}"

    def __enter__(self) -> Self:
        self.stopped.clear()
        self._server = _Server(self)
        self._thread = threading.Thread(
            target=self._server.serve_forever,
            kwargs={"poll_interval": 0.02},
            name="portal-stand-in",
            daemon=True,
        )
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stopped.set()
        if self._server is not None and self._thread is not None:
            self._server.shutdown()
            self._server.server_close()
            self._server.drop_connections()
            self._thread.join()
        self._server = self._thread = None

    def reply(self, request: SeenRequest) -> _Reply:
        """Answer one understood request, after noting it and looking whether a fault strikes."""
        with self._lock:
            rows, fault = self.rows, self._fault_for(request)
            use = self._uses.get(fault, 0) if fault else 0
        content = answer(rows, _search_of(request))
        if fault is None:
            return _json_reply(content)
        if fault.kind is FaultKind.HANG:
            self.stopped.wait(fault.seconds)
        return _faulty_reply(content, fault, use=use)

    def note(self, request: SeenRequest) -> None:
        """Keep a request for later assertions, the newest ten thousand of them."""
        with self._lock:
            self.requests.append(request)
            del self.requests[:-MOST_REQUESTS]

    def _fault_for(self, request: SeenRequest) -> Fault | None:
        for fault in self.faults:
            used = self._uses.get(fault, 0)
            left = fault.times is None or used < fault.times
            if left and fault.selects(languages=request.languages, types=request.types, page=request.page):
                self._uses[fault] = used + 1
                return fault
        return None


class _Server(ThreadingHTTPServer):
    """The listening socket; it remembers open connections, so that leaving the with block closes them."""

    daemon_threads = True

    def __init__(self, stand_in: PortalStandIn) -> None:
        self.stand_in = stand_in
        self.connections: set[socket.socket] = set()
        super().__init__(("127.0.0.1", 0), _Handler)

    def drop_connections(self) -> None:
        """End the connections that clients kept alive."""
        for connection in list(self.connections):
            with contextlib.suppress(OSError):  # the client may have been first
                connection.shutdown(socket.SHUT_RDWR)

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing about clients that hang up; their own test tells what they saw."""


class _Handler(BaseHTTPRequestHandler):
    """Reads one request after another from a connection and writes the replies."""

    protocol_version = "HTTP/1.1"
    timeout = 30
    server: _Server

    def setup(self) -> None:
        super().setup()
        self.server.connections.add(self.connection)

    def finish(self) -> None:
        self.server.connections.discard(self.connection)
        super().finish()

    def do_POST(self) -> None:
        """Answer a search."""
        try:
            request = self._understand(self._read_body())
            self.server.stand_in.note(request)
            reply = self.server.stand_in.reply(request)
        except _RefusedError as refused:
            self.server.stand_in.note(self._outline())
            reply = refused.reply
        self._write(reply)
        if self.close_connection and reply.reset_after is None:
            self._drain()

    def do_GET(self) -> None:
        """Refuse every other method, as the real interface does."""
        self.server.stand_in.note(self._outline())
        self.close_connection = True
        self._write(_Reply(code=405, body=b"", headers={"Allow": "POST"}))

    def do_PUT(self) -> None:
        """Refuse."""
        self.do_GET()

    def do_DELETE(self) -> None:
        """Refuse."""
        self.do_GET()

    def do_HEAD(self) -> None:
        """Refuse."""
        self.do_GET()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class names it
        """Keep quiet: `requests` has it all."""

    def _read_body(self) -> bytes:
        length = int(self.headers.get("Content-Length") or 0)
        if "chunked" in self.headers.get("Transfer-Encoding", "").lower() or not 0 <= length <= LARGEST_BODY:
            self.close_connection = True
            raise _RefusedError(413, {"type": "throwable", "message": "Body too large or without length"})
        return self.rfile.read(length)

    def _outline(self) -> SeenRequest:
        parts = urlsplit(self.path)
        parameters = {name: values[-1] for name, values in parse_qs(parts.query).items()}
        return SeenRequest(
            method=self.command,
            path=parts.path,
            parameters=parameters,
            headers={name.lower(): value for name, value in self.headers.items()},
            page=_positive(parameters.get("pageNumber"), default=1),
            page_size=_positive(parameters.get("pageSize"), default=DEFAULT_PAGE),
        )

    def _understand(self, body: bytes) -> SeenRequest:
        outline = self._outline()
        if outline.path != PATH:
            raise _RefusedError(404, {"type": "throwable", "message": "Not found"})
        if "text" not in outline.parameters:
            raise _RefusedError(400, {"type": "businessError", "message": "Parameter text is required"})
        content_type = self.headers.get("Content-Type", "")
        if not body or content_type.startswith("application/json"):
            return outline  # the real interface ignores a JSON body, filters and all
        return _with_parts(outline, _json_parts(content_type, body))

    def _drain(self) -> None:
        """Read what a refused client still sends, up to a bound, so that it gets to see its answer."""
        self.wfile.flush()
        self.connection.settimeout(1)
        left = LARGEST_DRAIN
        with contextlib.suppress(OSError):
            while left > 0 and (piece := self.rfile.read1(65_536)):
                left -= len(piece)

    def _write(self, reply: _Reply) -> None:
        self.send_response(reply.code)
        self.send_header("Content-Type", reply.content_type)
        self.send_header("Content-Length", str(len(reply.body)))
        for name, value in reply.headers.items():
            self.send_header(name, value)
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(reply.body[: reply.reset_after])
        if reply.reset_after is not None:
            self._reset()

    def _reset(self) -> None:
        """Close so that the client gets a reset: no lingering, no goodbye."""
        self.wfile.flush()
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.close_connection = True


def _json_parts(content_type: str, body: bytes) -> dict[str, Any]:
    """Read the parts of a form; whatever is not a JSON part makes the real interface fall over."""
    if not content_type.startswith("multipart/form-data"):
        raise _RefusedError(500, THROWABLE)
    head = f"Content-Type: {content_type}\r\nMIME-Version: 1.0\r\n\r\n".encode("latin-1")
    message = BytesParser(policy=HTTP).parsebytes(head + body)
    parts: dict[str, Any] = {}
    for part in message.iter_parts() if message.is_multipart() else ():
        name = str(part.get_param("name", header="content-disposition"))
        if name == "displayLanguage":
            continue  # accepted as plain text too
        if part.get_content_type() != "application/json":
            raise _RefusedError(500, THROWABLE)
        parts[name] = _json_of(cast(bytes, part.get_payload(decode=True)))
    return parts


def _json_of(payload: bytes) -> object:
    try:
        return json.loads(payload)
    except ValueError:
        raise _RefusedError(500, THROWABLE) from None


def _with_parts(outline: SeenRequest, parts: dict[str, Any]) -> SeenRequest:
    query = parts.get("query")
    sort = parts.get("sort")
    languages = parts.get("languages") or []
    if isinstance(sort, list):
        sort = sort[0] if sort else None
    try:
        if query is not None:
            check_query(query)
        sort_is_fit = sort is None or (isinstance(sort, dict) and "field" in sort)
        if not isinstance(languages, list) or not sort_is_fit:
            raise QueryFormatError("languages is a list, sort an object with a field")
    except QueryFormatError:
        raise _RefusedError(400, INVALID_QUERY) from None
    return SeenRequest(
        method=outline.method,
        path=outline.path,
        parameters=outline.parameters,
        headers=outline.headers,
        query=query,
        languages=tuple(str(language) for language in languages),
        sort=sort,
        types=tuple(_types_in(query)) if query else (),
        page=outline.page,
        page_size=outline.page_size,
    )


def _types_in(clause: dict[str, Any]) -> list[str]:
    """List the row types that a checked query asks for."""
    ((name, body),) = clause.items()
    if name == "bool":
        must = body.get("must", [])
        return [found for inner in (must if isinstance(must, list) else [must]) for found in _types_in(inner)]
    wanted = body.get("type", []) if name in ("term", "terms") else []
    return [str(item) for item in (wanted if isinstance(wanted, list) else [wanted])]


def _search_of(request: SeenRequest) -> Search:
    sort = request.sort or {}
    return Search(
        text=request.parameters["text"],
        query=request.query,
        languages=request.languages,
        sort_field=sort.get("field"),
        descending=str(sort.get("order", "ASC")).upper() == "DESC",
        page=request.page,
        page_size=request.page_size,
    )


def _positive(text: str | None, *, default: int) -> int:
    return int(text[:7]) if text and text.isdecimal() and int(text[:7]) > 0 else default


def _json_reply(content: dict[str, Any], *, code: int = 200) -> _Reply:
    return _Reply(code=code, body=json.dumps(content, ensure_ascii=False).encode())


def _faulty_reply(content: dict[str, Any], fault: Fault, *, use: int) -> _Reply:
    """Spoil an answer in the way a fault asks for; `use` counts its strikes from 1."""
    good = _json_reply(spoil(content, fault, use=use))
    half = len(good.body) // 2
    match fault.kind:
        case FaultKind.STATUS:
            headers = {} if fault.retry_after is None else {"Retry-After": str(fault.retry_after)}
            return _Reply(code=fault.code, body=json.dumps(THROWABLE).encode(), headers=headers)
        case FaultKind.HTML:
            return _Reply(code=200, body=CHALLENGE_PAGE, content_type="text/html; charset=utf-8")
        case FaultKind.TRUNCATED:
            return _Reply(code=200, body=good.body[:half])
        case FaultKind.RESET:
            return _Reply(code=200, body=good.body, reset_after=half)
        case FaultKind.JUNK:
            return _Reply(code=200, body=hashlib.shake_256(b"junk").digest(fault.size))
        case _:
            return good
