"""Exports built in the background: every row in every format, cancelled, taken up again, kept for some days."""

import csv
import io
import json
import zipfile
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256

import pytest

from collector.domain import access, problems
from collector.domain.problems import Problem
from collector.services import building, gathering, orders, packing, sweeping
from collector.store.queries import export_jobs
from tests import builders
from tests.services.test_extracting import sent  # noqa: F401  four records of two versions, repeats three deep

TABLES = {"casa": 4, "casa-hijos": 4, "casa-juguetes": 6, "casa-piezas": 6}  # rows


def ask(units, actor=access.SYSTEM, form: str = "casa", **wanted) -> building.Job:
    """The job as it is after the worker has looked."""
    asked = units.write(actor, lambda unit: building.ask_export(unit, 1, form, orders.order(**wanted)))
    return seen(units, asked.row.id, form)


def seen(units, number: int, form: str = "casa") -> building.Job:
    with units.reading(access.SYSTEM) as unit:
        return building.find_export(unit, 1, form, number)


def content(units, job: building.Job, form: str = "casa") -> bytes:
    with units.reading(access.SYSTEM) as unit:
        _job, open_ = building.open_file(unit, 1, form, job.row.id)
        with open_() as stream:
            return stream.read()


def unzipped(units, job: building.Job, form: str = "casa") -> dict[str, bytes]:
    archive = zipfile.ZipFile(io.BytesIO(content(units, job, form)))
    assert archive.testzip() is None
    return {name: archive.read(name) for name in archive.namelist()}


def nobody_builds(units) -> None:
    """Exports wait from now on."""
    units.wake = lambda: None


@pytest.mark.usefixtures("sent")
def test_every_format_has_every_row_of_every_table(units):
    pandas, pyreadstat = pytest.importorskip("pandas"), pytest.importorskip("pyreadstat")
    job = ask(units, formats=["csv", "xlsx", "stata", "spss", "parquet", "jsonl"])
    assert job.row.state == "done" and job.share == 1.0, job.row.problem
    files = unzipped(units, job)
    for stem, rows in TABLES.items():
        for ending in (".csv", ".dta", ".sav", ".parquet", ".jsonl"):
            assert job.row.counts[stem + ending]["rows"] == rows
            assert job.row.counts[stem + ending]["sha256"] == sha256(files[stem + ending]).hexdigest()
            assert job.row.counts[stem + ending]["bytes"] == len(files[stem + ending])
        assert len(list(csv.reader(io.StringIO(files[f"{stem}.csv"].decode())))) == rows + 1
        assert len(pandas.read_parquet(io.BytesIO(files[f"{stem}.parquet"]))) == rows
        assert len(pandas.read_stata(io.BytesIO(files[f"{stem}.dta"]))) == rows
        assert files[f"{stem}.jsonl"].count(b"\n") == rows
    book = pandas.read_excel(io.BytesIO(files["casa.xlsx"]), sheet_name=None)
    assert [len(book[name]) for name in ("casa", "hijos", "juguetes", "piezas")] == list(TABLES.values())
    del pyreadstat


@pytest.mark.usefixtures("sent")
def test_the_same_data_give_the_same_bytes_and_who_and_when_stand_beside(units, bob):
    first = unzipped(units, ask(units, formats=["csv", "xlsx", "parquet", "stata", "spss"]))
    later = units.clock
    units.clock = lambda: later() + timedelta(days=3)
    actor = replace(access.SYSTEM, id=bob.id)
    second = unzipped(units, ask(units, actor, formats=["csv", "xlsx", "parquet", "stata", "spss"], purpose="informe"))
    told = [json.loads(one.pop("receipt.json")) for one in (first, second)]
    assert first == second and told[0] != told[1]
    assert told[1]["purpose"] == "informe"


@pytest.mark.usefixtures("sent")
def test_the_same_order_asked_twice_is_one_job(units):
    nobody_builds(units)
    first, second = ask(units), ask(units)
    assert first.row.id == second.row.id and first.row.state == "waiting" and first.share == 0.0
    assert ask(units, formats=["xlsx"]).row.id != first.row.id
    assert building.run_waiting(units) == 2
    assert seen(units, first.row.id).row.state == "done"


@pytest.mark.usefixtures("sent")
def test_asking_is_an_event_that_tells_what_for(units):
    job = ask(units, purpose="informe anual")
    with units.reading(access.SYSTEM) as unit:
        from collector.store.queries import events
        found = events.find_last(unit.session, building.ACTION)
        assert found.target_id == job.row.id and found.details["purpose"] == "informe anual"


@pytest.mark.usefixtures("sent")
def test_rows_that_differ_from_the_database_fail_loudly_with_both_numbers(units, monkeypatch):
    batches = gathering.Extract.batches

    def losing(extract, unit, *given, **options):
        for batch in batches(extract, unit, *given, **options):
            batch.tables["/hijos"] = batch.tables["/hijos"].chosen(list(range(1, len(batch.tables["/hijos"]))))
            yield batch

    monkeypatch.setattr(gathering.Extract, "batches", losing)
    job = ask(units)
    assert job.row.state == "failed" and job.row.blob_sha256 is None
    assert job.row.problem["code"] == 500.91
    assert job.row.problem["details"] == {"place": "/hijos", "expected": 4, "found": 3}


@pytest.mark.usefixtures("sent")
def test_a_format_that_loses_a_row_fails_loudly(units, monkeypatch):
    from collector.domain.formats import csvtable
    write = csvtable.write
    monkeypatch.setattr(csvtable, "write", lambda *given: write(*given) - 1)
    job = ask(units)
    assert (job.row.state, job.row.problem["code"]) == ("failed", 500.91)
    assert job.row.problem["details"] == {"place": "casa.csv", "expected": 4, "found": 3}


@pytest.mark.usefixtures("sent")
def test_records_that_change_while_they_are_read_are_read_again(units, phone, monkeypatch):
    batches, times = gathering.Extract.batches, []

    def disturbed(extract, unit, *given, **options):
        yield from batches(extract, unit, *given, **options)
        times.append(1)
        if len(times) == 1:  # somebody throws one away when all were read
            from collector.services import review
            units.write(access.SYSTEM, lambda unit: review.delete(unit, 1, "casa", "uuid:2"))

    monkeypatch.setattr(gathering.Extract, "batches", disturbed)
    job = ask(units)
    assert job.row.state == "done", job.row.problem
    assert len(times) == 2
    assert job.row.counts["casa.csv"]["rows"] == 3


@pytest.mark.usefixtures("sent")
def test_a_job_that_is_cancelled_is_built_no_further(units, monkeypatch):
    nobody_builds(units)
    job = ask(units)
    monkeypatch.setattr(packing, "pack", cancelling(units, job.row.id, packing.pack))
    building.run_waiting(units)
    found = seen(units, job.row.id)
    assert found.row.state == "cancelled" and found.row.blob_sha256 is None and not found.is_open
    assert list((units.settings.data / "spool").iterdir()) == []


def cancelling(units, number: int, pack):
    def packed(*given):
        units.write(access.SYSTEM, lambda unit: building.cancel_export(unit, 1, "casa", number))
        return pack(*given)
    return packed


@pytest.mark.usefixtures("sent")
def test_a_process_that_ends_gives_its_job_back(units):
    nobody_builds(units)
    job = ask(units)
    looked = []
    building.run_waiting(units, lambda: bool(looked) or looked.append(1))
    found = seen(units, job.row.id)
    assert (found.row.state, found.row.tries) == ("waiting", 0)
    building.run_waiting(units)
    assert seen(units, job.row.id).row.state == "done"


@pytest.mark.usefixtures("sent")
def test_what_a_killed_process_left_is_taken_up_again_when_its_time_is_over(units):
    nobody_builds(units)
    job = ask(units)
    units.write(access.SYSTEM, lambda unit: export_jobs.claim(unit.session, unit.now(), "gone"))
    assert building.run_waiting(units) == 0 and seen(units, job.row.id).row.state == "running"
    clock = units.clock
    units.clock = lambda: clock() + export_jobs.LEASE + timedelta(seconds=1)
    assert building.run_waiting(units) == 1
    found = seen(units, job.row.id)
    assert (found.row.state, found.row.tries) == ("done", 2)


@pytest.mark.usefixtures("sent")
def test_a_process_that_lost_its_job_writes_nothing_more(units):
    nobody_builds(units)
    job = ask(units)
    number, tries = units.write(access.SYSTEM, lambda unit: export_jobs.claim(unit.session, unit.now(), "slow"))
    building.take_over(units, "slow")
    building.run_waiting(units)
    before = seen(units, job.row.id)
    building.build(units, number, tries, "slow")
    after = seen(units, job.row.id)
    assert before.row.state == "done" and after.row.blob_sha256 == before.row.blob_sha256


@pytest.mark.usefixtures("sent")
def test_one_that_ends_its_process_each_time_is_given_up(units):
    nobody_builds(units)
    job = ask(units)
    for _ in range(building.TRIES):
        units.write(access.SYSTEM, lambda unit: export_jobs.claim(unit.session, unit.now(), "dying"))
        building.take_over(units)
    building.run_waiting(units)
    found = seen(units, job.row.id)
    assert (found.row.state, found.row.problem["code"]) == ("failed", 500.92)


@pytest.mark.usefixtures("sent")
def test_one_that_finds_the_database_busy_is_tried_again_and_told_at_last(units, monkeypatch):
    nobody_builds(units)
    job, times = ask(units), []

    def busy(*given):
        times.append(1)
        raise problems.busy()

    with monkeypatch.context() as patched:
        patched.setattr(packing, "pack", busy)
        building.run_waiting(units)
    found = seen(units, job.row.id)
    assert (found.row.state, found.row.problem["code"], len(times)) == ("failed", 503.1, building.TRIES)


@pytest.mark.usefixtures("sent")
def test_an_export_leaves_the_space_that_phones_need(units):
    nobody_builds(units)
    job = ask(units)
    object.__setattr__(units.settings, "spare_disk", 1 << 60)
    building.run_waiting(units)
    found = seen(units, job.row.id)
    assert (found.row.state, found.row.problem["code"]) == ("failed", 503.2)


@pytest.mark.usefixtures("sent")
def test_a_file_is_kept_for_some_days_and_then_swept(units):
    job = ask(units)
    clock = units.clock
    for day in (6, 7, 9, 11):
        units.clock = lambda day=day: clock() + timedelta(days=day, minutes=5)
        sweeping.sweep(units)
        if day == 6:
            assert len(content(units, job)) == job.row.size
    assert seen(units, job.row.id).row.state == "done" and seen(units, job.row.id).row.blob_sha256 is None
    assert not units.blobs.has(job.row.blob_sha256) or units.blobs.drop_older(job.row.blob_sha256, 9e9)
    with pytest.raises(Problem) as caught:
        content(units, job)
    assert caught.value.code == 404.1


@pytest.mark.usefixtures("sent")
def test_one_file_of_data_can_come_alone(units):
    job = ask(units, formats=["xlsx"], alone=True)
    assert job.row.name == "casa.xlsx" and job.row.size == job.row.counts["casa.xlsx"]["bytes"]
    assert zipfile.ZipFile(io.BytesIO(content(units, job))).testzip() is None
    assert ask(units, formats=["csv"], alone=True).row.name == "casa.zip"  # it has repeats


def test_files_bear_names_that_people_know_again_and_a_list_says_what_they_are(units, phone):
    builders.a_form(units, """
| survey |
|  | type   | name   | label  |
|  | text   | nombre | Nombre |
|  | image  | foto   | Foto   |
|  | begin repeat | casas | Casas |
|  | image  | frente | Frente |
|  | end repeat | | |
| settings |
|  | form_title | form_id | version | instance_name |
|  | Fotos      | fotos   | 1       | ${nombre} |
""")
    body = ("<nombre>Ana</nombre><foto>1.jpg</foto><casas><frente>2.jpg</frente></casas>"
            "<casas><frente>no llegó.jpg</frente></casas>")
    for number in (1, 2):
        xml = builders.a_submission("fotos", body=body, instance_id=f"uuid:0000000{number}-aaaa")
        assert phone.send(xml, {"1.jpg": b"uno", "2.jpg": f"dos {number}".encode()}).status_code == 201
    files = unzipped(units, ask(units, form="fotos"), "fotos")
    listed = list(csv.DictReader(io.StringIO(files["media.csv"].decode())))
    here = {one["file"]: files[one["file"]] for one in listed if one["file"]}
    assert sorted(here.values()) == [b"dos 1", b"dos 2", b"uno", b"uno"] and len(listed) == 6
    first = next(one for one in listed if one["question"] == "foto" and one["KEY"] == "uuid:00000001-aaaa")
    assert first["file"].startswith("media/") and first["file"].endswith("00000001aaaa-foto-1.jpg")
    assert [one["name"] for one in listed if not one["file"]] == ["no llegó.jpg"] * 2
    without = unzipped(units, ask(units, form="fotos", files=False), "fotos")
    assert "media.csv" not in without


def test_who_may_not_read_may_not_ask(units, carol):
    builders.simple_form(units)
    stranger = access.Actor(carol.id, "user", "Carol")
    for act in (lambda unit: building.ask_export(unit, 1, "simple", orders.order()),
                lambda unit: building.list_exports(unit, 1, "simple"),
                lambda unit: building.cancel_export(unit, 1, "simple", 1)):
        with pytest.raises(Problem) as caught:
            units.write(stranger, act)
        assert caught.value.code == 403.1


@pytest.mark.parametrize(("wanted", "field"), [
    ({"formats": ["doc"]}, "formats"), ({"states": ["new"]}, "states"), ({"since": "ayer"}, "since")])
def test_an_order_that_makes_no_sense_is_refused_by_name(wanted, field):
    with pytest.raises(Problem) as caught:
        orders.order(**wanted)
    assert (caught.value.code, caught.value.details["field"]) == (400.8, field)


@pytest.mark.parametrize("form_id", ["media", "codebook", "ñ" * 64, "a/b: c?"])
def test_no_file_takes_the_name_of_another(units, phone, form_id):
    builders.a_form(units, f"""
| survey |
|  | type | name | label |
|  | text | a    | A     |
|  | image | foto | Foto |
|  | begin repeat | r | R |
|  | text | b    | B     |
|  | end repeat | | |
| settings |
|  | form_title | form_id | version |
|  | Uno | {form_id} | 1 |
""")
    xml = builders.a_submission(form_id, body="<a>1</a><foto>f.jpg</foto><r><b>2</b></r>")
    assert phone.send(xml, {"f.jpg": b"foto"}).status_code == 201
    job = ask(units, form=form_id, formats=["csv", "xlsx"])
    assert job.row.state == "done", job.row.problem
    archive = zipfile.ZipFile(io.BytesIO(content(units, job, form_id)))
    names = [name.casefold() for name in archive.namelist()]
    assert len(set(names)) == len(names) == 9 and all(len(name.encode()) < 150 for name in names)
    assert {"codebook.xlsx", "media.csv"} <= set(names)
