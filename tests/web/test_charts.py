"""The charts of the overview: every moment stands where its day is, and the table says the same."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

from db.activity import Fit
from tracker.core.profile import Strength
from tracker.profile_file import load_profile, shipped_profile_path
from tracker.web.charts import LEFT, WEEK_WIDTH, Lane, bars, timeline

HAARLEM = load_profile(shipped_profile_path())
TODAY = date(2026, 11, 25)  # a Wednesday
MONDAY = date(2026, 11, 23)


def fit(number: int, closes: date | None, decide: date | None = None, priority: str = "klimaat") -> Fit:
    return Fit(
        call_id=number,
        priority=priority,
        strength=Strength.GOOD,
        next_deadline=closes,
        decide_by=decide,
        first_seen=datetime(2026, 11, 1, tzinfo=UTC),
    )


def lane(*fits: Fit) -> Lane:
    drawn = timeline(fits, HAARLEM.priorities, today=TODAY, language="nl")
    return next(one for one in drawn.lanes if one.slug == "klimaat")


def test_the_moments_of_one_week_are_one_mark_at_its_place() -> None:
    found = lane(fit(1, date(2026, 12, 8)), fit(2, date(2026, 12, 10)), fit(3, TODAY))
    assert [(dot.week, dot.count, dot.x) for dot in found.deadlines] == [
        (MONDAY, 1, LEFT + WEEK_WIDTH // 2),
        (MONDAY + timedelta(weeks=2), 2, LEFT + 2 * WEEK_WIDTH + WEEK_WIDTH // 2),
    ]


def test_marks_do_not_touch_and_lanes_do_not_overlap() -> None:
    days = [TODAY + timedelta(days=number) for number in range(400)]
    fits = [
        fit(number, day, day, priority.slug)
        for number, day in enumerate(days)
        for priority in HAARLEM.priorities
    ]
    drawn = timeline(fits, HAARLEM.priorities, today=TODAY, language="nl")
    heights = [dot.y for one in drawn.lanes for dot in (*one.decisions, *one.deadlines)]
    for one in drawn.lanes:
        places = [dot.x for dot in one.deadlines]
        assert all(after - before >= 20 for before, after in pairwise(places))
        assert places[-1] + 10 <= drawn.width
    rows = sorted(set(heights))
    assert all(after - before >= 20 for before, after in pairwise(rows))
    assert rows[-1] + 10 <= drawn.height


def test_the_table_counts_each_month_and_what_has_no_place_in_it() -> None:
    found = lane(
        fit(1, date(2026, 11, 30), date(2026, 11, 24)),
        fit(2, date(2027, 1, 31), TODAY),
        fit(3, None),
        fit(4, date(2028, 3, 1), date(2027, 10, 31)),
    )
    assert found.deadlines_by_month == (1, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1)
    assert found.decisions_by_month == (1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0)
    assert (found.decision_passed, found.without_deadline) == (1, 1)


def test_the_months_run_on_over_the_year() -> None:
    drawn = timeline((), HAARLEM.priorities, today=TODAY, language="nl")
    assert [month.name for month in drawn.months[:3]] == ["nov", "dec", "jan 2027"]
    assert [month.last.day for month in drawn.months[:4]] == [30, 31, 31, 28]
    assert drawn.months[1].first == date(2026, 12, 1)
    assert drawn.months[1].x == LEFT + 8 * WEEK_WIDTH // 7


def test_the_longest_bar_is_whole_and_nothing_is_no_bar() -> None:
    assert [(bar.count, bar.length) for bar in bars([("a", 4, ""), ("b", 1, ""), ("c", 0, "")])] == [
        (4, 100),
        (1, 25),
        (0, 0),
    ]
    assert [bar.length for bar in bars([("a", 0, "")])] == [0]
    assert bars([]) == ()
