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

Anything else that is raised is a bug. Each message says what went wrong, why, and what to do next. It is
English, for the log and for programs; `nl` is the same in Dutch, for whoever reads it in a terminal. What a
colleague can meet in a command has both:

    raise UsageError("There is no text to match.", nl="Er is geen tekst om mee te zoeken.")
"""

import errno
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # core.review knows core.profile, which knows these errors
    from tracker.core.review import Review, ReviewEvent


class TrackerError(Exception):
    """An expected failure: the doors turn it into one line and an exit status.

    `nl` is the message in Dutch; without it a Dutch reader gets the English one.
    """

    def __init__(self, message: str, *, nl: str = "") -> None:
        super().__init__(message)
        self.nl = nl

    def text(self, language: str) -> str:
        """Give the message in `nl` or `en`."""
        return self.nl if language == "nl" and self.nl else str(self)


class ConfigError(TrackerError):
    """A setting or a file that the operator wrote is wrong. Its place stands before both messages."""

    def __init__(
        self, message: str, *, file: str | None = None, key: str | None = None, nl: str = ""
    ) -> None:
        place = "".join(f"{part}: " for part in (file, key) if part)
        super().__init__(f"{place}{message}", nl=f"{place}{nl}" if nl else "")
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
        nl: str = "",
    ) -> None:
        super().__init__(message, nl=nl)
        self.contact = contact
        self.edition = edition
        self.permanent = permanent
        self.unsure = unsure


class WrongValueError(ValueError):
    """A value in a settings file or profile is not what was expected there.

    Pydantic's checks raise it, as they must raise a ValueError; whoever reads the file knows the place and
    makes a ConfigError of it, with both messages.
    """

    def __init__(self, message: str, *, nl: str) -> None:
        super().__init__(message)
        self.nl = nl


_REASONS = {
    errno.ENOENT: "het bestaat niet",
    errno.EACCES: "geen toegang",
    errno.EPERM: "het systeem staat het niet toe",
    errno.EISDIR: "het is een map",
    errno.ENOTDIR: "een deel van het pad is geen map",
    errno.EEXIST: "er staat al een bestand met die naam",
    errno.EROFS: "de schijf is alleen te lezen",
    errno.ENOSPC: "de schijf is vol",
    errno.EADDRINUSE: "een ander programma luistert daar al",
    errno.EADDRNOTAVAIL: "dit adres is niet van deze computer",
}


def dutch_reason(error: Exception) -> str:
    """Say in Dutch why the system or a reader of files refused; what is not known here stays as it is."""
    if isinstance(error, UnicodeDecodeError):
        return "het is geen tekst in UTF-8"
    if isinstance(error, OSError):
        return _REASONS.get(error.errno or 0) or error.strerror or str(error)
    return str(error)
