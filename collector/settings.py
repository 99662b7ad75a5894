"""Room for settings: one frozen dataclass, read from the environment once.

It must not open files or connections. Everybody above gets the dataclass handed; nobody else reads the environment.
A wrong value stops the start with a sentence that names the variable.
"""

import os
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from urllib.parse import urlsplit

from collector.domain.addresses import networks, proxies


class WrongSetting(ValueError):
    """A setting that cannot be used; the text names the variable and what to write instead."""


def _about(default, reason: str):
    return field(default=default, metadata={"reason": reason})


@dataclass(frozen=True)
class Settings:
    """Everything that may differ between two installations; `reason` says why each exists."""

    data: Path = _about(Path("data"), "the one folder that holds everything stored: database, files, keys")
    database_url: str = _about("", "another database than the SQLite file in the data folder (postgresql+psycopg://…)")
    public_url: str = _about("", "the address that phones and people are told, e.g. https://datos.example.org")
    host: str = _about("127.0.0.1", "the network address to listen on")
    port: int = _about(8000, "the port to listen on")
    admin_email: str = _about("", "e-mail of the first administrator, made on first start")
    admin_password: str = _about("", "password of the first administrator; made up and printed when empty")
    secret: str = _about("", "key that signs page forms; made and kept in the data folder when empty")
    max_body: int = _about(1_000_000_000, "largest single file in bytes, and about the largest request")
    worker: str = _about("process", "who runs the steps after arrival: process, inline (tests) or off (elsewhere)")
    threads: int = _about(8, "threads that answer requests; slow phones do not hold one")
    connections: int = _about(1000, "open connections at most; beyond it phones wait to be accepted")
    idle_seconds: int = _about(120, "seconds after which a phone that stopped in the middle is hung up on")
    spare_disk: int = _about(200_000_000, "bytes of the disk that stay free; below it phones are told to wait")
    trusted_proxies: str = _about("127.0.0.1,::1", "proxies whose Forwarded and X-Forwarded-* headers are believed: "
                                  "addresses or networks with commas; * for all")
    language: str = _about("es", "language of the first project and of pages before anybody signs in: es or en")
    timezone: str = _about("America/Lima", "time zone of the first project")
    hash_memory: int = _about(19_456, "memory of one password hash in KiB; more is safer and slower")
    export_days: int = _about(7, "days that an export built in the background is kept for download")
    trash_days: int = _about(30, "days after which what lies in the trash is emptied for good; 0 keeps it")
    held_days: int = _about(5, "days that an offline change of an entity waits for an earlier one of "
                             "the same phone")
    session_days: int = _about(14, "days after which a person must sign in again")
    smallest_group: int = _about(5, "groups of fewer are not shown in statistics; 1 shows all")
    map_tiles: str = _about("", "address of map tiles ({z}/{x}/{y}); empty draws points without a background")
    map_credit: str = _about("", "whose the tiles are, as their terms ask to be told")
    webhook_private: str = _about("", "own networks that webhooks may reach, with commas: 10.0.0.0/8,127.0.0.1")
    smtp_host: str = _about("", "the server that sends mail; without it links are handed over by people")
    smtp_port: int = _about(587, "its port")
    smtp_security: str = _about("starttls", "how the way to it is kept secret: starttls, tls or none")
    smtp_user: str = _about("", "the name to sign in there with, where it asks for one")
    smtp_password: str = _about("", "the password that belongs to it")
    smtp_from: str = _about("", "who mail comes from, e.g. Collector <avisos@example.org>")
    log_level: str = _about("INFO", "how much is logged: DEBUG, INFO, WARNING")
    log_format: str = _about("auto", "how log lines look: text, json, or auto: text on a terminal, else json")

    @property
    def database(self) -> str:
        """The database address in force: the SQLite file of the data folder unless another is set."""
        return self.database_url or f"sqlite:///{self.data.resolve() / 'collector.sqlite3'}"

    @property
    def largest_request(self) -> int:
        """Bytes of a request that is taken: a file of `max_body`, with the record it belongs to and what wraps both."""
        return self.max_body + 65_536

    @property
    def is_sqlite(self) -> bool:
        """Whether the one-writer rules of SQLite hold."""
        return self.database.startswith("sqlite")

    @property
    def address(self) -> str:
        """The address to tell phones, without a slash at its end."""
        return (self.public_url or f"http://{self.host}:{self.port}").rstrip("/")

    @property
    def sends_mail(self) -> bool:
        """Whether a server of mail is named, so that links can be sent."""
        return bool(self.smtp_host)

    @property
    def is_https(self) -> bool:
        """Whether phones reach us over https, so that cookies may be marked secure."""
        return self.address.startswith("https://")

    def with_(self, **changes) -> "Settings":
        """A copy with these values, checked like the environment's."""
        return checked(replace(self, **changes))


def variable(name: str) -> str:
    """The environment variable of a setting."""
    return f"COLLECTOR_{name.upper()}"


def from_environment(environ=None) -> Settings:
    """The settings in force. Raises WrongSetting."""
    environ = os.environ if environ is None else environ
    given = {}
    for item in fields(Settings):
        text = environ.get(variable(item.name), "")
        if text == "":
            continue
        given[item.name] = _convert(item, text)
    return checked(Settings(**given))


def environment_of(settings: Settings) -> dict[str, str]:
    """The environment of a child process that shall work with these very settings."""
    return {**os.environ, **{variable(item.name): str(getattr(settings, item.name)) for item in fields(Settings)}}


def _convert(item, text: str):
    if item.type in (int, "int"):
        try:
            return int(text.replace("_", ""))
        except ValueError:
            raise WrongSetting(f"{variable(item.name)} must be a whole number, not {text!r}.") from None
    return Path(text) if item.type in (Path, "Path") else text


def _are(read, text: str) -> bool:
    try:
        return read(text) is not None
    except ValueError:
        return False


def checked(settings: Settings) -> Settings:
    """The same settings, when every value can be used. Raises WrongSetting."""
    rules = (
        ("worker", settings.worker in ("process", "inline", "off"), "must be process, inline or off"),
        ("language", settings.language in ("es", "en"), "must be es or en"),
        ("port", 0 <= settings.port <= 65535, "must be between 0 and 65535"),
        ("export_days", 1 <= settings.export_days <= 3650, "must be between 1 and 3650"),
        ("trash_days", 0 <= settings.trash_days <= 36_500, "must be between 0 and 36500 days"),
        ("threads", 1 <= settings.threads <= 256, "must be between 1 and 256"),
        ("max_body", settings.max_body >= 1_000_000, "must be at least 1000000 bytes"),
        ("idle_seconds", 1 <= settings.idle_seconds <= 3600, "must be between 1 and 3600 seconds"),
        ("spare_disk", settings.spare_disk >= 0, "must not be negative"),
        ("hash_memory", 8 <= settings.hash_memory <= 1_048_576, "must be between 8 and 1048576 KiB"),
        ("held_days", 0 <= settings.held_days <= 3650, "must be between 0 and 3650"),
        ("session_days", 1 <= settings.session_days <= 365, "must be between 1 and 365 days"),
        ("smallest_group", settings.smallest_group == 1 or 3 <= settings.smallest_group <= 1000,
         "must be 1 (all groups are shown) or between 3 and 1000"),
        ("smtp_port", 1 <= settings.smtp_port <= 65535, "must be between 1 and 65535"),
        ("smtp_security", settings.smtp_security in ("starttls", "tls", "none"), "must be starttls, tls or none"),
        ("smtp_from", not settings.smtp_host or "@" in settings.smtp_from,
         "must be the address that mail comes from, where COLLECTOR_SMTP_HOST is set"),
        ("log_level", settings.log_level in ("DEBUG", "INFO", "WARNING", "ERROR"),
         "must be DEBUG, INFO, WARNING or ERROR"),
        ("log_format", settings.log_format in ("auto", "text", "json"), "must be auto, text or json"),
        ("webhook_private", _are(networks, settings.webhook_private),
         "must be networks with commas, such as 10.0.0.0/8,192.168.1.7"),
        ("trusted_proxies", _are(proxies, settings.trusted_proxies),
         "must be addresses or networks with commas, such as 127.0.0.1,10.0.0.0/8, or *"),
        ("public_url", not settings.public_url or urlsplit(settings.public_url).scheme in ("http", "https"),
         "must begin with http:// or https://"),
        ("database_url", not settings.database_url
         or settings.database_url.startswith(("sqlite:///", "postgresql+psycopg://")),
         "must begin with sqlite:/// or postgresql+psycopg://"),
    )
    for name, good, sentence in rules:
        if not good:
            raise WrongSetting(f"{variable(name)} {sentence}; it is {getattr(settings, name)!r}.")
    return settings
