"""What an export costs: CPU per submission, peak memory, time to the first byte, for as many submissions as asked for.

    .venv/bin/python benchmarks/export.py --submissions 10000
    .venv/bin/python benchmarks/export.py --submissions 200000 --keep /tmp/many    (kept, to measure again)
    .venv/bin/python benchmarks/export.py --keep /tmp/many --only "raw csv.zip" "job xlsx"

A form of 57 questions with a repeat of three to six rows. Rows are written straight into the database, by the same
flattening that the worker uses. Each export runs in a process of its own: streamed the way that the API and the page
stream it, or as a job, with codebook and description, the way that the process for exports builds it.
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
from collector.cli.export_build import seldom_look_for_rings  # noqa: E402
from collector.domain import access  # noqa: E402
from collector.domain.flatten import flatten  # noqa: E402
from collector.services import (  # noqa: E402
    building,
    cleaned_csv,
    exporting,
    extracting,
    flattening,
    models,
    orders,
    projects,
    publishing,
    recipes,
)
from collector.settings import Settings  # noqa: E402
from collector.store.base import Base  # noqa: E402
from collector.store.tables.answers import FlatRow  # noqa: E402
from collector.store.tables.submissions import Submission, SubmissionVersion  # noqa: E402

FORM = "acreditacion_autoridades"
WAYS = ["raw csv.zip", "clean ten steps", "clean ten steps, three with expressions", "job csv", "job xlsx",
        "job parquet", "job stata", "job spss", "job jsonl"]
TEN = [{"type": type, "settings": settings} for type, settings in (
    ("keep_states", {}), ("trim", {"columns": ["/registrador/registrador_nombre", "/lugar/pueblo_otro"]}),
    ("case", {"columns": ["/registrador/registrador_nombre"], "to": "title"}),
    ("accents", {"columns": ["/lugar/pueblo_otro"], "how": "strip"}),
    ("recode", {"column": "/lugar/pueblo_otro", "map": {"acta": "Acta", "rio": "Río"}}),
    ("merge", {"column": "/lugar/region", "from": ["loreto", "ucayali"], "to": "oriente"}),
    ("rename", {"column": "/lugar/pueblo_otro", "to": "pueblo"}),
    ("protect", {"columns": ["/lugar/fecha_visita"], "how": "month"}),
    ("protect", {"columns": ["/registrador/registrador_dni"], "how": "pseudonym"}),
    ("map_table", {"column": "/lugar/cuenca", "rows": [["bosque", "Bosque"], ["acta", "Acta"]], "folded": True}))]
RECIPES = {"ten steps": TEN, "ten steps, three with expressions": [*TEN[:7], *(
    {"type": type, "settings": settings} for type, settings in (
        ("blank_where", {"column": "/asamblea/asistentes_mujeres",
                         "where": "${asistentes_mujeres} > ${asistentes_hombres}"}),
        ("derive", {"name": "personas", "type": "int", "expression": "${asistentes_mujeres} + ${asistentes_hombres}"}),
        ("filter_rows", {"where": "${acceso} != 'rio' or ${horas_viaje} < 900"})))]}
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


def recipe(units, name: str) -> int:
    """The number of a recipe of this name, made when it is not there yet."""
    with units.reading(access.SYSTEM) as unit:
        known = {kept.row.name: kept.row.id for kept in recipes.list_recipes(unit, 1, FORM)}
    return known.get(name) or units.write(
        access.SYSTEM, lambda unit: recipes.create_recipe(unit, 1, FORM, name, RECIPES[name]).row.id)


class WithoutPandas:
    """As on a server: the tests alone bring it, and pyarrow reads it into memory where it is."""

    @staticmethod
    def find_spec(name: str, path=None, target=None):
        if name == "pandas":
            raise ModuleNotFoundError(name)


def measure(folder: Path, what: str) -> dict:
    """One export, in this process."""
    sys.meta_path.insert(0, WithoutPandas)
    units, before = units_of(folder), peak()
    kind, _, rest = what.partition(" ")
    number = recipe(units, rest) if kind == "clean" else None
    seldom_look_for_rings() if kind == "job" else None
    cpu, wall, first, size = time.process_time(), time.perf_counter(), None, 0

    def take(piece: bytes) -> None:
        nonlocal first, size
        first, size = first or time.perf_counter() - wall, size + len(piece)

    with units.reading(access.SYSTEM) as unit:
        if kind == "job":
            building.pack_now(unit, 1, FORM, orders.order([rest], files=False), take)
        else:
            pieces = exporting.csv_zip(unit, 1, FORM, exporting.Options(files=False)) if number is None else (
                cleaned_csv.csv_zip(unit, 1, FORM, orders.order(recipe_id=number, files=False)))
            for piece in pieces:
                take(piece)
    return {"cpu_s": round(time.process_time() - cpu, 3), "wall_s": round(time.perf_counter() - wall, 3),
            "first_byte_s": round(first or 0, 3), "mb": round(size / 1e6, 2), "before_mb": before, "peak_mb": peak()}


def peak() -> float:
    """The most memory this process had so far, in MB (Linux)."""
    found = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM"))
    return round(int(found.split()[1]) / 1024, 1)


def main() -> None:
    """Fills a folder unless one is kept, exports in each way and prints what it took."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--submissions", type=int, default=10_000)
    asked.add_argument("--keep", type=Path, help="folder that stays, and is used as it is when it is there")
    asked.add_argument("--only", nargs="*", choices=WAYS, default=WAYS, help="these ways of exporting alone")
    asked.add_argument("--times", type=int, default=1, help="each way so many times")
    asked.add_argument("--measure", nargs=2, metavar=("FOLDER", "WAY"), help=argparse.SUPPRESS)
    given = asked.parse_args()
    if given.measure:
        print(json.dumps(measure(Path(given.measure[0]), given.measure[1])))
        return
    with tempfile.TemporaryDirectory() as made:
        folder = given.keep or Path(made)
        if not (folder / "collector.sqlite3").exists():
            fill(folder, given.submissions)
        count = held(folder)
        for what in given.only * given.times:
            said = subprocess.run([sys.executable, __file__, "--measure", str(folder), what], check=True,
                                  capture_output=True, text=True).stdout
            rate = round(count / json.loads(said)["cpu_s"])
            print(f"{what}: {count} submissions, {rate} per CPU second, {said.strip()}", flush=True)


def held(folder: Path) -> int:
    """How many submissions the folder holds."""
    with units_of(folder).reading(access.SYSTEM) as unit:
        return extracting.open_extract(unit, 1, FORM).total


if __name__ == "__main__":
    main()
