"""What was composed for a contact, whether it arrived, and what it told them."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


class Channel(StrEnum):
    """A way to a contact; each has its own ledger."""

    FILE = "file"
    MAIL = "mail"
    OPERATOR = "operator"  # by mail too, but about the product itself: it tells of no call


class DeliveryState(StrEnum):
    """Where a message stands."""

    PENDING = "pending"  # composed and committed, not handed over yet
    SENDING = "sending"  # its end is being sent; found after a crash, nobody knows whether it was accepted
    SENT = "sent"
    UNSURE = "unsure"  # the server may have accepted it; never resent by itself
    FAILED = "failed"  # refused for good, or given up
    DROPPED = "dropped"  # its reader left or paused before it was sent: nobody gets it


class LineReason(StrEnum):
    """Why a call is in a message."""

    BASELINE = "baseline"  # open when the contact's first edition was made
    NEW = "new"
    CHANGED = "changed"  # its deadline moved since it was told
    DECIDE_SOON = "decide_soon"
    CLOSING = "closing"
    GONE = "gone"  # told before, and closed early or no longer listed by its source
    BACK = "back"  # told as gone, and open or coming again


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One call in a message. `shown` is False for what a first edition only counts ("n more").

    `deadline` is the next deadline as it was told, `previous_deadline` the one told before.
    """

    call_id: int
    reason: LineReason
    priority: str
    shown: bool = True
    deadline: date | None = None
    previous_deadline: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One message to one contact by one channel for one edition (such as `2026-W48`).

    A pending one is not tried before `next_attempt_at`.
    """

    id: int
    contact: str
    edition: str
    channel: Channel
    state: DeliveryState
    subject: str
    message_id: str
    message: bytes
    html: str
    created_at: datetime
    sent_at: datetime | None = None
    attempts: int = 0
    error: str = ""
    next_attempt_at: datetime | None = None
    lines: tuple[Line, ...] = ()
