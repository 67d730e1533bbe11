"""Speaks to a real mail server (aiosmtpd) and to one that breaks off where SMTP hurts most."""

import errno
import shutil
import smtplib
import socket
import ssl
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, Envelope, LoginPassword

from tracker.core.errors import DeliveryError
from tracker.mail import Mailer, Security, SmtpSettings, write_files

TO = "domein-fysiek@example.org"


class Inbox:
    """A server's mailbox that answers as the test wants."""

    def __init__(self, *, rcpt: str = "250 ok", data: str = "250 ok") -> None:
        self.rcpt, self.data = rcpt, data
        self.received: list[bytes] = []

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Envelope, to: str, _o: Any) -> str:  # noqa: N802 - aiosmtpd's name
        if self.rcpt.startswith("250"):
            envelope.rcpt_tos.append(to)
        return self.rcpt

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        assert isinstance(envelope.content, bytes)
        self.received.append(envelope.content)
        return self.data


@contextmanager
def serving(inbox: Inbox, **options: Any) -> Iterator[int]:
    controller = Controller(inbox, hostname="127.0.0.1", port=free_port(), **options)
    controller.start()
    try:
        yield controller.port
    finally:
        controller.stop()


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


def mailer(port: int, *, security: Security = "none", timeout: float = 5, **more: Any) -> Mailer:
    return Mailer(
        SmtpSettings(
            host="127.0.0.1",
            port=port,
            sender="kansen@example.org",
            security=security,
            timeout=timeout,
            **more,
        )
    )


def letter(text: str = "Hallo.\n.\n..puntjes\nEinde") -> EmailMessage:
    message = EmailMessage()
    message["Subject"] = "Europese kansen vóór Fysiek"
    message["To"] = TO
    message["Message-ID"] = "<1@example.org>"
    message.set_content(text)
    return message


@pytest.mark.parametrize("as_bytes", [True, False])
def test_a_message_arrives_whole_also_with_lines_that_start_with_a_dot(as_bytes: bool) -> None:
    inbox, message = Inbox(), letter()
    with serving(inbox) as port:
        mailer(port).send(message.as_bytes() if as_bytes else message, TO)
    (content,) = inbox.received
    assert content == message.as_bytes(policy=SMTP)
    assert message_from_bytes(content).get_payload() == "Hallo.\r\n.\r\n..puntjes\r\nEinde\r\n"


def test_a_refused_address_is_permanent_and_named() -> None:
    inbox = Inbox(rcpt="550 no such mailbox")
    with (
        serving(inbox) as port,
        pytest.raises(DeliveryError, match=f"{TO}: 550 no such mailbox") as raised,
    ):
        mailer(port).send(letter(), TO)
    assert (raised.value.permanent, raised.value.unsure) == (True, False)
    assert inbox.received == []


@pytest.mark.parametrize(
    ("inbox", "permanent"),
    [
        (Inbox(rcpt="451 try later"), False),
        (Inbox(rcpt="530 log in first"), False),  # our settings, not this address
        (Inbox(data="452 disk full"), False),
        (Inbox(data="554 looks like spam"), True),
    ],
)
def test_an_answer_that_is_no_yes(inbox: Inbox, permanent: bool) -> None:
    with serving(inbox) as port, pytest.raises(DeliveryError, match="the mail server refused") as raised:
        mailer(port).send(letter(), TO)
    assert (raised.value.permanent, raised.value.unsure) == (permanent, False)


def test_no_server_is_worth_another_try() -> None:
    with pytest.raises(DeliveryError, match=r"Connection refused.* It was not sent") as raised:
        mailer(free_port()).send(letter(), TO)
    assert (raised.value.permanent, raised.value.unsure) == (False, False)
    assert isinstance(raised.value.__cause__, OSError)


@contextmanager
def breaking(script: list[str], *, silent: bool = False) -> Iterator[int]:
    """A server that gives the answers of `script` in turn (the one to DATA reads the message) and hangs up.

    A `silent` one keeps the line open instead, as a server that hangs does.
    """
    listener = socket.create_server(("127.0.0.1", 0))
    done = threading.Event()

    def serve() -> None:
        connection, _ = listener.accept()
        with connection, connection.makefile("rwb") as stream:
            for answer in script:
                stream.write(answer.encode() + b"\r\n")
                stream.flush()
                line = stream.readline()
                while answer.startswith("354") and line not in {b".\r\n", b""}:
                    line = stream.readline()
            if silent:
                done.wait(5)

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield listener.getsockname()[1]
    finally:
        done.set()
        thread.join(5)
        listener.close()


GREETING = ["220 hello", "250 hello", "250 sender ok"]


@pytest.mark.parametrize("silent", [True, False])
def test_a_connection_that_breaks_or_hangs_after_the_message_leaves_it_unsure(silent: bool) -> None:
    script = [*GREETING, "250 address ok", "354 go on"]
    with (
        breaking(script, silent=silent) as port,
        pytest.raises(DeliveryError, match="may have arrived") as raised,
    ):
        mailer(port, timeout=0.3).send(letter(), TO)
    assert (raised.value.permanent, raised.value.unsure) == (False, True)


@pytest.mark.parametrize("answers", [0, 1, 2, 3, 4])
def test_a_connection_that_breaks_before_the_message_is_worth_another_try(answers: int) -> None:
    script = [*GREETING, "250 address ok"][:answers]
    with breaking(script) as port, pytest.raises(DeliveryError, match="It was not sent") as raised:
        mailer(port, timeout=2).send(letter(), TO)
    assert (raised.value.permanent, raised.value.unsure) == (False, False)


@pytest.mark.parametrize("answers", [0, 3])
def test_a_server_that_says_nothing_is_given_up_after_the_timeout(answers: int) -> None:
    with (
        breaking(GREETING[:answers], silent=True) as port,
        pytest.raises(DeliveryError, match="timed out") as raised,
    ):
        mailer(port, timeout=0.3).send(letter(), TO)
    assert not raised.value.unsure


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("openssl is needed to make a certificate")
    folder = tmp_path_factory.mktemp("tls")
    key, chain = folder / "key.pem", folder / "chain.pem"
    names = ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"]
    made = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"]
    subprocess.run(
        [openssl, "req", "-x509", *made, *names, "-keyout", str(key), "-out", str(chain)],
        check=True,
        capture_output=True,
    )
    return key, chain


def server_context(certificate: tuple[Path, Path]) -> ssl.SSLContext:
    key, chain = certificate
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(chain, key)
    return context


def authenticate(_server: Any, _session: Any, _envelope: Any, _mechanism: str, data: LoginPassword) -> Any:
    return AuthResult(success=data == LoginPassword(b"kansen", b"geheim"), handled=False)


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_encrypted_and_logged_in(security: Security, certificate: tuple[Path, Path]) -> None:
    inbox, context = Inbox(), server_context(certificate)
    options: dict[str, Any] = {"authenticator": authenticate}
    if security == "tls":
        options |= {"ssl_context": context, "auth_require_tls": False}  # aiosmtpd sees only STARTTLS as TLS
    else:
        options |= {"tls_context": context, "require_starttls": True}
    with serving(inbox, **options) as port:
        good: dict[str, Any] = {"security": security, "ca_file": str(certificate[1]), "user": "kansen"}
        mailer(port, **good, password="geheim").send(letter(), TO)
        with pytest.raises(DeliveryError, match="535") as raised:
            mailer(port, **good, password="fout").send(letter(), TO)
    assert raised.value.permanent is False  # the operator can mend it
    assert "geheim" not in str(raised.value)
    assert len(inbox.received) == 1


def test_a_server_with_an_unknown_certificate_gets_nothing(certificate: tuple[Path, Path]) -> None:
    inbox = Inbox()
    with (
        serving(inbox, tls_context=server_context(certificate)) as port,
        pytest.raises(DeliveryError, match="CERTIFICATE_VERIFY_FAILED"),
    ):
        mailer(port, security="starttls").send(letter(), TO)
    assert inbox.received == []


def test_a_server_without_starttls_gets_nothing() -> None:
    inbox = Inbox()
    with serving(inbox) as port, pytest.raises(DeliveryError, match="STARTTLS"):
        mailer(port, security="starttls").send(letter(), TO)
    assert inbox.received == []


def test_the_settings_do_not_show_their_password() -> None:
    settings = SmtpSettings(host="mail.example.org", port=587, sender="a@example.org", password="geheim")
    assert "geheim" not in repr(settings)


def test_accepted_is_accepted_also_when_saying_goodbye_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    def quit_badly(self: smtplib.SMTP) -> None:
        raise smtplib.SMTPServerDisconnected

    monkeypatch.setattr(smtplib.SMTP, "quit", quit_badly)
    inbox = Inbox()
    with serving(inbox) as port:
        mailer(port).send(letter(), TO)
    assert len(inbox.received) == 1


def test_files_are_written_into_a_folder_that_is_made(tmp_path: Path) -> None:
    folder = tmp_path / "out" / "digest"
    mail, page = write_files(folder, "2026-W48-fysiek", message=b"mail", html="<p>één</p>")
    assert (mail.name, mail.read_bytes()) == ("2026-W48-fysiek.eml", b"mail")
    assert (page.name, page.read_text(encoding="utf-8")) == ("2026-W48-fysiek.html", "<p>één</p>")
    assert sorted(folder.iterdir()) == [mail, page]


def test_a_file_is_replaced_whole(tmp_path: Path) -> None:
    write_files(tmp_path, "a", message=b"a long first version", html="first")
    mail, page = write_files(tmp_path, "a", message=b"second", html="2")
    assert (mail.read_bytes(), page.read_text()) == (b"second", "2")


def test_a_folder_that_is_a_file_is_said(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("in the way")
    with pytest.raises(DeliveryError, match=r"could not be written to .*out: .*(exists|Not a directory)"):
        write_files(tmp_path / "out", "a", message=b"x", html="x")


def test_a_full_disk_leaves_no_half_file_and_keeps_the_old_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_files(tmp_path, "a", message=b"old", html="old")

    def full(_handle: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(DeliveryError, match=r"No space left on device\. Make room") as raised:
        write_files(tmp_path, "a", message=b"new", html="new")
    assert raised.value.permanent is False
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.eml", "a.html"]
    assert (tmp_path / "a.eml").read_bytes() == b"old"


@pytest.mark.parametrize("name", ["../a", "a/b", "", ".", ".."])
def test_a_name_that_leaves_the_folder_is_a_bug(tmp_path: Path, name: str) -> None:
    with pytest.raises(ValueError, match="not a plain file name"):
        write_files(tmp_path, name, message=b"x", html="x")
