"""Reasons in words: each term that the matcher gives has its own, in both languages."""

import pytest

from matching.city import _AGAINST
from matching.eligibility import BlockerKind
from tracker.core.match import CityRole, Reason, ReasonKind
from tracker.reasons import place_word, quote_of, side_reason

LIFTS = [
    *(role.value for role in CityRole if role is not CityRole.NONE_SEEN),
    *(f"tie:{kind}" for kind in ("twin_town", "network", "region", "partnership")),
    "learned",
    "region",
]


@pytest.mark.parametrize("language", ["nl", "en"])
def test_whatever_raises_a_call_is_told_in_words_and_never_as_an_exclusion(language: str) -> None:
    for term in LIFTS:
        said = side_reason(Reason(ReasonKind.LIFT, term, "Eurocities"), language)
        assert "sluit uit" not in said
        assert "excludes" not in said
        assert "{" not in said


@pytest.mark.parametrize("language", ["nl", "en"])
def test_whatever_blocks_a_call_is_told_in_words(language: str) -> None:
    for term in [*(kind.value for kind in BlockerKind), "region"]:
        assert (
            term not in side_reason(Reason(ReasonKind.BLOCKER, term, "A sentence."), language)
            or term == "closed"
        )


def test_what_speaks_against_a_city_is_told_in_english_too() -> None:
    for name, _ in _AGAINST:
        assert side_reason(Reason(ReasonKind.SINK, name, "words"), "en") != side_reason(
            Reason(ReasonKind.SINK, name, "words"), "nl"
        )


def test_an_excluded_word_is_told_as_the_priority_says_it() -> None:
    sink = Reason(ReasonKind.SINK, "ruimtevaart", "ruimtevaart", "title")
    assert side_reason(sink, "nl") == "de prioriteit sluit uit: ruimtevaart"
    assert side_reason(sink, "en") == "the priority excludes: ruimtevaart"


def test_braces_in_a_source_are_only_braces() -> None:
    assert side_reason(Reason(ReasonKind.SINK, "{0.x}", "{}"), "en") == "the priority excludes: {0.x}"
    assert side_reason(Reason(ReasonKind.LIFT, "learned", "{0.x}"), "en") == "like what you chose: {0.x}"


@pytest.mark.parametrize(
    ("names", "said"),
    [
        ("Angers", "stedenbanden: Angers kan meedoen"),
        ("Angers, Osnabrück", "stedenbanden: Angers en Osnabrück kunnen meedoen"),
    ],
)
def test_twin_towns_in_the_singular_and_the_plural(names: str, said: str) -> None:
    assert side_reason(Reason(ReasonKind.LIFT, "tie:twin_town", names), "nl") == said


def test_the_sentence_of_a_blocker_is_quoted() -> None:
    assert (
        quote_of(Reason(ReasonKind.BLOCKER, "companies_only", "Only SMEs may apply."))
        == "Only SMEs may apply."
    )
    assert quote_of(Reason(ReasonKind.LIFT, "lead", snippet="Cities lead.")) == "Cities lead."
    assert quote_of(Reason(ReasonKind.LIFT, "learned", "heat")) == ""


def test_a_place_is_named() -> None:
    assert (place_word("title", "nl"), place_word("title", "en")) == ("de titel", "the title")
