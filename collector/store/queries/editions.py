"""Queries of the first versions of records, and of who sent their current ones.

It must not decide who may see what (`services/editions`). Versions of one record are in `queries/records`.
"""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from collector.store.tables.forms import FormVersion
from collector.store.tables.people import Actor
from collector.store.tables.submissions import Submission, SubmissionVersion

_submissions, _versions = Submission.__table__, SubmissionVersion.__table__
_IS_FIRST = and_(_versions.c.form_id == _submissions.c.form_id, _versions.c.draft == _submissions.c.draft,
                 _versions.c.instance_id == _submissions.c.instance_id)


def find_firsts(session: Session, submission_ids: Collection[int]) -> dict[int, tuple[str | None, str]]:
    """{submission id: (user agent, form version)} by the versions that came first."""
    if not submission_ids:
        return {}
    query = (select(_submissions.c.id, _versions.c.user_agent, FormVersion.version)
             .join(_versions, _IS_FIRST).join(FormVersion, FormVersion.id == _versions.c.form_version_id)
             .where(_submissions.c.id.in_(submission_ids)))
    return {row[0]: (row[1], row[2]) for row in session.connection().execute(query)}


def find_versions(session: Session, submission_ids: Collection[int]) -> dict[int, list[tuple[datetime, int]]]:
    """{submission id: [(when it came, id)] of its versions}."""
    found: dict[int, list[tuple[datetime, int]]] = {}
    if submission_ids:
        query = select(_versions.c.submission_id, _versions.c.created_at, _versions.c.id)
        for row in session.connection().execute(query.where(_versions.c.submission_id.in_(submission_ids))):
            found.setdefault(row[0], []).append((row[1], row[2]))
    return found


def find_actors(session: Session, actor_ids: Collection[int]) -> dict[int, Actor]:
    """{id: actor}."""
    if not actor_ids:
        return {}
    return {actor.id: actor for actor in session.scalars(select(Actor).where(Actor.id.in_(actor_ids)))}
