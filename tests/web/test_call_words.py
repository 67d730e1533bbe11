"""The words of a call's page: facts, explanation and history, without a browser."""

import datetime as dt
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from tests.db.samples import FULL, data
from tracker.core.call import Budget, Call, CallText, Change, Claim, Deadline, Fact, FactName, MomentKind
from tracker.core.match import CityRole, Match, Reason, ReasonKind
from tracker.core.profile import Strength
from tracker.digest.words import role_word, words_in
from tracker.profile_file import load_profile, shipped_profile_path
from tracker.telling.facts import facts_of, links_of, programme_name, programme_of
from tracker.telling.history import ChangeView, first_moment, timeline, view_change
from tracker.telling.say import role_meaning, word
from tracker.web.explained import explain, mark, phrases_in

HAARLEM = load_profile(shipped_profile_path())
NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize("role", CityRole)
@pytest.mark.parametrize("language", ["nl", "en"])
def test_pages_and_mails_name_and_explain_a_role_alike(role: CityRole, language: str) -> None:
    assert word(role, language) == role_word(role, language)
    assert role_meaning(role, language).endswith(".")
    assert words_in(language).role_meanings.get(role, "") in role_meaning(role, language)


def fact_value(name: FactName, value: str, language: str = "nl") -> str:
    (view,) = facts_of(data(facts=(Fact(name, value, ""),)), language)
    return view.value


@pytest.mark.parametrize("name", [name for name in FactName if name is not FactName.LINK])
@pytest.mark.parametrize("language", ["nl", "en"])
def test_every_fact_has_a_label_and_keeps_a_value_that_we_have_no_word_for(
    name: FactName, language: str
) -> None:
    (view,) = facts_of(data(facts=(Fact(name, "as the source says", "A sentence."),)), language)
    assert view.label
    assert view.value.endswith("as the source says")


@pytest.mark.parametrize(
    ("name", "value", "dutch", "english"),
    [
        (FactName.FUNDING_RATE, "70", "70\u00a0%", "70%"),
        (FactName.BUDGET, "3000000", "€\u00a03\u00a0miljoen", "€3\u00a0million"),
        (FactName.APPLICANTS, "public_bodies", "overheden", "public bodies"),
        (
            FactName.COST_MODEL,
            "lump_sum",
            "een vast bedrag, zonder bonnen",
            "a fixed amount, without receipts",
        ),
        (
            FactName.WINDOW,
            "2027-04-15/2027-06-30",
            "15 april 2027 tot en met 30 juni 2027",
            "15 April 2027 up to and including 30 June 2027",
        ),
        (FactName.WINDOW, "../2027-06-30", "tot en met 30 juni 2027", "up to and including 30 June 2027"),
        (FactName.WINDOW, "2027-04-15/..", "vanaf 15 april 2027", "from 15 April 2027"),
        (
            FactName.CONFIDENCE,
            "mined",
            "uit lopende tekst gehaald: controleer het",
            "taken from running text: check it",
        ),
    ],
)
def test_a_fact_is_said_as_people_do(name: FactName, value: str, dutch: str, english: str) -> None:
    assert fact_value(name, value) == dutch
    if name is not FactName.COST_MODEL:
        assert fact_value(name, value, "en") == english


def test_a_sentence_has_the_language_of_the_text_that_it_stands_in() -> None:
    texts = (CallText("en", "Heat", "Only towns."), CallText("nl", "Warmte", "Alleen\n gemeenten mogen."))
    facts = tuple(
        Fact(FactName.APPLICANTS, "any", said) for said in ("Alleen gemeenten mogen.", "Elsewhere.")
    )
    assert [view.language for view in facts_of(data(texts=texts, facts=facts), "nl")] == ["nl", "en"]


def test_only_web_addresses_are_links_and_each_stands_once() -> None:
    link = Fact(FactName.LINK, "javascript:alert(1)", "")
    own = Fact(FactName.LINK, "https://example.org/own", "")
    shown = [
        ("Portal", data("1", facts=(link, own))),
        ("List", data("1")),
        ("Bad", data("2", url="data:text/html,x")),
    ]
    assert [(one.label, one.url) for one in links_of(shown, "en")] == [
        ("Portal", "https://example.org/1"),
        ("The publisher's own page", "https://example.org/own"),
    ]


def test_a_programme_that_we_do_not_know_keeps_its_code() -> None:
    assert programme_name("life", "nl") == "LIFE (milieu en klimaat)"
    assert programme_of(data(programme="", programme_code="999"), "nl") == "999"
    assert programme_of(data(programme="unheard-of"), "en") == "unheard-of"


@pytest.mark.parametrize(
    ("text", "phrases", "marked"),
    [
        ("District  heating and\nheat", ["district heating"], ["District  heating"]),
        ("heat, heating, Heat", ["heat"], ["heat", "Heat"]),  # never a part of a word
        ("a+b and c", ["a+b"], ["a+b"]),  # no sign of a phrase is a sign of the search
        ("nothing", [], []),
        ("nothing", ["  "], []),
        ("district heating", ["heating", "district heating"], ["district heating"]),
    ],
)
def test_words_are_marked_and_nothing_is_lost(text: str, phrases: list[str], marked: list[str]) -> None:
    parts = mark(text, phrases)
    assert "".join(part for part, _ in parts) == text
    assert [part for part, is_marked in parts if is_marked] == marked


def term(share: float, phrase: str, language: str = "en") -> Reason:
    return Reason(ReasonKind.TERM, "warmtenetten", phrase, "title", f"On {phrase}.", share, language)


def test_an_explanation_has_bars_and_the_strongest_priority_is_first() -> None:
    fits = [
        Match(call_id=1, priority="sociaal", score=9.0, strength=Strength.POSSIBLE, rank=3),
        Match(
            call_id=1,
            priority="klimaat",
            score=2.0,
            strength=Strength.STRONG,
            rank=1,
            reasons=(term(0.754, "district heating"), term(0.246, "heat")),
        ),
        Match(call_id=1, priority="lost", score=9.0, strength=Strength.STRONG, rank=1),
    ]
    first, second = explain(fits, HAARLEM, "nl")
    assert (first.slug, second.slug) == ("klimaat", "sociaal")
    assert [(bar.percent, bar.place) for bar in first.bars] == [(75, "de titel"), (25, "de titel")]
    assert first.bars[0].snippet == (("On ", False), ("district heating", True), (".", False))
    assert phrases_in(fits[1], "en") == ("district heating", "heat")
    assert phrases_in(fits[1], "nl") == ()


def test_a_blocked_match_comes_last_and_says_what_rules_it_out() -> None:
    blocker = Reason(ReasonKind.BLOCKER, "companies_only", "Only SMEs may apply.", "conditions")
    fits = [
        Match(
            call_id=1,
            priority="klimaat",
            score=9.0,
            strength=Strength.STRONG,
            rank=0,
            reasons=(blocker,),
            blocked="Only SMEs may apply.",
        ),
        Match(call_id=1, priority="sociaal", score=1.0, strength=Strength.POSSIBLE, rank=3),
    ]
    first, second = explain(fits, HAARLEM, "en")
    assert (first.slug, second.is_blocked) == ("sociaal", True)
    assert [(side.text, side.quote) for side in second.blockers] == [
        ("for companies only", "Only SMEs may apply.")
    ]


def change(field: str, old: object, new: object, *, hours: int = 0) -> Change:
    return Change(call_id=1, at=NOW + timedelta(hours=hours), field=field, old=old, new=new)


@pytest.mark.parametrize(
    ("field", "old", "new", "said"),
    [
        (
            "deadlines",
            (Deadline(dt.date(2027, 2, 24)),),
            (Deadline(dt.date(2027, 2, 3), dt.time(17), MomentKind.STAGE_1),),
            ("Sluitdatum", "24 februari 2027", "3 februari 2027 17.00 (eerste ronde)"),
        ),
        (
            "deadlines",
            (),
            (Deadline(dt.date(2027, 2, 3)),),
            ("Sluitdatum", "niet bekend", "3 februari 2027"),
        ),
        ("status", "open", "closed", ("Status", "open", "gesloten")),
        ("status", None, "open", ("Status", "niet bekend", "open")),
        ("claim", Claim.FORTHCOMING, Claim.OPEN, ("De bron zegt", "komt eraan", "open")),
        ("vanished", None, NOW, ("In de bron", "", "verdwenen")),
        ("vanished", NOW, None, ("In de bron", "", "weer te zien")),
        ("opens_on", None, dt.date(2027, 1, 5), ("Gaat open", "niet bekend", "5 januari 2027")),
        (
            "budget",
            Budget(),
            Budget(total=Decimal(2_000_000)),
            ("Geld", "niet bekend", "€\u00a02\u00a0miljoen in totaal"),
        ),
        ("tags", ("a",), ("a", "b"), ("Labels", "a", "a, b")),
        ("unheard_of", "x", "y", ("unheard_of", "x", "y")),
    ],
)
def test_a_change_is_said_in_words(field: str, old: object, new: object, said: tuple[str, str, str]) -> None:
    view = view_change(change(field, old, new), "nl")
    assert (view.field, view.old, view.new) == said


def test_an_hour_is_written_as_the_language_does() -> None:
    deadlines = (Deadline(dt.date(2027, 2, 3), dt.time(17)),)
    assert view_change(change("deadlines", (), deadlines), "nl").new == "3 februari 2027 17.00"
    assert view_change(change("deadlines", (), deadlines), "en").new == "3 February 2027 17:00"


def test_a_changed_text_names_its_parts_and_not_its_thousand_words() -> None:
    english, dutch = FULL.texts[1], FULL.texts[0]
    longer = CallText("en", "Urban water", "Another body", ("water",), "Destination", "Other conditions")
    assert (
        view_change(change("texts", (english,), (longer,)), "nl").new == "Engels: omschrijving, voorwaarden"
    )
    assert view_change(change("texts", (english,), (english, dutch)), "nl").new == "Nederlands toegevoegd"
    assert view_change(change("texts", (english, dutch), (english,)), "en").new == "Dutch dropped"
    assert view_change(change("texts", (english, dutch), (dutch, english)), "en").new == "another order"


def test_changed_facts_tell_only_what_differs() -> None:
    three, four = (Fact(FactName.CONSORTIUM_MINIMUM, count, "") for count in "34")
    rate = Fact(FactName.FUNDING_RATE, "70", "")
    view = view_change(change("facts", (rate, three), (rate, four)), "en")
    assert (view.old, view.new) == ("Partners at least: 3", "Partners at least: 4")
    view = view_change(change("facts", (rate, three), (rate,)), "nl")
    assert (view.old, view.new) == ("Minstens zoveel partners: 3", "vervallen")


def test_the_timeline_has_the_newest_moment_first_and_puts_one_moment_together() -> None:
    changes = [
        change("status", "open", "closed"),
        change("tags", (), ("a",)),
        change("status", "closed", "open", hours=2),
    ]
    moments = timeline(changes, "nl")
    assert [(one.at, len(one.changes)) for one in moments] == [(NOW + timedelta(hours=2), 1), (NOW, 2)]
    call = Call(id=1, data=FULL, first_seen=NOW, last_seen=NOW)
    assert first_moment(call, "EuroAccess", "en").changes[0] == ChangeView("First seen", "", "EuroAccess")
