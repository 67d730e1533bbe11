"""The operator's mail from end to end: the scheduler's jobs, a source that stays down, a real mail server."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from aiosmtpd.smtp import Envelope

from db import deliveries
from db.engine import session_scope
from tests.mailing import Inbox, serving
from tracker.app import App
from tracker.config import load_settings
from tracker.core.delivery import DeliveryState
from tracker.demo.faults import Fault, FaultKind
from tracker.demo.portal import rows
from tracker.demo.server import PortalStandIn
from tracker.mailroom import Mailroom
from tracker.scheduler import daily_job, retry_job, weekly_job

MONDAY = datetime(2026, 11, 23, 8, 0, tzinfo=ZoneInfo("Europe/Amsterdam"))
OPERATOR = "beheer@example.org"
READER = "fysiek@example.org"
CONTACTS = f"""
[[contact]]
name = "Domein Fysiek"
email = "{READER}"
domains = ["fysiek"]
"""


class Office(Inbox):
    """A mail server that keeps what it accepts, and refuses the addresses that it is told to."""

    def __init__(self) -> None:
        super().__init__()
        self.refused: set[str] = set()
        self.mails: list[tuple[str, str, str]] = []

    async def handle_RCPT(self, server: Any, session: Any, envelope: Envelope, to: str, options: Any) -> str:  # noqa: N802 - aiosmtpd's name
        if to in self.refused:
            return "550 no such mailbox"
        return await super().handle_RCPT(server, session, envelope, to, options)

    async def handle_DATA(self, server: Any, session: Any, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        assert isinstance(envelope.content, bytes)
        message = message_from_bytes(envelope.content, policy=default)
        body = message.get_body(("plain",))
        assert body is not None
        self.mails.append((envelope.rcpt_tos[0], str(message["Subject"]), body.get_content()))
        return await super().handle_DATA(server, session, envelope)


@dataclass
class Service:
    """The product as it runs unattended, its portal, its mail server, and a clock to turn."""

    office: Office
    portal: PortalStandIn
    now: datetime = MONDAY
    app: App = field(init=False)

    def day(self, number: int) -> None:
        """Do the daily job of the day that is so many after Monday."""
        self.now = (MONDAY + timedelta(days=number)).replace(hour=6, minute=30)
        daily_job(self.app)

    def days_pass(self) -> None:
        """Live through the rest of the week, reading often enough that no source counts as silent."""
        for number in (2, 4, 6):
            self.day(number)

    def told(self) -> list[tuple[str, str]]:
        """Give the subject and text of what the operator got since the last look."""
        found = [(subject, text) for to, subject, text in self.office.mails if to == OPERATOR]
        self.office.mails = [mail for mail in self.office.mails if mail[0] != OPERATOR]
        return found

    def digests(self) -> int:
        return sum(to == READER for to, _, _ in self.office.mails)


@pytest.fixture
def service(
    clean_environment: None, sqlite_template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Service]:
    shutil.copy(sqlite_template, tmp_path / "tracker.db")
    (tmp_path / "contacts.toml").write_text(CONTACTS)
    office = Office()
    with PortalStandIn(rows(MONDAY.date())) as portal, serving(office) as port:
        service = Service(office, portal)
        settings = load_settings(
            {
                "database_url": f"sqlite:///{tmp_path}/tracker.db",
                "source_urls": {"sedia": portal.url},
                "contacts": tmp_path / "contacts.toml",
                "out": tmp_path / "out",
                "operator": OPERATOR,
                "language": "nl",
                "smtp_host": "127.0.0.1",
                "smtp_port": port,
                "smtp_security": "none",
                "smtp_sender": "Kansen <kansen@example.org>",
                "request_delay": 0,
                "request_attempts": 1,
            }
        )
        service.app = App(settings=settings, clock=lambda: service.now.astimezone(UTC))
        chosen = service.app.sources(("portal", "portal-cascade"))
        monkeypatch.setattr(App, "sources", lambda _self, _names=(): chosen)
        weekly_job(service.app)
        assert service.told() == []
        assert service.digests() == 1
        yield service
        service.app.engine.dispose()


def test_a_source_that_stays_down_is_told_once_and_once_when_it_is_well(service: Service) -> None:
    service.portal.faults = [Fault(kind=FaultKind.STATUS, code=503, type="8")]
    service.day(1)
    service.day(2)
    assert service.told() == []  # within patience: 48 hours
    service.day(3)
    ((subject, text),) = service.told()
    assert subject == "Europese kansen: 1 keer hulp nodig"
    assert "- Bron portal-cascade wordt niet gelezen sinds 2026-11-24 06:30." in text
    service.day(4)
    assert service.told() == []
    service.portal.faults = []
    service.day(5)
    ((subject, text),) = service.told()
    assert subject == "Europese kansen: weer in orde"
    assert "+ Bron portal-cascade geeft geen storing meer." in text
    service.day(6)
    assert service.told() == []
    assert service.digests() == 1


def test_a_digest_that_could_not_be_sent_is_told_once_and_once_when_it_is_settled(service: Service) -> None:
    service.days_pass()
    service.office.refused = {READER}
    service.now = MONDAY + timedelta(days=7)
    weekly_job(service.app)
    ((subject, text),) = service.told()
    assert subject == "Europese kansen: 1 keer hulp nodig"
    assert "- Digest 2026-W49 (mail), nr. " in text
    assert "550 no such mailbox" in text
    service.day(8)
    assert service.told() == []
    with session_scope(service.app.engine, read_only=True) as session:
        (failed,) = deliveries.listing(session, states=[DeliveryState.FAILED])
    service.office.refused = set()
    with service.app.working():
        Mailroom(service.app).resend(failed.id)
    assert service.digests() == 2
    service.day(9)
    ((subject, text),) = service.told()
    assert subject == "Europese kansen: weer in orde"
    assert f"+ Bericht {failed.id} is weer in orde." in text


def test_a_monday_that_was_missed_is_told_once_with_that_it_is_caught_up(service: Service) -> None:
    service.days_pass()
    service.day(8)  # Monday's job did not run
    ((subject, text),) = service.told()
    assert subject == "Europese kansen: 1 keer hulp nodig"
    assert "- De digests van maandag 2026-11-30 zijn niet op tijd gemaakt." in text
    assert "+ De digests van maandag 2026-11-30 zijn nu gemaakt." in text
    assert service.digests() == 2
    service.day(9)
    assert service.told() == []
    assert service.digests() == 2


def test_the_operators_own_mail_waits_while_the_mail_server_refuses_it(service: Service) -> None:
    service.portal.faults = [Fault(kind=FaultKind.STATUS, code=503, type="8")]
    service.day(1)
    down = service.app
    service.app = App(
        settings=down.settings.model_copy(update={"smtp_port": 1}), clock=lambda: service.now.astimezone(UTC)
    )
    service.day(3)
    assert service.told() == []
    service.app.engine.dispose()
    service.app = down
    service.now += timedelta(minutes=10)
    retry_job(service.app)
    ((subject, _),) = service.told()
    assert subject == "Europese kansen: 1 keer hulp nodig"
