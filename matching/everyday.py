"""Words that name no theme: those of everyday speech, and those that any call says (`everyday.toml`)."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from matching.text import guess_language, phrase_stems, stop_words

PLAINLY = 3
"""So many times as many English small words as Dutch ones make a text plainly English."""


def is_everyday(word: str, language: str | None) -> bool:
    """Tell whether a word is of everyday speech; without a language it may be of either."""
    is_dutch = language != "en" and word.lower() in _words("nl")
    return is_dutch or (language != "nl" and phrase_stems(word, "en") in _english_stems())


def is_generic(word: str) -> bool:
    """Tell whether a word names no theme when it stands alone, though it is no everyday word ("city")."""
    return word.lower() in _words("generic")


def plain_language(text: str) -> str | None:
    """Give the language of a text where it is plain to see by its small words, else None."""
    if guess_language(text) == "nl":
        return "nl"
    words = set(text.lower().split())
    english, dutch = stop_words("en"), stop_words("nl")
    is_plain = len(words & (english - dutch)) >= PLAINLY * (1 + len(words & (dutch - english)))
    return "en" if is_plain else None


@cache
def _words(section: str) -> frozenset[str]:
    return frozenset(word for words in _load()[section].values() for word in words.split())


@cache
def _english_stems() -> frozenset[str]:
    return frozenset(phrase_stems(word, "en") for word in _words("en")) - {""}


@cache
def _load() -> Mapping[str, Mapping[str, str]]:
    raw: Mapping[str, Mapping[str, str]] = tomllib.loads(
        (files("matching") / "everyday.toml").read_text(encoding="utf-8")
    )
    return raw
