"""The forms of the library on the phone's engine, with entity lists that change as they are filled: every question can
be answered, and what the forms compute is what an independent reckoning says.

COLLECTOR_TEST_FILLS: how often each is filled; few by default, 200 before the library changes.
"""

import csv
import json
import os
import shutil
from pathlib import Path

import pytest

from collector.domain import returns
from collector.domain.xlsform import convert
from collector.domain.xmltext import read_xml
from tests.contract.library_reference import RETURNS, TURNS, WHOLE, Answers
from tests.phone.entity_lists import EntityLists

pytestmark = pytest.mark.contract

LIBRARY = Path(__file__).resolve().parents[2] / "forms"
FILLS = int(os.environ.get("COLLECTOR_TEST_FILLS", "5"))
SEED = 31
# The question that opens each form, answered so that the rest is asked; a few more fills may refuse.
OPENS = {"acreditacion_autoridades": ("/data/g_consentimiento/consentimiento", "si"),
         "acuerdo_convivencia": ("/data/g_consentimiento/consentimiento", "si"),
         "registro_comunidad": ("/data/g_consentimiento/consentimiento", "si"),
         "seguimiento_compromisos": ("/data/g_consentimiento/consentimiento", "si"),
         "inscripcion_taller": ("/data/consentimiento/acepta", "si"),
         "inscripcion_funcionario": ("/data/aviso_g/acepta", "si"),
         "evaluacion_capacidades_municipal": ("/data/aviso_g/acepta", "si")}


def opened(form_id: str, folder: Path) -> tuple[Path, Path, EntityLists]:
    """(form, folder of its files, its entity lists): those files whose rows have a version are entity lists."""
    media, lists = folder / "media", EntityLists(folder / "lists")
    media.mkdir()
    for path in (LIBRARY / "media").glob("*.csv"):
        shutil.copy(path, media)
        if "__version" in path.read_text("utf-8").partition("\n")[0].split(","):
            lists.merge(path.stem, path.read_bytes(), lambda ids: set())
    with (media / returns.FILE).open("w", encoding="utf-8", newline="") as file:  # the server makes it for each phone
        writer = csv.DictWriter(file, returns.COLUMNS)
        writer.writeheader()
        writer.writerows(RETURNS)
    form = folder / "form.xml"
    form.write_text(convert((LIBRARY / f"{form_id}.xlsx").read_bytes(), f"{form_id}.xlsx").xml, "utf-8")
    return form, media, lists


def same(found: str, expected: object) -> bool:
    """Whether a text of the record is that value."""
    try:
        return float(found) == pytest.approx(float(expected))
    except (TypeError, ValueError):
        return found == str(expected)


def compared(told: Answers, expected: dict, met: set[str]) -> None:
    for name, value in expected.items():
        if told.has(name):
            assert same(told[name], value), (name, told[name], value)
            met.add(name)


@pytest.mark.parametrize("form_id", WHOLE)
def test_a_phone_fills_it_and_what_it_computes_is_right(form_id, filler, tmp_path):
    form, media, lists = opened(form_id, tmp_path)
    more = []
    if form_id in OPENS:
        (tmp_path / "answers.json").write_text(json.dumps(dict([OPENS[form_id]])))
        more = ["--answers", tmp_path / "answers.json"]
    named = [word for name in lists.names() for word in ("--entity-list", f"{name}={lists.folder / name}.csv")]
    rows = filler.run("--form", form, "--media", media, "--out", tmp_path / "out", "-n", FILLS, "--seed", SEED,
                      "--reuse", "--skip-optional", "0.2", "--tz", "America/Lima", *named,
                      "--keep-lists", lists.folder, *more)
    filled = [row for row in rows if "dir" in row]
    assert len(filled) == FILLS, rows
    assert [row for row in filled if row["unsatisfied"] or row.get("validate")] == []
    met: set[str] = set()
    for row in filled:
        told = Answers(read_xml((tmp_path / "out" / row["dir"] / "submission.xml").read_bytes()))
        expected = WHOLE[form_id](told)
        compared(told, expected, met)
        name, reckoned = TURNS.get(form_id, ("", None))
        for turn in told.turns(name) if name else ():
            compared(turn, reckoned(told, turn), met)
    assert met, "nothing was compared"
    assert len(met) >= 0.6 * len(expected)
