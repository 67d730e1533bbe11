"""Serves the stand-in of KOOP on loopback, and writes the golden file: `python -m tests.scrapers.koop_pages`.

The publications are our own, in the real shape. A person reads the diff of `expected.json` before it is
committed.
"""

import dataclasses
import datetime as dt
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

from scrapers.contract import Page, Request, run_crawl
from scrapers.http import Client
from scrapers.platforms.sru import ENDPOINT
from scrapers.recorder import EXPECTED, Recorder
from scrapers.recorder import crawl_as_json as as_json
from scrapers.registry import site_for
from scrapers.sources.koop import SOURCE
from tests.scrapers.golden import RECORDED
from tracker.demo import koop

TODAY = dt.date(2026, 11, 24)

Answering = Callable[[str, str], tuple[int, str, bytes] | None]
"""Answers a path and a query."""


def stand_in(path: str, query: str, *, today: dt.date = TODAY) -> tuple[int, str, bytes] | None:
    """Answer as the stand-in does on a day."""
    return koop.answer("GET", path, query, b"", today)


@contextmanager
def served(answering: Answering = stand_in) -> Iterator[str]:
    """Serve on a free loopback port for the length of a with block; gives the address of the interface."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked = urlsplit(self.path)
            status, kind, body = answering(asked.path, asked.query) or (404, "text/plain", b"")
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            return

    http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{http.server_address[1]}{koop.SEARCH}"
    finally:
        http.shutdown()
        http.server_close()
        thread.join()


def main() -> None:
    """Record the source anew, under the real addresses."""
    folder = RECORDED / SOURCE.name
    for old in folder.glob("*"):
        old.unlink()
    with served() as endpoint, Client(contact=None, delay=0) as client:

        def fetch(request: Request) -> Page:
            host = urlsplit(endpoint)
            url = urlsplit(request.url)._replace(scheme=host.scheme, netloc=host.netloc).geturl()
            return dataclasses.replace(client(dataclasses.replace(request, url=url)), url=request.url)

        crawl = run_crawl(SOURCE, Recorder(fetch, folder), site=site_for(SOURCE, {"koop": ENDPOINT}))
    text = json.dumps(as_json(crawl), indent=2, ensure_ascii=False, sort_keys=True)
    (folder / EXPECTED).write_text(text + "\n")


if __name__ == "__main__":
    main()
