"""What an entity list costs that has grown: its CSV for phones, a change and the next fetch, its search, and how many
records a second the worker applies.

    .venv/bin/python benchmarks/entities.py                        (100 000 entities, SQLite in a folder of its own)
    .venv/bin/python benchmarks/entities.py --postgres             (a real PostgreSQL, from its wheel)
    .venv/bin/python benchmarks/entities.py --entities 20000

Requests go through the application in this process, without a socket. Time of the wall is of a machine that others may
use; `cpu` is of this process alone. Middle and worst of seven.
"""

import argparse
import contextlib
import os
import random
import statistics
import sys
import tempfile
import time
import uuid
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from benchmarks.inbox import WORDS, postgres  # noqa: E402
from collector.app import create_app  # noqa: E402
from collector.domain import access  # noqa: E402
from collector.services import datasets, entities, list_files  # noqa: E402
from collector.services.entities import Narrowing, Source  # noqa: E402
from collector.settings import Settings  # noqa: E402
from tests import builders  # noqa: E402

LIST = "comunidades"
BATCH = 5000
TIMES = 7
PAGE = 50
CHANGES = 400  # records that are applied
PROPERTIES = ("nombre", "estado", "tipo", "distrito", "pueblo", "familias", "estado_junta", "junta_hasta", "geometry")
READER = """
| survey |
|  | type | name | label |
|  | select_one_from_file comunidades.csv | comunidad | Comunidad |
| settings |
|  | form_title | form_id | version |
|  | Visita | visita | 1 |
"""


class Bench:
    """An installation with one large list, a form that writes it, a form that reads it, a phone."""

    def __init__(self, folder: Path, database: str, count: int):
        where = {"database_url": database} if database else {}
        self.app = create_app(Settings(data=folder, worker="off", hash_memory=8, public_url="http://localhost",
                                       secret="s" * 32, **where), synchronous="NORMAL")  # as the worker
        self.units = builders.units_of(self.app)
        self.units.blobs.prepare()
        builders.create_tables(self.units)
        builders.add_people(self.units)
        builders.entity_form(self.units, dataset=LIST)
        self._fill(count)
        builders.a_form(self.units, READER)
        self.phone = builders.phone_key(self.app)
        self.numbers = range(count)

    def dataset(self, unit):
        """The list."""
        return datasets.find_dataset(unit, 1, LIST)

    def _fill(self, count: int) -> None:
        chance, begun = random.Random(1), time.perf_counter()
        known = {"nombre", "estado"}
        for name in PROPERTIES:
            if name not in known:
                self.units.write(access.SYSTEM,
                                 lambda unit, name=name: datasets.add_property(unit, self.dataset(unit), name))
        for start in range(0, count, BATCH):
            rows = [_entity(number, chance) for number in range(start, min(start + BATCH, count))]
            self.units.write(access.SYSTEM, lambda unit, rows=rows: entities.create_many(
                unit, self.dataset(unit), rows, Source("bulk", name="lista.csv", size=1)))
        spent = time.perf_counter() - begun
        print(f"{count} entities made in batches of {BATCH}: {count / spent:.0f}/s", flush=True)
        if self.units.engine.dialect.name == "postgresql":
            with self.units.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                connection.exec_driver_sql("VACUUM ANALYZE")

    def fetch(self, packed: bool = True) -> int:
        """Bytes of the list as the phone fetches it."""
        answer = self.phone.get("/forms/visita/attachments/comunidades.csv",
                                headers={"Accept-Encoding": "gzip" if packed else "identity"})
        assert answer.status_code == 200, answer.text[:300]
        return len(answer.data)

    def manifest(self) -> None:
        """Nothing; the phone asked what is new."""
        assert self.phone.get("/forms/visita/manifest").status_code == 200

    def change(self) -> None:
        """Nothing; one entity has a version more."""
        self.units.write(access.SYSTEM, lambda unit: entities.update_entity(
            unit, self.dataset(unit), _uuid(random.randrange(len(self.numbers))), None,
            {"familias": str(random.randrange(1000))}, force=True))

    def build(self) -> None:
        """Nothing; the list was made anew, as the worker does ahead."""
        with self.units.reading(access.SYSTEM) as unit:
            list_files.build_ahead(unit, self.dataset(unit))

    def age(self) -> None:
        """Nothing; the files of the list are as old as they may be."""
        for path in (self.units.settings.data / list_files.FOLDER).rglob("*.*"):
            long_ago = time.time() - list_files.MOST
            os.utime(path, (long_ago, long_ago))

    def search(self, **asked) -> None:
        """Nothing; what a page of the list asks for: the tallies, its entities, how many there are when they go on."""
        with self.units.reading(access.SYSTEM) as unit:
            dataset = self.dataset(unit)
            datasets.describe(unit, dataset)
            rows = entities.list_entities(unit, dataset, Narrowing(**asked), PAGE + 1)
            if len(rows) > PAGE and asked:
                entities.count_entities(unit, dataset, Narrowing(**asked))

    def apply(self, updates: bool) -> None:
        """Prints how many records a second the worker does, all its steps together."""
        for number in range(CHANGES):
            action, base = ("update", 1) if updates else ("create", "")
            one = _uuid(number * 7) if updates else str(uuid.uuid4())
            data = {"nombre": f"Comunidad {number}", "estado": "x"}
            xml = builders.an_entity_submission(one, action, data, base=base, dataset=LIST)
            assert self.phone.send(xml).status_code == 201
        begun, spent = time.perf_counter(), time.process_time()
        builders.run_steps(self.units)
        took, spent = time.perf_counter() - begun, time.process_time() - spent
        print(f"{'updates' if updates else 'creations':32} {CHANGES / took:8.0f} records/s, all steps of the worker; "
              f"cpu {1000 * spent / CHANGES:.1f} ms each", flush=True)


def _uuid(number: int) -> str:
    return str(uuid.UUID(int=0xABCD << 100 | number))


def _entity(number: int, chance: random.Random) -> dict:
    words = " ".join(chance.choice(WORDS) for _ in range(5))
    return {"uuid": _uuid(number), "label": f"Comunidad {words} {number}", "data": {
        "nombre": f"{words} {number}", "estado": chance.choice(("activa", "inactiva")), "tipo": "comunidad_nativa",
        "distrito": f"distrito {number % 96}", "pueblo": chance.choice(("awajun", "wampis", "kukama")),
        "familias": str(chance.randrange(500)), "estado_junta": chance.choice(("vigente_acta", "vencida")),
        "junta_hasta": "2027-09-30", "geometry": f"{-4 - chance.random():.6f} {-77 - chance.random():.6f} 200 8"}}


def timed(label: str, work, bar: float | None = None, before=None, times: int = TIMES) -> None:
    """Prints the middle and the worst in milliseconds. before: done each time, not timed."""
    took, spent = [], []
    for _ in range(times):
        if before:
            before()
        begun, used = time.perf_counter(), time.process_time()
        work()
        took.append(1000 * (time.perf_counter() - begun))
        spent.append(1000 * (time.process_time() - used))
    told = f"   bar {bar:.0f} ms" if bar else ""
    print(f"{label:32} {statistics.median(took):8.1f} ms   worst {max(took):8.1f}   cpu "
          f"{statistics.median(spent):8.1f}{told}", flush=True)


def measure(bench: Bench) -> None:
    """Prints every figure."""
    timed("CSV, first build", bench.fetch, times=1)
    print(f"{'size':32} {bench.fetch(False) / 1e6:8.1f} MB plain, {bench.fetch() / 1e6:.1f} MB packed", flush=True)
    timed("CSV, cached, packed", bench.fetch, 300)
    timed("CSV, cached, plain", lambda: bench.fetch(False), 300)
    timed("manifest, cached", bench.manifest)
    timed("a change, then the next fetch", bench.fetch, 300, before=bench.change, times=3)
    timed("a change, then made ahead", bench.build, before=lambda: (bench.change(), bench.age()), times=3)
    timed("then the next fetch", bench.fetch, 300)
    for label, asked in SEARCHES.items():
        timed(f"search, {label}", lambda asked=asked: bench.search(**asked), 200)
    bench.apply(updates=False)
    bench.apply(updates=True)


SEARCHES = {
    "none": {}, "rare word": {"search": "77777"}, "no such word": {"search": "ninguna"},
    "common word": {"search": "comunidad"}, "two words": {"search": "asamblea bote"}, "letter": {"search": "u"},
    "conflicts": {"conflict": "any"}, "property": {"values": (("distrito", "distrito 7"),)},
    "word and property": {"search": "acta", "values": (("distrito", "distrito 7"),)}, "trash": {"deleted": True},
}


def main() -> None:
    """Fills and measures."""
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("--entities", type=int, default=100_000)
    asked.add_argument("--postgres", action="store_true")
    given = asked.parse_args()
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        bench = Bench(folder, postgres(stack) if given.postgres else "", given.entities)
        measure(bench)
        bench.units.engine.dispose()


if __name__ == "__main__":
    main()
