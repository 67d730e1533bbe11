import pytest

from scrapers.eligibility import facts_of, only_rate
from tracker.core.call import FactName

RATE, MINIMUM, COUNTRIES = FactName.FUNDING_RATE, FactName.CONSORTIUM_MINIMUM, FactName.CONSORTIUM_COUNTRIES
COSTS, WHO = FactName.COST_MODEL, FactName.APPLICANTS

STATED = [
    ("The funding rate is 70 % of the eligible costs.", {RATE: "70"}),
    ("Maximum funding rate: 90%", {RATE: "90"}),
    ("The EU funding rate for eligible costs will be up to 62.5% of the eligible costs.", {RATE: "62.5"}),
    ("The grant covers up to 80 per cent of the total eligible costs.", {RATE: "80"}),
    ("De subsidie bedraagt maximaal 50% van de subsidiabele kosten.", {RATE: "50"}),
    ("Het subsidiepercentage bedraagt 40 procent.", {RATE: "40"}),
    (
        "Proposals must be submitted by at least 3 applicants (beneficiaries; not affiliated entities) "
        "from 3 different eligible countries.",
        {MINIMUM: "3", COUNTRIES: "3"},
    ),
    (
        "The consortium must include at least three independent legal entities, each established in "
        "a different Member State.",
        {MINIMUM: "3", COUNTRIES: "3"},
    ),
    ("Consortia must include at least four (4) organisations.", {MINIMUM: "4"}),
    ("At least two cities must participate as beneficiaries.", {MINIMUM: "2"}),
    (
        "Een aanvraag wordt ingediend door minimaal twee partijen uit drie landen.",
        {MINIMUM: "2", COUNTRIES: "3"},
    ),
    ("Het consortium bestaat uit ten minste drie organisaties.", {MINIMUM: "3"}),
    ("Eligible costs will take the form of a lump sum.", {COSTS: "lump_sum"}),
    ("Only public bodies may apply.", {WHO: "public_bodies"}),
    ("Applicants must be public authorities.", {WHO: "public_bodies"}),
    ("Participation is limited to SMEs, including start-ups.", {WHO: "companies"}),
    ("Only individual researchers can apply.", {WHO: "researchers"}),
    ("Alleen gemeenten kunnen een aanvraag indienen.", {WHO: "public_bodies"}),
    ("Any legal entity, regardless of its place of establishment, is eligible to participate.", {WHO: "any"}),
]

NOT_STATED = [
    "The conditions are described in Annex B of the Work Programme General Annexes.",
    "Funding rates are set out in section 10 of the call document.",
    "For the composition of the consortium, see section 6 of the call document.",
    "The funding rate is described in Annex G.",
    "The funding rate is 60% of the eligible costs, except for non-profit entities where it is up to 100%.",
    "Indirect costs are reimbursed at a flat rate of 25% of the eligible costs.",
    "A pre-financing of 80% of the eligible costs is paid at the start.",
    "Financial support to third parties may cover up to 60% of the eligible costs.",
    "Subcontracting should not exceed 30% of the eligible costs.",
    "At least 20% of the budget goes to communication.",
    "For the additional activities covered by this action: The funding rate is 50% of the eligible costs.",
    "The eigen bijdrage is ten minste 50% van de subsidiabele kosten.",
    "In 2025 at least three municipalities planted trees.",
    "The demonstration must take place in the territory of at least 3 regional or local authorities.",
    "The consortium must have at least 3 years of experience with partners.",
    "The consortium must include at least one entity from a Member State and at least two other entities.",
    "In addition to the minimum, consortia must include at least three legal entities from Africa.",
    "A consortium must include at least one applicant.",
    "Eligible costs may take form of unit costs.",
    "A lump sum is one way to pay for work.",
    "SMEs are encouraged to apply.",
    "Public bodies and companies may apply.",
    "Only public bodies or private companies may apply.",
    "The project should reach local authorities, companies and researchers.",
    "Researchers may apply for access.",
    "",
]


@pytest.mark.parametrize(("sentence", "facts"), STATED)
def test_a_fact_comes_with_the_sentence_that_states_it(sentence: str, facts: dict[FactName, str]) -> None:
    found = facts_of(f"About trees.\n{sentence} More is in the annex.")
    assert {fact.name: fact.value for fact in found} == facts
    assert {fact.sentence for fact in found} == {
        sentence if sentence[-1] == "." else f"{sentence} More is in the annex."
    }


@pytest.mark.parametrize("sentence", NOT_STATED)
def test_nothing_is_guessed(sentence: str) -> None:
    assert facts_of(sentence) == ()


def test_labels_and_codes_are_facts_of_their_own() -> None:
    found = facts_of("", action_type="HORIZON Innovation Actions", agreements=["43027846"])
    assert [(fact.name, fact.value) for fact in found] == [
        (FactName.ACTION_TYPE, "HORIZON Innovation Actions"),
        (COSTS, "actual_costs"),
    ]


@pytest.mark.parametrize("agreements", [[], ["99"], ["43027846", "43027849"]])
def test_a_cost_model_that_is_not_certain_is_none(agreements: list[str]) -> None:
    assert facts_of("", agreements=agreements) == ()


def test_a_fact_that_is_said_twice_is_one() -> None:
    sentence = "The funding rate is 70%."
    assert len(facts_of(f"{sentence}\n{sentence}")) == 1


def test_the_rate_counts_only_where_it_is_one() -> None:
    assert only_rate(facts_of("The funding rate is 60%.\nThe funding rate is 75%.")) is None
    assert only_rate(()) is None
