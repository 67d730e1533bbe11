"""Answers the counter-question: why is this call not in the top of that priority?"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from matching.eligibility import find_blocker
from tracker.core.call import ALIVE, Call, Status
from tracker.core.match import Match, Reason, ReasonKind
from tracker.core.profile import Municipality, Strength

TOP = 10
MOST_MISSING = 4


class Cause(StrEnum):
    """What keeps a call from the top, the decisive ones first."""

    IN_TOP = "in_top"
    CLOSED = "closed"
    NOT_LISTED = "not_listed"  # its source stopped showing it
    PROGRAMME = "programme"  # not one that the profile follows
    BLOCKED = "blocked"
    SAYS_NOTHING = "says_nothing"
    LOWERED = "lowered"  # an excluded word, or something that speaks against a city
    LESS_SURE = "less_sure"  # it says more than the top, which has a stronger word
    WEAKER = "weaker"
    ONE_LANGUAGE = "one_language"  # read in one language only, so words of the other are not seen


@dataclass(frozen=True, slots=True, kw_only=True)
class WhyNot:
    """Why a call stands where it stands. `rank` is None where it is not ranked.

    `tenth` is the score to beat and `tenth_strength` the word, which goes first. `missing` are the terms of
    the priority that the top says and this call does not, the weightiest first.
    """

    call_id: int
    priority: str
    causes: tuple[Cause, ...]
    rank: int | None = None
    of: int = 0
    score: float = 0.0
    tenth: float = 0.0
    strength: Strength = Strength.NONE
    tenth_strength: Strength = Strength.NONE
    said: tuple[Reason, ...] = ()
    missing: tuple[str, ...] = ()
    sinks: tuple[Reason, ...] = ()
    sentence: str = ""
    language: str = ""


def why_not(
    call: Call,
    priority: str,
    ranking: Sequence[Match],
    *,
    municipality: Municipality,
    now: datetime,
    barred: str = "",
) -> WhyNot:
    """Say where a call stands in the ranking of a priority, and what keeps it from the top.

    `barred` tells why the city cannot join beside what the call's conditions say: its money is for others.
    """
    own = next((match for match in ranking if match.call_id == call.id), None)
    ranked = [match for match in ranking if match.rank]
    top = ranked[:TOP]
    reasons = own.reasons if own else ()
    said = tuple(reason for reason in reasons if reason.kind is ReasonKind.TERM)
    blocker = find_blocker(call.data, country=municipality.country, now=now)
    sentence = blocker.sentence if blocker else barred
    tenth = top[-1] if len(top) == TOP else None
    return WhyNot(
        call_id=call.id,
        priority=priority,
        causes=_causes(call, own, tenth, is_blocked=bool(sentence), municipality=municipality, now=now),
        rank=own.rank if own and own.rank else None,
        of=len(ranked),
        score=own.score if own else 0.0,
        tenth=tenth.score if tenth else 0.0,
        strength=own.strength if own else Strength.NONE,
        tenth_strength=tenth.strength if tenth else Strength.NONE,
        said=said,
        missing=_missing(top, {reason.term for reason in said}),
        sinks=tuple(reason for reason in reasons if reason.kind is ReasonKind.SINK),
        sentence=sentence,
        language=call.data.texts[0].language if len(call.data.texts) == 1 else "",
    )


def _causes(
    call: Call,
    own: Match | None,
    tenth: Match | None,
    *,
    is_blocked: bool,
    municipality: Municipality,
    now: datetime,
) -> tuple[Cause, ...]:
    if own is not None and 1 <= own.rank <= TOP:
        return (Cause.IN_TOP,)
    status = call.status_at(now)
    below = (own, tenth) if own is not None and tenth is not None and own.rank > TOP else None
    sinks = own is not None and any(reason.kind is ReasonKind.SINK for reason in own.reasons)
    told: Mapping[Cause, bool] = {
        Cause.CLOSED: status is Status.CLOSED,
        Cause.NOT_LISTED: status not in ALIVE and status is not Status.CLOSED,
        Cause.PROGRAMME: call.data.programme not in municipality.programmes,
        Cause.BLOCKED: is_blocked and status is not Status.CLOSED,
        Cause.SAYS_NOTHING: own is None,
        Cause.LOWERED: sinks,
        Cause.LESS_SURE: below is not None and below[0].score > below[1].score,
        Cause.WEAKER: below is not None and below[0].score <= below[1].score,
        Cause.ONE_LANGUAGE: len(call.data.texts) == 1,
    }
    causes = tuple(cause for cause, holds in told.items() if holds)
    gates = {Cause.CLOSED, Cause.NOT_LISTED, Cause.PROGRAMME}
    return (
        tuple(cause for cause in causes if cause is not Cause.SAYS_NOTHING) if gates & {*causes} else causes
    )


def _missing(top: Sequence[Match], said: set[str]) -> tuple[str, ...]:
    """Give what carries the top and is not said, by its part of the scores of the top."""
    weights: dict[str, float] = defaultdict(float)
    for match in top:
        for reason in match.reasons:
            if reason.kind is ReasonKind.TERM and reason.term not in said:
                weights[reason.term] += reason.share * match.score
    return tuple(sorted(weights, key=lambda term: (-weights[term], term))[:MOST_MISSING])
