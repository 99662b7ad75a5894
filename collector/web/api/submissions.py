"""API of submissions: lists, one, its XML and versions, sending and editing, review, comments; drafts alike.

It must not judge what is sent (`services/intake`). Files are in `submission_files`, datasets in `exports`.
"""

from collections.abc import Iterator
from urllib.parse import quote

import orjson
from flask import Response, redirect, request, url_for

from collector.domain import problems
from collector.domain.problems import Problem
from collector.services import (
    activity,
    comments,
    condition,
    correcting,
    editions,
    forms,
    intake,
    phones,
    records,
    review,
)
from collector.services.unit import UnitOfWork
from collector.web import errors, streams
from collector.web.api.answers import DIFFS, ELSEWHERE, XML_BODY
from collector.web.api.requests import SUCCESS, body_as, is_asked, is_extended, number_asked
from collector.web.api.schemas.people import ActorShape
from collector.web.api.schemas.submissions import (
    CommentShape,
    EditionShape,
    ExtendedCommentShape,
    ExtendedEditionShape,
    ExtendedSubmissionShape,
    KeyShape,
    NewCommentShape,
    ReviewShape,
    SubmissionShape,
)
from collector.web.blueprint import UnitBlueprint

XML_LIMIT = 16_000_000
XML = "application/xml; charset=utf-8"

submissions = UnitBlueprint("api_submissions", __name__, url_prefix="/v1", dialect="json")
_FORM = "/projects/<int:project_id>/forms/<segment:xml_form_id>"
_ONE = "/<segment:instance_id>"
PLACES = ((False, _FORM + "/submissions"), (True, _FORM + "/draft/submissions"))


def list_all(unit: UnitOfWork, project_id: int, xml_form_id: str, draft: bool):
    """The submissions, newest first."""
    pages = records.pages_of_form(unit, project_id, xml_form_id, draft, is_asked("deleted"),
                                  number_asked("limit"), number_asked("offset") or 0)
    shape = (ExtendedSubmissionShape if is_extended() else SubmissionShape)(many=True)
    pieces = _json_list((editions.told(unit, page) for page in pages), shape)
    return streams.pieces_answer(unit, pieces, "application/json; charset=utf-8")


def list_submitters(unit: UnitOfWork, project_id: int, xml_form_id: str, draft: bool):
    """Who sent submissions."""
    return ActorShape(many=True).dump(records.list_submitters(unit, project_id, xml_form_id, draft))


def list_keys(unit: UnitOfWork, project_id: int, xml_form_id: str, draft: bool):
    """The keys of what is encrypted. None is managed here: whoever made the form has the other half."""
    return KeyShape(many=True).dump(records.list_keys(unit, project_id, xml_form_id, draft))


def dumped(unit: UnitOfWork, record) -> dict:
    """The record of the services as the API tells it, extended where that is asked for."""
    return (ExtendedSubmissionShape if is_extended() else SubmissionShape)().dump(editions.told(unit, [record])[0])


def show(unit: UnitOfWork, project_id: int, xml_form_id: str, instance_id: str, draft: bool):
    """The submission; the instanceID of a later version leads to it."""
    try:
        return dumped(unit, records.find_record(unit, project_id, xml_form_id, instance_id, draft))
    except Problem as problem:
        return moved(unit, problem, project_id, xml_form_id, instance_id, draft)


def moved(unit: UnitOfWork, problem: Problem, project_id: int, xml_form_id: str, instance_id: str, draft: bool,
          rest: str = ""):
    """The way to the version that has this instanceID, of whatever record; the Problem again where there is none."""
    root = records.find_root(unit, project_id, xml_form_id, instance_id, draft) if problem.status == 404 else None
    if root is None:
        raise problem
    above = f"/projects/{project_id}/forms/{quote(xml_form_id, safe='')}{'/draft' if draft else ''}/submissions"
    place = f"{above}/{quote(root, safe='')}/versions/{quote(instance_id, safe='')}{rest}"
    return Response(status=301, headers={"Location": request.environ["collector.prefix"] + place})


def show_xml(unit: UnitOfWork, project_id: int, xml_form_id: str, instance_id: str, draft: bool):
    """What was sent, byte for byte."""
    try:
        record = records.find_record(unit, project_id, xml_form_id, instance_id, draft)
    except Problem as problem:
        return moved(unit, problem, project_id, xml_form_id, instance_id, draft, ".xml")
    activity.saw(unit, record)
    return streams.sandboxed(Response(records.record_xml(unit, record), content_type=XML))


def list_versions(unit: UnitOfWork, project_id: int, xml_form_id: str, instance_id: str, draft: bool):
    """Its versions, newest first."""
    record = records.find_record(unit, project_id, xml_form_id, instance_id, draft)
    shape = ExtendedEditionShape if is_extended() else EditionShape
    return shape(many=True).dump(records.list_editions(unit, record))


def show_version(unit: UnitOfWork, project_id: int, xml_form_id: str, instance_id: str, version_id: str, draft: bool):
    """One version."""
    record = records.find_record(unit, project_id, xml_form_id, instance_id, draft)
    shape = ExtendedEditionShape if is_extended() else EditionShape
    return shape().dump(records.find_edition(unit, record, version_id))


def version_xml(unit: UnitOfWork, project_id: int, xml_form_id: str, instance_id: str, version_id: str, draft: bool):
    """What was sent as this version, byte for byte."""
    record = records.find_record(unit, project_id, xml_form_id, instance_id, draft)
    edition = records.find_edition(unit, record, version_id)
    activity.saw(unit, record)
    return streams.sandboxed(Response(records.record_xml(unit, edition), content_type=XML))


def list_diffs(unit: UnitOfWork, project_id: int, xml_form_id: str, instance_id: str):
    """{instanceID of a later version: [{new, old, path}]}; a place in a repeat is [its name, number from 0]."""
    record = records.find_record(unit, project_id, xml_form_id, instance_id)
    activity.saw(unit, record)
    return {name: [{key: said for key, said in one.items() if said is not None} for one in changed]
            for name, changed in editions.list_edits(unit, record).items()}


def edit(unit: UnitOfWork, project_id: int, xml_form_id: str, instance_id: str):
    """To the page where a person corrects the record."""
    correcting.require_editable(unit, project_id, xml_form_id, instance_id)
    return redirect(url_for("correcting.ask", project_id=project_id, form_id=xml_form_id, instance_id=instance_id))


def unwrap(unit: UnitOfWork, project_id: int, xml_form_id: str, draft: bool) -> intake.Delivery:
    """The delivery in the body. Raises 404.1, 403.1, 400.8 (another form's), 400.36, 503.2 (disk nearly full)."""
    condition.require_room(unit.settings)
    if draft and unit.actor.kind == "draft":
        token = unit.actor.name  # whoever knows it may send; `services/intake` looks whether it still opens the draft
    else:
        records.find_form(unit, "submission.create", project_id, xml_form_id, draft)
        token = forms.find_form(unit, project_id, xml_form_id, forms.DRAFT).version.draft_token if draft else None
    sender = intake.Sender(_plain(request.args.get("deviceID", "")), _plain(request.headers.get("User-Agent", "")),
                           token)
    delivery = intake.unwrap(unit, project_id, streams.body_bytes(XML_LIMIT), [], sender)
    found = delivery.header.form_id if delivery.header else xml_form_id
    if found != xml_form_id:
        raise problems.unexpected_value("form ID", found, "did not match the form ID in the URL",
                                        "no es el formulario de la dirección")
    return delivery


def unwrap_edit(unit: UnitOfWork, project_id: int, xml_form_id: str, instance_id: str, draft: bool) -> intake.Delivery:
    """The delivery in the body, which says that it edits this submission. Raises also 400.19."""
    records.find_record(unit, project_id, xml_form_id, instance_id, draft, "submission.update")
    delivery = unwrap(unit, project_id, xml_form_id, draft)
    header = delivery.header
    if header is not None and (header.deprecated_id is None or records.find_root(
            unit, project_id, xml_form_id, header.deprecated_id, draft) != instance_id):
        raise problems.edit_without_deprecated_id()
    return delivery


def deliver(unit: UnitOfWork, delivery: intake.Delivery, project_id: int, xml_form_id: str, draft: bool,
            instance_id: str = ""):
    """What was sent, as it is kept now. What could not be taken is parked, so its Problem is an answer, not a fault."""
    outcome = intake.receive(unit, delivery)
    phones.saw(unit, delivery.sender.device_id, delivery.sender.user_agent)
    problem = outcome.problem
    if problem is None and outcome.kind in ("resend", "edit_resend"):
        problem = problems.not_unique(["formId", "instanceId", "draft"], [xml_form_id, outcome.instance_id, draft])
    if problem is not None:
        return errors.respond(problem, "json")
    return dumped(unit, records.find_taken(unit, outcome.submission_id))


def change(unit: UnitOfWork, given: dict, project_id: int, xml_form_id: str, instance_id: str):
    """The submission in its new review state."""
    if "review_state" not in given:
        return dumped(unit, records.find_record(unit, project_id, xml_form_id, instance_id, verb="submission.update"))
    return dumped(unit, review.decide(unit, project_id, xml_form_id, instance_id, given["review_state"]))


def drop(unit: UnitOfWork, project_id: int, xml_form_id: str, instance_id: str):
    """The submission is in the trash."""
    review.delete(unit, project_id, xml_form_id, instance_id)
    return SUCCESS


def restore(unit: UnitOfWork, project_id: int, xml_form_id: str, instance_id: str):
    """The submission is back from the trash."""
    review.restore(unit, project_id, xml_form_id, instance_id)
    return SUCCESS


def list_comments(unit: UnitOfWork, project_id: int, xml_form_id: str, instance_id: str):
    """What was said of it, newest first."""
    shape = ExtendedCommentShape if is_extended() else CommentShape
    return shape(many=True).dump(comments.list_comments(unit, project_id, xml_form_id, instance_id))


def comment(unit: UnitOfWork, given: dict, project_id: int, xml_form_id: str, instance_id: str):
    """The comment."""
    row = comments.comment(unit, project_id, xml_form_id, instance_id, given["body"])
    return CommentShape().dump((row, None))


_ONE_SAID = (SubmissionShape, ExtendedSubmissionShape)


def _add(method: str, path: str, view, draft: bool, **options) -> None:
    name = f"{'draft_' if draft else ''}{view.__name__}_{method.lower()}"
    submissions.add_url_rule(path, name, view, methods=[method], defaults={"draft": draft}, **options)


for _draft, _base in PLACES:
    _add("GET", _base, list_all, _draft, answers=[_ONE_SAID], asks="deleted limit offset")
    _add("POST", _base, deliver, _draft, prepare=unwrap, answers=_ONE_SAID, takes=XML_BODY)
    _add("GET", _base + "/submitters", list_submitters, _draft, answers=[ActorShape])
    _add("GET", _base + "/keys", list_keys, _draft, answers=[KeyShape])
    _add("GET", _base + _ONE, show, _draft, answers={200: _ONE_SAID, 301: ELSEWHERE})
    _add("PUT", _base + _ONE, deliver, _draft, prepare=unwrap_edit, answers=_ONE_SAID, takes=XML_BODY)
    _add("GET", _base + _ONE + ".xml", show_xml, _draft, answers={200: XML_BODY, 301: ELSEWHERE})
    _add("GET", _base + _ONE + "/versions", list_versions, _draft,
         answers=[(EditionShape, ExtendedEditionShape)])
    _add("GET", _base + _ONE + "/versions/<segment:version_id>", show_version, _draft,
         answers=(EditionShape, ExtendedEditionShape))
    _add("GET", _base + _ONE + "/versions/<segment:version_id>.xml", version_xml, _draft, answers=XML_BODY)

_PATH = PLACES[0][1] + _ONE
submissions.patch(_PATH, prepare=body_as(ReviewShape()), answers=_ONE_SAID)(change)
submissions.delete(_PATH, answers=SUCCESS)(drop)
submissions.post(_PATH + "/restore", answers=SUCCESS)(restore)
submissions.get(_PATH + "/diffs", answers=DIFFS)(list_diffs)
submissions.get(_PATH + "/edit", answers={302: ELSEWHERE})(edit)
submissions.get(_PATH + "/comments", answers=[(CommentShape, ExtendedCommentShape)])(list_comments)
submissions.post(_PATH + "/comments", prepare=body_as(NewCommentShape()), answers=CommentShape)(comment)


def _json_list(pages: Iterator[list], shape) -> Iterator[bytes]:
    start = b"["
    for page in pages:
        yield start + orjson.dumps(shape.dump(page))[1:-1]
        start = b","
    yield b"]" if start == b"," else b"[]"


def _plain(text: str) -> str:
    """The text without what no database stores."""
    return text.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")[:300]
