"""Hands a composed message over: to a real mail server (SMTP), or to files in a folder."""

import os
import re
import smtplib
import socket
import ssl
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path
from typing import Literal

from tracker.core.errors import DeliveryError, dutch_reason

_SETTINGS_CODES = frozenset({530, 534, 535, 538})  # about logging in or encryption, not about the message

DRAFT = ".part"
"""How the name of a file ends that is not whole yet."""

Security = Literal["none", "starttls", "tls"]
"""How the connection to the mail server is protected."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SmtpSettings:
    """How to reach the mail server. `timeout` is in seconds for each answer; no `user` means no login.

    `sender` is the envelope's sender, where bounces go. `ca_file` holds the certificates to trust instead of
    the system's, for a city's own mail server.
    """

    host: str
    port: int
    sender: str
    security: Security = "starttls"
    user: str | None = None
    password: str | None = None
    timeout: float = 30.0
    ca_file: str | None = None

    def __repr__(self) -> str:
        return f"SmtpSettings(host={self.host!r}, port={self.port}, security={self.security!r})"


class Mailer:
    """Sends one message at a time to one contact through one mail server."""

    def __init__(self, settings: SmtpSettings) -> None:
        self._settings = settings

    def send(
        self, message: EmailMessage | bytes, to: str, *, before_end: Callable[[], None] | None = None
    ) -> None:
        """Hand `message` over for the address `to`; returning means that the server accepted it.

        `before_end` is called when all but the final dot is sent: until then the server throws away what it
        has (RFC 5321 4.1.1.4), so that only a death after it leaves anything in doubt.

        Raises:
            DeliveryError: not accepted. `permanent` when the server refuses this address or message for good;
                `unsure` when the connection broke between the end of the message and the server's answer, so
                that it may have been accepted. Otherwise it was surely not accepted and a later try can help.
        """
        content = message if isinstance(message, bytes) else message.as_bytes()
        with _reporting(to), self._connect() as server:
            _expect(server.mail(self._settings.sender), 250, step="the sender", about_message=False)
            _expect(server.rcpt(to), 250, 251, step=f"the address {to}", about_message=True)
            _expect(server.docmd("DATA"), 354, step="the message", about_message=True)
            server.send(_quoted(content))
            if before_end:
                before_end()
            _finish(server, to)

    def check(self) -> None:
        """See that the mail server can be reached and logged in to; sends nothing.

        Raises:
            DeliveryError: it cannot, and what it said.
        """
        try:
            with self._connect() as server:
                server.noop()
        except (smtplib.SMTPException, OSError) as error:
            raise DeliveryError(_words_of(error)) from error

    @contextmanager
    def _connect(self) -> Iterator[smtplib.SMTP]:
        settings = self._settings
        if settings.security == "tls":
            server: smtplib.SMTP = smtplib.SMTP_SSL(
                settings.host, settings.port, timeout=settings.timeout, context=self._tls()
            )
        else:
            server = smtplib.SMTP(settings.host, settings.port, timeout=settings.timeout)
        try:
            _do_not_hold_back(server)
            server.ehlo_or_helo_if_needed()
            if settings.security == "starttls":
                server.starttls(context=self._tls())
                server.ehlo()
            if settings.user:
                server.login(settings.user, settings.password or "")
            yield server
        finally:
            _hang_up(server)

    def _tls(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=self._settings.ca_file)


def write_files(folder: Path, name: str, *, message: bytes, html: str) -> tuple[Path, Path]:
    """Write a message as `name.eml` and its page as `name.html` into `folder`, each wholly or not at all.

    Gives both paths. `name` is a plain file name without a folder.

    Raises:
        DeliveryError: the folder cannot be written to (full, read only, not a folder); a retry can help.
    """
    if Path(name).name != name or name in {"", ".", ".."}:
        raise ValueError(f"not a plain file name: {name!r}")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        mail = _write_whole(folder / f"{name}.eml", message)
        page = _write_whole(folder / f"{name}.html", html.encode())
    except OSError as error:
        reason = error.strerror or str(error)
        raise DeliveryError(
            f"the digest could not be written to {folder}: {reason}. "
            "Make room or correct the folder; the next run tries again.",
            nl=f"de digest kon niet worden geschreven in {folder}: {dutch_reason(error)}. "
            "Maak ruimte of verbeter de map; de volgende keer wordt het opnieuw geprobeerd.",
        ) from error
    return mail, page


def file_stem(contact: str, edition: str) -> str:
    """Give the name, without ending, under which a contact's edition is written."""
    return f"{edition}-{re.sub(r'[^a-z0-9.]+', '-', contact.lower())}"


def remove_drafts(folder: Path) -> int:
    """Remove the half files that a killed process left in `folder`; gives how many.

    The caller holds the lock of the main job, so that nobody is writing there now.
    """
    drafts = [path for ending in ("eml", "html") for path in folder.glob(f".*.{ending}.*{DRAFT}")]
    for draft in drafts:
        draft.unlink(missing_ok=True)
    return len(drafts)


def _write_whole(path: Path, content: bytes) -> Path:
    """Write next to `path`, make it durable, then put it in place: a reader never sees half a file."""
    handle, draft = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=DRAFT)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(draft).replace(path)
    except BaseException:
        Path(draft).unlink(missing_ok=True)
        raise
    return path


class _RefusedError(Exception):
    """The server answered a step with another code than the good one."""

    def __init__(self, code: int, answer: bytes, *, step: str, about_message: bool) -> None:
        words = answer.decode(errors="replace").replace("\n", " ")
        super().__init__(f"the mail server refused {step}: {code} {words}")
        self.permanent = about_message and code >= 500 and code not in _SETTINGS_CODES


def _expect(answer: tuple[int, bytes], *good: int, step: str, about_message: bool) -> None:
    code, words = answer
    if code not in good:
        raise _RefusedError(code, words, step=step, about_message=about_message)


def _finish(server: smtplib.SMTP, to: str) -> None:
    """Send the final dot and wait for the answer; only a break in here leaves us unsure (RFC 5321 4.1)."""
    try:
        server.send(b".\r\n")
        answer = server.getreply()
    except (smtplib.SMTPException, OSError) as error:
        raise DeliveryError(
            f"the connection broke before the mail server confirmed the message to {to}. It may have "
            "arrived, so it is not sent again by itself.",
            unsure=True,
        ) from error
    _expect(answer, 250, step="the message", about_message=True)


@contextmanager
def _reporting(to: str) -> Iterator[None]:
    """Turn what the mail server or the network did into one DeliveryError."""
    try:
        yield
    except _RefusedError as error:
        raise DeliveryError(str(error), permanent=error.permanent) from error
    except (smtplib.SMTPException, OSError) as error:
        raise DeliveryError(
            f"the message to {to} could not be handed to the mail server: {_words_of(error)}. "
            "It was not sent; the next run tries again."
        ) from error


def _do_not_hold_back(server: smtplib.SMTP) -> None:
    """Send the final dot at once: the system would wait for a receipt first (Nagle), in all that doubt."""
    if server.sock is not None:
        server.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)


def _words_of(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        answer = error.smtp_error
        words = answer.decode(errors="replace") if isinstance(answer, bytes) else str(answer)
        return f"{error.smtp_code} {words}"
    return str(error) or type(error).__name__


def _hang_up(server: smtplib.SMTP) -> None:
    """Say goodbye where the server still listens; after the answer to DATA nothing of it matters any more."""
    try:
        server.quit()
    except (smtplib.SMTPException, OSError):
        server.close()


def _quoted(content: bytes) -> bytes:
    """Give the content with CRLF line ends, the last line too, and leading dots doubled (RFC 5321 4.5.2)."""
    lines = content.replace(b"\r\n", b"\n").replace(b"\r", b"\n").removesuffix(b"\n").split(b"\n")
    return b"".join(b"." + line + b"\r\n" if line.startswith(b".") else line + b"\r\n" for line in lines)
