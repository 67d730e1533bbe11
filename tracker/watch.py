"""Watched pages: keeps what they say, and lets a person make a call of a passage, or dismiss it."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from db import calls, watching
from db.calls import StoredSighting
from db.engine import Session
from db.watching import CandidateState, KeptCandidate
from scrapers.contract import Candidate, WatchedPage
from tracker.core.call import ALIVE, Budget, Call, CallData, CallText, DeadlineKind, Fact, FactName
from tracker.core.errors import UsageError

SOURCE = "page-watch"
"""The source under which confirmed passages are stored."""

IS_CALL = frozenset({CandidateState.CONFIRMED, CandidateState.KEPT})
"""The states of a passage that is a call."""

FOLLOWED = ("opens_on", "deadlines", "budget")
"""What a person is asked to confirm again when the page says it otherwise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A passage of a watched page for a person to look at, and its call where it was confirmed.

    `changes` are what was confirmed and what the page says now (field, old, new); `has_left` says that the
    page no longer shows it though its call is open or coming.
    """

    candidate: KeptCandidate
    call: Call | None = None
    changes: tuple[tuple[str, object, object], ...] = ()
    has_left: bool = False

    @property
    def waits(self) -> bool:
        """Tell whether a person has something to decide."""
        if self.candidate.state is CandidateState.KEPT:
            return False
        return self.candidate.state is CandidateState.NEW or bool(self.changes) or self.has_left


@dataclass(frozen=True, slots=True, kw_only=True)
class PageChange:
    """How a watched page last became another: the lines that came and those that went, in its order."""

    name: str
    url: str
    changed_at: datetime
    came: tuple[str, ...]
    went: tuple[str, ...]


def page_changes(session: Session) -> list[PageChange]:
    """Give how each watched page last changed, the latest change first; one that never did is not there."""
    found = []
    for page in watching.pages(session):
        before = watching.page_before(session, page.name)
        if before is not None:
            came, went = _lacking(before.text, page.text), _lacking(page.text, before.text)
            found.append(
                PageChange(name=page.name, url=page.url, changed_at=page.changed_at, came=came, went=went)
            )
    return sorted(found, key=lambda one: one.changed_at, reverse=True)


def _lacking(text: str, other: str) -> tuple[str, ...]:
    """Give the lines of `other` that `text` lacks, in order."""
    there = Counter(text.splitlines())
    found = []
    for line in other.splitlines():
        if there[line]:
            there[line] -= 1
        else:
            found.append(line)
    return tuple(found)


def keep(session: Session, pages: Iterable[WatchedPage], *, now: datetime) -> None:
    """Keep what each page says now and the passages on it that may be calls.

    Once a page changes, a person is asked again about the calls of it that were left as they are.
    """
    for page in pages:
        if watching.keep_page(session, page.name, url=page.url, text=page.text, at=now):
            watching.ask_again(session, page.name)
        watching.keep_candidates(session, [_kept(page, one, now=now) for one in page.candidates])


def _kept(page: WatchedPage, one: Candidate, *, now: datetime) -> KeptCandidate:
    return KeptCandidate(
        key=one.key,
        page=page.name,
        url=page.url,
        programme=page.programme,
        place=page.place,
        neighbour=page.neighbour,
        language=page.language,
        title=one.title,
        sentence=one.sentence,
        text=one.text,
        opens_on=one.opens_on,
        deadline=one.deadline,
        amounts=one.amounts,
        first_seen=now,
        last_seen=now,
    )


def passages(session: Session, *, every: bool = False, now: datetime) -> list[Passage]:
    """Give the passages that wait for a person, or every one, the newest first."""
    confirmed = calls.sightings(session, SOURCE)
    read_at = {page.name: page.read_at for page in watching.pages(session)}
    found = [
        _passage(one, confirmed.get(one.key), read_at=read_at[one.page], now=now)
        for one in watching.candidates(session)
    ]
    return [one for one in found if every or one.waits]


def _passage(
    one: KeptCandidate, stored: StoredSighting | None, *, read_at: datetime, now: datetime
) -> Passage:
    if one.state not in IS_CALL or stored is None:
        return Passage(candidate=one)
    said = call_of(one)
    changes = tuple(
        (name, getattr(stored.data, name), getattr(said, name))
        for name in FOLLOWED
        if getattr(stored.data, name) != getattr(said, name)
    )
    has_left = one.last_seen < read_at and stored.call.status_at(now) in ALIVE
    return Passage(candidate=one, call=stored.call, changes=changes, has_left=has_left)


def confirm(session: Session, key: str) -> CallData:
    """Make a call of a candidate that a person looked at; gives what is to be stored of it.

    Raises:
        UsageError: there is no such candidate.
    """
    one = find(session, key)
    watching.decide_candidate(session, one.key, CandidateState.CONFIRMED)
    return call_of(one)


def keep_as_is(session: Session, key: str) -> KeptCandidate:
    """Leave a confirmed passage's call as it is, whatever its page says now; asked again once that changes.

    Raises:
        UsageError: there is no such candidate, or it is no call.
    """
    one = find(session, key)
    if one.state not in IS_CALL:
        raise UsageError(
            f"The passage {one.key[:8]} is no call; see: tracker watch list --all",
            nl=f"Het stukje tekst {one.key[:8]} is geen oproep; kijk met: tracker watch list --all",
        )
    watching.decide_candidate(session, one.key, CandidateState.KEPT)
    return one


def dismiss(session: Session, key: str) -> KeptCandidate:
    """Note that a candidate is no call; it is not shown again.

    Raises:
        UsageError: there is no such candidate.
    """
    one = find(session, key)
    watching.decide_candidate(session, one.key, CandidateState.DISMISSED)
    return one


def find(session: Session, key: str) -> KeptCandidate:
    """Give the one candidate whose key starts with `key`.

    Raises:
        UsageError: none, or more than one.
    """
    found = [one for one in watching.candidates(session) if key and one.key.startswith(key)]
    if not found:
        raise UsageError(
            f"There is no candidate {key!r}. See: tracker watch list",
            nl=f"Er is geen kandidaat {key!r}. Kijk met: tracker watch list",
        )
    if len(found) > 1:
        raise UsageError(
            f"{len(found)} candidates start with {key!r}; give more of the key. See: tracker watch list",
            nl=f"{len(found)} kandidaten beginnen met {key!r}; geef meer van de sleutel. "
            "Kijk met: tracker watch list",
        )
    return found[0]


def call_of(one: KeptCandidate) -> CallData:
    """Make a call of a candidate: its dates and amounts with the sentence that they stand in."""
    facts = [Fact(FactName.CONFIDENCE, "confirmed", one.sentence)]
    if one.place:
        place = f"neighbour: {one.place}" if one.neighbour else one.place
        facts.append(Fact(FactName.PLACE, place, one.sentence))
    return CallData(
        source=SOURCE,
        source_ref=one.key,
        identifier=f"{one.page}-{one.key[:8]}",
        url=f"{one.url}#{one.key[:8]}",  # the page announces many calls: its bare address joins none of them
        texts=(CallText(language=one.language, title=one.title, body=one.text),),
        programme=one.programme,
        opens_on=one.opens_on,
        deadlines=(one.deadline,) if one.deadline else (),
        deadline_kind=DeadlineKind.FIXED if one.deadline else DeadlineKind.UNKNOWN,
        budget=Budget(total=one.amounts[0] if len(one.amounts) == 1 else None),
        facts=tuple(facts),
    )
