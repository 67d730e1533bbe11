"""Measures what each part of the ranker gives, by leaving it out.

python -m benchmarks.ablation --pack DIR [--pack DIR …]
"""

import argparse
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from unittest.mock import patch

from benchmarks.ranking import Pack, measure, read_pack, timed
from matching import features, glossary, query, statistic, text, translate


@contextmanager
def _changed(target: object, name: str, value: object) -> Iterator[None]:
    """Change one part for a while; what was remembered of texts is forgotten before and after."""
    forget()
    with patch.object(target, name, value):
        yield
    forget()


def forget() -> None:
    """Forget everything that depends on the parts that are left out."""
    for module, names in _REMEMBERED.items():
        for name in names:
            clear: Callable[[], None] = getattr(getattr(module, name), "cache_clear", _nothing)
            clear()
    features._known_hashes.clear()


PARTS: dict[str, Callable[[], AbstractContextManager[None]]] = {
    "all parts": lambda: _changed(query, "KEYWORD_WEIGHT", query.KEYWORD_WEIGHT),
    "without saturation": lambda: _changed(features, "K1", 1000.0),
    "without length": lambda: _changed(features, "B", dict.fromkeys(features.B, 0.0)),
    "without stems": lambda: _changed(text, "_stem", _as_it_is),
    "without phrases": lambda: _changed(query, "NEIGHBOURS_WEIGHT", 0.0),
    "without fields": lambda: _changed(features, "FIELD_WEIGHTS", dict.fromkeys(features.FIELD_WEIGHTS, 1.0)),
    "without notices removed": lambda: _changed(text, "_NOTICE_MARKS", ()),
    "without rarity": lambda: _changed(statistic, "rarities", _one),
    "without the glossary": lambda: _changed(glossary, "load", _no_words),
    "without common words": lambda: _changed(translate, "load", _no_words),
    "without related words": lambda: _changed(translate, "related", _no_wording),
    "without compounds": lambda: _changed(translate, "_compound", _no_wording),
}


_REMEMBERED = {
    text: ("_numbers", "_stem", "phrase_features", "phrase_stems"),
    glossary: ("_entries",),
    translate: ("_entries",),
}


def _nothing() -> None:
    return None


def _no_words() -> dict[str, tuple[str, ...]]:
    return {}


def _no_wording(word: str, known: translate.Known) -> tuple[()]:
    return ()


def _as_it_is(word: str, language: str) -> str:
    return word


def _one(hashes: Sequence[int], language: str) -> object:
    import numpy as np

    return np.full(len(hashes), 5.0)


def table(packs: Sequence[Pack]) -> list[str]:
    """Give nDCG@10 and MAP of each form without each part, as lines of a Markdown table."""
    forms = [
        f"{line.pack} {line.form}" for pack in packs for line in measure(pack, "ours", timed(pack, "ours"))
    ]
    lines = [f"| part | {' | '.join(forms)} |", "| --- " * (len(forms) + 1) + "|"]
    for name, left_out in PARTS.items():
        with left_out():
            cells = [
                f"{line.ndcg10:.3f} / {line.map:.3f}"
                for pack in packs
                for line in measure(pack, "ours", timed(pack, "ours"))
            ]
        lines.append(f"| {name} | {' | '.join(cells)} |")
    return lines


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure on the packs asked for and print a table."""
    parser = argparse.ArgumentParser(prog="benchmarks.ablation", description=__doc__.split("\n", 1)[0])
    parser.add_argument("--pack", type=Path, action="append", required=True, help="folder of a pack")
    options = parser.parse_args(arguments)
    print("\n".join(table([read_pack(folder) for folder in options.pack])))


if __name__ == "__main__":
    main()
