"""Runs the main job unattended: sources daily, digests on Monday, Europe/Amsterdam."""

import signal
import threading
from collections.abc import Callable
from datetime import datetime, timedelta

import structlog
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.cron import CronTrigger

from tracker.app import AMSTERDAM, App
from tracker.core.errors import TrackerError
from tracker.core.profile import Contact
from tracker.mail import remove_drafts
from tracker.mailroom import Mailroom
from tracker.operator import Trouble

log = structlog.get_logger()
PATIENCE = 1800.0
"""How many seconds a job waits for a person or another process that works on the same database."""
GRACE = timedelta(hours=20)
"""How late a missed job may still start by itself (a machine that slept)."""


def run_forever(app: App) -> None:
    """Run due jobs until told to stop (SIGTERM or Ctrl-C); a job that runs is finished first."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    scheduler = make_scheduler(app)
    scheduler.start()
    scheduler.add_job(lambda: tidy_job(app), id="tidy")
    if to_catch_up(app, app.now()):
        scheduler.add_job(lambda: weekly_job(app), id="catch-up")
    for job in scheduler.get_jobs():
        log.info("scheduled", job=job.id, next=str(job.next_run_time))
    stop.wait()
    log.info("stopping")
    scheduler.shutdown(wait=True)


def make_scheduler(app: App) -> BackgroundScheduler:
    """Declare the jobs in code; they are kept in memory and guarded by the run lock in the database."""
    settings = app.settings
    scheduler = BackgroundScheduler(
        timezone=AMSTERDAM,
        executors={"default": ThreadPoolExecutor(1)},
        job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": int(GRACE.total_seconds())},
    )
    scheduler.add_job(lambda: daily_job(app), _at(settings.schedule_collect), id="collect")
    scheduler.add_job(lambda: weekly_job(app), _at(settings.schedule_digest, day_of_week="mon"), id="digest")
    # APScheduler 3.11 leaves out the hour after midnight on the day after summer time begins: hence twice
    night = CronTrigger(hour="0,1", minute=1, timezone=AMSTERDAM)
    scheduler.add_job(lambda: refresh_job(app), night, id="midnight")
    scheduler.add_job(lambda: retry_job(app), CronTrigger(minute="*/5", timezone=AMSTERDAM), id="retry")
    return scheduler


def _at(clock: str, *, day_of_week: str = "*") -> CronTrigger:
    hour, _, minute = clock.partition(":")
    return CronTrigger(day_of_week=day_of_week, hour=int(hour), minute=int(minute), timezone=AMSTERDAM)


def daily_job(app: App) -> None:
    """Read all sources and rank; tell who should have been told by now (a missed digest, a daily reader)."""
    _guarded("collect", app, lambda: _read_and_catch_up(app))


def weekly_job(app: App) -> None:
    """Compose and deliver what is due; after downtime the sources are read first."""
    _guarded("digest", app, lambda: _whole_job(app))


def refresh_job(app: App) -> None:
    """At midnight: calls close by the calendar alone."""
    _guarded("midnight", app, app.refresh)


def tidy_job(app: App) -> None:
    """At the start: remove the half files that a killed process left."""
    _guarded("tidy", app, lambda: remove_drafts(app.settings.out))


def retry_job(app: App) -> None:
    """Try again to hand over the messages whose moment has come; mostly there are none."""
    if app.has_due_messages():
        _guarded("retry", app, lambda: _retry(app))


def _retry(app: App) -> None:
    app.deliver()
    Mailroom(app).tell_operator()


def _read_and_catch_up(app: App) -> None:
    before = Mailroom(app).troubles()  # a Monday that was missed is known only until it is caught up
    _read_and_rank(app)
    app.deliver()  # what waits first: until it has arrived its reader gets no new edition
    missing = to_catch_up(app, app.now())
    if missing:
        app.compose(missing)
    else:
        app.compose_urgent()
    app.deliver()
    _tell(app, before)


def _whole_job(app: App) -> None:
    before = Mailroom(app).troubles()
    _read_and_rank(app)
    app.deliver()
    app.compose()
    app.deliver()
    _tell(app, before)


def _tell(app: App, before: list[Trouble]) -> None:
    if Mailroom(app).tell_operator(before) is not None:
        app.deliver()


def _read_and_rank(app: App) -> None:
    for collected in app.collect((), progress=lambda _source, _count: None):
        outcome = collected.run
        level = log.info if collected.error is None else log.error
        level("collected", source=outcome.source, state=outcome.state.value, error=outcome.error or None)
    app.rank()


def _guarded(name: str, app: App, job: Callable[[], object]) -> None:
    """Run a job under the run lock; an expected error is logged and the next job still comes.

    A person who confirms a passage or resends a mail holds that lock for a moment: a job waits for them.
    """
    try:
        with app.working(patience=PATIENCE):
            job()
    except TrackerError as error:
        log.error("job failed", job=name, error=str(error))


def to_catch_up(app: App, now: datetime) -> tuple[Contact, ...]:
    """Give whose edition is still missing at `now`, once this week's digest moment has passed."""
    local = now.astimezone(AMSTERDAM)
    hour, _, minute = app.settings.schedule_digest.partition(":")
    monday = (local - timedelta(days=local.weekday())).replace(
        hour=int(hour), minute=int(minute), second=0, microsecond=0
    )
    return app.missing_editions() if local >= monday else ()
