"""What an operator asks about messages and the people who get them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from tracker.app import AMSTERDAM, App
from tracker.core.errors import UsageError
from tracker.core.profile import Contact

if TYPE_CHECKING:  # heavy modules are imported by the method that needs them
    from pathlib import Path

    from tracker.core.answer import Absence
    from tracker.core.delivery import Delivery, DeliveryState
    from tracker.digest.forecast import Forecast
    from tracker.digest.handover import Handover
    from tracker.operator import Trouble
    from tracker.privacy import Erased


@dataclass(frozen=True)
class Mailroom:
    """Deliveries, contacts and their answers, for the command line and the web page."""

    app: App

    def deliveries(self, states: "Sequence[DeliveryState]", *, limit: int | None) -> "list[Delivery]":
        """Give the latest messages in these states, or in any."""
        from db import deliveries
        from db.engine import session_scope

        with session_scope(self.app.engine, read_only=True) as session:
            return deliveries.listing(session, states=states, limit=limit)

    def resend(self, delivery_id: int) -> "Handover":
        """Hand one message over again, as a person asks."""
        from tracker.digest.handover import resend

        return resend(
            self.app.engine,
            delivery_id,
            out=self.app.settings.out,
            mailer=self.app.mailer(),
            clock=self.app.now,
        )

    def note_arrival(self, delivery_id: int) -> "Delivery":
        """Note that an unsure message arrived."""
        from tracker.digest.handover import note_arrival

        return note_arrival(self.app.engine, delivery_id, at=self.app.now())

    def contact(self, address: str) -> Contact | None:
        """Give the contact of an address, however it is written, or None where the contacts file has none."""
        wanted = address.strip().casefold()
        return next((one for one in self.app.contacts if one.email.casefold() == wanted), None)

    def absence_of(self, address: str) -> "Absence | None":
        """Give what a contact said about not wanting mail."""
        from db import answers
        from db.engine import session_scope

        with session_scope(self.app.engine, read_only=True) as session:
            return answers.absence(session, address.strip())

    def is_away(self, address: str) -> bool:
        """Tell whether a contact left, or pauses today."""
        from db.engine import session_scope
        from tracker.answers import is_away

        with session_scope(self.app.engine, read_only=True) as session:
            return is_away(session, address.strip(), now=self.app.now())

    def end_absence(self, address: str) -> None:
        """Note that a contact wants mail again."""
        from db import answers
        from db.engine import session_scope

        if self.absence_of(address) is None:
            raise UsageError(
                f"{address} did not leave and does not pause",
                nl=f"{address} heeft zich niet afgemeld en pauzeert niet",
            )
        with session_scope(self.app.engine) as session:
            answers.end_absence(session, address.strip())

    def export_contact(self, address: str) -> "dict[str, Any]":
        """Give everything that is kept about a person."""
        from tracker.privacy import export

        return export(self.app.engine, address, self.contact(address))

    def erase_contact(self, address: str) -> "Erased":
        """Erase what is kept about a person."""
        from tracker.privacy import erase

        return erase(self.app.engine, address, self.contact(address), out=self.app.settings.out)

    def preview(self, address: str | None = None, *, on: date | None = None) -> "list[Path]":
        """Write what each contact (or one) would get now, or on a day, to `preview`; tells nobody.

        Raises:
            UsageError: no contact has that address, and which there are.
        """
        from db.engine import session_scope
        from tracker.digest.due import look_ahead
        from tracker.digest.outbox import compose_for
        from tracker.mail import file_stem, write_files

        circumstances, now = self.app.circumstances(), self._moment(on)
        paths: list[Path] = []
        for contact in self._chosen(address):
            with session_scope(self.app.engine, read_only=True) as session:
                decision = look_ahead(
                    session, contact, channel=self.app.channel(), circumstances=circumstances, now=now
                )
            composed = compose_for(decision, circumstances=circumstances, now=now)
            name = file_stem(contact.email, decision.edition)
            message = composed.message.as_bytes()
            paths += write_files(self.app.settings.out / "preview", name, message=message, html=composed.html)
        return paths

    def forecast(self, address: str | None = None, *, on: date | None = None) -> "list[Forecast]":
        """Tell who would get what and why now, or on a day, as far as is known now; stores and sends nothing.

        Raises:
            UsageError: no contact has that address, and which there are.
        """
        from db.engine import session_scope
        from tracker.digest.forecast import forecast

        circumstances, now = self.app.circumstances(), self._moment(on)
        found: list[Forecast] = []
        for contact in self._chosen(address):
            with session_scope(self.app.engine, read_only=True) as session:
                found += forecast(
                    session, contact, channel=self.app.channel(), circumstances=circumstances, now=now
                )
        return found

    def _chosen(self, address: str | None) -> tuple[Contact, ...]:
        if address is None:
            return self.app.contacts
        wanted = address.casefold()
        chosen = tuple(one for one in self.app.contacts if one.email.casefold() == wanted)
        if not chosen:
            known = ", ".join(one.email for one in self.app.contacts)
            raise UsageError(
                f"There is no contact {address!r}. There are: {known or 'none (TRACKER_CONTACTS)'}.",
                nl=f"Er is geen contact {address!r}. Wel: {known or 'geen (TRACKER_CONTACTS)'}.",
            )
        return chosen

    def _moment(self, day: date | None) -> datetime:
        """Give the present moment, or that of the digests on a day (Amsterdam)."""
        if day is None:
            return self.app.now()
        hour = time.fromisoformat(self.app.settings.schedule_digest)
        return datetime.combine(day, hour, AMSTERDAM).astimezone(UTC)

    def troubles(self) -> "list[Trouble]":
        """Give what the operator is to be told of now."""
        from db import deliveries, notices
        from db.engine import session_scope
        from tracker.core.delivery import DeliveryState
        from tracker.operator import delivery_troubles, monday_trouble, source_troubles

        now, healths = (
            self.app.now(),
            [(one.source.name, one.health) for one in self.app.source_reports() if one.is_on],
        )
        unsettled = (DeliveryState.PENDING, DeliveryState.FAILED, DeliveryState.UNSURE)
        with session_scope(self.app.engine, read_only=True) as session:
            messages = deliveries.listing(session, states=unsettled, limit=None)
            composed = notices.last_composed(session)
        return [
            *source_troubles(healths, patience=timedelta(hours=self.app.settings.patience_hours), now=now),
            *delivery_troubles((one for one in messages if one.message), now=now),
            *monday_trouble(composed, digest_at=self.app.digest_moment(), now=now),
        ]

    def tell_operator(self, before: "Sequence[Trouble]" = ()) -> "Delivery | None":
        """Put a mail to the operator into the outbox about what is newly wrong or well again since `before`.

        Without an operator, or where nothing may be mailed, nobody is told.
        """
        from db.engine import session_scope
        from tracker.operator import tell

        operator = self.app.settings.operator
        if operator is None or not self.app.may_mail():
            return None
        after = self.troubles()
        with session_scope(self.app.engine) as session:
            return tell(
                session,
                before,
                after,
                operator=operator,
                sender=self.app.settings.smtp_sender,
                language=self.app.settings.language or "nl",
                now=self.app.now(),
            )

    def mail_problem(self) -> str:
        """Say why the mail server cannot be used, or nothing; sends nothing."""
        from tracker.core.errors import DeliveryError
        from tracker.mail import Mailer

        try:
            Mailer(self.app.smtp()).check()
        except DeliveryError as error:
            return str(error)
        return ""
