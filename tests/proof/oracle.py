"""An independent judge of the real history: what each day must bring, from the recorded events alone.

It repeats the rules of the design in its own words and uses nothing of the product, so that a rule that the
product has wrong shows as a difference.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

Row = dict[str, Any]

Key = tuple[str, str]
"""A call: its source's name and the publisher's number."""

SOURCES = {"1": "portal", "8": "portal-cascade"}
ABSENT_DAYS = 3


@dataclass(frozen=True)
class Facts:
    """What a row says that a reader would call the content of a call."""

    identifier: str
    titles: tuple[str, ...]
    programme: str
    opens: str
    dates: tuple[date, ...]
    model: str
    action: str
    text: str

    @property
    def last(self) -> date:
        """The last day for a newcomer: the first stage of two, else the last date."""
        return self.dates[0] if self.model == "two-stage" else self.dates[-1]

    def next_on(self, day: date) -> date:
        """The first date that is not past, else the last one."""
        return next((one for one in self.dates if one >= day), self.dates[-1])


@dataclass
class Known:
    """A call that was met, as it was last shown."""

    facts: Facts
    closed: bool
    absent: set[date] = field(default_factory=set)
    vanished: bool = False


@dataclass
class Day:
    """What one day must bring, by kind."""

    new: set[Key] = field(default_factory=set)
    changed: set[Key] = field(default_factory=set)
    closed: set[Key] = field(default_factory=set)
    vanished: set[Key] = field(default_factory=set)
    back: set[Key] = field(default_factory=set)
    found: int = 0


class Oracle:
    """Follows the history; `step` is called once for every day, in order."""

    def __init__(self) -> None:
        self.known: dict[Key, Known] = {}
        self.dates: dict[Key, list[tuple[date, tuple[date, ...]]]] = {}
        self.short_absences = 0

    def step(self, day: date, rows: Iterable[Row]) -> Day:
        """Say what reading the index on this day must come to."""
        shown, result = _shown(rows), Day()
        result.found = len(shown)
        for key, facts in shown.items():
            self._see(key, facts, day=day, result=result)
        for key, known in self.known.items():
            if key not in shown and not known.vanished and known.facts.last >= day:
                known.absent.add(day)
                if len(known.absent) == ABSENT_DAYS:
                    known.vanished = True
                    result.vanished.add(key)
        for key, known in self.known.items():
            is_closed = known.facts.last < day
            if is_closed and not known.closed:
                result.closed.add(key)
            known.closed = is_closed
        return result

    def is_open(self, key: Key, day: date) -> bool:
        """Tell whether a newcomer can still apply on a day, as far as the index says."""
        known = self.known[key]
        return not known.vanished and known.facts.last >= day

    def _see(self, key: Key, facts: Facts, *, day: date, result: Day) -> None:
        known = self.known.get(key)
        history = self.dates.setdefault(key, [])
        if not history or history[-1][1] != facts.dates:
            history.append((day, facts.dates))
        if known is None:
            result.new.add(key)
            self.known[key] = Known(facts, closed=facts.last < day)
            return
        if known.facts != facts:
            result.changed.add(key)
        if known.vanished:
            result.back.add(key)
        elif known.absent:
            self.short_absences += 1
        known.facts, known.vanished, known.absent = facts, False, set()


def _shown(rows: Iterable[Row]) -> dict[Key, Facts]:
    """Give the calls that the index shows; the present style of reference wins over an archive's."""
    best: dict[Key, Row] = {}
    for row in rows:
        source = SOURCES.get(row["metadata"]["type"][0])
        if source is None:
            continue
        key = source, re.split(r"\D", row["reference"], maxsplit=1)[0]
        held = best.get(key)
        if held is None or _modern(row) > _modern(held):
            best[key] = row
    return {key: _facts(row) for key, row in best.items()}


def _modern(row: Row) -> tuple[bool, str]:
    return bool(re.search(r"\d(TOPICS|COMPETITIVE_CALL)", row["reference"])), row["reference"]


def _facts(row: Row) -> Facts:
    metadata = row["metadata"]
    is_cascade = metadata["type"][0] == "8"
    title = (metadata.get("caName") or [row["summary"]])[0] if is_cascade else ""
    return Facts(
        identifier=metadata["identifier"][0],
        titles=(" ".join(metadata["title"][0].split()), " ".join(title.split())),
        programme=metadata["frameworkProgramme"][0],
        opens=metadata["startDate"][0][:10],
        dates=tuple(sorted({date.fromisoformat(text[:10]) for text in metadata["deadlineDate"]})),
        model=(metadata.get("deadlineModel") or [""])[0],
        action="/".join(" ".join(action.split()) for action in metadata.get("typesOfAction", [])),
        text=" ".join((metadata.get("description") or [""])[0].split()) if is_cascade else "",
    )
