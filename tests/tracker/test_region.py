"""Region fit: whom the money is for, as the table of the issue has it, for the profile of Haarlem."""

import pytest

from tests.db.samples import NOW, data
from tracker.config import SHIPPED_PROFILE
from tracker.core.call import Call, CallData, Fact, FactName
from tracker.core.match import Match, Reason, ReasonKind, RegionFit
from tracker.core.profile import Strength
from tracker.profile_file import load_profile
from tracker.region import gate, region_of

HAARLEM = load_profile(SHIPPED_PROFILE)


def call(*facts: tuple[FactName, str], source: str = "koop") -> CallData:
    told = tuple(Fact(name, value, f"It says: {value}.") for name, value in facts)
    return data(source=source, facts=told)


PLACES = [
    ("Haarlem", RegionFit.OPEN),
    ("haarlem", RegionFit.OPEN),
    ("Zuid-Kennemerland", RegionFit.OPEN),
    ("Agglomeratie Haarlem", RegionFit.OPEN),
    ("NL324", RegionFit.OPEN),
    ("NL32", RegionFit.OPEN),
    ("NL3", RegionFit.OPEN),
    ("NL", RegionFit.OPEN),
    ("NL33", RegionFit.NOT_OPEN),
    ("NL323", RegionFit.NOT_OPEN),
    ("BE2", RegionFit.NOT_OPEN),
    ("Noord-Holland (NL32)", RegionFit.OPEN),
    ("NL33 Zuid-Holland", RegionFit.NOT_OPEN),
    ("West-Regio", RegionFit.REGION),
    ("Noord-Holland", RegionFit.REGION),
    ("noord-holland", RegionFit.REGION),
    ("MRA", RegionFit.REGION),
    ("Nederland", RegionFit.REGION),
    ("IJmond", RegionFit.NEIGHBOUR),
    ("Velsen", RegionFit.NEIGHBOUR),
    ("neighbour: IJmond", RegionFit.NEIGHBOUR),
    ("neighbour: Noord-Holland", RegionFit.NEIGHBOUR),  # the profile says so of the page
    ("Rotterdam", RegionFit.NOT_OPEN),
    ("Flevoland", RegionFit.NOT_OPEN),
    ("Haarlemmermeer", RegionFit.NOT_OPEN),
    ("Nieuw-Haarlem", RegionFit.NOT_OPEN),
    ("Rotterdam, West-Regio", RegionFit.REGION),
    ("Velsen, Haarlem", RegionFit.OPEN),
    ("BE2, DEA, NL32", RegionFit.OPEN),
    ("Rotterdam, IJmond", RegionFit.NEIGHBOUR),
]


@pytest.mark.parametrize(("place", "fit"), PLACES)
def test_a_place_decides_whom_the_money_is_for(place: str, fit: RegionFit) -> None:
    region = region_of(call((FactName.PLACE, place)), HAARLEM)
    assert region.fit is fit
    assert region.sentence == f"It says: {place}."
    assert region.nl
    assert region.en


def test_the_best_of_several_places_counts_with_its_own_sentence() -> None:
    region = region_of(call((FactName.PLACE, "Rotterdam"), (FactName.PLACE, "West-Regio")), HAARLEM)
    assert (region.fit, region.sentence) == (RegionFit.REGION, "It says: West-Regio.")
    assert (region.nl, region.en) == ("open voor de regio (West-Regio)", "open to the region (West-Regio)")


COUNTRIES = [
    ("EU Member States", RegionFit.OPEN),
    ("EU member states, Overseas Countries and Territories", RegionFit.OPEN),
    ("All countries", RegionFit.OPEN),
    ("Belgium, Netherlands", RegionFit.OPEN),
    ("Iceland (Ísland), Netherlands (Nederland), Norway (Norge)", RegionFit.OPEN),  # as EuroAccess writes
    ("Belgium; The Netherlands; Germany", RegionFit.OPEN),
    ("Netherlands (Noord-Holland), Germany", RegionFit.OPEN),
    ("Nederland/België", RegionFit.OPEN),
    ("BE, NL", RegionFit.OPEN),
    ("Italy, Malta", RegionFit.NOT_OPEN),
    ("Bulgaria", RegionFit.NOT_OPEN),
    ("Finland", RegionFit.NOT_OPEN),
]


@pytest.mark.parametrize(("countries", "fit"), COUNTRIES)
@pytest.mark.parametrize("source", ["euroaccess", "interreg"])
def test_a_list_of_countries_decides_where_no_place_is_named(
    source: str, countries: str, fit: RegionFit
) -> None:
    region = region_of(call((FactName.COUNTRIES, countries), source=source), HAARLEM)
    assert (region.fit, region.sentence) == (fit, countries)


def test_a_country_in_any_of_several_groups_is_enough() -> None:
    groups = call((FactName.COUNTRIES, "Norway, Iceland"), (FactName.COUNTRIES, "Netherlands"))
    assert region_of(groups, HAARLEM).fit is RegionFit.OPEN


def test_a_place_says_more_than_a_country() -> None:
    both = call((FactName.COUNTRIES, "Netherlands"), (FactName.PLACE, "Rotterdam"))
    assert region_of(both, HAARLEM).fit is RegionFit.NOT_OPEN


APPLICANTS = FactName.APPLICANTS


@pytest.mark.parametrize(
    ("applicants", "fit"),
    [
        (("companies",), RegionFit.PARTNER),
        (("researchers",), RegionFit.PARTNER),
        (("companies", "researchers"), RegionFit.PARTNER),
        (("companies", "public_bodies"), RegionFit.OPEN),
        (("any",), RegionFit.OPEN),
        ((), RegionFit.OPEN),
    ],
)
def test_the_portals_calls_are_for_all_of_europe_or_through_a_partner(
    applicants: tuple[str, ...], fit: RegionFit
) -> None:
    said = call(*((APPLICANTS, one) for one in applicants), source="portal")
    assert region_of(said, HAARLEM).fit is fit


def test_what_is_not_stated_stays_unknown() -> None:
    region = region_of(call(source="manual"), HAARLEM)
    assert (region.fit, region.sentence) == (RegionFit.UNKNOWN, "")


def test_money_for_the_city_s_own_area_takes_the_place_of_its_lifted_word() -> None:
    said = tuple(Reason(ReasonKind.TERM, term, term) for term in ("warmtenet", "wijkaanpak"))
    by_id = {
        number: Call(id=number, data=call(*places), first_seen=NOW, last_seen=NOW)
        for number, places in {1: (), 2: ((FactName.PLACE, "Haarlem"),)}.items()
    }
    ranked = [
        Match(call_id=1, priority="klimaat", score=2.0, strength=Strength.GOOD, rank=1, reasons=said),
        Match(call_id=2, priority="klimaat", score=1.0, strength=Strength.GOOD, rank=2, reasons=said),
    ]
    gated = gate(ranked, by_id, municipality=HAARLEM)
    assert [(one.call_id, one.rank, one.strength) for one in gated] == [
        (2, 1, Strength.STRONG),
        (1, 2, Strength.GOOD),
    ]


def test_what_is_for_others_is_set_apart_with_its_reason_and_the_rest_close_ranks() -> None:
    places = {1: "Noord-Holland", 2: "Rotterdam", 3: "Haarlem", 4: "IJmond"}
    by_id = {
        number: Call(id=number, data=call((FactName.PLACE, place)), first_seen=NOW, last_seen=NOW)
        for number, place in places.items()
    }
    ranked = [
        Match(call_id=number, priority=slug, score=1.0, strength=Strength.GOOD, rank=rank)
        for slug in ("klimaat", "wonen")
        for rank, number in enumerate(places, start=1)
    ]
    gated = gate(ranked, by_id, municipality=HAARLEM)
    for slug in ("klimaat", "wonen"):
        assert {one.call_id: one.rank for one in gated if one.priority == slug} == {1: 1, 2: 0, 3: 2, 4: 0}
    shut = {one.call_id: one for one in gated if not one.rank}
    assert shut[2].blocked == "voor een ander gebied (Rotterdam)"
    assert shut[4].blocked == "alleen voor buren (IJmond)"
    assert shut[4].reasons[0].kind is ReasonKind.BLOCKER
    assert shut[4].reasons[0].phrase == "It says: IJmond."
