import asyncio
import socket
import ssl
import subprocess
from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import default

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

from livinglab.adapters.mail import (
    FolderTransport,
    NoServerError,
    PermanentMailError,
    SmtpTransport,
    TransientMailError,
    compose,
    transport_for,
)


class Mailbox:
    """A server's conduct: takes every mail, unless told what to answer at a step."""

    def __init__(self, **answers):
        self.answers = answers
        self.taken = []

    def answer(self, step, usual="250 OK"):
        script = self.answers.get(step, [])
        return script.pop(0) if script else usual

    async def handle_MAIL(self, server, session, envelope, address, options):  # noqa: N802
        reply = self.answer("MAIL")
        if reply.startswith("250"):
            envelope.mail_from = address
        return reply

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802
        reply = self.answer("RCPT")
        if reply.startswith("250"):
            envelope.rcpt_tos.append(address)
        return reply

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        reply = self.answer("DATA")
        if reply == "hang up":
            server.transport.abort()
        if reply.startswith("250"):
            self.taken.append((envelope.mail_from, envelope.rcpt_tos, envelope.content, session))
        return reply

    async def handle_QUIT(self, server, session, envelope):  # noqa: N802
        reply = self.answer("QUIT", "221 Bye")
        if reply == "hang up":
            server.transport.abort()
        return reply


@pytest.fixture
def serve():
    """Starts servers on loopback and stops them after the test; gives their address."""
    running = []

    def start(mailbox, scheme="smtp", hostname="127.0.0.1", **options):
        server = Controller(mailbox, hostname=hostname, port=free_port(), **options)
        server.start()
        running.append(server)
        return f"{scheme}://{{}}{hostname}:{server.port}"

    yield start
    for server in running:
        server.stop()


@pytest.fixture(scope="session")
def certificate(tmp_path_factory):
    """Certificate and key that nobody has signed."""
    folder = tmp_path_factory.mktemp("tls")
    cert, key = folder / "cert.pem", folder / "key.pem"
    request = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"]
    names = ["-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1"]
    subprocess.run(
        [*request, *names, "-out", cert, "-keyout", key], check=True, capture_output=True
    )
    return cert, key


@pytest.fixture
def server_tls(certificate):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)
    return context


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def mail(recipient="firm@c01.example"):
    return compose(
        sender="Living Lab Pori <desk@livinglab.example>",
        recipient=recipient,
        subject="Näyttö",
        text="Hyvää päivää\n.\nloppu",
        message_id="<1@livinglab.example>",
        date=datetime(2026, 9, 1, 8, 0, tzinfo=UTC),
    )


def send(url, **options):
    SmtpTransport(url.format(""), **options).send(mail())


def test_smtp_hands_over_a_mail(serve):
    mailbox = Mailbox()
    send(serve(mailbox))
    [(sender, recipients, content, session)] = mailbox.taken
    assert (sender, recipients) == ("desk@livinglab.example", ["firm@c01.example"])
    assert session.host_name == "livinglab.example"
    found = message_from_bytes(content, policy=default)
    assert (found["Message-ID"], found["Subject"]) == ("<1@livinglab.example>", "Näyttö")
    assert found.get_content() == "Hyvää päivää\r\n.\r\nloppu\r\n"


@pytest.mark.parametrize("step", ["MAIL", "RCPT", "DATA"])
@pytest.mark.parametrize("reply", ["450 Busy", "451 Try later", "421 Going down"])
def test_smtp_failure_for_now_is_transient_and_the_next_try_succeeds(serve, step, reply):
    mailbox = Mailbox(**{step: [reply]})
    url = serve(mailbox)
    with pytest.raises(TransientMailError, match=reply):
        send(url)
    assert mailbox.taken == []
    send(url)
    assert len(mailbox.taken) == 1


@pytest.mark.parametrize("step", ["MAIL", "RCPT", "DATA"])
def test_smtp_refusal_for_good_is_permanent(serve, step):
    with pytest.raises(PermanentMailError, match="550 No such user"):
        send(serve(Mailbox(**{step: ["550 No such user"]})))


def test_smtp_demand_to_sign_in_is_for_the_operator(serve):
    with pytest.raises(TransientMailError, match="530 Authentication required"):
        send(serve(Mailbox(MAIL=["530 Authentication required"])))


def test_smtp_line_dead_before_the_answer_is_transient(serve):
    with pytest.raises(TransientMailError, match="Connection unexpectedly closed"):
        send(serve(Mailbox(DATA=["hang up"])))


@pytest.mark.parametrize("farewell", ["hang up", "421 Too late", "550 Never again"])
def test_smtp_odd_farewell_does_not_undo_an_accepted_mail(serve, farewell):
    mailbox = Mailbox(QUIT=[farewell])
    send(serve(mailbox))
    assert len(mailbox.taken) == 1


def test_smtp_connection_refused_is_transient():
    with pytest.raises(NoServerError, match="refused"):
        send(f"smtp://127.0.0.1:{free_port()}")


def test_smtp_greeting_that_turns_away_is_transient():
    """554 instead of a greeting speaks of the server, not of the mail (RFC 5321 3.1)."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        async def turn_away():
            async def answer(_, writer):
                writer.write(b"554 No mail today\r\n")
                await writer.drain()
                writer.close()

            server = await asyncio.start_server(answer, sock=listener.dup())
            async with server:
                url = f"smtp://127.0.0.1:{listener.getsockname()[1]}"
                await asyncio.to_thread(send, url)

        with pytest.raises(NoServerError, match="No mail today"):
            asyncio.run(turn_away())


def test_smtp_silent_server_is_given_up():
    with (
        socket.create_server(("127.0.0.1", 0)) as listener,
        pytest.raises(NoServerError, match="timed out"),
    ):
        send(f"smtp://127.0.0.1:{listener.getsockname()[1]}", timeout=0.05)


def test_smtp_encrypts_when_the_server_offers_it(serve, server_tls):
    mailbox = Mailbox()
    send(serve(mailbox, tls_context=server_tls))
    [(*_, session)] = mailbox.taken
    assert session.ssl is not None


def test_smtps_encrypts_from_the_start(serve, server_tls, certificate):
    mailbox = Mailbox()
    url = serve(mailbox, scheme="smtps", ssl_context=server_tls)
    send(url, tls=ssl.create_default_context(cafile=certificate[0]))
    assert len(mailbox.taken) == 1


@pytest.mark.parametrize("at_once", [True, False])
def test_smtp_sends_nothing_to_a_server_that_cannot_prove_its_name(serve, server_tls, at_once):
    mailbox = Mailbox()
    options = {"ssl_context" if at_once else "tls_context": server_tls}
    url = serve(mailbox, scheme="smtps" if at_once else "smtp", **options)
    with pytest.raises(NoServerError, match="CERTIFICATE_VERIFY_FAILED"):
        send(url, tls=ssl.create_default_context())
    assert mailbox.taken == []


def test_smtp_signs_in_with_a_percent_encoded_password(serve, server_tls):
    mailbox, tries = Mailbox(), []

    def check(server, session, envelope, mechanism, data):
        tries.append((data.login, data.password))
        return AuthResult(success=data.password == b"p@ss:/w", handled=False)

    url = serve(mailbox, authenticator=check, auth_required=True, tls_context=server_tls)
    with pytest.raises(NoServerError, match="535"):
        SmtpTransport(url.format("desk:wrong@")).send(mail())
    assert mailbox.taken == []
    SmtpTransport(url.format("desk:p%40ss%3A%2Fw@")).send(mail())
    assert len(mailbox.taken) == 1
    assert set(tries) == {(b"desk", b"wrong"), (b"desk", b"p@ss:/w")}


def test_smtp_keeps_the_password_from_a_plain_line(serve):
    tries = []
    url = serve(
        Mailbox(),
        hostname="127.0.0.2",  # not a name of this machine that the transport trusts
        authenticator=lambda *details: tries.append(details),
        auth_require_tls=False,
    )
    with pytest.raises(NoServerError, match="no STARTTLS"):
        SmtpTransport(url.format("desk:secret@")).send(mail())
    assert tries == []


@pytest.mark.parametrize("url", ["", "mail.example:25", "http://mail.example", "smtp://", "smtp:"])
def test_smtp_refuses_what_names_no_server(url):
    with pytest.raises(ValueError, match="smtp://user:password@host:port"):
        SmtpTransport(url)


def test_transport_is_a_folder_without_a_server(tmp_path):
    assert type(transport_for("", tmp_path)) is FolderTransport
    assert type(transport_for("smtps://mail.example", tmp_path)) is SmtpTransport
