"""The weighing of a call: the form with and without script, what it asks for, and the decision note."""

import html
import re
from collections.abc import Mapping
from decimal import Decimal

import httpx
import pytest

from tests.db.samples import data
from tests.web.house import House, filled_house, house
from tests.web.test_review import call_at, follow, reviewing, send, words
from tracker.config import SHIPPED_FRAMEWORK
from tracker.core.call import Budget, Call, CallText, Fact, FactName
from tracker.core.errors import ConfigError
from tracker.core.person import Role
from tracker.core.review import Advice, Assessment
from tracker.digest.words import words_in
from tracker.web.application import make_application
from tracker.web.weighing import LONGEST_PASSAGE, Passage, about, say_money
from tracker.weighing import load_framework

__all__ = ["filled_house", "house"]

READER, REVIEWER, _ = Role
FRAMEWORK = load_framework(SHIPPED_FRAMEWORK)


def filled(score: int = 3, sentence: str = "Daarom.", **more: str) -> dict[str, str]:
    """Fill in every criterion alike; `more` are fields of their own."""
    scores = {f"score-{one.slug}": str(score) for one in FRAMEWORK.criteria}
    sentences = {f"sentence-{one.slug}": sentence for one in FRAMEWORK.criteria}
    return {**scores, **sentences, "do": "keep", **more}


def kept(house: House, call: Call) -> list[Assessment]:
    return reviewing(house).assessments(call.id)


def weigh(client: httpx.Client, call: Call, fields: Mapping[str, str]) -> httpx.Response:
    return send(client, call, "weighing", **fields)


def checked(page: str, name: str) -> list[str]:
    return re.findall(rf'name="{name}" value="([^"]*)" checked', page)


def test_the_form_asks_blockers_first_then_each_criterion_in_words(house: House) -> None:
    with house.visitor(REVIEWER) as client:
        page = client.get(f"/calls/{call_at(house).id}/weighing").text
    asked = [one.words for one in FRAMEWORK.blockers] + [one.words for one in FRAMEWORK.criteria]
    places = [page.index(words["nl"].title) for words in asked]
    assert places == sorted(places)
    for word in ("nee", "een beetje", "ja", "helemaal"):
        assert page.count(f"> {word}</label>") == len(FRAMEWORK.criteria)
    assert page.count("<textarea") == len(FRAMEWORK.criteria) + 1
    assert "Nog geen advies" in page
    assert "Advies:" not in page
    assert "van de punten" not in page
    assert "(0/8)" in page
    assert FRAMEWORK.version in page


def test_the_advice_is_shown_while_filling_in_and_nothing_is_kept(house: House) -> None:
    call = call_at(house)
    with house.visitor(REVIEWER) as client:
        page = weigh(client, call, filled(2, do="advise")).text
        assert "Advies: doen" in page
        assert "66,6\xa0% van de punten" in page
        assert checked(page, "score-niche") == ["2"]
        assert page.count(">Daarom.</textarea>") == len(FRAMEWORK.criteria)
        page = weigh(client, call, filled(2, do="advise", blocker="too-late")).text
        assert "Advies: niet doen" in page
        assert checked(page, "blocker") == ["too-late"]
        page = weigh(client, call, {"do": "advise", "score-niche": "1"}).text
        assert "(1/8)" in page
        assert "Nog geen advies" in page
        assert "Advies:" not in page
        page = weigh(client, call, {"do": "advise", "score-niche": "1", "blocker": "too-late"}).text
        assert "Advies: niet doen" in page
    assert kept(house, call) == []


def test_the_share_beside_the_advice_is_not_rounded_up_to_a_threshold(house: House) -> None:
    call = call_at(house)
    with house.visitor(REVIEWER) as client:
        page = weigh(client, call, filled(2, do="advise") | {"score-body": "1"}).text
        assert "Advies: bespreken" in page
        assert "64,8\xa0% van de punten. Doen vanaf 65\xa0%" in page
        follow(client, weigh(client, call, filled(2) | {"score-body": "1"}))
        (one,) = kept(house, call)
        note = client.get(f"/calls/{call.id}/assessments/{one.id}/decision-note").text
    assert "Punten: 64,8 % (doen vanaf 65 %" in words(note)


@pytest.mark.parametrize(
    ("written", "said"),
    [
        (0, "Om te bewaren nog nodig: 8 zinnen bij ‘Waarom? In één zin.’"),
        (7, "Om te bewaren nog nodig: 1 zin bij ‘Waarom? In één zin.’"),
        (8, ""),
    ],
)
def test_sentences_that_are_missing_are_counted_once_there_is_an_advice(
    house: House, written: int, said: str
) -> None:
    without = {f"sentence-{one.slug}": "" for one in FRAMEWORK.criteria[written:]}
    with house.visitor(REVIEWER) as client:
        page = weigh(client, call_at(house), filled(3, do="advise") | without).text
    assert "Advies: doen" in page
    assert (said or "100\xa0% van de punten") in page
    assert ("Om te bewaren nog nodig" in page) is bool(said)
    assert "/8)" not in page


def test_the_box_says_what_is_wrong_at_each_line_and_leads_to_its_field(house: House) -> None:
    wrong = {
        "score-niche": "",
        "sentence-niche": "",
        "score-goals": "",
        "sentence-backing": "",
        "sentence-capacity": "x" * 301,
    }
    with house.visitor(REVIEWER) as client:
        page = weigh(client, call_at(house), filled(3) | wrong).text
        differs = weigh(client, call_at(house), filled(3, decision="no_go")).text
    lines = re.findall(r'<li><a href="#((?:score|sentence|because)[^"]*)">([^<]+)</a>', page + differs)
    titles = {one.slug: one.words["nl"].title for one in FRAMEWORK.criteria}
    assert lines == [
        ("score-niche", f"{titles['niche']}: het antwoord en de zin ontbreken"),
        ("score-goals", f"{titles['goals']}: het antwoord ontbreekt"),
        ("sentence-backing", f"{titles['backing']}: de zin ontbreekt"),
        ("sentence-capacity", f"{titles['capacity']}: de tekst is te lang"),
        ("because", "Je besluit: anders dan het advies, en er staat niet waarom"),
    ]
    assert all(page.count(f'id="{field}"') == 1 for field, _ in lines)


def test_without_an_advice_no_decision_differs_from_it(house: House) -> None:
    with house.visitor(REVIEWER) as client:
        page = weigh(client, call_at(house), {"do": "keep", "decision": "go"}).text
    assert "Nog geen advies" in page
    assert "Je besluit is anders dan het advies" not in page


def test_an_assessment_is_kept_with_its_framework_and_shown_in_the_column(house: House) -> None:
    call = call_at(house)
    with house.visitor(REVIEWER) as client:
        page = follow(client, weigh(client, call, filled(2, decision="talk", because="Eerst de raad.")))
        (one,) = kept(house, call)
        assert (one.advice, one.decision, one.because) == (Advice.GO, Advice.TALK, "Eerst de raad.")
        assert one.version == FRAMEWORK.version
        assert one.framework == FRAMEWORK.content
        text = words(page)
        assert "Advies: doen · besluit: bespreken" in text
        assert "afweging: bespreken" in text
        assert f"/calls/{call.id}/assessments/{one.id}/decision-note" in page
        page = client.get(f"/calls/{call.id}/weighing").text
        assert checked(page, "score-niche") == ["2"]  # to be weighed once more
        assert checked(page, "decision") == [""]  # and decided anew
        follow(client, weigh(client, call, filled(0)))
    assert [one.advice for one in kept(house, call)] == [Advice.GO, Advice.NO_GO]


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"score-body": "", "sentence-body": ""}, "Kies een antwoord, en schrijf er een zin bij."),
        ({"score-body": ""}, "Kies een antwoord."),
        ({"sentence-body": "  "}, "Schrijf er een zin bij."),
        ({"sentence-body": "x" * 301}, "Deze tekst is te lang."),
        ({"decision": "no_go"}, "Je besluit is anders dan het advies. Schrijf waarom."),
        ({"because": "x" * 501}, "Deze tekst is te lang."),
    ],
)
def test_what_is_missing_is_asked_beside_its_place(house: House, fields: dict[str, str], said: str) -> None:
    call = call_at(house)
    with house.visitor(REVIEWER) as client:
        answer = weigh(client, call, filled(3, "Een zin die blijft.", **fields))
    assert answer.status_code == 422
    assert answer.text.count(said) == 1
    assert "Nog niet bewaard." in answer.text
    assert "Een zin die blijft.</textarea>" in answer.text
    assert kept(house, call) == []


def test_a_blocker_is_enough_to_keep_a_no(house: House) -> None:
    call = call_at(house)
    with house.visitor(REVIEWER) as client:
        follow(client, weigh(client, call, {"do": "keep", "blocker": "not-eligible", "decision": "no_go"}))
    (one,) = kept(house, call)
    assert (one.advice, one.decision, one.answers) == (Advice.NO_GO, Advice.NO_GO, {})
    assert one.blockers["not-eligible"]


@pytest.mark.parametrize(
    "fields", [{"score-niche": "4"}, {"score-niche": "-1"}, {"score-niche": "ja"}, {"decision": "maybe"}]
)
def test_what_the_form_does_not_offer_is_refused(house: House, fields: dict[str, str]) -> None:
    call = call_at(house)
    with house.visitor(REVIEWER) as client:
        assert weigh(client, call, filled(3, "Daarom.", **fields)).status_code == 422
    assert kept(house, call) == []


def test_the_decision_note_is_dutch_and_says_it_all(house: House) -> None:
    call = call_at(house)
    with house.visitor(REVIEWER) as client:
        fields = filled(2, "Want <i>zo</i>.", decision="no_go", because="Geen uren.")
        follow(client, weigh(client, call, fields))
        (one,) = kept(house, call)
    with house.visitor(READER) as client:
        client.cookies.set("kansen-language", "en")
        page = client.get(f"/calls/{call.id}/assessments/{one.id}/decision-note").text
        assert client.get(f"/calls/{call.id}/assessments/999/decision-note").status_code == 404
        assert client.get(f"/calls/{call.id + 1}/assessments/{one.id}/decision-note").status_code == 404
    text = words(page)
    assert '<html lang="nl">' in page
    assert "Besluit: niet doen" in text
    assert "Het advies volgens het afwegingskader is: doen . Het besluit is anders. Geen uren." in text
    assert "Gewogen door Bram Beoordelaar" in text
    assert "· kader 2026-1 ·" in text
    assert FRAMEWORK.version not in text
    assert f'title="{FRAMEWORK.version}"' in page
    assert page.count("Want &lt;i&gt;zo&lt;/i&gt;.") == len(FRAMEWORK.criteria)
    assert "Er is niets dat het tegenhoudt. Punten: 66,6 %" in text
    for criterion in FRAMEWORK.criteria:
        assert criterion.words["nl"].title in text


def test_a_note_tells_the_money_and_what_the_call_is_about(house: House) -> None:
    call = call_at(house)
    with house.visitor(REVIEWER) as client:
        follow(client, weigh(client, call, filled(2)))
        (one,) = kept(house, call)
        page = client.get(f"/calls/{call.id}/assessments/{one.id}/decision-note").text
    passage = about(call.data)
    assert passage is not None
    assert f'<p lang="{passage.language}">' in page
    text = html.unescape(words(page))
    assert passage.text in text
    money = " ".join(say_money(call.data, words_in("nl")).split())
    assert f"Geld {money} Eigen bijdrage" in text
    assert text.count("Eigen bijdrage") == 1  # the sentence names itself


def test_what_a_call_is_about_is_dutch_where_it_can_be_and_whole_sentences() -> None:
    english = CallText("en", "Heat", "Scope:\nCities make homes warm. They do it with residents.")
    dutch = CallText("nl", "Warmte", "Doel\nSteden verwarmen huizen. " + "Een lange zin over warmte. " * 30)
    found = about(data(texts=(english, dutch)))
    assert found is not None
    assert found.language == "nl"
    assert found.text.startswith("Steden verwarmen huizen. Een lange zin over warmte.")
    assert found.text.endswith("warmte.")
    assert LONGEST_PASSAGE - 30 < len(found.text) <= LONGEST_PASSAGE
    only_a_title = CallText("nl", "Warmte")
    expected = Passage("Cities make homes warm. They do it with residents.", "en")
    assert about(data(texts=(only_a_title, english))) == expected
    assert about(data(texts=(only_a_title,))) is None
    assert about(data(texts=(CallText("en", "Heat", "Warm homes"),))) == Passage("Warm homes", "en")
    endless = about(data(texts=(CallText("en", "Heat", "warm " * 200 + "."),)))
    assert endless is not None
    assert len(endless.text) == LONGEST_PASSAGE


def test_the_money_of_a_note_is_what_the_page_of_the_call_knows() -> None:
    dutch = words_in("nl")
    budget = Budget(total=Decimal(12_000_000), per_project_max=Decimal(2_000_000), funding_rate=Decimal(70))
    said = say_money(data(budget=budget), dutch)
    assert said.replace("\xa0", " ") == "€ 2 miljoen per project · € 12 miljoen in totaal · 70 % vergoed"
    assert say_money(data(), dutch) == "Bedrag onbekend"
    stated = Fact(FactName.BUDGET, "3000000", "Er is 3 miljoen euro.")
    said = say_money(data(facts=(stated,)), dutch)
    assert said.replace("\xa0", " ") == "Budget volgens de tekst: € 3 miljoen"


def test_a_note_of_a_no_names_what_stops_it_and_one_without_a_decision_asks_for_it(house: House) -> None:
    call = call_at(house)
    with house.visitor(REVIEWER) as client:
        follow(client, weigh(client, call, {"do": "keep", "blocker": "too-late"}))
        (one,) = kept(house, call)
        page = client.get(f"/calls/{call.id}/assessments/{one.id}/decision-note").text
    text = words(page)
    assert "Gevraagd besluit Doen we mee aan deze oproep?" in text
    assert "Dit houdt het tegen: er is te weinig tijd om te beslissen en te schrijven." in text


def test_an_old_note_says_what_it_said_after_the_framework_changed(house: House) -> None:
    call = call_at(house)
    with house.visitor(REVIEWER) as client:
        follow(client, weigh(client, call, filled(2)))
        (one,) = kept(house, call)
        path = f"/calls/{call.id}/assessments/{one.id}/decision-note"
        before = words(client.get(path).text)
    file = house.app.settings.framework.parent / "haarlem.toml"
    changed = (
        file.read_text(encoding="utf-8").replace("go = 65", "go = 90").replace("weight = 3", "weight = 1")
    )
    other = house.app.settings.out / "strict.toml"
    other.write_text(changed.replace('"2026-1"', '"2027-1"'), encoding="utf-8")
    stricter = house.app.settings.model_copy(update={"framework": other})
    object.__setattr__(house.app, "settings", stricter)
    house.web = make_application(house.app)
    with house.visitor(REVIEWER) as client:
        assert words(client.get(path).text) == before
        assert "2027-1+" in client.get(f"/calls/{call.id}/weighing").text
        assert "Advies: bespreken" in client.get(f"/calls/{call.id}/weighing").text


def test_a_framework_that_is_not_right_stops_the_start_and_says_where(house: House) -> None:
    wrong = house.app.settings.out / "wrong.toml"
    wrong.write_text('version = "1"\n', encoding="utf-8")
    object.__setattr__(house.app, "settings", house.app.settings.model_copy(update={"framework": wrong}))
    with pytest.raises(ConfigError, match=r"wrong\.toml: title: a table was expected"):
        make_application(house.app)


def test_no_page_of_the_weighing_runs_anything_of_elsewhere_or_inline(house: House) -> None:
    call = call_at(house)
    with house.visitor(REVIEWER) as client:
        follow(client, weigh(client, call, filled(3, "<script>x</script>")))
        (one,) = kept(house, call)
        for path in ("weighing", f"assessments/{one.id}/decision-note"):
            page = client.get(f"/calls/{call.id}/{path}").text
            assert not re.search(r"<script(?! src=\"/static/weighing\.js\" defer>)|style=|\bon\w+=", page)
        script = client.get("/static/weighing.js")
        assert script.status_code == 200
        assert "javascript" in script.headers["content-type"]
