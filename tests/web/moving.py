"""A source that says something else of a call than before: read and stored as any other reading is."""

from dataclasses import replace
from datetime import timedelta

from db import calls
from db.engine import session_scope
from scrapers.contract import Crawl, Listing
from tracker.app import App
from tracker.core.call import Call
from tracker.ingest import begin_run, finish_run


def move_deadlines(app: App, call: Call, *, days: int) -> Call:
    """Let the call's source move its deadlines by so many days; gives the call as it is then."""
    data, source = call.data, call.data.source
    moved = tuple(replace(one, date=one.date + timedelta(days)) for one in data.deadlines)
    crawl = Crawl(listing=Listing.INCREMENT, calls=(replace(data, deadlines=moved),))
    read = finish_run(
        app.engine, begin_run(app.engine, source, at=app.now()), crawl=lambda: crawl, clock=app.now
    )
    assert read.error is None
    assert read.run.changed == 1
    app.refresh()
    with session_scope(app.engine, read_only=True) as session:
        now = calls.get(session, call.id)
    assert now is not None
    assert now.data.deadlines == moved
    return now
