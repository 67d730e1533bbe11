"""Looks the whole product over, and says of each part whether it is well and what to do."""

import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path

from db import deliveries, notices, runs, schema
from db.engine import find_damage, session_scope
from tracker.app import App
from tracker.config import unknown_keys
from tracker.core.delivery import DeliveryState
from tracker.core.errors import TrackerError
from tracker.core.profile import Domain
from tracker.core.run import RunState
from tracker.mailroom import Mailroom
from tracker.words import DELIVERY_WORDS, SOURCE_WORDS

LEAST_SPACE = 200_000_000
"""Bytes of free disk below which somebody should make room: the database and a year of digests fit twice."""

LONGEST_SILENCE = timedelta(hours=36)
"""How long after a reading the next one should have come: a day, and half of one."""


class Verdict(StrEnum):
    """How a part is."""

    WELL = "well"
    NOTE = "note"  # works, and should be known
    WRONG = "wrong"  # must be mended


@dataclass(frozen=True, slots=True)
class Finding:
    """What was seen of one part; `said` and `advice` are in Dutch and English."""

    part: str
    verdict: Verdict
    said: tuple[str, str]
    advice: tuple[str, str] = ("", "")


def examine(app: App) -> list[Finding]:
    """Look at every part; a database that cannot be used hides what depends on it, and nothing is raised."""
    found = [*_settings(app), *_disk(app)]
    database = _database(app)
    found += database
    checks: list[Callable[[App], list[Finding]]] = [_contacts, _mail]
    if all(one.verdict is Verdict.WELL for one in database):
        checks += [_sources, _deliveries, _schedule]
    for check in checks:
        try:
            found += check(app)
        except TrackerError as error:
            found.append(_wrong(check.__name__.strip("_"), error.text("nl"), error.text("en")))
    return found


def _well(part: str, dutch: str, english: str) -> Finding:
    return Finding(part, Verdict.WELL, (dutch, english))


def _wrong(part: str, dutch: str, english: str, *advice: str) -> Finding:
    return Finding(part, Verdict.WRONG, (dutch, english), (advice[0], advice[1]) if advice else ("", ""))


def _settings(app: App) -> list[Finding]:
    found = [
        Finding(
            "settings",
            Verdict.NOTE,
            (f"{key} is geen instelling", f"{key} is no setting"),
            (f"bedoeld is misschien {near}", f"perhaps {near} was meant") if near else ("", ""),
        )
        for key, near in unknown_keys()
    ]
    settings = app.settings
    if settings.mail_is_on and settings.operator is None:
        found.append(
            Finding(
                "settings",
                Verdict.NOTE,
                ("niemand krijgt bericht van een storing", "nobody is told of trouble"),
                ("zet TRACKER_OPERATOR", "set TRACKER_OPERATOR"),
            )
        )
    if (settings.public_url is None) != (settings.secret_key is None):
        found.append(
            _wrong(
                "settings",
                "mails hebben geen antwoordknoppen",
                "mails have no answer buttons",
                "zet TRACKER_PUBLIC_URL en TRACKER_SECRET_KEY allebei",
                "set both TRACKER_PUBLIC_URL and TRACKER_SECRET_KEY",
            )
        )
    return found or [_well("settings", "goed", "good")]


def _disk(app: App) -> list[Finding]:
    folder = app.settings.out.absolute()
    while not folder.exists():
        folder = folder.parent
    places = {folder, *_database_folder(app)}
    found = []
    for place in sorted(places):
        free = shutil.disk_usage(place).free
        if free < LEAST_SPACE:
            said = f"{free // 1_000_000} MB, {place}"
            found.append(
                _wrong("disk", f"bijna vol: {said}", f"almost full: {said}", "maak ruimte", "make room")
            )
    return found or [_well("disk", "genoeg ruimte", "enough room")]


def _database_folder(app: App) -> Sequence[Path]:
    path = app.settings.database_url.removeprefix("sqlite:///").partition("?")[0]
    is_file = app.settings.database_url.startswith("sqlite:///") and Path(path).parent.exists()
    return [Path(path).parent] if is_file else []


def _database(app: App) -> list[Finding]:
    try:
        schema.check(app.unchecked_engine)
        damage = find_damage(app.unchecked_engine)
    except TrackerError as error:  # it says itself what to do
        return [_wrong("database", error.text("nl"), error.text("en"))]
    if damage:
        return [
            _wrong(
                "database",
                f"het bestand is beschadigd: {damage}",
                f"the file is damaged: {damage}",
                "stop tracker en zet een reservekopie terug",
                "stop tracker and put a backup back",
            )
        ]
    return [_well("database", "bereikbaar en bij de tijd", "reachable and up to date")]


def _contacts(app: App) -> list[Finding]:
    if not app.contacts:
        return [
            _wrong(
                "contacts", "niemand krijgt een digest", "nobody gets a digest", *["zet TRACKER_CONTACTS"] * 2
            )
        ]
    missing = [domain for domain in Domain if not any(domain in one.domains for one in app.contacts)]
    if missing:
        names = ", ".join(missing)
        said = (f"geen contact voor {names}", f"no contact for {names}")
        return [Finding("contacts", Verdict.NOTE, said, ("tracker contacts check", "tracker contacts check"))]
    return [_well("contacts", f"{len(app.contacts)} contacten", f"{len(app.contacts)} contacts")]


def _mail(app: App) -> list[Finding]:
    if not app.settings.mail_is_on:
        said = ("uit: digests worden alleen geschreven", "off: digests are only written")
        return [Finding("mail", Verdict.NOTE, said, ("zet TRACKER_SMTP_HOST", "set TRACKER_SMTP_HOST"))]
    problem = Mailroom(app).mail_problem()
    if problem:
        advice = ("kijk naar TRACKER_SMTP_…", "look at TRACKER_SMTP_…")
        return [_wrong("mail", f"de mailserver: {problem}", f"the mail server: {problem}", *advice)]
    return [_well("mail", "de mailserver antwoordt", "the mail server answers")]


def _sources(app: App) -> list[Finding]:
    reports = [report for report in app.source_reports() if report.is_on]
    bad = [report for report in reports if not report.health.state.is_read]
    found = []
    for report in bad:
        name = report.source.name
        error = report.health.last_run.error if report.health.last_run else ""
        said = [f"{word}. {error}".strip() for word in SOURCE_WORDS[report.health.state]]
        found.append(_wrong(f"source {name}", *said, *[f"tracker sources check {name}"] * 2))
    return found or [_well("sources", f"{len(reports)} gelezen", f"{len(reports)} read")]


def _deliveries(app: App) -> list[Finding]:
    states = (DeliveryState.FAILED, DeliveryState.UNSURE, DeliveryState.SENDING)
    with session_scope(app.engine, read_only=True) as session:
        stuck = deliveries.listing(session, states=states, limit=None)
        waiting = deliveries.listing(session, states=[DeliveryState.PENDING], limit=None)
    found = [
        _wrong(
            f"delivery {one.id}",
            *(f"{word}: {one.error}" for word in DELIVERY_WORDS[one.state]),
            *[f"tracker deliveries resend {one.id}"] * 2,
        )
        for one in stuck
        if one.message
    ]
    if waiting:
        said = (f"{len(waiting)} wachten", f"{len(waiting)} wait")
        found.append(Finding("deliveries", Verdict.NOTE, said, ("tracker deliveries", "tracker deliveries")))
    return found or [_well("deliveries", "alles is aangekomen", "all arrived")]


def _schedule(app: App) -> list[Finding]:
    now, advice = app.now(), ("draait tracker schedule?", "does tracker schedule run?")
    last = _last_reading(app)
    found = []
    if last is None or now - last > LONGEST_SILENCE:
        when = "nooit" if last is None else f"{last:%Y-%m-%d %H:%M} UTC"
        ever = "never" if last is None else when
        said = (f"bronnen laatst gelezen: {when}", f"sources last read: {ever}")
        found.append(_wrong("schedule", *said, *advice))
    with session_scope(app.engine, read_only=True) as session:
        composed = notices.last_composed(session)
    if app.contacts and composed is not None and composed < app.digest_moment() <= now:
        found.append(
            _wrong("schedule", "de digest van maandag is er niet", "Monday's digest is missing", *advice)
        )
    if found or last is None:
        return found
    read = f"{last:%Y-%m-%d %H:%M} UTC"
    dutch = f"bronnen laatst gelezen: {read} (met de hand of door tracker schedule)"
    english = f"sources last read: {read} (by hand or by tracker schedule)"
    return [_well("schedule", dutch, english)]


def _last_reading(app: App) -> datetime | None:
    with session_scope(app.engine, read_only=True) as session:
        latest = [run for source in app.sources() for run in runs.latest(session, source.name, limit=1)]
    return max((run.started_at for run in latest if run.state is not RunState.ABANDONED), default=None)
