"""Amounts in every form of our publishers: tables, round trips, and random text."""

import re
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrapers.dates import Locale
from scrapers.money import find_amounts, parse_money


@pytest.mark.parametrize(
    ("locale", "written", "value"),
    [
        ("nl", "€ 2.781.983", "2781983"),
        ("nl", "€ 3.000.000,-", "3000000"),
        ("nl", "€ 113.999.500,–", "113999500"),
        ("nl", "€ 58,5 mln", "58500000"),
        ("nl", "€ 24,5 miljoen", "24500000"),
        ("nl", "ruim 10 miljoen euro", "10000000"),
        ("nl", "EUR 1.234,56", "1234.56"),
        ("nl", "€ 500,00", "500"),
        ("nl", "€ 2 miljard", "2000000000"),
        ("en", "€ 750,000.00", "750000"),
        ("en", "max. € 750,000.00", "750000"),
        ("en", "2,000,000 €", "2000000"),
        ("en", "EUR 60 million", "60000000"),
        ("en", "€2 million", "2000000"),
        ("en", "€25,000", "25000"),
        ("en", "€1.5bn", "1500000000"),
        ("en", "EUR 2 000 000", "2000000"),
    ],
)
def test_each_way_in_which_an_amount_is_written(locale: Locale, written: str, value: str) -> None:
    assert parse_money(written, locale=locale).value == Decimal(value)
    (found,) = find_amounts(f"Er is geld. Plafond: {written}. En meer.", locale=locale)
    assert (found.value, found.currency) == (Decimal(value), "EUR")
    assert found.sentence.startswith("Plafond: ")


@pytest.mark.parametrize(
    ("locale", "written"),
    [
        *(
            ("nl", text)
            for text in ("€ 750,000.00", "€ 1,234", "€ 58.5 mln", "2.000.000", "€", "12 juni 2027", "")
        ),
        *(
            ("en", text)
            for text in ("€ 2.781.983", "€ 1.234", "€ 58,5 million", "2,000,000", "60 million", "EUR")
        ),
        *(("nl", text) for text in ("€ 1.00.000", "€ 12.34", "€ 1.2345.678")),
    ],
)
def test_what_is_written_in_another_way_is_never_taken_apart(locale: Locale, written: str) -> None:
    assert find_amounts(written, locale=locale) == ()
    with pytest.raises(ValueError, match="holds 0 amounts"):
        parse_money(written, locale=locale)


def test_the_locale_decides_what_a_dot_means() -> None:
    assert parse_money("€ 1.234 miljoen", locale="nl").value == 1_234_000_000
    assert parse_money("€ 1.234 million", locale="en").value == 1_234_000


def test_more_than_one_amount_is_no_single_one() -> None:
    with pytest.raises(ValueError, match="holds 2 amounts"):
        parse_money("€ 1.000 of € 2.000", locale="nl")


def test_the_first_number_of_a_range_in_millions_is_no_single_euro() -> None:
    assert [amount.value for amount in find_amounts("€ 1 tot € 2 miljoen", locale="nl")] == [2_000_000]
    assert [amount.value for amount in find_amounts("EUR 1-2 million", locale="en")] == []


def test_a_year_before_a_euro_sign_is_no_amount() -> None:
    assert [amount.value for amount in find_amounts("in 2027 € 3.000", locale="nl")] == [3000]


@given(st.integers(0, 10**12), st.integers(0, 99))
def test_every_format_comes_back_as_it_went(euros: int, cents: int) -> None:
    english, dutch = f"{euros:,}", f"{euros:,}".replace(",", ".")
    exact = euros + Decimal(cents) / 100
    for written in (f"€ {dutch}", f"€ {dutch},-", f"€ {dutch},–", f"{dutch} euro"):
        assert parse_money(written, locale="nl").value == euros
    for written in (f"€ {english}", f"{english} €", f"EUR {english}"):
        assert parse_money(written, locale="en").value == euros
    assert parse_money(f"€ {dutch},{cents:02d}", locale="nl").value == exact
    assert parse_money(f"€ {english}.{cents:02d}", locale="en").value == exact


@given(st.integers(1, 999), st.integers(0, 9))
def test_millions_come_back_as_they_went(whole: int, tenth: int) -> None:
    value = whole * 1_000_000 + tenth * 100_000
    for word in ("mln", "miljoen"):
        assert parse_money(f"€ {whole},{tenth} {word}", locale="nl").value == value
    assert parse_money(f"EUR {whole}.{tenth} million", locale="en").value == value


SCRAPS = st.sampled_from(
    ["€", "EUR", "euro", "1", "250", ".", ",", "-", "000", "miljoen", "million", " ", "en", "٣"]
)


@given(st.one_of(st.text(), st.lists(SCRAPS).map("".join)), st.sampled_from(["nl", "en"]))
def test_random_text_gives_no_crash_and_no_invented_amount(text: str, locale: Locale) -> None:
    for amount in find_amounts(text, locale=locale):
        written = text[slice(*amount.span)]
        assert re.search(r"€|eur", written, re.IGNORECASE)
        assert _significant(str(amount.value)) == _significant(written)


def _significant(number: str) -> str:
    return re.sub(r"[^0-9]", "", number).strip("0")
