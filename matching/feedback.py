"""Learns from a reviewer's verdicts, from the first one on, and never forgets the question.

Rocchio's relevance feedback (Rocchio 1971; Manning, Raghavan, Schütze: "Introduction to Information
Retrieval", section 9.1) over the same sparse matrix: the words by which wanted calls differ from unwanted
ones are asked beside the priority's own concepts, so an effect is told like any other reason. Siblings of one
parent call count as one, and only words that European calls use in common can be learned, so that a lesson is
about a theme and not about one call.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from matching import glossary, statistic
from matching.everyday import is_everyday
from matching.explain import Words
from matching.features import Features, feature_hash
from matching.index import Index
from matching.query import Concept, Phrase
from matching.text import LONGEST_PHRASE, known_language, phrase_features
from tracker.core.feedback import Verdict

MOST_LEARNED = 25
"""Words and phrases that a priority learns at most, and unlearns at most."""
STRENGTH = 0.2
"""How much the best learned word counts beside a concept of the priority."""
UNLEARNED_STRENGTH = 0.1
"""How much the worst word of unwanted calls takes away."""
NEGATIVE_STRENGTH = 0.5
"""How much an unwanted call weighs against a wanted one."""


def learn(
    index: Index,
    verdicts: Sequence[Verdict],
    words: Mapping[int, Sequence[Words]],
    *,
    asked: Sequence[Concept] = (),
) -> tuple[Concept, ...]:
    """Give the concepts that verdicts teach, those that lower a call with a negative weight.

    `words` holds the split texts of the judged calls; a verdict on a call that is gone teaches nothing. What
    the priority itself asks (`asked`) can never be unlearned.
    """
    spoken: dict[tuple[str, str], str] = {}
    sides: dict[bool, list[dict[tuple[str, str], float]]] = {True: [], False: []}
    for (wanted, _), members in sorted(_families(verdicts, words).items()):
        rows = [_row(index, call_id, words[call_id], spoken) for call_id in members]
        sides[wanted].append(_mean(rows))
    wanted_words, unwanted = _mean(sides[True]), _mean(sides[False])
    lesson = {
        feature: wanted_words.get(feature, 0.0) - NEGATIVE_STRENGTH * unwanted.get(feature, 0.0)
        for feature in wanted_words.keys() | unwanted.keys()
    }
    own = _features(asked)
    unlearned = {key: -value for key, value in lesson.items() if key not in own}
    return (
        *_concepts(lesson, spoken, strength=STRENGTH),
        *_concepts(unlearned, spoken, strength=-UNLEARNED_STRENGTH),
    )


def _features(concepts: Sequence[Concept]) -> set[tuple[str, str]]:
    """Give all that concepts look for, phrases and their single words, by language."""
    spelled = {
        (phrase.language, feature)
        for concept in concepts
        for phrase in concept.phrases
        for feature in phrase_features(phrase.words, phrase.language)
    }
    return spelled | {(language, word) for language, feature in spelled for word in feature.split(" ")}


def _families(
    verdicts: Iterable[Verdict], words: Mapping[int, Sequence[Words]]
) -> dict[tuple[bool, str], list[int]]:
    """Group the judged calls by verdict and parent call."""
    found: dict[tuple[bool, str], list[int]] = defaultdict(list)
    for verdict in sorted(verdicts, key=lambda one: one.call_id):
        if verdict.call_id in words:
            found[verdict.wanted, verdict.family or f"#{verdict.call_id}"].append(verdict.call_id)
    return found


def _row(
    index: Index, call_id: int, words: Sequence[Words], spoken: dict[tuple[str, str], str]
) -> dict[tuple[str, str], float]:
    """Give the weights of one call's common words, scaled to length one; `spoken` learns their wording."""
    weights: dict[tuple[str, str], float] = {}
    for field in words:
        if field.where in _TAUGHT:
            for feature, text in _said(field):
                spoken.setdefault((field.language, feature), text)
                weights[field.language, feature] = 0.0
    for language, known in index.languages.items():
        own = [key for key in weights if key[0] == language]
        for key, value in zip(own, _values(known, call_id, [feature for _, feature in own]), strict=True):
            weights[key] = value
    length = sum(value * value for value in weights.values()) ** 0.5 or 1.0
    return {key: value / length for key, value in weights.items() if value > 0}


_TAUGHT = ("title", "keywords", "body")


def _said(field: Words) -> Iterable[tuple[str, str]]:
    """Give the words and phrases of a field that calls use in common, each as it stands there first.

    None begins or ends with a word of everyday speech ("against"): it would teach that word.
    """
    common = statistic.counts(field.language)
    everyday = [
        is_everyday(field.text[token.start : token.end], known_language(field.language))
        for token in field.tokens
    ]
    for start, first in enumerate(field.tokens):
        if everyday[start]:
            continue
        phrase = first.stem
        for place, token in enumerate(field.tokens[start : start + LONGEST_PHRASE], start):
            if token is not first:
                if not token.joins:
                    break
                phrase = f"{phrase} {token.stem}"
            if not everyday[place] and (phrase in common or not common):
                yield phrase, " ".join(field.text[first.start : token.end].split())


def _values(known: Features, call_id: int, asked: Sequence[str]) -> list[float]:
    """Give the weights of features in one call's row."""
    import numpy as np

    rows = np.flatnonzero(known.call_ids == call_id)
    if not len(rows):
        return [0.0] * len(asked)
    columns, weights = known.row(int(rows[0]))
    own = dict(zip(columns.tolist(), weights.tolist(), strict=True))
    places = known.places(np.asarray([feature_hash(feature) for feature in asked], dtype=np.uint64))
    return [own.get(place, 0.0) for place in places.tolist()]


def _mean(rows: Sequence[Mapping[tuple[str, str], float]]) -> dict[tuple[str, str], float]:
    total: dict[tuple[str, str], float] = defaultdict(float)
    for row in rows:
        for key, value in row.items():
            total[key] += value / len(rows)
    return dict(total)


def _concepts(
    lesson: Mapping[tuple[str, str], float], spoken: Mapping[tuple[str, str], str], *, strength: float
) -> list[Concept]:
    """Make concepts of what weighs most; the best counts `strength`, others in proportion."""
    ranked = sorted(((value, key) for key, value in lesson.items()), key=lambda one: (-one[0], one[1]))
    chosen = [(value, key) for value, key in ranked if value > 0][:MOST_LEARNED]
    return [
        Concept(
            (glossary.dutch_of(spoken[key]) if key[0] == "en" else "") or spoken[key],
            (Phrase(key[0], spoken[key]),),
            strength * value / chosen[0][0],
            is_extra=True,
            is_learned=True,
        )
        for value, key in chosen
    ]
