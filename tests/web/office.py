"""The review page with a morning's work in it, behind a real server, for tests in a real browser.

Import the fixtures `office` and `filled_house` into a test module; one office serves a whole module.
"""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page

from db import calls, runs
from db.engine import session_scope
from tests.hashing import hashing_cheaply
from tests.web.house import House, filled_house, settings_for, ticking
from tests.web.serving import web_server
from tracker.accounts import Accounts
from tracker.app import App
from tracker.config import SHIPPED_FRAMEWORK, load_settings
from tracker.core.call import Call, Change, Deadline
from tracker.core.person import Person, Role
from tracker.core.review import Advice, Answered, ReviewState
from tracker.core.run import Run, RunState
from tracker.desk import Desk
from tracker.review import Reviewing
from tracker.web.pages import LANGUAGE, SESSION
from tracker.web.weighing import LONGEST_BECAUSE
from tracker.weighing import LONGEST_SENTENCE, load_framework, weigh

__all__ = ["filled_house", "office"]

DESK, PHONE = 1280, 320
HEIGHT = 800
REFUSED = "the server responded with a status of 4"
"""What chromium says of a page of ours that refuses something: it was asked for."""
ONE = "De raad vroeg in de vorige vergadering om eerst met de woningcorporaties in de wijk te praten. "
LONG_REASON = (ONE * 6)[:LONGEST_BECAUSE].strip()
LONG_SENTENCE = (ONE * 4)[:LONGEST_SENTENCE].strip()
"""As long as the form of the weighing allows."""


@dataclass(kw_only=True)
class Office:
    """A house with work in it: `call` is weighed and decided, `changed` closes earlier than it did."""

    house: House
    address: str
    call: Call
    changed: Call
    assessment: int
    failed_run: int
    secrets: dict[Role, str] = field(default_factory=dict)

    @contextmanager
    def visitor(
        self,
        browser: Browser,
        role: Role | None = Role.ADMINISTRATOR,
        *,
        width: int = DESK,
        language: str = "nl",
        has_script: bool = True,
        is_dark: bool = False,
    ) -> Iterator[Page]:
        """Open a browser's window as somebody with this role; what its console complains of is an error."""
        context = browser.new_context(
            viewport={"width": width, "height": HEIGHT},
            java_script_enabled=has_script,
            color_scheme="dark" if is_dark else "light",
            base_url=self.address,
            accept_downloads=True,
        )
        cookies = {LANGUAGE: language} | ({SESSION: self.session_of(role)} if role else {})
        context.add_cookies([{"name": one, "value": cookies[one], "url": self.address} for one in cookies])
        page = context.new_page()
        complaints: list[str] = []
        page.on("console", lambda said: complaints.append(f"{said.type}: {said.text}"))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        yield page
        context.close()
        assert [
            one for one in complaints if REFUSED not in one and not one.startswith(("verbose", "debug"))
        ] == []

    def session_of(self, role: Role) -> str:
        """Sign somebody in with this role, once; gives the secret of the session."""
        if role not in self.secrets:
            accounts = Accounts(self.house.app.engine, self.house.app.now)
            with hashing_cheaply():
                signed = accounts.sign_in(self.house.people[role].email, self.house.passwords[role])
            self.secrets[role] = signed.secret
        return self.secrets[role]


def press(there: Locator, *, patience: float = 30_000) -> None:
    """Press what leads to a page, and wait until that is shown, at most so many milliseconds."""
    with there.page.expect_navigation(timeout=patience):
        there.click(timeout=patience)


@pytest.fixture(scope="module")
def office(
    filled_house: tuple[Path, dict[Role, str], dict[Role, Person]],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Office]:
    """Give the review page behind a real server, with work in it."""
    file, passwords, people = filled_house
    folder = tmp_path_factory.mktemp("office")
    shutil.copy(file, folder / "house.db")
    app = App(settings=load_settings(settings_for(folder / "house.db")), clock=ticking())
    house = House(app=app, passwords=dict(passwords), people=dict(people))
    call, changed = (pair[0] for pair in Desk(app).ranked("klimaat", limit=2, blocked=False))
    let_close_earlier(app, changed)
    assessment = work_on(house, call)
    let_see_twice(app, call)
    app.compose()
    app.deliver()
    with web_server(house.web) as client:
        yield Office(
            house=house,
            address=str(client.base_url).rstrip("/"),
            call=call,
            changed=changed,
            assessment=assessment,
            failed_run=let_fail(app),
        )
    app.engine.dispose()


def work_on(house: House, call: Call) -> int:
    """Let a colleague shortlist a call, note something, and weigh it at length; gives the assessment."""
    reviewing = Reviewing(house.app.engine, house.app.municipality.slug, house.app.now)
    person = house.people[Role.REVIEWER]
    due_on = house.app.now().date() + timedelta(days=30)
    reviewing.change(
        call.id, person, seen=0, state=ReviewState.SHORTLISTED, person_id=person.id, due_on=due_on
    )
    reviewing.add_note(call.id, person, "Eerst bellen met de provincie.\nDaarna met de corporaties.")
    framework = load_framework(SHIPPED_FRAMEWORK)
    assessment = weigh(
        framework,
        call_id=call.id,
        person_id=person.id,
        at=house.app.now(),
        blockers={one.slug: False for one in framework.blockers},
        answers={one.slug: Answered(3, LONG_SENTENCE) for one in framework.criteria},
        decision=Advice.TALK,
        because=LONG_REASON,
    )
    return reviewing.assess(assessment).id


def let_close_earlier(app: App, call: Call) -> None:
    """Let a call's deadline move, as a source may say."""
    was, now = call.data.deadlines, (Deadline(app.now().date() + timedelta(days=185)),)
    data = replace(call.data, deadlines=now)
    change = Change(call_id=call.id, at=app.now(), field="deadlines", old=was, new=now)
    with session_scope(app.engine) as session:
        calls.update(session, call.id, data, changes=[change], at=app.now(), run_id=None)
    app.refresh()


def let_see_twice(app: App, call: Call) -> None:
    """Let a second source show a call as one of its own, and once more as one that we know to be the same."""
    elsewhere = replace(call.data, source="euroaccess", url="https://list.example/77")
    later = (Deadline(app.now().date() + timedelta(days=300)),)
    with session_scope(app.engine) as session:
        calls.insert(session, replace(elsewhere, source_ref="77"), at=app.now(), run_id=None)
        there = replace(elsewhere, source_ref="78", deadlines=later)
        calls.attach(session, call.id, there, leads=False, at=app.now())
    app.refresh()


def let_fail(app: App) -> int:
    """Let a source fail; gives the number of the reading."""
    now = app.now()
    with session_scope(app.engine) as session:
        number = runs.start(session, "culture", at=now)
        failed = Run(
            id=number,
            source="culture",
            started_at=now,
            finished_at=now + timedelta(seconds=4),
            state=RunState.FAILED,
            error_code="BlockedError",
            error="403 refused: https://a-very-long-address.example.org/without-any-space-to-break-it-at",
            gaps=("nl: not read",),
        )
        runs.finish(session, failed)
    return number
