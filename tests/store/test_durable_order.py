"""A 201 is said after everything is on disk: write, fsync, rename, folder fsync, commit, answer, in this order."""

import hashlib
import itertools
import os
from pathlib import Path

import pytest
from sqlalchemy import event

from collector.store.blobs import disk
from tests import builders

PHOTO = "<nombre>Ana</nombre><foto>1.jpg</foto>"
ID = "uuid:00000000-0000-4000-8000-000000000001"


class Recorder:
    """What happened in the data folder, in order: (act, path below the folder)."""

    def __init__(self, root: Path):
        self.root = root.resolve()
        self.acts: list[tuple[str, str]] = []
        self._open: dict[int, str] = {}

    def note(self, act: str, path) -> None:
        path = Path(path).resolve()
        if path.is_relative_to(self.root):
            self.acts.append((act, self._named(path)))

    def opened(self, descriptor: int, path) -> None:
        path = Path(path).resolve()
        if path.is_relative_to(self.root):
            self._open[descriptor] = self._named(path)

    def wrote(self, descriptor: int) -> None:
        if descriptor in self._open:
            self.acts.append(("write", self._open[descriptor]))

    def synced(self, descriptor: int) -> None:
        self.acts.append(("fsync", self._open.get(descriptor, "?")))

    def _named(self, path: Path) -> str:
        told = path.relative_to(self.root).as_posix()
        return "spool/*" if told.startswith("spool/") else told

    def before(self, act: tuple[str, str], later: tuple[str, str]) -> bool:
        """Whether the last of `act` came before the first of `later`."""
        return act in self.acts and later in self.acts and self._last(act) < self.acts.index(later)

    def _last(self, act: tuple[str, str]) -> int:
        return len(self.acts) - 1 - self.acts[::-1].index(act)


@pytest.fixture
def recorder(settings, units, monkeypatch):
    """Watches what the blob store asks of the system, and the commits of the one writer, where there is one."""
    units.wake = lambda: None
    units.start_writer()
    recorder = Recorder(settings.data)
    real = {name: getattr(os, name) for name in ("fsync", "replace", "mkdir", "open", "write")}

    def fsync(descriptor):
        real["fsync"](descriptor)
        recorder.synced(descriptor)

    def replace(source, target, **options):
        real["replace"](source, target, **options)
        recorder.note("rename", target)

    def mkdir(path, *arguments, **options):
        real["mkdir"](path, *arguments, **options)
        recorder.note("mkdir", path)

    def system_open(path, *arguments, **options):
        descriptor = real["open"](path, *arguments, **options)
        recorder.opened(descriptor, path)
        return descriptor

    def write(descriptor, piece):
        recorder.wrote(descriptor)
        return real["write"](descriptor, piece)

    for name, watched in (("fsync", fsync), ("replace", replace), ("mkdir", mkdir), ("open", system_open),
                          ("write", write)):
        monkeypatch.setattr(os, name, watched)
    committed = lambda _connection: recorder.acts.append(("commit", "database"))  # noqa: E731
    event.listen(units.engine, "commit", committed)
    yield recorder
    event.remove(units.engine, "commit", committed)


@pytest.fixture
def form(units):
    return builders.simple_form(units)


@pytest.fixture
def send(form, phone, recorder):
    """Sends and notes the moment of the answer."""
    def send(xml, files=None):
        recorder.acts.clear()
        answer = phone.send(xml, files)
        recorder.acts.append(("answer", str(answer.status_code)))
        return answer
    return send


def place(content: bytes) -> tuple[str, str]:
    """(folder, file) of a blob below the data folder."""
    sha256 = hashlib.sha256(content).hexdigest()
    return f"blobs/{sha256[:2]}", f"blobs/{sha256[:2]}/{sha256}"


COMMIT, ANSWER = ("commit", "database"), ("answer", "201")


def test_a_new_file_in_a_new_folder_is_on_disk_before_the_row_and_the_answer(send, recorder):
    folder, file = place(b"jpeg")
    send(builders.a_submission(body=PHOTO, instance_id=ID), {"1.jpg": b"jpeg"})
    order = [("write", "spool/*"), ("fsync", "spool/*"), ("rename", file), ("fsync", folder), COMMIT, ANSWER]
    for earlier, later in itertools.pairwise(order):
        assert recorder.before(earlier, later), (earlier, later, recorder.acts)


def test_every_new_folder_is_entered_durably_in_its_parent(send, recorder):
    folder, _file = place(b"jpeg")
    send(builders.a_submission(body=PHOTO, instance_id=ID), {"1.jpg": b"jpeg"})
    acts = recorder.acts
    made, synced = acts.index(("mkdir", folder)), acts.index(("fsync", "blobs"))
    assert made < synced < acts.index(COMMIT), acts


def test_a_file_that_is_here_already_is_synced_again_before_the_answer(send, recorder):
    """Another request may have renamed it a moment ago without having synced the folder yet."""
    send(builders.a_submission(body=PHOTO, instance_id=ID), {"1.jpg": b"jpeg"})
    folder, file = place(b"jpeg")
    send(builders.a_submission(body=PHOTO, instance_id="uuid:2"), {"1.jpg": b"jpeg"})
    assert ("rename", file) not in recorder.acts
    assert recorder.before(("fsync", folder), COMMIT) and recorder.before(COMMIT, ANSWER), recorder.acts


def test_a_resend_answers_only_after_its_files_are_on_disk(send, recorder):
    xml = builders.a_submission(body=PHOTO, instance_id=ID)
    send(xml)
    folder, file = place(b"jpeg")
    send(xml, {"1.jpg": b"jpeg"})
    order = [("fsync", "spool/*"), ("rename", file), ("fsync", folder), COMMIT, ANSWER]
    for earlier, later in itertools.pairwise(order):
        assert recorder.before(earlier, later), (earlier, later, recorder.acts)


def test_what_is_parked_is_on_disk_before_it_is_refused(send, recorder):
    folder, file = place(b"jpeg")
    send(builders.a_submission(version="9", body=PHOTO, instance_id=ID), {"1.jpg": b"jpeg"})
    order = [("fsync", "spool/*"), ("rename", file), ("fsync", folder), COMMIT, ("answer", "404")]
    for earlier, later in itertools.pairwise(order):
        assert recorder.before(earlier, later), (earlier, later, recorder.acts)


def test_the_folders_of_the_store_are_entered_durably(tmp_path, recorder):
    recorder.root = tmp_path.resolve()
    disk.DiskBlobs(tmp_path / "fresh").prepare()
    acts = recorder.acts
    for folder, parent in (("fresh", "."), ("fresh/blobs", "fresh"), ("fresh/spool", "fresh")):
        assert acts.index(("mkdir", folder)) < len(acts) - 1 - acts[::-1].index(("fsync", parent)), acts


@pytest.mark.sqlite
def test_sqlite_syncs_its_log_at_every_commit(units):
    """Without FULL, a write-ahead log is synced only at checkpoints and a power cut takes the last commits."""
    with units.engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
