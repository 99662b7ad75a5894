"""What the preview of a cleaning step costs on 100 000 records: seconds until an analyst sees counts and examples.

    .venv/bin/python benchmarks/cleaning.py --submissions 100000
    .venv/bin/python benchmarks/cleaning.py --keep /tmp/many    (kept, to measure again; export.py fills it alike)

The form and the records are those of `export.py`. Each recipe is previewed in a process of its own, nothing remembered:
as a page asks for it (it answers by then with what it has seen), once more (it goes on, or remembers), and to the end.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent)]

from export import FORM, fill, peak, units_of  # noqa: E402

from collector.domain import access  # noqa: E402
from collector.services import previewing  # noqa: E402


def step(type: str, **settings) -> dict:
    return {"id": f"{type}-{abs(hash(json.dumps(settings))) % 1000}", "type": type, "settings": settings}


NAME, PLACE = "/registrador/registrador_nombre", "/lugar/pueblo_otro"
TEN = [step("keep_states"), step("trim", columns=[NAME, PLACE]), step("case", columns=[NAME], to="title"),
       step("accents", columns=[PLACE], how="strip"), step("recode", column=PLACE, map={"acta": "Acta", "rio": "Río"}),
       step("case", columns=[PLACE], to="upper"), step("rename", column=PLACE, to="pueblo"),
       step("protect", columns=["/lugar/fecha_visita"], how="month"),
       step("protect", columns=["/registrador/registrador_dni"], how="pseudonym"),
       step("map_table", column="/lugar/cuenca", rows=[["bosque", "Bosque"], ["acta", "Acta"]], folded=True)]
RECIPES = {
    "one step (trim)": [step("trim", columns=[NAME])],
    "states": [step("keep_states")],
    "recode": [step("recode", column="/lugar/acceso", map={"rio": "fluvial"})],
    "duplicates": [step("deduplicate", columns=[NAME, PLACE])],
    "ten steps": TEN,
    "every text trimmed": [step("trim")],
    "a condition": [step("blank_where", column="/asamblea/asistentes_mujeres",
                         where="${asistentes_mujeres} > ${asistentes_hombres}")],
    "a condition on few values": [step("filter_rows", where="${acceso} != 'rio'")],
}


def measure(folder: Path, name: str) -> dict:
    """One preview as a page asks for it, the same again, and one that goes on until all records were looked at."""
    units, before = units_of(folder), peak()
    wall, found = timed(units, name, previewing.PATIENCE)
    again, _found = timed(units, name, previewing.PATIENCE)
    units.memory.clear()
    cpu = time.process_time()
    whole, all_ = timed(units, name, previewing.LONGEST)
    cpu = round(time.process_time() - cpu, 2)
    return {"answer_s": wall, "records": found.records, "again_s": again, "all_cpu_s": cpu, "all_wall_s": whole,
            "all_records": all_.records, "cells": all_.all_cells, "gone": all_.all_gone,
            "faults": [one.en for one in all_.steps if one.en], "before_mb": before, "peak_mb": peak()}


def timed(units, name: str, patience: float):
    """(seconds, the preview)."""
    begun = time.perf_counter()
    with units.reading(access.SYSTEM) as unit:
        found = previewing.preview(unit, 1, FORM, RECIPES[name], patience=patience)
    return round(time.perf_counter() - begun, 2), found


def main() -> None:
    """Fills a folder unless one is kept, previews each recipe and prints what it took."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--submissions", type=int, default=100_000)
    asked.add_argument("--keep", type=Path, help="folder that stays, and is used as it is when it is there")
    asked.add_argument("--measure", nargs=2, metavar=("FOLDER", "RECIPE"), help=argparse.SUPPRESS)
    given = asked.parse_args()
    if given.measure:
        print(json.dumps(measure(Path(given.measure[0]), given.measure[1])))
        return
    with tempfile.TemporaryDirectory() as made:
        folder = given.keep or Path(made)
        if not (folder / "collector.sqlite3").exists():
            fill(folder, given.submissions)
        for name in RECIPES:
            said = subprocess.run([sys.executable, __file__, "--measure", str(folder), name], check=True,
                                  capture_output=True, text=True).stdout
            print(f"{name}: {said.strip()}")


if __name__ == "__main__":
    main()
