"""Room for public links: a key that anybody who has it may fill one form with, once or many times.

It must not know HTTP nor what is sent (`services/intake`). Who fills by link is an actor of kind public_link; its key
is a session, and ending that session ends the link. Properties are in `services/actor_properties`.
"""

from dataclasses import dataclass
from datetime import datetime

from collector.domain import access, people_problems, problems
from collector.domain.formats import settings_qr
from collector.services import people as tokens
from collector.services.unit import UnitOfWork
from collector.store.queries import forms, people, projects
from collector.store.queries import public_links as queries


@dataclass(frozen=True, slots=True)
class PublicLink:
    """A link to fill one form. token is None once it was ended; once: it takes one submission; used_at: when it did.

    properties: only where they were asked for.
    """

    id: int
    name: str
    project_id: int
    form_id: int
    token: str | None
    once: bool | None
    used_at: datetime | None
    created_by: object | None
    created_at: datetime
    updated_at: datetime | None
    deleted_at: datetime | None
    properties: dict | None = None
    kind: str = "public_link"

    @property
    def works(self) -> bool:
        """Whether it still takes submissions."""
        return self.token is not None and self.used_at is None

    def places(self) -> tuple[tuple[str, int], ...]:
        """Where a grant over this link reaches it from: its form, its project, the site."""
        return (("form", self.form_id), ("project", self.project_id), access.SITE)


def list_links(unit: UnitOfWork, project_id: int, xml_form_id: str) -> list[PublicLink]:
    """The links of a form: those that work first, the newest before. Raises 404.1, 403.1."""
    form = unit.require("public_link.list", _form(unit, project_id, xml_form_id))
    return [_link(form, row) for row in queries.list_links(unit.session, form.id)]


def find_link(unit: UnitOfWork, project_id: int, xml_form_id: str, link_id: int,
              verb: str = "public_link.read") -> PublicLink:
    """One link of a form, for who may do this to it. Raises 404.1, 403.1."""
    form = unit.require(verb, _form(unit, project_id, xml_form_id))
    rows = queries.list_links(unit.session, form.id, link_id)
    if not rows:
        raise problems.not_found("El enlace", "The public link")
    return _link(form, rows[0])


def add_link(unit: UnitOfWork, project_id: int, xml_form_id: str, name: str, once: bool | None = None) -> PublicLink:
    """The new link with its token. once: it takes one submission. Raises 404.1, 403.1, 400.2."""
    form = unit.require("public_link.create", _form(unit, project_id, xml_form_id))
    if not name.strip():
        raise problems.missing_parameter("displayName")
    now, token = unit.now(), tokens.new_token()
    made = people.add_actor(unit.session, kind="public_link", name=name.strip(), project_id=form.project_id,
                            created_by=unit.actor.id, created_at=now)
    queries.add_link(unit.session, made.id, form.id, once)
    people.add_session(unit.session, actor_id=made.id, key=tokens.key_of(token), token=token, csrf="",
                       created_at=now, agent="")
    people.add_grant(unit.session, made.id, access.PUBLIC_LINK.id, ("form", form.id))
    projects.bump_edition(unit.session, form.project_id)
    about = {"target_id": made.id, "project_id": form.project_id, "form_id": form.id}
    unit.record("public_link.assignment.create", details={"roleId": access.PUBLIC_LINK.id, "grantedActeeId": form.id,
                                                          "place": "form"}, **about)
    unit.record("public_link.create", details={"data": {"displayName": made.name, "once": once}}, **about)
    return _link(form, queries.list_links(unit.session, form.id, made.id)[0])


def delete_link(unit: UnitOfWork, project_id: int, xml_form_id: str, link_id: int) -> None:
    """Nothing; the link opens nothing any more. What is still sent with it is parked. Raises 404.1, 403.1."""
    link = find_link(unit, project_id, xml_form_id, link_id, "public_link.delete")
    now = unit.now()
    people.end_sessions(unit.session, now, actor_id=link.id)
    people.drop_grants(unit.session, link.id)
    people.mark_actor(unit.session, link.id, deleted_at=now)
    projects.bump_edition(unit.session, link.project_id)
    unit.record("public_link.delete", target_id=link.id, project_id=link.project_id, form_id=link.form_id)


def require_unspent(unit: UnitOfWork) -> None:
    """Nothing, when who sends is no link for one submission, or one that has not taken it. Raises 409.46."""
    if unit.actor.kind == "public_link" and not queries.spend(unit.session, unit.actor.id, unit.now()):
        raise people_problems.link_spent()


def server_url(unit: UnitOfWork, shown: PublicLink) -> str:
    """The address that Collect is told: the key of the link stands in it."""
    return f"{unit.settings.address}/v1/key/{shown.token}/projects/{shown.project_id}"


def settings_text(unit: UnitOfWork, project_id: int, xml_form_id: str, link_id: int) -> str:
    """The text in the link's QR code, which sets Collect up for its form alone. Raises 404.1 when it was ended."""
    link = find_link(unit, project_id, xml_form_id, link_id)
    if link.token is None:
        raise problems.not_found("La clave de este enlace", "The key of this public link")
    return settings_qr.encode(settings_qr.settings(server_url(unit, link), link.name, project_id))


def _form(unit: UnitOfWork, project_id: int, xml_form_id: str):
    return forms.find_form(unit.session, project_id, xml_form_id)


def _link(form, row) -> PublicLink:
    actor, link, token, maker = row
    return PublicLink(actor.id, actor.name, form.project_id, form.id, token, link.once, link.used_at, maker,
                      actor.created_at, actor.updated_at, actor.deleted_at)
