"""Room for looking at forms and their versions, opening and closing them, and the trash.

It must not read definitions apart from handing them out. `services/publishing` makes forms; pages, the API and the
command line show what is found here.
"""

from dataclasses import dataclass, replace

from collector.domain import problems
from collector.services import models, scopes
from collector.services.unit import UnitOfWork
from collector.store.queries import forms as queries
from collector.store.queries import projects, public_links
from collector.store.queries.forms import Tally
from collector.store.tables.forms import Form, FormVersion
from collector.store.tables.people import Actor

STATES = ("open", "closing", "closed")
CURRENT, DRAFT = object(), object()


@dataclass(frozen=True, slots=True)
class FormView:
    """A form with one of its versions: the current one, the draft, or the one asked for.

    tally, created_by, published_by, links (public links that work), notes (of who published it): only where they were
    asked for.
    """

    form: Form
    version: FormVersion
    tally: Tally | None = None
    created_by: Actor | None = None
    published_by: Actor | None = None
    links: int = 0
    notes: str | None = None

    @property
    def is_draft(self) -> bool:
        """Whether the version shown is not published yet."""
        return self.version.published_at is None

    def places(self) -> tuple[tuple[str, int], ...]:
        """Where a grant reaches this form from."""
        return self.form.places()


def list_forms(unit: UnitOfWork, project_id: int, deleted: bool = False, extended: bool = False) -> list[FormView]:
    """The forms of a project that the actor may see, by title; unpublished ones only for who may change them.

    Raises 404.1, 403.1.
    """
    project = projects.find_project(unit.session, project_id)
    views = [FormView(form, version) for form, version in queries.list_forms(unit.session, project_id, deleted)
             if _shown(unit, form, version)]
    is_person = unit.actor.kind == "user"  # people are shown the single forms that they may see, keys are not
    if not (views and is_person) and (project is None or not unit.may("open_form.list", project)):
        unit.require("form.list", project)
    return _extended(unit, views) if extended else views


def find_form(unit: UnitOfWork, project_id: int, xml_form_id: str, which=CURRENT, extended: bool = False) -> FormView:
    """The form with a version: CURRENT (its draft when nothing is published), DRAFT, or a version text.

    Raises 404.1, 403.1, and 404.4 for a draft token that no longer holds.
    """
    form = queries.find_form(unit.session, project_id, xml_form_id)
    version = _version(unit, form, which)
    if unit.actor.kind == "draft":
        _require_token(unit, form, version)
    elif form is None or version is None:
        raise problems.form_not_found(xml_form_id) if form is None else problems.not_found("La versión", "The version")
    else:
        _require_readable(unit, form, version)
    view = FormView(form, version)
    return _published(unit, _extended(unit, [view]))[0] if extended else view


def version_text(segment: str) -> str:
    """The version that a segment of an address names; '___' stands for the empty one."""
    return "" if segment == "___" else segment


def list_versions(unit: UnitOfWork, project_id: int, xml_form_id: str) -> list[FormView]:
    """The published versions, newest first, each with who published it. Raises 404.1, 403.1."""
    form = find_form(unit, project_id, xml_form_id).form
    return _published(unit, [FormView(form, version) for version in queries.list_published(unit.session, form.id)])


def list_of_projects(unit: UnitOfWork, project_ids: list[int]) -> dict[int, list[FormView]]:
    """{project: its forms that the actor may see, extended, by title}."""
    views = [FormView(form, version) for form, version in queries.list_of_projects(unit.session, project_ids)
             if _shown(unit, form, version)]
    found: dict[int, list[FormView]] = {number: [] for number in project_ids}
    for view in _extended(unit, views):
        found[view.form.project_id].append(view)
    return found


def form_xml(unit: UnitOfWork, view: FormView) -> bytes:
    """The definition of a version that `find_form` gave, byte for byte."""
    return queries.find_xml(unit.session, view.version.id)


def form_fields(unit: UnitOfWork, view: FormView):
    """The fields of a version that `find_form` gave, in document order."""
    return models.form_model(unit, view.version.id).fields


def set_state(unit: UnitOfWork, project_id: int, xml_form_id: str, state: str) -> Form:
    """The form, open, closing or closed from now on. Raises 404.1, 403.1, 400.8."""
    return change_form(unit, project_id, xml_form_id, state=state)


def change_form(unit: UnitOfWork, project_id: int, xml_form_id: str, state: str | None = None,
                webforms_enabled: bool | None = None) -> Form:
    """The form in another state, or with the mark of who fills it by web forms; None leaves it as it is.

    Raises 404.1, 403.1, 400.8.
    """
    form = unit.require("form.update", queries.find_form_to_change(unit.session, project_id, xml_form_id))
    if state is not None and state not in STATES:
        raise problems.unexpected_value("state", state, f"expected one of {', '.join(STATES)}",
                                        f"se espera {', '.join(STATES)}")
    given = {"state": state, "webforms_enabled": webforms_enabled}
    changed = {name: value for name, value in given.items() if value is not None}
    if changed:
        for name, value in changed.items():
            setattr(form, name, value)
        _changed(unit, form)
        said = {"webformsEnabled" if name == "webforms_enabled" else name: value for name, value in changed.items()}
        unit.record("form.update", project_id=project_id, form_id=form.id, details={"data": said})
    return form


def delete_form(unit: UnitOfWork, project_id: int, xml_form_id: str) -> Form:
    """The form, in the trash. Raises 404.1, 403.1."""
    form = unit.require("form.delete", queries.find_form_to_change(unit.session, project_id, xml_form_id))
    form.deleted_at = unit.now()
    _changed(unit, form)
    unit.record("form.delete", project_id=project_id, form_id=form.id)
    return form


def restore_form(unit: UnitOfWork, project_id: int, form_id: int) -> Form:
    """The form, back from the trash, by its number. Raises 404.1, 403.1, 409.3 when its id is taken meanwhile."""
    form = unit.require("form.restore", queries.find_trashed(unit.session, project_id, form_id))
    if queries.find_form(unit.session, project_id, form.xml_form_id) is not None:
        raise problems.not_unique(["projectId", "xmlFormId"], [str(project_id), form.xml_form_id])
    form.deleted_at = None
    _changed(unit, form)
    unit.record("form.restore", project_id=project_id, form_id=form.id)
    return form


def _changed(unit: UnitOfWork, form: Form) -> None:
    form.updated_at = unit.now()
    unit.session.flush()
    projects.bump_edition(unit.session, form.project_id)


def _version(unit: UnitOfWork, form: Form | None, which) -> FormVersion | None:
    if form is None:
        return None
    if which is CURRENT:
        return queries.find_version(unit.session, form.current_version_id or form.draft_version_id)
    if which is DRAFT:
        return queries.find_version(unit.session, form.draft_version_id)
    return queries.find_published(unit.session, form.id, which)


def _require_token(unit: UnitOfWork, form: Form | None, version: FormVersion | None) -> None:
    """A test token opens its own draft and nothing else."""
    if form is None or version is None or version.draft_token is None or version.draft_token != unit.actor.name:
        raise problems.draft_token_invalid()


def _require_readable(unit: UnitOfWork, form: Form, version: FormVersion) -> None:
    if unit.actor.ended:
        raise problems.bad_key()
    if version.published_at is None:
        unit.require("form.update", form)
    elif form.state == "closed" or not unit.may("open_form.read", form):
        unit.require("form.read", form)


def _shown(unit: UnitOfWork, form: Form, version: FormVersion) -> bool:
    if version.published_at is None:
        return unit.may("form.update", form)
    return unit.may("form.read", form) or (form.state != "closed" and unit.may("open_form.read", form))


def _extended(unit: UnitOfWork, views: list[FormView]) -> list[FormView]:
    drafts = bool(views) and all(view.is_draft and view.form.current_version_id for view in views)
    found = [view.form for view in views]
    limited = scopes.scopes_across(unit, found)
    tallies = queries.tallies(unit.session, [form.id for form in found], drafts, limited)
    people = queries.actors(unit.session, {view.form.created_by for view in views if view.form.created_by})
    links = public_links.count_working(unit.session, [form.id for form in found])
    return [replace(view, tally=tallies.get(view.form.id, Tally()), created_by=people.get(view.form.created_by),
                    links=links.get(view.form.id, 0)) for view in views]


def _published(unit: UnitOfWork, views: list[FormView]) -> list[FormView]:
    """The same with who published each version; with what they noted too for who may change the form."""
    told = queries.publications(unit.session, sorted({view.form.id for view in views}),
                                [view.version.id for view in views])
    return [replace(view, published_by=by, notes=notes if unit.may("form.update", view.form) else None)
            for view in views
            for by, notes in [told.get(view.version.id, (None, None))]]
