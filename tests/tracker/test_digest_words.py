"""Reads what the mails say as a newcomer does: reasons once, quotes whole, and nothing left to guess."""

from dataclasses import replace
from datetime import date
from urllib.parse import urlsplit

import pytest
from bs4 import BeautifulSoup

from tests.tracker.digest_samples import ADVISER, CIRCULAIR, FYSIEK, NOW, candidate, write
from tests.tracker.test_digest import DUTCH, ENGLISH, text_of, unfolded
from tracker.core.call import Claim
from tracker.core.match import CityRole, Reason, ReasonKind
from tracker.core.profile import Contact, Domain, Strength, Theme
from tracker.digest.edition import Candidate, EditionPlan, plan_edition
from tracker.digest.overview import view_overview
from tracker.digest.terms import terms_of
from tracker.filters import Filters


def term(said: str, phrase: str = "", *, share: float = 0.1, language: str = "en") -> Reason:
    return Reason(ReasonKind.TERM, said, phrase=phrase, share=share, language=language)


def first_edition(contact: Contact, *calls: Candidate) -> EditionPlan:
    return plan_edition(contact, calls, {}, first=True, now=NOW)


def test_a_word_that_another_shown_word_contains_is_left_out() -> None:
    reasons = (
        term("leegstaande gebouwen opnieuw gebruiken", share=0.4),
        term("hergebruik van materialen", share=0.3),
        term("hergebruik", share=0.2),
        term("sloop", share=0.1),
    )
    said = [view.term for view in terms_of(reasons, DUTCH)]
    assert said == ["leegstaande gebouwen opnieuw gebruiken", "hergebruik van materialen", "sloop"]


def test_the_longer_word_stays_also_where_it_weighs_less() -> None:
    reasons = (term("kunst", share=0.5), term("kunst op straat", share=0.3), term("kunststof", share=0.2))
    assert [view.term for view in terms_of(reasons, DUTCH)] == ["kunst op straat", "kunststof"]


def test_words_that_the_call_repeats_are_said_once_to_an_english_reader() -> None:
    reasons = (term("hergebruik", "reuse", share=0.6), term("materialen", "Reuse of materials", share=0.4))
    assert [view.phrase for view in terms_of(reasons, ENGLISH)] == ["Reuse of materials"]


def test_an_english_mail_marks_which_quotes_are_dutch() -> None:
    reasons = (
        term("warmtenetten", "wind in de stad", share=0.6, language="nl"),
        term("plannen", "local plans", share=0.4),
    )
    one = candidate(1, reasons=reasons)
    composed = write(ADVISER, first_edition(ADVISER, one))
    assert "the call is about: ‘wind in de stad’ (in Dutch), ‘local plans’." in unfolded(composed)
    page = BeautifulSoup(composed.html, "lxml")
    assert "‘wind in de stad’ (in Dutch), ‘local plans’." in page.get_text()
    assert page.select_one("span[lang=nl]") is not None


def test_a_priority_word_without_a_quote_is_marked_as_dutch_too() -> None:
    (view,) = terms_of((term("warmtenetten"),), ENGLISH)
    assert (view.phrase, view.language, view.note) == ("warmtenetten", "nl", "in Dutch")


def test_a_dutch_mail_marks_no_language() -> None:
    one = candidate(1, reasons=(term("warmtenetten", "wind in de stad", language="nl"),))
    text = unfolded(write(FYSIEK, first_edition(FYSIEK, one)))
    assert "warmtenetten (‘wind in de stad’)." in text


OPENS = date(2027, 1, 15)


@pytest.mark.parametrize(
    ("contact", "said", "again"),
    [
        (
            FYSIEK,
            "Beslis vóór dinsdag 12 januari 2027; de oproep gaat pas open op vrijdag 15 januari 2027 Sluit",
            "Gaat open",
        ),
        (
            ADVISER,
            "Decide by Tuesday 12 January 2027; the call only opens on Friday 15 January 2027 Closes",
            "Opens on",
        ),
    ],
)
def test_a_decision_before_the_call_opens_says_so_once(contact: Contact, said: str, again: str) -> None:
    early = candidate(1, claim=Claim.FORTHCOMING, opens_on=OPENS, decide_by=date(2027, 1, 12))
    text = unfolded(write(contact, first_edition(contact, early)))
    assert said in text
    assert again not in text


@pytest.mark.parametrize("decide_by", [OPENS, date(2026, 11, 13), None])
def test_else_the_opening_stands_by_itself(decide_by: date | None) -> None:
    one = candidate(1, claim=Claim.FORTHCOMING, opens_on=OPENS, decide_by=decide_by)
    text = unfolded(write(FYSIEK, first_edition(FYSIEK, one)))
    assert "Gaat open op vrijdag 15 januari 2027" in text
    assert "pas open" not in text


def test_a_test_site_is_explained_where_it_comes_first() -> None:
    calls = [candidate(number, role=CityRole.TEST_SITE) for number in (1, 2)]
    text = unfolded(write(FYSIEK, first_edition(FYSIEK, *calls)))
    assert text.count("Gemeente kan: proefstad") == 2
    assert text.count("(plek om iets uit te proberen)") == 1
    first, _, rest = text.partition("2. Local heat plans 2")
    assert "plek om" in first
    assert "plek om" not in rest


def test_a_role_that_the_text_does_not_name_is_said_as_that() -> None:
    one = candidate(1, role=CityRole.NONE_SEEN)
    assert "Rol voor de gemeente: staat niet in de tekst" in unfolded(
        write(FYSIEK, first_edition(FYSIEK, one))
    )


def test_the_overview_counts_what_fits_well_or_strongly() -> None:
    curious = replace(ADVISER, minimum=Strength.POSSIBLE)
    social = replace(CIRCULAIR, theme=Theme.SOCIAL, domains=(Domain.SOCIAAL,))
    calls = (
        candidate(1),
        candidate(2, strength=Strength.GOOD),
        candidate(3, strength=Strength.POSSIBLE, choice=social),
    )
    plan = plan_edition(curious, calls, {}, first=False, now=NOW)
    view = view_overview(plan, ENGLISH)
    assert view is not None
    assert [bar.said for bar in view.themes] == ["0 · 0%", "0 · 0%", "2 · 100%"]
    assert [bar.said for bar in view.domains] == ["0", "2 (2 new in this mail)", "0"]
    text = unfolded(write(curious, plan))
    assert "3. Local heat plans 3" in text
    assert "What fits now (good or strong), by theme" in text
    assert "Wat nu past (goed of sterk), per domein" in unfolded(write(replace(curious, language="nl"), plan))
    only_possible = plan_edition(curious, calls[2:], {}, first=False, now=NOW)
    assert view_overview(only_possible, ENGLISH) is None


def more_than_fits(contact: Contact) -> EditionPlan:
    return first_edition(replace(contact, limit=1), candidate(1), candidate(2), candidate(3))


@pytest.mark.parametrize(
    ("contact", "domains"),
    [
        (FYSIEK, (Domain.FYSIEK,)),
        (replace(FYSIEK, domains=(Domain.SOCIAAL, Domain.FYSIEK)), (Domain.SOCIAAL, Domain.FYSIEK)),
        (replace(ADVISER, language="nl"), ()),
    ],
)
def test_the_rest_is_a_link_to_the_contacts_own_list(contact: Contact, domains: tuple[Domain, ...]) -> None:
    composed = write(contact, more_than_fits(contact), public_url="https://kansen.example.org/")
    link = BeautifulSoup(composed.html, "lxml").select_one(".after a")
    assert link is not None
    assert link.get_text() == "Bekijk de hele lijst (eerst inloggen)"
    address = str(link["href"])
    assert f"Bekijk de hele lijst (eerst inloggen): {address}" in text_of(composed.message)
    assert address.startswith("https://kansen.example.org/calls?")
    assert Filters.from_text(urlsplit(address).query) == Filters(domain=domains, strength=Strength.GOOD)


def test_passages_that_wait_for_a_person_are_told_to_who_follows_everything() -> None:
    here = "https://kansen.example.org"
    told = unfolded(write(ADVISER, more_than_fits(ADVISER), passages_waiting=5))
    assert "Watched pages have 5 passages that may be calls. Judge them: tracker watch list" in told
    told = unfolded(write(ADVISER, more_than_fits(ADVISER), passages_waiting=1, public_url=here))
    assert f"A watched page has a passage that may be a call. Judge it: {here}/candidates" in told
    assert "passage" not in unfolded(write(ADVISER, more_than_fits(ADVISER), passages_waiting=0))
    assert "passage" not in unfolded(write(FYSIEK, more_than_fits(FYSIEK), passages_waiting=5))


def test_without_an_address_a_colleague_asks_the_adviser_and_the_adviser_has_the_command() -> None:
    text = unfolded(write(FYSIEK, more_than_fits(FYSIEK)))
    assert "Er passen nog 2 oproepen. Vraag de adviseur Europa om de hele lijst." in text
    assert "tracker calls" not in text
    adviser = unfolded(write(ADVISER, more_than_fits(ADVISER)))
    assert "2 more calls fit. See them all with the command: tracker matches --all --limit 3" in adviser
