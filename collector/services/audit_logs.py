"""Room that puts the logs of how records were filled together, one table over all of them, as ODK Central does.

It must not judge what a log says (`domain/checking/phone` does) nor know HTTP. `services/exporting` streams it.
"""

import io
from collections.abc import Iterator
from itertools import chain

from collector.domain.formats import auditlog
from collector.domain.problems import Problem
from collector.services import blobs
from collector.services.unit import UnitOfWork
from collector.store.queries import exports

PAGE = 200


def table(unit: UnitOfWork, form_id: int, draft: bool, last: int, scope: exports.Chosen) -> Iterator[bytes] | None:
    """The table of the logs of the living records up to `last`, oldest first; None when no record has one.

    The unit must stay open until the last piece; it rests between pages.
    """
    pages = exports.stream_audits(unit.session, form_id, draft, last, PAGE, scope)
    first = next(pages, None)
    return None if first is None else _lines(unit, chain((first,), pages))


def _lines(unit: UnitOfWork, pages: Iterator[list[exports.File]]) -> Iterator[bytes]:
    yield auditlog.HEADER
    for page in pages:
        unit.rest()
        for file in page:
            yield b"".join(_log(unit, file))


def _log(unit: UnitOfWork, file: exports.File) -> Iterator[bytes]:
    try:
        stream = blobs.open_blob(unit, file.sha256)
    except Problem:
        return
    with io.TextIOWrapper(stream, "utf-8-sig", errors="replace", newline="") as log:
        yield from auditlog.lines(file.instance_id, log)
