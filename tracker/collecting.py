"""Reads all sources side by side, a source a thread, and stores each outcome as it comes."""

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from datetime import datetime

from db.engine import Engine
from scrapers.contract import Crawl, Fetch, Page, Request, Site, Source, run_crawl
from tracker.core.run import Run
from tracker.ingest import Collected, Standing, begin_run, finish_run, note_broken_off

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
    sites: Mapping[str, Site],
    clock: Callable[[], datetime],
    progress: Progress,
    standing: Standing,
) -> Iterator[Collected]:
    """Read `sources` and store what they say; yields each outcome as it is stored.

    One source's failure is its own outcome and never another's. A bug in a scraper is raised once the
    other sources are stored. When a person breaks it off, what goes on stops after its present request and is
    noted as abandoned.
    """
    bugs: list[Exception] = []
    stop = threading.Event()
    readings: dict[Future[Crawl], Reading] = {}
    with ThreadPoolExecutor(max_workers=8, thread_name_prefix="source") as pool:
        for source in sources:
            counted = _counting(fetch, source.name, progress=progress, stop=stop)
            run = begin_run(engine, source.name, at=clock())
            future = pool.submit(run_crawl, source, counted, site=sites[source.name])
            readings[future] = Reading(run, future)
        try:
            for future in as_completed(tuple(readings)):
                reading = readings.pop(future)
                crawl = reading.crawl.result
                try:
                    yield finish_run(engine, reading.run, crawl=crawl, clock=clock, standing=standing)
                except Exception as error:  # noqa: BLE001 - kept and raised below, once the others are stored
                    bugs.append(error)
        except BaseException as error:
            stop.set()
            for reading in readings.values():
                note_broken_off(engine, reading.run, error=error, at=clock())
            raise
    if bugs:
        raise bugs[0]


class _StoppedError(BaseException):
    """Ends a reading that nobody waits for any more; no scraper may take it for a failed request."""


def _counting(fetch: Fetch, source: str, *, progress: Progress, stop: threading.Event) -> Fetch:
    count = 0

    def counted(request: Request) -> Page:
        nonlocal count
        if stop.is_set():
            raise _StoppedError
        page = fetch(request)
        count += 1
        progress(source, count)
        return page

    return counted
