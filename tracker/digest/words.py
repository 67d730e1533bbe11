"""Gives the words of a language, and the few that other parts of the product say too."""

from tracker.core.match import CityRole
from tracker.core.profile import Strength
from tracker.digest.dutch import DUTCH
from tracker.digest.english import ENGLISH
from tracker.digest.vocabulary import Words


def words_in(language: str) -> Words:
    """Give the words in `nl` or `en`."""
    return DUTCH if language == "nl" else ENGLISH


def strength_word(strength: Strength, language: str) -> str:
    """Say how well a call fits: `past sterk` or `strong fit`."""
    return words_in(language).strengths[strength]


def role_word(role: CityRole, language: str) -> str:
    """Say what the city can be: `trekker` or `lead`."""
    return words_in(language).roles[role]
