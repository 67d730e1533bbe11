"""The weighing framework: what its file must say, what it advises, and what stays with an assessment."""

import re
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.config import SHIPPED_FRAMEWORK
from tracker.core.errors import ConfigError, UsageError
from tracker.core.review import Advice, Answered, Assessment
from tracker.weighing import Framework, load_framework, read_framework, unanswered, weigh

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
SHIPPED = SHIPPED_FRAMEWORK.read_text(encoding="utf-8")
HAARLEM = load_framework(SHIPPED_FRAMEWORK)
SCORES = st.fixed_dictionaries({one.slug: st.integers(0, 3) for one in HAARLEM.criteria})


def answered(scores: dict[str, int]) -> dict[str, Answered]:
    return {slug: Answered(score, "Daarom.") for slug, score in scores.items()}


def all_at(score: int, **others: int) -> dict[str, Answered]:
    return answered({one.slug: score for one in HAARLEM.criteria} | others)


def assess(framework: Framework = HAARLEM, **said: object) -> Assessment:
    values: dict[str, object] = {
        "call_id": 1,
        "person_id": 2,
        "at": NOW,
        "blockers": {},
        "answers": all_at(3),
        **said,
    }
    return weigh(framework, **values)  # type: ignore[arg-type]  # each test names arguments of weigh


def written(folder: Path, text: str) -> Path:
    path = folder / "framework.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_shipped_framework_asks_what_the_citys_note_asks() -> None:
    assert {one.slug for one in HAARLEM.criteria} == {
        "niche",
        "goals",
        "bring-and-get",
        "backing",
        "capacity",
        "partners",
        "body",
        "worth-the-burden",
    }
    assert len(HAARLEM.blockers) == 4
    for words in [one.words for one in HAARLEM.blockers] + [one.words for one in HAARLEM.criteria]:
        assert words["nl"].title != words["en"].title
        assert words["nl"].help != words["en"].help


def test_everything_is_go_nothing_is_no_and_between_them_one_talks() -> None:
    assert HAARLEM.advise({}, all_at(3)) is Advice.GO
    assert HAARLEM.advise({}, all_at(2)) is Advice.GO  # 67 %
    assert HAARLEM.advise({}, all_at(2, niche=0)) is Advice.TALK
    assert HAARLEM.advise({}, all_at(1)) is Advice.NO_GO
    assert HAARLEM.advise({}, {}) is Advice.NO_GO


@pytest.mark.parametrize("blocker", [one.slug for one in HAARLEM.blockers])
def test_a_blocker_goes_before_every_criterion(blocker: str) -> None:
    assert HAARLEM.advise({blocker: True}, all_at(3)) is Advice.NO_GO
    assert HAARLEM.advise({blocker: False}, all_at(3)) is Advice.GO


def test_a_share_that_meets_a_threshold_exactly_is_enough(tmp_path: Path) -> None:
    text = SHIPPED.replace("go = 65", "go = 50").replace("talk = 45", "talk = 50")
    text = text[: text.index("[[criteria]]")]
    for slug in ("a", "b", "c"):  # 0.1 three times: no exact binary fractions
        text += f'[[criteria]]\nslug = "{slug}"\nweight = 0.1\nnl = {{title = "x"}}\nen = {{title = "y"}}\n'
    framework = load_framework(written(tmp_path, text))
    assert framework.share(answered({"a": 3, "b": 1})) < 50
    assert framework.advise({}, answered({"a": 2, "b": 2, "c": 0})) is Advice.NO_GO
    half = load_framework(written(tmp_path, text[: text.rindex("[[criteria]]")]))
    assert half.advise({}, answered({"a": 3, "b": 0})) is Advice.GO


@given(scores=SCORES)
def test_the_share_that_people_read_agrees_with_the_advice(scores: dict[str, int]) -> None:
    answers = answered(scores)
    shown, advice = HAARLEM.share_to_show(answers), HAARLEM.advise({}, answers)
    assert (shown >= HAARLEM.go) is (advice is Advice.GO)
    assert (shown >= HAARLEM.talk) is (advice is not Advice.NO_GO)


def test_a_share_just_below_a_threshold_is_not_shown_as_the_threshold() -> None:
    assert HAARLEM.share_to_show(all_at(2, body=1)) == Decimal("64.8")  # 35 of 54 points
    assert HAARLEM.share_to_show(all_at(2)) == Decimal("66.6")
    assert HAARLEM.share_to_show(all_at(3)) == 100
    one_below = replace(HAARLEM, go=66.7)
    assert one_below.advise({}, all_at(2)) is Advice.TALK
    assert one_below.share_to_show(all_at(2)) < Decimal("66.7")


def test_a_framework_is_scored_when_each_criterion_has_a_score_be_it_no() -> None:
    answers = all_at(0)
    assert HAARLEM.is_scored(answers)
    del answers["body"]
    assert not HAARLEM.is_scored(answers)


def test_the_shipped_framework_speaks_plain_dutch() -> None:
    words = {one.slug: one.words["nl"] for one in HAARLEM.criteria}
    assert "gremium" not in SHIPPED
    assert "waar we goed in zijn" in words["niche"].help
    assert words["body"].title == (
        "Er is een overleg of netwerk dat hierbij past (bijvoorbeeld MRA, VNG, G40 of EUROCITIES)"
    )


@given(scores=SCORES, raised=st.sampled_from([one.slug for one in HAARLEM.criteria]))
def test_a_better_answer_never_worsens_the_advice(scores: dict[str, int], raised: str) -> None:
    order = [Advice.NO_GO, Advice.TALK, Advice.GO]
    better = {**scores, raised: 3}
    assert 0 <= HAARLEM.share(answered(scores)) <= HAARLEM.share(answered(better)) <= 100
    before, after = (HAARLEM.advise({}, answered(each)) for each in (scores, better))
    assert order.index(before) <= order.index(after)


def test_the_version_follows_what_is_said_and_not_how_it_is_written(tmp_path: Path) -> None:
    comments = load_framework(written(tmp_path, "# elke weging telt\n\n" + SHIPPED))
    assert comments.version == HAARLEM.version
    assert re.fullmatch(r"2026-1\+[0-9a-f]{8}", HAARLEM.version)
    heavier = load_framework(written(tmp_path, SHIPPED.replace("weight = 3", "weight = 2", 1)))
    assert heavier.version.startswith("2026-1+")
    assert heavier.version != HAARLEM.version


def test_old_advice_stands_when_the_weights_change(tmp_path: Path) -> None:
    answers = all_at(2, niche=3, backing=1, capacity=1)
    old = assess(answers=answers)
    path = written(
        tmp_path, SHIPPED.replace('slug = "capacity"\nweight = 3', 'slug = "capacity"\nweight = 9')
    )
    changed = load_framework(path)
    new = assess(changed, answers=answers)
    assert (old.advice, new.advice) == (Advice.TALK, Advice.TALK)
    assert old.version != new.version
    then = read_framework(old.framework)
    assert then.version == old.version
    assert then.share(old.answers) == HAARLEM.share(answers) != changed.share(answers)
    assert then.advise(old.blockers, old.answers) is old.advice


def test_an_assessment_keeps_what_was_asked_and_nothing_else() -> None:
    made = assess(blockers={"too-late": False, "made-up": True}, answers=all_at(2, **{"made-up": 3}))
    assert set(made.blockers) == {one.slug for one in HAARLEM.blockers}
    assert not any(made.blockers.values())
    assert list(made.answers) == [one.slug for one in HAARLEM.criteria]
    assert made.advice is Advice.GO


def test_each_criterion_needs_an_answer_with_a_sentence() -> None:
    answers = all_at(2)
    del answers["body"]
    answers["niche"] = Answered(3, "  ")
    assert unanswered(HAARLEM, answers) == ["niche", "body"]
    with pytest.raises(UsageError, match="niche, body"):
        assess(answers=answers)


def test_with_a_blocker_no_criterion_needs_an_answer() -> None:
    made = assess(blockers={"too-late": True}, answers={})
    assert (made.advice, made.answers) == (Advice.NO_GO, {})


def test_a_person_may_differ_and_says_why() -> None:
    with pytest.raises(UsageError, match="say why"):
        assess(decision=Advice.TALK, because=" ")
    made = assess(decision=Advice.TALK, because=" De raad is nog niet om. ")
    assert (made.advice, made.decision, made.because) == (
        Advice.GO,
        Advice.TALK,
        "De raad is nog niet om.",
    )
    assert assess(decision=Advice.GO).decision is Advice.GO
    assert assess().decision is None


@pytest.mark.parametrize(
    ("old", "new", "key", "expected"),
    [
        ('version = "2026-1"', "", "version", "not empty"),
        ('version = "2026-1"', "version = 2026", "version", "a text"),
        ("go = 65", "go = 165", "thresholds.go", "above 0, at most 100"),
        ("go = 65", "go = nan", "thresholds.go", "above 0, at most 100"),
        ("talk = 45", "talk = 70", "thresholds.talk", "at most go (65)"),
        ("talk = 45", "talks = 45", "thresholds.talks", "not known"),
        ("[thresholds]", "[limits]", "limits", "not known"),
        ('slug = "niche"', "", "criteria[1].slug", "not empty"),
        ('slug = "goals"', 'slug = "niche"', "criteria[2].slug", "twice"),
        ('slug = "goals"', 'slug = "too-late"', "criteria[2].slug", "twice"),
        ("weight = 2", "weight = 0", "criteria[2].weight", "above 0"),
        ("weight = 2", "weight = true", "criteria[2].weight", "above 0"),
        ("weight = 2", 'weight = "2"', "criteria[2].weight", "above 0"),
        ('title = "De gemeente mag', 'naam = "De gemeente mag', "blockers[1].nl.naam", "not known"),
        ('en = { title = "The city may not', 'de = { title = "The', "blockers[1].de", "not known"),
        ('en = "Weighing', 'fr = "Weighing', "title.fr", "not known"),
    ],
)
def test_each_wrong_thing_is_named_with_its_file_and_place(
    tmp_path: Path, old: str, new: str, key: str, expected: str
) -> None:
    assert old in SHIPPED
    path = written(tmp_path, SHIPPED.replace(old, new, 1))
    with pytest.raises(ConfigError) as caught:
        load_framework(path)
    assert (caught.value.file, caught.value.key) == (str(path), key)
    assert expected in str(caught.value)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("no toml [", "a TOML file was expected"),
        ('version = "1"\ntitle = "x"', "title: a table was expected"),
        ('version = "1"\ncriteria = 3', "title: a table was expected"),
        (SHIPPED[: SHIPPED.index("[[criteria]]")], r"criteria: at least 1 table \[\[criteria\]\]"),
        (f"blockers = 3\n{SHIPPED[: SHIPPED.index('[[blockers]]')]}", "blockers: at least 0"),
    ],
)
def test_a_file_of_another_shape_is_told(tmp_path: Path, text: str, expected: str) -> None:
    with pytest.raises(ConfigError, match=expected):
        load_framework(written(tmp_path, text))


def test_a_file_that_is_not_there_or_no_text_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="a readable file was expected"):
        load_framework(tmp_path / "nowhere.toml")
    (tmp_path / "bytes.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(ConfigError, match="a TOML file was expected"):
        load_framework(tmp_path / "bytes.toml")


def test_a_framework_without_blockers_is_possible(tmp_path: Path) -> None:
    start, end = SHIPPED.index("[[blockers]]"), SHIPPED.index("[[criteria]]")
    framework = load_framework(written(tmp_path, SHIPPED[:start] + SHIPPED[end:]))
    assert framework.blockers == ()
    assert replace(assess(framework), framework={}).blockers == {}
