"""One call, many sources: joined by identifier or address, led by the publisher; people decide the rest."""

import datetime as dt
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from db import calls, deliveries, feedback, watching
from db.engine import Engine, session_scope
from scrapers.contract import Crawl, Gap, Listing
from scrapers.registry import sources
from tests.db.samples import data
from tracker.core.call import Call, CallData, CallText, Claim, Deadline, Fact, FactName
from tracker.core.delivery import Channel, DeliveryState, Line, LineReason
from tracker.core.errors import UsageError
from tracker.core.feedback import Verdict
from tracker.core.run import Run
from tracker.ingest import Standing, begin_run, finish_run
from tracker.joining import disagreements, join, likeness_of, proposals

MONDAY = datetime(2026, 11, 23, 6, 30, tzinfo=UTC)
DAY = timedelta(days=1)
ON_FIRST, ON_SECOND = (Deadline(dt.date(2027, 2, 1)),), (Deadline(dt.date(2027, 2, 15), dt.time(17)),)
PUBLISHED_AT = "https://funding.example.org/topic/LIFE-2027-HEAT"
STANDING = Standing(
    authority={source.name: source.authority for source in sources()},
    borrowed_identifiers=frozenset(source.name for source in sources() if not source.own_identifiers),
)


def call(source: str, ref: str = "1", **said: object) -> CallData:
    values: dict[str, object] = {
        "source": source,
        "identifier": "LIFE-2027-HEAT",
        "url": f"https://{source}.example.org/{ref}",
        "texts": (CallText("en", f"Heat for districts, by {source}"),),
        "claim": Claim.OPEN,
        "deadlines": ON_FIRST,
        **said,
    }
    return data(ref, **values)


def read(engine: Engine, *said: CallData, at: datetime = MONDAY, gaps: tuple[Gap, ...] = ()) -> Run:
    """Store a complete reading of the source that these calls are of."""
    crawl = Crawl(listing=Listing.COMPLETE, calls=said, gaps=gaps)
    return read_crawl(engine, said[0].source, crawl, at=at)


def read_crawl(engine: Engine, source: str, crawl: Crawl, *, at: datetime) -> Run:
    run = begin_run(engine, source, at=at)
    return finish_run(engine, run, crawl=lambda: crawl, clock=lambda: at, standing=STANDING).run


def stored(engine: Engine) -> list[Call]:
    with session_scope(engine) as session:
        return calls.all_calls(session)


def seen(engine: Engine, call_id: int) -> dict[str, bool]:
    """Give the sources that show a call, and which of them leads."""
    with session_scope(engine) as session:
        return {one.source: one.leads for one in calls.sightings_of(session, call_id)}


def history(engine: Engine, call_id: int) -> list[tuple[str, object, object]]:
    with session_scope(engine) as session:
        return [(change.field, change.old, change.new) for change in calls.changes(session, call_id)]


PORTAL, LISTED = call("portal", "59000101"), call("euroaccess", "9111", deadlines=ON_SECOND)


@pytest.mark.parametrize("order", [(PORTAL, LISTED), (LISTED, PORTAL)], ids=["portal first", "list first"])
def test_a_call_in_two_sources_is_one_and_its_publisher_leads(
    engine: Engine, order: tuple[CallData, CallData]
) -> None:
    for one in order:
        read(engine, one)
    (kept,) = stored(engine)
    assert seen(engine, kept.id) == {"portal": True, "euroaccess": False}
    assert (kept.data.source, kept.data.source_ref) == ("portal", "59000101")
    assert kept.data.deadlines == ON_FIRST
    assert kept.data.title == "Heat for districts, by portal"


def test_a_publisher_that_takes_over_writes_history(engine: Engine) -> None:
    read(engine, LISTED)
    before = stored(engine)[0]
    read(engine, PORTAL, at=MONDAY + DAY)
    (after,) = stored(engine)
    assert (after.id, after.first_seen) == (before.id, MONDAY)
    changes = {field: (old, new) for field, old, new in history(engine, after.id)}
    assert changes["deadlines"] == (ON_SECOND, ON_FIRST)
    assert "source" not in changes


def test_identifiers_are_the_same_in_any_case(engine: Engine) -> None:
    read(engine, PORTAL)
    read(engine, replace(LISTED, identifier="life-2027-heat"))
    assert len(stored(engine)) == 1


def test_a_sighting_that_does_not_lead_changes_neither_the_call_nor_its_history(engine: Engine) -> None:
    read(engine, PORTAL)
    read(engine, LISTED)
    (before,) = stored(engine)
    moved = (Deadline(dt.date(2027, 5, 1)),)
    run = read(engine, replace(LISTED, deadlines=moved, action_type="IA"), at=MONDAY + DAY)
    (after,) = stored(engine)
    assert run.changed == 1
    assert after.data == before.data
    assert history(engine, after.id) == []
    with session_scope(engine) as session:
        assert calls.sightings(session, "euroaccess")["9111"].data.deadlines == moved
    assert read(engine, replace(LISTED, deadlines=moved, action_type="IA"), at=MONDAY + 2 * DAY).changed == 0


def test_only_another_deadline_is_a_disagreement(engine: Engine) -> None:
    read(engine, PORTAL)
    read(engine, LISTED)
    read(engine, call("interreg", "7", deadlines=(Deadline(dt.date(2027, 2, 1), dt.time(12)),)))
    read(engine, call("culture", "8", deadlines=()))
    (kept,) = stored(engine)
    with session_scope(engine) as session:
        found = disagreements(kept, calls.sightings_of(session, kept.id))
    assert [one.source for one in found] == ["euroaccess"]


def test_a_call_is_joined_by_the_publishers_address_that_a_list_gives(engine: Engine) -> None:
    link = (Fact(FactName.LINK, PUBLISHED_AT, PUBLISHED_AT),)
    read(engine, call("urban-initiative", "fifth-call", identifier="eui-5", url=PUBLISHED_AT))
    read(engine, call("euroaccess", "9", identifier="euroaccess-9", facts=link))
    (kept,) = stored(engine)
    assert seen(engine, kept.id) == {"urban-initiative": True, "euroaccess": False}


def test_cascade_calls_are_never_joined_by_the_identifier_that_they_borrow(engine: Engine) -> None:
    read(engine, call("portal-cascade", "12001"), call("portal-cascade", "12002"))
    read(engine, PORTAL)
    read(engine, LISTED)
    assert len(stored(engine)) == 3
    (led,) = [one for one in stored(engine) if one.data.source == "portal"]
    assert seen(engine, led.id) == {"portal": True, "euroaccess": False}
    read(engine, call("portal-cascade", "12003"))
    assert len(stored(engine)) == 4


def test_a_cascade_call_is_joined_by_its_own_address(engine: Engine) -> None:
    cascade = call("portal-cascade", "12001", url=PUBLISHED_AT)
    link = (Fact(FactName.LINK, PUBLISHED_AT, PUBLISHED_AT),)
    read(engine, cascade)
    read(engine, call("euroaccess", "9", facts=link))
    (kept,) = stored(engine)
    assert seen(engine, kept.id) == {"portal-cascade": True, "euroaccess": False}


def test_calls_of_one_source_are_never_joined(engine: Engine) -> None:
    read(engine, call("portal", "1", url=PUBLISHED_AT), call("portal", "2", url=PUBLISHED_AT))
    assert len(stored(engine)) == 2


def test_a_call_with_two_twins_is_kept_apart_and_proposed(engine: Engine) -> None:
    title = (CallText("en", "Heat for districts and towns"),)
    read(engine, call("portal", "1", texts=title), call("portal", "2", texts=title))
    read(engine, call("euroaccess", "9", texts=title))
    assert len(stored(engine)) == 3
    with session_scope(engine) as session:
        found = proposals(session, now=MONDAY)
    assert [{pair.one.data.source, pair.other.data.source} for pair in found] == [
        {"portal", "euroaccess"}
    ] * 2
    assert [pair.likeness for pair in found] == [1.0, 1.0]


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("Heat for districts and towns", "Heat for Districts, and Towns!", 1.0),
        ("Warmte – in de wijk", "warmte in de wijk", 1.0),
        ("Heat for districts", "Art for villages", 0.2),
        ("", "", 0.0),
        ("Of", "Of", 0.0),  # no word that says anything
    ],
)
def test_titles_are_alike_by_the_words_that_they_share(one: str, other: str, alike: float) -> None:
    assert likeness_of(one, other) == pytest.approx(alike)
    assert likeness_of(other, one) == likeness_of(one, other)


LIKE = {"texts": (CallText("en", "Heat for districts and towns"),)}
ONE = call("portal", "1", **LIKE)
OTHER = call("interreg", "7", identifier="interreg-7", **LIKE)


@pytest.mark.parametrize(
    "unlike",
    [
        {"texts": (CallText("en", "Schools that cook"),)},
        {"deadlines": ON_SECOND},
        {"deadlines": ()},
        {"claim": Claim.CLOSED},
        {"source": "portal", "source_ref": "2"},
    ],
    ids=["title", "deadline", "no deadline", "closed", "same source"],
)
def test_what_is_not_alike_enough_is_not_proposed(engine: Engine, unlike: dict[str, object]) -> None:
    changed = replace(OTHER, **unlike)  # type: ignore[arg-type]  # each case names fields of CallData
    if changed.source == "portal":
        read(engine, ONE, changed)
    else:
        read(engine, ONE)
        read(engine, changed)
    with session_scope(engine) as session:
        assert proposals(session, now=MONDAY) == []


def pair_of(engine: Engine) -> tuple[Call, Call]:
    """Keep two calls that look alike; gives them, the portal's first."""
    read(engine, ONE)
    read(engine, OTHER)
    with session_scope(engine) as session:
        ((pair),) = proposals(session, now=MONDAY)
    return pair.one, pair.other


def test_what_a_person_joined_stays_joined_and_quiet(engine: Engine) -> None:
    keep, gone = pair_of(engine)
    with session_scope(engine) as session:
        join(session, keep, gone, standing=STANDING, now=MONDAY)
    assert seen(engine, keep.id) == {"portal": True, "interreg": False}
    for day in (1, 2):
        for said in (ONE, OTHER):
            run = read(engine, said, at=MONDAY + day * DAY)
            assert (run.new, run.changed, run.unchanged) == (0, 0, 1)
    (kept,) = stored(engine)
    assert kept.data == keep.data
    assert history(engine, keep.id) == []
    with session_scope(engine) as session:
        assert proposals(session, now=MONDAY) == []


@pytest.mark.parametrize("publisher_first", [True, False])
def test_the_publishers_word_leads_whichever_number_a_person_keeps(
    engine: Engine, publisher_first: bool
) -> None:
    portal, interreg = pair_of(engine)
    read(engine, replace(OTHER, deadlines=ON_SECOND), at=MONDAY + DAY)
    kept, gone = (portal, interreg) if publisher_first else (interreg, portal)
    kept, gone = (next(one for one in stored(engine) if one.id == two.id) for two in (kept, gone))
    with session_scope(engine) as session:
        join(session, kept, gone, standing=STANDING, now=MONDAY + 2 * DAY)
    (one,) = stored(engine)
    assert one.id == kept.id
    assert (one.data.source, one.data.identifier, one.data.deadlines) == (
        "portal",
        "LIFE-2027-HEAT",
        ON_FIRST,
    )
    assert seen(engine, one.id) == {"portal": True, "interreg": False}
    assert one.last_seen == kept.last_seen
    moves = [change for change in history(engine, one.id) if change == ("deadlines", ON_SECOND, ON_FIRST)]
    assert len(moves) == (not publisher_first), "the move is history where the other word was the call's"
    for said in (ONE, replace(OTHER, deadlines=ON_SECOND)):
        run = read(engine, said, at=MONDAY + 3 * DAY)
        assert (run.new, run.changed, run.unchanged) == (0, 0, 1)
    moved = (Deadline(dt.date(2027, 6, 1)),)
    read(engine, replace(ONE, deadlines=moved), at=MONDAY + 4 * DAY)
    assert stored(engine)[0].data.deadlines == moved


def test_a_call_kept_under_a_number_that_vanished_is_back_when_its_publisher_shows_it(
    engine: Engine,
) -> None:
    portal, interreg = pair_of(engine)
    assert absences(engine, "interreg") == 1
    lost = next(one for one in stored(engine) if one.id == interreg.id)
    with session_scope(engine) as session:
        join(session, lost, portal, standing=STANDING, now=MONDAY + 4 * DAY)
    (one,) = stored(engine)
    assert (one.id, one.vanished_at) == (interreg.id, None)
    assert ("vanished", MONDAY + 3 * DAY, None) in history(engine, one.id)


@pytest.mark.parametrize(
    ("dates", "disagree"), [(ON_FIRST, False), (ON_SECOND, True), ((), True)], ids=["same", "other", "none"]
)
def test_the_same_identifier_is_proposed_whatever_the_dates_and_titles(
    engine: Engine, dates: tuple[Deadline, ...], disagree: bool
) -> None:
    """A list that names the identifier only later is not joined by itself: people are asked."""
    read(engine, ONE)
    late = replace(OTHER, texts=(CallText("nl", "Warmte in de wijk"),), deadlines=dates)
    read(engine, late)
    with session_scope(engine) as session:
        assert proposals(session, standing=STANDING, now=MONDAY) == []
    read(engine, replace(late, identifier="Life 2027 Heat"), at=MONDAY + DAY)
    with session_scope(engine) as session:
        ((pair),) = proposals(session, standing=STANDING, now=MONDAY)
    assert (pair.same_identifier, pair.disagree) == (True, disagree)
    assert {pair.one.data.source, pair.other.data.source} == {"portal", "interreg"}
    with session_scope(engine) as session:
        watching.keep_apart(session, pair.one.id, pair.other.id, at=MONDAY)
        assert proposals(session, standing=STANDING, now=MONDAY) == []


def test_one_that_is_closed_is_proposed_by_the_identifier_of_one_that_is_open(engine: Engine) -> None:
    read(engine, ONE)
    read(engine, OTHER)
    read(engine, replace(OTHER, identifier="life-2027-heat", claim=Claim.CLOSED), at=MONDAY + DAY)
    with session_scope(engine) as session:
        ((pair),) = proposals(session, standing=STANDING, now=MONDAY)
    assert pair.same_identifier


def test_a_borrowed_identifier_proposes_nothing(engine: Engine) -> None:
    read(engine, call("portal-cascade", "12001", texts=(CallText("en", "Vouchers"),), deadlines=ON_SECOND))
    read(engine, ONE)
    with session_scope(engine) as session:
        assert proposals(session, standing=STANDING, now=MONDAY) == []


def test_what_a_person_kept_apart_is_not_proposed_again(engine: Engine) -> None:
    one, other = pair_of(engine)
    with session_scope(engine) as session:
        watching.keep_apart(session, other.id, one.id, at=MONDAY)
        watching.keep_apart(session, one.id, other.id, at=MONDAY)  # saying it twice is no error
    for said in (ONE, OTHER):
        assert read(engine, said, at=MONDAY + DAY).unchanged == 1
    with session_scope(engine) as session:
        assert watching.apart(session) == frozenset({(one.id, other.id)})
        assert proposals(session, now=MONDAY + DAY) == []
    assert len(stored(engine)) == 2


def test_what_contacts_were_told_of_a_joined_call_counts_for_the_call_that_stays(engine: Engine) -> None:
    keep, gone = pair_of(engine)
    line = Line(call_id=gone.id, reason=LineReason.NEW, priority="klimaat", deadline=dt.date(2027, 2, 1))
    with session_scope(engine) as session:
        made = deliveries.add(
            session,
            contact="a@example.org",
            edition="2026-W48",
            channel=Channel.FILE,
            subject="",
            message_id="<1@example.org>",
            message=b"",
            html="",
            lines=(line,),
            created_at=MONDAY,
        )
        deliveries.mark(session, made, DeliveryState.SENT, at=MONDAY)
    with session_scope(engine) as session:
        join(session, keep, gone, standing=STANDING, now=MONDAY)
    with session_scope(engine) as session:
        told = deliveries.told(session, "a@example.org", Channel.FILE)
    assert told == {keep.id: replace(line, call_id=keep.id)}


def test_the_history_of_a_joined_call_moves_along(engine: Engine) -> None:
    keep, gone = pair_of(engine)
    read(engine, replace(OTHER, action_type="IA"), at=MONDAY + DAY)
    with session_scope(engine) as session:
        join(session, keep, gone, standing=STANDING, now=MONDAY)
    assert history(engine, keep.id) == [("action_type", "", "IA")]


def test_calls_that_one_source_tells_apart_cannot_be_joined(engine: Engine) -> None:
    read(engine, call("portal", "1"), call("portal", "2"))
    one, other = stored(engine)
    with session_scope(engine) as session:
        with pytest.raises(UsageError, match="cannot be one"):
            join(session, one, other, now=MONDAY)
        with pytest.raises(UsageError, match="same call"):
            join(session, one, one, now=MONDAY)
    assert len(stored(engine)) == 2


def absences(engine: Engine, source: str, *, gaps: tuple[Gap, ...] = ()) -> int:
    """Read a listing without the call on three days; gives how many calls vanished by it."""
    empty = Crawl(listing=Listing.COMPLETE, calls=(), gaps=gaps)
    runs = [read_crawl(engine, source, empty, at=MONDAY + day * DAY) for day in (1, 2, 3)]
    return sum(run.vanished for run in runs)


def test_only_the_absence_of_the_leading_sighting_makes_a_call_vanish(engine: Engine) -> None:
    read(engine, PORTAL)
    read(engine, LISTED)
    assert absences(engine, "euroaccess") == 0
    assert stored(engine)[0].vanished_at is None
    assert absences(engine, "portal") == 1
    assert stored(engine)[0].vanished_at == MONDAY + 3 * DAY
    read(engine, LISTED, at=MONDAY + 4 * DAY)
    assert stored(engine)[0].vanished_at, "a list that lags does not bring it back"
    read(engine, PORTAL, at=MONDAY + 4 * DAY)
    assert stored(engine)[0].vanished_at is None


@pytest.mark.parametrize("part", ["page 2", "index", "fifth-call"])
def test_a_gap_that_is_no_language_blocks_absence(engine: Engine, part: str) -> None:
    read(engine, call("culture"))
    assert absences(engine, "culture", gaps=(Gap(part, "it broke off"),)) == 0
    assert stored(engine)[0].vanished_at is None
    assert absences(engine, "culture") == 1


def test_a_publisher_that_takes_over_brings_a_vanished_call_back(engine: Engine) -> None:
    read(engine, LISTED)
    assert absences(engine, "euroaccess") == 1
    read(engine, PORTAL, at=MONDAY + 4 * DAY)
    (kept,) = stored(engine)
    assert kept.vanished_at is None
    assert ("vanished", MONDAY + 3 * DAY, None) in history(engine, kept.id)


def test_the_address_that_a_list_gives_joins_whichever_comes_first(engine: Engine) -> None:
    link = (Fact(FactName.LINK, PUBLISHED_AT, PUBLISHED_AT),)
    read(engine, call("euroaccess", "9", identifier="euroaccess-9", facts=link))
    read(engine, call("urban-initiative", "fifth-call", identifier="eui-5", url=PUBLISHED_AT))
    (kept,) = stored(engine)
    assert seen(engine, kept.id) == {"urban-initiative": True, "euroaccess": False}


def test_what_reviewers_said_of_a_joined_call_moves_along(engine: Engine) -> None:
    keep, gone = pair_of(engine)
    verdict = Verdict(call_id=gone.id, priority="klimaat", wanted=True, at=MONDAY)
    with session_scope(engine) as session:
        feedback.add(session, "haarlem", verdict)
        join(session, keep, gone, standing=STANDING, now=MONDAY)
    with session_scope(engine) as session:
        assert [one.call_id for one in feedback.active(session, "haarlem")] == [keep.id]


def test_a_call_apart_from_a_joined_one_stays_apart(engine: Engine) -> None:
    keep, gone = pair_of(engine)
    third = call("culture", "8", identifier="culture-8", **LIKE)
    read(engine, third)
    (other,) = [one for one in stored(engine) if one.data.source == "culture"]
    with session_scope(engine) as session:
        watching.keep_apart(session, gone.id, other.id, at=MONDAY)
        join(session, keep, gone, standing=STANDING, now=MONDAY)
    with session_scope(engine) as session:
        assert proposals(session, now=MONDAY) == []
