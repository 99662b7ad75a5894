"""The sweeper takes what nothing points at for a day, and never what a phone is just sending again."""

import hashlib
import os
import threading
import time
from datetime import timedelta

import pytest
import sqlalchemy

from collector.app import create_app
from collector.domain import access
from collector.services import blobs, intake, sweeping
from collector.store.blobs import protocol
from collector.store.queries import submissions
from tests import builders

ID = "uuid:00000000-0000-4000-8000-00000000000b"
BODY = "<nombre>Ana</nombre><foto>1.jpg</foto>"
PULLED = """
| survey |
|        | type                           | name  | label  |
|        | select_one_from_file lugar.csv | lugar | Lugar  |
|        | image                          | foto  | Foto   |
| settings |
|        | form_title | form_id | version |
|        | Lugares    | lugares | 1       |
"""


@pytest.fixture
def form(units):
    return builders.simple_form(units)


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def age(units, days: float = 2) -> None:
    """Nothing; all that is stored was put so many days ago."""
    at = time.time() - days * 86_400
    for file in [*units.blobs.root.glob("??/*"), *units.blobs.spool_root.iterdir(),
                 *units.blobs.root.with_name("tmp").glob("*")]:
        os.utime(file, (at, at))
    moved = units.clock() - timedelta(days=days)
    moved = moved if units.engine.dialect.name == "postgresql" else moved.replace(tzinfo=None).isoformat(" ")
    units.write(access.SYSTEM, lambda unit: unit.session.execute(
        sqlalchemy.text("UPDATE blobs SET created_at = :at"), {"at": moved}) and None)


def put(units, content: bytes, keep: bool) -> str:
    """The content's name, put as a prepare step does; keep: with its row."""
    with units.reading(access.SYSTEM) as unit:
        blob = blobs.put(unit, content)
    if keep:
        units.write(access.SYSTEM, lambda unit: blobs.keep(unit, blob))
    return blob.sha256


def content_of(units, name: str) -> bytes:
    with units.blobs.open(name) as stream:
        return stream.read()


def rows(units) -> set[str]:
    with units.reading(access.SYSTEM) as unit:
        return set(unit.session.scalars(sqlalchemy.text("SELECT sha256 FROM blobs")))


def test_all_that_a_row_points_at_is_kept(units, phone, bob):
    workbook = builders.a_workbook(survey=[["type", "name", "label"], ["image", "foto", "Foto"]],
                                   settings=[["form_title", "form_id", "version"], ["Libro", "libro", "1"]])
    builders.a_form(units, workbook, filename="libro.xlsx")
    builders.a_form(units, PULLED, media={"lugar.csv": b"name,label\na,A\n"})
    builders.simple_form(units)
    assert bob.post("/v1/projects/1/forms/lugares/draft?ignoreWarnings=true").status_code == 200
    assert bob.post("/v1/projects/1/forms/lugares/draft/attachments/lugar.csv", data=b"name,label\nb,B\n",
                    content_type="text/csv").status_code == 200
    phone.send(builders.a_submission(body=BODY, instance_id=ID), {"1.jpg": b"of the first version"})
    phone.send(builders.a_submission(body=BODY.replace("1.jpg", "2.jpg"), instance_id="uuid:2", deprecated_id=ID),
               {"2.jpg": b"of the edit"})
    phone.send(builders.a_submission(version="9", body=BODY), {"1.jpg": b"parked"})
    wanted = {sha256(one) for one in (b"name,label\na,A\n", b"name,label\nb,B\n", b"of the first version",
                                      b"of the edit", b"parked", workbook)}
    assert wanted <= rows(units)
    age(units)
    for _day in range(2):
        assert sweeping.sweep(units) == sweeping.Swept(0, 0, 0)
        age(units)
    assert wanted <= rows(units) and all(units.blobs.has(one) for one in wanted)


def test_what_nothing_points_at_goes_its_row_first_and_its_file_a_day_later(units):
    unused = put(units, b"unused", keep=True)
    assert sweeping.sweep(units) == sweeping.Swept(0, 0, 0), "it is no day old"
    age(units)
    assert sweeping.sweep(units) == sweeping.Swept(1, 0, 0)
    assert rows(units) == set() and units.blobs.has(unused)
    assert sweeping.sweep(units) == sweeping.Swept(0, 0, 0)
    age(units)
    assert sweeping.sweep(units) == sweeping.Swept(0, 1, 0)
    assert not units.blobs.has(unused)


def test_a_file_whose_row_was_never_written_goes_after_a_day(units):
    old = put(units, b"never acknowledged", keep=False)
    age(units)
    young = put(units, b"just put", keep=False)
    assert sweeping.sweep(units) == sweeping.Swept(0, 1, 0)
    assert not units.blobs.has(old) and units.blobs.has(young)


def test_what_a_crash_left_on_its_way_in_goes_after_a_day(units):
    temporary = units.blobs.root.with_name("tmp")
    temporary.mkdir(exist_ok=True)
    for folder in (units.blobs.spool_root, temporary):
        (folder / "old").write_bytes(b"half")
    age(units)
    for folder in (units.blobs.spool_root, temporary):
        (folder / "young").write_bytes(b"on its way")
    assert sweeping.sweep(units).left == 2
    assert [file.name for file in (*units.blobs.spool_root.iterdir(), *temporary.iterdir())] == ["young"] * 2


def test_a_resend_after_the_sweepers_day_brings_its_file_again(form, phone, units):
    lost = put(units, b"jpeg", keep=False)
    age(units)
    sweeping.sweep(units)
    assert not units.blobs.has(lost)
    assert phone.send(builders.a_submission(body=BODY, instance_id=ID), {"1.jpg": b"jpeg"}).status_code == 201
    assert content_of(units, lost) == b"jpeg"


@pytest.mark.parametrize("kept", [False, True], ids=["no row", "unused row"])
def test_what_is_put_again_before_its_row_is_written_is_left(form, units, kept):
    """The sweeper comes between the file and the transaction of the very submission that brings it."""
    put(units, b"jpeg", keep=kept)
    age(units)
    xml = builders.a_submission(body=BODY, instance_id=ID).encode()
    with units.reading(access.SYSTEM) as unit:
        spool = unit.blobs.spool()
        spool.write(b"jpeg")
        delivery = intake.unwrap(unit, 1, xml, [(("1.jpg",), spool)], intake.Sender())
    sweeping.sweep(units)
    assert units.write(access.SYSTEM, lambda unit: intake.receive(unit, delivery)).problem is None
    sweeping.sweep(units)
    assert sha256(b"jpeg") in rows(units) and units.blobs.has(sha256(b"jpeg"))


@pytest.mark.parametrize("kept", [False, True], ids=["no row", "unused row"])
def test_a_phone_that_sends_while_the_sweeper_sweeps_loses_nothing(form, phone, units, kept):
    units.wake = lambda: None
    units.start_writer()
    for number in range(8):
        content, instance_id = f"jpeg {number}".encode(), f"uuid:{number}"
        put(units, content, keep=kept)
        age(units)
        gate, told = threading.Barrier(2), []

        def send(content=content, instance_id=instance_id, gate=gate, told=told):
            gate.wait()
            told.append(phone.send(builders.a_submission(body=BODY, instance_id=instance_id), {"1.jpg": content}))
        thread = threading.Thread(target=send)
        thread.start()
        gate.wait()
        sweeping.sweep(units)
        sweeping.sweep(units)
        thread.join()
        assert told[0].status_code == 201
        with units.reading(access.SYSTEM) as unit:
            row = submissions.find_kept(unit.session, 1, False, instance_id)
            (line,) = submissions.list_files(unit.session, row.id)
        assert line.blob_sha256 in rows(units) and content_of(units, line.blob_sha256) == content


def test_a_file_is_never_removed_while_it_is_put_again(units):
    """Many put and sweep the same content; whoever has put it finds it there afterwards."""
    sha, missing = sha256(b"same"), []
    before = time.time() - 86_400

    def put_again():
        for _ in range(60):
            protocol.put_bytes(units.blobs, b"same")
            if not units.blobs.has(sha):
                missing.append(sha)

    def sweep():
        for _ in range(300):
            units.blobs.drop_older(sha, before)

    threads = [threading.Thread(target=act) for act in (put_again, put_again, sweep, sweep)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert missing == [] and units.blobs.has(sha)
    os.utime(units.blobs.path(sha), (before - 1, before - 1))
    assert units.blobs.drop_older(sha, before) and not units.blobs.has(sha)


def test_of_many_workers_one_sweeps_a_day(units, settings):
    moment = [units.clock()]
    apps = [create_app(settings, clock=lambda: moment[0]) for _ in range(4)]
    workers = [builders.units_of(app) for app in apps]

    def look() -> int:
        told = []
        for worker in workers:
            worker.memory.clear()
        threads = [threading.Thread(target=lambda worker=worker: told.append(sweeping.sweep_when_due(worker)))
                   for worker in workers]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(told) == 4
        return sum(swept is not None for swept in told)

    assert look() == 1
    moment[0] += timedelta(hours=23)
    assert look() == 0
    moment[0] += timedelta(hours=2)
    assert look() == 1
    for worker in workers:
        worker.engine.dispose()


def test_a_file_that_another_of_its_name_replaced_is_kept(form, phone, units):
    xml = builders.a_submission(body=BODY, instance_id=ID)
    for content in (b"first", b"second", b"second", b"third"):
        assert phone.send(xml, {"1.jpg": content}).status_code == 201
    for _day in range(3):
        age(units)
        sweeping.sweep(units)
    assert all(units.blobs.has(sha256(content)) for content in (b"first", b"second", b"third"))
    with units.reading(access.SYSTEM) as unit:
        replaced = unit.session.execute(sqlalchemy.text("SELECT blob_sha256 FROM replaced_files ORDER BY id")).scalars()
        assert list(replaced) == [sha256(b"first"), sha256(b"second")]
