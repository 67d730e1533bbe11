"""Saves a publisher's answers to a folder and gives them back, for golden files and tests."""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

from scrapers.contract import Fetch, Page, Request
from scrapers.decoding import decode
from tracker.core.errors import FetchError

INDEX = "index.json"
"""Lists what was recorded: a readable key for each request, and the file with its answer."""


def key_of(request: Request) -> str:
    """Give what makes a request itself: method, address, parameters and a digest of its body."""
    parameters = "&".join(f"{name}={value}" for name, value in sorted(request.params.items()))
    body = json.dumps([sorted(request.parts.items()), request.json], sort_keys=True)
    digest = hashlib.sha256(body.encode()).hexdigest()[:16] if request.parts or request.json else "-"
    return f"{request.method} {request.url} {parameters or '-'} {digest}"


@dataclass(frozen=True, slots=True)
class _Entry:
    """One recorded answer, as the index lists it."""

    file: str
    url: str
    status: int
    content_type: str


class Recorder:
    """A fetch that keeps each answer that goes through it in `folder`."""

    def __init__(self, fetch: Fetch, folder: Path) -> None:
        self._fetch = fetch
        self._folder = folder
        self._index: dict[str, dict[str, object]] = {}

    def __call__(self, request: Request) -> Page:
        """Get an answer and save it."""
        page = self._fetch(request)
        key = key_of(request)
        suffix = "json" if "json" in page.content_type else "html" if "html" in page.content_type else "txt"
        name = f"{hashlib.sha256(key.encode()).hexdigest()[:12]}.{suffix}"
        self._folder.mkdir(parents=True, exist_ok=True)
        (self._folder / name).write_bytes(page.content)
        self._index[key] = {
            "file": name,
            "url": page.url,
            "status": page.status,
            "content_type": page.content_type,
        }
        (self._folder / INDEX).write_text(json.dumps(self._index, indent=2, sort_keys=True) + "\n")
        return page


class Replay:
    """A fetch that gives back what was recorded in `folder`, and nothing else."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        listed = json.loads((folder / INDEX).read_text())
        self._index = {key: _Entry(**entry) for key, entry in listed.items()}

    def __call__(self, request: Request) -> Page:
        """Give the recorded answer.

        Raises:
            FetchError: this request was not recorded.
        """
        entry = self._index.get(key_of(request))
        if entry is None:
            raise FetchError(f"not recorded: {key_of(request)}", url=request.url)
        content = (self._folder / entry.file).read_bytes()
        text = decode(content, entry.content_type)
        return Page(entry.url, entry.status, entry.content_type, content, text)
