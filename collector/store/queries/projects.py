"""Queries of projects, with the numbers that lists show beside them.

It must not know rights (`domain/access`); it reads and writes rows. `services/projects` calls it.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import false, func, or_, select, text, update
from sqlalchemy.orm import Session

from collector.store.tables.datasets import Dataset
from collector.store.tables.entities import Entity
from collector.store.tables.forms import Form
from collector.store.tables.people import Actor
from collector.store.tables.people import Session as Pass
from collector.store.tables.projects import Project
from collector.store.tables.submissions import Submission

_COUNT_ON = text("""SELECT setval(counter, greatest(:number, coalesce(pg_sequence_last_value(counter::regclass), 1)))
                    FROM pg_get_serial_sequence('projects', 'id') AS counter""")


@dataclass(frozen=True, slots=True)
class Tally:
    """What a project holds: living forms, phones that may send, entity lists, and when the last submission came and the
    last entity was made."""

    forms: int = 0
    phones: int = 0
    last_submission: datetime | None = None
    datasets: int = 0
    last_entity: datetime | None = None


def find_project(session: Session, project_id: int) -> Project | None:
    """The living project with this number."""
    return session.scalar(select(Project).where(Project.id == project_id, Project.deleted_at.is_(None)))


def list_by_number(session: Session, project_ids: set[int]) -> dict[int, Project]:
    """{number: project} of those of these that live."""
    return {one.id: one for one in session.scalars(select(Project).where(
        Project.id.in_(project_ids), Project.deleted_at.is_(None)))} if project_ids else {}


def list_any_by_number(session: Session, project_ids: set[int]) -> dict[int, Project]:
    """{number: project} of these, living or in the trash."""
    return {one.id: one for one in session.scalars(select(Project).where(Project.id.in_(project_ids)))} \
        if project_ids else {}


def list_projects(session: Session, everywhere: bool, project_ids: frozenset[int],
                  form_ids: frozenset[int]) -> list[Project]:
    """Living projects in this scope (see `access.scope`) by name, archived ones last."""
    query = select(Project).where(Project.deleted_at.is_(None))
    if not everywhere:
        query = query.where(or_(
            Project.id.in_(project_ids) if project_ids else false(),
            Project.id.in_(select(Form.project_id).where(Form.id.in_(form_ids), Form.deleted_at.is_(None)))
            if form_ids else false()))
    return list(session.scalars(query.order_by(func.coalesce(Project.archived, False), func.lower(Project.name),
                                               Project.id)))


def has_projects(session: Session) -> bool:
    """Whether there ever was a project."""
    return session.scalar(select(Project.id).limit(1)) is not None


def add_project(session: Session, **values) -> Project:
    """The project written, with its number; the next one counts on from the highest."""
    project = Project(**values)
    session.add(project)
    session.flush()
    if "id" in values and session.get_bind().dialect.name == "postgresql":  # where a sequence counts by itself
        session.execute(_COUNT_ON, {"number": project.id})
    return project


def is_taken(session: Session, project_id: int) -> bool:
    """Whether a project has this number, or had it."""
    return session.get(Project, project_id) is not None


def mark_project(session: Session, project: Project, **values) -> None:
    """Nothing; changes columns of the project."""
    for name, value in values.items():
        setattr(project, name, value)
    session.flush()


def bump_edition(session: Session, project_id: int) -> None:
    """Nothing; what phones of the project can see has changed."""
    session.execute(update(Project).where(Project.id == project_id).values(edition=Project.edition + 1),
                    execution_options={"synchronize_session": False})


def tallies(session: Session, project_ids: list[int]) -> dict[int, Tally]:
    """What each of these projects holds."""
    forms = dict(session.execute(
        select(Form.project_id, func.count()).where(Form.project_id.in_(project_ids), Form.deleted_at.is_(None))
        .group_by(Form.project_id)).all())
    phones = dict(session.execute(
        select(Actor.project_id, func.count(Actor.id.distinct())).join(Pass, Pass.actor_id == Actor.id)
        .where(Actor.project_id.in_(project_ids), Actor.kind == "field_key", Actor.deleted_at.is_(None),
               Pass.ended_at.is_(None)).group_by(Actor.project_id)).all())
    last = _last_submissions(session, project_ids)
    lists = {number: (count, newest) for number, count, newest in _lists(session, project_ids)}
    return {number: Tally(forms.get(number, 0), phones.get(number, 0), last.get(number), *lists.get(number, ()))
            for number in project_ids}


def _lists(session: Session, project_ids: list[int]) -> list:
    """(project, how many entity lists, when the newest entity was made): the end of an index for each list."""
    newest = (select(Entity.created_at).where(Entity.dataset_id == Dataset.id, Entity.deleted_at.is_(None))
              .order_by(Entity.id.desc()).limit(1).correlate(Dataset).scalar_subquery())
    return list(session.execute(select(Dataset.project_id, func.count(), func.max(newest)).where(
        Dataset.project_id.in_(project_ids), Dataset.deleted_at.is_(None)).group_by(Dataset.project_id)))


def _last_submissions(session: Session, project_ids: list[int]) -> dict[int, datetime]:
    """The newest living submission per form is one step at the end of an index, whatever the form holds."""
    newest = (select(Submission.id)
              .where(Submission.form_id == Form.id, Submission.draft.is_(False), Submission.deleted_at.is_(None))
              .order_by(Submission.form_id.desc(), Submission.draft.desc(), Submission.id.desc()).limit(1)
              .correlate(Form).scalar_subquery())
    query = (select(Form.project_id, func.max(Submission.created_at)).join(Submission, Submission.id == newest)
             .where(Form.project_id.in_(project_ids), Form.deleted_at.is_(None)).group_by(Form.project_id))
    return dict(session.execute(query).all())
