"""The people who work with the review page, and what each may do."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from tracker.core.profile import Domain


class Role(StrEnum):
    """What an account may do; each role may do all that the one before it may."""

    READER = "reader"  # see everything but people and messages
    REVIEWER = "reviewer"  # decide, assign, weigh, note
    ADMINISTRATOR = "administrator"  # people, messages and sources too

    @property
    def rank(self) -> int:
        """0 for a reader, 2 for an administrator."""
        return list(Role).index(self)

    def may(self, needed: "Role") -> bool:
        """Tell whether this role suffices where `needed` is asked."""
        return self.rank >= needed.rank


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody we know: a colleague with an account, or (`role` is None) a contact who only gets mail.

    An erased person keeps the number, and a pseudonym for a name, so that the audit trail stays whole.
    """

    id: int
    email: str
    name: str
    language: str = "nl"
    domains: tuple[Domain, ...] = ()
    role: Role | None = None
    is_active: bool = True
    locked_until: datetime | None = None

    def may(self, needed: Role) -> bool:
        """Tell whether this person may do what asks for `needed`."""
        return self.is_active and self.role is not None and self.role.may(needed)


class SubscriptionKind(StrEnum):
    """What a personal secret address or key gives."""

    CALENDAR = "calendar"
    ATOM = "atom"
    API = "api"


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """A personal secret that gives one filtered list without signing in; revoked, it gives nothing.

    `filters` is the query part of a list's address. The secret itself is never kept, only its hash.
    """

    id: int
    person_id: int
    kind: SubscriptionKind
    title: str
    filters: str
    created_at: datetime
    revoked_at: datetime | None = None
    used_at: datetime | None = None
