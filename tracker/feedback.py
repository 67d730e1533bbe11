"""Takes a reviewer's verdict, ranks anew, and tells what it did."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from db import calls, feedback, matches
from db.engine import Engine, Session, session_scope
from matching.ranker import LEARNED
from tracker.core.call import Call
from tracker.core.errors import UsageError
from tracker.core.feedback import Verdict
from tracker.core.match import Match, ReasonKind
from tracker.core.profile import Municipality
from tracker.ranking import rank_one, ranking, ranking_alone


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """What a verdict, or taking it back, did to its call; a rank is None where the call is not ranked."""

    verdict: Verdict
    before: int | None
    after: int | None
    because_of: tuple[str, ...]
    moved: int  # calls of the priority that got another rank


Tell = Callable[[Session], None]
"""Writes down, in the transaction of a verdict, who gave it or took it back."""


def give(
    engine: Engine, municipality: Municipality, verdict: Verdict, *, now: datetime, tell: Tell | None = None
) -> Effect:
    """Keep a verdict and rank anew.

    Raises:
        UsageError: the profile has no such priority.
    """
    priority = municipality.chosen(verdict.priority)
    with ranking_alone(engine):
        before = ranking(engine, municipality, now=now, priority=priority)
        with session_scope(engine) as session:
            feedback.add(session, municipality.slug, verdict)
            if tell is not None:
                tell(session)
        return _effect(engine, municipality, verdict, before, now=now)


def take_back(
    engine: Engine,
    municipality: Municipality,
    call: Call,
    slug: str,
    *,
    now: datetime,
    tell: Tell | None = None,
) -> Effect:
    """Take the last verdict on a call back and rank anew: all is as it was before it.

    Raises:
        UsageError: the profile has no such priority, or there is no verdict to take back.
    """
    priority = municipality.chosen(slug)
    with ranking_alone(engine):
        before = ranking(engine, municipality, now=now, priority=priority)
        with session_scope(engine) as session:
            undone = feedback.undo(session, municipality.slug, priority=slug, call_id=call.id, at=now)
            if undone is None:
                name = call.data.identifier
                raise UsageError(
                    f"There is no verdict on {name} under {slug} to take back.",
                    nl=f"Er is geen oordeel over {name} bij {slug} om terug te nemen.",
                )
            if tell is not None:
                tell(session)
        return _effect(engine, municipality, undone, before, now=now)


def verdicts(engine: Engine, municipality: Municipality) -> list[tuple[Call, Verdict]]:
    """Give the verdicts that hold, in the order they were given, each with its call."""
    found = []
    with session_scope(engine, read_only=True) as session:
        for verdict in feedback.active(session, municipality.slug):
            call = calls.get(session, verdict.call_id)
            if call is not None:
                found.append((call, verdict))
    return found


def baseline(engine: Engine, municipality: Municipality, *, now: datetime) -> tuple[Match, ...]:
    """Give the ranking as it would be without any verdict; it is not stored."""
    return ranking(engine, municipality, now=now, learned=False)


def _effect(
    engine: Engine, municipality: Municipality, verdict: Verdict, before: Sequence[Match], *, now: datetime
) -> Effect:
    """Rank the verdict's priority anew and compare one call's places with those that are stored now."""
    rank_one(engine, municipality, municipality.chosen(verdict.priority), now=now)
    with session_scope(engine, read_only=True) as session:
        stored = matches.ranked(session, municipality.slug, priority=verdict.priority)
        after = [match for _, match in stored]
    ranks, new_ranks = _ranks(before), _ranks(after)
    own = next((match for match in (*after, *before) if match.call_id == verdict.call_id), None)
    wanted = ReasonKind.LIFT if verdict.wanted else ReasonKind.SINK
    words = (
        next(
            (reason.phrase for reason in own.reasons if reason.term == LEARNED and reason.kind is wanted), ""
        )
        if own
        else ""
    )
    return Effect(
        verdict=verdict,
        before=ranks.get(verdict.call_id),
        after=new_ranks.get(verdict.call_id),
        because_of=tuple(word for word in words.split(", ") if word),
        moved=sum(ranks.get(call_id) != rank for call_id, rank in new_ranks.items()),
    )


def _ranks(found: Sequence[Match]) -> dict[int, int]:
    return {match.call_id: match.rank for match in found if match.rank}
