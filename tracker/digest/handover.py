"""Hands composed messages over, tries again what can go well later, and leaves alone what may have arrived.

Where a message stands is committed before each step that cannot be undone, so that a death at any moment is
understood afterwards. The caller holds the lock of the main job.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from db import deliveries
from db.engine import Engine, session_scope
from tracker.answers import is_away
from tracker.core.delivery import Channel, Delivery, DeliveryState
from tracker.core.errors import DeliveryError, UsageError
from tracker.mail import Mailer, file_stem, remove_drafts, write_files
from tracker.words import DELIVERY_WORDS

PATIENCE = 10
"""Tries after which a message that keeps failing is given up and shown as failed: over two days of them."""

FIRST_WAIT = timedelta(minutes=5)
"""Time before a mail is tried for the second time; then three times as long after each try."""

LONGEST_WAIT = timedelta(hours=12)

INTERRUPTED = "interrupted while it was handed over"


@dataclass(frozen=True, slots=True)
class Handover:
    """What became of one delivery, and where its files are."""

    delivery: Delivery
    state: DeliveryState
    error: str = ""
    path: Path | None = None


def deliver_pending(
    engine: Engine, *, out: Path, mailer: Mailer | None, clock: Callable[[], datetime]
) -> list[Handover]:
    """Hand over every message that is due; nothing is sent twice, and what failed is kept for a later try.

    A mail whose process died while its end was sent may have been accepted: it becomes unsure and is left
    alone. Files that a dead process left half are removed; a half-told edition is simply written again.
    """
    remove_drafts(out)
    done = []
    for channel in Channel:
        if channel is not Channel.FILE and mailer is None:
            continue
        _settle_interrupted(engine, channel, at=clock())
        with session_scope(engine, read_only=True) as session:
            waiting = deliveries.pending(session, channel, due_at=clock())
        tried = (_hand_over(engine, one, out=out, mailer=mailer, clock=clock) for one in waiting)
        done += [handed for handed in tried if handed is not None]
    return done


def is_any_due(engine: Engine, now: datetime) -> bool:
    """Tell whether a message waits whose moment has come."""
    with session_scope(engine, read_only=True) as session:
        return any(deliveries.pending(session, channel, due_at=now) for channel in Channel)


def resend(
    engine: Engine, delivery_id: int, *, out: Path, mailer: Mailer | None, clock: Callable[[], datetime]
) -> Handover:
    """Hand one message over at once, as a person asks: one that failed, is unsure, or waits for its next try.

    It is the same message with the same Message-ID, so that a mail program that has it shows it once.

    Raises:
        UsageError: there is no such message, it arrived, its text is gone, its reader wants no mail, or mail
            is off.
    """
    found = _to_resend(engine, delivery_id, now=clock())
    if found.channel is not Channel.FILE and mailer is None:
        raise UsageError(
            "mail is off: set TRACKER_SMTP_HOST (a rehearsal and the demo never mail)",
            nl="mail staat uit: stel TRACKER_SMTP_HOST in (een repetitie en de demo mailen nooit)",
        )
    with session_scope(engine) as session:
        deliveries.start_anew(session, delivery_id)
        anew = deliveries.get(session, delivery_id)
    if anew is None:
        raise AssertionError(f"delivery {delivery_id} was there a moment ago")
    handed = _hand_over(engine, anew, out=out, mailer=mailer, clock=clock)
    if handed is None:
        raise UsageError(
            f"delivery {delivery_id} was recalled at this moment: its reader left",
            nl=f"bericht {delivery_id} is net ingetrokken: de lezer is weg",
        )
    return handed


def note_arrival(engine: Engine, delivery_id: int, *, at: datetime) -> Delivery:
    """Note that an unsure message arrived, as its reader says.

    Raises:
        UsageError: there is no such message, or there is no doubt about it.
    """
    with session_scope(engine) as session:
        found = _existing(deliveries.get(session, delivery_id), delivery_id)
        if found.state is not DeliveryState.UNSURE:
            raise UsageError(
                f"delivery {delivery_id} is {found.state.value}: there is nothing to settle",
                nl=f"bericht {delivery_id} is {DELIVERY_WORDS[found.state][0]}: er is niets op te lossen",
            )
        deliveries.mark(session, delivery_id, DeliveryState.SENT, at=at)
    return found


def _to_resend(engine: Engine, delivery_id: int, *, now: datetime) -> Delivery:
    with session_scope(engine, read_only=True) as session:
        found = _existing(deliveries.get(session, delivery_id), delivery_id)
        wants_none = is_away(session, found.contact, now=now)
    if found.state is DeliveryState.SENT:
        raise UsageError(
            f"delivery {delivery_id} has arrived; it is not sent twice",
            nl=f"bericht {delivery_id} is aangekomen; het gaat geen twee keer weg",
        )
    if found.state is DeliveryState.SENDING:
        raise UsageError(
            f"delivery {delivery_id} was interrupted; run `tracker digest` first, and look again",
            nl=f"bericht {delivery_id} is onderbroken; geef eerst `tracker digest`, en kijk dan weer",
        )
    if wants_none:
        raise UsageError(
            f"{found.contact} left or pauses; if they ask for mail: tracker contacts return {found.contact}",
            nl=f"{found.contact} is weg of pauzeert; wie weer mail wil: "
            f"tracker contacts return {found.contact}",
        )
    if not found.message:
        raise UsageError(
            f"the text of delivery {delivery_id} was erased",
            nl=f"de tekst van bericht {delivery_id} is gewist",
        )
    return found


def _existing(found: Delivery | None, delivery_id: int) -> Delivery:
    if found is None:
        raise UsageError(
            f"There is no delivery {delivery_id}. Look with: tracker deliveries",
            nl=f"Er is geen bericht {delivery_id}. Kijk met: tracker deliveries",
        )
    return found


def _settle_interrupted(engine: Engine, channel: Channel, *, at: datetime) -> None:
    """Mark what a dead process was handing over; a file is told to nobody before it is whole."""
    after = DeliveryState.PENDING if channel is Channel.FILE else DeliveryState.UNSURE
    with session_scope(engine) as session:
        for delivery in deliveries.interrupted(session, channel):
            deliveries.mark(session, delivery.id, after, at=at, error=INTERRUPTED)


def _hand_over(
    engine: Engine, delivery: Delivery, *, out: Path, mailer: Mailer | None, clock: Callable[[], datetime]
) -> Handover | None:
    """Try one message; None where it was recalled since it was read, because its reader left or pauses."""
    at = clock()
    with session_scope(engine) as session:
        if not deliveries.begin(session, delivery.id):
            return None
    path = next_attempt = None
    try:
        if delivery.channel is Channel.FILE:
            path = _write(delivery, out)
        elif mailer is not None:
            _send(engine, delivery, mailer, at=at)
        state, error = DeliveryState.SENT, ""
    except DeliveryError as failure:
        state, error = _after_failure(delivery, failure), str(failure)
        next_attempt = _next_attempt(delivery, at) if state is DeliveryState.PENDING else None
    with session_scope(engine) as session:
        deliveries.mark(session, delivery.id, state, at=clock(), error=error, next_attempt_at=next_attempt)
    return Handover(delivery, state, error, path)


def _write(delivery: Delivery, out: Path) -> Path:
    stem = file_stem(delivery.contact, delivery.edition)
    _, page = write_files(out, stem, message=delivery.message, html=delivery.html)
    return page


def _send(engine: Engine, delivery: Delivery, mailer: Mailer, *, at: datetime) -> None:
    def before_end() -> None:
        with session_scope(engine) as session:
            deliveries.mark(session, delivery.id, DeliveryState.SENDING, at=at)

    mailer.send(delivery.message, delivery.contact, before_end=before_end)


def _after_failure(delivery: Delivery, failure: DeliveryError) -> DeliveryState:
    if failure.unsure:
        return DeliveryState.UNSURE
    given_up = failure.permanent or delivery.attempts + 1 >= PATIENCE
    return DeliveryState.FAILED if given_up else DeliveryState.PENDING


def _next_attempt(delivery: Delivery, at: datetime) -> datetime | None:
    """Give when a mail is tried again; a file may be written at once, for a person mends its folder."""
    if delivery.channel is Channel.FILE:
        return None
    wait: timedelta = FIRST_WAIT * 3**delivery.attempts
    return at + min(wait, LONGEST_WAIT)
