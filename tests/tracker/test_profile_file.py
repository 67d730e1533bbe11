from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from matching.text import stems
from tracker.core.errors import ConfigError
from tracker.core.profile import Domain, LeadTimes, Theme
from tracker.profile_file import OBJECTIVES, load_profile, profile_warnings, shipped_profile_path

SHIPPED = shipped_profile_path().read_text(encoding="utf-8")
HAARLEM = load_profile(shipped_profile_path())


def written(folder: Path, text: str) -> Path:
    path = folder / "city.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_shipped_profile_has_the_five_priorities_of_the_city() -> None:
    found = {priority.slug: (priority.theme, priority.domains) for priority in HAARLEM.priorities}
    assert found == {
        "inkoop": (Theme.ECONOMIC, (Domain.BEDRIJFSVOERING,)),
        "klimaat": (Theme.PHYSICAL, (Domain.FYSIEK,)),
        "circulair": (Theme.ECONOMIC, (Domain.FYSIEK, Domain.BEDRIJFSVOERING)),
        "cultuur": (Theme.SOCIAL, (Domain.SOCIAAL, Domain.FYSIEK)),
        "sociaal": (Theme.SOCIAL, (Domain.SOCIAAL,)),
    }
    assert HAARLEM.lead_times == LeadTimes(partners=30, preparation=40, college=15, council=30)
    assert {tie.name for tie in HAARLEM.ties if tie.kind == "twin_town"} == {"Osnabrück", "Angers", "Harlem"}
    assert "gemeenteraad" in HAARLEM.note


def test_every_priority_speaks_both_languages_and_has_enough_pairs() -> None:
    for priority in HAARLEM.priorities:
        assert priority.nl.title != priority.en.title
        assert priority.nl.keywords
        assert priority.en.keywords
        assert 20 <= len(priority.pairs) <= 50
        assert set(priority.objectives) <= set(OBJECTIVES)


def test_a_phrase_of_several_words_keeps_more_than_one_that_counts() -> None:
    shrunk = [
        phrase
        for priority in HAARLEM.priorities
        for _, phrases in priority.pairs
        for phrase in phrases
        if len(phrase.split()) > 1 and len(stems(phrase, "en")) < 2
    ]
    assert shrunk == []


def test_the_shipped_profile_only_touches_the_digital_transition() -> None:
    assert [warning.code for warning in profile_warnings(HAARLEM)] == ["digital-only-touched"]
    assert "Inclusieve stad" in profile_warnings(HAARLEM)[0].nl


def test_warnings_are_plain_words() -> None:
    touched = profile_warnings(HAARLEM)[0]
    assert touched.nl.startswith("Geen van jullie prioriteiten gaat vooral over digitalisering. Het komt wel")
    assert touched.en.startswith(
        "None of your priorities is mainly about digitalisation. It does come up in: "
    )
    said = [warning.nl for warning in profile_warnings(replace(HAARLEM, priorities=HAARLEM.priorities[:1]))]
    assert said[:2] == [
        "Aantal prioriteiten: 1. Jullie eigen nota vraagt er drie tot vijf.",
        "Geen van jullie prioriteiten hoort bij het thema ‘sociaal’. Jullie eigen nota wil bij elk thema "
        "iets: economisch, sociaal en fysiek.",
    ]


def test_an_unbalanced_profile_is_told_so() -> None:
    few = replace(HAARLEM, priorities=HAARLEM.priorities[:1])
    codes = [warning.code for warning in profile_warnings(few)]
    assert codes == [
        "few-priorities",
        "missing-theme-social",
        "missing-theme-physical",
        "digital-only-touched",
    ]


def test_a_priority_that_hangs_on_the_digital_transition_takes_the_warning_away() -> None:
    digital = replace(HAARLEM.priorities[0], objectives=("digital-transition",))
    assert profile_warnings(replace(HAARLEM, priorities=(digital, *HAARLEM.priorities[1:]))) == ()


def test_a_profile_that_never_says_digital_is_told_so() -> None:
    city = replace(HAARLEM, priorities=(replace(HAARLEM.priorities[1], pairs=()),))
    assert profile_warnings(city)[-1].code == "digital-missing"


@pytest.mark.parametrize(
    ("old", "new", "key", "expected"),
    [
        ('slug = "haarlem"', "", "slug", "missing"),
        ('slug = "haarlem"', 'slug = "Haarlem!"', "slug", "form"),
        ("inhabitants = 168_000", "inhabitants = 0", "inhabitants", "greater than 0"),
        ('country = "NL"', 'country = "Nederland"', "country", "form"),
        (
            'theme = "physical"',
            'theme = "space"',
            "priorities[2].theme",
            "'economic', 'social' or 'physical'",
        ),
        ('domains = ["fysiek"]', "domains = []", "priorities[2].domains", "at least 1"),
        ('domains = ["fysiek"]', 'domains = ["fysiek", "zee"]', "priorities[2].domains[2]", "'sociaal'"),
        ('objectives = ["smarter"', 'objectives = ["cheaper"', "priorities[1].objectives[1]", "smarter"),
        ("partners = 30", 'partners = "long"', "lead_times.partners", "integer"),
        ("partners = 30", "partners = -1", "lead_times.partners", "greater than or equal to 0"),
        ('kind = "twin_town"', 'kind = "friend"', "ties[1].kind", "twin_town"),
        ("niche = ", "nische = ", "priorities[1].nl.niche", "missing"),
        ("[lead_times]", "[lead_time]", "lead_time", "not known"),
        ('slug = "klimaat"', 'slug = "inkoop"', "priorities", "twice"),
        ('    "life",', '    "cerv",', "programmes", "twice"),
    ],
)
def test_each_wrong_thing_is_named_with_its_place(
    tmp_path: Path, old: str, new: str, key: str, expected: str
) -> None:
    assert old in SHIPPED
    path = written(tmp_path, SHIPPED.replace(old, new, 1))
    with pytest.raises(ConfigError) as caught:
        load_profile(path)
    assert (caught.value.file, caught.value.key) == (str(path), key)
    assert expected in str(caught.value)


def test_more_than_five_priorities_is_an_error(tmp_path: Path) -> None:
    sixth = "[[priorities]]" + SHIPPED.rsplit("[[priorities]]", 1)[1].replace(
        'slug = "sociaal"', 'slug = "zesde"'
    )
    with pytest.raises(ConfigError, match="at most 5 were expected, found 6") as caught:
        load_profile(written(tmp_path, SHIPPED + sixth))
    assert caught.value.key == "priorities"


@pytest.mark.parametrize("text", ["no toml at all [", "a = \x00"])
def test_a_file_that_is_no_toml_is_told(tmp_path: Path, text: str) -> None:
    with pytest.raises(ConfigError, match="a TOML file was expected"):
        load_profile(written(tmp_path, text))


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="a readable file was expected"):
        load_profile(tmp_path / "nowhere.toml")


def test_a_recess_comes_back_each_year_or_has_a_year(tmp_path: Path) -> None:
    once = '[[recess]]\nname = "lang weekend"\nfrom = 2027-05-05\nto = 2027-05-07\n\n[[ties]]'
    city = load_profile(written(tmp_path, SHIPPED.replace("[[ties]]", once, 1)))
    yearly = [period for period in city.recess if period.every_year]
    assert [period.name for period in yearly] == ["zomerreces", "kerstreces"]
    assert yearly[1].covers(date(2030, 1, 2))
    (single,) = (period for period in city.recess if not period.every_year)
    assert (single.first, single.last) == (date(2027, 5, 5), date(2027, 5, 7))


@pytest.mark.parametrize(
    ("wrong", "expected"),
    [
        ('from = "18-07"', "a month and day in quotes"),
        ("from = 2027-07-18", "both days of a recess"),
        ("from = 7", "a month and day in quotes"),
    ],
)
def test_a_wrong_day_of_a_recess_is_told(tmp_path: Path, wrong: str, expected: str) -> None:
    assert 'from = "07-18"' in SHIPPED
    with pytest.raises(ConfigError, match=expected):
        load_profile(written(tmp_path, SHIPPED.replace('from = "07-18"', wrong, 1)))


def test_a_recess_cannot_end_before_it_begins(tmp_path: Path) -> None:
    text = SHIPPED.replace('from = "07-18"', "from = 2027-08-18").replace('to = "08-30"', "to = 2027-07-30")
    with pytest.raises(ConfigError, match="after its first"):
        load_profile(written(tmp_path, text))
