"""The review page on the demo's data, with an account for each role; a copy of its own for each test."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from tests.cli.conftest import CONTACTS
from tests.hashing import hashing_cheaply
from tests.web.inside import Inside
from tracker.accounts import Accounts
from tracker.app import App
from tracker.config import load_settings
from tracker.core.person import Person, Role
from tracker.demo.portal import rows
from tracker.demo.server import PortalStandIn
from tracker.demo.web import WebStandIn
from tracker.web.application import make_application

ADDRESS = "http://testserver"
NAMES = {Role.READER: "Lotte Lezer", Role.REVIEWER: "Bram Beoordelaar", Role.ADMINISTRATOR: "Bea Beheer"}


@dataclass
class House:
    """A product with its web application; `clock` may be turned by setting `now`."""

    app: App
    passwords: dict[Role, str]
    people: dict[Role, Person]
    web: FastAPI = field(init=False)

    def __post_init__(self) -> None:
        self.web = make_application(self.app)

    @contextmanager
    def visitor(self, role: Role | None = None) -> Iterator[httpx.Client]:
        """Give a browser without JavaScript, signed in as somebody with this role; it follows no redirect."""
        with httpx.Client(transport=Inside(self.web), base_url=ADDRESS) as client:
            if role is not None:
                fields = {"email": self.people[role].email, "password": self.passwords[role]}
                answer = client.post("/sign-in", data=fields)
                assert answer.status_code == 303, answer.text
            yield client


@pytest.fixture(scope="session")
def filled_house(
    tmp_path_factory: pytest.TempPathFactory,
) -> tuple[Path, dict[Role, str], dict[Role, Person]]:
    """Give a database with the demo's calls, ranked, and an account for each role, to be copied."""
    file = tmp_path_factory.mktemp("house") / "filled.db"
    today = datetime.now(UTC).date()
    with PortalStandIn(rows(today)) as portal, WebStandIn(today) as web:
        app = App(settings=load_settings(settings_for(file) | {"source_urls": _addresses(portal, web)}))
        app.prepare_database()
        assert all(one.error is None for one in app.collect((), progress=lambda _source, _count: None))
        app.rank()
    accounts = Accounts(app.engine, app.now)
    people, passwords = {}, {}
    with hashing_cheaply():
        for role, name in NAMES.items():
            people[role], passwords[role] = accounts.add(f"{role.value}@example.org", name, role)
    app.engine.dispose()
    return file, passwords, people


def _addresses(portal: PortalStandIn, web: WebStandIn) -> dict[str, str]:
    return {"sedia": portal.url, **web.addresses}


def settings_for(file: Path) -> dict[str, object]:
    """Give the settings of a product on this database, with a value wherever one is needed."""
    return {
        "database_url": f"sqlite:///{file}",
        "contacts": CONTACTS,
        "out": file.parent,
        "interreg_app_id": "test",
        "interreg_key": "test",
        "request_delay": 0,
        "request_backoff": 0,
    }


@pytest.fixture
def house(
    clean_environment: None,
    filled_house: tuple[Path, dict[Role, str], dict[Role, Person]],
    tmp_path: Path,
) -> Iterator[House]:
    """Give the review page on a fresh copy of the demo's data."""
    file, passwords, people = filled_house
    shutil.copy(file, tmp_path / "house.db")
    app = App(settings=load_settings(settings_for(tmp_path / "house.db")), clock=ticking())
    yield House(app=app, passwords=dict(passwords), people=dict(people))
    app.engine.dispose()


def ticking() -> Callable[[], datetime]:
    """Give the real clock; named so that a test can put another in its place."""
    return lambda: datetime.now(UTC)
