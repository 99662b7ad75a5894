"""Pages of the files of records and of whole datasets: pictures drawn anew, downloads, CSV.

It must not show anything of a phone's as it came: only pictures drawn by us are inline, all else is a download.
"""

from flask import Response, request

from collector.services import blobs, exporting, pictures, record_files, records
from collector.services.unit import UnitOfWork
from collector.web.pages.submissions import ONE, pages
from collector.web.streams import bytes_answer, disposition, file_answer

_YEAR = "private, max-age=31536000, immutable"


@pages.get(ONE + "/files/<segment:name>")
def file(unit: UnitOfWork, project_id: int, form_id: str, instance_id: str, name: str):
    """A file as the phone sent it, as a download."""
    found = record_files.open_file(unit, project_id, form_id, instance_id, name)
    blob = found.blob
    return file_answer(lambda: blobs.open_blob(unit, blob.sha256), blob.size, blob.sha256, name,
                       "application/octet-stream")


@pages.get(ONE + "/pictures/<any(small, large):size>/<segment:name>")
def picture(unit: UnitOfWork, project_id: int, form_id: str, instance_id: str, size: str, name: str):
    """A photo or signature, small enough for a page, drawn anew."""
    found = record_files.open_file(unit, project_id, form_id, instance_id, name)
    drawn = pictures.small_picture(unit, found.blob, size)
    response = bytes_answer(drawn, f"{found.blob.sha256}-{size}", "image/jpeg")
    if "v" in request.args:
        response.headers["Cache-Control"] = _YEAR
    return response


@pages.get("/forms/<segment:form_id>/export.csv.zip")
def export(unit: UnitOfWork, project_id: int, form_id: str):
    """One CSV per table in a zip, streamed; ?media=1 adds the files."""
    records.find_form(unit, "submission.read", project_id, form_id)
    options = exporting.Options(files="media" in request.args)
    pieces = exporting.csv_zip(unit, project_id, form_id, options)
    unit.keep_open()
    response = Response(pieces, mimetype="application/zip")
    response.headers["Cache-Control"] = "no-store"
    response.headers["Content-Disposition"] = disposition("attachment", f"{form_id}.csv.zip".replace("/", "_"))
    return response
