"""Ranks calls against a city's priorities or a free text: the only scoring function of the product."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from matching.city import CityFit, city_fit
from matching.eligibility import Blocker, find_blocker
from matching.explain import Words, reasons_for, split_call, telling, titled
from matching.feedback import learn
from matching.index import Index
from matching.merging import numbered
from matching.query import PART_WEIGHT, Concept, priority_concepts, text_concepts
from matching.scoring import Table, ideal, score
from matching.text import phrase_stems, stems
from matching.ties import tie_reasons
from tracker.core.call import ALIVE, Call, text_of
from tracker.core.feedback import Verdict
from tracker.core.match import CityRole, Match, Reason, ReasonKind
from tracker.core.profile import Municipality, Priority, Strength, Tie

LEARNED = "learned"
"""The term of a reason that tells which words, learned from verdicts, raised or lowered a call."""
MOST_LEARNED_TOLD = 3


STRONG_FIT, GOOD_FIT, POSSIBLE_FIT = 0.5, 0.25, 0.2
"""The least fit for each strength, set by `python -m benchmarks.judged`: nine in ten strong calls are wanted,
half of the good ones, one in six of the possible ones."""

EXCLUSION_FACTOR = 0.3
"""What is left of the score of a call whose title says a word that the priority excludes."""

LEARNED_ALONE = 0.1
"""The part of an ideal score by which a call joins a ranking for what verdicts taught alone."""

TIE_FACTOR = 1.1
"""What a call gains that touches the city's ties: it orders calls of equal theme."""

READ_AT_ONCE = 25
"""Calls whose texts are read together when the hits of a free text are told."""

Parts = tuple[tuple[Concept, float], ...]
"""What each concept gave to one call."""

Read = Callable[[Collection[int]], Mapping[int, Call]]
"""Gives calls with their texts by our ids."""


@dataclass(frozen=True, slots=True)
class Scored:
    """One call's score before it is told: `parts` is what each concept gave."""

    call: Call
    score: float
    fit: float
    parts: Parts
    city: CityFit
    sinks: tuple[str, ...] = ()
    lifts: tuple[Reason, ...] = ()


class Ranker:
    """Knows a set of calls by their words, and ranks them. Texts are read only of what is told."""

    def __init__(self, index: Index, read: Read) -> None:
        self._index = index
        self._read = read
        self._split: dict[int, tuple[Words, ...]] = {}
        self._cities: dict[int, CityFit] = {}
        self._blockers: dict[tuple[int, str], Blocker | None] = {}
        self._ties: dict[int, tuple[Reason, ...]] = {}
        self._calls: Mapping[int, Call] | None = None

    @classmethod
    def fit(cls, calls: Sequence[Call]) -> "Ranker":
        """Read the words of all calls, each language apart."""
        by_id = {call.id: call for call in calls}
        return cls(Index.fit(calls), lambda ids: {call_id: by_id[call_id] for call_id in ids})

    def rank(
        self, municipality: Municipality, now: datetime, *, verdicts: Sequence[Verdict] = ()
    ) -> tuple[Match, ...]:
        """Rank the calls of the city's programmes that are open or coming at `now`, for every priority.

        Each priority has its own ranking from 1, the strongest word first; a call that says nothing of it is
        left out. A call that the city cannot apply for has rank 0 and says why. `verdicts` are what reviewers
        said; without them it is the frozen baseline.
        """
        matches: list[Match] = []
        for priority in municipality.priorities:
            matches += self.rank_one(priority, municipality, now, verdicts=verdicts)
        return tuple(matches)

    def rank_one(
        self,
        priority: Priority,
        municipality: Municipality,
        now: datetime,
        *,
        verdicts: Sequence[Verdict] = (),
    ) -> tuple[Match, ...]:
        """Rank the calls for one priority."""
        calls = [call for call in self.calls().values() if _is_ranked(call, municipality.programmes, now)]
        own = [verdict for verdict in verdicts if verdict.priority == priority.slug]
        scored = self._weigh_all(calls, priority, municipality, own)
        return numbered(self._matches(scored, priority.slug, country=municipality.country, now=now))

    def calls(self) -> Mapping[int, Call]:
        """Give every call that is known, by our id; they are read once."""
        if self._calls is None:
            self._calls = self._read(list(self._index.keys))
        return self._calls

    def _weigh_all(
        self,
        calls: Sequence[Call],
        priority: Priority,
        municipality: Municipality,
        verdicts: Sequence[Verdict],
    ) -> list[Scored]:
        """Score calls for one priority, the best first; one that says nothing of it is left out."""
        asked = priority_concepts(priority)
        judged = {
            verdict.call_id: self._words(self.calls()[verdict.call_id])
            for verdict in verdicts
            if verdict.call_id in self.calls()
        }
        learned = learn(self._index, verdicts, judged, asked=asked)
        table = score(self._index, (*asked, *learned))
        best = ideal(asked, is_text=False)
        scored = [
            self._weigh(call, parts, best, priority, municipality.ties)
            for call in calls
            if _is_about((parts := table.parts(call.id)), best)
        ]
        return sorted(scored, key=lambda item: (-item.score, item.call.id))

    def match_text(
        self,
        text: str,
        language: str | None = None,
        *,
        now: datetime,
        limit: int | None = 20,
        among: Collection[int] | None = None,
        suits: Callable[[Call], bool] = lambda _call: True,
    ) -> tuple[Match, ...]:
        """Rank calls that are open or coming at `now` against a free text (`priority` stays empty).

        Of the `limit` calls that say most of it, the strongest word stands first. `among` names the calls to
        look at, where the caller knows which are open; without it all are read. `suits` leaves out what the
        city cannot join for another reason than a call's conditions.
        """
        concepts = self._concepts(text, language)
        table = score(self._index, concepts)
        best = ideal(concepts, is_text=True)
        scored = (
            Scored(call, total, total / best, table.parts(call.id), self._city(call))
            for call, total in self._in_order(table, among)
            if call.status_at(now) in ALIVE and suits(call)
        )
        found = []
        for match in self._matches(scored, "", country="NL", now=now):
            if match.rank:
                found.append(match)
            if limit is not None and len(found) == limit:
                break
        return numbered(found)

    def order_text(
        self, text: str, language: str | None = None, *, limit: int | None = None
    ) -> tuple[int, ...]:
        """Give the calls that say anything of a free text, the best first, whatever their status."""
        return score(self._index, self._concepts(text, language)).order(limit)

    def told_in_english(
        self, text: str, language: str | None = None
    ) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """Give the Dutch words of a free text with the English of calls that is searched for them.

        Parts of an English phrase are told only where no call says a whole one.
        """
        found = []
        for concept in self._concepts(text, language):
            said = [
                phrase
                for phrase in concept.phrases
                if phrase.language == "en" and phrase.words != concept.term and self._index.says(phrase.words)
            ]
            whole = [phrase for phrase in said if phrase.weight > PART_WEIGHT]
            if said and not concept.is_extra:
                found.append((concept.term, tuple(phrase.words for phrase in whole or said)))
        return tuple(found)

    def unsaid(self, text: str, language: str | None = None) -> tuple[str, ...]:
        """Give what a free text asks and no call says, in any wording: it cannot have been looked at."""
        return tuple(
            concept.term
            for concept in self._concepts(text, language)
            if not concept.is_extra
            and not any(self._index.says(phrase.words, phrase.language) for phrase in concept.phrases)
        )

    def _concepts(self, text: str, language: str | None) -> tuple[Concept, ...]:
        return text_concepts(text, language, self._index.says)

    def _in_order(self, table: Table, among: Collection[int] | None) -> Iterator[tuple[Call, float]]:
        """Give calls with their scores, the best first, reading a few at once."""
        wanted = [
            (call_id, total) for call_id, total in table.totals().items() if among is None or call_id in among
        ]
        for start in range(0, len(wanted), READ_AT_ONCE):
            some = wanted[start : start + READ_AT_ONCE]
            calls = self._read([call_id for call_id, _ in some])
            yield from ((calls[call_id], total) for call_id, total in some)

    def _weigh(
        self, call: Call, parts: Parts, best: float, priority: Priority, ties: Sequence[Tie]
    ) -> Scored:
        """Bring the theme, the place of a city in the call and the city's ties together in one score."""
        city = self._city(call)
        parts = titled(self._words(call), parts)
        theme = max(0.0, sum(value for _, value in parts))
        sinks = _excluded_words(call, priority.exclusions)
        lifts = self._tie_reasons(call, ties)
        factor = city.factor * (EXCLUSION_FACTOR if sinks else 1.0) * priority.weight
        factor *= TIE_FACTOR if lifts else 1.0
        return Scored(call, theme * factor, theme * factor / best, parts, city, sinks, lifts)

    def _matches(
        self, scored: Iterable[Scored], slug: str, *, country: str, now: datetime
    ) -> Iterator[Match]:
        """Tell the scored calls; a call without a telling reason is no match."""
        for item in scored:
            terms = reasons_for(self._words(item.call), item.parts)
            if telling(terms):
                yield _match(item, slug, terms, blocker=self._blocker(item.call, country, now))

    def _blocker(self, call: Call, country: str, now: datetime) -> Blocker | None:
        key = (call.id, country)
        if key not in self._blockers:
            self._blockers[key] = find_blocker(call.data, country=country, now=now)
        return self._blockers[key]

    def _words(self, call: Call) -> tuple[Words, ...]:
        if call.id not in self._split:
            self._split[call.id] = split_call(call.data)
        return self._split[call.id]

    def _tie_reasons(self, call: Call, ties: Sequence[Tie]) -> tuple[Reason, ...]:
        if call.id not in self._ties:
            self._ties[call.id] = tie_reasons(call.data, ties)
        return self._ties[call.id]

    def _city(self, call: Call) -> CityFit:
        if call.id not in self._cities:
            self._cities[call.id] = city_fit(text_of(call.data, ("en", "nl")), call.data.action_type)
        return self._cities[call.id]


def _match(item: Scored, slug: str, terms: tuple[Reason, ...], *, blocker: Blocker | None) -> Match:
    reasons = [*terms, *_side_reasons(item)]
    if blocker:
        reasons.append(Reason(ReasonKind.BLOCKER, blocker.kind.value, blocker.sentence, "conditions"))
    return Match(
        call_id=item.call.id,
        priority=slug,
        score=round(item.score, 6),
        strength=Strength.NONE if blocker else strength(item.fit, telling(terms), item.city),
        rank=0 if blocker else 1,
        reasons=tuple(reasons),
        role=item.city.role,
        role_sentence=item.city.sentence,
        blocked=blocker.sentence if blocker else "",
    )


def strength(fit: float, terms: Sequence[Reason], city: CityFit) -> Strength:
    """Put a fit (0 to about 1) in a word.

    Strong is a promise: the title says it in a phrase, the call speaks of cities and has a place for one, and
    nothing speaks against a city. Good asks for a title that says it, or for the fit of a strong call; a call
    that speaks of no city needs both. A lone word never makes a call good.
    """
    phrases = [term for term in terms if " " in term.phrase or "-" in term.phrase]
    in_title = any(term.where == "title" for term in phrases)
    is_near = city.names_cities or (in_title and fit >= STRONG_FIT)
    if not phrases or not is_near or city.is_shut or fit < GOOD_FIT:
        return Strength.POSSIBLE if fit >= POSSIBLE_FIT else Strength.NONE
    is_open = city.names_cities and city.is_open and not city.against
    if fit >= STRONG_FIT and in_title and len(terms) >= 2 and is_open:
        return Strength.STRONG
    return Strength.GOOD if in_title or fit >= STRONG_FIT else Strength.POSSIBLE


def _is_about(parts: Parts, best: float) -> bool:
    """Tell whether a call says something of what is asked, or much of what was learned."""
    learned = sum(value for concept, value in parts if concept.is_learned)
    return any(not concept.is_learned for concept, _ in parts) or learned >= LEARNED_ALONE * best


def _is_ranked(call: Call, programmes: Sequence[str], now: datetime) -> bool:
    return call.data.programme in programmes and call.status_at(now) in ALIVE


def _excluded_words(call: Call, exclusions: Sequence[str]) -> tuple[str, ...]:
    """Give the excluded words that a call's title says as whole words: "partnership" is no shipping."""
    titles = [f" {' '.join(stems(text.title, text.language))} " for text in call.data.texts]
    asked = [(word, f" {phrase_stems(word, 'en')} ") for word in exclusions]
    return tuple(word for word, said in asked if any(said in title for title in titles))


def _side_reasons(item: Scored) -> list[Reason]:
    """Tell what raised or lowered a call beside its theme."""
    found = []
    if item.city.role is not CityRole.NONE_SEEN:
        found.append(Reason(ReasonKind.LIFT, item.city.role.value, "", "body", item.city.sentence))
    found += item.lifts
    for kind, sign in ((ReasonKind.LIFT, 1), (ReasonKind.SINK, -1)):
        learned = sorted(
            (pair for pair in item.parts if pair[0].is_learned), key=lambda pair: -sign * pair[1]
        )
        words = widest([concept.term for concept, value in learned if sign * value > 0])[:MOST_LEARNED_TOLD]
        if words:
            found.append(Reason(kind, LEARNED, ", ".join(words), "body"))
    found += [Reason(ReasonKind.SINK, name, phrase, "body") for name, phrase in item.city.against]
    found += [Reason(ReasonKind.SINK, word, word, "title") for word in item.sinks]
    return found


def widest(phrases: Sequence[str]) -> list[str]:
    """Leave out a phrase that a longer one among them says too."""
    padded = [f" {phrase.casefold()} " for phrase in phrases]
    return [
        phrase
        for phrase, own in zip(phrases, padded, strict=True)
        if not any(own in other and own != other for other in padded)
    ]
