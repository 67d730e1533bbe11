"""Puts a written edition into a mail: its headers, its two texts and its calendar files."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr

from tracker.core.delivery import Channel
from tracker.core.profile import Contact
from tracker.digest import formats
from tracker.digest.edition import AMSTERDAM

# The email package folds a long subject right after "Subject:" or within a space, and then reads it back with
# spaces that were not there. One unfolded line is allowed up to 998 octets (RFC 5322 2.1.1).
_LONGEST_LINE = 998


@dataclass(frozen=True, slots=True)
class Attachment:
    """A calendar file as it hangs on the mail."""

    name: str
    method: str
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """Who writes to whom, when, and under which name; `leave_url` is where one press unsubscribes."""

    sender: str
    contact: Contact
    list_name: str
    message_id: str
    language: str
    subject: str
    now: datetime
    leave_url: str = ""


def message_id_of(contact: str, edition: str, channel: Channel, *, domain: str) -> str:
    """Name a message: the same contact, edition and channel always give the same Message-ID."""
    key = "\n".join((contact, edition, channel.value))
    return f"<{hashlib.sha256(key.encode()).hexdigest()[:32]}@{domain}>"


def domain_of(sender: str) -> str:
    """Give the domain of an address with or without a name."""
    return parseaddr(sender)[1].partition("@")[2]


def make_message(
    envelope: Envelope, *, text: str, html: str, attachments: Sequence[Attachment]
) -> EmailMessage:
    """Make the mail; the same input gives the same bytes."""
    message = EmailMessage(policy=SMTP)
    _set_headers(message, envelope)
    message.set_content(text, cte="quoted-printable")
    message.add_alternative(html, subtype="html", cte="quoted-printable")
    for attachment in attachments:
        message.add_attachment(
            attachment.content,
            maintype="text",
            subtype="calendar",
            filename=attachment.name,
            params={"method": attachment.method, "charset": "utf-8"},
        )
    message["Content-Language"] = envelope.language  # only now: adding content moves earlier Content- fields
    digest = hashlib.sha256(envelope.message_id.encode()).hexdigest()[:32]
    for depth, part in enumerate(part for part in message.walk() if part.is_multipart()):
        part.set_boundary(f"=_{depth}{digest}")
    message.policy = SMTP.clone(max_line_length=_LONGEST_LINE)
    return message


def _set_headers(message: EmailMessage, envelope: Envelope) -> None:
    domain = envelope.message_id.strip("<>").partition("@")[2]
    message["From"] = _address(*parseaddr(envelope.sender))
    message["To"] = _address(envelope.contact.name, envelope.contact.email)
    message["Subject"] = envelope.subject
    message["Date"] = format_datetime(envelope.now.astimezone(AMSTERDAM))
    message["Message-ID"] = envelope.message_id
    message["List-Id"] = f"<digest.{envelope.list_name}.{domain}>"
    message["Auto-Submitted"] = "auto-generated"
    if envelope.leave_url:
        message["List-Unsubscribe"] = f"<{envelope.leave_url}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"  # RFC 8058


def _address(name: str, address: str) -> Address:
    return Address(display_name=formats.clean(name), addr_spec=address)
