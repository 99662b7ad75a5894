"""Queries of invitations and of resets of passwords.

It must not know tokens (`services/links`). `services/invitations` and `services/resets` call it.
"""

from datetime import datetime

from sqlalchemy import Row, func, insert, or_, select, update
from sqlalchemy.orm import Session, aliased

from collector.store.tables.forms import Form
from collector.store.tables.invitations import Invitation, Reset
from collector.store.tables.people import Actor

MOST = 200
_Giver, _Taker = aliased(Actor), aliased(Actor)


def add_invitation(session: Session, **values) -> int:
    """The id of the invitation written."""
    return session.execute(insert(Invitation).values(**values)).inserted_primary_key[0]


def find_invitation(session: Session, number: int) -> Invitation | None:
    """The invitation, whatever became of it."""
    return session.get(Invitation, number)


def find_invitation_of_key(session: Session, key: bytes) -> Invitation | None:
    """The invitation behind this SHA-256 of a token, whatever became of it."""
    return session.scalar(select(Invitation).where(Invitation.key == key))


def list_invitations(session: Session, project_id: int | None, since: datetime) -> list[Row]:
    """(invitation, name of who gave it, name of who took it, xmlFormId) of a project and its forms, or of the site.

    Newest first; those that ended or were settled before `since` are left out.
    """
    query = (select(Invitation, _Giver.name, _Taker.name, Form.xml_form_id)
             .outerjoin(_Giver, _Giver.id == Invitation.created_by).outerjoin(_Taker, _Taker.id == Invitation.used_by)
             .outerjoin(Form, (Invitation.place == "form") & (Form.id == Invitation.place_id))
             .where(or_(Invitation.expires_at > since, Invitation.used_at > since)))
    query = query.where(Invitation.project_id.is_(None) if project_id is None else Invitation.project_id == project_id)
    return list(session.execute(query.order_by(Invitation.id.desc()).limit(MOST)))


def mark_invitation(session: Session, number: int, **values) -> bool:
    """Whether the invitation was still open; then these columns change."""
    return session.execute(update(Invitation).where(
        Invitation.id == number, Invitation.used_at.is_(None), Invitation.withdrawn_at.is_(None))
        .values(**values)).rowcount == 1


def add_reset(session: Session, **values) -> int:
    """The id of the reset written."""
    return session.execute(insert(Reset).values(**values)).inserted_primary_key[0]


def find_reset(session: Session, number: int) -> Reset | None:
    """The reset, whatever became of it."""
    return session.get(Reset, number)


def find_reset_of_key(session: Session, key: bytes) -> Reset | None:
    """The reset behind this SHA-256 of a token, whatever became of it."""
    return session.scalar(select(Reset).where(Reset.key == key))


def count_resets(session: Session, actor_id: int, since: datetime) -> int:
    """How many resets were asked for by mail for this person since then."""
    return session.scalar(select(func.count(Reset.id)).where(
        Reset.actor_id == actor_id, Reset.created_by.is_(None), Reset.created_at > since)) or 0


def mark_reset(session: Session, number: int, **values) -> bool:
    """Whether the reset was still open; then these columns change."""
    return session.execute(update(Reset).where(
        Reset.id == number, Reset.used_at.is_(None), Reset.withdrawn_at.is_(None)).values(**values)).rowcount == 1


def withdraw_resets(session: Session, actor_id: int, at: datetime) -> int:
    """How many open resets of the person were withdrawn."""
    return session.execute(update(Reset).where(
        Reset.actor_id == actor_id, Reset.used_at.is_(None), Reset.withdrawn_at.is_(None))
        .values(withdrawn_at=at)).rowcount
