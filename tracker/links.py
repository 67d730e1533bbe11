"""Makes and reads the signed links in mails: each for one purpose, one message and one call, for a time.

A link names no person: the message that it belongs to does, in our own database.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from itsdangerous import BadData, SignatureExpired, TimestampSigner, URLSafeTimedSerializer

from tracker.core.answer import AnswerKind
from tracker.core.delivery import Delivery
from tracker.core.errors import TrackerError

SALT = "kansen.links"
LONGEST_TOKEN = 300
"""Characters of the longest link that is looked at at all; ours have about 100."""


class Purpose(StrEnum):
    """What one link may do."""

    INTERESTING = AnswerKind.INTERESTING.value
    NOT_FOR_US = AnswerKind.NOT_FOR_US.value
    NOT_MY_DOMAIN = AnswerKind.NOT_MY_DOMAIN.value
    LATER = AnswerKind.LATER.value
    LEAVE = "leave"
    PAUSE = "pause"
    RETURN = "return"

    @property
    def valid_for(self) -> timedelta:
        """How long a link works: an answer while its mail is fresh, leaving for over a year."""
        return timedelta(days=90) if self.value in tuple(AnswerKind) else timedelta(days=400)


class LinkError(TrackerError):
    """A link does not do anything: it was changed, is not ours, or (`expired`) is too old."""

    def __init__(self, *, expired: bool = False) -> None:
        super().__init__("this link is too old" if expired else "this link is not right")
        self.expired = expired


@dataclass(frozen=True, slots=True)
class Ticket:
    """What a link says: its purpose, its message, the call (0 for none), and a mark of whom it is for."""

    purpose: Purpose
    delivery_id: int
    call_id: int
    mark: str

    def belongs_to(self, delivery: Delivery) -> bool:
        """Tell whether this link was made for the contact that the message is for."""
        return self.delivery_id == delivery.id and self.mark == mark_of(delivery.contact)


def mark_of(contact: str) -> str:
    """Give a short mark of an address, from which nobody can read it."""
    return hashlib.sha256(f"{SALT}\n{contact.casefold()}".encode()).hexdigest()[:12]


@dataclass(frozen=True, slots=True)
class Links:
    """Makes links for the public address `base`, signed with `key` (TRACKER_SECRET_KEY)."""

    base: str
    key: str

    def __repr__(self) -> str:
        return f"Links(base={self.base!r})"

    def token(self, ticket: Ticket, *, now: datetime) -> str:
        """Give the signed text of a link."""
        said = [ticket.purpose.value, ticket.delivery_id, ticket.call_id, ticket.mark]
        return str(self._serializer(now).dumps(said))

    def address(self, ticket: Ticket, *, now: datetime) -> str:
        """Give the whole address of a link."""
        return f"{self.base}/a/{self.token(ticket, now=now)}"

    def answers(self, delivery_id: int, contact: str, call_id: int, *, now: datetime) -> Mapping[str, str]:
        """Give the address behind each answer about a call in a message."""
        return {
            kind.value: self.address(
                Ticket(Purpose(kind.value), delivery_id, call_id, mark_of(contact)), now=now
            )
            for kind in AnswerKind
        }

    def leave(self, delivery_id: int, contact: str, *, now: datetime) -> str:
        """Give the address where one press unsubscribes (RFC 8058)."""
        return self.address(Ticket(Purpose.LEAVE, delivery_id, 0, mark_of(contact)), now=now)

    def read(self, token: str, *, now: datetime) -> Ticket:
        """Give what a link says.

        Raises:
            LinkError: it is not ours, was changed, or is too old.
        """
        if len(token) > LONGEST_TOKEN:
            raise LinkError
        serializer = self._serializer(now)
        try:
            said = serializer.loads(token)
            ticket = Ticket(Purpose(said[0]), *said[1:])
            serializer.loads(token, max_age=int(ticket.purpose.valid_for.total_seconds()))
        except SignatureExpired as error:
            raise LinkError(expired=True) from error
        except BadData as error:
            raise LinkError from error
        return ticket

    def _serializer(self, now: datetime) -> URLSafeTimedSerializer:
        return URLSafeTimedSerializer(
            self.key, salt=SALT, signer=_SignerAt, signer_kwargs={"moment": now.astimezone(UTC)}
        )


class _SignerAt(TimestampSigner):
    """A signer that is told the time: time is an argument, and a rehearsal signs for its own day."""

    def __init__(self, *args: object, moment: datetime, **more: object) -> None:
        super().__init__(*args, **more)  # type: ignore[arg-type]  # handed on as itsdangerous hands them in
        self._moment = moment

    def get_timestamp(self) -> int:
        """Give the moment in whole seconds since 1970 (UTC)."""
        return int(self._moment.timestamp())
