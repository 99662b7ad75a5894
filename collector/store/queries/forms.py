"""Queries of forms and their versions.

It must not decide who sees what (`domain/access`) nor read XForms. Media: `queries/form_media`; columns:
`queries/form_columns`. Definitions (`FormVersion.xml`) are only loaded by `find_xml`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, bindparam, func, or_, select, update
from sqlalchemy.orm import Session

from collector.store.prepared import Prepared
from collector.store.queries.scopes import Scope, within
from collector.store.tables.events import Event
from collector.store.tables.forms import Form, FormVersion
from collector.store.tables.people import Actor
from collector.store.tables.projects import Project
from collector.store.tables.submissions import Submission

_EDITION = Prepared(select(
    Project.edition,
    select(func.max(func.coalesce(Form.updated_at, Form.created_at)))
    .where(Form.project_id == bindparam("project")).scalar_subquery().label("changed"),
).where(Project.id == bindparam("project"), Project.deleted_at.is_(None)))
_SHOWN_NAME = func.coalesce(func.nullif(FormVersion.title, ""), Form.xml_form_id)


@dataclass(frozen=True, slots=True)
class Tally:
    """What was sent to a form: how many living submissions, when the last came, how many in the states that wait."""

    submissions: int = 0
    last: datetime | None = None
    received: int = 0
    has_issues: int = 0
    edited: int = 0


def find_form(session: Session, project_id: int, xml_form_id: str) -> Form | None:
    """The living form of this id."""
    return session.scalar(select(Form).where(
        Form.project_id == project_id, Form.xml_form_id == xml_form_id, Form.deleted_at.is_(None)))


def find_form_by_number(session: Session, form_id: int) -> Form | None:
    """The form, living or in the trash."""
    return session.get(Form, form_id)


def list_by_number(session: Session, form_ids: set[int]) -> dict[int, Form]:
    """{number: form} of these, living or in the trash."""
    return {one.id: one for one in session.scalars(select(Form).where(Form.id.in_(form_ids)))} if form_ids else {}


def list_any_by_number(session: Session, form_ids: set[int]) -> list[tuple[Form, FormVersion]]:
    """(form, its current version or else its draft) of these, living, in the trash or gone."""
    shown = func.coalesce(Form.current_version_id, Form.draft_version_id)
    return _pairs(session, select(Form, FormVersion).join(FormVersion, FormVersion.id == shown)
                  .where(Form.id.in_(form_ids))) if form_ids else []


def find_trashed(session: Session, project_id: int, form_id: int) -> Form | None:
    """A form in the trash of a project, by its number."""
    return session.scalar(select(Form).where(
        Form.project_id == project_id, Form.id == form_id, Form.deleted_at.is_not(None), Form.purged_at.is_(None)))


def has_trashed(session: Session, project_id: int, xml_form_id: str) -> bool:
    """Whether a form of this id lies in the trash."""
    return session.scalar(select(Form.id).where(
        Form.project_id == project_id, Form.xml_form_id == xml_form_id,
        Form.deleted_at.is_not(None), Form.purged_at.is_(None)).limit(1)) is not None


def find_form_to_change(session: Session, project_id: int, xml_form_id: str) -> Form | None:
    """The living form of this id, as it is now; who else wants to change it waits for this transaction."""
    return session.scalar(
        select(Form).where(Form.project_id == project_id, Form.xml_form_id == xml_form_id, Form.deleted_at.is_(None))
        .with_for_update().execution_options(populate_existing=True))


def find_version(session: Session, version_id: int | None) -> FormVersion | None:
    """A version by its number, without its definition."""
    return None if version_id is None else session.get(FormVersion, version_id)


def find_published(session: Session, form_id: int, version: str) -> FormVersion | None:
    """The published version of a form under its version text."""
    return session.scalar(select(FormVersion).where(
        FormVersion.form_id == form_id, FormVersion.version == version, FormVersion.published_at.is_not(None)))


def has_published(session: Session, project_id: int, xml_form_id: str, version: str) -> bool:
    """Whether a form of this id, living or in the trash, was ever published under this version text."""
    query = (select(FormVersion.id).join(Form, Form.id == FormVersion.form_id)
             .where(Form.project_id == project_id, Form.xml_form_id == xml_form_id, Form.purged_at.is_(None),
                    FormVersion.version == version, FormVersion.published_at.is_not(None)).limit(1))
    return session.scalar(query) is not None


def find_draft_by_token(session: Session, token: str) -> tuple[Form, FormVersion] | None:
    """(form, draft) that a test token opens."""
    query = (select(Form, FormVersion).join(FormVersion, FormVersion.id == Form.draft_version_id)
             .where(FormVersion.draft_token == token, Form.deleted_at.is_(None)))
    found = session.execute(query).first()
    return None if found is None else (found[0], found[1])


def find_xml(session: Session, version_id: int) -> bytes | None:
    """The definition of a version, byte for byte."""
    return session.scalar(select(FormVersion.xml).where(FormVersion.id == version_id))


def find_sha256(session: Session, version_id: int) -> str | None:
    """The SHA-256 of the definition, in hex."""
    return session.scalar(select(FormVersion.sha256).where(FormVersion.id == version_id))


def list_sha256(session: Session, version_ids: Sequence[int]) -> dict[int, str]:
    """{version: the SHA-256 of its definition, in hex}."""
    return {row[0]: row[1] for row in session.execute(
        select(FormVersion.id, FormVersion.sha256).where(FormVersion.id.in_(version_ids)))}


def list_forms(session: Session, project_id: int, deleted: bool = False) -> list[tuple[Form, FormVersion]]:
    """(form, its current version or else its draft) of a project, by title."""
    shown = func.coalesce(Form.current_version_id, Form.draft_version_id)
    gone = (Form.deleted_at.is_not(None) if deleted else Form.deleted_at.is_(None)) & Form.purged_at.is_(None)
    query = (select(Form, FormVersion).join(FormVersion, FormVersion.id == shown)
             .where(Form.project_id == project_id, gone)
             .order_by(_SHOWN_NAME, Form.id))
    return _pairs(session, query)


def list_of_projects(session: Session, project_ids: list[int]) -> list[tuple[Form, FormVersion]]:
    """(form, its current version or else its draft) of all living forms of these projects, by title."""
    shown = func.coalesce(Form.current_version_id, Form.draft_version_id)
    query = (select(Form, FormVersion).join(FormVersion, FormVersion.id == shown)
             .where(Form.project_id.in_(project_ids), Form.deleted_at.is_(None))
             .order_by(_SHOWN_NAME, Form.id))
    return _pairs(session, query)


def list_current(session: Session, project_id: int) -> list[tuple[Form, FormVersion]]:
    """(form, current version) of every living form with a published version, by title."""
    query = (select(Form, FormVersion).join(FormVersion, FormVersion.id == Form.current_version_id)
             .where(Form.project_id == project_id, Form.deleted_at.is_(None))
             .order_by(_SHOWN_NAME, Form.id))
    return _pairs(session, query)


def find_edition(session: Session, project_id: int) -> tuple[int, datetime | None] | None:
    """(edition of a living project, when any of its forms last changed): alike while its forms are; None without one.

    The time tells apart what a database put back from a copy counts up anew.
    """
    found = _EDITION.first(session, {"project": project_id})
    return None if found is None else tuple(found)


def list_published(session: Session, form_id: int) -> list[FormVersion]:
    """The published versions of a form, newest first."""
    return list(session.scalars(
        select(FormVersion).where(FormVersion.form_id == form_id, FormVersion.published_at.is_not(None))
        .order_by(FormVersion.published_at.desc(), FormVersion.id.desc())))


def publications(session: Session, form_ids: list[int],
                 version_ids: list[int]) -> dict[int, tuple[Actor | None, str | None]]:
    """{version: (who published it, what they noted)} of these versions of these forms."""
    query = (select(Event.target_id, Actor, Event.details).outerjoin(Actor, Actor.id == Event.actor_id)
             .where(Event.form_id.in_(form_ids), Event.action == "form.update.publish",
                    Event.target_id.in_(version_ids)).order_by(Event.id.desc()))
    return {row[0]: (row[1], (row[2] or {}).get("notes")) for row in session.execute(query)}


def list_published_ids(session: Session, form_id: int) -> list[int]:
    """The numbers of all published versions of a form, oldest first."""
    return list(session.scalars(
        select(FormVersion.id).where(FormVersion.form_id == form_id, FormVersion.published_at.is_not(None))
        .order_by(FormVersion.published_at, FormVersion.id)))


def among_project(session: Session, project_id: int, form_ids: set[int]) -> list[int]:
    """Those of these forms that live in the project."""
    return list(session.scalars(select(Form.id).where(
        Form.project_id == project_id, Form.id.in_(form_ids), Form.deleted_at.is_(None)).order_by(Form.id)))


def tallies(session: Session, form_ids: list[int], draft: bool = False,
            scopes: tuple[tuple[int, Scope], ...] = ()) -> dict[int, Tally]:
    """What was sent to each of these forms; forms without submissions are left out. scopes: ((form id, the records of
    it that count), ...) where not all do."""
    state = Submission.review_state
    query = (select(Submission.form_id, func.count(), func.max(Submission.created_at),
                    func.count().filter(or_(state.is_(None), state == "received")),
                    func.count().filter(state == "hasIssues"), func.count().filter(state == "edited"))
             .where(Submission.form_id.in_(form_ids), Submission.draft.is_(draft), Submission.deleted_at.is_(None),
                    *(or_(Submission.form_id != form_id, within(scope)) for form_id, scope in scopes))
             .group_by(Submission.form_id))
    return {row[0]: Tally(*row[1:]) for row in session.execute(query)}


def actors(session: Session, ids: set[int]) -> dict[int, Actor]:
    """Actors by their numbers."""
    return {one.id: one for one in session.scalars(select(Actor).where(Actor.id.in_(ids)))} if ids else {}


def add_form(session: Session, **values) -> Form:
    """The form written, with its number."""
    form = Form(**values)
    session.add(form)
    session.flush()
    return form


def add_version(session: Session, **values) -> FormVersion:
    """The version written, with its number."""
    version = FormVersion(**values)
    session.add(version)
    session.flush()
    return version


def replace_xml(session: Session, draft: FormVersion, **values) -> None:
    """Nothing; the definition of a draft is another one afterwards."""
    for name, value in values.items():
        setattr(draft, name, value)
    session.flush()


def mark_draft_dropped(session: Session, version: FormVersion, at: datetime) -> None:
    """Nothing; the draft's token no longer opens anything."""
    version.draft_token = None
    version.dropped_at = at
    session.flush()


def mark_draft_submissions_deleted(session: Session, form_id: int, at: datetime) -> None:
    """Nothing; what was sent to try a draft is gone from its lists."""
    session.execute(update(Submission).where(
        Submission.form_id == form_id, Submission.draft.is_(True), Submission.deleted_at.is_(None))
        .values(deleted_at=at), execution_options={"synchronize_session": False})


def _pairs(session: Session, query: Select) -> list[tuple[Form, FormVersion]]:
    return [(form, version) for form, version in session.execute(query)]
