"""Pages where a record is corrected in place: its answers as inputs, what would change, why, and the save.

They must not judge answers nor keep anything (`services/correcting`). Without a script «Revisar» shows the difference
first; with one it is shown while one types. Files that were chosen wait in the blob store until the save.
"""

from dataclasses import dataclass, field, replace

from flask import Response, current_app, request, url_for
from flask_babel import get_locale
from flask_babel import gettext as _
from itsdangerous import BadSignature, URLSafeSerializer

from collector.domain.correction import Given
from collector.domain.problems import Problem
from collector.services import blobs, correcting, projects
from collector.services.correcting import Case, Ready
from collector.services.unit import UnitOfWork
from collector.web.blueprint import UnitBlueprint
from collector.web.pages.correction_form import CorrectionForm, file_name
from collector.web.pages.showing import fragment_or_page, go

pages = UnitBlueprint("correcting", __name__, url_prefix="/projects/<int:project_id>/forms/<segment:form_id>",
                      dialect="html")
_ONE = "/submissions/<segment:instance_id>/correction"
NEWER, INCOMPLETE, NOTHING = 409.51, 409.54, 409.53
ANSWERED = (NEWER, INCOMPLETE, NOTHING)


@dataclass(frozen=True, slots=True)
class Chosen:
    """A file that somebody chose. token: what brings it back with the next request, signed."""

    name: str
    blob: blobs.Blob
    token: str


@dataclass(frozen=True, slots=True)
class Typed:
    """What a request says. reasons: place -> (code, words); files: place -> Chosen; act: what was pressed, '' for none.
    """

    given: Given = field(default_factory=Given)
    reasons: dict[str, tuple[str, str]] = field(default_factory=dict)
    files: dict[str, Chosen] = field(default_factory=dict)
    seen: str = ""
    act: str = ""


@pages.get(_ONE)
def ask(unit: UnitOfWork, project_id: int, form_id: str, instance_id: str):
    """The record's answers as inputs."""
    case = correcting.open_case(unit, project_id, form_id, instance_id)
    return _shown(unit, project_id, case, Typed(seen=case.seen))


@pages.get(_ONE + "/review", endpoint="back")
def back(unit: UnitOfWork, project_id: int, form_id: str, instance_id: str):
    """The inputs again, for who comes by an address that was sent to."""
    correcting.open_case(unit, project_id, form_id, instance_id)
    return go(url_for("correcting.ask", project_id=project_id, form_id=form_id, instance_id=instance_id))


def received(unit: UnitOfWork, project_id: int, form_id: str, instance_id: str) -> tuple[Case, Typed]:
    """The record, and what was typed; the files that came with it are stored."""
    case = correcting.open_case(unit, project_id, form_id, instance_id)
    return case, _read(unit, case)


@pages.post(_ONE + "/review", prepare=received, reads=True)
def review(unit: UnitOfWork, arrived: tuple[Case, Typed], project_id: int, form_id: str, instance_id: str):
    """The inputs with what would change, and what the check says of it."""
    case, given = arrived
    if given.seen != case.seen:
        return _newer(unit, project_id, case, given, correcting.changed(unit, case, given.seen, str(get_locale())))
    return _shown(unit, project_id, case, given)


def ready(unit: UnitOfWork, project_id: int, form_id: str, instance_id: str) -> Ready | Response:
    """The correction, ready to be kept; or the page that says why it is not."""
    case, given = received(unit, project_id, form_id, instance_id)
    files = {one.name: one.blob for one in given.files.values()}
    try:
        return correcting.make_ready(unit, project_id, case, given.given, given.reasons, files, given.seen,
                                     str(get_locale()))
    except Problem as problem:
        if problem.code == NEWER:
            return _newer(unit, project_id, case, given, problem)
        if problem.code not in ANSWERED:
            raise
        return _shown(unit, project_id, case, replace(given, act="save"), problem)


@pages.post(_ONE, prepare=ready)
def save(unit: UnitOfWork, prepared: Ready | Response, project_id: int, form_id: str, instance_id: str):
    """The record in its new version; or the page that says why nothing was kept."""
    if isinstance(prepared, Response):
        return prepared
    try:
        correcting.keep(unit, prepared, str(get_locale()))
    except Problem as problem:
        if problem.code != NEWER:
            raise
        unit.undo()
        case, given = received(unit, project_id, form_id, instance_id)
        return _newer(unit, project_id, case, given, problem)
    return go(url_for("submissions.show", project_id=project_id, form_id=form_id, instance_id=instance_id),
              _("La corrección se guardó. Lo que envió el teléfono se conserva."))


def _newer(unit: UnitOfWork, project_id: int, case: Case, given: Typed, problem: Problem) -> Response:
    """The inputs over the version that came meanwhile, with what one had changed oneself."""
    kept = correcting.carried(unit, case, given.given, given.seen)
    return _shown(unit, project_id, case, replace(given, given=kept, seen=case.seen, act="save"), problem)


def _shown(unit: UnitOfWork, project_id: int, case: Case, given: Typed, problem: Problem | None = None) -> Response:
    """The page; to htmx the part that may have changed."""
    language, asked = str(get_locale()), request.headers.get("HX-Request") == "true"
    revision = correcting.revise(case, given.given, language)
    place = {"project_id": project_id, "form_id": case.record.xml_form_id,
             "instance_id": case.record.submission.instance_id}
    found = projects.find_project(unit, project_id)
    return fragment_or_page(
        unit, "correcting/show.html", "correcting/_form.html", project=found, tab="submissions",
        status=problem.status if problem and not asked else 200,  # htmx shows nothing else
        case=case, revision=revision, given=given, place=place,
        form=CorrectionForm(case, revision, given, language), conflict=_conflict(problem),
        told=problem.message(language) if problem and problem.code in ANSWERED[:1] else "",
        back=url_for("submissions.show", **place))


def _conflict(problem: Problem | None) -> list[dict]:
    return problem.details["changes"] if problem is not None and problem.code == NEWER else []


def _read(unit: UnitOfWork, case: Case) -> Typed:
    said = request.form
    values, sought, reasons = {}, {}, {}
    for name in said:
        kind, _sign, place = name.partition(":")
        if kind == "v":
            values[place] = tuple(said.getlist(name))
        elif kind == "s":
            sought[place] = said[name]
        elif kind == "why":
            reasons[place] = said[name], said.get(f"say:{place}", "")
    act = next((one for one in ("add", "drop", "return", "act") if one in said), "")
    added, gone, values = _restructured(said, values)
    files = _files(unit, case)
    for place in said.getlist("take"):
        values[place] = ("",)
    values |= {place: (one.name,) for place, one in files.items()}
    names = frozenset(one.name for one in files.values())
    for_all = said.get("why", ""), said.get("say", "")
    if for_all[0]:
        reasons = {**dict.fromkeys(_places(values, added, gone), for_all),
                   **{place: why for place, why in reasons.items() if why[0]}}
    return Typed(Given(values, tuple(added), tuple(gone), sought, names), reasons, files, said.get("seen", ""), act)


def _places(*named) -> list[str]:
    return [place for several in named for place in several]


def _restructured(said, values: dict) -> tuple[list[str], list[str], dict]:
    """(instances added, instances taken away, values) after what was pressed."""
    added, gone = said.getlist("added"), said.getlist("gone")
    added += [place for place in said.getlist("add") if place not in added]
    for place in said.getlist("drop"):
        if place in added:  # it never was: nothing stays of it, for its number is given again
            added = [one for one in added if one != place and not one.startswith(f"{place}/")]
            values = {one: text for one, text in values.items() if not one.startswith(f"{place}/")}
        elif place not in gone:
            gone.append(place)
    return added, [place for place in gone if place not in said.getlist("return")], values


def _files(unit: UnitOfWork, case: Case) -> dict[str, Chosen]:
    """Place -> the file that was chosen now, or before."""
    signer = URLSafeSerializer(current_app.secret_key, salt="correction")
    whose = [unit.actor.id, case.record.submission.id]
    found: dict[str, Chosen] = {}
    for place, token in ((name[5:], request.form[name]) for name in request.form if name.startswith("kept:")):
        try:
            *owner, name, sha256, md5, size = signer.loads(token)
        except (BadSignature, ValueError):
            continue
        if owner == [*whose, place]:
            found[place] = Chosen(name, blobs.Blob(sha256, md5, size), token)
    for key, file in request.files.items():
        if not key.startswith("file:") or not file.filename:
            continue
        blob = blobs.put_stream(unit, file.stream, unit.settings.max_body)
        taken = {one.name for one in case.files} | {one.name for one in found.values()}
        name = file_name(file.filename, taken)
        token = signer.dumps([*whose, key[5:], name, blob.sha256, blob.md5, blob.size])
        found[key[5:]] = Chosen(name, blob, token)
    return {place: one for place, one in found.items() if place not in request.form.getlist("take")}
