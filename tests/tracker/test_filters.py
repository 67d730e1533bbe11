"""Filters are read from an address and written back to it, whatever somebody puts there."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from tests.tracker.test_lists import FILTERS
from tracker.core.call import Status
from tracker.core.profile import Strength
from tracker.core.review import ReviewState
from tracker.filters import PAGE_SIZES, Filters
from tracker.lists import Sort

NAMES = [name for name in Filters().__slots__ if name != "ignored"]


@given(filters=FILTERS, page=st.integers(1, 1000), per_page=st.sampled_from(PAGE_SIZES))
def test_an_address_gives_the_same_filters_again(filters: Filters, page: int, per_page: int) -> None:
    asked = filters.but(page=page, per_page=per_page)
    read = Filters.from_text(asked.to_query())
    assert read.ignored == ()
    assert read.to_query() == Filters.from_text(read.to_query()).to_query()
    for name in NAMES:
        written, again = getattr(asked, name), getattr(read, name)
        assert (set(again) == set(written)) if isinstance(written, tuple) else again == written, name


def test_the_usual_list_has_an_empty_address() -> None:
    assert Filters().to_query() == ""
    assert Filters.from_text("") == Filters()
    assert (
        Filters.from_text(
            "text=&priority=&status=&page=1&sort=fit&status=unknown&status=open&status=forthcoming"
        )
        == Filters()
    )


def test_values_that_cannot_be_are_named_and_narrow_nothing() -> None:
    asked = "status=ajar&strength=huge&days=-3&days=9999999&budget_min=veel&deadline_to=31-12-2026&page=0"
    asked += "&per_page=33&assignee=somebody&sort=random&priority=%3Cb%3E&done=changed&budget_unknown=2"
    asked += "&domain=fysiek"
    read = Filters.from_text(asked)
    assert read.but() == Filters.from_text("domain=fysiek")
    assert read.ignored == (
        "status=ajar",
        "strength=huge",
        "days=-3",
        "days=9999999",
        "budget_min=veel",
        "deadline_to=31-12-2026",
        "page=0",
        "per_page=33",
        "assignee=somebody",
        "sort=random",
        "priority=<b>",
        "budget_unknown=2",
    )


@given(pairs=st.lists(st.tuples(st.sampled_from([*NAMES, "done"]), st.text(max_size=30)), max_size=12))
def test_no_address_is_an_error(pairs: list[tuple[str, str]]) -> None:
    read = Filters.from_query(pairs)
    assert Filters.from_text(read.to_query()).to_query() == read.to_query()
    assert len(read.words) <= 8


def test_amounts_are_read_as_people_write_them() -> None:
    for text in ("1250000", "1.250.000", "€ 1.250.000", "€1 250 000"):
        assert Filters.from_query([("budget_min", text)]).budget_min == 1_250_000


def test_several_values_of_one_name_and_all_of_them() -> None:
    read = Filters.from_text(
        "state=new&state=looking&state=new&status=all&strength=good&deadline_from=2027-01-31"
    )
    assert read.state == (ReviewState.NEW, ReviewState.LOOKING)
    assert set(read.status) == set(Status)
    assert read.strength is Strength.GOOD
    assert read.deadline_from == date(2027, 1, 31)
    assert read.to_query() == "deadline_from=2027-01-31&strength=good&state=new&state=looking"


def test_a_state_without_a_status_also_lists_what_is_over() -> None:
    submitted = Filters.from_text("state=submitted")
    assert set(submitted.status) == set(Status)
    assert Filters.from_text("state=submitted&status=open").status == (Status.OPEN,)
    assert set(Filters.from_text("state=submitted&status=ajar").status) == set(Status)
    assert submitted.to_query() == "state=submitted"
    assert submitted.narrowing() == ["state"]
    assert submitted.lacking("state", ReviewState.SUBMITTED) == Filters()
    open_too = submitted.but(status=Filters().status)
    assert Filters.from_text(open_too.to_query()) == open_too
    assert open_too.without("status") == submitted
    assert open_too.lacking("state", ReviewState.SUBMITTED) == Filters()


def test_a_number_longer_than_python_reads_is_no_number() -> None:
    for digits in (20, 5000):
        asked = f"page={'9' * digits}&assignee={'1' * digits}"
        assert Filters.from_text(asked).but() == Filters()


def test_changes_start_at_the_first_page_and_can_be_taken_back() -> None:
    read = Filters.from_text("page=3&priority=klimaat&text=water&sort=decide&per_page=50")
    assert read.but(sort=Sort.FIT).page == 1
    assert read.but(page=4).priority == ("klimaat",)
    assert read.narrowing() == ["text", "priority"]
    assert read.without("text", "priority") == Filters(sort=Sort.DECIDE, per_page=50)
    assert Filters(text=" (warmte), — Warmte 'net' ").words == ("warmte", "—", "net")
