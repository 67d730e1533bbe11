"""One call, many sources: finds calls that look alike, and joins them or keeps them apart."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import combinations

from db import activity, calls, watching
from db.activity import Outline
from db.calls import StoredSighting
from db.engine import Session
from db.rows import read_calls_by_id
from tracker.core.call import ALIVE, Call, Deadline
from tracker.core.errors import UsageError
from tracker.ingest import EQUALS, Standing, take_over

ALIKE = 0.6
"""The share of title words that two calls must have in common to be proposed as one."""


@dataclass(frozen=True, slots=True)
class Lookalikes:
    """Two calls of different sources that may be one, and how alike their titles are (0 to 1).

    `disagree` says that their deadlines differ, or that only one of them states any.
    """

    one: Call
    other: Call
    likeness: float
    same_identifier: bool = False

    @property
    def disagree(self) -> bool:
        """Tell whether the two state different days."""
        one, other = ({moment.date for moment in call.data.deadlines} for call in (self.one, self.other))
        return one != other


def lookalikes(
    everything: Iterable[Call],
    *,
    apart: frozenset[tuple[int, int]],
    now: datetime,
    borrowed_identifiers: frozenset[str] = frozenset(),
) -> list[Lookalikes]:
    """Give the pairs of calls that a person should look at, the surest first; touches nothing.

    Two calls of different sources, one of them open or coming, are a pair by the same identifier, whatever
    dates they state; or, both open or coming, by the same next deadline and much the same title. The
    programme is not asked to be the same: sources name it differently.
    """
    by_identifier: dict[str, list[Call]] = {}
    by_deadline: dict[Deadline, list[Call]] = {}
    for call in everything:
        identifier = plain_identifier(call.data.identifier)
        if identifier and call.data.source not in borrowed_identifiers:
            by_identifier.setdefault(identifier, []).append(call)
        deadline = call.next_deadline(now)
        if deadline and call.status_at(now) in ALIVE:
            by_deadline.setdefault(Deadline(deadline.date), []).append(call)
    found = {
        pair: Lookalikes(one, other, likeness_of(one.data.title, other.data.title), same_identifier=True)
        for pair, one, other in _pairs(by_identifier.values(), apart)
        if {one.status_at(now), other.status_at(now)} & ALIVE
    }
    for pair, one, other in _pairs(by_deadline.values(), apart):
        likeness = likeness_of(one.data.title, other.data.title)
        if likeness >= ALIKE and pair not in found:
            found[pair] = Lookalikes(one, other, likeness)
    return sorted(
        found.values(), key=lambda two: (not two.same_identifier, -two.likeness, two.one.id, two.other.id)
    )


def _pairs(
    groups: Iterable[Sequence[Call]], apart: frozenset[tuple[int, int]]
) -> Iterator[tuple[tuple[int, int], Call, Call]]:
    """Give the pairs within each group that are of different sources and not kept apart, by their ids."""
    for group in groups:
        for one, other in combinations(group, 2):
            pair = (min(one.id, other.id), max(one.id, other.id))
            if one.data.source != other.data.source and pair not in apart:
                yield pair, one, other


def plain_identifier(identifier: str) -> str:
    """Give an identifier without what sources write differently: case, spaces and dashes."""
    return "".join(re.findall(r"[^\W_]+", identifier.casefold()))


def likeness_of(one: str, other: str) -> float:
    """Give the share of words that two titles have in common (Jaccard), 0 to 1."""
    words, others = _words(one), _words(other)
    return len(words & others) / len(words | others) if words and others else 0.0


def _words(title: str) -> set[str]:
    return set(re.findall(r"[^\W_]{3,}", title.casefold()))


def proposals(session: Session, *, now: datetime, standing: Standing = EQUALS) -> list[Lookalikes]:
    """Give the pairs that wait for a person; only calls that can be in a pair are read as a whole."""
    ids = may_be_pairs(activity.outlines(session))
    return lookalikes(
        read_calls_by_id(session, sorted(ids)).values(),
        apart=watching.apart(session),
        now=now,
        borrowed_identifiers=standing.borrowed_identifiers,
    )


def may_be_pairs(outlines: Iterable[Outline]) -> set[int]:
    """Give the calls that share an identifier or a closing day with a call of another source."""
    groups: dict[object, list[Outline]] = {}
    for outline in outlines:
        for key in {plain_identifier(outline.identifier), *outline.days} - {""}:
            groups.setdefault(key, []).append(outline)
    mixed = (group for group in groups.values() if len({one.source for one in group}) > 1)
    return {one.call_id for group in mixed for one in group}


def join(session: Session, keep: Call, gone: Call, *, now: datetime, standing: Standing = EQUALS) -> None:
    """Make two calls one, as a person says; what is known of `gone` moves to `keep`.

    The source with the higher authority leads from then on, with history; among equals `keep`'s does.

    Raises:
        UsageError: it is the same call, or both come from one source, which knows its calls apart.
    """
    if keep.id == gone.id:
        raise UsageError("These are the same call already.", nl="Dit is al dezelfde oproep.")
    shown = {sighting.source for sighting in calls.sightings_of(session, keep.id)}
    if shown & {sighting.source for sighting in calls.sightings_of(session, gone.id)}:
        raise UsageError(
            "One source shows both as calls of their own; they cannot be one.",
            nl="Eén bron toont beide als eigen oproep; ze kunnen niet één zijn.",
        )
    calls.join(session, keep.id, gone.id)
    if standing.leads(gone.data.source, over=keep.data.source):
        leader = next(
            one
            for one in calls.sightings_of(session, keep.id)
            if (one.source, one.source_ref) == (gone.data.source, gone.data.source_ref)
        )
        take_over(session, leader, now=now)
        if keep.vanished_at != gone.vanished_at:
            calls.set_vanished(session, keep.id, gone.vanished_at, at=now, run_id=None)


def disagreements(call: Call, sightings: Sequence[StoredSighting]) -> list[StoredSighting]:
    """Give the sightings that say another deadline than the call, which speaks as its leading source."""
    known = {deadline.date for deadline in call.data.deadlines}
    said = ((sighting, {deadline.date for deadline in sighting.data.deadlines}) for sighting in sightings)
    return [sighting for sighting, dates in said if not sighting.leads and dates and not dates & known]
