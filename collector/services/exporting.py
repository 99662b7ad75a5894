"""Room where datasets leave the house: a form's records as CSV, one file per table in a zip, with files by choice.

It must not change data, know HTTP or hold a dataset in memory. Pieces of bytes go to `web/streams` or to a file.
What was acknowledged before the export began is in it; what arrives meanwhile and what lies in the trash is not.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import blake2b

import orjson

from collector.domain import problems
from collector.domain.columns import Column, display_order
from collector.domain.fields import FormModel
from collector.domain.formats import csvfile
from collector.domain.formats.csvfile import CsvOptions, Facts
from collector.domain.formats.ziparchive import Member, zip_pieces
from collector.domain.odata.conditions import Condition
from collector.services import audit_logs, blobs, filters, flattening, models, records, scopes
from collector.services.draft_rows import DraftRows
from collector.services.unit import UnitOfWork
from collector.store.queries import answers, editions, exports, forms

PATIENCE = 20  # seconds
PAGE = 500
PIECE = 1 << 18
LONGEST_NAME = 180  # bytes
ENCRYPTED, UNREAD = "not decrypted", "not readable"


@dataclass(frozen=True, slots=True)
class Options:
    """files: photos and other files in media/. earlier_fields: also columns that only earlier versions have.
    csv: how the cells are written. draft: what was sent to try the draft, instead of the records. only: words of an
    address that lists are narrowed by (`services/filters`). where: a condition as OData's $filter says it."""

    files: bool = True
    earlier_fields: bool = True
    csv: CsvOptions = field(default_factory=CsvOptions)
    draft: bool = False
    only: tuple[tuple[str, str], ...] = ()
    where: Condition | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """All that is known before the first row. model: the form as it is asked now; tables: (id, path, name of file,
    columns), the root first; last: id of the last submission that belongs to the dataset."""

    source: "KeptRows | DraftRows"
    model: FormModel
    form_id: int
    last: int
    tables: list[tuple[int | str, str, str, list[Column]]]
    choices: dict[str, list[str]]
    options: Options


class KeptRows:
    """The flat rows of a form, over the columns of all its versions. Tables go by their id."""

    draft = False

    def __init__(self, unit: UnitOfWork, form_id: int, scope: exports.Chosen = None):
        self._unit, self._form_id, self.scope = unit, form_id, scope
        self.tables = [(table.id, table.path) for table in answers.list_tables(unit.session, form_id)]
        self.columns = [Column(path, one.path, one.name, one.type, one.position, one.filterable)
                        for one, path in answers.list_columns(unit.session, form_id)]

    def roots(self, table: int, last: int, page: int) -> Iterator[list]:
        """Pages of root rows."""
        return exports.stream_roots(self._unit.session, self._form_id, table, last, page, self.scope)

    def repeat(self, table: int, last: int, page: int) -> Iterator[tuple]:
        """Pages of rows of a repeat."""
        return exports.stream_repeat(self._unit.session, table, last, page, self.scope)


def csv_zip(unit: UnitOfWork, project_id: int, xml_form_id: str, options: Options = Options()) -> Iterator[bytes]:
    """The zip of one CSV per table, and files below media/. Raises 404.1, 403.1, 503.1 at once, not while streaming.

    The unit must stay open until the last piece; it rests between pages. Records come newest first.
    """
    plan = prepare(unit, project_id, xml_form_id, options)
    return zip_pieces(_members(unit, plan))


def root_csv(unit: UnitOfWork, project_id: int, xml_form_id: str, options: Options = Options()) -> Iterator[bytes]:
    """The root table alone, as `csv_zip` has it."""
    plan = prepare(unit, project_id, xml_form_id, options)
    return _table(unit, plan, plan.tables[0])


def prepare(unit: UnitOfWork, project_id: int, xml_form_id: str, options: Options) -> Plan:
    """What is to be read, once all that was acknowledged has its rows; the history says that it leaves the house.

    Raises 404.1, 403.1, 503.1.
    """
    form = records.find_form(unit, "submission.read", project_id, xml_form_id, options.draft)
    form_id, version_id = form.id, form.draft_version_id if options.draft else form.current_version_id
    if version_id is None:
        raise problems.form_not_found(xml_form_id)
    last = exports.last_submission(unit.session, form_id, options.draft)
    if not flattening.flatten_waiting(unit.units, (form_id,), PATIENCE):
        raise problems.busy()
    unit.rest()
    scope = (filters.chosen(unit, project_id, xml_form_id, options.only) if options.only and not options.draft
             else scopes.scope_of(unit, project_id, form))
    if options.where is not None:
        scope = exports.Filtered(scope, options.where)
    # what was sent to try a draft is nobody's data, so that its leaving is not noted
    options.draft or unit.units.write(unit.actor, lambda writing: writing.record(
        "submission.export", project_id=project_id, form_id=form_id, details={
            "files": options.files, **({"only": dict(options.only)} if options.only else {}),
            **({"filtered": True} if options.where is not None else {})}))
    unit.rest()
    model = models.form_model(unit, version_id)
    source = DraftRows(unit, form_id, model, scope) if options.draft else KeptRows(unit, form_id, scope)
    columns = _columns(source.columns, model, options)
    kept = [(number, path) for number, path in source.tables if not path or columns.get(path)]
    names = csvfile.file_names(xml_form_id, [path for _number, path in kept])
    choices = _choices(unit, form_id, version_id) if options.csv.split_select_multiples else {}
    unit.rest()
    if options.csv.split_select_multiples:
        choices = {**choices, **_chosen(unit, source, kept, columns, last, choices)}
    return Plan(source, model, form_id, last,
                [(number, path, names[path], columns.get(path, [])) for number, path in kept], choices, options)


def _columns(every: list[Column], model: FormModel, options: Options) -> dict[str, list[Column]]:
    """{path of table: its columns in the order this version asks them}."""
    asked = {one.path for one in model.leaves()}
    found: dict[str, list[Column]] = {}
    for column in display_order(every, model):
        if options.earlier_fields or column.path in asked:
            found.setdefault(column.table, []).append(column)
    return found


def _choices(unit: UnitOfWork, form_id: int, version_id: int) -> dict[str, list[str]]:
    """{path of a select or rank: names of its choices in any version, those of this one first}."""
    found: dict[str, dict[str, None]] = {}
    for model in models.form_models(
            unit, (version_id, *reversed(forms.list_published_ids(unit.session, form_id)))):
        for one in model.leaves():
            if one.type in ("select", "rank"):
                found.setdefault(one.path, {}).update(dict.fromkeys(choice.name for choice in model.choices_for(one)))
    return {path: list(names) for path, names in found.items()}


def _chosen(unit: UnitOfWork, source, kept: list[tuple], columns: dict[str, list[Column]], last: int,
            choices: dict[str, list[str]]) -> dict[str, list[str]]:
    """{path of a select or rank whose form names no choices: what was chosen there, by name}."""
    found: dict[str, set[str]] = {}
    for number, path in kept:
        wanted = [one for one in columns.get(path, ()) if one.type in ("select", "rank") and not choices.get(one.path)]
        if not wanted:
            continue
        pages = (((row[0], row[-1]) for rows, names in source.repeat(number, last, PAGE) for row in rows
                  if row[0] in names) if path else
                 ((row[0], row[-1]) for rows in source.roots(number, last, PAGE) for row in rows))
        for _number, data in pages:
            values = orjson.loads(data) if data else []
            for one in wanted:
                if one.position < len(values) and values[one.position]:
                    found.setdefault(one.path, set()).update(str(values[one.position]).split())
    return {path: sorted(names) for path, names in found.items()}


def _members(unit: UnitOfWork, plan: Plan) -> Iterator[Member]:
    for table in plan.tables:
        yield Member(table[2], _table(unit, plan, table))
    source = plan.source
    if (logs := audit_logs.table(unit, plan.form_id, source.draft, plan.last, source.scope)) is not None:
        yield Member(f"{plan.tables[0][2].removesuffix('.csv')} - audit.csv", logs)
    if plan.options.files:
        yield from _files(unit, plan)


def _table(unit: UnitOfWork, plan: Plan, table: tuple[int | str, str, str, list[Column]]) -> Iterator[bytes]:
    number, path, _name, columns = table
    if path:
        pages = rested(plan.source.repeat(number, plan.last, PAGE), unit)
        return csvfile.repeat_csv(columns, _repeat_rows(pages), plan.options.csv, plan.choices)
    pages = rested(_with_states(unit, plan.source.roots(number, plan.last, PAGE)), unit)
    return csvfile.root_csv(columns, _root_rows(pages), plan.options.csv, plan.choices)


def rested(pages: Iterable, unit: UnitOfWork) -> Iterator:
    """The same pages; the unit rests while one is written out."""
    for page in pages:
        unit.rest()
        yield page


def _with_states(unit: UnitOfWork, pages: Iterable[list]) -> Iterator[tuple]:
    """(rows, {submission id: (status, form version)} of those without answers, {submission id: the form version that it
    came with first} of edited ones)."""
    for rows in pages:
        bare = [row[0] for row in rows if row[11] is None or row[11] == "[]"]
        states = exports.find_states(unit.session, bare) if bare else {}
        unread = {row[0] for row in rows if row[11] is None}
        firsts = editions.find_firsts(unit.session, [row[0] for row in rows if row[9]])
        yield (rows, {number: (ENCRYPTED if encrypted else UNREAD if number in unread else "", version)
                      for number, (encrypted, version) in states.items()},
               {number: version for number, (_agent, version) in firsts.items()})


def _root_rows(pages: Iterator[tuple]) -> Iterator[tuple[Facts, list]]:
    for rows, states, firsts in pages:
        for row in rows:
            (number, created, instance_id, submitter_id, name, present, expected, review, device, edits, version,
             data) = row
            status = ""
            if number in states:
                status, version = states[number]
            version = firsts.get(number, version)
            yield (Facts(arrival_text(created), instance_id, submitter_id, name, present, expected, status, review,
                         device, edits, version), orjson.loads(data) if data else [])


def _repeat_rows(pages: Iterator[tuple]) -> Iterator[tuple[str, str, str, list]]:
    for rows, names in pages:
        for number, _ordinal, parent_key, key, data in rows:
            if number in names:
                yield names[number], parent_key, key, orjson.loads(data)


def _files(unit: UnitOfWork, plan: Plan) -> Iterator[Member]:
    """The files as media/<name>. Of two that differ under one name the later record keeps it; the other's is
    media/<start of its instanceID>-<name>. The same content under one name is there once."""
    taken: dict[bytes, bytes] = {}  # hashes: a hundred thousand photos must not fill the memory
    for files in rested(exports.stream_files(
            unit.session, plan.form_id, plan.source.draft, plan.last, PAGE, plan.source.scope), unit):
        for file in files:
            name = _free_name(file, taken)
            if name:
                yield Member(f"media/{name}", _blob(unit, file.sha256), packed=False)


def _free_name(file: exports.File, taken: dict[bytes, bytes]) -> str:
    """The name of the file in the archive, '' when it is there already.

    No name leads out of its folder, nor is longer than a disk takes (255 bytes on most).
    """
    plain = "".join("_" if letter in '/\\:*?"<>|' or ord(letter) < 32 else letter for letter in file.name).lstrip(".")
    while len(plain.encode("utf-8", "replace")) > LONGEST_NAME:
        plain = plain[len(plain) // 8 + 1:]
    short = "".join(letter for letter in file.instance_id.removeprefix("uuid:") if letter.isalnum())
    content = bytes.fromhex(file.sha256[:16])
    for name in (plain or "file", f"{short[:8]}-{plain}", f"{short[:60]}-{plain}", f"{file.id}-{plain}"):
        key = blake2b(name.casefold().encode("utf-8", "replace"), digest_size=8).digest()
        known = taken.setdefault(key, content)
        if known is content:
            return name
        if known == content:
            break
    return ""


def _blob(unit: UnitOfWork, sha256: str) -> Iterator[bytes]:
    with blobs.open_blob(unit, sha256) as stream:
        while piece := stream.read(PIECE):
            yield piece


def arrival_text(value: str | datetime) -> str:
    """ISO 8601 in UTC with milliseconds; SQLite hands the text it keeps, which saves a third of the time."""
    if isinstance(value, str):
        return f"{value[:10]}T{value[11:23]}Z"
    return value.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
