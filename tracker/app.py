"""The only wiring: settings, profile, engine, client, mailer and the clock, for every door."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parseaddr
from functools import cached_property
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from tracker.config import Settings
from tracker.core.call import ALIVE, Status
from tracker.core.errors import ConfigError, UsageError
from tracker.core.profile import Contact, Municipality

if TYPE_CHECKING:  # heavy modules are imported by the method that needs them
    from pathlib import Path

    from db.calls import StoredSighting
    from db.engine import Engine
    from db.watching import KeptCandidate
    from matching.why_not import WhyNot
    from scrapers.contract import Crawl, Site, Source
    from scrapers.http import Client
    from tracker.collecting import Progress
    from tracker.core.answer import Absence, Answer
    from tracker.core.call import Call, Change
    from tracker.core.delivery import Channel, Delivery, DeliveryState
    from tracker.core.feedback import Verdict
    from tracker.core.match import Match
    from tracker.core.run import Run
    from tracker.digest.compose import BlindSpot
    from tracker.digest.handover import Handover
    from tracker.digest.outbox import Circumstances
    from tracker.feedback import Effect
    from tracker.health import Health
    from tracker.ingest import Collected, Standing
    from tracker.joining import Lookalikes
    from tracker.links import Links
    from tracker.mail import Mailer, SmtpSettings
    from tracker.operator import Trouble
    from tracker.privacy import Erased
    from tracker.ranking import Matched, Ranked

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
    is_on: bool
    trend: int | None
    next_run: datetime | None
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
        settings = self.settings
        has_file = source.name == "manual" and settings.own_calls is not None
        return source.on_schedule or has_file or source.name in settings.sources_on

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
            known = calls.references(session, source.name)
            history = runs.latest(session, source.name, limit=200)
        complete = next((run for run in history if run.state is RunState.GOOD and not run.problems), None)
        options = {
            "today": self.now().astimezone(AMSTERDAM).date().isoformat(),
            "known": "\n".join(sorted(known)),
            "pages": json.dumps([asdict(page) for page in self.municipality.watched]),
            "entries": self._own_calls(),
            "app_id": settings.interreg_app_id or "",
            "key": key.get_secret_value() if key else "",
        }
        if complete:
            since = (complete.started_at - OVERLAP).astimezone(AMSTERDAM).date()
            options["since"] = since.isoformat()
        return site_for(source, settings.source_urls, options=options)

    def _own_calls(self) -> str:
        path = self.settings.own_calls
        if path is None:
            return ""
        try:
            return path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise ConfigError(
                f"a readable text file was expected ({error})", key="TRACKER_OWN_CALLS"
            ) from error

    def collect(self, names: Sequence[str], *, progress: "Progress") -> "Iterator[Collected]":
        """Read the named sources (default: all on schedule) and store what they say.

        Runs that a dead process left behind are closed first; the caller holds the lock (`working`).
        """
        from db import runs
        from db.engine import session_scope
        from tracker.collecting import collect
        from tracker.ranking import refresh_projections

        with session_scope(self.engine) as session:
            runs.abandon_unfinished(session, at=self.now())
        with self.client() as client:
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
        """Compose the editions that are due, and what cannot wait for the next one."""
        from db import notices
        from db.engine import session_scope
        from tracker.digest.outbox import compose_editions

        channels, circumstances = self._channels(), self.circumstances()
        made = compose_editions(
            self.engine, self.contacts, channels=channels, circumstances=circumstances, now=self.now()
        )
        with session_scope(self.engine) as session:
            notices.note_composed(session, self.now())
        return made + self._compose_urgent(circumstances)

    def compose_urgent(self) -> "list[Delivery]":
        """Compose only what cannot wait for a contact's next regular edition."""
        return self._compose_urgent(self.circumstances())

    def _compose_urgent(self, circumstances: "Circumstances") -> "list[Delivery]":
        from tracker.digest.outbox import compose_urgent

        return compose_urgent(
            self.engine,
            self.contacts,
            channels=self._channels(),
            circumstances=circumstances,
            now=self.now(),
        )

    def _channels(self) -> "list[Channel]":
        from tracker.core.delivery import Channel

        return [Channel.FILE, Channel.MAIL] if self._may_mail() else [Channel.FILE]

    def deliver(self) -> "list[Handover]":
        """Hand over what is pending."""
        from tracker.digest.handover import deliver_pending

        return deliver_pending(self.engine, out=self.settings.out, mailer=self.mailer(), clock=self.now)

    def deliveries(self, states: "Sequence[DeliveryState]", *, limit: int | None) -> "list[Delivery]":
        """Give the latest messages in these states, or in any."""
        from db import deliveries
        from db.engine import session_scope

        with session_scope(self.engine, read_only=True) as session:
            return deliveries.listing(session, states=states, limit=limit)

    def resend(self, delivery_id: int) -> "Handover":
        """Hand one message over again, as a person asks."""
        from tracker.digest.handover import resend

        return resend(self.engine, delivery_id, out=self.settings.out, mailer=self.mailer(), clock=self.now)

    def note_arrival(self, delivery_id: int) -> "Delivery":
        """Note that an unsure message arrived."""
        from tracker.digest.handover import note_arrival

        return note_arrival(self.engine, delivery_id, at=self.now())

    def mailer(self) -> "Mailer | None":
        """Give the way to the mail server, or None where nothing may be mailed."""
        from tracker.mail import Mailer

        return Mailer(self._smtp()) if self._may_mail() else None

    def contact(self, address: str) -> Contact | None:
        """Give the contact of an address, or None where the contacts file has none."""
        return next((one for one in self.contacts if one.email == address), None)

    def absence_of(self, address: str) -> "Absence | None":
        """Give what a contact said about not wanting mail."""
        from db import answers
        from db.engine import session_scope

        with session_scope(self.engine, read_only=True) as session:
            return answers.absence(session, address)

    def is_away(self, address: str) -> bool:
        """Tell whether a contact left, or pauses today."""
        from db.engine import session_scope
        from tracker.answers import is_away

        with session_scope(self.engine, read_only=True) as session:
            return is_away(session, address, now=self.now())

    def end_absence(self, address: str) -> None:
        """Note that a contact wants mail again."""
        from db import answers
        from db.engine import session_scope

        if self.absence_of(address) is None:
            raise UsageError(f"{address} did not leave and does not pause")
        with session_scope(self.engine) as session:
            answers.end_absence(session, address)

    def export_contact(self, address: str) -> "dict[str, Any]":
        """Give everything that is kept about a person."""
        from tracker.privacy import export

        return export(self.engine, address, self.contact(address))

    def erase_contact(self, address: str) -> "Erased":
        """Erase what is kept about a person."""
        from tracker.privacy import erase

        return erase(self.engine, address, self.contact(address), out=self.settings.out)

    def answers_to(self, call: "Call") -> "list[Answer]":
        """Give every answer of contacts about a call, the oldest first."""
        from db import answers
        from db.engine import session_scope

        with session_scope(self.engine, read_only=True) as session:
            return answers.of_call(session, call.id)

    def links(self) -> "Links | None":
        """Give what makes signed links, or None without a public address and a key."""
        from tracker.links import Links

        settings = self.settings
        if settings.public_url is None or settings.secret_key is None:
            return None
        return Links(settings.public_url, settings.secret_key.get_secret_value())

    def digest_moment(self) -> datetime:
        """Give this week's moment of the digests, be it past or to come."""
        hour, _, minute = self.settings.schedule_digest.partition(":")
        local = self.now().astimezone(AMSTERDAM)
        monday = local - timedelta(days=local.weekday())
        return monday.replace(hour=int(hour), minute=int(minute), second=0, microsecond=0)

    def troubles(self) -> "list[Trouble]":
        """Give what the operator is to be told of now."""
        from db import deliveries, notices
        from db.engine import session_scope
        from tracker.core.delivery import DeliveryState
        from tracker.operator import delivery_troubles, monday_trouble, source_troubles

        now, healths = (
            self.now(),
            [(one.source.name, one.health) for one in self.source_reports() if one.is_on],
        )
        unsettled = (DeliveryState.PENDING, DeliveryState.FAILED, DeliveryState.UNSURE)
        with session_scope(self.engine, read_only=True) as session:
            messages = deliveries.listing(session, states=unsettled, limit=None)
            composed = notices.last_composed(session)
        return [
            *source_troubles(healths, patience=timedelta(hours=self.settings.patience_hours), now=now),
            *delivery_troubles((one for one in messages if one.message), now=now),
            *monday_trouble(composed, digest_at=self.digest_moment(), now=now),
        ]

    def tell_operator(self, before: "Sequence[Trouble]" = ()) -> "Delivery | None":
        """Put a mail to the operator into the outbox about what is newly wrong or well again since `before`.

        Without an operator, or where nothing may be mailed, nobody is told.
        """
        from db.engine import session_scope
        from tracker.operator import tell

        operator = self.settings.operator
        if operator is None or not self._may_mail():
            return None
        after = self.troubles()
        with session_scope(self.engine) as session:
            return tell(
                session,
                before,
                after,
                operator=operator,
                sender=self.settings.smtp_sender,
                language=self.settings.language or "nl",
                now=self.now(),
            )

    def mail_problem(self) -> str:
        """Say why the mail server cannot be used, or nothing; sends nothing."""
        from tracker.core.errors import DeliveryError
        from tracker.mail import Mailer

        try:
            Mailer(self._smtp()).check()
        except DeliveryError as error:
            return str(error)
        return ""

    def has_due_messages(self) -> bool:
        """Tell whether a message waits whose next try is due."""
        from tracker.digest.handover import is_any_due

        return is_any_due(self.engine, self.now())

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
        from scrapers.programmes import OTHER_PROGRAMMES, PROGRAMMES
        from tracker.digest.outbox import Circumstances
        from tracker.profile_file import profile_warnings

        reports = self.source_reports()
        blind = tuple(spot for report in reports for spot in blind_spots(report))
        read = sum(1 for report in reports if all(spot.only_texts for spot in blind_spots(report)))
        return Circumstances(
            municipality=self.municipality,
            programme_names={p.slug: (p.name_nl, p.name_en) for p in (*PROGRAMMES, *OTHER_PROGRAMMES)},
            blind_spots=blind,
            sources_read=read,
            nothing_read=all(report.health.last_good is None for report in reports),
            warnings=profile_warnings(self.municipality),
            sender=self.settings.smtp_sender,
            public_url=self.settings.public_url,
            ask=self.settings.contact_address or "",
            demo=self.demo,
            links=self.links(),
        )

    def source_reports(self) -> "list[SourceReport]":
        """Give each source's health and counts, in the order of the registry."""
        from collections import Counter

        from db import calls, runs
        from db.engine import session_scope
        from scrapers.registry import sources
        from tracker.health import health_of

        now = self.now()
        reports = []
        with session_scope(self.engine, read_only=True) as session:
            for source in sources():
                kept = [stored.call for stored in calls.sightings(session, source.name).values()]
                open_now = [call for call in kept if call.status_at(now) in ALIVE]
                history = runs.latest(session, source.name, limit=60)
                health = health_of(history, now, open_calls=len(open_now), is_off=not self.is_on(source))
                programmes = dict(Counter(call.data.programme for call in open_now))
                reports.append(
                    SourceReport(
                        source=source,
                        health=health,
                        stored=len(kept),
                        open=len(open_now),
                        is_on=self.is_on(source),
                        trend=trend_of(history),
                        next_run=self._next_run() if self.is_on(source) else None,
                        programmes=programmes,
                    )
                )
        return reports

    def _next_run(self) -> datetime:
        """Give the next moment at which a scheduled process reads the sources."""
        hour, _, minute = self.settings.schedule_collect.partition(":")
        local = self.now().astimezone(AMSTERDAM)
        today = local.replace(hour=int(hour), minute=int(minute), second=0, microsecond=0)
        return (today if today > local else today + timedelta(days=1)).astimezone(UTC)

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
        from tracker.digest.outbox import compose_for, edition_of, plan_for
        from tracker.mail import file_stem, write_files

        channel = Channel.MAIL if self._may_mail() else Channel.FILE
        circumstances, now = self.circumstances(), self.now()
        paths: list[Path] = []
        for contact in self.contacts:
            with session_scope(self.engine, read_only=True) as session:
                plan = plan_for(session, contact, channel=channel, municipality=self.municipality, now=now)
            edition = edition_of(contact, now)
            composed = compose_for(
                contact, plan, edition=edition, channel=channel, circumstances=circumstances, now=now
            )
            name = file_stem(contact.email, edition)
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

        municipality = self.municipality
        chosen = [municipality.chosen(priority)] if priority else municipality.priorities
        slugs = [one.slug for one in chosen]
        name = self.municipality.slug
        with session_scope(self.engine, read_only=True) as session:
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

        answer = match_text(self.engine, self.municipality, text, now=self.now(), limit=limit)
        if not answer.found and not self.has_calls():
            raise UsageError("There are no calls yet. Read them first: tracker collect")
        return answer

    def why_not(self, call: "Call", priority: str) -> "WhyNot":
        """Say why a call is not in the top of a priority."""
        from tracker.ranking import why_not

        return why_not(self.engine, self.municipality, call, priority, now=self.now())

    def give_feedback(self, call: "Call", priority: str, *, wanted: bool, because: str = "") -> "Effect":
        """Keep a reviewer's verdict on a call and rank anew."""
        from tracker.core.feedback import Verdict
        from tracker.feedback import give

        now = self.now()
        verdict = Verdict(
            call_id=call.id,
            priority=priority,
            wanted=wanted,
            at=now,
            because=because,
            family=call.data.call_identifier,
        )
        return give(self.engine, self.municipality, verdict, now=now)

    def undo_feedback(self, call: "Call", priority: str) -> "Effect":
        """Take back the last verdict on a call under a priority."""
        from tracker.feedback import take_back

        return take_back(self.engine, self.municipality, call, priority, now=self.now())

    def verdicts(self) -> "list[tuple[Call, Verdict]]":
        """Give the verdicts that hold, each with its call."""
        from tracker.feedback import verdicts

        return verdicts(self.engine, self.municipality)

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
            self.municipality.chosen(priority)
        ranking = baseline(self.engine, self.municipality, now=self.now())
        shown = [one for one in ranking if 1 <= one.rank <= limit and priority in {None, one.priority}]
        with session_scope(self.engine, read_only=True) as session:
            found = read_calls_by_id(session, {one.call_id for one in shown})
        return [(found[one.call_id], one) for one in shown]

    def has_calls(self) -> bool:
        """Tell whether any call of the profile's programmes is stored."""
        from db import matches
        from db.engine import session_scope

        with session_scope(self.engine, read_only=True) as session:
            name, programmes = self.municipality.slug, self.municipality.programmes
            return bool(matches.list_calls(session, name, programmes=programmes, limit=1))

    def add_calls(self, entries: str) -> "Collected":
        """Store calls that a person wrote down (TOML tables `[[call]]`), all of them or none.

        Raises:
            UsageError: an entry is not right; nothing is stored.
        """
        from dataclasses import replace

        from scrapers.contract import Page, Request, run_crawl
        from scrapers.sources.manual import SOURCE
        from tracker.core.errors import LayoutChangedError
        from tracker.ingest import begin_run, finish_run

        def no_network(request: Request) -> Page:
            raise AssertionError(f"own calls need no network, and {request.url} was asked")

        site = self.site(SOURCE)
        site = replace(site, options={**site.options, "entries": entries})
        try:
            crawl = run_crawl(SOURCE, no_network, site=site)
        except LayoutChangedError as error:
            raise UsageError(str(error)) from error
        if crawl.problems:
            raise UsageError("; ".join(f"{row.source_ref}: {row.message}" for row in crawl.problems))
        run = begin_run(self.engine, SOURCE.name, at=self.now())
        done = finish_run(self.engine, run, crawl=lambda: crawl, clock=self.now, standing=self._standing())
        self.refresh()
        return done

    def confirm_candidate(self, key: str) -> "Collected":
        """Make a call of a passage on a watched page."""
        from db.engine import session_scope
        from scrapers.contract import Crawl, Listing
        from tracker import watch
        from tracker.ingest import begin_run, finish_run

        with session_scope(self.engine) as session:
            data = watch.confirm(session, key)
        crawl = Crawl(listing=Listing.INCREMENT, calls=(data,))
        run = begin_run(self.engine, "page-watch", at=self.now())
        done = finish_run(self.engine, run, crawl=lambda: crawl, clock=self.now, standing=self._standing())
        self.refresh()
        return done

    def dismiss_candidate(self, key: str) -> "KeptCandidate":
        """Note that a passage on a watched page is no call."""
        from db.engine import session_scope
        from tracker import watch

        with session_scope(self.engine) as session:
            return watch.dismiss(session, key)

    def candidates(self, *, every: bool = False) -> "list[KeptCandidate]":
        """Give the passages on watched pages that wait for a person, or every one."""
        from db import watching
        from db.engine import session_scope

        state = None if every else watching.CandidateState.NEW
        with session_scope(self.engine, read_only=True) as session:
            return watching.candidates(session, state=state)

    def duplicates(self) -> "list[Lookalikes]":
        """Give the pairs of calls that look alike and wait for a person."""
        from db.engine import session_scope
        from tracker.joining import proposals

        with session_scope(self.engine, read_only=True) as session:
            return proposals(session, now=self.now())

    def join_calls(self, keep: "Call", gone: "Call") -> None:
        """Make two calls one, as a person says."""
        from db.engine import session_scope
        from tracker.joining import join

        with session_scope(self.engine) as session:
            join(session, keep, gone)
        self.refresh()

    def keep_apart(self, one: "Call", other: "Call") -> None:
        """Note that two calls that look alike are two."""
        from db import watching
        from db.engine import session_scope

        with session_scope(self.engine) as session:
            watching.keep_apart(session, one.id, other.id, at=self.now())

    def sightings_of(self, call: "Call") -> "list[StoredSighting]":
        """Give how each source shows a call, the leading one first."""
        from db import calls
        from db.engine import session_scope

        with session_scope(self.engine, read_only=True) as session:
            return sorted(calls.sightings_of(session, call.id), key=lambda one: not one.leads)

    def check_source(self, name: str) -> "Crawl":
        """Read one source without storing anything.

        Raises:
            ScrapeError: it cannot be read.
        """
        from scrapers.contract import run_crawl

        source = self.sources([name])[0]
        with self.client() as client:
            return run_crawl(source, client, site=self.site(source))

    def client(self) -> "Client":
        """Make the polite client, as the settings have it."""
        from scrapers.http import Client

        settings = self.settings
        return Client(
            contact=settings.contact_address,
            delay=settings.request_delay,
            timeout=settings.request_timeout,
            attempts=settings.request_attempts,
            backoff=settings.request_backoff,
        )


def trend_of(history: "Sequence[Run]") -> int | None:
    """Give how many more calls the last good reading found than the one before; None without two."""
    from tracker.core.run import RunState

    found = [run.found for run in history if run.state in {RunState.GOOD, RunState.PARTIAL}]
    return found[0] - found[1] if len(found) > 1 else None


def blind_spots(report: SourceReport) -> "list[BlindSpot]":
    """Give what a reader could not be told about because this source, or a part of it, was not read."""
    from tracker.core.run import SourceState
    from tracker.digest.compose import BlindSpot

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
        )
    ]


def _lacks_only_dutch(report: SourceReport) -> bool:
    """Tell whether the last reading lacked nothing but the Dutch texts of calls that it read in English."""
    run, anchor = report.health.last_run, report.source.languages[0]
    return run is not None and anchor != "nl" and all(gap.startswith("nl: ") for gap in run.gaps)


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
