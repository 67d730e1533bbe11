"""Takes what a source said into the store: decide purely, then act in one short transaction."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import datetime

from db import calls, runs
from db.engine import Engine, Session, session_scope
from scrapers.contract import Crawl, Listing
from tracker import watch
from tracker.core.call import BRUSSELS, Call, CallData, CallText, Change, FactName, Status
from tracker.core.errors import NeedsKeyError, ScrapeError
from tracker.core.run import Run, RunState

ABSENCES_TO_VANISH = 3
"""Different days on which a complete, good listing must lack a call before it counts as vanished."""

SERIES = frozenset({"en", "nl"})
"""The languages that a listing can be read in."""

BY_HAND = "by-hand"
"""The name of the runs in which people enter calls: they say nothing of how a source is."""

UNTRACKED = {"source", "source_ref"}
"""Fields that are identity, not content."""


@dataclass(frozen=True, slots=True)
class Insert:
    """A call that was never seen before."""

    data: CallData


@dataclass(frozen=True, slots=True)
class Update:
    """A known call that says something else now: its new data and each field that changed."""

    data: CallData
    changes: tuple[tuple[str, object, object], ...]


@dataclass(frozen=True, slots=True)
class Unchanged:
    """A known call that says the same."""


Decision = Insert | Update | Unchanged


def decide(old: Call | None, new: CallData, now: datetime) -> Decision:
    """Decide what a sighting at `now` means for what is kept; touches nothing.

    A language that the new reading lacks is kept: a text is not withdrawn because a series was not read.
    A call that had vanished and is seen again changes by that alone (an update without a changed field).
    """
    merged = replace(new, texts=_merged_texts(old.data.texts if old else (), new.texts))
    if old is None:
        return Insert(merged)
    changes = tuple(
        (each.name, getattr(old.data, each.name), getattr(merged, each.name))
        for each in fields(CallData)
        if each.name not in UNTRACKED and getattr(old.data, each.name) != getattr(merged, each.name)
    )
    return Update(merged, changes) if changes or old.vanished_at else Unchanged()


def _merged_texts(old: tuple[CallText, ...], new: tuple[CallText, ...]) -> tuple[CallText, ...]:
    """Give the texts by language: the order in which a source gives them means nothing."""
    seen = {text.language for text in new}
    kept = [text for text in old if text.language not in seen]
    return tuple(sorted((*new, *kept), key=lambda text: text.language))


def absence_counts(*, languages: frozenset[str], crawl: Crawl) -> bool:
    """Tell whether a call that was seen in `languages` and is not in `crawl` may be called absent.

    A gap that is no language series (a page, an index) may have held any call.
    """
    other_gaps = crawl.languages_missing - SERIES
    return crawl.listing is Listing.COMPLETE and not other_gaps and not (languages & crawl.languages_missing)


@dataclass(frozen=True, slots=True)
class Standing:
    """Whose word counts: each source's authority, and the sources whose identifiers are not their own."""

    authority: Mapping[str, int] = field(default_factory=dict)
    borrowed_identifiers: frozenset[str] = frozenset()

    def leads(self, source: str, *, over: str) -> bool:
        """Tell whether `source` knows better than the source that has led so far."""
        return self.authority.get(source, 0) > self.authority.get(over, 0)


EQUALS = Standing()
"""Every source's word counts the same: the first one leads."""


@dataclass(frozen=True, slots=True)
class Collected:
    """What reading one source came to: its run, and the error where it failed."""

    run: Run
    error: ScrapeError | None = None


def begin_run(engine: Engine, source: str, *, at: datetime) -> Run:
    """Note that a source is being read, so that an attempt that dies is seen later."""
    with session_scope(engine) as session:
        return Run(id=runs.start(session, source, at=at), source=source, started_at=at)


def finish_run(
    engine: Engine,
    run: Run,
    *,
    crawl: Callable[[], Crawl],
    clock: Callable[[], datetime],
    standing: Standing = EQUALS,
) -> Collected:
    """Read the source to its end (`crawl`), then store the outcome in one transaction.

    A failed reading changes nothing that is stored but its run row; a bug is noted there and raised.
    """
    try:
        crawled = crawl()
        with session_scope(engine) as session:
            finished = store(session, run, crawled=crawled, now=clock(), standing=standing)
            runs.finish(session, finished)
    except ScrapeError as error:
        error.source = error.source or run.source
        failed = _ended(run, RunState.FAILED, error=error, at=clock())
        with session_scope(engine) as session:
            runs.finish(session, failed)
        return Collected(failed, error)
    except BaseException as error:
        note_broken_off(engine, run, error=error, at=clock())
        raise
    return Collected(finished)


def note_broken_off(engine: Engine, run: Run, *, error: BaseException, at: datetime) -> None:
    """Note that a reading was ended by a bug (failed) or by a person (abandoned: it says nothing)."""
    state = RunState.FAILED if isinstance(error, Exception) else RunState.ABANDONED
    with session_scope(engine) as session:
        runs.finish(session, _ended(run, state, error=error, at=at))


def _ended(run: Run, state: RunState, *, error: BaseException, at: datetime) -> Run:
    """Give the run row of a reading that an error ended (a bug and a Ctrl-C are kept too)."""
    return replace(run, state=state, finished_at=at, error_code=type(error).__name__, error=str(error))


def enter(
    session: Session, source: str, said: Sequence[CallData], *, now: datetime, standing: Standing = EQUALS
) -> Run:
    """Store calls that a person wrote down or confirmed under `source`; gives the counts.

    That is no reading of the source: a source that cannot be read does not become well by it.
    """
    run = Run(id=runs.start(session, BY_HAND, at=now), source=BY_HAND, started_at=now)
    crawled = Crawl(listing=Listing.INCREMENT, calls=tuple(said))
    finished = store(session, run, crawled=crawled, now=now, standing=standing, source=source)
    runs.finish(session, finished)
    return finished


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """What became of a call that people take for none; `still_at` names a source that shows it too."""

    call: Call
    still_at: str = ""


def withdraw(
    session: Session,
    source: str,
    source_ref: str,
    *,
    because: str,
    now: datetime,
    standing: Standing = EQUALS,
) -> Withdrawal | None:
    """Withdraw the call of a sighting, with the reason in its history; None where there is no such call.

    A call that another source shows too stays, led by the one that knows best.
    """
    stored = calls.sightings(session, source).get(source_ref)
    if stored is None:
        return None
    others = [one for one in calls.sightings_of(session, stored.call.id) if one.source != source]
    if others:
        best = max(others, key=lambda one: (one.leads, standing.authority.get(one.source, 0)))
        if stored.leads:
            take_over(session, best, now=now)
        return Withdrawal(stored.call, best.source)
    if stored.call.vanished_at is None:
        calls.set_vanished(session, stored.call.id, now, at=now, run_id=None)
        calls.note_withdrawn(session, stored.call.id, because, at=now)
    return Withdrawal(stored.call)


def take_over(session: Session, sighting: calls.StoredSighting, *, now: datetime) -> None:
    """Let a sighting's word be its call's from now on, with history."""
    calls.let_lead(session, sighting)
    decision = decide(sighting.call, sighting.data, now)
    if isinstance(decision, Update):
        changes = _changes(sighting.call.id, decision.changes, run_id=None, now=now)
        data = decision.data
        calls.rewrite(session, sighting.call.id, data, changes=changes, at=now, run_id=None)


def store(
    session: Session,
    run: Run,
    *,
    crawled: Crawl,
    now: datetime,
    standing: Standing = EQUALS,
    source: str | None = None,
) -> Run:
    """Store a good or partial reading of `source` (default: the run's); gives the run with its counts."""
    source = source or run.source
    known = calls.sightings(session, source)
    crawled = crawled.with_stored({ref: stored.data for ref, stored in known.items()})
    counts: Counter[str] = Counter()
    for data in crawled.calls:
        stored = known.get(data.source_ref)
        decision = decide(replace(stored.call, data=stored.data) if stored else None, data, now)
        counts[type(decision).__name__] += 1
        match decision:
            case Insert(new):
                _insert(session, run, data=new, now=now, standing=standing)
            case Update(new, changes) if stored and stored.leads:
                _update(session, run, call_id=stored.call.id, data=new, changes=changes, now=now)
            case Update(new, _):
                calls.update_sighting(session, new, at=now)
    seen = {data.source_ref for data in crawled.calls} | {row.source_ref for row in crawled.problems}
    calls.mark_seen(session, source, seen & known.keys(), now)
    for ref in sorted(seen & known.keys()):
        if known[ref].leads and known[ref].call.vanished_at:
            calls.set_vanished(session, known[ref].call.id, None, at=now, run_id=run.id)
    watch.keep(session, crawled.watched, now=now)
    vanished = _note_absences(session, run, crawled=crawled, known=known, seen=seen, now=now)
    return replace(
        run,
        state=RunState.PARTIAL if crawled.gaps else RunState.GOOD,
        finished_at=now,
        found=len(crawled.calls),
        new=counts["Insert"],
        changed=counts["Update"],
        unchanged=counts["Unchanged"],
        vanished=vanished,
        problems=len(crawled.problems),
        gaps=tuple(f"{gap.part}: {gap.message}" for gap in crawled.gaps),
        error_code=NeedsKeyError.__name__ if any(gap.needs_key for gap in crawled.gaps) else "",
        programmes=dict(Counter(data.programme for data in crawled.calls)),
    )


def _insert(session: Session, run: Run, *, data: CallData, now: datetime, standing: Standing) -> None:
    """Keep a first sighting: as a new call, or beside the sightings of the same call in other sources."""
    by_identifier = data.source not in standing.borrowed_identifiers
    pages = {data.url, *(fact.value for fact in data.facts if fact.name is FactName.LINK)}
    found = [
        call
        for call in calls.twins(session, data, by_identifier=by_identifier)
        if call.data.source not in standing.borrowed_identifiers or call.data.url in pages
    ]
    if len(found) != 1:  # none, or not clear which: people can still join them
        calls.insert(session, data, at=now, run_id=run.id)
        return
    twin = found[0]
    leads = standing.leads(data.source, over=twin.data.source)
    calls.attach(session, twin.id, data, leads=leads, at=now)
    if leads:
        decision = decide(twin, data, now)
        if isinstance(decision, Update):
            changes = decision.changes
            _update(session, run, call_id=twin.id, data=decision.data, changes=changes, now=now)
        if twin.vanished_at:
            calls.set_vanished(session, twin.id, None, at=now, run_id=run.id)


def _update(
    session: Session,
    run: Run,
    *,
    call_id: int,
    data: CallData,
    changes: tuple[tuple[str, object, object], ...],
    now: datetime,
) -> None:
    rows = _changes(call_id, changes, run_id=run.id, now=now)
    calls.update(session, call_id, data, changes=rows, at=now, run_id=run.id)


def _changes(
    call_id: int, changes: tuple[tuple[str, object, object], ...], *, run_id: int | None, now: datetime
) -> list[Change]:
    return [
        Change(call_id=call_id, at=now, field=name, old=old, new=value, run_id=run_id)
        for name, old, value in changes
    ]


def _note_absences(
    session: Session,
    run: Run,
    *,
    crawled: Crawl,
    known: Mapping[str, calls.StoredSighting],
    seen: set[str],
    now: datetime,
) -> int:
    """Count a day of absence for each call that a good listing lacks; gives how many vanished by it."""
    vanished = 0
    today = now.astimezone(BRUSSELS).date()
    for ref, stored in known.items():
        if (
            ref in seen
            or not stored.leads
            or stored.call.vanished_at
            or stored.call.status_at(now) is Status.CLOSED
        ):
            continue
        if not absence_counts(languages=stored.languages, crawl=crawled):
            continue
        days = tuple(sorted({*stored.absent_days, today}))
        calls.mark_absent(session, run.source, ref, days)
        if len(days) >= ABSENCES_TO_VANISH:
            calls.set_vanished(session, stored.call.id, now, at=now, run_id=run.id)
            vanished += 1
    return vanished
