"""The page of a call: all that is known of it, in words that people read; nothing of a source is trusted."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import httpx
import pytest

from db import calls, matches
from db.engine import session_scope
from tests.web.house import House, filled_house, house
from tests.web.reading import page, part, refused, said, section
from tracker.core.call import (
    Budget,
    Call,
    CallData,
    CallText,
    Change,
    Deadline,
    Fact,
    FactName,
    MomentKind,
)
from tracker.core.match import CityRole, Reason, ReasonKind
from tracker.core.person import Role
from tracker.core.review import ReviewState
from tracker.desk import Desk
from tracker.reasons import quote_of, side_reason
from tracker.review import Reviewing
from tracker.telling.say import word
from tracker.web.explained import explain
from tracker.web.pages import LANGUAGE
from tracker.words import CITY_ROLE_MEANINGS
from tracker.working_days import back_plan

__all__ = ["filled_house", "house"]

HOSTILE = '"><script>alert(1)</script><img src=x onerror=alert(2)>{{ 7 * 7 }}'


def strong_call(house: House) -> Call:
    """Give the demo's best call for the climate priority; it has both languages and an end."""
    return Desk(house.app).ranked("klimaat", limit=1, blocked=False)[0][0]


def let_say(house: House, call: Call, *changes: Change, **said_now: Any) -> Call:
    """Let a call say something else from now on."""
    data: CallData = replace(call.data, **said_now)
    with session_scope(house.app.engine) as session:
        calls.update(session, call.id, data, changes=changes, at=house.app.now(), run_id=None)
    return replace(call, data=data)


def show_elsewhere(house: House, call: Call, **said_there: Any) -> None:
    """Let another source show the call too."""
    there: CallData = replace(
        call.data, source="euroaccess", source_ref="77", url="https://list.example/77", **said_there
    )
    with session_scope(house.app.engine) as session:
        calls.attach(session, call.id, there, leads=False, at=house.app.now())


@pytest.mark.parametrize("language", ["nl", "en"])
def test_a_call_is_shown_in_both_languages_side_by_side(house: House, language: str) -> None:
    call = strong_call(house)
    with house.visitor(Role.READER) as client:
        client.cookies.set(LANGUAGE, language)
        shown = page(client, f"/calls/{call.id}")
    title = call.data.text(language)
    assert title is not None
    assert said(part(shown, "h1")) == title.title
    assert part(shown, "h1 span")["lang"] == language
    texts = section(shown, "texts")
    assert [one["lang"] for one in texts.select(".text")] == ["nl", "en"]
    for text, column in zip(("nl", "en"), texts.select(".text"), strict=True):
        words = call.data.text(text)
        assert words is not None
        assert " ".join(words.body.split())[:200] in " ".join(column.get_text("").split())


def test_the_match_is_told_in_a_sentence_then_bars_then_in_full(house: House) -> None:
    call = strong_call(house)
    best = Desk(house.app).matches_of(call)[0]
    terms = [reason for reason in best.reasons if reason.kind is ReasonKind.TERM]
    with house.visitor(Role.READER) as client:
        why = section(page(client, f"/calls/{call.id}"), "why")
    assert "past sterk Past bij Klimaatneutraal Haarlem , omdat de oproep gaat over:" in said(
        part(why, ".why")
    )
    bars = why.select("table.bars")[0].select("tbody tr")
    assert [said(part(bar, "th")) for bar in bars] == [reason.term for reason in terms]
    shares = [round(100 * reason.share) for reason in terms]
    assert [said(part(bar, ".number")) for bar in bars] == [f"{share} %" for share in shares]
    assert [part(bar, ".bar-share")["width"] for bar in bars] == [str(share) for share in shares]
    account = why.select("details")[0]
    assert [said(mark) for mark in account.select(".account mark")] == [reason.phrase for reason in terms]


def let_fit(house: House, call: Call, **said_now: Any) -> None:
    """Let what is known of how a call fits its best priority be otherwise from now on."""
    fit = replace(Desk(house.app).matches_of(call)[0], **said_now)
    with session_scope(house.app.engine) as session:
        matches.replace(session, house.app.municipality.slug, [fit], priority=fit.priority)


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("role", CityRole)
def test_the_city_s_role_is_named_and_explained_in_a_sentence(
    house: House, role: CityRole, language: str
) -> None:
    call = strong_call(house)
    sentence = "" if role is CityRole.NONE_SEEN else "Cities take part."
    let_fit(house, call, role=role, role_sentence=sentence)
    with house.visitor(Role.READER) as client:
        client.cookies.set(LANGUAGE, language)
        account = section(page(client, f"/calls/{call.id}"), "why").select("details")[0]
    heading = account.find_all("h3")[-1]
    assert said(heading).endswith(word(role, language))
    (meaning, *quotes) = heading.find_next_siblings()
    assert said(meaning) == CITY_ROLE_MEANINGS[role][0 if language == "nl" else 1]
    assert [said(one) for one in quotes] == [one for one in (sentence,) if one]


def test_an_english_reader_is_told_which_words_are_dutch(house: House) -> None:
    call = strong_call(house)
    dutch = Reason(ReasonKind.TERM, "warmtenet", "warmtenetten", "body", share=0.7, language="nl")
    english = Reason(ReasonKind.TERM, "woningen", "homes", "body", share=0.3)
    let_fit(house, call, reasons=(dutch, english))
    with house.visitor(Role.READER) as client:
        client.cookies.set(LANGUAGE, "en")
        shown = said(section(page(client, f"/calls/{call.id}"), "why"))
        row = said(part(page(client, "/calls?priority=klimaat"), f"#call-{call.id}"))
        client.cookies.set(LANGUAGE, "nl")
        for path in (f"/calls/{call.id}", "/calls?priority=klimaat"):
            assert "in Dutch" not in said(page(client, path))
    assert "because it is about: ‘ warmtenetten ’ (in Dutch), ‘ homes ’." in shown
    assert "· warmtenetten (in Dutch) · homes" in row


@pytest.mark.parametrize(
    ("kind", "heading"), [(ReasonKind.LIFT, "Wat hem hoger zet"), (ReasonKind.SINK, "Wat hem lager zet")]
)
def test_what_lifted_and_lowered_a_call_is_told_with_its_sentence(
    house: House, kind: ReasonKind, heading: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    city = house.app.municipality
    strict = tuple(replace(priority, exclusions=("heating", "culture")) for priority in city.priorities)
    monkeypatch.setitem(vars(house.app), "municipality", replace(city, priorities=strict))
    house.app.rank()
    ranked = Desk(house.app).ranked(None, limit=None, blocked=False)
    call, reason = next(
        (call, reason) for call, match in ranked for reason in match.reasons if reason.kind is kind
    )
    with house.visitor(Role.READER) as client:
        why = section(page(client, f"/calls/{call.id}"), "why")
    assert heading in said(why)
    assert side_reason(reason, "nl") in said(why)
    assert " ".join(quote_of(reason).split()) in said(why)


def test_words_of_the_match_are_marked_in_the_text(house: House) -> None:
    """The match that is shown at the top of the page: the words of others would ask to be explained."""
    desk = Desk(house.app)
    ranked = desk.ranked(None, limit=10, blocked=False)
    call, fits = next((call, fits) for call, _ in ranked if len(fits := desk.matches_of(call)) > 1)
    said_by = {
        match.priority: {one.phrase.casefold() for one in match.reasons if one.kind is ReasonKind.TERM}
        for match in fits
    }
    shown = said_by.pop(explain(fits, house.app.municipality, "nl")[0].slug)
    assert set().union(*said_by.values()) - shown
    with house.visitor(Role.READER) as client:
        texts = section(page(client, f"/calls/{call.id}"), "texts")
    marked = {" ".join(one.get_text().casefold().split()) for one in texts.select("mark")}
    assert marked
    assert marked <= shown


def test_words_of_the_match_are_marked_in_title_and_keywords_too(house: House) -> None:
    text = CallText("en", "Heat networks for all", "A body.", ("housing", "heat network"))
    call = let_say(house, strong_call(house), texts=(text,))
    with house.visitor(Role.READER) as client:
        texts = section(page(client, f"/calls/{call.id}"), "texts")
    assert [said(one) for one in texts.select("mark")] == ["heat network"]


def test_what_a_call_asks_of_the_city_stands_among_its_facts(house: House) -> None:
    call = let_say(house, strong_call(house), facts=(), action_type="")
    with house.visitor(Role.READER) as client:
        facts = section(page(client, f"/calls/{call.id}"), "facts")
    assert "Eigen bijdrage onbekend" in said(part(facts, "dl"))
    assert not facts.find_all("p")


def test_a_fact_has_the_sentence_of_its_source_one_click_away(house: House) -> None:
    fact = Fact(FactName.CONSORTIUM_MINIMUM, "3", "At least three partners take part.")
    call = let_say(house, strong_call(house), facts=(fact,))
    with house.visitor(Role.READER) as client:
        facts = part(section(page(client, f"/calls/{call.id}"), "facts"), "dl")
    value = next(one for one in facts.find_all("dd") if fact.sentence in said(one))
    label = value.find_previous_sibling("dt")
    assert label is not None
    assert label.get_text() == "Minstens zoveel partners"
    assert said(part(value, "details blockquote")) == fact.sentence
    assert "open" not in part(value, "details").attrs


def test_what_no_source_says_is_called_unknown(house: House) -> None:
    call = let_say(house, strong_call(house), budget=Budget(), deadlines=(), facts=())
    with house.visitor(Role.READER) as client:
        shown = page(client, f"/calls/{call.id}")
    assert "Per project niet bekend" in said(section(shown, "facts"))
    assert said(section(shown, "dates")).endswith("Sluitdatum onbekend")


def test_the_dates_are_planned_back_from_the_next_deadline(house: House) -> None:
    closes = house.app.now().date() + timedelta(days=200)
    call = let_say(house, strong_call(house), deadlines=(Deadline(closes),))
    plan = back_plan(closes, house.app.municipality)
    with house.visitor(Role.READER) as client:
        client.cookies.set(LANGUAGE, "en")
        rows = section(page(client, f"/calls/{call.id}"), "dates").select("tbody tr")
    days = [said(part(row, "th")) for row in rows]
    expected = sorted(
        [
            plan.decide_by,
            plan.decide_with_council,
            plan.partners,
            plan.preparation,
            plan.college,
            plan.council,
            closes,
        ]
    )
    assert [day.split(" ", 1)[1] for day in days] == [f"{day.day} {day:%B %Y}" for day in expected]
    (decision,) = [row for row in rows if "decision" in (row.get("class") or ())]
    assert said(decision).endswith("Decide whether to take part")


def test_nothing_is_planned_for_what_is_over_or_only_for_the_invited(house: House) -> None:
    call, today = strong_call(house), house.app.now().date()
    past, later = (
        Deadline(today - timedelta(days=9)),
        Deadline(today + timedelta(days=90), None, MomentKind.STAGE_2),
    )
    with house.visitor(Role.READER) as client:
        for deadlines in ((past,), (replace(past, kind=MomentKind.STAGE_1), later)):
            let_say(house, call, deadlines=deadlines)
            dates = section(page(client, f"/calls/{call.id}"), "dates")
            assert not dates.select("table")
            assert "(voorbij)" in said(dates)


def test_the_history_is_a_timeline_with_the_newest_first(house: House) -> None:
    call = strong_call(house)
    old, new = (Deadline(date(2027, 5, 1)),), (Deadline(date(2027, 6, 2)),)
    change = Change(call_id=call.id, at=house.app.now(), field="deadlines", old=old, new=new)
    let_say(house, call, change, deadlines=new)
    with house.visitor(Role.READER) as client:
        moments = section(page(client, f"/calls/{call.id}"), "history").select(".timeline > li")
    assert "Sluitdatum : 1 mei 2027 → 2 juni 2027" in said(moments[0])
    assert "Voor het eerst gezien" in said(moments[-1])


def test_another_source_that_disagrees_is_told_with_both_words(house: House) -> None:
    call = strong_call(house)
    show_elsewhere(house, call, deadlines=(Deadline(date(2027, 12, 24)),))
    with house.visitor(Role.READER) as client:
        found = section(page(client, f"/calls/{call.id}"), "sightings")
    first, second = found.select(".sightings > li")
    assert "deze bron leidt" in said(first)
    assert "Let op: deze bron noemt een andere sluitdatum" in said(second)
    assert said(part(second, "tbody")).endswith("24 december 2027")
    assert "(sluitdatum)" not in said(part(second, "tbody"))


def test_an_hour_that_one_source_leaves_out_is_no_difference(house: House) -> None:
    call = strong_call(house)
    show_elsewhere(house, call, deadlines=tuple(Deadline(one.date) for one in call.data.deadlines))
    with house.visitor(Role.READER) as client:
        found = section(page(client, f"/calls/{call.id}"), "sightings")
    assert not found.select("table, .disagrees")


def test_links_open_at_the_publisher_and_only_on_the_web(house: House) -> None:
    own = Fact(FactName.LINK, "https://publisher.example/call", "")
    call = let_say(house, strong_call(house), url="javascript:alert(1)", facts=(own,))
    show_elsewhere(house, call)
    with house.visitor(Role.READER) as client:
        links = section(page(client, f"/calls/{call.id}"), "links").select("a")
    assert [link["href"] for link in links] == ["https://publisher.example/call", "https://list.example/77"]
    assert all(link["rel"] == ["noopener", "noreferrer"] for link in links)


def test_similar_calls_have_past_ones_and_how_far_the_city_came(house: House) -> None:
    desk = Desk(house.app)
    call = strong_call(house)
    past = replace(
        call.data,
        source_ref="past",
        identifier="PAST-1",
        url="https://example.org/past",
        deadlines=(Deadline(house.app.now().date() - timedelta(days=400)),),
    )
    with session_scope(house.app.engine) as session:
        number = calls.insert(session, past, at=house.app.now(), run_id=None)
    reviewing = Reviewing(house.app.engine, house.app.municipality.slug, house.app.now)
    reviewing.change(number, house.people[Role.REVIEWER], seen=0, state=ReviewState.WON)
    assert desk.similar_to(call)[0].call.id == number
    with house.visitor(Role.READER) as client:
        first = section(page(client, f"/calls/{call.id}"), "similar").select("li")[0]
    assert part(first, "a")["href"] == f"/calls/{number}"
    assert "gesloten" in said(first)
    assert "gewonnen" in said(first)
    assert "100 %" in said(first)


def test_a_call_in_one_language_says_so(house: House) -> None:
    english = CallText("en", "Only English", "A body.")
    call = let_say(house, strong_call(house), texts=(english,))
    with house.visitor(Role.READER) as client:
        texts = section(page(client, f"/calls/{call.id}"), "texts")
    assert "De bron geeft geen Nederlandse tekst." in said(texts)
    assert "texts-two" not in part(texts, ".texts")["class"]


def test_a_call_that_is_over_is_not_said_to_fit_nothing(house: House) -> None:
    closed = next(
        call
        for call in Desk(house.app).list_calls(status="closed", programme=None, source=None, limit=None)
        if not Desk(house.app).matches_of(call)
    )
    with house.visitor(Role.READER) as client:
        assert "Deze oproep is voorbij." in said(section(page(client, f"/calls/{closed.id}"), "why"))


def test_nothing_that_a_source_writes_becomes_part_of_the_page(house: House) -> None:
    call = strong_call(house)
    texts = tuple(CallText(code, HOSTILE, HOSTILE, (HOSTILE,), HOSTILE, HOSTILE) for code in ("en", "nl"))
    facts = tuple(Fact(name, HOSTILE, HOSTILE) for name in FactName)
    change = Change(call_id=call.id, at=house.app.now(), field="tags", old=(HOSTILE,), new=(HOSTILE, "b"))
    let_say(
        house,
        call,
        change,
        texts=texts,
        facts=facts,
        identifier=HOSTILE,
        action_type=HOSTILE,
        tags=(HOSTILE,),
        call_title=HOSTILE,
    )
    show_elsewhere(house, replace(call, data=replace(call.data, texts=texts)))
    with house.visitor(Role.REVIEWER) as client:
        shown = page(client, f"/calls/{call.id}")
    assert refused(shown) == []
    assert not shown.select("img")
    assert said(part(shown, "h1")) == " ".join(HOSTILE.split())


def test_every_call_of_the_demo_can_be_opened_within_a_hundred_kilobytes(house: House) -> None:
    found = Desk(house.app).list_calls(status=None, programme=None, source=None, limit=None)
    with house.visitor(Role.REVIEWER) as client:
        for call in found:
            answer = client.get(f"/calls/{call.id}")
            assert answer.status_code == 200, call
            assert len(answer.content) < 100_000
    assert len(found) > 100


@pytest.mark.parametrize("number", ["0", "999999", "9" * 30, "-1"])
def test_a_call_that_there_is_not(house: House, number: str) -> None:
    with house.visitor(Role.READER) as client:
        assert "Deze pagina is er niet" in said(page(client, f"/calls/{number}", status=404))


def test_nobody_sees_a_call_without_signing_in(house: House) -> None:
    with house.visitor() as client:
        answer: httpx.Response = client.get("/calls/1")
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in?next=%2Fcalls%2F1")
