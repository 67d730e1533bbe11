"""Saves a publisher's answers to a folder and gives them back, for golden files and tests."""

import dataclasses
import difflib
import hashlib
import json
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scrapers.contract import Crawl, Fetch, Page, Request, Site, Source, run_crawl
from scrapers.decoding import decode
from tracker.core.errors import FetchError

INDEX = "index.json"
"""Lists what was recorded: a readable key for each request, and the file with its answer."""
EXPECTED = "expected.json"
"""What the recorded answers give when they are read: written by the machine, approved by a person."""
OPTIONS = "options.json"
"""The options that the recording was made with, where it needs any; never a key."""
SECRET_OPTIONS = {"key"}
HIDDEN = "not recorded"
"""What stands for a key in a recording: replayed with it, a source asks what it asked with the key."""
ADDRESS = "address.txt"
"""The address that the recording was made at, where the operator had replaced the publisher's."""


def crawl_as_json(crawl: Crawl) -> dict[str, Any]:
    """Give what a crawl found in the form of `expected.json`."""
    content: dict[str, Any] = json.loads(json.dumps(dataclasses.asdict(crawl), default=str))
    return content


def recorded_options(folder: Path) -> dict[str, str]:
    """Give the options that a recording was made with."""
    file = folder / OPTIONS
    return dict(json.loads(file.read_text())) if file.exists() else {}


def recorded_site(source: Source, folder: Path) -> Site:
    """Tell where and how a recording was made, to read it again as it was read then."""
    file = folder / ADDRESS
    url = file.read_text().strip() if file.exists() else source.url
    return Site(url=url, options=recorded_options(folder))


def record(source: Source, fetch: Fetch, *, site: Site, folder: Path) -> list[str]:
    """Read a source and keep its answers, its options (no keys) and what it gave, instead of what was there.

    The address is kept too where it is not the publisher's: the recording can be read again all the same.

    Gives the lines in which `expected.json` became another, as a unified diff. Nothing is touched when the
    source cannot be read.

    Raises:
        ScrapeError: the source cannot be read.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent) as draft_name:
        draft = Path(draft_name)
        (draft / INDEX).write_text("{}\n")
        crawl = run_crawl(source, Recorder(fetch, draft), site=site)
        text = json.dumps(crawl_as_json(crawl), indent=2, ensure_ascii=False, sort_keys=True) + "\n"
        (draft / EXPECTED).write_text(text)
        options = {
            name: HIDDEN if name in SECRET_OPTIONS else value for name, value in site.options.items() if value
        }
        (draft / OPTIONS).write_text(json.dumps(options, indent=2, ensure_ascii=False, sort_keys=True) + "\n")
        if site.url != source.url:
            (draft / ADDRESS).write_text(site.url + "\n")
        before = (folder / EXPECTED).read_text() if (folder / EXPECTED).exists() else ""
        folder.mkdir(exist_ok=True)
        for old in folder.iterdir():
            if old.is_file():
                old.unlink()
        for new in draft.iterdir():
            shutil.copy(new, folder / new.name)
    return list(difflib.unified_diff(before.splitlines(), text.splitlines(), "before", "now", lineterm=""))


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
