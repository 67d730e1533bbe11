"""Our recorded sample of calls, shown as rows of the EU portal's search index on any day.

For the demonstration and the tests. The facts are in `portal_calls.json`; every date moves by the same number
of whole weeks, so that the sample never runs dry and weekdays stay what they were.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date, timedelta
from importlib import resources
from typing import Any

from tracker.demo.portal_noise import noise_rows
from tracker.demo.portal_rows import SampleCall, cascade_row, topic_row
from tracker.demo.search_index import Row

__all__ = ["SampleCall", "call_rows", "read_recording", "rows", "sample_calls", "shift_on"]


def rows(today: date) -> list[Row]:
    """Give all that the index holds on a day: our calls in their languages, and the noise around them."""
    calls = sample_calls(today)
    return [*_mixed(call_rows(today), noise_rows(calls, today=today, shift=shift_on(today)))]


def call_rows(today: date) -> list[Row]:
    """Give only the rows of our own calls, one for each language of a call, in the order of the file."""
    calls = sample_calls(today)
    parents: dict[str, list[SampleCall]] = {}
    for call in calls:
        if call["kind"] == "topic":
            parents.setdefault(call["call_identifier"], []).append(call)
    found = []
    for call in calls:
        for language in call["languages"]:
            if call["kind"] == "cascade":
                found.append(cascade_row(call, language, today=today))
            else:
                siblings = parents[call["call_identifier"]]
                found.append(topic_row(call, language, today=today, siblings=siblings))
    return found


def sample_calls(today: date) -> list[SampleCall]:
    """Read the recorded calls, with their dates moved to a day."""
    recording = read_recording()
    shift = shift_on(today)
    return [_moved(facts, recording, shift=shift) for facts in recording["calls"]]


def shift_on(today: date) -> timedelta:
    """Say by how much dates move: the time since the reference day, rounded to whole weeks."""
    since = today - date.fromisoformat(read_recording()["reference_day"])
    return timedelta(weeks=round(since.days / 7))


def read_recording() -> dict[str, Any]:
    """Read `portal_calls.json` as it is stored."""
    text = resources.files("tracker.demo").joinpath("portal_calls.json").read_text(encoding="utf-8")
    recording: dict[str, Any] = json.loads(text)
    return recording


def _moved(facts: dict[str, Any], recording: dict[str, Any], *, shift: timedelta) -> SampleCall:
    whole = shift + timedelta(weeks=facts.get("moved_weeks", 0))
    return SampleCall(
        facts=facts,
        opens_on=date.fromisoformat(facts["opens_on"]) + whole,
        deadlines=tuple(_moved_moment(moment, whole) for moment in facts["deadlines"]),
        conditions=recording["conditions"].get(facts.get("conditions"), ""),
        destination=recording["destinations"].get(facts.get("destination")),
    )


def _moved_moment(moment: str, shift: timedelta) -> str:
    return (date.fromisoformat(moment[:10]) + shift).isoformat() + moment[10:]


def _mixed(first: list[Row], second: list[Row]) -> Iterable[Row]:
    """Shuffle two lists into one by their checksums, the same way every time."""
    return sorted([*first, *second], key=lambda row: (row["checksum"], row["reference"]))
