"""The reviewed Dutch-English glossary of municipal words: the bridge for free text in Dutch."""

import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files

from matching.text import stems

Entry = tuple[str, tuple[str, ...]]
"""A Dutch wording, and the English phrases that calls use for it."""


@cache
def load() -> Mapping[str, tuple[str, ...]]:
    """Give each Dutch wording with the English phrases that calls use for it."""
    raw = tomllib.loads((files("matching") / "glossary.toml").read_text(encoding="utf-8"))
    return {dutch: tuple(english) for section in raw.values() for dutch, english in section.items()}


def translate(text: str) -> tuple[Entry, ...]:
    """Give the entries that stand in a Dutch text, in its order; where two overlap, the longer.

    For a person it is what was searched with: "energiearmoede" -> "energy poverty".
    """
    return find(stems(text, "nl"))[0]


def find(asked: Sequence[str]) -> tuple[tuple[Entry, ...], frozenset[int]]:
    """Give the entries that stand in a row of Dutch stems, and the places that they take."""
    found, taken = [], set[int]()
    candidates = [entry for stem in dict.fromkeys(asked) for entry in _entries().get(stem, ())]
    for wanted, dutch in sorted(candidates, key=lambda entry: (-len(entry[0]), entry[1])):
        places = _places(asked, wanted)
        if places and not taken.intersection(places):
            taken |= places
            found.append((min(places), dutch))
    return tuple((dutch, load()[dutch]) for _, dutch in sorted(found)), frozenset(taken)


@cache
def _entries() -> Mapping[str, Sequence[tuple[tuple[str, ...], str]]]:
    """Give the entries by their stems, under their first one."""
    entries: dict[str, list[tuple[tuple[str, ...], str]]] = {}
    for dutch in load():
        wanted = tuple(stems(dutch, "nl"))
        entries.setdefault(wanted[0], []).append((wanted, dutch))
    return entries


def _places(asked: Sequence[str], wanted: tuple[str, ...]) -> set[int]:
    """Give the places where the wanted stems stand together in what was asked."""
    size = len(wanted)
    starts = range(len(asked) - size + 1) if size else range(0)
    return {
        start + step
        for start in starts
        if tuple(asked[start : start + size]) == wanted
        for step in range(size)
    }
