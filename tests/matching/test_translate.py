import json
import os
from pathlib import Path

import pytest

from benchmarks import changing
from matching import glossary, translate
from matching.text import stems
from matching.translate import alternatives, english, related, wordings

SAID = {"migration", "electricity", "village", "school", "museology", "administration", "politics", "active"}


def says(wording: str) -> bool:
    return wording in SAID


def says_nothing(_wording: str) -> bool:
    return False


@pytest.mark.parametrize(
    ("dutch", "found"),
    [("migratie", "migration"), ("museologie", "museology"), ("electriciteit", "electricity")],
)
def test_an_international_word_is_known_by_its_ending(dutch: str, found: str) -> None:
    assert related(dutch, says) == (found,)


def test_what_no_call_says_is_no_translation() -> None:
    assert related("nostalgie", says) == ()
    assert english("zwerfkei", says) == ()


def test_a_compound_is_told_by_its_parts() -> None:
    parts = english("wegziekenhuis", says)
    assert parts == (("road",), ("hospital",))
    assert wordings(parts) == ("road hospital",)


def test_a_part_may_be_an_international_word() -> None:
    assert english("ziekenhuisadministratie", says) == (("hospital",), ("administration",))


def test_inflection_does_not_matter() -> None:
    assert english("ziekenhuizen", says) == english("ziekenhuis", says) == (("hospital",),)


def test_an_adjective_is_known_in_its_other_form() -> None:
    assert english("duurzame", says) == english("duurzaam", says) == (("sustainable",),)


def test_ideas_of_english_words_come_with_their_places_the_longer_first() -> None:
    found = dict(alternatives(["whereas", "older", "people", "cycle", "path"]))
    assert {"older people", "elderly"} <= set(found[1, 3])
    assert "cycling infrastructure" in found[3, 5]
    assert not any(first == 0 for first, _ in found)


@pytest.mark.parametrize("name", changing.AT_HAND)
def test_no_entry_is_a_query_of_a_pack_that_was_at_hand(name: str) -> None:
    data = os.environ.get("TRACKER_REAL_DATA", "")
    path = Path(data).parent / "bench" / name / "queries.json"
    if not data or not path.exists():
        pytest.skip("there is no benchmark pack beside TRACKER_REAL_DATA")
    queries: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
    asked = {tuple(stems(text, "nl")) for text in queries.values()}
    assert not asked & {tuple(stems(dutch, "nl")) for dutch in glossary.load()}
    whole = set(translate.load())
    with changing.held_out(name, queries):
        left = set(translate.load())
    in_keywords = {"bouwkunde", "bouwkundig", "keramiek", "opleiden", "opleiding"}
    assert whole - left == (in_keywords if name == "keywords_dev" else set())
    assert set(translate.load()) == whole


def test_what_was_changed_to_measure_is_whole_again_after_an_error() -> None:
    before = english("opleiding", says_nothing)
    with pytest.raises(ZeroDivisionError), changing.changed(translate, "load", dict):
        1 // len(english("opleiding", says_nothing))
    assert english("opleiding", says_nothing) == before != ()
