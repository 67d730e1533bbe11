"""Reads all sources side by side, a source a thread, and stores each outcome as it comes."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from datetime import datetime

from db.engine import Engine
from scrapers.contract import Crawl, Fetch, Page, Request, Source, run_crawl
from scrapers.registry import site_for
from tracker.core.run import Run
from tracker.ingest import Collected, begin_run, finish_run

Progress = Callable[[str, int], None]
"""Told the source's name and the number of answers read so far."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A source being read: its run row and the crawl that goes on in a thread."""

    run: Run
    crawl: Future[Crawl]


def collect(
    engine: Engine,
    sources: Sequence[Source],
    *,
    fetch: Fetch,
    addresses: Mapping[str, str],
    clock: Callable[[], datetime],
    progress: Progress,
) -> Iterator[Collected]:
    """Read `sources` and store what they say; yields each outcome as it is stored.

    One source's failure is its own outcome and never another's. A bug in a scraper is raised once the
    other sources are stored.
    """
    bugs: list[Exception] = []
    with ThreadPoolExecutor(max_workers=8, thread_name_prefix="source") as pool:
        readings = {}
        for source in sources:
            counted = _counting(fetch, source.name, progress=progress)
            run = begin_run(engine, source.name, at=clock())
            future = pool.submit(run_crawl, source, counted, site=site_for(source, addresses))
            readings[future] = Reading(run, future)
        for future in as_completed(readings):
            reading = readings[future]
            try:
                yield finish_run(engine, reading.run, crawl=reading.crawl.result, clock=clock)
            except Exception as error:  # noqa: BLE001 - kept and raised below, once the other sources are stored
                bugs.append(error)
    if bugs:
        raise bugs[0]


def _counting(fetch: Fetch, source: str, *, progress: Progress) -> Fetch:
    count = 0

    def counted(request: Request) -> Page:
        nonlocal count
        page = fetch(request)
        count += 1
        progress(source, count)
        return page

    return counted
