"""Measures ranking, speed, feedback and each part, and writes the tables into docs/matching.md.

    python -m benchmarks [--pack DIR …] [--table NAME …]
    python -m benchmarks web-load [--users N] [--seconds N] [--calls N] [--folder DIR]

The second is a command of its own, for it takes minutes: people at work with the review page.
Without packs it takes those in `../shared/bench`, and the real calls from `../shared/data` unless
TRACKER_REAL_DATA names another folder; without them the tables of the judged set stay. The text around the
tables is written by hand and stays.
"""

import argparse
import os
import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from benchmarks import ablation, feedback, judged, ranking, speed, twins, web_load
from benchmarks.ranking import Pack
from matching import ranker

DOCUMENT = Path(__file__).parent.parent / "docs" / "matching.md"
DEFAULT_PACKS = Path(__file__).parent.parent.parent / "shared" / "bench"
TABLES = ("speed", "ranking", "twins", "feedback", "ablation", "judged")
LEAST_FIT = {
    "strong": f"strong, fit from {ranker.STRONG_FIT}",
    "good": f"good, fit from {ranker.GOOD_FIT}",
    "possible": f"possible, fit from {ranker.POSSIBLE_FIT}",
    "none": "weak",
}
"""The words of strength with their thresholds."""
DEFAULT_DATA = Path(__file__).parent.parent.parent / "shared" / "data"


def write_table(document: Path, name: str, lines: Sequence[str]) -> None:
    """Put a table between the marks `<!-- name -->` and `<!-- /name -->` of a document.

    Raises:
        ValueError: the document has no such marks.
    """
    text = document.read_text(encoding="utf-8")
    marks = re.compile(rf"(<!-- {name} -->\n).*?(<!-- /{name} -->)", re.DOTALL)
    if not marks.search(text):
        raise ValueError(f"{document} has no marks for the table {name!r}")
    table = "\n".join(lines) + "\n"
    document.write_text(
        marks.sub(lambda found: found.group(1) + table + found.group(2), text), encoding="utf-8"
    )


def tables(packs: Sequence[Pack], wanted: Sequence[str]) -> Iterator[tuple[str, list[str]]]:
    """Measure and give each wanted table with its name, as it is ready."""
    if "speed" in wanted:
        yield "speed", speed.table(packs)
    if "ranking" in wanted:
        yield "ranking", ranking.table(packs, list(ranking.SYSTEMS))
    if "twins" in wanted:
        yield "twins", twins.table()
    if {"feedback", "ablation"} & {*wanted}:
        taught = feedback.measure(packs)
        yield "feedback", feedback.table(taught)
        if "ablation" in wanted:
            yield "ablation", ablation.table(packs, taught)
    if "judged" in wanted:
        yield from judged_tables().items()


def judged_tables() -> dict[str, list[str]]:
    """Give how useful the ranking is by our own grades; no table where the real calls are not at hand."""
    try:
        report = judged.measure()
    except pytest.skip.Exception as reason:
        print(f"\nThe judged set was left out: {reason}")
        return {}
    return {"judged": _judged_lines(report), "strengths": _strength_lines(report)}


def _judged_lines(report: judged.Report) -> list[str]:
    lines = [
        f"{name} agree in {found.exact:.0%} of {found.pairs} pairs, within one grade in "
        f"{found.within_one:.0%} (weighted kappa {found.kappa:.2f})."
        for name, found in (("Two passes of the first judge", report.passes), ("Two judges", report.judges))
    ]
    lines += ["", "| judge | priority | system | P@5 | P@10 | nDCG@10 | without a grade |"]
    lines += ["| --- | --- | --- | --- | --- | --- | --- |"]
    return lines + [
        f"| {opinion.judge} | {row.priority} | {row.system} | {row.precision5:.2f} | {row.precision10:.2f} | "
        f"{row.ndcg10:.3f} | {row.unjudged} |"
        for opinion in report.opinions
        for row in opinion.quality
        if row.priority == "all" or row.system == "ours"
    ]


def _strength_lines(report: judged.Report) -> list[str]:
    """Set the judges side by side: the share that is wanted, and in brackets at least marginal."""
    judges = [opinion.judge for opinion in report.opinions]
    lines = [f"| of ours | {' | '.join(judges)} |", "| --- " * (len(judges) + 1) + "|"]
    rows = zip(*((*one.strengths, *one.ranks, *one.fits) for one in report.opinions), strict=True)
    for row in rows:
        cells = [
            f"{judged.share(line.wanted)} ({judged.share(line.marginal)}) of {line.judged}"
            + (f", {line.calls - line.judged} not graded" if line.calls > line.judged else "")
            for line in row
        ]
        lines.append(f"| {LEAST_FIT.get(row[0].name, row[0].name)} | {' | '.join(cells)} |")
    return lines


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure everything, print it and write it down; or let people work with the review page."""
    given = sys.argv[1:] if arguments is None else list(arguments)
    if given[:1] == ["web-load"]:
        web_load.main(given[1:])
        return
    parser = argparse.ArgumentParser(prog="benchmarks", description=__doc__.split("\n", 1)[0])
    parser.add_argument("--pack", type=Path, action="append", help="folder of a pack; may be repeated")
    parser.add_argument("--table", choices=TABLES, action="append", help="only this one; may be repeated")
    options = parser.parse_args(given)
    folders = options.pack or sorted(path.parent for path in DEFAULT_PACKS.glob("*/qrels.tsv"))
    if not folders:
        parser.error("there is no pack: name one with --pack DIR")
    if DEFAULT_DATA.is_dir():
        os.environ.setdefault("TRACKER_REAL_DATA", str(DEFAULT_DATA))
    packs = [ranking.read_pack(folder) for folder in folders]
    for name, lines in tables(packs, options.table or TABLES):
        print(f"\n{name}\n" + "\n".join(lines))
        write_table(DOCUMENT, name, lines)


if __name__ == "__main__":
    main()
