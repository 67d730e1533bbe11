"""Each trap of the portal's rows, one by one."""

import json
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from structlog.testing import capture_logs

from scrapers.platforms.sedia_rows import RowError, source_ref_of
from scrapers.platforms.sedia_wire import CASCADE_CALLS, TOPICS
from tests.scrapers.rows import call, cascade_call, parsed, topic
from tracker.core.call import Budget, Claim, Deadline, DeadlineKind, FactName, MomentKind

SCREEN = "https://ec.europa.eu/info/funding-tenders/opportunities/portal/screen/opportunities"


def test_a_topic_says_what_it_is() -> None:
    made = call(topic())
    assert made.source == "portal"
    assert made.source_ref == "48100001"
    assert made.identifier == "LIFE-2027-TEST-0001"
    assert made.url == f"{SCREEN}/topic-details/LIFE-2027-TEST-0001"
    assert (made.programme, made.programme_code) == ("life", "43252405")
    assert (made.call_identifier, made.call_title) == ("LIFE-2027-TEST", "Test call of the year")
    assert made.opens_on == date(2026, 10, 1)
    assert made.action_type == "LIFE Project Grants"  # the index writes two spaces
    assert made.texts[0].body == "Trees cool a street."


@pytest.mark.parametrize(
    ("code", "claim"),
    [
        ("31094501", Claim.FORTHCOMING),
        ("31094502", Claim.OPEN),
        ("31094503", Claim.CLOSED),
        ("99999998", None),
        ("310945031", None),
    ],
)
def test_the_claim_is_what_the_official_codes_mean(code: str, claim: Claim | None) -> None:
    assert call(topic(status=[code])).claim is claim
    assert call(topic(status=None)).claim is None


FIRST, SECOND = "2027-03-02T00:00:00.000+0000", "2027-09-14T00:00:00.000+0000"


@pytest.mark.parametrize(
    ("model", "dates", "kind", "moments"),
    [
        (["single-stage"], [FIRST], DeadlineKind.FIXED, [MomentKind.SINGLE]),
        (["two-stage"], [FIRST, SECOND], DeadlineKind.TWO_STAGE, [MomentKind.STAGE_1, MomentKind.STAGE_2]),
        (["two-stage"], [SECOND, FIRST], DeadlineKind.TWO_STAGE, [MomentKind.STAGE_1, MomentKind.STAGE_2]),
        (["multiple cut-off"], [FIRST, SECOND], DeadlineKind.CUT_OFFS, [MomentKind.CUT_OFF] * 2),
        (None, [FIRST], DeadlineKind.FIXED, [MomentKind.SINGLE]),
        (None, [FIRST, SECOND], DeadlineKind.CUT_OFFS, [MomentKind.CUT_OFF] * 2),
        (["single-stage"], [], DeadlineKind.UNKNOWN, []),
        (["single-stage"], [FIRST, FIRST], DeadlineKind.FIXED, [MomentKind.SINGLE]),
    ],
)
def test_deadlines_have_the_kind_that_the_model_says(
    model: list[str] | None, dates: list[str], kind: DeadlineKind, moments: list[MomentKind]
) -> None:
    made = call(topic(deadlineModel=model, deadlineDate=dates))
    assert made.deadline_kind is kind
    assert [deadline.kind for deadline in made.deadlines] == moments
    assert [deadline.date for deadline in made.deadlines] == sorted(
        {date.fromisoformat(d[:10]) for d in dates}
    )


@pytest.mark.parametrize("hour", ["00:00", "17:00", "23:59", "03:59"])
def test_a_deadline_never_has_an_hour(hour: str) -> None:
    written = [f"2027-02-16T{hour}:00.000+0000"]
    for made in (call(topic(deadlineDate=written)), call(cascade_call(deadlineDate=written), CASCADE_CALLS)):
        assert made.deadlines == (Deadline(date(2027, 2, 16)),)


def line(action: str, years: dict[str, str], **fields: Any) -> dict[str, Any]:
    return {"action": action, "budgetYearMap": years, "deadlineModel": "single-stage", **fields}


def overview(*groups: list[dict[str, Any]]) -> list[str]:
    table = {"budgetTopicActionMap": {str(number): group for number, group in enumerate(groups)}}
    return [json.dumps({"budgetYearsColumns": ["2026", "2027"], **table})]


OWN = "LIFE-2027-TEST-0001 - LIFE-PJG LIFE Project Grants"
SIBLING = "LIFE-2027-TEST-0002 - LIFE-PJG LIFE Project Grants"
LONGER = "LIFE-2027-TEST-0001-02 - LIFE-PJG LIFE Project Grants"


def test_only_the_own_line_of_the_parents_budget_counts() -> None:
    table = overview(
        [
            line(SIBLING, {"2026": "99000000"}),
            line(LONGER, {"2026": "88000000"}),
            line(
                OWN.lower(),
                {"2026": "23000000", "2027": "37000000"},
                minContribution=0,
                maxContribution=4000000,
                expectedGrants=12,
            ),
        ]
    )
    assert call(topic(budgetOverview=table)).budget == Budget(
        total=Decimal(60_000_000), per_project_max=Decimal(4_000_000), expected_grants=12
    )


def test_one_pot_repeated_on_the_siblings_is_called_shared() -> None:
    pot = {"2026": "422000000"}
    assert call(topic(budgetOverview=overview([line(OWN, pot), line(SIBLING, pot)]))).budget.shared
    apart = overview([line(OWN, pot)], [line(SIBLING, pot)])
    assert not call(topic(budgetOverview=apart)).budget.shared


def test_zero_means_not_stated() -> None:
    table = overview([line(OWN, {"2026": "0"}, minContribution=0, maxContribution=0, expectedGrants=0)])
    assert call(topic(budgetOverview=table)).budget == Budget()


def test_no_own_line_is_no_budget_and_not_somebody_elses() -> None:
    assert call(topic(budgetOverview=overview([line(SIBLING, {"2026": "5"})]))).budget == Budget()


@pytest.mark.parametrize("broken", ["{", "[]", '{"budgetTopicActionMap": 5}', "null"])
def test_a_broken_budget_costs_no_call_and_is_logged(broken: str) -> None:
    with capture_logs() as logs:
        made = call(topic(budgetOverview=[broken]))
    assert made.budget == Budget()
    assert [(entry["event"], entry["log_level"]) for entry in logs] == [
        ("portal.budget_unreadable", "warning")
    ]


def test_a_cascade_call_has_its_budget_in_a_plain_field() -> None:
    made = call(cascade_call(budget=["250000"], currency=["NOK"]), CASCADE_CALLS)
    assert (made.budget.total, made.budget.currency) == (Decimal(250_000), "NOK")
    with capture_logs() as logs:
        assert call(cascade_call(budget=["plenty"]), CASCADE_CALLS).budget == Budget()
    assert logs


@pytest.mark.parametrize(
    ("written", "terms"),
    [
        (["LIFE-2027-TEST-0001", "life-2027-test", "Trees", "Heat  stress"], ("Trees", "Heat stress")),
        (["LIFE-2027-TEST-0001", "LIFE-2027-TEST-0001"], ()),
        (['["Trees","Heat"]'], ("Trees", "Heat")),
        (['["LIFE-2027-TEST-0001","Trees"]'], ("Trees",)),
        (["[urban] trees"], ("[urban] trees",)),
        (["Trees", "LIFE-2027-TEST"], ("Trees", "LIFE-2027-TEST")),
        (["Trees", "Trees"], ("Trees",)),
        ([], ()),
    ],
)
def test_keywords_lose_the_codes_in_front(written: list[str], terms: tuple[str, ...]) -> None:
    assert call(topic(keywords=written)).texts[0].keywords == terms


def test_html_becomes_text_with_its_paragraphs() -> None:
    made = call(
        topic(
            title=["Cooling &amp; shade"],
            descriptionByte=[
                '<span class="topicdescriptionkind">Objective:</span>The aim<p>is &amp;nbsp;shade.</p>'
            ],
            destinationDetails=["<p>Shared by all.</p>"],
            topicConditions=["<h4>General conditions</h4><div>described in Annex B</div>"],
        )
    )
    text = made.texts[0]
    assert text.title == "Cooling & shade"
    assert text.body == "Objective:\nThe aim\nis shade."
    assert text.destination == "Shared by all."
    assert text.conditions == "General conditions\ndescribed in Annex B"


def test_tags_are_kept_once() -> None:
    assert call(topic(tags=["STEP-Biotech", " STEP-Biotech", "trees", ""])).tags == ("STEP-Biotech", "trees")


def test_a_row_without_metadata_has_its_fields_at_the_top() -> None:
    row = cascade_call()
    flat = {key: value for key, value in row.items() if key != "metadata"} | row["metadata"]
    assert call(flat, CASCADE_CALLS) == call(row, CASCADE_CALLS)
    scalars = {key: value[0] if isinstance(value, list) else value for key, value in flat.items()}
    assert call(scalars, CASCADE_CALLS) == call(row, CASCADE_CALLS)


def test_numbers_and_nulls_in_metadata_are_understood() -> None:
    made = call(topic(frameworkProgramme=43252405, callTitle=None, tags=[None, "trees"], callIdentifier=[]))
    assert (made.programme, made.call_title, made.tags) == ("life", "", ("trees",))


@pytest.mark.parametrize(
    ("code", "slug"),
    [("43108390", "horizon-europe"), ("HORIZON", "horizon-europe"), ("12345", "unknown-12345"), ("", "")],
)
def test_the_programme_follows_from_its_code(code: str, slug: str) -> None:
    made = call(topic(frameworkProgramme=[code]))
    assert (made.programme, made.programme_code) == (slug, code)


@pytest.mark.parametrize(
    ("reference", "fields", "number"),
    [
        ("48100001TOPICSen", {"ccm2Id": ["999"]}, "48100001"),
        ("45646358HORIZONInnovationActions1701907200000", {"ccm2Id": ["45646358"]}, "45646358"),
        ("45646358I3ProjectGrants1701907200000", {"ccm2Id": None}, "45646358"),
    ],
)
def test_the_number_of_a_topic(reference: str, fields: dict[str, Any], number: str) -> None:
    assert source_ref_of(parsed(topic(**fields) | {"reference": reference}), TOPICS) == number


def test_a_row_without_any_number_is_no_call() -> None:
    row = parsed(topic(ccm2Id=None) | {"reference": "TOPICSen"})
    with pytest.raises(RowError, match="has no number in front"):
        source_ref_of(row, TOPICS)


def test_a_cascade_call_has_its_own_page_title_and_number() -> None:
    made = call(cascade_call(12001), CASCADE_CALLS)
    assert made.source_ref == "12001"
    assert made.identifier == "DIGITAL-2025-PARENT-01"  # its parent's
    assert made.call_title == "The parent topic"
    assert made.title == "Vouchers for small towns 12001"
    assert made.url == f"{SCREEN}/competitive-calls-cs/12001"


@pytest.mark.parametrize(
    ("fields", "title"),
    [
        ({"callTitle": ["A"], "caName": ["B"]}, "A"),
        ({"callTitle": [], "caName": ["B"]}, "B"),
        ({"caName": None}, "The parent topic"),
    ],
)
def test_the_title_of_a_cascade_call_is_the_first_that_is_its_own(fields: dict[str, Any], title: str) -> None:
    assert call(cascade_call(**fields), CASCADE_CALLS).title == title


def test_the_text_of_a_cascade_call_is_gathered_from_four_fields() -> None:
    made = call(
        cascade_call(
            beneficiaryAdministration=["<p>Towns apply.</p>"],
            furtherInformation=['See <a href="https://project.test">the site</a>'],
            duration=["6 months"],
        ),
        CASCADE_CALLS,
    )
    assert made.texts[0].body == "Towns test a tool.\nTowns apply.\nSee the site\n6 months"


def test_a_cascade_call_whose_parent_is_not_named_keeps_its_own_number() -> None:
    assert call(cascade_call(7, identifier=None), CASCADE_CALLS).identifier == "7"


def test_facts_and_the_funding_rate_come_from_the_text() -> None:
    made = call(
        topic(
            typeOfMGAs=["43027849"],
            topicConditions=["<p>The funding rate is 60 % of the eligible costs.</p>"],
        )
    )
    assert {fact.name: fact.value for fact in made.facts} == {
        FactName.ACTION_TYPE: "LIFE Project Grants",
        FactName.COST_MODEL: "lump_sum",
        FactName.FUNDING_RATE: "60",
    }
    assert made.budget.funding_rate == Decimal(60)
    assert call(topic()).budget.funding_rate is None


def test_two_rates_in_a_text_set_none() -> None:
    text = "<p>The funding rate is 60%.</p><p>For towns the funding rate is 75%.</p>"
    assert call(topic(topicConditions=[text])).budget.funding_rate is None
