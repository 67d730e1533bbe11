"""How each source is and what is stored of it, for `tracker sources`, the page and the mail's blind spots."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from db import activity, runs
from db.engine import Engine, session_scope
from db.standings import standings
from scrapers.contract import Source
from tracker.core.call import ALIVE
from tracker.core.run import Run, RunState, SourceState
from tracker.digest.compose import BlindSpot
from tracker.health import Health, health_of

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
_READINGS = 60
"""How many of a source's readings tell how it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceReport:
    """A source with its health and what is stored of it; `programmes` counts its open calls."""

    source: Source
    health: Health
    stored: int
    open: int
    is_on: bool
    trend: int | None
    next_run: datetime | None
    programmes: dict[str, int]


def report_sources(
    engine: Engine,
    everything: Sequence[Source],
    *,
    is_on: Callable[[Source], bool],
    next_run: datetime,
    now: datetime,
) -> list[SourceReport]:
    """Report on each source, in the order given; `next_run` is when a scheduled process reads those on."""
    reports = []
    with session_scope(engine, read_only=True) as session:
        known, shown = standings(session, now), activity.shown_by(session)
        for source in everything:
            kept = [known[call_id] for call_id in shown.get(source.name, ())]
            open_now = [standing for standing in kept if standing.status in ALIVE]
            history = runs.latest(session, source.name, limit=_READINGS)
            reports.append(
                SourceReport(
                    source=source,
                    health=health_of(history, now, open_calls=len(open_now), is_off=not is_on(source)),
                    stored=len(kept),
                    open=len(open_now),
                    is_on=is_on(source),
                    trend=trend_of(history),
                    next_run=next_run if is_on(source) else None,
                    programmes=dict(Counter(standing.programme for standing in open_now)),
                )
            )
    return reports


def trend_of(history: Sequence[Run]) -> int | None:
    """Give how many more calls the last good reading found than the one before; None without two."""
    found = [run.found for run in history if run.state in {RunState.GOOD, RunState.PARTIAL}]
    return found[0] - found[1] if len(found) > 1 else None


def blind_spots(report: SourceReport) -> list[BlindSpot]:
    """Give what a reader could not be told about because this source, or a part of it, was not read."""
    health, source = report.health, report.source
    if health.state in {SourceState.WELL, SourceState.WELL_NONE_OPEN, SourceState.OFF}:
        return []
    return [
        BlindSpot(
            title=(source.title_nl or source.title, source.title),
            area=(source.area_nl or source.area, source.area),
            since=health.since.astimezone(AMSTERDAM).date() if health.since else None,
            state=health.state,
            only_texts=health.state is SourceState.PARTLY and _lacks_only_dutch(report),
            began=health.since,
        )
    ]


def _lacks_only_dutch(report: SourceReport) -> bool:
    """Tell whether the last reading lacked nothing but the Dutch texts of calls that it read in English."""
    run, anchor = report.health.last_run, report.source.languages[0]
    return run is not None and anchor != "nl" and all(gap.startswith("nl: ") for gap in run.gaps)
