"""Reads the whole numbers that people and addresses give: our ids, places, days and amounts."""

from db.calls import LARGEST_ID

LARGEST = LARGEST_ID
"""The largest number of ours: what a whole number of the database holds."""


def whole_number(text: str, *, least: int = 0, most: int = LARGEST) -> int | None:
    """Read a whole number from `least` to `most` written in plain digits; anything else is None.

    However long the text is, it is no error: Python itself refuses to read more than 4 300 digits.
    """
    if not (text.isascii() and text.isdecimal() and len(text) <= len(str(most))):
        return None
    number = int(text)
    return number if least <= number <= most else None
