"""Windows and ceilings out of legal text; every trap of the survey of sources has its test."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrapers.platforms.koop_calls import (
    call_of,
)
from scrapers.platforms.koop_mining import Kind
from scrapers.platforms.koop_publication import parse_publication
from tests.scrapers.koop_pages import TODAY
from tests.scrapers.koop_samples import (
    ESF,
    OLD_AND_NEW,
    PROVINCE,
    WEST,
    call,
    ends,
    mined,
    statements,
)
from tracker.demo.koop_publications import (
    PROVINCIAAL_BLAD,
    al,
)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (
            "Aanvragen van 3 oktober 2027, 09.00 uur tot en met 15 december 2027, 17.00 uur.",
            ("2027-10-03", "2027-12-15"),
        ),
        (
            "Aanvragen van 16 mei 2027, 09.00 uur, tot en met 31 januari 2028, 17.00 uur.",
            ("2027-05-16", "2028-01-31"),
        ),
        (
            "Aanvragen worden ingediend tussen 8 april 2027 en 7 april 2028, 17.00 uur.",
            ("2027-04-08", "2028-04-07"),
        ),
        ("Aanvragen voor de periode van 8 april 2027 tot 8 april 2028.", ("2027-04-08", "2028-04-07")),
        (
            "Subsidie kan worden aangevraagd in de periode 15 april 2027 tot en met 1 oktober 2027.",
            ("2027-04-15", "2027-10-01"),
        ),
        ("De aanvraagperiode begint op 1 maart 2027.", ("2027-03-01", "None")),
        ("Opengesteld met ingang van 9 oktober 2027 (10:00 uur).", ("2027-10-09", "None")),
        ("Het plafond zal worden gesloten op 8 juni 2027 om 23:59:59 uur.", ("None", "2027-06-08")),
        (
            "De openstelling start op 1 maart 2027. De openstelling sluit op 30 juni 2027.",
            ("2027-03-01", "2027-06-30"),
        ),
    ],
)
def test_each_wording_of_a_window_is_found(written: str, expected: tuple[str, str]) -> None:
    assert ends(mined(al(written))) == [expected]


@pytest.mark.parametrize(
    "written",
    [
        "Dit besluit treedt in werking met ingang van 1 maart 2027.",
        "Deze regeling werkt terug tot en met 1 maart 2027 en vervalt met ingang van 1 januari 2029.",
        "Het ontwerp ligt met ingang van 1 maart 2027 zes weken ter inzage.",
        "Een bezwaarschrift over de aanvraag kan tot en met 1 maart 2027 worden ingediend.",
        "De aanvraag tot vaststelling wordt ingediend uiterlijk op 1 maart 2027.",
        "De activiteiten worden uiterlijk op 1 maart 2027 afgerond.",
        "De looptijd is van 1 maart 2027 tot en met 1 maart 2029.",
        "Haarlem, 8 april 2027",
        "Haarlem (8 april 2027)",
        "Het college heeft op 8 april 2027 besloten over de aanvragen.",
    ],
)
def test_another_date_of_a_publication_is_no_window(written: str) -> None:
    assert mined(al(written)) == ()


def test_a_decision_may_take_effect_and_open_in_one_sentence() -> None:
    written = (
        "Dit besluit treedt in werking met ingang van 1 maart 2027; aanvragen kunnen vanaf 8 maart 2027."
    )
    assert ends(mined(al(written))) == [("2027-03-08", "None")]


def test_an_amendment_repeats_old_windows_and_only_the_new_one_is_left() -> None:
    old, new = statements(OLD_AND_NEW, title=ESF, creator="Ministerie")
    assert old.is_past(TODAY)
    assert not new.is_past(TODAY)
    data = call_of(new, source="koop")
    assert data.source_ref == "esf-2021-2027:artikel-2b.1:2026-12-01"
    assert data.opens_on == dt.date(2026, 12, 1)
    assert [(one.date, one.time) for one in data.deadlines] == [(dt.date(2027, 1, 26), dt.time(17))]
    assert data.tags == (Kind.CHANGE.value,)
    assert "KetenID" not in data.title


def test_a_ceiling_that_refers_to_a_list_item_belongs_to_that_window() -> None:
    old, new = (one.window for one in statements(OLD_AND_NEW, title=ESF))
    assert old.ceiling is not None
    assert old.ceiling.value == 1_000_000
    assert new.ceiling is not None
    assert new.ceiling.value == 113_999_500


def test_a_window_that_the_notes_repeat_is_one_window() -> None:
    body = al("Aanvragen van 1 mei 2027 tot en met 1 juni 2027.")
    again = al("Aanvragen kan van 1 mei 2027 tot en met 1 juni 2027, dus een maand.")
    note = f"<nota-toelichting>{again}</nota-toelichting>"
    assert len(mined(body + note)) == 1
    assert len(mined(note)) == 1


def test_a_ceilings_period_and_the_window_of_the_same_day_are_one_call() -> None:
    data = call(
        PROVINCE,
        title="Besluit subsidieplafond Uitvoeringsregeling subsidie haven",
        creator="Noord-Holland",
        name=PROVINCIAAL_BLAD,
    )
    assert data.source_ref == "uitvoeringsregeling-subsidie-haven:artikel-3:2027-04-08"
    assert [(one.date, one.time) for one in data.deadlines] == [(dt.date(2028, 4, 7), dt.time(17))]
    assert data.budget.total == 3_000_000
    assert data.programme == "province-nh"


def test_the_rows_of_a_table_are_windows_with_their_own_ceilings() -> None:
    cells = (
        "<row><entry><al>Deelplafond {0}</al></entry><entry><al>Plafond {1}</al></entry>"
        "<entry><al>{2}</al></entry></row>"
    )
    when = "Aanvragen van 1 mei 2027 tot en met 1 juni 2027"
    rows = "".join(
        cells.format(number, amount, when) for number, amount in ((1, "€ 58,5 mln"), (2, "€ 3.000.000,-"))
    )
    found = mined(f"<table><tgroup><tbody>{rows}</tbody></tgroup></table>")
    assert {one.unit: one.ceiling.value for one in found if one.ceiling} == {
        "deelplafond-1": 58_500_000,
        "deelplafond-2": 3_000_000,
    }


def test_a_cell_is_read_with_the_name_of_its_column() -> None:
    head = "".join(f"<entry><al>{name}</al></entry>" for name in ("Deelplafond", "Plafond", "Aanvragen"))
    cells = "".join(f"<entry><al>{text}</al></entry>" for text in ("14", "€ 3.000.000,-", "vanaf 1 mei 2027"))
    table = (
        f"<table><tgroup><thead><row>{head}</row></thead><tbody><row>{cells}</row></tbody></tgroup></table>"
    )
    (window,) = mined(table)
    assert window.unit == "deelplafond-14"
    assert window.ceiling is not None
    assert window.ceiling.value == 3_000_000


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("Het plafond bedraagt € 2.781.983.", 2_781_983),
        ("Het subsidieplafond wordt verhoogd van € 1.000.000 tot € 1.500.000.", 1_500_000),
        ("Er is € 24,5 miljoen beschikbaar. Per project is ten hoogste € 1.000.000 beschikbaar.", 24_500_000),
        ("Het plafond is € 1.000.000. Het andere plafond is € 2.000.000.", None),
        ("Per project is ten hoogste € 1.000.000 beschikbaar.", None),
        ("Het boetebedrag is € 1.000.000.", None),
    ],
)
def test_the_ceiling_is_the_one_that_is_stated_or_none(written: str, value: int | None) -> None:
    (window,) = mined(al("Aanvragen van 1 mei 2027 tot en met 1 juni 2027.", written))
    assert (window.ceiling and window.ceiling.value) == value


def test_the_ceiling_of_another_part_is_never_taken() -> None:
    first, second = mined(
        al("Deelplafond 1 opent op 1 mei 2027.", "Deelplafond 2 van € 5.000.000 opent op 1 mei 2027.")
    )
    assert first.ceiling is None
    assert second.ceiling is not None


def test_an_amended_article_that_is_quoted_in_plain_paragraphs_is_known_by_its_line() -> None:
    body = al(
        "Artikel 2b.1 komt te luiden:",
        "Artikel 2b.1 Aanvraagtijdvak",
        "Van 1 mei 2027 tot en met 1 juni 2027.",
    )
    (window,) = mined(body, title=ESF)
    assert window.unit == "artikel-2b.1"


@pytest.mark.parametrize(
    "content",
    [b"", b"<html/>", b"<officiele-publicatie/>", b"<officiele-publicatie><staatscourant>", b"\x00\xff" * 50],
)
def test_what_is_no_publication_is_refused(content: bytes) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        parse_publication(content)


SCRAPS = st.sampled_from(
    [
        *(
            "aanvragen",
            "van",
            "tot",
            "tot en met",
            "met ingang van",
            "gesloten op",
            "1 mei 2027",
            "31 februari 2027",
        ),
        *(
            "2 juni 2027, 17.00 uur",
            "deelplafond 3",
            "€ 3.000.000,-",
            "plafond",
            "Artikel 2",
            "onderdeel a",
            ".",
        ),
        *(
            "komt te luiden",
            "West-Regio",
            "Haarlem",
            "(datum)",
            "verhoogd tot",
            "|",
            "centrumgemeente",
            "ESF",
            ":",
        ),
    ]
)


@given(st.lists(st.lists(SCRAPS, max_size=12).map(" ".join), max_size=5), st.text(max_size=40))
def test_random_legal_text_gives_no_crash_and_no_invented_day(lines: list[str], noise: str) -> None:
    written = "".join(letter for letter in noise if letter.isprintable())
    found = statements(al(*lines, written), title=f"Wijziging {WEST}")
    refs = [statement.source_ref for statement in found]
    assert len(refs) == len(set(refs))
    for statement in found:
        days = {moment.date for moment in (statement.window.opens, statement.window.closes) if moment}
        assert days <= {dt.date(2027, 5, 1), dt.date(2027, 4, 30), dt.date(2027, 6, 1), dt.date(2027, 6, 2)}
        call_of(statement, source="koop")
