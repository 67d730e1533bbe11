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
from tracker.core.errors import ConfigError, UsageError, dutch_reason
from tracker.core.profile import Contact, Municipality

if TYPE_CHECKING:  # heavy modules are imported by the method that needs them
    from db.engine import Engine
    from scrapers.contract import Site, Source
    from scrapers.http import Client
    from tracker.collecting import Progress
    from tracker.core.delivery import Channel, Delivery
    from tracker.digest.due import Circumstances
    from tracker.digest.handover import Handover
    from tracker.ingest import Collected, Standing
    from tracker.links import Links
    from tracker.mail import Mailer, SmtpSettings
    from tracker.ranking import Ranked
    from tracker.source_reports import SourceReport

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
RUN_LOCK = "run"
OVERLAP = timedelta(days=2)
"""How far an increment reaches back before the last reading, for what is published late."""
OVER = {Status.CLOSED, Status.VANISHED}


def wall_clock() -> datetime:
    """Read the wall clock: the one place in the product that does."""
    return datetime.now(UTC)


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
                "Set TRACKER_DATABASE_URL to a new file, for example sqlite:///rehearsal.db, and try again.",
                nl="--at werkt alleen op een database die als oefening is gemaakt, en in deze staat echt "
                "werk. Zet TRACKER_DATABASE_URL op een nieuw bestand, bijvoorbeeld sqlite:///rehearsal.db, "
                "en probeer het opnieuw.",
            )

    @property
    def is_rehearsal(self) -> bool:
        """Tell whether nothing here may reach a person."""
        from db import schema

        return self.at is not None or schema.is_rehearsal(self.engine)

    @contextmanager
    def working(self, *, patience: float = 0.0) -> Iterator[None]:
        """Hold the lock of the main job: two at once would do everything twice.

        `patience` is how many seconds to wait for another holder.
        """
        from db.engine import hold_lock

        with hold_lock(self.engine, RUN_LOCK, patience=patience):
            yield

    def sources(self, names: Sequence[str] = ()) -> tuple["Source", ...]:
        """Give the named sources, or all that run on schedule."""
        from scrapers.registry import sources

        everything = {source.name: source for source in sources()}
        for name in names:
            if name not in everything:
                known = ", ".join(everything)
                raise UsageError(
                    f"There is no source named {name!r}. There are: {known}.",
                    nl=f"Er is geen bron {name!r}. Wel: {known}.",
                )
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
                f"a readable text file was expected ({error})",
                key="TRACKER_OWN_CALLS",
                nl=f"verwacht werd een leesbaar tekstbestand: {path} ({dutch_reason(error)})",
            ) from error

    def collect(self, names: Sequence[str], *, progress: "Progress") -> "Iterator[Collected]":
        """Read the named sources (default: all on schedule) and store what they say.

        Runs that a dead process left behind are closed first; the caller holds the lock (`working`).
        """
        from db import runs
        from db.engine import session_scope
        from tracker.collecting import collect

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
                standing=self.standing(),
            )
        self.refresh()

    def standing(self) -> "Standing":
        """Tell whose word leads where sources disagree, and whose identifiers are borrowed."""
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

    def compose(self, only: Sequence[Contact] | None = None) -> "list[Delivery]":
        """Compose the editions that are due (for `only` these contacts), and for all what cannot wait."""
        from db import notices
        from db.engine import session_scope
        from tracker.digest.outbox import compose_editions

        channels, circumstances = self._channels(), self.circumstances()
        contacts = self.contacts if only is None else only
        made = compose_editions(
            self.engine, contacts, channels=channels, circumstances=circumstances, now=self.now()
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

        return [Channel.FILE, Channel.MAIL] if self.may_mail() else [Channel.FILE]

    def deliver(self) -> "list[Handover]":
        """Hand over what is pending."""
        from tracker.digest.handover import deliver_pending

        return deliver_pending(self.engine, out=self.settings.out, mailer=self.mailer(), clock=self.now)

    def mailer(self) -> "Mailer | None":
        """Give the way to the mail server, or None where nothing may be mailed."""
        from tracker.mail import Mailer

        return Mailer(self.smtp()) if self.may_mail() else None

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

    def has_due_messages(self) -> bool:
        """Tell whether a message waits whose next try is due."""
        from tracker.digest.handover import is_any_due

        return is_any_due(self.engine, self.now())

    def may_mail(self) -> bool:
        """Tell whether messages go by mail: switched on, and neither a rehearsal nor the demo."""
        return self.settings.mail_is_on and not self.is_rehearsal and not self.demo

    def smtp(self) -> "SmtpSettings":
        """Give how the mail server is reached.

        Raises:
            ConfigError: no server is set.
        """
        from tracker.mail import SmtpSettings

        settings = self.settings
        if settings.smtp_host is None:
            raise ConfigError(
                "a mail server, to send mail", key="TRACKER_SMTP_HOST", nl="een mailserver, om mail te sturen"
            )
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
        from db.engine import session_scope
        from scrapers.programmes import OTHER_PROGRAMMES, PROGRAMMES
        from tracker.digest.due import Circumstances
        from tracker.profile_file import profile_warnings
        from tracker.source_reports import blind_spots
        from tracker.watch import passages

        with session_scope(self.engine, read_only=True) as session:
            waiting = len(passages(session, now=self.now()))
        reports = self.source_reports()
        blind = tuple(spot for report in reports for spot in blind_spots(report))
        seen = [one for one in reports if one.is_on and all(spot.only_texts for spot in blind_spots(one))]
        return Circumstances(
            municipality=self.municipality,
            programme_names={p.slug: (p.name_nl, p.name_en) for p in (*PROGRAMMES, *OTHER_PROGRAMMES)},
            blind_spots=blind,
            sources_read=len(seen),
            passages_waiting=waiting,
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
        from scrapers.registry import sources
        from tracker.source_reports import report_sources

        return report_sources(
            self.engine, sources(), is_on=self.is_on, next_run=self._next_run(), now=self.now()
        )

    def _next_run(self) -> datetime:
        """Give the next moment at which a scheduled process reads the sources."""
        hour, _, minute = self.settings.schedule_collect.partition(":")
        local = self.now().astimezone(AMSTERDAM)
        today = local.replace(hour=int(hour), minute=int(minute), second=0, microsecond=0)
        return (today if today > local else today + timedelta(days=1)).astimezone(UTC)

    def refresh(self) -> None:
        """Bring statuses and next deadlines up to this moment."""
        from db.engine import session_scope
        from tracker.ranking import ranking_alone, refresh_projections

        with ranking_alone(self.engine), session_scope(self.engine) as session:
            refresh_projections(session, self.municipality, now=self.now())

    def missing_editions(self) -> tuple[Contact, ...]:
        """Give the contacts who should have had an edition of the present period by now, and have not."""
        from db import notices
        from db.engine import session_scope
        from tracker.digest.due import decide, is_missing

        channel, circumstances, now = self.channel(), self.circumstances(), self.now()
        with session_scope(self.engine, read_only=True) as session:
            composed = notices.last_composed(session)
            is_composed = composed is not None and composed >= self.digest_moment()
            decisions = [
                decide(session, contact, channel=channel, circumstances=circumstances, now=now)
                for contact in self.contacts
            ]
        return tuple(one.contact for one in decisions if is_missing(one, is_composed=is_composed))

    def channel(self) -> "Channel":
        """Give the way by which contacts are told: by mail, else by files."""
        from tracker.core.delivery import Channel

        return Channel.MAIL if self.may_mail() else Channel.FILE

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
