"""What a csv.zip costs: CPU seconds, peak memory and time to the first byte, for as many submissions as asked for.

    .venv/bin/python benchmarks/export.py --submissions 10000
    .venv/bin/python benchmarks/export.py --submissions 200000 --keep /tmp/many    (kept, to measure again)

A form of 57 questions with a repeat of three to six rows. Rows are written straight into the database, by the same
flattening that the worker uses; the export runs in a process of its own, the way that the API and the page run it.
"""

import argparse
import json
import random
import subprocess
import sys
import tempfile
import time
import uuid
from datetime import UTC, datetime, timedelta
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from sqlalchemy import insert  # noqa: E402

from collector.app import create_app  # noqa: E402
from collector.domain import access  # noqa: E402
from collector.domain.flatten import flatten  # noqa: E402
from collector.services import exporting, flattening, models, projects, publishing  # noqa: E402
from collector.settings import Settings  # noqa: E402
from collector.store.base import Base  # noqa: E402
from collector.store.tables.answers import FlatRow  # noqa: E402
from collector.store.tables.submissions import Submission, SubmissionVersion  # noqa: E402

FORM = "acreditacion_autoridades"
START = datetime(2026, 1, 1, tzinfo=UTC)
WORDS = ("comunidad", "asamblea", "acta", "junta", "directiva", "territorio", "río", "quebrada", "bosque", "familia",
         "reunión", "acuerdo", "padrón", "linderos", "jefe", "escuela", "bote", "chacra", "inscripción", "elección")


def units_of(folder: Path):
    """The units of an installation in this folder."""
    app = create_app(Settings(data=folder, worker="off", public_url="http://localhost", secret="s" * 32))
    return app.extensions["collector.units"]


def answer(one, model, chance: random.Random) -> str:
    """A text such as a phone would send."""
    if one.type == "int":
        return str(chance.randrange(1, 900))
    if one.type == "decimal" or one.calculate:
        return f"{chance.random() * 1000:.2f}"
    if one.type in ("date", "dateTime"):
        day = (START + timedelta(days=chance.randrange(300))).date().isoformat()
        return day if one.type == "date" else f"{day}T10:20:30.000-05:00"
    if one.type == "geopoint":
        return f"{-12 + chance.random() * 8:.7f} {-78 + chance.random() * 7:.7f} {chance.random() * 900:.1f} 4.5"
    if one.type in ("select1", "select"):
        names = [choice.name for choice in model.choices_for(one)]
        return " ".join(chance.sample(names, 1 if one.type == "select1" else chance.randrange(1, len(names))))
    if one.binary:
        return ""
    return " ".join(chance.choice(WORDS) for _ in range(chance.randrange(1, 5)))


def submission(model, chance: random.Random, path: str = "") -> str:
    """The XML below a path."""
    parts = []
    for one in model.children(path):
        times = chance.randrange(3, 7) if one.kind == "repeat" else 1
        for _ in range(times):
            inner = answer(one, model, chance) if one.kind == "field" else submission(model, chance, one.path)
            parts.append(f"<{one.name}>{inner}</{one.name}>")
    return "".join(parts)


def fill(folder: Path, count: int) -> None:
    """Publishes the form and writes the submissions with their rows."""
    folder.mkdir(parents=True, exist_ok=True)
    units = units_of(folder)
    units.blobs.prepare()
    Base.metadata.create_all(units.engine)
    units.write(access.SYSTEM, lambda unit: projects.first_project(unit, "Medición"))
    data = (HERE / "fixture_acreditacion.md").read_bytes()
    with units.reading(access.SYSTEM) as unit:
        prepared = publishing.prepare_file(unit, data, "form.md", {})
    view = units.write(access.SYSTEM, lambda unit: publishing.publish_file(unit, 1, prepared, True))
    form_id, version_id = view.form.id, view.version.id
    with units.reading(access.SYSTEM) as unit:
        model = models.form_model(unit, version_id)
        columns = flattening._column_model(unit, form_id, version_id)
    chance = random.Random(1)
    made = [made_ready(submission(model, chance), columns) for _ in range(min(count, 2000))]
    for start in range(0, count, 2000):
        numbers = range(start + 1, min(start + 2000, count) + 1)
        units.write(access.SYSTEM, lambda unit, numbers=numbers: write(
            unit.session, numbers, form_id, version_id, made))
    units.engine.dispose()


def made_ready(body: str, columns) -> tuple[str, list[dict]]:
    """The XML with a gap for the instanceID, and its rows, as the worker makes them."""
    body = body.replace("<instanceID></instanceID>", "<instanceID>GAP</instanceID>")
    xml = f'<data id="{FORM}" version="1">{body}</data>'
    return xml, [{"table_id": columns.tables[row.table], "ordinal": row.ordinal, "key": row.key,
                  "parent_key": row.parent_key,
                  "data": flattening.orjson.dumps(flattening._trimmed(row.values)).decode()}
                 for row in flatten(columns.plan, xml).rows]


def write(session, numbers: range, form_id: int, version_id: int, made: list) -> None:
    """One batch of submissions, versions and rows."""
    ones, versions, rows = [], [], []
    for number in numbers:
        instance_id, at = f"uuid:{uuid.UUID(int=number)}", START + timedelta(seconds=number)
        xml, flat = made[number % len(made)]
        ones.append({"id": number, "form_id": form_id, "draft": False, "instance_id": instance_id, "created_at": at,
                     "edits": 0, "device_id": "collect:abc", "files_expected": 0, "files_present": 0})
        versions.append({"id": number, "submission_id": number, "form_id": form_id, "draft": False,
                         "xml": xml.replace("GAP", instance_id).encode(), "form_version_id": version_id,
                         "instance_id": instance_id, "sha256": b"0" * 32, "encrypted": False, "current": True,
                         "extra_files": 0, "created_at": at, "flat_at": at})
        rows += [{**row, "submission_id": number, "version_id": number, "data": row["data"].replace("GAP", instance_id)}
                 for row in flat]
    for table, values in ((Submission, ones), (SubmissionVersion, versions), (FlatRow, rows)):
        session.connection().execute(insert(table.__table__), values)


def measure(folder: Path) -> dict:
    """One export, in this process."""
    units, before = units_of(folder), peak()
    cpu, wall, first, size = time.process_time(), time.perf_counter(), None, 0
    with units.reading(access.SYSTEM) as unit:
        for piece in exporting.csv_zip(unit, 1, FORM, exporting.Options(files=False)):
            first = first or time.perf_counter() - wall
            size += len(piece)
    return {"cpu_s": round(time.process_time() - cpu, 3), "wall_s": round(time.perf_counter() - wall, 3),
            "first_byte_s": round(first or 0, 3), "zip_mb": round(size / 1e6, 2),
            "before_mb": before, "peak_mb": peak()}


def peak() -> float:
    """The most memory this process had so far, in MB (Linux)."""
    found = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM"))
    return round(int(found.split()[1]) / 1024, 1)


def main() -> None:
    """Fills a folder unless one is kept, exports three times and prints each."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--submissions", type=int, default=10_000)
    asked.add_argument("--keep", type=Path, help="folder that stays, and is used as it is when it is there")
    asked.add_argument("--measure", type=Path, help=argparse.SUPPRESS)
    given = asked.parse_args()
    if given.measure:
        print(json.dumps(measure(given.measure)))
        return
    with tempfile.TemporaryDirectory() as made:
        folder = given.keep or Path(made)
        if not (folder / "collector.sqlite3").exists():
            fill(folder, given.submissions)
        for _ in range(3):
            said = subprocess.run([sys.executable, __file__, "--measure", str(folder)], check=True,
                                  capture_output=True, text=True).stdout
            result = json.loads(said)
            rate = round(given.submissions / result["cpu_s"])
            print(f"{given.submissions} submissions: {rate} per CPU second, {said.strip()}")


if __name__ == "__main__":
    main()
