"""Measures what verdicts teach, on call families other than those that were judged.

    python -m benchmarks.feedback --pack DIR [--pack DIR …]

For each English query some relevant calls of different families get a yes, and with `no` also the first calls
of the ranking that are not relevant. Every family with a verdict is then left out of what is measured. A
family is what shares the parent call's identifier where TRACKER_REAL_DATA tells it, else a call stands alone.
"""

import argparse
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.ranking import NOW, Pack, _call, _figures_of_query, read_pack
from matching.explain import Words, split_call
from matching.feedback import learn
from matching.index import Index
from matching.query import text_concepts
from matching.scoring import score
from tests.real_data import real_calls
from tracker.core.feedback import Verdict

TRIALS = 4
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
    calls = [_call(number, document) for number, document in enumerate(pack.documents, 1)]
    parents = {call.data.title.lower(): call.data.call_identifier for call in real_calls()}
    families = {call.id: parents.get(call.data.title.lower(), call.data.identifier) for call in calls}
    return Ground(pack, Index.fit(calls), {call.id: split_call(call.data) for call in calls}, families)


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


def table(packs: Sequence[Pack]) -> list[str]:
    """Give the mean figures as lines of a Markdown table."""
    lines = [
        "| pack | yes | no | trials | nDCG@10 without | nDCG@10 with |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for ground in map(prepare, packs):
        english = [name for name in ground.pack.queries if name.rpartition(".")[2] in {"en", "sen"}]
        for yes, no in CASES:
            found = [
                pair
                for query in english
                for seed in range(TRIALS)
                if (pair := trial(ground, query, yes=yes, no=no, seed=seed)) is not None
            ]
            if found:
                before, after = (sum(column) / len(found) for column in zip(*found, strict=True))
                lines.append(
                    f"| {ground.pack.name} | {yes} | {no} | {len(found)} | {before:.3f} | {after:.3f} |"
                )
    return lines


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure on the packs asked for and print a table."""
    parser = argparse.ArgumentParser(prog="benchmarks.feedback", description=__doc__.split("\n", 1)[0])
    parser.add_argument("--pack", type=Path, action="append", required=True, help="folder of a pack")
    options = parser.parse_args(arguments)
    print("\n".join(table([read_pack(folder) for folder in options.pack])))


if __name__ == "__main__":
    main()
