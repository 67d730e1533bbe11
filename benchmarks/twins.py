"""Measures how nearly a Dutch text and its English twin find the same calls.

    TRACKER_REAL_DATA=… python -m benchmarks.twins

The twins (`tests/matching/twins*.toml`) are texts of a municipality's own life, asked as `tracker match`
asks, without telling the language. `twins` was not used to tune the ranker, but parts of the glossary were
made with it at hand; `twins_held_out` was used for neither; `twins_dev` was tuned with.

`again` is a second, independent translation: two translators choose other words too, so what their texts
find in common is about the most that can be asked. All calls are in English here, as no Dutch row of the
portal is at hand.
"""

import datetime as dt
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from importlib.resources import files
from statistics import mean

import pytest

from matching.ranker import Ranker
from tests.matching.calls import NOW, make_call
from tests.real_data import NOW as REAL_NOW
from tests.real_data import real_calls
from tracker.core.call import Call
from tracker.demo.portal import sample_calls
from tracker.ranking import LOOKED_AT

TOP = 10
Twins = Sequence[Mapping[str, str]]


def read_twins(name: str) -> Twins:
    """Give the twins of a file: each has a `name`, `nl`, `en` and, unless it was tuned with, `again`."""
    content = (files("tests.matching") / f"{name}.toml").read_text(encoding="utf-8")
    twins: Twins = tomllib.loads(content)["twins"]
    return twins


def overlaps(
    calls: Sequence[Call], now: dt.datetime, twins: Twins, *, one: str = "nl", other: str = "en"
) -> dict[str, float]:
    """Give for each twin the share of the first ten calls that two of its texts both find."""
    ranker = Ranker.fit(calls)

    def top(text: str) -> set[int]:
        return {match.call_id for match in ranker.match_text(text, now=now, limit=LOOKED_AT)[:TOP]}

    return {twin["name"]: len(top(twin[one]) & top(twin[other])) / TOP for twin in twins}


def demo_calls() -> list[Call]:
    """Give our sample of the portal's calls, in English."""
    samples = sample_calls(dt.date(2026, 11, 2))
    return [
        make_call(number, sample["title"], "\n".join(words for _, words in sample["text_en"] or ()))
        for number, sample in enumerate(samples, 1)
    ]


def table() -> list[str]:
    """Give the mean overlaps as lines of a Markdown table; without the real calls, of the demo's alone."""
    lines = [
        "| calls | twins | Dutch and English | two English translations | share of that | least, of a twin |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for name, calls, now in _grounds():
        for twins in ("twins", "twins_held_out"):
            found = overlaps(calls, now, read_twins(twins))
            most = mean(overlaps(calls, now, read_twins(twins), one="again").values())
            share, least = mean(found.values()) / most, min(found, key=lambda twin: found[twin])
            lines.append(
                f"| {name}, {len(calls)} | {twins} | {mean(found.values()):.2f} | {most:.2f} | {share:.0%} | "
                f"{found[least]:.1f} ({least}) |"
            )
    return lines


def _grounds() -> Iterator[tuple[str, Sequence[Call], dt.datetime]]:
    yield "demo", demo_calls(), NOW
    try:
        yield "real", real_calls(), REAL_NOW
    except pytest.skip.Exception as reason:
        print(f"Without the real calls: {reason}")


if __name__ == "__main__":
    print("\n".join(table()))
