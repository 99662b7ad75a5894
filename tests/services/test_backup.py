"""A backup is one state of database and files, believed once it was restored and compared; a bad one is refused."""

import errno
import hashlib
import os
import shutil
import sqlite3
import stat
from contextlib import closing
from datetime import timedelta

import pytest

from collector.domain import access
from collector.services import backup, building, condition, orders, restore
from collector.store.queries import export_jobs
from tests import builders

PHOTO = b"\xff\xd8\xff\xe0 a photo"


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "backups"


@pytest.fixture
def sent(units, phone):
    """Sends a submission with this photo; the first comes with a correction and something that was set aside."""
    builders.simple_form(units)

    def send(photo: bytes):
        body = "<nombre>Ñandú 🐦</nombre><edad>30</edad><foto>a.jpg</foto>"
        assert phone.send(builders.a_submission(body=body), {"a.jpg": photo}).status_code == 201

    send(PHOTO)
    first = builders.a_submission(instance_id="uuid:1")
    assert phone.send(first).status_code == 201
    assert phone.send(builders.a_submission(instance_id="uuid:2", deprecated_id="uuid:1")).status_code == 201
    assert phone.send(builders.a_submission(form_id="nobody knows")).status_code >= 400
    return send


def rows_of(file) -> dict[str, list]:
    with closing(sqlite3.connect(file)) as database:
        names = [name for name, in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {name: sorted(database.execute(f'SELECT * FROM "{name}"'), key=repr) for name in names}


def finding(units):
    with units.reading(access.SYSTEM) as unit:
        return next(one for one in condition.examine(unit) if one.name == "backup")


def quiet(what, done, of):
    pass


def blob_file(folder, sha256):
    return folder / "blobs" / sha256[:2] / sha256


def some_blob(folder) -> str:
    return sorted(file.name for file in (folder / "blobs").glob("??/*"))[0]


def test_a_backup_holds_every_row_and_every_file(units, sent, folder, settings):
    made = backup.make(units, folder)
    assert made.verified and made.faults == []
    assert made.tables["submissions"].rows == 2 and made.tables["submission_versions"].rows == 3
    assert made.tables["parked"].rows == 1 and made.tables["flat_rows"].rows == 2
    assert (made.blobs, made.new_blobs) == (made.tables["blobs"].rows, made.tables["blobs"].rows)
    file = folder / made.name / "collector.sqlite3"
    assert {name: len(rows) for name, rows in rows_of(file).items()} == {
        name: digest.rows for name, digest in made.tables.items()} | {"alembic_version": 1}
    for name in ("collector.sqlite3", "manifest.json"):
        assert stat.S_IMODE((folder / made.name / name).stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert not list(folder.glob("*.partial"))


@pytest.mark.sqlite
def test_values_are_kept_as_they_are(units, sent, folder, settings):
    made = backup.make(units, folder)
    source, copied = rows_of(settings.data / "collector.sqlite3"), rows_of(folder / made.name / "collector.sqlite3")
    event = [row for row in source["events"] if row not in copied["events"]]
    assert [row[1] for row in event] == ["backup.create"]
    assert source | {"events": 0} == copied | {"events": 0}


def test_nobody_waits_and_what_comes_meanwhile_is_in_the_next(units, system, sent, folder):
    calls = []

    def tell(what, done, of):
        if what == "database" and done == of // 2:
            system(lambda unit: builders.rename_project(unit, "Otro nombre"))
            sent(b"while the backup is made")
            calls.append(what)

    made = backup.make(units, folder, tell=tell)
    assert calls and made.verified and made.tables["submissions"].rows == 2
    again = backup.make(units, folder)
    assert again.tables["submissions"].rows == 3 and again.new_blobs == 1


def test_the_second_copies_only_what_is_new(units, sent, folder):
    backup.make(units, folder)
    sent(b"another photo")
    made = backup.make(units, folder)
    assert (made.verified, made.new_blobs, made.new_bytes) == (True, 1, len(b"another photo"))
    with units.reading(access.SYSTEM) as unit:
        assert backup.plan(unit, folder).new_blobs == 0


def test_files_are_copied_where_they_cannot_be_linked(units, sent, folder, settings, monkeypatch):
    def elsewhere(*_paths):
        raise OSError(errno.EXDEV, "another disk")

    monkeypatch.setattr(os, "link", elsewhere)
    made = backup.make(units, folder)
    assert made.verified and made.new_blobs == made.blobs
    sha256 = some_blob(folder)
    assert not blob_file(folder, sha256).samefile(blob_file(settings.data, sha256))
    assert blob_file(folder, sha256).read_bytes() == blob_file(settings.data, sha256).read_bytes()


@pytest.mark.parametrize("link", [True, False])
def test_a_damaged_file_of_the_server_is_told(units, sent, folder, settings, monkeypatch, link):
    if not link:
        monkeypatch.setattr(os, "link", lambda *_paths: (_ for _ in ()).throw(OSError(errno.EXDEV, "another disk")))
    sha256 = some_blob(settings.data)
    whole = blob_file(settings.data, sha256).read_bytes()
    blob_file(settings.data, sha256).write_bytes(b"?" * len(whole))
    made = backup.make(units, folder)
    assert not made.verified and made.faults == [("damaged", sha256)]
    assert restore.choose(folder) is None and restore.choose(folder, made.name) == made
    assert finding(units).text("en").startswith("there is no backup yet"), "only a good one counts"
    blob_file(settings.data, sha256).write_bytes(whole)
    assert backup.make(units, folder).verified


def test_a_missing_file_of_the_server_is_told_and_all_else_is_kept(units, sent, folder, settings):
    sha256 = some_blob(settings.data)
    blob_file(settings.data, sha256).unlink()
    made = backup.make(units, folder)
    assert made.faults == [("missing", sha256)] and made.new_blobs == made.blobs - 1


def test_a_file_of_the_backup_that_went_bad_is_found_and_made_again(units, sent, folder, monkeypatch):
    monkeypatch.setattr(os, "link", lambda *_paths: (_ for _ in ()).throw(OSError(errno.EXDEV, "another disk")))
    backup.make(units, folder)
    sha256 = some_blob(folder)
    whole = blob_file(folder, sha256).read_bytes()
    blob_file(folder, sha256).write_bytes(b"?" * len(whole))
    assert backup.make(units, folder, full=True).new_blobs == 1
    assert blob_file(folder, sha256).read_bytes() == whole
    blob_file(folder, sha256).write_bytes(b"short")
    assert backup.make(units, folder).new_blobs == 1
    assert blob_file(folder, sha256).read_bytes() == whole


@pytest.mark.parametrize("moment", ["database", "files", "compare"])
def test_one_that_is_cut_off_leaves_no_half(units, sent, folder, moment):
    def cut(what, done, of):
        if what == moment:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        backup.make(units, folder, tell=cut)
    assert restore.choose(folder) is None
    assert sorted(os.listdir(folder)) == ["blobs", "lock", "spool"]
    assert backup.make(units, folder).verified


def test_what_a_power_cut_left_is_never_chosen_and_goes_with_the_next(units, sent, folder):
    made = backup.make(units, folder)
    left = folder / f"{made.name}.partial"
    shutil.copytree(folder / made.name, left)
    assert [restore.choose(folder), restore.choose(folder, left.name)] == [made, None]
    assert backup.make(units, folder).verified and not left.exists()


def test_only_the_newest_are_kept_with_their_files(units, sent, folder):
    first = backup.make(units, folder)
    extra = blob_file(folder, "ab" * 32)
    extra.parent.mkdir(parents=True)
    extra.write_bytes(b"of a backup that is gone")
    second, third = backup.make(units, folder), backup.make(units, folder, keep=2)
    assert not (folder / first.name).exists() and (folder / second.name).exists()
    assert not extra.exists()
    assert restore.choose(folder) == third
    assert len(list((folder / "blobs").glob("??/*"))) == third.blobs


def test_two_at_once_are_refused(units, sent, folder):
    def again(what, done, of):
        with pytest.raises(backup.FolderBusy):
            backup.make(units, folder)

    assert backup.make(units, folder, tell=again).verified


def test_the_doctor_tells_the_last_good_one(units, sent, folder):
    assert finding(units).text("en").startswith("there is no backup yet")
    made = backup.make(units, folder)
    assert made.name in finding(units).text("es") and finding(units).good
    clock = units.clock
    units.clock = lambda: clock() + timedelta(days=9)
    assert not finding(units).good and "9" in finding(units).text("es")


def test_a_restored_folder_holds_the_same(units, sent, folder, tmp_path):
    made = backup.make(units, folder)
    assert restore.place(folder, made, tmp_path / "new", quiet) == []
    assert rows_of(tmp_path / "new" / "collector.sqlite3") == rows_of(folder / made.name / "collector.sqlite3")
    blobs = {file.name: file.read_bytes() for file in (tmp_path / "new" / "blobs").rglob("*") if file.is_file()}
    assert len(blobs) == made.blobs and PHOTO in blobs.values()
    assert stat.S_IMODE((tmp_path / "new" / "collector.sqlite3").stat().st_mode) == 0o600


def test_a_backup_that_went_bad_is_not_restored(units, sent, folder, tmp_path):
    made = backup.make(units, folder)
    sha256 = some_blob(folder)
    whole = blob_file(folder, sha256).read_bytes()
    blob_file(folder, sha256).write_bytes(b"?" * len(whole))
    assert restore.place(folder, made, tmp_path / "one", quiet) == [("damaged", sha256)]
    blob_file(folder, sha256).unlink()
    assert restore.place(folder, made, tmp_path / "two", quiet) == [("missing", sha256)]
    with (folder / made.name / "collector.sqlite3").open("r+b") as file:
        file.seek(-100, os.SEEK_END)
        file.write(b"?")
    assert restore.place(folder, made, tmp_path / "three", quiet) == [("database", made.name)]


def test_differences_name_the_tables(units, sent, folder):
    made = backup.make(units, folder)
    file = folder / made.name / "collector.sqlite3"
    with closing(sqlite3.connect(file, isolation_level=None)) as database:
        database.execute("UPDATE users SET language = 'xx'")
        database.execute("DELETE FROM flat_rows")
    assert backup.differences(file, made) == [("table", "flat_rows"), ("table", "users")]
    with closing(sqlite3.connect(file, isolation_level=None)) as database:
        database.execute("DELETE FROM actors")
    assert backup.differences(file, made) == [("database", file.name)], "a row points at nothing"


def test_exports_are_left_out_with_their_files_and_what_others_point_at_too_is_not(units, sent, folder):
    """They can be made again, and may be larger than all else; who asked for them stands among the events."""
    sent(b"another")
    order = orders.order(["csv"])
    asked = units.write(access.SYSTEM, lambda unit: building.ask_export(unit, 1, "simple", order))
    with units.reading(access.SYSTEM) as unit:
        exported = building.find_export(unit, 1, "simple", asked.row.id).row.blob_sha256
    photo = hashlib.sha256(PHOTO).hexdigest()
    units.write(access.SYSTEM, lambda unit: export_jobs.add_job(
        unit.session, form_id=asked.row.form_id, wanted={}, state="done", blob_sha256=photo, created_at=unit.now()))
    assert exported and units.blobs.has(exported)
    manifest = backup.make(units, folder)
    assert manifest.verified
    rows = rows_of(folder / manifest.name / "collector.sqlite3")
    assert rows["export_jobs"] == [] and exported not in {row[0] for row in rows["blobs"]}
    assert not blob_file(folder, exported).exists() and blob_file(folder, photo).exists()
    assert any("submission.export" in row for row in rows["events"])
