"""`tracker feedback`, `why-not`, `match --explain` and `matches --all` as a reviewer calls them."""

from pathlib import Path

import pytest

from tests.cli.command_line import CommandLine

pytestmark = pytest.mark.usefixtures("home")


@pytest.fixture
def ref(tracker: CommandLine, home: Path) -> str:
    found = tracker.good("matches", "--priority", "klimaat", "--json").json
    return str(found[-1]["id"])


def test_a_verdict_is_told_listed_and_taken_back(tracker: CommandLine, ref: str) -> None:
    before = tracker.good("matches", "--json").json
    told = tracker.good("feedback", ref, "yes", "--priority", "klimaat", "--because", "Mooi", "--json").json
    assert (told["wanted"], told["because"], told["undone"]) == (True, "Mooi", False)
    assert told["because_of"]
    assert tracker.good("feedback", "--list", "--json").json[0]["call"] == int(ref)
    assert tracker.good("matches", "--baseline", "--json").json == before
    tracker.good("feedback", ref, "--undo", "--priority", "klimaat")
    assert tracker.good("feedback", "--list", "--json").json == []
    assert tracker.good("matches", "--json").json == before


def test_a_verdict_can_be_given_in_dutch(tracker: CommandLine, ref: str) -> None:
    for answer, wanted in (("ja", True), ("nee", False)):
        told = tracker.good("feedback", ref, answer, "--priority", "klimaat", "--json").json
        assert told["wanted"] is wanted


@pytest.mark.parametrize("wrong", [(), ("1",), ("1", "yes"), ("1", "yes", "--priority", "klimaat", "--undo")])
def test_half_a_verdict_is_wrong_use(tracker: CommandLine, wrong: tuple[str, ...]) -> None:
    assert tracker("feedback", *wrong).status == 2


def test_a_counter_question_is_answered(tracker: CommandLine, ref: str) -> None:
    assert tracker.good("why-not", ref, "--priority", "klimaat", "--json").json["causes"]
    assert "inkoop" in tracker.good("why-not", ref, "--priority", "inkoop").out
    assert tracker("why-not", ref, "--priority", "parken").status == 2


def test_a_dutch_question_tells_what_was_searched_and_explains(tracker: CommandLine) -> None:
    said = tracker.good("match", "warmtenet in de wijk", "--explain").out
    assert "warmtenet → " in said
    assert "»" in said


def test_of_a_long_question_the_first_words_are_told_and_all_with_explain(tracker: CommandLine) -> None:
    words = (
        "inkoop fietspad warmtenet erfgoed bijstand woningbouw jongeren ouderen onderwijs water bodem lucht "
        "afval energie wijk bibliotheek museum school zorg veiligheid"
    )
    few, everything = (
        next(line for line in tracker.good("match", words, *options).out.splitlines() if "→" in line)
        for options in ((), ("--explain",))
    )
    count = everything.count("→")
    assert count > 12
    assert few.count("→") == 12
    assert few.endswith(f"; and {count - 12} more")


def test_what_no_call_says_is_told(tracker: CommandLine) -> None:
    said = tracker.good("match", "cybersecurity voor gemeenten").out
    assert "No call says: cybersecurity\n" in said
    assert "No call says" not in tracker.good("match", "warmtenet").out


def test_one_list_over_all_priorities_gives_each_call_once(tracker: CommandLine) -> None:
    found = tracker.good("matches", "--all", "--limit", "8", "--json").json
    assert len({one["id"] for one in found}) == len(found)
    assert all(one["second_priority"] != one["priority"] for one in found)
    assert tracker.good("matches", "--all", "--limit", "3").out


def test_a_verdict_is_taken_back_without_naming_the_only_priority_that_has_one(
    tracker: CommandLine, ref: str
) -> None:
    none = tracker("feedback", ref, "--undo")
    assert (none.status, none.out) == (2, "")
    assert "There is no verdict on" in none.err
    tracker.good("feedback", ref, "yes", "--priority", "klimaat")
    tracker.good("feedback", ref, "no", "--priority", "inkoop")
    several = tracker("feedback", ref, "--undo")
    assert several.status == 2
    assert "has a verdict under inkoop, klimaat: say which with --priority" in several.err
    tracker.good("feedback", ref, "--undo", "--priority", "inkoop")
    assert tracker.good("feedback", ref, "--undo", "--json").json["priority"] == "klimaat"
    assert tracker.good("feedback", "--list", "--json").json == []


def test_no_word_is_told_that_a_longer_one_says_too(tracker: CommandLine, ref: str) -> None:
    words = tracker.good("feedback", ref, "yes", "--priority", "klimaat", "--json").json["because_of"]
    assert words
    assert not [(one, other) for one in words for other in words if one != other and one in other.split()]
