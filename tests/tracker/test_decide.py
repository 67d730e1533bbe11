"""What a sighting means for what is kept: tables, and laws over any call."""

import datetime as dt
from dataclasses import fields, replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings

from scrapers.contract import Crawl, Gap, Listing
from tests.db.samples import CALLS, FULL, data
from tracker.core.call import Budget, Call, CallData, CallText, Claim, Deadline, DeadlineKind
from tracker.ingest import UNTRACKED, Decision, Insert, Unchanged, Update, absence_counts, decide

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
SECOND_LAW_EXAMPLES = 60


def kept(data: CallData, *, vanished_at: datetime | None = None) -> Call:
    return Call(id=7, data=data, first_seen=NOW, last_seen=NOW, vanished_at=vanished_at)


def after(old: Call, decision: Decision) -> Call:
    """Do what the use case does with a decision."""
    if isinstance(decision, Update):
        return replace(old, data=decision.data, vanished_at=None)
    return old


def first_kept(new: CallData) -> Call:
    decision = decide(None, new, NOW)
    assert isinstance(decision, Insert)
    return kept(decision.data)


def test_a_call_that_was_never_seen_is_inserted() -> None:
    assert decide(None, data("1"), NOW) == Insert(data("1"))


def test_a_call_that_says_the_same_is_unchanged() -> None:
    assert decide(kept(data("1")), data("1"), NOW) == Unchanged()


DATES = (Deadline(dt.date(2027, 2, 1)),)
LATER_DATES = (Deadline(dt.date(2027, 3, 1)),)
OTHER_VALUES: dict[str, tuple[Any, Any]] = {
    "identifier": ("CALL-1", "CALL-1-RENAMED"),
    "url": ("https://example.org/1", "https://example.org/one"),
    "texts": ((CallText("en", "Title 1"),), (CallText("en", "A better title"),)),
    "programme": ("", "life"),
    "programme_code": ("", "43252405"),
    "call_identifier": ("", "CALL"),
    "call_title": ("", "Parent"),
    "claim": (None, Claim.OPEN),
    "opens_on": (None, dt.date(2026, 12, 1)),
    "deadlines": (DATES, LATER_DATES),
    "deadline_kind": (DeadlineKind.UNKNOWN, DeadlineKind.FIXED),
    "budget": (Budget(), Budget(total=Decimal(4_000_000))),
    "action_type": ("", "LIFE-PJG"),
    "tags": ((), ("cities",)),
    "facts": ((), FULL.facts),
}


@pytest.mark.parametrize("field", OTHER_VALUES)
def test_one_field_that_says_something_else_is_one_change(field: str) -> None:
    before, now = OTHER_VALUES[field]
    old, new = replace(data("1"), **{field: before}), replace(data("1"), **{field: now})
    assert decide(kept(old), new, NOW) == Update(new, ((field, before, now),))


def test_the_table_of_changes_leaves_no_field_out() -> None:
    assert set(OTHER_VALUES) == {field.name for field in fields(CallData)} - UNTRACKED


def test_several_fields_are_several_changes_in_one_update() -> None:
    new = replace(data("1"), claim=Claim.CLOSED, deadlines=DATES)
    decision = decide(kept(data("1", claim=Claim.OPEN)), new, NOW)
    assert decision == Update(new, (("claim", Claim.OPEN, Claim.CLOSED), ("deadlines", (), DATES)))


DUTCH = CallText("nl", "Titel 1")
ENGLISH = CallText("en", "Title 1")


def test_a_dutch_text_that_was_not_read_now_is_kept() -> None:
    old = kept(data("1", texts=(ENGLISH, DUTCH)))
    assert decide(old, data("1", texts=(ENGLISH,)), NOW) == Unchanged()
    better = CallText("en", "A better title")
    decision = decide(old, data("1", texts=(better,)), NOW)
    assert isinstance(decision, Update)
    assert decision.data.texts == (better, DUTCH)


def test_a_dutch_text_that_comes_later_is_added() -> None:
    decision = decide(kept(data("1", texts=(ENGLISH,))), data("1", texts=(DUTCH,)), NOW)
    assert decision == Update(data("1", texts=(ENGLISH, DUTCH)), (("texts", (ENGLISH,), (ENGLISH, DUTCH)),))


def test_the_order_in_which_languages_come_means_nothing() -> None:
    known = first_kept(data("1", texts=(DUTCH, ENGLISH)))
    assert decide(known, data("1", texts=(DUTCH, ENGLISH)), NOW) == Unchanged()
    assert decide(known, data("1", texts=(ENGLISH, DUTCH)), NOW) == Unchanged()


def test_a_vanished_call_that_is_seen_again_changes_by_that_alone() -> None:
    assert decide(kept(data("1"), vanished_at=NOW), data("1"), NOW) == Update(data("1"), ())


@given(CALLS)
@settings(max_examples=SECOND_LAW_EXAMPLES, deadline=None)
def test_law_what_was_inserted_and_is_said_again_is_unchanged(new: CallData) -> None:
    assert decide(first_kept(new), new, NOW) == Unchanged()


@given(CALLS, CALLS)
@settings(max_examples=SECOND_LAW_EXAMPLES, deadline=None)
def test_law_an_update_that_was_done_is_not_due_again(first: CallData, second: CallData) -> None:
    old = first_kept(first)
    new = replace(second, source=first.source, source_ref=first.source_ref)
    decision = decide(old, new, NOW)
    assert decide(after(old, decision), new, NOW) == Unchanged()
    if isinstance(decision, Update):
        for name, was, becomes in decision.changes:
            assert was == getattr(old.data, name)
            assert becomes == getattr(decision.data, name)
            assert was != becomes
        assert {text.language for text in decision.data.texts} >= {text.language for text in first.texts}


ABSENCES = [
    (Listing.COMPLETE, (), {"en"}, True),
    (Listing.COMPLETE, (), {"en", "nl"}, True),
    (Listing.COMPLETE, ("nl",), {"en"}, True),
    (Listing.COMPLETE, ("nl",), {"en", "nl"}, False),
    (Listing.COMPLETE, ("nl",), {"nl"}, False),
    (Listing.COMPLETE, ("en",), {"nl"}, True),
    (Listing.INCREMENT, (), {"en"}, False),
    (Listing.INCREMENT, ("nl",), {"en"}, False),
]


@pytest.mark.parametrize(("listing", "missing", "languages", "counts"), ABSENCES)
def test_absence_counts_only_where_the_call_would_have_been_seen(
    listing: Listing, missing: tuple[str, ...], languages: set[str], counts: bool
) -> None:
    crawl = Crawl(listing=listing, calls=(), gaps=tuple(Gap(part, "refused") for part in missing))
    assert absence_counts(languages=frozenset(languages), crawl=crawl) is counts
