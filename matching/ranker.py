"""Ranks calls against a city's priorities or a free text: the only scoring function of the product."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from matching import features
from matching.city import CityFit, city_fit
from matching.eligibility import Blocker, find_blocker
from matching.explain import Words, reasons_for, split_call
from matching.features import K1, Features, usual_rarity
from matching.query import Concept, priority_concepts, text_concepts
from matching.text import LANGUAGES, phrase_features, stems
from tracker.core.call import Call, Status, text_of
from tracker.core.match import CityRole, Match, Reason, ReasonKind
from tracker.core.profile import Municipality, Priority, Strength

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

RANKED = {Status.OPEN, Status.FORTHCOMING}

IDEAL_CONCEPTS = 5
"""A call that says so many concepts of a priority to the full is taken for ideal: fit 1.0."""

IDEAL_OF_TEXT = (3, 5)
"""Of a free text: so many concepts at least, and one in so many of a long one (a council paper)."""

STRONG_FIT, GOOD_FIT, POSSIBLE_FIT = 0.50, 0.30, 0.12
"""The least fit for each strength, set by reading the heads of the five rankings over 629 real calls."""

EXCLUSION_FACTOR = 0.3
"""What is left of the score of a call whose title says a word that the priority excludes."""


@dataclass(frozen=True, slots=True)
class Scored:
    """One call's score before it is told: `parts` is what each concept gave."""

    call: Call
    score: float
    fit: float
    parts: tuple[tuple[Concept, float], ...]
    city: CityFit
    sinks: tuple[str, ...] = ()


class Ranker:
    """Knows a set of calls by their words, and ranks them."""

    def __init__(self, calls: Sequence[Call], indexes: Mapping[str, Features]) -> None:
        self._calls = tuple(calls)
        self._indexes = dict(indexes)
        self._split: dict[int, tuple[Words, ...]] = {}
        self._cities: dict[int, CityFit] = {}
        self._blockers: dict[tuple[int, str], Blocker | None] = {}

    @classmethod
    def fit(cls, calls: Sequence[Call]) -> "Ranker":
        """Read the words of all calls, each language apart."""
        ordered = sorted(calls, key=lambda call: call.id)
        indexes = {}
        for language in LANGUAGES:
            texts = [
                (call.id, text)
                for call in ordered
                for text in call.data.texts
                if ("nl" if text.language == "nl" else "en") == language
            ]
            indexes[language] = features.fit(texts, language)
        return cls(ordered, indexes)

    def rank(self, municipality: Municipality, now: datetime) -> tuple[Match, ...]:
        """Rank the calls of the city's programmes that are open or coming at `now`, for every priority.

        Each priority has its own ranking from 1; a call that says nothing of it is left out. A call that the
        city cannot apply for has rank 0 and says why.
        """
        calls = [call for call in self._calls if _is_ranked(call, municipality.programmes, now)]
        matches: list[Match] = []
        for priority in municipality.priorities:
            scored = self._score(calls, priority_concepts(priority), priority)
            matches += self._matches(scored, priority.slug, country=municipality.country, now=now)
        return tuple(matches)

    def match_text(
        self, text: str, language: str | None = None, *, now: datetime, limit: int | None = 20
    ) -> tuple[Match, ...]:
        """Rank all calls that are open or coming at `now` against a free text (`priority` stays empty)."""
        calls = [call for call in self._calls if call.status_at(now) in RANKED]
        scored = self._score(calls, text_concepts(text, language), None)
        ranked = self._matches(scored, "", country="NL", now=now, limit=limit)
        return tuple(match for match in ranked if match.rank)[:limit]

    def _score(
        self, calls: Sequence[Call], concepts: Sequence[Concept], priority: Priority | None
    ) -> list[Scored]:
        """Score calls on concepts, best first; equal scores are ordered by call id."""
        if not self._calls or not concepts:
            return []
        values = self._values(concepts)
        place = {call.id: row for row, call in enumerate(self._calls)}
        ideal = _ideal(concepts, is_text=priority is None)
        found = []
        for call in calls:
            row = values[place[call.id]]
            parts = tuple(
                (concept, float(value)) for concept, value in zip(concepts, row, strict=True) if value > 0
            )
            if parts:
                found.append(self._weigh(call, parts, ideal, priority))
        return sorted(found, key=lambda item: (-item.score, item.call.id))

    def _weigh(
        self, call: Call, parts: tuple[tuple[Concept, float], ...], ideal: float, priority: Priority | None
    ) -> Scored:
        """Bring the theme and the place of a city in the call together in one score."""
        city = self._city(call)
        theme = sum(value for _, value in parts)
        if priority is None:
            return Scored(call, theme, theme / ideal, parts, city)
        sinks = _excluded_words(call, priority.exclusions)
        factor = city.factor * (EXCLUSION_FACTOR if sinks else 1.0) * priority.weight
        return Scored(call, theme * factor, theme * factor / ideal, parts, city, sinks)

    def _values(self, concepts: Sequence[Concept]) -> "npt.NDArray[np.float64]":
        """Give what each concept adds to each call (rows as `self._calls`): the better of both languages."""
        import numpy as np

        best = np.zeros((len(self._calls), len(concepts)))
        place = {call.id: row for row, call in enumerate(self._calls)}
        for language, index in self._indexes.items():
            if not index.call_ids:
                continue
            wanted = _wanted(concepts, language)
            rows = [place[call_id] for call_id in index.call_ids]
            np.maximum.at(best, rows, index.transform(wanted, len(concepts)))
        weights = np.asarray([concept.weight for concept in concepts])
        caps = np.asarray([_cap(concept) for concept in concepts])
        return np.asarray(np.minimum(best, caps) * weights)

    def _matches(
        self, scored: Iterable[Scored], slug: str, *, country: str, now: datetime, limit: int | None = None
    ) -> list[Match]:
        """Number the scored calls and stop after `limit`; a call without a reason is no match."""
        matches: list[Match] = []
        rank = 0
        for item in scored:
            terms = reasons_for(self._words(item.call), item.parts)
            if not terms:
                continue
            blocker = self._blocker(item.call, country, now)
            rank += 0 if blocker else 1
            if limit is not None and rank > limit:
                break
            matches.append(_match(item, slug, terms, rank=0 if blocker else rank, blocker=blocker))
        return matches

    def _blocker(self, call: Call, country: str, now: datetime) -> Blocker | None:
        key = (call.id, country)
        if key not in self._blockers:
            self._blockers[key] = find_blocker(call.data, country=country, now=now)
        return self._blockers[key]

    def _words(self, call: Call) -> tuple[Words, ...]:
        if call.id not in self._split:
            self._split[call.id] = split_call(call.data)
        return self._split[call.id]

    def _city(self, call: Call) -> CityFit:
        if call.id not in self._cities:
            self._cities[call.id] = city_fit(text_of(call.data, ("en", "nl")), call.data.action_type)
        return self._cities[call.id]


def _match(
    item: Scored, slug: str, terms: tuple[Reason, ...], *, rank: int, blocker: Blocker | None
) -> Match:
    reasons = [*terms, *_side_reasons(item)]
    if blocker:
        reasons.append(Reason(ReasonKind.BLOCKER, blocker.kind.value, blocker.sentence, "conditions"))
    return Match(
        call_id=item.call.id,
        priority=slug,
        score=round(item.score, 6),
        strength=Strength.NONE if blocker else strength(item.fit, terms, item.city),
        rank=rank,
        reasons=tuple(reasons),
        role=item.city.role,
        role_sentence=item.city.sentence,
        blocked=blocker.sentence if blocker else "",
    )


def strength(fit: float, terms: Sequence[Reason], city: CityFit) -> Strength:
    """Put a fit (0 to about 1) in a word.

    Strong is a promise: the title says it, a city has a place in it, and nothing speaks against a city.
    A lone word never makes a call good.
    """
    phrases = [term for term in terms if " " in term.phrase or "-" in term.phrase]
    in_title = any(term.where == "title" for term in phrases)
    is_told = in_title if len(terms) == 2 else len(terms) > 2 and any(term.where == "title" for term in terms)
    if fit >= STRONG_FIT and is_told and phrases and city.is_open and not city.against:
        return Strength.STRONG
    if fit >= GOOD_FIT and phrases and (len(terms) >= 2 or in_title) and not city.is_shut:
        return Strength.GOOD
    return Strength.POSSIBLE if fit >= POSSIBLE_FIT else Strength.NONE


def _is_ranked(call: Call, programmes: Sequence[str], now: datetime) -> bool:
    return call.data.programme in programmes and call.status_at(now) in RANKED


def _wanted(concepts: Sequence[Concept], language: str) -> list[tuple[str, int, float]]:
    """Spell concepts out as (feature, column, weight) for one language's index."""
    found = []
    for column, concept in enumerate(concepts):
        spelled: dict[str, float] = {}
        for phrase in concept.phrases:
            if phrase.language == language:
                for feature in phrase_features(phrase.words, language):
                    spelled[feature] = max(spelled.get(feature, 0.0), phrase.weight)
        found += [(feature, column, weight) for feature, weight in spelled.items()]
    return found


def _cap(concept: Concept) -> float:
    """Give the most that one concept can add: its rarest wording, said without end."""
    worths = [
        phrase.weight * usual_rarity(feature, phrase.language)
        for phrase in concept.phrases
        for feature in phrase_features(phrase.words, phrase.language)
    ]
    return (K1 + 1.0) * max(worths, default=0.0)


def _ideal(concepts: Sequence[Concept], *, is_text: bool) -> float:
    """Give the score of an ideal call: the weightiest concepts said to the full."""
    asked = [concept for concept in concepts if not concept.is_extra]
    worths = sorted((concept.weight * _cap(concept) for concept in asked), reverse=True)
    least, one_in = IDEAL_OF_TEXT
    wanted = max(least, len(worths) // one_in) if is_text else IDEAL_CONCEPTS
    return sum(worths[:wanted]) or 1.0


def _excluded_words(call: Call, exclusions: Sequence[str]) -> tuple[str, ...]:
    """Give the excluded words that a call's title says."""
    titles = " | ".join(" ".join(stems(text.title, text.language)) for text in call.data.texts)
    return tuple(word for word in exclusions if " ".join(stems(word, "en")) in titles)


def _side_reasons(item: Scored) -> list[Reason]:
    """Tell what raised or lowered a call beside its theme."""
    found = []
    if item.city.role is not CityRole.NONE_SEEN:
        found.append(Reason(ReasonKind.LIFT, item.city.role.value, "", "body", item.city.sentence))
    found += [Reason(ReasonKind.SINK, name, phrase, "body") for name, phrase in item.city.against]
    found += [Reason(ReasonKind.SINK, word, word, "title") for word in item.sinks]
    return found
