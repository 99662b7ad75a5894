"""Queries of webhooks: those of a project, who listens to an event, what is told of a record.

It must not say what is told (`domain/webhooks`) nor who may see it. Deliveries stand in `queries/deliveries`.
"""

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session, undefer

from collector.store.prepared import Prepared
from collector.store.tables.forms import Form, FormVersion
from collector.store.tables.people import Actor
from collector.store.tables.submissions import Submission, SubmissionVersion
from collector.store.tables.webhooks import Delivery, Webhook

_hooks = Webhook.__table__
_LISTENING = Prepared(select(_hooks.c.id, _hooks.c.form_id, _hooks.c.events).where(
    _hooks.c.project_id == bindparam("project"), _hooks.c.deleted_at.is_(None)).order_by(_hooks.c.id))


def list_listening(session: Session, project_id: int) -> list:
    """(id, form_id, events) of the webhooks of a project; asked for every event, so it is one indexed look."""
    return _LISTENING.rows(session, {"project": project_id})


def list_hooks(session: Session, project_id: int) -> list[tuple[Webhook, str | None, int, int]]:
    """(webhook, xml id of its form, deliveries that wait, deliveries done), oldest first."""
    def counted(state: str):
        return (select(func.count(Delivery.id)).where(Delivery.webhook_id == Webhook.id, Delivery.state == state)
                .scalar_subquery())
    query = (select(Webhook, Form.xml_form_id, counted("waiting"), counted("done"))
             .outerjoin(Form, Form.id == Webhook.form_id)
             .where(Webhook.project_id == project_id, Webhook.deleted_at.is_(None)).order_by(Webhook.id))
    return [tuple(row) for row in session.execute(query)]


def find_hook(session: Session, project_id: int, number: int, lock: bool = False) -> Webhook | None:
    """The living webhook of a project under this number."""
    query = select(Webhook).where(Webhook.project_id == project_id, Webhook.id == number,
                                  Webhook.deleted_at.is_(None))
    return session.scalar(query.with_for_update() if lock else query)


def count_halted(session: Session, project_id: int) -> int:
    """How many webhooks of a project the server gave up."""
    return session.scalar(select(func.count(Webhook.id)).where(
        Webhook.project_id == project_id, Webhook.deleted_at.is_(None), Webhook.state == "halted"))


def add_hook(session: Session, **values) -> Webhook:
    """The webhook written, with its number."""
    made = Webhook(**values)
    session.add(made)
    session.flush()
    return made


def find_told(session: Session, submission_id: int, version_id: int | None):
    """(submission, version, xml id of its form, form version, sender of the version) that is told of; version_id: None
    for the current one. None where the submission is gone or was a test."""
    which = SubmissionVersion.id == version_id if version_id else SubmissionVersion.current
    query = (select(Submission, SubmissionVersion, Form.xml_form_id, FormVersion.version, Actor)
             .select_from(Submission)
             .join(SubmissionVersion, (SubmissionVersion.submission_id == Submission.id) & which)
             .join(Form, Form.id == Submission.form_id)
             .join(FormVersion, FormVersion.id == SubmissionVersion.form_version_id)
             .outerjoin(Actor, Actor.id == SubmissionVersion.submitter_id)
             .where(Submission.id == submission_id, Submission.draft.is_(False)))
    return session.execute(query).first()


def files_of(session: Session, submission_id: int) -> tuple[int, int]:
    """(files that the current version of a submission names, how many are here), as lists show them."""
    row = session.execute(select(Submission.files_expected, Submission.files_present)
                          .where(Submission.id == submission_id)).first()
    return (0, 0) if row is None else (row[0], row[1])


def find_sent(session: Session, version_id: int) -> SubmissionVersion | None:
    """A version with its XML, while its submission is not deleted."""
    return session.scalar(
        select(SubmissionVersion).join(Submission, Submission.id == SubmissionVersion.submission_id)
        .where(SubmissionVersion.id == version_id, Submission.deleted_at.is_(None))
        .options(undefer(SubmissionVersion.xml)))


def find_actor(session: Session, actor_id: int | None) -> Actor | None:
    """Who did it."""
    return session.get(Actor, actor_id) if actor_id is not None else None
