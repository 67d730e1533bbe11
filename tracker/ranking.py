"""Ranks what is stored for the city's priorities, and keeps the projection that people filter by in step."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from db import calls, matches
from db.engine import Engine, Session, session_scope
from matching.ranker import Ranker
from tracker.core.call import Call, Status
from tracker.core.match import Match, Projection
from tracker.core.profile import Municipality, Strength
from tracker.working_days import decide_by


@dataclass(frozen=True, slots=True)
class Ranked:
    """What a ranking came to: calls looked at, matches kept, and how many the city may not apply for."""

    calls: int
    matches: int
    blocked: int


def rank_all(engine: Engine, municipality: Municipality, *, now: datetime) -> Ranked:
    """Rank every stored call of the profile's programmes for each priority and store the outcome."""
    with session_scope(engine) as session:
        stored = calls.all_calls(session, municipality.programmes)
    ranked = Ranker.fit(stored).rank(municipality, now) if stored else ()
    with session_scope(engine) as session:
        matches.replace(session, municipality.slug, ranked)
        refresh_projections(session, municipality, now=now)
    return Ranked(len(stored), len(ranked), sum(1 for match in ranked if match.blocked))


def refresh_projections(
    session: Session, municipality: Municipality, *, now: datetime, run_id: int | None = None
) -> dict[int, tuple[Status, Status]]:
    """Rebuild the projection at `now` and note in the history each status that changed since the last one.

    Gives the status before and after by call, for those that changed.
    """
    before = matches.projections(session, municipality.slug)
    best = best_matches(match for _, match in matches.ranked(session, municipality.slug))
    everything = calls.all_calls(session)
    rows = [project(call, best.get(call.id), municipality=municipality, now=now) for call in everything]
    moved = {
        row.call_id: (before[row.call_id].status, row.status)
        for row in rows
        if row.call_id in before and before[row.call_id].status is not row.status
    }
    for call_id, (old, new) in moved.items():
        calls.record_status(session, call_id, old=old.value, new=new.value, at=now, run_id=run_id)
    matches.replace_projections(session, municipality.slug, rows)
    return moved


def best_matches(found: Iterable[Match]) -> dict[int, Match]:
    """Give each call's best match: strongest first, then by score."""
    best: dict[int, Match] = {}
    for match in found:
        held = best.get(match.call_id)
        if held is None or (match.strength.rank, match.score) > (held.strength.rank, held.score):
            best[match.call_id] = match
    return best


def project(call: Call, match: Match | None, *, municipality: Municipality, now: datetime) -> Projection:
    """Derive what people filter this call by, at `now`."""
    deadline = call.next_deadline(now)
    return Projection(
        call_id=call.id,
        status=call.status_at(now),
        next_deadline=deadline.date if deadline else None,
        decide_by=decide_by(deadline.date, municipality.lead_times) if deadline else None,
        strength=match.strength if match else Strength.NONE,
        priority=match.priority if match else "",
    )
