"""A tiny web server for the tests of the client: it answers as scripted, path by path."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Reply:
    """One scripted answer. `cut` announces more bytes than are sent; `hang` waits that many seconds first."""

    status: int = 200
    body: bytes = b"hello"
    headers: dict[str, str] = field(default_factory=dict)
    cut: bool = False
    hang: float = 0.0


@dataclass
class Seen:
    """A request as it came."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


class WebServer:
    """Replies by path: one after another, the last one for ever; 404 for a path without replies."""

    def __init__(self) -> None:
        self.replies: dict[str, list[Reply]] = {}
        self.seen: list[Seen] = []
        self.url = ""
        self.stopped = threading.Event()

    def on(self, path: str, *replies: Reply) -> str:
        """Script a path and give its address."""
        self.replies[path] = list(replies)
        return self.url + path

    def paths(self) -> list[str]:
        """Give the paths that were asked, robots.txt left out."""
        return [seen.path for seen in self.seen if seen.path != "/robots.txt"]

    def next_reply(self, path: str) -> Reply:
        replies = self.replies.get(path.split("?")[0], [Reply(404)])
        return replies.pop(0) if len(replies) > 1 else replies[0]


def _handler(server: WebServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            headers = {name.lower(): value for name, value in self.headers.items()}
            server.seen.append(Seen(self.command, self.path, headers, body))
            reply = server.next_reply(self.path)
            server.stopped.wait(reply.hang)
            self.close_connection = True
            try:
                self.send_response(reply.status)
                for name, value in {"Content-Type": "text/plain", **reply.headers}.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(reply.body) + (10 if reply.cut else 0)))
                self.send_header("Connection", "close")
                self.end_headers()
                self.wfile.write(reply.body)
            except (BrokenPipeError, ConnectionResetError):
                return  # the client had enough

        do_GET = do_POST = answer  # noqa: N815 - the names that the standard library calls

        def log_message(self, *_: object) -> None:
            return

    return Handler


@contextmanager
def web_server() -> Iterator[WebServer]:
    """Serve on a free loopback port for the length of a with block."""
    script = WebServer()
    http = ThreadingHTTPServer(("127.0.0.1", 0), _handler(script))
    script.url = f"http://127.0.0.1:{http.server_address[1]}"
    thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield script
    finally:
        script.stopped.set()
        http.shutdown()
        http.server_close()
        thread.join()


def closed_port() -> int:
    """Give a port on which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
