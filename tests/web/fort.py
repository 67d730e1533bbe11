"""The review page on data that means harm: markup, script and template signs wherever text is kept."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from pydantic import SecretStr
from sqlalchemy import inspect, text
from starlette.routing import Mount

from db import calls, deliveries, runs, watching
from db.engine import Engine, session_scope
from tests.db.samples import data
from tests.web.house import House, filled_house, settings_for
from tracker.account_rules import csrf_of
from tracker.accounts import Accounts
from tracker.app import App
from tracker.config import load_settings
from tracker.core.call import CallText, Change, Claim, Deadline, Fact, FactName
from tracker.core.delivery import Channel, DeliveryState
from tracker.core.person import Person, Role, SubscriptionKind
from tracker.core.profile import Contact
from tracker.core.review import Advice, Answered, Assessment, ReviewState
from tracker.review import Reviewing
from tracker.web.pages import SESSION
from tracker.weighing import load_framework

__all__ = ["filled_house"]

EVIL = "\"'><b id=evil>{{7*7}}</b><script>alert(1)</script><img src=x onerror=alert(1)> klimaat energie stad"
EVIL_ADDRESS = "javascript:alert(document.cookie)"
NOW = datetime.now(UTC)


@dataclass
class Fort:
    """A house with an evil call, and what stands for each part of an address (`call_id` and so on)."""

    house: House
    values: dict[str, str]

    @property
    def engine(self) -> Engine:
        return self.house.app.engine

    def path(self, template: str) -> str:
        """Fill in the address of a route."""
        return template.format(**self.values)

    def snapshot(self) -> dict[str, list[str]]:
        """Give all that is stored but who is signed in."""
        kept = {}
        with self.engine.connect() as connection:
            for table in sorted(set(inspect(connection).get_table_names()) - {"web_sessions"}):
                kept[table] = sorted(str(row) for row in connection.execute(text(f"SELECT * FROM {table}")))
        return kept


def routes_of(web: FastAPI, prefix: str = "") -> set[str]:
    """Give every route as `GET /path`, those of applications inside it too."""
    found: set[str] = set()
    for route in iter_route_contexts(web.routes):
        path = f"{prefix}{route.path}"
        if isinstance(route.original_route, Mount):
            inner = route.original_route.app
            found |= routes_of(inner, path) if isinstance(inner, FastAPI) else {f"GET {path}"}
        else:
            assert route.methods, f"{path} answers to no method: say in this test what may be done with it"
            found |= {f"{method} {path}" for method in route.methods - {"HEAD"}}
    return found


def mark_of(client: httpx.Client) -> str:
    """Give the mark that the forms of a browser's session carry."""
    return csrf_of(client.cookies[SESSION])


@pytest.fixture(scope="session")
def filled_fort(
    tmp_path_factory: pytest.TempPathFactory,
    filled_house: tuple[Path, dict[Role, str], dict[Role, Person]],
) -> tuple[Path, dict[str, str]]:
    file, _, people = filled_house
    copy = tmp_path_factory.mktemp("fort") / "filled.db"
    shutil.copy(file, copy)
    app = App(settings=load_settings(settings_for(copy)))
    call_id = _insert_call(app.engine)
    app.refresh()
    app.rank()
    values = {"call_id": str(call_id), "id": str(call_id), **_insert_rest(app, call_id, people)}
    app.engine.dispose()
    return copy, values


@pytest.fixture
def fort(
    clean_environment: None,
    filled_house: tuple[Path, dict[Role, str], dict[Role, Person]],
    filled_fort: tuple[Path, dict[str, str]],
    tmp_path: Path,
) -> Iterator[Fort]:
    file, values = filled_fort
    _, passwords, people = filled_house
    shutil.copy(file, tmp_path / "fort.db")
    changed = {"public_url": "http://testserver", "secret_key": SecretStr("k" * 32), "out": tmp_path}
    settings = load_settings(settings_for(tmp_path / "fort.db")).model_copy(update=changed)
    house = House(app=App(settings=settings), passwords=dict(passwords), people=dict(people))
    yield Fort(house, dict(values))
    house.app.engine.dispose()


def _insert_call(engine: Engine) -> int:
    said = data(
        "evil",
        identifier=EVIL,
        url=EVIL_ADDRESS,
        texts=(CallText("en", EVIL, EVIL, (EVIL,), EVIL, EVIL), CallText("nl", EVIL, f"{EVIL}\n\n{EVIL}")),
        programme="horizon",
        call_identifier=EVIL,
        call_title=EVIL,
        claim=Claim.OPEN,
        deadlines=(Deadline(date(NOW.year + 1, 6, 1)),),
        action_type=EVIL,
        tags=(EVIL,),
        facts=(Fact(FactName.APPLICANTS, EVIL, EVIL), Fact(FactName.LINK, EVIL_ADDRESS, EVIL)),
    )
    with session_scope(engine) as session:
        call_id = calls.insert(session, replace(said, identifier="BEFORE"), at=NOW, run_id=None)
        twin = replace(said, source_ref="twin", identifier=f"{EVIL} 2")
        calls.insert(session, twin, at=NOW, run_id=None)
        changed = [Change(call_id=call_id, at=NOW, field="identifier", old="BEFORE", new=EVIL)]
        calls.update(session, call_id, said, changes=changed, at=NOW, run_id=None)
    return call_id


def _insert_rest(app: App, call_id: int, people: dict[Role, Person]) -> dict[str, str]:
    accounts = Accounts(app.engine, app.now)
    reviewing = Reviewing(app.engine, app.municipality.slug, app.now)
    reviewer = people[Role.REVIEWER]
    victim, _ = accounts.add("victim@example.org", EVIL, Role.READER)
    accounts.sync_contacts([*app.contacts, Contact(name=EVIL, email="contact@example.org")])
    reviewing.change(call_id, reviewer, seen=0, state=ReviewState.LOOKING, person_id=victim.id, because=EVIL)
    note = reviewing.add_note(call_id, reviewer, EVIL)
    _watch(app.engine)
    subscription, _ = accounts.subscribe(reviewer, SubscriptionKind.ATOM, title=EVIL, filters="text=%3Cb%3E")
    return {
        "person_id": str(victim.id),
        "note_id": str(note.id),
        "number": str(_assess(app, reviewing, call_id, reviewer)),
        "subscription_id": str(subscription.id),
        "delivery_id": str(_deliver(app.engine)),
        "run_id": str(_run_of(app.engine, "portal")),
        "name": "portal",
        "slug": app.municipality.priorities[0].slug,
        "token": "x.y.z",
        "secret": "x",
        "ending": "atom",
    }


def _assess(app: App, reviewing: Reviewing, call_id: int, person: Person) -> int:
    framework = load_framework(app.settings.framework)
    answers = {one.slug: Answered(3, EVIL) for one in framework.criteria}
    filled = Assessment(
        call_id=call_id,
        person_id=person.id,
        at=NOW,
        version=framework.version,
        framework=dict(framework.content),
        answers=answers,
        advice=Advice.GO,
        decision=Advice.NO_GO,
        because=EVIL,
    )
    return reviewing.assess(filled).id


def _deliver(engine: Engine) -> int:
    with session_scope(engine) as session:
        number = deliveries.add(
            session,
            contact="contact@example.org",
            edition="2026-W01",
            channel=Channel.FILE,
            subject=EVIL,
            message_id="<evil@example.org>",
            message=b"Subject: x\n\nx\n",
            html=EVIL,
            lines=(),
            created_at=NOW,
        )
        deliveries.mark(session, number, DeliveryState.FAILED, at=NOW, error=EVIL)
    return number


def _run_of(engine: Engine, source: str) -> int:
    with session_scope(engine, read_only=True) as session:
        return runs.latest(session, source)[0].id


def _watch(engine: Engine) -> None:
    passage = watching.KeptCandidate(
        key="evil",
        page="evil",
        url=EVIL_ADDRESS,
        programme="horizon",
        place=EVIL,
        neighbour=False,
        language="nl",
        title=EVIL,
        sentence=EVIL,
        text=EVIL,
        opens_on=None,
        deadline=None,
        amounts=(),
        first_seen=NOW,
        last_seen=NOW,
    )
    with session_scope(engine) as session:
        watching.keep_page(session, "evil", url=EVIL_ADDRESS, text=EVIL, at=NOW)
        watching.keep_candidates(session, [passage])
