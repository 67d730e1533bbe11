"""Measures ranking, speed, feedback and each part, and writes the tables into docs/matching.md.

    python -m benchmarks [--pack DIR …]

Without packs it takes those in `../shared/bench`. The text around the tables is written by hand and stays.
"""

import argparse
import re
from collections.abc import Sequence
from pathlib import Path

from benchmarks import ablation, feedback, ranking, speed

DOCUMENT = Path(__file__).parent.parent / "docs" / "matching.md"
DEFAULT_PACKS = Path(__file__).parent.parent.parent / "shared" / "bench"


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


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure everything, print it and write it down."""
    parser = argparse.ArgumentParser(prog="benchmarks", description=__doc__.split("\n", 1)[0])
    parser.add_argument("--pack", type=Path, action="append", help="folder of a pack; may be repeated")
    options = parser.parse_args(arguments)
    folders = options.pack or sorted(path.parent for path in DEFAULT_PACKS.glob("*/qrels.tsv"))
    if not folders:
        parser.error("there is no pack: name one with --pack DIR")
    packs = [ranking.read_pack(folder) for folder in folders]
    tables = {
        "ranking": ranking.table(packs, list(ranking.SYSTEMS)),
        "speed": speed.table(packs),
        "feedback": feedback.table(packs),
        "ablation": ablation.table(packs),
    }
    for name, lines in tables.items():
        print(f"\n{name}\n" + "\n".join(lines))
        write_table(DOCUMENT, name, lines)


if __name__ == "__main__":
    main()
