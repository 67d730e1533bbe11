"""What people ask of the product and tell it: lists, one call, a text to match, verdicts, joins."""

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from tracker.app import OVER, App
from tracker.core.call import Status
from tracker.core.errors import UsageError

if TYPE_CHECKING:  # heavy modules are imported by the method that needs them
    from collections.abc import Collection

    from db.calls import StoredSighting
    from db.watching import KeptCandidate
    from matching.why_not import WhyNot
    from scrapers.contract import Crawl
    from tracker.core.answer import Answer
    from tracker.core.call import Call, Change
    from tracker.core.feedback import Verdict
    from tracker.core.match import Match
    from tracker.core.run import Run
    from tracker.feedback import Effect, Tell
    from tracker.ingest import Withdrawal
    from tracker.joining import Lookalikes
    from tracker.ranking import Matched
    from tracker.similar import Similar, SimilarCalls
    from tracker.watch import PageChange, Passage


@dataclass(frozen=True)
class Desk:
    """Answers questions and takes decisions, for the command line and the web page."""

    app: App

    def list_calls(
        self, *, status: str | None, programme: str | None, source: str | None, limit: int | None
    ) -> "list[Call]":
        """List stored calls by status (comma-separated), programme (slug, code or name) and source.

        The next deadline comes first, what is over last. The status is derived at this very moment.
        """
        from db import matches
        from db.engine import session_scope

        wanted, now = _statuses(status) if status else list(Status), self.app.now()
        programmes = [_programme(programme)] if programme else None
        if source:
            self.app.sources([source])
        with session_scope(self.app.engine, read_only=True) as session:
            found = matches.list_calls(
                session, self.app.municipality.slug, programmes=programmes, source=source
            )
        kept = [call for call, _ in found if call.status_at(now) in wanted]
        return sorted(kept, key=lambda call: call.status_at(now) in OVER)[:limit]

    def find_calls(self, ref: str) -> "list[Call]":
        """Give the calls that a reference may mean: identifier, our id or a source's number."""
        from db import calls
        from db.engine import session_scope

        with session_scope(self.app.engine, read_only=True) as session:
            return calls.find(session, ref)

    def call(self, call_id: int) -> "Call | None":
        """Give one call by our number, or None: also where no number of ours can be so large."""
        from db import calls
        from db.engine import session_scope

        if not 0 < call_id <= calls.LARGEST_ID:
            return None
        with session_scope(self.app.engine, read_only=True) as session:
            return calls.get(session, call_id)

    def calls(self, ids: "Collection[int]") -> "dict[int, Call]":
        """Give the calls with these numbers of ours; one that does not exist is left out."""
        from db.engine import session_scope
        from db.rows import read_calls_by_id

        with session_scope(self.app.engine, read_only=True) as session:
            return read_calls_by_id(session, ids)

    def similar_to(self, call: "Call", limit: int = 6) -> "tuple[Similar, ...]":
        """Give the stored calls that say much the same as this one, past ones too, the likest first."""
        return self._similar_calls.to(call, limit=limit, now=self.app.now())

    @cached_property
    def _similar_calls(self) -> "SimilarCalls":
        from tracker.similar import SimilarCalls

        return SimilarCalls(self.app.engine)

    def changes_of(self, call: "Call") -> "list[Change]":
        """Give a call's history, oldest first."""
        from db import calls
        from db.engine import session_scope

        with session_scope(self.app.engine, read_only=True) as session:
            return calls.changes(session, call.id)

    def matches_of(self, call: "Call") -> "list[Match]":
        """Give how a call fits each priority."""
        from db import matches
        from db.engine import session_scope

        with session_scope(self.app.engine, read_only=True) as session:
            return matches.of_call(session, self.app.municipality.slug, call.id)

    def ranked(self, priority: str | None, *, limit: int | None, blocked: bool) -> "list[tuple[Call, Match]]":
        """Give the stored ranking, `limit` calls for each priority, or what the city cannot apply for."""
        from db import matches
        from db.engine import session_scope

        municipality = self.app.municipality
        chosen = [municipality.chosen(priority)] if priority else municipality.priorities
        slugs = [one.slug for one in chosen]
        name = self.app.municipality.slug
        with session_scope(self.app.engine, read_only=True) as session:
            return [
                pair
                for slug in slugs
                for pair in matches.ranked(session, name, priority=slug, limit=limit, blocked=blocked)
            ]

    def match_text(self, text: str, *, limit: int) -> "list[tuple[Call, Match]]":
        """Match free text against all calls of the profile's programmes that are open or coming."""
        return list(self.answer_text(text, limit=limit).found)

    def answer_text(self, text: str, *, limit: int) -> "Matched":
        """Match free text, and tell the English that was searched for its Dutch words."""
        from tracker.ranking import match_text

        answer = match_text(self.app.engine, self.app.municipality, text, now=self.app.now(), limit=limit)
        if not answer.found and not self.has_calls():
            raise UsageError(
                "There are no calls yet. Read them first: tracker collect",
                nl="Er zijn nog geen oproepen. Lees ze eerst: tracker collect",
            )
        return answer

    def why_not(self, call: "Call", priority: str) -> "WhyNot":
        """Say why a call is not in the top of a priority."""
        from tracker.ranking import why_not

        return why_not(self.app.engine, self.app.municipality, call, priority, now=self.app.now())

    def give_feedback(
        self, call: "Call", priority: str, *, wanted: bool, because: str = "", tell: "Tell | None" = None
    ) -> "Effect":
        """Keep a reviewer's verdict on a call and rank anew; `tell` notes who gave it, or neither is kept."""
        from tracker.core.feedback import Verdict
        from tracker.feedback import give

        now = self.app.now()
        verdict = Verdict(
            call_id=call.id,
            priority=priority,
            wanted=wanted,
            at=now,
            because=because,
            family=call.data.call_identifier,
        )
        return give(self.app.engine, self.app.municipality, verdict, now=now, tell=tell)

    def undo_feedback(self, call: "Call", priority: str, *, tell: "Tell | None" = None) -> "Effect":
        """Take back the last verdict on a call under a priority; `tell` as in `give_feedback`."""
        from tracker.feedback import take_back

        return take_back(
            self.app.engine, self.app.municipality, call, priority, now=self.app.now(), tell=tell
        )

    def verdicts(self) -> "list[tuple[Call, Verdict]]":
        """Give the verdicts that hold, each with its call."""
        from tracker.feedback import verdicts

        return verdicts(self.app.engine, self.app.municipality)

    def merged(self, *, limit: int) -> "list[tuple[Call, Match, str]]":
        """Give one list over all priorities: call, its best match, and the priority that it serves second."""
        from matching.merging import merge, second_priority

        ranked = self.ranked(None, limit=None, blocked=False)
        by_id = {call.id: call for call, _ in ranked}
        everything = [match for _, match in ranked]
        return [
            (by_id[match.call_id], match, second_priority(everything, match.call_id))
            for match in merge(everything, limit)
        ]

    def baseline(self, priority: str | None, *, limit: int) -> "list[tuple[Call, Match]]":
        """Give the ranking without any verdict, `limit` calls for each priority."""
        from db.engine import session_scope
        from db.rows import read_calls_by_id
        from tracker.feedback import baseline

        if priority:
            self.app.municipality.chosen(priority)
        ranking = baseline(self.app.engine, self.app.municipality, now=self.app.now())
        shown = [one for one in ranking if 1 <= one.rank <= limit and priority in {None, one.priority}]
        with session_scope(self.app.engine, read_only=True) as session:
            found = read_calls_by_id(session, {one.call_id for one in shown})
        return [(found[one.call_id], one) for one in shown]

    def has_calls(self) -> bool:
        """Tell whether any call of the profile's programmes is stored."""
        from db import matches
        from db.engine import session_scope

        with session_scope(self.app.engine, read_only=True) as session:
            name, programmes = self.app.municipality.slug, self.app.municipality.programmes
            return bool(matches.list_calls(session, name, programmes=programmes, limit=1))

    def add_calls(self, entries: str) -> "Run":
        """Store calls that a person wrote down (TOML tables `[[call]]`), all of them or none.

        Raises:
            UsageError: an entry is not right; nothing is stored.
        """
        from dataclasses import replace

        from db.engine import session_scope
        from scrapers.contract import Page, Request, run_crawl
        from scrapers.sources.manual import SOURCE
        from tracker.core.errors import LayoutChangedError
        from tracker.ingest import enter

        def no_network(request: Request) -> Page:
            raise AssertionError(f"own calls need no network, and {request.url} was asked")

        site = self.app.site(SOURCE)
        site = replace(site, options={**site.options, "entries": entries})
        try:
            crawl = run_crawl(SOURCE, no_network, site=site)
        except LayoutChangedError as error:
            raise UsageError(str(error), nl=f"De oproepen zijn niet te lezen: {error}") from error
        if crawl.problems:
            problems = "; ".join(f"{row.source_ref}: {row.message}" for row in crawl.problems)
            raise UsageError(problems, nl=f"Niets is bewaard, want dit is niet goed: {problems}")
        now, standing = self.app.now(), self.app.standing()
        with session_scope(self.app.engine) as session:
            done = enter(session, SOURCE.name, crawl.calls, now=now, standing=standing)
        self.app.refresh()
        return done

    def confirm_candidate(self, key: str) -> "Run":
        """Make a call of a passage on a watched page, or let its call say what the page says now."""
        from db.engine import session_scope
        from tracker import watch
        from tracker.ingest import enter

        now, standing = self.app.now(), self.app.standing()
        with session_scope(self.app.engine) as session:
            data = watch.confirm(session, key)
            done = enter(session, watch.SOURCE, [data], now=now, standing=standing)
        self.app.refresh()
        return done

    def keep_candidate(self, key: str) -> None:
        """Leave the call of a passage as it is, whatever its watched page says now or shows no more."""
        from db.engine import session_scope
        from tracker import watch

        with session_scope(self.app.engine) as session:
            watch.keep_as_is(session, key)

    def dismiss_candidate(self, key: str) -> "tuple[KeptCandidate, Withdrawal | None]":
        """Note that a passage on a watched page is no call; one that was confirmed loses its call.

        Gives the passage and what became of its call, None where it had none.
        """
        from db.engine import session_scope
        from tracker import watch
        from tracker.ingest import withdraw

        now, standing = self.app.now(), self.app.standing()
        with session_scope(self.app.engine) as session:
            gone = watch.dismiss(session, key)
            because = "dismissed: a person says that the passage is no call"
            lost = withdraw(session, watch.SOURCE, gone.key, because=because, now=now, standing=standing)
        self.app.refresh()
        return gone, lost

    def candidates(self, *, every: bool = False) -> "list[Passage]":
        """Give the passages on watched pages that wait for a person, or every one."""
        from db.engine import session_scope
        from tracker import watch

        with session_scope(self.app.engine, read_only=True) as session:
            return watch.passages(session, every=every, now=self.app.now())

    def page_changes(self) -> "list[PageChange]":
        """Give how each watched page last changed."""
        from db.engine import session_scope
        from tracker import watch

        with session_scope(self.app.engine, read_only=True) as session:
            return watch.page_changes(session)

    def duplicates(self) -> "list[Lookalikes]":
        """Give the pairs of calls that look alike and wait for a person."""
        from db.engine import session_scope
        from tracker.joining import proposals

        with session_scope(self.app.engine, read_only=True) as session:
            return proposals(session, standing=self.app.standing(), now=self.app.now())

    def join_calls(self, keep: "Call", gone: "Call") -> None:
        """Make two calls one, as a person says; the source that knows best leads."""
        from db.engine import session_scope
        from tracker.joining import join
        from tracker.ranking import ranking_alone

        with ranking_alone(self.app.engine), session_scope(self.app.engine) as session:
            join(session, keep, gone, standing=self.app.standing(), now=self.app.now())
        self.app.refresh()

    def keep_apart(self, one: "Call", other: "Call") -> None:
        """Note that two calls that look alike are two."""
        from db import watching
        from db.engine import session_scope

        with session_scope(self.app.engine) as session:
            watching.keep_apart(session, one.id, other.id, at=self.app.now())

    def sightings_of(self, call: "Call") -> "list[StoredSighting]":
        """Give how each source shows a call, the leading one first."""
        from db import calls
        from db.engine import session_scope

        with session_scope(self.app.engine, read_only=True) as session:
            return sorted(calls.sightings_of(session, call.id), key=lambda one: not one.leads)

    def runs_of(self, source: str, limit: int = 50) -> "list[Run]":
        """Give the latest readings of a source, the newest first."""
        from db import runs
        from db.engine import session_scope

        with session_scope(self.app.engine, read_only=True) as session:
            return runs.latest(session, source, limit=limit)

    def run(self, run_id: int) -> "tuple[Run, list[tuple[Call, Change]]] | None":
        """Give one reading of a source with what it changed in known calls, the newest first, or None."""
        from db import activity, calls, runs
        from db.engine import session_scope
        from db.rows import read_calls_by_id

        if not 0 < run_id <= calls.LARGEST_ID:
            return None
        with session_scope(self.app.engine, read_only=True) as session:
            found = runs.get(session, run_id)
            if found is None:
                return None
            changes = activity.changes_of_run(session, run_id)
            changed = read_calls_by_id(session, {change.call_id for change in changes})
        return found, [(changed[change.call_id], change) for change in changes]

    def check_source(self, name: str) -> "Crawl":
        """Read one source without storing anything.

        Raises:
            ScrapeError: it cannot be read.
        """
        from scrapers.contract import run_crawl

        source = self.app.sources([name])[0]
        with self.app.client() as client:
            return run_crawl(source, client, site=self.app.site(source))

    def answers_to(self, call: "Call") -> "list[Answer]":
        """Give every answer of contacts about a call, the oldest first."""
        from db import answers
        from db.engine import session_scope

        with session_scope(self.app.engine, read_only=True) as session:
            return answers.of_call(session, call.id)


def _statuses(text: str) -> list[Status]:
    known = {status.value: status for status in Status}
    names = [name.strip() for name in text.split(",") if name.strip()]
    for name in names:
        if name not in known:
            names_known = ", ".join(known)
            raise UsageError(
                f"There is no status {name!r}. There are: {names_known}.",
                nl=f"Er is geen status {name!r}. Wel: {names_known}.",
            )
    return [known[name] for name in names]


def _programme(text: str) -> str:
    from scrapers.programmes import find

    programme = find(text)
    if programme is None:
        raise UsageError(
            f"There is no programme {text!r}. See: tracker sources",
            nl=f"Er is geen programma {text!r}. Kijk met: tracker sources",
        )
    return programme.slug
