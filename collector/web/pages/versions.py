"""Pages of the versions of a record: one as it was sent, beside the one before it, answer by answer.

It must not compare anything (`services/editions`). The record's page links here, and shows the newest in short.
"""

from flask import request
from flask_babel import get_locale

from collector.services import editions, projects, record_files, records
from collector.services.unit import UnitOfWork
from collector.web.pages.finding_words import Findings
from collector.web.pages.showing import page
from collector.web.pages.submissions import ONE, pages
from collector.web.pages.telling import told_changes
from collector.web.streams import bytes_answer, disposition

_VERSION = ONE + "/versions/<segment:version_id>"


@pages.get(_VERSION, endpoint="version")
def show(unit: UnitOfWork, project_id: int, form_id: str, instance_id: str, version_id: str):
    """One version: what changed in it, and all its answers."""
    found = projects.find_project(unit, project_id)
    record = records.find_record(unit, project_id, form_id, instance_id)
    listed = records.list_editions(unit, record)
    place = editions.place_of(listed, version_id)
    compared = editions.compare(unit, listed, place, request.args.get("labels") or str(get_locale()))
    laid, codes = compared.after.sections, "codes" in request.args
    here = {"project_id": project_id, "form_id": form_id, "instance_id": instance_id}
    return page(
        unit, "submissions/version.html", found, "submissions", record=record, compared=compared,
        told=told_changes(compared), sections=laid, codes=codes, found=Findings([], laid, codes),
        ledger={line.name: (line, line.blob) for line in record_files.list_files(unit, compared.after.edition)},
        place={**here, "version": version_id}, here=here, total=len(listed),
        newer=listed[place - 1].version.instance_id if place else None,
        older=listed[place + 1].version.instance_id if place + 1 < len(listed) else None)


@pages.get(_VERSION + "/xml", endpoint="version_xml")
def xml(unit: UnitOfWork, project_id: int, form_id: str, instance_id: str, version_id: str):
    """What was sent as this version, byte for byte, as a download."""
    record = records.find_record(unit, project_id, form_id, instance_id)
    edition = records.find_edition(unit, record, version_id)
    response = bytes_answer(records.record_xml(unit, edition), edition.version.sha256.hex(), "application/octet-stream")
    name = version_id.removeprefix("uuid:").replace("/", "_")[:100]
    response.headers["Content-Disposition"] = disposition("attachment", f"{name}.xml")
    return response
