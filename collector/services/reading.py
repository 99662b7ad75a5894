"""Room that makes a record readable: its answers with the words of the form, labels of lists that lie in files too.

It must not change anything nor know pages. `services/records` finds the record, `domain/sheet` lays it out.
"""

import csv
import io
import logging
from collections.abc import Mapping

from collector.domain import sheet
from collector.domain.fields import FormModel
from collector.domain.filling import Filling, filling
from collector.domain.instance import Instance
from collector.services import blobs
from collector.services.records import Shown
from collector.services.unit import UnitOfWork
from collector.store.queries import datasets, entities, form_media
from collector.store.queries.records import Edition, Record

log = logging.getLogger(__name__)
LARGEST_LIST = 20_000_000


def sections(unit: UnitOfWork, shown: Shown, language: str = "") -> tuple[sheet.Section, ...]:
    """What `records.show_record` found, in sections; () when it is encrypted or cannot be read.

    language: a code or the form's own name for one; labels fall back to the form's own language.
    """
    if shown.instance is None or shown.model is None:
        return ()
    return of_version(unit, shown.record, shown.model, shown.instance, language)


def of_version(unit: UnitOfWork, record: Record | Edition, model: FormModel, instance: Instance,
               language: str = "") -> tuple[sheet.Section, ...]:
    """The answers of a record or version that `services/records` found and read, in sections."""
    return sheet.read(instance, model, language, _lists(unit, record.version.form_version_id, model, instance))


def filling_of(shown: Shown) -> Filling:
    """What the phone noted of the filling of what `records.show_record` found."""
    return Filling() if shown.instance is None or shown.model is None else filling(shown.instance, shown.model)


def _lists(unit: UnitOfWork, form_version_id: int, model: FormModel,
           instance: Instance) -> dict[str, Mapping[str, str]]:
    """Labels of the names chosen from lists that are files of the form, or entity lists of the project."""
    wanted = sheet.wanted_choices(instance, model)
    if not wanted:
        return {}
    here = {line.name: (line.dataset_id, blob) for line, blob in form_media.list_media(unit.session, form_version_id)}
    found = {}
    for list_id, names in wanted.items():
        dataset_id, blob = here.get(model.instances[list_id].file_name, (None, None))
        if dataset_id is not None:
            found[list_id] = _entity_labels(unit, dataset_id, _columns(model, list_id), names)
        elif blob is not None and blob.size <= LARGEST_LIST:
            found[list_id] = _labels(unit, blob.sha256, _columns(model, list_id), names)
    return found


def _columns(model: FormModel, list_id: str) -> tuple[str, str]:
    for one in model.fields:
        if one.itemset and one.itemset.instance == list_id:
            return one.itemset.value_ref, one.itemset.label_ref
    return "name", "label"


def _entity_labels(unit: UnitOfWork, dataset_id: int, columns: tuple[str, str], names: set[str]) -> dict[str, str]:
    """What these entities are called now, in the trash too, for those who may see the list."""
    value, label = columns
    if value != "name" or not unit.may("entity.read", datasets.find_by_id(unit.session, dataset_id)):
        return {}
    ours = [one for deleted in (False, True)
            for one in entities.list_by_uuid(unit.session, dataset_id, sorted(names), deleted)]
    called = {one.uuid: one.label if label == "label" else one.data.get(label, "") for one in ours}
    return {uuid: words for uuid, words in called.items() if words}


def _labels(unit: UnitOfWork, sha256: str, columns: tuple[str, str], names: set[str]) -> dict[str, str]:
    """The labels of these names in a CSV list; what cannot be read has none, and the names are shown instead."""
    value, label = columns
    found: dict[str, str] = {}
    try:
        with blobs.open_blob(unit, sha256) as stream, io.TextIOWrapper(stream, "utf-8-sig", newline="") as text:
            for row in csv.DictReader(text):
                if row.get(value) in names and row.get(label):
                    found.setdefault(row[value], row[label])
                    if len(found) == len(names):
                        break
    except (UnicodeDecodeError, csv.Error):
        log.warning("list %s cannot be read as CSV", sha256)
    return found
