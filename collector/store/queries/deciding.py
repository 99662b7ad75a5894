"""Queries of decisions: how a form is reviewed, a record locked as it stands, a decision kept, what was decided.

They must not say who may decide (`services/deciding`). Decisions about many are in `queries/bulks`.
"""

from datetime import datetime

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from collector.store.prepared import Adding
from collector.store.queries import alike
from collector.store.tables.people import Actor
from collector.store.tables.review import Decision, ReviewSettings
from collector.store.tables.submissions import Submission

_ADD = Adding(Decision.__table__)
_submissions = Submission.__table__


def find_settings(session: Session, form_id: int) -> dict | None:
    """How the form is reviewed, as it was kept."""
    return session.scalar(select(ReviewSettings.kept).where(ReviewSettings.form_id == form_id))


def put_settings(session: Session, form_id: int, kept: dict, at: datetime) -> None:
    """Nothing; the form is reviewed so from now on."""
    session.merge(ReviewSettings(form_id=form_id, kept=kept, updated_at=at))
    session.flush()


def lock(session: Session, submission_id: int) -> Submission | None:
    """The living submission as it stands now; nobody else changes it until this transaction ends."""
    return session.scalar(select(Submission).where(Submission.id == submission_id, Submission.deleted_at.is_(None))
                          .with_for_update().execution_options(populate_existing=True))


def keep(session: Session, rows: list[dict]) -> None:
    """Nothing; these decisions were made, and their submissions stand as they say. rows: values of Decision."""
    _ADD.add_many(session, rows)
    session.connection().execute(
        update(_submissions).where(_submissions.c.id == bindparam("one")).values(
            review_state=bindparam("state"), first_by=bindparam("first"), decisions=bindparam("how_many"),
            updated_at=bindparam("moment")),
        [{"one": row["submission_id"], "state": row["after"], "first": row["first_after"],
          "how_many": row["number"], "moment": row["at"]} for row in rows])
    alike.refresh_of(session, [row["submission_id"] for row in rows])


def list_since(session: Session, submission_id: int, number: int) -> list[tuple[Decision, str | None]]:
    """(decision, name of who made it) after so many, oldest first."""
    query = (select(Decision, Actor.name).outerjoin(Actor, Actor.id == Decision.actor_id)
             .where(Decision.submission_id == submission_id, Decision.number > number).order_by(Decision.id))
    return [tuple(row) for row in session.execute(query)]


def find_last(session: Session, submission_id: int) -> Decision | None:
    """The newest decision about a submission."""
    return session.scalar(select(Decision).where(Decision.submission_id == submission_id)
                          .order_by(Decision.id.desc()).limit(1))


def mark_undone(session: Session, decision_ids: list[int], at: datetime) -> None:
    """Nothing; these decisions were taken back."""
    session.connection().execute(update(Decision.__table__).where(Decision.__table__.c.id.in_(decision_ids))
                                 .values(undone_at=at))


def mark_read(session: Session, submission_id: int, at: datetime) -> None:
    """Nothing; somebody opened the current version."""
    session.execute(update(Submission).where(Submission.id == submission_id, Submission.read_at.is_(None))
                    .values(read_at=at), execution_options={"synchronize_session": False})
