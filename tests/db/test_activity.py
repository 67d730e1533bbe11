"""What the overview asks of the store, without the words of any call."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from db import activity, calls, matches, runs
from db.activity import Fit
from db.engine import Engine, session_scope
from tests.db.samples import LATER, NOW, data, keep
from tracker.core.call import Change, Deadline, Status
from tracker.core.match import Match, Projection
from tracker.core.profile import Strength

PROFILE = "haarlem"


def fit(call_id: int, priority: str, strength: Strength = Strength.STRONG, *, blocked: str = "") -> Match:
    return Match(call_id=call_id, priority=priority, score=1.0, strength=strength, rank=1, blocked=blocked)


def projected(call_id: int, status: Status = Status.OPEN, **said: Any) -> Projection:
    usual: dict[str, Any] = {
        "next_deadline": date(2027, 2, 16),
        "decide_by": date(2026, 11, 27),
        "strength": Strength.STRONG,
        "priority": "klimaat",
    }
    return Projection(call_id=call_id, status=status, **{**usual, **said})


def test_fits_are_alive_strong_enough_and_not_blocked(engine: Engine) -> None:
    alive, weak, closed, shut = keep(engine, *(data(ref) for ref in "1234"))
    with session_scope(engine) as session:
        matches.replace(
            session,
            PROFILE,
            [
                fit(alive, "klimaat"),
                fit(alive, "sociaal", Strength.GOOD),
                fit(weak, "klimaat", Strength.POSSIBLE),
                fit(closed, "klimaat"),
                fit(shut, "klimaat", blocked="for others"),
            ],
        )
        rows = [projected(alive), projected(weak), projected(closed, Status.CLOSED), projected(shut)]
        matches.replace_projections(session, PROFILE, rows)
        found = activity.fits(session, PROFILE, minimum=Strength.GOOD)
        assert activity.fits(session, "elsewhere", minimum=Strength.NONE) == []
    usual = {"next_deadline": date(2027, 2, 16), "decide_by": date(2026, 11, 27), "first_seen": NOW}
    assert found == [
        Fit(call_id=alive, priority="klimaat", strength=Strength.STRONG, **usual),  # type: ignore[arg-type]
        Fit(call_id=alive, priority="sociaal", strength=Strength.GOOD, **usual),  # type: ignore[arg-type]
    ]


def test_the_best_priority_of_calls_that_fit_any(engine: Engine) -> None:
    one, none = keep(engine, data("1"), data("2"))
    with session_scope(engine) as session:
        matches.replace_projections(session, PROFILE, [projected(one), projected(none, priority="")])
        assert activity.best_priorities(session, PROFILE, [one, none, 99]) == {one: "klimaat"}


def moved(call_id: int, at: datetime, field: str = "deadlines") -> Change:
    old, new = ((Deadline(date(2027, month, 1)),) for month in (2, 3))
    return Change(call_id=call_id, at=at, field=field, old=old, new=new)


def test_changes_since_a_moment_the_newest_first_and_of_the_fields_asked_for(engine: Engine) -> None:
    (one,) = keep(engine, data("1"))
    early, late = NOW - timedelta(days=8), LATER
    with session_scope(engine) as session:
        for at in (early, NOW, late):
            said = data("1", deadlines=(Deadline(date(2027, 3, 1)),))
            calls.update(session, one, said, changes=[moved(one, at)], at=at, run_id=None)
        calls.record_status(session, one, old="open", new="closed", at=late, run_id=None)
        found = activity.changes_since(session, NOW, fields=["deadlines"])
    assert [(change.at, change.field) for change in found] == [(late, "deadlines"), (NOW, "deadlines")]
    assert found[0].new == (Deadline(date(2027, 3, 1)),)


def test_the_changes_of_one_reading(engine: Engine) -> None:
    (one,) = keep(engine, data("1"))
    with session_scope(engine) as session:
        run = runs.start(session, "portal", at=NOW)
        calls.record_status(session, one, old="open", new="closed", at=NOW, run_id=run)
        calls.record_status(session, one, old="closed", new="open", at=LATER, run_id=None)
        assert [change.new for change in activity.changes_of_run(session, run)] == ["closed"]


def test_the_mark_moves_with_each_call_and_change_and_with_nothing_else(engine: Engine) -> None:
    with session_scope(engine) as session:
        marks = [activity.generation(session)]
        one = calls.insert(session, data("1"), at=NOW, run_id=None)
        marks.append(activity.generation(session))
        two = calls.insert(session, data("2", source="list"), at=NOW, run_id=None)
        marks.append(activity.generation(session))
        calls.mark_seen(session, "portal", ["1"], datetime(2026, 12, 1, tzinfo=UTC))
        assert activity.generation(session) == marks[-1]
        calls.update(session, one, data("1"), changes=[moved(one, LATER)], at=LATER, run_id=None)
        marks.append(activity.generation(session))
        calls.join(session, one, two)
        marks.append(activity.generation(session))
    assert len(set(marks)) == len(marks)


def test_what_each_source_ever_showed(engine: Engine) -> None:
    one, two = keep(engine, data("1"), data("2"))
    with session_scope(engine) as session:
        calls.attach(session, two, data("9", source="list"), leads=False, at=NOW)
        assert activity.shown_by(session) == {"portal": [one, two], "list": [two]}
