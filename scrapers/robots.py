"""What a host's robots.txt allows, for the polite client alone."""

import threading
from collections.abc import Callable

import httpx
from protego import Protego

from tracker.core.errors import BlockedError, FetchError

PRODUCT = "kansen"
"""The name under which a robots.txt can address us."""

FetchRules = Callable[[httpx.URL], tuple[int, str]]
"""Gets a robots.txt: its status and its text."""


class RobotsRules:
    """Remembers each host's rules for as long as the client lives."""

    def __init__(self, fetch: FetchRules) -> None:
        self._fetch = fetch
        self._rules: dict[str, Protego | None] = {}
        self._lock = threading.Lock()

    def check(self, url: httpx.URL) -> None:
        """Return when `url` may be read.

        Raises:
            BlockedError: the host asks robots not to read this address.
            FetchError: the rules cannot be read (5xx or no answer), so that nobody knows what is allowed.
        """
        rules = self._rules_of(url)
        if rules is not None and not rules.can_fetch(str(url), PRODUCT):
            raise BlockedError(
                f"robots.txt of {url.host} asks robots not to read {url.path}; it was not read", url=str(url)
            )

    def _rules_of(self, url: httpx.URL) -> Protego | None:
        origin = str(url.copy_with(raw_path=b"/", fragment=None))
        with self._lock:  # one thread asks, the others wait for its answer
            if origin not in self._rules:
                self._rules[origin] = self._read(url.copy_with(raw_path=b"/robots.txt", fragment=None))
            return self._rules[origin]

    def _read(self, url: httpx.URL) -> Protego | None:
        """Read the rules; a 4xx means that there are none (RFC 9309, 2.3.1.3)."""
        try:
            status, text = self._fetch(url)
        except FetchError as error:
            raise FetchError(
                f"robots.txt of {url.host} cannot be read, so it is unknown what may be read there: {error}",
                url=str(url),
                status=error.status,
                attempts=error.attempts,
            ) from error
        return Protego.parse(text) if status < 400 else None
