"""The reviewed Dutch-English glossary of municipal words: the bridge for free text in Dutch."""

import tomllib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from matching.text import broad_stem, phrase_stems, tokens

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
    return find([text[one.start : one.end] for one in tokens(text, "nl")])[0]


def dutch_of(english: str) -> str:
    """Give the Dutch wording whose first English one this is ("heat pumps": "warmtepomp"), or nothing."""
    return _dutch().get(phrase_stems(english, "en"), "")


@cache
def _dutch() -> Mapping[str, str]:
    """Give the Dutch wordings by the stems of their first English one; an earlier entry goes first."""
    return {phrase_stems(said[0], "en"): dutch for dutch, said in reversed(list(load().items()))}


def find(
    said: Sequence[str], *, alone: Callable[[str], bool] = lambda _word: True
) -> tuple[tuple[Entry, ...], frozenset[int]]:
    """Give the entries that stand in a row of Dutch words, and the places that they take.

    Entries of several words go first, the longest before others. Inflection does not matter, and of several
    forms of one word the one that is as long is meant.
    `alone` tells which words may be an entry by themselves.
    """
    asked = [phrase_stems(word, "nl") for word in said]
    found: list[tuple[int, str]] = []
    taken = set[int]()
    for wanted, dutch in _phrases_in(asked):
        places = _places(asked, wanted)
        if places and not taken.intersection(places):
            taken |= places
            found.append((min(places), dutch))
    for place in range(len(said)):
        dutch = words().entry(said[place]) if place not in taken and alone(said[place]) else ""
        if dutch:
            taken.add(place)
            found.append((place, dutch))
    kept = {dutch: place for place, dutch in sorted(found, reverse=True)}
    return tuple((dutch, load()[dutch]) for dutch in sorted(kept, key=kept.__getitem__)), frozenset(taken)


@dataclass(frozen=True, slots=True)
class Words:
    """Dutch entries of one word, to be found whatever the inflection of a word is."""

    spelled: Mapping[str, str]
    by_stem: Mapping[str, Sequence[str]]

    @classmethod
    def of(cls, entries: Iterable[str]) -> "Words":
        """Gather the entries of one word from a list."""
        stemmed: dict[str, list[str]] = {}
        for dutch in entries:
            if len(phrase_stems(dutch, "nl").split()) == 1:
                stemmed.setdefault(broad_stem(dutch.lower()), []).append(dutch)
        return cls({dutch.lower(): dutch for held in stemmed.values() for dutch in held}, stemmed)

    def entry(self, word: str) -> str:
        """Give the entry of a word: spelled so, else its plain form, else another form of it; or nothing."""
        return self.plain(word.lower()) or self.nearest(word.lower())

    def plain(self, word: str) -> str:
        """Give the entry that is spelled as a word or as its plain form, or nothing."""
        return next((self.spelled[form] for form in (word, *plain_forms(word)) if form in self.spelled), "")

    def nearest(self, word: str) -> str:
        """Give the entry that is another form of a word; of several the one that is as long.

        The same stem is not enough, it joins "land" and "landing". Both must be inflections of one word, or
        the entry is the deed of a verb ("beschermde": "bescherming") or the adjective of a noun ("snelheid":
        "snel").
        """
        if len(word) < SHORTEST_JOINED:
            return ""
        own, acted = _forms(word) | {word.removesuffix("heid")}, _roots(word, _VERB_ENDINGS)
        alike = [
            entry
            for entry in self.by_stem.get(broad_stem(word), ())
            if own & _forms_of_entry(entry.lower()) or acted & _roots(entry.lower(), _DEEDS)
        ]
        return min(alike, key=lambda entry: abs(len(entry) - len(word)), default="")


def _forms(word: str) -> set[str]:
    """Give a word with what it may be the inflection or the diminutive of."""
    return {word, *plain_forms(word), *_roots(word, _SMALL)}


def _forms_of_entry(word: str) -> set[str]:
    """Give the same for an entry: it is a plural in "-s" only after these endings ("kaars" is none)."""
    is_one = word.endswith("s") and not word[:-1].endswith(_BEFORE_S)
    return {word} if is_one else _forms(word)


_BEFORE_S = ("el", "er", "en", "em", "ie", "je", "or", "eur", "um", *"aeiouy")
"""What a Dutch plural in "-s" ends with before it."""


def _roots(word: str, endings: Sequence[str]) -> set[str]:
    """Give how a word may be spelled without one of these endings."""
    roots = (word.removesuffix(ending) for ending in endings if word.endswith(ending))
    return {spelled for root in roots if len(root) >= SHORTEST_ROOT for spelled in _spellings_of(root)}


SHORTEST_JOINED = 4
"""Letters of the shortest word that is told by another form of it."""
_VERB_ENDINGS = ("en", "t", "d", "te", "de", "ten", "den")
"""How Dutch verbs are inflected."""
_SMALL = ("je", "jes", "tje", "tjes", "pje", "pjes", "etje", "etjes")
"""How the noun of something small is made: "straatje"."""
_DEEDS = ("ing", "ingen")
"""How the noun of a deed is made of its verb."""

_ENDINGS = ("eren", "en", "e", "s")
"""How Dutch nouns and adjectives are inflected."""
_VOWELS = "aeou"


def plain_forms(word: str) -> tuple[str, ...]:
    """Give what a Dutch word may be the inflection of: "duurzame" -> "duurzaam", "daken" -> "dak"."""
    found: dict[str, None] = {}
    for ending in _ENDINGS:
        root = word.removesuffix(ending)
        if root != word and len(root) >= SHORTEST_ROOT:
            found |= dict.fromkeys(_spellings_of(root))
    return tuple(found)


SHORTEST_ROOT = 3
"""Letters that are left at least when an ending is taken off."""


def _spellings_of(root: str) -> list[str]:
    """Give how a root is spelled without its ending: "slimm" -> "slim", "huiz" -> "huis"."""
    hard = root[:-1] + {"v": "f", "z": "s"}.get(root[-1], root[-1])
    if root[-1] == root[-2]:
        return [root[:-1], root]
    if hard[-2] in _VOWELS and hard[-1] not in _VOWELS and hard[-3] not in _VOWELS:
        return [f"{hard[:-1]}{hard[-2]}{hard[-1]}", hard, root]
    return [hard, root]


def _phrases_in(asked: Sequence[str]) -> list[tuple[tuple[str, ...], str]]:
    """Give the entries of several words that may stand in a row of stems, the longest first."""
    known = [entry for stem in dict.fromkeys(asked) for entry in _phrases().get(stem, ())]
    return sorted(known, key=lambda entry: (-len(entry[0]), entry[1]))


@cache
def _phrases() -> Mapping[str, Sequence[tuple[tuple[str, ...], str]]]:
    """Give the entries of several words by their stems, under their first one."""
    entries: dict[str, list[tuple[tuple[str, ...], str]]] = {}
    for dutch in load():
        wanted = tuple(phrase_stems(dutch, "nl").split())
        if len(wanted) > 1:
            entries.setdefault(wanted[0], []).append((wanted, dutch))
    return entries


@cache
def words() -> Words:
    """Give the entries of one word."""
    return Words.of(load())


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
