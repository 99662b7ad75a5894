"""Pages of invitations: those given in a project or on the server, a new one with its link, withdrawing one.

It must not make links (`services/invitations`). A link is shown once, in the answer that made it.
"""

from flask import Response, request, url_for
from flask_babel import gettext as _

from collector.domain import access
from collector.domain.access import RowScope
from collector.domain.problems import Problem
from collector.services import forms, grants, invitations, people, phones, projects, sessions
from collector.services.unit import UnitOfWork
from collector.web.blueprint import UnitBlueprint
from collector.web.pages.account_inputs import InvitationInput
from collector.web.pages.showing import go, number_asked, page, told
from collector.web.people_words import role_words

pages = UnitBlueprint("invitations", __name__, url_prefix="/invitations", dialect="html")
OF_PROJECT = ("supervisor", "analyst", "viewer", "manager")


@pages.get("", endpoint="list")
def show_all(unit: UnitOfWork):
    """The invitations; beside them the input for a new one."""
    return _page(unit, InvitationInput(formdata=None) if "new" in request.args else None)


@pages.post("")
def invite(unit: UnitOfWork):
    """The page with the link to hand over, shown this once; or with what stands against it."""
    given, number = InvitationInput(), number_asked("project")
    if not given.validate():
        return _page(unit, given, 422)
    try:
        rows = _rows(given, number)
        until = sessions.end_of(unit, given.until.data) if given.until.data else None
        thing = grants.place(unit, number, (given.form.data or None) if number else None)
        _number, link = invitations.invite(unit, thing, grants.role(given.role.data or "viewer"),
                                           given.email.data or "", given.name.data or "", rows, until, given.mail.data)
    except Problem as problem:
        if problem.status not in (400, 409):
            raise
        unit.undo()
        _put(given, problem)
        return _page(unit, given, 422)
    except _Nothing as nothing:
        nothing.input.errors = (nothing.words,)
        return _page(unit, given, 422)
    return _page(unit, None, link=link, sent_to=given.email.data if given.mail.data else "")


@pages.post("/<int:number>/withdraw")
def withdraw(unit: UnitOfWork, number: int):
    """The list; that link opens nothing any more."""
    project_id = number_asked("project")
    invitations.withdraw(unit, number, project_id)
    return go(url_for("invitations.list", project=project_id), _("La invitación se retiró: su enlace ya no sirve."))


class _Nothing(Exception):
    """A limit to nothing."""

    def __init__(self, input, words: str):
        super().__init__(words)
        self.input, self.words = input, words


def _put(given: InvitationInput, problem: Problem) -> None:
    """Nothing; what stands against the invitation is told beside the input that it is about."""
    if problem.details.get("field") == "rows":
        given.role.errors = (_("Este papel siempre ve todos los registros."),)
    else:
        about_day = problem.code == 400.81 or problem.details.get("field") == "until"
        (given.until if about_day else given.email).errors = (told(problem),)


def _rows(given: InvitationInput, project_id: int | None) -> RowScope | None:
    """The records that the person is limited to, None for all."""
    if given.rows.data == "phones" and project_id:
        chosen = tuple(int(one) for one in given.phones.data or () if one.isascii() and one.isdigit() and len(one) < 16)
        if not chosen:
            raise _Nothing(given.phones, _("Elija al menos un teléfono."))
        return RowScope(phones=chosen)
    if given.rows.data == "field" and project_id:
        values = tuple(part.strip() for part in (given.values.data or "").split(",") if part.strip())
        if not values or not given.field.data:
            raise _Nothing(given.values, _("Elija un campo y escriba al menos un valor."))
        return RowScope(field=given.field.data, values=values)
    return None


def _page(unit: UnitOfWork, given: InvitationInput | None, status: int = 200, link: str = "",
          sent_to: str = "") -> Response:
    number = number_asked("project")
    found = projects.find_project(unit, number) if number else None
    thing = grants.place(unit, number)
    may_invite = unit.may("assignment.create", thing)
    held = access.verbs_at(unit.actor.grants, thing.places())
    roles = [name for name in (OF_PROJECT if found else ("admin", *OF_PROJECT)) if grants.role(name).verbs <= held]
    offered = {"forms": [], "phones": [], "fields": []}
    if given is not None and may_invite and found is not None:
        offered = {"forms": [one for one in forms.list_forms(unit, number) if not one.is_draft],
                   "phones": phones.list_phones(unit, number), "fields": invitations.fields_offered(unit, thing)}
    listed = [(one, people.last_day(unit, one.until) if one.until else None)
              for one in invitations.list_invitations(unit, thing)]
    return page(unit, "invitations/list.html", found, "people", status, input=given, link=link, sent_to=sent_to,
                adding=given is not None and may_invite, can_invite=may_invite and bool(roles), roles=roles,
                role_words=role_words(), rows=listed, days=invitations.DAYS, sends_mail=unit.settings.sends_mail,
                **offered)
