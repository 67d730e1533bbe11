"""Explains how a call fits a priority: a sentence, bars with the share of each word, the full account."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tracker.core.match import CityRole, Match, Reason, ReasonKind
from tracker.core.profile import Municipality, Strength
from tracker.digest.calls import TermView, terms_of
from tracker.digest.words import words_in
from tracker.reasons import place_word, quote_of, side_reason

Parts = tuple[tuple[str, bool], ...]
"""A text cut up: each part, and whether it is to be marked."""


@dataclass(frozen=True, slots=True)
class TermBar:
    """One word of the priority in the call: its share in percent, where it stands, the passage around it."""

    term: str
    phrase: str
    language: str
    percent: int
    place: str
    snippet: Parts


@dataclass(frozen=True, slots=True)
class SideView:
    """Something beside the theme that raised, lowered or blocked a call, with the call's own sentence."""

    text: str
    quote: str
    language: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """How a call fits one priority. `because` are the few words of the sentence, `bars` all of them."""

    slug: str
    priority: str
    strength: Strength
    rank: int
    is_blocked: bool
    because: tuple[TermView, ...]
    bars: tuple[TermBar, ...]
    lifts: tuple[SideView, ...]
    sinks: tuple[SideView, ...]
    blockers: tuple[SideView, ...]
    role: CityRole
    role_sentence: str

    @property
    def is_too_little(self) -> bool:
        """Tell whether the call only touches on the priority."""
        return self.strength is Strength.NONE


def explain(found: Iterable[Match], municipality: Municipality, language: str) -> tuple[Explanation, ...]:
    """Explain a call's matches, the strongest first; a priority that the profile lost is left out."""
    ordered = sorted(found, key=lambda match: (bool(match.blocked), -match.strength.rank, -match.score))
    return tuple(
        _explain(match, priority.text(language).title, language)
        for match in ordered
        if (priority := municipality.priority(match.priority)) is not None
    )


def _explain(match: Match, title: str, language: str) -> Explanation:
    return Explanation(
        slug=match.priority,
        priority=title,
        strength=match.strength,
        rank=match.rank,
        is_blocked=bool(match.blocked),
        because=terms_of(match.reasons, words_in(language)),
        bars=tuple(_bar(reason, language) for reason in _of_kind(match, ReasonKind.TERM)),
        lifts=_sides(match, ReasonKind.LIFT, language),
        sinks=_sides(match, ReasonKind.SINK, language),
        blockers=_sides(match, ReasonKind.BLOCKER, language),
        role=match.role,
        role_sentence=match.role_sentence,
    )


def _of_kind(match: Match, kind: ReasonKind) -> Sequence[Reason]:
    return [reason for reason in match.reasons if reason.kind is kind]


def _bar(reason: Reason, language: str) -> TermBar:
    return TermBar(
        term=reason.term,
        phrase=reason.phrase,
        language=reason.language,
        percent=round(100 * reason.share),
        place=place_word(reason.where, language),
        snippet=mark(reason.snippet, [reason.phrase]),
    )


def _sides(match: Match, kind: ReasonKind, language: str) -> tuple[SideView, ...]:
    return tuple(
        SideView(side_reason(reason, language), quote_of(reason), reason.language)
        for reason in _of_kind(match, kind)
    )


def mark(text: str, phrases: Iterable[str]) -> Parts:
    """Cut a text up at the phrases, whatever their case and however their spaces stand."""
    wanted = sorted({phrase for phrase in phrases if phrase.strip()}, key=len, reverse=True)
    if not wanted:
        return ((text, False),)
    spelled = "|".join(r"\s+".join(map(re.escape, phrase.split())) for phrase in wanted)
    pieces = re.split(rf"(?<!\w)({spelled})(?!\w)", text, flags=re.IGNORECASE)
    return tuple((piece, place % 2 == 1) for place, piece in enumerate(pieces) if piece)


def phrases_in(match: Match, language: str) -> tuple[str, ...]:
    """Give the call's own words, in one language, by which it fits: what its text is marked with."""
    found = (reason.phrase for reason in _of_kind(match, ReasonKind.TERM) if reason.language == language)
    return tuple(dict.fromkeys(found))
