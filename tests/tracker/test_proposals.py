"""The pairs that wait for a person are found without reading every call, and none is missed."""

from datetime import date, timedelta
from random import Random

from db import activity, calls
from db.engine import Engine, session_scope
from tests.db.samples import NOW, data, keep
from tracker.core.call import CallData, CallText, Claim, Deadline
from tracker.joining import lookalikes, may_be_pairs, proposals

TITLES = ("Warm homes in old towns", "Warm homes for old towns", "Clean buses", "Clean buses at night")


def made_up(random: Random, number: int) -> CallData:
    days = random.sample(range(60, 66), random.randint(0, 2))
    return data(
        str(number),
        source=random.choice(("portal", "list", "register")),
        identifier=random.choice(("", "CALL-1", "call 1", "CALL-2", f"OWN-{number}")),
        texts=(CallText("en", random.choice(TITLES)),),
        claim=random.choice((Claim.OPEN, Claim.CLOSED, None)),
        deadlines=tuple(Deadline(date(2026, 11, 23) + timedelta(days=day)) for day in sorted(days)),
    )


def test_the_same_pairs_are_found_as_among_all_calls(engine: Engine) -> None:
    random = Random(6)
    keep(engine, *(made_up(random, number) for number in range(60)))
    with session_scope(engine) as session:
        found = proposals(session, now=NOW)
        everything = lookalikes(calls.all_calls(session), apart=frozenset(), now=NOW)
    assert found == everything
    assert {pair.same_identifier for pair in found} == {True, False}


def test_only_calls_that_share_something_with_another_source_are_read(engine: Engine) -> None:
    own = [data(str(number), identifier="CALL-1") for number in range(3)]
    alone, twin = data("8", source="list", identifier=""), data("9", source="list", identifier="call 2")
    *_, second, _, other = keep(engine, *own, data("4", identifier="CALL-2"), alone, twin)
    with session_scope(engine) as session:
        assert may_be_pairs(activity.outlines(session)) == {second, other}
