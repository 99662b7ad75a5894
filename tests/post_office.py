"""A real server of mail on a free port: takes letters, refuses them for a while, asks for a name and password."""

from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

from tests.live import free_port

NAME, PASSWORD = "collector", "clave-del-correo"


@dataclass
class PostOffice:
    """What was delivered. closed: letters are refused for now."""

    port: int = 0
    closed: bool = False
    letters: list[EmailMessage] = field(default_factory=list)

    async def handle_DATA(self, server, session, envelope):
        if self.closed:
            return "451 come back later"
        letter = message_from_bytes(envelope.content, policy=policy.default)
        letter["X-Signed-In"] = str(session.authenticated)
        self.letters.append(letter)
        return "250 taken"

    def link_in(self, number: int = -1) -> str:
        """The path of the one link in a letter."""
        lines = [line for line in self.letters[number].get_content().splitlines() if line.startswith("http")]
        assert len(lines) == 1, lines
        return "/" + lines[0].split("/", 3)[3]


def _sign_in(server, session, envelope, mechanism, data) -> AuthResult:
    return AuthResult(success=(data.login, data.password) == (NAME.encode(), PASSWORD.encode()))


@contextmanager
def open_office():
    """A PostOffice that listens on `port` until the end."""
    office = PostOffice(free_port())
    controller = Controller(office, hostname="127.0.0.1", port=office.port, authenticator=_sign_in,
                            auth_require_tls=False)
    controller.start()
    try:
        yield office
    finally:
        controller.stop()
