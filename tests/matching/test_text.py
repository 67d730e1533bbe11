import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from matching.text import (
    LONGEST_PHRASE,
    features,
    guess_language,
    no_notices,
    phrase_features,
    phrase_stems,
    sentences,
    stems,
    stop_words,
    tokens,
)


def test_words_of_one_family_share_a_stem() -> None:
    assert stems("renovating buildings", "en") == stems("renovation of the building", "en")
    assert stems("gemeenten", "nl") == stems("gemeente", "nl")


@pytest.mark.parametrize(
    "family",
    [
        "duurzame duurzaam duurzaamheid",
        "eenzame eenzaam eenzaamheid",
        "sociale sociaal",
        "groene groen",
        "slimme slim",
        "creatieve creatief",
        "bedrijven bedrijf",
        "huizen huis",
        "daken dak",
        "scholen school",
        "steden stad",
        "binnensteden binnenstad",
        "kinderen kind",
        "fietsen fiets",
        "kansen kans",
        "mensen mens",
        "inwoners inwoner",
        "subsidies subsidie",
        "organisaties organisatie",
        "festivals festival",
        "clubs club",
        "musea museum",
        "verduurzamen verduurzaming",
    ],
)
def test_all_spellings_of_a_dutch_word_share_a_stem(family: str) -> None:
    assert len(set(stems(family, "nl"))) == 1


@pytest.mark.parametrize("strangers", ["gezond zon", "gemeente mening", "veilig veiling", "land landing"])
def test_dutch_words_that_have_nothing_in_common_share_none(strangers: str) -> None:
    assert len(set(stems(strangers, "nl"))) == 2


@given(st.text("abcdefghijklmnopqrstuvwxyzëéïó", min_size=2, max_size=30))
def test_any_dutch_word_has_a_stem(word: str) -> None:
    assert all(stems(word, "nl"))


def test_each_language_has_its_own_small_words() -> None:
    assert "the" in stop_words("en")
    assert "het" in stop_words("nl")
    assert stems("het warmtenet van de wijk", "nl") == stems("warmtenet wijk", "nl")


@pytest.mark.parametrize(
    "code",
    [
        "HORIZON-CL5-2027-05-D4-07",
        "LIFE-2026-CET-HEATCOOLPLAN",
        "COM(2021) 778",
        "TRL 6-8",
        "TRL4",
        "(EU) 2021/241",
        "null:",
        "[12]",
        "[[a note]]",
    ],
)
def test_codes_and_footnotes_are_no_words(code: str) -> None:
    assert stems(f"heat {code} plan", "en") == stems("heat plan", "en")


def test_a_portal_notice_is_no_theme() -> None:
    text = "Towns plan heat. Please consult the Call document for more information. Pilots follow."
    assert stems(text, "en") == stems("Towns plan heat. Pilots follow.", "en")


def test_a_phrase_never_crosses_the_end_of_a_sentence() -> None:
    assert "heat town" in features("heat towns", "en")
    assert "heat town" not in features("We need heat. Towns differ", "en")
    assert "heat town" not in features("heat, towns", "en")


def test_a_long_phrase_is_found_by_its_parts() -> None:
    parts = phrase_features("nearly zero energy buildings", "en")
    assert len(parts) == 2
    assert all(len(part.split()) == LONGEST_PHRASE for part in parts)
    assert phrase_features("of the", "en") == ()


@pytest.mark.parametrize(
    "notice",
    [
        "Activities are expected to achieve TRL 6-8 by the end of the project – see General Annex B.",
        "For further information about the call see the portal.",
    ],
)
@pytest.mark.parametrize("glue", [" ", "", "null"])
def test_the_sentence_before_a_notice_stays(notice: str, glue: str) -> None:
    text = f"Cities plant trees.{glue}{notice}{glue}Next comes water."
    assert stems(no_notices(text).replace("null", " "), "en") == stems(
        "Cities plant trees. Next comes water.", "en"
    )


def test_sentences_are_found_where_the_space_was_lost() -> None:
    assert sentences("It ends here.The next begins. Last") == ["It ends here.", "The next begins.", "Last"]


@pytest.mark.parametrize(
    ("text", "language"),
    [("warmte voor de wijk", "nl"), ("heat for the district", "en"), ("", "en"), ("12 34", "en")],
)
def test_the_language_is_told_by_small_words(text: str, language: str) -> None:
    assert guess_language(text) == language


@given(st.text(max_size=300), st.sampled_from(["en", "nl", "fr"]))
def test_every_token_stands_where_it_says(text: str, language: str) -> None:
    for token in tokens(text, language):
        assert 0 <= token.start < token.end <= len(text)
        assert token.stem
        assert not text[token.start : token.end].isspace()


@given(st.text(max_size=300))
def test_cleaning_keeps_every_place(text: str) -> None:
    assert len(no_notices(text)) == len(text)


@given(st.text(alphabet="abcdefghijklmnoprstuvwzéëïßǅ ART", max_size=40), st.sampled_from(["en", "nl"]))
@example("state of the Art", "en")
@example("heat of towns", "en")
@example("for more information about heat", "en")
def test_a_phrase_of_plain_words_has_the_stems_of_any_text(phrase: str, language: str) -> None:
    assert phrase_stems(phrase, language) == " ".join(stems(phrase, language))


def test_what_is_masked_may_follow_at_once() -> None:
    assert stems("state-of-the-art [[a note]][[another]]state of the Art heat art", "en") == ["heat", "art"]


def test_a_long_text_of_notes_and_notices_keeps_its_words() -> None:
    said = "[[4]] heat. For more information see the portal. " * 4000
    assert stems(said, "en") == ["heat"] * 4000
