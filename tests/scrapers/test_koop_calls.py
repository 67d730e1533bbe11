"""Calls out of mined windows: lasting numbers, places, funds, and closings that find their opening."""

import datetime as dt

import pytest

from matching.eligibility import find_blocker
from scrapers.platforms.koop_calls import (
    Statement,
    call_of,
    closed_call,
    opening_of,
    raised_call,
)
from scrapers.platforms.koop_mining import Kind
from tests.scrapers.koop_pages import TODAY
from tests.scrapers.koop_samples import (
    ESF,
    OLD_AND_NEW,
    OPENING,
    PROVINCE,
    WEST,
    call,
    fact,
    statements,
)
from tracker.core.call import Claim, DeadlineKind, FactName
from tracker.demo.koop_publications import (
    PROVINCIAAL_BLAD,
    al,
    article,
    heading,
    items,
)


def test_a_window_keeps_its_number_when_an_amendment_gives_it_another_letter() -> None:
    shorter = article(
        "2b.1",
        "Aanvraagtijdvak",
        items(a="1 december 2026, 09.00 uur tot en met 26 januari 2027, 17.00 uur."),
    )
    _, before = statements(OLD_AND_NEW, title=ESF)
    (after,) = statements(shorter, title=ESF.replace("–", "-"), number=2)
    assert (before.window.item, after.window.item) == ("b", "a")
    assert before.source_ref == after.source_ref


def test_two_windows_of_one_article_and_day_are_told_apart_by_their_items() -> None:
    body = article(
        "3",
        "Aanvraagtijdvak",
        items(
            a="hoofdgroep: van 1 mei 2027 tot en met 1 juni 2027",
            b="overig: van 1 mei 2027 tot en met 1 juli 2027",
        ),
    )
    refs = [one.source_ref for one in statements(body, title=ESF)]
    assert refs == ["esf-2021-2027:artikel-3.a:2027-05-01", "esf-2021-2027:artikel-3.b:2027-05-01"]


def test_both_dashes_in_the_years_of_a_title_name_one_scheme() -> None:
    body = al("Deelplafond 3 wordt opengesteld met ingang van 1 mei 2027.")
    refs = {statements(body, title=WEST.replace("–", dash))[0].source_ref for dash in "-–—‑"}
    assert refs == {"efro-west-2021-2027:deelplafond-3:2027-05-01"}


def test_the_seat_of_the_province_is_no_place_and_the_province_is() -> None:
    data = call(PROVINCE, title="Plafond", creator="Noord-Holland", name=PROVINCIAAL_BLAD)
    assert [one.value for one in fact(data, FactName.PLACE)] == ["Noord-Holland"]
    assert not any("Haarlem" in one.value or "Haarlem" in one.sentence for one in data.facts)


@pytest.mark.parametrize(
    ("written", "places"),
    [
        ("Deelplafond 1, programmadeel West-Regio, opent op 1 mei 2027.", ["West-Regio"]),
        ("Deelplafond 1, programmadeel West-Regio, regio Flevoland, opent op 1 mei 2027.", ["Flevoland"]),
        ("Deelplafond 1 voor de stad Rotterdam wordt geopend op 1 mei 2027.", ["Rotterdam"]),
        (
            "De openstelling in de provincie Noord-Holland en Zuid-Holland start op 1 mei 2027.",
            ["Noord-Holland", "Zuid-Holland"],
        ),
        ("Aanvragen voor JTF IJmond vanaf 1 mei 2027.", ["IJmond"]),
        ("Aanvragen vanaf 1 mei 2027.", []),
    ],
)
def test_the_place_that_a_window_is_for(written: str, places: list[str]) -> None:
    issuer = al("Het college van burgemeester en wethouders van Rotterdam, Managementautoriteit, besluit:")
    found = fact(call(issuer + al(written)), FactName.PLACE)
    assert [one.value for one in found] == places
    assert all(one.sentence in written for one in found)


def test_a_call_says_nothing_of_another_part_ceiling() -> None:
    body = (
        al("Dit besluit geldt voor beide.")
        + heading("Deelplafond 1: haven")
        + al("Deelplafond 1 opent op 1 mei 2027.", "Voor kades.")
        + heading("Deelplafond 2: stad")
        + al("Deelplafond 2 opent op 1 mei 2027.", "Voor pleinen.")
    )
    harbour, city = (call_of(one, source="koop").texts[0].body for one in statements(body))
    assert harbour.splitlines() == [
        "Dit besluit geldt voor beide.",
        "Deelplafond 1: haven",
        "Deelplafond 1 opent op 1 mei 2027.",
        "Voor kades.",
    ]
    assert "kades" not in city
    assert "pleinen" in city


def test_a_rule_of_another_part_ceiling_shuts_no_call() -> None:
    body = (
        heading("Deelplafond 1: haven")
        + al("Deelplafond 1 opent op 1 mei 2027.")
        + heading("Deelplafond 2: stad")
        + al(
            "Deelplafond 2 opent op 1 mei 2027.",
            "De subsidie kan alleen worden aangevraagd door mkb-ondernemingen.",
            "De subsidie bedraagt 40% van de subsidiabele kosten.",
        )
    )
    harbour, city = (call_of(one, source="koop") for one in statements(body))
    assert (harbour.texts[0].conditions, harbour.budget.funding_rate) == ("", None)
    assert "mkb-ondernemingen" in city.texts[0].conditions
    assert city.budget.funding_rate == 40
    assert find_blocker(harbour, country="NL", now=dt.datetime(2027, 1, 1, tzinfo=dt.UTC)) is None


def test_what_speaks_of_several_part_ceilings_is_said_by_each() -> None:
    shared = "Voor deelplafond 1 en deelplafond 2 geldt dat projecten warmtenetten betreffen."
    order = "Volledige aanvragen worden behandeld op volgorde van binnenkomst."
    body = (
        heading("Deelplafond 1: haven")
        + al("Deelplafond 1 opent op 1 mei 2027.", shared)
        + heading("Deelplafond 2: stad")
        + al("Deelplafond 2 opent op 1 mei 2027.", order)
    )
    for one in statements(body):
        said = call_of(one, source="koop").texts[0].body
        assert shared in said
        assert order in said


def test_the_regional_policy_that_a_project_must_fit_says_the_place() -> None:
    body = heading("Deelplafond 1: haven") + al(
        "Deelplafond 1, programmadeel West-Regio, opent op 1 mei 2027.",
        "Het project past binnen het vigerende regionale beleid van de provincie Noord-Holland.",
    )
    other = heading("Deelplafond 2: stad") + al("Deelplafond 2 voor de stad Utrecht opent op 1 mei 2027.")
    first, second = (call_of(one, source="koop") for one in statements(body + other))
    assert [one.value for one in fact(first, FactName.PLACE)] == ["Noord-Holland"]
    assert [one.value for one in fact(second, FactName.PLACE)] == ["Utrecht"]


def test_windows_that_nothing_tells_apart_are_counted_and_never_lost() -> None:
    body = al("Voor haven: aanvragen vanaf 1 mei 2027.") + article(
        "1", "Openstelling", al("Vanaf 1 mei 2027.")
    )
    body += article("1", "Openstelling", al("Van 1 mei 2027 tot en met 1 juni 2027."))
    refs = [one.source_ref for one in statements(body)]
    assert len(refs) == len(set(refs)) == 3


@pytest.mark.parametrize(
    ("written", "kind"),
    [
        ("Aanvragen vanaf 1 mei 2027, tot het plafond is uitgeput.", DeadlineKind.UNTIL_EXHAUSTED),
        ("Aanvragen vanaf 1 mei 2027, op volgorde van binnenkomst.", DeadlineKind.UNTIL_EXHAUSTED),
        ("Aanvragen van 1 mei 2027 tot en met 1 juni 2027, op volgorde van ontvangst.", DeadlineKind.FIXED),
        ("Aanvragen van 1 mei 2027 tot en met 1 juni 2027 of tot uitputting.", DeadlineKind.UNTIL_EXHAUSTED),
        ("Aanvragen vanaf 1 mei 2027.", DeadlineKind.UNKNOWN),
    ],
)
def test_how_a_window_closes(written: str, kind: DeadlineKind) -> None:
    data = call(al(written))
    assert data.deadline_kind is kind
    assert data.claim is (None if data.deadlines else Claim.OPEN)


def test_only_the_main_city_may_apply_stands_there_with_its_sentence() -> None:
    body = OLD_AND_NEW + article("2b.3", "Aanvrager", al("Alleen een centrumgemeente vraagt aan."))
    data = call_of(statements(body, title=ESF)[1], source="koop")
    (who,) = fact(data, FactName.APPLICANTS)
    assert (who.value, who.sentence) == ("public_bodies", "Alleen een centrumgemeente vraagt aan.")
    assert data.text("nl") is not None
    assert [text.conditions for text in data.texts] == ["Alleen een centrumgemeente vraagt aan."]


@pytest.mark.parametrize(
    ("title", "creator", "fund", "programme"),
    [
        (WEST, "Rotterdam", "EFRO", "efro-west"),
        (ESF, "Ministerie", "ESF+", "esf-nl"),
        ("Wijziging Subsidieregeling JTF 2021-2027", "Ministerie", "JTF", "jtf-nl"),
        ("(Deel)subsidieplafonds JTF", "Rotterdam", "JTF", "jtf-nl"),
    ],
)
def test_the_fund_and_the_programme(title: str, creator: str, fund: str, programme: str) -> None:
    data = call(al("Aanvragen vanaf 1 mei 2027."), title=title, creator=creator)
    assert [one.value for one in fact(data, FactName.FUND)] == [fund]
    assert data.programme == programme


def test_every_mined_fact_stands_in_the_publication_and_is_marked_as_mined() -> None:
    (statement,) = statements(
        PROVINCE, title="Plafond met EFRO", creator="Noord-Holland", name=PROVINCIAAL_BLAD
    )
    data = call_of(statement, source="koop")
    names = [one.name for one in data.facts]
    assert {FactName.WINDOW, FactName.BUDGET, FactName.PLACE, FactName.FUND, FactName.CONFIDENCE} <= set(
        names
    )
    assert [one.value for one in fact(data, FactName.CONFIDENCE)] == ["mined"]
    whole = f"{statement.record.title}\n{statement.publication.text}\nProvinciaal blad, Noord-Holland"
    assert all(one.sentence in whole for one in data.facts)


def closing(day: str, part: str = "deelplafond 7") -> Statement:
    (statement,) = statements(
        al(f"Vastgesteld is dat {part} zal worden gesloten op {day} om 23:59:59 uur."), number=2
    )
    assert statement.window.kind is Kind.CLOSING
    return statement


def test_a_closing_closes_its_opening() -> None:
    opened = statements(OPENING)
    data = closed_call(closing("20 november 2026"), opened, source="koop", today=TODAY)
    assert data.source_ref == opened[0].source_ref
    assert data.claim is Claim.CLOSED
    assert [(one.date, one.time) for one in data.deadlines] == [(dt.date(2026, 11, 20), dt.time(23, 59, 59))]
    assert data.budget.total == 500_000
    assert data.tags == (Kind.CLOSING.value,)
    assert [one.value for one in fact(data, FactName.WINDOW)] == ["2026-05-01/..", "../2026-11-20"]


def test_a_closing_that_is_announced_leaves_the_call_open_until_then() -> None:
    data = closed_call(closing("20 december 2026"), statements(OPENING), source="koop", today=TODAY)
    assert data.claim is None
    assert data.deadlines[0].date == dt.date(2026, 12, 20)


def test_of_two_openings_of_a_part_the_last_before_the_closing_is_closed() -> None:
    openings = [
        *statements(al("Deelplafond 7 opent op 1 mei 2025.")),
        *statements(al("Deelplafond 7 opent op 1 mei 2026.")),
        *statements(al("Deelplafond 7 opent op 1 mei 2027.")),
        *statements(al("Deelplafond 8 opent op 1 juni 2026.")),
        *statements(al("Deelplafond 7 opent op 1 juni 2026."), title=WEST.replace("2021–2027", "2014-2020")),
    ]
    found = opening_of(closing("20 november 2026"), openings)
    assert found is not None
    assert found.source_ref == "efro-west-2021-2027:deelplafond-7:2026-05-01"


def test_a_closing_without_a_number_closes_the_one_window_of_its_place_or_none() -> None:
    named = closing("20 november 2026", "de openstelling voor de provincie Noord-Holland")
    (opened,) = statements(OPENING)
    assert opening_of(named, [opened]) is opened
    (another,) = statements(OPENING.replace("Deelplafond 7", "Deelplafond 9"))
    assert opening_of(named, [opened, another]) is None


def test_a_closing_whose_opening_is_not_known_says_so() -> None:
    data = closed_call(closing("20 november 2026"), [], source="koop", today=TODAY)
    assert data.source_ref == "efro-west-2021-2027:deelplafond-7:tot-2026-11-20"
    assert data.claim is Claim.CLOSED
    assert "opening_unknown" in [one.value for one in fact(data, FactName.CONFIDENCE)]


def test_a_raised_part_ceiling_changes_the_window_that_is_open() -> None:
    (opened,) = statements(OPENING)
    written = "Deelplafond 7 wordt verhoogd van € 500.000 tot € 1.250.000."
    (raised,) = statements(al(written), title=f"Wijziging {WEST}", number=3)
    assert raised.is_about_another
    data = raised_call(raised, [opened, raised], source="koop")
    assert data is not None
    assert (data.source_ref, data.tags) == (opened.source_ref, (Kind.CHANGE.value,))
    assert data.budget.total == 1_250_000
    assert [one.sentence for one in fact(data, FactName.BUDGET)] == [written]
    assert raised_call(raised, [raised], source="koop") is None


def test_a_publication_of_the_province_that_names_other_schemes_keeps_its_own() -> None:
    body = PROVINCE + al("Dit vult Kansen voor West en de Subsidieregeling ESF+ aan.")
    title = "Uitvoeringsregeling subsidie haven"
    (statement,) = statements(body, title=title, creator="Noord-Holland", name=PROVINCIAAL_BLAD)
    assert statement.scheme == "uitvoeringsregeling-subsidie-haven"


def test_a_window_that_is_prolonged_keeps_its_number_and_gets_the_new_end() -> None:
    opened = statements(al("Deelplafond 7: aanvragen van 1 mei 2026 tot en met 1 december 2026."))
    (longer,) = statements(
        al("De openstelling van deelplafond 7 wordt verlengd tot en met 1 maart 2027."), number=4
    )
    assert longer.is_about_another
    data = closed_call(longer, opened, source="koop", today=TODAY)
    assert (data.source_ref, data.claim) == (opened[0].source_ref, None)
    assert [one.date for one in data.deadlines] == [dt.date(2027, 3, 1)]
