"""Puts matches in order: those of one priority, and those of several so that none is crowded out."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from statistics import fmean, pstdev

from tracker.core.match import Match


def numbered(found: Iterable[Match]) -> tuple[Match, ...]:
    """Put the matches of one priority in order: the strongest word first, then by score.

    Those with rank 0, which the city cannot apply for, keep it and stand last.
    """
    ordered = sorted(found, key=lambda one: (not one.rank, -one.strength.rank, -one.score, one.call_id))
    return tuple(replace(one, rank=place if one.rank else 0) for place, one in enumerate(ordered, start=1))


def merge(matches: Iterable[Match], limit: int | None = None) -> tuple[Match, ...]:
    """Give each call once, under the priority that it serves best, the priorities taking turns.

    In each turn every priority gives the best call that it has left, the one that stands out most first.
    Calls that the city cannot apply for are left out.
    """
    ordered = _by_standing(matches)
    best = {match.call_id: match for match in reversed(ordered)}
    queues: dict[str, list[Match]] = defaultdict(list)
    for match in ordered:
        if best[match.call_id] is match:
            queues[match.priority].append(match)
    place = {id(match): number for number, match in enumerate(ordered)}
    turns = [(turn, place[id(match)], match) for queue in queues.values() for turn, match in enumerate(queue)]
    return tuple(match for _, _, match in sorted(turns, key=lambda entry: entry[:2]))[:limit]


def second_priority(matches: Iterable[Match], call_id: int) -> str:
    """Give the priority that a call serves second best, or nothing."""
    own = [match for match in _by_standing(matches) if match.call_id == call_id]
    return own[1].priority if len(own) > 1 else ""


def _by_standing(matches: Iterable[Match]) -> list[Match]:
    """Put matches in order: the strongest word first, then by how far each stands out in its own ranking."""
    ranked = [match for match in matches if match.rank]
    heights = _heights(ranked)
    return sorted(
        ranked,
        key=lambda match: (-match.strength.rank, -heights[match.priority, match.call_id], match.priority),
    )


def _heights(matches: Iterable[Match]) -> dict[tuple[str, int], float]:
    """Give how far each score stands above its priority's mean, in standard deviations."""
    scores: dict[str, list[float]] = defaultdict(list)
    kept = list(matches)
    for match in kept:
        scores[match.priority].append(match.score)
    scale = {slug: (fmean(values), pstdev(values) or 1.0) for slug, values in scores.items()}
    return {
        (match.priority, match.call_id): (match.score - scale[match.priority][0]) / scale[match.priority][1]
        for match in kept
    }
