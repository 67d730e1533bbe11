"""The only wiring: settings, profile, engine, client, mailer and the clock, for every door."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parseaddr
from functools import cached_property
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from tracker.config import Settings
from tracker.core.call import Status
from tracker.core.errors import ConfigError, UsageError
from tracker.core.profile import Contact, Municipality

if TYPE_CHECKING:  # heavy modules are imported by the method that needs them
    from pathlib import Path

    from db.engine import Engine
    from scrapers.contract import Site, Source
    from tracker.collecting import Progress
    from tracker.core.call import Call, Change
    from tracker.core.delivery import Delivery
    from tracker.core.match import Match
    from tracker.digest.compose import BlindSpot
    from tracker.digest.outbox import Circumstances, Handover
    from tracker.health import Health
    from tracker.ingest import Collected, Standing
    from tracker.mail import SmtpSettings
    from tracker.ranking import Ranked

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
RUN_LOCK = "run"
OVERLAP = timedelta(days=2)
"""How far an increment reaches back before the last reading, for what is published late."""
OVER = {Status.CLOSED, Status.VANISHED}


def wall_clock() -> datetime:
    """Read the wall clock: the one place in the product that does."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceReport:
    """A source with its health and what is stored of it, for `tracker sources` and the web page."""

    source: "Source"
    health: "Health"
    stored: int
    open: int
    programmes: dict[str, int]


@dataclass(frozen=True)
class App:
    """One process's product. `at` is the moment of a rehearsal, or None for real work."""

    settings: Settings
    at: datetime | None = None
    demo: bool = False
    clock: Callable[[], datetime] = wall_clock

    def now(self) -> datetime:
        """Give the present moment (aware, UTC): the rehearsal's where one was given."""
        return self.at or self.clock()

    @cached_property
    def municipality(self) -> Municipality:
        """The city's profile."""
        from tracker.profile_file import load_profile

        return load_profile(self.settings.profile)

    @cached_property
    def contacts(self) -> tuple[Contact, ...]:
        """The contacts; none where no file is set."""
        from tracker.contacts import load_contacts

        return load_contacts(self.settings.contacts) if self.settings.contacts else ()

    @cached_property
    def engine(self) -> "Engine":
        """The database, checked for its schema and for rehearsals meeting real work."""
        from db import schema

        engine = self.unchecked_engine
        schema.check(engine)
        self._check_rehearsal(engine)
        return engine

    @cached_property
    def unchecked_engine(self) -> "Engine":
        """The database as it is, for the commands that create or mend it."""
        from db.engine import make_engine

        return make_engine(self.settings.database_url)

    def prepare_database(self) -> "Engine":
        """Create an empty database's schema; an existing one must be up to date."""
        from db import schema

        if schema.is_empty(self.unchecked_engine):
            schema.upgrade(self.unchecked_engine, rehearsal=self.at is not None)
        return self.engine

    def _check_rehearsal(self, engine: "Engine") -> None:
        from db import schema

        if self.at is not None and not schema.is_rehearsal(engine):
            raise UsageError(
                "--at works only on a database made as a rehearsal, and this one holds real work. "
                "Set TRACKER_DATABASE_URL to a new file, for example sqlite:///rehearsal.db, and try again."
            )

    @property
    def is_rehearsal(self) -> bool:
        """Tell whether nothing here may reach a person."""
        from db import schema

        return self.at is not None or schema.is_rehearsal(self.engine)

    @contextmanager
    def working(self) -> Iterator[None]:
        """Hold the lock of the main job: two at once would do everything twice."""
        from db.engine import hold_lock

        with hold_lock(self.unchecked_engine, RUN_LOCK):
            yield

    def sources(self, names: Sequence[str] = ()) -> tuple["Source", ...]:
        """Give the named sources, or all that run on schedule."""
        from scrapers.registry import sources

        everything = {source.name: source for source in sources()}
        for name in names:
            if name not in everything:
                raise UsageError(f"There is no source named {name!r}. There are: {', '.join(everything)}.")
        if names:
            return tuple(everything[name] for name in dict.fromkeys(names))
        return tuple(source for source in everything.values() if self.is_on(source))

    def is_on(self, source: "Source") -> bool:
        """Tell whether a source is read without being named: by itself, or because the operator says so."""
        return source.on_schedule or source.name in self.settings.sources_on

    def site(self, source: "Source") -> "Site":
        """Tell where and how a source is to be read now."""
        import json
        from dataclasses import asdict

        from db import calls, runs
        from db.engine import session_scope
        from scrapers.registry import site_for
        from tracker.core.run import RunState

        settings, key = self.settings, self.settings.interreg_key
        with session_scope(self.engine, read_only=True) as session:
            known = calls.sightings(session, source.name)
            history = runs.latest(session, source.name, limit=200)
        complete = next((run for run in history if run.state is RunState.GOOD), None)
        options = {
            "today": self.now().astimezone(AMSTERDAM).date().isoformat(),
            "known": "\n".join(sorted(known)),
            "pages": json.dumps([asdict(page) for page in self.municipality.watched]),
            "app_id": settings.interreg_app_id or "",
            "key": key.get_secret_value() if key else "",
        }
        if complete:
            since = (complete.started_at - OVERLAP).astimezone(AMSTERDAM).date()
            options["since"] = since.isoformat()
        return site_for(source, settings.source_urls, options=options)

    def collect(self, names: Sequence[str], *, progress: "Progress") -> "Iterator[Collected]":
        """Read the named sources (default: all on schedule) and store what they say.

        Runs that a dead process left behind are closed first; the caller holds the lock (`working`).
        """
        from db import runs
        from db.engine import session_scope
        from scrapers.http import Client
        from tracker.collecting import collect
        from tracker.ranking import refresh_projections

        settings = self.settings
        with session_scope(self.engine) as session:
            runs.abandon_unfinished(session, at=self.now())
        with Client(
            contact=settings.contact_address,
            delay=settings.request_delay,
            timeout=settings.request_timeout,
            attempts=settings.request_attempts,
            backoff=settings.request_backoff,
        ) as client:
            chosen = self.sources(names)
            yield from collect(
                self.engine,
                chosen,
                fetch=client,
                sites={source.name: self.site(source) for source in chosen},
                clock=self.now,
                progress=progress,
                standing=self._standing(),
            )
        with session_scope(self.engine) as session:
            refresh_projections(session, self.municipality, now=self.now())

    def _standing(self) -> "Standing":
        from scrapers.registry import sources
        from tracker.ingest import Standing

        everything = sources()
        return Standing(
            authority={source.name: source.authority for source in everything},
            borrowed_identifiers=frozenset(one.name for one in everything if not one.own_identifiers),
        )

    def rank(self) -> "Ranked":
        """Rank all stored calls for the profile."""
        from tracker.ranking import rank_all

        return rank_all(self.engine, self.municipality, now=self.now())

    def nothing_read(self) -> bool:
        """Tell whether no source was ever read well."""
        return all(report.health.last_good is None for report in self.source_reports())

    def compose(self) -> "list[Delivery]":
        """Compose the editions that are due."""
        from tracker.core.delivery import Channel
        from tracker.digest.outbox import compose_editions

        channels = [Channel.FILE, Channel.MAIL] if self._may_mail() else [Channel.FILE]
        return compose_editions(
            self.engine, self.contacts, channels=channels, circumstances=self.circumstances(), now=self.now()
        )

    def deliver(self) -> "list[Handover]":
        """Hand over what is pending."""
        from tracker.digest.outbox import deliver_pending
        from tracker.mail import Mailer

        mailer = Mailer(self._smtp()) if self._may_mail() else None
        return deliver_pending(self.engine, out=self.settings.out, mailer=mailer, clock=self.now)

    def _may_mail(self) -> bool:
        return self.settings.mail_is_on and not self.is_rehearsal and not self.demo

    def _smtp(self) -> "SmtpSettings":
        from tracker.mail import SmtpSettings

        settings = self.settings
        if settings.smtp_host is None:
            raise ConfigError("a mail server, to send mail", key="TRACKER_SMTP_HOST")
        password = settings.smtp_password
        return SmtpSettings(
            host=settings.smtp_host,
            port=settings.smtp_port,
            security=settings.smtp_security,
            user=settings.smtp_user or "",
            password=password.get_secret_value() if password else "",
            timeout=settings.smtp_timeout,
            sender=parseaddr(settings.smtp_sender)[1],
        )

    def circumstances(self) -> "Circumstances":
        """Gather what a digest says besides its calls."""
        from scrapers.programmes import PROGRAMMES
        from tracker.digest.outbox import Circumstances
        from tracker.profile_file import profile_warnings

        reports = self.source_reports()
        blind = tuple(spot for report in reports for spot in blind_spots(report))
        read = sum(1 for report in reports if not blind_spots(report))
        return Circumstances(
            municipality=self.municipality,
            programme_names={p.slug: (p.name_nl, p.name_en) for p in PROGRAMMES},
            blind_spots=blind,
            sources_read=read,
            nothing_read=all(report.health.last_good is None for report in reports),
            warnings=profile_warnings(self.municipality),
            sender=self.settings.smtp_sender,
            public_url=self.settings.public_url,
            ask=self.settings.contact_address or "",
            demo=self.demo,
        )

    def source_reports(self) -> "list[SourceReport]":
        """Give each source's health and counts, in the order of the registry."""
        from collections import Counter

        from db import calls, runs
        from db.engine import session_scope
        from scrapers.registry import sources
        from tracker.core.call import Status
        from tracker.health import health_of

        now = self.now()
        reports = []
        with session_scope(self.engine, read_only=True) as session:
            for source in sources():
                kept = [stored.call for stored in calls.sightings(session, source.name).values()]
                open_now = [call for call in kept if call.status_at(now) in {Status.OPEN, Status.FORTHCOMING}]
                history = runs.latest(session, source.name, limit=60)
                health = health_of(history, now, open_calls=len(open_now), is_off=not self.is_on(source))
                programmes = dict(Counter(call.data.programme for call in open_now))
                reports.append(
                    SourceReport(
                        source=source,
                        health=health,
                        stored=len(kept),
                        open=len(open_now),
                        programmes=programmes,
                    )
                )
        return reports

    def refresh(self) -> None:
        """Bring statuses and next deadlines up to this moment."""
        from db.engine import session_scope
        from tracker.ranking import refresh_projections

        with session_scope(self.engine) as session:
            refresh_projections(session, self.municipality, now=self.now())

    def has_missing_editions(self) -> bool:
        """Tell whether a contact has no edition yet for the present period."""
        from db import deliveries
        from db.engine import session_scope
        from tracker.core.delivery import Channel
        from tracker.digest.outbox import edition_of

        channel = Channel.MAIL if self._may_mail() else Channel.FILE
        now = self.now()
        with session_scope(self.engine, read_only=True) as session:
            return any(
                deliveries.find(session, contact.email, edition_of(contact, now), channel) is None
                for contact in self.contacts
            )

    def preview(self) -> "list[Path]":
        """Write what each contact would get now to a folder `preview`; stores and tells nothing."""
        from db.engine import session_scope
        from tracker.core.delivery import Channel
        from tracker.digest.outbox import compose_for, edition_of, file_stem, plan_for
        from tracker.mail import write_files

        channel = Channel.MAIL if self._may_mail() else Channel.FILE
        circumstances, now = self.circumstances(), self.now()
        paths: list[Path] = []
        for contact in self.contacts:
            with session_scope(self.engine, read_only=True) as session:
                plan = plan_for(session, contact, channel=channel, municipality=self.municipality, now=now)
            composed = compose_for(contact, plan, channel=channel, circumstances=circumstances, now=now)
            name = file_stem(contact.email, edition_of(contact, now))
            message = composed.message.as_bytes()
            paths += write_files(self.settings.out / "preview", name, message=message, html=composed.html)
        return paths

    def list_calls(
        self, *, status: str | None, programme: str | None, source: str | None, limit: int | None
    ) -> "list[Call]":
        """List stored calls by status (comma-separated), programme (slug, code or name) and source.

        The next deadline comes first, what is over last. The status is derived at this very moment.
        """
        from db import matches
        from db.engine import session_scope

        wanted, now = _statuses(status) if status else list(Status), self.now()
        programmes = [_programme(programme)] if programme else None
        if source:
            self.sources([source])
        with session_scope(self.engine, read_only=True) as session:
            found = matches.list_calls(session, self.municipality.slug, programmes=programmes, source=source)
        kept = [call for call, _ in found if call.status_at(now) in wanted]
        return sorted(kept, key=lambda call: call.status_at(now) in OVER)[:limit]

    def find_calls(self, ref: str) -> "list[Call]":
        """Give the calls that a reference may mean: identifier, our id or a source's number."""
        from db import calls
        from db.engine import session_scope

        with session_scope(self.engine, read_only=True) as session:
            return calls.find(session, ref)

    def changes_of(self, call: "Call") -> "list[Change]":
        """Give a call's history, oldest first."""
        from db import calls
        from db.engine import session_scope

        with session_scope(self.engine, read_only=True) as session:
            return calls.changes(session, call.id)

    def matches_of(self, call: "Call") -> "list[Match]":
        """Give how a call fits each priority."""
        from db import matches
        from db.engine import session_scope

        with session_scope(self.engine, read_only=True) as session:
            return matches.of_call(session, self.municipality.slug, call.id)

    def ranked(self, priority: str | None, *, limit: int | None, blocked: bool) -> "list[tuple[Call, Match]]":
        """Give the stored ranking, `limit` calls for each priority, or what the city cannot apply for."""
        from db import matches
        from db.engine import session_scope

        if priority and self.municipality.priority(priority) is None:
            known = ", ".join(one.slug for one in self.municipality.priorities)
            raise UsageError(f"There is no priority {priority!r}. There are: {known}.")
        slugs = [priority] if priority else [one.slug for one in self.municipality.priorities]
        name = self.municipality.slug
        with session_scope(self.engine, read_only=True) as session:
            return [
                pair
                for slug in slugs
                for pair in matches.ranked(session, name, priority=slug, limit=limit, blocked=blocked)
            ]

    def match_text(self, text: str, *, limit: int) -> "list[tuple[Call, Match]]":
        """Match free text against all calls of the profile's programmes that are open or coming."""
        from db import calls
        from db.engine import session_scope
        from matching.ranker import Ranker

        with session_scope(self.engine, read_only=True) as session:
            stored = calls.all_calls(session, self.municipality.programmes)
        if not stored:
            raise UsageError("There are no calls yet. Read them first: tracker collect")
        by_id = {call.id: call for call in stored}
        found = Ranker.fit(stored).match_text(text, now=self.now(), limit=limit)
        return [(by_id[match.call_id], match) for match in found]


def blind_spots(report: SourceReport) -> "list[BlindSpot]":
    """Give what a reader could not be told about because this source, or a part of it, was not read."""
    from tracker.core.run import SourceState
    from tracker.digest.compose import BlindSpot

    health = report.health
    if health.state in {SourceState.WELL, SourceState.WELL_NONE_OPEN, SourceState.OFF}:
        return []
    since = health.since.astimezone(AMSTERDAM).date() if health.since else None
    return [BlindSpot(title=report.source.title, area=report.source.area, since=since, state=health.state)]


def _statuses(text: str) -> list[Status]:
    known = {status.value: status for status in Status}
    names = [name.strip() for name in text.split(",") if name.strip()]
    for name in names:
        if name not in known:
            raise UsageError(f"There is no status {name!r}. There are: {', '.join(known)}.")
    return [known[name] for name in names]


def _programme(text: str) -> str:
    from scrapers.programmes import find

    programme = find(text)
    if programme is None:
        raise UsageError(f"There is no programme {text!r}. See: tracker sources")
    return programme.slug
