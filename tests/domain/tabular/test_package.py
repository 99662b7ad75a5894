import hashlib
import io
import json

import pytest

from collector.domain.formats import csvtable
from collector.domain.tabular.layout import laid_out
from collector.domain.tabular.names import legal_names
from collector.domain.tabular.package import PROFILE, About, DataFile, data_package, receipt
from collector.domain.tabular.shape import Manner, Rows
from tests.domain.tabular.described import CELLS, HOMES, PEOPLE, ROOT, described

MANNER = Manner()
PERSONS = {"persona-hora": ["10:20:30.000-05:00", None], "PARENT_KEY": ["uuid:1", "uuid:2"],
           "KEY": ["uuid:1/persona[1]", "uuid:2/persona[1]"]}


def csv_of(one, cells: dict) -> bytes:
    size = len(next(iter(cells.values())))
    rows = Rows([0] * size, [""] * size, [""] * size, [None] * size,
                {variable.id: cells[variable.name] for variable in one.table.variables})
    target = io.BytesIO()
    csvtable.write(target, one.table, lambda: iter([rows]), one.summary, MANNER)
    return target.getvalue()


def data_file(one, cells: dict, format: str = "csv", manner: Manner = MANNER) -> DataFile:
    data = csv_of(one, cells)
    names = legal_names(laid_out(one.table, manner), format)
    return DataFile(f"{one.name}.{format}", format, len(data), hashlib.sha256(data).hexdigest(), one.summary.rows,
                    one.table, one.summary, manner, names)


FILES = [data_file(PEOPLE, PERSONS), data_file(HOMES, CELLS), DataFile("codebook.html", "html", 9, "ab"),
         data_file(HOMES, CELLS, "stata"), DataFile("Hogares ñ.xlsx", "xlsx", 7, "cd", 7, cut=2)]
ABOUT = About("Hogares", "hogares", ("2", "1"), 5, {"name": "limpia", "version": 3, "steps": [{"type": "trim"}]},
              {"states": ["approved"], "since": None}, {"approved": 4, "received": 1}, 2, {"labels": False},
              (HOMES.summary, PEOPLE.summary), ("Español (es)",))


def package(files=FILES, about=ABOUT) -> dict:
    return json.loads(data_package(about, files))


def resource(path: str, **more) -> dict:
    return next(one for one in package(**more)["resources"] if one["path"] == path)


def test_what_the_package_is_of():
    found = package()
    assert (found["$schema"], found["name"], found["title"]) == (PROFILE, "hogares", "Hogares")
    assert found["collector"] == {
        "form": {"id": "hogares", "versions": ["2", "1"]}, "records": 5, "openFindings": 2,
        "recipe": {"name": "limpia", "version": 3, "steps": [{"type": "trim"}]}, "options": {"labels": False},
        "filters": {"states": ["approved"], "since": None}, "review": {"approved": 4, "received": 1},
        "tables": [{"path": "", "name": "hogares", "parent": None, "rows": 5, "cells": HOMES.summary.cells},
                   {"path": "/persona", "name": "persona", "parent": "", "rows": 2, "cells": 5}]}


def test_files_stand_with_their_hash_and_counts():
    data = csv_of(HOMES, CELLS)
    found = resource("hogares.csv")
    assert (found["bytes"], found["hash"]) == (len(data), f"sha256:{hashlib.sha256(data).hexdigest()}")
    assert (found["mediatype"], found["encoding"], found["type"]) == ("text/csv", "utf-8", "table")
    cells = sum(cell is not None for values in CELLS.values() for cell in values)
    assert found["collector"] == {"table": "", "title": "hogares", "rows": 5, "cells": cells}
    workbook = resource("Hogares ñ.xlsx")
    assert (workbook["name"], workbook["format"]) == ("hogares-.xlsx", "xlsx")
    assert workbook["collector"] == {"rows": 7, "cut": 2}
    assert "schema" not in resource("codebook.html")


def test_columns_have_types_choices_and_keys():
    schema = resource("hogares.csv")["schema"]
    fields = {one["name"]: one for one in schema["fields"]}
    assert {name: one["type"] for name, one in fields.items()} == {
        "g-sexo": "string", "g-edad": "integer", "fecha": "string", "nombre": "string", "ingreso": "number",
        "nota": "string", "lugar-Latitude": "number", "lugar-Longitude": "number", "lugar-Altitude": "number",
        "lugar-Accuracy": "number", "lenguas": "string", "acepta": "boolean", "KEY": "string"}
    assert fields["g-sexo"]["categories"] == [{"value": "m", "label": "Mujer"}, {"value": "h", "label": "Hombre"}]
    assert "constraints" not in fields["g-sexo"]  # an answer is not in the list
    assert fields["g-sexo"]["collector"] == {"variable": "/g/sexo", "type": "select1", "privacy": "open", "answered": 4,
                                             "missing": 1, "earlierNames": ["sexo_jefe"]}
    assert fields["lugar-Altitude"]["collector"]["part"] == "Altitude"
    assert schema["primaryKey"] == ["KEY"]
    assert fields["KEY"]["constraints"] == {"required": True, "unique": True}
    repeat = resource("hogares-persona.csv")
    assert repeat["schema"]["foreignKeys"] == [
        {"fields": ["PARENT_KEY"], "reference": {"resource": "hogares.csv", "fields": ["KEY"]}}]
    assert repeat["schema"]["fields"][0]["format"] == "any"


def test_choices_are_an_enum_where_every_answer_is_one():
    table = ROOT.with_variables([one for one in ROOT.variables if one.name == "g-sexo"])
    one = described(table, {"g-sexo": ["m", None, "h"]})
    field = resource("hogares.csv", files=[data_file(one, {"g-sexo": ["m", None, "h"]})])["schema"]["fields"][0]
    assert field["constraints"] == {"enum": ["m", "h"]}
    labels = Manner(labels=True)
    field = resource("hogares.csv", files=[data_file(one, {"g-sexo": ["m"]}, manner=labels)])["schema"]["fields"][0]
    assert "categories" not in field
    assert "constraints" not in field


def test_names_are_those_of_the_format_and_keys_lead_to_the_same_format():
    assert "type" not in resource("hogares.stata")  # tools would try to read it and call the package broken
    schema = resource("hogares.stata")["schema"]
    assert schema["fields"][0]["name"] == "g_sexo"
    assert schema["fields"][0]["title"] == "¿Sexo de ${jefe}?"
    lone = resource("hogares-persona.csv", files=FILES[:1])["schema"]
    assert "foreignKeys" not in lone
    assert lone["primaryKey"] == ["KEY"]


def test_a_table_that_lost_its_key_has_none():
    table = ROOT.with_variables([one for one in ROOT.variables if not one.is_fact])
    one = described(table, CELLS)
    schema = resource("hogares.csv", files=[data_file(one, CELLS)])["schema"]
    assert "primaryKey" not in schema


def test_the_same_data_gives_the_same_bytes():
    assert data_package(ABOUT, FILES) == data_package(ABOUT, FILES[::-1])
    assert package(files=[])["resources"] == []


@pytest.mark.parametrize("paths, names", [
    (["a.csv", "A.csv", "á.csv"], {"a.csv", "a.csv-2", "csv"}), (["../ñ"], {"file"}),
    (["media/1.jpg"], {"media-1.jpg"})])
def test_names_of_resources_are_plain_and_each_once(paths, names):
    files = [DataFile(path, "csv", 0, "") for path in paths]
    assert {one["name"] for one in package(files=files)["resources"]} == names


def test_the_receipt_tells_who_and_when():
    found = json.loads(receipt("alice", "2026-11-22T20:00:00Z", "informe \ud800", "0.1.0", {"b": "2", "a": "1"}, job=7))
    assert found == {"who": "alice", "when": "2026-11-22T20:00:00Z", "purpose": "informe ?", "serverVersion": "0.1.0",
                     "files": {"a": "1", "b": "2"}, "job": 7}
