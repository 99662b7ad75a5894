"""Pages of the files of records and of whole datasets: pictures drawn anew, downloads, CSV.

It must not show anything of a phone's as it came: pictures are drawn anew, sound and video can be played, all else
is a download.
"""

from flask import Response, request
from flask_babel import get_locale

from collector.domain import problems
from collector.services import blobs, exporting, filters, pictures, projects, record_files, records
from collector.services.unit import UnitOfWork
from collector.web.pages.showing import number_asked, page
from collector.web.pages.submissions import ONE, pages
from collector.web.streams import bytes_answer, content_type, disposition, file_answer

_YEAR = "private, max-age=31536000, immutable"


@pages.get(ONE + "/files/<segment:name>")
def file(unit: UnitOfWork, project_id: int, form_id: str, instance_id: str, name: str):
    """A file as the phone sent it, as a download; sound and video can be played where they are asked for so."""
    blob = _open(unit, project_id, form_id, instance_id, name).blob
    kind = content_type(name)
    playable = kind.partition("/")[0] in ("audio", "video")
    return file_answer(lambda: blobs.open_blob(unit, blob.sha256), blob.size, blob.sha256, name,
                       kind if playable else "application/octet-stream")


@pages.get(ONE + "/pictures/<any(small, large):size>/<segment:name>")
def picture(unit: UnitOfWork, project_id: int, form_id: str, instance_id: str, size: str, name: str):
    """A photo or signature, small enough for a page, drawn anew."""
    found = _open(unit, project_id, form_id, instance_id, name)
    drawn = pictures.small_picture(unit, found.blob, size)
    response = bytes_answer(drawn, f"{found.blob.sha256}-{size}", "image/jpeg")
    if "v" in request.args:
        response.headers["Cache-Control"] = _YEAR
    return response


@pages.get(ONE + "/photos/<segment:name>", endpoint="photo")
def photo(unit: UnitOfWork, project_id: int, form_id: str, instance_id: str, name: str):
    """One photo on a page of its own, large, that can be turned; the photo itself stays as it came."""
    found = projects.find_project(unit, project_id)
    record = records.find_record(unit, project_id, form_id, instance_id)
    version = request.args.get("version", "")
    edition = records.find_edition(unit, record, version) if version else record
    model, _instance = records.answers_of(unit, edition)
    here = [one for one in record_files.list_files(unit, edition) if one.kind == "image" and one.blob is not None]
    place = next((number for number, one in enumerate(here) if one.name == name), None)
    if place is None:
        raise problems.not_found(f"La foto «{name}»", f"The photo {name}")
    field = model.by_path.get(here[place].path) if model else None
    where = {"project_id": project_id, "form_id": form_id, "instance_id": instance_id}
    return page(
        unit, "submissions/photo.html", found, "submissions", record=record, photo=here[place],
        place={**where, "version": version} if version else where, here=where, number=place + 1, total=len(here),
        turn=(number_asked("turn") or 0) // 90 % 4, label=model.label(field, str(get_locale())) if field else name,
        drawn=any(word in field.appearance for word in ("signature", "draw", "annotate")) if field else False,
        before=here[place - 1].name if place else None, after=here[place + 1].name if place + 1 < len(here) else None)


def _open(unit: UnitOfWork, project_id: int, form_id: str, instance_id: str, name: str) -> record_files.RecordFile:
    """The file of the current version, or of the one that the address asks for. Raises 404.1, 403.1."""
    record = records.find_record(unit, project_id, form_id, instance_id)
    version = request.args.get("version", "")
    return record_files.find_file(unit, records.find_edition(unit, record, version) if version else record, name)


@pages.get("/forms/<segment:form_id>/export.csv.zip")
def export(unit: UnitOfWork, project_id: int, form_id: str):
    """One CSV per table in a zip, streamed; ?media=1 adds the files, words of a list's filter leave the others out."""
    records.find_form(unit, "submission.read", project_id, form_id)
    only = filters.written(filters.read({**request.args.to_dict(), "form": form_id}))
    options = exporting.Options(files="media" in request.args, only=tuple(only.items()) if len(only) > 1 else ())
    pieces = exporting.csv_zip(unit, project_id, form_id, options)
    unit.keep_open()
    response = Response(pieces, mimetype="application/zip")
    response.headers["Cache-Control"] = "no-store"
    response.headers["Content-Disposition"] = disposition("attachment", f"{form_id}.csv.zip".replace("/", "_"))
    return response
