"""The data folder: its key, and who may work in it."""

import os
import stat
from multiprocessing.pool import ThreadPool

import pytest

from collector.cli import folder
from collector.settings import Settings


@pytest.fixture
def settings(tmp_path) -> Settings:
    settings = Settings(data=tmp_path / "data")
    folder.make(settings)
    return settings


def test_the_key_is_made_once_and_for_its_owner_alone(settings):
    first = folder.opened(settings).secret
    assert len(first) == 64 and folder.opened(settings).secret == first
    assert stat.S_IMODE((settings.data / "secret").stat().st_mode) == 0o600
    assert stat.S_IMODE(settings.data.stat().st_mode) == 0o700


def test_many_at_once_agree_on_the_key(settings):
    with ThreadPool(8) as pool:
        found = pool.map(lambda _each: folder.opened(settings).secret, range(32))
    assert len(set(found)) == 1
    assert sorted(os.listdir(settings.data)) == ["blobs", "secret", "spool", "tmp"]


def test_the_database_is_its_owners_alone(settings):
    settings.data.chmod(0o755)
    folder.close_database(settings)
    file = settings.data / "collector.sqlite3"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600 and file.stat().st_size == 0


def test_a_key_that_was_set_stays(settings):
    assert folder.opened(settings.with_(secret="mine")).secret == "mine"
    assert not (settings.data / "secret").exists()


def test_one_server_holds_the_folder_on_sqlite(settings):
    held, alone = folder.hold(settings)
    assert alone and folder.is_held(settings)
    with pytest.raises(folder.FolderHeld):
        folder.hold(settings)
    os.close(held)
    assert not folder.is_held(settings)


def test_several_share_the_folder_on_postgresql_once_the_first_is_ready(settings):
    settings = settings.with_(database_url="postgresql+psycopg://host/db")
    first, alone = folder.hold(settings)
    assert alone
    with pytest.raises(folder.FolderHeld):
        folder.hold(settings, patience=0.2)
    folder.share(settings, first)
    second, alone = folder.hold(settings, patience=0.2)
    assert not alone
    os.close(first)
    os.close(second)


def test_what_an_earlier_server_left_underway_is_gone(settings, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", None)
    (settings.data / "tmp" / "half a body").write_bytes(b"x")
    folder.use_temporary(settings)
    assert not list((settings.data / "tmp").iterdir())
