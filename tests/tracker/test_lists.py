"""Lists of calls: SQL against plain Python over the demo's calls, on both databases."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, event, update

from db import calls, matches, people, reviews
from db.engine import Engine, session_scope
from db.models import CallRow
from tests.databases import BACKENDS, new_postgresql_database
from tests.tracker.list_oracle import Oracle, read_all
from tracker.app import App
from tracker.config import load_settings
from tracker.core.call import CallText, Status
from tracker.core.match import RegionFit
from tracker.core.person import Person, Role
from tracker.core.profile import Domain, Strength
from tracker.core.review import RejectionReason, Review, ReviewState
from tracker.demo.portal import rows
from tracker.demo.server import PortalStandIn
from tracker.demo.web import WebStandIn
from tracker.lists import Filters, Found, Row, Sort, everything, find, relaxations


@dataclass(frozen=True, repr=False)
class Desk:
    """The demo's calls, some of them decided on by two people, and what is asked of them."""

    app: App
    me: Person
    other: Person
    oracle: Oracle

    def find(self, filters: Filters) -> Found:
        return find(self.app.engine, self.app.municipality, filters, now=self.oracle.now, person=self.me)

    def everything(self, filters: Filters) -> tuple[Row, ...]:
        return everything(
            self.app.engine, self.app.municipality, filters, now=self.oracle.now, person=self.me
        )


@pytest.fixture(scope="module", params=BACKENDS)
def desk(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    app = App(
        settings=load_settings({**_settings(request, tmp_path_factory.mktemp("lists")), "request_delay": 0})
    )
    now = app.now()
    with PortalStandIn(rows(now.date())) as portal, WebStandIn(now.date()) as web:
        addresses = {"sedia": portal.url, **web.addresses}
        app = replace(app, settings=app.settings.model_copy(update={"source_urls": addresses}))
        app.prepare_database()
        list(app.collect((), progress=lambda _source, _count: None))
        app.rank()
    _fit_twice(app.engine, app.municipality.slug)
    me, other = _decide(app.engine, app.municipality.slug, now)
    known = read_all(app.engine, app.municipality.slug)
    yield Desk(app, me, other, Oracle(known, app.municipality, now, me.id))
    app.engine.dispose()


def _settings(request: pytest.FixtureRequest, folder: Path) -> dict[str, object]:
    if request.param == "sqlite":
        return {"database_url": f"sqlite:///{folder / 'lists.db'}"}
    return {"database_url": new_postgresql_database(request.getfixturevalue("postgresql_server"))}


def _fit_twice(engine: Engine, profile: str) -> None:
    """Let what fits well fit one more priority a little: the demo's calls fit one each."""
    with session_scope(engine) as session:
        ranked = matches.ranked(session, profile)
        held = [match for _, match in (*ranked, *matches.ranked(session, profile, blocked=True))]
        taken = {match.call_id for match in held if match.priority == "inkoop"}
        also = [
            replace(match, priority="inkoop", strength=Strength.POSSIBLE, score=0.01, rank=900 + number)
            for number, (_, match) in enumerate(ranked)
            if match.strength.rank >= Strength.GOOD.rank and match.call_id not in taken
        ]
        matches.replace(session, profile, [*held, *also])


def _decide(engine: Engine, profile: str, now: datetime) -> tuple[Person, Person]:
    """Let two people decide on half of the calls, and let some calls change, long ago and just now."""
    random = Random(12)
    with session_scope(engine) as session:
        me, other = (
            people.add(
                session,
                email=f"{name}@example.org",
                name=name,
                language="nl",
                domains=(),
                role=Role.REVIEWER,
                password_hash="",
                at=now,
            )
            for name in ("me", "other")
        )
        for call in calls.all_calls(session)[::3]:
            first_seen = now - timedelta(days=random.randint(11, 60))
            session.execute(update(CallRow).where(CallRow.id == call.id).values(first_seen=first_seen))
        for call in calls.all_calls(session)[::2]:
            state = random.choice(list(ReviewState))
            review = Review(
                call_id=call.id,
                state=state,
                reason=RejectionReason.NO_ROLE if state is ReviewState.NOT_FOR_US else None,
                person_id=random.choice([None, me.id, other.id]),
                domain=random.choice([None, *Domain]),
                version=1,
                updated_at=now,
            )
            reviews.put(session, profile, review)
            at = now - timedelta(days=random.randint(0, 30))
            if random.random() < 0.5:
                calls.record_status(session, call.id, old="forthcoming", new="open", at=at, run_id=None)
    return me, other


def some(values: Iterable[object]) -> st.SearchStrategy[tuple[object, ...]]:
    return st.lists(st.sampled_from(list(values)), max_size=3, unique=True).map(tuple)


def maybe(strategy: st.SearchStrategy[object]) -> st.SearchStrategy[object]:
    """Mostly nothing: filters that all narrow find nothing, which proves little."""
    return st.one_of(st.none(), st.none(), st.none(), strategy)


FILTERS = st.fixed_dictionaries(
    {"sort": st.sampled_from(Sort)},
    optional={
        "text": st.lists(
            st.sampled_from(["energie", "CITIES", "gemeente", "één", "klimaat", "LIFE-", "(water)", "100%"]),
            max_size=2,
        ).map(" ".join),
        "priority": some(["klimaat", "inkoop", "sociaal", "cultuur", "circulair", "nergens"]),
        "status": some(Status).filter(bool),
        "programme": some(["horizon-europe", "life", "creative-europe", "interreg-nwe", "nergens"]),
        "source": some(["portal", "portal-cascade", "interreg", "culture", "nergens"]),
        "domain": some(Domain),
        "deadline_from": maybe(st.dates(date(2026, 1, 1), date(2027, 12, 31))),
        "deadline_to": maybe(st.dates(date(2026, 1, 1), date(2028, 12, 31))),
        "days": maybe(st.integers(0, 400)),
        "decide_within": maybe(st.integers(0, 400)),
        "budget_min": maybe(st.integers(0, 20_000_000)),
        "budget_max": maybe(st.integers(0, 20_000_000)),
        "budget_unknown": st.booleans(),
        "strength": maybe(st.sampled_from(Strength)),
        "region": some(RegionFit),
        "state": some(ReviewState),
        "assignee": st.sampled_from(["", "", "me", "none", "2", "77"]),
        "news": maybe(st.integers(0, 40)),
    },
).map(lambda chosen: Filters(**chosen))  # type: ignore[arg-type]  # the recipes follow the fields


@settings(max_examples=100, deadline=None)
@given(filters=FILTERS)
def test_any_filters_give_what_plain_python_gives(desk: Desk, filters: Filters) -> None:
    found = desk.find(filters.but(per_page=100))
    expected = desk.oracle.ids(filters)
    assert [row.call.id for row in desk.everything(filters)] == expected
    assert [row.call.id for row in found.rows] == expected[:100]
    assert found.total == len(expected)
    assert found.counts.states == desk.oracle.states(filters)
    assert found.counts.strengths == desk.oracle.strengths(filters)
    assert found.counts.priorities == desk.oracle.priorities(filters)


def test_each_filter_alone_narrows_or_orders(desk: Desk) -> None:
    today, usual = desk.oracle.today, desk.oracle.ids(Filters())
    changes: dict[str, object] = {
        "text": "energie",
        "priority": ("klimaat",),
        "status": (Status.OPEN,),
        "programme": ("horizon-europe", "life"),
        "source": ("portal",),
        "domain": (Domain.FYSIEK,),
        "deadline_from": today + timedelta(60),
        "deadline_to": today + timedelta(90),
        "days": 60,
        "decide_within": 60,
        "budget_min": 2_000_000,
        "budget_max": 1_000_000,
        "strength": Strength.GOOD,
        "region": (RegionFit.REGION,),
        "state": (ReviewState.SHORTLISTED, ReviewState.PREPARING),
        "assignee": "me",
        "news": 10,
        "sort": Sort.DEADLINE,
    }
    for name, value in changes.items():
        filters = Filters().but(**{name: value})
        ids = [row.call.id for row in desk.everything(filters)]
        assert ids == desk.oracle.ids(filters), name
        assert ids, name
        assert ids != usual, name


def test_pages_together_are_the_whole_list(desk: Desk) -> None:
    filters = Filters(sort=Sort.DECIDE)
    first = desk.find(filters)
    pages = [desk.find(filters.but(page=number)) for number in range(1, first.pages + 1)]
    assert first.pages == -(-first.total // 25) > 2
    assert [row.call.id for page in pages for row in page.rows] == desk.oracle.ids(filters)
    beyond = desk.find(filters.but(page=999))
    assert beyond.page == first.pages
    assert beyond.rows == pages[-1].rows


def test_a_row_tells_all_that_is_known(desk: Desk) -> None:
    known = {one.call.id: one for one in desk.oracle.known}
    for row in desk.everything(Filters(status=tuple(Status))):
        stored = known[row.call.id]
        best = stored.best(())
        blocked = [one for one in stored.fits if one.blocked]
        assert (row.call, row.projection, row.review) == (stored.call, stored.projection, stored.review)
        assert row.match == (best or (blocked[0] if blocked else None))
        assert (row.assignee.id if row.assignee else None) == stored.review.person_id
        assert row.news == (stored.changes[-1] if stored.changes else None)
        moments = [stored.call.first_seen, *(one.at for one in stored.changes), stored.review.updated_at]
        assert row.touched == max(moment for moment in moments if moment)


def test_a_row_is_here_for_the_priority_that_was_asked(desk: Desk) -> None:
    rows = desk.everything(Filters(priority=("inkoop",)))
    assert {row.match.priority for row in rows if row.match} == {"inkoop"}
    assert any(
        best is not None and best.priority != "inkoop"
        for best in (
            one.best(()) for one in desk.oracle.known if one.call.id in {row.call.id for row in rows}
        )
    )


def test_words_are_found_whatever_their_case_and_language(desk: Desk) -> None:
    text = CallText("nl", "ÉÉN Reünie", "De coöperatie Zuid. 100%_zeker", ("Überstadt", 'met "haken"'))
    made = replace(
        desk.oracle.known[0].call.data,
        source_ref="words",
        identifier="WORDS-Ünïek-1",
        url="https://example.org/w",
    )
    made = replace(made, texts=(text, CallText("en", "One reunion", "Together")))
    with session_scope(desk.app.engine) as session:
        call_id = calls.insert(session, made, at=desk.oracle.now, run_id=None)
    desk.app.refresh()
    every = tuple(Status)
    try:
        for sought in (
            "één",
            "ÉÉN",
            "Één reÜnie",
            "COÖPERATIE together",
            "überSTADT",
            '"haken"',
            "100%_z",
            "ünïek",
        ):
            found = {row.call.id for row in desk.everything(Filters(text=sought, status=every))}
            assert call_id in found, sought
        for sought in ("100_zeker", "hak%en", "Reünies", "één driehonderd"):
            found = {row.call.id for row in desk.everything(Filters(text=sought, status=every))}
            assert call_id not in found, sought
    finally:
        with session_scope(desk.app.engine) as session:
            session.execute(delete(CallRow).where(CallRow.id == call_id))


def test_what_can_be_relaxed_says_how_many_calls_that_gives(desk: Desk) -> None:
    filters = Filters(text="energie", programme=("creative-europe",), strength=Strength.STRONG)
    assert desk.find(filters).total == 0
    relaxed = relaxations(
        desk.app.engine, desk.app.municipality, filters, now=desk.oracle.now, person=desk.me
    )
    for one in relaxed:
        assert one.total == len(desk.oracle.ids(one.filters)) > 0
        assert one.filters == filters.without(one.name)
    tried = {name: len(desk.oracle.ids(filters.without(name))) for name in ("text", "programme", "strength")}
    assert {one.name: one.total for one in relaxed} == {
        name: number for name, number in tried.items() if number
    }
    assert [one.total for one in relaxed] == sorted((one.total for one in relaxed), reverse=True)


def test_a_list_of_many_pages_needs_no_more_questions_than_a_short_one(desk: Desk) -> None:
    asked: list[str] = []
    listener = lambda *arguments: asked.append(arguments[2])  # noqa: E731 - SQLAlchemy hands over six values
    event.listen(desk.app.engine, "before_cursor_execute", listener)
    try:
        desk.find(Filters(per_page=25))
        few = len(asked)
        desk.find(Filters(per_page=100))
        assert len(asked) == 2 * few
        assert few <= 16
    finally:
        event.remove(desk.app.engine, "before_cursor_execute", listener)
