"""Ranks what is stored for the city's priorities, and keeps the projection that people filter by in step."""

import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path

import structlog

from db import calls, feedback, matches
from db.engine import Engine, Session, database_file, hold_lock, session_scope
from db.rows import read_calls_by_id
from db.standings import Standing, standings
from matching.index import Index
from matching.ranker import Ranker
from matching.why_not import WhyNot
from matching.why_not import why_not as explain
from tracker.core.call import ALIVE, Call, Status
from tracker.core.errors import FeatureVersionError, NotFittedError
from tracker.core.match import Match, Projection
from tracker.core.profile import Municipality, Priority, Strength
from tracker.region import gate, is_for_others, region_of
from tracker.working_days import plan_back

RANK_PATIENCE = 600.0
"""How many seconds to wait for another ranking; ranking 10 000 calls takes under a minute."""

LOOKED_AT = 25
"""The calls that say most of a free text, among which the strongest words are looked for."""


@dataclass(frozen=True, slots=True)
class Ranked:
    """What a ranking came to: calls looked at, matches kept, and how many the city may not apply for."""

    calls: int
    matches: int
    blocked: int


@contextmanager
def ranking_alone(engine: Engine) -> Iterator[None]:
    """Let nobody else rank or join calls for the block: an older ranking would be stored over a newer one.

    Raises:
        StorageBusyError: somebody else ranked for longer than `RANK_PATIENCE`.
    """
    with hold_lock(engine, "rank", patience=RANK_PATIENCE):
        yield


def rank_all(engine: Engine, municipality: Municipality, *, now: datetime) -> Ranked:
    """Rank every stored call of the profile's programmes for each priority and store the outcome."""
    with ranking_alone(engine):
        ranked = ranking(engine, municipality, now=now)
        with session_scope(engine) as session:
            matches.replace(session, municipality.slug, ranked)
            refresh_projections(session, municipality, now=now)
            known = standings(session, now).values()
    looked_at = sum(standing.programme in municipality.programmes for standing in known)
    return Ranked(looked_at, len(ranked), sum(1 for match in ranked if match.blocked))


def rank_one(engine: Engine, municipality: Municipality, priority: Priority, *, now: datetime) -> None:
    """Rank every stored call for one priority, as a verdict under it asks; the others stay as they are.

    The caller holds `ranking_alone`.
    """
    ranked = ranking(engine, municipality, now=now, priority=priority)
    with session_scope(engine) as session:
        matches.replace(session, municipality.slug, ranked, priority=priority.slug)
        refresh_projections(session, municipality, now=now)


def ranking(
    engine: Engine,
    municipality: Municipality,
    *,
    now: datetime,
    priority: Priority | None = None,
    learned: bool = True,
) -> tuple[Match, ...]:
    """Rank what is stored, for one priority or all: the one rule behind every place that a person is told.

    What is stored, what a verdict moves, why a call is not in the top, and the baseline (not `learned`:
    without any verdict) all come from here, so that they cannot differ.
    """
    with session_scope(engine, read_only=True) as session:
        ranker = open_ranker(session, standings(session, now), state=state_path(engine))
        verdicts = feedback.active(session, municipality.slug) if learned else ()
        ranked = [
            match
            for one in ((priority,) if priority else municipality.priorities)
            for match in ranker.rank_one(one, municipality, now, verdicts=verdicts)
        ]
        return gate(ranked, ranker.calls(), municipality=municipality)


@dataclass(frozen=True, slots=True)
class Matched:
    """The calls found for a free text, its Dutch words with the English of calls, and what no call says."""

    found: tuple[tuple[Call, Match], ...]
    translated: tuple[tuple[str, tuple[str, ...]], ...]
    unsaid: tuple[str, ...]


def match_text(
    engine: Engine, municipality: Municipality, text: str, *, now: datetime, limit: int
) -> Matched:
    """Match a free text against the calls of the profile's programmes that are open or coming."""
    with session_scope(engine, read_only=True) as session:
        known = standings(session, now)
        ranker = open_ranker(session, known, state=state_path(engine))
        among = {
            call_id
            for call_id, standing in known.items()
            if standing.status in ALIVE and standing.programme in municipality.programmes
        }
        found = ranker.match_text(
            text,
            now=now,
            limit=max(limit, LOOKED_AT),
            among=among,
            suits=lambda call: not is_for_others(call, municipality),
        )
        shown = read_calls_by_id(session, [match.call_id for match in found])
        translated, unsaid = ranker.told_in_english(text), ranker.unsaid(text)
    found = gate(found, shown, municipality=municipality)[:limit]
    return Matched(tuple((shown[match.call_id], match) for match in found), translated, unsaid)


def why_not(engine: Engine, municipality: Municipality, call: Call, slug: str, *, now: datetime) -> WhyNot:
    """Say why a call is not in the top of a priority.

    Raises:
        UsageError: the profile has no such priority, and which there are.
    """
    found = ranking(engine, municipality, now=now, priority=municipality.chosen(slug))
    region = region_of(call.data, municipality)
    barred = (region.sentence or region.nl) if is_for_others(call, municipality) else ""
    return explain(call, slug, found, municipality=municipality, now=now, barred=barred)


def open_ranker(session: Session, known: Mapping[int, Standing], *, state: Path | None) -> Ranker:
    """Give a ranker that knows exactly the calls in `known`; see `open_index`."""
    index = open_index(session, known, state=state)
    return Ranker(index, lambda ids: read_calls_by_id(session, ids))


def open_index(session: Session, known: Mapping[int, Standing], *, state: Path | None) -> Index:
    """Give the weights of exactly the calls in `known`, weighing only what is new or changed.

    A state that is missing, damaged or of another version is made anew; where it cannot be written, that is
    told in the log and costs the next start a few seconds.
    """
    keys = {call_id: standing.key for call_id, standing in known.items()}
    index = _stored_index(state)
    outdated = index.outdated(keys)
    if outdated or set(index.keys) != set(keys):
        index = index.updated(keys, list(read_calls_by_id(session, outdated).values()))
        _keep(index, state)
    return index


def state_path(engine: Engine) -> Path | None:
    """Give the file of the ranker's state: beside an SQLite database, else in the user's data folder.

    A database in memory has none.
    """
    if engine.dialect.name == "sqlite":
        file = database_file(engine)
        return Path(f"{file}.ranker.npz") if file else None
    base = os.environ.get("XDG_DATA_HOME") or str(Path.home() / ".local" / "share")
    name = sha256(engine.url.render_as_string(hide_password=True).encode()).hexdigest()[:12]
    return Path(base) / "kansen" / f"ranker-{name}.npz"


def _stored_index(state: Path | None) -> Index:
    if state is not None:
        try:
            return Index.load(state)
        except NotFittedError:
            pass
        except FeatureVersionError as error:
            structlog.get_logger().info("the ranker's state is made anew", reason=str(error))
    return Index.fit([])


def _keep(index: Index, state: Path | None) -> None:
    if state is None:
        return
    try:
        index.save(state)
    except OSError as error:
        structlog.get_logger().warning(
            "the ranker's state cannot be kept", file=str(state), reason=str(error)
        )


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
        decide_by=plan_back(deadline.date, municipality) if deadline else None,
        strength=match.strength if match else Strength.NONE,
        priority=match.priority if match else "",
        region_fit=region_of(call.data, municipality).fit,
    )
