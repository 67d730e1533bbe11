import datetime as dt
from dataclasses import replace

import pytest

from matching.eligibility import BlockerKind, find_blocker
from tests.matching.calls import HEAT, NOW, make_call
from tracker.core.call import Fact, FactName


@pytest.mark.parametrize(
    ("sentence", "kind"),
    [
        ("Participation is limited to SMEs established in the Union.", BlockerKind.COMPANIES_ONLY),
        ("Only start-ups and companies may apply.", BlockerKind.COMPANIES_ONLY),
        ("Applicants must be independent companies.", BlockerKind.COMPANIES_ONLY),
        ("Alleen bedrijven kunnen een voorstel indienen.", BlockerKind.COMPANIES_ONLY),
        (
            "The grant is available only to Principal Investigators with an earlier grant.",
            BlockerKind.RESEARCHERS_ONLY,
        ),
        ("The scheme is open to individual researchers of any age.", BlockerKind.RESEARCHERS_ONLY),
        ("Applicants must be established in Serbia, Albania or Kosovo.", BlockerKind.COUNTRY),
        ("Participation is limited to legal entities established in Ukraine.", BlockerKind.COUNTRY),
        ("Only organisations established in Widening countries may take part.", BlockerKind.COUNTRY),
    ],
)
def test_a_rule_that_excludes_the_city_blocks_with_its_sentence(sentence: str, kind: BlockerKind) -> None:
    call = make_call(1, "A call", "Something else. " + sentence + " More follows.")
    blocker = find_blocker(call.data, country="NL", now=NOW)
    assert blocker is not None
    assert (blocker.kind, blocker.sentence) == (kind, sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "Applicants must be established in the Netherlands, Belgium or Germany.",
        "Participation is limited to legal entities established in Member States and Associated Countries.",
        "Participation is limited to legal entities established in Member States, Norway and Canada.",
        "Participation as coordinators is limited to legal entities established in Widening countries.",
        "Applicants must be established in one of the eligible countries.",
        "Applicants must be established in one of the following countries:",
        "Financial support to third parties is limited to SMEs and start-up companies.",
        "FSTP funding can be provided only to SME participants.",
        "Projects should include stakeholders, including but not limited to SMEs and researchers.",
        "Only SMEs with new ideas can change this market.",
        "Researchers and companies are welcome in the consortium.",
        "Proposals should be submitted by consortia of cities, companies and researchers.",
        "Participation of SMEs is encouraged.",
        "Before they apply, all applicants must be registered in the Participant Register.",
        "Applicants must be established in an area with a plan for Heating.",
        "The principal investigator of the consortium signs the report.",
        "Only companies took part in the earlier call.",
        "",
    ],
)
def test_what_does_not_exclude_a_public_body_never_blocks(sentence: str) -> None:
    assert find_blocker(make_call(1, "A call", sentence).data, country="NL", now=NOW) is None
    assert find_blocker(make_call(1, "A call", conditions=sentence).data, country="NL", now=NOW) is None


@pytest.mark.parametrize(
    "action", ["HORIZON ERC Grants", "HORIZON TMA MSCA Postdoctoral Fellowships - European Fellowships"]
)
def test_a_grant_for_one_researcher_blocks_by_its_kind(action: str) -> None:
    blocker = find_blocker(make_call(1, "A call", action_type=action).data, country="NL", now=NOW)
    assert blocker is not None
    assert (blocker.kind, blocker.sentence) == (BlockerKind.RESEARCHERS_ONLY, action)


@pytest.mark.parametrize(
    "action", ["HORIZON Innovation Actions", "HORIZON TMA MSCA Staff Exchanges", "COMMERCE Grants", ""]
)
def test_other_kinds_do_not_block(action: str) -> None:
    assert find_blocker(make_call(1, "A call", action_type=action).data, country="NL", now=NOW) is None


def test_a_closed_call_is_blocked() -> None:
    call = make_call(1, "A call", deadline=dt.date(2026, 1, 1))
    blocker = find_blocker(call.data, country="NL", now=NOW)
    assert blocker is not None
    assert blocker.kind is BlockerKind.CLOSED


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        (("companies",), BlockerKind.COMPANIES_ONLY),
        (("researchers",), BlockerKind.RESEARCHERS_ONLY),
        (("companies", "public_bodies"), None),
        (("any",), None),
        ((), None),
    ],
)
def test_listed_applicants_block_only_when_none_is_a_public_body(
    values: tuple[str, ...], kind: BlockerKind | None
) -> None:
    facts = tuple(Fact(FactName.APPLICANTS, value, "Who may apply: see the list.") for value in values)
    blocker = find_blocker(replace(HEAT.data, facts=facts), country="NL", now=NOW)
    assert (blocker.kind if blocker else None) is kind


def test_a_country_that_we_have_no_name_for_is_never_excluded() -> None:
    call = make_call(1, "A call", "Applicants must be established in Serbia or Albania.")
    assert find_blocker(call.data, country="XX", now=NOW) is None
