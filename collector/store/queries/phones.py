"""Queries of phones: app users with their token, who made them, what they were last seen with and have of forms.

It must not know what is in a QR code (`domain/formats/settings_qr`). `services/phones` and its neighbours call it.
"""

from datetime import datetime

from sqlalchemy import Row, and_, exists, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session, aliased

from collector.store.tables.forms import Form, FormVersion
from collector.store.tables.people import Actor, Grant, PhoneForm, Sighting
from collector.store.tables.people import Session as Pass
from collector.store.tables.submissions import SubmissionVersion


def list_phones(session: Session, project_id: int, role_id: int, phone_id: int | None = None,
                withdrawn: bool = False) -> list[Row]:
    """(actor, newest token or None, maker, last seen, has role in the whole project) of phones: those that work first,
    the newest before."""
    maker, newer = aliased(Actor), aliased(Pass)
    seen = (select(func.max(Sighting.seen_at)).where(Sighting.actor_id == Actor.id).correlate(Actor)
            .scalar_subquery())
    whole = exists().where(Grant.actor_id == Actor.id, Grant.role_id == role_id, Grant.place == "project",
                           Grant.place_id == Actor.project_id).correlate(Actor)
    newest = (select(func.max(newer.id)).where(newer.actor_id == Actor.id, newer.ended_at.is_(None))
              .correlate(Actor).scalar_subquery())
    query = (select(Actor, Pass.token, maker, seen.label("seen"), whole.label("whole")).select_from(Actor)
             .outerjoin(Pass, and_(Pass.actor_id == Actor.id, Pass.id == newest))
             .outerjoin(maker, maker.id == Actor.created_by)
             .where(Actor.project_id == project_id, Actor.kind == "field_key",
                    Actor.deleted_at.is_not(None) if withdrawn else Actor.deleted_at.is_(None)))
    if phone_id is not None:
        query = query.where(Actor.id == phone_id)
    return list(session.execute(query.order_by(Pass.id.is_(None), Actor.id.desc())))


def find_phone(session: Session, phone_id: int) -> Actor | None:
    """The living phone with this number, of any project."""
    return session.scalar(select(Actor).where(Actor.id == phone_id, Actor.kind == "field_key",
                                              Actor.deleted_at.is_(None)))


def find_withdrawn(session: Session, phone_id: int) -> Actor | None:
    """The withdrawn phone with this number, of any project."""
    return session.scalar(select(Actor).where(Actor.id == phone_id, Actor.kind == "field_key",
                                              Actor.deleted_at.is_not(None)))


def list_sightings(session: Session, phone_id: int) -> list[Sighting]:
    """The devices a phone's key was used on, last seen first."""
    return list(session.scalars(select(Sighting).where(Sighting.actor_id == phone_id)
                                .order_by(Sighting.seen_at.desc())))


def list_agents(session: Session, project_id: int) -> list[Row]:
    """(actor_id, agent) of the phones of a project, each device's, last seen first."""
    return list(session.execute(
        select(Sighting.actor_id, Sighting.agent).join(Actor, Actor.id == Sighting.actor_id)
        .where(Actor.project_id == project_id).order_by(Sighting.seen_at.desc())))


def put_form(session: Session, **values) -> None:
    """Nothing; notes the version of a form that a phone fetched or sent. values: the columns of PhoneForm."""
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    session.execute(dialect.insert(PhoneForm).values(**values).on_conflict_do_update(
        index_elements=["actor_id", "form_id", "act"],
        set_={"form_version_id": values["form_version_id"], "at": values["at"]}))


def find_sent(session: Session, version_id: int) -> Row | None:
    """(form_version_id, submitter_id, created_at) of a version of a record that a phone sent, not to a draft."""
    return session.execute(
        select(SubmissionVersion.form_version_id, SubmissionVersion.submitter_id, SubmissionVersion.created_at)
        .join(Actor, Actor.id == SubmissionVersion.submitter_id)
        .where(SubmissionVersion.id == version_id, SubmissionVersion.draft.is_(False),
               Actor.kind == "field_key")).first()


def list_forms(session: Session, project_id: int, phone_id: int | None = None) -> list[Row]:
    """(PhoneForm, version text, number of the form's current version, xmlFormId) of living forms, by form."""
    query = (select(PhoneForm, FormVersion.version, Form.current_version_id, Form.xml_form_id)
             .join(Form, Form.id == PhoneForm.form_id)
             .join(FormVersion, FormVersion.id == PhoneForm.form_version_id)
             .where(Form.project_id == project_id, Form.deleted_at.is_(None)))
    if phone_id is not None:
        query = query.where(PhoneForm.actor_id == phone_id)
    return list(session.execute(query.order_by(Form.xml_form_id, PhoneForm.at.desc())))


def last_seen(session: Session, phone_id: int) -> datetime | None:
    """When the phone's key was last used."""
    return session.scalar(select(func.max(Sighting.seen_at)).where(Sighting.actor_id == phone_id))
