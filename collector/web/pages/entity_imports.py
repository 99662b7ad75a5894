"""Pages where a CSV file comes into an entity list: a template, what the file would do row by row, and what it did.

It must not read rows (`services/entity_imports`). Between the steps the file waits with the server; the page carries
its name, signed.
"""

import csv
import io
from dataclasses import asdict

from flask import current_app, request, url_for
from flask_babel import gettext as _
from itsdangerous import BadSignature, URLSafeTimedSerializer

from collector.domain import entity_import as rules
from collector.domain.formats.csvfile import harmless
from collector.domain.problems import Problem
from collector.services import blobs, datasets, entity_imports, projects
from collector.services.entity_imports import Handed
from collector.services.unit import UnitOfWork
from collector.web.blueprint import UnitBlueprint
from collector.web.pages.entity_words import import_fault_words, property_words
from collector.web.pages.inputs import MediaInput
from collector.web.pages.showing import go, page, told
from collector.web.streams import bytes_answer, disposition

pages = UnitBlueprint("entity_imports", __name__, dialect="html",
                      url_prefix="/projects/<int:project_id>/lists/<segment:list_name>/import")
KEPT = 6 * 3600  # seconds that a file may wait for its second look
SHOWN = 100  # rows of each kind on a page


@pages.get("")
def ask(unit: UnitOfWork, project_id: int, list_name: str):
    """The choice of a file."""
    unit.require("entity.create", datasets.find_dataset(unit, project_id, list_name))
    return _ask(unit, project_id, list_name)


@pages.get("/template.csv")
def template(unit: UnitOfWork, project_id: int, list_name: str):
    """An empty file with the list's columns."""
    dataset = datasets.find_dataset(unit, project_id, list_name)
    names = [rules.LABEL, *(one.name for one in datasets.describe(unit, dataset).properties)]
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerow(names)
    data = b"\xef\xbb\xbf" + out.getvalue().encode()
    response = bytes_answer(data, f"template-{dataset.id}-{dataset.edition}", "text/csv")
    response.headers["Content-Disposition"] = disposition("attachment", f"{dataset.name}.csv")
    return response


def stored(unit: UnitOfWork, project_id: int, list_name: str):
    """(the file that was chosen, kept; or None, what stands against it)."""
    dataset = datasets.find_dataset(unit, project_id, list_name, "entity.create")
    given = MediaInput()
    if not given.validate():
        return None, _("Elija un archivo CSV.")
    try:
        blob = entity_imports.put(unit, dataset, given.file.data.stream)
    except Problem as problem:
        if problem.status not in (400, 413):
            raise
        return None, told(problem)
    return (blob, given.file.data.filename or "archivo.csv"), ""


@pages.post("", prepare=stored)
def receive(unit: UnitOfWork, hand, project_id: int, list_name: str):
    """The way to what the file would do; or the choice again."""
    dataset = datasets.find_dataset(unit, project_id, list_name, "entity.create")
    given, fault = hand
    if given is None:
        return _ask(unit, project_id, list_name, fault, 422)
    blob, name = given
    blobs.keep(unit, blob)
    handed = Handed(blob.sha256, name[:200], blob.size)
    return go(url_for("entity_imports.preview", project_id=project_id, list_name=list_name,
                      file=_signer(dataset).dumps(asdict(handed))))


@pages.get("/preview")
def preview(unit: UnitOfWork, project_id: int, list_name: str):
    """What the file would do, row by row."""
    found = projects.find_project(unit, project_id)
    dataset = datasets.find_dataset(unit, project_id, list_name)
    unit.require("entity.create", dataset)
    handed = _handed(dataset, request.args.get("file", ""))
    if handed is None:
        return _again(project_id, list_name)
    added, clears = tuple(request.args.getlist("add")), "clears" in request.args
    look = entity_imports.look(unit, dataset, handed, added, clears)
    if "answers" in request.args:
        return _answers(look, dataset.name)
    return page(unit, "entity_imports/preview.html", found, "datasets", dataset=dataset, look=look, handed=handed,
                file=request.args["file"], clears=clears, faults=import_fault_words(), property_words=property_words,
                shown={kind: [row for row in look.rows if row.kind == kind][:SHOWN]
                       for kind in (rules.FAULT, rules.CREATE, rules.UPDATE, rules.SAME)},
                done="done" in request.args, can_update=unit.may("entity.update", dataset), rules=rules,
                most_changed=entity_imports.MOST_CHANGED)


@pages.post("/take")
def take(unit: UnitOfWork, project_id: int, list_name: str):
    """What the file did. Asked twice, it does nothing more."""
    dataset = datasets.find_dataset(unit, project_id, list_name, "entity.create")
    file, added, clears = request.form.get("file", ""), tuple(request.form.getlist("add")), "clears" in request.form
    handed = _handed(dataset, file)
    if handed is None:
        return _again(project_id, list_name)
    asked = {"file": file, "add": list(added), **({"clears": 1} if clears else {})}
    back = {"project_id": project_id, "list_name": list_name, **asked}
    try:
        did = entity_imports.take(unit, dataset, handed, added, clears)
    except Problem as problem:
        if problem.status not in (400, 409):
            raise
        unit.undo()
        return go(url_for("entity_imports.preview", **back), told(problem), "error")
    words = _("Entraron %(made)s fichas nuevas y cambiaron %(changed)s. No entraron %(left)s filas.",
              made=did.counts[rules.CREATE], changed=did.counts[rules.UPDATE], left=did.counts[rules.FAULT])
    return go(url_for("entity_imports.preview", done=1, **back), words,
              "warning" if did.counts[rules.FAULT] else "done")


def _ask(unit: UnitOfWork, project_id: int, list_name: str, fault: str = "", status: int = 200):
    found = projects.find_project(unit, project_id)
    dataset = datasets.find_dataset(unit, project_id, list_name)
    return page(unit, "entity_imports/ask.html", found, "datasets", status, dataset=dataset, fault=fault,
                described=datasets.describe(unit, dataset), most=entity_imports.MOST_ROWS)


def _answers(look, name: str):
    """Every row with its answer, as a file."""
    words = {rules.CREATE: _("ficha nueva"), rules.UPDATE: _("cambia"), rules.SAME: _("ya está así"),
             rules.FAULT: _("no entra")}
    faults = import_fault_words()
    out = io.StringIO()
    lines = csv.writer(out, lineterminator="\n")
    lines.writerow([_("línea"), _("respuesta"), _("por qué"), "uuid", "label"])
    for row in look.rows:
        lines.writerow([row.line, words[row.kind], faults.get(row.why, ""), row.uuid, harmless(row.name)])
    response = bytes_answer(b"\xef\xbb\xbf" + out.getvalue().encode(), "answers", "text/csv")
    response.headers["Content-Disposition"] = disposition("attachment", f"{name}-respuestas.csv")
    response.headers["Cache-Control"] = "no-store"
    return response


def _signer(dataset) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.secret_key, salt=f"entity import {dataset.id}")


def _handed(dataset, text: str) -> Handed | None:
    """The file that waits; None when the address was changed or is too old."""
    try:
        return Handed(**_signer(dataset).loads(text, max_age=KEPT))
    except BadSignature:
        return None


def _again(project_id: int, list_name: str):
    return go(url_for("entity_imports.ask", project_id=project_id, list_name=list_name),
              _("El archivo ya no espera aquí. Elíjalo otra vez."), "error")
