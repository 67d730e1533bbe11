"""A year of our own making, week by week, as mails through the real outbox: nothing repeated, nothing missed.

Each call lives a declared life: it appears, and then closes on its day, moves, is withdrawn, comes back, or
closes early. The index is read on Mondays, when the weekly mails go out, and on Thursdays, when only what
cannot wait does. What each contact must read follows from the lives alone, beside the product's rules.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from email import message_from_bytes
from email.policy import default
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import vobject  # type: ignore[import-untyped]

from tests.proof.product import Product, collect, main_job
from tests.scrapers.rows import RowData, topic
from tracker.app import App
from tracker.core.profile import Contact, Strength
from tracker.demo.portal import call_rows
from tracker.demo.server import PortalStandIn

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
BEGIN = date(2026, 9, 7)  # a Monday
WEEKS, CALLS = 52, 96
ALWAYS = 3
"""Calls that are open all year: without them an empty listing would rightly be refused."""
FRESH = {"baseline", "new"}
LARGEST_MAIL = 100_000
KINDS = ("plain", "earlier", "later", "withdrawn", "plain", "returns", "closes early", "sudden")
Say = Callable[[str], None]


@dataclass(frozen=True)
class Life:
    """What happens to one call: in weeks from the beginning."""

    number: int
    kind: str
    appears: int
    closes: int

    @property
    def turns(self) -> date:
        """The Thursday on which something happens to it."""
        return BEGIN + timedelta(weeks=self.appears + 4, days=3)

    @property
    def returns(self) -> date:
        """The Thursday on which a call that was away comes back."""
        return self.turns + timedelta(weeks=4)

    def deadline_on(self, day: date) -> date:
        """The deadline that the index shows: a Tuesday."""
        planned = BEGIN + timedelta(weeks=self.closes, days=1)
        if day < self.turns:
            return planned
        moved = {
            "earlier": planned - timedelta(weeks=3),
            "later": planned + timedelta(weeks=3),
            "closes early": self.turns - timedelta(days=2),
            "sudden": self.turns + timedelta(days=4),  # the next Monday: no weekly mail is in time
        }
        return moved.get(self.kind, planned)

    def is_listed(self, day: date) -> bool:
        """Tell whether the index shows it."""
        away = self.kind == "withdrawn" or (self.kind == "returns" and day < self.returns)
        return day >= BEGIN + timedelta(weeks=self.appears) and not (away and day >= self.turns)

    def is_open(self, day: date) -> bool:
        """Tell whether it can be applied for."""
        return self.is_listed(day) and self.deadline_on(day) >= day


LIVES = {
    life.number: life
    for life in (
        Life(
            number=48200000 + place,
            kind="plain" if place < ALWAYS else KINDS[place % len(KINDS)],
            appears=0 if place < 8 else place % (WEEKS - 6),
            closes=WEEKS + 20 if place < ALWAYS else place % (WEEKS - 6) + 11 + place * 7 % 17,
        )
        for place in range(CALLS)
    )
}


@dataclass(frozen=True)
class Mail:
    """One message to one contact, and what was true that morning."""

    day: date
    contact: Contact
    edition: str
    lines: list[dict[str, Any]]
    message: bytes
    qualified: set[int]

    @property
    def is_weekly(self) -> bool:
        """Tell whether it is a regular edition."""
        return "-W" in self.edition

    @property
    def size(self) -> int:
        """How many bytes it is, attachments and all."""
        return len(self.message)

    def moments(self) -> Iterator[tuple[str, int, str, str]]:
        """The moments in its calendar files: name, sequence, status and date."""
        for part in message_from_bytes(self.message, policy=default).walk():
            if part.get_content_type() == "text/calendar":
                for event in vobject.readOne(part.get_content()).vevent_list:
                    at = str(event.dtstart.value)
                    yield event.uid.value, int(event.sequence.value), event.status.value, at

    @property
    def shown(self) -> list[dict[str, Any]]:
        """The lines that a person reads."""
        return [line for line in self.lines if line["shown"]]


@dataclass
class Year:
    """All mails, in order."""

    mails: list[Mail] = field(default_factory=list)

    def of(self, email: str) -> list[Mail]:
        """The mails to one contact."""
        return [mail for mail in self.mails if mail.contact.email == email]

    def told(self) -> Iterator[tuple[str, int, list[tuple[Mail, dict[str, Any]]]]]:
        """Each contact's story of each call that was shown to them: the lines in order."""
        stories: dict[tuple[str, int], list[tuple[Mail, dict[str, Any]]]] = defaultdict(list)
        for mail in self.mails:
            for line in mail.shown:
                stories[mail.contact.email, int(line["source_ref"])].append((mail, line))
        for (email, number), story in stories.items():
            yield email, number, story


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> Year:
    result = Year()
    samples = _samples()
    with PortalStandIn() as portal:
        product = Product(tmp_path_factory.mktemp("year"), portal.url)
        for week in range(WEEKS):
            for weekday in (0, 3):
                day = BEGIN + timedelta(weeks=week, days=weekday)
                portal.rows = [row for life in LIVES.values() for row in _rows(life, samples, day=day)]
                at = datetime.combine(day, time(8, 0), AMSTERDAM).astimezone(UTC)
                with product.app(at) as app:
                    _job(app, is_monday=weekday == 0)
                    result.mails += _mails(app, product, day=day, at=at)
    return result


def _job(app: App, *, is_monday: bool) -> None:
    if is_monday:
        main_job(app)
        return
    collect(app)
    with app.working():
        app.rank()
        app.compose_urgent()
        app.deliver()


def _samples() -> list[dict[str, RowData]]:
    """Give the words of our recorded sample: the metadata of each topic by language."""
    samples: dict[str, dict[str, RowData]] = defaultdict(dict)
    for row in call_rows(BEGIN):
        metadata = row["metadata"]
        if metadata["type"] == ["1"]:
            samples[metadata["identifier"][0]][row["language"]] = metadata
    return list(samples.values())


def _rows(life: Life, samples: list[dict[str, RowData]], *, day: date) -> Iterator[RowData]:
    if not life.is_listed(day):
        return
    opens = BEGIN + timedelta(weeks=life.appears) - timedelta(days=7)
    for language, sample in samples[life.number % len(samples)].items():
        yield topic(
            life.number,
            language=language,
            identifier=[f"{sample['identifier'][0]}-{life.number}"],
            title=[f"{sample['title'][0]} {life.number}"],
            keywords=sample["keywords"],
            frameworkProgramme=sample["frameworkProgramme"],
            startDate=[f"{opens}T00:00:00.000+0000"],
            deadlineDate=[f"{life.deadline_on(day)}T00:00:00.000+0000"],
            descriptionByte=sample["descriptionByte"],
        )


def _mails(app: App, product: Product, *, day: date, at: datetime) -> Iterator[Mail]:
    fits: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for row in product.rows(
        "SELECT s.source_ref, m.priority, m.strength, m.blocked FROM matches m "
        "JOIN sightings s ON s.call_id = m.call_id"
    ):
        fits[int(row["source_ref"])].append(row)
    contacts = {contact.email: contact for contact in app.contacts}
    made = product.rows(
        "SELECT id, contact, edition, message, state FROM deliveries "
        "WHERE datetime(created_at) = ? ORDER BY id",
        at.replace(tzinfo=None).isoformat(sep=" "),
    )
    for row in made:
        assert row["state"] == "sent"
        contact = contacts[row["contact"]]
        qualified = {n for n, rows in fits.items() if _qualifies(app, contact, rows)}
        lines = product.rows(
            "SELECT s.source_ref, l.* FROM lines l JOIN sightings s ON s.call_id = l.call_id "
            "WHERE l.delivery_id = ? ORDER BY l.position",
            row["id"],
        )
        is_open = {number for number, life in LIVES.items() if life.is_open(day)}
        yield Mail(day, contact, row["edition"], lines, row["message"], qualified & is_open)


def _qualifies(app: App, contact: Contact, rows: list[dict[str, Any]]) -> bool:
    wanted = {priority.slug for priority in app.municipality.priorities if contact.wants(priority)}
    fitting = [row for row in rows if row["priority"] in wanted and not row["blocked"]]
    return any(Strength(row["strength"]).rank >= contact.minimum.rank for row in fitting)


def _repeats(year: Year) -> list[tuple[str, int, str, str]]:
    """What one contact was told twice: a call announced again, or one thing said again of one deadline."""
    seen: Counter[tuple[str, int, str, str]] = Counter()
    for mail in year.mails:
        for line in mail.lines:
            about = "" if line["reason"] in FRESH else str(line["deadline"])
            reason = "announced" if line["reason"] in FRESH else line["reason"]
            seen[mail.contact.email, int(line["source_ref"]), reason, about] += 1
    return [what for what, count in seen.items() if count > 1]


def _misses(year: Year) -> list[tuple[str, int, str]]:
    """What a contact should have read and never did: a fitting call, or that a told one is gone or back."""
    missed = []
    for email in {mail.contact.email for mail in year.mails}:
        mails = year.of(email)
        announced = {int(line["source_ref"]) for mail in mails for line in mail.lines}
        fitted = {number for mail in mails for number in mail.qualified}
        missed += [(email, number, "announced") for number in fitted - announced]
    last = max(mail.day for mail in year.mails)
    for email, number, story in year.told():
        life, said = LIVES[number], {line["reason"] for _, line in story}
        first_day = story[0][0].day
        for reason, due in _due(life):
            if first_day < due <= last - timedelta(weeks=3) and reason not in said:
                missed.append((email, number, reason))
    return missed


def _due(life: Life) -> list[tuple[str, date]]:
    """What must be said of a told call, and from when on; a call that is over by then needs no word."""
    planned = life.deadline_on(life.turns - timedelta(days=1))
    noticed = life.turns + timedelta(weeks=1)  # absent on three days: Thursday, Monday, Thursday
    match life.kind:
        case "earlier" | "later" | "sudden":
            return [("changed", life.turns)]
        case "closes early":
            return [("gone", life.turns)]
        case "withdrawn":
            return [("gone", noticed)] if planned > noticed + timedelta(days=4) else []
        case "returns":
            gone = [("gone", noticed)] if planned > noticed + timedelta(days=4) else []
            return gone + ([("back", life.returns)] if planned > life.returns + timedelta(days=4) else [])
    return []


def test_nothing_is_told_twice(year: Year) -> None:
    assert _repeats(year) == []


def test_nothing_is_missed(year: Year) -> None:
    assert _misses(year) == []


def test_whatever_fits_is_announced_as_soon_as_a_mail_has_room(year: Year) -> None:
    for email in {mail.contact.email for mail in year.mails}:
        told: set[int] = set()
        for mail in year.of(email):
            told |= {int(line["source_ref"]) for line in mail.lines}
            is_full = len(mail.shown) == mail.contact.limit
            assert not mail.is_weekly or is_full or mail.qualified <= told, (mail.day, email)


def test_nothing_is_said_of_a_call_that_is_not_true_that_day(year: Year) -> None:
    for mail in year.mails:
        for line in mail.lines:
            life = LIVES[int(line["source_ref"])]
            if line["reason"] == "gone":
                assert not life.is_open(mail.day), (mail.day, life)
            elif life.is_listed(mail.day):
                assert line["deadline"] == life.deadline_on(mail.day).isoformat(), (mail.day, life)


def test_every_kind_of_news_happens_in_this_year(year: Year) -> None:
    said = Counter(line["reason"] for mail in year.mails for line in mail.shown)
    assert set(said) == {"baseline", "new", "changed", "decide_soon", "closing", "gone", "back"}
    assert any(not mail.is_weekly for mail in year.mails)


def test_mails_stay_short_and_small(year: Year) -> None:
    for mail in year.mails:
        assert len(mail.shown) <= mail.contact.limit
        assert mail.size < LARGEST_MAIL
        reasons = {"changed" if line["reason"] in {"gone", "back"} else line["reason"] for line in mail.lines}
        assert mail.is_weekly or len(reasons) == 1


def test_a_moment_in_a_calendar_moves_and_is_never_doubled(year: Year) -> None:
    held: dict[str, tuple[int, str, str]] = {}
    moved = cancelled = 0
    for mail in year.mails:
        for uid, sequence, status, at in mail.moments():
            if uid in held:
                before, _, at_before = held[uid]
                assert sequence > before, (mail.day, uid)
                moved += at != at_before
            cancelled += status == "CANCELLED"
            held[uid] = sequence, status, at
    assert moved > 10
    assert cancelled > 10


def test_figures(year: Year, say: Say) -> None:
    weekly = [mail for mail in year.mails if mail.is_weekly]
    shown = [len(mail.shown) for mail in weekly]
    urgent = len(year.mails) - len(weekly)
    reasons = Counter(line["reason"] for mail in year.mails for line in mail.shown)
    say(
        f"year: {WEEKS} weeks, {len(LIVES)} calls, {len(weekly)} weekly mails and {urgent} urgent ones; "
        f"{sum(shown) / len(shown):.1f} calls a weekly mail, longest {max(shown)}, empty {shown.count(0)}; "
        f"largest {max(mail.size for mail in year.mails) / 1000:.0f} kB; repeats {len(_repeats(year))}, "
        f"misses {len(_misses(year))}; {dict(reasons)}"
    )
    assert len(weekly) > WEEKS
