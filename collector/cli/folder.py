"""Room for the data folder: made, opened, held by one server at a time.

    collector.sqlite3   the database, with its -wal and -shm beside it (unless another one is set)
    blobs/              every file that was sent or uploaded, once, by its SHA-256
    spool/, tmp/        what is on its way in; worth nothing once no server runs
    secret              the key that signs page forms; readable by its owner alone
    lock                held while a server runs
    address             where the last server was reached, for QR codes made by the command line

It must not know the database. `cli/serve` holds the folder; every command opens it.
"""

import contextlib
import fcntl
import os
import secrets
import tempfile
import time
from pathlib import Path

from collector.settings import Settings


class FolderHeld(Exception):
    """Another server works in this folder."""


def make(settings: Settings) -> None:
    """Nothing; the folder and its rooms are there. Raises OSError."""
    for part in ("", "blobs", "spool", "tmp"):
        (settings.data / part).mkdir(mode=0o700, parents=True, exist_ok=True)


def close_database(settings: Settings) -> None:
    """Nothing; the file of the database is its owner's alone, also in a folder that others may look into."""
    if settings.is_sqlite:
        file = Path(settings.database.removeprefix("sqlite:///"))
        file.touch(mode=0o600)
        file.chmod(0o600)  # what SQLite puts beside it takes its mode from it


def opened(settings: Settings) -> Settings:
    """The same settings with the secret that the folder keeps."""
    if settings.secret or not settings.data.is_dir():
        return settings
    return settings.with_(secret=_secret(settings.data / "secret"))


def use_temporary(settings: Settings) -> None:
    """Nothing; bodies on their way in lie in the data folder, and what an earlier server left there is gone."""
    room = settings.data.resolve() / "tmp"
    for left in room.iterdir():
        with contextlib.suppress(OSError):
            left.unlink()
    tempfile.tempdir = str(room)


def hold(settings: Settings, patience: float = 90.0) -> tuple[int, bool]:
    """(descriptor to keep, whether nobody else works here). Raises FolderHeld.

    On SQLite there is one server per folder. On another database several may share the folder of files; the first
    of them tidies and prepares it, the others wait for that, at most `patience` seconds. The lock ends with the
    process, however it ends.
    """
    descriptor = os.open(settings.data / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    # a moment of patience even on SQLite: `doctor` may be looking, or the server before may just be ending
    until = time.monotonic() + (0.3 if settings.is_sqlite else patience)
    while True:
        if _locks(descriptor, fcntl.LOCK_EX):
            return descriptor, True
        if not settings.is_sqlite and _locks(descriptor, fcntl.LOCK_SH):
            return descriptor, False
        if time.monotonic() > until:
            break
        time.sleep(0.05)
    os.close(descriptor)
    raise FolderHeld(str(settings.data))


def share(settings: Settings, descriptor: int) -> None:
    """Nothing; others may work here too, where the database allows it."""
    if not settings.is_sqlite:
        fcntl.flock(descriptor, fcntl.LOCK_SH)


def note_address(settings: Settings) -> None:
    """Nothing; the command line tells phones the address of this server from now on."""
    (settings.data / "address").write_text(settings.address + "\n")


def noted_address(settings: Settings) -> str:
    """The address of the last server in this folder, or ''."""
    file = settings.data / "address"
    return file.read_text().strip() if file.exists() else ""


def is_held(settings: Settings) -> bool:
    """Whether a server works in this folder now."""
    if not (settings.data / "lock").exists():
        return False
    descriptor = os.open(settings.data / "lock", os.O_RDWR)
    try:
        return not _locks(descriptor, fcntl.LOCK_EX)
    finally:
        os.close(descriptor)


def _locks(descriptor: int, kind: int) -> bool:
    try:
        fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _secret(file: Path) -> str:
    """The key in the file, made once; two processes at once agree, because a link is never made twice."""
    if not file.exists():
        mine = file.with_name(f"secret.{secrets.token_hex(4)}")
        mine.touch(mode=0o600)
        mine.write_text(secrets.token_hex(32))
        with contextlib.suppress(FileExistsError):
            os.link(mine, file)
        mine.unlink()
    return file.read_text().strip()
