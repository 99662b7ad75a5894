"""Pages where people comment on a record. The thread itself stands on the record's page.

It must not keep anything itself (`services/comments`).
"""

from urllib.parse import parse_qsl

from flask import request, url_for
from flask_babel import gettext as _

from collector.domain.problems import Problem
from collector.services import comments, filters
from collector.services.unit import UnitOfWork
from collector.web.pages.showing import go, told
from collector.web.pages.submissions import ONE, pages


@pages.post(ONE + "/comments", endpoint="comment")
def comment(unit: UnitOfWork, project_id: int, form_id: str, instance_id: str):
    """The record, where the comment stands now."""
    given, answered = request.form, request.form.get("reply_to", "")
    number = int(answered) if answered.isascii() and answered.isdigit() and len(answered) <= 15 else None
    words = filters.written(filters.read(dict(parse_qsl(given.get("carried", "")))))
    back = url_for("submissions.show", project_id=project_id, form_id=form_id, instance_id=instance_id, **words)
    try:
        row = comments.comment(unit, project_id, form_id, instance_id, given.get("body", "").replace("\r\n", "\n"),
                               number)
    except Problem as problem:
        if problem.status != 400:
            raise
        unit.undo()
        return go(f"{back}#h-comments", _told(problem), "error")
    return go(f"{back}#comment-{row.id}", _("Se guardó el comentario."))


def _told(problem: Problem) -> str:
    if problem.code == 400.13:
        return _("El comentario es muy largo: caben %(number)s letras.", number=comments.LONGEST)
    return _("Escriba algo antes de comentar.") if problem.code == 400.2 else told(problem)
