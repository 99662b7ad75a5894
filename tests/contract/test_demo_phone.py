"""The phone of the demonstration writes what the genuine engine writes: the same nodes, values and entities."""

import json
import shutil

import pytest
from lxml import etree

from collector.domain.check import Circumstances, prepare
from collector.domain.xform import parse_form
from collector.domain.xlsform import convert
from collector.services.demo.filling import ID, filled
from tests.contract.test_library import LIBRARY, OPENS

pytestmark = pytest.mark.contract

FORMS = sorted(file.stem for file in LIBRARY.glob("*.xlsx") if file.stem != "devoluciones")
FILLS = 4


def answers_of(node: etree._Element, model, path: str = "") -> dict:
    """What was answered: name -> text, and for a repeat a list of them; groups make no level."""
    found: dict = {}
    for child in node:
        name = etree.QName(child).localname
        one = model.by_path.get(f"{path}/{name}")
        if one is None:
            continue
        if one.path.endswith("/meta/entity"):
            found |= {ID: child.get("id")} if child.get("id") else {}
        elif one.kind == "repeat":
            found.setdefault(name, []).append(answers_of(child, model, one.path))
        elif one.kind == "group":
            found |= answers_of(child, model, one.path)
        else:
            found[name] = child.text or ""
    return found


def told(node: etree._Element, path: str = "") -> list[str]:
    """Every node in order, a line each: path, what tells an entity, text."""
    said = []
    for child in node:
        name = etree.QName(child).localname
        if name in ("instanceID", "audit"):
            continue
        kept = {key: value for key, value in child.attrib.items() if value and not key.startswith("{")}
        flags = {key: value in ("1", "true") for key, value in kept.items() if key in ("create", "update")}
        text = "" if len(child) else (child.text or "").strip()
        said.append(f"{path}/{name} {sorted((kept | flags).items())} {text}")
        said += told(child, f"{path}/{name}")
    return said


@pytest.mark.parametrize("form_id", FORMS)
def test_it_writes_what_the_engine_writes(form_id, filler, tmp_path):
    xform, media = tmp_path / "form.xml", tmp_path / "media"
    media.mkdir()
    for path in (LIBRARY / "media").glob("*.csv"):
        shutil.copy(path, media)
    text = convert((LIBRARY / f"{form_id}.xlsx").read_bytes(), f"{form_id}.xlsx").xml
    xform.write_text(text, "utf-8")
    (tmp_path / "answers.json").write_text(json.dumps(dict([OPENS[form_id]] if form_id in OPENS else [])))
    rows = filler.run("--form", xform, "--media", media, "--out", tmp_path / "out", "-n", FILLS, "--seed", 7,
                      "--tz", "America/Lima", "--answers", tmp_path / "answers.json")
    checker = prepare(parse_form(text))
    lists = {path.name: path.read_bytes() for path in media.iterdir()}
    for row in (row for row in rows if "dir" in row):
        xml = (tmp_path / "out" / row["dir"] / "submission.xml").read_bytes()
        theirs = etree.fromstring(xml)
        given = answers_of(theirs, checker.model)
        ours = etree.fromstring(filled(checker, given, Circumstances(media=lists, zone="America/Lima"), "uuid:x"))
        assert told(ours) == told(theirs), row["dir"]
