"""Eight real weeks, day by day: each day brings what the events say, and the digests tell it once.

The index is our stand-in; the rows are real (`tests.real_data.in_answer_shape` names what is made up). There
are no Dutch rows in this history, so every reading has the gap `nl`; what the anchor series lacks still
counts as absent for calls that were only ever seen in it.

In these weeks no call vanished (91 times one was away for a day or two and came back), and no deadline moved
of a call that was in a mail. So the first three weeks are lived through once more, `meddled` with: one call
in ten is withdrawn, half of those come back a week later, and four in ten get another deadline.
"""

import time
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from datetime import time as clock
from pathlib import Path
from typing import Any
from zlib import crc32
from zoneinfo import ZoneInfo

import pytest

from tests.proof.oracle import SOURCES, Day, Key, Oracle, Row
from tests.proof.product import Product, collect, main_job
from tests.real_data import in_answer_shape, real_history
from tracker.app import App
from tracker.core.profile import Contact, Strength
from tracker.demo.server import PortalStandIn
from tracker.ingest import Collected

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
FRESH = {"baseline", "new"}
WITHDRAWN, MOVED, BACK = date(2026, 4, 29), date(2026, 4, 30), date(2026, 5, 6)
Say = Callable[[str], None]


@dataclass
class Edition:
    """One Monday's mail to one contact, what the oracle knew then, and who qualified for it."""

    day: date
    contact: Contact
    lines: list[dict[str, Any]]
    qualified: set[Key]
    open: set[Key]
    next_dates: dict[Key, date]
    listed_dates: dict[Key, tuple[date, ...]]

    @property
    def shown(self) -> list[dict[str, Any]]:
        """The lines that a person reads."""
        return [line for line in self.lines if line["shown"]]


@dataclass
class Replayed:
    """What the product did on each day beside what it had to do."""

    expected: dict[date, Day] = field(default_factory=dict)
    actual: dict[date, Day] = field(default_factory=dict)
    repeated: list[Collected] = field(default_factory=list)
    outcomes: list[Collected] = field(default_factory=list)
    editions: list[Edition] = field(default_factory=list)
    oracle: Oracle = field(default_factory=Oracle)
    seconds: float = 0.0


Meddle = Callable[[date, Row], Row | None]


def _as_it_was(_day: date, row: Row) -> Row | None:
    return row


def _meddled(day: date, row: Row) -> Row | None:
    lot = crc32(row["reference"].encode()) % 20
    if lot in {0, 1} and day >= WITHDRAWN and (lot == 0 or day < BACK):
        return None
    if lot in range(2, 20) and day >= MOVED:
        shift = timedelta(days=21 if lot % 2 else -9)
        dates = [date.fromisoformat(text[:10]) + shift for text in row["metadata"]["deadlineDate"]]
        moved = [f"{one}T00:00:00.000+0000" for one in dates]
        return row | {"metadata": row["metadata"] | {"deadlineDate": moved}}
    return row


@pytest.fixture(scope="module")
def as_it_was(tmp_path_factory: pytest.TempPathFactory) -> Replayed:
    return _replay(tmp_path_factory.mktemp("replay"), _as_it_was, last=date(2026, 6, 15))


@pytest.fixture(scope="module")
def meddled(tmp_path_factory: pytest.TempPathFactory) -> Replayed:
    return _replay(tmp_path_factory.mktemp("meddled"), _meddled, last=date(2026, 5, 11))


@pytest.fixture(params=["as_it_was", "meddled"])
def replayed(request: pytest.FixtureRequest) -> Replayed:
    chosen: Replayed = request.getfixturevalue(request.param)
    return chosen


def _replay(folder: Path, meddle: Meddle, *, last: date) -> Replayed:
    events: dict[date, list[Row]] = defaultdict(list)
    for event in real_history():
        events[date.fromisoformat(event["day"])].append(event)
    started, result = time.perf_counter(), Replayed()
    index: dict[tuple[str, ...], Row] = {}
    with PortalStandIn() as portal:
        product = Product(folder, portal.url)
        day = min(events)
        while day <= last:
            _take(index, events[day])
            rows = [row for row in (meddle(day, kept) for kept in index.values()) if row is not None]
            portal.rows = [in_answer_shape(row) for row in rows]
            result.expected[day] = result.oracle.step(day, rows)
            _live_through(day, product, result)
            day += timedelta(days=1)
    result.seconds = time.perf_counter() - started
    return result


def _take(index: dict[tuple[str, ...], Row], events: list[Row]) -> None:
    for event in events:
        if "gone" in event:
            del index[tuple(event["gone"])]
        else:
            row = event["put"]
            index[row["metadata"]["DATASOURCE"][0], row["reference"], row["language"]] = row


def _live_through(day: date, product: Product, result: Replayed) -> None:
    morning = _moment(day, 6, 30)
    with product.app(morning) as app:
        result.outcomes += collect(app)
    result.actual[day] = _what_happened(product, morning)
    if day.isoweekday() == 1:
        with product.app(_moment(day, 8, 0)) as app:
            collected, _ = main_job(app)
            result.repeated += collected
            result.editions += _editions(app, product, day, result.oracle)


def _moment(day: date, hour: int, minute: int) -> datetime:
    return datetime.combine(day, clock(hour, minute), AMSTERDAM).astimezone(UTC)


def _what_happened(product: Product, at: datetime) -> Day:
    moment = at.replace(tzinfo=None).isoformat(sep=" ")
    day = Day()
    query = "SELECT s.source, s.source_ref FROM calls c JOIN sightings s ON s.call_id = c.id WHERE "
    day.new = {_key(row) for row in product.rows(query + "datetime(c.first_seen) = ?", moment)}
    changes = product.rows(
        "SELECT s.source, s.source_ref, c.field, c.new FROM changes c JOIN sightings s "
        "ON s.call_id = c.call_id WHERE datetime(c.at) = ?",
        moment,
    )
    for row in changes:
        if row["field"] == "vanished":
            (day.back if row["new"] == "null" else day.vanished).add(_key(row))
        elif row["field"] == "status":
            if row["new"] == '"closed"':
                day.closed.add(_key(row))
        else:
            day.changed.add(_key(row))
    found = product.rows("SELECT sum(found) AS found FROM runs WHERE datetime(started_at) = ?", moment)
    day.found = found[0]["found"]
    return day


def _key(row: dict[str, Any]) -> Key:
    return row["source"], row["source_ref"]


def _editions(app: App, product: Product, day: date, oracle: Oracle) -> list[Edition]:
    fits: dict[Key, list[dict[str, Any]]] = defaultdict(list)
    for row in product.rows(
        "SELECT s.source, s.source_ref, m.priority, m.strength, m.blocked FROM matches m "
        "JOIN sightings s ON s.call_id = m.call_id"
    ):
        fits[_key(row)].append(row)
    year, week, _ = day.isocalendar()
    return [
        Edition(
            day=day,
            contact=contact,
            lines=product.rows(
                "SELECT s.source, s.source_ref, l.* FROM lines l JOIN deliveries d ON d.id = l.delivery_id "
                "JOIN sightings s ON s.call_id = l.call_id WHERE d.contact = ? AND d.edition = ?",
                contact.email,
                f"{year}-W{week:02}",
            ),
            qualified={key for key, rows in fits.items() if _qualifies(app, contact, rows)}
            & {key for key in oracle.known if oracle.is_open(key, day)},
            open={key for key in oracle.known if oracle.is_open(key, day)},
            next_dates={key: known.facts.next_on(day) for key, known in oracle.known.items()},
            listed_dates={key: known.facts.dates for key, known in oracle.known.items()},
        )
        for contact in app.contacts
    ]


def _qualifies(app: App, contact: Contact, rows: list[dict[str, Any]]) -> bool:
    wanted = {priority.slug for priority in app.municipality.priorities if contact.wants(priority)}
    fitting = [row for row in rows if row["priority"] in wanted]
    strong = [row for row in fitting if Strength(row["strength"]).rank >= contact.minimum.rank]
    return bool(strong) and not any(row["blocked"] for row in fitting)


def test_each_day_brings_what_the_events_say(replayed: Replayed) -> None:
    for day, expected in replayed.expected.items():
        assert replayed.actual[day] == expected, day


def test_every_reading_is_whole_but_for_the_dutch_series_that_nobody_recorded(replayed: Replayed) -> None:
    for one in replayed.outcomes + replayed.repeated:
        assert one.error is None
        assert one.run.problems == 0
        assert len(one.run.gaps) == 1
        assert one.run.gaps[0].startswith("nl: ")
    assert {one.run.source for one in replayed.outcomes} == set(SOURCES.values())


def test_reading_the_same_state_again_changes_nothing(replayed: Replayed) -> None:
    assert replayed.repeated
    for one in replayed.repeated:
        run = one.run
        assert (run.new, run.changed, run.vanished) == (0, 0, 0), run
        assert run.unchanged == run.found


def test_nothing_is_announced_twice(replayed: Replayed) -> None:
    announced = Counter(
        (edition.contact.email, _key(line))
        for edition in replayed.editions
        for line in edition.lines
        if line["reason"] in FRESH
    )
    assert announced
    assert [pair for pair, count in announced.items() if count > 1] == []


def test_whatever_qualifies_is_announced_as_soon_as_a_mail_has_room(replayed: Replayed) -> None:
    told: dict[str, set[Key]] = defaultdict(set)
    for edition in replayed.editions:
        contact = edition.contact
        told[contact.email] |= {_key(line) for line in edition.lines}
        waiting = edition.qualified - told[contact.email]
        assert len(edition.shown) <= contact.limit
        assert not waiting or len(edition.shown) == contact.limit, (edition.day, contact.email, waiting)


def test_nothing_is_invented(replayed: Replayed) -> None:
    for edition in replayed.editions:
        for line in edition.lines:
            key = _key(line)
            if line["reason"] == "gone":
                assert key not in edition.open, (edition.day, key)
                continue
            assert key in edition.open, (edition.day, key, line)
            assert line["deadline"] == edition.next_dates[key].isoformat(), (edition.day, key)
            if line["reason"] in FRESH:
                assert key in edition.qualified, (edition.day, key)


def test_the_meddled_weeks_have_what_the_real_ones_lack(meddled: Replayed) -> None:
    days = meddled.expected.values()
    assert sum(len(day.vanished) for day in days) > 20
    assert sum(len(day.back) for day in days) > 10
    changed = [line for edition in meddled.editions for line in edition.lines if line["reason"] == "changed"]
    assert len(changed) > 3


def test_a_changed_deadline_is_one_that_moved_in_the_events(replayed: Replayed) -> None:
    told: dict[tuple[str, Key], tuple[date, str]] = {}
    for edition in replayed.editions:
        for line in edition.lines:
            key = _key(line)
            place = edition.contact.email, key
            if line["reason"] == "changed":
                before, deadline = told[place]
                assert line["previous_deadline"] == deadline
                moved = [day for day, _ in replayed.oracle.dates[key] if before < day <= edition.day]
                assert moved, (edition.day, key)
            told[place] = edition.day, line["deadline"]


def test_a_deadline_that_was_told_and_moved_is_corrected_when_a_mail_has_room(replayed: Replayed) -> None:
    told: dict[str, dict[Key, str]] = defaultdict(dict)
    for edition in replayed.editions:
        mine = told[edition.contact.email]
        told_now = {_key(line): line for line in edition.lines}
        for key, deadline in mine.items():
            is_withdrawn = date.fromisoformat(deadline) not in edition.listed_dates[key]
            if key not in edition.open or not is_withdrawn or date.fromisoformat(deadline) < edition.day:
                continue
            is_full = len(edition.shown) == edition.contact.limit
            assert key in told_now or is_full, (edition.day, edition.contact.email, key)
            assert key not in told_now or told_now[key]["reason"] == "changed", (edition.day, key)
        mine |= {_key(line): line["deadline"] for line in edition.shown}


def test_figures(as_it_was: Replayed, meddled: Replayed, say: Say) -> None:
    for name, replayed in {"as it was": as_it_was, "meddled": meddled}.items():
        days = replayed.expected.values()
        counts = {
            what: sum(len(getattr(day, what)) for day in days)
            for what in ("new", "changed", "closed", "vanished", "back")
        }
        shown = [len(edition.shown) for edition in replayed.editions]
        reasons = Counter(line["reason"] for edition in replayed.editions for line in edition.shown)
        say(
            f"replay {name}: {len(days)} days, {len(replayed.outcomes) + len(replayed.repeated)} runs; "
            f"{counts}, away for a day or two and back {replayed.oracle.short_absences}; {len(shown)} mails, "
            f"{sum(shown) / len(shown):.1f} calls a mail, longest {max(shown)}, {dict(reasons)}; "
            f"{replayed.seconds:.0f} s"
        )
    assert len(as_it_was.expected) == 56
    assert as_it_was.oracle.short_absences == 91
