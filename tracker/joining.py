"""One call, many sources: finds calls that look alike, and joins them or keeps them apart."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import combinations

from db import calls, watching
from db.calls import StoredSighting
from db.engine import Session
from tracker.core.call import ALIVE, Call, Deadline
from tracker.core.errors import UsageError

ALIKE = 0.6
"""The share of title words that two calls must have in common to be proposed as one."""


@dataclass(frozen=True, slots=True)
class Lookalikes:
    """Two calls of different sources that may be one, and how alike their titles are (0 to 1)."""

    one: Call
    other: Call
    likeness: float


def lookalikes(
    everything: Iterable[Call], *, apart: frozenset[tuple[int, int]], now: datetime
) -> list[Lookalikes]:
    """Give the pairs of calls that a person should look at, the most alike first; touches nothing.

    Alike are open or coming calls of different sources with the same next deadline and much the same title.
    The programme is not asked to be the same: sources name it differently.
    """
    by_deadline: dict[Deadline, list[Call]] = {}
    for call in everything:
        deadline = call.next_deadline(now)
        if deadline and call.status_at(now) in ALIVE:
            by_deadline.setdefault(Deadline(deadline.date), []).append(call)
    found = []
    for group in by_deadline.values():
        for one, other in combinations(group, 2):
            pair = (min(one.id, other.id), max(one.id, other.id))
            if one.data.source == other.data.source or pair in apart:
                continue
            likeness = likeness_of(one.data.title, other.data.title)
            if likeness >= ALIKE:
                found.append(Lookalikes(one, other, likeness))
    return sorted(found, key=lambda pair: (-pair.likeness, pair.one.id, pair.other.id))


def likeness_of(one: str, other: str) -> float:
    """Give the share of words that two titles have in common (Jaccard), 0 to 1."""
    words, others = _words(one), _words(other)
    return len(words & others) / len(words | others) if words and others else 0.0


def _words(title: str) -> set[str]:
    return set(re.findall(r"[^\W_]{3,}", title.casefold()))


def proposals(session: Session, *, now: datetime) -> list[Lookalikes]:
    """Give the pairs that wait for a person."""
    return lookalikes(calls.all_calls(session), apart=watching.apart(session), now=now)


def join(session: Session, keep: Call, gone: Call) -> None:
    """Make two calls one, as a person says; what is known of `gone` moves to `keep`.

    Raises:
        UsageError: it is the same call, or both come from one source, which knows its calls apart.
    """
    if keep.id == gone.id:
        raise UsageError("These are the same call already.")
    shown = {sighting.source for sighting in calls.sightings_of(session, keep.id)}
    if shown & {sighting.source for sighting in calls.sightings_of(session, gone.id)}:
        raise UsageError("One source shows both as calls of their own; they cannot be one.")
    calls.join(session, keep.id, gone.id)


def disagreements(call: Call, sightings: Sequence[StoredSighting]) -> list[StoredSighting]:
    """Give the sightings that say another deadline than the call, which speaks as its leading source."""
    known = {deadline.date for deadline in call.data.deadlines}
    said = ((sighting, {deadline.date for deadline in sighting.data.deadlines}) for sighting in sightings)
    return [sighting for sighting, dates in said if not sighting.leads and dates and not dates & known]
