"""Tells Dutch words in English where the municipal glossary has none: by parts, and by how languages relate.

Three general means: a list of common words (`words.toml`), the parts of a compound ("dorp" + "s" + "school"),
and the endings by which international words differ ("-tie" for "-tion", "-iteit" for "-ity"). What the calls
say decides which of the possible spellings is meant.
"""

import itertools
import tomllib
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from functools import cache, lru_cache
from importlib.resources import files

from matching import glossary
from matching.text import phrase_stems

Known = Callable[[str], bool]
"""Tells whether any call says an English wording."""

SHORTEST_PART = 3
"""Letters of the shortest part of a compound."""
LONGEST_COMPOUND = 40
"""Letters of the longest word that is split: each part more multiplies the ways."""
SHORTEST_RELATED = 5
"""Letters of the shortest word that is taken for an international one."""
MOST_WORDINGS = 3
_KEPT = 50_000
"""Dutch words, and ends of words, of which what the lists say is kept ready."""
_LINKS = ("", "s", "e", "en", "n")
"""What stands between the parts of a Dutch compound."""

_ENDINGS = {
    "iteiten": ("ities",),
    "iteit": ("ity",),
    "isering": ("isation", "ization"),
    "iseren": ("ise", "ize"),
    "logie": ("logy",),
    "grafie": ("graphy",),
    "metrie": ("metry", "metrics"),
    "entie": ("ence", "ency"),
    "antie": ("ance", "ancy"),
    "atie": ("ation",),
    "tie": ("tion",),
    "sie": ("sion",),
    "isch": ("ic", "ical"),
    "ische": ("ic", "ical"),
    "iek": ("ic", "ics", "y"),
    "ieke": ("ic", "ical"),
    "ica": ("ics",),
    "ief": ("ive",),
    "ieve": ("ive",),
    "isme": ("ism",),
    "eel": ("al", "el"),
    "ele": ("al",),
    "iele": ("ial",),
    "air": ("ary",),
    "aire": ("ary", "ar"),
    "aal": ("al",),
    "ale": ("al",),
    "uur": ("ure",),
    "eus": ("ous",),
    "ie": ("y", "ia"),
    "e": ("e", ""),
    "en": ("s", ""),
}
"""How the endings of international words differ."""
_LETTERS = (("k", "c"), ("aa", "a"), ("ee", "e"), ("oo", "o"), ("f", "ph"), ("ij", "y"), ("kt", "ct"))
"""How their spelling differs elsewhere."""


def english(word: str, known: Known) -> tuple[tuple[str, ...], ...]:
    """Give a Dutch word in English: for each of its parts the wordings; nothing where no means helps."""
    lowered = word.lower()
    found = tuple(_single(lowered, known))
    return found or (_compound(lowered, known) if len(lowered) <= LONGEST_COMPOUND else ())


def wordings(parts: tuple[tuple[str, ...], ...]) -> tuple[str, ...]:
    """Give the English phrases that the parts make: ("air",), ("quality",) -> "air quality"."""
    return tuple(" ".join(chosen) for chosen in itertools.product(*parts))


def _single(word: str, known: Known) -> list[tuple[str, ...]]:
    """Give a word that is no compound, as its one part."""
    found = _entry(word) or related(word, known)
    return [found] if found else []


def _compound(word: str, known: Known) -> tuple[tuple[str, ...], ...]:
    """Split a compound where both sides are known, the longest last part first."""
    for cut in range(SHORTEST_PART, len(word) - SHORTEST_PART + 1):
        last = _single(word[cut:], known)
        if not last:
            continue
        for link in _LINKS:
            first = word[:cut].removesuffix(link) if word[:cut].endswith(link) else ""
            if len(first) >= SHORTEST_PART:
                parts = tuple(_single(first, known)) or _compound(first, known)
                if parts:
                    return (*parts, *last)
    return ()


def related(word: str, known: Known) -> tuple[str, ...]:
    """Give the English spellings of an international word that calls say: "migratie" -> "migration"."""
    if len(word) < SHORTEST_RELATED:
        return ()
    return tuple(spelling for spelling in _spelled_alike(word) if known(spelling))[:MOST_WORDINGS]


@lru_cache(_KEPT)
def _spelled_alike(word: str) -> tuple[str, ...]:
    """Give how an international word may be spelled in English."""
    spelled = dict.fromkeys(plain for start in _endings(_plain(word)) for plain in _spellings(start))
    spelled.pop(word, None)
    return tuple(spelled)


def _endings(word: str) -> list[str]:
    longest = sorted((end for end in _ENDINGS if word.endswith(end)), key=len, reverse=True)
    return [word.removesuffix(end) + other for end in longest[:2] for other in _ENDINGS[end]] + [word]


def _spellings(word: str) -> list[str]:
    found = [word]
    for dutch, other in _LETTERS:
        found += [spelling.replace(dutch, other) for spelling in found if dutch in spelling]
    return found


def _plain(word: str) -> str:
    """Give a word without its accents and dots."""
    return "".join(one for one in unicodedata.normalize("NFD", word) if not unicodedata.combining(one))


@lru_cache(_KEPT)
def _entry(word: str) -> tuple[str, ...]:
    """Give what the lists say of a word: as it is spelled, else in another form; the glossary goes first."""
    lists = ((glossary.words(), glossary.load()), (_common_words(), load()))
    for find in (glossary.Words.plain, glossary.Words.nearest):
        for known, words in lists:
            dutch = find(known, word)
            if dutch:
                return words[dutch][:MOST_WORDINGS]
    return ()


def is_common(word: str) -> bool:
    """Tell whether the common words have an entry that is spelled as a Dutch word or as its plain form."""
    return bool(_common_words().plain(word.lower()))


@cache
def _common_words() -> glossary.Words:
    return glossary.Words.of(load())


def alternatives(words: Sequence[str]) -> tuple[tuple[tuple[int, int], tuple[str, ...]], ...]:
    """Give the ideas of the lists that stand in a row of English words, in its order; longer ones first.

    An English text is read through the same lists as a Dutch one: each idea is told by its places (from, up
    to) and by all the wordings that a Dutch word for it would have been told in.
    """
    asked = [phrase_stems(word, "en") for word in words]
    ideas = _ideas()
    found: list[tuple[tuple[int, int], tuple[str, ...]]] = []
    taken = set[int]()
    for size in range(min(_LONGEST_IDEA, len(asked)), 0, -1):
        for start in range(len(asked) - size + 1):
            wordings = ideas.get(" ".join(asked[start : start + size]))
            places = range(start, start + size)
            if wordings and taken.isdisjoint(places):
                taken.update(places)
                found.append(((start, start + size), wordings))
    return tuple(sorted(found))


_LONGEST_IDEA = 4
"""Words of the longest English wording that is looked for in a text."""


@cache
def _ideas() -> Mapping[str, tuple[str, ...]]:
    """Give for each English wording that an entry begins with all wordings of such entries."""
    found: dict[str, dict[str, None]] = {}
    for words in (glossary.load(), load()):
        for said in words.values():
            found.setdefault(phrase_stems(said[0], "en"), {}).update(dict.fromkeys(said))
    return {stem: tuple(said) for stem, said in found.items() if stem}


@cache
def load() -> Mapping[str, tuple[str, ...]]:
    """Give the list of common words."""
    raw = tomllib.loads((files("matching") / "words.toml").read_text(encoding="utf-8"))
    return {dutch: tuple(said) for section in raw.values() for dutch, said in section.items()}
