"""The reviewed Dutch-English glossary of municipal words: the bridge for free text in Dutch."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from matching.text import stems


@cache
def load() -> Mapping[str, tuple[str, ...]]:
    """Give each Dutch wording with the English phrases that calls use for it."""
    raw = tomllib.loads((files("matching") / "glossary.toml").read_text(encoding="utf-8"))
    return {dutch: tuple(english) for section in raw.values() for dutch, english in section.items()}


def translate(text: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Give the glossary's entries that stand in a Dutch text, with their English; where two overlap, the longer.

    For a person it is what was searched with: "energiearmoede" -> "energy poverty".
    """
    asked = stems(text, "nl")
    found, taken = [], set[int]()
    for wanted, dutch in _entries():
        places = _places(asked, wanted)
        if places and not taken.issuperset(places):
            taken |= places
            found.append((min(places), dutch))
    return tuple((dutch, load()[dutch]) for _, dutch in sorted(found))


@cache
def _entries() -> tuple[tuple[tuple[str, ...], str], ...]:
    """Give the entries by their stems, longest first."""
    entries = [(tuple(stems(dutch, "nl")), dutch) for dutch in load()]
    return tuple(sorted(entries, key=lambda entry: (-len(entry[0]), entry[1])))


def _places(asked: list[str], wanted: tuple[str, ...]) -> set[int]:
    """Give the places where the wanted stems stand together in what was asked."""
    size = len(wanted)
    starts = range(len(asked) - size + 1) if size else range(0)
    return {
        start + step
        for start in starts
        if tuple(asked[start : start + size]) == wanted
        for step in range(size)
    }
