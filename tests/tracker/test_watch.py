"""Watched pages, from the page to a call: a person confirms, and what a person said sticks."""

import datetime as dt
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from bs4 import BeautifulSoup

from db import calls, watching
from db.engine import Engine, session_scope
from db.watching import CandidateState, KeptCandidate
from scrapers.contract import Crawl, Listing, WatchedPage
from scrapers.platforms.page_watch import candidates_of, page_text
from tests.db.samples import data
from tracker import watch
from tracker.config import SHIPPED_PROFILE
from tracker.core.call import Call, CallData, Deadline, DeadlineKind, FactName
from tracker.core.errors import UsageError
from tracker.core.match import RegionFit
from tracker.core.run import Run
from tracker.ingest import Withdrawal, begin_run, enter, finish_run, withdraw
from tracker.joining import join
from tracker.profile_file import load_profile
from tracker.region import region_of

MONDAY = datetime(2026, 11, 23, 6, 30, tzinfo=UTC)
DAY = timedelta(days=1)
URL = "https://regio.example.org/openstellingen"
HAARLEM = load_profile(SHIPPED_PROFILE)


def page(until: str = "1 maart 2027, 17.00 uur", *, place: str = "West-Regio", more: str = "") -> WatchedPage:
    """Read a page of ours as the source does; its first passage closes on `until`."""
    html = f"""<html><body><main><h1>Openstellingen</h1>
        <h2>Openstelling warmte uit oppervlaktewater</h2>
        <p>Gemeenten kunnen aanvragen van 4 januari 2027, 09.00 uur tot en met {until}.
        Het subsidieplafond is € 3.250.000,-.</p>{more}</main></body></html>"""
    soup = BeautifulSoup(html, "lxml")
    return WatchedPage(
        name="kansen-voor-west",
        url=URL,
        text=page_text(soup),
        candidates=candidates_of(soup, page="kansen-voor-west", locale="nl", today=MONDAY.date()),
        programme="efro-west",
        place=place,
        neighbour=place == "IJmond",
    )


def read(engine: Engine, shown: WatchedPage, *, at: datetime = MONDAY) -> Run:
    crawl = Crawl(listing=Listing.INCREMENT, calls=(), watched=(shown,))
    return finish_run(
        engine, begin_run(engine, "page-watch", at=at), crawl=lambda: crawl, clock=lambda: at
    ).run


def waiting(engine: Engine, state: CandidateState | None = CandidateState.NEW) -> list[KeptCandidate]:
    with session_scope(engine) as session:
        return watching.candidates(session, state=state)


def confirm(engine: Engine, key: str, *, at: datetime = MONDAY) -> Call:
    """Confirm a candidate and store its call, as the command does."""
    with session_scope(engine) as session:
        said = watch.confirm(session, key)
        enter(session, watch.SOURCE, [said], now=at)
        return calls.sightings(session, "page-watch")[said.source_ref].call


SECOND = "<h2>Oproep circulair bouwen</h2><p>De oproep sluit op 1 april 2027. Er is € 2,4 mln.</p>"


def test_a_page_is_kept_and_its_passages_wait_but_are_no_calls(engine: Engine) -> None:
    run = read(engine, page(more=SECOND))
    assert (run.found, run.new) == (0, 0)
    assert {one.title for one in waiting(engine)} == {
        "Openstelling warmte uit oppervlaktewater",
        "Oproep circulair bouwen",
    }
    with session_scope(engine) as session:
        kept = watching.page(session, "kansen-voor-west")
        assert calls.all_calls(session) == []
    assert kept is not None
    assert "3.250.000" in kept.text
    assert kept.changed_at == MONDAY


def test_another_date_changes_the_page_and_its_candidate_but_makes_no_new_one(engine: Engine) -> None:
    read(engine, page())
    (before,) = waiting(engine)
    read(engine, page(), at=MONDAY + DAY)
    with session_scope(engine) as session:
        assert watch.page_changes(session) == []
    read(engine, page("1 juni 2027, 12.00 uur"), at=MONDAY + 2 * DAY)
    (after,) = waiting(engine)
    assert (after.key, after.first_seen, after.last_seen) == (before.key, MONDAY, MONDAY + 2 * DAY)
    assert before.deadline == Deadline(dt.date(2027, 3, 1), dt.time(17))
    assert after.deadline == Deadline(dt.date(2027, 6, 1), dt.time(12))
    with session_scope(engine) as session:
        kept = watching.page(session, "kansen-voor-west")
        (change,) = watch.page_changes(session)
    assert kept is not None
    assert (kept.read_at, kept.changed_at) == (MONDAY + 2 * DAY, MONDAY + 2 * DAY)
    assert (change.name, change.changed_at) == (kept.name, kept.changed_at)
    assert ["1 juni 2027" in line for line in change.came] == [True]
    assert ["1 maart 2027" in line for line in change.went] == [True]


def test_a_confirmed_passage_is_a_call_with_its_facts_sentence_and_region(engine: Engine) -> None:
    read(engine, page())
    (one,) = waiting(engine)
    call = confirm(engine, one.key[:6])
    said = call.data
    assert (said.source, said.source_ref, said.programme) == ("page-watch", one.key, "efro-west")
    assert said.opens_on == dt.date(2027, 1, 4)
    assert said.deadlines == (Deadline(dt.date(2027, 3, 1), dt.time(17)),)
    assert said.deadline_kind is DeadlineKind.FIXED
    assert said.budget.total == Decimal(3_250_000)
    assert {fact.name: fact.value for fact in said.facts} == {
        FactName.CONFIDENCE: "confirmed",
        FactName.PLACE: "West-Regio",
    }
    assert "1 maart 2027" in said.facts[0].sentence
    assert region_of(said, HAARLEM).fit is RegionFit.REGION
    assert waiting(engine) == []
    assert [each.key for each in waiting(engine, CandidateState.CONFIRMED)] == [one.key]


def test_a_page_for_neighbours_gives_calls_for_neighbours(engine: Engine) -> None:
    read(engine, page(place="IJmond"))
    call = confirm(engine, waiting(engine)[0].key)
    region = region_of(call.data, HAARLEM)
    assert region.fit is RegionFit.NEIGHBOUR
    assert "IJmond" in region.nl


@pytest.mark.parametrize("decided", [CandidateState.CONFIRMED, CandidateState.DISMISSED])
def test_what_a_person_said_sticks_when_the_page_moves_its_dates(
    engine: Engine, decided: CandidateState
) -> None:
    read(engine, page())
    (one,) = waiting(engine)
    if decided is CandidateState.CONFIRMED:
        confirm(engine, one.key)
    else:
        with session_scope(engine) as session:
            assert watch.dismiss(session, one.key).title == one.title
    read(engine, page("1 juni 2027, 17.00 uur"), at=MONDAY + DAY)
    read(engine, page("1 juli 2027, 17.00 uur"), at=MONDAY + 2 * DAY)
    assert waiting(engine) == []
    assert [each.key for each in waiting(engine, decided)] == [one.key]
    with session_scope(engine) as session:
        assert len(calls.all_calls(session)) == (decided is CandidateState.CONFIRMED)


def test_confirming_again_brings_the_moved_date_with_history(engine: Engine) -> None:
    read(engine, page())
    (one,) = waiting(engine)
    confirm(engine, one.key)
    again = confirm(engine, one.key, at=MONDAY + DAY)
    with session_scope(engine) as session:
        assert calls.changes(session, again.id) == []
    read(engine, page("1 juni 2027, 17.00 uur"), at=MONDAY + DAY)
    moved = confirm(engine, one.key, at=MONDAY + 2 * DAY)
    assert moved.data.deadlines == (Deadline(dt.date(2027, 6, 1), dt.time(17)),)
    with session_scope(engine) as session:
        changed = {change.field: (change.old, change.new) for change in calls.changes(session, moved.id)}
    assert changed["deadlines"] == (again.data.deadlines, moved.data.deadlines)


def test_reading_a_page_does_not_touch_the_calls_confirmed_from_it(engine: Engine) -> None:
    read(engine, page(more=SECOND))
    for one in waiting(engine):
        confirm(engine, one.key)
    for day in range(1, 6):
        assert read(engine, page(), at=MONDAY + day * DAY).vanished == 0
    with session_scope(engine) as session:
        kept = calls.all_calls(session)
    assert len(kept) == 2
    assert all(call.vanished_at is None for call in kept)


def dismiss(engine: Engine, key: str, *, at: datetime) -> Withdrawal | None:
    """Dismiss a candidate and deal with its call, as the command does."""
    with session_scope(engine) as session:
        gone = watch.dismiss(session, key)
        return withdraw(session, watch.SOURCE, gone.key, because="no call", now=at)


def test_a_dismissed_call_that_another_source_shows_stays_as_that_source_has_it(engine: Engine) -> None:
    read(engine, page())
    confirmed = confirm(engine, waiting(engine)[0].key)
    shown = data("monument", source="manual", deadlines=(Deadline(dt.date(2027, 5, 1)),))
    with session_scope(engine) as session:
        enter(session, "manual", [shown], now=MONDAY)
        own = calls.sightings(session, "manual")["monument"].call
        join(session, confirmed, own, now=MONDAY)
    lost = dismiss(engine, confirmed.data.source_ref, at=MONDAY + DAY)
    assert lost is not None
    assert (lost.call.id, lost.still_at) == (confirmed.id, "manual")
    with session_scope(engine) as session:
        (kept,) = calls.all_calls(session)
        moved = {change.field: (change.old, change.new) for change in calls.changes(session, kept.id)}
    assert (kept.id, kept.data.source, kept.vanished_at) == (confirmed.id, "manual", None)
    assert moved["deadlines"] == (confirmed.data.deadlines, shown.deadlines)


def test_a_passage_that_leaves_its_page_is_shown_while_its_call_is_open(engine: Engine) -> None:
    read(engine, page(more=SECOND))
    second = next(one for one in waiting(engine) if one.title == "Oproep circulair bouwen")
    confirm(engine, second.key)
    read(engine, page(), at=MONDAY + DAY)

    def left(now: datetime) -> list[str]:
        with session_scope(engine) as session:
            return [one.candidate.key for one in watch.passages(session, now=now) if one.has_left]

    assert left(MONDAY + DAY) == [second.key]
    assert left(MONDAY + 200 * DAY) == [], "its day is past: the call is closed"
    read(engine, page(more=SECOND), at=MONDAY + 2 * DAY)
    assert left(MONDAY + 2 * DAY) == []


def asked_about(engine: Engine, now: datetime) -> list[str]:
    with session_scope(engine) as session:
        return [one.candidate.key for one in watch.passages(session, now=now)]


def keep_as_is(engine: Engine, key: str) -> None:
    with session_scope(engine) as session:
        watch.keep_as_is(session, key)


def test_a_call_that_is_kept_after_its_passage_left_waits_no_more_until_the_page_changes(
    engine: Engine,
) -> None:
    read(engine, page(more=SECOND))
    second = next(one for one in waiting(engine) if one.title == "Oproep circulair bouwen")
    confirm(engine, second.key)
    first = next(one for one in waiting(engine))
    confirm(engine, first.key)
    read(engine, page(), at=MONDAY + DAY)
    assert asked_about(engine, MONDAY + DAY) == [second.key]
    keep_as_is(engine, second.key[:8])
    assert asked_about(engine, MONDAY + DAY) == []
    read(engine, page(), at=MONDAY + 2 * DAY)
    assert asked_about(engine, MONDAY + 2 * DAY) == []
    with session_scope(engine) as session:
        shown = {one.candidate.key: one for one in watch.passages(session, every=True, now=MONDAY + DAY)}
        assert shown[second.key].has_left
        assert all(call.vanished_at is None for call in calls.all_calls(session))
    read(engine, page("1 juni 2027, 17.00 uur"), at=MONDAY + 3 * DAY)
    assert set(asked_about(engine, MONDAY + 3 * DAY)) == {first.key, second.key}


def test_a_change_that_is_refused_leaves_the_call_as_it_was_confirmed(engine: Engine) -> None:
    read(engine, page())
    (one,) = waiting(engine)
    confirmed = confirm(engine, one.key)
    read(engine, page("1 juni 2027, 17.00 uur"), at=MONDAY + DAY)
    keep_as_is(engine, one.key)
    assert asked_about(engine, MONDAY + DAY) == []
    with session_scope(engine) as session:
        assert calls.all_calls(session) == [confirmed]
    moved = confirm(engine, one.key, at=MONDAY + 2 * DAY)
    assert moved.data.deadlines == (Deadline(dt.date(2027, 6, 1), dt.time(17)),)
    assert asked_about(engine, MONDAY + 2 * DAY) == []


@pytest.mark.parametrize("decided", [CandidateState.NEW, CandidateState.DISMISSED])
def test_only_a_passage_that_is_a_call_can_be_kept_as_it_is(engine: Engine, decided: CandidateState) -> None:
    read(engine, page())
    (one,) = waiting(engine)
    if decided is CandidateState.DISMISSED:
        with session_scope(engine) as session:
            watch.dismiss(session, one.key)
    with pytest.raises(UsageError, match="is no call"):
        keep_as_is(engine, one.key)
    assert [each.key for each in waiting(engine, decided)] == [one.key]


@pytest.mark.parametrize("key", ["", "zz", "0" * 16])
def test_a_key_of_no_candidate_says_where_to_look(engine: Engine, key: str) -> None:
    read(engine, page())
    with session_scope(engine) as session:
        with pytest.raises(UsageError, match=r"There is no candidate .*tracker watch list"):
            watch.confirm(session, key)
        with pytest.raises(UsageError, match="There is no candidate"):
            watch.dismiss(session, key)
    assert len(waiting(engine)) == 1


def test_a_key_of_two_candidates_asks_for_more_of_it(engine: Engine) -> None:
    read(engine, page())
    (one,) = waiting(engine)
    with session_scope(engine) as session:
        watching.keep_candidates(session, [replace(one, key=one.key[:8] + "x")])
        with pytest.raises(UsageError, match=r"2 candidates start with .*give more of the key"):
            watch.find(session, one.key[:8])
        assert watch.find(session, one.key).key == one.key


def own_call() -> CallData:
    return data("workshops", source="manual", identifier="workshops", url=URL)


@pytest.mark.parametrize("own_first", [True, False])
def test_a_call_of_another_source_on_the_same_page_stays_a_call_of_its_own(
    engine: Engine, own_first: bool
) -> None:
    """A watched page announces many calls: its address says nothing about which one is meant."""

    def enter() -> None:
        crawl = Crawl(listing=Listing.INCREMENT, calls=(own_call(),))
        run = begin_run(engine, "manual", at=MONDAY)
        finish_run(engine, run, crawl=lambda: crawl, clock=lambda: MONDAY)

    read(engine, page())
    if own_first:
        enter()
    confirm(engine, waiting(engine)[0].key)
    if not own_first:
        enter()
    with session_scope(engine) as session:
        assert {call.data.title for call in calls.all_calls(session)} == {
            "Title workshops",
            "Openstelling warmte uit oppervlaktewater",
        }
