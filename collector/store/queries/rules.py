"""Queries of rules beyond the form, and of what they are judged by: answers and files of records, who else has them.

It must not judge (`domain/rule_judging`) nor say who may. History is read newest first, in batches by key.
"""

from collections.abc import Iterable, Iterator

from sqlalchemy import bindparam, delete, func, insert, literal, or_, select, update
from sqlalchemy.orm import Session

from collector.store.prepared import Prepared
from collector.store.tables.answers import FilterValue, FlatRow
from collector.store.tables.findings import FindingRow
from collector.store.tables.forms import Form, FormColumn, FormTable
from collector.store.tables.people import Actor
from collector.store.tables.rules import RuleMark, RuleRow
from collector.store.tables.submissions import Submission, SubmissionFile, SubmissionVersion

_rows, _values, _files = FlatRow.__table__, FilterValue.__table__, SubmissionFile.__table__
_submissions, _versions = Submission.__table__, SubmissionVersion.__table__
_marks = RuleMark.__table__
_rules, _forms, _findings = RuleRow.__table__, Form.__table__, FindingRow.__table__

_own = _forms.alias("own")
_RULED = Prepared(  # every submission asks this, and most forms have no rule
    select(literal(1).label("ruled")).select_from(_submissions).join(_own, _own.c.id == _submissions.c.form_id)
    .join(_forms, _forms.c.project_id == _own.c.project_id).join(_rules, _rules.c.form_id == _forms.c.id)
    .where(_submissions.c.id == bindparam("number"), _rules.c.state == "live", _rules.c.dropped_at.is_(None),
           or_(_forms.c.id == _own.c.id, _rules.c.scope == "project")).limit(1))
_FOUND = Prepared(select(_findings.c.details).where(_findings.c.submission_id == bindparam("number"),
                                                    _findings.c.rule_id.is_not(None)))


def add_rule(session: Session, **values) -> RuleRow:
    """The rule added."""
    row = RuleRow(**values)
    session.add(row)
    session.flush()
    return row


def find_rule(session: Session, form_id: int, number: int) -> RuleRow | None:
    """A rule of the form, dropped or not."""
    return session.scalars(select(RuleRow).where(RuleRow.id == number, RuleRow.form_id == form_id)).first()


def list_rules(session: Session, form_id: int) -> list[tuple[RuleRow, str | None]]:
    """(rule, name of who declared it) of the form, without dropped ones, oldest first."""
    query = (select(RuleRow, Actor.name).outerjoin(Actor, Actor.id == RuleRow.created_by)
             .where(RuleRow.form_id == form_id, RuleRow.dropped_at.is_(None)).order_by(RuleRow.id))
    return [tuple(row) for row in session.execute(query)]


def list_declared(session: Session, form_id: int) -> list[RuleRow]:
    """All that were ever declared of the form, dropped ones too."""
    return list(session.scalars(select(RuleRow).where(RuleRow.form_id == form_id).order_by(RuleRow.id)))


def list_live(session: Session, form_id: int, project_id: int) -> list[RuleRow]:
    """The rules in force for the form: its own, and those of its project that hold for every form."""
    query = (select(RuleRow).join(Form, Form.id == RuleRow.form_id)
             .where(Form.project_id == project_id, Form.deleted_at.is_(None), RuleRow.state == "live",
                    RuleRow.dropped_at.is_(None), or_(RuleRow.form_id == form_id, RuleRow.scope == "project"))
             .order_by(RuleRow.id))
    return list(session.scalars(query))


def list_found(session: Session, submission_id: int) -> list[dict]:
    """The details of what rules found in a submission, as it is kept."""
    return [row.details for row in _FOUND.rows(session, {"number": submission_id})]


def is_ruled(session: Session, submission_id: int) -> bool:
    """Whether any rule is in force for a submission; most often not, and every submission asks."""
    return _RULED.first(session, {"number": submission_id}) is not None


def find_judged(session: Session, submission_id: int):
    """(id, form_id, created_at, project_id, current_version_id of the form, version_id, form_version_id, encrypted,
    device_id, draft, deleted_at) of a submission."""
    query = (select(_submissions.c.id, _submissions.c.form_id, _submissions.c.created_at, Form.project_id,
                    Form.current_version_id,
                    _versions.c.id.label("version_id"), _versions.c.form_version_id, _versions.c.encrypted,
                    _versions.c.device_id, _submissions.c.draft, _submissions.c.deleted_at)
             .join(_versions, (_versions.c.submission_id == _submissions.c.id) & _versions.c.current)
             .join(Form, Form.id == _submissions.c.form_id).where(_submissions.c.id == submission_id))
    return session.connection().execute(query).first()


def project_of(session: Session, form_id: int) -> int:
    """The project of a form."""
    return session.scalar(select(Form.project_id).where(Form.id == form_id))


def list_forms(session: Session, project_id: int) -> list[tuple[int, int | None]]:
    """(id, current_version_id) of the living forms of a project."""
    query = select(Form.id, Form.current_version_id).where(Form.project_id == project_id, Form.deleted_at.is_(None))
    return [tuple(row) for row in session.execute(query.order_by(Form.id))]


def list_columns(session: Session, form_id: int) -> list:
    """(id, table_id, table path, path, name, type, position, filterable) of every column of a form."""
    query = (select(FormColumn.id, FormColumn.table_id, FormTable.path.label("table"), FormColumn.path,
                    FormColumn.name, FormColumn.type, FormColumn.position, FormColumn.filterable)
             .join(FormTable, FormTable.id == FormColumn.table_id).where(FormTable.form_id == form_id)
             .order_by(FormColumn.table_id, FormColumn.position))
    return list(session.execute(query))


def list_batch(session: Session, form_id: int, before: int | None, limit: int) -> list:
    """(id, instance_id, name, created_at, version_id, form_version_id, device_id) of living, readable submissions of a
    form, newest first, with an id below `before`."""
    query = _living().where(_submissions.c.form_id == form_id).order_by(_submissions.c.id.desc()).limit(limit)
    if before is not None:
        query = query.where(_submissions.c.id < before)
    return list(session.connection().execute(query))


def list_by_numbers(session: Session, numbers: Iterable[int]) -> list:
    """The same, with form_id, of these submissions, newest first."""
    query = _living().where(_submissions.c.id.in_(list(numbers))).order_by(_submissions.c.id.desc())
    return list(session.connection().execute(query))


def list_rows(session: Session, submission_ids: list[int], table_ids: list[int]) -> list:
    """(submission_id, table_id, key, data) of the flat rows of these submissions in these tables, in their order."""
    query = (select(_rows.c.submission_id, _rows.c.table_id, _rows.c.key, _rows.c.data)
             .where(_rows.c.submission_id.in_(submission_ids), _rows.c.table_id.in_(table_ids))
             .order_by(_rows.c.submission_id, _rows.c.table_id, _rows.c.ordinal))
    return list(session.connection().execute(query))


def list_files(session: Session, version_ids: list[int]) -> list:
    """(version_id, name, path, kind, blob_sha256) of the files that are here."""
    query = (select(_files.c.version_id, _files.c.name, _files.c.path, _files.c.kind, _files.c.blob_sha256)
             .where(_files.c.version_id.in_(version_ids), _files.c.blob_sha256.is_not(None)).order_by(_files.c.id))
    return list(session.connection().execute(query))


def list_twins(session: Session, column_ids: list[int], text: str, but: int, limit: int) -> list:
    """(id, instance_id, name, xml_form_id) of other living submissions with this folded value, oldest first."""
    held = select(_values.c.submission_id).where(_values.c.column_id.in_(column_ids), _values.c.text == text,
                                                 _values.c.submission_id != but)
    return _twins(session, held, limit)


def list_marked_twins(session: Session, rule_id: int, mark: str, but: int, limit: int) -> list:
    """The same, of those with this mark of a rule."""
    held = select(_marks.c.submission_id).where(_marks.c.rule_id == rule_id, _marks.c.mark == mark,
                                                _marks.c.submission_id != but)
    return _twins(session, held, limit)


def list_file_twins(session: Session, form_ids: list[int], sha256: str, name: str, but: int, limit: int) -> list:
    """The same, of those whose current version has this file. name: of its field, '' for any."""
    held = (select(_versions.c.submission_id).join(_files, _files.c.version_id == _versions.c.id)
            .where(_files.c.blob_sha256 == sha256, _files.c.kind != "audit", _versions.c.current,
                   _versions.c.form_id.in_(form_ids), _versions.c.submission_id != but))
    if name:
        held = held.where(_files.c.path.endswith(f"/{name}", autoescape=True))
    return _twins(session, held, limit)


def _twins(session: Session, held, limit: int) -> list:
    query = (select(_submissions.c.id, _submissions.c.instance_id, _submissions.c.name, Form.xml_form_id)
             .join(Form, Form.id == _submissions.c.form_id)
             .where(_submissions.c.id.in_(held), _submissions.c.draft.is_(False), _submissions.c.deleted_at.is_(None))
             .order_by(_submissions.c.id).limit(limit))
    return list(session.connection().execute(query))


def stream_rows(session: Session, table_id: int, page: int) -> Iterator[list]:
    """Pages of (submission_id, ordinal, data) of a table, of living submissions, newest first."""
    query = (select(_rows.c.submission_id, _rows.c.ordinal, _rows.c.data)
             .join(_submissions, _submissions.c.id == _rows.c.submission_id)
             .where(_rows.c.table_id == table_id, _submissions.c.deleted_at.is_(None))
             .order_by(_rows.c.submission_id.desc(), _rows.c.ordinal.desc()).limit(page))
    after = None
    while True:
        following = query if after is None else query.where(
            (_rows.c.submission_id < after[0])
            | ((_rows.c.submission_id == after[0]) & (_rows.c.ordinal < after[1])))
        rows = session.connection().execute(following).all()
        if not rows:
            return
        yield rows
        after = rows[-1][:2]


def stream_files(session: Session, form_ids: list[int], page: int) -> Iterator[list]:
    """Pages of (file id, submission_id, blob_sha256, path, kind) of living submissions of these forms, newest first."""
    query = (select(_files.c.id, _versions.c.submission_id, _files.c.blob_sha256, _files.c.path, _files.c.kind)
             .join(_versions, _versions.c.id == _files.c.version_id)
             .join(_submissions, _submissions.c.id == _versions.c.submission_id)
             .where(_versions.c.current, _versions.c.draft.is_(False), _versions.c.form_id.in_(form_ids),
                    _submissions.c.deleted_at.is_(None), _files.c.blob_sha256.is_not(None))
             .order_by(_files.c.id.desc()).limit(page))
    before = None
    while True:
        rows = session.connection().execute(
            query if before is None else query.where(_files.c.id < before)).all()
        if not rows:
            return
        yield rows
        before = rows[-1][0]


def count_living(session: Session, form_ids: list[int]) -> int:
    """How many living submissions these forms have, without those of drafts."""
    return session.scalar(select(func.count(_submissions.c.id)).where(
        _submissions.c.form_id.in_(form_ids), _submissions.c.draft.is_(False), _submissions.c.deleted_at.is_(None)))


def replace_values(session: Session, submission_id: int, column_ids: list[int], rows: list[dict]) -> None:
    """Nothing; the index of values holds these and no others of these columns of the submission.

    rows: column_id, submission_id, text.
    """
    connection = session.connection()
    connection.execute(delete(_values).where(_values.c.submission_id == submission_id,
                                             _values.c.column_id.in_(column_ids)))
    if rows:
        connection.execute(insert(_values), rows)


def replace_marks(session: Session, submission_id: int, rows: list[dict]) -> None:
    """Nothing; a record is found again by these marks and no others. rows: rule_id, submission_id, mark."""
    connection = session.connection()
    connection.execute(delete(_marks).where(_marks.c.submission_id == submission_id))
    if rows:
        connection.execute(insert(_marks), rows)


def drop_found(session: Session, rule_id: int) -> None:
    """Nothing; what a rule found and nobody has settled is gone with its marks, and the records count anew."""
    held = select(_findings.c.submission_id).where(_findings.c.rule_id == rule_id, _findings.c.settled_at.is_(None))
    numbers = list(session.scalars(held.distinct()))
    session.execute(delete(RuleMark).where(RuleMark.rule_id == rule_id))
    session.execute(delete(_findings).where(_findings.c.rule_id == rule_id, _findings.c.settled_at.is_(None)))
    for start in range(0, len(numbers), 500):
        session.execute(update(_submissions).where(_submissions.c.id.in_(numbers[start:start + 500])).values(
            errors=_open("error"), warnings=_open("warning")))


def _open(severity: str):
    return (select(func.count(_findings.c.id))
            .where(_findings.c.submission_id == _submissions.c.id, _findings.c.severity == severity,
                   _findings.c.settled_at.is_(None)).correlate(_submissions).scalar_subquery())


def _living():
    one = _submissions.c
    return (select(one.id, one.instance_id, one.name, one.created_at, _versions.c.id.label("version_id"),
                   _versions.c.form_version_id, _versions.c.device_id, one.form_id)
            .join(_versions, (_versions.c.submission_id == one.id) & _versions.c.current)
            .where(one.draft.is_(False), one.deleted_at.is_(None), _versions.c.encrypted.is_(False)))
