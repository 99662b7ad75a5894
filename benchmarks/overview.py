"""What a look at how things stand costs: a project's first page and a form, with any number stored.

    .venv/bin/python benchmarks/overview.py --submissions 200000 --keep /tmp/many    (the data of benchmarks/inbox.py)
    .venv/bin/python benchmarks/overview.py --submissions 200000 --postgres          (a real PostgreSQL, from its wheel)

What is timed is all that the pages ask for. Processor time is told beside it: where others work on the
same machine it is what can be compared.
"""

import argparse
import contextlib
import statistics
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent), str(HERE)]

from inbox import START, fill, postgres, units_of  # noqa: E402

from collector.domain import access  # noqa: E402
from collector.services import overview  # noqa: E402

LOOKS = {
    "project": lambda unit: overview.project_overview(unit, 1),
    **{f"form, {period or 'as it opens'}": (lambda unit, period=period: overview.form_overview(
        unit, 1, "visita", period)) for period in ("", *overview.PERIODS)},
    "14 days by district": lambda unit: overview.by_field(unit, 1, "visita", "/distrito", (
        unit.now() - timedelta(days=13)).date()),
    "all by district": lambda unit: overview.by_field(unit, 1, "visita", "/distrito"),
}


def main() -> None:
    """Measures each look, warm; the middle of seven."""
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
        units.clock = lambda: START + timedelta(minutes=given.submissions)
        for name, look in LOOKS.items():
            took, worked = [], []
            for _ in range(8):
                start, begun = time.perf_counter(), time.thread_time()
                with units.reading(access.SYSTEM) as unit:
                    look(unit)
                took.append((time.perf_counter() - start) * 1000)
                worked.append((time.thread_time() - begun) * 1000)
            whole, own = statistics.median(took[1:]), statistics.median(worked[1:])
            print(f"{name:20} {whole:7.1f} ms   processor {own:7.1f} ms")
        units.engine.dispose()


if __name__ == "__main__":
    main()
