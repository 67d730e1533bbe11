"""Reads calls that a programme's page tells of in sentences: "Call 5 opened on ... and closed on ..."."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from scrapers.contract import Fetch, Gap, Site
from scrapers.dates import Moment, find_windows
from scrapers.platforms.html_pages import follow, main_text
from scrapers.platforms.soup import read_soup
from scrapers.text import clean
from tracker.core.call import CallData, CallText, Claim, Deadline, DeadlineKind
from tracker.core.errors import LayoutChangedError, ScrapeError

CLAIMS = {"open": Claim.OPEN, "upcoming": Claim.FORTHCOMING, "closed": Claim.CLOSED}

LONGEST_PASSAGE = 800
"""Characters after a call's name that may speak of it; what follows the last call is the page's foot."""

_CALL = re.compile(
    r"""\bCall\s+(?P<number>\d{1,2})(?P<audience>\s+for\s+[\w\- ]{1,60}?)?\s*
        (?:\((?P<status>open|closed|upcoming)\)|(?=(?:is\s+|will\s+)?(?:now\s+)?open(?:s|ed)?\b|clos(?:es|ed)\b))
    """,
    re.IGNORECASE | re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class ProgrammePage:
    """One programme's page. `anchor` is the heading after which the calls stand, where there is one."""

    url: str
    programme: str
    name: str
    short_name: str
    anchor: str = ""


NORTH_WEST_EUROPE = ProgrammePage(
    "https://nweurope.eu/calls-for-projects",
    "interreg-nwe",
    "Interreg North-West Europe",
    "NWE",
    "Call calendar",
)
NORTH_SEA = tuple(
    ProgrammePage(
        f"https://www.interregnorthsea.eu/{path}", "interreg-north-sea", "Interreg North Sea", "North Sea"
    )
    for path in ("future-calls", "previous-calls")
)


@dataclass(slots=True)
class _Passage:
    """A call's name and what the page says until the next one."""

    number: int
    audience: str
    status: str
    start: int
    end: int


def read_pages(
    fetch: Fetch, site: Site, pages: Sequence[ProgrammePage], *, own_url: str, source: str
) -> tuple[list[CallData], list[Gap]]:
    """Read what can be read of several pages: each call once, as the first page has it, and the gaps.

    `own_url` is the source's own address, so that the pages follow where the operator replaced it.
    """
    calls: dict[str, CallData] = {}
    gaps = []
    for page in pages:
        url = follow(page.url, site_url=site.url, own_url=own_url)
        try:
            for call in read_calls(fetch, page, url=url, source=source):
                calls.setdefault(call.source_ref, call)
        except ScrapeError as error:
            gaps.append(Gap(page.url, str(error)))
    return list(calls.values()), gaps


def read_calls(fetch: Fetch, page: ProgrammePage, *, url: str, source: str) -> list[CallData]:
    """Read a programme's page at `url` (its own, or where the operator has it read).

    Raises:
        ScrapeError: the page cannot be read.
        LayoutChangedError: its heading is gone, or no call stands on it; closed calls stay listed there.
    """
    text = main_text(read_soup(fetch, url, source=source))
    calls = list(calls_in(text, page, source=source))
    if not calls:
        raise LayoutChangedError(f"{url} tells of no call", source=source, url=url, field="Call")
    return calls


def calls_in(text: str, page: ProgrammePage, *, source: str) -> Iterator[CallData]:
    """Give the calls that clean text tells of, the closed ones too.

    A closed call is given with its claim, so that one that was open yesterday is closed today and not gone.

    Raises:
        LayoutChangedError: the page's heading is not there.
    """
    start = text.lower().find(page.anchor.lower())
    if start < 0:
        raise LayoutChangedError(
            f'{page.url} has no "{page.anchor}"', source=source, url=page.url, field=page.anchor
        )
    section = text[start:]
    seen: dict[str, str] = {}
    for passage in _passages(section):
        name = f"Call {passage.number}"
        if name in seen and seen[name] != passage.audience:  # two calls of one number, for different people
            name = f"{name} for {passage.audience}"
        if name not in seen:
            seen[name] = passage.audience
            words = section[passage.start : passage.end]
            yield _call_of(words, passage, page, name=name, source=source)


def _passages(section: str) -> list[_Passage]:
    """Cut a section where a call is named; a sentence about the call of the heading above belongs to that."""
    passages: list[_Passage] = []
    for found in _CALL.finditer(section):
        number, status = int(found["number"]), (found["status"] or "").lower()
        if passages:
            last = passages[-1]
            if not status and last.number == number:
                continue
            last.end = min(last.end, found.start())
        audience = clean(found["audience"] or "").removeprefix("for ")
        end = min(len(section), found.start() + LONGEST_PASSAGE)
        passages.append(_Passage(number, audience, status, found.start(), end))
    return passages


def reference_of(programme: str, name: str) -> str:
    """Give what a call of a programme is known by, from its number: "Call 6"."""
    return f"{programme} {name}".lower().replace(" ", "-")


def _call_of(words: str, passage: _Passage, page: ProgrammePage, *, name: str, source: str) -> CallData:
    """Make a call; without a status word the dates decide, and without those the words "will open".

    The page tells of several calls, so its bare address must not pass for that of one.
    """
    windows = find_windows(words, locale="en")
    opens = next((window.opens for window in windows if window.opens), None)
    closes = next((window.closes for window in windows if window.closes), None)
    deadline = _deadline(closes)
    will_open = Claim.FORTHCOMING if not windows and "will open" in words.lower() else None
    title = f"{page.name} Call {passage.number}"
    audience = f" for {passage.audience}" if passage.audience else ""
    return CallData(
        source=source,
        source_ref=reference_of(page.programme, name),
        identifier=f"{page.short_name} {name}",
        url=f"{page.url}#call-{passage.number}",
        texts=(CallText("en", f"{title}{audience}", clean(words)),),
        programme=page.programme,
        programme_code=page.name,
        claim=CLAIMS.get(passage.status, will_open),
        opens_on=opens.date if opens else None,
        deadlines=(deadline,) if deadline else (),
        deadline_kind=DeadlineKind.FIXED if deadline else DeadlineKind.UNKNOWN,
    )


def _deadline(moment: Moment | None) -> Deadline | None:
    local = moment.in_brussels() if moment else None
    return Deadline(local.date, local.time) if local else None
