"""Room that hands out what a check needs of a form: its rules, prepared once and remembered, and its own files.

It must not decide who may check. `services/checking` and `services/refusing` ask here.
"""

from collections import OrderedDict
from collections.abc import Callable

from collector.domain import check
from collector.domain.fields import FormModel
from collector.services import blobs
from collector.services.unit import UnitOfWork
from collector.store.queries import form_media

REMEMBERED = 60
LARGEST_LIST = 50_000_000  # bytes of a file beside a form that is looked into


def checker_of(unit: UnitOfWork, form_version_id: int, model: FormModel):
    """The form's rules, prepared; remembered, for a published version never changes."""
    remembered = unit.units.memory.setdefault("checkers", OrderedDict())
    checker = remembered.get(form_version_id)
    if checker is None:
        checker = remembered[form_version_id] = check.prepare(model)
        while len(remembered) > REMEMBERED:
            remembered.popitem(last=False)
    return checker


def lists_of(unit: UnitOfWork, form_version_id: int, model: FormModel):
    """(bytes of the form's own file by name, read when they are asked for; names of those that are entity lists)."""
    if not model.media and not model.instances:
        return {}, frozenset()
    lines = form_media.list_media(unit.session, form_version_id)
    here = {line.name: blob.sha256 for line, blob in lines if blob is not None and blob.size <= LARGEST_LIST}
    return _reader(unit, here), frozenset(line.name for line, _blob in lines if line.dataset_id is not None)


def _reader(unit: UnitOfWork, here: dict[str, str]) -> Callable[[str], bytes | None]:
    """Reads files of the blob store alone: a check may outlive the session that began it."""
    def medium(name: str) -> bytes | None:
        return blobs.read_blob(unit, here[name]) if name in here else None

    return medium
