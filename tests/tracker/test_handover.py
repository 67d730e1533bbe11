"""The outbox meets mail servers that refuse, delay and break off: tried again, given up, or left in doubt."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from db import answers, deliveries
from db.engine import Engine, make_engine, session_scope
from tests.databases import address
from tests.mailing import NOW, Inbox, compose, dropping, free_port, mailer, people, serving
from tracker.answers import leave
from tracker.core.delivery import Channel, Delivery, DeliveryState
from tracker.core.errors import UsageError
from tracker.digest.handover import (
    PATIENCE,
    Handover,
    deliver_pending,
    is_any_due,
    note_arrival,
    resend,
)

(ANNA,) = people(1)
PENDING, SENT, UNSURE, FAILED = (
    DeliveryState.PENDING,
    DeliveryState.SENT,
    DeliveryState.UNSURE,
    DeliveryState.FAILED,
)


def deliver(engine: Engine, out: Path, port: int, *, at: datetime = NOW) -> list[Handover]:
    return deliver_pending(engine, out=out, mailer=mailer(port, timeout=0.3), clock=lambda: at)


def kept(engine: Engine) -> Delivery:
    with session_scope(engine, read_only=True) as session:
        (found,) = deliveries.listing(session)
    return found


@contextmanager
def behaving(kind: str) -> Iterator[tuple[int, list[tuple[str, str]]]]:
    """Give the port of a server with this manner, and what it has accepted."""
    if kind == "absent":
        yield free_port(), []
    elif kind.startswith("drops"):
        with dropping(after_data=kind == "drops after DATA") as port:
            yield port, []
    else:
        inbox = {
            "refuses the address": Inbox(rcpt="550 no such mailbox"),
            "refuses the message": Inbox(data="554 looks like spam"),
            "busy": Inbox(rcpt="451 try later"),
            "full": Inbox(data="452 disk full"),
            "slow to answer": Inbox(delay=1),
            "well": Inbox(),
        }[kind]
        with serving(inbox) as port:
            yield port, inbox.received


@pytest.mark.parametrize(
    ("kind", "state"),
    [
        ("refuses the address", FAILED),
        ("refuses the message", FAILED),
        ("busy", PENDING),
        ("full", PENDING),
        ("absent", PENDING),
        ("drops at once", PENDING),
        ("drops after DATA", UNSURE),
        ("slow to answer", UNSURE),
        ("well", SENT),
    ],
)
def test_what_becomes_of_a_message(engine: Engine, tmp_path: Path, kind: str, state: DeliveryState) -> None:
    compose(engine, (ANNA,))
    with behaving(kind) as (port, received):
        (handed,) = deliver(engine, tmp_path, port)
        assert deliver(engine, tmp_path, port) == []  # nothing is due any more: neither sent nor tried again
    after = kept(engine)
    assert handed.state is after.state is state
    assert after.attempts == 1
    assert bool(after.error) is (state is not SENT)
    assert (after.next_attempt_at == NOW + timedelta(minutes=5)) is (state is PENDING)
    assert received == ([(ANNA.email, after.message_id)] if kind in {"well", "slow to answer"} else [])


def test_a_message_is_tried_ever_less_often_and_then_given_up(engine: Engine, tmp_path: Path) -> None:
    compose(engine, (ANNA,))
    at, waits = NOW, []
    with serving(Inbox(rcpt="451 try later")) as port:
        for _ in range(PATIENCE):
            again = make_engine(address(engine))  # as after a restart
            assert not is_any_due(again, at - timedelta(seconds=1)) or at == NOW
            assert is_any_due(again, at)
            (handed,) = deliver(again, tmp_path, port, at=at)
            again.dispose()
            following = kept(engine).next_attempt_at
            if following is not None:
                waits.append((following - at) / timedelta(minutes=1))
                at = following
    assert handed.state is FAILED
    assert kept(engine).attempts == PATIENCE
    assert waits == [5, 15, 45, 135, 405, 720, 720, 720, 720]


def test_a_message_that_waited_arrives_and_until_then_its_reader_gets_no_other(
    engine: Engine, tmp_path: Path
) -> None:
    compose(engine, (ANNA,))
    deliver(engine, tmp_path, free_port())
    next_week = NOW + timedelta(days=7)
    assert compose(engine, (ANNA,), now=next_week) == []
    inbox = Inbox()
    with serving(inbox) as port:
        deliver(engine, tmp_path, port, at=next_week)
        assert len(compose(engine, (ANNA,), now=next_week)) == 1
        deliver(engine, tmp_path, port, at=next_week)
    assert len(set(inbox.received)) == len(inbox.received) == 2


@pytest.mark.parametrize("kind", ["drops after DATA", "refuses the message", "absent"])
def test_a_person_sends_again_what_failed_waits_or_is_in_doubt(
    engine: Engine, tmp_path: Path, kind: str
) -> None:
    compose(engine, (ANNA,))
    with behaving(kind) as (port, _):
        deliver(engine, tmp_path, port)
    before, inbox = kept(engine), Inbox()
    with serving(inbox) as port:
        handed = resend(engine, before.id, out=tmp_path, mailer=mailer(port), clock=lambda: NOW)
        assert handed.state is kept(engine).state is SENT
        assert inbox.received == [(ANNA.email, before.message_id)]  # the very same message
        with pytest.raises(UsageError, match="has arrived"):
            resend(engine, before.id, out=tmp_path, mailer=mailer(port), clock=lambda: NOW)
    assert len(inbox.received) == 1


def test_what_cannot_be_sent_again_is_said(engine: Engine, tmp_path: Path) -> None:
    compose(engine, (ANNA,))
    with pytest.raises(UsageError, match="There is no delivery 99"):
        resend(engine, 99, out=tmp_path, mailer=None, clock=lambda: NOW)
    with pytest.raises(UsageError, match="mail is off"):
        resend(engine, kept(engine).id, out=tmp_path, mailer=None, clock=lambda: NOW)
    with pytest.raises(UsageError, match="nothing to settle"):
        note_arrival(engine, kept(engine).id, at=NOW)


def test_a_person_settles_a_doubt(engine: Engine, tmp_path: Path) -> None:
    compose(engine, (ANNA,))
    with behaving("drops after DATA") as (port, _):
        deliver(engine, tmp_path, port)
    note_arrival(engine, kept(engine).id, at=NOW)
    assert (kept(engine).state, kept(engine).error) == (SENT, "")


def test_half_files_of_a_dead_process_are_removed_and_no_other(engine: Engine, tmp_path: Path) -> None:
    compose(engine, (ANNA,), channel=Channel.FILE)
    (tmp_path / ".2026-W48-anna.eml.x1y2.part").write_text("half")
    (tmp_path / ".2026-W48-anna.html.x1y2.part").write_text("half")
    (tmp_path / "notes.part").write_text("somebody's")
    (handed,) = deliver_pending(engine, out=tmp_path, mailer=None, clock=lambda: NOW)
    assert handed.state is SENT
    names = {path.name for path in tmp_path.iterdir() if ".db" not in path.name}
    assert {name for name in names if name.endswith(".part")} == {"notes.part"}
    assert len(names) == 3


@pytest.mark.parametrize("until", [None, date(2026, 12, 21)])
def test_who_leaves_or_pauses_does_not_get_what_still_waits(
    engine: Engine, tmp_path: Path, until: date | None
) -> None:
    compose(engine, people(2))
    deliver(engine, tmp_path, free_port())
    with session_scope(engine) as session:
        leave(session, ANNA.email, now=NOW, until=until)
    inbox, later = Inbox(), NOW + timedelta(hours=1)
    with serving(inbox) as port:
        deliver(engine, tmp_path, port, at=later)
        assert [to for to, _ in inbox.received] == ["lezer-2@example.org"]
        with session_scope(engine, read_only=True) as session:
            (dropped,) = deliveries.listing(session, contact=ANNA.email)
        assert dropped.state is DeliveryState.DROPPED
        assert dropped.error.startswith("the reader ")
        with pytest.raises(UsageError, match=f"tracker contacts return {ANNA.email}"):
            resend(engine, dropped.id, out=tmp_path, mailer=mailer(port), clock=lambda: later)
        with session_scope(engine) as session:
            answers.end_absence(session, ANNA.email)
        resend(engine, dropped.id, out=tmp_path, mailer=mailer(port), clock=lambda: later)
    assert len(inbox.received) == 2


def test_who_leaves_while_others_get_their_mail_gets_none(engine: Engine, tmp_path: Path) -> None:
    compose(engine, people(2))

    class Leaving(Inbox):
        async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
            with session_scope(engine) as other:
                leave(other, "lezer-2@example.org", now=NOW)
            return await super().handle_DATA(server, session, envelope)

    inbox = Leaving()
    with serving(inbox) as port:
        handed = deliver_pending(engine, out=tmp_path, mailer=mailer(port), clock=lambda: NOW)
    assert [one.delivery.contact for one in handed] == [ANNA.email]
    assert [to for to, _ in inbox.received] == [ANNA.email]


def test_what_is_for_the_operator_is_not_recalled_with_their_digest(engine: Engine) -> None:
    compose(engine, (ANNA,), channel=Channel.OPERATOR)
    with session_scope(engine) as session:
        leave(session, ANNA.email, now=NOW)
    assert kept(engine).state is PENDING
