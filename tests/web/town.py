"""One town: a mail with two calls that was sent, and its answer pages on a real web server."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

import httpx
from fastapi import FastAPI

from db import answers, deliveries, matches
from db.engine import Engine, session_scope
from tests.db.samples import data, keep
from tests.mailing import LINKS, NOW, compose
from tests.tracker.digest_samples import HAARLEM
from tests.web.serving import web_server
from tracker.core.answer import Answer, AnswerKind, PassedOn
from tracker.core.call import CallText, Claim, Deadline
from tracker.core.delivery import Channel, Delivery, DeliveryState
from tracker.core.match import Match
from tracker.core.profile import Contact, Domain, Strength
from tracker.digest.planning import plan_for
from tracker.links import Links, Purpose, Ticket, mark_of
from tracker.web.answers import AnswerDesk, answer_router
from tracker.web.security import add_security_headers

FYSIEK = Contact(name="Domein Fysiek", email="fysiek@example.org", domains=(Domain.FYSIEK,))
SOCIAAL = Contact(name="Social", email="sociaal@example.org", domains=(Domain.SOCIAAL,), language="en")
TEXTS = (CallText("en", "Heat <b>&</b> homes"), CallText("nl", "Warmte & wonen"))


@dataclass
class Town:
    """A mail with two calls that was sent, its web pages, and a clock to turn."""

    engine: Engine
    delivery: Delivery
    calls: list[int]
    now: datetime = NOW
    contacts: tuple[Contact, ...] = (FYSIEK, SOCIAAL)
    client: httpx.Client = field(init=False)

    def application(self) -> FastAPI:
        web = FastAPI()
        add_security_headers(web, is_https=True)
        desk = AnswerDesk(
            engine=self.engine, links=LINKS, contacts=lambda: self.contacts, clock=lambda: self.now
        )
        web.include_router(answer_router(desk))
        return web

    def path(self, purpose: Purpose, *, call: int = 0, links: Links = LINKS) -> str:
        number = self.calls[call] if purpose.value in tuple(AnswerKind) else 0
        ticket = Ticket(purpose, self.delivery.id, number, mark_of(self.delivery.contact))
        return f"/a/{links.token(ticket, now=NOW)}"

    def kept(self) -> list[Answer]:
        with session_scope(self.engine, read_only=True) as session:
            return answers.of_contact(session, FYSIEK.email)

    def is_changed(self) -> bool:
        with session_scope(self.engine, read_only=True) as session:
            return bool(self.kept()) or answers.absence(session, FYSIEK.email) is not None

    def shown(self, contact: Contact = FYSIEK, *, days: int = 0) -> dict[int, PassedOn | None]:
        """Give what the contact's next mail would show."""
        with session_scope(self.engine, read_only=True) as session:
            plan = plan_for(
                session,
                contact,
                channel=Channel.MAIL,
                municipality=HAARLEM,
                now=self.now + timedelta(days=days),
            )
        return {entry.candidate.call.id: entry.candidate.passed_on for entry in plan.entries}


@contextmanager
def living_town(engine: Engine, *, texts: tuple[CallText, ...] = TEXTS) -> Iterator[Town]:
    """Send a mail about two calls that fit, and serve its pages."""
    closes = Deadline(date(2027, 2, 16))
    calls = keep(
        engine,
        *(data(ref, texts=texts, claim=Claim.OPEN, deadlines=(closes,), programme="life") for ref in "12"),
    )
    fits = [
        Match(call_id=one, priority="klimaat", score=2.0 - n, strength=Strength.STRONG, rank=n + 1)
        for n, one in enumerate(calls)
    ]
    with session_scope(engine) as session:
        matches.replace(session, HAARLEM.slug, fits)
    compose(engine, (FYSIEK,), links=LINKS)
    with session_scope(engine) as session:
        (delivery,) = deliveries.listing(session)
        deliveries.mark(session, delivery.id, DeliveryState.SENT, at=NOW)
    town = Town(engine, delivery, calls)
    with web_server(town.application()) as town.client:
        yield town
