"""Records the golden files of the Interreg and urban sources: `python -m tests.scrapers.recording`.

The pages are those of the demo's stand-ins on a fixed day. A person reads the diff of `expected.json` before
it is committed.
"""

import json
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit

from scrapers.contract import Page, Request, Source, run_crawl
from scrapers.decoding import decode
from scrapers.recorder import EXPECTED, Recorder
from scrapers.recorder import crawl_as_json as as_json
from scrapers.registry import site_for
from scrapers.sources import interreg, urban_initiative
from tests.scrapers.golden import RECORDED
from tracker.core.errors import FetchError
from tracker.demo import interreg as interreg_pages
from tracker.demo import urban_initiative as urban_pages

TODAY = date(2026, 11, 24)
WITH_KEY = RECORDED / "interreg" / "with-key"
"""The generic test replays without options, so what a key gives has a folder of its own."""

KEY = {"app_id": "APP1", "key": "search-only"}

Answer = Callable[[str, str, str, bytes, date], tuple[int, str, bytes] | None]


def record(source: Source, answer: Answer, folder: Path, *, options: Mapping[str, str]) -> None:
    """Record what a stand-in answers to a source, and what the source makes of it."""

    def fetch(request: Request) -> Page:
        body = json.dumps(request.json).encode() if request.json is not None else b""
        parts = urlsplit(request.url)
        given = answer(request.method, parts.path, parts.query, body, TODAY)
        if given is None:
            raise FetchError(f"the stand-in has no {request.url}", url=request.url, status=404)
        status, content_type, content = given
        return Page(request.url, status, content_type, content, decode(content, content_type))

    if folder.exists():
        for old in folder.glob("*.*"):
            old.unlink()
    crawl = run_crawl(source, Recorder(fetch, folder), site=site_for(source, {}, options=options))
    text = json.dumps(as_json(crawl), indent=2, ensure_ascii=False, sort_keys=True)
    (folder / EXPECTED).write_text(text + "\n")


def main() -> None:
    """Record both sources anew, Interreg without and with a key."""
    record(interreg.SOURCE, interreg_pages.answer, RECORDED / "interreg", options={})
    record(interreg.SOURCE, interreg_pages.answer, WITH_KEY, options=KEY)
    urban = urban_initiative.SOURCE
    record(urban, urban_pages.answer, RECORDED / urban.name, options={})


if __name__ == "__main__":
    main()
