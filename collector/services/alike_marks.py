"""Room of the marks by which records that look the same are found: made with the rows, and anew when the key changes.

It must not hold up an arrival: the step that flattens makes the mark. What decides how records are compared is a
setting of the form; when it changes, all that was sent is looked at again in short steps. `services/alike` shows it.
"""

import logging
from collections import OrderedDict
from dataclasses import dataclass
from time import monotonic

from collector.domain import alike, problems
from collector.domain.xmltext import XMLFault, read_xml
from collector.services import models
from collector.services.unit import UnitOfWork
from collector.store.queries import alike as queries
from collector.store.queries import answers, events, forms, submissions
from collector.store.tables.alike import AlikeForm

log = logging.getLogger(__name__)
ACTION, STEP = "form.alike", "look_alike"
TOGETHER = 50  # submissions in one step
LONGEST = 2.0  # seconds of reading in one step
REMEMBERED = 200


@dataclass(frozen=True, slots=True)
class Marks:
    """What a version of a record says. edition: of the form's setting under which it was read, None for the usual."""

    version_id: int
    form_id: int
    edition: int | None
    digests: dict[str, bytes]


@dataclass(frozen=True, slots=True)
class Setting:
    """What makes records of a form the same. fields: (path, label) that the key may be made of; done, total: while all
    that was sent is looked at anew, else None."""

    key: tuple[str, ...]
    content: bool
    fields: tuple[tuple[str, str], ...]
    done: int | None = None
    total: int = 0


def marks_of(unit: UnitOfWork, version, root) -> Marks:
    """What the version that is being flattened says. root: its XML, read."""
    unit.require_system()
    try:
        found = alike.digests(_plan(unit, version), root)
    except problems.Problem:
        log.exception("submission %s could not be compared with others", version.submission_id)
        found = {}
    return Marks(version.id, version.form_id, version.alike_edition, found)


def keep_marks(unit: UnitOfWork, submission_id: int, found: Marks) -> None:
    """Nothing; this is what the submission says, and others that say the same are known."""
    unit.require_system()
    queries.keep(unit.session, found.form_id, submission_id, found.digests)


def find_setting(unit: UnitOfWork, project_id: int, xml_form_id: str, language: str = "") -> Setting:
    """What makes records of a form the same. Raises 404.1, 403.1."""
    form = unit.require("submission.list", forms.find_form(unit.session, project_id, xml_form_id))
    row, model = queries.find_form(unit.session, form.id), _model(unit, form)
    fields = alike.key_fields(model) if model else []
    offered = tuple((one.path, model.label(one, language) or one.name) for one in fields)
    key, content = (tuple(row.key), row.content) if row else ((), True)
    known = {path for path, _label in offered}
    offered += tuple((path, path) for path in key if path not in known)  # of an older version
    under_way = row is not None and row.event_id is not None
    return Setting(key, content, offered, row.done if under_way else None, row.total if row else 0)


def put_setting(unit: UnitOfWork, project_id: int, xml_form_id: str, key: list[str], content: bool) -> None:
    """Nothing; this makes records of the form the same. key: paths, none for no key. Raises 404.1, 403.1, 400.8."""
    form = unit.require("form.update", forms.find_form(unit.session, project_id, xml_form_id))
    key = list(dict.fromkeys(key))
    now = find_setting(unit, project_id, xml_form_id)
    known = [path for path, _label in now.fields]
    if not set(key) <= set(known) or len(key) > alike.MOST_KEY:
        raise problems.unexpected_value("key", ", ".join(key), f"expected up to {alike.MOST_KEY} of {known[:100]}",
                                        f"se esperan hasta {alike.MOST_KEY} de {known[:100]}")
    if (tuple(key), content) == (now.key, now.content):
        return
    row = queries.put_form(unit.session, form.id, key, content, unit.now())
    row.event_id = unit.record(ACTION, project_id=form.project_id, form_id=form.id,
                               details={"key": key, "content": content})
    unit.session.flush()


def read(unit: UnitOfWork, event) -> list[tuple[int, Marks | None]]:
    """[(submission, what it says)] of the next few submissions; for a reading unit, before `keep`."""
    unit.require_system()
    row = queries.find_open(unit.session, event.id, event.form_id)
    if row is None:
        return []
    until, looked = monotonic() + LONGEST, []
    for number in queries.list_next(unit.session, row.form_id, row.after, TOGETHER):
        looked.append((number, _read(unit, number)))
        if monotonic() > until:
            break
    return looked


def keep(unit: UnitOfWork, event, looked: list[tuple[int, Marks | None]]) -> None:
    """Nothing; these were looked at, and the step is asked for again until no submission is left."""
    unit.require_system()
    row = queries.find_open(unit.session, event.id, event.form_id)
    if row is None:
        return  # the setting changed once more
    for number, found in looked:
        submissions.lock_submission(unit.session, number)
        state = answers.find_flat_state(unit.session, number)
        if found is not None and (state.id, state.edition) != (found.version_id, found.edition):
            found = _read(unit, number)
        if found is not None:
            keep_marks(unit, number, found)
    if not looked:
        row.event_id = None
        unit.session.flush()
        return
    _go_on(unit, event, row, looked)


def _go_on(unit: UnitOfWork, event, row: AlikeForm, looked: list) -> None:
    row.after, row.done = looked[-1][0], row.done + len(looked)
    unit.session.flush()
    events.add_tasks(unit.session, event.id, [STEP], None, unit.now())
    unit.on_commit(unit.units.wake)


def _read(unit: UnitOfWork, submission_id: int) -> Marks | None:
    version = answers.find_version_to_flatten(unit.session, submission_id)
    if version is None or version.draft:
        return None
    try:
        return marks_of(unit, version, read_xml(version.xml))
    except XMLFault:
        return None


def _plan(unit: UnitOfWork, version) -> alike.Plan:
    """What of a version is compared; remembered under what it depends on."""
    remembered = unit.units.memory.setdefault("alike plans", OrderedDict())
    about = (version.form_version_id, version.alike_edition)
    plan = remembered.get(about)
    if plan is None:
        model = models.form_model(unit, version.form_version_id)
        plan = remembered[about] = alike.plan(
            model, tuple(version.alike_key or ()), version.alike_content is not False)
        while len(remembered) > REMEMBERED:
            remembered.popitem(last=False)
    return plan


def _model(unit: UnitOfWork, form):
    version_id = form.current_version_id or form.draft_version_id
    return models.form_model(unit, version_id) if version_id else None
