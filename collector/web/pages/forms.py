"""Pages of forms: the list, one form with its way from upload to publishing, opening and closing.

It must not read definitions (`services/definitions`). Slow work (conversion, storing) happens in `prepare` steps.
Uploads are in `pages/uploads`.
"""

from urllib.parse import quote

from flask import Response, request, url_for
from flask_babel import gettext as _

from collector.domain.formats import settings_qr
from collector.domain.problems import Problem
from collector.services import (
    blobs,
    dataset_uses,
    findings,
    forms,
    list_files,
    projects,
    public_links,
    publishing,
    rechecking,
    records,
    refusing,
)
from collector.services.form_media import find_media, media_of
from collector.services.unit import UnitOfWork
from collector.web.blueprint import UnitBlueprint
from collector.web.pages.finding_words import kind_words
from collector.web.pages.inputs import PublishInput, StateInput
from collector.web.pages.phones import code_picture
from collector.web.pages.showing import go, page
from collector.web.streams import bytes_answer, disposition, file_answer, list_answer

pages = UnitBlueprint("forms", __name__, url_prefix="/projects/<int:project_id>/forms", dialect="html")


@pages.get("", endpoint="list")
def show_all(unit: UnitOfWork, project_id: int):
    """The forms, narrowed to a state."""
    found = projects.find_project(unit, project_id)
    views = forms.list_forms(unit, project_id, extended=True)
    kinds = {"open": lambda view: view.form.state == "open" and not view.is_draft,
             "draft": lambda view: view.form.draft_version_id is not None,
             "closing": lambda view: view.form.state == "closing", "closed": lambda view: view.form.state == "closed"}
    shown = request.args.get("state", "")
    shown = shown if shown in kinds else ""
    return page(unit, "forms/list.html", found, "forms", shown=shown, total=len(views),
                views=[view for view in views if not shown or kinds[shown](view)],
                counts={name: sum(map(kind, views)) for name, kind in kinds.items()})


@pages.get("/<segment:form_id>")
def show(unit: UnitOfWork, project_id: int, form_id: str):
    """One form."""
    return form_page(unit, project_id, form_id)


@pages.post("/<segment:form_id>/draft")
def start_draft(unit: UnitOfWork, project_id: int, form_id: str):
    """The form with a copy of its current version as draft."""
    publishing.copy_to_draft(unit, project_id, form_id)
    return _back(project_id, form_id, _("Hay un borrador igual a la versión publicada."))


@pages.post("/<segment:form_id>/draft/drop")
def drop(unit: UnitOfWork, project_id: int, form_id: str):
    """The form without its draft."""
    publishing.drop_draft(unit, project_id, form_id)
    return _back(project_id, form_id, _("El borrador se descartó."))


def warmed(unit: UnitOfWork, project_id: int, form_id: str) -> PublishInput | Problem:
    """The version text asked for, with what publishing reads read already; or why it cannot be."""
    given = PublishInput()
    given.validate()
    try:
        publishing.warm(unit, project_id, form_id, given.version.data or None)
    except Problem as problem:
        return problem
    return given


@pages.post("/<segment:form_id>/publish", prepare=warmed)
def publish(unit: UnitOfWork, given: PublishInput | Problem, project_id: int, form_id: str):
    """The form with its draft published, or the page with what stands against it."""
    try:
        if isinstance(given, Problem):
            raise given
        view = publishing.publish_draft(unit, project_id, form_id, (given.version.data or "").strip() or None)
    except Problem as problem:
        if problem.status not in (400, 409):
            raise
        unit.undo()
        return form_page(unit, project_id, form_id, problem, at=4)
    return _back(project_id, form_id, _("La versión %(version)s está publicada. Los teléfonos la reciben con señal.",
                                        version=view.version.version))


@pages.post("/<segment:form_id>/state")
def state(unit: UnitOfWork, project_id: int, form_id: str):
    """The form, opened or closed."""
    forms.set_state(unit, project_id, form_id, StateInput().state.data or "")
    return _back(project_id, form_id, _("La recepción se cambió."))


@pages.get("/<segment:form_id>/draft/qr.png")
def test_code(unit: UnitOfWork, project_id: int, form_id: str):
    """The code that sets a phone up with this draft alone."""
    view = forms.find_form(unit, project_id, form_id, forms.DRAFT)
    found = projects.find_project(unit, project_id)
    server = (f"{unit.settings.address}/v1/test/{view.version.draft_token}/projects/{project_id}"
              f"/forms/{quote(form_id, safe='')}/draft")
    name = _("[Borrador] %(title)s", title=view.version.title or form_id)
    return code_picture(settings_qr.encode(settings_qr.settings(server, name, found.id)))


@pages.get("/<segment:form_id>/source")
def source(unit: UnitOfWork, project_id: int, form_id: str):
    """The workbook as it was uploaded."""
    view = forms.find_form(unit, project_id, form_id, forms.DRAFT if "draft" in request.args else forms.CURRENT)
    version = view.version
    name = version.source_name or f"{form_id}.{version.source_kind or 'xlsx'}"
    data = blobs.read_blob(unit, version.source_sha256 or "")
    return _download(data, version.source_sha256 or "", name)


@pages.get("/<segment:form_id>/xform")
def definition(unit: UnitOfWork, project_id: int, form_id: str):
    """The definition that phones get."""
    view = forms.find_form(unit, project_id, form_id)
    return _download(forms.form_xml(unit, view), view.version.sha256, f"{form_id}.xml")


@pages.get("/<segment:form_id>/media/<segment:name>")
def media_file(unit: UnitOfWork, project_id: int, form_id: str, name: str):
    """A file beside the form, as a download."""
    view = forms.find_form(unit, project_id, form_id, forms.DRAFT if "draft" in request.args else forms.CURRENT)
    line = find_media(unit, view, name)
    if line.blob is None:
        return list_answer(list_files.list_of(unit, line.dataset_id), name)
    return file_answer(lambda: blobs.open_blob(unit, line.blob.sha256), line.blob.size, line.blob.sha256, name)


def form_page(unit: UnitOfWork, project_id: int, form_id: str, problem: Problem | None = None,
              at: int = 1) -> Response:
    """The page of a form, with what an upload (step 1) or publishing (step 4) stumbled over."""
    found = projects.find_project(unit, project_id)
    view = forms.find_form(unit, project_id, form_id, extended=True)
    form, draft = view.form, None
    if form.draft_version_id and unit.may("form.update", form):
        draft = forms.find_form(unit, project_id, form_id, forms.DRAFT)
    current = None if view.is_draft else view
    media = media_of(unit, draft or view)
    added, removed = _changes(unit, current, draft)
    versions = forms.list_versions(unit, project_id, form_id)
    recheck = rechecking.progress(unit, form) if unit.may("form.update", form) else None
    complaints = problem.details.get("complaints", []) if problem else (draft.version.warnings or [] if draft else [])
    return page(
        unit, "forms/show.html", found, "forms", problem.status if problem else 200, form=form,
        current=current and current.version, draft=draft and draft.version, media=media, problem=problem,
        complaints=complaints, added=added, removed=removed,
        lists=_lists(unit, found, draft or view), tally=view.tally if current else forms.Tally(),
        checks=findings.summary(unit, form) if current else None, recheck=recheck,
        refused=refusing.refused_kinds(view), kinds={kind: kind_words()[kind] for kind in refusing.KINDS},
        links=_links(unit, project_id, form) if current else [], versions=versions,
        suggested=_suggested(draft, versions), tests=_tests(unit, found, form_id, draft),
        step=at if problem else 2 if any(not line.present for line in media) else 3)


def _lists(unit: UnitOfWork, found, view) -> list:
    """What the draft, else the version in force, changes in entity lists; what is wrong is told at upload."""
    if not unit.may("dataset.list", found):
        return []
    try:
        return dataset_uses.difference_of(unit, view)
    except Problem as problem:
        if problem.status != 400:
            raise
        return []


def _links(unit: UnitOfWork, project_id: int, form) -> list[tuple]:
    """(public link, its address for Collect) of who may see them."""
    if not unit.may("public_link.list", form):
        return []
    return [(one, public_links.server_url(unit, one) if one.works else "")
            for one in public_links.list_links(unit, project_id, form.xml_form_id)]


def _tests(unit: UnitOfWork, found, form_id: str, draft) -> int:
    if draft is None or not unit.may("submission.list", draft):
        return 0
    return records.count_of_form(unit, found.id, form_id, draft=True)


def _suggested(draft, versions: list) -> str:
    """The version text to publish under: the draft's own, or one further when that is taken."""
    taken = {view.version.version for view in versions}
    wanted = draft.version.version if draft else ""
    while wanted in taken:
        head = wanted.rstrip("0123456789")
        tail = wanted[len(head):]
        wanted = head + str(int(tail) + 1).zfill(len(tail)) if tail else f"{wanted}.1"
    return wanted


def _changes(unit: UnitOfWork, current, draft) -> tuple[list[str], list[str]]:
    if current is None or draft is None:
        return [], []
    before = {one.path: one.name for one in forms.form_fields(unit, current)}
    after = {one.path: one.name for one in forms.form_fields(unit, draft)}
    return ([name for path, name in after.items() if path not in before],
            [name for path, name in before.items() if path not in after])


def _download(data: bytes, etag: str, name: str) -> Response:
    response = bytes_answer(data, etag, "application/octet-stream")
    response.headers["Content-Disposition"] = disposition("attachment", name)
    return response


def _back(project_id: int, form_id: str, message: str) -> Response:
    return go(url_for("forms.show", project_id=project_id, form_id=form_id), message)
