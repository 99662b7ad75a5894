"""What records that look the same cost: their queue, one group, a mark kept by the worker, a decision, a look at all.

    .venv/bin/python benchmarks/alike.py --submissions 200000
    .venv/bin/python benchmarks/alike.py --submissions 200000 --postgres

The submissions of benchmarks/inbox.py, each with a mark of its content and of its key; every hundredth has a twin.
Then the same with half of all records in groups, and one group of 10,000.
"""

import argparse
import contextlib
import hashlib
import statistics
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
sys.path.insert(0, str(HERE))

import inbox as stored  # noqa: E402
from lxml import etree  # noqa: E402
from sqlalchemy import insert, text  # noqa: E402

from collector.domain import access  # noqa: E402
from collector.domain.alike import digests, plan  # noqa: E402
from collector.domain.xform import parse_form  # noqa: E402
from collector.domain.xlsform import convert  # noqa: E402
from collector.services import alike, inbox  # noqa: E402
from collector.services.filters import Filters  # noqa: E402
from collector.store.queries import alike as queries  # noqa: E402
from collector.store.tables.alike import AlikeMark  # noqa: E402

TOGETHER = 10_000


def mark(units, count: int, group_of) -> None:
    """Writes the marks. group_of: number of a submission -> number of its group, itself for none."""
    units.write(access.SYSTEM, lambda unit: unit.session.execute(text("DELETE FROM alike_marks")))
    sizes: dict[int, int] = {}
    for number in range(1, count + 1):
        sizes[group_of(number)] = sizes.get(group_of(number), 0) + 1
    forms = units.write(access.SYSTEM, lambda unit: [row[0] for row in unit.session.execute(
        text("SELECT DISTINCT form_id FROM submissions ORDER BY form_id"))])
    for start in range(1, count + 1, TOGETHER):
        rows = [{"submission_id": number, "kind": kind, "form_id": forms[1 if number % 10 == 0 else 0],
                 "digest": hashlib.blake2b(f"{kind}{group_of(number)}".encode(), digest_size=16).digest(),
                 "waits": sizes[group_of(number)] > 1}
                for number in range(start, min(start + TOGETHER, count + 1)) for kind in ("content", "key")]
        units.write(access.SYSTEM, lambda unit, rows=rows: unit.session.execute(insert(AlikeMark), rows))
    units.write(access.SYSTEM, lambda unit: unit.session.execute(text("ANALYZE")))


def timed(name: str, act) -> None:
    """The middle and the worst of nine, warm; CPU of this process, which is all of it on SQLite."""
    act()
    took, spent = [], []
    for _ in range(9):
        start, busy = time.perf_counter(), time.process_time()
        act()
        took.append((time.perf_counter() - start) * 1000)
        spent.append((time.process_time() - busy) * 1000)
    print(f"{name:44} {statistics.median(took):8.1f} ms   worst {max(took):8.1f} ms   "
          f"cpu {statistics.median(spent):7.1f} ms", flush=True)


def measure(units, words: str, number: int) -> None:
    """All that people and the worker ask; number: a submission of a group."""
    def reading(act):
        def do():
            with units.reading(access.SYSTEM) as unit:
                act(unit)
        return do

    def instance(unit):
        return unit.session.execute(text(f"SELECT instance_id FROM submissions WHERE id = {number}")).scalar()

    def kept():
        units.write(access.SYSTEM, lambda unit: queries.keep(unit.session, form, number, fresh()))

    with units.reading(access.SYSTEM) as unit:
        marks = queries.marks_of(unit.session, [number])[number]
        form, ours = marks["content"].form_id, {kind: one.digest for kind, one in marks.items()}
    turns = iter(range(10**9))

    def fresh():  # out of the group and back in
        turn = next(turns)
        return ours if turn % 2 else {kind: hashlib.blake2b(f"x{turn}".encode(), digest_size=16).digest()
                                      for kind in ours}

    timed(f"{words}: inbox page, queue of look-alikes",
          reading(lambda unit: inbox.list_page(unit, 1, Filters(queue="alike"))))
    timed(f"{words}: inbox page, what waits", reading(lambda unit: inbox.list_page(unit, 1, Filters(queue="waiting"))))
    timed(f"{words}: marks of thirty rows",
          reading(lambda unit: alike.marked(unit, 1, list(range(number, number + 30)))))
    timed(f"{words}: one group", reading(lambda unit: alike.find_group(unit, 1, "visita", instance(unit))))
    timed(f"{words}: a mark kept by the worker", kept)
    timed(f"{words}: after a decision",
          lambda: units.write(access.SYSTEM, lambda unit: queries.refresh_of(unit.session, [number])))
    timed(f"{words}: after two hundred decisions",
          lambda: units.write(access.SYSTEM, lambda unit: queries.refresh_of(
              unit.session, list(range(number, number + 200)))))


def reading_costs() -> None:
    """CPU of what a record says: the form of benchmarks/arrival.py has 57 questions."""
    model = parse_form(convert((HERE / "fixture_acreditacion.md").read_bytes(), "fixture_acreditacion.md").xml)
    wanted = plan(model, tuple(one.path for one in model.leaves() if not one.repeat)[:1])
    root = etree.Element("data", id="x")
    for one in model.leaves():
        here = root
        for step in one.path.split("/")[1:]:
            found = here.find(step)
            here = found if found is not None else etree.SubElement(here, step)
        here.text = "una respuesta de largo usual"
    start = time.process_time()
    for _ in range(2000):
        digests(wanted, root)
    print(f"CPU of what one record says: {(time.process_time() - start) / 2000 * 1e6:.0f} µs")


def main() -> None:
    """Fills, marks, measures."""
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("--submissions", type=int, default=200_000)
    asked.add_argument("--postgres", action="store_true")
    given = asked.parse_args()
    reading_costs()
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        database = stored._postgres(stack) if given.postgres else ""
        stored.fill(folder, given.submissions, database)
        units = stored.units_of(folder, database)
        few, many = max(2, given.submissions // 100), given.submissions // 20
        mark(units, given.submissions, lambda number: number - 1 if number % 100 == 2 else number)
        measure(units, "1 in 50 alike", 101)
        mark(units, given.submissions,
             lambda number: 0 if number <= many else number // 8 * 8 if number % 2 else number)
        measure(units, "half alike", many + few - (many + few) % 8 + 1)
        measure(units, f"a group of {many}", 11)
        units.engine.dispose()


if __name__ == "__main__":
    main()
