"""Watched pages: keeps what they say, and lets a person make a call of a passage, or dismiss it."""

from collections.abc import Iterable
from datetime import datetime

from db import watching
from db.engine import Session
from db.watching import CandidateState, KeptCandidate
from scrapers.contract import Candidate, WatchedPage
from tracker.core.call import Budget, CallData, CallText, DeadlineKind, Fact, FactName
from tracker.core.errors import UsageError


def keep(session: Session, pages: Iterable[WatchedPage], *, now: datetime) -> None:
    """Keep what each page says now and the passages on it that may be calls."""
    for page in pages:
        watching.keep_page(session, page.name, url=page.url, text=page.text, at=now)
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


def confirm(session: Session, key: str) -> CallData:
    """Make a call of a candidate that a person looked at; gives what is to be stored of it.

    Raises:
        UsageError: there is no such candidate.
    """
    one = find(session, key)
    watching.decide_candidate(session, one.key, CandidateState.CONFIRMED)
    return call_of(one)


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
    if len(found) != 1:
        many = f"{len(found)} candidates start with {key!r}; give more of the key"
        none = f"There is no candidate {key!r}"
        raise UsageError(f"{many if found else none}. See: tracker watch list")
    return found[0]


def call_of(one: KeptCandidate) -> CallData:
    """Make a call of a candidate: its dates and amounts with the sentence that they stand in."""
    facts = [Fact(FactName.CONFIDENCE, "confirmed", one.sentence)]
    if one.place:
        place = f"neighbour: {one.place}" if one.neighbour else one.place
        facts.append(Fact(FactName.PLACE, place, one.sentence))
    return CallData(
        source="page-watch",
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
