"""The unattended job: when it is due, what does not stop it, and how it stops."""

import shutil
import signal
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from structlog.testing import capture_logs

from db import runs
from db.engine import hold_lock, make_engine, session_scope
from tests.cli.command_line import start_process
from tracker import demo
from tracker.answers import leave
from tracker.app import App
from tracker.config import load_settings
from tracker.core.errors import StorageError
from tracker.core.run import RunState
from tracker.demo.faults import Fault, FaultKind
from tracker.demo.portal import rows
from tracker.demo.server import PortalStandIn
from tracker.desk import Desk
from tracker.scheduler import daily_job, make_scheduler, refresh_job, tidy_job, to_catch_up, weekly_job

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
CONTACTS = Path(demo.__file__).parent / "contacts.toml"
MONDAY = datetime(2026, 11, 23, 8, 0, tzinfo=AMSTERDAM)


@pytest.fixture
def portal() -> Iterator[PortalStandIn]:
    with PortalStandIn(rows(MONDAY.date())) as stand_in:
        yield stand_in


@pytest.fixture
def app(
    clean_environment: None,
    sqlite_template: Path,
    tmp_path: Path,
    portal: PortalStandIn,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[App]:
    """Give the product on Monday at eight, reading nothing but the stand-in."""
    shutil.copy(sqlite_template, tmp_path / "tracker.db")
    made = App(
        settings=load_settings(
            {
                "database_url": f"sqlite:///{tmp_path}/tracker.db",
                "source_urls": {"sedia": portal.url},
                "contacts": CONTACTS,
                "out": tmp_path / "out",
                "request_delay": 0,
                "request_backoff": 0,
            }
        ),
        clock=lambda: MONDAY.astimezone(UTC),
    )
    chosen = made.sources(("portal", "portal-cascade"))
    monkeypatch.setattr(App, "sources", lambda _self, _names=(): chosen)
    yield made
    made.engine.dispose()


def next_times(app: App, job: str, after: datetime, count: int) -> list[str]:
    trigger = next(one.trigger for one in make_scheduler(app).get_jobs() if one.id == job)
    found: list[datetime] = []
    for _ in range(count):
        found.append(trigger.get_next_fire_time(found[-1] if found else None, after))
        after = (found[-1].astimezone(UTC) + timedelta(seconds=1)).astimezone(AMSTERDAM)
    return [f"{moment:%a %d %b %H:%M} {moment.astimezone(UTC):%H:%M}" for moment in found]


def test_the_jobs_are_declared_in_code(app: App) -> None:
    assert {job.id for job in make_scheduler(app).get_jobs()} == {"collect", "digest", "midnight", "retry"}


def test_the_hour_in_haarlem_stays_across_both_changes_of_the_clock(app: App) -> None:
    autumn = datetime(2026, 10, 24, tzinfo=AMSTERDAM)  # winter time begins on Sunday 25 October
    assert next_times(app, "collect", autumn, 3) == [
        "Sat 24 Oct 06:30 04:30",
        "Sun 25 Oct 06:30 05:30",
        "Mon 26 Oct 06:30 05:30",
    ]
    assert next_times(app, "digest", autumn - timedelta(days=6), 2) == [
        "Mon 19 Oct 08:00 06:00",
        "Mon 26 Oct 08:00 07:00",
    ]
    spring = datetime(2027, 3, 27, tzinfo=AMSTERDAM)  # summer time begins on Sunday 28 March
    assert next_times(app, "collect", spring, 2) == ["Sat 27 Mar 06:30 05:30", "Sun 28 Mar 06:30 04:30"]
    assert next_times(app, "digest", spring, 2) == ["Mon 29 Mar 08:00 06:00", "Mon 05 Apr 08:00 06:00"]
    nights = [moment[:10] for moment in next_times(app, "midnight", spring, 9)]
    assert list(dict.fromkeys(nights)) == [
        "Sat 27 Mar",
        "Sun 28 Mar",
        "Mon 29 Mar",
        "Tue 30 Mar",
        "Wed 31 Mar",
    ]


def test_no_day_is_left_out_when_the_hour_comes_twice_or_never(app: App) -> None:
    night = App(settings=app.settings.model_copy(update={"schedule_collect": "02:30"}), clock=app.clock)
    for first in (datetime(2026, 10, 24, tzinfo=AMSTERDAM), datetime(2027, 3, 27, tzinfo=AMSTERDAM)):
        days = {moment[4:10] for moment in next_times(night, "collect", first, 4)}
        assert days >= {f"{first + timedelta(days=day):%d %b}" for day in range(3)}


def states(app: App, source: str) -> list[RunState]:
    with session_scope(app.engine) as session:
        return [run.state for run in runs.latest(session, source)]


def written(app: App) -> int:
    return len(list(app.settings.out.glob("*.eml")))


@pytest.mark.parametrize(
    ("now", "due"),
    [
        (MONDAY - timedelta(seconds=1), False),
        (MONDAY, True),
        (MONDAY + timedelta(days=2), True),
        (MONDAY + timedelta(days=6, hours=15), True),  # Sunday evening
        (MONDAY + timedelta(days=7, seconds=-1), False),  # not yet: the next digest comes at eight
    ],
)
def test_the_digest_is_caught_up_where_its_moment_has_passed(app: App, now: datetime, due: bool) -> None:
    assert bool(to_catch_up(app, now)) is due


def test_nothing_is_caught_up_twice_or_for_nobody(app: App) -> None:
    weekly_job(app)
    assert written(app) == 4
    assert not to_catch_up(app, MONDAY + timedelta(days=1))
    nobody = App(settings=app.settings.model_copy(update={"contacts": None}), clock=app.clock)
    assert not to_catch_up(nobody, MONDAY + timedelta(days=1))


READERS = """
[[contact]]
name = "Weekly"
email = "weekly@example.org"
domains = "all"

[[contact]]
name = "Left"
email = "left@example.org"
domains = "all"

[[contact]]
name = "Pauses"
email = "pauses@example.org"
domains = "all"

[[contact]]
name = "Urgent"
email = "urgent@example.org"
domains = "all"
frequency = "urgent"
"""


def test_nobody_is_caught_up_who_left_pauses_or_wants_only_what_is_urgent(app: App, tmp_path: Path) -> None:
    (tmp_path / "contacts.toml").write_text(READERS)
    settings = app.settings.model_copy(update={"contacts": tmp_path / "contacts.toml"})
    first = App(settings=settings, clock=app.clock)
    first.prepare_database()
    with session_scope(first.engine) as session:
        leave(session, "left@example.org", now=MONDAY)
        leave(session, "pauses@example.org", now=MONDAY, until=MONDAY.date() + timedelta(weeks=2))
    assert {one.name for one in to_catch_up(first, MONDAY)} == {"Weekly", "Urgent"}  # first editions
    weekly_job(first)
    assert written(first) == 2
    assert to_catch_up(first, MONDAY) == ()
    later = App(settings=settings, clock=lambda: MONDAY + timedelta(weeks=1, days=1))
    assert {one.name for one in to_catch_up(later, later.now())} == {"Weekly"}
    first.engine.dispose()
    later.engine.dispose()


def test_what_a_killed_process_left_half_goes_at_the_start(app: App) -> None:
    app.settings.out.mkdir()
    for name in (".2026-W48-anna.eml.x.part", ".2026-W48-anna.html.y.part", "mine.part"):
        (app.settings.out / name).touch()
    tidy_job(app)
    assert [path.name for path in app.settings.out.iterdir()] == ["mine.part"]


def test_the_daily_job_reads_and_before_the_digest_tells_nobody(app: App) -> None:
    early = App(settings=app.settings, clock=lambda: MONDAY - timedelta(hours=1.5))
    daily_job(early)
    assert states(app, "portal") == [RunState.GOOD]
    assert Desk(early).ranked(None, limit=1, blocked=False)
    assert written(app) == 0


def test_a_digest_that_was_missed_on_monday_comes_with_the_next_daily_job(
    app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tracker.scheduler.PATIENCE", 0.1)
    with hold_lock(app.engine, "run"), capture_logs() as log:
        weekly_job(app)  # somebody collects by hand at eight
    assert [(line["event"], line["job"]) for line in log] == [("job failed", "digest")]
    assert "another run is running" in log[0]["error"]
    assert written(app) == 0
    daily_job(App(settings=app.settings, clock=lambda: MONDAY + timedelta(hours=22.5)))
    assert written(app) == 4


def test_a_digest_waits_for_a_person_who_works_on_the_same_database(app: App) -> None:
    held, let_go = threading.Event(), threading.Event()

    def click() -> None:
        with app.working():
            held.set()
            let_go.wait()

    person = threading.Thread(target=click)
    job = threading.Thread(target=weekly_job, args=(app,))
    person.start()
    held.wait()
    job.start()
    job.join(0.5)
    assert job.is_alive()
    assert written(app) == 0
    let_go.set()
    person.join()
    job.join()
    assert written(app) == 4


def test_a_source_that_is_off_does_not_count_as_read(app: App) -> None:
    daily_job(app)
    reports = app.source_reports()
    seen = [one.source.name for one in reports if one.health.state.is_read and one.is_on]
    assert not all(one.is_on for one in reports)
    assert app.circumstances().sources_read == len(seen)


def test_a_source_that_fails_does_not_keep_the_digest(app: App, portal: PortalStandIn) -> None:
    portal.faults = [Fault(kind=FaultKind.STATUS, code=404, type="8")]
    with capture_logs() as log:
        weekly_job(app)
    assert states(app, "portal-cascade") == [RunState.FAILED]
    assert states(app, "portal") == [RunState.GOOD]
    failed = [line for line in log if line["log_level"] == "error"]
    assert [(line["event"], line["source"]) for line in failed] == [("collected", "portal-cascade")]
    assert written(app) == 4


def test_an_expected_error_in_a_job_does_not_stop_the_scheduler(
    app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran: list[str] = []
    again = threading.Event()

    def refresh(_app: App) -> None:
        ran.append("refresh")
        if len(ran) == 1:
            raise StorageError("the disk is full; free some space and try again")
        again.set()

    monkeypatch.setattr(App, "refresh", refresh)
    scheduler = make_scheduler(app)
    scheduler.start()
    try:
        for name in ("first", "second"):
            scheduler.add_job(refresh_job, args=[app], id=name)
        assert again.wait(10)
    finally:
        scheduler.shutdown(wait=True)
    assert ran == ["refresh", "refresh"]


def wait_for(condition: Any, seconds: float = 20) -> None:
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, "it did not come in time"
        time.sleep(0.05)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_stops_it_cleanly(
    clean_environment: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: signal.Signals
) -> None:
    monkeypatch.setenv("TRACKER_DATABASE_URL", f"sqlite:///{tmp_path}/tracker.db")
    monkeypatch.setenv("TRACKER_LOG_LEVEL", "info")
    process = start_process("schedule")
    assert process.stderr is not None
    try:
        assert "Stop with Ctrl-C" in process.stderr.readline()
        lines = [process.stderr.readline() for _ in range(4)]
        assert all("scheduled" in line and "next=" in line for line in lines)
        process.send_signal(number)
        out, err = process.communicate(timeout=20)
    finally:
        process.kill()
    assert (process.returncode, out) == (0, "")
    assert "stopping" in err
    assert "Traceback" not in err
    engine = make_engine(f"sqlite:///{tmp_path}/tracker.db")
    with hold_lock(engine, "run"):
        pass  # nobody holds it any more
    engine.dispose()
