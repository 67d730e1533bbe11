from matching.glossary import load, translate
from matching.query import text_concepts
from matching.text import stems


def test_the_glossary_is_large_and_every_entry_can_be_found() -> None:
    assert len(load()) >= 300
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
