"""API of the files of a submission: which are expected and here, fetching, putting and taking away; drafts alike.

It must not know what is in a file. It is answered so that nothing in it can run in our origin (`web/streams`).
"""

from operator import attrgetter
from urllib.parse import quote

from collector.domain.problems import Problem
from collector.services import blobs, record_files, records
from collector.services.unit import UnitOfWork
from collector.web import streams
from collector.web.api import submissions
from collector.web.api.answers import ANY_FILE, ELSEWHERE, file
from collector.web.api.requests import SUCCESS
from collector.web.api.schemas.submissions import FileShape
from collector.web.api.submissions import PLACES
from collector.web.blueprint import UnitBlueprint

submission_files = UnitBlueprint("api_submission_files", __name__, url_prefix="/v1", dialect="json")


def list_all(unit: UnitOfWork, project_id: int, xml_form_id: str, instance_id: str, draft: bool,
             version_id: str | None = None):
    """The files that the submission names, and whether they are here."""
    try:
        record = _version(unit, project_id, xml_form_id, instance_id, draft, version_id)
    except Problem as problem:
        return _moved(unit, problem, project_id, xml_form_id, instance_id, draft, version_id, "/attachments")
    return FileShape(many=True).dump(sorted(record_files.list_files(unit, record), key=attrgetter("name")))


def fetch(unit: UnitOfWork, project_id: int, xml_form_id: str, instance_id: str, name: str, draft: bool,
          version_id: str | None = None):
    """The file as it was sent."""
    try:
        record = _version(unit, project_id, xml_form_id, instance_id, draft, version_id)
    except Problem as problem:
        rest = f"/attachments/{quote(name, safe='')}"
        return _moved(unit, problem, project_id, xml_form_id, instance_id, draft, version_id, rest)
    found = record_files.find_file(unit, record, name)
    blob, kind = found.blob, streams.with_charset(found.media_type or streams.content_type(name))
    return streams.file_answer(lambda: blobs.open_blob(unit, blob.sha256), blob.size, blobs.md5_of(unit, blob), name,
                               kind)


def spool(unit: UnitOfWork, project_id: int, xml_form_id: str, instance_id: str, name: str, draft: bool):
    """The stored content of the body, once it is known that it has a place."""
    record_files.require_place(unit, project_id, xml_form_id, instance_id, name, draft)
    return blobs.put_stream(unit, streams.body_stream(), unit.settings.max_body)


def put(unit: UnitOfWork, blob, project_id: int, xml_form_id: str, instance_id: str, name: str, draft: bool):
    """The file is here from now on."""
    record_files.put_file(unit, project_id, xml_form_id, instance_id, name, blob, draft,
                          media_type=streams.declared_type())
    return SUCCESS


def drop(unit: UnitOfWork, project_id: int, xml_form_id: str, instance_id: str, name: str, draft: bool,
         version_id: str | None = None):
    """The file is missing again; its earlier content stays in the history."""
    record_files.put_file(unit, project_id, xml_form_id, instance_id, name, None, draft, version_id)
    return SUCCESS


def _version(unit: UnitOfWork, project_id: int, xml_form_id: str, instance_id: str, draft: bool,
             version_id: str | None):
    record = records.find_record(unit, project_id, xml_form_id, instance_id, draft)
    return record if version_id is None else records.find_edition(unit, record, version_id)


def _moved(unit: UnitOfWork, problem: Problem, project_id: int, xml_form_id: str, instance_id: str, draft: bool,
           version_id: str | None, rest: str):
    if version_id is not None:
        raise problem
    return submissions.moved(unit, problem, project_id, xml_form_id, instance_id, draft, rest)


for _draft, _base in PLACES:
    _one, _mark = _base + "/<segment:instance_id>", "draft_" if _draft else ""
    for _path, _kind in ((_one, ""), (_one + "/versions/<segment:version_id>", "version_")):
        submission_files.add_url_rule(_path + "/attachments", f"{_mark}{_kind}list", list_all, methods=["GET"],
                                      defaults={"draft": _draft}, answers={200: [FileShape], 301: ELSEWHERE})
        submission_files.add_url_rule(_path + "/attachments/<segment:name>", f"{_mark}{_kind}fetch", fetch,
                                      methods=["GET"], defaults={"draft": _draft},
                                      answers={200: file("*/*"), 301: ELSEWHERE})
        submission_files.add_url_rule(_path + "/attachments/<segment:name>", f"{_mark}{_kind}drop", drop,
                                      methods=["DELETE"], defaults={"draft": _draft}, answers=SUCCESS)
    submission_files.add_url_rule(_one + "/attachments/<segment:name>", f"{_mark}put", put, methods=["POST"],
                                  prepare=spool, defaults={"draft": _draft}, answers=SUCCESS, takes=ANY_FILE)
