"""Our numbers are read in one way, and nothing that somebody writes is an error."""

import pytest

from tracker.numbers import LARGEST, whole_number


@pytest.mark.parametrize(
    ("text", "number"), [("0", 0), ("7", 7), ("007", 7), (str(LARGEST), LARGEST), (str(LARGEST + 1), None)]
)
def test_plain_digits_are_a_number_up_to_the_largest(text: str, number: int | None) -> None:
    assert whole_number(text) == number


@pytest.mark.parametrize("text", ["", " 1", "-1", "+1", "1_0", "1.0", "²", "٣", "x", "9" * 11, "9" * 5000])
def test_anything_else_is_none(text: str) -> None:
    assert whole_number(text) is None


def test_both_bounds_are_in() -> None:
    assert [whole_number(str(one), least=2, most=4) for one in range(1, 6)] == [None, 2, 3, 4, None]
