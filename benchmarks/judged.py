"""Measures how useful the product's ranking is by grades that we gave ourselves, beside plain systems.

    TRACKER_REAL_DATA=… python -m benchmarks.judged [--peer NAME …] [--json]

Two sets hold a grade for pairs of a priority and a real call: "would a coordinator of this city want to see
this under this priority?" 3 must see, 2 would be glad, 1 marginal, 0 no.

`judgements.tsv`: the priorities of Haarlem, 227 pairs: the heads of the product's own ranking (28), bm25s
(23), tfidf and lsa (20), and eight drawn at random, shuffled so that no system shows. The first judge
graded them twice, in another order and from other passages; where the two differ, a third look settled it.
The second judge saw no grade, and read the title and the first 1,700 characters.

`judgements_other.tsv`: five priorities of a city that does not exist (`other_city.toml`), held out: nothing
of the ranker was set on them, and they were worded without it. Mobility, health, water and nature, learning
and work, a digital and safe city. Pooled alike (20 of our own, 14 of each other, eight drawn), graded once
by a third judge. It tells how far the figures of the first set flatter.

The judges are language models, and the sets measure them as well; so the figures report and calibrate, and
no test depends on them. A call without a grade counts as not wanted, and is counted.
"""

import argparse
import json
import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from importlib.resources import files
from pathlib import Path

import pytest

from benchmarks.ranking import SYSTEMS, Document, Pack
from matching.query import priority_concepts
from matching.ranker import Ranker
from matching.scoring import ideal
from tests.real_data import NOW, real_calls
from tracker.core.call import Call, Status
from tracker.core.match import Match
from tracker.core.profile import Municipality, Priority, Strength
from tracker.profile_file import load_profile, shipped_profile_path

PEERS = tuple(name for name in SYSTEMS if name != "ours")
WANTED = 2
"""The least grade of a call that a coordinator is glad to see."""
DEPTH = 10
BANDS = ((1, 5), (6, 10), (11, 20), (21, 30))
"""Ranks told apart when the precision of a ranking is told by depth."""

LEAST_FITS = (0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.12)
"""Fits (score of an ideal call = 1) from which the precision is told, so that thresholds can be set."""

Rankings = Mapping[str, Sequence[str]]
"""The identifiers of the calls for each priority, best first."""
Grades = Mapping[str, Mapping[str, int]]
"""The grade of each identifier under each priority."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """One graded pair: both passes of the first judge, the grade settled on, and that of the second judge."""

    priority: str
    identifier: str
    pass1: int
    pass2: int
    grade: int
    second: int


@dataclass(frozen=True, slots=True)
class Agreement:
    """How well two gradings agree; `kappa` is weighted by the square of the difference."""

    pairs: int
    exact: float
    within_one: float
    kappa: float


@dataclass(frozen=True, slots=True)
class Quality:
    """How good the top of one system's ranking is for one priority.

    `precision` is the share that is wanted, and `unjudged` counts the calls of the first ten without a grade.
    """

    priority: str
    system: str
    precision5: float
    precision10: float
    ndcg10: float
    unjudged: int


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a word or a stretch of ranks means: what share of its judged calls is wanted, or marginal."""

    name: str
    calls: int
    judged: int
    wanted: float | None
    marginal: float | None


def read_judgements() -> tuple[Judgement, ...]:
    """Read the graded pairs of the city's own priorities."""
    return tuple(Judgement(row[0], row[1], *map(int, row[2:])) for row in _rows("judgements.tsv"))


def read_other() -> Grades:
    """Read the grades for the priorities of the other city."""
    return _by_priority((row[0], row[1], int(row[2])) for row in _rows("judgements_other.tsv"))


def other_city() -> Municipality:
    """Give the city that does not exist."""
    return load_profile(Path(__file__).parent / "other_city.toml")


def _rows(name: str) -> list[list[str]]:
    lines = (files("benchmarks") / name).read_text(encoding="utf-8").splitlines()
    return [line.split("\t") for line in lines[1:]]


def agreement(pairs: Sequence[tuple[int, int]]) -> Agreement:
    """Compare two gradings of the same pairs (Cohen's kappa with squared weights, 1968)."""
    count = len(pairs)
    apart = [abs(one - other) for one, other in pairs]
    by_chance = sum((one - other) ** 2 for one, _ in pairs for _, other in pairs) / count**2
    observed = sum(distance**2 for distance in apart) / count
    return Agreement(
        pairs=count,
        exact=round(apart.count(0) / count, 3),
        within_one=round(sum(distance <= 1 for distance in apart) / count, 3),
        kappa=round(1.0 - observed / by_chance, 3) if by_chance else 1.0,
    )


def grades_of(judgements: Sequence[Judgement]) -> Grades:
    """Give the settled grades of the first judge by priority and identifier."""
    return _by_priority((one.priority, one.identifier, one.grade) for one in judgements)


def _by_priority(graded: Iterable[tuple[str, str, int]]) -> Grades:
    found: dict[str, dict[str, int]] = defaultdict(dict)
    for priority, identifier, grade in graded:
        found[priority][identifier] = grade
    return found


def quality(priority: str, system: str, ranking: Sequence[str], *, grades: Mapping[str, int]) -> Quality:
    """Measure one ranking; the ideal one is made of all graded calls of the priority."""
    top = ranking[:DEPTH]
    gains = [grades.get(identifier, 0) for identifier in top]
    ideal = sorted(grades.values(), reverse=True)[:DEPTH]
    wanted = [gain >= WANTED for gain in gains]
    return Quality(
        priority=priority,
        system=system,
        precision5=round(sum(wanted[:5]) / 5, 3),
        precision10=round(sum(wanted) / DEPTH, 3),
        ndcg10=round(_dcg(gains) / _dcg(ideal), 3) if any(ideal) else 0.0,
        unjudged=sum(identifier not in grades for identifier in top),
    )


def meaning(name: str, pairs: Sequence[tuple[str, str]], *, grades: Grades) -> Meaning:
    """Tell what share of these (priority, identifier) pairs is wanted, of those that have a grade."""
    found = [
        grades[priority][identifier]
        for priority, identifier in pairs
        if identifier in grades.get(priority, {})
    ]
    return Meaning(
        name=name,
        calls=len(pairs),
        judged=len(found),
        wanted=round(sum(grade >= WANTED for grade in found) / len(found), 3) if found else None,
        marginal=round(sum(grade >= 1 for grade in found) / len(found), 3) if found else None,
    )


def candidates(municipality: Municipality) -> list[Call]:
    """Give the real calls that the product ranks: of the city's programmes, and open or coming."""
    return [
        call
        for call in real_calls()
        if call.data.programme in municipality.programmes
        and call.status_at(NOW) in {Status.OPEN, Status.FORTHCOMING}
    ]


def our_matches(municipality: Municipality, calls: Sequence[Call]) -> list[tuple[Match, str]]:
    """Rank with the product; gives each match that is not blocked with its call's identifier, best first."""
    identifiers = {call.id: call.data.identifier for call in calls}
    ranked = (match for match in Ranker.fit(calls).rank(municipality, NOW) if match.rank)
    return [
        (match, identifiers[match.call_id])
        for match in sorted(ranked, key=lambda match: (match.priority, match.rank))
    ]


def peer_rankings(
    municipality: Municipality, calls: Sequence[Call], *, systems: Sequence[str]
) -> dict[str, Rankings]:
    """Rank with the plain systems, which get all English words of a priority, its reviewed pairs too.

    They know nothing of who may apply, nor of the place of a city in a call.
    """
    documents = tuple(
        Document(call.data.identifier, call.data.title, call.data.texts[0].body) for call in calls
    )
    queries = {f"{priority.slug}.en": _english(priority) for priority in municipality.priorities}
    pack = Pack("judged", documents, queries, {})
    return {
        name: {query.removesuffix(".en"): ranking for query, ranking in SYSTEMS[name](pack).items()}
        for name in systems
    }


def _english(priority: Priority) -> str:
    text = priority.en
    phrases = [phrase for _, english in priority.pairs for phrase in english]
    return " . ".join([text.title, text.niche, text.description, *text.keywords, *phrases])


def _dcg(gains: Sequence[int]) -> float:
    return sum((2.0**gain - 1.0) / math.log2(place + 2) for place, gain in enumerate(gains))


@dataclass(frozen=True, slots=True)
class Opinion:
    """How useful the rankings are by one judge."""

    judge: str
    quality: tuple[Quality, ...]
    strengths: tuple[Meaning, ...]
    ranks: tuple[Meaning, ...]
    fits: tuple[Meaning, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """All that the command tells: how passes and judges agree, and what each judge says."""

    passes: Agreement
    judges: Agreement
    opinions: tuple[Opinion, ...]


def measure(peers: Sequence[str] = PEERS) -> Report:
    """Rank the real calls with the product and its peers, and measure each by the grades of each judge."""
    judgements = read_judgements()
    second = _by_priority((one.priority, one.identifier, one.second) for one in judgements)
    haarlem = load_profile(shipped_profile_path())
    return Report(
        agreement([(one.pass1, one.pass2) for one in judgements]),
        agreement([(one.grade, one.second) for one in judgements]),
        (
            *_opinions(haarlem, {"first": grades_of(judgements), "second": second}, peers),
            *_opinions(other_city(), {"other city": read_other()}, peers),
        ),
    )


def _opinions(
    municipality: Municipality, judges: Mapping[str, Grades], peers: Sequence[str]
) -> Iterator[Opinion]:
    calls = candidates(municipality)
    matches = our_matches(municipality, calls)
    ours: dict[str, list[str]] = defaultdict(list)
    for match, identifier in matches:
        ours[match.priority].append(identifier)
    rankings: dict[str, Rankings] = {"ours": ours, **peer_rankings(municipality, calls, systems=peers)}
    for judge, grades in judges.items():
        rows = tuple(
            quality(slug, system, ranking[slug], grades=grades[slug])
            for slug in grades
            for system, ranking in rankings.items()
        )
        yield Opinion(judge, (*rows, *_means(rows)), **_meanings(municipality, matches, grades))


def _meanings(
    municipality: Municipality, matches: Sequence[tuple[Match, str]], grades: Grades
) -> dict[str, tuple[Meaning, ...]]:
    """Tell what each word of strength, each stretch of ranks and each least fit means."""
    best = {
        priority.slug: ideal(priority_concepts(priority), is_text=False)
        for priority in municipality.priorities
    }

    def told(name: str, belongs: Callable[[Match], bool]) -> Meaning:
        return meaning(name, [(m.priority, called) for m, called in matches if belongs(m)], grades=grades)

    return {
        "strengths": tuple(told(word, partial(_has_strength, word)) for word in Strength),
        "ranks": tuple(told(f"{band[0]}-{band[1]}", partial(_has_rank, band)) for band in BANDS),
        "fits": tuple(told(f"fit >= {fit}", partial(_has_fit, best, fit)) for fit in LEAST_FITS),
    }


def _has_strength(word: Strength, match: Match) -> bool:
    return match.strength is word


def _has_rank(band: tuple[int, int], match: Match) -> bool:
    return band[0] <= match.rank <= band[1]


def _has_fit(best: Mapping[str, float], least: float, match: Match) -> bool:
    return match.score >= least * best[match.priority]


def main(arguments: Sequence[str] | None = None) -> None:
    """Print how useful the ranking is by our own grades, or why that cannot be measured here."""
    parser = argparse.ArgumentParser(prog="benchmarks.judged", description=__doc__.split("\n", 1)[0])
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of tables")
    parser.add_argument("--peer", choices=PEERS, action="append", help="all peers without it")
    options = parser.parse_args(arguments)
    try:
        report = measure(options.peer or PEERS)
    except pytest.skip.Exception as reason:
        print(json.dumps({"skipped": str(reason)}) if options.json else f"Skipped: {reason}")
        return
    if options.json:
        print(json.dumps(asdict(report), indent=1))
        return
    _print(report)


def _print(report: Report) -> None:
    for name, found in (("Two passes of the first judge", report.passes), ("Two judges", report.judges)):
        print(
            f"{name} on {found.pairs} pairs: exact {found.exact:.0%}, within one {found.within_one:.0%}, "
            f"weighted kappa {found.kappa:.2f}."
        )
    for opinion in report.opinions:
        print(f"\n{opinion.judge}")
        print(f"{'priority':<18} {'system':<6} {'P@5':>6} {'P@10':>6} {'nDCG@10':>8} {'unjudged':>9}")
        for row in opinion.quality:
            print(
                f"{row.priority:<18} {row.system:<6} {row.precision5:>6.2f} {row.precision10:>6.2f} "
                f"{row.ndcg10:>8.3f} {row.unjudged:>9}"
            )
        print(f"\n{'ours':<18} {'calls':>6} {'judged':>7} {'wanted':>7} {'at least marginal':>18}")
        for line in (*opinion.strengths, *opinion.ranks, *opinion.fits):
            wanted, marginal = map(share, (line.wanted, line.marginal))
            print(f"{line.name:<18} {line.calls:>6} {line.judged:>7} {wanted:>7} {marginal:>18}")


def share(part: float | None) -> str:
    """Say a share in percent, or that nothing was graded."""
    return f"{part:.0%}" if part is not None else "-"


def _means(rows: Sequence[Quality]) -> list[Quality]:
    """Give each system's mean over the priorities; its unjudged calls are added up."""
    found = []
    for system in dict.fromkeys(row.system for row in rows):
        mine = [row for row in rows if row.system == system]
        found.append(
            Quality(
                "all",
                system,
                sum(row.precision5 for row in mine) / len(mine),
                sum(row.precision10 for row in mine) / len(mine),
                sum(row.ndcg10 for row in mine) / len(mine),
                sum(row.unjudged for row in mine),
            )
        )
    return found


if __name__ == "__main__":
    main()
