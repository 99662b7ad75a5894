"""Pages of a record on paper: the sheet, what stands at the edge of each page, and its QR code.

It must not read records (`services/records`, `services/reading`). Nothing here changes anything.
"""

import re

from flask import Response, request, url_for
from flask_babel import get_locale
from flask_babel import gettext as _

from collector.domain import sheet
from collector.services import editions, findings, phones, projects, reading, records
from collector.services.unit import UnitOfWork
from collector.web import wording
from collector.web.pages.finding_words import Findings
from collector.web.pages.showing import page
from collector.web.pages.submissions import ONE, pages
from collector.web.pages.telling import told_changes, told_events

MOST_VERSIONS, MOST_COLUMNS, LONGEST_CELL = 5, 5, 60
_EDGE = """@page {
  size: A4; margin: 18mm 16mm 17mm;
  @top-left { content: %s; font: 8pt serif; color: #444; width: 75%%; text-align: left; vertical-align: middle; }
  @top-right { content: %s; font: 8pt serif; color: #444; text-align: right; vertical-align: middle; }
  @bottom-left { content: %s; font: 8pt serif; color: #444; width: 75%%; text-align: left; }
  @bottom-right { content: %s counter(page) %s counter(pages); font: 8pt serif; color: #444; text-align: right; }
}
"""


@pages.get(ONE + "/print", endpoint="print")
def show(unit: UnitOfWork, project_id: int, form_id: str, instance_id: str):
    """The record on A4."""
    found = projects.find_project(unit, project_id)
    shown = records.show_record(unit, project_id, form_id, instance_id)
    language = request.args.get("labels") or str(get_locale())
    laid = reading.sections(unit, shown, language)
    place = {"project_id": project_id, "form_id": form_id, "instance_id": instance_id}
    history = [one for one in told_events(shown.events) if one.paper]
    versions = [editions.compare(unit, shown.editions, number, language)
                for number in range(min(len(shown.editions) - 1, MOST_VERSIONS))]
    return page(
        unit, "submissions/print.html", found, "submissions", shown=shown, sections=laid, place=place, history=history,
        versions=[(one, told_changes(one)) for one in versions], table_of=table_of,
        found=Findings(findings.list_findings(unit, shown.record), laid, False), now=unit.now(),
        filling=reading.filling_of(shown), ledger={line.name: (line, blob) for line, blob in shown.files},
        labels=request.args.get("labels") or None)


@pages.get(ONE + "/print.css")
def print_css(unit: UnitOfWork, project_id: int, form_id: str, instance_id: str):
    """What stands at the edge of each page: whose it is, in which state, who printed it when, page n of m."""
    found = projects.find_project(unit, project_id)
    record = records.find_record(unit, project_id, form_id, instance_id)
    wording.use_zone(found.timezone, unit.now())
    one = record.submission
    about = f"{found.name} · {one.name or wording.shortened(one.instance_id)}"
    which = f"{wording.shortened(one.instance_id)} · {_('versión %(number)s', number=one.edits + 1)}"
    printed = _("Impreso el %(at)s por %(who)s", at=wording.moment(unit.now()), who=unit.actor.name)
    state = wording.state_words(one.review_state)
    words = [_quoted(text) for text in (about, f"{which} · {state}", printed, _("página") + " ", f" {_('de')} ")]
    response = Response(_EDGE % tuple(words), mimetype="text/css")
    response.headers["Cache-Control"] = "no-store"
    return response


@pages.get(ONE + "/qr.svg")
def qr(unit: UnitOfWork, project_id: int, form_id: str, instance_id: str):
    """The QR code that leads to the record's page."""
    records.find_record(unit, project_id, form_id, instance_id)
    here = url_for("submissions.show", project_id=project_id, form_id=form_id, instance_id=instance_id)
    svg = phones.qr_svg(f"{unit.settings.address}{here}")
    response = Response(svg, mimetype="image/svg+xml")
    response.headers["Cache-Control"] = "private, max-age=3600"
    return response


def table_of(repeat: sheet.Repeat) -> tuple[list[str], list[list]] | None:
    """(headings, rows of answers) of a repeat that reads better as a table: few short answers in each instance."""
    asked: dict[str, str] = {}
    for turn in repeat.turns:
        for one in _flat(turn.parts):
            if not isinstance(one, sheet.Answer) or one.file or len(" ".join(one.values)) > LONGEST_CELL:
                return None
            if one.state != "unasked" and not one.calculated:
                asked.setdefault(one.path, one.label)
    if not 0 < len(asked) <= MOST_COLUMNS:
        return None
    rows = []
    for turn in repeat.turns:
        said = {one.path: one for one in _flat(turn.parts)}
        rows.append([said.get(path) for path in asked])
    return list(asked.values()), rows


def _flat(parts: tuple):
    """The answers and repeats of parts, groups opened."""
    for part in parts:
        if isinstance(part, sheet.Section):
            yield from _flat(part.parts)
        else:
            yield part


def _quoted(text: str) -> str:
    """The text as a string of a style sheet, in which nothing can end it."""
    return '"' + re.sub(r'["\\<>\x00-\x1f\x7f]', lambda found: f"\\{ord(found[0]):x} ", text[:150]) + '"'
