"""Mail servers that behave as a test wants, and an outbox with messages in it."""

import asyncio
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from email import message_from_bytes
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import Envelope

from db.engine import Engine
from tests.tracker.digest_samples import HAARLEM
from tracker.core.delivery import Channel, Delivery
from tracker.core.profile import Contact
from tracker.digest.due import Circumstances
from tracker.digest.outbox import compose_editions
from tracker.links import Links
from tracker.mail import Mailer, SmtpSettings

NOW = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)  # Monday, eight in Haarlem
LINKS = Links("https://kansen.example.org", "a key for tests, long enough to sign with")


class Inbox:
    """A mailbox that answers to an address, and to a message after `delay` seconds, as the test wants."""

    def __init__(self, *, rcpt: str = "250 ok", data: str = "250 ok", delay: float = 0) -> None:
        self.rcpt, self.data, self.delay = rcpt, data, delay
        self.received: list[tuple[str, str]] = []

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Envelope, to: str, _o: Any) -> str:  # noqa: N802 - aiosmtpd's name
        if self.rcpt.startswith("250"):
            envelope.rcpt_tos.append(to)
        return self.rcpt

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        assert isinstance(envelope.content, bytes)
        answer = self.data
        if answer.startswith("250"):
            message_id = str(message_from_bytes(envelope.content)["Message-ID"])
            self.received.append((envelope.rcpt_tos[0], message_id))
        await asyncio.sleep(self.delay)
        return answer


@contextmanager
def serving(inbox: Inbox) -> Iterator[int]:
    """Run a mail server; gives its port."""
    controller = Controller(inbox, hostname="127.0.0.1", port=free_port())
    controller.start()
    try:
        yield controller.port
    finally:
        controller.stop()


@contextmanager
def dropping(*, after_data: bool) -> Iterator[int]:
    """Run a server that hangs up each time: at the greeting, or when the whole message has come."""
    listener = socket.create_server(("127.0.0.1", 0))
    answers = ["220 hello", "250 hello", "250 sender ok", "250 address ok", "354 go on"] if after_data else []

    def serve() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            with connection, connection.makefile("rwb") as stream:
                for answer in answers:
                    stream.write(answer.encode() + b"\r\n")
                    stream.flush()
                    line = stream.readline()
                    while answer.startswith("354") and line not in {b".\r\n", b""}:
                        line = stream.readline()

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield listener.getsockname()[1]
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(5)


def free_port() -> int:
    """Give a port that nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


def mailer(port: int, *, timeout: float = 5) -> Mailer:
    """Give a mailer for a server of this machine."""
    return Mailer(
        SmtpSettings(
            host="127.0.0.1", port=port, sender="kansen@example.org", security="none", timeout=timeout
        )
    )


def people(count: int) -> tuple[Contact, ...]:
    """Give contacts who follow everything."""
    return tuple(Contact(name=f"Lezer {n}", email=f"lezer-{n}@example.org") for n in range(1, count + 1))


def circumstances(links: Links | None = None) -> Circumstances:
    """Give circumstances in which all was read."""
    return Circumstances(
        municipality=HAARLEM,
        programme_names={"life": ("LIFE", "LIFE")},
        blind_spots=(),
        sources_read=2,
        passages_waiting=0,
        nothing_read=False,
        warnings=(),
        sender="Europese kansen <kansen@example.org>",
        public_url=links.base if links else None,
        ask="",
        demo=False,
        links=links,
    )


def compose(
    engine: Engine,
    contacts: tuple[Contact, ...],
    *,
    now: datetime = NOW,
    channel: Channel = Channel.MAIL,
    links: Links | None = None,
) -> list[Delivery]:
    """Put the editions that are due into the outbox."""
    return compose_editions(engine, contacts, channels=[channel], circumstances=circumstances(links), now=now)
