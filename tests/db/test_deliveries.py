"""The outbox and the ledger, on both databases."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy.exc import IntegrityError

from db import deliveries
from db.engine import Engine, Session, session_scope
from tests.db.samples import LATER, NOW, data, keep
from tracker.core.delivery import Channel, Delivery, DeliveryState, Line, LineReason

ANNA = "anna@example.org"


def line(call_id: int, reason: LineReason = LineReason.NEW, *, shown: bool = True) -> Line:
    return Line(
        call_id=call_id,
        reason=reason,
        priority="water",
        shown=shown,
        deadline=dt.date(2027, 2, 1),
        previous_deadline=dt.date(2027, 1, 1),
    )


def add(
    session: Session,
    edition: str,
    *lines: Line,
    contact: str = ANNA,
    channel: Channel = Channel.MAIL,
    state: DeliveryState = DeliveryState.PENDING,
) -> int:
    delivery_id = deliveries.add(
        session,
        contact=contact,
        edition=edition,
        channel=channel,
        subject="Nieuwe kansen — week 48",
        message_id=f"<{edition}@example.org>",
        message=b"From: us\r\n\0\xff",
        html="<p>Dag</p>",
        lines=lines,
        created_at=NOW,
    )
    if state is not DeliveryState.PENDING:
        deliveries.mark(session, delivery_id, state, at=LATER)
    return delivery_id


def test_a_message_comes_back_whole(engine: Engine) -> None:
    first, second = keep(engine, data("1"), data("2"))
    lines = (line(second), line(first, LineReason.CHANGED, shown=False))
    with session_scope(engine) as session:
        delivery_id = add(session, "2026-W48", *lines)
    with session_scope(engine) as session:
        expected = Delivery(
            id=delivery_id,
            contact=ANNA,
            edition="2026-W48",
            channel=Channel.MAIL,
            state=DeliveryState.PENDING,
            subject="Nieuwe kansen — week 48",
            message_id="<2026-W48@example.org>",
            message=b"From: us\r\n\0\xff",
            html="<p>Dag</p>",
            created_at=NOW,
            lines=lines,
        )
        assert deliveries.find(session, ANNA, "2026-W48", Channel.MAIL) == expected
        assert deliveries.get(session, delivery_id) == expected
        assert deliveries.find(session, ANNA, "2026-W48", Channel.FILE) is None
        assert deliveries.find(session, "ben@example.org", "2026-W48", Channel.MAIL) is None
        assert deliveries.get(session, delivery_id + 1) is None


def test_an_edition_is_kept_once_a_contact_and_channel(engine: Engine) -> None:
    with session_scope(engine) as session:
        add(session, "2026-W48")
        add(session, "2026-W48", channel=Channel.FILE)
        add(session, "2026-W49")
    with pytest.raises(IntegrityError), session_scope(engine) as session:
        add(session, "2026-W48")


def test_of_two_that_race_for_an_edition_one_wins(engine: Engine) -> None:
    start = Barrier(2)

    def compose(_number: int) -> bool:
        start.wait(timeout=10)
        try:
            with session_scope(engine) as session:
                add(session, "2026-W48")
        except IntegrityError:
            return False
        return True

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(compose, range(2))) == [False, True]
    with session_scope(engine) as session:
        assert len(deliveries.listing(session)) == 1


def test_marking_counts_attempts_and_notes_the_sending(engine: Engine) -> None:
    with session_scope(engine) as session:
        delivery_id = add(session, "2026-W48")
        assert deliveries.begin(session, delivery_id)
        deliveries.mark(session, delivery_id, DeliveryState.SENDING, at=NOW)
        assert not deliveries.begin(session, delivery_id)
        deliveries.mark(session, delivery_id, DeliveryState.PENDING, at=NOW, error="busy")
        refused = deliveries.get(session, delivery_id)
        assert refused is not None
        assert (refused.attempts, refused.error, refused.sent_at) == (1, "busy", None)
        assert deliveries.begin(session, delivery_id)
        deliveries.mark(session, delivery_id, DeliveryState.SENT, at=LATER)
        sent = deliveries.get(session, delivery_id)
        assert sent is not None
        assert (sent.state, sent.attempts, sent.error, sent.sent_at) == (DeliveryState.SENT, 2, "", LATER)


def test_pending_and_interrupted_messages_by_channel(engine: Engine) -> None:
    with session_scope(engine) as session:
        first = add(session, "2026-W46")
        second = add(session, "2026-W47")
        cut_off = add(session, "2026-W48", state=DeliveryState.SENDING)
        add(session, "2026-W49", state=DeliveryState.SENT)
        file = add(session, "2026-W46", channel=Channel.FILE)
        assert [each.id for each in deliveries.pending(session, Channel.MAIL)] == [first, second]
        assert [each.id for each in deliveries.pending(session, Channel.FILE)] == [file]
        assert [each.id for each in deliveries.interrupted(session, Channel.MAIL)] == [cut_off]
        assert deliveries.interrupted(session, Channel.FILE) == []


@pytest.mark.parametrize("state", DeliveryState)
def test_lines_are_told_only_when_they_may_have_arrived(engine: Engine, state: DeliveryState) -> None:
    (call_id,) = keep(engine, data("1"))
    arrived = state in (DeliveryState.SENT, DeliveryState.UNSURE)
    with session_scope(engine) as session:
        add(session, "2026-W48", line(call_id), state=state)
        assert deliveries.told(session, ANNA, Channel.MAIL) == ({call_id: line(call_id)} if arrived else {})
        assert deliveries.has_any(session, ANNA, Channel.MAIL) is arrived
        assert deliveries.told(session, ANNA, Channel.FILE) == {}
        assert deliveries.has_any(session, ANNA, Channel.FILE) is False
        assert deliveries.told(session, "ben@example.org", Channel.MAIL) == {}


def test_the_latest_line_of_a_call_is_what_was_told(engine: Engine) -> None:
    first, second = keep(engine, data("1"), data("2"))
    with session_scope(engine) as session:
        add(session, "2026-W46", line(first, LineReason.BASELINE), line(second), state=DeliveryState.SENT)
        add(session, "2026-W47", line(first, LineReason.CHANGED), state=DeliveryState.UNSURE)
        add(session, "2026-W48", line(first, LineReason.CLOSING), state=DeliveryState.FAILED)
        assert deliveries.told(session, ANNA, Channel.MAIL) == {
            first: line(first, LineReason.CHANGED),
            second: line(second),
        }


def test_the_listing_shows_the_newest_first(engine: Engine) -> None:
    with session_scope(engine) as session:
        first = add(session, "2026-W47")
        second = add(session, "2026-W47", contact="ben@example.org")
        third = add(session, "2026-W48")
        assert [each.id for each in deliveries.listing(session)] == [third, second, first]
        assert [each.id for each in deliveries.listing(session, contact=ANNA)] == [third, first]
        assert [each.id for each in deliveries.listing(session, limit=1)] == [third]
