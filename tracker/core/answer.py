"""What a contact answers about a call, and what follows from it for what they are told."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from tracker.core.profile import Domain


class AnswerKind(StrEnum):
    """What a contact says of a call in a mail."""

    INTERESTING = "interesting"
    NOT_FOR_US = "not_for_us"
    NOT_MY_DOMAIN = "not_my_domain"
    LATER = "later"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One answer; the last one of a contact about a call counts.

    `until` (Amsterdam) is the day from which a call put off is shown again, `to_domain` and `note` belong to
    one that is passed on. `delivery_id` is the message that was answered.
    """

    contact: str
    call_id: int
    kind: AnswerKind
    at: datetime
    delivery_id: int | None = None
    until: date | None = None
    to_domain: Domain | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class PassedOn:
    """Who (an address) passed a call on to this contact's domain, and what they said with it."""

    by: str
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Absence:
    """A contact who wants no mail before the day `until`, or without a day none any more."""

    contact: str
    at: datetime
    until: date | None = None

    def holds_on(self, today: date) -> bool:
        """Tell whether this contact gets no mail today."""
        return self.until is None or today < self.until
