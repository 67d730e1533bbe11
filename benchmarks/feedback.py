"""Measures what verdicts teach, on call families other than those that were judged.

    python -m benchmarks.feedback --pack DIR [--pack DIR …]

For each English query of a pack, and for each priority of the judged set (`benchmarks.judged`), some wanted
calls of different families get a yes, and with `no` also the first calls of the ranking that are not wanted.
Every family with a verdict is then left out of what is measured. A family is what shares the parent call's
identifier where TRACKER_REAL_DATA tells it, else a call stands alone. In the judged set only calls with a
grade are ranked (Sakai 2007: condensed lists), as verdicts bring up calls that nobody graded.
"""

import argparse
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from benchmarks import judged
from benchmarks.changing import held_out
from benchmarks.ranking import NOW, Pack, _figures_of_query, calls_of, interval, read_pack
from matching.explain import Words, split_call
from matching.feedback import learn
from matching.index import Index
from matching.query import text_concepts
from matching.ranker import Ranker
from matching.scoring import score
from tests import real_data
from tests.real_data import real_calls
from tracker.core.feedback import Verdict
from tracker.core.profile import Municipality
from tracker.profile_file import load_profile, shipped_profile_path

TRIALS = 4
ENGLISH_FORMS = frozenset({"en", "sen"})
CASES = ((1, 0), (3, 0), (5, 0), (1, 3), (3, 3))
"""How many calls get a yes and how many a no."""


@dataclass(frozen=True, slots=True)
class Ground:
    """A pack made ready: its index, split texts, and the family of each call."""

    pack: Pack
    index: Index
    words: Mapping[int, Sequence[Words]]
    families: Mapping[int, str]


def prepare(pack: Pack) -> Ground:
    """Index a pack once for all trials."""
    calls = calls_of(pack)
    parents = _parents()
    families = {call.id: parents.get(call.data.title.lower(), call.data.identifier) for call in calls}
    return Ground(pack, Index.fit(calls), {call.id: split_call(call.data) for call in calls}, families)


def _parents() -> dict[str, str]:
    """Give the parent call of each real call by its title; none where the real calls are not at hand."""
    try:
        return {call.data.title.lower(): call.data.call_identifier for call in real_calls()}
    except pytest.skip.Exception:
        return {}


def trial(ground: Ground, query: str, *, yes: int, no: int, seed: int) -> tuple[float, float] | None:
    """Give nDCG@10 without and with verdicts on the families left, or None where none is left."""
    theme = query.rpartition(".")[0]
    ids = {document.id: number for number, document in enumerate(ground.pack.documents, 1)}
    grades = {ids[document]: grade for document, grade in ground.pack.grades.get(theme, {}).items()}
    families = sorted({ground.families[call_id] for call_id in grades})
    if len(families) <= yes:
        return None
    asked = text_concepts(ground.pack.queries[query], "en")
    before = score(ground.index, asked).totals()
    draw = random.Random(seed)
    chosen = draw.sample(families, yes)
    wanted = [draw.choice([one for one in grades if ground.families[one] == family]) for family in chosen]
    unwanted = [one for one in before if one not in grades and ground.families[one] not in chosen][:no]
    verdicts = [
        Verdict(call_id=one, priority="", wanted=one in grades, at=NOW, family=ground.families[one])
        for one in (*wanted, *unwanted)
    ]
    learned = learn(ground.index, verdicts, ground.words, asked=asked)
    after = score(ground.index, (*asked, *learned)).totals()
    judged = {ground.families[one] for one in (*wanted, *unwanted)}
    left = {str(one): grade for one, grade in grades.items() if ground.families[one] not in judged}
    if not left:
        return None
    plain, taught = (
        _figures_of_query([str(one) for one in ranking if ground.families[one] not in judged], left)[0]
        for ranking in (before, after)
    )
    return plain, taught


@dataclass(frozen=True, slots=True)
class Taught:
    """nDCG@10 of the calls of other families without and with verdicts, for each trial."""

    pack: str
    yes: int
    no: int
    pairs: tuple[tuple[float, float], ...]

    @property
    def means(self) -> tuple[float, float]:
        """The means without and with verdicts."""
        before, after = zip(*self.pairs, strict=True)
        return sum(before) / len(before), sum(after) / len(after)

    @property
    def gains(self) -> list[float]:
        """What each trial gained."""
        return [after - before for before, after in self.pairs]


@dataclass(frozen=True, slots=True)
class JudgedGround:
    """The judged set made ready: the ranker, and the grade of each judged call under each priority."""

    municipality: Municipality
    ranker: Ranker
    families: Mapping[int, str]
    grades: Mapping[str, Mapping[int, int]]

    def trial(self, slug: str, *, yes: int, no: int, seed: int) -> tuple[float, float] | None:
        """Give nDCG@10 of a priority without and with verdicts, or None where nothing wanted is left."""
        grades, families = self.grades[slug], self.families
        wanted = sorted(call_id for call_id, grade in grades.items() if grade >= judged.WANTED)
        kin = sorted({families[call_id] for call_id in wanted})
        if len(kin) <= yes:
            return None
        draw = random.Random(seed)
        chosen = draw.sample(kin, yes)
        liked = [draw.choice([one for one in wanted if families[one] == family]) for family in chosen]
        before = self._order(slug, ())
        refused = [one for one in before if grades.get(one) == 0 and families[one] not in chosen][:no]
        verdicts = [
            Verdict(call_id=one, priority=slug, wanted=one in liked, at=NOW, family=families[one])
            for one in (*liked, *refused)
        ]
        told = {families[one] for one in (*liked, *refused)}
        left = {str(one): grade for one, grade in grades.items() if families[one] not in told}
        if not any(grade >= judged.WANTED for grade in left.values()):
            return None
        plain, taught = (
            _figures_of_query([str(one) for one in order if str(one) in left], left)[0]
            for order in (before, self._order(slug, verdicts))
        )
        return plain, taught

    def _order(self, slug: str, verdicts: Sequence[Verdict]) -> list[int]:
        priority = self.municipality.chosen(slug)
        ranked = self.ranker.rank_one(priority, self.municipality, real_data.NOW, verdicts=verdicts)
        return [match.call_id for match in ranked if match.rank]


def prepare_judged() -> JudgedGround:
    """Weigh the real calls once for all trials; skips where they are not at hand."""
    municipality = load_profile(shipped_profile_path())
    calls = judged.candidates(municipality)
    ids = {call.data.identifier: call.id for call in calls}
    graded = judged.grades_of(judged.read_judgements())
    return JudgedGround(
        municipality,
        Ranker.fit(calls),
        {call.id: call.data.call_identifier or call.data.identifier for call in calls},
        {
            slug: {ids[called]: grade for called, grade in grades.items() if called in ids}
            for slug, grades in graded.items()
        },
    )


def measure(packs: Sequence[Pack]) -> list[Taught]:
    """Try every case on every pack, and on the judged set where the real calls are at hand."""
    found = []
    for ground in map(prepare, packs):
        english = [name for name in ground.pack.queries if name.rpartition(".")[2] in ENGLISH_FORMS]
        with held_out(ground.pack.name, ground.pack.queries):
            for yes, no in CASES:
                pairs = [
                    trial(ground, name, yes=yes, no=no, seed=seed)
                    for name in english
                    for seed in range(TRIALS)
                ]
                found.append(Taught(ground.pack.name, yes, no, tuple(pair for pair in pairs if pair)))
    return [*found, *_measure_judged()]


def _measure_judged() -> list[Taught]:
    try:
        ground = prepare_judged()
    except pytest.skip.Exception:
        return []
    slugs = [priority.slug for priority in ground.municipality.priorities]
    found = []
    for yes, no in CASES:
        pairs = [ground.trial(slug, yes=yes, no=no, seed=seed) for slug in slugs for seed in range(TRIALS)]
        found.append(Taught("judged", yes, no, tuple(pair for pair in pairs if pair)))
    return found


def table(found: Sequence[Taught]) -> list[str]:
    """Give the mean figures as lines of a Markdown table, with the 95 % interval of what was gained."""
    lines = [
        "| pack | yes | no | trials | nDCG@10 without | nDCG@10 with | gain, 95 % |",
        "| --- | --- | --- | --- | --- | --- | --- |",
    ]
    for one in found:
        if one.pairs:
            (before, after), (low, high) = one.means, interval(one.gains)
            lines.append(
                f"| {one.pack} | {one.yes} | {one.no} | {len(one.pairs)} | {before:.3f} | {after:.3f} | "
                f"{low:+.3f} to {high:+.3f} |"
            )
    return lines


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure on the packs asked for and print a table."""
    parser = argparse.ArgumentParser(prog="benchmarks.feedback", description=__doc__.split("\n", 1)[0])
    parser.add_argument("--pack", type=Path, action="append", required=True, help="folder of a pack")
    options = parser.parse_args(arguments)
    print("\n".join(table(measure([read_pack(folder) for folder in options.pack]))))


if __name__ == "__main__":
    main()
