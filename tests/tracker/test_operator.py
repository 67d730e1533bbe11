"""The operator is told once when something needs a person, and again when it is well."""

from datetime import timedelta

import pytest

from db import deliveries
from db.engine import Engine, session_scope
from tests.mailing import NOW
from tracker.core.delivery import Channel, Delivery, DeliveryState
from tracker.core.run import Run, RunState, SourceState
from tracker.health import Health
from tracker.operator import (
    LATE,
    WAITED,
    Trouble,
    delivery_troubles,
    monday_trouble,
    source_troubles,
    tell,
)

PATIENCE = timedelta(hours=48)
DOWN = Trouble("source:portal", ("Bron portal\nligt eruit.", "Portal is down."), ("Weer goed.", "Well."))
MONDAY = Trouble("monday:2026-11-23", ("Maandag gemist.", "Monday missed."), ("Ingehaald.", "Caught up."))


def told(engine: Engine, before: list[Trouble], after: list[Trouble], *, hours: int = 0) -> str | None:
    with session_scope(engine) as session:
        mail = tell(
            session,
            before,
            after,
            operator="beheer@example.org",
            sender="Kansen <kansen@example.org>",
            language="nl",
            now=NOW + timedelta(hours=hours),
        )
    return mail.message.decode() if mail else None


def test_a_trouble_is_told_once_and_again_when_it_is_well(engine: Engine) -> None:
    first = told(engine, [], [DOWN])
    assert first is not None
    assert "- Bron portal ligt eruit." in first
    assert "To: beheer@example.org" in first
    assert "Subject: Europese kansen: 1 keer hulp nodig" in first
    assert told(engine, [DOWN], [DOWN], hours=1) is None
    well = told(engine, [DOWN], [], hours=2)
    assert well is not None
    assert "+ Weer goed." in well
    assert told(engine, [], [], hours=3) is None
    assert told(engine, [], [DOWN], hours=4) is not None  # a new trouble is told anew
    with session_scope(engine) as session:
        kept = deliveries.listing(session)
    assert {(one.channel, one.state) for one in kept} == {(Channel.OPERATOR, DeliveryState.PENDING)}
    assert len({one.message_id for one in kept}) == len(kept) == 3


def test_what_a_job_mended_by_itself_is_told_in_one_mail(engine: Engine) -> None:
    mail = told(engine, [MONDAY], [])
    assert mail is not None
    assert "- Maandag gemist." in mail
    assert "+ Ingehaald." in mail
    assert told(engine, [], [], hours=1) is None


def test_a_trouble_of_an_earlier_process_is_told_to_be_over(engine: Engine) -> None:
    told(engine, [], [DOWN])
    well = told(engine, [], [], hours=1)
    assert well is not None
    assert "+ Bron portal is weer in orde." in well


@pytest.mark.parametrize(
    ("state", "hours", "is_told"),
    [
        (SourceState.DOWN, 47, False),
        (SourceState.DOWN, 48, True),
        (SourceState.BLOCKED, 90, True),
        (SourceState.LAYOUT_CHANGED, 90, True),
        (SourceState.NEEDS_KEY, 90, True),
        (SourceState.PARTLY, 90, False),
        (SourceState.WELL, 90, False),
        (SourceState.OFF, 90, False),
    ],
)
def test_patience_with_a_source(state: SourceState, hours: int, is_told: bool) -> None:
    since = NOW - timedelta(hours=hours)
    run = Run(id=1, source="portal", started_at=since, state=RunState.FAILED, error="no answer")
    found = source_troubles(
        [("portal", Health(state=state, since=since, last_run=run))], patience=PATIENCE, now=NOW
    )
    assert [trouble.key for trouble in found] == (["source:portal"] if is_told else [])
    assert all("no answer" in trouble.wrong[0] for trouble in found)


def message(state: DeliveryState, *, attempts: int = 1, channel: Channel = Channel.MAIL) -> Delivery:
    return Delivery(
        id=7,
        contact="anna@example.org",
        edition="2026-W48",
        channel=channel,
        state=state,
        subject="",
        message_id="<7@example.org>",
        message=b"x",
        html="",
        created_at=NOW,
        attempts=attempts,
        error="refused.",
    )


@pytest.mark.parametrize(
    ("one", "is_told"),
    [
        (message(DeliveryState.FAILED), True),
        (message(DeliveryState.UNSURE), True),
        (message(DeliveryState.PENDING), True),
        (message(DeliveryState.PENDING, attempts=0), False),
        (message(DeliveryState.FAILED, channel=Channel.OPERATOR), False),
    ],
)
def test_a_digest_that_could_not_be_sent(one: Delivery, is_told: bool) -> None:
    now = NOW + WAITED + timedelta(seconds=1)
    assert bool(delivery_troubles([one], now=now)) is is_told
    if one.state is DeliveryState.PENDING:
        assert delivery_troubles([one], now=NOW + WAITED) == []


def test_a_monday_is_missed_when_nothing_was_composed_in_time() -> None:
    late, week = NOW + LATE, timedelta(days=7)
    assert monday_trouble(None, digest_at=NOW, now=late) == []  # a first week misses nothing
    assert monday_trouble(NOW - week, digest_at=NOW, now=late - timedelta(seconds=1)) == []
    (missed,) = monday_trouble(NOW - week, digest_at=NOW, now=late)
    assert missed.key == "monday:2026-11-23"
    assert monday_trouble(NOW, digest_at=NOW, now=late) == []
