from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tracker.digest_samples import CIRCULAIR, FYSIEK, KLIMAAT, NOW, candidate
from tracker.core.call import Claim, Deadline, DeadlineKind, MomentKind
from tracker.core.delivery import Line, LineReason
from tracker.core.profile import Contact, Frequency, Strength
from tracker.digest.edition import Candidate, EditionPlan, plan_edition
from tracker.digest.urgent import plan_urgent, urgent_edition

TODAY = date(2026, 11, 23)
FAR = date(2027, 6, 1)
Told = tuple[LineReason, int]


def at(day: date | None) -> Deadline | None:
    return Deadline(day) if day else None


def told(number: int, *, deadline: date | None = FAR, reason: LineReason = LineReason.NEW) -> dict[int, Line]:
    return {number: Line(call_id=number, reason=reason, priority="klimaat", deadline=deadline)}


def plan(
    *candidates: Candidate,
    contact: Contact = FYSIEK,
    told: dict[int, Line] | None = None,
    first: bool = False,
) -> EditionPlan:
    return plan_edition(contact, candidates, told or {}, first=first, now=NOW)


def reasons(plan: EditionPlan) -> list[tuple[int, LineReason]]:
    return [(entry.line.call_id, entry.line.reason) for entry in plan.entries]


def test_what_was_not_told_is_new() -> None:
    assert reasons(plan(candidate(1))) == [(1, LineReason.NEW)]


def test_what_was_told_and_did_not_change_is_not_repeated() -> None:
    one = candidate(1, deadline=at(FAR), decide_by=date(2027, 3, 1))
    assert plan(one, told=told(1)).is_empty


@pytest.mark.parametrize("strength", [Strength.POSSIBLE, Strength.NONE])
def test_what_is_weaker_than_the_contact_wants_is_not_told(strength: Strength) -> None:
    assert plan(candidate(1, strength=strength)).is_empty


def test_what_the_city_may_not_apply_for_is_not_told() -> None:
    assert plan(candidate(1, blocked="only for companies")).is_empty


VANISHED = replace(candidate(1), call=replace(candidate(1).call, vanished_at=NOW))
GONE = [candidate(1, claim=Claim.CLOSED), candidate(1, deadline=at(date(2026, 11, 20))), VANISHED]


@pytest.mark.parametrize("gone", GONE)
def test_a_call_that_is_closed_or_gone_is_not_told_to_who_never_saw_it(gone: Candidate) -> None:
    assert plan(gone).is_empty
    assert plan(gone, first=True).is_empty
    hidden = replace(told(1)[1], shown=False)
    assert plan(gone, told={1: hidden}).is_empty


@pytest.mark.parametrize("gone", GONE)
@pytest.mark.parametrize("told_at", [FAR, None])
def test_a_told_call_that_vanished_or_closed_early_is_said_once(
    gone: Candidate, told_at: date | None
) -> None:
    made = plan(gone, told=told(1, deadline=told_at))
    assert reasons(made) == [(1, LineReason.GONE)]
    assert made.changed == made.entries
    assert made.changed[0].line.previous_deadline == told_at
    assert plan(gone, told={1: made.lines[0]}).is_empty


@pytest.mark.parametrize("day", [date(2026, 11, 20), TODAY])
def test_a_call_that_closes_on_the_day_that_was_told_needs_no_word(day: date) -> None:
    assert plan(candidate(1, claim=Claim.CLOSED, deadline=at(day)), told=told(1, deadline=day)).is_empty


def test_a_call_that_comes_back_is_said_once_and_then_lives_on() -> None:
    gone = plan(VANISHED, told=told(1)).lines[0]
    back = candidate(1, deadline=at(FAR), decide_by=date(2027, 3, 1))
    made = plan(back, told={1: gone})
    assert reasons(made) == [(1, LineReason.BACK)]
    assert plan(back, told={1: made.lines[0]}).is_empty
    soon = candidate(1, deadline=at(FAR), decide_by=TODAY)
    assert reasons(plan(soon, told={1: made.lines[0]})) == [(1, LineReason.DECIDE_SOON)]


@pytest.mark.parametrize(
    ("now_at", "told_at", "is_changed", "is_earlier"),
    [
        (date(2027, 2, 3), date(2027, 2, 24), True, True),
        (date(2027, 3, 10), date(2027, 2, 24), True, False),
        (date(2027, 2, 24), date(2027, 2, 24), False, False),
        (date(2027, 2, 24), None, True, False),  # a date where there was none
        (None, date(2027, 2, 24), False, False),  # a source that lost its date says nothing
    ],
)
def test_a_deadline_that_moved_since_it_was_told(
    now_at: date | None, told_at: date | None, is_changed: bool, is_earlier: bool
) -> None:
    made = plan(candidate(1, deadline=at(now_at), decide_by=None), told=told(1, deadline=told_at))
    assert bool(made.changed) is is_changed
    if made.changed:
        (entry,) = made.changed
        assert (entry.line.deadline, entry.line.previous_deadline) == (now_at, told_at)
        assert entry.is_earlier is is_earlier


@pytest.mark.parametrize("past_is_listed", [True, False])
def test_the_next_cut_off_after_a_passed_one_is_no_change(past_is_listed: bool) -> None:
    passed = Deadline(date(2026, 11, 10), kind=MomentKind.CUT_OFF)
    following = Deadline(FAR, kind=MomentKind.CUT_OFF)
    one = candidate(
        1,
        deadline=following,
        more_deadlines=(passed,) if past_is_listed else (),
        kind=DeadlineKind.CUT_OFFS,
        decide_by=None,
    )
    assert plan(one, told=told(1, deadline=passed.date)).is_empty


def test_a_single_deadline_that_is_put_off_after_it_passed_is_a_change() -> None:
    one = candidate(1, deadline=at(FAR), decide_by=None)
    assert reasons(plan(one, told=told(1, deadline=date(2026, 11, 10)))) == [(1, LineReason.CHANGED)]


def test_a_changed_deadline_is_told_also_when_the_call_fits_less_by_now() -> None:
    one = candidate(1, deadline=at(FAR), strength=Strength.NONE)
    assert reasons(plan(one, told=told(1, deadline=date(2027, 7, 1)))) == [(1, LineReason.CHANGED)]


@pytest.mark.parametrize(
    ("decide_in", "closes_in", "expected"),
    [
        (0, 100, LineReason.DECIDE_SOON),
        (14, 100, LineReason.DECIDE_SOON),
        (15, 100, None),
        (-1, 100, None),
        (-30, 14, LineReason.CLOSING),
        (-30, 15, None),
        (-30, 0, LineReason.CLOSING),
        (5, 10, LineReason.DECIDE_SOON),  # one section only
        (None, 10, LineReason.CLOSING),
    ],
)
def test_reminders_of_what_was_told(
    decide_in: int | None, closes_in: int, expected: LineReason | None
) -> None:
    closes = TODAY + timedelta(days=closes_in)
    decide = TODAY + timedelta(days=decide_in) if decide_in is not None else None
    one = candidate(1, deadline=at(closes), decide_by=decide)
    found = reasons(plan(one, told=told(1, deadline=closes)))
    assert found == ([(1, expected)] if expected else [])


@pytest.mark.parametrize("reason", [LineReason.DECIDE_SOON, LineReason.CLOSING])
def test_a_reminder_is_given_once_for_a_deadline(reason: LineReason) -> None:
    closes = TODAY + timedelta(days=10)
    one = candidate(1, deadline=at(closes), decide_by=TODAY + timedelta(days=2))
    again = reasons(plan(one, told=told(1, deadline=closes, reason=reason)))
    assert again == ([(1, LineReason.CLOSING)] if reason is LineReason.DECIDE_SOON else [])


def test_the_first_edition_is_a_baseline_of_all_that_fits() -> None:
    many = [candidate(number, deadline=at(FAR), decide_by=None) for number in range(1, 16)]
    made = plan(*many, candidate(99, strength=Strength.POSSIBLE), first=True)
    assert (len(made.new), made.more, len(made.lines)) == (10, 5, 15)
    assert {line.reason for line in made.lines} == {LineReason.BASELINE}
    assert sum(line.shown for line in made.lines) == 10
    ledger = {line.call_id: line for line in made.lines}
    assert plan(*many, told=ledger).is_empty  # nothing of it comes later as new


def test_the_first_edition_shows_what_cannot_wait_for_the_next_one() -> None:
    many = [candidate(number, deadline=at(FAR), decide_by=None, score=9.0) for number in range(1, 16)]
    pressing = [
        candidate(number, deadline=at(FAR), decide_by=TODAY + timedelta(days=days), score=1.0)
        for number, days in ((50, 7), (51, 2), (52, 8), (53, -1), (54, 0), (55, 5))
    ]
    made = plan(*many, *pressing, first=True)
    shown = [entry.line.call_id for entry in made.new]
    assert shown == [1, 2, 3, 4, 5, 6, 7, 50, 51, 54]
    assert (made.more, len(made.lines)) == (11, 21)
    assert {line.call_id for line in made.lines if not line.shown} == {8, 9, *range(10, 16), 52, 53, 55}


def test_a_call_that_the_first_edition_only_counted_is_still_reminded_of_and_never_changed() -> None:
    hidden = {1: Line(call_id=1, reason=LineReason.BASELINE, priority="klimaat", shown=False, deadline=FAR)}
    soon = candidate(1, deadline=at(FAR), decide_by=TODAY + timedelta(days=3))
    assert reasons(plan(soon, told=hidden)) == [(1, LineReason.DECIDE_SOON)]
    moved = candidate(1, deadline=at(date(2027, 5, 1)), decide_by=None)
    assert plan(moved, told=hidden).is_empty


def test_what_exceeds_the_limit_stays_untold_and_comes_next_time() -> None:
    many = [candidate(number, deadline=at(FAR), decide_by=None) for number in range(1, 16)]
    first = plan(*many)
    assert (len(first.new), first.more, len(first.lines)) == (10, 5, 10)
    ledger = {line.call_id: line for line in first.lines}
    second = plan(*many, told=ledger)
    assert (len(second.new), second.more) == (5, 0)
    assert {line.call_id for line in first.lines} | {line.call_id for line in second.lines} == set(
        range(1, 16)
    )


def test_new_calls_leave_room_for_a_moment_that_passes() -> None:
    many = [candidate(number, deadline=at(FAR), decide_by=None) for number in range(1, 16)]
    soon = candidate(50, deadline=at(FAR), decide_by=TODAY + timedelta(days=3), strength=Strength.GOOD)
    made = plan(*many, soon, told=told(50))
    assert (len(made.new), len(made.decide_soon), made.more) == (9, 1, 6)


def test_an_earlier_deadline_gets_a_place_first() -> None:
    many = [candidate(number, decide_by=None) for number in range(1, 16)]
    moved = candidate(50, deadline=at(date(2027, 2, 3)), decide_by=None, strength=Strength.GOOD)
    made = plan(*many, moved, told=told(50), contact=replace(FYSIEK, limit=1))
    assert reasons(made) == [(50, LineReason.CHANGED)]


def test_a_better_call_comes_before_a_nearer_one() -> None:
    nearer = candidate(1, deadline=at(date(2026, 12, 30)), decide_by=TODAY, score=1.0)
    better = candidate(2, deadline=at(FAR), decide_by=date(2027, 3, 1), score=2.0)
    weaker = candidate(3, deadline=at(FAR), decide_by=None, strength=Strength.GOOD, score=9.0)
    assert [entry.line.call_id for entry in plan(weaker, nearer, better).new] == [2, 1, 3]


def test_within_a_strength_come_late_calls_and_then_those_that_open_in_half_a_year() -> None:
    passed = candidate(1, decide_by=date(2026, 11, 20), score=9.0)
    far = candidate(2, decide_by=None, opens_on=TODAY + timedelta(days=184), score=99.0)
    in_time = candidate(3, decide_by=TODAY, score=1.0)
    undated = candidate(4, deadline=None, decide_by=None, score=0.5)
    coming = candidate(5, decide_by=None, opens_on=TODAY + timedelta(days=183), score=0.4)
    weaker = candidate(6, strength=Strength.GOOD, score=100.0)
    made = plan(weaker, passed, far, in_time, undated, coming)
    assert [entry.line.call_id for entry in made.new] == [3, 4, 5, 1, 2, 6]


def test_a_late_call_pushes_out_none_that_is_in_time() -> None:
    late = [candidate(number, decide_by=date(2026, 11, 1), score=5.0) for number in range(1, 11)]
    in_time = [candidate(number, decide_by=FAR, score=0.1) for number in range(11, 21)]
    made = plan(*late, *in_time)
    assert {entry.line.call_id for entry in made.new} == set(range(11, 21))
    assert made.more == 10


def test_priorities_take_turns_within_a_strength() -> None:
    klimaat = [
        candidate(number, choice=KLIMAAT, deadline=at(FAR), decide_by=None, score=20.0 - number)
        for number in range(1, 13)
    ]
    circulair = [candidate(number, choice=CIRCULAIR, deadline=at(FAR), decide_by=None) for number in (20, 21)]
    weak = candidate(30, choice=CIRCULAIR, strength=Strength.GOOD)
    made = plan(*klimaat, *circulair, weak)
    assert [entry.line.call_id for entry in made.new] == [1, 20, 2, 21, 3, 4, 5, 6, 7, 8]


def test_who_wants_only_what_is_urgent_gets_no_news_but_every_near_moment() -> None:
    contact = replace(FYSIEK, frequency=Frequency.URGENT)
    calm = candidate(1, deadline=at(FAR), decide_by=date(2027, 3, 1))
    near = candidate(2, deadline=at(FAR), decide_by=TODAY + timedelta(days=3))
    assert reasons(plan(calm, near, contact=contact)) == [(2, LineReason.DECIDE_SOON)]


days = st.one_of(st.none(), st.integers(-40, 200).map(lambda ahead: TODAY + timedelta(days=ahead)))
candidates = st.builds(
    lambda number, day, decide, strength, choice: candidate(
        number, deadline=at(day), decide_by=decide, strength=strength, choice=choice
    ),
    st.integers(1, 60),
    days,
    days,
    st.sampled_from(list(Strength)),
    st.sampled_from([KLIMAAT, CIRCULAIR]),
)


@given(
    calls=st.lists(candidates, max_size=40, unique_by=lambda one: one.call.id),
    known=st.dictionaries(st.integers(1, 60), days, max_size=30),
    limit=st.integers(1, 10),
    first=st.booleans(),
)
def test_whatever_comes_a_call_is_told_once_within_the_limit_and_nothing_told_returns_as_new(
    calls: list[Candidate], known: dict[int, date | None], limit: int, first: bool
) -> None:
    contact = replace(FYSIEK, limit=limit)
    ledger = {number: told(number, deadline=day)[number] for number, day in known.items()}
    made = plan(*calls, contact=contact, told={} if first else ledger, first=first)
    numbers = [line.call_id for line in made.lines]
    assert len(numbers) == len(set(numbers))
    assert len(made.entries) <= limit
    assert all(entry.line.call_id not in known for entry in made.new) or first
    assert made.more == 0 or len(made.entries) == limit
    again = plan(*calls, contact=contact, told={**ledger, **{line.call_id: line for line in made.lines}})
    assert not {entry.line.call_id for entry in again.new} & set(numbers)
    repeated = {(e.line.call_id, e.line.reason) for e in again.entries} & set(reasons(made))
    assert not repeated


def urgent(*calls: Candidate, contact: Contact = FYSIEK, told: dict[int, Line], at: datetime) -> list[Told]:
    plans = plan_urgent(contact, calls, told, now=at)
    assert all(made.urgent and not made.is_empty for made in plans.values())
    return [(reason, call_id) for reason, made in plans.items() for call_id, _ in reasons(made)]


MONDAY, WEDNESDAY = NOW, NOW + timedelta(days=2)
NEXT_MONDAY = date(2026, 11, 30)
ONLY_URGENT = replace(FYSIEK, frequency=Frequency.URGENT)
CHANGED, DECIDE, CLOSING = LineReason.CHANGED, LineReason.DECIDE_SOON, LineReason.CLOSING


@pytest.mark.parametrize(
    ("one", "told_at", "expected"),
    [
        (candidate(1, deadline=at(NEXT_MONDAY), decide_by=None), FAR, [(CHANGED, 1)]),
        (candidate(1, deadline=at(FAR), decide_by=NEXT_MONDAY), date(2027, 7, 1), [(CHANGED, 1)]),
        (candidate(1, deadline=at(date(2026, 12, 1)), decide_by=None), FAR, []),  # Monday's mail is in time
        (candidate(1, deadline=at(FAR), decide_by=NEXT_MONDAY), date(2027, 5, 1), []),  # put off
        (candidate(1, deadline=at(FAR), decide_by=NEXT_MONDAY), None, [(DECIDE, 1)]),  # never shown
        (candidate(1, deadline=at(NEXT_MONDAY), decide_by=None), None, [(CLOSING, 1)]),
        (candidate(1, deadline=at(FAR), decide_by=date(2026, 12, 1)), None, []),
        (candidate(1, deadline=at(FAR), decide_by=NEXT_MONDAY), FAR, []),  # read of it already
        (VANISHED, FAR, []),
    ],
)
def test_a_weekly_reader_is_told_at_once_what_monday_would_be_too_late_for(
    one: Candidate, told_at: date | None, expected: list[Told]
) -> None:
    known = told(1, deadline=told_at) if told_at else {}
    assert urgent(one, told=known, at=WEDNESDAY) == expected
    assert urgent(one, told=known, at=MONDAY) == []  # the regular mail comes today
    assert urgent(one, told=known, at=WEDNESDAY, contact=replace(FYSIEK, frequency=Frequency.DAILY)) == []


def test_an_urgent_mail_has_one_reason_and_is_not_sent_again() -> None:
    calls = (
        candidate(1, deadline=at(NEXT_MONDAY), decide_by=None),
        candidate(2, deadline=at(FAR), decide_by=NEXT_MONDAY),
        candidate(3, deadline=at(date(2026, 11, 27)), decide_by=None),
    )
    known = told(1)
    plans = plan_urgent(FYSIEK, calls, known, now=WEDNESDAY)
    assert {reason: [line.call_id for line in made.lines] for reason, made in plans.items()} == {
        CHANGED: [1],
        DECIDE: [2],
        CLOSING: [3],
    }
    after = {**known, **{line.call_id: line for made in plans.values() for line in made.lines}}
    assert plan_urgent(FYSIEK, calls, after, now=WEDNESDAY + timedelta(days=1)) == {}
    assert urgent_edition(CHANGED, WEDNESDAY) == "2026-11-25-changed"


def test_who_wants_only_what_is_urgent_is_told_of_each_change_on_its_day() -> None:
    later = candidate(1, deadline=at(date(2027, 7, 1)), decide_by=None)
    near = candidate(2, deadline=at(FAR), decide_by=date(2026, 12, 7))
    found = urgent(later, near, told={**told(1), **told(2)}, at=MONDAY, contact=ONLY_URGENT)
    assert found == [(CHANGED, 1), (DECIDE, 2)]
    assert urgent(VANISHED, told=told(1), at=WEDNESDAY, contact=ONLY_URGENT) == [(CHANGED, 1)]
