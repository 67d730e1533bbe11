import pytest

from matching.city import city_fit
from tests.matching.calls import PHYSICS
from tracker.core.call import CallText
from tracker.core.match import CityRole


@pytest.mark.parametrize(
    ("sentence", "role"),
    [
        ("Applicants must be municipalities or other local authorities.", CityRole.LEAD),
        ("The call is open to cities with a climate plan.", CityRole.LEAD),
        ("Public buyers are expected to form a group.", CityRole.LEAD),
        ("Town twinning brings people together.", CityRole.LEAD),
        ("Projects should work closely with local and regional authorities.", CityRole.PARTNER),
        ("Consortia cooperate with cities.", CityRole.PARTNER),
        ("Tenants and municipalities take part from the start.", CityRole.PARTNER),
        ("Support is given to groups of municipalities.", CityRole.PARTNER),
        ("Solutions are demonstrated in real conditions in three cities.", CityRole.TEST_SITE),
        ("Pilots take place in two neighbourhoods.", CityRole.TEST_SITE),
        ("Better membranes make better electrolysers.", CityRole.NONE_SEEN),
        ("", CityRole.NONE_SEEN),
    ],
)
def test_the_role_comes_with_the_sentence_that_says_so(sentence: str, role: CityRole) -> None:
    fit = city_fit(CallText("en", "A call", f"First something else. {sentence}"))
    assert fit.role is role
    assert fit.sentence == (sentence if role is not CityRole.NONE_SEEN else "")


def test_a_lead_is_told_before_a_partner() -> None:
    text = "Projects cooperate with cities. Applicants must be municipalities."
    assert city_fit(CallText("en", "A call", text)).role is CityRole.LEAD


def test_a_procurement_action_is_led_by_buyers() -> None:
    fit = city_fit(CallText("en", "A call", "Solutions are bought."), "HORIZON Pre-commercial Procurement")
    assert (fit.role, fit.sentence) == (CityRole.LEAD, "HORIZON Pre-commercial Procurement")


def test_what_speaks_against_a_city_lowers_it() -> None:
    physics = city_fit(PHYSICS.data.texts[0])
    assert physics.is_shut
    assert {name for name, _ in physics.against} >= {"fundamenteel onderzoek"}
    assert (
        physics.factor
        < city_fit(CallText("en", "A call", "Cities work together with local authorities.")).factor
    )


def test_silence_of_a_short_text_is_not_held_against_it() -> None:
    short = city_fit(CallText("en", "Culture moves", ""))
    long = city_fit(CallText("en", "Membranes", "Membranes carry ions through walls. " * 60))
    assert short.is_open
    assert not long.is_open
    assert short.factor > long.factor


def test_citizens_and_regions_alone_do_not_make_a_call_one_of_cities() -> None:
    filler = "Surveys measure what opinions do to behaviour in the long run of a study. " * 20
    society = city_fit(CallText("en", "A call", f"{filler} Citizens and communities in regions. " * 3))
    cities = city_fit(CallText("en", "A call", f"{filler} Cities and municipalities in urban areas. " * 3))
    assert not society.names_cities
    assert cities.names_cities
    assert society.factor < cities.factor
