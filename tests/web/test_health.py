"""Health: open, quick, without secrets; 503 with the reason when phones cannot be answered."""

import shutil

import pytest
from sqlalchemy import text


def test_good(client):
    answer = client.get("/health")
    assert answer.status_code == 200 and answer.headers["Cache-Control"] == "no-store"
    assert answer.get_json() == {"status": "ok", "checks": {"database": "ok", "disk": "ok", "writer": "ok"}}


def _unavailable(client) -> dict:
    answer = client.get("/health")
    assert answer.status_code == 503 and answer.headers["Retry-After"]
    assert answer.get_json()["status"] == "unavailable"
    return answer.get_json()


@pytest.mark.parametrize(("change", "reason"), [
    ("UPDATE alembic_version SET version_num = '0000'", "another version"),
    ("DROP TABLE alembic_version", "does not answer"),
])
def test_tables_of_another_version(client, units, change, reason):
    with units.engine.begin() as connection:
        connection.execute(text(change))
    assert reason in _unavailable(client)["reason"]


def test_a_disk_that_is_nearly_full(client, units):
    units.settings = units.settings.with_(spare_disk=1 << 62)
    told = _unavailable(client)
    assert "little space" in told["reason"] and told["checks"]["database"] == "ok"


def test_a_data_folder_that_is_gone(client, settings):
    settings.data.rename(settings.data.with_name("gone"))
    assert "data folder" in _unavailable(client)["checks"]["disk"]


def test_a_room_of_files_that_takes_none(client, settings):
    room = settings.data / "blobs"
    shutil.rmtree(room)
    room.write_bytes(b"")
    assert "cannot be written to" in _unavailable(client)["checks"]["disk"]


@pytest.mark.sqlite
def test_a_writer_that_died(client, units):
    units.start_writer()
    units._writer.stop()
    assert "nothing is being kept" in _unavailable(client)["reason"]
