"""A reading goes into a real store: counts, absence, and what a failed or broken reading leaves behind."""

import datetime as dt
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import MetaData, inspect, select
from sqlalchemy.exc import IntegrityError

from db import calls, runs
from db.engine import Engine, session_scope
from scrapers.contract import Crawl, Gap, Listing, RowProblem
from tests.db.samples import FULL, data
from tests.tracker.digest_samples import HAARLEM
from tracker.core.call import Call, CallData, CallText, Claim, Deadline, Status
from tracker.core.errors import ContractError
from tracker.core.run import Run, RunState
from tracker.ingest import Collected, begin_run, finish_run
from tracker.ranking import refresh_projections

MONDAY = datetime(2026, 11, 23, 6, 30, tzinfo=UTC)
DAY = timedelta(days=1)
AHEAD = (Deadline(dt.date(2027, 2, 1)),)
DUTCH = CallText("nl", "Titel")


def open_call(ref: str = "1", **said: object) -> CallData:
    return data(ref, **{"claim": Claim.OPEN, "deadlines": AHEAD, **said})


def reading(*read: CallData, listing: Listing = Listing.COMPLETE, **more: Any) -> Crawl:
    return Crawl(listing=listing, calls=read, **more)


def read(engine: Engine, crawl: Crawl, at: datetime = MONDAY) -> Collected:
    return finish_run(engine, begin_run(engine, "portal", at=at), crawl=lambda: crawl, clock=lambda: at)


def counted(run: Run) -> dict[str, int]:
    names = ("found", "new", "changed", "unchanged", "vanished", "problems")
    return {name: getattr(run, name) for name in names if getattr(run, name)}


def call_of(engine: Engine, ref: str = "1") -> Call:
    with session_scope(engine) as session:
        return calls.sightings(session, "portal")[ref].call


def history(engine: Engine, ref: str = "1") -> list[tuple[str, object, object]]:
    call = call_of(engine, ref)
    with session_scope(engine) as session:
        return [(change.field, change.old, change.new) for change in calls.changes(session, call.id)]


def dump(engine: Engine, *, without: tuple[str, ...] = ("runs",)) -> dict[str, list[tuple[object, ...]]]:
    """Give all rows of all tables but `last_seen`, which every reading moves."""
    tables = MetaData()
    tables.reflect(engine)
    with engine.connect() as connection:
        return {
            table.name: [
                tuple(row)
                for row in connection.execute(
                    select(*(column for column in table.columns if column.name != "last_seen")).order_by(
                        *table.primary_key.columns
                    )
                )
            ]
            for table in tables.sorted_tables
            if table.name not in without
        }


def test_a_reading_is_counted_and_kept(engine: Engine) -> None:
    first = read(engine, reading(open_call("1"), open_call("2"), programme_of("3", "life")))
    assert counted(first.run) == {"found": 3, "new": 3}
    assert first.run.state is RunState.GOOD
    assert first.run.programmes == {"": 2, "life": 1}
    second = read(
        engine,
        reading(
            open_call("1"),
            open_call("2", action_type="IA"),
            open_call("4"),
            problems=(RowProblem("3", "no title", "title"),),
        ),
        at=MONDAY + DAY,
    )
    assert counted(second.run) == {"found": 3, "new": 1, "changed": 1, "unchanged": 1, "problems": 1}
    assert history(engine, "2") == [("action_type", "", "IA")]
    with session_scope(engine) as session:
        assert runs.latest(session, "portal") == [second.run, first.run]


def programme_of(ref: str, programme: str) -> CallData:
    return open_call(ref, programme=programme)


def test_reading_the_same_twice_changes_nothing(engine: Engine) -> None:
    same = reading(FULL, open_call("1"), replace(FULL, source_ref="2", identifier="OTHER"))
    read(engine, same)
    before = dump(engine)
    assert inspect(engine).get_table_names()
    assert before["calls"], "the dump sees the calls"
    again = read(engine, same, at=MONDAY + DAY)
    assert counted(again.run) == {"found": 3, "unchanged": 3}
    assert dump(engine) == before
    assert call_of(engine).last_seen == MONDAY + DAY
    assert call_of(engine).first_seen == MONDAY


def test_absence_on_three_different_days_makes_a_call_vanish(engine: Engine) -> None:
    read(engine, reading(open_call("1"), open_call("2")))
    without = reading(open_call("2"))
    outcomes = [read(engine, without, at=MONDAY + day * DAY).run.vanished for day in (1, 3, 7, 8)]
    assert outcomes == [0, 0, 1, 0]
    assert call_of(engine).status_at(MONDAY + 8 * DAY) is Status.VANISHED
    assert history(engine) == [("vanished", None, MONDAY + 7 * DAY)]
    assert call_of(engine, "2").vanished_at is None


def test_two_absences_on_one_day_count_once_and_the_day_is_that_of_brussels(engine: Engine) -> None:
    read(engine, reading(open_call("1"), open_call("2")))
    late = datetime(2026, 11, 24, 22, 50, tzinfo=UTC)  # 23.50 in Brussels
    for minutes in (-600, -300, 0, 9):
        read(engine, reading(open_call("2")), at=late + timedelta(minutes=minutes))
    assert call_of(engine).vanished_at is None
    read(engine, reading(open_call("2")), at=late + timedelta(minutes=10))  # the 25th has begun
    assert call_of(engine).vanished_at is None
    read(engine, reading(open_call("2")), at=late + DAY + timedelta(minutes=10))
    assert call_of(engine).vanished_at == late + DAY + timedelta(minutes=10)


def test_a_call_that_is_seen_in_between_starts_its_absence_anew(engine: Engine) -> None:
    here, gone = reading(open_call("1"), open_call("2")), reading(open_call("2"))
    for day, crawl in enumerate([here, gone, gone, here, gone, gone]):
        assert read(engine, crawl, at=MONDAY + day * DAY).run.vanished == 0
    assert call_of(engine).vanished_at is None


def vanish(engine: Engine) -> datetime:
    """Let call 1 vanish; gives the day after."""
    read(engine, reading(open_call("1"), open_call("2")))
    for day in (1, 2, 3):
        read(engine, reading(open_call("2")), at=MONDAY + day * DAY)
    assert call_of(engine).vanished_at == MONDAY + 3 * DAY
    return MONDAY + 4 * DAY


def test_a_vanished_call_that_is_back_is_a_change_and_open_again(engine: Engine) -> None:
    back = vanish(engine)
    outcome = read(engine, reading(open_call("1"), open_call("2")), at=back)
    assert counted(outcome.run) == {"found": 2, "changed": 1, "unchanged": 1}
    assert call_of(engine).status_at(back) is Status.OPEN
    assert history(engine) == [("vanished", None, MONDAY + 3 * DAY), ("vanished", MONDAY + 3 * DAY, None)]
    assert read(engine, reading(open_call("2")), at=back + DAY).run.vanished == 0


def test_a_vanished_call_whose_row_is_back_but_broken_is_not_vanished_any_more(engine: Engine) -> None:
    back = vanish(engine)
    read(engine, reading(open_call("2"), problems=(RowProblem("1", "no title"),)), at=back)
    assert call_of(engine).vanished_at is None


def test_a_row_that_could_not_be_understood_counts_as_seen(engine: Engine) -> None:
    read(engine, reading(open_call("1"), open_call("2")))
    broken = reading(open_call("2"), problems=(RowProblem("1", "no title"),))
    for day in range(1, 6):
        read(engine, broken, at=MONDAY + day * DAY)
    assert call_of(engine).vanished_at is None
    assert call_of(engine).last_seen == MONDAY + 5 * DAY
    assert history(engine) == []


def test_a_problem_with_an_unknown_row_is_counted_and_keeps_nothing(engine: Engine) -> None:
    outcome = read(engine, reading(open_call("1"), problems=(RowProblem("99", "no title"),)))
    assert counted(outcome.run) == {"found": 1, "new": 1, "problems": 1}
    with session_scope(engine) as session:
        assert set(calls.sightings(session, "portal")) == {"1"}


def test_absence_from_an_increment_says_nothing(engine: Engine) -> None:
    read(engine, reading(open_call("1"), listing=Listing.INCREMENT))
    for day in range(1, 6):
        read(engine, reading(listing=Listing.INCREMENT), at=MONDAY + day * DAY)
    assert call_of(engine).vanished_at is None


def test_a_gap_in_dutch_blocks_absence_only_for_calls_seen_in_dutch(engine: Engine) -> None:
    both = open_call("1", texts=(CallText("en", "Title"), DUTCH))
    read(engine, reading(both, open_call("2"), open_call("3")))
    half = reading(open_call("3"), gaps=(Gap("nl", "the server refused"),))
    for day in (1, 2, 3):
        outcome = read(engine, half, at=MONDAY + day * DAY)
    assert outcome.run.state is RunState.PARTIAL
    assert outcome.run.gaps == ("nl: the server refused",)
    assert outcome.run.vanished == 1
    assert call_of(engine, "1").vanished_at is None
    assert call_of(engine, "2").vanished_at == MONDAY + 3 * DAY


def test_a_call_past_its_last_moment_is_closed_and_not_vanished(engine: Engine) -> None:
    closing = open_call("1", deadlines=(Deadline(dt.date(2026, 11, 24)),))
    read(engine, reading(closing, open_call("2")))
    for day in range(2, 6):
        assert read(engine, reading(open_call("2")), at=MONDAY + day * DAY).run.vanished == 0
    assert call_of(engine).status_at(MONDAY + 6 * DAY) is Status.CLOSED
    assert history(engine) == []


def test_absence_before_the_last_day_never_counts_once_the_call_is_closed(engine: Engine) -> None:
    closing = open_call("1", deadlines=(Deadline(dt.date(2026, 11, 25)),))
    read(engine, reading(closing, open_call("2")))
    for day in range(1, 6):  # absent on the 24th and 25th, closed from the 26th on
        read(engine, reading(open_call("2")), at=MONDAY + day * DAY)
    assert call_of(engine).vanished_at is None


def test_a_failed_reading_leaves_its_run_row_and_nothing_else(engine: Engine) -> None:
    read(engine, reading(open_call("1")))
    before = dump(engine)
    error = ContractError("page 2 was asked, page 3 came", url="http://127.0.0.1/search")

    def fails() -> Crawl:
        raise error

    run = begin_run(engine, "portal", at=MONDAY + DAY)
    outcome = finish_run(engine, run, crawl=fails, clock=lambda: MONDAY + DAY)
    assert outcome.error is error
    assert error.source == "portal"
    assert (outcome.run.state, outcome.run.error_code) == (RunState.FAILED, "ContractError")
    assert dump(engine) == before
    assert call_of(engine).last_seen == MONDAY
    with session_scope(engine) as session:
        assert runs.latest(session, "portal")[0] == outcome.run


@pytest.mark.parametrize(
    ("error", "state"),
    [(KeyError("metadata"), RunState.FAILED), (KeyboardInterrupt(), RunState.ABANDONED)],
)
def test_a_bug_and_a_ctrl_c_are_raised_and_noted(
    engine: Engine, error: BaseException, state: RunState
) -> None:
    read(engine, reading(open_call("1")))
    before = dump(engine)

    def breaks() -> Crawl:
        raise error

    run = begin_run(engine, "portal", at=MONDAY + DAY)
    with pytest.raises(type(error)):
        finish_run(engine, run, crawl=breaks, clock=lambda: MONDAY + DAY)
    assert dump(engine) == before
    with session_scope(engine) as session:
        noted = runs.latest(session, "portal")[0]
    assert (noted.state, noted.error_code) == (state, type(error).__name__)


def test_what_breaks_while_it_is_stored_is_undone_as_a_whole(engine: Engine) -> None:
    read(engine, reading(open_call("1")))
    before = dump(engine)
    twice = reading(open_call("1", action_type="IA"), open_call("2"), open_call("2"))
    with pytest.raises(IntegrityError):  # one reference twice is a bug of the source
        read(engine, twice, at=MONDAY + DAY)
    assert dump(engine) == before
    with session_scope(engine) as session:
        assert runs.latest(session, "portal")[0].state is RunState.FAILED


def test_moves_of_the_status_are_in_the_history(engine: Engine) -> None:
    coming = open_call("1", claim=Claim.FORTHCOMING, deadlines=(Deadline(dt.date(2026, 11, 26)),))
    read(engine, reading(coming, open_call("2")))
    moves = [project(engine, MONDAY)]
    read(engine, reading(replace(coming, claim=Claim.OPEN), open_call("2")), at=MONDAY + DAY)
    moves += [
        project(engine, MONDAY + DAY),
        project(engine, MONDAY + 3 * DAY),
        project(engine, MONDAY + 4 * DAY),
    ]
    assert moves == [
        {},
        {1: (Status.FORTHCOMING, Status.OPEN)},
        {},
        {1: (Status.OPEN, Status.CLOSED)},
    ]
    assert [change for change in history(engine) if change[0] == "status"] == [
        ("status", "forthcoming", "open"),
        ("status", "open", "closed"),
    ]
    assert project(engine, MONDAY + 5 * DAY) == {}
    assert history(engine, "2") == []


def project(engine: Engine, now: datetime) -> dict[int, tuple[Status, Status]]:
    with session_scope(engine) as session:
        return refresh_projections(session, HAARLEM, now=now)
