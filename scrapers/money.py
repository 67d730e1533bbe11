"""Reads the amounts that publishers write."""

import re
from decimal import Decimal

_PLAIN = re.compile(r"\d{1,15}(?:\.\d{1,6})?(?:[eE]\+?\d{1,2})?", re.ASCII)


def parse_amount(value: str | float | Decimal | None) -> Decimal | None:
    """Read an amount of the EU portal in whole units of its currency; None means that it is not stated.

    The portal writes amounts as strings ("23000000") and as numbers (60000000), and 0 for "not stated".

    Raises:
        ValueError: `value` is something else, a negative amount among it.
    """
    text = "" if value is None else str(value).strip()
    if not text:
        return None
    if not _PLAIN.fullmatch(text):
        raise ValueError(f"{text[:60]!r} is not an amount")
    amount = Decimal(text)
    if not amount:
        return None
    return amount.quantize(Decimal(1)) if amount == amount.to_integral_value() else amount
