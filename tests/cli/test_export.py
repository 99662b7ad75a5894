"""The command that hands datasets out, and the process of its own that builds what was asked for elsewhere."""

import csv
import io
import os
import signal
import time
import zipfile

import pytest

from collector.__main__ import _application
from collector.cli.export_build import Builder
from collector.domain import access
from collector.services import building, orders
from collector.settings import from_environment
from tests.cli.test_commands import sent  # noqa: F401  two submissions of a small form


@pytest.mark.usefixtures("sent")
def test_formats_states_and_languages_are_asked_for_by_option(run, tmp_path):
    out = tmp_path / "small.zip"
    told = run("export", "small", "--format", "csv", "--format", "xlsx", "--states", "received", "--lang", "en",
               "--purpose", "informe", "--out", str(out))
    assert told.exit_code == 0, told.stderr
    with zipfile.ZipFile(out) as held:
        assert {"small.csv", "small.xlsx", "media.csv"} <= set(held.namelist())
        rows = list(csv.DictReader(io.TextIOWrapper(held.open("small.csv"), "utf-8", newline="")))
        assert [row["name"] for row in rows] == ["Ñandú 2", "Ñandú 1"]
        photos = [name for name in held.namelist() if name.startswith("media/")]
        assert len(photos) == 1 and photos[0].endswith("-photo-a.jpg")
    with zipfile.ZipFile(io.BytesIO(run("export", "small", "--format", "jsonl", "--no-media", "--out", "-")
                                    .stdout_bytes)) as held:
        assert held.read("small.jsonl").count(b"\n") == 2
    rejected = tmp_path / "none.csv"
    assert run("export", "small", "--format", "csv", "--states", "rejected", "--out", str(rejected)).exit_code == 0
    assert rejected.read_text().count("\n") == 1


@pytest.mark.usefixtures("sent")
def test_one_file_by_its_name_and_nothing_where_it_cannot_be(run, tmp_path):
    alone = tmp_path / "datos.xlsx"
    assert run("export", "small", "--format", "xlsx", "--out", str(alone)).exit_code == 0
    assert "xl/workbook.xml" in zipfile.ZipFile(alone).namelist()
    for arguments, code in ((("--format", "csv", "--format", "spss", "--out", str(tmp_path / "x.csv")), 2),
                            (("--recipe-version", "2"), 2), (("--format", "doc"), 2), (("--recipe", "ninguna"), 1),
                            (("--format", "geojson", "--out", str(tmp_path / "y.zip")), 1)):
        assert run("export", "small", *arguments).exit_code == code
    assert sorted(one.name for one in tmp_path.iterdir() if one.is_file()) == ["datos.xlsx"]


@pytest.fixture
def waiting(run, sent, data):  # noqa: F811
    """(units, number of an export that waits)."""
    units = _application(from_environment()).extensions["collector.units"]
    wanted = orders.order(["csv", "xlsx", "stata", "spss", "parquet", "jsonl"])  # Parquet alone takes half a second
    job = units.write(access.SYSTEM, lambda unit: building.ask_export(unit, 1, "small", wanted))
    yield units, job.row.id
    units.engine.dispose()


def state(units, number: int):
    with units.reading(access.SYSTEM) as unit:
        return building.find_export(unit, 1, "small", number).row


def until(met, patience: float = 30.0) -> None:
    end = time.monotonic() + patience
    while not met():
        assert time.monotonic() < end
        time.sleep(0.02)


def test_the_worker_has_exports_built_by_a_process_of_its_own(run, waiting):
    units, number = waiting
    assert run("worker", "--once").exit_code == 0
    assert state(units, number).state == "done"


def test_a_process_that_is_killed_is_followed_by_another_that_does_it_all(waiting):
    units, number = waiting
    builder = Builder(units.settings)
    builder.look(units)
    until(lambda: state(units, number).state == "running")
    os.kill(builder._process.pid, signal.SIGKILL)
    until(lambda: not builder.is_busy)
    assert state(units, number).state == "running"
    builder.look(units)
    until(lambda: not builder.is_busy)
    builder.look(units)
    found = state(units, number)
    assert (found.state, found.tries) == ("done", 2)


def test_who_ends_the_worker_ends_the_builder_which_gives_its_export_back(waiting):
    units, number = waiting
    builder = Builder(units.settings)
    builder.look(units)
    builder.stop(units)
    assert not builder.is_busy and state(units, number).state in ("waiting", "done")
    assert state(units, number).holder is None
