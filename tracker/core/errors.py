"""Every error that the product raises on purpose, as one tree.

    TrackerError
    ├─ ConfigError            file, key, what was expected
    ├─ UsageError             what a person asked for cannot be done as asked
    ├─ ConflictError          somebody else changed it since: what it is now, and what they did
    ├─ ScrapeError            source, url
    │  ├─ FetchError          status, attempts
    │  ├─ BlockedError        a challenge page, 403, 429 beyond patience
    │  ├─ NeedsKeyError       the interface's key is missing or no longer valid
    │  ├─ LayoutChangedError  field or selector
    │  ├─ ContractError       the interface answered something else than was asked
    │  └─ EmptyResultError    found, expected at least
    ├─ StorageError
    │  ├─ SchemaOutOfDateError
    │  └─ StorageBusyError
    ├─ MatchingError
    │  ├─ NotFittedError
    │  └─ FeatureVersionError
    └─ DeliveryError          contact, edition

Anything else that is raised is a bug. Each message says what went wrong, why, and what to do next.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # core.review knows core.profile, which knows these errors
    from tracker.core.review import Review, ReviewEvent


class TrackerError(Exception):
    """An expected failure: the doors turn it into one line and an exit status."""


class ConfigError(TrackerError):
    """A setting or a file that the operator wrote is wrong."""

    def __init__(self, message: str, *, file: str | None = None, key: str | None = None) -> None:
        place = ": ".join(part for part in (file, key) if part)
        super().__init__(f"{place}: {message}" if place else message)
        self.file = file
        self.key = key


class UsageError(TrackerError):
    """A person asked for something that cannot be done as asked."""


class ConflictError(TrackerError):
    """Somebody else changed a call's review after this person saw it; nothing was overwritten.

    `present` is the review as it is now, `events` what was done to it since, the oldest first.
    """

    def __init__(self, message: str, *, present: "Review", events: "Sequence[ReviewEvent]" = ()) -> None:
        super().__init__(message)
        self.present = present
        self.events = tuple(events)


class ScrapeError(TrackerError):
    """A source could not be read."""

    def __init__(self, message: str, *, source: str = "", url: str = "") -> None:
        super().__init__(message)
        self.source = source
        self.url = url


class FetchError(ScrapeError):
    """No usable answer came, after every try that patience allows."""

    def __init__(
        self, message: str, *, source: str = "", url: str = "", status: int | None = None, attempts: int = 1
    ) -> None:
        super().__init__(message, source=source, url=url)
        self.status = status
        self.attempts = attempts


class BlockedError(ScrapeError):
    """The publisher refuses us: a challenge page, 401, 403, or 429 beyond patience."""


class NeedsKeyError(ScrapeError):
    """The interface wants a key that the settings lack, or no longer takes the one they have."""


class LayoutChangedError(ScrapeError):
    """The page or row no longer has the shape that the scraper knows."""

    def __init__(self, message: str, *, source: str = "", url: str = "", field: str = "") -> None:
        super().__init__(message, source=source, url=url)
        self.field = field


class ContractError(ScrapeError):
    """The interface answered something else than was asked (page echo, row type, language, total)."""


class EmptyResultError(ScrapeError):
    """Fewer results than can be true."""

    def __init__(
        self, message: str, *, source: str = "", url: str = "", found: int = 0, expected: int = 1
    ) -> None:
        super().__init__(message, source=source, url=url)
        self.found = found
        self.expected = expected


class StorageError(TrackerError):
    """The database cannot be used as asked."""


class SchemaOutOfDateError(StorageError):
    """The database has another schema than this version of the product needs."""


class StorageBusyError(StorageError):
    """Another process holds the lock or the database."""


class MatchingError(TrackerError):
    """The ranker cannot answer."""


class NotFittedError(MatchingError):
    """The ranker was asked before it had read any call."""


class FeatureVersionError(MatchingError):
    """A stored ranker state was made by another version."""


class DeliveryError(TrackerError):
    """A message could not be handed over; `permanent` means that a retry cannot help."""

    def __init__(
        self,
        message: str,
        *,
        contact: str = "",
        edition: str = "",
        permanent: bool = False,
        unsure: bool = False,
    ) -> None:
        super().__init__(message)
        self.contact = contact
        self.edition = edition
        self.permanent = permanent
        self.unsure = unsure
