"""A data folder with a form and a phone that may fill it, and the very bytes that a phone sends."""

import shutil
import socket
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from collector.app import create_app
from collector.cli import folder
from collector.settings import Settings
from tests import builders

FORM = "simple"
BOUNDARY = "limite-del-envio"


@dataclass(frozen=True)
class Installed:
    """The folder as it is before a server starts."""

    data: Path
    key: str

    @property
    def path(self) -> str:
        """Where the phone sends to."""
        return f"/v1/key/{self.key}/projects/1/submission?deviceID=collect%3Aabc"

    def copied(self, data: Path) -> "Installed":
        """The same in another place."""
        shutil.copytree(self.data, data, dirs_exist_ok=True)
        return Installed(data, self.key)

    def kept(self) -> set[str]:
        """instanceIDs of all that is stored; while no server writes or while one does."""
        app = create_app(folder.opened(Settings(data=self.data)), serves=False)
        units = app.extensions["collector.units"]
        try:
            with units.engine.connect() as connection:
                found = connection.exec_driver_sql("SELECT instance_id FROM submissions").scalars()
                return set(found)
        finally:
            units.engine.dispose()

    def left_over(self) -> list[str]:
        """Names of files on their way in."""
        return [path.name for part in ("spool", "tmp") for path in (self.data / part).iterdir()]


def install(data: Path) -> Installed:
    """A form with a photo is published in this prepared folder, and a phone may fill it."""
    app = create_app(folder.opened(Settings(data=data, hash_memory=8)), serves=False)
    units = app.extensions["collector.units"]
    builders.simple_form(units)
    key = builders.phone_key(app).token
    units.engine.dispose()
    return Installed(data, key)


def body(instance_id: str, photo: bytes = b"", name: str = "foto.jpg") -> bytes:
    """The multipart body of one submission."""
    shown = f"<foto>{name}</foto>" if photo else ""
    xml = builders.a_submission(FORM, "1", f"<nombre>Ana</nombre>{shown}", instance_id).encode()
    parts = [("xml_submission_file", "a.xml", "text/xml", xml)] + ([(name, name, "image/jpeg", photo)] if photo else [])
    return b"".join(
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{part}"; filename="{file}"\r\n'
        f"Content-Type: {kind}\r\n\r\n".encode() + content + b"\r\n" for part, file, kind, content in parts
    ) + f"--{BOUNDARY}--\r\n".encode()


def request(path: str, content: bytes, length: int | None = None) -> bytes:
    """A whole POST; with `length` it tells another one than it has."""
    return head(path, f"Content-Length: {len(content) if length is None else length}") + content


def head(path: str, *more: str) -> bytes:
    """The head of a POST as a phone sends it."""
    return "\r\n".join((f"POST {path} HTTP/1.1", "Host: colecta.example", "X-OpenRosa-Version: 1.0",
                        f"Content-Type: multipart/form-data; boundary={BOUNDARY}", *more, "", "")).encode()


def place(address: str) -> tuple[str, int]:
    """Host and port."""
    parts = urlsplit(address)
    return parts.hostname, parts.port


def sent(address: str, *pieces: bytes, within: float = 30) -> tuple[int, dict[str, str], str]:
    """(status, headers, text) of the answer to these bytes; all of them are sent before anything is read."""
    with socket.create_connection(place(address), within) as connection:
        for piece in pieces:
            connection.sendall(piece)
        return read(connection)


def read(connection: socket.socket) -> tuple[int, dict[str, str], str]:
    """(status, headers, text) of the next answer."""
    with connection.makefile("rb") as stream:
        status = int(stream.readline().split()[1])
        headers = {}
        while (line := stream.readline().decode("latin-1").strip()):
            name, _, value = line.partition(": ")
            headers[name.lower()] = value
        return status, headers, stream.read(int(headers.get("content-length", 0))).decode()
