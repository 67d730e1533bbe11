import pytest

from matching import translate as common_words
from matching.glossary import Words, dutch_of, load, plain_forms, translate, words
from matching.query import text_concepts
from matching.text import stems


def test_the_glossary_is_large_and_every_entry_can_be_found() -> None:
    assert len(load()) >= 700
    for dutch, english in load().items():
        assert stems(dutch, "nl"), dutch
        assert english, dutch
        for phrase in english:
            assert len(stems(phrase, "en")) >= min(2, len(phrase.split())), phrase


def test_a_dutch_question_is_told_in_english() -> None:
    found = dict(translate("Wijkaanpak energiearmoede, met woningcorporaties"))
    assert found["energiearmoede"] == ("energy poverty",)
    assert next(iter(found)) == "wijkaanpak"


def test_the_longer_entry_wins() -> None:
    assert [dutch for dutch, _ in translate("digitale inclusie in de stad")] == ["digitale inclusie", "stad"]


def test_english_and_nothing_are_not_translated() -> None:
    assert translate("") == ()
    assert translate("neighbourhood renewal together") == ()


def test_a_free_text_asks_each_idea_once() -> None:
    concepts = text_concepts("warmtenet, warmtenet en glasvezel", None)
    terms = [concept.term for concept in concepts if not concept.is_extra]
    assert terms == ["warmtenet", "glasvezel"]


def test_small_words_of_neither_language_are_asked() -> None:
    assert [concept.term for concept in text_concepts("met de and the glasvezel", None)] == ["glasvezel"]


def test_no_word_stands_in_both_lists() -> None:
    assert not load().keys() & common_words.load().keys()


@pytest.mark.parametrize(
    ("inflected", "entry"),
    [
        ("circulaire", "circulair"),
        ("huurders", "huurders"),
        ("coöperaties", "coöperatie"),
        ("museums", "museum"),
        ("gebouw", "gebouwen"),
        ("Warmtepompen", "warmtepomp"),
        ("kabouters", ""),
    ],
)
def test_a_word_is_found_whatever_its_inflection(inflected: str, entry: str) -> None:
    assert words().entry(inflected) == entry


@pytest.mark.parametrize(
    ("inflected", "entry"),
    [
        ("beveiligen", "beveiliging"),
        ("beschermde", "bescherming"),
        ("bewoner", "bewoners"),
        ("gezin", "gezinnen"),
        ("snelheid", "snel"),
        ("bedrijf", "bedrijf"),
        ("gezinnetje", "gezinnen"),
        ("landje", "land"),
        ("zeker", ""),
        ("landing", ""),
        ("kaartje", ""),
        ("stelling", ""),
    ],
)
def test_a_stem_that_two_words_share_makes_them_no_forms_of_one(inflected: str, entry: str) -> None:
    entries = (
        "beveiliger beveiliging bescherming bewoners gezinnen snel bedrijvigheid bedrijf land kaars stelsel "
        "zekerheid"
    )
    listed = Words.of(entries.split())
    assert listed.entry(inflected) == entry


def test_a_plain_form_loses_its_ending() -> None:
    assert "slim" in plain_forms("slimme")
    assert "huis" in plain_forms("huizen")
    assert "kind" in plain_forms("kinderen")
    assert plain_forms("dak") == ()


def test_everyday_words_are_not_asked_in_either_language() -> None:
    for text in (
        "Steeds meer mensen zorgen samen voor een warmtenet",
        "We want more and more people to look after their heat pump together",
    ):
        (asked,) = [concept.term for concept in text_concepts(text, None) if not concept.is_extra]
        assert asked in {"warmtenet", "heat pump"}


def test_an_english_idea_is_asked_in_all_the_wordings_of_its_dutch_one() -> None:
    (dutch,) = [one for one in text_concepts("de ouderen van de wijkraad", "nl") if one.term == "ouderen"]
    (english,) = text_concepts("older people", "en")
    said = {phrase.words.lower() for phrase in english.phrases}
    assert {phrase.words for phrase in dutch.phrases if phrase.language == "en"} <= said


def test_a_generic_word_weighs_less_than_a_theme() -> None:
    weights = {concept.term: concept.weight for concept in text_concepts("stad met een warmtenet", "nl")}
    assert weights["stad"] < weights["warmtenet"]


def test_an_english_wording_has_its_dutch_name() -> None:
    assert dutch_of("heat pumps") == "warmtepomp"
    assert dutch_of("gravitational waves") == ""


@pytest.mark.parametrize(
    ("word", "told"),
    [
        ("ouders", "parents"),
        ("kopers", "buyers"),
        ("goederen", "goods"),
        ("veilig", "safe"),
        ("huisje", "house"),
    ],
)
def test_a_word_of_one_list_is_not_told_by_another_form_in_the_other(word: str, told: str) -> None:
    (concept,) = text_concepts(f"de {word} van de", "nl")
    assert told in [phrase.words for phrase in concept.phrases if phrase.language == "en"]
    assert "older people" not in [phrase.words for phrase in concept.phrases]


def test_a_long_made_up_word_is_not_split_without_end() -> None:
    assert common_words.english("xqz" + "wegen" * 40, lambda _word: False) == ()
