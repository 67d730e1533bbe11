"""Measures what each part of the ranker gives, by leaving it out.

    python -m benchmarks.ablation --pack DIR [--pack DIR …]

The packs have no fields but title and description, and ask free texts; the judged sets (`benchmarks.judged`)
have all fields, and ask the priorities of a city, so that the place of a city in a call shows there alone.
`gives` is what nDCG@10 loses without the part, over all queries of the packs and all priorities of the
judged sets, with the 95 % interval of a paired bootstrap: an interval on both sides of 0 proves nothing.
"""

import argparse
from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

import pytest

from benchmarks import feedback, judged
from benchmarks.changing import changed
from benchmarks.feedback import ENGLISH_FORMS, Taught
from benchmarks.ranking import Pack, interval, per_query, read_pack, timed
from matching import features, glossary, query, ranker, statistic, text, translate
from matching.city import CityFit
from tests.real_data import real_calls
from tracker.core.match import CityRole
from tracker.core.profile import Municipality
from tracker.profile_file import load_profile, shipped_profile_path

JUDGED, OTHER_CITY = "judged", "other city"
"""The columns of the judged sets: the city's own priorities, and those of a city that nothing was set on."""

Outcome = Mapping[str, Mapping[str, tuple[float, float]]]
"""For each column, nDCG@10 and MAP (of the judged set: precision of the first ten) of each query."""


PARTS: dict[str, Callable[[], AbstractContextManager[None]]] = {
    "all parts": lambda: changed(query, "KEYWORD_WEIGHT", query.KEYWORD_WEIGHT),
    "without saturation": lambda: changed(features, "K1", 1000.0),
    "without length": lambda: changed(features, "B", dict.fromkeys(features.B, 0.0)),
    "without stems": lambda: changed(text, "_stem", _as_it_is),
    "without phrases": lambda: changed(query, "NEIGHBOURS_WEIGHT", 0.0),
    "without fields": lambda: changed(features, "FIELD_WEIGHTS", dict.fromkeys(features.FIELD_WEIGHTS, 1.0)),
    "without notices removed": lambda: changed(text, "_NOTICE_MARKS", ()),
    "without rarity": lambda: changed(statistic, "rarities", _one),
    "without the glossary": lambda: changed(glossary, "load", _no_words),
    "without common words": lambda: changed(translate, "load", _no_words),
    "without related words": lambda: changed(translate, "related", _no_wording),
    "without compounds": lambda: changed(translate, "_compound", _no_wording),
    "without the role of a city": lambda: changed(ranker, "city_fit", _no_role),
}


def _no_words() -> dict[str, tuple[str, ...]]:
    return {}


def _no_wording(word: str, known: translate.Known) -> tuple[()]:
    return ()


def _as_it_is(word: str, language: str) -> str:
    return word


def _one(hashes: Sequence[int], language: str) -> object:
    import numpy as np

    return np.full(len(hashes), 5.0)


def _no_role(_text: object, _action_type: str = "") -> CityFit:
    return CityFit(CityRole.NONE_SEEN, "", (), 1.0, says_little=True)


@dataclass(frozen=True, slots=True)
class Ground:
    """What is measured on: packs, and the judged priorities where the real calls are at hand."""

    packs: Sequence[Pack]
    has_judged: bool

    def outcome(self) -> Outcome:
        """Rank for every query and priority as the parts now stand, and measure each."""
        found: dict[str, dict[str, tuple[float, float]]] = {}
        for pack in self.packs:
            for form, rows in per_query(pack, timed(pack, "ours").run).items():
                found[f"{pack.name} {form}"] = {name: (row[0], row[2]) for name, row in rows.items()}
        if self.has_judged:
            own = judged.grades_of(judged.read_judgements())
            found[JUDGED] = judged_priorities(load_profile(shipped_profile_path()), own)
            found[OTHER_CITY] = judged_priorities(judged.other_city(), judged.read_other())
        return found


def judged_priorities(municipality: Municipality, grades: judged.Grades) -> dict[str, tuple[float, float]]:
    """Rank the real calls for a city's priorities; gives nDCG@10 and precision of the first ten of each."""
    ranking: dict[str, list[str]] = defaultdict(list)
    for match, identifier in judged.our_matches(municipality, judged.candidates(municipality)):
        ranking[match.priority].append(identifier)
    found = {slug: judged.quality(slug, "ours", ranking[slug], grades=grades[slug]) for slug in grades}
    return {slug: (one.ndcg10, one.precision10) for slug, one in found.items()}


def prepare(packs: Sequence[Pack]) -> Ground:
    """Tell what can be measured on here."""
    try:
        real_calls()
    except pytest.skip.Exception:
        return Ground(packs, has_judged=False)
    return Ground(packs, has_judged=True)


def table(packs: Sequence[Pack], taught: Sequence[Taught]) -> list[str]:
    """Give the figures without each part, as lines of a Markdown table; `taught` are those of verdicts."""
    ground = prepare(packs)
    whole = ground.outcome()
    lines = [f"| part | {' | '.join(whole)} | gives (95 %) |", "| --- " * (len(whole) + 2) + "|"]
    for name, left_out in PARTS.items():
        with left_out():
            found = ground.outcome()
        cells = [" / ".join(f"{mean:.3f}" for mean in _means(rows.values())) for rows in found.values()]
        lines.append(f"| {name} | {' | '.join(cells)} | {_gives(whole, found)} |")
    return [*lines, _feedback_line(list(whole), taught)]


def _feedback_line(columns: Sequence[str], taught: Sequence[Taught]) -> str:
    """Tell what three wanted calls teach: nDCG@10 of other families without and with these verdicts."""
    tried = {one.pack: one for one in taught if (one.yes, one.no) == (3, 0) and one.pairs}
    cells = []
    for column in columns:
        pack, _, form = column.partition(" ")
        one = tried.get(pack) if form in {*ENGLISH_FORMS, ""} else None
        cells.append(f"{one.means[0]:.3f}, with {one.means[1]:.3f}" if one else "-")
    gains = [gain for one in tried.values() for gain in one.gains]
    return f"| without three verdicts | {' | '.join(cells)} | {_mean_and_interval(gains)} |"


def _means(rows: Collection[tuple[float, float]]) -> list[float]:
    return [sum(column) / len(rows) for column in zip(*rows, strict=True)]


def _gives(whole: Outcome, found: Outcome) -> str:
    """Tell what a part gives: the mean loss of nDCG@10 without it, and its interval."""
    lost = [whole[column][name][0] - row[0] for column, rows in found.items() for name, row in rows.items()]
    if not any(lost):
        return "-"
    return _mean_and_interval(lost)


def _mean_and_interval(values: Sequence[float]) -> str:
    if not values:
        return "-"
    low, high = interval(values)
    return f"{sum(values) / len(values):+.3f} ({low:+.3f} to {high:+.3f})"


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure on the packs asked for and print a table."""
    parser = argparse.ArgumentParser(prog="benchmarks.ablation", description=__doc__.split("\n", 1)[0])
    parser.add_argument("--pack", type=Path, action="append", required=True, help="folder of a pack")
    options = parser.parse_args(arguments)
    packs = [read_pack(folder) for folder in options.pack]
    print("\n".join(table(packs, feedback.measure(packs))))


if __name__ == "__main__":
    main()
