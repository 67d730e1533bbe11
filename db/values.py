"""Turns values of the core into JSON and back, for columns that hold a list or a change of any field."""

import dataclasses
from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from tracker.core.call import (
    Budget,
    CallData,
    CallText,
    Claim,
    Deadline,
    DeadlineKind,
    Fact,
    FactName,
    MomentKind,
)
from tracker.core.match import Reason, ReasonKind


def to_json(value: object) -> Any:  # noqa: ANN401 - JSON is whatever the value holds
    """Give the JSON shape of a core value; raises TypeError for what has none."""
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, tuple | list):
        return [to_json(item) for item in value]
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: to_json(getattr(value, field.name)) for field in dataclasses.fields(value)}
    raise TypeError(f"{type(value).__name__} has no JSON shape")


def fact_from_json(stored: Mapping[str, Any]) -> Fact:
    """Give the fact that `to_json` made `stored` from."""
    return Fact(FactName(stored["name"]), stored["value"], stored["sentence"])


def reason_from_json(stored: Mapping[str, Any]) -> Reason:
    """Give the reason that `to_json` made `stored` from."""
    return Reason(**{**stored, "kind": ReasonKind(stored["kind"])})


def field_from_json(field: str, stored: Any) -> Any:  # noqa: ANN401 - each field has its own type
    """Give the value of a call's field that `to_json` made `stored` from; None stays None."""
    decode = _DECODERS.get(field)
    return stored if decode is None or stored is None else decode(stored)


def call_data_from_json(stored: Mapping[str, Any]) -> CallData:
    """Give what a source said of a call, as `to_json` kept it."""
    return CallData(**{name: field_from_json(name, value) for name, value in stored.items()})


def _deadline(stored: Mapping[str, Any]) -> Deadline:
    hour = stored["time"]
    return Deadline(
        date=date.fromisoformat(stored["date"]),
        time=None if hour is None else time.fromisoformat(hour),
        kind=MomentKind(stored["kind"]),
    )


def _text(stored: Mapping[str, Any]) -> CallText:
    return CallText(**{**stored, "keywords": tuple(stored["keywords"])})


def _budget(stored: Mapping[str, Any]) -> Budget:
    amounts = ("total", "per_project_min", "per_project_max", "funding_rate")
    exact = {name: None if stored[name] is None else Decimal(stored[name]) for name in amounts}
    return Budget(**{**stored, **exact})


_DECODERS: Mapping[str, Callable[[Any], Any]] = {
    "budget": _budget,
    "claim": Claim,
    "deadline_kind": DeadlineKind,
    "deadlines": lambda stored: tuple(_deadline(item) for item in stored),
    "facts": lambda stored: tuple(fact_from_json(item) for item in stored),
    "opens_on": date.fromisoformat,
    "tags": tuple,
    "texts": lambda stored: tuple(_text(item) for item in stored),
    "vanished": datetime.fromisoformat,
}
"""How a field that is not plain text is read back, by its name in `CallData` (and `vanished`)."""
